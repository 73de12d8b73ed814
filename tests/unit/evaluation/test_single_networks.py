"""Single networks on the test part against their mean, by hand."""

import numpy as np
import pytest

from pasi.evaluation.single_networks import COLUMNS, single_network_table
from two_regions import INDEX

VISITS = ("V1", "V2", "V3")
OBSERVED = np.array([10.0, 20.0, 30.0])


def predictions(fold: int, shift: list[float], *, repeat: int = 0, part: str = "test", learner: str = "net") -> dict:
    """predictions.parquet of one network that errs by `shift` in each region of three visits."""
    regions = len(INDEX.region_names)
    observed = np.repeat(OBSERVED, regions)
    return {
        "learner": np.full(len(observed), learner, dtype=object),
        "repeat": np.full(len(observed), repeat),
        "fold": np.full(len(observed), fold),
        "part": np.full(len(observed), part, dtype=object),
        "subject": np.full(len(observed), "A", dtype=object),
        "visit": np.repeat(np.array(VISITS, dtype=object), regions),
        "region": np.tile(np.array(INDEX.region_names, dtype=object), len(VISITS)),
        "observed": observed,
        "predicted": observed + np.repeat(shift, regions),
    }


SHARE = sum(region.weight for region in INDEX.regions)


def test_errors_that_cancel_are_the_gain_of_the_mean():
    """Two networks err by 2 up and by 2 down, a third by 3 everywhere: 7/3 on average, their mean by 1."""
    networks = [predictions(0, [2, 2, 2]), predictions(1, [-2, -2, -2]), predictions(2, [3, 3, 3])]
    networks.append(predictions(0, [50, 50, 50], part="oof"))
    (row,) = single_network_table(networks, INDEX).itertuples()
    assert (row.learner, row.networks, row.visits) == ("net", 3, 3)
    assert row.mae_single == pytest.approx(SHARE * 7 / 3)
    assert row.mae_mean == pytest.approx(SHARE * 1)
    assert row.ccc_mean > row.ccc_single


def test_repeats_are_averaged_and_never_pooled():
    """The mean over folds errs by 1 up in one repeat and by 1 down in the other; over both it would not err."""
    networks = [predictions(fold, [2, 2, 2], repeat=0) for fold in (0, 1)]
    networks += [predictions(fold, [-2, -2, -2], repeat=1) for fold in (0, 1)]
    (row,) = single_network_table(networks, INDEX).itertuples()
    assert (row.networks, row.visits) == (4, 3)
    assert row.mae_single == row.mae_mean == pytest.approx(SHARE * 2)


def test_a_mean_never_has_the_larger_mae():
    generator = np.random.default_rng(0)
    networks = [predictions(fold, generator.normal(0, 5, 3).tolist()) for fold in range(5)]
    (row,) = single_network_table(networks, INDEX).itertuples()
    assert row.mae_mean <= row.mae_single


def test_without_test_visits_there_are_no_rows():
    found = single_network_table([predictions(0, [1, 1, 1], part="oof")], INDEX)
    assert list(found) == COLUMNS
    assert found.empty
