"""Writing the page of review: a bundle, the scores it gave and the photos it saw become a folder with a page."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pasi.bundle.faces import faces_of
from pasi.bundle.load import Bundle
from pasi.bundle.photo_table import Reading, read_new_visits
from pasi.errors import RunningError, UsageError
from pasi.jobs.file_lock import FileLock
from pasi.review.content import Grading, ReviewContent, Sources
from pasi.review.page_folder import LOCK, new_pictures, open_folder, replace_pictures
from pasi.review.pictures import PictureMaker
from pasi.review.render import write_page
from pasi.review.score_rows import read_score_rows
from pasi.review.trail_check import TrailCheck


@dataclass(frozen=True)
class Request:
    """What a page is made of. maps: a folder of maps, or None. pixels: side of a picture, None for that of a tile."""

    scores: Path
    photos: Path
    reading: Reading
    maps: Path | None = None
    pixels: int | None = None
    grading: Grading = "signs"


def hold_folder(folder: Path, bundle: Path) -> tuple[str, FileLock]:
    """Make or take the folder of a page, which no other call has then; returns the page's name and the lock.

    Raises UsageError where the folder holds other things or lies in the bundle, RunningError where a call has it.
    """
    if folder.resolve().is_relative_to(bundle.resolve()):
        raise UsageError(f"{folder} lies in the bundle, which nothing may be added to: name another --out")
    name = open_folder(folder)
    lock = FileLock(folder / LOCK)
    if not lock.try_acquire():
        raise RunningError(f"another call has the page in {folder}: end it, or name another --out")
    return name, lock


def write_review(
    bundle: Bundle, request: Request, folder: Path, name: str, progress: Callable[[int], None] = lambda done: None
) -> ReviewContent:
    """Write the page and its pictures into `folder`, which `hold_folder` has given with the page's `name`.

    progress: called with the number of visits that are done. Raises InputError with every problem of a table.
    """
    rows = read_score_rows(request.scores, bundle.index)
    preprocess = bundle.scorer.preprocess
    reading = replace(request.reading, without_photos=True)
    photos = read_new_visits(request.photos, bundle.index, preprocess.extra_photos, reading)
    check = TrailCheck.beside(request.scores, bundle.digest)
    tiles = preprocess.tiles if request.pixels is None else replace(preprocess.tiles, size=request.pixels)
    maker = PictureMaker(new_pictures(folder), photos.root, tiles, request.maps)
    subjects = Sources(rows, photos, check, maker, bundle.index.region_names, bundle.digest).subjects(progress)
    content = ReviewContent(
        page=name,
        index=bundle.index,
        learner=bundle.scorer.model.learner,
        digest=bundle.digest,
        judged=bundle.judged,
        reasons=bundle.verdict.reasons,
        grading=request.grading,
        subjects=subjects,
        has_trail=check.trail is not None,
        tile_size=tiles.size,
        faces="" if check.trail is None else faces_of(check.trail, Path(request.scores.name)),
    )
    replace_pictures(folder)
    write_page(content, folder)
    return content
