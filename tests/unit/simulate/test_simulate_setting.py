"""A second camera and a second site: what they change in a photo, and what they leave alone."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pasi.commands.main import main
from pasi.simulate.scene import draw_photo
from pasi.simulate.setting import CAMERAS, DEFAULT_SETTING, SITES, Setting
from pasi.simulate.shot import Lesions, Shot

SHOT = Shot(3, 0, "II", True, 0, "trunk", 0, Lesions(3, 2, 2, 30, 30))


def drawn(camera: str, site: str):
    return draw_photo(SHOT, 120, 80, Setting(CAMERAS[camera], SITES[site]))


def test_the_first_of_each_is_the_default():
    assert Setting(CAMERAS["first"], SITES["first"]) == DEFAULT_SETTING
    assert np.array_equal(drawn("first", "first").pixels, draw_photo(SHOT, 120, 80).pixels)


def test_another_camera_shows_the_same_scene_in_other_colours():
    first, second = drawn("first", "first"), drawn("second", "first")
    assert np.array_equal(first.plaques, second.plaques)
    means = [own.pixels[own.skin].mean(axis=0) for own in (first, second)]
    assert np.abs(means[1] - means[0]).max() > 5


def test_another_site_shows_less_of_skin_of_which_the_same_share_is_ill():
    first, second = drawn("first", "first"), drawn("first", "second")
    assert second.skin.mean() < 0.85 * first.skin.mean()
    shares = [own.plaques.sum() / own.skin.sum() for own in (first, second)]
    assert shares[1] == pytest.approx(shares[0], abs=0.002)
    assert second.pixels[second.skin].mean() < first.pixels[first.skin].mean(), "it is darker there"


def photo(folder: Path) -> Path:
    return folder / "photos/S001/V1/upper_1.jpg"


def test_the_command_makes_the_same_trial_with_other_photos(tmp_path, capsys):
    options = ["--subjects", "1", "--photo-size", "48x32", "--processes", "1"]
    for name in ("first", "second"):
        call = ["simulate", "--out", str(tmp_path / name), *options, "--camera", name, "--site", name]
        assert main(call) in (0, None)
    tables = [(tmp_path / name / "scores.csv").read_bytes() for name in ("first", "second")]
    assert tables[0] == tables[1]
    assert photo(tmp_path / "first").read_bytes() != photo(tmp_path / "second").read_bytes()
    with Image.open(photo(tmp_path / "second")) as image:
        assert image.getexif()[0x0110] == "Phone 2"
    before = photo(tmp_path / "second").stat().st_mtime_ns
    main(["simulate", "--out", str(tmp_path / "second"), *options, "--camera", "second", "--site", "second"])
    assert photo(tmp_path / "second").stat().st_mtime_ns == before, "it was made from this recipe"
    with pytest.raises(SystemExit):
        main(["simulate", "--camera", "third"])
