"""The networks, folds and learners of a config, as rules ask for them.

This module imports nothing heavy, because `pasi.planning.sketch` needs it where numpy and its like are missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING

from pasi.learners.settings import BASELINES, UNFITTED
from pasi.run_folder import TrainingPlace, repeat_part

if TYPE_CHECKING:
    from pasi.config.sections import Config
    from pasi.config.settings import Settings


@dataclass(frozen=True)
class Experiment:
    """What the config alone decides of a run."""

    settings: "Config | Settings"

    @property
    def backbones(self) -> list[str]:
        """The networks of the config."""
        return list(self.settings.training.backbones)

    @property
    def trained(self) -> list[str]:
        """The networks that the run trains."""
        return self.backbones

    @property
    def folds(self) -> range:
        """The numbers of the folds."""
        return range(self.settings.splits.folds)

    @property
    def repeats(self) -> range:
        """The numbers of the repeats; 0 is the first training of a network on a fold."""
        return range(self.settings.training.repeats)

    @property
    def repeat_parts(self) -> list[str]:
        """What the repeats add to the name of a fold's folder: nothing for the first one."""
        return [repeat_part(repeat) for repeat in self.repeats]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The pairs of folds."""
        return list(combinations(self.folds, 2))

    @property
    def pair_folders(self) -> list[str]:
        """The folder of a training without each pair of folds, in that of its network."""
        return [TrainingPlace("", first, second=second).folder for first, second in self.pairs]

    @property
    def honest_backbones(self) -> list[str]:
        """The networks that are also trained without each pair of folds, and that meta-learners then combine alone."""
        return [name for name in self.trained if self._is_honest(name)]

    def _is_honest(self, backbone: str) -> bool:
        stacking = self.settings.stacking
        named = stacking.honest_backbones
        return stacking.honest and (named == "all" or backbone in named)

    def trainings(self, backbones: Iterable[str]) -> list[TrainingPlace]:
        """All trainings of some networks: each fold in each repeat, then each pair of folds where it is wanted.

        A pair is trained once, whatever the number of repeats.
        """
        names = list(backbones)
        single = [TrainingPlace(*place) for place in product(names, self.folds, self.repeats)]
        honest = [name for name in names if self._is_honest(name)]
        return single + [TrainingPlace(name, first, second=second) for name in honest for first, second in self.pairs]

    @property
    def meta_learners(self) -> list[str]:
        """The learners that are stacked on the networks."""
        return list(self.settings.stacking.learners)

    @property
    def leaking(self) -> list[str]:
        """The meta-learners whose out-of-fold rows owe something to the observed scores of their own fold.

        Their weights for a fold are fitted to predictions of networks that were trained on it.
        """
        return [] if self.honest_backbones else [name for name in self.meta_learners if name not in UNFITTED]

    @property
    def baselines(self) -> list[str]:
        """The learners that need no network."""
        return list(BASELINES)
