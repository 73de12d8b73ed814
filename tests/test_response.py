from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasi.index import Band, Region, SeverityIndex, Sign
from pasi.response import band, improvement, reaches

TENTH = Fraction(1, 10)
INDEX = SeverityIndex(
    name="PASI",
    unit="points",
    signs=(Sign("erythema", 4, 1),),
    area=Sign("area", 6, 1),
    regions=(Region("upper", 1.0, 4),),
    bands=(Band("clear", 0), Band("mild", 10), Band("severe", None)),
    clear_below=0.5,
    responses=(75, 90),
)


@pytest.mark.parametrize(
    ("baseline", "value", "percent"),
    [(42.4, 10.6, 75), (10.0, 0.0, 100), (10.0, 0.1, 99), (10.0, 10.0, 0), (10.0, 12.0, -20), (3.0, 2.0, 33)],
)
def test_improvement_by_hand(baseline, value, percent):
    assert improvement(baseline, value, TENTH) == percent


@pytest.mark.parametrize("baseline", [0.0, -0.4, 0.04])
def test_without_a_baseline_there_is_no_improvement(baseline):
    assert improvement(baseline, 1.0, TENTH) is None
    assert reaches(baseline, 1.0, 75, TENTH) is None


def test_predictions_are_rounded_to_the_step_of_the_index():
    assert improvement(42.38, 10.63, TENTH) == 75
    assert improvement(42.38, 10.63, None) == 74


@given(tenths=st.integers(1, 720).map(lambda n: 4 * n), share=st.sampled_from([50, 75]))
def test_exact_ties_count_as_reached(tenths, share):
    assert reaches(tenths / 10, tenths * (100 - share) / 100 / 10, share, TENTH)


@pytest.mark.parametrize(
    ("value", "observed", "predicted"),
    [(0.0, "clear", "clear"), (0.4, "mild", "clear"), (-3.0, "clear", "clear"), (10.0, "mild", "mild"), (10.1, "severe", "severe")],
)
def test_bands_by_hand(value, observed, predicted):
    assert band(value, INDEX, predicted=False) == observed
    assert band(value, INDEX, predicted=True) == predicted
