import numpy as np
import pytest
import torch

from pasi.imaging.tile_pixels import TilePixels


def levels(*values):
    """A tile of 2x2 pixels for each level."""
    return np.stack([np.full((2, 2, 3), value, dtype=np.uint8) for value in values])


@pytest.fixture
def pixels():
    """Five tiles, of the levels 10 to 50, in two arrays whose rows are in another order."""
    return TilePixels([levels(30, 10), levels(50, 20, 40)], np.array([0, 1, 0, 1, 1]), np.array([1, 1, 0, 2, 0]))


def shown(tiles):
    """The level of each tile, each of whose pixels has it."""
    assert (tiles == tiles[..., :1, :1, :1]).all()
    return tiles[..., 0, 0, 0].tolist()


def test_tiles_come_in_the_order_and_shape_of_their_numbers_and_minus_one_is_black(pixels):
    taken = pixels.take(torch.tensor([[4, 0], [-1, 2], [3, 3]]))
    assert taken.dtype == torch.uint8
    assert shown(taken) == [[50, 10], [0, 30], [40, 40]]


def test_on_another_device_all_tiles_are_one_tensor_with_the_same_numbers(pixels):
    """The meta device stands for a GPU in what lies where; the values are looked at as they are sent."""
    sent = []
    read = pixels._read
    pixels._read = lambda numbers: sent.append(read(numbers)) or sent[-1]
    pixels.to(torch.device("meta"))
    assert shown(sent[0]) == [10, 20, 30, 40, 50, 0]  # the last one is where -1 looks
    assert pixels.device.type == "meta"
    assert pixels.take(torch.zeros(3, 4, dtype=torch.int64, device="meta")).shape == (3, 4, 2, 2, 3)


def test_a_tile_is_read_when_it_is_taken_and_never_kept(tmp_path):
    """So that a training on a CPU holds the tiles of a batch, whatever the number of tiles on disk."""
    file = tmp_path / "shard.npy"
    np.save(file, levels(10, 20))
    mapped = np.load(file, mmap_mode="r+")
    pixels = TilePixels.of(mapped)
    mapped[1] = 77
    assert shown(pixels.take(torch.tensor([1, 0]))) == [77, 10]
    assert shown(pixels.to(torch.device("cpu")).take(torch.tensor([1]))) == [77]
    assert pixels.loaded is None
