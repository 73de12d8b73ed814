import numpy as np
import pandas as pd
import pytest

from pasi.errors import StaleResultError
from pasi.evaluation.differences import holm
from pasi.evaluation.metrics import ccc
from pasi.evaluation.optimism import Optimism
from pasi.evaluation.selection import best_learner
from pasi.evaluation.tables import combine_predictions, difference_table, interval_table, metrics_table, visit_table
from pasi.severity.courses import courses_of
from pasi.severity.index import Label, Region, SeverityBand, SeverityIndex
from pasi.severity.response import missing_responses, response_table
from pasi.storage.tables import read_table, write_table
from simulated_trials import unequal_learners

INDEX = SeverityIndex(
    name="PASI of two regions",
    unit="points",
    signs=(Label("severity", 4, 1),),
    area=None,
    regions=(Region("upper", 0.2, 4), Region("lower", 0.4, 2)),
    bands=(SeverityBand("clear", 0), SeverityBand("severe", None)),
    clear_below=0.5,
    responses=(50,),
)
SUBJECTS = 6  # the last two are the test set


def rows(predict, learner: str) -> pd.DataFrame:
    """Rows of one learner: six subjects of two visits of two regions; the very last visit lacks a region."""
    keys = [(s, v, r) for s in range(SUBJECTS) for v in range(2) for r in ("upper", "lower")][:-1]
    subject = np.array([key[0] for key in keys])
    observed = np.array([10.0 * s + 4 * v + (r == "lower") for s, v, r in keys])
    return pd.DataFrame(
        {
            "learner": learner,
            "part": np.where(subject < SUBJECTS - 2, "oof", "test"),
            "fold": np.where(subject < SUBJECTS - 2, subject % 2, -1),
            "repeat": 0,
            "subject": [f"s{s}" for s, _, _ in keys],
            "visit": [f"v{v}" for _, v, _ in keys],
            "region": [r for _, _, r in keys],
            "observed": observed,
            "predicted": predict(observed),
        }
    )


def wavy(observed):
    return observed + np.resize([3.0, -2.0, 1.0, 4.0, -5.0], len(observed))


def split_parts(tables):
    table = pd.concat(tables)
    oof = table[table["part"] == "oof"].drop(columns="part")
    return oof, table[table["part"] == "test"].drop(columns=["part", "fold"]).assign(spread=0.0)


@pytest.fixture
def scores():
    table = rows(wavy, "x")
    return {
        **{name: table[name].to_numpy(dtype=object) for name in ("subject", "visit", "region")},
        "week": table["visit"].map({"v0": 0.0, "v1": 8.0}).to_numpy(),
        "visit_order": table["visit"].str[1:].astype(float).to_numpy(),
        "baseline": ["v0"] * len(table),
        "composite": table["observed"].to_numpy(),
    }


@pytest.fixture
def learners():
    oof, test = split_parts([rows(wavy, "net"), rows(lambda observed: -observed, "upside_down")])
    metas = [rows(lambda observed: observed + 1.0, "mean")]
    flat = rows(lambda observed: np.full(len(observed), 20.0), "baseline_mean")
    ridge = rows(lambda observed: 0.5 * observed + 10, "baseline_histogram_ridge")
    return combine_predictions(oof, test, metas, [flat, ridge])


@pytest.fixture
def visits(learners, scores):
    return visit_table(learners, scores, INDEX)[0]


def pick(table, **wanted):
    for name, value in wanted.items():
        table = table[table[name] == value]
    return table


def test_every_prediction_is_in_one_table(learners):
    assert list(learners) == [
        "learner", "kind", "part", "fold", "repeat", "subject", "visit", "region", "observed", "predicted",
    ]  # fmt: skip
    names = ["net", "upside_down", "mean", "baseline_mean", "baseline_histogram_ridge"]
    assert list(dict.fromkeys(learners["learner"])) == names
    assert [pick(learners, learner=name)["kind"].iloc[0] for name in names] == [
        "backbone", "backbone", "meta", "baseline", "baseline",
    ]  # fmt: skip
    assert len(learners) == 5 * 23
    assert set(pick(learners, part="test")["fold"]) == {-1}
    assert learners["fold"].dtype.kind == "i"
    assert learners["part"].is_monotonic_increasing


