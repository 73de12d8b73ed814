"""Colour histograms of the photos of a region at a visit."""

import numpy as np

from pasi.cohort.region_visits import key_index, row_numbers
from pasi.errors import StaleResultError
from pasi.imaging.settings import Fit
from pasi.imaging.tile_store import TileStore
from pasi.storage.tables import Columns
from pasi.wording import first_names

BINS = 8  # per colour channel, so 512 colours


def region_visit_histograms(store: TileStore, rows: Columns, fit: Fit) -> np.ndarray:
    """Square roots of the mean histogram of the photos of each region-visit (n, 512), every value from 0 to 1.

    rows: subject, visit and region (n,). fit: how photos were fitted into tiles (`tiles.fit`). One shard of tiles is in
    memory at a time. Raises ResultError where a row has no tile.
    """
    photos_of: Columns = store.columns
    owner = row_numbers(key_index(rows), photos_of)
    boxes, total = store.boxes(fit), np.zeros((len(rows["subject"]), BINS**3))
    for digest, shard in store.shards.items():
        chosen = np.flatnonzero((store.columns["shard_sha256"] == digest) & (owner >= 0))
        np.add.at(total, owner[chosen], tile_histograms(shard[store.columns["row"][chosen]], boxes[chosen]))
    photos = np.bincount(owner[owner >= 0], minlength=len(total))
    if not photos.all():
        lacking = map("/".join, key_index(rows)[photos == 0])
        raise StaleResultError(f"no tile of {first_names(lacking)} ({(photos == 0).sum()} in all): run the rule tiles")
    return np.sqrt(total / photos[:, None])


def tile_histograms(tiles: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Shares of the 8 x 8 x 8 RGB colours among the photo pixels of each tile (n, 512); every row adds up to 1.

    tiles: uint8 (n, size, size, 3). boxes: (n, 4), top, left, height and width of the photo in its tile; the black bars
    of a letterboxed photo do not count. The column of a colour is 64 r + 8 g + b.
    """
    shares = np.zeros((len(tiles), BINS**3))
    for own, tile, (top, left, height, width) in zip(shares, tiles, boxes, strict=True):
        red, green, blue = np.moveaxis(tile[top : top + height, left : left + width] // (256 // BINS), -1, 0)
        bins = red.astype(np.intp) * BINS**2 + green * BINS + blue
        own[:] = np.bincount(bins.ravel(), minlength=BINS**3) / bins.size
    return shares
