"""What a run makes: its networks, folds, learners and shards, and the index as far as each stage needs it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from pasi.cohort.records import Cohort
from pasi.cohort.score_table import score_table
from pasi.config.settings import Settings
from pasi.learners.baseline_rows import missing_baselines
from pasi.networks.pretrained import Pretrained
from pasi.planning.experiment import Experiment
from pasi.planning.photo_rows import PhotoRow
from pasi.planning.visit_parts import VisitParts

Params = dict[str, Any]


class LeftOut(NamedTuple):
    """A training that failed for good, without whose network the run goes on."""

    backbone: str
    fold: int
    reason: str
    repeat: int = 0
    second: int | None = None


@dataclass(frozen=True)
class Scope(Experiment):
    """Everything that decides what a run makes.

    `code` maps a script's name to the digest of the code that it reaches, `photos` a shard to its rows of photos,
    `weights` a backbone to its pretrained file (none where training starts from scratch); `left_out` are the trainings
    whose networks the run goes on without. `scored` are the new visits where a target needs their scores.
    """

    settings: Settings
    cohort: Cohort
    weights: Mapping[str, Pretrained]
    code: Mapping[str, str]
    photos: Mapping[str, Sequence[PhotoRow]]
    left_out: Sequence[LeftOut] = field(default_factory=list)
    scored: VisitParts | None = None

    @property
    def trained(self) -> list[str]:
        """The networks that the run trains: one that lacks a fold is left out with all its folds."""
        lost = {training.backbone for training in self.left_out}
        return [name for name in self.backbones if name not in lost]

    @property
    def baselines(self) -> list[str]:
        """The learners that need no network, but for those for which the cohort has no weeks, arms or baselines."""
        lost = missing_baselines(self.scores)
        return [name for name in super().baselines if name not in lost]

    @property
    def shards(self) -> list[str]:
        """The shards of tiles that hold a photo, as two digits."""
        return sorted(self.photos)

    @cached_property
    def scores(self) -> dict[str, Any]:
        """The columns of cohort/scores.parquet."""
        return score_table(self.cohort, self.settings.index)

    @cached_property
    def index(self) -> Params:
        """The severity index."""
        return asdict(self.settings.index)

    @cached_property
    def scored_index(self) -> Params:
        """What stacking needs of the index: a new name, band or response threshold fits no learner again."""
        return asdict(replace(self.settings.index, name="", unit="", bands=(), clear_below=0, responses=()))

    @cached_property
    def graded_index(self) -> Params:
        """What reading a cohort needs of the index: another weight of a region (Equation 2) trains nothing again."""
        return {**self.scored_index, "regions": [{**region, "weight": 1} for region in self.scored_index["regions"]]}
