"""Finding photos that show one picture: the same file, the same pixels, or the picture encoded, scaled or turned anew.

The copies of a cohort are found without comparing every two photos: each detail is hashed several times, by the signs
of random projections, which details that are alike mostly share (Charikar 2002). Photos that have a hash in common are
compared.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from pasi.imaging.picture_detail import SCALE, SIDE, TURNS, turned
from pasi.imaging.tile_store import Key

ALIKE = 0.96  # cosine of two details from which on they are those of one picture
FEW_PIXELS = 72  # of a side of a photo: with fewer, saving it anew changes much of its detail
ALIKE_SMALL = 0.82  # the same, where one of the two photos has FEW_PIXELS or less
PLAIN = 0.25  # root mean square of a detail below which a picture is too plain to be known again, in units of SCALE
FEW = 500  # photos, of which every two are compared
TABLES = 16  # hashes of a detail
ROWS = 20_000  # details or pairs that are worked on at a time


class Picture(NamedTuple):
    """By what two photos of one picture are known: digests of file and tile, its detail and its shorter side."""

    key: Key
    file: str
    tile: str
    detail: np.ndarray
    side: int


class Copy(NamedTuple):
    """A photo that shows the picture of another one, `first`; `how` is the link between their names in a message."""

    key: Key
    first: Key
    how: str

    @property
    def is_note(self) -> bool:
        """Whether both belong to one visit of one subject: then no label leaks between parts of the split."""
        return self.key[:2] == self.first[:2]


def find_copies(pictures: Sequence[Picture]) -> list[Copy]:
    """Every photo that shows the picture of a photo before it, in the order of their keys; `first` is the first."""
    pictures = sorted(pictures, key=lambda picture: picture.key)
    known: dict[str, int] = {}
    first = [known.setdefault(picture.tile, number) for number, picture in enumerate(pictures)]
    distinct = list(known.values())
    details = np.array([pictures[number].detail for number in distinct], dtype=np.int8)
    sides = np.array([pictures[number].side for number in distinct], dtype=np.int64)

    def root(number: int) -> int:
        while first[number] != number:
            number = first[number]
        return number

    for one, other in alike_pairs(details, sides):
        low, high = sorted((root(distinct[one]), root(distinct[other])))
        first[high] = low
    roots = map(root, range(len(pictures)))
    pairs = ((picture, pictures[number]) for picture, number in zip(pictures, roots, strict=True))
    return [Copy(own.key, other.key, _link(own, other)) for own, other in pairs if own is not other]


def _link(own: Picture, other: Picture) -> str:
    if own.file == other.file:
        return "is the same file as"
    return (
        "has the same pixels as"
        if own.tile == other.tile
        else "is a copy (resized, turned, brightened or re-encoded) of"
    )


def alike_pairs(details: np.ndarray, sides: np.ndarray) -> list[tuple[int, int]]:
    """Pairs i < j of `details`, int8 (n, SIDE, SIDE), that are those of one picture, as it is, turned or mirrored.

    sides: the shorter sides (n,) of the photos in pixels.
    """
    details = details.reshape(-1, SIDE, SIDE)
    norms = np.concatenate([_norms(details[rows]) for rows in _parts(len(details))])
    (rich,) = np.nonzero(norms >= PLAIN * SCALE * SIDE)
    details, norms, small = details[rich], norms[rich], sides[rich] <= FEW_PIXELS
    found: set[tuple[int, int]] = set()
    for turn, ones, others in _pairs_with_a_common_hash(details):
        first, second = (
            flat.astype(np.float32) for flat in (_flat(turned(details[ones], turn)), _flat(details[others]))
        )
        least = np.where(small[ones] | small[others], ALIKE_SMALL, ALIKE)
        near = np.einsum("ij,ij->i", first, second) >= least * norms[ones] * norms[others]
        found.update(zip(rich[ones[near]].tolist(), rich[others[near]].tolist(), strict=True))
    return sorted(found)


def _norms(details: np.ndarray) -> np.ndarray:
    norms: np.ndarray = np.linalg.norm(_flat(details).astype(np.float32), axis=1)
    return norms


def _flat(arrays: np.ndarray) -> np.ndarray:
    """Arrays (n, a, b) as rows (n, a x b)."""
    return arrays.reshape(len(arrays), arrays.shape[1] * arrays.shape[2])


def _parts(count: int) -> Iterator[slice]:
    """0 to `count`, in parts of ROWS; an empty part for 0."""
    yield from (slice(start, start + ROWS) for start in range(0, max(1, count), ROWS))


def _pairs_with_a_common_hash(details: np.ndarray) -> Iterator[tuple[tuple[int, bool], np.ndarray, np.ndarray]]:
    """A turn, and numbers i < j of details (n, SIDE, SIDE) of which i, when turned, has a hash in common with j.

    A hash has a bit for each doubling of n, so that few details that are not alike share one. The only hash of FEW
    details has none, so that all have it in common.
    """
    tables, bits = (1, 0) if len(details) <= FEW else (TABLES, math.ceil(math.log2(len(details))))
    planes = np.random.default_rng(0).standard_normal((SIDE * SIDE, tables, bits), dtype=np.float32)
    hashes = _hashes(details, planes)
    orders = np.argsort(hashes, axis=0, kind="stable")
    for turn in TURNS:
        for wanted, own, order in zip(_hashes(turned(details, turn), planes).T, hashes.T, orders.T, strict=True):
            start, stop = (np.searchsorted(own[order], wanted, side=side) for side in ("left", "right"))
            for ones, places in _expand(start, stop):
                earlier = ones < order[places]
                yield turn, ones[earlier], order[places[earlier]]


def _hashes(details: np.ndarray, planes: np.ndarray) -> np.ndarray:
    """The hashes of details (n, SIDE, SIDE) by `planes` (SIDE x SIDE, tables, bits): int64 (n, tables)."""
    _, tables, bits = planes.shape
    powers = 1 << np.arange(bits)
    signs = (_flat(details[rows]).astype(np.float32) @ _flat(planes) > 0 for rows in _parts(len(details)))
    return np.concatenate([part.reshape(len(part), tables, bits) @ powers for part in signs])


def _expand(start: np.ndarray, stop: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Each row with each number of its range, from `start` to before `stop`, about ROWS pairs at a time."""
    counts = stop - start
    parts = np.cumsum(counts) // ROWS
    for rows in np.split(np.arange(len(counts)), np.flatnonzero(np.diff(parts)) + 1):
        ends = np.cumsum(counts[rows])
        ones = np.repeat(rows, counts[rows])
        yield ones, np.arange(len(ones)) + np.repeat(start[rows] - ends + counts[rows], counts[rows])
