"""The settings of the meta-learners."""

from dataclasses import dataclass
from typing import Literal

Family = Literal["linear", "fractional_logit"]


@dataclass(frozen=True)
class StackingSettings:
    """What the config's `stacking` section says of a fit.

    family: the model of the paper's four meta-learners, "linear" or "fractional_logit" (R39). ridge_alpha: the penalty
    of the two ridge ones, on predictors that are not standardised; "cv" chooses it by cross-validation over the folds
    (R40). level: what the meta-learners are fitted to, "composite" or "visit" (R41).
    """

    family: Family = "linear"
    ridge_alpha: float | Literal["cv"] = 1.0
    level: Literal["composite", "visit"] = "composite"
