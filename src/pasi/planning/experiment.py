"""The networks, folds and learners of a config, as rules ask for them.

This module imports nothing heavy, because `pasi.planning.sketch` needs it where numpy and its like are missing.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pasi.learners.settings import BASELINES, UNFITTED
from pasi.run_folder import repeat_part

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
    def meta_learners(self) -> list[str]:
        """The learners that are stacked on the networks."""
        return list(self.settings.stacking.learners)

    @property
    def leaking(self) -> list[str]:
        """The meta-learners whose out-of-fold rows owe something to the observed scores of their own fold.

        Their weights for a fold are fitted to predictions of networks that were trained on it.
        """
        return [name for name in self.meta_learners if name not in UNFITTED]

    @property
    def baselines(self) -> list[str]:
        """The learners that need no network."""
        return list(BASELINES)
