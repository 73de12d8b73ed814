"""The endpoints of the trial with the chosen learner in the physician's place: rows, and what they license."""

from collections import Counter
from math import isfinite

from markupsafe import Markup

from pasi.evaluation.fewest_subjects import could_license, fewest_subjects
from pasi.evaluation.replacement import Verdict
from pasi.evaluation.settings import AcceptanceLimits
from pasi.report.cells import Line
from pasi.report.content import ReportContent
from pasi.report.numbers import DASH, number
from pasi.storage.tables import rows_of
from pasi.wording import counted

GOOD_CCC = 0.9  # from which a reader may take a learner for as good as a physician
BEGINNINGS: dict[Verdict, str] = {
    "may be replaced": "the physician may be replaced for",
    "must not be replaced": "the physician must not be replaced for",
    "cannot be judged": "whether the physician can be replaced is open for",
}


def endpoint_rows(content: ReportContent, *, pairs: bool) -> list[Line]:
    """The rows of endpoints.csv at the last week: those of two arms each, or those of single arms."""
    rows = content.lines("endpoints")
    last = max((row["week"] for row in rows), default=None)
    return [row for row in rows if row["week"] == last and bool(row["reference"]) is pairs]


def endpoint_answer(content: ReportContent) -> str:
    """Which endpoints the predictions may replace, of the first two arms, without reasons; or why none is judged."""
    rows = endpoint_rows(content, pairs=True)
    if not rows:
        return f"Endpoints were not judged. {endpoint_texts(content)[0]}"
    arm, reference = rows[0]["arm"], rows[0]["reference"]
    own = [row for row in rows if (row["arm"], row["reference"]) == (arm, reference)]
    further = "" if len(own) == len(rows) else " Further arms stand in section 5."
    few = too_few_text(own, limits_of(content))
    return f"{_beginning(own, arm, reference)}{_verdicts(own, reasons=False)}.{few}{further}"


def limits_of(content: ReportContent) -> AcceptanceLimits:
    """The limits of acceptance of the config."""
    return AcceptanceLimits.from_config(content.config["evaluation"])


def too_few_text(rows: list[Line], limits: AcceptanceLimits) -> str:
    """That two arms of this size license no endpoint, whatever is read; "" where they could, or one is licensed."""
    one, other = (int(rows[0][name]) for name in ("subjects", "reference_subjects"))
    if could_license(one, other, limits) or any(row["verdict"] == "may be replaced" for row in rows):
        return ""
    return (
        f" Arms of {one} and {other} subjects are too small to replace the physician for any endpoint, whatever the "
        f"scores: it takes {fewest_subjects(limits)} in each of two equal arms."
    )


def endpoint_texts(content: ReportContent) -> list[str]:
    """Why there are no endpoints, or which of them the learner may be used for; a sentence or two for each two arms."""
    single, pairs = (endpoint_rows(content, pairs=two) for two in (False, True))
    if not single:
        return _why_none(content)
    if not pairs:
        return [
            f"All subjects with a response are of one arm, {single[0]['arm']}: there is no difference between arms to "
            "replay, and no endpoint can be licensed."
        ]
    places = dict.fromkeys((row["arm"], row["reference"]) for row in pairs)
    said = [text for arm, reference in places for text in _pair_texts(content, pairs, arm, reference)]
    return [*said, *_concordance_texts(content, pairs), *_changed_texts(content)]


def _changed_texts(content: ReportContent) -> list[str]:
    """How many subjects change their arm, and where they count; none where nobody does."""
    named = {
        (subject, arm) for subject, arm in zip(content.scores["subject"], content.scores["arm"], strict=True) if arm
    }
    changed = sum(number > 1 for number in Counter(subject for subject, _ in named).values())
    if not changed:
        return []
    return [
        f"{counted(changed, 'subject')} {'has' if changed == 1 else 'have'} more than one arm in the table of scores; "
        "each counts in the arm of its baseline visit, also after the change."
    ]


def _why_none(content: ReportContent) -> list[str]:
    """Only where there are responses at all, which the section before speaks of, and arms are what they lack."""
    named = set(content.scores["arm"]) - {""} if "arm" in content.scores else set()
    if not named:
        return ["The table of scores names no arms, so that no endpoint of a trial is replayed."]
    return ["No visit after a baseline has both a response and a week, so that no endpoint of the trial is replayed."]


def _beginning(rows: list[Line], arm: str, reference: str) -> str:
    return f"For {arm} against {reference} at week {rows[0]['week']:g}, "


def _verdicts(rows: list[Line], *, reasons: bool) -> str:
    """Each verdict with its endpoints."""
    parts = []
    for verdict, beginning in BEGINNINGS.items():
        named = [_endpoint(row, verdict, reasons=reasons) for row in rows if row["verdict"] == verdict]
        if named:
            parts.append(f"{beginning} {', '.join(named)}")
    return "; ".join(parts)


def _pair_texts(content: ReportContent, pairs: list[Line], arm: str, reference: str) -> list[str]:
    rows = [row for row in pairs if (row["arm"], row["reference"]) == (arm, reference)]
    said = [f"{_beginning(rows, arm, reference)}{_verdicts(rows, reasons=True)}."]
    few = min(min(row["subjects"], row["reference_subjects"]) for row in rows)
    least = limits_of(content).subjects
    if few < least:
        said.append(
            f"The smaller arm has {counted(int(few), 'subject')} with a visit at that week; a verdict takes "
            f"{least} in each arm."
        )
    return said


def _endpoint(row: Line, verdict: Verdict, *, reasons: bool) -> str:
    """The endpoint, with the criteria that decided about it."""
    criteria = {"must not be replaced": row["fails"], "cannot be judged": row["open"]}.get(verdict, "")
    return f"{row['threshold']:g}% improvement{f' ({criteria})' if reasons and criteria else ''}"


def _concordance_texts(content: ReportContent, pairs: list[Line]) -> list[str]:
    """That a good CCC did not license an endpoint; none where the CCC is not good, or no endpoint fails."""
    (row,) = rows_of(content.metrics, level="visit", part="oof", learner=content.chosen)
    failed = [one for one in pairs if one["verdict"] == "must not be replaced"]
    if not failed or not row["ccc"] >= GOOD_CCC:
        return []
    return [
        f"A CCC of {number(row['ccc'])} does not license an endpoint: it weighs all visits, and an endpoint depends on "
        "those whose improvement is near its threshold."
    ]


def price_text(row: Line) -> Markup:
    """Subjects in each arm by both readings, and what power is left; a dash where the arms do not differ."""
    if not isfinite(row["price"]):
        return Markup(DASH)
    return Markup("{} and {}").format(row.show("subjects_observed", "1"), row.show("subjects_predicted", "1"))
