"""What a PNG says of its colours in the chunks cICP, sRGB, gAMA and cHRM, by the precedence of the PNG specification.

Third edition, section 4.3: cICP counts before an ICC profile (iCCP), that before sRGB, and that before gAMA and cHRM.
"""

import struct

import numpy as np

from pasi.errors import PhotoError
from pasi.imaging.colours import IN_SRGB, SRGB, Encoding, srgb_matrix
from pasi.imaging.file_kinds import PNG_MAGIC

UNIT = 100_000  # gAMA and cHRM hold numbers as whole multiples of 1 / UNIT
USUAL_GAMMA = 2.2  # of monitors; files for them say 1 / 2.2 and mean sRGB
SAME_GAMMA = 0.05  # share by which a gamma may differ and still be the usual one: PNG_GAMMA_THRESHOLD of libpng
MOST_GAMMA = 10  # of a gamma or of its inverse; beyond it nearly all levels fall together
# x and y of white, red, green and blue, by the code of the primaries in cICP (ITU-T H.273, table 2).
PRIMARIES = {
    1: SRGB,
    9: ((0.3127, 0.3290), (0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),  # BT.2020
    12: ((0.3127, 0.3290), (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),  # Display P3
}
GAMMAS = {4: 2.2, 5: 2.8, 8: 1.0, 13: None}  # of a transfer function, by its code in cICP (H.273, table 3); 13 is sRGB


def png_encoding(data: bytes) -> Encoding | None:
    """The encoding that a PNG names; None where it names none or has an ICC profile that counts.

    Raises PhotoError where the encoding has no plain meaning in sRGB, such as HDR, or is impossible.
    """
    chunks = _chunks_before_pixels(data)
    if b"cICP" in chunks:
        return _coded(chunks[b"cICP"])
    if b"iCCP" in chunks:
        return None
    if b"sRGB" in chunks:
        return Encoding(None, SRGB)
    if not chunks.keys() & {b"gAMA", b"cHRM"}:
        return None
    try:
        gamma = _gamma(chunks[b"gAMA"]) if b"gAMA" in chunks else None
        return Encoding(gamma, _primaries(chunks[b"cHRM"]) if b"cHRM" in chunks else SRGB)
    except (struct.error, ValueError, ZeroDivisionError, np.linalg.LinAlgError) as error:
        raise PhotoError("has impossible colours (gAMA or cHRM)", IN_SRGB) from error


def _chunks_before_pixels(data: bytes) -> dict[bytes, bytes]:
    """The first chunk of each name that stands before the pixels, where those of colour must stand."""
    found: dict[bytes, bytes] = {}
    position = len(PNG_MAGIC)
    while (name := data[position + 4 : position + 8]) not in (b"IDAT", b"IEND", b""):
        end = position + 8 + int.from_bytes(data[position : position + 4])
        found.setdefault(name, data[position + 8 : end])
        position = end + 4
    return found


def _coded(body: bytes) -> Encoding:
    """The encoding of a cICP chunk: codes of primaries, transfer function and matrix, whether all levels are used."""
    codes = tuple(body)
    if len(codes) != 4 or codes[2:] != (0, 1) or codes[0] not in PRIMARIES or codes[1] not in GAMMAS:
        raise PhotoError("has HDR or video colours (cICP)", IN_SRGB)
    return Encoding(GAMMAS[codes[1]], PRIMARIES[codes[0]])


def _gamma(body: bytes) -> float | None:
    (number,) = struct.unpack(">I", body)
    gamma: float = UNIT / number
    if not 1 / MOST_GAMMA <= gamma <= MOST_GAMMA:
        raise ValueError("a gamma that no photo has")
    return None if abs(gamma / USUAL_GAMMA - 1) <= SAME_GAMMA else gamma


def _primaries(body: bytes) -> tuple[tuple[float, float], ...]:
    values = [value / UNIT for value in struct.unpack(">8I", body)]
    primaries = tuple(zip(values[::2], values[1::2], strict=True))
    srgb_matrix(primaries)  # raises an error where no colours have these primaries
    return primaries
