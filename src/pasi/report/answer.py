"""Section 1, Answer: which learner, how far off, how biased, how sure that is, and whether to use it."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from pasi.evaluation.visits import PART_NAMES
from pasi.report.cells import Line, marked_fact, say
from pasi.report.content import ReportContent
from pasi.report.endpoints import endpoint_answer
from pasi.report.facts import CANDIDATES, candidates
from pasi.report.light import light
from pasi.report.numbers import DASH
from pasi.report.openings import dated
from pasi.report.primary import BEST, SHORT

SYNTHETIC = "Synthetic cohort: simulated subjects and photos, no patients."


@dataclass(frozen=True)
class Measure:
    """One of the four figures of the answer: name, value, interval, and what it means."""

    name: str
    value: Markup
    between: Markup
    meaning: str


@dataclass(frozen=True)
class Result:
    """The four figures of one part, and how many subjects and visits they rest on.

    unfair: whether they are marked as no fair estimate, which the leaderboard marks, too.
    """

    part: str
    unfair: bool
    rests_on: Markup
    measures: list[Measure]


def answer_section(content: ReportContent) -> dict[str, Any]:
    """The variables of the section's template."""
    return {
        "light": light(content),
        "results": [found for part in ("oof", "test") if (found := _result(content, part)) is not None],
        "choice": _choice(content),
        "endpoint_answer": endpoint_answer(content),
        "dated": dated(content),
        "synthetic": SYNTHETIC if content.synthetic else "",
    }


def _choice(content: ReportContent) -> Markup:
    """By which measure the learner was chosen, and among how many; it stands before any number of the answer."""
    count = len(candidates(content))
    said = say(
        f"Primary measure: {SHORT[content.primary]} by visit. {content.chosen} has {BEST[content.primary]} out of fold "
        f"of {{count}} learner{'' if count == 1 else 's'}, baselines not counted.",
        count=marked_fact(count, CANDIDATES),
    )
    return said + Markup(" The test part had no say.") if content.tested else said


def _of_change(found: dict[str, Line]) -> list[Measure]:
    """The CCC of the change from the baseline, which endpoints rest on; nothing where no visit follows a baseline."""
    if "change_ccc" not in found:
        return []
    row = found["change_ccc"]
    return [Measure("CCC of the change", row.show("estimate"), row.between(), "from the baseline, in points")]


def _of_improvement(content: ReportContent, part: str) -> list[Measure]:
    """How far the mean improvement is off, which an average over all visits can hide; nothing without weeks."""
    row = content.line("improvements", part=part)
    if row is None:
        return []
    shown = row.show("difference", "+2"), row.between("difference", "+2")
    return [Measure("Bias of the improvement", *shown, "from the baseline to the last week; below 0: too small")]


def _result(content: ReportContent, part: str) -> Result | None:
    found = {row["measure"]: row for row in content.lines("agreement", learner=content.chosen, part=part)}
    intervals = {row["metric"]: row for row in content.lines("intervals", learner=content.chosen, part=part)}
    row = content.line("metrics", level="visit", learner=content.chosen, part=part)
    if row is None or not found or not {"mae", "ccc"} <= set(intervals):
        return None
    unit = content.index.unit
    mae, ccc, bias = intervals["mae"], intervals["ccc"], found["bias"]
    limits = Markup("{} to {}").format(found["lower"].show("estimate", "+1"), found["upper"].show("estimate", "+1"))
    outer = Markup(DASH)
    if found["lower"].has_interval() and found["upper"].has_interval():
        outer = Markup("{} to {}").format(found["lower"].show("low", "+1"), found["upper"].show("high", "+1"))
    return Result(
        part=PART_NAMES[part],
        unfair=part == "oof" and bool(row["optimistic"]),
        rests_on=say(
            "{subjects} subjects, {visits} visits", subjects=bias.show("subjects", "0"), visits=row.show("n", "0")
        ),
        measures=[
            Measure("MAE", mae.show("estimate"), mae.between(), f"{unit} off on average"),
            Measure("Bias", bias.show("estimate", "+2"), bias.between("", "+2"), "above 0: too high"),
            Measure("Limits of agreement", limits, outer, "95% of the errors, if normal and of equal spread"),
            Measure("CCC", ccc.show("estimate"), ccc.between(), "1 is perfect; all weeks together"),
            *_of_change(found),
            *_of_improvement(content, part),
        ],
    )
