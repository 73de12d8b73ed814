"""What a synthetic trial may have beyond the default: arms of different success, raters who err, another setting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pasi.simulate.course import RESPONSES, Subject, draw_subjects, in_shares
from pasi.simulate.draws import draws
from pasi.simulate.setting import DEFAULT_SETTING, Setting


@dataclass(frozen=True)
class Arm:
    """An arm of the trial. success: share of its subjects, 0 to 1, whose true improvement at week 16 reaches 90%."""

    name: str
    success: float


@dataclass(frozen=True)
class Design:
    """Arms (none: the subjects of the default trial), number of raters (0: scores are the truth), size of their error,
    and the camera and site of the photos.

    rater_error: factor on the errors and biases of all raters (`pasi.simulate.raters`); with 0 all raters give the
    truth. Raises ValueError where an arm is named twice or without a name, or a number is out of range.
    """

    arms: tuple[Arm, ...] = ()
    raters: int = 0
    rater_error: float = 1.0
    setting: Setting = DEFAULT_SETTING

    def __post_init__(self) -> None:
        names = [arm.name for arm in self.arms]
        if len(set(names)) < len(names) or not all(names):
            raise ValueError(f"the arms are called {', '.join(map(repr, names))}: expected another name for each")
        for arm in self.arms:
            if not 0 <= arm.success <= 1:
                raise ValueError(f"arm {arm.name} has a success of {arm.success:g}, expected a share from 0 to 1")
        if self.raters < 0 or not 0 <= self.rater_error < float("inf"):
            raise ValueError(
                f"cannot make {self.raters} raters with {self.rater_error:g} times the error: expected 0 or more"
            )


def design_subjects(count: int, seed: int, arms: Sequence[Arm] = ()) -> list[Subject]:
    """The subjects of `draw_subjects`, divided over `arms` as equally as their number allows.

    In each arm `success` of the subjects, to the nearest whole number, respond fully; the others respond in part or not
    at all in the proportion of the default trial. Everything else about a subject is as without arms. What is left out
    of the range of a partial response, an improvement from 89 to 90%, nobody has: `success` is the true PASI90 rate.
    """
    people = draw_subjects(count, seed)
    if not arms:
        return people
    rng = draws(seed, "arms", count)
    allotted = in_shares([arm.name for arm in arms], [1 / len(arms)] * len(arms), count, rng)
    found: dict[int, Subject] = {}
    for arm in arms:
        own = [person for person, name in zip(people, allotted, strict=True) if name == arm.name]
        kinds = in_shares(list(RESPONSES), _shares(arm.success), len(own), rng)
        found |= {
            person.number: replace(person, arm=arm.name, response=kind) for person, kind in zip(own, kinds, strict=True)
        }
    return [found[person.number] for person in people]


def _shares(success: float) -> list[float]:
    """Shares of the kinds of response in the order of RESPONSES."""
    others = {kind: share for kind, (share, _, _) in RESPONSES.items() if kind != "full"}
    return [success, *((1 - success) * share / sum(others.values()) for share in others.values())]


DEFAULT = Design()
