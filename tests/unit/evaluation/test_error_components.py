"""Components of the errors of many networks: by hand, against known truth, and what data cannot tell apart."""

import math

import numpy as np
import pandas as pd
import pytest

from pasi.evaluation.components import variance_components
from pasi.evaluation.error_components import error_components, network_error_components

TRUTH = {
    "subject": 2.0,
    "visit": 1.5,
    "region": 1.0,
    "place": 3.0,
    "network": 0.5,
    "repeat": 0.3,
    "own": 2.5,
    "rest": 1.2,
}


def simulated(seed: int, shape: tuple[int, ...] = (30, 5, 3, 12, 3)) -> tuple[np.ndarray, ...]:
    """Errors of balanced data with the variances of TRUTH; the means of the regions are -1, 0 and 1."""
    subjects, visits, regions, networks, repeats = shape
    generator = np.random.default_rng(seed)

    def effect(name: str, *size: int) -> np.ndarray:
        return generator.normal(0, math.sqrt(TRUTH[name]), size)

    errors = (
        effect("subject", subjects, 1, 1, 1, 1)
        + effect("visit", subjects, visits, 1, 1, 1)
        + np.array([-1, 0, 1.0])[:regions, None, None]
        + effect("place", subjects, visits, regions, 1, 1)
        + effect("network", networks, 1)
        + effect("repeat", networks, repeats)
        + effect("own", subjects, visits, regions, networks, 1)
        + effect("rest", *shape)
    )
    places = np.indices(shape[:3]).reshape(3, -1)
    return errors.reshape(-1, networks, repeats), *places


def test_the_truth_is_found_on_average():
    found = [error_components(*simulated(seed)) for seed in range(60)]
    for name, truth in TRUTH.items():
        values = [getattr(one, name) for one in found]
        assert np.mean(values) == pytest.approx(truth, abs=4 * np.std(values) / math.sqrt(60)), name
    assert np.mean([one.rerun for one in found]) == pytest.approx(1.5, rel=0.1)


def test_a_difference_of_two_trainings_has_twice_the_variance_of_a_rerun():
    errors, *places = simulated(0, (40, 5, 3, 20, 2))
    found = error_components(errors, *places)
    assert np.mean((errors[..., 0] - errors[..., 1]) ** 2) / 2 == pytest.approx(found.rerun, rel=0.02)


def test_by_hand():
    """Two networks, two repeats, two places: networks 0 and 4, repeats -1 and 1, places -3 and 3, nothing else."""
    place, network, repeat = np.array([-3, 3.0]), np.array([0, 4.0]), np.array([-1, 1.0])
    errors = place[:, None, None] + network[:, None] + repeat
    found = error_components(errors, ["A", "B"], ["V", "V"], ["arm", "arm"])
    assert (found.rest, found.own, found.repeat) == (0, 0, 2)
    assert found.network == 8 - 2 / 2  # of means that hold half of the variance of two repeats
    assert math.isnan(found.subject)  # of one visit each, nothing tells subject and visit apart
    assert math.isnan(found.visit)


def test_one_network_has_the_components_of_its_errors():
    """Without regions they are those of `variance_components`."""
    generator = np.random.default_rng(0)
    nested = np.repeat(np.arange(8), 5)
    errors = generator.normal(0, 2, 8)[nested] + generator.normal(0, 1, 40)
    found = error_components(errors[:, None, None], nested, np.tile(np.arange(5), 8), np.zeros(40))
    expected = variance_components(errors, nested)
    assert found.subject == pytest.approx(expected.subject.estimate)
    assert found.visit == pytest.approx(expected.visit.estimate)
    assert all(math.isnan(value) for value in (found.network, found.repeat, found.own, found.rest, found.place))


def test_without_repeats_own_and_rest_are_one():
    errors, *places = simulated(1, (20, 5, 3, 10, 1))
    found = error_components(errors, *places)
    assert math.isnan(found.repeat)
    assert math.isnan(found.own)
    assert found.rest == pytest.approx(TRUTH["own"] + TRUTH["rest"], rel=0.1)


def test_order_does_not_matter_and_a_missing_region_does_little():
    errors, *places = simulated(2)
    order = np.random.default_rng(0).permutation(len(errors))
    one = error_components(errors, *places)
    turned = error_components(errors[order], *(values[order] for values in places))
    assert [getattr(turned, name) for name in TRUTH] == pytest.approx([getattr(one, name) for name in TRUTH])
    fewer = error_components(errors[2:], *(values[2:] for values in places))
    assert fewer.place == pytest.approx(one.place, rel=0.05)


def test_the_table_of_a_run():
    errors, *places = simulated(3, (6, 3, 3, 2, 2))
    units, networks, repeats = np.indices(errors.shape).reshape(3, -1)
    subjects, visits, regions = (values[units].astype(str) for values in places)
    table = pd.DataFrame({"learner": networks.astype(str), "repeat": repeats, "subject": subjects, "visit": visits})
    table = table.assign(region=regions, observed=1.0, predicted=1.0 + errors.ravel(), kind="backbone", part="oof")
    others = pd.concat([table, table.assign(kind="meta", predicted=0.0), table.assign(part="test", predicted=0.0)])
    found, expected = network_error_components(others.sample(frac=1, random_state=0)), error_components(errors, *places)
    assert [getattr(found, name) for name in TRUTH] == pytest.approx([getattr(expected, name) for name in TRUTH])
    with pytest.raises(ValueError, match="the networks have other region-visits or repeats"):
        network_error_components(table.iloc[1:])


def test_errors():
    with pytest.raises(ValueError, match=r"errors has the shape \(2,\), expected region-visits, networks and repeats"):
        error_components([1, 2], ["A", "B"], [0, 0], [0, 0])
    with pytest.raises(ValueError, match=r"subjects has the shape \(1,\), errors \(2,\)"):
        error_components([[[1]], [[2]]], ["A"], [0, 0], [0, 0])
