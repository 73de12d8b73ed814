"""Probabilities of a response: shares of pairs of errors by hand, and their calibration in simulated trials."""

import numpy as np
import pytest

from pasi.bundle.response_probability import FEWEST, SubjectErrors, response_probabilities, subject_errors
from pasi.severity.index import SeverityIndex
from small_bundle import INDEX

PASI = SeverityIndex.from_config(
    {
        "name": "PASI",
        "unit": "points",
        "signs": [{"name": "redness", "maximum": 12, "step": 1}],
        "area": {"name": "area", "maximum": 6, "step": 1},
        "regions": [{"name": "all", "weight": 0.9, "photos": 1}],
        "bands": [{"name": "any", "up_to": None}],
        "clear_below": 0.5,
        "responses": [50, 75, 90, 100],
    }
)


def errors_of(*pairs: list[tuple[float, float]], folds: tuple[int, ...] = ()) -> list[SubjectErrors]:
    own = folds or (0,) * len(pairs)
    return [SubjectErrors(fold, np.array(each, dtype=float)) for fold, each in zip(own, pairs, strict=True)]


def test_a_subject_lends_its_pairs_and_all_subjects_weigh_the_same():
    """From 20 to 10 points; with the errors of the ten subjects from 20 to 10, but for those of the last two."""
    errors = errors_of(*[[(0, 0)]] * 8, [(0, 0), (0, 1), (0, 2), (0, 3)], [(-1, 0)])
    found = response_probabilities({0: 20.0}, {0: 10.0}, errors, PASI)
    assert found[50] == pytest.approx((8 + 0.25 + 0 + 0.5) / 11)
    assert found[75] == found[90] == found[100] == pytest.approx(0.5 / 11)


def test_each_pair_meets_the_networks_of_its_own_fold():
    errors = errors_of(*[[(0, 0)]] * 9, folds=(0,) * 3 + (1,) * 6)
    found = response_probabilities({0: 20.0, 1: 20.0}, {0: 4.0, 1: 12.0}, errors, PASI)
    assert found[75] == found[50] == pytest.approx(3.5 / 10)


def test_what_is_clear_reaches_all_thresholds_and_nothing_improves_from_clear():
    errors = errors_of(*[[(0, 0)]] * 5, *[[(-3.0, 0)]] * 4)
    found = response_probabilities({0: 3.0}, {0: 0.4}, errors, PASI)
    assert [*found.values()] == [pytest.approx(5.5 / 10)] * 4


def test_sums_are_cut_at_the_ends_of_the_scale():
    found = response_probabilities({0: 60.0}, {0: 30.0}, errors_of(*[[(40.0, 2.4)]] * 9), PASI)
    assert PASI.maximum == pytest.approx(64.8)
    assert found[50] == pytest.approx(9.5 / 10), "from 64.8 to 32.4; with 100 points at the baseline it would be 75"
    assert found[75] == pytest.approx(0.5 / 10)


def test_too_few_subjects_give_none():
    assert response_probabilities({0: 10.0}, {0: 1.0}, errors_of(*[[(0, 0)]] * (FEWEST - 1)), INDEX) == {}


def test_errors_are_means_over_repeats_of_visits_after_the_baseline():
    visits = {
        "subject": ["A", "A", "A", "A", "A", "B", "C"],
        "visit": ["SCR", "BL", "BL", "W4", "W8", "BL", "W4"],
        "visit_order": [0, 1, 1, 2, 3, 1, 2],
        "baseline": ["BL", "BL", "BL", "BL", "BL", "BL", ""],
        "observed": [9.0, 20.0, 20.0, 5.0, 1.0, 8.0, 3.0],
        "predicted": [1.0, 18.0, 16.0, 6.0, 1.5, 8.0, 3.0],
    }
    (found,) = subject_errors(visits, {"A": 2, "B": 0, "C": 1})
    assert found.fold == 2
    assert found.pairs.tolist() == [[3.0, -1.0], [3.0, -0.5]]


def test_they_are_calibrated_where_errors_do_not_depend_on_what_is_predicted():
    """Forty training subjects of three visits; errors of 3 points at the baseline and 1.5 later, half of it a
    subject's own. Of new visits, sorted by their probability into five equal parts, as many respond as was said."""
    generator = np.random.default_rng(1)

    def trial(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        start, now = generator.uniform(15, 45, count), generator.uniform(0.0, 0.6, (count, 3))
        own = generator.normal(0, 1, count)
        at_start = 3 * (own + generator.normal(0, 1, count)) / 2**0.5
        later = 1.5 * (own[:, None] + generator.normal(0, 1, (count, 3))) / 2**0.5
        return start, start[:, None] * now, at_start, later

    said, happened = [], []
    for _ in range(15):
        _, _, at_start, later = trial(40)
        pairs = [[(first, last) for last in own] for first, own in zip(at_start, later, strict=True)]
        start, now, first, last = trial(40)
        for row in range(40):
            for visit in range(3):
                found = response_probabilities({0: start[row]}, {0: now[row, visit]}, errors_of(*pairs), PASI)
                true = max(start[row] + first[row], 0.0), max(now[row, visit] + last[row, visit], 0.0)
                said.append(found[75])
                happened.append(true[1] < 0.5 or 1 - true[1] / true[0] >= 0.75)
    order = np.argsort(said, kind="stable")
    parts = [(np.mean(np.array(said)[own]), np.mean(np.array(happened)[own])) for own in np.array_split(order, 5)]
    assert all(abs(expected - seen) < 0.06 for expected, seen in parts), parts
