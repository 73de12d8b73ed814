"""What stands for a plan where only the rules are looked at (`--lint`, `--rulegraph`): the config alone decides it.

It needs neither a cohort nor numpy, pyarrow, Pillow or tqdm, which an environment that holds only Snakemake lacks. The
workflow catalog looks at rules in such an environment, in a fresh clone.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pasi.learners.settings import BASELINES
from pasi.run_folder import repeat_part

if TYPE_CHECKING:
    from pasi.config.sections import Config
    from pasi.config.settings import Settings


class NoParams(dict[str, Any]):
    """No params of a rule; and none of a job, where it is called as a plan's function of wildcards is."""

    def __call__(self, *_: object) -> dict[str, Any]:
        return {}


@dataclass(frozen=True)
class Sketch:
    """The networks, folds, learners and shards that rules ask a `pasi.planning.plan.Plan` for; no rule has params.

    One shard stands for all, so that `--rulegraph` shows the rule that makes them.
    """

    settings: "Config | Settings"
    shards: tuple[str, ...] = ("00",)
    baselines: tuple[str, ...] = BASELINES

    @property
    def trained(self) -> list[str]:
        """The networks of the config."""
        return list(self.settings.training.backbones)

    @property
    def folds(self) -> range:
        """The numbers of the folds."""
        return range(self.settings.splits.folds)

    @property
    def repeat_parts(self) -> list[str]:
        """What the repeats add to the name of a fold's folder."""
        return [repeat_part(repeat) for repeat in range(self.settings.training.repeats)]

    @property
    def meta_learners(self) -> list[str]:
        """The learners that are stacked on the networks."""
        return list(self.settings.stacking.learners)

    def cached_weights(self, backbone: str) -> list[str]:
        """A file of the shared cache that stands for a backbone's weights; none where training starts from scratch."""
        training = self.settings.training
        return [] if training.weights == "none" else [f"{training.weights_cache}/{backbone}-0.safetensors"]

    def __getattr__(self, name: str) -> NoParams:
        """The params of a rule."""
        if name.startswith("_"):  # what copy and pickle look for is no rule
            raise AttributeError(name)
        return NoParams()
