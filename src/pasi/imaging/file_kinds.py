"""What a file under the name of a photo is when it is neither JPEG nor PNG, by its first bytes, and what to do then."""

from typing import NamedTuple

from pasi.errors import REEXPORT

HEAD = 1024  # bytes that are looked at
JPEG_MAGIC = b"\xff\xd8\xff"
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"

COPY_PHOTO = "copy the photo itself to this place, or drop the row"
COPY_TARGET = "copy the photo itself, to which it leads, to this place"
COPY_BINARY = "copy it again from the camera, in binary mode"
FETCH = "run: git lfs pull"
FETCH_ANNEX = "run: git annex get ."
DOWNLOAD_LINKED = "download the photo that it leads to"
DOWNLOAD = "download again, signed in where the server asks for it"
DROP = "drop the row"
MATERIALISE = "copy it again from the camera; in OneDrive, Dropbox or iCloud choose to keep it on this device first"
LET_ICLOUD = "let iCloud keep it on this device, or copy it again from the camera"
UNPACK = "unpack it, and name the photo inside"


# What to do about a file that stands for a photo which is elsewhere: the photo may be here tomorrow.
STAND_IN = frozenset({COPY_TARGET, FETCH, FETCH_ANNEX, DOWNLOAD, DOWNLOAD_LINKED, LET_ICLOUD})


class FileKind(NamedTuple):
    """`fault` goes on from "the photo ..."; `fix` says what to do."""

    fault: str
    fix: str

    @property
    def is_stand_in(self) -> bool:
        """Whether it stands for a photo that is elsewhere, so that it says nothing of the photo."""
        return self.fix in STAND_IN


COPIED_AS_TEXT = FileKind("was damaged by a program that copied it as text", COPY_BINARY)

# Offset, bytes at that offset, fault, fix. The first that fits counts.
MAGIC = (
    (0, b"II*\0", "is TIFF or a camera's raw file", REEXPORT),
    (0, b"MM\0*", "is TIFF or a camera's raw file", REEXPORT),
    (0, b"II+\0", "is TIFF or a camera's raw file", REEXPORT),
    (0, b"MM\0+", "is TIFF or a camera's raw file", REEXPORT),
    (0, b"FUJIFILMCCD-RAW", "is a camera's raw file", REEXPORT),
    (0, b"IIU\0", "is a camera's raw file", REEXPORT),
    (0, b"IIRO", "is a camera's raw file", REEXPORT),
    (4, b"ftyp", "is HEIC, AVIF or a video", REEXPORT),
    (8, b"WEBP", "is WebP", REEXPORT),
    (0, b"GIF8", "is GIF", REEXPORT),
    (0, b"BM", "is BMP", REEXPORT),
    (0, b"8BPS", "is a Photoshop document", REEXPORT),
    (4, b"jP  \r\n", "is JPEG 2000", REEXPORT),
    (0, b"\xff\x4f\xff\x51", "is JPEG 2000", REEXPORT),
    (4, b"JXL ", "is JPEG XL", REEXPORT),
    (0, b"\xff\x0a", "is JPEG XL", REEXPORT),
    (0, b"%PDF", "is PDF", REEXPORT),
    (0, b"{\\rtf", "is RTF, a text document", REEXPORT),
    (0, b"%!PS", "is PostScript", REEXPORT),
    (128, b"DICM", "is DICOM", "export the photo as JPEG from the program that reads it"),
    (0, b"\0\x05\x16\x07", "is an AppleDouble file (macOS keeps it beside a photo, as ._NAME)", DROP),
    (0, b"\0\x05\x16\0", "is an AppleSingle file of macOS", COPY_PHOTO),
    (0, b"\0\0\0\x01Bud1", "is a .DS_Store file of macOS", DROP),
    (0, b"book\0\0\0\0mark", "is a macOS alias to another file", COPY_TARGET),
    (0, b"bplist00", "is a property list (iCloud keeps one in place of a photo that is not downloaded)", LET_ICLOUD),
    (0, b"L\0\0\0\x01\x14\x02\0", "is a Windows shortcut to another file", COPY_TARGET),
    (0, b"XSym\n", "is a symbolic link that a network share has stored as a file", COPY_TARGET),
    (0, b"!<symlink>", "is a symbolic link that Windows has stored as a file", COPY_TARGET),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an Office document or a Thumbs.db of Windows", DROP),
    (0, b"PK\x03\x04", "is a ZIP archive or an Office document", UNPACK),
    (0, b"PK\x05\x06", "is a ZIP archive or an Office document", UNPACK),
    (0, b"Rar!\x1a\x07", "is a RAR archive", UNPACK),
    (0, b"7z\xbc\xaf\x27\x1c", "is a 7z archive", UNPACK),
    (0, b"\x1f\x8b", "is a gzip archive", UNPACK),
    (257, b"ustar", "is a tar archive", UNPACK),
    (0, b"SQLite format 3\0", "is a database", DROP),
    (0, b"Salted__", "is encrypted", "decrypt it"),
)
# The same for text, without spaces and a byte order mark before it, in lower case.
WORDS = (
    (b"version https://git-lfs.github.com/", "is a Git LFS pointer", FETCH),
    (b"/annex/objects/", "is a git-annex pointer", FETCH_ANNEX),
    (b"<!doctype html", "is a web page (HTML), perhaps one that asks to sign in", DOWNLOAD),
    (b"<html", "is a web page (HTML), perhaps one that asks to sign in", DOWNLOAD),
    (b"<head", "is a web page (HTML), perhaps one that asks to sign in", DOWNLOAD),
    (b"<svg", "is SVG, a drawing", "export it as PNG"),
    (b"<?xml", "is XML, perhaps the error message of a server", DOWNLOAD),
    (b"[internetshortcut]", "is an Internet shortcut", DOWNLOAD_LINKED),
    (b"data:image/", "is a picture written as text (base64)", "decode it: base64 --decode"),
    (b"/9j/", "is a JPEG written as text (base64)", "decode it: base64 --decode"),
    (b"ivborw0kggo", "is a PNG written as text (base64)", "decode it: base64 --decode"),
    (b"-----begin pgp message", "is encrypted", "decrypt it"),
    (b"age-encryption.org", "is encrypted", "decrypt it"),
)
# How JPEG and PNG begin after a program has taken them for text: bytes replaced, or line ends changed.
AS_TEXT = (
    b"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", b"\xc3\xbf\xc3\x98\xc3\xbf", b"????\0", b"\xef\xbf\xbdPNG",
    b"\xc2\x89PNG", b"\x89PNG\n", b"\x89PNG\r\x1a", b"\x89PNG\r\r\n", b"\x89PNG\r\n\x1a\r", b"\tPNG", b"?PNG",
)  # fmt: skip


