"""A disk that is full or becomes read-only: the message, and that the old file is still there (F7, F8)."""

import re
import subprocess
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from PIL import Image
from safetensors.torch import save_file

from pasi.errors import WriteError
from pasi.figures.style import save_figure
from pasi.imaging.settings import TileSettings
from pasi.imaging.tile_maker import ShardFiles, make_shard
from pasi.jobs.checkpoints import Checkpoints
from pasi.networks.pretrained import Pretrained, fetch_weights
from pasi.storage.atomic import atomic_write
from pasi.storage.json_files import write_json
from pasi.storage.tables import write_table

NOISE = np.random.default_rng(0).random(200_000)  # no file of it fits into 64 kB


@pytest.fixture
def disk(mount_disk):
    return mount_disk("64k")


def noisy_figure():
    figure = Figure()
    figure.subplots().plot(NOISE[:20_000])
    return figure


def write_shard(folder):
    """Tiles of 256 pixels of one photo, which lies on another disk."""
    picture = Image.fromarray((255 * NOISE[: 3 * 240 * 240]).astype(np.uint8).reshape(240, 240, 3))
    picture.save(folder.parent / "noise.png")
    photo = SimpleNamespace(subject="A", visit="1", region="upper", slot=0, path="noise.png", line=2)
    make_shard(
        [photo],
        folder.parent,
        TileSettings(size=256),
        ShardFiles(folder / "s.npy", folder / "s.parquet"),
        shard=0,
        known={},
    )


def write_tensors(path):
    with atomic_write(path) as temporary:
        save_file({"a": torch.from_numpy(NOISE)}, temporary)


def fetch_noise(path):
    """Weights from a folder on another disk; their copy does not fit."""
    source = path.parent.parent / "noise.pth"
    source.write_bytes(NOISE.tobytes())
    fetch_weights(Pretrained("squeezenet1_1", str(source), "0" * 8), path)


WRITERS = {
    "t.parquet": lambda folder: write_table({"a": NOISE}, folder / "t.parquet"),
    "t.csv": lambda folder: write_table({"a": NOISE}, folder / "t.csv"),
    "t.json": lambda folder: write_json(NOISE.tolist(), folder / "t.json"),
    "f.svg": lambda folder: save_figure(noisy_figure(), folder / "f"),
    "s.npy": write_shard,
    "w.safetensors": lambda folder: write_tensors(folder / "w.safetensors"),
    "fetched.safetensors": lambda folder: fetch_noise(folder / "fetched.safetensors"),
    "next.ckpt": lambda folder: Checkpoints(folder).save(1, lambda path: torch.save(torch.from_numpy(NOISE), path)),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_is_told_with_path_and_room_and_leaves_what_was_there(disk, name):
    (disk / name).write_text("old")
    room = r"the disk is full \(\d\.\d MB of it written, \d\.\d MB free\)"
    with pytest.raises(WriteError, match=rf"^{re.escape(str(disk / name))} cannot be written: {room}"):
        WRITERS[name](disk)
    assert [(path.name, path.read_text()) for path in disk.iterdir()] == [(name, "old")]


def test_after_room_was_made_the_same_call_succeeds(disk):
    filler = disk / "filler"
    filler.write_bytes(bytes(60_000))
    with pytest.raises(WriteError, match="Make room"):
        write_table({"a": NOISE[:5000]}, disk / "t.parquet")
    filler.unlink()
    write_table({"a": NOISE[:5000]}, disk / "t.parquet")
    assert [path.name for path in disk.iterdir()] == ["t.parquet"]


def test_a_disk_that_turned_read_only_is_told(disk):
    write_json([1], disk / "t.json")
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with pytest.raises(WriteError, match=r"t\.json cannot be written: Read-only file system\. Give this user"):
        write_json([2], disk / "t.json")
    assert (disk / "t.json").read_text() == "[\n  1\n]\n"


def test_what_is_no_fault_of_the_disk_stays_what_it_is(disk):
    def fail(path: Path):
        with atomic_write(path):
            raise KeyError("a bug of ours")

    with pytest.raises(KeyError, match="a bug of ours"):
        fail(disk.parent / "t.json")
