"""Photos as bytes, made by hand where no encoder would write them."""

import io
import struct
import zlib

import numpy as np
from PIL import Image


def encode(pixels: np.ndarray | Image.Image, kind: str = "PNG", **options) -> bytes:
    """An array (height, width[, 3]) or a picture as Pillow writes it."""
    picture = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body), name) + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, depth: int, colour: int, raw: bytes, *between: bytes) -> bytes:
    """A PNG whose pixel data is `raw` (a filter byte before each row), with chunks `between` header and pixels."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = [chunk(b"IHDR", header), *between, chunk(b"IDAT", zlib.compress(raw, 1)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def noise(width: int, height: int, seed: int = 0) -> np.ndarray:
    """Pixels (height, width, 3) with detail at every scale from the whole picture to one pixel, as photos have."""
    generator = np.random.default_rng(seed)
    total = np.full((height, width, 3), (150.0, 120.0, 100.0), dtype=np.float32)
    for parts in (3, 9, 27, 81, 243):
        rough = generator.normal(size=(max(2, parts * height // width), parts, 3)) * 60 / parts**0.5 + 128
        smooth = Image.fromarray(rough.clip(0, 255).astype(np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
        total += np.asarray(smooth, dtype=np.float32) - 128
    total += generator.normal(size=(height, width, 1)).astype(np.float32) * 5
    return total.clip(0, 255).astype(np.uint8)


def icc_profile(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """A version 2 ICC profile (input device) with the given tag data, Lab as its connection space for CMYK."""
    connection = b"Lab " if space == b"CMYK" else b"XYZ "
    offset, table, data = 128 + 4 + 12 * len(tags), b"", b""
    for name, body in tags.items():
        body += b"\0" * (-len(body) % 4)
        table += name + struct.pack(">II", offset + len(data), len(body))
        data += body
    head = struct.pack(">I4sI4s4s4s12s4s", offset + len(data), b"none", 0x02100000, b"prtr", space, connection,
                       bytes(12), b"acsp")  # fmt: skip
    head += bytes(28) + struct.pack(">3i", *(round(65536 * value) for value in (0.9642, 1.0, 0.8249)))
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data


def xyz_tag(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(65536 * value) for value in values))


def gamma_tag(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(256 * gamma))


def grey_profile(gamma: float) -> bytes:
    return icc_profile(b"GRAY", {b"wtpt": xyz_tag(0.9642, 1.0, 0.8249), b"kTRC": gamma_tag(gamma)})


def adobe_profile() -> bytes:
    """Adobe RGB (1998): its primaries adapted to D50, as every copy of the profile has them."""
    curve = gamma_tag(563 / 256)
    tags = {
        b"wtpt": xyz_tag(0.9505, 1.0, 1.0891),
        b"rXYZ": xyz_tag(0.60974, 0.31111, 0.01947),
        b"gXYZ": xyz_tag(0.20528, 0.62567, 0.06087),
        b"bXYZ": xyz_tag(0.14919, 0.06322, 0.74457),
    }
    return icc_profile(b"RGB ", {**tags, b"rTRC": curve, b"gTRC": curve, b"bTRC": curve})


def cmyk_profile() -> bytes:
    """A press that prints a grey of L* 100 x (1 - K) and takes C, M and Y for clear varnish."""
    corners = [255 * (1 - black) for _ in range(8) for black in (0, 1)]  # K runs fastest
    grid = b"".join(bytes([lightness, 128, 128]) for lightness in corners)
    identity = bytes(range(256))
    matrix = struct.pack(">9i", *(65536 * (row == column) for row in range(3) for column in range(3)))
    lut = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + matrix + identity * 4 + grid + identity * 3
    return icc_profile(b"CMYK", {b"wtpt": xyz_tag(0.9642, 1.0, 0.8249), b"A2B0": lut})
