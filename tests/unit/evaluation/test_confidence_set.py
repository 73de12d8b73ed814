"""The model confidence set the long way, of two learners, and in simulated trials of known best learners."""

import numpy as np
import pytest
from arch.bootstrap import MCS

from pasi.evaluation.confidence_set import model_confidence_set
from simulated_trials import equal_learners


def long_way(errors: np.ndarray, visits: np.ndarray, draws: int, seed: int) -> dict[int, float]:
    """p by learner, each draw and each learner by itself."""
    count = len(visits)
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=draws)

    def t_of(left: list[int], weights: np.ndarray, centers: np.ndarray) -> list[float]:
        means = errors[left] @ weights / (visits @ weights)
        found = []
        for own, mean, center in zip(left, means, centers, strict=True):
            residuals = errors[own] - errors[left].mean(axis=0) - center * visits
            sums = residuals @ weights
            spread = (weights * (residuals - sums / count) ** 2).sum()
            error = np.sqrt(spread * count / (count - 1)) / (visits @ weights)
            found.append((mean - means.mean() - center) / error)
        return found

    left, p, worst = list(range(len(errors))), {}, 0.0
    while len(left) > 1:
        means = errors[left].sum(axis=1) / visits.sum()
        centers = means - means.mean()
        residuals = errors[left] - errors[left].mean(axis=0) - centers[:, None] * visits
        error = np.sqrt((residuals**2).sum(axis=1) * count / (count - 1)) / visits.sum()
        t = centers / error
        largest = [max(t_of(left, weights, centers)) for weights in drawn]
        worst = max(worst, float(np.mean(np.array(largest) >= t.max())))
        p[left.pop(int(t.argmax()))] = worst
    return p | {left[0]: 1.0}


def test_the_long_way():
    observed, predicted, nested = equal_learners(3, 12, 4)
    predicted[1] = observed + 1.6 * (predicted[1] - observed)
    found = model_confidence_set(observed, predicted, nested, draws=150, seed=5)
    errors = np.stack([np.bincount(nested, np.abs(own - observed)) for own in predicted])
    expected = long_way(errors, np.bincount(nested), 150, 5)
    assert found.p.tolist() == pytest.approx([expected[i] for i in range(4)])
    assert found.p[1] == found.p.min()


def test_learners_that_are_one_are_all_in_it_and_order_does_not_matter():
    observed, predicted, nested = equal_learners(0, 15, 3)
    same = model_confidence_set(observed, predicted[[0, 0, 0]], nested, draws=100, seed=0)
    assert same.inside.tolist() == [True] * 3
    assert same.p.tolist() == [1.0] * 3
    one = model_confidence_set(observed, predicted, nested, draws=100, seed=0)
    turned = model_confidence_set(observed, predicted[::-1], nested, draws=100, seed=0)
    assert turned.p[::-1].tolist() == pytest.approx(one.p.tolist())


def test_a_perfect_learner_is_alone_and_one_learner_is_in_it():
    observed, predicted, nested = equal_learners(0, 15, 2)
    found = model_confidence_set(observed, np.stack([observed, *predicted]), nested, draws=500, seed=0)
    assert found.inside.tolist() == [True, False, False]
    assert model_confidence_set(observed, predicted[:1], nested, draws=10, seed=0).inside.tolist() == [True]


@pytest.mark.parametrize(("subjects", "all_in"), [(10, True), (11, False)])
def test_no_verdict_below_eleven_subjects(subjects, all_in):
    errors = np.stack([np.linspace(0.9, 1.1, subjects), np.linspace(8, 9, subjects)])
    found = model_confidence_set(np.zeros(subjects), errors, range(subjects), draws=200, seed=0)
    assert found.inside.all() == all_in
    assert np.isnan(found.p).all() == all_in


def test_the_best_learners_are_in_it():
    """36 equal learners in 100 trials of 20 subjects: all are in the set in 90% of them and more."""
    held = []
    for seed in range(100):
        found = model_confidence_set(*equal_learners(seed, 20, 36), draws=300, seed=seed)
        held.append(found.inside.all())
    assert np.mean(held) >= 0.9


def test_errors():
    with pytest.raises(ValueError, match="draws is 0, expected 1 or more"):
        model_confidence_set([1], [[1]], ["a"], draws=0, seed=0)
    with pytest.raises(ValueError, match="expected a row a learner and a column a visit"):
        model_confidence_set([1], [1], ["a"], draws=1, seed=0)


def test_the_set_is_that_of_arch():
    """One visit a subject, so that its bootstrap of rows, in blocks of one, is one of subjects."""
    generator, worse = np.random.default_rng(11), np.array([[0], [0.1], [0], [1.5], [2], [4]])
    errors = np.abs(generator.normal(0, 3, 80) + generator.normal(0, 2, (6, 80))) + worse
    theirs = MCS(errors.T, size=0.05, reps=2000, block_size=1, method="max", seed=0)
    theirs.compute()
    ours = model_confidence_set(np.zeros(80), errors, np.arange(80), draws=2000, seed=0)
    assert np.flatnonzero(ours.inside).tolist() == sorted(theirs.included)
    assert 0 < ours.inside.sum() < 6
