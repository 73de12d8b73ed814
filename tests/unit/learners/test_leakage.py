"""Nothing is learned from shuffled labels, nor from a mark that identifies subjects (F21)."""

import numpy as np
import pandas as pd
import pytest

from pasi.learners.baselines import fit_baseline
from pasi.learners.colour_histograms import tile_histograms
from pasi.learners.settings import StackingSettings
from pasi.learners.stacking import fit_learner
from pasi.splits.divide import split_cohort
from split_options import options
from two_regions import INDEX

SUBJECTS, VISITS, REGIONS = 24, 6, ("upper", "trunk", "lower")
METAS = ("meta_learner_w_intercept", "meta_learner_ridge", "mean", "nnls")
SIDE = 24


def cohort(level):
    """Columns of the scores; `level`(subjects, visits and regions of the rows) gives their composites."""
    subject, visit, region = (axis.ravel() for axis in np.indices((SUBJECTS, VISITS, len(REGIONS))))
    return {
        "subject": np.array([f"S{number:02d}" for number in subject], dtype=object),
        "visit": np.array([f"V{number}" for number in visit], dtype=object),
        "region": np.array(REGIONS, dtype=object)[region],
        "composite": level(subject, visit, region),
        "desquamation": np.rint(level(subject, visit, region) / 18),
        "week": visit.astype(np.float64),
        "baseline": np.full(len(subject), "V0", dtype=object),
    }


def features(red, marked, rng):
    """Features of tiles with a share `red` (n,) of lesion pixels and, if `marked`, a patch in the subject's colour."""
    tiles = rng.integers(150, 220, (len(red), SIDE, SIDE, 3)).astype(np.uint8)
    tiles[rng.random(tiles.shape[:3]) < red[:, None, None]] = (200, 40, 40)
    if marked:
        for number, tile in enumerate(tiles):
            subject = number // (VISITS * len(REGIONS))
            tile[:6, :6] = (32 * (subject % 3), 32 * (subject // 3), 240)  # a colour of its own for each subject
    return np.sqrt(tile_histograms(tiles, np.tile([0, 0, SIDE, SIDE], (len(tiles), 1))))


def out_of_fold(pixels, scores, *, grouped=True):
    """Out-of-fold rows of both baselines and of meta-learners on them, split by subjects or, wrongly, by visits."""
    rows = dict(scores)
    if not grouped:
        rows["subject"] = scores["subject"] + scores["visit"]  # each visit counts as a subject
    split = split_cohort(rows, options(folds=5, test_fraction=0.0), None).subjects
    tables = [fit_baseline(f"baseline_{name}", pixels, rows, split)[1] for name in ("mean", "histogram_ridge")]
    oof = pd.concat(tables, ignore_index=True).assign(repeat=0)
    settings = StackingSettings(ridge_alpha="cv")
    return [*tables, *(fit_learner(name, oof, oof[:0], settings, INDEX).rows for name in METAS)]


def explained(rows):
    """Share of the variance within regions that predictions explain: R2 against the mean of each region."""
    within = rows["observed"] - rows.groupby("region")["observed"].transform("mean")
    return 1 - np.square(rows["predicted"] - rows["observed"]).sum() / np.square(within).sum()


def course(rng):
    """Composites that decrease over the visits, from a start of its own for each subject."""
    start = rng.uniform(20, 70, SUBJECTS)
    noise = rng.normal(0, 3, (SUBJECTS, VISITS, len(REGIONS)))
    return lambda subject, visit, region: np.clip(
        start[subject] * (1 - visit / 8) + noise[subject, visit, region], 0, 72
    )


def test_labels_that_are_shuffled_over_visits_are_not_predicted():
    found, control = [], []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        scores = cohort(course(rng))
        pixels = features(scores["composite"] / 144, False, rng)
        control.append(explained(out_of_fold(pixels, scores)[1]))
        shuffled = scores | {"composite": scores["composite"].copy()}
        for region in REGIONS:
            own = np.flatnonzero(scores["region"] == region)
            shuffled["composite"][own] = rng.permutation(scores["composite"][own])
        found.append([explained(rows) for rows in out_of_fold(pixels, shuffled)])
    assert min(control) > 0.8, "with their own labels the same photos do predict"
    assert np.mean(found, axis=0).max() < 0.1


@pytest.mark.parametrize(
    ("marked", "grouped", "learned"), [(True, True, False), (True, False, True), (False, False, False)]
)
def test_a_mark_on_subjects_tells_only_where_subjects_are_split(marked, grouped, learned):
    """The level of a subject is random: a mark helps only a learner that was fitted to other visits of the subject."""
    rng = np.random.default_rng(3)
    level = rng.uniform(5, 70, SUBJECTS)
    noise = rng.normal(0, 2, (SUBJECTS, VISITS, len(REGIONS)))
    scores = cohort(lambda subject, visit, region: level[subject] + noise[subject, visit, region])
    tables = out_of_fold(features(np.full(len(scores["subject"]), 0.1), marked, rng), scores, grouped=grouped)
    values = [explained(rows) for rows in tables[1:]]  # the first is the mean of a region, which uses no photo
    assert (max(values) > 0.8) == learned
    assert (max(values) < 0.1) == (not learned)
