"""The table of endpoints by arm and week: by hand, what is left out, and of the chosen learner alone."""

import numpy as np
import pandas as pd
import pytest

from pasi.evaluation.chosen_endpoints import arms_at_start, chosen_endpoint_table
from pasi.evaluation.endpoint_table import COLUMNS, endpoint_table
from two_regions import INDEX

# Arm, subject, week, observed, predicted; the improvement from 20 is 80% at 4 points, 50% at 10 and 95% at 1.
ROWS = [
    *[("drug", "A", 0, 20.0, 20.0), ("drug", "A", 12, 4.0, 6.0), ("drug", "A", 16, 1.0, 4.0)],
    *[("drug", "B", 0, 20.0, 18.0), ("drug", "B", 16, 4.0, 4.0)],
    *[("none", "C", 0, 20.0, 20.0), ("none", "C", 12, 20.0, 10.0), ("none", "C", 16, 10.0, 20.0)],
    *[("none", "D", 0, 20.0, 0.2), ("none", "D", 12, 4.0, 0.2), ("none", "D", 16, 10.0, 5.0)],
]


def make_visits(rows=ROWS) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["arm", "subject", "week", "observed", "predicted"])
    table["visit"] = "W" + table["week"].astype(str)
    order = table["week"].astype(float)
    return table.assign(learner="net", part="oof", visit_order=order, baseline="W0")


def row(table: pd.DataFrame, week: float, threshold: int, arm: str, reference: str = "") -> pd.Series:
    own = (table["week"] == week) & (table["threshold"] == threshold)
    (found,) = (one for _, one in table[own & (table["arm"] == arm) & (table["reference"] == reference)].iterrows())
    return found


def test_rates_by_arm_and_week_by_hand():
    table = endpoint_table(make_visits(), INDEX)
    assert list(table) == COLUMNS
    assert len(table) == 2 * 4 * 3  # weeks, thresholds, two arms and their difference
    late = row(table, 16, 75, "drug")
    assert (late["subjects"], late["absent"], late["observed"], late["predicted"], late["change"]) == (2, 0, 1, 1, 0)
    assert row(table, 16, 90, "drug")["observed"] == 0.5
    assert row(table, 16, 90, "drug")["predicted"] == 0
    both = row(table, 16, 50, "drug", "none")
    assert (both["subjects"], both["reference_subjects"]) == (2, 2)
    assert (both["observed"], both["predicted"], both["change"]) == (0, 1, 1)


def test_an_absent_subject_is_counted_and_in_no_rate():
    early = row(endpoint_table(make_visits(), INDEX), 12, 75, "drug")
    assert (early["subjects"], early["absent"], early["observed"], early["predicted"]) == (1, 1, 1, 0)


def test_a_response_that_is_undefined_by_one_reading_counts_as_none_in_it_alone():
    """D's baseline is clear as it is read, so that no read improvement is defined; by the physician D reaches 75%."""
    early = row(endpoint_table(make_visits(), INDEX), 12, 75, "none")
    assert (early["subjects"], early["observed"], early["predicted"]) == (2, 0.5, 0)


def test_the_later_visit_of_a_week_counts():
    again = [("drug", "A", 12, 20.0, 20.0)]
    visits = make_visits([*ROWS, *again])
    visits.loc[len(visits) - 1, ["visit", "visit_order"]] = ["W12b", 12.5]
    shuffled = visits.sample(frac=1, random_state=0)
    early = row(endpoint_table(shuffled, INDEX), 12, 75, "drug")
    assert (early["subjects"], early["observed"]) == (1, 0)


def test_what_is_not_known_is_left_out():
    assert endpoint_table(make_visits().assign(arm=""), INDEX).empty
    assert endpoint_table(make_visits().assign(arm=None), INDEX).empty
    assert endpoint_table(make_visits().assign(week=np.nan), INDEX).empty
    assert endpoint_table(make_visits().assign(baseline=""), INDEX).empty
    assert list(endpoint_table(make_visits().iloc[:0], INDEX)) == COLUMNS
    one = endpoint_table(make_visits().query("arm == 'drug'"), INDEX)
    assert set(one["reference"]) == {""}


