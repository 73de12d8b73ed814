"""A trained network where there is nothing to learn: shuffled labels, and a colour that tells subjects apart (F21)."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from pasi.imaging.composites import Composer
from pasi.imaging.settings import CompositeSettings
from pasi.imaging.tile_pixels import TilePixels
from pasi.networks.catalogue import NETWORKS
from pasi.training.data import FoldData, scaling
from pasi.training.seeds import TrainingJob
from pasi.training.settings import Target
from pasi.training.train import fit_fold
from small_training import SETTINGS

pytestmark = pytest.mark.faults

SUBJECTS, VISITS, FOLDS, SIDE = 15, 6, 3, 16
SUBJECT, VISIT = (axis.ravel() for axis in np.indices((SUBJECTS, VISITS)))
PATIENT = replace(SETTINGS, batch_size=16, max_epochs=30, early_stopping_patience=30)


def samples(colours, labels, held_out):
    """One flat tile a visit, of the colour (n, 3) of its row; `held_out` (n,) rows are unseen, the rest is fitted."""
    count = len(labels)
    tiles = np.broadcast_to(colours.astype(np.uint8)[:, None, None, :], (count, SIDE, SIDE, 3))
    box, cells = (
        torch.tensor([[0, 0, SIDE, SIDE]]).expand(count, 4),
        torch.arange(count).view(count, 1).expand(count, 4),
    )
    composer = Composer(TilePixels.of(tiles), box, cells, CompositeSettings(augment="none"))
    targets = torch.from_numpy(labels).double().view(-1, 1)
    fitted = torch.from_numpy(np.flatnonzero(~held_out))
    center, scale = scaling(targets[fitted], Target(["composite"], [72.0], "zscore", True))
    unseen = torch.from_numpy(np.flatnonzero(held_out))
    regions = np.array(["upper"] * len(targets))
    return FoldData(targets, center, scale, fitted, fitted[::5], unseen, regions, {}, True, ("composite",), composer)


def explained(colours, labels, fold):
    """R2 of the out-of-fold predictions of three networks."""
    predicted = np.empty(len(labels))
    for number in range(FOLDS):
        held_out = fold == number
        fitted = fit_fold(
            TrainingJob(NETWORKS["resnet18"], number, 0), samples(colours, labels, held_out), PATIENT, None
        )
        predicted[held_out] = fitted.predicted[:, 0].numpy()
    return 1 - np.square(predicted - labels).sum() / np.square(labels - labels.mean()).sum()


@pytest.mark.parametrize("shuffled", [False, True])
def test_a_network_predicts_labels_and_no_shuffled_ones(shuffled):
    rng = np.random.default_rng(0)
    labels = rng.uniform(5, 70, SUBJECTS * VISITS)
    colours = np.stack([60 + 2.5 * labels, 230 - 2.5 * labels, np.full(len(labels), 120.0)], axis=1)
    found = explained(colours, rng.permutation(labels) if shuffled else labels, SUBJECT % FOLDS)
    assert (found < 0.1) if shuffled else (found > 0.8)


@pytest.mark.parametrize("grouped", [False, True])
def test_a_network_gains_from_a_mark_on_subjects_only_where_it_saw_them(grouped):
    """The level of a subject is chance, and so is its colour."""
    rng = np.random.default_rng(1)
    labels = rng.uniform(5, 70, SUBJECTS)[SUBJECT] + rng.normal(0, 2, SUBJECTS * VISITS)
    colours = rng.uniform(20, 235, (SUBJECTS, 3))[SUBJECT] + rng.integers(-3, 4, (SUBJECTS * VISITS, 3))
    found = explained(colours, labels, (SUBJECT if grouped else VISIT) % FOLDS)
    assert (found < 0.1) if grouped else (found > 0.8)
