"""report/summary.json: the answer, the light with its conditions, and the facts of the page, for a machine to read."""

from typing import Any

from markupsafe import Markup

from pasi.report.content import ReportContent
from pasi.report.endpoints import endpoint_answer
from pasi.report.facts import facts_of
from pasi.report.light import light
from pasi.report.verdict import verdict

MEASURES = ("bias", "lower", "upper", "slope")


def summary_of(content: ReportContent) -> dict[str, Any]:
    """The summary as plain values; NaN is None."""
    found = light(content)
    return {
        "title": content.config["report"]["title"],
        "learner": content.chosen,
        "primary": content.primary,
        "light": found.colour.words,
        "conditions": [
            {"name": one.name, "otherwise": one.colour.words, "holds": one.holds, "text": Markup(one.text).striptags()}
            for one in found.conditions
        ],
        "results": {part: _result(content, part) for part in ("oof", "test")},
        "verdict": verdict(content).title,
        "endpoints": endpoint_answer(content),
        "synthetic": content.synthetic,
        "did_not_learn": [[place.backbone, place.fold, place.repeat] for place in content.unlearned],
        "changed": list(content.changed),
        "left_out": [list(one) for one in content.left_out],
        "adopted": [list(one) for one in content.adopted],
        "provenance": {title: dict(own) for title, own in content.provenance.items()},
        "facts": {name: _plain(value) for name, value in facts_of(content).items()},
    }


def _result(content: ReportContent, part: str) -> dict[str, Any]:
    """Estimate, interval and number of subjects of each figure of the answer, in one part."""
    rows = [*content.lines("intervals", learner=content.chosen, part=part)]
    rows += content.lines("agreement", learner=content.chosen, part=part)
    return {
        str(row["metric"] if "metric" in row.cells else row["measure"]): {
            **{name: _plain(row[name]) for name in ("estimate", "low", "high")},
            "subjects": int(row["subjects"]),
            "cell": f"{row.file}, row {row.number}",
        }
        for row in rows
    }


def _plain(value: float) -> float | int | None:
    if value != value:
        return None
    return int(value) if float(value).is_integer() else float(value)
