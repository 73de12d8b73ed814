"""The cheapest learner within one standard error of the best, from metrics and visits made by hand."""

import numpy as np
import pytest

from pasi.evaluation.cheapest import cheapest_learner, standard_error

COSTS = {"large": 20.0, "middle": 6.0, "small": 1.0, "twin": 6.0}


def metrics(**maes: float) -> dict[str, list]:
    """A row a learner; the CCC is 1 - MAE / 10."""
    names = list(maes)
    same = {"level": ["visit"] * len(names), "part": ["oof"] * len(names), "kind": ["backbone"] * len(names)}
    return {"learner": names, "mae": [*maes.values()], "ccc": [1 - own / 10 for own in maes.values()], **same}


def visits(errors: list[float], learner: str = "large", repeat: int = 0) -> dict[str, np.ndarray]:
    """A visit a subject, observed at 0, 10, 20 and so on."""
    count = len(errors)
    observed = 10.0 * np.arange(count)
    columns = {"learner": [learner] * count, "part": ["oof"] * count, "repeat": [repeat] * count}
    columns |= {"subject": [f"S{number}" for number in range(count)], "observed": observed}
    return {name: np.asarray(own) for name, own in {**columns, "predicted": observed + errors}.items()}


ERRORS = [1.0, -2.0, 3.0]  # without one of them the MAE is 2.5, 2 or 1.5: a standard error of 0.577


@pytest.mark.parametrize(
    ("maes", "expected"),
    [
        ({"large": 2.0, "middle": 2.5, "small": 2.6}, "middle"),
        ({"large": 2.0, "middle": 2.5, "small": 2.57}, "small"),
        ({"large": 2.0, "middle": 2.6, "small": 3.0}, "large"),
        ({"large": 2.0, "middle": 2.5, "twin": 2.4}, "twin"),  # of equal costs the better
        ({"large": 2.0, "middle": 2.5, "twin": 2.5}, "middle"),  # of equals the first
    ],
)
def test_it_is_the_cheapest_of_those_within_reach(maes, expected):
    assert cheapest_learner(metrics(**maes), visits(ERRORS), COSTS, "mae") == expected


def test_a_learner_without_a_cost_is_no_candidate():
    found = cheapest_learner(metrics(lost=0.1, large=2.0, small=2.5), visits(ERRORS), COSTS, "mae")
    assert found == "small", "the best of those that have a cost is large"


def test_baselines_and_other_parts_are_passed_over():
    table = metrics(large=2.0, small=2.5)
    table = {name: [*own, own[0]] for name, own in table.items()}
    table["learner"][-1], table["part"][-1], table["mae"][-1] = "small", "test", 0.0
    assert cheapest_learner(table, visits(ERRORS), COSTS, "mae") == "small"


def test_for_the_ccc_more_is_better():
    rows = visits([0.5, -0.5, 0.2, 1.0, -3.0])
    reach = standard_error(rows, "ccc")
    assert 0 < reach < 0.1
    close, apart = 2 + 9 * reach, 2 + 11 * reach
    assert cheapest_learner(metrics(large=2.0, small=close), rows, COSTS, "ccc") == "small"
    assert cheapest_learner(metrics(large=2.0, small=apart), rows, COSTS, "ccc") == "large"


def test_two_subjects_leave_the_best():
    assert standard_error(visits([1.0, 5.0]), "mae") == 0.0
    assert cheapest_learner(metrics(large=2.0, small=2.01), visits([1.0, 5.0]), COSTS, "mae") == "large"


def test_repeats_are_averaged_before_a_subject_is_left_out():
    """The errors of the subjects are 1, 2 and 3 on average over both."""
    first, second = visits([0.0, 1.0, 2.0]), visits([2.0, 3.0, 4.0], repeat=1)
    both = {name: np.concatenate([first[name], second[name]]) for name in first}
    assert standard_error(both, "mae") == pytest.approx(standard_error(visits(ERRORS), "mae")) == pytest.approx(3**-0.5)
