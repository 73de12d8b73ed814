"""What spreadsheets and data frames make of an id that they take for a number or a date: 001 becomes 1, 1 becomes 1.0.

Two ids with one key are one id that was rewritten. The key of a number is its value, that of any other text is the text
in lower case. An id such as 1E5, 1.10 or 1-Feb may be a code as well as a number or date: it is read as one only where
another id of the column is that number, or can be that date.
"""

import re
from collections.abc import Collection, Iterator

from pasi.cohort.id_dates import ORDERS, DateOrder, ids_of_date, whole_date, written_date
from pasi.cohort.look_alike import appearance, typed

AS_TEXT = 'read and write the column as text (Excel: import it as Text; pandas: dtype=str; R: colClasses="character")'
NUMBER = re.compile(r"(\d{1,64})(?:\.(\d{0,64}))?(?:e([-+]?\d{1,3}))?", re.ASCII)
THOUSANDS = re.compile(r"\d{1,3}(?:[,' ]\d{3})+", re.ASCII)
THOUSANDS_WITH_POINTS = re.compile(r"\d{1,3}(?:\.\d{3})+", re.ASCII)
DECIMAL_COMMA = re.compile(r"(\d+),(\d+(?:e[-+]?\d{1,3})?)", re.ASCII)
# 121,456.00 and 121.456,00, as accountants write, and 12,34,567, as in India
GROUPED = re.compile(
    r"(\d{1,3}(?:([,.' ])\d{3})(?:\2\d{3})*)[.,](\d+)|(\d{1,2}(?:,\d{2})+,\d{3})(?:\.(\d+))?", re.ASCII
)
# ="001", =001 and '001, by which a spreadsheet keeps zeros, and quotes that were quoted again
AS_FORMULA = re.compile(r"""=?"+([^"]*)"+|'(.*?)'?|=(\d+)""", re.DOTALL)
EXPONENT = "it was written as a number with an exponent"
FORMATTED = "it was formatted as a number"
PAIR = re.compile(r"\d{1,3}(?:-\d{1,4}){1,2}", re.ASCII)  # of site and number, or site, year and number


def unwrapped(text: str) -> str:
    """An id without what a program put round it: spaces, quotes, ="001", invisible characters."""
    plain = typed(text)
    wrapped = AS_FORMULA.fullmatch(plain)
    return next(filter(None, wrapped.groups()), "").strip() if wrapped else plain


def bare(text: str) -> str:
    """An unwrapped id in lower case: two ids of one bare form look the same."""
    return appearance(unwrapped(text))


def group_keys(values: Collection[str], order: DateOrder = ORDERS[0]) -> dict[str, str]:
    """A key for each of the `values`; those of one key are probably one id that was rewritten.

    `order` says how dates are read.
    """
    texts = {value: bare(value) for value in values}
    keys = {value: whole_date(text, day_first=order.day_first) or _key(text) for value, text in texts.items()}
    known = set(keys.values())
    for value, text in texts.items():
        own = keys[value]
        keys[value] = next((key for key in _other_keys(text, order) if key in known and key != own), own)
    return keys


def has_dates(values: Collection[str]) -> bool:
    """Whether one of the ids may be a date, so that the order of day and month matters."""
    return any(written_date(text) for text in map(bare, values))


def is_sure(value: str, key: str) -> bool:
    """Whether an id can have no other key than this one: 1 and 1.0 are one number, 1.1 and 1.10 may be two codes."""
    text = bare(value)
    return key in (_key(text), whole_date(text)) and whole_date(text) == whole_date(text, day_first=False)


def originality(value: str) -> tuple[int, bool, bool]:
    """A rank: of two spellings of an id the higher one is the original, because programs drop zeros and add formats."""
    text = bare(value)
    number = _number(text)
    return _leading_zeros(text), bool(number and _is_code(number)), not _is_formatted(text)