def test_a_week_at_which_no_response_is_defined_has_no_row():
    """Without the regions of its baseline a subject has no response, and its screening visit follows nothing."""
    screening = [("drug", "E", -4, 20.0, 20.0)]
    assert set(endpoint_table(make_visits([*ROWS, *screening]), INDEX)["week"]) == {12, 16}


def test_three_arms_have_three_differences():
    third = [("high", "E", 0, 20.0, 20.0), ("high", "E", 16, 1.0, 1.0)]
    table = endpoint_table(make_visits([*ROWS, *third]), INDEX)
    pairs = table[(table["week"] == 16) & (table["threshold"] == 90) & (table["reference"] != "")]
    assert pairs[["arm", "reference"]].values.tolist() == [["drug", "high"], ["drug", "none"], ["high", "none"]]


def metrics_of(**maes: float) -> pd.DataFrame:
    rows = [
        {"learner": name, "kind": "backbone", "level": "visit", "part": "oof", "mae": mae} for name, mae in maes.items()
    ]
    return pd.DataFrame(rows)


def scores_of(arms: list[str]) -> dict:
    """A region of the baseline visit of each of four subjects."""
    scores = {"subject": ["A", "B", "C", "D"], "visit": ["W0"] * 4, "visit_order": [0.0] * 4, "baseline": ["W0"] * 4}
    return scores | {"arm": arms}


def test_a_subject_that_changes_its_arm_counts_where_it_began():
    """A goes over after its baseline; B names its arm at screening alone, C at no visit."""
    rows = [("A", "SCR", -1, "run-in"), ("A", "W16", 1, "drug"), ("A", "W0", 0, "none"), ("C", "W0", 0, "")]
    rows += [("B", "W16", 1, ""), ("B", "SCR", -1, "drug"), ("B", "W0", 0, "")]
    table = pd.DataFrame(rows, columns=["subject", "visit", "visit_order", "arm"]).assign(baseline="W0")
    assert arms_at_start(table) == {"A": "none", "B": "drug"}


def test_the_table_is_that_of_the_learner_chosen_out_of_fold():
    visits = pd.concat([make_visits(), make_visits().assign(learner="other", predicted=20.0)]).drop(columns="arm")
    visits = visits.assign(repeat=0)
    tested = visits.assign(part="test", subject="T")
    scores = scores_of(["drug", "drug", "none", "none"])
    table = chosen_endpoint_table(metrics_of(net=2.0, other=1.0), pd.concat([visits, tested]), scores, INDEX)
    assert set(table["learner"]) == {"other"}
    assert set(table["part"]) == {"oof"}
    assert set(table.loc[table["reference"] == "", "predicted"]) == {0}
    expected = endpoint_table(make_visits(), INDEX)
    pd.testing.assert_frame_equal(
        chosen_endpoint_table(metrics_of(net=1.0, other=2.0), visits, scores, INDEX), expected
    )


@pytest.mark.parametrize("lacking", ["arm", "learner"])
def test_without_arms_or_a_learner_there_is_an_empty_table(lacking):
    visits = make_visits().drop(columns="arm").assign(repeat=0)
    scores = {name: cells for name, cells in scores_of(["drug"] * 4).items() if name != lacking}
    found = chosen_endpoint_table(metrics_of(net=1.0 if lacking == "arm" else float("nan")), visits, scores, INDEX)
    assert found.empty
    assert list(found) == COLUMNS


def test_repeats_of_a_network_stand_with_the_first():
    visits = make_visits().drop(columns="arm")
    both = pd.concat([visits.assign(repeat=0), visits.assign(repeat=1, predicted=20.0)])
    scores = scores_of(["drug", "drug", "none", "none"])
    found = chosen_endpoint_table(metrics_of(net=1.0), both, scores, INDEX)
    pd.testing.assert_frame_equal(found, endpoint_table(make_visits(), INDEX))
