"""A page of review made without a bundle: two subjects, photos that are whole, damaged and missing."""

from pathlib import Path

from pasi.bundle.photo_table import Reading, read_new_visits
from pasi.imaging.settings import TileSettings
from pasi.review.content import Grading, ReviewContent, Sources
from pasi.review.page_folder import new_pictures, open_folder, replace_pictures
from pasi.review.pictures import PictureMaker
from pasi.review.render import write_page
from pasi.review.score_rows import ScoredVisit
from pasi.review.trail_check import TrailCheck
from small_bundle import INDEX, make_photos

ATTACK = "<script>document.title=1</script>"
FIRST = {"score": 10.31, "low_90": 6.42, "high_90": 14.23, "spread": 1.17, "composite_front": 12.34}
SECOND = {"score": 5.52, "low_90": 3.63, "high_90": 8.74, "change": -4.79, "improvement": 46.0, "response_50": 0.0}
ROWS = (
    ScoredVisit("A", "V1", "ok", (), "V1", FIRST | {"redness_front": 2.81}),
    ScoredVisit("A", "V2", "degraded", ("front: photo 1 is damaged", f"an {ATTACK}"), "V1", SECOND),
    ScoredVisit("A", "V3", "refused", ("back: no usable photo",), "V1", {"score": 9.99}),
    ScoredVisit(ATTACK, "V1", "ok", (), "", {"score": 1.11}),
)


JUDGED = "The report of its run says: do not use.", ("It is not shown to be better.", "It has 4 of 11 subjects.")


def make_page(folder: Path, grading: Grading = "signs", name: str = "page") -> tuple[Path, ReviewContent]:
    """Write a page into `folder`/`name`; A's first photo at V2 is cut short, and its back at V3 is not there.

    The last subject, whose name is markup, is in the table of scores alone.
    """
    table = make_photos(folder / "photos")
    cut = folder / "photos" / "V2_front_1.png"
    cut.write_bytes(cut.read_bytes()[:200])
    (folder / "photos" / "V3_back_1.png").unlink(missing_ok=True)
    place = folder / name
    page = open_folder(place)
    photos = read_new_visits(table, INDEX, "error", Reading(without_photos=True))
    maker = PictureMaker(new_pictures(place), photos.root, TileSettings(32, "letterbox"))
    subjects = Sources(ROWS, photos, TrailCheck(None), maker, INDEX.region_names, "ab" * 32).subjects()
    content = ReviewContent(page, INDEX, "mean", "ab" * 32, *JUDGED, grading, subjects, False, 32)
    replace_pictures(place)
    write_page(content, place)
    return place, content
