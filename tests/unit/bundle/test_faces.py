"""`pasi predict --faces`: which photos it lists, what it says where it found none, and what it looks at again."""

import csv
import io
import json
import shutil
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from PIL import Image

from pasi.bundle import face_detector, faces
from pasi.bundle.audit_trail import AuditTrail
from pasi.bundle.face_detector import FaceDetector
from pasi.bundle.faces import Faces, faces_of, faces_text
from pasi.bundle.photo_table import Reading, read_new_visits
from pasi.bundle.predict import hold_trail, trail_of
from pasi.commands.main import main
from pasi.errors import PhotoError, RunningError
from pasi.imaging.decode import make_tile
from small_bundle import INDEX, make_bundle, make_photos, score

# A portrait of Rear Admiral Grace Hopper, by the US Navy, in the public domain; matplotlib brings it as sample data.
PORTRAIT = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> Path:
    return make_bundle(tmp_path_factory.mktemp("made"))


@pytest.fixture
def photos(tmp_path) -> Path:
    return make_photos(tmp_path / "photos")


def show_face(photos: Path, name: str) -> None:
    """Put the portrait in the place of a photo."""
    shutil.copyfile(PORTRAIT, photos.parent / name)


class Portraits(FaceDetector):
    """Finds the portrait alone, at once."""

    name = "a quick one"

    def has_face(self, photo: bytes) -> bool:
        make_tile(photo, size=8, fit="letterbox")
        return photo == PORTRAIT.read_bytes()


def look(photos: Path) -> Faces:
    """List the faces without scoring, and without OpenCV."""
    visits = read_new_visits(photos, INDEX, "error", Reading())
    return faces.list_faces(visits, photos.parent.parent / "scores.csv", "a bundle", Portraits())


def listed(photos: Path) -> list[tuple[str, ...]]:
    with (photos.parent.parent / "scores.faces.csv").open() as file:
        header, *rows = csv.reader(file)
    assert header == ["subject", "visit", "region", "photo"]
    return [tuple(row) for row in rows]


def events(photos: Path, event: str) -> list[dict]:
    lines = (photos.parent.parent / "scores.audit.jsonl").read_text().splitlines()
    return [line for line in map(json.loads, lines) if line["event"] == event]


