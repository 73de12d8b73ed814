import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from pasi.learners.fitters import ALPHAS, FITTERS, StackingRows
from pasi.learners.settings import ADDED_LEARNERS, META_LEARNERS, StackingSettings

LINEAR = StackingSettings()
METAS = [name for name in FITTERS if name.startswith("meta_learner")]


def samples(predictors, observed, **changes) -> StackingRows:
    """Rows of one region, each of a subject of its own, in three folds in turn."""
    predictors, rows = np.asarray(predictors, dtype=float), np.arange(len(observed))
    observed = np.asarray(observed, dtype=float)
    default = {"folds": rows % 3, "subjects": rows.astype(str), "weights": np.ones(1), "maximum": 72.0}
    return StackingRows(predictors[:, None], observed, **default | changes)


def noisy(rows: int = 120, columns: int = 4, seed: int = 0):
    rng = np.random.default_rng(seed)
    observed = rng.uniform(0, 72, rows)
    return observed[:, None] + rng.normal(0, [[2.0, 4.0, 6.0, 8.0][:columns]], (rows, columns)), observed


def test_the_table_of_learners_is_the_papers_four_and_ours():
    assert list(META_LEARNERS) == [
        "meta_learner",
        "meta_learner_w_intercept",
        "meta_learner_ridge",
        "meta_learner_ridge_w_intercept",
        "mean",
        "nnls",
        "greedy_selection",
    ]
    assert tuple(FITTERS) == META_LEARNERS
    assert META_LEARNERS[4:] == ADDED_LEARNERS


def test_known_weights_are_recovered():
    predictors = np.random.default_rng(0).uniform(0, 72, (50, 3))
    weighted = predictors @ [0.5, 0.0, 0.25]
    for name in ("meta_learner", "nnls"):
        found = FITTERS[name](samples(predictors, weighted), LINEAR)
        np.testing.assert_allclose(found.coefficients, [0.5, 0, 0.25], atol=1e-10)
        assert (found.intercept, found.alpha) == (0, None)
    found = FITTERS["meta_learner_w_intercept"](samples(predictors, weighted + 3), LINEAR)
    np.testing.assert_allclose(found.coefficients, [0.5, 0, 0.25], atol=1e-10)
    assert found.intercept == pytest.approx(3)


@pytest.mark.parametrize("name", ["meta_learner_ridge", "meta_learner_ridge_w_intercept"])
def test_ridge_is_scikit_learns_on_predictors_as_they_are(name):
    predictors, observed = noisy()
    found = FITTERS[name](samples(predictors, observed), StackingSettings(ridge_alpha=500.0))
    reference = Ridge(alpha=500.0, fit_intercept=name.endswith("_w_intercept")).fit(predictors, observed)
    np.testing.assert_allclose(found.coefficients, reference.coef_)
    assert found.intercept == pytest.approx(reference.intercept_)
    assert found.alpha == 500.0


@pytest.mark.parametrize("family", ["linear", "fractional_logit"])
def test_the_penalty_chosen_by_folds_is_weak_for_a_signal_and_strong_for_noise(family):
    predictors, observed = noisy()
    settings = StackingSettings(family=family, ridge_alpha="cv")
    fit = FITTERS["meta_learner_ridge_w_intercept"]
    signal = fit(samples(predictors, observed), settings).alpha
    noise = fit(samples(np.random.default_rng(5).normal(0, 1, (120, 4)), observed), settings).alpha
    assert signal < noise == ALPHAS[-1]


def test_one_fold_chooses_its_penalty_by_subjects():
    predictors, observed = noisy(30)
    found = FITTERS["meta_learner_ridge"](
        samples(predictors, observed, folds=np.zeros(30, dtype=int)), StackingSettings(ridge_alpha="cv")
    )
    assert found.alpha in ALPHAS


@pytest.mark.parametrize("name", METAS)
def test_a_fractional_logit_stays_within_the_scale(name):
    predictors, observed = noisy()
    found = FITTERS[name](samples(predictors, observed), StackingSettings(family="fractional_logit"))
    predicted = found.predict(predictors, 72.0)
    assert found.family == "fractional_logit"
    assert 0 < predicted.min() < predicted.max() < 72
    assert np.corrcoef(predicted, observed)[0, 1] > 0.9
    if not name.endswith("_w_intercept"):
        assert found.intercept == 0


def test_at_visit_level_regions_bear_the_intercept_by_their_weight():
    predictors = np.random.default_rng(0).uniform(0, 72, (40, 3, 2))  # 40 visits, 3 regions, 2 backbones
    weights = np.array([0.2, 0.3, 0.4])
    combined = np.einsum("nrp,r->np", predictors, weights)
    rows = np.arange(40)
    visits = StackingRows(predictors, combined @ [0.25, 0.5] + 1.8, rows % 3, rows.astype(str), weights, 64.8)
    found = FITTERS["meta_learner_w_intercept"](visits, LINEAR)
    np.testing.assert_allclose(found.coefficients, [0.25, 0.5])
    assert found.intercept == pytest.approx(2.0)  # 1.8 / 0.9: Equation 2 turns it into 1.8
    np.testing.assert_allclose(found.predict(predictors, 72.0) @ weights, visits.observed)


def test_mean_and_greedy_selection_by_hand():
    observed = np.array([0.0, 2.0, 4.0])
    above, below, far = observed + 2, observed - 1, observed + 50
    pool = samples(np.column_stack([above, far, below]), observed)
    np.testing.assert_allclose(FITTERS["mean"](pool, LINEAR).coefficients, [1 / 3] * 3)
    # -1 alone, then +2 makes +1/2, then -1 makes 0: two thirds of the third column
    np.testing.assert_allclose(FITTERS["greedy_selection"](pool, LINEAR).coefficients, [1 / 3, 0, 2 / 3])
    twins = samples(np.column_stack([above, below, below]), observed - 1)
    assert FITTERS["greedy_selection"](twins, LINEAR).coefficients.tolist() == [0, 1, 0]


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_greedy_shares_add_up_and_are_no_worse_than_the_best_backbone(seed):
    predictors, observed = noisy(30, 4, seed)
    shares = FITTERS["greedy_selection"](samples(predictors, observed), LINEAR).coefficients
    assert shares.min() >= 0
    assert shares.sum() == pytest.approx(1)
    best = np.square(predictors - observed[:, None]).mean(axis=0).min()
    assert np.square(predictors @ shares - observed).mean() <= best * (1 + 1e-9)


def test_nnls_has_no_negative_weight():
    predictors, observed = noisy()
    coefficients = FITTERS["nnls"](samples(predictors - [0, 0, 0, 100], observed), LINEAR).coefficients
    assert coefficients.min() == 0
