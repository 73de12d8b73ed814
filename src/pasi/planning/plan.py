"""What a run will do: the params of every rule, by which Snakemake decides what runs again.

Each property named after a rule holds that rule's params as plain values (text, numbers, lists, dicts), which
Snakemake compares with those of the last run. A rule's params name its settings, the digest of the code that its
script reaches and, for the first rules, digests of the rows and photos that they read.
"""

from collections.abc import Iterable
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pasi.cohort.counts import count_table
from pasi.learners.settings import GIVEN_A_SCORE
from pasi.networks.catalogue import NETWORKS
from pasi.networks.costs import COSTS
from pasi.networks.settings import SCRATCH
from pasi.planning.scope import LeftOut, Params, Scope
from pasi.planning.shown_config import changed_keys, shown_config
from pasi.planning.training_params import target_params, training_params
from pasi.run_folder import FIGURES, TrainingPlace
from pasi.storage.hashing import value_digest

SCRIPTS = (
    *(f"draw_{figure}" for figure in FIGURES), "count_cohort",
    "choose_learner", "evaluate_oof", "fit_baseline", "fit_learner", "gather_pairs", "gather_predictions",
    "index_tiles", "join_scores", "make_bundle", "make_dossier", "make_tiles", "open_test", "read_cohort",
    "score_part", "split_subjects", "train_fold", "train_pair", "write_plan", "write_report", "write_tables",
)  # fmt: skip
# What shapes the networks, coefficients and figures of a bundle.
CODE_OF_A_BUNDLE = ("make_tiles", "split_subjects", "train_fold", "fit_learner", "evaluate_oof", "open_test")
ROW_IDS = ("subject", "visit", "region")


