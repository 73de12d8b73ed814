"""What lies under the name of a photo and is none: the message names it, and the fix is the one for it."""

import io
import json
import plistlib
import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from pasi.errors import REEXPORT, PhotoError, UnreadablePhotoError
from pasi.imaging.file_kinds import other_kind
from pasi.imaging.photo_files import check_whole
from photo_bytes import encode, noise

JPEG = encode(noise(32, 24), "JPEG")
PNG = encode(noise(32, 24))


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.jpg", JPEG)
    return buffer.getvalue()


def as_text(data: bytes, encoding: str = "utf-8") -> bytes:
    return data.decode(encoding, errors="replace").encode("utf-8")


KINDS = [
    (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "a Git LFS pointer", "git lfs pull"),
    (b"/annex/objects/SHA256E-s1--a.jpg\n", "a git-annex pointer", "git annex get"),
    (b"../../.git/annex/objects/1k/9Z/MD5E-s5--b/MD5E-s5--b.jpg", "a git-annex pointer", "git annex get"),
    (b"\n\n<!DOCTYPE html><title>Sign in</title>", "a web page", "download again"),
    (b"\xef\xbb\xbf<HTML lang=en>", "a web page", "download again"),
    (b"<!-- cached --><html></html>", "a web page", "download again"),
    (b"{\\rtf1\\ansi A photo}", "RTF", "re-export"),
    (json.dumps({"error": "token expired"}).encode(), "JSON", "download again"),
    (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "XML", "download again"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG", "export it as PNG"),
    (b"Foto fehlt, siehe Anhang: bitte nachreichen\r\n", "text", "copy the photo itself"),
    ("../elsewhere/a.jpg".encode("utf-16"), "text", "copy the photo itself"),
    (b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        ", "an AppleDouble file", "drop the row"),
    (b"\0\0\0\x01Bud1\0\0\x10\0", "a .DS_Store file", "drop the row"),
    (
        plistlib.dumps({"NSURLNameKey": "a.jpg"}, fmt=plistlib.FMT_BINARY),
        "a property list",
        "let iCloud keep it",
    ),
    (b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0", "a Windows shortcut", "copy the photo itself"),
    (b"[InternetShortcut]\r\nURL=https://example.org/a.jpg\r\n", "an Internet shortcut", "download the photo"),
    (b"XSym\n0012\n0123456789abcdef\n../a/b.jpg\n", "a symbolic link", "copy the photo itself"),
    (zipped(), "a ZIP archive", "unpack it"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), "an Office document or a Thumbs.db", "drop the row"),
    (bytes(128) + b"DICM\x02\0", "DICOM", "export the photo as JPEG"),
    (b"data:image/jpeg;base64,/9j/4AAQ", "a picture written as text", "base64 --decode"),
    (b"/9j/4AAQSkZJRgABAQAAAQABAAD/", "a JPEG written as text", "base64 --decode"),
    (struct.pack(">I4s", 12, b"JXL ") + b"\r\n\x87\n", "JPEG XL", "re-export"),
    (b"II+\0\x08\0\0\0", "TIFF", "re-export"),
]


@pytest.mark.parametrize(("data", "kind", "fix"), KINDS, ids=[kind for _, kind, _ in KINDS])
def test_what_is_no_photo_is_named_with_its_own_fix(data, kind, fix):
    with pytest.raises(PhotoError) as caught:
        check_whole(data)
    assert caught.value.fault.startswith(f"is {kind}")
    assert caught.value.fault.endswith(", whatever its name says") == (caught.value.fix == REEXPORT)
    assert fix in caught.value.fix


@pytest.mark.parametrize("size", [0, 1, 5000])
def test_a_file_that_was_not_downloaded_or_copied_asks_for_that(size):
    found = other_kind(bytes(size))
    assert found.fault == (
        "holds nothing but zeros, as after a copy that was cut off" if size else "is empty (0 bytes)"
    )
    assert "OneDrive, Dropbox or iCloud" in found.fix


@pytest.mark.parametrize(
    "data",
    [
        as_text(JPEG), as_text(JPEG, "latin-1"), as_text(PNG), as_text(PNG, "latin-1"), PNG.replace(b"\r\n", b"\n"),
        PNG.replace(b"\n", b"\r\n"), bytes(byte & 127 for byte in PNG),
        JPEG.decode("ascii", "replace").encode("ascii", "replace"),
    ],
)  # fmt: skip
def test_a_photo_that_was_copied_as_text_is_told_so(data):
    assert other_kind(data) == (
        "was damaged by a program that copied it as text",
        "copy it again from the camera, in binary mode",
    )


@pytest.mark.parametrize("photo", [JPEG, PNG], ids=["jpeg", "png"])
def test_bytes_before_a_picture_are_counted(photo):
    assert other_kind(b"\xef\xbb\xbf" + photo).fault == "has 3 bytes before its picture"
    assert other_kind(b"\r\n\r\n" + photo).fix == "download or copy it again"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=1500) | st.text(max_size=300).map(str.encode))
def test_any_bytes_have_a_kind(data):
    found = other_kind(data)
    assert found.fault
    assert found.fix
    assert len(found.fault) < 120, "nothing of the file is quoted"


def test_a_long_text_in_which_a_character_is_cut_is_text():
    assert other_kind(b"x" * 1023 + "é".encode()).fault == "is text"
    assert other_kind(b"x" * 100 + b"\xc3").fault == "is neither JPEG nor PNG"
    assert other_kind(encode(Image.new("RGB", (20, 20)), "TGA")).fault == "is neither JPEG nor PNG"


@pytest.mark.parametrize(
    ("data", "stands_in"),
    [
        (b"version https://git-lfs.github.com/spec/v1\n", True), (b"/annex/objects/MD5-s1--a\n", True),
        (b"<html>", True), (b'{"error": 401}', True), (b"<?xml version='1.0'?>", True), (b"XSym\n0001\n", True),
        (b"[InternetShortcut]\r\n", True), (b"bplist00", True), (b"", False), (b"to follow", False), (b"GIF89a", False),
    ],
)  # fmt: skip
def test_what_stands_for_a_photo_elsewhere_says_nothing_of_the_photo(data, stands_in):
    with pytest.raises(PhotoError) as caught:
        check_whole(data)
    assert isinstance(caught.value, UnreadablePhotoError) == stands_in
