"""The rows of photos that each shard of tiles is made of, with digests of what their files hold."""

from collections.abc import Callable
from pathlib import Path

from pasi.cohort.records import Cohort
from pasi.imaging.tile_maker import shard_number
from pasi.provenance.photo_digests import PhotoDigests

PhotoRow = tuple[str, str, str, int, str]  # subject, visit, region, slot, digest of what the file holds


def photo_rows(
    cohort: Cohort, shards: int, memory: Path, warn: Callable[[str], None] | None = None
) -> dict[str, list[PhotoRow]]:
    """Rows of photos by shard, with a digest of what each file holds; paths play no part.

    `memory` is the database of digests of the last plan, so that only changed photos are read; `warn` gets a text where
    it cannot be used.
    """
    contents = PhotoDigests(memory, warn).digest(cohort.root, (photo.path for photo in cohort.photos))
    rows: dict[str, list[PhotoRow]] = {}
    for photo, content in zip(cohort.photos, contents, strict=True):
        shard = f"{shard_number(photo.subject, shards):02d}"
        rows.setdefault(shard, []).append((photo.subject, photo.visit, photo.region, photo.slot, content))
    return rows