def cause(value: str, original: str) -> str | None:
    """What made `value` of the id `original`; None where only case, spaces or quotes differ."""
    text, other = bare(value), bare(original)
    number, meant = NUMBER.fullmatch(text), NUMBER.fullmatch(other)
    if text == other:
        return None
    if written_date(text) or written_date(other):
        return "a spreadsheet made a date of it"
    if (plain := _number(text)) and plain[3]:
        return EXPONENT
    if meant and meant[3]:
        return "it was read as a number with an exponent"
    if not number or (THOUSANDS_WITH_POINTS.fullmatch(text) and _key(text) != _key(other)):
        return FORMATTED
    if _leading_zeros(text) < _leading_zeros(other):
        return "leading zeros were lost"
    return 'a ".0" was added' if len(text) > len(other) else "zeros at the end were lost"


def is_date(text: str) -> bool:
    """Whether a text looks like a date of a spreadsheet: 2-Jan, Jan-02, 01. Mai, 2025-01-02."""
    return written_date(bare(text)) is not None


def number_format(value: str) -> str | None:
    """How a program formatted an id as a number, where no sound id looks like that (1.00E+05); else None."""
    text = bare(value)
    number = NUMBER.fullmatch(plain := _plain_number(text))
    if number and plain != text:
        return EXPONENT if number[3] else FORMATTED
    return EXPONENT if number and number[3] and number[3][0] in "+-" else None


def _number(text: str) -> re.Match[str] | None:
    """The parts of a number: digits, decimals, exponent."""
    return NUMBER.fullmatch(_plain_number(text))


def _plain_number(text: str) -> str:
    """A formatted number with a point and no other sign; any other text as it is."""
    if text[:1] == "+" and text[1:2].isdigit():
        text = text[1:]
    if THOUSANDS.fullmatch(text):
        return re.sub("[,' ]", "", text)
    if comma := DECIMAL_COMMA.fullmatch(text):
        return f"{comma[1]}.{comma[2]}"
    if grouped := GROUPED.fullmatch(text):
        whole, decimals = grouped[1] or grouped[4], grouped[3] or grouped[5] or "0"
        return f"{re.sub('[^0-9]', '', whole)}.{decimals}"
    return text


def _key(text: str) -> str:
    number = _number(text)
    if not number:
        return text
    if not _is_code(number):
        return _value(number)
    return text if number[3] else text.lstrip("0")  # 01.10 is 1.10


def _other_keys(text: str, order: DateOrder) -> Iterator[str]:
    """Keys that an id has in a second reading: that of a code read as a number, of thousands, of a date."""
    number = _number(text)
    if number and _is_code(number):
        yield _value(number)
    if THOUSANDS_WITH_POINTS.fullmatch(text):
        yield _key(text.replace(".", ""))
    yield from map(_key, ids_of_date(text, order))


def _is_code(number: re.Match[str]) -> bool:
    """Whether a text of the form 1E5 or 1.10 may be a code: no program writes a number in one of these forms."""
    _, fraction, exponent = number.groups()
    if exponent:
        return bool(exponent.isdigit()) and fraction is None
    return bool(fraction) and fraction.endswith("0") and bool(fraction.strip("0"))


def _value(number: re.Match[str]) -> str:
    """The exact value of a number, of any length: equal for 007, 7 and 7.0."""
    whole, fraction, exponent = (part or "" for part in number.groups())
    digits = (whole + fraction).lstrip("0")
    kept = digits.rstrip("0")
    return f"={kept}e{int(exponent or 0) - len(fraction) + len(digits) - len(kept)}" if kept else "=0"


def _leading_zeros(text: str) -> int:
    """How many zeros stand in front of a number: 2 in 007, 0 in 0.5 and in what is no number."""
    number = _number(text)
    return len(number[1]) - len(number[1].lstrip("0") or "0") if number else 0


def _is_formatted(text: str) -> bool:
    """Whether an id looks like a number or date as a program writes it."""
    number = NUMBER.fullmatch(text)
    if not number or THOUSANDS_WITH_POINTS.fullmatch(text):
        return bool(_number(text) or (written_date(text) and not PAIR.fullmatch(text)))
    return bool(number[3] and not _is_code(number)) or (number[2] is not None and not number[2].strip("0"))
