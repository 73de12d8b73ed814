"""Section 2, Health of the training: what each network reached on each fold, and what those that did not learn do."""

from dataclasses import dataclass
from math import isnan
from typing import Any

from markupsafe import Markup

from pasi.evaluation.sensitivity import LEARNED
from pasi.report.cells import Line, say
from pasi.report.content import ReportContent
from pasi.report.epoch_cap import cap_text, first_epoch_texts
from pasi.report.learning import resting_on
from pasi.report.numbers import DASH
from pasi.run_folder import TrainingPlace
from pasi.wording import counted

FLAT = 0.25  # of the spread of the observed scores: what is predicted with less is nearly constant
CONFIG = "CONFIG.yaml"  # stands for the user's file, of which the report knows no name


@dataclass(frozen=True)
class Lost:
    """A training that did not learn: where, why it counts as such, and the command that trains it again."""

    place: str
    reason: Markup
    command: str


@dataclass(frozen=True)
class GridRow:
    """A network, or a repeat of it, and its cells by fold; None where it has no visit of a fold."""

    name: str
    cells: list[Line | None]


def health_section(content: ReportContent) -> dict[str, Any]:
    """The variables of the section's template."""
    return {
        "grid": grid(content),
        "summary": summary_text(content),
        "cap": cap_text(content),
        "lost": lost_trainings(content),
        "is_flat": is_flat,
        "flat": flat_texts(content),
        "first_epoch": first_epoch_texts(content),
        "sensitivity": content.lines("sensitivity", learner=content.chosen),
        "sensitivity_text": sensitivity_text(content),
        "impossible": content.lines("impossible", learner=content.chosen),
        "others_impossible": impossible_text(content),
    }


def grid(content: ReportContent) -> list[GridRow]:
    """Networks and repeats in rows, folds in columns."""
    found: dict[tuple[str, int], dict[int, Line]] = {}
    for row in content.lines("folds", kind="backbone"):
        found.setdefault((str(row["learner"]), int(row["repeat"])), {})[int(row["fold"])] = row
    return [
        GridRow(learner + (f", repeat {repeat}" if repeat else ""), [cells.get(fold) for fold in content.fold_numbers])
        for (learner, repeat), cells in found.items()
    ]


def summary_text(content: ReportContent) -> str:
    """How many trainings learned, and whether the recommended learner rests on one that did not."""
    total, lost = len(content.skills), len(content.unlearned)
    if not lost:
        return f"All {counted(total, 'training')} learned (skill of at least {content.least_skill:g})."
    resting = len(resting_on(content, content.chosen)) or "none"
    own = f"{content.chosen}, which this report evaluates, rests on {resting} of these."
    return f"{lost} of {counted(total, 'training')} did not learn. {own}"


def lost_trainings(content: ReportContent) -> list[Lost]:
    """The trainings that did not learn, each with its skill, the limit, and how it is trained again."""
    return [_lost(content, place) for place in content.unlearned]


def is_flat(row: Line) -> bool:
    """Whether a training that learned predicts its held-out visits nearly alike."""
    return bool(row["learned"] == "yes" and row["spread"] < FLAT)


def flat_texts(content: ReportContent) -> list[Markup]:
    """The trainings that learned by their monitored subjects, and predict their held-out visits nearly alike."""
    return [
        say(
            "{learner}, fold {fold}, is suspect: its predictions of the {visits} visits that it did not see have "
            "{spread} of the spread of the observed scores. Its skill was measured on other, few subjects.",
            learner=row["learner"],
            fold=row.show("fold", "0"),
            visits=row.show("visits", "0"),
            spread=row.show("spread", "%0"),
        )
        for row in content.lines("folds", kind="backbone")
        if is_flat(row)
    ]


def _lost(content: ReportContent, place: TrainingPlace) -> Lost:
    row = content.line("folds", learner=place.backbone, fold=place.fold, repeat=place.repeat)
    skill = Markup("not known") if row is None else row.show("skill")
    reason = say(
        f"skill {{skill}}, below training.least_skill ({content.least_skill:g}): it predicts little more than the mean "
        "of each region",
        skill=skill,
    )
    target = f"RESULTS/models/{place.backbone}/{place.folder}/predictions.parquet"
    command = f"snakemake --cores 1 --configfile {CONFIG} -f {target}"
    where = f"{place.backbone}, fold {place.fold}" + (f", repeat {place.repeat}" if place.repeat else "")
    return Lost(where, reason, command)


def sensitivity_text(content: ReportContent) -> Markup:
    """What the results of the chosen learner are without the folds in which it rests on a lost training."""
    row = content.line("sensitivity", learner=content.chosen, folds=LEARNED)
    if row is None:
        lost = resting_on(content, content.chosen)
        if lost:
            return Markup("It rests on such a training in every fold: there is nothing to compare with.")
        return Markup(
            "Every training that the chosen learner rests on has learned, so that there is nothing to leave out."
        )
    return say(
        "Without {folds} the MAE is {mae} and the CCC {ccc}, on the other subjects alone. This is a sensitivity "
        "analysis and no result: the folds are left out after their results were seen.",
        folds=row.show("left_out", ""),
        mae=row.show("mae"),
        ccc=Markup(DASH) if isnan(row["ccc"]) else row.show("ccc"),
    )


def impossible_text(content: ReportContent) -> str:
    """That a prediction can be impossible, and that nothing was cut."""
    return (
        f"A prediction below 0 or above {content.index.maximum:g} {content.index.unit} is no score that a physician "
        "could give. Such predictions are counted as they are; none is cut, in no figure of this report."
    )
