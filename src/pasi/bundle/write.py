"""Writing a bundle, whole or not at all."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from pasi.bundle import layout
from pasi.bundle.golden import make_golden, score_golden
from pasi.bundle.manifest import write_manifest
from pasi.bundle.model import ScoringModel, Weights
from pasi.bundle.network_weights import Precision, store_weights
from pasi.bundle.photo_checks import PhotoChecks
from pasi.bundle.preprocess import Preprocess
from pasi.bundle.residuals import Residuals
from pasi.bundle.run_verdict import RunVerdict
from pasi.bundle.scoring import Scorer
from pasi.bundle.versions import versions_here
from pasi.severity.index import SeverityIndex
from pasi.storage.atomic import remove_folder
from pasi.storage.json_files import write_json


@dataclass(frozen=True)
class BundleParts:
    """All that is written: settings, residuals, checks of new photos, `weights` by training, and the card's text.

    origin: digests of what the bundle was made from. verdict: what the report of the run says. precision: how weights
    are stored. synthetic: whether the training cohort was a simulated one.
    """

    model: ScoringModel
    preprocess: Preprocess
    index: SeverityIndex
    residuals: Residuals
    checks: PhotoChecks
    weights: Mapping[Weights, Path]
    card: str
    origin: Mapping[str, str]
    verdict: RunVerdict
    precision: Precision = "fp32"
    synthetic: bool = False


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
        store_weights(file, folder / weights.file, parts.precision)
    write_json(asdict(parts.index), folder / layout.INDEX)
    write_json(parts.model.to_json(), folder / layout.MODEL)
    write_json(parts.preprocess.to_json(), folder / layout.PREPROCESS)
    write_json(parts.residuals.to_json(), folder / layout.CONFORMAL)
    write_json(parts.checks.to_json(), folder / layout.CHECKS)
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
    about = {
        "learner": parts.model.learner,
        "weights": parts.precision,
        "synthetic": parts.synthetic,
        "verdict": parts.verdict.to_json(),
        "versions": versions_here(),
    }
    write_manifest(folder, parts.origin, about)
