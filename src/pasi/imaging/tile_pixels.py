"""The pixels of all tiles of a cohort, as composites take them: from memory maps on a CPU, from one array on a GPU."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

CPU = torch.device("cpu")


class TilePixels:
    """Tiles (t, size, size, 3) uint8 by number, and a black one as number -1.

    arrays: (k, size, size, 3) uint8 each, memory maps where there are any. array, row (t,) int: where each tile lies.

    On a CPU a tile is read from its array each time that it is taken. The pages of a memory map belong to the file:
    all processes of a machine share them, and the system takes them back where memory is short. On a GPU all tiles
    are one tensor, because the card can take them from nowhere else without waiting.
    """

    def __init__(self, arrays: Sequence[np.ndarray], array: np.ndarray, row: np.ndarray):
        self.arrays, self.array, self.row = arrays, array, row
        self.size = int(arrays[0].shape[1])
        self.loaded: Tensor | None = None

    @classmethod
    def of(cls, tiles: np.ndarray) -> "TilePixels":
        """Tiles that lie in one array."""
        count = len(tiles)
        return cls([tiles], np.zeros(count, dtype=np.int64), np.arange(count))

    @property
    def device(self) -> torch.device:
        """Where `take` wants numbers, and gives tiles."""
        return CPU if self.loaded is None else self.loaded.device

    def to(self, device: torch.device) -> "TilePixels":
        """Load all tiles to a GPU; for a CPU they stay where they are."""
        if device != self.device:
            self.loaded = None
            if device.type != "cpu":
                self.load(device)
        return self

    def load(self, device: torch.device) -> None:
        """Make all tiles one tensor on `device`."""
        every = torch.arange(-1, len(self.row)).roll(-1)  # the black tile comes last, where -1 finds it
        self.loaded = self._read(every).to(device)

    def take(self, numbers: Tensor) -> Tensor:
        """The tiles `numbers` (...): (..., size, size, 3) uint8."""
        return self._read(numbers) if self.loaded is None else self.loaded[numbers]

    def _read(self, numbers: Tensor) -> Tensor:
        """Copy tiles from their arrays."""
        tiles = np.empty((numbers.numel(), self.size, self.size, 3), dtype=np.uint8)
        for place, number in enumerate(numbers.flatten().tolist()):
            tiles[place] = self.arrays[self.array[number]][self.row[number]] if number >= 0 else 0
        return torch.from_numpy(tiles).view(*numbers.shape, self.size, self.size, 3)
