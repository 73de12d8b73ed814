"""The mean improvement from the baseline to the last week, by hand."""

import math

import numpy as np
import pytest

from pasi.evaluation.mean_improvement import COLUMNS, mean_improvement_table


def visits(**changed: object) -> dict:
    """Three subjects seen at weeks 0, 4 and 12: observed from 10, 9, 8 down to 1, 3, 5, read as 8 and then 4."""
    columns = {"part": ["oof"] * 9, "subject": np.repeat([*"ABC"], 3), "visit": ["V0", "V1", "V2"] * 3}
    columns |= {"week": [0.0, 4.0, 12.0] * 3, "baseline": ["V0"] * 9}
    columns |= {"observed": [10.0, 5, 1, 9, 5, 3, 8, 5, 5], "predicted": [8.0, 6, 4] * 3}
    return columns | changed


def test_the_means_and_their_interval_are_those_by_hand():
    """Changes 9, 6 and 3: mean 6, standard deviation 3, and 4.303 x 3 / sqrt(3) = 7.453."""
    (row,) = mean_improvement_table(visits()).to_dict("records")
    assert (row["part"], row["week"], row["subjects"]) == ("oof", 12.0, 3)
    assert (row["observed"], row["predicted"], row["difference"]) == (6.0, 4.0, -2.0)
    assert (row["observed_low"], row["observed_high"]) == pytest.approx((6 - 7.453, 6 + 7.453), abs=1e-3)


def test_each_part_has_its_own_last_week_and_only_subjects_that_were_seen_then():
    part, week = ["oof"] * 6 + ["test"] * 3, [0.0, 4, 12, 0, 4, 8, 0, 4, 6]
    found = mean_improvement_table(visits(part=part, week=week))
    assert found[["part", "week", "subjects", "observed"]].values.tolist() == [["oof", 12, 1, 9], ["test", 6, 1, 3]]
    assert math.isnan(found["observed_low"][0]), "one subject has no interval"


@pytest.mark.parametrize("changed", [{"baseline": [""] * 9}, {"week": [math.nan] * 9}, {"baseline": ["V2"] * 9}])
def test_without_weeks_a_baseline_or_a_later_visit_there_is_no_row(changed):
    found = mean_improvement_table(visits(**changed))
    assert len(found) == 0
    assert list(found) == COLUMNS
