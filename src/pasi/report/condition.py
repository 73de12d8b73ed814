"""One condition of the light, and the three colours."""

from dataclasses import dataclass
from enum import IntEnum


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
    """One condition of the light: its name, the colour where it does not hold, whether it holds, and a sentence.

    holds: None where it is not asked of this run, which does not speak for the learner.
    """

    name: str
    colour: Colour
    holds: bool | None
    text: str
