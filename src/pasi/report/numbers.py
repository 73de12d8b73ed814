"""Numbers as text: fixed decimals, a minus sign and no hyphen, a dash for an undefined value."""

from collections.abc import Mapping
from math import isnan

from pasi.wording import MINUS

DASH = "\N{EN DASH}"


def number(value: float | None, decimals: int = 2) -> str:
    """1234.5 -> "1,234.50"; NaN or None -> a dash."""
    if value is None or isnan(value):
        return DASH
    text = f"{value:,.{decimals}f}"
    unsigned = text.lstrip("-")
    return MINUS + unsigned if text != unsigned and unsigned.strip("0.,") else unsigned


def signed(value: float, decimals: int = 2) -> str:
    """0.04 -> "+0.04", for differences; a value that rounds to zero has no sign."""
    text = number(value, decimals)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def interval(row: Mapping[str, float], decimals: int = 2) -> str:
    """{"low": 2.1, "high": 4.9} -> "2.10 to 4.90"; a dash where there is no interval."""
    low, high = row["low"], row["high"]
    return DASH if isnan(low) or isnan(high) else f"{number(low, decimals)} to {number(high, decimals)}"


def probability(p: float | None) -> str:
    """0.0312 -> "p = 0.031"; below 0.001 "p < 0.001"; NaN or None -> a dash."""
    if p is None or isnan(p):
        return DASH
    return "p < 0.001" if p < 0.001 else f"p = {number(p, 3)}"
