"""`pasi predict --explain`: where a hand-made learner looks is what its map shows, and files that review reads."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageFilter

from pasi.bundle import explain
from pasi.bundle.explain import Explainer
from pasi.bundle.golden import golden_photos
from pasi.bundle.load import load_bundle
from pasi.bundle.map_files import LOWERS, MapNote, map_name, read_note, region_digest, write_map
from pasi.bundle.occlusion import occlude, strongest, visit_pixels
from pasi.bundle.scoring_graph import ScoringGraph, composite_pixels
from pasi.bundle.visit_photos import NewVisit, SeenPhoto
from pasi.bundle.write import write_bundle
from pasi.commands.main import main
from pasi.errors import UsageError
from pasi.imaging.decode import Tile
from pasi.storage.hashing import value_digest
from small_bundle import make_bundle, make_parts, make_photos, small_checks

CPU = torch.device("cpu")


class Corner(torch.nn.Module):
    """Its score is the mean of the first 16 x 16 pixels."""

    mean = torch.zeros(3)

    def forward(self, pixels):
        return pixels[:, :16, :16].double().mean(dim=(1, 2, 3))

    def by_fold(self, pixels):
        return torch.stack([self(pixels), torch.zeros(len(pixels), dtype=torch.float64)])


class Constant(torch.nn.Module):
    """Its score is always 7."""

    mean = torch.zeros(3)

    def forward(self, pixels):
        return torch.full(pixels.shape[:1], 7.0, dtype=torch.float64)

    def by_fold(self, pixels):
        return self(pixels).repeat(2, 1)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> Path:
    return make_bundle(tmp_path_factory.mktemp("made"))


@pytest.fixture
def photos(tmp_path) -> Path:
    return make_photos(tmp_path / "photos", visits=1)


def score(bundle: Path, photos: Path, *options: str) -> int:
    place = photos.parent.parent
    maps = ("--explain", str(place / "maps"))
    return main(
        ["predict", "--model", str(bundle), "--photos", str(photos), "--out", str(place / "s.csv"), *maps, *options]
    )


def test_a_learner_of_one_corner_gives_a_map_of_that_corner():
    """Patches of 8 pixels, 4 apart: one inside the corner takes a quarter of its mean, 50 of 200 points."""
    pixels, hidden = (torch.full((1, 64, 64, 3), value, dtype=torch.uint8) for value in (200, 0))
    (effects,) = occlude(Corner(), pixels, hidden, CPU)
    assert effects.shape == (64, 64)
    assert effects[0, 0] == effects[8, 8] == pytest.approx(50)
    assert effects[17, 0] == pytest.approx(12.5), "the mean of a patch that is half inside, and of one that is outside"
    assert not effects[20:].any()
    assert not effects[:, 20:].any()


def test_networks_differ_about_the_strongest_place_by_the_spread_of_its_effect():
    """Of two folds one falls by 50 points, the other by none: a mean and a standard deviation of 25."""
    pixels, hidden = (torch.full((2, 64, 64, 3), value, dtype=torch.uint8) for value in (200, 0))
    effects = np.zeros((2, 64, 64))
    effects[0, 5, 5] = effects[1, 60, 60] = 3.0  # the patch around the second place lies outside the corner
    mean, spread = strongest(Corner(), pixels, hidden, effects)
    assert mean.tolist() == [25.0, 0.0]
    assert spread.tolist() == [25.0, 0.0]


def test_the_networks_of_each_fold_give_the_scores_of_the_bundle(bundle):
    scorer = load_bundle(bundle, device="cpu").scorer
    photos = golden_photos(bundle, scorer)
    with torch.inference_mode():
        found = ScoringGraph(scorer).eval().by_fold(composite_pixels(scorer, [photos])).numpy()
    assert found == pytest.approx(scorer.score([photos]).by_fold[:, 0], abs=1e-4)


def test_what_is_hidden_has_the_mean_colour_of_its_photo_and_what_is_no_photo_stays_black(bundle):
    scorer = load_bundle(bundle, device="cpu").scorer
    tile = np.zeros((32, 32, 3), dtype=np.uint8)
    tile[5:26, :16], tile[5:26, 16:] = 100, (200, 100, 0)  # a photo of 60 x 40 fills 21 rows of the tile
    seen = [SeenPhoto(region, 0, "ab", "", Tile(tile, 60, 40)) for region in ("front", "back")]
    pixels, hidden = visit_pixels(scorer, seen)
    assert pixels.shape == hidden.shape == (2, 64, 64, 3)
    assert (hidden[0, 5:26, :32] == torch.tensor([150, 100, 50])).all()
    hidden[:, 5:26, :32] = 0
    assert not hidden.any(), "bars, and the cells without a photo"


def test_a_map_is_red_where_hiding_lowers_the_score_and_says_how_much(tmp_path):
    effects = np.zeros((4, 4))
    effects[0, 0], effects[3, 3] = 2.0, -1.0
    note = MapNote("ab", "cd", 2.0, 0.5)
    write_map(effects, np.full((4, 4, 3), 100, dtype=np.uint8), note, tmp_path / "map.png")
    with Image.open(tmp_path / "map.png") as picture:
        found = np.asarray(picture)
    assert found[0, 0].tolist() == [round(0.3 * 100 + 0.7 * value) for value in LOWERS]
    assert found[3, 3, 2] > 100 > found[3, 3, 0]
    assert found[1, 1].tolist() == [100, 100, 100]
    assert read_note(tmp_path / "map.png") == note
    assert note.is_informative
    assert not MapNote("ab", "cd", 0.5, 0.5).is_informative


@pytest.mark.parametrize("text", [None, "no JSON", '{"bundle": "ab"}', '{"bundle": "", "photos": "", "largest": NaN}'])
def test_a_picture_of_another_maker_has_no_note(text, tmp_path):
    information = explain_text(text)
    Image.new("RGB", (4, 4)).save(tmp_path / "map.png", pnginfo=information)
    assert read_note(tmp_path / "map.png") is None
    assert read_note(tmp_path / "absent.png") is None


def explain_text(text):
    from PIL.PngImagePlugin import PngInfo

    information = PngInfo()
    if text is not None:
        information.add_text("pasi-map", text)
    return information


def test_a_call_writes_the_maps_that_review_reads_and_keeps_those_of_the_same_photos(bundle, photos, capsys):
    assert score(bundle, photos) == 0
    maps = photos.parent.parent / "maps"
    assert sorted(path.name for path in maps.iterdir()) == ["A_V1_back.png", "A_V1_front.png"]
    assert "maps: 2 maps made now, 0 kept" in capsys.readouterr().out
    with Image.open(maps / "A_V1_back.png") as picture:
        assert picture.size == (64, 64), "a composite's"
    kept = (maps / "A_V1_front.png").stat().st_mtime_ns
    Image.fromarray(np.full((40, 60, 3), 90, dtype=np.uint8)).save(photos.parent / "V1_back_1.png")
    assert score(bundle, photos) == 0
    assert "maps: 1 map made now, 1 kept" in capsys.readouterr().out
    assert (maps / "A_V1_front.png").stat().st_mtime_ns == kept


def test_a_constant_learner_says_nothing(bundle, photos, monkeypatch, capsys):
    monkeypatch.setattr(Explainer, "graph", Constant())
    assert score(bundle, photos) == 0
    assert "2 maps made now, 0 kept; 2 of them say nothing" in capsys.readouterr().out
    note = read_note(photos.parent.parent / "maps" / map_name("A", "V1", "front"))
    assert note.largest == 0
    assert not note.is_informative


def test_a_refused_visit_has_no_map(bundle, photos, capsys):
    (photos.parent / "V1_back_1.png").write_bytes(b"")
    assert score(bundle, photos) == 3
    assert "0 maps made now" in capsys.readouterr().out
    assert not (photos.parent.parent / "maps").exists()


def test_maps_rest_on_the_photos_that_the_score_rests_on_and_a_refused_visit_has_none(photos, tmp_path, capsys):
    """With the checks of a training on photos of noise: a blurred one is left out, a purple one refuses its visit."""
    write_bundle(replace(make_parts(tmp_path / "weights"), checks=small_checks()), tmp_path / "bundle")
    front, back = tmp_path / "maps" / "A_V1_front.png", tmp_path / "maps" / "A_V1_back.png"
    with Image.open(photos.parent / "V1_front_2.png") as image:
        blurred = image.filter(ImageFilter.GaussianBlur(3))
    blurred.save(photos.parent / "V1_front_2.png")
    assert score(tmp_path / "bundle", photos) == 0
    with Image.open(front) as picture:
        shown = np.asarray(picture)
    assert shown[8:24, :24].any(), "the first photo"
    assert not shown[8:24, 40:].any(), "the second one, which the score leaves out; patches of the first end before 40"
    with Image.open(photos.parent / "V1_back_1.png") as image:
        purple = np.asarray(image) // 2 * np.array([2, 0, 2], dtype=np.uint8)
    Image.fromarray(purple).save(photos.parent / "V1_back_1.png")
    capsys.readouterr()
    assert score(tmp_path / "bundle", photos) == 3
    assert "0 maps made now, 0 kept; 0 of them say nothing; 2 maps of refused visits removed" in capsys.readouterr().out
    assert not front.exists()
    assert not back.exists()


def test_a_map_of_the_time_before_photos_were_left_out_is_made_anew():
    photos = [["front", 0, "ab"], ["back", 0, "cd"]]
    assert MapNote("bundle", region_digest(photos, "front"), 1, 1).fits("bundle", photos, "front")
    assert not MapNote("bundle", value_digest(photos[:1]), 1, 1).fits("bundle", photos, "front")


@pytest.mark.parametrize("visits", [("A_B", "C", "A", "B_C"), ("A/B", "V1", "A", "V1")], ids=["one name", "a folder"])
def test_visits_that_cannot_name_maps_are_refused(visits):
    listed = [NewVisit(*visits[:2], ()), NewVisit(*visits[2:], ())]
    with pytest.raises(UsageError, match=r"rename subjects or visits, or score without --explain"):
        explain._check_names(listed, ("trunk",))


def test_without_the_extra_it_is_named_before_anything_is_scored(bundle, photos, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "captum.attr", None)
    assert score(bundle, photos) == 2
    assert "needed to explain scores: pip install 'one-step-pasi[explain]'" in capsys.readouterr().err
    assert not (photos.parent.parent / "s.csv").exists()
