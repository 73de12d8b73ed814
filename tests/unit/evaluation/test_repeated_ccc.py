"""The concordance of repeated measures, by the definition over pairs of subjects, and in simulated trials."""

import math

import numpy as np
import pytest

from pasi.evaluation.intraclass import intraclass_correlation
from pasi.evaluation.metrics import ccc
from pasi.evaluation.repeated_ccc import repeated_ccc

OBSERVED = np.array([30.0, 12.0, 5.0, 22.0, 15.0, 40.0, 18.0, 2.0, 10.0])
PREDICTED = np.array([25.0, 14.0, 4.0, 24.0, 11.0, 33.0, 20.0, 6.0, 9.0])
SUBJECTS = np.array(list("aaabbcccd"))
WEEKS = np.array([0, 4, 12, 0, 4, 0, 4, 12, 0])

# Eight subjects with four visits each, and what statsmodels 0.15.0 makes of them by restricted maximum likelihood:
# mixedlm("x ~ C(method) * C(visit)", groups=subject, re_formula="1", vc_formula={"sv": "0 + C(visit)",
# "sm": "0 + C(method)"}) has 25.4199 by subject, 4.3987 by subject:visit, 3.1651 by subject:method, 1.3661 residual.
LONGITUDINAL = np.array(
    [
        *([29, 22, 19, 13], [32, 23, 19, 16], [25, 21, 11, 7], [20, 19, 10, 8]),
        *([28, 21, 8, 8], [25, 19, 8, 6], [27, 22, 21, 10], [37, 33, 23, 18]),
    ]
)
MODELLED = np.array(
    [
        *([29, 27, 22, 12], [33, 25, 20, 18], [23, 21, 12, 4], [22, 19, 11, 7]),
        *([31, 24, 14, 14], [20, 15, 7, 0], [29, 25, 26, 14], [38, 34, 24, 22]),
    ]
)


def test_a_mixed_model_of_a_balanced_table_has_the_same_components():
    nested, visits = np.repeat(np.arange(8), 4), np.tile(np.arange(4), 8)
    found = repeated_ccc(LONGITUDINAL.ravel(), MODELLED.ravel(), nested, visits)
    assert found.shared == pytest.approx(25.41987502818711 + 4.3986979490281035, rel=1e-4)
    assert found.noise == pytest.approx(3.1651329294560875 + 1.3660791546749753, rel=1e-4)
    assert found.ccc.estimate == pytest.approx(0.861813703171688, abs=2e-5)


def by_pairs(y, p, subjects, weeks):
    """The definition of King, Chinchilli and Carrasco: own pairs over pairs of different subjects, in each week."""
    own = between = 0.0
    for week in set(weeks):
        rows = np.flatnonzero(weeks == week)
        if len(rows) > 1:
            own += len(rows) * np.mean([(y[i] - p[i]) ** 2 for i in rows])
            between += len(rows) * np.mean([(y[i] - p[j]) ** 2 for i in rows for j in rows if i != j])
    return 1 - own / between


def test_the_definition_over_pairs_of_subjects():
    found = repeated_ccc(OBSERVED, PREDICTED, SUBJECTS, WEEKS)
    assert found.ccc.estimate == pytest.approx(by_pairs(OBSERVED, PREDICTED, SUBJECTS, WEEKS))
    assert found.ccc.estimate == pytest.approx(found.shared / (found.shared + found.noise + found.bias))
    assert (found.rows, found.left_out, found.ccc.subjects) == (9, 0, 4)


def test_leaving_a_subject_out_is_leaving_its_rows_out():
    kept = [np.not_equal(SUBJECTS, name) for name in "abcd"]
    without = np.arctanh([by_pairs(OBSERVED[k], PREDICTED[k], SUBJECTS[k], WEEKS[k]) for k in kept])
    found = repeated_ccc(OBSERVED, PREDICTED, SUBJECTS, WEEKS).ccc
    reach = 3.182446 * math.sqrt(3 / 4 * np.square(without - without.mean()).sum())
    assert found.high == pytest.approx(math.tanh(math.atanh(found.estimate) + reach), rel=1e-6)


def test_with_one_visit_it_is_the_intraclass_correlation():
    found = repeated_ccc(OBSERVED, PREDICTED, np.arange(9), np.zeros(9)).ccc
    other = intraclass_correlation(np.column_stack([OBSERVED, PREDICTED]), np.arange(9)).agreement
    assert (found.estimate, found.low, found.high) == pytest.approx((other.estimate, other.low, other.high))


def test_a_learner_that_knows_the_week_alone_has_none():
    generator = np.random.default_rng(0)
    weeks = np.tile([0, 4, 8, 12], 200)
    course = 30 - 2.0 * weeks
    observed = course + generator.normal(0, 4, 200).repeat(4) + generator.normal(0, 2, 800)
    found = repeated_ccc(observed, course, np.arange(200).repeat(4), weeks)
    assert ccc(observed, course) > 0.85
    assert found.ccc.estimate == pytest.approx(0, abs=1e-9)
    assert found.ccc.low <= 0 <= found.ccc.high


def test_visits_of_one_subject_alone_are_counted_and_left_out():
    weeks = np.where(SUBJECTS == "d", 99, WEEKS)
    found = repeated_ccc(OBSERVED, PREDICTED, SUBJECTS, weeks)
    rest = SUBJECTS != "d"
    assert (found.rows, found.left_out) == (8, 1)
    assert found.ccc.estimate == pytest.approx(
        repeated_ccc(OBSERVED[rest], PREDICTED[rest], SUBJECTS[rest], WEEKS[rest]).ccc.estimate
    )


def test_nothing_one_subject_and_a_perfect_predictor():
    assert math.isnan(repeated_ccc([], [], [], []).ccc.estimate)
    alone = repeated_ccc([1, 2], [1, 3], ["a", "a"], [0, 1])
    assert math.isnan(alone.ccc.estimate)
    assert (alone.rows, alone.left_out) == (0, 2)
    assert repeated_ccc(OBSERVED, OBSERVED, SUBJECTS, WEEKS).ccc.estimate == pytest.approx(1)


def test_errors():
    with pytest.raises(ValueError, match="the subject of row 1 has several rows of its visit: expected one"):
        repeated_ccc([1, 2, 3, 4], [1, 2, 3, 4], ["a", "b", "a", "b"], [0, 0, 1, 0])
    with pytest.raises(ValueError, match=r"visits has the shape \(1,\), subjects \(2,\)"):
        repeated_ccc([1, 2], [1, 2], ["a", "b"], [0])


def test_coverage_in_simulated_trials():
    """Shared 25 + 36, error 1.5^2 by subject and 9 by visit, a bias of 1, 20 subjects: 61 / (61 + 11.25 / 2 + 0.5)."""
    truth = 61 / (61 + 11.25 / 2 + 0.5)
    found = []
    for seed in range(300):
        generator = np.random.default_rng(seed)
        nested, weeks = np.arange(20).repeat(5), np.tile(np.arange(5), 20)
        kept = generator.random(100) < 0.8
        score = -5.0 * weeks + generator.normal(0, 5, 20)[nested] + generator.normal(0, 6, 100)
        predicted = score + 1 + generator.normal(0, 1.5, 20)[nested] + generator.normal(0, 3, 100)
        found.append(repeated_ccc(*(values[kept] for values in (score, predicted, nested, weeks))).ccc)
    assert np.mean([one.estimate for one in found]) == pytest.approx(truth, abs=0.005)
    assert 0.91 <= np.mean([one.low <= truth <= one.high for one in found]) <= 0.98
