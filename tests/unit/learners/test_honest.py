"""Rows of meta-learners that owe nothing to the observed scores of their fold, shown on trained ridge regressions."""

import numpy as np
import pandas as pd
import pytest

from pasi.errors import StaleResultError
from pasi.learners.fitters import FITTERS
from pasi.learners.honest import with_honest_rows
from pasi.learners.settings import UNFITTED, StackingSettings
from pasi.learners.stacking import LinearFit, fit_learner
from pasi.learners.wide import of_learners
from stacking import KINDS, excess
from stacking_trials import Networks, StackingTrial, make_trial
from two_regions import INDEX

NETWORKS = Networks(features=30, seen=0.3, penalties=(0, 2), count=3)
SETTINGS = StackingSettings(ridge_alpha="cv")
FITTED = [name for name in FITTERS if name not in UNFITTED]


def both(name: str, trial: StackingTrial):
    """The plain fit and the honest one."""
    plain = fit_learner(name, trial.oof, trial.test, SETTINGS, INDEX)
    return plain, with_honest_rows(plain, trial.oof, trial.pairs, SETTINGS, INDEX)


@pytest.fixture(scope="module")
def trials():
    """A trial, and the same with higher observed scores in fold 2: every network that is trained on it is another."""
    return make_trial(0, 25, NETWORKS), make_trial(0, 25, NETWORKS, raised=2)


@pytest.mark.parametrize("name", FITTED)
def test_other_observed_scores_of_a_fold_change_its_plain_rows_and_not_its_honest_ones(name, trials):
    (plain, honest), (plain_raised, honest_raised) = (both(name, trial) for trial in trials)
    own = (plain.rows["fold"] == 2).to_numpy()
    np.testing.assert_array_equal(honest.rows["predicted"][own], honest_raised.rows["predicted"][own])
    assert (np.abs(plain.rows["predicted"][own] - plain_raised.rows["predicted"][own]) > 1e-6).any()
    assert (np.abs(honest.rows["predicted"][~own] - honest_raised.rows["predicted"][~own]) > 1e-6).any()


def test_plain_rows_look_better_than_on_fresh_subjects_and_honest_ones_do_not():
    """Eight trials of the benchmark, whose difference of 7% has a standard deviation of 5% by trial."""
    found = []
    for seed in range(8):
        trial = make_trial(seed, 54, KINDS["many weak features"])
        (plain, plain_fresh), (honest, honest_fresh) = (excess(fit, trial) for fit in both("meta_learner", trial))
        found.append((plain / plain_fresh - honest / honest_fresh, honest_fresh / plain_fresh))
    gap, fresh = np.mean(found, axis=0)
    assert gap < -0.03
    assert fresh < 1.02, "the weights themselves are not worse"


def test_known_weights_cannot_leak_and_the_rows_stay(trials):
    plain, honest = both("mean", trials[0])
    assert honest is plain


def test_the_final_fit_and_the_keys_stay_and_the_weights_of_the_folds_are_the_honest_ones(trials):
    plain, honest = both("nnls", trials[0])
    keys = [name for name in plain.rows if name != "predicted"]
    assert honest.rows[keys].equals(plain.rows[keys])
    assert {**honest.summary, "folds": None} == {**plain.summary, "folds": None}
    assert [fold["rows"] for fold in honest.summary["folds"]] == [fold["rows"] for fold in plain.summary["folds"]]
    first = LinearFit.from_json({**honest.summary, **honest.summary["folds"][0]})
    oof = trials[0].oof[trials[0].oof["fold"] == 0]
    composites = oof["predicted"].to_numpy().reshape(3, -1).T
    np.testing.assert_allclose(honest.rows["predicted"][honest.rows["fold"] == 0], first.predict(composites))


def test_the_weights_of_a_fold_by_hand():
    """Fold 2 of one network: the slope through the origin, of the other folds as networks without 2 predict them."""
    trial = make_trial(0, 25, Networks(features=30, seen=0.3, penalties=(0, 2), count=1))
    _, honest = both("nnls", trial)
    rows = trial.pairs[trial.pairs["without"] == 2]
    slope = (rows["observed"] @ rows["predicted"]) / (rows["predicted"] @ rows["predicted"])
    assert sorted(set(rows["fold"])) == [0, 1, 3, 4]
    assert honest.summary["folds"][2]["coefficients"] == [pytest.approx(slope)]


def test_with_repeats_the_rows_are_those_of_the_first(trials):
    trial = trials[0]
    again = trial.oof.assign(repeat=1, predicted=trial.oof["predicted"] + 1)
    twice = pd.concat([trial.oof, again], ignore_index=True)
    plain = fit_learner("nnls", twice, trial.test, SETTINGS, INDEX)
    honest = with_honest_rows(plain, twice, trial.pairs, SETTINGS, INDEX)
    np.testing.assert_array_equal(honest.rows["predicted"], both("nnls", trial)[1].rows["predicted"])
    assert not np.array_equal(plain.rows["predicted"], both("nnls", trial)[0].rows["predicted"])


def test_some_networks_alone_are_combined_where_only_they_are_trained_without_pairs(trials):
    trial = trials[0]
    oof, test = (of_learners(table, ["n00", "n02"]) for table in (trial.oof, trial.test))
    plain = fit_learner("nnls", oof, test, SETTINGS, INDEX)
    honest = with_honest_rows(plain, oof, of_learners(trial.pairs, ["n00", "n02"]), SETTINGS, INDEX)
    assert honest.summary["backbones"] == ["n00", "n02"]
    with pytest.raises(StaleResultError):
        with_honest_rows(plain, oof, of_learners(trial.pairs, ["n00"]), SETTINGS, INDEX)
