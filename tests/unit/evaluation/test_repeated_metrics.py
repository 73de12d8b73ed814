"""Metrics of networks that were trained several times, by hand: means over repeats, never metrics of a mean."""

import numpy as np
import pandas as pd
import pytest

from pasi.evaluation.intervals import ccc_interval, mae_interval, mean_ccc_interval, mean_mae_interval
from pasi.evaluation.metrics import ccc
from pasi.evaluation.repeats import mean_of_repeats, predictions_by_repeat, repeated_metrics
from pasi.evaluation.tables import combine_predictions, difference_table, interval_table, metrics_table, visit_table
from pasi.evaluation.visits import first_repeats
from pasi.severity.index import Label, Region, SeverityBand, SeverityIndex

INDEX = SeverityIndex(
    "one region", "points", (Label("severity", 4, 1),), None, (Region("all", 1.0, 1),),
    (SeverityBand("any", None),), 0.5, (50,),
)  # fmt: skip
OBSERVED = np.array([10.0, 4.0, 22.0, 18.0, 6.0, 2.0, 15.0, 9.0])
SUBJECTS = ["A", "A", "B", "B", "C", "C", "D", "D"]
SHIFTS = (np.resize([2.0, -2.0], 8), np.resize([-4.0, 4.0], 8))  # errors of 2 and of 4, which cancel out in part


def rows(learner: str, predicted, repeat: int | None = None) -> pd.DataFrame:
    table = pd.DataFrame({"learner": learner, "fold": 0, "subject": SUBJECTS, "visit": ["1", "2"] * 4, "region": "all"})
    table = table.assign(observed=OBSERVED, predicted=predicted)
    return table.assign(part="oof") if repeat is None else table.assign(repeat=repeat)


@pytest.fixture
def learners() -> pd.DataFrame:
    """A network in two repeats, a meta-learner and a baseline."""
    oof = pd.concat([rows("net", OBSERVED + shift, repeat) for repeat, shift in enumerate(SHIFTS)])
    test = oof[:0].drop(columns="fold")
    return combine_predictions(oof, test, [rows("mean", OBSERVED + 1)], [rows("baseline", np.full(8, 10.0))])


@pytest.fixture
def visits(learners) -> pd.DataFrame:
    table = learners[learners["learner"] == "mean"]
    scores = {name: table[name].to_numpy() for name in ("subject", "visit", "region")}
    return visit_table(
        learners, {**scores, "week": np.zeros(8), "visit_order": np.zeros(8), "baseline": ["1"] * 8}, INDEX
    )[0]


def test_only_networks_have_repeats(learners, visits):
    for table in (learners, visits):
        assert table.groupby("learner")["repeat"].unique().map(list).to_dict() == {
            "net": [0, 1], "mean": [-1], "baseline": [-1],
        }  # fmt: skip


def test_a_metric_is_the_mean_of_those_of_single_networks_and_has_a_spread(learners, visits):
    """MAE 2 and 4: mean 3, standard deviation sqrt(2). The MAE of the mean prediction would be 1."""
    net, mean, _ = metrics_table(learners, visits).query("level == 'visit'").itertuples()
    assert (net.n, net.repeats) == (8, 2)
    assert (net.mae, net.mse) == (3, 10)
    assert (net.mae_spread, net.mse_spread) == (pytest.approx(2**0.5), pytest.approx(12 / 2**0.5))
    assert net.ccc == np.mean([ccc(OBSERVED, OBSERVED + shift) for shift in SHIFTS])
    assert (mean.repeats, mean.mae) == (1, 1)
    assert np.isnan([mean.mae_spread, mean.ccc_spread]).all()


def test_what_is_undefined_in_one_repeat_is_undefined():
    constant = rows("net", np.full(8, 3.0), 0)
    found = repeated_metrics(pd.concat([constant, rows("net", OBSERVED, 1)]), 0)
    assert np.isnan([found["pcc"], found["pcc_spread"]]).all()
    assert found["mae_spread"] > 0


def test_an_interval_is_about_the_mean_over_the_repeats(visits):
    table = interval_table(visits).set_index(["learner", "metric"])
    assert table.loc[("net", "mae"), "estimate"] == 3
    assert table.loc[("net", "mae"), "low"] == table.loc[("net", "mae"), "high"] == 3, "all subjects have these errors"
    assert table.loc[("net", "ccc"), "method"] == "subject jackknife-t on Fisher's z, mean of 2 repeats"
    assert table.loc[("mean", "ccc"), "method"] == "subject jackknife-t on Fisher's z"


def test_one_repeat_has_the_interval_of_its_predictions_and_equal_ones_too():
    predicted = [12, 5, 19, 17, 7, 1, 12, 11]
    for one, several in ((ccc_interval, mean_ccc_interval), (mae_interval, mean_mae_interval)):
        alone = one(OBSERVED, predicted, SUBJECTS)
        assert several(OBSERVED, [predicted], SUBJECTS) == alone
        twice = several(OBSERVED, [predicted, predicted], SUBJECTS)
        assert (twice.estimate, twice.low, twice.high) == (alone.estimate, alone.low, alone.high)


def test_a_constant_repeat_leaves_no_interval():
    found = mean_ccc_interval(OBSERVED, [OBSERVED + 1, np.full(8, 3.0)], SUBJECTS)
    assert found.method == "none: all observed or all predicted values are equal"


def test_a_comparison_with_the_baseline_takes_the_mean_prediction(visits):
    """The mean of the two repeats is off by 1 everywhere, down and up."""
    net = difference_table(visits, "baseline", primary="ccc").set_index("learner").loc["net"]
    together = ccc(OBSERVED, OBSERVED + np.mean(SHIFTS, axis=0))
    assert net.difference == pytest.approx(together - ccc(OBSERVED, np.full(8, 10.0)))


def test_figures_show_the_first_repeat(visits):
    shown = first_repeats({name: visits[name].to_numpy() for name in visits})
    assert len(shown["learner"]) == 3 * 8
    assert (shown["predicted"] - shown["observed"])[shown["learner"] == "net"].tolist() == SHIFTS[0].tolist()


def test_a_table_without_repeats_is_left_as_it_is(visits):
    single = visits[visits["repeat"] <= 0]
    assert mean_of_repeats(single) is single


def test_repeats_with_other_visits_are_refused(visits):
    own = visits[visits["learner"] == "net"]
    with pytest.raises(ValueError, match="other visits"):
        predictions_by_repeat(own[1:])
