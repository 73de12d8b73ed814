"""How far copies of photos and different photos lie apart, as Markdown tables: figures of docs/photos.md.

    python benchmarks/copies.py FOLDER [SIZE [STEP]]

FOLDER holds photos.csv. All its photos are compared with one another, and every STEP-th one (40) with copies of itself.
"""

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageOps
from PIL.Image import Resampling, Transpose

from pasi.imaging.copies import ALIKE, FEW_PIXELS, alike_pairs
from pasi.imaging.decode import make_tile
from pasi.imaging.picture_detail import TURNS, picture_detail, turned

PARTS = 256  # photos that are compared with all others at a time


def main(folder: Path, size: int = 128, step: int = 40) -> None:
    """The table of copies, the largest cosines of different photos, and the pairs that are taken for copies."""
    with (folder / "photos.csv").open(encoding="utf-8-sig", newline="") as file:
        paths = [folder / row["photo"] for row in csv.DictReader(file)]
    details = np.stack([detail(path.read_bytes(), size) for path in paths])
    found: dict[str, list[float]] = {}
    for path, own in zip(paths[::step], details[::step], strict=True):
        for name, data in copies(path):
            found.setdefault(name, []).append(cosine(own, detail(data, size)))
    print(f"| {len(paths[::step])} photos, tiles of {size} | least cosine | median | found |\n|---|---|---|---|")
    for name, values in found.items():
        share = np.mean(np.array(values) >= ALIKE)
        print(f"| {name} | {min(values):.3f} | {np.median(values):.3f} | {share:.0%} |")
    pairs = alike_pairs(details, np.full(len(details), FEW_PIXELS + 1))
    print(f"\n{len(paths)} photos, {len(paths) * (len(paths) - 1) // 2} pairs. Copies:", end=" ")
    print(", ".join(f"{paths[one].name} and {paths[other].name}" for one, other in pairs) or "none")
    print("Largest cosines:", ", ".join(f"{value:.3f}" for value in largest(details)))


def detail(data: bytes, size: int) -> np.ndarray:
    """The detail of a photo's bytes."""
    return picture_detail(make_tile(data, size=size, fit="letterbox"), "letterbox")


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    """The largest cosine of two details in any turn."""
    return max(float(units(turned(one[None], turn))[0] @ units(other[None])[0]) for turn in TURNS)


def units(details: np.ndarray) -> np.ndarray:
    """Details (n, side, side) as vectors of length 1."""
    flat = details.reshape(len(details), -1).astype(np.float32)
    scaled: np.ndarray = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1)
    return scaled


def largest(details: np.ndarray, count: int = 6) -> list[float]:
    """The largest cosines of any two photos, in any turn."""
    flat, best = units(details), np.empty(0)
    ways = [units(turned(details, turn)) for turn in TURNS]
    for start in range(0, len(flat), PARTS):
        cosines = np.max([way[start : start + PARTS] @ flat.T for way in ways], axis=0)
        rows, columns = np.ogrid[start : start + len(cosines), : len(flat)]
        best = np.sort(np.concatenate([best, cosines[rows < columns]]))[-count:]
    return best.tolist()


def copies(path: Path) -> Iterator[tuple[str, bytes]]:
    """Copies of a photo as people and programs make them, with their names."""
    with Image.open(path) as photo:
        picture = ImageOps.exif_transpose(photo).convert("RGB")
    yield "PNG", save(picture, "PNG")
    for quality in (90, 70, 50, 30):
        yield f"JPEG of quality {quality}", save(picture, quality=quality)
    for part in (2, 3, 5):
        yield f"1/{part} of the size", save(smaller(picture, part))
    yield "1/2 of the size by the nearest pixel", save(smaller(picture, 2, Resampling.NEAREST))
    yield "twice the size", save(picture.resize((2 * picture.width, 2 * picture.height)))
    for turn in (Transpose.ROTATE_90, Transpose.ROTATE_180, Transpose.FLIP_LEFT_RIGHT, Transpose.TRANSVERSE):
        yield turn.name.lower().replace("_", " "), save(picture.transpose(turn))
    for factor in (0.8, 1.1, 1.2):
        yield f"brightness x {factor}", save(ImageEnhance.Brightness(picture).enhance(factor))
    yield "contrast x 1.2", save(ImageEnhance.Contrast(picture).enhance(1.2))
    yield "grey", save(picture.convert("L"))
    lit = ImageEnhance.Brightness(smaller(picture, 2)).enhance(1.1)
    yield "1/2, turned by 90, brightness x 1.1, quality 60", save(lit.transpose(Transpose.ROTATE_90), quality=60)
    yield from others(picture)


def others(picture: Image.Image) -> Iterator[tuple[str, bytes]]:
    """Pictures that show nearly the same and lie elsewhere in their frame: cropped, with a border, turned a little."""
    width, height = picture.size
    for share in (0.005, 0.01, 0.015, 0.02, 0.05):
        across, down = round(share * width), round(share * height)
        yield f"cropped by {share:.1%} on each side", save(ImageOps.crop(picture, (across, down, across, down)))
    for share in (0.01, 0.02, 0.03):
        yield f"cropped by {share:.0%} on the left", save(ImageOps.crop(picture, (round(share * width), 0, 0, 0)))
    for share in (0.01, 0.02):
        yield f"a white border of {share:.0%}", save(ImageOps.expand(picture, round(share * width), "white"))
    for angle in (0.5, 1, 2):
        yield f"turned by {angle} degrees", save(picture.rotate(angle, Resampling.BICUBIC))


def smaller(picture: Image.Image, part: int, by: Resampling = Resampling.LANCZOS) -> Image.Image:
    """The picture with 1/`part` of its width and height."""
    return picture.resize((max(16, picture.width // part), max(16, picture.height // part)), by)


def save(picture: Image.Image, kind: str = "JPEG", quality: int = 85) -> bytes:
    """The bytes of a file."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, quality=quality)
    return buffer.getvalue()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
