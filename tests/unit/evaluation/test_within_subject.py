"""The correlation within subjects, against an analysis of covariance by statsmodels."""

import math

import numpy as np
import pandas as pd
import pytest
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from pasi.evaluation.within_subject import within_subject_correlation
from simulated_trials import nested_scores


def test_it_is_that_of_an_analysis_of_covariance():
    """Bakdash and Marusich: r^2 is the share of the sum of squares of the covariate, in a model with all subjects."""
    observed, nested = nested_scores(np.random.default_rng(5), 12)
    predicted = 0.7 * observed + np.random.default_rng(6).normal(0, 5, observed.size) + nested
    frame = pd.DataFrame({"predicted": predicted, "nested": nested, "observed": observed})
    table = anova_lm(
        ols("predicted ~ C(nested) + observed", frame).fit(),
        typ=2,
    )
    squares = table["sum_sq"]
    expected = math.sqrt(squares["observed"] / (squares["observed"] + squares["Residual"]))
    found = within_subject_correlation(observed, predicted, nested)
    assert found.estimate == pytest.approx(expected)
    assert found.low < expected < found.high < 1


def test_what_tells_subjects_apart_has_no_part_in_it():
    observed, predicted, subjects = np.array([5.0, 1, 6, 2, 9, 3]), np.array([4.0, 2, 7, 1, 5, 4]), [*"AABBCC"]
    shifted = predicted + np.repeat([100.0, -50, 7], 2)
    one, other = (within_subject_correlation(observed, values, subjects) for values in (predicted, shifted))
    assert one.estimate == pytest.approx(other.estimate)


@pytest.mark.parametrize("predicted", [[1, 1, 2, 2], [3, 3, 3, 3]])
def test_constant_courses_have_none(predicted):
    assert math.isnan(within_subject_correlation([1, 2, 3, 4], predicted, [*"AABB"]).estimate)
