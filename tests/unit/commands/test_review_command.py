"""`pasi review` with a bundle: the page of what `pasi predict` has scored, what the audit trail says, exit codes."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from pasi.commands.main import main
from pasi.jobs.file_lock import FileLock
from pasi.review.server import ReviewServer
from pasi.review.trail_check import NO_TRAIL, OTHER_PHOTOS, OTHER_ROW
from small_bundle import NAME, VERDICT, make_bundle, make_photos


@pytest.fixture(scope="module")
def scored(tmp_path_factory) -> Path:
    """A folder with a bundle, photos and the scores that the bundle has given them."""
    folder = tmp_path_factory.mktemp("scored")
    bundle = make_bundle(folder, ("redness", "area"))
    photos = make_photos(folder / "photos")
    (folder / "photos" / "V3_back_1.png").write_bytes(b"\x89PNG")
    call = ["predict", "--model", str(bundle), "--photos", str(photos), "--out", str(folder / "scores.csv")]
    assert main(call) == 3
    return folder


@pytest.fixture
def folder(scored, tmp_path) -> Path:
    """A copy of it, whose bundle is the same."""
    shutil.copytree(scored, tmp_path / "own", ignore=shutil.ignore_patterns("bundle", "weights"))
    (tmp_path / "own" / "bundle").symlink_to(scored / "bundle")
    return tmp_path / "own"


def review(folder: Path, *options: str) -> int:
    tables = ["--scores", str(folder / "scores.csv"), "--photos", str(folder / "photos" / "photos.csv")]
    out = [] if "--out" in options else ["--out", str(folder / "page")]
    return main(["review", "--model", str(folder / "bundle"), *tables, *out, *options])


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_call_writes_a_page_and_nothing_outside_its_folder(folder, capsys):
    before = names(folder)
    assert review(folder) == 0
    assert "index.html: 3 visits of 1 subject" in capsys.readouterr().out
    written = names(folder) - before
    pictures = {name for name in written if name.startswith("page/photos/")}
    assert len(pictures) == 8
    assert written - pictures == {"page/index.html", "page/review.json", "page/review.lock"}
    page = (folder / "page" / "index.html").read_text()
    assert "week 2" in page
    assert "back: no usable photo" in page
    assert OTHER_PHOTOS not in page
    assert OTHER_ROW not in page
    assert NO_TRAIL not in page
    assert f"<strong>{VERDICT.of(NAME)}</strong> {VERDICT.reasons[0]}</summary>" in page


def test_photos_and_rows_that_are_not_those_of_the_audit_trail_are_told(folder, capsys):
    Image.new("RGB", (60, 40), "red").save(folder / "photos" / "V1_front_1.png")
    head, first, second, third = (folder / "scores.csv").read_text().splitlines()
    cells = second.split(",")
    cells[5] = "23.5"
    (folder / "scores.csv").write_text("\n".join([head, first, ",".join(cells), third]) + "\n")
    capsys.readouterr()
    assert review(folder) == 0
    assert "2 visits marked on the page: not as the audit trail" in capsys.readouterr().out
    page = (folder / "page" / "index.html").read_text()
    assert page.count(OTHER_PHOTOS) == 1
    assert page.count(OTHER_ROW) == 1
    (folder / "scores.audit.jsonl").unlink()
    assert review(folder) == 0
    assert NO_TRAIL in (folder / "page" / "index.html").read_text()


def test_maps_and_larger_pictures_are_shown_from_the_given_folder_alone(folder):
    maps = folder / "maps"
    maps.mkdir()
    Image.new("RGB", (64, 64), "blue").save(maps / "A_V1_front.png")
    (maps / "A_V1_back.png").symlink_to(folder / "photos" / "V1_back_1.png")
    assert review(folder, "--maps", str(maps), "--pixels", "48") == 0
    with Image.open(folder / "page" / "photos" / "v0-r0-p0.jpg") as picture:
        assert picture.size == (48, 48)
    page = (folder / "page" / "index.html").read_text()
    assert 'src="photos/v0-r0-map.jpg"' in page
    assert "leads out of the folder by a symbolic link" in page
    assert not (folder / "page" / "photos" / "v0-r1-map.jpg").exists()


def test_the_served_page_ends_with_ctrl_c(folder, capsys, monkeypatch):
    def stop(server: ReviewServer) -> None:
        assert server.server_address[0] == "127.0.0.1"
        raise KeyboardInterrupt

    monkeypatch.setattr(ReviewServer, "serve_forever", stop)
    assert review(folder, "--serve") == 0
    printed = capsys.readouterr().out
    assert "http://127.0.0.1:" in printed
    assert "grades.csv. End with Ctrl-C.\n\nended\n" in printed


def test_what_cannot_be_used_ends_with_its_code(folder, capsys):
    assert review(folder, "--out", str(folder / "photos")) == 2
    assert "photos holds other things than a page of review" in capsys.readouterr().err
    assert review(folder, "--out", str(folder / "bundle" / "page")) == 2
    assert "lies in the bundle" in capsys.readouterr().err
    assert review(folder) == 0
    with FileLock(folder / "page" / "review.lock"):
        assert review(folder) == 5
    assert "another call has the page in" in capsys.readouterr().err
    (folder / "bundle").unlink()
    assert review(folder) == 4
    assert "is no folder: name the folder that" in capsys.readouterr().err
