"""Answers of a checklist: sentences whose figures say from which cell of which file they are."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pasi.report.cells import Line, shown

SUMMARY, CONFIG = "report/summary.json", "report/config.json"


class Status(StrEnum):
    """Who has answered."""

    RUN = "answered from the run"
    PART = "answered in part"
    PERSON = "a person must write"
    NOT_APPLICABLE = "does not apply"


@dataclass(frozen=True)
class Quote:
    """A figure as text, and the place that it is from."""

    text: str
    place: str


@dataclass(frozen=True)
class Statement:
    """A sentence, and the places that its figures are from."""

    text: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What the run says, and what a person must add ("": nothing)."""

    statements: tuple[Statement, ...] = ()
    person: str = ""
    applies: bool = True

    @property
    def status(self) -> Status:
        """Who has answered."""
        if not self.applies:
            return Status.NOT_APPLICABLE
        if not self.statements:
            return Status.PERSON
        return Status.PART if self.person else Status.RUN

    @property
    def text(self) -> str:
        """What the run says."""
        return " ".join(one.text for one in self.statements)

    @property
    def places(self) -> list[str]:
        """Where it is from; each place once."""
        return list(dict.fromkeys(place for one in self.statements for place in one.places))


def ask(person: str) -> Answer:
    """An answer that only a person can give."""
    return Answer(person=person)


def join(*answers: Answer) -> Answer:
    """Several answers as one."""
    statements = tuple(one for answer in answers for one in answer.statements)
    return Answer(statements, " ".join(answer.person for answer in answers if answer.person))


def cell(line: Line, column: str, style: str = "2") -> Quote:
    """A cell of a table."""
    return Quote(shown(line[column], style), f"{line.file}, row {line.number}, {column}")


def between(line: Line, column: str = "", style: str = "2") -> Quote:
    """The interval of a column as "2.10 to 4.90"; "": the columns low and high. "unknown" where there is none."""
    low, high = (f"{column}_{bound}".lstrip("_") for bound in ("low", "high"))
    place = f"{line.file}, row {line.number}, {low} and {high}"
    if not line[low] < line[high]:
        return Quote("unknown", place)
    return Quote(f"{shown(line[low], style)} to {shown(line[high], style)}", place)


def say(template: str, *more: str, **parts: Quote | str | int) -> Statement:
    """A sentence with quotes in it. more: further places that the sentence rests on."""
    texts = {name: part.text if isinstance(part, Quote) else str(part) for name, part in parts.items()}
    places = [part.place for part in parts.values() if isinstance(part, Quote)]
    return Statement(template.format(**texts), (*places, *more))


def state(template: str, *more: str, person: str = "", **parts: Quote | str | int) -> Answer:
    """An answer of one sentence."""
    return Answer((say(template, *more, **parts),), person)


def list_quotes(quotes: list[Quote]) -> Quote:
    """Several figures as one list; its place is that of all of them."""
    return Quote(", ".join(one.text for one in quotes), "; ".join(one.place for one in quotes))


def plain_text(value: Any) -> str:
    """A value of the config as text."""
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    if isinstance(value, list | tuple):
        return ", ".join(map(plain_text, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
