"""Which paths of photos.csv are followed; test_cohort_photos.py tells what is said of a whole table."""

import os

import pytest

from pasi.errors import PhotoError
from pasi.imaging.photo_paths import resolve_photo


def test_good_paths_are_resolved(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.jpg").touch()
    (tmp_path / "2.jpg").symlink_to("a/1.jpg")
    assert resolve_photo(tmp_path, "a/1.jpg") == tmp_path.resolve() / "a" / "1.jpg"
    assert resolve_photo(tmp_path, "2.jpg") == tmp_path.resolve() / "a" / "1.jpg"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", r"has a path at fault \(expected the path of a photo\): see what pasi check says of this line"),
        ("a\0.jpg", r"expected a path without control characters"),
        ("a\\b.jpg", r"expected a path with /\): see what pasi check"),
        ("https://example.org/a.jpg", "no URL"),
        ("../a.jpg", "a path that stays in its folder"),
        ("a/../../b.jpg", "a path that stays in its folder"),
        ("/etc/passwd", "a path from cohort.photos_root on"),
        ("later/3.jpg", r"cannot be opened \(no such file or directory\)"),
        ("out.jpg", "lies elsewhere by a link"),
        ("beside/1.jpg", "lies elsewhere by a link"),
        ("circle", r"cannot be opened \(too many levels of symbolic links\)|lies elsewhere"),
        ("folder", "is no regular file"),
        ("pipe", "is no regular file"),
        ("device", "lies elsewhere by a link"),
        ("x" * 5000, r"cannot be opened \(file name too long\)"),
    ],
)
def test_paths_that_leave_the_folder_or_name_no_file_are_refused(tmp_path, path, words):
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (tmp_path / "rootbeside").mkdir()  # its name starts as that of the root does
    (tmp_path / "rootbeside" / "1.jpg").touch()
    (root / "out.jpg").symlink_to(tmp_path / "rootbeside" / "1.jpg")
    (root / "beside").symlink_to(tmp_path / "rootbeside")
    (root / "circle").symlink_to("circle")
    (root / "device").symlink_to("/dev/zero")
    os.mkfifo(root / "pipe")
    with pytest.raises(PhotoError, match=words):
        resolve_photo(root, path)
