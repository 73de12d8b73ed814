"""Rows of a split's file as they are meant, where a program or person wrote them otherwise: 1 for 001, 0.0, Train."""

from collections.abc import Collection, Sequence

from pasi.cohort.cell_numbers import number
from pasi.cohort.label_rows import is_total
from pasi.cohort.missing_codes import is_missing
from pasi.cohort.rewritten_ids import AS_TEXT, cause, group_keys
from pasi.splits.roles import PARTS
from pasi.wording import quoted

Row = tuple[str, str, str]  # subject, part, fold
Fault = tuple[str, str, str, str]  # column, found, expected, fix


def read_rows(
    rows: Sequence[Row], known: Collection[str], folds: int
) -> tuple[dict[int, Row], list[tuple[int, Fault]]]:
    """The rows that name a subject, as they are meant, by their place; and the faults of how they are written."""
    faults: list[tuple[int, Fault]] = []
    kept: dict[int, Row] = {}
    meant = _meant({row[0] for row in rows} - {*known}, known)
    for place, row in enumerate(rows):
        if row[0] not in known and row[0] not in meant and (kind := _extra_row(place, row)):
            faults.append((place, ("", quoted(row[0]), "a row of the table", kind)))
            continue
        subject = meant.get(row[0], row[0])
        if subject != row[0]:
            reason = cause(row[0], subject)
            fix = f"{reason}: {AS_TEXT}" if reason else "write one id in one way"
            faults.append((place, ("subject", quoted(row[0]), "the ids of the cohort as they are there", fix)))
        kept[place] = subject, _part(place, row[1], faults), _fold(place, row[2], faults)
    numbers = {fold for _, part, fold in kept.values() if part == "train"}
    if numbers == {str(fold) for fold in range(1, folds + 1)}:
        places = [place for place, (_, part, _) in kept.items() if part == "train"]
        found = f"folds from 1 to {folds}"
        faults.append((places[0], ("fold", found, f"folds from 0 to {folds - 1}", "subtract 1 from each fold")))
        kept |= {place: (*kept[place][:2], str(int(kept[place][2]) - 1)) for place in places}
    return kept, faults


def _meant(unknown: Collection[str], known: Collection[str]) -> dict[str, str]:
    """The subject of the cohort of which a program or a person made each unknown id, where there is one."""
    keys = group_keys({*unknown, *known})
    by_key = {keys[subject]: subject for subject in known}
    return {text: by_key[keys[text]] for text in unknown if keys[text] in by_key and text}


def _extra_row(place: int, row: Row) -> str:
    """What to do about a row that is a second header or a total; "" for any other."""
    if place < 3 and row[1].casefold() not in PARTS and row[2] and number(row[2]) is None:
        return "a second header: delete it"
    return "a total below the table: delete it" if is_total(row[0]) and row[1].casefold() not in PARTS else ""


def _part(place: int, text: str, faults: list[tuple[int, Fault]]) -> str:
    if text not in PARTS and text.casefold() in PARTS:
        faults.append((place, ("part", quoted(text), "train or test", "write it in small letters")))
    return text.casefold()


def _fold(place: int, text: str, faults: list[tuple[int, Fault]]) -> str:
    value = number(text)
    if text and is_missing(text):
        faults.append((place, ("fold", quoted(text), "a whole number, or nothing", "empty the cell")))
        return ""
    if value is not None and value == int(value) and text != str(int(value)):
        faults.append((place, ("fold", quoted(text), "a whole number", f'a ".0" was added: {AS_TEXT}')))
        return str(int(value))
    return text
