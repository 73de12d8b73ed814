"""Finished runs beside each other, by hand-made tables."""

import numpy as np
import pandas as pd
import pytest

from pasi.evaluation.comparison import differing_keys, pair_runs, paired_difference, run_figures
from pasi.evaluation.metrics import ccc

OBSERVED = np.array([10.0, 4.0, 22.0, 18.0, 6.0, 2.0, 15.0, 9.0])


def metrics(**mae: float) -> pd.DataFrame:
    rows = [{"learner": name, "level": "visit", "part": "oof", "n": 8, "mae": value} for name, value in mae.items()]
    return pd.DataFrame([*rows, {**rows[0], "level": "region", "mae": 99.0}, {**rows[0], "part": "test", "mae": 98.0}])


def visits(predicted, repeat: int = -1, observed=OBSERVED, part: str = "oof") -> pd.DataFrame:
    ids = {"subject": np.repeat(list("ABCD"), 2), "visit": ["1", "2"] * 4}
    own = {"learner": "mean", "kind": "meta", "part": part, "repeat": repeat}
    return pd.DataFrame({**ids, "observed": observed, "predicted": predicted}).assign(**own)


def test_learners_of_all_runs_have_a_mean_and_a_spread():
    a, b = run_figures([metrics(a=1.0, b=2.0, only_here=3.0), metrics(b=4.0, a=1.0)], "mae")
    assert (a.learner, a.values, a.mean, a.spread) == ("a", (1.0, 1.0), 1.0, 0.0)
    assert (b.learner, b.values, b.mean, b.spread) == ("b", (2.0, 4.0), 3.0, pytest.approx(2**0.5))


def test_one_that_was_left_out_of_a_run_is_no_figure():
    lost = metrics(a=float("nan"), b=1.0).assign(n=[0, 8, 0, 0])
    assert [figure.learner for figure in run_figures([metrics(a=1.0, b=2.0), lost], "mae")] == ["b"]


def test_a_difference_is_that_on_common_visits_whatever_their_order():
    first, second = visits(OBSERVED + 3), visits(OBSERVED + 1)[:6][::-1]
    assert pair_runs(first, second) == pair_runs(second, first)
    assert (pair_runs(first, second).common, pair_runs(first, second).differing) == (6, 0)
    found = paired_difference(first, second, "mean")
    own = OBSERVED[:6]
    assert found.estimate == pytest.approx(ccc(own, own + 1) - ccc(own, own + 3))
    assert found.subjects == 3
    assert found.low < found.estimate < found.high


def test_test_visits_are_not_paired_with_those_out_of_fold():
    assert pair_runs(visits(OBSERVED), visits(OBSERVED, part="test")).common == 0


def test_repeats_stand_with_the_mean_of_their_predictions():
    twice = pd.concat([visits(OBSERVED + shift, repeat) for repeat, shift in enumerate((-1.0, 3.0))])
    found = paired_difference(visits(OBSERVED + 1), twice, "mean")
    assert found.estimate == 0


def test_another_observed_score_is_another_cohort():
    other = visits(OBSERVED, observed=OBSERVED + (np.arange(8) == 2))
    assert pair_runs(visits(OBSERVED), other).differing == 1
    with pytest.raises(ValueError, match="another observed score"):
        paired_difference(visits(OBSERVED), other, "mean")


def test_a_key_that_one_run_lacks_differs():
    assert differing_keys([{"a": 1}, {"a": 1, "b": 2}]) == {"b": [None, 2]}