class TestDetector:
    def test_a_face_is_found_and_noise_is_none(self, photos):
        detector = FaceDetector()
        assert detector.has_face(PORTRAIT.read_bytes())
        assert not detector.has_face((photos.parent / "V1_front_1.png").read_bytes())

    def test_a_face_is_looked_for_from_both_sides(self, monkeypatch):
        """With two finds enough, the cascade of the side finds the portrait in one of the two directions alone."""
        monkeypatch.setitem(face_detector.NEIGHBOURS, face_detector.SIDE_VIEW, 2)
        monkeypatch.setattr(face_detector, "FRONT", face_detector.SIDE_VIEW)
        with Image.open(PORTRAIT) as picture:
            turned = encoded(picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
        assert FaceDetector().has_face(PORTRAIT.read_bytes())
        assert FaceDetector().has_face(turned)

    def test_what_is_no_photo_is_an_error_and_not_a_no(self):
        with pytest.raises(PhotoError, match="is damaged"):
            FaceDetector().has_face(PORTRAIT.read_bytes()[:-2000])

    def test_its_name_has_the_version_of_opencv(self):
        import cv2

        assert FaceDetector().name == f"OpenCV {cv2.__version__} (frontalface_alt, profileface)"


def encoded(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def test_photos_with_a_face_are_listed_and_scored_all_the_same(bundle, photos, capsys):
    show_face(photos, "V1_front_2.png")
    show_face(photos, "V3_back_1.png")
    assert score(bundle, photos, "--faces") == 0
    assert listed(photos) == [("A", "V1", "front", "V1_front_2.png"), ("A", "V3", "back", "V3_back_1.png")]
    printed = capsys.readouterr().out
    assert "3 visits: 3 ok, 0 degraded, 0 refused" in printed
    found = f"2 photos of 2 visits listed in {photos.parent.parent}/scores.faces.csv, found by {FaceDetector().name}"
    assert f"faces: {found}, which misses some\n" in printed
    review = ["review", "--model", str(bundle), "--scores", str(photos.parent.parent / "scores.csv")]
    assert main([*review, "--photos", str(photos), "--out", str(photos.parent.parent / "review")]) == 0
    page = (photos.parent.parent / "review" / "index.html").read_text()
    assert "Faces on the photos: 2 photos of 2 visits listed in scores.faces.csv, found by OpenCV" in page


def test_visits_that_were_scored_without_it_are_looked_at_and_not_scored_again(bundle, photos, capsys):
    show_face(photos, "V1_front_1.png")
    score(bundle, photos)
    assert not (photos.parent.parent / "scores.faces.csv").exists()
    score(bundle, photos, "--faces")
    assert "0 scored now" in capsys.readouterr().out
    assert len(listed(photos)) == 1
    assert len(events(photos, "result")) == 3


def test_the_trail_has_the_count_and_the_detector_and_no_path(photos):
    show_face(photos, "V1_front_2.png")
    look(photos)
    (total,) = events(photos, "face_list")
    assert (total["photos"], total["visits"], total["unopened"]) == (1, 1, 0)
    looked = events(photos, "faces")
    assert {line["detector"] for line in [total, *looked]} == {"a quick one"}
    assert [line["found"] for line in looked] == [[["front", 1]], [], []]
    assert "V1_front_2" not in (photos.parent.parent / "scores.audit.jsonl").read_text()


def test_that_there_are_none_is_never_said(photos):
    (photos.parent / "V2_front_1.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    found = look(photos)
    assert found == Faces(0, 0, 1)
    assert (
        faces_text(found, "X 1", Path("s.csv")) == "none found by X 1, which misses some; 1 photo could not be opened"
    )
    assert listed(photos) == []


def test_only_what_is_new_is_looked_at_and_earlier_visits_stay_listed(photos, monkeypatch):
    show_face(photos, "V1_front_1.png")
    rows = photos.read_text().splitlines()
    photos.write_text("\n".join(rows[:4]) + "\n")  # the first visit alone
    look(photos)
    photos.write_text("\n".join(rows) + "\n")
    show_face(photos, "V3_front_1.png")
    looked = []
    monkeypatch.setattr(faces, "_look", counting(faces._look, looked))
    assert look(photos) == Faces(2, 2, 0)
    assert looked == ["V2", "V3"]
    assert [row[1] for row in listed(photos)] == ["V1", "V3"]
    show_face(photos, "V2_back_1.png")
    look(photos)
    assert looked == ["V2", "V3", "V2"]
    assert [row[1] for row in listed(photos)] == ["V1", "V2", "V3"]


def test_results_that_were_added_after_a_list_are_not_covered_by_it(photos):
    out = photos.parent.parent / "scores.csv"
    look(photos)
    trail = AuditTrail(trail_of(out), "a bundle")
    assert faces_of(trail, out) == "none found by a quick one, which misses some"
    result = {"subject": "B", "visit": "1", "photos": [], "status": "ok", "reasons": [], "used": 0, "scores": None}
    trail.append("result", [result])
    assert faces_of(trail, out) == ""


def counting(look, looked: list[str]):
    def count(visit, *arguments):
        looked.append(visit.visit)
        return look(visit, *arguments)

    return count


def test_another_detector_looks_at_everything_again(photos, monkeypatch):
    look(photos)
    monkeypatch.setattr(Portraits, "name", "a newer one")
    look(photos)
    assert [line["detector"] for line in events(photos, "faces")][3:] == ["a newer one"] * 3


def test_a_path_that_begins_like_a_formula_is_listed_as_one_that_does_not(photos):
    show_face(photos, "=1+1.png")
    photos.write_text(photos.read_text().replace("V1_back_1.png", "=1+1.png"))
    look(photos)
    assert [row[3] for row in listed(photos)] == ["./=1+1.png"]


@pytest.mark.parametrize("lacking", ["the extra", "the cascades of an OpenCV 5"])
def test_without_the_extra_the_call_is_refused_before_it_scores(bundle, photos, monkeypatch, capsys, lacking):
    if lacking == "the extra":
        monkeypatch.setitem(sys.modules, "cv2", None)
    else:
        monkeypatch.delattr("cv2.CascadeClassifier")
    assert score(bundle, photos, "--faces") == 2
    assert "cv2 is needed to look for faces: pip install 'one-step-pasi[faces]'" in capsys.readouterr().err
    assert not (photos.parent.parent / "scores.csv").exists()


def test_while_another_call_writes_the_trail_nothing_is_listed(photos):
    with (
        hold_trail(photos.parent.parent / "scores.csv"),
        pytest.raises(RunningError, match=r"another call writes .*scores"),
    ):
        look(photos)


def test_noise_of_many_sizes_is_decoded_and_searched():
    """A photo of 16 pixels a side, and one of the narrowest shape that is accepted."""
    for size in ((16, 16), (16 * 16, 16), (16, 16 * 16)):
        noise = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
        assert not FaceDetector().has_face(encoded(Image.fromarray(noise)))
