"""Photos and tiles that change under a run: what is built again, and what is never trained on (F9, F10)."""

import os
from pathlib import Path

import pytest
from PIL import Image

from small_run import BACKBONES, make_copy, run

pytestmark = pytest.mark.faults
FOLD = f"results/models/{BACKBONES[0]}/fold0/predictions.parquet"


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the checkout with its tiles and splits made and nothing trained."""
    folder = make_copy(tmp_path_factory.mktemp("tiles"))
    run(folder, "tiles", "splits")
    return folder


def states(copy: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and time of each shard."""
    shards = sorted((copy / "results/tiles").glob("shard-*.*"))
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in shards}


def test_a_photo_replaced_by_one_with_an_older_time_rebuilds_its_shard_alone(copy):
    before = states(copy)
    photo = next((copy / "trial/photos").rglob("*.jpg"))
    content, stat = photo.read_bytes(), photo.stat()
    with Image.open(photo) as picture:
        picture.rotate(180).save(photo)
    os.utime(photo, ns=(stat.st_atime_ns, stat.st_mtime_ns - 10**12))  # as `cp -p` from a backup leaves it
    run(copy, "tiles")
    after = states(copy)
    changed = {name for name in before if after[name] != before[name]}
    (stem,) = {name.partition(".")[0] for name in changed}
    assert changed == {f"{stem}.npy", f"{stem}.parquet"}
    assert len(before) > len(changed)
    assert after[f"{stem}.npy"][0] != before[f"{stem}.npy"][0]
    photo.write_bytes(content)
    run(copy, "tiles")
    assert {name: state[0] for name, state in states(copy).items()} == {
        name: state[0] for name, state in before.items()
    }


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-1] + bytes([data[-1] ^ 1]), lambda data: data[: len(data) // 2]]
)
def test_a_damaged_shard_is_never_trained_on(copy, damage):
    shard = next((copy / "results/tiles").glob("shard-*.npy"))
    whole, stat = shard.read_bytes(), shard.stat()
    shard.write_bytes(damage(whole))
    os.utime(shard, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # as a failing disk would leave it
    with pytest.raises(AssertionError, match=rf"{shard.name} is damaged, or does not belong to .*: delete it and run"):
        run(copy, FOLD)
    assert not (copy / FOLD).exists()
    shard.write_bytes(whole)
    os.utime(shard, ns=(stat.st_atime_ns, stat.st_mtime_ns))
