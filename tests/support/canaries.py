"""Marks planted in photos, file names and tables, and a search for them in every file made of these (F16)."""

import base64
import gzip
import io
import re
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
from PIL import ExifTags, Image, ImageCms
from PIL.PngImagePlugin import PngInfo

STEM = "PhiCanary"
IN_JPEG = ("exif", "gps_", "xmp_", "iptc", "comm", "icc_")
IN_PNG = ("exif", "gps_", "text", "ztxt", "itxt", "icc_")
ELSEWHERE = ("dirs", "file", "pcol", "scol")
PLACES = tuple(dict.fromkeys((*IN_JPEG, *IN_PNG, *ELSEWHERE)))
DEEPEST = 4  # packings inside one another: a PNG's text chunk, in base64, in a page, in an archive
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{20,}={0,2}")
DEFLATED = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
NAME = "sRGB built-in"  # description of Pillow's sRGB profile; a mark has the same length


def mark(place: str) -> str:
    """The text that is planted in one place."""
    return STEM + place


def _profile() -> bytes:
    """sRGB with a marked description."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(NAME.encode("utf-16-be"), mark("icc_").encode("utf-16-be"))


def _exif(image: Image.Image) -> bytes:
    """The EXIF of a photo with two more entries."""
    tags = image.getexif()
    tags[ExifTags.Base.ImageDescription] = mark("exif")
    tags.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSAreaInformation] = mark("gps_").encode()
    return tags.tobytes()


def mark_jpeg(data: bytes) -> bytes:
    """The same JPEG, its picture untouched, with a mark in every kind of metadata."""
    with Image.open(io.BytesIO(data)) as image:
        old, exif = image.info["exif"], _exif(image)
    iptc = b"\x1c\x02\x78" + struct.pack(">H", len(STEM) + 4) + mark("iptc").encode()
    blocks = [
        (0xE1, exif),
        (0xE1, f"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>{mark('xmp_')}</x:xmpmeta>".encode()),
        (0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc),
        (0xE2, b"ICC_PROFILE\0\x01\x01" + _profile()),
        (0xFE, mark("comm").encode()),
    ]
    return data[:2] + b"".join(_segment(*block) for block in blocks) + data[2:].replace(_segment(0xE1, old), b"")


def _segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def mark_png(data: bytes) -> bytes:
    """The picture of a JPEG as a PNG with a mark in every kind of metadata."""
    text, out = PngInfo(), io.BytesIO()
    text.add_text("Comment", mark("text"))
    text.add_text("Author", mark("ztxt"), zip=True)
    text.add_itxt("Title", mark("itxt"), zip=True)
    with Image.open(io.BytesIO(data)) as image:
        image.save(out, "PNG", pnginfo=text, exif=_exif(image), icc_profile=_profile())
    return out.getvalue()


def plant(trial: Path) -> None:
    """Mark every photo of a trial inside and by its name, which is then not ASCII either, and both tables."""
    photos, scores = (pd.read_csv(trial / name, dtype=str) for name in ("photos.csv", "scores.csv"))
    (trial / "photos").rename(trial / f"{mark('dirs')} Füße")
    for row, path in enumerate(photos["photo"]):
        old = trial / f"{mark('dirs')} Füße" / Path(path).relative_to("photos")
        change, suffix = (mark_jpeg, ".jpg") if row else (mark_png, ".png")
        new = old.with_name(f"{old.stem} {mark('file')} 皮膚{suffix}")
        new.write_bytes(change(old.read_bytes()))
        old.unlink()
        photos.loc[row, "photo"] = new.relative_to(trial).as_posix()
    photos.assign(taken_by=mark("pcol")).to_csv(trial / "photos.csv", index=False)
    scores.assign(remark=f"{mark('scol')}, came late").to_csv(trial / "scores.csv", index=False)


def marks_under(folder: Path, *but: str) -> dict[str, set[str]]:
    """Marks in each file under a folder and in its path, which may be base64; entries named in `but` are left out."""
    found = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if parts[0] in but or not path.is_file():
            continue
        names = "\n".join([*parts, "".join(part.lstrip("@") for part in parts)])  # @: base64 goes on
        if places := marks_in(names.encode()) | marks_in(path.read_bytes()):
            found["/".join(parts)] = places
    return found


def marks_in(data: bytes) -> set[str]:
    """Places whose marks stand in some bytes, as they are or packed."""
    views = [view for view in _views(data, DEEPEST) if any(spelling in view for spelling in _spellings(STEM))]
    return {
        place for place in PLACES for view in views if any(spelling in view for spelling in _spellings(mark(place)))
    }


def _spellings(text: str) -> list[bytes]:
    """The encodings of a text: UTF-8, UTF-16, hexadecimal, and base64 at each of three offsets in a longer text."""
    plain, packed = text.encode(), []
    for before, cut in ((0, 0), (1, 2), (2, 3)):  # bytes before it, and characters that depend on them
        coded = base64.b64encode(bytes(before) + plain).rstrip(b"=")
        packed.append(coded[cut : len(coded) - ((before + len(plain)) % 3 > 0)])
    return [plain, text.encode("utf-16-le"), text.encode("utf-16-be"), plain.hex().encode(), *packed]


def _views(data: bytes, depth: int) -> Iterator[bytes]:
    yield data
    for inner in _unpacked(data) if depth else ():
        yield from _views(inner, depth - 1)


def _unpacked(data: bytes) -> Iterator[bytes]:
    """What is packed in some bytes: members of archives, tables, deflated streams, base64."""
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield "\n".join(archive.namelist()).encode()
            yield from map(archive.read, archive.namelist())
    elif data.startswith(b"\x1f\x8b"):
        yield gzip.decompress(data)
    elif data.startswith(b"PAR1"):
        table = pa.parquet.read_table(io.BytesIO(data))
        yield f"{table.schema.to_string(show_schema_metadata=True)}{table.to_pydict()}".encode()
    elif data.startswith(b"SQLite format 3\0"):
        with sqlite3.connect(":memory:") as connection:
            connection.deserialize(data)
            yield "\n".join(connection.iterdump()).encode()
    for start in DEFLATED.finditer(data):
        try:
            yield zlib.decompressobj().decompress(memoryview(data)[start.start() :])
        except zlib.error:
            continue
    for found in BASE64.finditer(data):
        text = found[0].rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        yield base64.b64decode(text[: len(text) - (len(text) % 4 == 1)] + b"=" * (-len(text) % 4))
