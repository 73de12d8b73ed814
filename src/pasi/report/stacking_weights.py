"""The weights of the meta-learners, as a table of networks against meta-learners."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class StackingWeights:
    """One column a meta-learner, one row a network; intercepts and ridge penalties (None: without) stand below."""

    learners: list[str]
    rows: list[tuple[str, list[float | None]]]
    intercepts: list[float]
    penalties: list[float | None]
    linear: bool

    def share(self, value: float) -> float:
        """Size of a weight in per cent of the largest in the table: the length of its bar."""
        return round(100 * abs(value) / max(abs(other) for _, values in self.rows for other in values if other), 1)


def stacking_weights(models: Mapping[str, Mapping[str, Any]]) -> StackingWeights:
    """The final fits of stacking/{learner}.json, by learner; `linear` is False if one is a fractional logit."""
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
