"""Learners against the strongest baseline, and against the one that is told a physician's score."""

import numpy as np
import pandas as pd
import pytest

from pasi.evaluation.baseline_comparison import compare_with_baselines
from pasi.evaluation.tables import metrics_table
from pasi.evaluation.visits import after_baseline

SUBJECTS, VISITS = 20, 5
COLUMNS = {
    "part": "oof",
    "repeat": 0,
    "subject": np.repeat(np.arange(SUBJECTS), VISITS),
    "visit": np.tile([f"V{number}" for number in range(VISITS)], SUBJECTS),
    "week": np.tile(np.arange(VISITS) * 4.0, SUBJECTS),
    "visit_order": np.tile(np.arange(VISITS) * 1.0, SUBJECTS),
    "baseline": "V0",
}
OBSERVED = np.tile(np.linspace(30, 6, VISITS), SUBJECTS) + np.random.default_rng(0).normal(0, 2, SUBJECTS * VISITS)


def visits(**predicted: np.ndarray) -> pd.DataFrame:
    """The table of visits; names that begin with "baseline" are baselines."""
    kinds = {name: "baseline" if name.startswith("baseline") else "backbone" for name in predicted}
    tables = [
        pd.DataFrame({"learner": name, "kind": kinds[name], **COLUMNS, "observed": OBSERVED, "predicted": values})
        for name, values in predicted.items()
    ]
    return pd.concat(tables, ignore_index=True)


def noisy(spread: float, seed: int) -> np.ndarray:
    return OBSERVED + np.random.default_rng(seed).normal(0, spread, len(OBSERVED))


COURSE = np.tile(np.linspace(30, 6, VISITS), SUBJECTS)  # what the week tells without any photo
GIVEN = ("baseline_first_visit",)


@pytest.mark.parametrize("primary", ["mae", "ccc"])
def test_a_learner_must_beat_the_week_before_there_is_a_verdict(primary):
    """It beats the ridge on colours by far, and what is known without any photo is better than it."""
    table = visits(net=noisy(4, 1), baseline_week=COURSE, baseline_histogram_ridge=noisy(9, 2))
    metrics = metrics_table(table, table, primary=primary)
    (found,) = compare_with_baselines(metrics, table, GIVEN, primary=primary).itertuples()
    assert (found.learner, found.reference, found.measure) == ("net", "baseline_week", primary)
    assert found.verdict == "worse"
    assert metrics.set_index("learner").loc["net", "below_baseline"].all()


def test_a_learner_that_beats_the_week_has_a_verdict():
    table = visits(net=noisy(0.5, 1), baseline_week=COURSE, baseline_histogram_ridge=noisy(9, 2))
    (found,) = compare_with_baselines(metrics_table(table, table), table, GIVEN).itertuples()
    assert (found.reference, found.verdict) == ("baseline_week", "better")


def test_the_baseline_that_is_told_a_score_is_no_bar_and_is_compared_after_the_baseline_visit_alone():
    first = np.where(COLUMNS["visit"] == "V0", OBSERVED + 50, noisy(0.1, 3))  # poor at the baseline visit alone
    table = visits(net=noisy(1, 1), baseline_week=COURSE, baseline_first_visit=first)
    metrics = metrics_table(table, table, given=GIVEN)
    found = compare_with_baselines(metrics, table, GIVEN)
    assert found["reference"].tolist() == ["baseline_week", "baseline_first_visit"]
    assert found["visits"].tolist() == ["all", "after the baseline"]
    assert found["verdict"].tolist() == ["better", "worse"]
    later = COLUMNS["visit"] != "V0"
    expected = np.abs(noisy(1, 1) - OBSERVED)[later].mean() - np.abs(first - OBSERVED)[later].mean()
    assert found["difference"][1] == pytest.approx(expected)
    assert not metrics["below_baseline"].any(), "not even if it were better than the week"


def test_without_a_known_baseline_visit_only_the_strongest_one_is_compared_with():
    table = visits(net=noisy(1, 1), baseline_week=COURSE).assign(baseline="")
    assert len(after_baseline(table)) == 0
    assert compare_with_baselines(metrics_table(table, table), table, GIVEN)["visits"].tolist() == ["all"]
