"""Rank intervals the long way, on equal and on different learners, and the optimism of a pick."""

from itertools import combinations, product

import numpy as np
import pytest
from scipy import stats

from pasi.evaluation.pick_optimism import pick_optimism
from pasi.evaluation.ranks import rank_intervals, subject_errors
from simulated_trials import equal_learners, unequal_learners


def trial(seed=0, subjects=12, learners=5):
    return equal_learners(seed, subjects, learners)


def test_the_long_way():
    observed, predicted, nested = trial()
    found = rank_intervals(observed, predicted, nested, draws=200, seed=3)
    drawn = np.random.default_rng(3).multinomial(12, np.full(12, 1 / 12), size=200)
    ranks = []
    for times in drawn:
        rows = np.concatenate([np.flatnonzero(nested == one) for one, count in enumerate(times) for _ in range(count)])
        ranks.append(stats.rankdata(np.abs(predicted[:, rows] - observed[rows]).mean(axis=1), method="min"))
    assert found.drawn_low.tolist() == np.percentile(ranks, 2.5, axis=0, method="inverted_cdf").tolist()
    assert found.drawn_high.tolist() == np.percentile(ranks, 97.5, axis=0, method="inverted_cdf").tolist()
    assert found.best == pytest.approx(np.mean(np.equal(ranks, 1), axis=0))
    own = stats.rankdata(np.abs(predicted - observed).mean(axis=1), method="min")
    assert found.rank.tolist() == own.tolist()


def test_many_draws_come_near_all_possible_ones():
    """Five subjects can be drawn in 5^5 ways of equal probability: the share in which each learner is the best."""
    observed, predicted, nested = trial(subjects=5, learners=4)
    errors, visits = subject_errors(observed, predicted, nested)
    ways = np.array([np.bincount(way, minlength=5) for way in product(range(5), repeat=5)])
    means = (ways @ errors.T) / (ways @ visits)[:, None]
    exact = np.mean(means == means.min(axis=1, keepdims=True), axis=0)
    assert np.sort(exact)[-2] > 0.05, "the share of one learner alone says nothing"
    found = rank_intervals(observed, predicted, nested, draws=100_000, seed=0)
    assert found.best == pytest.approx(exact, abs=0.006)  # 4 standard errors at most


def test_equal_predictions_share_their_rank_and_the_first_place():
    observed, predicted, nested = trial(learners=2)
    both = np.concatenate([predicted, predicted])
    found = rank_intervals(observed, both, nested, draws=300, seed=0)
    assert found.rank[:2].tolist() == found.rank[2:].tolist()
    assert set(found.rank.tolist()) == {1, 3}
    assert found.best[:2] == pytest.approx(found.best[2:])
    assert found.best.sum() == pytest.approx(1)


def test_the_bounds_are_those_of_paired_t_tests():
    """One visit a subject: the jackknife-t of a mean difference is the paired t-test, at 5% / 4 for five learners."""
    generator = np.random.default_rng(0)
    error = np.abs(generator.normal(0, 3, (5, 30)) * np.array([[1], [1.2], [2], [3], [3.1]]))
    found = rank_intervals(np.zeros(30), error, np.arange(30), draws=1, seed=0)
    tests = [[stats.ttest_rel(own, other) for other in np.delete(error, j, axis=0)] for j, own in enumerate(error)]
    better, worse = (
        [sum(one.pvalue < 0.05 / 4 and sign * one.statistic > 0 for one in row) for row in tests] for sign in (1, -1)
    )
    assert sum(better) > 2
    assert found.low.tolist() == [1 + number for number in better]
    assert found.high.tolist() == [5 - number for number in worse]


def test_a_much_better_learner_is_first_without_doubt_and_a_perfect_one_too():
    observed, predicted, nested = unequal_learners(0, 20, [(0.1, 0.3), (1.5, 3.0), (1.5, 3.0), (5.0, 9.0)])
    for first in (predicted[0], observed):
        found = rank_intervals(observed, np.vstack([[first], predicted[1:]]), nested, draws=500, seed=0)
        assert (found.low[0], found.high[0], found.best[0]) == (1, 1, 1)
        assert (found.low[3], found.high[3], found.best[3]) == (4, 4, 0)


@pytest.mark.parametrize("subjects", [2, 10, 11])
def test_fewer_than_eleven_subjects_show_nothing_of_the_ranks(subjects):
    observed, predicted, nested = unequal_learners(0, subjects, [(0.1, 0.3), (5.0, 9.0), (5.0, 9.0)])
    found = rank_intervals(observed, predicted, nested, draws=10, seed=0)
    assert found.rank[0] == 1
    assert (found.low.tolist(), int(found.high[0])) == (
        [1, 1, 1] if subjects < 11 else [1, 2, 2],
        3 if subjects < 11 else 1,
    )