def test_out_of_fold_is_optimistic_where_the_held_out_fold_was_monitored(learners, visits):
    assert not metrics_table(learners, visits)["optimistic"].any()
    metrics = metrics_table(learners, visits, optimism=Optimism("heldout"))
    marked = {(row.kind, row.part) for row in metrics[metrics["optimistic"]].itertuples()}
    assert marked == {("backbone", "oof"), ("meta", "oof")}
    intervals = interval_table(visits, optimism=Optimism("heldout"))
    differences = difference_table(visits, "baseline_histogram_ridge", optimism=Optimism("heldout"))
    for table in (intervals, differences):
        marked = table[table["optimistic"]]
        assert set(marked["learner"]) == {"net", "upside_down", "mean"}
        assert set(marked["part"]) == {"oof"}


def test_out_of_fold_is_optimistic_where_the_weights_of_a_learner_leak(learners, visits):
    """Here "mean" stands for a learner whose weights are fitted."""
    optimism = Optimism(leaking=["mean"])
    tables = (
        metrics_table(learners, visits, optimism=optimism),
        interval_table(visits, optimism=optimism),
        difference_table(visits, "baseline_histogram_ridge", optimism=optimism),
    )
    for table in tables:
        assert (table["optimistic"] == ((table["learner"] == "mean") & (table["part"] == "oof"))).all()


def test_a_network_that_was_left_out_stands_below_without_metrics(learners, visits):
    whole = metrics_table(learners, visits)
    table = metrics_table(learners, visits, left_out=["lost"])
    pd.testing.assert_frame_equal(table[: len(whole)], whole)
    lost = table[len(whole) :]
    assert [tuple(row) for row in lost[["learner", "kind", "level", "part", "n"]].itertuples(index=False)] == [
        ("lost", "backbone", level, part, 0) for level in ("visit", "region") for part in ("oof", "test")
    ]
    assert lost[["mae", "mse", "pcc", "ccc"]].isna().all(axis=None)
    assert not lost[["below_baseline", "optimistic"]].any(axis=None)
    assert best_learner(table, "mae") == best_learner(whole, "mae")


def test_without_a_test_set(scores):
    oof, test = split_parts([rows(wavy, "net")])
    own = rows(wavy, "baseline_mean")
    learners = combine_predictions(oof, test[:0], [], [own[own["part"] == "oof"]])
    assert set(learners["part"]) == {"oof"}
    visits, _ = visit_table(learners, scores, INDEX)
    assert set(metrics_table(learners, visits)["part"]) == {"oof"}


def test_learners_of_two_splits_are_refused():
    oof, test = split_parts([rows(wavy, "net")])
    other = rows(wavy, "baseline_mean").replace({"fold": {0: 1, 1: 0}})
    with pytest.raises(StaleResultError, match=r"all learners: .*: s0 in fold 0 and fold 1.* \(4 in all\)"):
        combine_predictions(oof, test, [], [other])


def test_visits_follow_equation_2_and_need_every_region(learners, scores):
    visits, left_out = visit_table(learners, scores, INDEX)
    assert list(visits) == [
        "learner",
        "kind",
        "part",
        "repeat",
        "subject",
        "visit",
        "week",
        "visit_order",
        "baseline",
        "observed",
        "predicted",
    ]
    assert left_out == 1
    assert len(visits) == 5 * 11
    one = pick(visits, learner="net", subject="s1", visit="v1").iloc[0]
    assert one["week"] == 8
    assert one["observed"] == 8.8  # 0.2 x 14 + 0.4 x 15, to the last digit
    # rows 6 and 7 of the cohort: wavy adds -2 and 1
    assert one["predicted"] == pytest.approx(0.2 * 12 + 0.4 * 16)


def test_the_first_visit_is_that_of_the_cohort_complete_or_not(learners, scores):
    """The baseline of s1 lacks a region; the second visit must not take its place."""
    lost = ~((learners["subject"] == "s1") & (learners["visit"] == "v0") & (learners["region"] == "lower"))
    visits, _ = visit_table(learners[lost], scores, INDEX)
    net = pick(visits, learner="net")
    assert pick(net, subject="s1")[["visit", "baseline"]].to_numpy().tolist() == [["v1", "v0"]]
    assert pick(net, subject="s2")[["visit", "baseline"]].to_numpy().tolist() == [["v0", "v0"], ["v1", "v0"]]


