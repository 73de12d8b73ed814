"""Writing a bundle from the results of a finished run."""

import os
import platform
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch

from pasi.bundle import layout
from pasi.bundle.conformal import Residuals, subject_residuals
from pasi.bundle.golden import make_golden, score_golden
from pasi.bundle.manifest import write_manifest
from pasi.bundle.model import Backbone, ScoringModel, Weights, restricted, single_fit, weighted_backbones
from pasi.bundle.network_weights import is_kept
from pasi.bundle.preprocess import Preprocess
from pasi.bundle.scoring import Scorer
from pasi.errors import UsageError
from pasi.evaluation.visits import learner_rows
from pasi.learners.settings import UNFITTED
from pasi.learners.stacking import LinearFit
from pasi.networks.settings import HeadSettings
from pasi.run_folder import training_of
from pasi.severity.index import SeverityIndex
from pasi.storage.atomic import hardlink_or_copy, remove_folder
from pasi.storage.hashing import value_digest
from pasi.storage.json_files import read_json, write_json
from pasi.storage.tables import Table
from pasi.wording import first_names

PACKAGES = ("one-step-pasi", "torch", "torchvision", "pillow", "numpy", "safetensors")
CHOSEN = "chosen"  # the learner that is best out of fold


@dataclass(frozen=True)
class NetworkSettings:
    """What the networks of a run share: their head, what they predict, and which of them started from ImageNet."""

    head: HeadSettings
    columns: tuple[str, ...]
    has_area: bool
    backbones: Mapping[str, Backbone]


@dataclass(frozen=True)
class BundleParts:
    """All that is written: settings, `conformal` residuals, `weights` by training, and the card's text.

    origin: digests of what the bundle was made from.
    """

    model: ScoringModel
    preprocess: Preprocess
    index: SeverityIndex
    residuals: Residuals
    weights: Mapping[Weights, Path]
    card: str
    origin: Mapping[str, str]


def choose_model(
    learner: str,
    networks: NetworkSettings,
    files: Sequence[Path],
    meta: Path | None,
    *,
    honest: bool,
    maximum: float,
) -> tuple[ScoringModel, dict[Weights, Path]]:
    """The model of a learner, and the files of weights that it needs.

    files: the weights of all trainings. meta: the JSON of a meta-learner, None for a backbone. honest: whether its
    out-of-fold rows come from `stacking.honest`. Raises UsageError where weights that are needed were not kept.
    """
    places = {training_of(file): file for file in files}
    folds = sorted({place.fold for place in places})
    if meta is None:
        final = single_fit(learner, maximum)
        crossed = dict.fromkeys(folds, final)
    else:
        summary = read_json(meta)
        final = LinearFit.from_json(summary)
        crossed = {own["fold"]: LinearFit.from_json({**summary, **own}) for own in summary["folds"]}
    names = weighted_backbones([final, *crossed.values()])
    if not names or not networks.backbones.keys() >= set(names):
        raise UsageError(f"{learner} cannot be bundled: {_why_none(names)}. Name another learner in bundle.learner")
    repeats = sorted({place.repeat for place in places})
    weights = {
        Weights(layout.weights_file(place.backbone, place.fold, place.repeat), *place[:3]): file
        for place, file in places.items()
        if place.backbone in names and place.second is None
    }
    refuse_lost_weights(learner, [*weights.values()])
    model = ScoringModel(
        learner=learner,
        kind="backbone" if meta is None else "meta",
        backbones={name: networks.backbones[name] for name in names},
        networks=tuple(weights),
        head=networks.head,
        columns=networks.columns,
        has_area=networks.has_area,
        final=restricted(final, names),
        crossed={fold: restricted(fit, names) for fold, fit in crossed.items()},
        oof_repeats=(0,) if meta is not None and honest and learner not in UNFITTED else tuple(repeats),
    )
    return model, weights


def _why_none(names: Sequence[str]) -> str:
    return f"the run goes on without {first_names(names)} (stacking.allow_missing)" if names else "it weighs no network"


def refuse_lost_weights(learner: str, files: Sequence[Path]) -> None:
    """Raise UsageError where a file of weights holds no tensors, because they were not kept."""
    lost = [f"{file.parent.parent.name} {file.parent.name}" for file in files if not is_kept(file.stat().st_size)]
    if lost:
        raise UsageError(
            f"{learner} cannot be bundled: the weights of {first_names(lost)} were not kept (training.keep_weights). "
            "Name another learner in bundle.learner, or delete these files of weights and train again with "
            "training.keep_weights: all"
        )


def usual_photos(tiles: Table, index: SeverityIndex) -> dict[str, int]:
    """By region the median number of photos of the visits that have one, rounded down; 1 where no visit has.

    tiles: subject, visit and region of each photo.
    """
    counts: dict[str, dict[tuple[str, str], int]] = {name: {} for name in index.region_names}
    for subject, visit, region in zip(tiles["subject"], tiles["visit"], tiles["region"], strict=True):
        counts[region][subject, visit] = counts[region].get((subject, visit), 0) + 1
    return {name: int(np.median([*own.values()])) if own else 1 for name, own in counts.items()}


def learner_residuals(visits: Table, learner: str, subjects: Table) -> Residuals:
    """The out-of-fold residuals of a learner. visits: evaluation/visits.parquet; subjects: the split."""
    folds = dict(zip(subjects["subject"].tolist(), subjects["fold"].tolist(), strict=True))
    return subject_residuals(learner_rows(visits, learner, "oof"), folds)


def photos_digest(tiles: Table) -> str:
    """Digest of all photos of a run by subject, visit, region and SHA-256, from the tile table."""
    return value_digest(*(tiles[name].tolist() for name in ("subject", "visit", "region", "slot", "sha256")))


def versions_here() -> dict[str, str]:
    """The versions that a bundle is made or used with."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def write_bundle(parts: BundleParts, folder: Path) -> None:
    """Write a bundle in place of what is at `folder`; until it is complete, that stays as it is.

    The golden visit is scored on the CPU, and its scores are part of the bundle.
    """
    unfinished = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    (unfinished / layout.NETWORKS).mkdir(parents=True)
    try:
        _fill(parts, unfinished)
        if folder.exists():
            shutil.rmtree(folder)
        unfinished.rename(folder)
    finally:
        remove_folder(unfinished)


def _fill(parts: BundleParts, folder: Path) -> None:
    for weights, file in parts.weights.items():
        hardlink_or_copy(file, folder / weights.file)
    write_json(asdict(parts.index), folder / layout.INDEX)
    write_json(parts.model.to_json(), folder / layout.MODEL)
    write_json(parts.preprocess.to_json(), folder / layout.PREPROCESS)
    write_json(parts.residuals.to_json(), folder / layout.CONFORMAL)
    (folder / layout.CARD).write_text(parts.card, encoding="utf-8")
    make_golden(folder, parts.index, parts.preprocess.usual)
    scorer = Scorer(
        parts.model,
        parts.preprocess,
        parts.index,
        lambda name: (folder / name).read_bytes(),
        torch.device("cpu"),
    )
    write_json(score_golden(folder, scorer), folder / layout.EXPECTED)
    write_manifest(folder, parts.origin, {"learner": parts.model.learner, "versions": versions_here()})
