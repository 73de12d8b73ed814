"""Trainings whose best epoch lies at an end: at the last, so that more would serve them, or at the first."""

from collections.abc import Iterator, Mapping

import numpy as np
from markupsafe import Markup

from pasi.evaluation.histories import best_epoch
from pasi.report.cells import marked_fact, say
from pasi.report.condition import Colour, Condition
from pasi.report.content import ReportContent
from pasi.report.learning import networks_behind
from pasi.wording import counted

LAST_SHARE = 0.1  # of max_epochs: a best epoch that lies there is one after which a better one was likely
FACT, OWN_FACT = "trainings still improving at the end", "of these still improving, the chosen learner rests on"


def still_improving(content: ReportContent) -> list[str]:
    """The network of each training that was still improving when max_epochs ended, once for each such training.

    None with `one_cycle`, whose last epochs are meant to be the best.
    """
    if not _has_plateau(content):
        return []
    return [network for network, history in _trainings(content) if _is_capped(history, content.config["training"])]


def of_chosen(content: ReportContent) -> list[str]:
    """Those of them that the chosen learner rests on, by its own folds or by a weight that is not 0."""
    networks = networks_behind(content, content.chosen)
    return [network for network in still_improving(content) if network in networks]


def epochs_enough(content: ReportContent) -> Condition:
    """No training that the chosen learner rests on was still improving at the end, or best at its beginning."""
    name, training, count = "enough epochs", content.config["training"], len(of_chosen(content))
    if early := _first_of_chosen(content):
        text = say(
            f"{{learner}} rests on {counted(early, 'training')} with the first epoch as the best one (section 2).",
            learner=content.chosen,
        )
        return Condition(name, Colour.CARE, False, text)
    if not _has_plateau(content):
        text = Markup("With training.schedule one_cycle the last epochs are meant to be the best: this is not asked.")
        return Condition(name, Colour.CARE, None, text)
    if not count:
        words = "No training that {learner} rests on was still improving when training.max_epochs ended."
        return Condition(name, Colour.CARE, True, say(words, learner=content.chosen))
    return Condition(
        name,
        Colour.CARE,
        False,
        say(
            f"{{count}} of the trainings that {{learner}} rests on {_was(count)} still improving when max_epochs "
            f"({training['max_epochs']}) ended: raise training.max_epochs.",
            count=marked_fact(count, OWN_FACT),
            learner=content.chosen,
        ),
    )


def cap_text(content: ReportContent) -> Markup:
    """How many of all trainings were still improving when max_epochs ended; "" where none."""
    count = len(still_improving(content))
    if not count:
        return Markup("")
    return say(
        f"{{count}} of {{total}} trainings {_was(count)} still improving when max_epochs "
        f"({content.config['training']['max_epochs']}) ended: raise training.max_epochs. {{learner}} rests on {{own}} "
        "of these.",
        count=marked_fact(count, FACT),
        total=marked_fact(len(content.skills), "trainings"),
        learner=content.chosen,
        own=marked_fact(len(of_chosen(content)), OWN_FACT),
    )


def first_epoch_texts(content: ReportContent) -> list[str]:
    """The trainings of several epochs whose kept epoch is their first: what came after was no better, or worse."""
    return [
        f"{panel}, fold {fold}, is suspect: of {len(history['epoch'])} epochs its first was the best on the monitored "
        "subjects, so that what it learned later is not used. Lower the learning rate, or set another seed."
        for panel, folds in content.histories.items()
        for fold, history in folds.items()
        if _kept_its_first(history)
    ]


def _kept_its_first(history: Mapping[str, np.ndarray]) -> bool:
    return len(history["epoch"]) > 1 and best_epoch(history) == 0


def _first_of_chosen(content: ReportContent) -> int:
    """How many trainings that the chosen learner rests on kept their first epoch, and learned for all that."""
    networks = networks_behind(content, content.chosen)
    lost = {(place.backbone, place.fold) for place in content.unlearned}
    return sum(
        _kept_its_first(history) and (panel, fold) not in lost and panel.partition(", repeat ")[0] in networks
        for panel, folds in content.histories.items()
        for fold, history in folds.items()
    )


def _has_plateau(content: ReportContent) -> bool:
    """Whether the learning rate falls where the loss no longer does; a config from before the key has no other way."""
    return bool(content.config["training"].get("schedule", "plateau") == "plateau")


def _trainings(content: ReportContent) -> Iterator[tuple[str, Mapping[str, np.ndarray]]]:
    for panel, folds in content.histories.items():
        for history in folds.values():
            yield panel.partition(", repeat ")[0], history


def _is_capped(history: Mapping[str, np.ndarray], training: Mapping[str, int]) -> bool:
    """Whether its best epoch lies in the last tenth, and early stopping did not end it."""
    best, epochs, most = best_epoch(history), len(history["epoch"]), training["max_epochs"]
    if best is None or epochs < most:
        return False
    return best + 1 > (1 - LAST_SHARE) * most and epochs - 1 - best < training["early_stopping_patience"]


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
