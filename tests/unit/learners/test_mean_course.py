"""Baselines that know the calendar: by hand, what they do without it, and how far it gets them on the default trial."""

import numpy as np
import pandas as pd
import pytest

from checkout import CHECKOUT
from pasi.config.settings import read_settings
from pasi.config.yaml_files import load_config
from pasi.evaluation.metrics import metric_row
from pasi.learners.baseline_rows import missing_baselines
from pasi.learners.baselines import fit_baseline
from pasi.learners.mean_course import mean_course
from pasi.simulate.trial import simulate_trial
from pasi.splits.divide import split_cohort
from pasi.splits.settings import SplitSettings

SPLIT = {
    "subject": np.array(["a", "b", "c"], dtype=object),
    "part": np.array(["train"] * 3, dtype=object),
    "fold": np.array([0, 1, 2]),
}


def table(*rows: str, arms: str = "") -> dict:
    """Rows as "subject visit week composite" of one region; the baseline is visit V1; arms: one letter a row."""
    cells = [row.split() for row in rows]
    found = {
        "subject": np.array([row[0] for row in cells], dtype=object),
        "visit": np.array([row[1] for row in cells], dtype=object),
        "region": np.array(["upper"] * len(cells), dtype=object),
        "week": np.array([float(row[2]) for row in cells]),
        "composite": np.array([float(row[3]) for row in cells]),
        "baseline": np.array(["V1"] * len(cells), dtype=object),
    }
    return found | ({"arm": np.array([arm.strip("-") for arm in arms], dtype=object)} if arms else {})


def predictions(name: str, scores: dict) -> dict[str, float]:
    """Predictions by "subject visit"."""
    _, rows = fit_baseline(name, None, scores, SPLIT)
    keys = rows["subject"] + " " + rows["visit"]
    return dict(zip(keys, rows["predicted"].tolist(), strict=True))


COURSES = ("a V1 0 30", "a V2 4 10", "b V1 0 20", "b V2 4 8", "c V1 0 40", "c V2 4 2", "c V3 8 1")


def test_the_week_has_the_mean_of_the_other_folds():
    found = predictions("baseline_week", table(*COURSES))
    assert found["a V1"] == 30  # of 20 and 40
    assert found["a V2"] == 5  # of 8 and 2
    assert found["b V1"] == 35


def test_a_week_that_was_never_fitted_is_interpolated_and_beyond_the_ends_the_nearest_one_counts():
    found = predictions("baseline_week", table(*COURSES, "a V4 2 7", "a V5 -4 33", "b V5 20 1"))
    assert found["a V4"] == (30 + 5) / 2
    assert found["a V5"] == 30
    assert found["c V3"] == 7, "at week 8, between 9 at week 4 and 1 at week 20"


def test_a_visit_whose_week_is_not_known_gets_the_mean():
    found = predictions("baseline_week", table(*COURSES, "a V4 nan 7"))
    assert found["a V4"] == pytest.approx((20 + 8 + 40 + 2 + 1) / 5)


def test_visits_a_few_days_apart_are_pooled():
    course = mean_course(np.array([3.8, 4.2, 5.0]), np.array([10.0, 20.0, 60.0]))
    assert course.levels.tolist() == [15.0, 30.0, 40.0]  # 4.2 is less than a week from both others


def test_the_arm_has_a_course_of_its_own_and_an_unknown_arm_that_of_all():
    scores = table(*COURSES, arms="ppaapp" + "p")
    found = predictions("baseline_arm_week", scores)
    assert found["a V2"] == 2, "c alone is in the same arm"
    assert found["b V2"] == 6, "no other subject is in the arm a: the mean of a and c"
    unknown = predictions("baseline_arm_week", table(*COURSES, arms="--aapp" + "p"))
    assert unknown["a V2"] == 5