class Plan(Scope):
    """The params of every rule; each property that is named after a rule holds that rule's."""

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
        return {**training_params(self.settings), "code": self.code["train_fold"]}

    def network(self, backbone: str) -> Params:
        """The record of a network, whose values shape its trainings and no others."""
        return asdict(NETWORKS[backbone])

    def pretrained(self, backbone: str) -> str:
        """What stands for the weights that a backbone starts from."""
        return self.weights[backbone].cached_name if self.weights else SCRATCH

    def cached_weights(self, backbone: str) -> list[str]:
        """File of the shared cache with a backbone's ImageNet weights; none where training starts from scratch."""
        return [f"{self.settings.training.weights_cache}/{self.pretrained(backbone)}"] if self.weights else []

    def training_digest(self, backbone: str) -> str:
        """Digest of all that shapes the trainings of a backbone, as far as it is known before any job has run."""
        return value_digest(self.train_fold, self.network(backbone), self._trial, self.pretrained(backbone))

    @cached_property
    def train_pair(self) -> Params:
        """All trainings without a pair of folds, as `train_fold`."""
        return {**training_params(self.settings), "code": self.code["train_pair"]}

    def pair_digest(self, backbone: str) -> str:
        """As `training_digest`, of the trainings of a backbone without a pair of folds."""
        return value_digest(self.train_pair, self.network(backbone), self._trial, self.pretrained(backbone))

    def digest_of(self, place: TrainingPlace) -> str:
        """That of one training."""
        digest = self.training_digest if place.second is None else self.pair_digest
        return digest(place.backbone)

    @property
    def gather_pairs(self) -> Params:
        """Which networks are trained without each pair of folds."""
        networks = {"learners": self.honest_backbones, "folds": len(self.folds)}
        return {**networks, "code": self.code["gather_pairs"]}

    @property
    def gather_predictions(self) -> Params:
        """Which networks' predictions belong together."""
        networks = {"learners": self.trained, "folds": len(self.folds), "repeats": len(self.repeats)}
        return {**networks, "code": self.code["gather_predictions"]}

    @property
    def fit_learner(self) -> Params:
        """All meta-learners."""
        stacking = self.settings.stacking
        return {
            "family": stacking.family,
            "ridge_alpha": stacking.ridge_alpha,
            "level": stacking.level,
            "honest": self.honest_backbones,
            "index": self.scored_index,
            "code": self.code["fit_learner"],
        }

    @property
    def fit_baseline(self) -> Params:
        """All baselines."""
        return {"fit": self.settings.tiles.fit, "code": self.code["fit_baseline"]}

    @property
    def write_plan(self) -> Params:
        """What is decided before the test part is opened, and digests of what predictions are made from."""
        settings = self.settings
        keys = settings.evaluation.model_dump()
        endpoint_limits = {name: value for name, value in keys.items() if name.startswith("endpoint_")}
        return {
            "primary": settings.evaluation.primary,
            "limits": {"least_ccc": settings.report.least_ccc, **endpoint_limits},
            "outcomes": {name: self.index[name] for name in ("responses", "clear_below", "bands")},
            "test_rows": settings.evaluation.test_rows,
            "config": self._made_from,
            "code": self.code["write_plan"],
        }

    @property
    def evaluate_oof(self) -> Params:
        """How predictions are judged."""
        return {**self._judging, "code": self.code["evaluate_oof"]}

    @property
    def choose_learner(self) -> Params:
        """The measure stands in the plan of the test."""
        return {"given_a_score": list(GIVEN_A_SCORE), "code": self.code["choose_learner"]}

    @property
    def open_test(self) -> Params:
        """How predictions are judged, and the code that made them."""
        codes = {"training": self.code["train_fold"], "evaluation": self.code["open_test"]}
        return {**self._judging, "codes": codes, "code": self.code["open_test"]}

    @property
    def _judging(self) -> Params:
        """What `pasi.evaluation.judgement:Judging` holds, and the index."""
        return {
            "index": self.index,
            "given_a_score": list(GIVEN_A_SCORE),
            "monitor": self.settings.training.monitor,
            "leaking": self.leaking,
            "least_skill": self.settings.training.least_skill,
            **self.settings.evaluation.model_dump(exclude={"test_rows"}),
            "seed": self.settings.seed,
            "left_out": [name for name in self.backbones if name not in self.trained],
        }

    @property
    def _made_from(self) -> dict[str, str]:
        """Digests of what the predictions on the test part are made from, but for code, by what it is."""
        training = [[self.network(name), self.pretrained(name)] for name in self.trained]
        parts: dict[str, list[Any]] = {
            "cohort": [self.read_scores, self.photos],
            "splits": [self.split_subjects],
            "training": [self.train_fold, self.make_tiles, training, self.gather_predictions],
            "stacking": [self.fit_learner, self.meta_learners],
            "evaluation": [self._judging],
        }
        return {name: value_digest(*map(_without_code, found)) for name, found in parts.items()}

    def draw(self, figure: str) -> Params:
        """Params of the rule that draws one of FIGURES."""
        own = {
            "figure_3": self._chosen_learner,
            "figure_4": self._chosen_learner,
            "learning_curves": self._learning_curves,
            "figure_s1": self._composites_diagram,
        }
        return {**own.get(figure, {"index": self.index}), "code": self.code[f"draw_{figure}"]}

    @property
    def _chosen_learner(self) -> Params:
        """The index, and the measure by which the learner that a figure shows is chosen."""
        return {"index": self.index, "primary": self.settings.evaluation.primary}

    @property
    def _learning_curves(self) -> Params:
        """The order of the panels, what was monitored, and which curves are marked."""
        training = self.settings.training
        own = {"monitor": training.monitor, "least_skill": training.least_skill}
        return {"backbones": self.trained, "repeats": len(self.repeats), **own}

    @property
    def _composites_diagram(self) -> Params:
        """How composites are made: what is never drawn at random is shown neither turned nor shuffled."""
        composites = self.settings.composites
        augmented = composites.augment != "none"
        return {
            "index": self.index,
            "images": self.settings.report.images,
            "fit": self.settings.tiles.fit,
            "rotation": composites.rotation if augmented else "none",
            "shuffle": composites.shuffle and augmented,
        }

    @property
    def write_tables(self) -> Params:
        """The order of the paper's tables, and the measure by which Table 1 is sorted."""
        order = [*self.backbones, *self.meta_learners]
        return {"order": order, "primary": self.settings.evaluation.primary, "code": self.code["write_tables"]}

    @property
    def write_report(self) -> Params:
        """What the report says of the run itself."""
        return {
            "config": shown_config(self.settings),
            "changed": changed_keys(self.settings),
            "left_out": [[one.backbone, one.fold, one.reason] for one in self.left_out],
            "training_code": self.code["train_fold"],
            "code": self.code["write_report"],
        }

    @property
    def make_bundle(self) -> Params:
        """Which learner is bundled, how its networks are built and fed, and what the run was."""
        settings, target = self.settings, target_params(self.settings)
        training = settings.training
        return {
            "learner": settings.bundle.learner,
            "weights": settings.bundle.weights,
            "synthetic": settings.report.synthetic,
            "primary": settings.evaluation.primary,
            "ccc_ddof": settings.evaluation.ccc_ddof,
            "index": self.index,
            "tiles": {"size": settings.tiles.size, "fit": settings.tiles.fit},
            "extra_photos": settings.tiles.extra_photos,
            "composites": settings.composites.model_dump(),
            "grid": settings.index.grid,
            "head": {name: getattr(training, name) for name in ("squeezenet_relu", "batch_norm_momentum")},
            "arithmetic": {name: getattr(training, name) for name in ("batch_size", "instructions")},
            "columns": target["columns"],
            "has_area": target["has_area"],
            "networks": {
                name: {"network": self.network(name), "pretrained": bool(self.weights)} for name in self.trained
            },
            "seconds": {name: COSTS[name].step_seconds for name in self.trained},
            "honest": self.honest_backbones,
            "leaking": self.leaking,
            "config": {name: value for name, value in shown_config(settings).items() if name != "report"},
            "codes": {name: self.code[name] for name in CODE_OF_A_BUNDLE},
            "code": self.code["make_bundle"],
        }

    @property
    def score_part(self) -> Params:
        """All parts of the new visits; `VisitParts.rows` tells one from another. The device plays no part."""
        return {"code": self.code["score_part"]}

    @property
    def join_scores(self) -> Params:
        """What the config says of the new visits; `VisitParts.courses` is what follows from it and their table."""
        scoring = self.settings.scoring
        visits = {"order": list(scoring.visit_order), "baseline": scoring.baseline}
        return {"visits": visits, "code": self.code["join_scores"]}

    @property
    def make_dossier(self) -> Params:
        """What a person has written for the dossier; all else it reads from the files of the run."""
        return {"person": self.settings.dossier.model_dump(), "code": self.code["make_dossier"]}

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


def without(plan: Plan, failures: Iterable[LeftOut]) -> Plan:
    """The plan that goes on without the networks of failed trainings."""
    return replace(plan, left_out=list(failures))


def _without_code(params: Any) -> Any:
    return {name: value for name, value in params.items() if name != "code"} if isinstance(params, dict) else params
