"""Options of reading a cohort, and the columns of scores.csv that need not be there."""

from typing import Literal

ExtraPhotos = Literal["error", "first"]  # of a region that has more photos than the index says (tiles.extra_photos, R8)

VISIT_COLUMNS = ("week", "date", "baseline")  # what says when a visit was: pasi.cohort.visit_cells
ATTRIBUTES = ("arm", "sex", "age", "site", "skin_type")  # of subjects, for reports of subgroups; no network sees them
