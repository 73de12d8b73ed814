"""Sound pairs of photos.csv and scores.csv in all the forms that are sound, for tests that plant a fault in them."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

from hypothesis import strategies as st

Row = tuple[str, ...]
REGIONS = ("top", "base")  # of cohort_tables.LEAF: two photos of the top, one of the base
SUBJECTS: dict[str, Callable[[int], str]] = {
    "letters": lambda number: f"P{number:02}",
    "zeros": lambda number: f"{number:03}",
    "whole": str,
    "from 98": lambda number: str(97 + number),
    "thousands": lambda number: str(1000 + number),
    "hundred thousands": lambda number: str(100_000 * number),
    "dashes": lambda number: f"S-{number:04}",
    "site and number": lambda number: f"{1 + number % 2}.{number}",
    "sixteen digits": lambda number: f"20240115000000{number:02}",
    "eighteen digits": lambda number: f"3141592653589793{number:02}",
    "pairs": lambda number: f"01-{number:02}",
    "initials": lambda number: ("NA", "ND", "BK", "LM", "UNK", "AB", "NE")[number],
    "codes": lambda number: f"12{'AE'[number % 2]}{number}",
    "mixed case": lambda number: f"aB{number}",
}
VISITS: dict[str, Row] = {
    "letters": ("V1", "V2", "V10"),
    "numbers": ("1", "2", "10"),
    "decimals": ("1.0", "1.5", "2.0"),
    "numbered decimals": ("1.1", "1.9", "1.10"),
    "zeros": ("01", "02", "10"),
    "days": ("2023-01-28", "2023-02-28", "2024-01-28"),
    "pairs": ("1-1", "1-2", "12-3"),
    "spreadsheet days": ("1-Jan", "28-Jan", "1-Feb"),
    "words": ("screening", "baseline", "week-12"),
    "weeks": ("88", "96", "99"),
    "German days": ("28.01.2023", "01.02.2023", "02.01.2024"),
}
GRADES = ("0", "1", "2.5", "3.0", "4", "0.25", "1e0", " 2", "4.0 ")
ATTRIBUTES: dict[str, Row] = {
    "arm": ("A", "B", ""),
    "sex": ("f", "m", "NA"),
    "age": ("44", "7", ""),
    "site": ("K\u00f6ln", "Berlin, Mitte", 'the "new" one', ""),
    "skin_type": ("1", "2", ""),
    "comment": ("", "=1+1", "-99", "a; b; c", "x|y", "two\ttabs", "NA"),
    "": ("1", "2"),
}
LABELS: dict[str, dict[str, str]] = {  # what stands in a second header
    "labels": {
        "subject": "Subject ID",
        "visit": "Visit name",
        "region": "Body region",
        "week": "Week of study",
        "rust": "Grade of rust",
        "photo": "Name of the file (JPEG)",
        "arm": "Arm",
    },
    "units": {"week": "weeks", "rust": "0-4", "age": "years", "photo": "path"},
    "formats": {"subject": "$12.", "visit": "$8.", "region": "$10.", "week": "8.", "rust": "4.1", "photo": "$80."},
    "types": {
        "subject": "text",
        "visit": "text",
        "region": "factor",
        "week": "integer",
        "rust": "float",
        "photo": "str",
    },
}


@dataclass(frozen=True)
class Table:
    """A table of named columns; `above` stands above the header, and a blank line precedes the rows in `blank`."""

    header: Row
    rows: tuple[Row, ...]
    separator: str = ","
    quoting: int = csv.QUOTE_MINIMAL
    end: str = "\n"
    encoding: str = "utf-8"
    above: Row = ()
    blank: frozenset[int] = frozenset()

    @property
    def value(self) -> str:
        """The column beside the ids that the table must have."""
        return "photo" if "photo" in self.header else "rust"

    def place(self, column: str) -> int:
        return self.header.index(column)

    def column(self, name: str) -> list[str]:
        return [row[self.place(name)] for row in self.rows]

    def line(self, row: int) -> int:
        """The line of a row, as an editor counts it."""
        return len(self.above) + 2 + row + sum(number <= row for number in self.blank)

    def changed(self, cells: Mapping[tuple[int, str], str]) -> "Table":
        """The table with other texts in some cells, which are given by row and column."""
        rows = [list(row) for row in self.rows]
        for (row, column), text in cells.items():
            rows[row][self.place(column)] = text
        return replace(self, rows=tuple(map(tuple, rows)))

    def mapped(self, column: str, change: Callable[[str], str]) -> "Table":
        """The table with every cell of a column changed."""
        return self.changed({(row, column): change(text) for row, text in enumerate(self.column(column))})

    def with_column(self, name: str, cell: Callable[[int], str]) -> "Table":
        """The table with a last column more, whose cells depend on the number of the row."""
        rows = tuple((*row, cell(number)) for number, row in enumerate(self.rows))
        return replace(self, header=(*self.header, name), rows=rows)

    def without_column(self, name: str) -> "Table":
        kept = [place for place, column in enumerate(self.header) if column != name]
        header, *rows = (tuple(row[place] for place in kept) for row in (self.header, *self.rows))
        return replace(self, header=header, rows=tuple(rows))

    def without_rows(self, column: str, *texts: str) -> "Table":
        """The table without the rows that have one of the texts in a column."""
        rows = tuple(row for row in self.rows if row[self.place(column)] not in texts)
        return replace(self, rows=rows, blank=frozenset())

    def data(self) -> bytes:
        """The table as a program writes it."""
        file = io.StringIO()
        file.writelines(f"{line}{self.end}" for line in self.above)
        writer = csv.writer(file, delimiter=self.separator, quoting=self.quoting, lineterminator=self.end)
        writer.writerow(self.header)
        for number, row in enumerate(self.rows):
            file.write(self.end if number in self.blank else "")
            writer.writerow(row)
        return file.getvalue().encode(self.encoding)


@dataclass(frozen=True)
class Trial:
    """The two tables of a trial."""

    photos: Table
    scores: Table

    def __getitem__(self, name: str) -> Table:
        return self.photos if name == "photos.csv" else self.scores

    def having(self, name: str, table: Table) -> "Trial":
        """The trial with one table replaced."""
        return replace(self, **{name.removesuffix(".csv"): table})


@st.composite
def trials(draw: st.DrawFn, subjects: str | None = None, visits: str | None = None) -> Trial:
    """A sound trial of two to six subjects with one to three visits each; its ids are of some scheme or as given."""
    subject = SUBJECTS[subjects or draw(st.sampled_from(sorted(SUBJECTS)))]
    names = VISITS[visits or draw(st.sampled_from(sorted(VISITS)))]
    people = [subject(number) for number in range(1, draw(st.integers(2, 6)) + 1)]
    random = Random(draw(st.integers(0, 2**32 - 1)))  # one draw: hypothesis would draw each choice of its own randoms
    pairs = [(person, visit) for person in people for visit in range(random.randint(1, 3))]
    attributes = random.sample(sorted(ATTRIBUTES), random.randint(0, 4))
    photos, scores = [], []
    for person, visit in pairs:
        for region in REGIONS:
            cells = {name: random.choice(ATTRIBUTES[name]) for name in attributes}
            ids = {"subject": person, "visit": names[visit], "region": region}
            scores.append({**ids, "week": str(4 * visit), "rust": random.choice(GRADES), **cells})
            for slot in range(random.randint(1, 2) if region == "top" else 1):
                photos.append({**ids, "photo": f"{person}/{names[visit]}/{region}{slot}.jpg"})
    return Trial(_table(photos, random), _table(scores, random))


def _table(rows: list[dict[str, str]], random: Random) -> Table:
    """A table with its rows and columns in some order, as some program writes it."""
    random.shuffle(rows)
    header = tuple(random.sample(list(rows[0]), len(rows[0])))
    return Table(
        header=header,
        rows=tuple(tuple(row[name] for name in header) for row in rows),
        quoting=random.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        end=random.choice(["\n", "\r\n", "\r"]),
        encoding=random.choice(["utf-8", "utf-8-sig"]),
        above=random.choice([(), (), ("",)]),
        blank=frozenset(random.sample(range(len(rows)), random.randint(0, 1))),
    )
