"""Photos of a shard's last build are not decoded again, unless bytes, settings or code differ or it is damaged."""

from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from pasi.cohort.records import Photo
from pasi.imaging import tile_cache, tile_maker
from pasi.imaging.decode import make_tile
from pasi.imaging.settings import TileSettings
from pasi.imaging.tile_cache import cache_tiles
from pasi.imaging.tile_maker import ShardFiles, make_shard
from pasi.storage.tables import read_table

SETTINGS = TileSettings(size=8)


@pytest.fixture
def shard(tmp_path, monkeypatch):
    """A shard of two photos that has been built and cached, and a list of what is decoded from here on."""
    for name, grey in (("A", 60), ("B", 120)):
        Image.new("RGB", (32, 16), (grey,) * 3).save(tmp_path / f"{name}.png")
    shard = Shard(tmp_path, ShardFiles(tmp_path / "tiles/shard-03.npy", tmp_path / "tiles/shard-03.parquet"), [])
    shard.make()

    def decode(data, *, size, fit):
        shard.decoded.append(size)
        return make_tile(data, size=size, fit=fit)

    monkeypatch.setattr(tile_maker, "make_tile", decode)
    return shard


class Shard(NamedTuple):
    folder: object
    files: ShardFiles
    decoded: list

    def make(self, *names, settings=SETTINGS):
        """Build and cache the shard as the job does, without its outputs; returns the bytes of its files."""
        photos = [Photo(name, "1", "upper", 0, f"{name}.png", line) for line, name in enumerate(names or ("A", "B"), 2)]
        for path in self.files:
            path.unlink(missing_ok=True)
        known = tile_cache.load_cached_tiles(self.files, settings)
        make_shard(photos, self.folder, settings, self.files, shard=3, known=known)
        cache_tiles(self.files, settings)
        return [path.read_bytes() for path in self.files]


def test_a_shard_made_again_decodes_nothing_and_holds_the_same_bytes(shard):
    before = [path.read_bytes() for path in shard.files]
    assert shard.make() == before
    assert shard.decoded == []


def test_only_the_new_photo_is_decoded(shard):
    Image.new("RGB", (32, 16), (200,) * 3).save(shard.folder / "C.png")
    shard.make("A", "B", "C")
    assert shard.decoded == [8]
    assert np.load(shard.files.array)[:, 4, 4, 0].tolist() == [60, 120, 200]
    assert read_table(shard.files.table)["width"].tolist() == [32, 32, 32]


def test_a_photo_replaced_under_its_name_is_decoded(shard):
    Image.new("RGB", (32, 16), (61,) * 3).save(shard.folder / "A.png")
    shard.make()
    assert shard.decoded == [8]
    assert np.load(shard.files.array)[:, 4, 4, 0].tolist() == [61, 120]


def test_another_size_fit_or_version_of_the_decoder_decodes_all(shard, monkeypatch):
    shard.make(settings=TileSettings(size=16))
    assert shard.decoded == [16, 16]
    shard.make(settings=TileSettings(size=16, fit="squash"))
    monkeypatch.setattr(tile_cache.PIL, "__version__", "0")
    shard.make(settings=TileSettings(size=16, fit="squash"))
    assert shard.decoded == [16] * 6
    assert len(list((shard.folder / "tiles" / "known").rglob("*.npy"))) == 1


@pytest.mark.parametrize("kind", ["npy", "parquet"])
def test_a_damaged_shard_is_not_taken_up(shard, kind):
    before = [path.read_bytes() for path in shard.files]
    (kept,) = (shard.folder / "tiles" / "known").rglob(f"*.{kind}")
    data = bytearray(kept.read_bytes())
    data[-1] ^= 1
    kept.write_bytes(data)
    assert shard.make() == before
    assert shard.decoded == [8, 8]


def test_kept_tiles_are_no_second_copy(shard):
    (kept,) = (shard.folder / "tiles" / "known").rglob("*.npy")
    assert kept.samefile(shard.files.array)
