"""The first weeks of a response, by hand."""

import math

import numpy as np
import pytest

from pasi.evaluation.response_times import COLUMNS, response_time_table
from pasi.severity.index import Label, Region, SeverityBand, SeverityIndex

INDEX = SeverityIndex(
    *("S", "points", (Label("sign", 12, 1),), None),
    *((Region("all", 1, 1),), (SeverityBand("any", None),), 0.5, (50, 75)),
)


def visits(**changed):
    """Four subjects from 8 at weeks 0, 4 and 12."""
    columns = {"learner": ["net"] * 12, "part": ["oof"] * 12, "subject": np.repeat([*"ABCD"], 3)}
    columns |= {"visit": ["V0", "V1", "V2"] * 4, "week": [0.0, 4, 12] * 4, "visit_order": [0, 1, 2] * 4}
    columns |= {"baseline": ["V0"] * 12}
    columns |= {"observed": [8, 4, 2, 8, 7, 4, 8, 4, 7, 8, 8, 8], "predicted": [8, 5, 1, 8, 4, 4, 8, 6, 6, 8, 2, 8]}
    return columns | changed


def test_first_weeks_by_hand():
    """Half: A at 4 and 12, B at 12 and 4, C at 4 alone and lost again, D by the predictions alone."""
    half, quarter = response_time_table(visits(), INDEX).to_dict("records")
    assert [half[name] for name in COLUMNS[1:7]] == [50, 4, 2, 1, 1, 0]
    assert half["difference"] == (8 - 8) / 2
    assert math.isnan(half["difference_low"]), "two subjects have no interval"
    assert [quarter[name] for name in COLUMNS[1:8]] == [75, 4, 1, 0, 1, 2, 0.0]


def test_interval_of_three_differences():
    """Differences of 8, 8 and -4 weeks: a mean of 4, a standard deviation of 6.93, and 4.303 x 6.93 / sqrt(3)."""
    found = visits(observed=[8, 4, 2, 8, 4, 4, 8, 7, 4, 8, 8, 8], predicted=[8, 7, 1, 8, 6, 4, 8, 4, 6, 8, 8, 8])
    row = response_time_table(found | {"week": [0.0, 4, 12, 0, 4, 12, 0, 8, 12, 0, 4, 12]}, INDEX).iloc[0]
    assert row["difference"] == 4
    assert row["difference_high"] == pytest.approx(4 + 4.302653 * 4, rel=1e-5)


@pytest.mark.parametrize("changed", [{"baseline": [""] * 12}, {"week": [math.nan] * 12}])
def test_without_a_baseline_or_weeks_there_is_no_row(changed):
    assert response_time_table(visits(**changed), INDEX).empty


def test_a_baseline_that_one_reading_calls_clear_is_no_response_of_that_reading():
    row = response_time_table(visits(predicted=[0, 0, 0] + [8] * 9), INDEX).iloc[0]
    assert [row[name] for name in ("both", "only_observed", "only_predicted")] == [0, 3, 0]