def test_the_first_visit_is_carried_along_the_mean_course():
    found = predictions("baseline_first_visit", table(*COURSES))
    assert found["a V2"] == 30 * 5 / 30  # its own baseline, times the course of b and c: 5 at week 4, 30 at week 0
    assert found["c V2"] == pytest.approx(40 * 9 / 25)
    assert found["a V1"] == 30, "at the baseline itself it knows the mean course alone, here equal to its own score"
    assert found["b V1"] == 35


def test_without_a_baseline_or_a_level_there_the_course_stands_alone():
    scores = table(*COURSES)
    scores["baseline"][scores["subject"] == "a"] = ""
    assert predictions("baseline_first_visit", scores)["a V2"] == 5
    clear = table("a V1 0 30", "a V2 4 10", "b V1 0 0", "b V2 4 8", "c V1 0 0", "c V2 4 2")
    assert predictions("baseline_first_visit", clear)["a V2"] == 5


def test_what_a_cohort_lacks_leaves_baselines_out_and_nothing_is_guessed():
    scores = table(*COURSES, arms="ppaapp" + "p")
    assert missing_baselines(scores) == {}
    weeks, baselines = np.full(7, np.nan), np.array([""] * 7, dtype=object)
    assert missing_baselines(scores | {"week": weeks, "baseline": baselines}) == {
        "baseline_week": "no two visits have different weeks",
        "baseline_arm_week": "no two visits have different weeks",
        "baseline_first_visit": "no two visits have different weeks and no subject has a baseline visit",
        "baseline_histogram_week_ridge": "no two visits have different weeks",
    }
    assert missing_baselines(table(*COURSES, arms="ppppppp")) == {
        "baseline_arm_week": "no two subjects have different arms"
    }


@pytest.fixture(scope="module")
def default_trial(tmp_path_factory) -> tuple[dict, dict]:
    """Scores and split of the default simulated trial."""
    folder = tmp_path_factory.mktemp("trial")
    simulate_trial(folder, tables_only=True)
    index = read_settings(load_config(CHECKOUT / "config" / "config.yaml")).index
    frame = pd.read_csv(folder / "scores.csv").assign(baseline="V1")
    frame["composite"] = index.composite(frame[list(index.label_names)].to_numpy())
    frame["share"] = frame["region"].map({region.name: region.weight for region in index.regions})
    scores = {name: frame[name].to_numpy() for name in frame}
    settings = SplitSettings("greedy", None, 0.1, 5, "desquamation", "label_share", 50, 0.15, 0)
    return scores, split_cohort(scores, settings, None).subjects


def out_of_fold(name: str, scores: dict, split: dict, *, later: bool = False) -> dict[str, float]:
    """Metrics of a baseline by visit; later: on visits after the baseline alone."""
    _, rows = fit_baseline(name, None, scores, split)
    rows = rows[rows["part"] == "oof"].merge(pd.DataFrame(scores)[["subject", "visit", "region", "share", "week"]])
    rows[["observed", "predicted"]] = rows[["observed", "predicted"]].mul(rows["share"], axis=0)
    visits = rows[rows["week"] > 0] if later else rows
    visits = visits.groupby(["subject", "visit"])[["observed", "predicted"]].sum()
    return metric_row(visits["observed"], visits["predicted"])


def test_without_any_photo_the_week_gets_far_on_the_default_trial(default_trial):
    """The histogram ridge has a CCC of 0.61 to 0.62 there."""
    found = {name: out_of_fold(f"baseline_{name}", *default_trial) for name in ("mean", "week", "arm_week")}
    assert abs(found["mean"]["ccc"]) < 0.05
    assert 0.66 < found["week"]["ccc"] < 0.76
    assert 4.1 < found["week"]["mae"] < 4.8
    assert found["arm_week"]["ccc"] > 0.75


def test_the_first_visit_adds_little_to_the_week_after_the_baseline(default_trial):
    """The 0.80 of an earlier review count the baseline visit, where it would repeat the score that it is given."""
    later = {name: out_of_fold(f"baseline_{name}", *default_trial, later=True) for name in ("week", "first_visit")}
    assert 0 < later["first_visit"]["ccc"] - later["week"]["ccc"] < 0.15
