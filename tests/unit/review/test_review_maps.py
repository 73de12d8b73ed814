"""Maps on the page: what they say, and that a map of other photos is not shown."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from pasi.bundle.map_files import MapNote, region_digest, write_map
from pasi.imaging.settings import TileSettings
from pasi.review.maps import NOT_OF_SCORE, OF_REFUSED, OTHER_PHOTOS, UNKNOWN, MapSource, caption, maps_text
from pasi.review.pictures import PictureMaker
from pasi.review.score_rows import ScoredVisit

ROW = ScoredVisit("A", "V1", "ok", (), "", {"score": 3.0})
PHOTOS = [["front", 0, "ab"], ["back", 0, "cd"]]


@pytest.fixture
def source(tmp_path) -> MapSource:
    for name in ("page", "maps"):
        (tmp_path / name).mkdir()
    maker = PictureMaker(tmp_path / "page", tmp_path, TileSettings(32, "letterbox"), tmp_path / "maps")
    return MapSource(maker, ("front", "back"), "bundle")


def make_map(source: MapSource, bundle: str = "bundle", largest: float = 3.14, spread: float = 1.0) -> None:
    note = MapNote(bundle, region_digest(PHOTOS, "front"), largest, spread)
    path = source.maker.maps / "A_V1_front.png"
    write_map(np.zeros((64, 64)), np.zeros((64, 64, 3), dtype=np.uint8), note, path)


def test_a_map_says_how_much_hiding_a_place_changes(source):
    make_map(source)
    found = source.maps(0, ROW, PHOTOS)
    assert set(found) == {"front"}
    assert found["front"].picture.name == "v0-r0-map.jpg"
    assert found["front"].caption.startswith("Hiding a red place lowers the composite")
    assert "the strongest by 3.1 points, and the networks differ about that by 1.0." in found["front"].caption


def test_a_map_that_says_nothing_says_so(source):
    make_map(source, largest=0.42)
    assert source.maps(0, ROW, PHOTOS)["front"].caption.startswith(
        "The map says nothing: hiding its strongest place changes the composite by 0.4 points"
    )


@pytest.mark.parametrize(("bundle", "photos"), [("other", PHOTOS), ("bundle", [["front", 0, "ef"]]), ("bundle", [])])
def test_a_map_by_another_bundle_or_of_other_photos_is_not_shown(source, bundle, photos):
    make_map(source, bundle)
    found = source.maps(0, ROW, photos)["front"]
    assert (found.picture.name, found.picture.fault, found.caption) == ("", OTHER_PHOTOS, "")


@pytest.mark.parametrize(("status", "is_scored", "fault"), [("refused", True, OF_REFUSED), ("ok", False, NOT_OF_SCORE)])
@pytest.mark.parametrize("of_another_maker", [False, True])
def test_a_map_is_shown_only_beside_the_score_that_it_explains(source, status, is_scored, fault, of_another_maker):
    make_map(source)
    if of_another_maker:
        Image.new("RGB", (64, 64)).save(source.maker.maps / "A_V1_front.png")
    found = source.maps(0, replace(ROW, status=status), PHOTOS, is_scored=is_scored)["front"]
    assert (found.picture.name, found.picture.fault, found.caption) == ("", fault, "")
    assert not list(source.maker.folder.iterdir()), "no picture of it is written"


def test_a_map_of_another_maker_is_shown_without_numbers(source):
    Image.new("RGB", (64, 64)).save(source.maker.maps / "A_V1_back.png")
    assert source.maps(0, ROW, PHOTOS)["back"].caption == UNKNOWN == caption(None)


def test_maps_that_are_not_shown_are_counted_with_the_reason(source):
    make_map(source)
    shown = source.maps(0, ROW, PHOTOS)
    assert maps_text([shown, {}]) == ""
    refused, other = source.maps(0, replace(ROW, status="refused"), PHOTOS), source.maps(0, ROW, [])
    text = maps_text([shown, refused, other, other])
    assert text == f"1 map shown, 3 not: 2 {OTHER_PHOTOS}; 1 {OF_REFUSED}"


def test_a_map_that_is_no_picture_says_why(source):
    (source.maker.maps / "A_V1_back.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    found = source.maps(0, ROW, PHOTOS)["back"]
    assert (found.picture.name, found.caption) == ("", "")
    assert found.picture.fault
