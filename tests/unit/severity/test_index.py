"""Equations 1 and 2, and the scales, steps and names that an index derives from its labels and regions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasi.config.settings import read_settings
from pasi.severity.index import Label, Region, SeverityIndex

PASI = read_settings({}).index
REGIONS = [{"name": region.name, "weight": region.weight, "photos": region.photos} for region in PASI.regions]
FULL_PASI = read_settings({"index": {"regions": [{"name": "head", "weight": 0.1, "photos": 2}, *REGIONS]}}).index
LEAF = SeverityIndex("Leaf", "grades", (Label("rust", 4, 0.25),), None, (Region("top", 0.5, 1),), (), 0.5, (50,))


def test_scales():
    """A8: without the head PASI ends at 64.8, not at 72."""
    assert (PASI.composite_maximum, PASI.maximum) == (72, 64.8)
    assert FULL_PASI.maximum == 72
    assert (LEAF.composite_maximum, LEAF.maximum) == (4, 2)


def test_quanta():
    """The smallest step of the sum of signs times area is 1; weights of 0.2, 0.3 and 0.4 make it 0.1."""
    assert PASI.quantum == Fraction(1, 10)
    assert LEAF.quantum == Fraction(1, 8)
    half_steps = SeverityIndex(
        "", "", (Label("a", 3, 0.5), Label("b", 3, 1)), Label("area", 6, 1), PASI.regions, (), 0, ()
    )
    assert half_steps.quantum == Fraction(1, 20)
    assert SeverityIndex("", "", (Label("a", 1, None),), None, PASI.regions, (), 0, ()).quantum is None


def test_composite_by_hand():
    """Equation 1: (4 + 3 + 2) x 5 = 45 and (1 + 0 + 0) x 1 = 1."""
    np.testing.assert_array_equal(PASI.composite([[4, 3, 2, 5], [1, 0, 0, 1]]), [45, 1])
    assert LEAF.composite([[2.25]]).tolist() == [2.25]


def test_index_by_hand():
    """Equation 2: 0.2 x 45 + 0.3 x 72 + 0.4 x 1 = 31. Sums are the nearest floats to the decimal results."""
    assert PASI.combine([45, 72, 1]) == 31
    assert PASI.combine([1, 0, 2]) == 1
    assert PASI.combine([[72, 72, 72], [0, 0, 0]]).tolist() == [64.8, 0]


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3, st.integers(0, 6)), min_size=3, max_size=3))
def test_every_value_is_a_tenth_within_the_scale(labels):
    value = float(PASI.combine(PASI.composite(labels)))
    assert 0 <= value <= PASI.maximum
    assert value == round(value, 1)


@pytest.mark.parametrize(
    ("sign", "allowed", "refused"),
    [
        (Label("a", 4, 1), [0, 1, 4, 4.0], [0.5, 5, -1, float("nan"), float("inf")]),
        (Label("a", 3, 0.5), [0, 0.5, 2.5], [0.25, 3.5]),
        (Label("a", 1, 0.1), [0.1, 0.3, 0.7], [0.15]),
        (Label("a", 4, None), [0, 0.123, 4], [4.01, float("nan")]),
    ],
)
def test_grades_that_a_sign_allows(sign, allowed, refused):
    assert all(sign.allows(value) for value in allowed)
    assert not any(sign.allows(value) for value in refused)


def test_signs_say_what_they_allow():
    assert str(Label("a", 4, 1)) == "a grade from 0 to 4 in steps of 1"
    assert str(Label("a", 3, 0.5)) == "a grade from 0 to 3 in steps of 0.5"
    assert str(Label("a", 4, None)) == "a number from 0 to 4"


@pytest.mark.parametrize(("photos", "side"), [(1, 1), (2, 2), (4, 2), (5, 3), (9, 3), (10, 4)])
def test_grid_holds_the_fullest_region(photos, side):
    regions = (Region("a", 1, 1), Region("b", 1, photos))
    assert SeverityIndex("", "", LEAF.signs, None, regions, (), 0, ()).grid == side


def test_names():
    assert PASI.label_names == ("erythema", "induration", "desquamation", "area")
    assert PASI.region_names == ("upper", "trunk", "lower")
    assert LEAF.label_names == ("rust",)
