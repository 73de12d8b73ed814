"""What a run will do: the params of every rule, by which Snakemake decides what runs again.

Each property named after a rule holds that rule's params as plain values (text, numbers, lists, dicts), which
Snakemake compares with those of the last run. A rule's params name its settings, the digest of the code that its
script reaches and, for the first rules, digests of the rows and photos that they read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pasi.cohort.counts import count_table
from pasi.cohort.reading import score_table
from pasi.cohort.records import Cohort
from pasi.config.settings import Settings
from pasi.imaging.tile_maker import shard_number
from pasi.networks.catalogue import NETWORKS
from pasi.networks.pretrained import Pretrained
from pasi.planning.shown_config import shown_config
from pasi.planning.sketch import BASELINES
from pasi.provenance.photo_digests import PhotoDigests
from pasi.storage.hashing import value_digest
from pasi.training.settings import TrainingSettings

SCRIPTS = (
    "count_cohort", "draw_figure_2", "draw_figure_3", "draw_figure_4", "draw_figure_s1", "draw_learning_curves",
    "evaluate_learners", "fit_baseline", "fit_learner", "gather_predictions", "index_tiles", "make_tiles",
    "read_cohort", "split_subjects", "train_fold", "write_report", "write_tables",
)  # fmt: skip
REFERENCE = "baseline_histogram_ridge"  # the learner that every other one is compared with
ROW_IDS = ("subject", "visit", "region")

Params = dict[str, Any]
PhotoRow = tuple[str, str, str, int, str]  # subject, visit, region, slot, digest of what the file holds
LeftOut = list[str | int]  # backbone, fold, reason


@dataclass(frozen=True)
class Plan:
    """Everything that decides what a run makes.

    `code` maps a script's name to the digest of the code that it reaches, `photos` a shard to its rows of photos,
    `weights` a backbone to its pretrained file (none where training starts from scratch); `left_out` are the trainings
    whose networks the run goes on without.
    """

    settings: Settings
    cohort: Cohort
    weights: Mapping[str, Pretrained]
    code: Mapping[str, str]
    photos: Mapping[str, Sequence[PhotoRow]]
    left_out: Sequence[LeftOut] = field(default_factory=list)

    @property
    def backbones(self) -> list[str]:
        """The networks of the config."""
        return list(self.settings.training.backbones)

    @property
    def trained(self) -> list[str]:
        """The networks that the run trains: one that lacks a fold is left out with all its folds."""
        lost = {backbone for backbone, *_ in self.left_out}
        return [name for name in self.backbones if name not in lost]

    @property
    def folds(self) -> range:
        """The numbers of the folds."""
        return range(self.settings.splits.folds)

    @property
    def meta_learners(self) -> list[str]:
        """The learners that are stacked on the networks."""
        return list(self.settings.stacking.learners)

    @property
    def baselines(self) -> list[str]:
        """The learners that need no network."""
        return list(BASELINES)

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

    @property
    def read_labels(self) -> Params:
        """Labels have neither weeks, baselines nor attributes, which no training may depend on."""
        return self._cohort(columns=[*ROW_IDS, *self.settings.index.label_names, "composite"])

    @property
    def read_scores(self) -> Params:
        """Scores have every column that the table of scores holds."""
        return {**self._cohort(columns=list(self.scores)), "visits": self._visits}

    @property
    def count_cohort(self) -> Params:
        """Notes and counts, as the report shows them."""
        return {
            **self._reading,
            "visits": self._visits,
            "counted": value_digest(self.cohort.notes, count_table(self.cohort)),
            "code": self.code["count_cohort"],
        }

    @property
    def make_tiles(self) -> Params:
        """All shards; `shard_rows` tells one from another."""
        tiles = self.settings.tiles
        return {
            **self._reading,
            "settings": {"size": tiles.size, "fit": tiles.fit},
            "shards": tiles.shards,
            "code": self.code["make_tiles"],
        }

    def shard_rows(self, shard: str) -> str:
        """Digest of the rows and the contents of a shard's photos."""
        return value_digest(self.photos[shard])

    @property
    def index_tiles(self) -> Params:
        """The table over all shards."""
        return {"code": self.code["index_tiles"]}

    @cached_property
    def split_subjects(self) -> Params:
        """The split, with the step of the sign that it is stratified on and the content of its file."""
        splits = self.settings.splits
        return {
            "settings": {**splits.model_dump(exclude={"file"}), "seed": self.settings.seed},
            "step": next(label.step for label in self.settings.index.labels if label.name == splits.stratify_on),
            "file": value_digest(Path(splits.file).read_text(encoding="utf-8-sig")) if splits.file else None,
            "code": self.code["split_subjects"],
        }

    @cached_property
    def train_fold(self) -> Params:
        """All trainings; `network`, `pretrained` and `training_digest` differ between backbones."""
        settings = self.settings
        return {
            "settings": asdict(TrainingSettings.of(settings.training.model_dump())),
            "composites": settings.composites.model_dump(),
            "monitor": settings.training.monitor,
            "target": target_params(settings),
            "fit": settings.tiles.fit,
            "grid": settings.index.grid,
            "seed": settings.seed,
            "code": self.code["train_fold"],
        }

    def network(self, backbone: str) -> Params:
        """The record of a network, whose values shape its trainings and no others."""
        return asdict(NETWORKS[backbone])

    def pretrained(self, backbone: str) -> str:
        """What stands for the weights that a backbone starts from."""
        return self.weights[backbone].cached_name if self.weights else "none"

    def cached_weights(self, backbone: str) -> list[str]:
        """File of the shared cache with a backbone's ImageNet weights; none where training starts from scratch."""
        return [f"{self.settings.training.weights_cache}/{self.pretrained(backbone)}"] if self.weights else []

    def training_digest(self, backbone: str) -> str:
        """Digest of all that shapes the trainings of a backbone, as far as it is known before any job has run."""
        return value_digest(self.train_fold, self.network(backbone), self._trial, self.pretrained(backbone))

    @property
    def gather_predictions(self) -> Params:
        """Which networks' predictions belong together."""
        return {"learners": self.trained, "folds": len(self.folds), "code": self.code["gather_predictions"]}

    @property
    def fit_learner(self) -> Params:
        """All meta-learners."""
        stacking = self.settings.stacking
        return {
            "family": stacking.family,
            "ridge_alpha": stacking.ridge_alpha,
            "level": stacking.level,
            "index": self.scored_index,
            "code": self.code["fit_learner"],
        }

    @property
    def fit_baseline(self) -> Params:
        """All baselines."""
        return {"fit": self.settings.tiles.fit, "code": self.code["fit_baseline"]}

    @property
    def evaluate_learners(self) -> Params:
        """How predictions are judged."""
        return {
            "index": self.index,
            "reference": REFERENCE,
            "monitor": self.settings.training.monitor,
            **self.settings.evaluation.model_dump(),
            "seed": self.settings.seed,
            "left_out": [name for name in self.backbones if name not in self.trained],
            "code": self.code["evaluate_learners"],
        }

    def draw(self, figure: str) -> Params:
        """A figure that depends on the index alone: figure_2, figure_3 or figure_4."""
        return {"index": self.index, "code": self.code[f"draw_{figure}"]}

    @property
    def draw_learning_curves(self) -> Params:
        """The order of the panels, and what was monitored."""
        return {
            "backbones": self.trained,
            "monitor": self.settings.training.monitor,
            "code": self.code["draw_learning_curves"],
        }

    @property
    def draw_figure_s1(self) -> Params:
        """The diagram of composites: what is never drawn at random is shown neither turned nor shuffled."""
        composites = self.settings.composites
        augmented = composites.augment != "none"
        return {
            **self.draw("figure_s1"),
            "images": self.settings.report.images,
            "fit": self.settings.tiles.fit,
            "rotation": composites.rotation if augmented else "none",
            "shuffle": composites.shuffle and augmented,
        }

    @property
    def write_tables(self) -> Params:
        """The order of the paper's tables."""
        return {"order": [*self.backbones, *self.meta_learners], "code": self.code["write_tables"]}

    @property
    def write_report(self) -> Params:
        """What the report says of the run itself."""
        return {
            "config": shown_config(self.settings),
            "left_out": list(self.left_out),
            "training_code": self.code["train_fold"],
            "code": self.code["write_report"],
        }

    @cached_property
    def _trial(self) -> str:
        """Digest of the tiles, labels and split that every training reads."""
        tiles, labels = self.make_tiles, self.read_labels
        made = (self.photos, tiles["settings"], tiles["code"])
        return value_digest(made, (labels["rows"], labels["code"]), self.split_subjects)

    @property
    def _reading(self) -> Params:
        """What reading the cohort needs; `unusable` is empty for sound photos, whatever `tiles.unusable` is."""
        unusable = [list(photo) for photo in self.cohort.unusable]
        return {"index": self.graded_index, "extra_photos": self.settings.tiles.extra_photos, "unusable": unusable}

    @property
    def _visits(self) -> Params:
        """What the config says of visits: the fields of `pasi.cohort.visit_order.VisitNames`."""
        cohort = self.settings.cohort
        return {"order": list(cohort.visit_order), "baseline": cohort.baseline}

    def _cohort(self, *, columns: list[str]) -> Params:
        """Params of a table of the cohort: the digest covers these columns, another one may change."""
        rows = value_digest({name: list(self.scores[name]) for name in columns})
        return {**self._reading, "columns": columns, "rows": rows, "code": self.code["read_cohort"]}


