"""Rows of the run's tables that know where they stand, so that every number of the page names its cell."""

from dataclasses import dataclass
from math import isnan
from typing import Any

from markupsafe import Markup

from pasi.report.numbers import DASH, number, probability, signed
from pasi.storage.tables import Columns, Row, rows_of

LINE = "line"  # a column that a table gets when it is read: the number of the row in its file, 1 for the first
PROBABILITY = "p"


@dataclass(frozen=True)
class Line:
    """A row of a table: the file, the number of the row below the head (from 1), and the cells by column."""

    file: str
    number: int
    cells: Row

    def __getitem__(self, column: str) -> Any:
        """The cell as it is."""
        return self.cells[column]

    def show(self, column: str, style: str = "2") -> Markup:
        """The cell as the page shows it, in an element that names it."""
        return marked(self.cells[column], style, self.file, self.number, column)

    def between(self, column: str = "", style: str = "2") -> Markup:
        """The interval of a column, "2.10 to 4.90"; "": the columns low and high.

        A dash stands where there is none, and where it has no width: that is no certainty, but a figure that no subject
        moves, as a kappa where nothing is predicted.
        """
        low, high = (f"{column}_{bound}".lstrip("_") for bound in ("low", "high"))
        if not self.cells[low] < self.cells[high]:
            return Markup(DASH)
        return Markup("{} to {}").format(self.show(low, style), self.show(high, style))

    def has_interval(self, column: str = "") -> bool:
        """Whether both bounds are known."""
        return not any(isnan(self.cells[f"{column}_{bound}".lstrip("_")]) for bound in ("low", "high"))


def lines_of(table: Columns, file: str, **wanted: object) -> list[Line]:
    """The rows of a table whose cells equal all of `wanted`, with the file that they are in."""
    rows = rows_of(table)
    numbered = ((int(row[LINE]) if LINE in row else place, row) for place, row in enumerate(rows, start=1))
    return [
        Line(file, place, row) for place, row in numbered if all(row[name] == value for name, value in wanted.items())
    ]


def marked(value: Any, style: str, file: str, row: int | str, column: str) -> Markup:
    """A value as text in a `data` element that names its cell; a dash, which is in no cell, without one."""
    text = shown(value, style)
    if text == DASH:
        return Markup(DASH)
    machine = f"{value:.12g}" if isinstance(value, float) else str(value)
    return Markup('<data value="{}" data-at="{}|{}|{}">{}</data>').format(machine, file, row, column, text)


def shown(value: Any, style: str = "2") -> str:
    """A value by a style; a dash where it is not known.

    style: decimals ("2"), as short as it is ("g"), with a sign ("+2"), in per cent ("%0"), "p" for a probability, ""
    for text.

    >>> shown(0.256, "%0"), shown(0.256, "+1"), shown(1234, "0"), shown(0.5, "g")
    ('26%', '+0.3', '1,234', '0.5')
    """
    if not style:
        return str(value)
    if style == PROBABILITY:
        return probability(value)
    if style == "g":
        return DASH if value is None or isnan(value) else f"{value:g}"
    decimals = int(style[-1])
    if style[0] == "%":
        text = number(None if value is None else 100 * value, decimals)
        return text if text == DASH else f"{text}%"
    return signed(float(value), decimals) if style[0] == "+" else number(value, decimals)


def marked_fact(count: int, name: str) -> Markup:
    """A count that stands in report/summary.json under `facts`."""
    return marked(count, "0", "report/summary.json", "facts", name)


def say(text: str, **parts: object) -> Markup:
    """A sentence with marked numbers in it. text: our words alone; what users named is a part, and is escaped."""
    return Markup(text).format(**parts)
