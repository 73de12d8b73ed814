"""What the model card of a bundle says, section by section, for a page that shows parts of it."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Paragraph(NamedTuple):
    """A paragraph of a card without its marks of Markdown, and whether it is in bold type."""

    words: str
    strong: bool = False


class Section(NamedTuple):
    """A section of a card: the rows of its table, the header first, and its paragraphs."""

    table: Sequence[Sequence[str]]
    paragraphs: Sequence[Paragraph]


NOTHING = Section((), ())


def read_sections(card: str) -> Mapping[str, Section]:
    """The sections of a card by their headings; a card of another form has none that is looked for.

    >>> read_sections("# Card\\n## A\\n| x | y |\\n|---|---|\\n| 1 | 2 |\\n\\n**Text.**\\n")["A"]
    Section(table=[['x', 'y'], ['1', '2']], paragraphs=[Paragraph(words='Text.', strong=True)])
    """
    parts = re.split(r"^## +(.+)$", card, flags=re.MULTILINE)
    return {name.strip(): _section(text.splitlines()) for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def _section(lines: Sequence[str]) -> Section:
    cells = [_cells(line) for line in lines if line.startswith("|")]
    table = [row for row in cells if not all(re.fullmatch(r":?-+:?", cell) for cell in row)]
    paragraphs = [
        Paragraph(_plain(line), line.startswith("**")) for line in lines if line.strip() and not line.startswith("|")
    ]
    return Section(table, paragraphs)


def _cells(line: str) -> list[str]:
    return [_plain(cell) for cell in line.strip().strip("|").split("|")]


def _plain(text: str) -> str:
    return text.removeprefix("- ").replace("**", "").strip()
