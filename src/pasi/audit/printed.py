"""Numbers as they are printed: each stands for all numbers that round to it."""

from dataclasses import dataclass
from decimal import Decimal

from pasi.audit.bounds import Bounds

# Metrics of the authors have rounding errors of their own, and so have our formulas: by this much, in units of the last
# digit and of the value, a range is wider than its printed digits say, so that no error of a computer is a finding.
SLACK_OF_DIGIT = 1e-6
SLACK_OF_VALUE = 1e-9


@dataclass(frozen=True)
class Printed:
    """A number in a table: its text, and the lowest and highest number that are printed so, both included."""

    text: str
    low: Decimal
    high: Decimal

    @property
    def middle(self) -> float:
        """The number halfway between the ends."""
        return float((self.low + self.high) / 2)

    @property
    def bounds(self) -> Bounds:
        """The range in floating point, wider by a slack that no metric's rounding error exceeds.

        >>> Printed("0.80", Decimal("0.795"), Decimal("0.805")).bounds.high > 0.805
        True
        """
        slack = float(self.high - self.low) / 2 * SLACK_OF_DIGIT
        low, high = float(self.low), float(self.high)
        return Bounds(low - slack - abs(low) * SLACK_OF_VALUE, high + slack + abs(high) * SLACK_OF_VALUE)

    def meet(self, other: "Printed") -> "Printed":
        """What two printings of one number leave; `low` is above `high` where they cannot be of one number.

        >>> printed("3.336").meet(printed("3.34")).text
        '3.336'
        """
        narrow = min(self, other, key=lambda one: one.high - one.low)
        return Printed(narrow.text, max(self.low, other.low), min(self.high, other.high))


def decimals_of(text: str) -> int:
    """The number of decimals with which a number is written; below 0 where its last digit is no unit.

    >>> decimals_of("0.80"), decimals_of("3"), decimals_of("1.2e3")
    (2, 0, -2)
    """
    return -int(Decimal(text).as_tuple().exponent)


def printed(text: str, decimals: int | None = None) -> Printed:
    """The range of a printed number: half a unit of its last decimal to each side, as rounding makes it.

    Args:
        text: the number as it is written, with a decimal point.
        decimals: with how many decimals it was printed, where `text` has lost zeros at its end.

    Returns:
        0.80 stands for [0.795, 0.805]: both ends are included, because programs round halves in either direction.

    Example:
        >>> printed("0.80")
        Printed(text='0.80', low=Decimal('0.795'), high=Decimal('0.805'))
        >>> printed("0.9", decimals=3)
        Printed(text='0.900', low=Decimal('0.8995'), high=Decimal('0.9005'))
    """
    digits = decimals_of(text) if decimals is None else max(decimals, decimals_of(text))
    value, half = Decimal(text), Decimal(5).scaleb(-digits - 1)
    return Printed(f"{value:.{digits}f}" if digits >= 0 else text, value - half, value + half)
