"""Which paths of photos.csv are accepted; test_cohort_photos.py tests the messages for a whole table."""

import os
import posixpath

import pytest

from pasi.errors import PhotoError
from pasi.imaging.photo_paths import PLAIN, resolve_photo


def test_good_paths_are_resolved(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.jpg").touch()
    (tmp_path / "2.jpg").symlink_to("a/1.jpg")
    assert resolve_photo(tmp_path, "a/1.jpg") == tmp_path.resolve() / "a" / "1.jpg"
    (tmp_path / "9.41\u202fAM.jpg").touch()
    assert resolve_photo(tmp_path, "9.41\u202fAM.jpg") == tmp_path.resolve() / "9.41\u202fAM.jpg"
    assert resolve_photo(tmp_path, "2.jpg") == tmp_path.resolve() / "a" / "1.jpg"


@pytest.mark.parametrize("part", [".", "..", "'a'", "a\\b", "\x07", "\u2028", "c:", "", " a", "a\u202fb", "~"])
def test_a_plain_path_has_no_fault(part):
    """What is passed over as plain is what the one rule finds nothing in."""
    for path in (part, f"a/{part}", f"{part}/a.jpg", f"a/{part}/a.jpg"):
        if PLAIN.fullmatch(path):
            assert path == posixpath.normpath(path)
            assert not any(sign in path for sign in "\\\x07\u2028:'")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", r"has an unusable path \(expected the path of a photo\): see what pasi check says of this line"),
        ("a\0.jpg", r"expected a path without control characters"),
        ("a\\b.jpg", r"expected a path with /\): see what pasi check"),
        ("https://example.org/a.jpg", "no URL"),
        ("../a.jpg", "a path that stays in its folder"),
        ("a/../../b.jpg", "a path that stays in its folder"),
        ("/etc/passwd", "a path relative to cohort.photos_root"),
        ("later/3.jpg", r"cannot be opened \(no such file or directory\)"),
        ("out.jpg", "leads out of the folder"),
        ("beside/1.jpg", "leads out of the folder"),
        ("circle", r"cannot be opened \(too many levels of symbolic links\)|leads out of the folder"),
        ("folder", "is no regular file"),
        ("pipe", "is no regular file"),
        ("device", "leads out of the folder"),
        ("annex.jpg", "is a link of git-annex to a photo that is not here"),
        ("x" * 5000, r"cannot be opened \(file name too long\)"),
    ],
)
def test_paths_that_leave_the_folder_or_name_no_file_are_refused(tmp_path, path, words):
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (tmp_path / "rootbeside").mkdir()  # its name begins with that of the root
    (tmp_path / "rootbeside" / "1.jpg").touch()
    (root / "out.jpg").symlink_to(tmp_path / "rootbeside" / "1.jpg")
    (root / "beside").symlink_to(tmp_path / "rootbeside")
    (root / "circle").symlink_to("circle")
    (root / "annex.jpg").symlink_to("../.git/annex/objects/Zk/9f/SHA256E-s12--ab.jpg/SHA256E-s12--ab.jpg")
    (root / "device").symlink_to("/dev/zero")
    os.mkfifo(root / "pipe")
    with pytest.raises(PhotoError, match=words):
        resolve_photo(root, path)
