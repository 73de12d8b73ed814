"""Rows of region-visits are found by all of their keys, grouped into whole visits, and belong to one fold."""

import numpy as np
import pytest

from pasi.cohort.region_visits import key_index, row_numbers, visit_rows
from pasi.errors import StaleResultError
from pasi.splits.rows import check_one_fold, row_folds

TABLE = {
    "subject": ["a", "a", "a", "b", "b"],
    "visit": ["1", "1", "2", "1", "1"],
    "region": ["lower", "upper", "upper", "upper", "lower"],
}


def test_rows_are_found_by_all_three_keys():
    wanted = {"subject": ["b", "a", "b"], "visit": ["1", "2", "2"], "region": ["upper", "upper", "upper"]}
    assert row_numbers(key_index(TABLE), wanted).tolist() == [3, 2, -1]


def test_visits_with_every_region_by_the_order_of_regions():
    assert visit_rows(TABLE, ["upper", "lower"]).tolist() == [[1, 0], [3, 4]]
    assert visit_rows(TABLE, ["upper"]).tolist() == [[1], [2], [3]]
    assert visit_rows(TABLE, ["upper", "head"]).shape == (0, 2)


def test_no_rows_have_no_visits():
    assert visit_rows({name: [] for name in TABLE}, ["upper", "lower"]).shape == (0, 2)


def test_the_fold_of_a_row_is_that_of_its_subject():
    split = {"subject": ["b", "a"], "fold": np.array([-1, 3])}
    assert row_folds(TABLE, split).tolist() == [3, 3, 3, -1, -1]
    with pytest.raises(StaleResultError, match=r"lacks subjects of the scores: b \(1 in all\)"):
        row_folds(TABLE, {"subject": ["a"], "fold": np.array([0])})


def test_rows_of_a_subject_are_of_one_fold():
    check_one_fold({"subject": ["a", "a", "b", "c"], "fold": [0, 0, 1, -1]}, "oof.parquet")
    torn = {"subject": ["a", "b", "a", "c", "c", "d"], "fold": [1, 0, 0, 2, -1, -1]}
    message = r"oof.parquet: .*: a in fold 0 and fold 1, c in test and fold 2 \(2 in all\); delete oof.parquet"
    with pytest.raises(StaleResultError, match=message):
        check_one_fold(torn, "oof.parquet")
