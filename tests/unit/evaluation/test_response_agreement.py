"""Agreement of responses by hand and against scipy and scikit-learn, and the table by threshold and week."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import cohen_kappa_score

from pasi.evaluation.paired_rates import paired_rates
from pasi.evaluation.response_agreement import response_agreement
from pasi.evaluation.responses_by_week import COLUMNS, response_agreement_table
from pasi.severity.response import non_responder_table, response_table
from two_regions import INDEX

# 20 subjects, one visit each: 9 respond by both, 4 by the observed score alone, 1 by the predicted alone, 6 by neither.
OBSERVED = np.repeat([1, 1, 0, 0], [9, 4, 1, 6])
PREDICTED = np.repeat([1, 0, 1, 0], [9, 4, 1, 6])


def test_by_hand_and_against_scipy():
    found = response_agreement(OBSERVED, PREDICTED, np.arange(20))
    assert (found.both, found.observed_only, found.predicted_only, found.neither) == (9, 4, 1, 6)
    assert found.sensitivity.estimate == 9 / 13
    assert found.specificity.estimate == 6 / 7
    assert found.difference.estimate == pytest.approx((1 - 4) / 20)
    assert found.mcnemar == pytest.approx(stats.binomtest(1, 5).pvalue)
    assert found.kappa.estimate == pytest.approx(cohen_kappa_score(OBSERVED, PREDICTED))
    assert found.sensitivity.subjects == 13


def test_no_disagreement_has_a_p_of_one():
    assert response_agreement(OBSERVED, OBSERVED, np.arange(20)).mcnemar == 1


def test_several_visits_of_a_subject_have_no_exact_test():
    found = response_agreement(OBSERVED, PREDICTED, np.arange(20) // 2)
    assert math.isnan(found.mcnemar)
    assert math.isfinite(found.difference.low)


def test_where_each_subject_has_one_visit_the_shares_differ_as_those_of_an_endpoint():
    observed, predicted = [1, 1, 0, 0, 0, 0], [1, 0, 0, 0, 1, 1]
    found = response_agreement(observed, predicted, range(6)).difference
    assert found == paired_rates(observed, predicted).change
    agreed = response_agreement([1, 1, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0], range(6)).difference
    reach = 3.841459 / (6 + 3.841459)
    assert (agreed.low, agreed.estimate, agreed.high) == pytest.approx((-reach, 0, reach), abs=1e-6)


def test_the_same_responders_at_several_visits_leave_the_difference_without_bounds():
    found = response_agreement([1, 1, 0, 0, 1, 0], [1, 1, 0, 0, 1, 0], [1, 1, 2, 2, 3, 3]).difference
    assert (found.estimate, found.subjects, found.method) == (0, 3, "none: both name the same responders")
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_nobody_responds_and_nothing():
    found = response_agreement(np.zeros(4), np.zeros(4), np.arange(4))
    assert math.isnan(found.kappa.estimate)
    assert math.isnan(found.sensitivity.estimate)
    assert found.specificity.estimate == 1
    nothing = response_agreement([], [], [])
    assert (nothing.both, nothing.neither) == (0, 0)
    assert math.isnan(nothing.mcnemar)


def test_errors_name_the_array():
    with pytest.raises(ValueError, match="predicted has 3 in row 0, expected 0 or 1"):
        response_agreement([1], [3], ["a"])


VISITS = pd.DataFrame(
    [
        # subject, week, observed, predicted; the baseline of D is clear by the predicted score
        *[("A", 0, 20.0, 18.0), ("A", 4, 9.0, 10.0), ("A", 12, 1.0, 2.0)],
        *[("B", 0, 30.0, 25.0), ("B", 4, 28.0, 11.0), ("B", 12, 6.0, 7.0)],
        *[("C", 0, 10.0, 12.0), ("C", 4, 4.0, 5.0), ("C", 12, 3.0, 2.0)],
        *[("D", 0, 8.0, 0.0), ("D", 4, 1.0, 1.0)],
    ],
    columns=["subject", "week", "observed", "predicted"],
)
VISITS = VISITS.assign(
    learner="net", part="test", baseline="V0", visit_order=VISITS["week"], visit=[f"V{week}" for week in VISITS["week"]]
)


def test_the_table_by_week_and_its_non_responder_line():
    """PASI 50 in week 4: A by 55 and 44%, B by 6 and 56%, C by 60 and 58%; D has no predicted response."""
    table = response_agreement_table(VISITS, INDEX)
    assert list(table.columns) == COLUMNS
    week = table[(table["week"] == 4) & (table["threshold"] == 50)].set_index("imputed")
    cells = ["visits", "subjects", "undefined", "both", "observed_only", "predicted_only", "neither"]
    assert week.loc[False, cells].tolist() == [3, 3, 0, 1, 1, 1, 0]
    assert week.loc[True, cells].tolist() == [4, 4, 1, 1, 2, 1, 0]
    assert week.loc[False, "mcnemar"] == 1
    everything = table[table["week"].isna() & (table["threshold"] == 50) & ~table["imputed"]].iloc[0]
    assert (everything["visits"], everything["subjects"]) == (6, 3)
    assert math.isnan(everything["mcnemar"])


@pytest.mark.parametrize(("imputed", "other"), [(False, response_table), (True, non_responder_table)])
def test_the_counts_are_those_of_the_response_tables(imputed, other):
    table = response_agreement_table(VISITS, INDEX)
    own = table[table["week"].isna() & (table["imputed"] == imputed)].set_index("threshold")
    known = other(VISITS, INDEX).set_index("threshold")
    assert (own["visits"] == known["visits"]).all()
    assert (own["both"] + own["observed_only"] == known["observed"]).all()
    assert (own["both"] + own["predicted_only"] == known["predicted"]).all()
    assert (own["both"] + own["neither"] == known["agreed"]).all()


def test_visits_without_a_week_are_in_the_rows_of_all_alone():
    table = response_agreement_table(VISITS.assign(week=np.where(VISITS["week"] == 4, np.nan, VISITS["week"])), INDEX)
    assert set(table["week"].dropna()) == {12}
    assert table.loc[table["week"].isna() & ~table["imputed"], "visits"].tolist() == [6] * 4