def test_weeks_may_be_missing(learners, scores):
    visits, _ = visit_table(learners, scores | {"week": np.full(23, np.nan)}, INDEX)
    assert visits["week"].isna().all()


def test_the_order_of_rows_does_not_mix_predictions(learners, scores):
    shuffled = learners.sample(frac=1, random_state=0)
    keys = ["learner", "part", "subject", "visit"]
    one, two = (
        visit_table(table, scores, INDEX)[0].sort_values(keys, ignore_index=True) for table in (learners, shuffled)
    )
    pd.testing.assert_frame_equal(one, two)


def test_metrics_of_visits_and_regions_are_never_mixed(learners, visits, tmp_path):
    metrics = metrics_table(learners, visits)
    assert list(metrics) == [
        "learner", "kind", "level", "part", "n", "mae", "mse", "pcc", "ccc", "below_baseline", "optimistic",
        "repeats", "mae_spread", "mse_spread", "pcc_spread", "ccc_spread",
    ]  # fmt: skip
    assert len(metrics) == 5 * 2 * 2
    region, visit = (pick(metrics, learner="mean", part="oof", level=level).iloc[0] for level in ("region", "visit"))
    assert (region["n"], visit["n"]) == (16, 8)
    assert region["mae"] == pytest.approx(1)
    assert visit["mae"] == pytest.approx(0.6)  # 1 point in both regions, of weight 0.2 and 0.4
    assert visit["mse"] == pytest.approx(0.36)
    assert visit["pcc"] == pytest.approx(1)
    own = pick(visits, learner="mean", part="oof")
    assert visit["ccc"] == ccc(own["observed"], own["predicted"])
    other = metrics_table(learners, visits, ccc_ddof=1)
    assert pick(other, learner="mean", part="oof", level="visit")["ccc"].iloc[0] == ccc(
        own["observed"], own["predicted"], 1
    )
    write_table(metrics, tmp_path / "metrics.csv")
    assert best_learner(read_table(tmp_path / "metrics.csv"), "mae") == "mean"


def test_what_is_below_a_baseline_is_flagged(learners, visits):
    flagged = metrics_table(learners, visits).query("below_baseline")
    assert set(flagged["learner"]) == {"upside_down"}
    assert len(flagged) == 4  # both levels and parts
    backbones = pick(learners, kind="backbone")
    alone = metrics_table(backbones, pick(visits, kind="backbone"))
    assert not alone["below_baseline"].any()  # without a baseline nothing is below one


def test_a_constant_prediction_has_no_correlation_and_no_crash(learners, visits):
    flat = pick(metrics_table(learners, visits), learner="baseline_mean")
    assert flat["pcc"].isna().all()
    assert (flat["ccc"] == 0).all()
    assert not flat["below_baseline"].any()


def test_intervals_of_every_learner(visits):
    intervals = interval_table(visits)
    estimates = ["estimate", "low", "high", "method", "subjects", "optimistic"]
    assert list(intervals) == ["learner", "part", "metric", *estimates]
    assert not intervals["optimistic"].any()
    assert len(intervals) == 5 * 2 * 2
    one = pick(intervals, learner="net", part="oof", metric="mae").iloc[0]
    own = pick(visits, learner="net", part="oof")
    assert one["estimate"] == pytest.approx(np.abs(own["observed"] - own["predicted"]).mean())
    assert one["low"] <= one["estimate"] <= one["high"]
    assert one["subjects"] == 4


def test_without_order_or_baseline_there_is_no_course_and_no_response(learners, scores):
    """With an order and no baseline there are courses without improvements, and still no response."""
    unknown = scores | {"visit_order": np.full(len(scores["visit"]), np.nan), "baseline": [""] * len(scores["visit"])}
    only_order = scores | {"baseline": [""] * len(scores["visit"])}
    for table, courses, reason in ((unknown, 0, "no order"), (only_order, 4, "no baseline")):
        visits = pick(visit_table(learners, table, INDEX)[0], learner="net", part="oof")
        found = courses_of({name: visits[name].to_numpy() for name in visits}, INDEX)
        assert len(found) == courses
        assert {change for course in found for change in course.improvements["observed"]} <= {None}
        assert response_table(visits, INDEX).empty
        missing = missing_responses(visits, INDEX)
        assert missing[["reason", "visits"]].to_numpy().tolist() == [[reason, len(visits)]]
    visits = pick(visit_table(learners, scores, INDEX)[0], learner="net", part="oof")
    assert response_table(visits, INDEX)["visits"].tolist() == [3], "of s1 to s3; the baseline of s0 is clear"


