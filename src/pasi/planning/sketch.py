"""What stands for a plan where only the rules are looked at (`--lint`, `--rulegraph`): the config alone decides it.

It needs neither a cohort nor numpy, pyarrow, Pillow or tqdm, which an environment that holds only Snakemake lacks. The
workflow catalog looks at rules in such an environment, in a fresh clone.
"""

from dataclasses import dataclass
from typing import Any

from pasi.planning.experiment import Experiment


class NoParams(dict[str, Any]):
    """No params of a rule; and none of a job, where it is called as a plan's function of wildcards is."""

    def __call__(self, *_: object) -> dict[str, Any]:
        return {}


@dataclass(frozen=True)
class Sketch(Experiment):
    """The networks, folds, learners and shards that rules ask a `pasi.planning.plan.Plan` for; no rule has params.

    One shard stands for all, so that `--rulegraph` shows the rule that makes them; so does one part of new visits.
    """

    shards: tuple[str, ...] = ("00",)
    names: tuple[str, ...] = ("000",)  # of the parts

    def cached_weights(self, backbone: str) -> list[str]:
        """A file of the shared cache that stands for a backbone's weights; none where training starts from scratch."""
        training = self.settings.training
        return [] if training.weights == "none" else [f"{training.weights_cache}/{backbone}-0.safetensors"]

    def __getattr__(self, name: str) -> NoParams:
        """The params of a rule."""
        if name.startswith("_"):  # what copy and pickle look for is no rule
            raise AttributeError(name)
        return NoParams()
