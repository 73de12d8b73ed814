"""Finding photos that show one picture: the same file, the same pixels, or the picture encoded, scaled or turned anew.

The copies of a cohort are found without comparing every two photos: each detail is hashed by the signs of random
projections, which alike details share (Charikar 2002), and only photos with a hash in common are compared.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pasi.errors import Problem
from pasi.imaging.picture_detail import LENGTH, detail_picture, turned_details
from pasi.imaging.tile_store import Key, place_of

ALIKE = 0.985  # cosine of two details from which on they are those of one picture
BLOCK = 8  # pixels of a side of a block of a detail's picture
BLOCKS_ALIKE = 0.9  # cosine of two blocks of one picture
LEAST_DETAIL = 1.0  # root mean square of a block, in levels of grey, below which it says nothing
LEAST_BLOCKS = 8  # of 16: with fewer that say something, a picture is too plain to be recognised
ODD_BLOCKS = 1  # that may differ, such as one with a speck or a clipped highlight
LEAST_NORM = LEAST_DETAIL * BLOCK * math.sqrt(LEAST_BLOCKS)  # of any detail with LEAST_BLOCKS of LEAST_DETAIL
TABLES = 16  # hashes of a detail; copies of a cosine of ALIKE miss all of them once in 200 times or less
AT_ONCE = 100_000  # pairs that are compared at a time


class Picture(NamedTuple):
    """What tells whether two photos show one picture: digests of its file and of its tile, and its detail."""

    key: Key
    file: str
    tile: str
    detail: np.ndarray


class Copy(NamedTuple):
    """A photo that shows the picture of another one, `first`; `how` is the link between their names in a message."""

    key: Key
    first: Key
    how: str

    @property
    def is_note(self) -> bool:
        """Whether both belong to one visit of one subject: then no answer leaks, and no visit has another's picture."""
        return self.key[:2] == self.first[:2]


def find_copies(pictures: Sequence[Picture]) -> list[Copy]:
    """Every photo that shows the picture of a photo before it, in the order of their keys; `first` is the first."""
    pictures = sorted(pictures, key=lambda picture: picture.key)
    known: dict[str, int] = {}
    first = [known.setdefault(picture.tile, number) for number, picture in enumerate(pictures)]
    distinct = list(known.values())
    details = np.stack([pictures[number].detail for number in distinct]) if distinct else np.empty((0, LENGTH))

    def root(number: int) -> int:
        while first[number] != number:
            number = first[number]
        return number

    for one, other in alike_pairs(details):
        low, high = sorted((root(distinct[one]), root(distinct[other])))
        first[high] = low
    roots = map(root, range(len(pictures)))
    pairs = ((picture, pictures[number]) for picture, number in zip(pictures, roots, strict=True))
    return [Copy(own.key, other.key, _link(own, other)) for own, other in pairs if own is not other]


def _link(own: Picture, other: Picture) -> str:
    if own.file == other.file:
        return "is the same file as"
    return "has the same pixels as" if own.tile == other.tile else "is a copy (resized, turned, lit or saved anew) of"


def copy_problem(copy: Copy, file: str, lines: Mapping[Key, int]) -> Problem:
    """The problem of a copy that is no note; `lines` are those of photos in `file`."""
    if copy.key[0] == copy.first[0]:
        expected, wrong = "another photo at each visit", "visit"
    else:
        expected, wrong = "photos of one subject only", "subject"
    found = f"{place_of(copy.key)} {copy.how} {_place_with_line(copy.first, lines)}"
    fix = f"drop the photo that is under the wrong {wrong}"
    return Problem(file, lines.get(copy.key), "photo", found, expected, fix)


def copy_note(copy: Copy, file: str, lines: Mapping[Key, int]) -> str:
    """The note of a copy within one visit, whose photos are all used."""
    return f"{file}: {_place_with_line(copy.key, lines)} {copy.how} {_place_with_line(copy.first, lines)}"


def _place_with_line(key: Key, lines: Mapping[Key, int]) -> str:
    return f"{place_of(key)} (line {lines[key]})" if key in lines else place_of(key)


def alike_pairs(details: np.ndarray) -> list[tuple[int, int]]:
    """Pairs i < j of rows of `details` (n, LENGTH) that are those of one picture, as it is, turned or mirrored."""
    norms = np.linalg.norm(details.astype(np.float32), axis=1)
    (rich,) = np.nonzero(norms >= LEAST_NORM)
    norms = norms[rich, None]
    units = details[rich].astype(np.float32) / norms
    compared: dict[tuple[int, int], bool] = {}
    for turned in turned_details(units):
        for ones, others in _pairs_with_a_common_hash(turned, units):
            near = np.einsum("ij,ij->i", turned[ones], units[others]) >= ALIKE
            for one, other in zip(ones[near].tolist(), others[near].tolist(), strict=True):
                if not compared.get((one, other)):
                    compared[one, other] = _blocks_alike(turned[one] * norms[one], units[other] * norms[other])
    return sorted((int(rich[one]), int(rich[other])) for (one, other), alike in compared.items() if alike)


def _pairs_with_a_common_hash(turned: np.ndarray, units: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Row numbers of `turned` and of `units`, the former less than the latter, that have a hash in common.

    A hash has about one bit for each doubling of the number of photos, so that few unlike photos share one.
    """
    bits = max(8, math.ceil(math.log2(8 * max(1, len(units)))))
    powers = 1 << np.arange(bits)
    for plane in np.random.default_rng(0).standard_normal((TABLES, LENGTH, bits), dtype=np.float32):
        hashes = (units @ plane > 0) @ powers
        order = np.argsort(hashes, kind="stable")
        wanted = (turned @ plane > 0) @ powers
        start, stop = (np.searchsorted(hashes[order], wanted, side=side) for side in ("left", "right"))
        for ones, others in _expand(start, stop):
            earlier = ones < order[others]
            yield ones[earlier], order[others[earlier]]


def _expand(start: np.ndarray, stop: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Each row with each number of its range, from `start` to before `stop`, about AT_ONCE pairs at a time."""
    counts = stop - start
    parts = np.cumsum(counts) // AT_ONCE
    for rows in np.split(np.arange(len(counts)), np.flatnonzero(np.diff(parts)) + 1):
        ends = np.cumsum(counts[rows])
        ones = np.repeat(rows, counts[rows])
        yield ones, np.arange(len(ones)) + np.repeat(start[rows] - ends + counts[rows], counts[rows])


def _blocks_alike(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two details (LENGTH,) agree everywhere, and not only in a frame, ruler or date that many photos show."""
    first, second = (_blocks(detail_picture(detail)) for detail in (one, other))
    first_norm, second_norm = (np.linalg.norm(blocks, axis=1) for blocks in (first, second))
    says = np.maximum(first_norm, second_norm) >= LEAST_DETAIL * BLOCK
    alike = (first * second).sum(axis=1) >= BLOCKS_ALIKE * first_norm * second_norm
    return bool(says.sum() >= LEAST_BLOCKS and (says & ~alike).sum() <= ODD_BLOCKS)


def _blocks(picture: np.ndarray) -> np.ndarray:
    """A picture (side, side) as blocks of BLOCK x BLOCK pixels: (blocks, pixels)."""
    count = len(picture) // BLOCK
    return picture.reshape(count, BLOCK, count, BLOCK).swapaxes(1, 2).reshape(count * count, BLOCK * BLOCK)
