"""What programs and people write into a cell that has no value: NA, a full stop, -99 and their like."""

import re

from pasi.cohort.cell_numbers import number
from pasi.cohort.look_alike import appearance

# R, pandas, SQL, SAS, SPSS, Excel, the missing data codes of REDCap, and what people type; in lower case.
WORDS = """
na|n/a|n.a.|n.a|#n/a|nan|nat|null|.|..|...|-|--|---|/|?|??|???|\\n|#null|#nv|#n/d|#i/t|#n/v|#n/b
nd|n/d|n.d.|n.d|nk|n.k.|nr|n/r|n.r.|ne|n/e|n.e.|ni|nask|asku|nav|np|inv|unk|msk|uta|ukn|un|k.a.|tbd|tba|n.b.|n.v.t.|nvt|s/d
miss|missing|missing value|mis|unknown|unclear|empty|blank|pending|fehlt|fehlend|unbekannt|keine angabe|nicht erhoben
nicht beurteilbar|nicht bewertet|nicht durchgeführt|nicht verfügbar|non disponible|non fait|non évalué|manquant
no aplica|no disponible|no evaluado|sin datos|non disponibile|non valutato|onbekend|niet beoordeeld|brak danych
not done|not assessed|not assessable|not available|not applicable|not evaluable|not evaluated|not graded|not gradable
not known|not recorded|not examined|not performed|not collected|not measured|not determined|not reported|not visible
not scored|not obtained|unable to assess|cannot assess|could not assess|no data|no grade|no score|no photo|photo missing
see comment|see comments|see note|see notes|refer to notes|refer to comment
"""
CODES = frozenset(WORDS.strip().replace("\n", "|").split("|"))
REASONS = frozenset(
    ("refused", "declined", "withdrawn", "discontinued", "dropout", "missed", "lost", "died", "deceased")
)
PHRASES = frozenset(code.replace(" ", "") for code in CODES if " " in code)  # not_done, NotDone
WRAPPED = re.compile(r"[(<\[{](.*)[)>\]}]")
REMARK = re.compile(r"([^(\[]+?) ?[(\[].*[)\]]")  # ND (photo missing)
DITTO = frozenset(('"', "''", '-"-', '- " -', "\u3003", "do.", "dto.", "ditto", "idem", "id.", "dito", "s.o.", ",,"))
FAILED = re.compile(r"#\S+[!?]|err:\d+", re.IGNORECASE)  # what a spreadsheet shows for a formula without a value
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
    if not text or text in CODES or NUMBERS.fullmatch(text) or SAS.fullmatch(text):
        return True
    inner = WRAPPED.fullmatch(text) or REMARK.fullmatch(text)
    plain = inner[1].strip() if inner else text.removesuffix(".")
    return plain in CODES or plain in REASONS or re.sub("[ _-]", "", plain) in PHRASES


def is_ditto(cell: str) -> bool:
    """Whether a cell says that its text is that of the row above."""
    return appearance(cell) in DITTO


def is_reason(cell: str) -> bool:
    """Whether a cell says why a value is missing, by a word that may name a visit as well."""
    return appearance(cell) in REASONS


def is_missing_week(cell: str) -> bool:
    """Whether a week stands for one that is not known: -99, 999. Weeks such as -8, 88 and 96 are in use."""
    value = number(cell)
    return is_missing(cell) if value is None else not -10 < value < 100 and is_missing(cell)


def may_be_missing(cell: str) -> bool:
    """Whether a cell means a missing value in some studies, and in others a grade: "none" may be grade 0, 9 a slip."""
    return appearance(cell) in AMBIGUOUS
