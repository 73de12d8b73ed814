"""Point metrics against hand-worked values, numpy, scikit-learn and torchmetrics."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasi.evaluation.calibration import calibration_line
from pasi.evaluation.error_terms import decompose_mse
from pasi.evaluation.metrics import ccc, mae, metric_row, mse, pcc

# y = 1 2 3 4, p = 2 2 4 6: errors 1 0 1 2; means 2.5 and 3.5; sums of squares 5 and 11; sum of products 7
OBSERVED, PREDICTED = [1.0, 2.0, 3.0, 4.0], [2.0, 2.0, 4.0, 6.0]
grades = st.floats(0, 72, allow_nan=False).map(lambda value: round(value, 2))
pairs = st.lists(st.tuples(grades, grades), min_size=2, max_size=30).map(lambda rows: np.array(rows).T)


def test_hand_worked_values():
    assert mae(OBSERVED, PREDICTED) == 1.0
    assert mse(OBSERVED, PREDICTED) == 1.5
    assert pcc(OBSERVED, PREDICTED) == pytest.approx(7 / math.sqrt(5 * 11))
    assert ccc(OBSERVED, PREDICTED) == pytest.approx(2 * 7 / 4 / (5 / 4 + 11 / 4 + 1))  # 0.7
    assert ccc(OBSERVED, PREDICTED, ddof=1) == pytest.approx(2 * 7 / 3 / (5 / 3 + 11 / 3 + 1))  # 14/19


def test_score_is_the_row_of_a_results_table():
    row = metric_row(OBSERVED, PREDICTED, ccc_ddof=1)
    assert list(row) == ["n", "mae", "mse", "pcc", "ccc"]
    assert row == {"n": 4, "mae": 1.0, "mse": 1.5, "pcc": pcc(OBSERVED, PREDICTED), "ccc": pytest.approx(14 / 19)}


def test_ccc_ranges_from_perfect_to_reversed():
    assert ccc(OBSERVED, OBSERVED) == pytest.approx(1)
    assert ccc(OBSERVED, OBSERVED[::-1]) == pytest.approx(-1)  # same mean and spread
    assert ccc(OBSERVED, np.add(OBSERVED, 100)) < 0.001  # correlation 1, shifted away


@pytest.mark.parametrize("ddof", [0, 1])
def test_constants_have_no_correlation_and_no_concordance(ddof):
    constant = [0.1] * 3  # the mean of 0.1, 0.1, 0.1 is not 0.1 in floats
    assert math.isnan(pcc([1, 2, 3], constant))
    assert math.isnan(pcc(constant, [1, 2, 3]))
    assert ccc([1, 2, 3], constant, ddof) == 0
    assert ccc(constant, [1, 2, 3], ddof) == 0
    assert ccc(constant, [0.2] * 3, ddof) == 0
    assert math.isnan(ccc(constant, constant, ddof))


def test_nothing_observed_gives_nan_everywhere():
    row = metric_row([], [])
    assert row.pop("n") == 0
    assert all(math.isnan(value) for value in row.values())
    assert all(math.isnan(value) for value in decompose_mse([], []).values())


def test_one_visit_has_an_error_and_no_spread():
    row = metric_row([3.0], [5.0])
    assert (row["mae"], row["mse"], row["ccc"]) == (2, 4, 0)
    assert math.isnan(row["pcc"])
    assert math.isnan(ccc([3.0], [5.0], ddof=1))


@pytest.mark.parametrize("metric", [mae, mse, pcc, ccc, metric_row, decompose_mse])
def test_errors_name_the_array(metric):
    with pytest.raises(ValueError, match="observed has 2 rows, predicted 3"):
        metric([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="predicted has nan in row 1, expected finite numbers"):
        metric([1, 2], [1, math.nan])
    with pytest.raises(ValueError, match="observed has inf in row 0"):
        metric([math.inf, 2], [1, 2])
    with pytest.raises(ValueError, match=r"observed has the shape \(1, 2\), expected one dimension"):
        metric([[1, 2]], [1, 2])


def test_integers_are_computed_as_float64():
    assert mae(np.array([0, 0], np.uint8), np.array([200, 250], np.uint8)) == 225
    assert mse(np.array([250], np.uint8), np.array([0], np.uint8)) == 62500


def test_error_split_by_hand():
    split = decompose_mse(OBSERVED, PREDICTED)
    deviations = math.sqrt(5 / 4), math.sqrt(11 / 4)
    assert split["bias"] == pytest.approx(1)
    r = 7 / math.sqrt(5 * 11)
    assert split["slope"] == pytest.approx((deviations[1] - r * deviations[0]) ** 2)
    assert split["scatter"] == pytest.approx((1 - r**2) * 5 / 4)
    assert sum(split.values()) == pytest.approx(1.5)


def test_equal_predictions_are_all_scatter_and_equal_scores_all_slope():
    assert decompose_mse([1, 3], [5, 5]) == {"bias": 9.0, "slope": 0.0, "scatter": 1.0}
    assert decompose_mse([5, 5], [1, 3]) == {"bias": 9.0, "slope": 1.0, "scatter": 0.0}


@given(pairs)
def test_what_calibration_removes_is_bias_and_slope(pair):
    split = decompose_mse(*pair)
    found = calibration_line(*pair, np.arange(len(pair[0])), pair[1])
    if np.isfinite(found.line).all():
        assert mse(pair[0], found.line) == pytest.approx(split["scatter"], rel=1e-6, abs=1e-6)


@given(pairs)
def test_error_split_adds_up_to_the_squared_error(pair):
    split = decompose_mse(*pair)
    assert min(split.values()) >= 0
    assert sum(split.values()) == pytest.approx(mse(*pair), rel=1e-9, abs=1e-9)


@given(pairs)
def test_bounds_and_symmetry(pair):
    concordance, correlation = ccc(*pair), pcc(*pair)
    assert math.isnan(concordance) or -1 - 1e-12 <= concordance <= 1 + 1e-12
    if not math.isnan(correlation):
        assert -1 <= correlation <= 1
        assert abs(concordance) <= abs(correlation) + 1e-9  # CCC = r x C_b with C_b at most 1
    assert concordance == pytest.approx(ccc(*pair[::-1]), nan_ok=True)


def test_against_numpy_and_sklearn():
    from sklearn.metrics import mean_absolute_error, mean_squared_error

    generator = np.random.default_rng(7)
    observed = generator.uniform(0, 44, 34)
    predicted = 0.8 * observed + generator.normal(2, 4, 34)
    assert mae(observed, predicted) == pytest.approx(mean_absolute_error(observed, predicted))
    assert mse(observed, predicted) == pytest.approx(mean_squared_error(observed, predicted))
    assert pcc(observed, predicted) == pytest.approx(np.corrcoef(observed, predicted)[0, 1])


def test_against_torchmetrics_with_its_n_minus_1_variances():
    torch = pytest.importorskip("torch")
    from torchmetrics.functional import concordance_corrcoef, pearson_corrcoef

    generator = np.random.default_rng(7)
    observed = generator.uniform(0, 44, 34)
    predicted = 0.8 * observed + generator.normal(2, 4, 34)
    both = torch.from_numpy(predicted), torch.from_numpy(observed)
    assert ccc(observed, predicted, ddof=1) == pytest.approx(float(concordance_corrcoef(*both)), rel=1e-9)
    assert pcc(observed, predicted) == pytest.approx(float(pearson_corrcoef(*both)), rel=1e-9)
    assert ccc(observed, predicted) != pytest.approx(ccc(observed, predicted, ddof=1), rel=1e-6)


def test_the_ccc_of_grades_is_the_weighted_kappa_of_scikit_learn():
    """Fleiss and Cohen 1973: with quadratic weights, kappa is the CCC with variances over n."""
    from sklearn.metrics import cohen_kappa_score

    generator = np.random.default_rng(7)
    observed = generator.integers(0, 5, 60)
    predicted = np.clip(observed + generator.integers(-1, 3, 60), 0, 4)
    theirs = cohen_kappa_score(observed, predicted, weights="quadratic")
    assert ccc(observed, predicted) == pytest.approx(theirs, rel=1e-9)
    assert ccc(observed, predicted, ddof=1) != pytest.approx(theirs, rel=1e-6)


def test_ddof_matters_less_the_more_visits_there_are():
    observed, predicted = np.tile(OBSERVED, 100), np.tile(PREDICTED, 100)
    gaps = [abs(ccc(observed[:n], predicted[:n], 0) - ccc(observed[:n], predicted[:n], 1)) for n in (4, 40, 400)]
    assert all(later < earlier / 5 for earlier, later in pairwise(gaps))