def test_differences_are_paired_by_visit(visits):
    reference = "baseline_histogram_ridge"
    shuffled = visits.sample(frac=1, random_state=0)
    found = difference_table(shuffled, reference, primary="ccc")
    estimates = ["difference", "low", "high", "method", "subjects", "z", "z_low", "z_high", "p"]
    assert list(found) == ["learner", "part", "reference", "measure", *estimates, "optimistic", "p_holm", "verdict"]
    oof = pick(found, part="oof")
    assert oof["p_holm"].tolist() == holm(oof["p"]).tolist()
    assert set(found["verdict"]) == {"none"}  # of 4 and of 2 subjects
    assert set(pick(found, part="test")["method"]) == {"none: fewer than 3 subjects"}
    assert not found["optimistic"].any()
    assert reference not in set(found["learner"])
    assert set(found["reference"]) == {reference}
    one = pick(found, learner="net", part="oof").iloc[0]
    own, other = (pick(visits, learner=name, part="oof") for name in ("net", reference))
    expected = ccc(own["observed"], own["predicted"]) - ccc(own["observed"], other["predicted"])
    assert one["difference"] == pytest.approx(expected)
    assert one["subjects"] == 4
    one = pick(difference_table(shuffled, reference), learner="net", part="oof").iloc[0]
    assert one["difference"] == pytest.approx(
        np.abs(own["observed"] - own["predicted"]).mean() - np.abs(other["observed"] - other["predicted"]).mean()
    )
    assert one["measure"] == "mae"
    assert set(found["learner"]) == {"net", "upside_down", "mean"}, "no baseline is judged against a baseline"


def test_with_enough_subjects_there_is_a_verdict_for_each_learner():
    observed, (good, bad, poor), subjects = unequal_learners(0, 20, ((1.0, 2.0), (6.0, 6.0), (6.0, 6.0)))
    names = {"good": good, "poor": poor, "reference": bad}
    common = {"kind": "backbone", "part": "oof", "subject": subjects, "visit": np.arange(len(observed))}
    visits = pd.concat(
        [pd.DataFrame({"learner": name, **common, "observed": observed, "predicted": p}) for name, p in names.items()]
    )
    visits.loc[visits["learner"] == "reference", "kind"] = "baseline"
    for primary in ("mae", "ccc"):
        found = difference_table(visits, "reference", primary=primary).set_index("learner")["verdict"]
        assert found.to_dict() == {"good": "better", "poor": "not shown"}


def test_a_reference_that_is_not_there(visits):
    with pytest.raises(ValueError, match="ridge is not among the learners"):
        difference_table(visits, "ridge")
    partial = visits.drop(index=pick(visits, learner="baseline_mean", part="oof").index[:1])
    with pytest.raises(ValueError, match="expected finite"):
        difference_table(partial, "baseline_mean")


def test_the_best_learner_is_chosen_out_of_fold_and_is_no_baseline():
    metrics = pd.DataFrame(
        [
            ("net", "backbone", "visit", "oof", 3.0),
            ("net", "backbone", "visit", "test", 0.1),
            ("net", "backbone", "region", "oof", 0.1),
            ("other", "backbone", "visit", "oof", 2.0),
            ("dead", "backbone", "visit", "oof", np.nan),
            ("twin", "meta", "visit", "oof", 2.0),
            ("baseline_mean", "baseline", "visit", "oof", 1.0),
        ],
        columns=["learner", "kind", "level", "part", "mae"],
    )
    assert best_learner(metrics, "mae") == "other"
    assert best_learner(metrics, "mae", kinds=("meta",)) == "twin"
    assert best_learner(metrics, "mae", but=("other",)) == "twin"
    assert best_learner(metrics.assign(ccc=-metrics["mae"]), "ccc") == "other", "the highest CCC, not the lowest"
    with pytest.raises(ValueError, match="no backbone or meta has an out-of-fold MAE"):
        best_learner(metrics[metrics["part"] == "test"], "mae")
