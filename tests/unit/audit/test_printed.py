"""A printed number stands for every number that rounds to it, and for no other."""

from decimal import Decimal

import pytest

from pasi.audit.printed import decimals_of, printed


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("0.80", "0.795", "0.805"),
        ("0.8", "0.75", "0.85"),
        ("3", "2.5", "3.5"),
        ("-0.12", "-0.125", "-0.115"),
        ("1.20e1", "11.95", "12.05"),
        ("1.2e3", "1150", "1250"),
        (".5", "0.45", "0.55"),
        ("98.28", "98.275", "98.285"),
    ],
)
def test_half_a_unit_of_the_last_digit_to_each_side(text, low, high):
    found = printed(text)
    assert (found.low, found.high) == (Decimal(low), Decimal(high))


def test_zeros_that_were_lost_narrow_the_range_and_more_digits_than_the_column_are_kept():
    assert printed("0.9", 3).text == "0.900"
    assert (printed("0.9", 3).low, printed("0.9", 3).high) == (Decimal("0.8995"), Decimal("0.9005"))
    assert printed("0.8964", 3) == printed("0.8964")


@pytest.mark.parametrize(("text", "decimals"), [("0.80", 2), ("12", 0), ("1e2", -2), ("1.50e-3", 5)])
def test_decimals_of_a_number(text, decimals):
    assert decimals_of(text) == decimals


def test_the_range_in_floating_point_holds_both_ends_and_hardly_more():
    found = printed("0.80").bounds
    assert found.low < 0.795 < 0.805 < found.high
    assert found.low == pytest.approx(0.795, rel=1e-6)
    assert found.high == pytest.approx(0.805, rel=1e-6)


def test_two_printings_of_one_number_leave_what_both_allow():
    assert printed("3.79").meet(printed("3.786")) == printed("3.786")
    both = printed("3.79").meet(printed("3.785"))
    assert (both.low, both.high) == (Decimal("3.785"), Decimal("3.7855"))
    apart = printed("3.79").meet(printed("3.781"))
    assert apart.low > apart.high