def target_params(settings: Settings) -> Params:
    """What a network learns: one composite, or every sign and the area."""
    index, training = settings.index, settings.training
    components = training.target == "components"
    return {
        "columns": list(index.label_names) if components else ["composite"],
        "maxima": [label.maximum for label in index.labels] if components else [index.composite_maximum],
        "scale": training.target_scale,
        "has_area": index.area is not None,
    }


def photo_rows(
    cohort: Cohort, shards: int, memory: Path, warn: Callable[[str], None] | None = None
) -> dict[str, list[PhotoRow]]:
    """Rows of photos by shard, with a digest of what each file holds; paths play no part.

    `memory` is the database of digests of the last plan, so that only changed photos are read; `warn` gets a text where
    it cannot be used.
    """
    contents = PhotoDigests(memory, warn).digest(cohort.root, (photo.path for photo in cohort.photos))
    rows: dict[str, list[PhotoRow]] = {}
    for photo, content in zip(cohort.photos, contents, strict=True):
        shard = f"{shard_number(photo.subject, shards):02d}"
        rows.setdefault(shard, []).append((photo.subject, photo.visit, photo.region, photo.slot, content))
    return rows


def without(plan: Plan, failures: Iterable[LeftOut]) -> Plan:
    """The plan that goes on without the networks of failed trainings."""
    return replace(plan, left_out=list(failures))
