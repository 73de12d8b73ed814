"""Settings of stacking, as the config gives them."""

from dataclasses import dataclass
from typing import Literal

Family = Literal["linear", "fractional_logit"]


@dataclass(frozen=True)
class StackingSettings:
    """The config's `stacking` section.

    family: of the four meta-learners of the paper, "linear" or "fractional_logit" (R39). ridge_alpha: the penalty of
    the ridge ones on predictors as they are, or "cv", chosen by holding out fold after fold (R40). level: the rows they
    are fitted to, "composite" or "visit" (R41).
    """

    family: Family = "linear"
    ridge_alpha: float | Literal["cv"] = 1.0
    level: Literal["composite", "visit"] = "composite"
