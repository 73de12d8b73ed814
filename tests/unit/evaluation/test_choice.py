"""The figures of a chosen learner, corrected for the choice: the long way, at its edges, and in simulated trials."""

import math
from itertools import product

import numpy as np
import pandas as pd
import pytest

from pasi.evaluation.choice import METHOD, corrected_choice, selection_table
from pasi.evaluation.intervals import ccc_interval, mae_interval
from pasi.evaluation.metrics import ccc
from pasi.evaluation.optimism import Optimism
from pasi.evaluation.selection import best_learner
from pasi.evaluation.tables import metrics_table
from simulated_trials import equal_learners, unequal_learners


def test_the_corrected_figures_the_long_way():
    """Each draw, subject by subject: the choice in the draw, its errors on the subjects outside."""
    observed, predicted, subjects = equal_learners(3, 5, 3)
    rows = [np.flatnonzero(subjects == subject) for subject in range(5)]
    errors = np.abs(predicted - observed)
    outside = [[] for _ in rows]  # of each subject: the learner of each draw that left it out
    chosen = []
    for times in np.random.default_rng(7).multinomial(5, [0.2] * 5, size=50):
        inside = np.concatenate([np.tile(own, count) for own, count in zip(rows, times, strict=True)])
        chosen.append(int(errors[:, inside].mean(axis=1).argmin()))
        for subject in np.flatnonzero(times == 0):
            outside[subject].append(chosen[-1])
    means = [
        np.mean([errors[learner, own].sum() for learner in judged]) for own, judged in zip(rows, outside, strict=True)
    ]
    weights = np.concatenate(
        [np.full((len(j), len(own)), 1 / len(j)).ravel() for own, j in zip(rows, outside, strict=True)]
    )
    pairs = [(observed[own], predicted[learner, own]) for own, j in zip(rows, outside, strict=True) for learner in j]
    y, p = (np.concatenate(values) for values in zip(*pairs, strict=True))
    found = corrected_choice(observed, predicted, subjects, draws=50, seed=7)
    assert found.corrected["mae"].estimate == pytest.approx(sum(means) / len(observed))
    covariance = np.cov(y, p, aweights=weights, ddof=0)
    shift = np.average(y, weights=weights) - np.average(p, weights=weights)
    expected = 2 * covariance[0, 1] / (np.trace(covariance) + shift**2)
    assert found.corrected["ccc"].estimate == pytest.approx(expected)
    assert found.best == errors.mean(axis=1).argmin()
    assert found.again == pytest.approx(np.mean(np.equal(chosen, found.best)))


def test_many_draws_come_near_all_possible_ones():
    """Five subjects can be drawn in 5^5 ways of equal probability: the corrected MAE over all of them."""
    observed, predicted, subjects = equal_learners(4, 5, 3)
    visits = np.bincount(subjects)
    errors = np.stack([np.bincount(subjects, own) for own in np.abs(predicted - observed)])
    ways = np.array([np.bincount(way, minlength=5) for way in product(range(5), repeat=5)])
    chosen = ((ways @ errors.T) / (ways @ visits)[:, None]).argmin(axis=1)
    judged = [errors[chosen[ways[:, subject] == 0], subject].mean() for subject in range(5)]
    found = corrected_choice(observed, predicted, subjects, draws=100_000, seed=0)
    assert 0.2 < np.mean(chosen == found.best) < 0.9, "a choice that is always the same says nothing"
    assert found.again == pytest.approx(np.mean(chosen == found.best), abs=0.006)  # 4 standard errors at most
    assert found.corrected["mae"].estimate == pytest.approx(sum(judged) / len(observed), rel=0.005)


def test_the_choice_is_made_by_the_primary_measure_in_each_draw():
    """Of two learners one has the lower MAE and one the higher CCC: the draws choose by the same measure."""
    generator = np.random.default_rng(0)
    subjects, observed = np.repeat(np.arange(30), 5), generator.normal(20, 6, 150)
    shifted = observed + 5.0  # MAE 5, CCC 72 / 97
    spiky = observed + np.where(np.arange(150) % 10 == 0, 25.0, 0.0) * np.resize([1, -1], 150)  # MAE 2.5, CCC 72 / 134
    predicted = np.stack([shifted, spiky])
    one, other = (
        corrected_choice(observed, predicted, subjects, draws=100, seed=0, primary=name) for name in ("mae", "ccc")
    )
    assert (one.best, one.again) == (1, 1.0)
    assert (other.best, other.again) == (0, 1.0)
    assert other.corrected["mae"].estimate == pytest.approx(5.0)


def test_a_learner_without_a_ccc_is_never_chosen_by_it():
    observed, predicted, subjects = equal_learners(0, 8, 2)
    lost = np.stack([np.full(len(observed), 5.0), predicted[0]])
    assert corrected_choice(observed, lost, subjects, draws=50, seed=0, primary="ccc").best == 1


