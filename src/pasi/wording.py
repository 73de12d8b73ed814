"""How messages, tables and figures name, quote, count and shorten what they show."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import islice

MINUS = "\N{MINUS SIGN}"
LONGEST = 60  # characters of a cell or value that one message shows


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """A question that names the option most like `word`, apart from case and outer spaces; "" where none is like it."""
    spellings = {option.casefold(): option for option in options}
    close = get_close_matches(word.strip().casefold(), spellings, n=1)
    return f'did you mean "{spellings[close[0]]}"?' if close else ""


def first_names(names: Iterable[str], most: int = 3) -> str:
    """The first `most` names, separated by commas, with an ellipsis where there are more."""
    shown = list(islice(names, most + 1))
    return ", ".join([*shown[:most], "..."] if len(shown) > most else shown)


def shortened(text: str) -> str:
    """The text, cut after LONGEST characters with an ellipsis where it is longer."""
    return f"{text[:LONGEST]}..." if len(text) > LONGEST else text


def quoted(text: str) -> str:
    """A cell as a message shows it: in quotes, cut after LONGEST characters, control characters escaped."""
    plain = "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text[:LONGEST])
    return f'"{plain}..."' if len(text) > LONGEST else f'"{plain}"'


def counted(count: int, noun: str) -> str:
    """A count with its noun: 1, "visit" gives "1 visit"; 34, "visit" gives "34 visits"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def folds_by_network(trainings: Iterable[tuple[str, int, int, int | None]]) -> str:
    """Networks, folds and repeats in words, of the fields of a `TrainingPlace`.

    Repeat 0 is not named. A training without two folds has both, joined by a plus.

    >>> folds_by_network([("vgg11", 0, 0, None), ("vgg11", 3, 2, None), ("vgg11", 0, 0, 3), ("resnet18", 2, 0, None)])
    'vgg11 folds 0, 3 (repeat 2), 0+3; resnet18 fold 2'
    """
    folds: dict[str, list[str]] = {}
    for backbone, fold, repeat, second in trainings:
        own = f"{fold}" if second is None else f"{fold}+{second}"
        folds.setdefault(backbone, []).append(f"{own} (repeat {repeat})" if repeat else own)
    return "; ".join(f"{name} fold{'s'[: len(own) - 1]} {', '.join(own)}" for name, own in folds.items())


def in_rows(shown: str, lines: Sequence[int]) -> str:
    """What stands in several rows, with their number and the first ten of their lines; of one row, only what."""
    if len(lines) == 1:
        return shown
    return f"{shown} in {len(lines):,} rows (lines {first_names(map(str, lines), 10)})"
