"""What is wrong with an input, told so that a person can mend it: where, what was found, what was expected, the fix."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

NAMED = 3  # names that one message gives; dots say that there are more
SHOWN = 20  # a longer list scrolls away; the count says how many are left


class MendableError(Exception):
    """An error whose message tells a user what to do; a log shows the message and no stack."""


class SettingError(MendableError, ValueError):
    """A setting that does not suit the data; the message names its key."""


@dataclass(frozen=True)
class Problem:
    """One fault in one place of an input.

    `line` is the line of the file as an editor counts it (the header is line 1), None where the whole file is meant.
    """

    file: str
    line: int | None
    column: str
    found: str
    expected: str
    fix: str

    def cells(self) -> tuple[str, str, str]:
        """The three columns of the listing: place, fault, cure."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}  {self.column}".rstrip(), f"found {self.found}, expected {self.expected}", self.fix


class InputError(MendableError):
    """All problems of an input at once; `str()` is the listing that a user reads."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__(describe(self.problems))


def describe(problems: tuple[Problem, ...]) -> str:
    """Aligned listing of the first problems, a count of the rest, and the sentence that nothing was run."""
    rows = [problem.cells() for problem in problems[:SHOWN]]
    widths = [max(len(row[column]) for row in rows) for column in range(2)] if rows else [0, 0]
    lines = [f"{place:<{widths[0]}}  {fault:<{widths[1]}}  {fix}".rstrip() for place, fault, fix in rows]
    if len(problems) > SHOWN:
        lines.append(f"... and {len(problems) - SHOWN} more")
    noun = "problem" if len(problems) == 1 else "problems"
    return "\n".join([*lines, f"{len(problems)} {noun}; nothing was run."])


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """A question that names the option most like `word` (case and spaces apart), or nothing where none is like it."""
    spellings = {option.casefold(): option for option in options}
    close = get_close_matches(word.strip().casefold(), spellings, n=1)
    return f'did you mean "{spellings[close[0]]}"?' if close else ""


def some(names: Iterable[str]) -> str:
    """The first few of `names` for a message, and dots where there are more."""
    shown = [name for name, _ in zip(names, range(NAMED + 1), strict=False)]
    return ", ".join([*shown[:NAMED], "..."] if len(shown) > NAMED else shown)