def test_the_naive_figures_are_those_of_the_chosen_learner():
    observed, predicted, subjects = equal_learners(0, 8, 4)
    found = corrected_choice(observed, predicted, subjects, draws=100, seed=0)
    assert found.naive["mae"] == mae_interval(observed, predicted[found.best], subjects)
    assert found.naive["ccc"] == ccc_interval(observed, predicted[found.best], subjects)
    for metric in ("mae", "ccc"):
        assert found.corrected[metric].low < found.corrected[metric].estimate < found.corrected[metric].high
        assert found.corrected[metric].method == METHOD


def test_one_learner_leaves_nothing_to_correct():
    observed, predicted, subjects = equal_learners(0, 8, 1)
    found = corrected_choice(observed, predicted, subjects, draws=200, seed=0)
    assert (found.best, found.again) == (0, 1.0)
    assert found.corrected["mae"].estimate == pytest.approx(found.naive["mae"].estimate)
    assert found.corrected["ccc"].estimate == pytest.approx(ccc(observed, predicted[0]))


def test_the_same_seed_gives_the_same_figures():
    one, two = (corrected_choice(*equal_learners(0, 8, 4), draws=100, seed=0) for _ in range(2))
    assert one == two


def test_a_perfect_learner_has_a_corrected_figure_and_no_interval():
    observed, predicted, subjects = equal_learners(0, 8, 2)
    found = corrected_choice(observed, np.array([observed, predicted[0]]), subjects, draws=100, seed=0)
    assert (found.corrected["mae"].estimate, found.corrected["ccc"].estimate) == (0, 1)
    assert math.isnan(found.corrected["mae"].low)
    assert found.corrected["ccc"].method == "none: an MAE is 0, or a CCC undefined or 1"


def test_two_subjects_or_too_few_draws_have_no_interval():
    two = corrected_choice(*equal_learners(0, 2, 3), draws=200, seed=0).corrected["mae"]
    assert math.isfinite(two.estimate)
    assert two.method == "none: fewer than 3 subjects"
    assert math.isnan(corrected_choice(*equal_learners(0, 8, 3), draws=1, seed=0).corrected["mae"].estimate)


def table(seed=0, subjects=8, learners=3):
    observed, predicted, nested = equal_learners(seed, subjects, learners + 1)
    kinds = ["backbone"] * (learners - 1) + ["meta", "baseline"]
    common = {"subject": nested, "visit": np.arange(len(observed)), "part": np.where(nested < 5, "oof", "test")}
    rows = [
        pd.DataFrame(
            {"learner": f"n{i}", "kind": kind, "repeat": 0, **common, "observed": observed, "predicted": predicted[i]}
        )
        for i, kind in enumerate(kinds)
    ]
    return pd.concat(rows, ignore_index=True)


def test_the_table_has_two_rows_a_part_and_the_learner_of_the_report():
    visits = table()
    found = selection_table(visits, draws=100, seed=0)
    assert found[["part", "metric"]].to_numpy().tolist() == [
        ["oof", "mae"], ["oof", "ccc"], ["test", "mae"], ["test", "ccc"],
    ]  # fmt: skip
    assert set(found["candidates"]) == {3}
    assert found.loc[found["part"] == "oof", "learner"].iloc[0] == best_learner(metrics_table(visits, visits), "mae")
    assert set(found["subjects"]) == {5, 3}
    assert not found["optimistic"].any()
    marked = selection_table(visits, draws=100, seed=0, optimism=Optimism("heldout"))
    assert marked["optimistic"].tolist() == [True, True, False, False]


def test_a_learner_that_lacks_a_visit_is_no_candidate():
    visits = table()
    lost = (visits["learner"] == "n0") & (visits["visit"] == 0)
    found = selection_table(visits[~lost], draws=50, seed=0)
    assert dict(zip(found["part"], found["candidates"], strict=True)) == {"oof": 2, "test": 3}
    assert selection_table(visits[visits["kind"] == "baseline"], draws=50, seed=0).empty


def test_the_best_of_36_equal_learners_looks_too_good_and_the_correction_mends_it():
    """100 trials of 20 subjects; all 36 have one true MAE, which the interval of the best one often misses."""
    truth = math.sqrt(2 / math.pi * (1.5**2 + 3**2))
    found = [corrected_choice(*equal_learners(seed, 20, 36), draws=200, seed=seed) for seed in range(100)]
    naive, corrected = ([getattr(one, name)["mae"] for one in found] for name in ("naive", "corrected"))
    assert np.mean([one.estimate for one in naive]) < 0.9 * truth
    assert abs(np.mean([one.estimate for one in corrected]) / truth - 1) < 0.03
    assert np.mean([one.low <= truth <= one.high for one in naive]) < 0.7
    assert np.mean([one.low <= truth <= one.high for one in corrected]) >= 0.92


def test_a_learner_that_is_clearly_the_best_is_chosen_again_and_hardly_corrected():
    trial = unequal_learners(0, 20, ((0.5, 1.0), (3.0, 5.0), (3.0, 5.0)))
    found = corrected_choice(*trial, draws=200, seed=0)
    assert (found.best, found.again) == (0, 1.0)
    assert found.corrected["mae"].estimate == pytest.approx(found.naive["mae"].estimate)
