"""The weights of the meta-learners as a table, one row per network and one column per meta-learner."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class StackingWeights:
    """Weights by network and meta-learner; None where a meta-learner lacks a network, or has no ridge penalty."""

    learners: list[str]
    rows: list[tuple[str, list[float | None]]]
    intercepts: list[float]
    penalties: list[float | None]
    linear: bool

    def share(self, value: float) -> float:
        """Absolute value of a weight in per cent of the largest in the table: the length of its bar."""
        return round(100 * abs(value) / max(abs(other) for _, values in self.rows for other in values if other), 1)


def stacking_weights(models: Mapping[str, Mapping[str, Any]]) -> StackingWeights:
    """The table of the final fits. models: learner -> stacking/{learner}.json; `linear`: none is a fractional logit."""
    fits = {
        learner: dict(zip(model["backbones"], model["coefficients"], strict=True)) for learner, model in models.items()
    }
    networks = dict.fromkeys(name for fit in fits.values() for name in fit)
    return StackingWeights(
        learners=list(fits),
        rows=[(name, [fit.get(name) for fit in fits.values()]) for name in networks],
        intercepts=[model["intercept"] for model in models.values()],
        penalties=[model["alpha"] for model in models.values()],
        linear=all(model["family"] == "linear" for model in models.values()),
    )
