"""What the report says of networks that did not learn."""

from pasi.evaluation.sensitivity import weighted_networks
from pasi.report.content import ReportContent
from pasi.run_folder import TrainingPlace
from pasi.wording import counted, folds_by_network


def is_short(learned: str) -> bool:
    """Whether a cell of the column learned says that a network did not.

    >>> is_short("4/5"), is_short("5/5"), is_short("")
    (True, False, False)
    """
    return len(set(learned.split("/"))) > 1


def learning_warnings(content: ReportContent) -> list[str]:
    """Which networks did not learn on which folds, and what that means for the numbers; none where all did."""
    found = content.unlearned
    if not found:
        return []
    return [
        f"{len(found)} of {counted(len(content.skills), 'training')} did not learn: {folds_by_network(found)}. Such a "
        f"network, with a skill below training.least_skill ({content.least_skill:g}), predicts little more than the "
        "mean of each region, and worsens every result that it is a part of. docs/training.md says what helps."
    ]


def resting_on(content: ReportContent, learner: str) -> list[TrainingPlace]:
    """The trainings that did not learn and that a learner rests on: its own, or those that it gives weight to."""
    networks = networks_behind(content, learner)
    return [place for place in content.unlearned if place.backbone in networks]


def networks_behind(content: ReportContent, learner: str) -> set[str]:
    """The network itself, or those to which a meta-learner gives a weight that is not 0."""
    model = content.models.get(learner)
    return {learner} if model is None else set(weighted_networks(model))


def resting_sentence(content: ReportContent, learner: str) -> str | None:
    """On which trainings without skill a learner rests; None where it rests on none."""
    found = resting_on(content, learner)
    if not found:
        return None
    combines = learner in content.models
    rests, weights = ("gives weight to", " Section 9 has the weights.") if combines else ("consists in part of", "")
    return (
        f"{learner} {rests} {counted(len(found), 'training')} that did not learn ({folds_by_network(found)}): what "
        f"those contribute is little more than the mean of each region.{weights}"
    )
