"""A checklist of items, each with the function that answers it from a run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pasi.dossier.evidence import Run
from pasi.dossier.statements import Answer

Answering = Callable[[Run], Answer]
COLUMNS = ("item", "section", "asks", "status", "answer", "source", "a_person_must_add")


@dataclass(frozen=True)
class Item:
    """An item. asks: what it asks for, in our words and not in those of the checklist."""

    number: str
    section: str
    asks: str
    answer: Answering


@dataclass(frozen=True)
class Answered:
    """An item with its answer."""

    item: Item
    answer: Answer


def answered(items: Sequence[Item], run: Run) -> list[Answered]:
    """All items with their answers, in their order."""
    return [Answered(item, item.answer(run)) for item in items]


def checklist_table(found: Sequence[Answered]) -> dict[str, list[Any]]:
    """The columns of COLUMNS, one row an item."""
    rows = [
        (
            *(one.item.number, one.item.section, one.item.asks, str(one.answer.status), one.answer.text),
            *("; ".join(one.answer.places), one.answer.person),
        )
        for one in found
    ]
    return dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
