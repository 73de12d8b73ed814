"""Settings of the split, as the config gives them."""

from dataclasses import dataclass
from typing import Literal

Method = Literal["greedy", "sgkf", "file"]
Imbalance = Literal["label_share", "cohort_share"]  # readings A and B of R18
Monitor = Literal["inner", "heldout"]  # the subjects whose loss decides when a training stops (training.monitor, R35)


@dataclass(frozen=True)
class SplitSettings:
    """The `splits` section of the config and the seed of the run; `file` is None unless the method is "file"."""

    method: Method
    file: str | None
    test_fraction: float
    folds: int
    stratify_on: str
    imbalance: Imbalance
    restarts: int
    inner_fraction: float
    seed: int
