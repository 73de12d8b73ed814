"""The tiles of a shard's last build, by the SHA-256 of their photos, so that these photos are not decoded again.

Snakemake removes a job's outputs before the job starts. So hard links to the last outputs are kept in known/DIGEST; the
digest covers all that shapes a tile: its settings, the code that reads a photo, and the version of Pillow.
"""

from dataclasses import asdict

import PIL

from pasi.errors import DamagedFileError
from pasi.imaging import decode
from pasi.imaging.decode import Tile
from pasi.imaging.settings import TileSettings
from pasi.imaging.tile_maker import ShardFiles
from pasi.imaging.tile_store import COLUMNS
from pasi.provenance.code_digest import code_digest
from pasi.provenance.script_digest import OPERATIONS
from pasi.run_folder import KNOWN_TILES
from pasi.storage.arrays import open_array
from pasi.storage.atomic import atomic_write, hardlink_or_copy
from pasi.storage.hashing import file_sha256, value_digest
from pasi.storage.tables import read_table


def load_cached_tiles(files: ShardFiles, settings: TileSettings) -> dict[str, Tile]:
    """The tiles of the last build of a shard, by the SHA-256 of each photo.

    Empty where it was never built, was built with other settings or code, or is damaged.
    """
    kept = _kept(files, settings)
    try:
        columns = read_table(kept.table, COLUMNS)
        if set(columns["shard_sha256"]) != {file_sha256(kept.array)}:
            return {}
        tiles = open_array(kept.array)
    except (DamagedFileError, OSError):
        return {}
    names = ("sha256", "row", "width", "height")
    rows = zip(*(columns[name].tolist() for name in names), strict=True)
    return {digest: Tile(tiles[row], width, height) for digest, row, width, height in rows}


def cache_tiles(files: ShardFiles, settings: TileSettings) -> None:
    """Keep hard links to the files of a finished shard, and delete those of its builds with other settings or code."""
    kept = _kept(files, settings)
    for other in kept.array.parent.parent.glob(f"*/{files.array.stem}.*"):
        if other.parent != kept.array.parent:
            other.unlink(missing_ok=True)
    for source, target in zip(files, kept, strict=True):
        with atomic_write(target) as temporary:
            hardlink_or_copy(source, temporary)


def decoding_digest(settings: TileSettings) -> str:
    """Digest of all that shapes a tile apart from its photo."""
    return value_digest(asdict(settings), code_digest(decode.__file__, neutral=OPERATIONS), PIL.__version__)


def _kept(files: ShardFiles, settings: TileSettings) -> ShardFiles:
    """Paths of the hard links to a shard's files."""
    digest = decoding_digest(settings)[:16]
    return ShardFiles(*(path.parent / KNOWN_TILES / digest / path.name for path in files))
