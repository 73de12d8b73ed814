"""Intervals of new scores: by hand, and how often they hold all visits of a new subject in simulated trials."""

import numpy as np
import pytest

from pasi.bundle.residuals import Residuals, intervals, subject_residuals


def test_each_subject_counts_with_the_score_of_its_own_fold():
    residuals = Residuals(np.array([0] * 5 + [1] * 4), np.array([1.0] * 9))
    low, high = intervals(np.array([[10.0], [20.0]]), [0, 1], residuals)
    assert (low.tolist(), high.tolist()) == ([9.0], [21.0])  # nine subjects: the lowest and the highest end


def test_with_nineteen_subjects_the_second_from_each_end_counts():
    residuals = Residuals(np.zeros(19, dtype=int), np.arange(19.0))
    low, high = intervals(np.array([[0.0, 5.0]]), [0], residuals)
    assert (low.tolist(), high.tolist()) == ([-17.0, -12.0], [17.0, 22.0])


@pytest.mark.parametrize("subjects", [0, 1, 8])
def test_too_few_subjects_give_no_interval(subjects):
    low, high = intervals(np.zeros((1, 2)), [0], Residuals(np.zeros(subjects, dtype=int), np.ones(subjects)))
    assert np.isnan([low, high]).all()


def test_a_residual_is_the_largest_error_of_means_over_repeats():
    visits = {
        "subject": ["A", "A", "A", "B"],
        "visit": ["1", "1", "2", "1"],
        "observed": [4.0, 4.0, 8.0, 2.0],
        "predicted": [5.0, 9.0, 7.0, 2.0],
    }
    found = subject_residuals(visits, {"A": 3, "B": 1})
    assert found.folds.tolist() == [3, 1]
    assert found.largest.tolist() == [3.0, 0.0]


def test_json_names_no_subject_and_is_read_back():
    residuals = Residuals(np.array([1, 0]), np.array([2.5, 0.1]))
    value = residuals.to_json()
    assert value["residuals"] == [[0, 0.1], [1, 2.5]]
    assert Residuals.from_json(value).to_json() == value
    assert len(Residuals.from_json({"residuals": [], "responses": []}).folds) == 0


def test_coverage_of_all_visits_of_a_new_subject_in_simulated_trials():
    """Mean of the training subjects as predictor, 30 subjects of 4 visits each in 5 folds; nominal 90%."""
    generator = np.random.default_rng(0)
    held, trials = 0, 2000
    for _ in range(trials):
        scores = generator.normal(10, 3, (31, 1)) + generator.normal(0, 1, (31, 4))
        folds = np.arange(30) % 5
        models = np.array([scores[:30][folds != fold].mean() for fold in range(5)])
        errors = np.abs(scores[:30] - models[folds][:, None]).max(axis=1)
        low, high = intervals(models[:, None], range(5), Residuals(folds, errors))
        held += bool((low <= scores[30]).all() and (scores[30] <= high).all())
    assert 0.88 <= held / trials <= 0.95
