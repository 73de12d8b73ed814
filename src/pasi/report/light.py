"""The light at the head of the report: use, use with care, or do not use, from named conditions.

docs/report.md lists every condition with what it asks and why; a test compares the two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from math import isfinite

from markupsafe import Markup

from pasi.evaluation.baseline_comparison import ALL_VISITS
from pasi.evaluation.differences import FEWEST_FOR_VERDICT
from pasi.report.cells import Line, say
from pasi.report.checks import leakage_checks
from pasi.report.content import ReportContent
from pasi.report.learning import resting_on
from pasi.wording import counted, folds_by_network

MOST_IMPOSSIBLE = 0.05  # share of visits with a score that no physician could give, above which it is a fault


class Colour(IntEnum):
    """The three colours, the worst last."""

    USE = 0
    CARE = 1
    NOT = 2

    @property
    def words(self) -> str:
        """What stands beside the light."""
        return ("Use", "Use with care", "Do not use")[self]


@dataclass(frozen=True)
class Condition:
    """One condition of the light: its name, the colour where it does not hold, whether it holds, and a sentence."""

    name: str
    colour: Colour
    holds: bool
    text: str


@dataclass(frozen=True)
class Light:
    """The colour, and all conditions in the order of the page."""

    colour: Colour
    conditions: tuple[Condition, ...]

    @property
    def failed(self) -> list[Condition]:
        """Those that do not hold, the gravest first."""
        return sorted((one for one in self.conditions if not one.holds), key=lambda one: -one.colour)

    @property
    def held(self) -> list[Condition]:
        """Those that hold."""
        return [one for one in self.conditions if one.holds]


def light(content: ReportContent) -> Light:
    """The worst colour of the conditions that do not hold; "use" only where all of them hold."""
    conditions = tuple(_conditions(content))
    return Light(max((one.colour for one in conditions if not one.holds), default=Colour.USE), conditions)


def _conditions(content: ReportContent) -> Iterator[Condition]:
    comparison = content.line("differences", learner=content.chosen, part="oof", visits=ALL_VISITS)
    yield _leak(content)
    yield _learned(content)
    yield _all_learned(content)
    yield _subjects(content)
    yield _baseline(comparison)
    yield from _limit(content)
    yield _optimistic(content)
    yield _missing(content)
    yield _bias(content)
    yield _calibration(content)
    yield _impossible(content)
    yield _test(content)
    yield _weeks(content)
    yield _synthetic(content)


def _leak(content: ReportContent) -> Condition:
    failed = [check.text for check in leakage_checks(content) if check.grave and not check.passed]
    text = f"A leakage check fails: {' '.join(failed)}" if failed else "All leakage checks hold."
    return Condition("no leakage", Colour.NOT, not failed, text)


def _learned(content: ReportContent) -> Condition:
    lost = resting_on(content, content.chosen)
    text = (
        f"{content.chosen} rests on {counted(len(lost), 'training')} that did not learn ({folds_by_network(lost)})."
        if lost
        else f"Every training that {content.chosen} rests on has learned."
    )
    return Condition("trainings learned", Colour.NOT, not lost, text)


def _all_learned(content: ReportContent) -> Condition:
    """Also trainings that the chosen learner does not rest on count: it was chosen among learners that do."""
    lost, total = content.unlearned, len(content.skills)
    text = (
        f"{len(lost)} of {counted(total, 'training')} did not learn (section 2)."
        if lost
        else f"All {counted(total, 'training')} learned."
    )
    return Condition("all trainings learned", Colour.CARE, not lost, text)


def _subjects(content: ReportContent) -> Condition:
    found = content.line("agreement", learner=content.chosen, part="oof", measure="bias")
    count = 0 if found is None else int(found["subjects"])
    shown = Markup("0") if found is None else found.show("subjects", "0")
    enough = count >= FEWEST_FOR_VERDICT
    words = "is fewer than" if count == 1 else "are fewer than"
    text = say(
        f"{{count}} {'subject' if count == 1 else 'subjects'} out of fold {'are at least' if enough else words} "
        f"{FEWEST_FOR_VERDICT}, the fewest for a verdict.",
        count=shown,
    )
    return Condition("enough subjects", Colour.NOT, enough, text)


def _baseline(row: Line | None) -> Condition:
    if row is None:
        return Condition("baseline beaten", Colour.NOT, False, "It was not compared with a baseline.")
    beaten = bool(row["verdict"] == "better")
    known = "is shown to be" if beaten else "is not shown to be"
    text = f"It {known} better out of fold than {row['reference']}, the strongest baseline."
    return Condition("baseline beaten", Colour.NOT, beaten, text)


def _limit(content: ReportContent) -> Iterator[Condition]:
    limit = content.config["report"].get("least_ccc")
    if limit is None:
        text = "No limit of acceptance was set before the results (report.least_ccc): nothing says what is good enough."
        yield Condition("limit set", Colour.CARE, False, text)
        return
    yield Condition("limit set", Colour.CARE, True, "A limit of acceptance was set (report.least_ccc).")
    found = content.line("intervals", learner=content.chosen, part="oof", metric="ccc")
    reached = found is not None and bool(found["low"] >= limit)
    low = found.show("low") if found is not None and isfinite(found["low"]) else Markup("none")
    words = "is at least" if reached else "is not at least"
    text = say(f"The lower end of the CCC's interval out of fold ({{low}}) {words} the limit, {limit:g}.", low=low)
    yield Condition("limit reached", Colour.NOT, reached, text)


def _optimistic(content: ReportContent) -> Condition:
    row = content.line("metrics", level="visit", part="oof", learner=content.chosen)
    marked = row is not None and bool(row["optimistic"])
    reason = (
        "early stopping looked at the fold that is predicted (training.monitor)"
        if content.config["training"]["monitor"] == "heldout"
        else "its weights were fitted to networks that had been trained on the fold (stacking.honest)"
    )
    text = (
        f"Its out-of-fold figures are optimistic: {reason}."
        if marked
        else "Its out-of-fold figures are free of known optimism, but for that of the choice."
    )
    return Condition("no optimistic rows", Colour.CARE, not marked, text)


def _missing(content: ReportContent) -> Condition:
    lost = sorted({backbone for backbone, *_ in content.left_out})
    text = f"Left out, because a training failed for good: {', '.join(lost)}." if lost else "No network was left out."
    return Condition("no network left out", Colour.CARE, not lost, text)


def _bias(content: ReportContent) -> Condition:
    row = content.line("agreement", learner=content.chosen, part="oof", measure="bias")
    if row is None or not row.has_interval():
        return Condition("no bias shown", Colour.CARE, False, "The bias has no interval.")
    inside = bool(row["low"] <= 0 <= row["high"])
    words = "holds 0: no bias is shown." if inside else "does not hold 0: the predictions are biased."
    text = say(f"The interval of the bias ({{between}}) {words}", between=row.between("", "+2"))
    return Condition("no bias shown", Colour.CARE, inside, text)


def _calibration(content: ReportContent) -> Condition:
    row = content.line("agreement", learner=content.chosen, part="oof", measure="slope")
    if row is None or not row.has_interval():
        return Condition("calibrated", Colour.CARE, False, "The slope of the calibration line has no interval.")
    inside = bool(row["low"] <= 1 <= row["high"])
    words = "holds 1." if inside else "does not hold 1: high and low scores are predicted too alike or too far apart."
    text = say(f"The interval of the calibration slope ({{between}}) {words}", between=row.between())
    return Condition("calibrated", Colour.CARE, inside, text)


def _impossible(content: ReportContent) -> Condition:
    row = content.line("impossible", learner=content.chosen, part="oof", level="visit")
    if row is None:
        return Condition("possible scores", Colour.CARE, False, "Impossible predictions were not counted.")
    few = bool(row["below"] + row["above"] <= MOST_IMPOSSIBLE * row["n"])
    text = say(
        f"Predictions below 0 ({{below}}) and above the maximum ({{above}}) are {'not ' if few else ''}more than "
        f"{100 * MOST_IMPOSSIBLE:g}% of {{n}} visits.",
        below=row.show("below", "0"),
        above=row.show("above", "0"),
        n=row.show("n", "0"),
    )
    return Condition("possible scores", Colour.CARE, few, text)


def _test(content: ReportContent) -> Condition:
    row = content.line("agreement", learner=content.chosen, part="test", measure="bias")
    if row is None:
        return Condition("test part", Colour.CARE, False, "There is no test part.")
    enough = bool(row["subjects"] >= FEWEST_FOR_VERDICT)
    text = say(
        f"The test part has {{count}} of at least {FEWEST_FOR_VERDICT} subjects.", count=row.show("subjects", "0")
    )
    return Condition("test part", Colour.CARE, enough, text)


def _weeks(content: ReportContent) -> Condition:
    known = all(isfinite(week) for week in content.scores["week"])
    text = (
        "Every visit has a week."
        if known
        else "Not every visit has a week: courses, responses or the baselines of weeks are missing or incomplete."
    )
    return Condition("weeks known", Colour.CARE, known, text)


def _synthetic(content: ReportContent) -> Condition:
    text = (
        "The cohort is synthetic: nothing here says how real photos are scored."
        if content.synthetic
        else "The cohort is not marked as synthetic (report.synthetic)."
    )
    return Condition("real cohort", Colour.CARE, not content.synthetic, text)
