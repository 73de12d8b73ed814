"""Feasible tables never contradict themselves, and what is said to follow from them is true of their scores."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pasi.audit.findings import Audit, Claims, audit_tables
from pasi.audit.reading import read_tables
from pasi.audit.rows import JudgedVisits
from pasi.evaluation.metrics import ccc, mae, mse, pcc

METRICS = ("mae", "mse", "rmse", "pcc", "ccc")
# How predictions may be wrong: each makes them of observed scores, of noise (n,) and of a strength.
ERRORS = (
    lambda y, noise, strength: y + strength * noise,
    lambda y, noise, strength: y + 10 * strength + 0.01 * noise,  # a shift, and hardly anything else
    lambda y, noise, strength: strength * y + 0.1 * noise,  # another spread
    lambda y, noise, strength: y.mean() + strength * noise,  # no correlation
    lambda y, noise, strength: 2 * y.mean() - y + 0.1 * strength * noise,  # against the order
    lambda y, noise, strength: y + strength * 30 * (np.arange(len(y)) == 0),  # one visit has all of the error
    lambda y, noise, strength: np.full(len(y), y.mean() + strength),
    lambda y, noise, strength: y,
)


@st.composite
def trials(draw) -> tuple[np.ndarray, list[np.ndarray]]:
    """Observed scores from 0 to 40, and the predictions of some learners."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    observed = rng.uniform(0, draw(st.sampled_from((0.5, 10.0, 40.0))), draw(st.integers(2, 40)))
    kinds = draw(st.lists(st.tuples(st.sampled_from(ERRORS), st.floats(0, 3)), min_size=1, max_size=4))
    return observed, [np.asarray(make(observed, rng.normal(0, 3, len(observed)), s)) for make, s in kinds]


def metrics_of(observed: np.ndarray, predicted: np.ndarray, ddof: int) -> dict[str, float]:
    squared = mse(observed, predicted)
    return {
        "mae": mae(observed, predicted),
        "mse": squared,
        "rmse": squared**0.5,
        "pcc": pcc(observed, predicted),
        "ccc": ccc(observed, predicted, ddof),
    }


def table_text(rows: list[dict[str, float]], shown: set[str], decimals: int, zeros: bool) -> str:
    """A CSV of the metrics that are `shown`, rounded; without zeros at the end unless `zeros`."""

    def cell(value: float) -> str:
        if np.isnan(value):
            return ""
        text = f"{value:.{decimals}f}"
        return text if zeros or "." not in text else text.rstrip("0").rstrip(".")

    names = [name for name in METRICS if name in shown]
    lines = [[f"net{number}", *(cell(row[name]) for name in names)] for number, row in enumerate(rows)]
    return "\n".join(",".join(line) for line in [["learner", *names], *lines]) + "\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("audit") / "table.csv"


@settings(max_examples=300)
@given(
    trials(),
    st.sets(st.sampled_from(METRICS), min_size=1),
    st.integers(0, 5),
    st.booleans(),
    st.sampled_from(((0, 0), (0, None), (1, 1), (1, None))),
)
def test_a_feasible_table_never_contradicts_itself_and_its_scores_are_within_what_follows(
    place, trial, shown, decimals, zeros, divisors
):
    observed, predictions = trial
    ddof, said = divisors
    rows = [metrics_of(observed, predicted, ddof) for predicted in predictions]
    place.write_text(table_text(rows, shown, decimals, zeros))
    audit = audit_tables(read_tables([place]), JudgedVisits(len(observed), 2, 40.0, said), Claims())
    assert audit.contradictions == []
    check_scores(audit, observed, predictions)


def check_scores(audit: Audit, observed: np.ndarray, predictions: list[np.ndarray]) -> None:
    """Every true value lies in the range that the audit gives for it."""
    assert holds(audit.observed, observed.std())
    for one in audit.implied:
        predicted = predictions[int(one.row.learner.removeprefix("net"))]
        errors = predicted - observed
        assert holds(one.own_observed, observed.std())
        assert holds(one.predicted, predicted.std())
        assert holds(one.bias, abs(errors.mean()))
        assert holds(one.error_spread, errors.std())
        if not np.isnan(correlation := pcc(observed, predicted)):
            assert holds(one.slope, abs(correlation) * observed.std() / predicted.std())


def holds(found, value: float) -> bool:
    slack = 1e-6 * max(1.0, value)
    return found.low - slack <= value <= found.high + slack


@settings(max_examples=200)
@given(
    trials(), st.integers(1, 4), st.sampled_from(("mae_above_rmse", "ccc_above_r", "signs_differ", "mse_above_n_mae"))
)
def test_a_row_that_is_made_infeasible_by_hand_is_caught(place, trial, decimals, kind):
    observed, predictions = trial
    row, unit = metrics_of(observed, predictions[0], 0), 10.0**-decimals
    if np.isnan(row["pcc"]) or np.isnan(row["ccc"]):
        return
    if kind == "mae_above_rmse":
        row["mae"] = row["rmse"] + 2 * unit
        shown = {"mae", "rmse"}
    elif kind == "mse_above_n_mae":
        row["mse"] = len(observed) * (row["mae"] + unit) ** 2 + 2 * unit
        shown = {"mae", "mse"}
    elif kind == "ccc_above_r":
        row["pcc"] = abs(row["pcc"]) / 2
        row["ccc"] = row["pcc"] + 2 * unit
        shown = {"pcc", "ccc"}
    else:
        row["pcc"] = -abs(row["pcc"]) - 2 * unit
        row["ccc"] = 2 * unit
        shown = {"pcc", "ccc"}
    if abs(row["pcc"]) > 1 or row["ccc"] > 1:
        return
    place.write_text(table_text([row], shown, decimals, zeros=True))
    audit = audit_tables(read_tables([place]), JudgedVisits(len(observed)), Claims())
    assert kind in [found.kind for found in audit.contradictions]
