"""What a bundle takes from the tables of a run: usual numbers of photos, residuals, and the digest of all photos."""

from dataclasses import replace

import numpy as np

from pasi.bundle.residuals import Residuals, subject_residuals
from pasi.bundle.response_probability import subject_errors
from pasi.evaluation.visits import learner_rows
from pasi.severity.index import SeverityIndex
from pasi.storage.hashing import value_digest
from pasi.storage.tables import Table


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
    rows = learner_rows(visits, learner, "oof")
    return replace(subject_residuals(rows, folds), responses=subject_errors(rows, folds))


def training_folds(subjects: Table) -> dict[str, int]:
    """The fold of each subject of the training, by the split; those of the test set are left out."""
    rows = zip(subjects["subject"].tolist(), subjects["part"].tolist(), subjects["fold"].tolist(), strict=True)
    return {subject: fold for subject, part, fold in rows if part != "test"}


def photos_digest(tiles: Table) -> str:
    """Digest of all photos of a run by subject, visit, region and SHA-256, from the tile table."""
    return value_digest(*(tiles[name].tolist() for name in ("subject", "visit", "region", "slot", "sha256")))
