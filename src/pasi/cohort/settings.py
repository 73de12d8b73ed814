"""Options of reading a cohort."""

from typing import Literal

ExtraPhotos = Literal["error", "first"]  # of a region that has more photos than the index says (tiles.extra_photos, R8)
