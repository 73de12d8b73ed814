"""Settings of the split, as the config gives them."""

from dataclasses import dataclass
from typing import Literal

from pasi.splits.greedy import Imbalance


@dataclass(frozen=True)
class SplitSettings:
    """The `splits` section of the config and the seed of the run; `file` is None unless the method is "file"."""

    method: Literal["greedy", "sgkf", "file"]
    file: str | None
    test_fraction: float
    folds: int
    stratify_on: str
    imbalance: Imbalance
    restarts: int
    inner_fraction: float
    seed: int