def other_kind(data: bytes) -> FileKind:
    """What a file is that is neither JPEG nor PNG; nothing of what it holds is quoted."""
    head = data[:HEAD]
    if not data:
        return FileKind("is empty (0 bytes)", MATERIALISE)
    if data.count(0) == len(data):
        return FileKind("holds nothing but zeros, as after a copy that was cut off", MATERIALISE)
    if head.startswith(AS_TEXT):
        return COPIED_AS_TEXT
    found = next(((fault, fix) for start, magic, fault, fix in MAGIC if head.startswith(magic, start)), None)
    if found := found or _kind_of_text(head):
        fault, fix = found
        return FileKind(f"{fault}, whatever its name says" if fix == REEXPORT else fault, fix)
    if (start := max(head.find(JPEG_MAGIC), head.find(PNG_MAGIC))) > 0:
        return FileKind(f"has {start} bytes before its picture", "download or copy it again")
    return FileKind("is neither JPEG nor PNG", REEXPORT)


def _kind_of_text(head: bytes) -> tuple[str, str] | None:
    """Fault and fix of a text; None where the bytes are no text."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if found := next(((fault, fix) for word, fault, fix in WORDS if text.startswith(word)), None):
        return found
    if not _is_text(head):
        return None
    if b".git/annex/objects/" in text:
        return "is a git-annex pointer", FETCH_ANNEX
    if b"<svg" in text:
        return "is SVG, a drawing", "export it as PNG"
    if b"<html" in text:
        return "is a web page (HTML), perhaps one that asks to sign in", DOWNLOAD
    if text.startswith((b"{", b"[")):
        return "is JSON, perhaps the error message of a server", DOWNLOAD
    return "is text", COPY_PHOTO


def _is_text(head: bytes) -> bool:
    """Whether the bytes are UTF-8 or UTF-16 without control characters, apart from a character cut at the end."""
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = head[: len(head) // 2 * 2].decode("utf-16") if wide else head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if wide or error.end < len(head) or len(head) < HEAD:
            return False
        text = head[: error.start].decode("utf-8-sig")
    return all(character.isprintable() or character in "\t\n\r\f" for character in text)