def test_a_single_learner_has_the_first_rank():
    alone = rank_intervals([0, 0, 0], [[1, 1, 2]], ["a", "b", "c"], draws=10, seed=0)
    assert (alone.low.tolist(), alone.high.tolist()) == ([1], [1])


def test_the_rank_of_the_best_of_36_is_within_its_bounds():
    """Errors up to 30% apart, 20 subjects, 100 trials: 95% at least."""
    held = []
    for seed in range(100):
        observed, predicted, nested = equal_learners(seed, 20, 36)
        scale = np.random.default_rng(seed).uniform(1, 1.3, 36)
        scaled = observed + scale[:, None] * (predicted - observed)
        held.append(rank_intervals(observed, scaled, nested, draws=1, seed=0).low[scale.argmin()] == 1)
    assert np.mean(held) >= 0.95


def test_the_own_rank_is_within_and_the_seed_repeats():
    observed, predicted, nested = trial(1, 6, 20)
    one, other = (rank_intervals(observed, predicted, nested, draws=50, seed=9) for _ in range(2))
    assert (one.low <= one.rank).all()
    assert (one.rank <= one.high).all()
    assert all((a == b).all() for a, b in zip(one, other, strict=True))


def test_optimism_the_long_way():
    observed, predicted, nested = trial()
    found = pick_optimism(observed, predicted, nested, size=4, draws=60, seed=5)
    order = np.argsort(np.random.default_rng(5).random((60, 12)), axis=1)
    errors = np.abs(predicted - observed)
    shifts = []
    for subjects in order[:, :4]:
        inside = np.isin(nested, subjects)
        picked = errors[:, inside].mean(axis=1).argmin()
        shifts.append(errors[picked, ~inside].mean() - errors[picked, inside].mean())
    assert found.optimism == pytest.approx(np.mean(shifts))
    assert found.spread == pytest.approx(np.std(shifts, ddof=1))
    assert found.elsewhere - found.picked == pytest.approx(found.optimism)


def test_many_pseudo_tests_come_near_all_possible_ones():
    """Four of nine subjects can be taken in 126 ways: the mean optimism over all of them."""
    observed, predicted, nested = trial(subjects=9)
    errors, shifts = np.abs(predicted - observed), []
    for subjects in combinations(range(9), 4):
        inside = np.isin(nested, subjects)
        picked = errors[:, inside].mean(axis=1).argmin()
        shifts.append(errors[picked, ~inside].mean() - errors[picked, inside].mean())
    found = pick_optimism(observed, predicted, nested, size=4, draws=100_000, seed=0)
    assert found.optimism == pytest.approx(np.mean(shifts), abs=4 * np.std(shifts) / 100_000**0.5)


def test_the_pick_of_many_equal_learners_is_optimistic_and_a_fixed_learner_is_not():
    """Six of 54 subjects, 36 equal learners, 60 trials: the true MAE is sqrt(2 x 11.25 / pi) = 2.68."""
    found = [pick_optimism(*equal_learners(seed, 54, 36), size=6, draws=200, seed=seed) for seed in range(60)]
    assert 0.4 < np.mean([one.optimism for one in found]) < 0.8
    assert np.mean([one.elsewhere for one in found]) == pytest.approx(2.68, abs=0.06)
    assert abs(np.mean([one.fixed for one in found])) < 0.05


def test_one_learner_has_no_optimism_but_chance():
    observed, predicted, nested = trial(0, 54, 1)
    found = pick_optimism(observed, predicted, nested, size=6, draws=2000, seed=0)
    assert found.again == 1
    assert found.optimism == found.fixed
    assert abs(found.optimism) < 0.1


def test_errors():
    observed, predicted, nested = trial()
    with pytest.raises(ValueError, match="size is 12, expected 1 to 11, one less than the subjects"):
        pick_optimism(observed, predicted, nested, size=12, draws=10, seed=0)
    for find in (rank_intervals, lambda *data, **options: pick_optimism(*data, size=2, **options)):
        with pytest.raises(ValueError, match="draws is 0, expected 1 or more"):
            find(observed, predicted, nested, draws=0, seed=0)
    with pytest.raises(ValueError, match=r"predicted has the shape \(3,\), expected a row a learner"):
        subject_errors([1, 2, 3], [1, 2, 3], ["a", "b", "c"])
    with pytest.raises(ValueError, match="predicted has nan in row 0"):
        subject_errors([1], [[np.nan]], ["a"])
