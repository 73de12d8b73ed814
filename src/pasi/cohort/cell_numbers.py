"""Numbers in the cells of a table."""

import math
import re
from collections.abc import Sequence

NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", re.ASCII)


def number(text: str) -> float | None:
    """The finite number in a cell, None where the cell holds anything else ("nan", "7,5", nothing)."""
    value = float(text) if NUMBER.fullmatch(text) else math.nan
    return value if math.isfinite(value) else None


def numbers(column: Sequence[str]) -> list[float | None]:
    """`number` of each cell; grades have few different texts, so each text is read once."""
    known = {text: number(text) for text in set(column)}
    return [known[text] for text in column]


def with_point(text: str) -> float | None:
    """The number that a cell with a decimal comma means; None for any other cell."""
    return number(text.replace(",", ".", 1)) if number(text) is None else None
