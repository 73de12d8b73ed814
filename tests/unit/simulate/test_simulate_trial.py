"""The folder of a trial: exact counts, the same bytes however it is made, and photos as a camera writes them."""

import hashlib
import os
from collections import Counter
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageOps

from pasi.simulate.course import REGIONS, area_score, draw_course, draw_subjects
from pasi.simulate.jpeg import camera_exif, encode, made_from
from pasi.simulate.scene import draw_photo
from pasi.simulate.shot import Shot
from pasi.simulate.trial import draw_lesions, simulate_trial
from pasi.storage.tables import read_table

SIZE = (96, 64)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("trial")
    simulate_trial(folder, subjects=2, photo_size=SIZE, seed=7, processes=1)
    return folder


def test_default_tables_have_the_counts_of_the_paper(tmp_path):
    simulate_trial(tmp_path, tables_only=True)
    photos, scores = read_table(tmp_path / "photos.csv"), read_table(tmp_path / "scores.csv")
    assert sorted(contents(tmp_path)) == ["photos.csv", "scores.csv"]
    assert list(photos) == ["subject", "visit", "region", "photo"]
    assert len(photos["photo"]) == len(set(photos["photo"])) == 2704
    assert len(scores["region"]) == 1014
    assert len(set(zip(scores["subject"], scores["visit"], strict=True))) == 338
    assert len(set(scores["subject"])) == 60
    assert Counter(photos["region"]) == {"upper": 4 * 338, "trunk": 2 * 338, "lower": 2 * 338}


def test_the_tables_of_the_default_design_have_the_bytes_of_0_2_0(tmp_path):
    """Arms and raters are off by default, and were added later than runs that people have."""
    simulate_trial(tmp_path, seed=3, tables_only=True)
    digests = {name: hashlib.sha256(content).hexdigest()[:16] for name, content in contents(tmp_path).items()}
    assert digests == {"photos.csv": "6929a7416fb50416", "scores.csv": "6bbb1b57849baef9"}


def test_scores_have_every_column(small):
    scores = read_table(small / "scores.csv")
    signs = ["erythema", "induration", "desquamation", "area"]
    assert list(scores) == ["subject", "visit", "week", "region", *signs, "arm", "sex", "age", "site", "skin_type"]
    assert set(scores["region"]) == {region.name for region in REGIONS}
    assert scores["week"][0] == 0
    assert scores["week"].max() == 16


def test_every_photo_of_the_table_is_there_and_no_other(small):
    photos = read_table(small / "photos.csv")["photo"]
    assert {path for path in contents(small) if path.endswith(".jpg")} == set(photos)


def test_bytes_depend_on_neither_processes_nor_what_was_there(small, tmp_path):
    simulate_trial(tmp_path, subjects=2, photo_size=SIZE, seed=8, processes=1)  # another trial lies there already
    cut = tmp_path / "photos/S001/V1/upper_1.jpg"
    cut.write_bytes((small / "photos/S001/V1/upper_1.jpg").read_bytes()[:-100])
    (tmp_path / "photos/S001/V1/upper_2.jpg").write_bytes(b"no photo")
    simulate_trial(tmp_path, subjects=2, photo_size=SIZE, seed=7, processes=2)
    ours = contents(tmp_path)
    assert {path: ours[path] for path in contents(small)} == contents(small)


def test_whole_photos_are_kept_and_missing_ones_made(small):
    photos = [path for path in contents(small) if path.endswith(".jpg")]
    for path in photos:
        os.utime(small / path, (1, 1))
    (small / "photos/S002/V1/trunk_1.jpg").unlink()
    finished = []
    simulate_trial(small, subjects=2, photo_size=SIZE, seed=7, processes=1, progress=finished.append)
    assert [path for path in photos if (small / path).stat().st_mtime != 1] == ["photos/S002/V1/trunk_1.jpg"]
    assert finished == list(range(1, len(photos) + 1))


def test_photos_carry_the_exif_of_the_camera(small):
    orientations = Counter()
    for path in small.rglob("*.jpg"):
        with Image.open(path) as image:
            exif = image.getexif()
            assert image.size == SIZE  # as the sensor saw it, portrait ones too
            assert exif[ExifTags.Base.Model] == "NIKON D5100"
            upright = ImageOps.exif_transpose(image)
        orientation = exif[ExifTags.Base.Orientation]
        assert upright.size == (SIZE if orientation == 1 else SIZE[::-1])
        orientations[orientation] += 1
    assert set(orientations) == {1, 6, 8}


@pytest.mark.parametrize("orientation", [1, 6, 8])
def test_a_stored_photo_turned_by_its_tag_is_the_drawing(orientation, tmp_path):
    pixels = np.zeros((64, 96, 3), np.uint8)
    pixels[:32, :48] = (200, 40, 40)  # top left
    if orientation != 1:
        pixels = np.ascontiguousarray(pixels.transpose(1, 0, 2))  # 96 high, 64 wide
    exif = camera_exif((96, 64), orientation=orientation, taken=datetime(2024, 1, 8), recipe="ab" * 16)
    path = tmp_path / "photo.jpg"
    path.write_bytes(encode(pixels, (96, 64), exif=exif, rng=np.random.default_rng(0)))
    with Image.open(path) as image:
        assert image.size == (96, 64)
        turned = np.asarray(ImageOps.exif_transpose(image), dtype=float)
    assert turned.shape == pixels.shape
    assert np.abs(turned - pixels).mean() < 6
    assert made_from(path) == "ab" * 16


def test_area_drawn_over_a_region_is_the_area_scored():
    checked = 0
    for person in draw_subjects(3, seed=2):
        course = draw_course(person, 2)
        for visit in person.visits[::2]:
            for i, region in enumerate(REGIONS):
                covered = skin = 0
                for slot, lesions in enumerate(draw_lesions(person, course, visit, i, seed=2)):
                    shot = Shot(
                        2, person.number, person.skin_type, person.sex == "male", visit, region.name, slot, lesions
                    )
                    drawing = draw_photo(shot, 300, 200)
                    covered, skin = covered + drawing.plaques.sum(), skin + drawing.skin.sum()
                assert area_score(100 * covered / skin) == course[visit][i].area
                checked += 1
    assert checked >= 27


def test_severity_is_drawn_near_its_grade_and_the_same_in_all_photos_of_a_region():
    person = draw_subjects(1, seed=4)[0]
    course = draw_course(person, 4)
    for i, score in enumerate(course[0]):
        photos = draw_lesions(person, course, 0, i, seed=4)
        assert len(photos) == REGIONS[i].photos
        for lesions in photos:
            signs = (lesions.erythema, lesions.induration, lesions.desquamation)
            assert np.rint(signs).tolist() == list(score.signs)
            assert signs == (photos[0].erythema, photos[0].induration, photos[0].desquamation)


@pytest.mark.parametrize("wrong", [{"subjects": 0}, {"photo_size": (64, 96)}, {"photo_size": (8, 8)}, {"seed": -1}])
def test_what_makes_no_trial_is_refused(wrong, tmp_path):
    with pytest.raises(ValueError, match=r"cannot make a trial of .* expected at least one subject, the long"):
        simulate_trial(tmp_path, **wrong, tables_only=True)
