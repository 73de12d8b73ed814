"""What the folders of a run allow: rights, abilities of their file systems, and room on the disk."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pasi.config.settings import Settings
from pasi.jobs.checkpoints import KEPT
from pasi.monitoring.file_systems import missing_abilities, missing_text
from pasi.monitoring.finding import Finding
from pasi.networks.catalogue import NETWORKS
from pasi.planning.disk_space import BYTES_PER_PARAMETER, free_bytes, missing_bytes, nearest_existing
from pasi.run_folder import RunFolder

STATES = 3  # of a network's size in a checkpoint: network, momentum, best network so far; with `ema` one more
FIX = "put it on another file system (results and weights_cache are keys, and .snakemake is where the run is started)"


def check_rights(folders: Iterable[str]) -> Iterator[Finding]:
    """Whether this user may write into the folders of a run."""
    for name in folders:
        there = nearest_existing(Path(name))
        if _may_write(there):
            yield Finding("rights", "ok", f"{name} can be written")
        else:
            yield Finding(
                "rights", "fault", f"{name}: {there} cannot be written; change its owner, or set it elsewhere"
            )


def _may_write(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def check_file_systems(folders: Mapping[str, str]) -> Iterator[Finding]:
    """What the file system of each folder cannot do, in one line; folders that cannot be written are passed over.

    folders: what each of them holds, by its path (`file_systems.EVERYWHERE`). Small files are written there, or into
    the nearest folder that exists, and are removed again.
    """
    for name, content in folders.items():
        there = nearest_existing(Path(name))
        if not _may_write(there):
            continue
        try:
            missing = missing_abilities(there, content)
        except OSError as error:  # `os.access` asks the machine, and a file server may think otherwise
            yield Finding("files", "fault", f"{name}: nothing can be written into {there} ({error.strerror}): {FIX}")
            continue
        if any(content in ability.needed for ability in missing):
            yield Finding("files", "fault", f"{name}: {missing_text(missing)}; {FIX}")
        elif missing:
            yield Finding("files", "note", f"{name}: {missing_text(missing)}")
        else:
            yield Finding("files", "ok", f"{name}: its file system can do all that a run uses")


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Whether the disk has room for missing tiles, weights to be kept and the checkpoints of one training."""
    one = (
        (KEPT + 1)
        * (STATES + bool(settings.training.ema))
        * BYTES_PER_PARAMETER
        * max(NETWORKS[name].parameters for name in settings.training.backbones)
    )
    needed = missing_bytes(settings) + one + _tile_bytes(settings)
    free = free_bytes(Path(settings.results))
    text = (
        f"{_size(free)} free; {settings.results} will take up to {_size(needed)} more, and {_size(one)} for "
        "each further training that runs at the same time"
    )
    if free < needed:
        fewer = "training.keep_weights to none, or " if missing_bytes(settings) else ""
        yield Finding("disk", "fault", f"{text}: set {fewer}results to a folder on a larger disk")
    else:
        yield Finding("disk", "ok", text)


def _size(size: int) -> str:
    """Bytes in the unit that a person reads."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"


def _tile_bytes(settings: Settings) -> int:
    """Bytes of the tiles that are not made yet; 0 where the table of photos is missing, which `pasi check` reports."""
    try:
        with open(settings.cohort.photos, "rb") as file:
            photos = max(0, sum(1 for _ in file) - 1)
    except OSError:
        return 0
    made = sum(shard.stat().st_size for shard in RunFolder(Path(settings.results)).shards())
    return max(0, photos * 3 * settings.tiles.size**2 - made)
