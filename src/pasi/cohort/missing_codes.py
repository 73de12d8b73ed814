"""What programs and people write into a cell that has no value: NA, a full stop, -99 and their like."""

import re

from pasi.cohort.cell_numbers import number
from pasi.cohort.look_alike import appearance

# R, pandas, SQL, SAS, SPSS, Excel, the missing data codes of REDCap, and what people type; in lower case.
WORDS = """
na|n/a|n.a.|n.a|<na>|#n/a|nan|<nan>|nat|null|#null!|.|..|...|-|--|---|?|??|???
nd|n/d|n.d.|n.d|nk|n.k.|nr|n/r|n.r.|ne|n/e|n.e.|ni|nask|asku|nav|np|inv|unk|msk|uta|ukn|un|k.a.|tbd|tba
miss|missing|mis|unknown|unclear|empty|blank|pending|fehlt|keine angabe|nicht erhoben
not done|not_done|not assessed|not available|not applicable|not evaluable|not graded|not known|not recorded|not examined
no data|no grade|no score
"""
CODES = frozenset(WORDS.strip().replace("\n", "|").split("|"))
NUMBERS = re.compile(r"-?(9{2,}|8{2,}|7{2,}|9[678])(\.0*)?|-[789](\.0*)?")  # -9, 99, -999, 888, 97 to 98
AMBIGUOUS = frozenset(("-1", "9", "8", "7", "-1.0", "9.0", "none", "nil"))  # missing values, or grades
# Codes that may be the initials of a person or the short name of a visit; the last two are rather missing values.
INITIALS = frozenset(re.split(" ", "nd nk nr ne ni nat nask asku nav np inv msk uta ukn un mis tbd tba nil na unk"))
SAS = re.compile(r"\.[a-z_]")  # SAS has 28 missing values: ., ._ and .A to .Z


def is_missing(cell: str) -> bool:
    """Whether a cell holds nothing, or what stands for a missing value.

    Ask only of a cell that holds no value of its column: 99 may be a grade, and NA an arm.
    """
    text = appearance(cell)
    return not text or text in CODES or bool(NUMBERS.fullmatch(text) or SAS.fullmatch(text))


def is_missing_week(cell: str) -> bool:
    """Whether a week stands for one that is not known: -99, 999. Weeks such as -8, 88 and 96 are in use."""
    value = number(cell)
    return is_missing(cell) if value is None else not -10 < value < 100 and is_missing(cell)


def may_be_missing(cell: str) -> bool:
    """Whether a cell means a missing value in some studies, and in others a grade: "none" may be grade 0, 9 a slip."""
    return appearance(cell) in AMBIGUOUS
