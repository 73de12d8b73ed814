"""Conditions of the light on whether a run can show anything: leakage, trainings, subjects, baselines, limits."""

from collections.abc import Iterator
from math import isfinite

from markupsafe import Markup

from pasi.evaluation.baseline_comparison import ALL_VISITS
from pasi.evaluation.differences import FEWEST_FOR_VERDICT
from pasi.report.baselines import knows_briefly
from pasi.report.cells import say
from pasi.report.checks import leakage_checks
from pasi.report.condition import Colour, Condition
from pasi.report.content import ReportContent
from pasi.report.learning import resting_on
from pasi.report.plans import limit_dated
from pasi.wording import counted, folds_by_network

CHOSEN_LEARNED, EVERY_LEARNED = "chosen learner's trainings learned", "every training learned"


def no_leakage(content: ReportContent) -> Condition:
    """No subject, photo or fold leaks."""
    failed = [check.text for check in leakage_checks(content) if check.grave and not check.passed]
    text = f"A leakage check fails: {' '.join(failed)}" if failed else "All leakage checks hold."
    return Condition("no leakage", Colour.NOT, not failed, text)


def trainings_learned(content: ReportContent) -> Condition:
    """The chosen learner rests on no training that did not learn."""
    lost = resting_on(content, content.chosen)
    text = (
        f"{content.chosen} rests on {counted(len(lost), 'training')} that did not learn ({folds_by_network(lost)})."
        if lost
        else f"Every training that {content.chosen} rests on has learned."
    )
    return Condition(CHOSEN_LEARNED, Colour.NOT, not lost, text)


def all_trainings_learned(content: ReportContent) -> Condition:
    """Also trainings that the chosen learner does not rest on count: it was chosen among learners that do."""
    lost, total = content.unlearned, len(content.skills)
    text = (
        f"{len(lost)} of {counted(total, 'training')} did not learn (section 2)."
        if lost
        else f"All {counted(total, 'training')} learned."
    )
    return Condition(EVERY_LEARNED, Colour.CARE, not lost, text)


def enough_subjects(content: ReportContent) -> Condition:
    """Enough subjects are out of fold for a verdict."""
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


def baseline_beaten(content: ReportContent) -> Condition:
    """The strongest baseline is beaten: it is the reference of the comparison on all visits."""
    row = content.line("differences", learner=content.chosen, part="oof", visits=ALL_VISITS)
    if row is None:
        return Condition("baseline beaten", Colour.NOT, False, "It was not compared with a baseline.")
    beaten = bool(row["verdict"] == "better")
    known = "is shown to be" if beaten else "is not shown to be"
    measure = {"mae": "an MAE of", "ccc": "a CCC of"}[content.primary]
    brief = knows_briefly(row["reference"])
    text = say(
        f"It {known} better out of fold than the strongest baseline: {{reference}}{{knows}} has {measure} {{theirs}}; "
        "{learner} has {own}.",
        reference=row["reference"],
        knows=f", which knows {brief}," if brief else "",
        theirs=_figure(content, row["reference"]),
        learner=content.chosen,
        own=_figure(content, content.chosen),
    )
    return Condition("baseline beaten", Colour.NOT, beaten, text)


def _figure(content: ReportContent, learner: str) -> Markup:
    """A learner's primary measure by visit out of fold."""
    row = content.line("metrics", level="visit", part="oof", learner=learner)
    return Markup("none") if row is None else row.show(content.primary)


def limit_of_acceptance(content: ReportContent) -> Iterator[Condition]:
    """A limit of acceptance was set, and is reached by the whole interval of the CCC."""
    limit = content.config["report"].get("least_ccc")
    if limit is None:
        text = "No limit of acceptance was set before the results (report.least_ccc): nothing says what is good enough."
        yield Condition("limit set", Colour.CARE, False, text)
        return
    yield limit_dated(content.opening, limit)
    found = content.line("intervals", learner=content.chosen, part="oof", metric="ccc")
    reached = found is not None and bool(found["low"] >= limit)
    low = found.show("low") if found is not None and isfinite(found["low"]) else Markup("none")
    words = "is at least" if reached else "is not at least"
    text = say(f"The lower end of the CCC's interval out of fold ({{low}}) {words} the limit, {limit:g}.", low=low)
    yield Condition("limit reached", Colour.NOT, reached, text)


def no_optimistic_rows(content: ReportContent) -> Condition:
    """The out-of-fold figures are not optimistic."""
    row = content.line("metrics", level="visit", part="oof", learner=content.chosen)
    marked = row is not None and bool(row["optimistic"])
    fault = (
        "optimistic: the trainings monitored the fold that is predicted (training.monitor)"
        if content.config["training"]["monitor"] == "heldout"
        else "no fair estimate, too good or too bad: its weights were fitted to networks that had been trained on the "
        "fold (stacking.honest)"
    )
    text = (
        f"Its out-of-fold figures are {fault}."
        if marked
        else "Its out-of-fold figures are free of known optimism, but for that of the choice."
    )
    return Condition("no optimistic rows", Colour.CARE, not marked, text)


def no_network_left_out(content: ReportContent) -> Condition:
    """No network was left out."""
    lost = sorted({backbone for backbone, *_ in content.left_out})
    text = f"Left out, because a training failed for good: {', '.join(lost)}." if lost else "No network was left out."
    return Condition("no network left out", Colour.CARE, not lost, text)
