"""What one fold trains on: composites, targets, and the part of each region and visit."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from pasi.errors import DamagedFileError, StaleResultError, TrainingError
from pasi.imaging.composites import Composer
from pasi.imaging.tile_pixels import TilePixels
from pasi.imaging.tile_store import TileStore, tiles_of_composites
from pasi.splits.roles import read_split, subject_roles
from pasi.storage.tables import read_table
from pasi.training.settings import FEWEST_FITTED, FoldFiles, SampleSettings, Target
from pasi.training.skill import constant_mse
from pasi.wording import first_names


@dataclass(frozen=True)
class FoldTargets:
    """What the samples of one fold are to be learned as: n regions and visits.

    targets (n, outputs) are in points; the network learns (target - center) / scale, with center and scale (outputs,).
    fit, monitor and unseen are sample numbers; unseen are the held-out fold, then the test set. regions (n,): that of
    each sample. columns: what each output is, the composite alone, or every sign and the area. rows: part, subject,
    visit, region and observed composite of the unseen samples.
    """

    targets: Tensor
    center: Tensor
    scale: Tensor
    fit: Tensor
    monitor: Tensor
    unseen: Tensor
    regions: np.ndarray
    rows: dict[str, np.ndarray]
    has_area: bool
    columns: tuple[str, ...]

    @property
    def constant_mse(self) -> float:
        """Monitored error of the mean of each region, on the scale of the loss."""
        scaled = (self.targets - self.center) / self.scale
        return constant_mse(scaled.numpy(), self.regions, self.fit.numpy(), self.monitor.numpy())


@dataclass(frozen=True)
class FoldData(FoldTargets):
    """Samples of one fold: their targets, and a composer that makes the composite of each."""

    composer: Composer


def load_fold(files: FoldFiles, fold: int, settings: SampleSettings) -> FoldData:
    """Read the samples of `fold`.

    Raises DamagedFileError for a damaged file or a target that is not finite, StaleResultError where tiles, scores and
    split do not belong together, TrainingError where there is nothing to fit.
    """
    targets = load_targets(files, fold, settings)
    return FoldData(**vars(targets), composer=load_composer(files, read_scores(files, settings.target), settings))


def read_scores(files: FoldFiles, target: Target) -> dict[str, np.ndarray]:
    """The columns of the scores that a training uses; a sample is a row."""
    return read_table(files.labels, ["subject", "visit", "region", "composite", *target.columns])


def load_targets(files: FoldFiles, fold: int, settings: SampleSettings) -> FoldTargets:
    """Read what `fold` is to learn, without its tiles; raises as `load_fold` does."""
    target, monitor = settings.target, settings.monitor
    scores = read_scores(files, target)
    role = subject_roles(read_split(files.subjects), read_table(files.inner), fold, monitor)
    if lost := sorted(set(scores["subject"]) - role.keys()):
        raise StaleResultError(
            f"{files.subjects} lacks subjects of the scores: {first_names(lost)}. Delete it and run again."
        )
    part = np.array([role[subject] for subject in scores["subject"]])
    numbers = {name: torch.from_numpy(np.flatnonzero(part == name)) for name in ("fit", "monitor", "held_out", "test")}
    unseen = torch.cat([numbers["held_out"], numbers["test"]])
    rows = unseen.numpy()  # a tensor of one number would take a row out of a column as a single value
    targets = torch.tensor(np.stack([scores[name] for name in target.columns], axis=1), dtype=torch.float64)
    _refuse_not_finite(targets, files.labels)
    _refuse_nothing_to_fit(targets[numbers["fit"]], fold)
    center, scale = scaling(targets[numbers["fit"]], target)
    return FoldTargets(
        targets=targets,
        center=center,
        scale=scale,
        fit=numbers["fit"],
        monitor=numbers["monitor" if monitor == "inner" else "held_out"],
        unseen=unseen,
        regions=scores["region"],
        rows={
            "part": np.where(part[rows] == "test", "test", "oof").astype(object),
            **{name: scores[name][rows] for name in ("subject", "visit", "region")},
            "observed": scores["composite"][rows],
        },
        has_area=target.has_area,
        columns=tuple(target.columns),
    )


def _refuse_not_finite(targets: Tensor, file: Path) -> None:
    """Name the rows at once: in the training they would only show as a loss that is not finite."""
    if rows := (~torch.isfinite(targets)).any(dim=1).nonzero().flatten().tolist():
        raise DamagedFileError(
            f"{file}: {len(rows)} targets are not finite (rows {first_names(map(str, rows))}, counted from 0). "
            "Delete that file and run again."
        )


def _refuse_nothing_to_fit(fitted: Tensor, fold: int) -> None:
    """`pasi check` and a plan refuse this too; a split that was edited since comes here."""
    if len(fitted) < FEWEST_FITTED:
        raise TrainingError(
            f"too few composites to fit while fold {fold} is held out: {len(fitted)}, at least {FEWEST_FITTED} are "
            "needed. Change splits.folds, or add subjects."
        )
    if bool((fitted == fitted[0]).all()):
        raise TrainingError(
            f"nothing to learn while fold {fold} is held out: the targets of all {len(fitted)} fitted composites are "
            "equal. Correct the grades, change splits.folds, or add subjects."
        )


def load_composer(files: FoldFiles, scores: dict[str, np.ndarray], settings: SampleSettings) -> Composer:
    """A composer of all tiles of the cohort, whose sample numbers are the rows of `scores`."""
    store = TileStore.open(files.tile_table, files.shards)
    numbers = tiles_of_composites(store.columns, scores, settings.grid)
    boxes = torch.from_numpy(store.boxes(settings.fit))
    return Composer(TilePixels(*store.places()), boxes, torch.from_numpy(numbers), settings.composites)


def scaling(fitted: Tensor, target: Target) -> tuple[Tensor, Tensor]:
    """Center and scale (outputs,) of the targets, from the fitted ones (n, outputs) alone; never a scale of 0."""
    outputs = fitted.shape[1]
    if target.scale == "zscore":
        deviation = fitted.std(dim=0, correction=0)
        return fitted.mean(dim=0), torch.where(deviation > 0, deviation, 1.0)
    maxima = torch.tensor(target.maxima, dtype=torch.float64) if target.scale == "unit" else torch.ones(outputs)
    return torch.zeros(outputs, dtype=torch.float64), maxima.double()
