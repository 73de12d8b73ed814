"""Digests of what photos hold, as far as a plan needs them."""

import hashlib
import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from pasi.storage.hashing import value_digest

EDGE = 65536  # bytes read at either end of a photo when planning; the tile job itself reads and hashes all of it


class PhotoDigests:
    """What photos hold, as far as a plan needs it: size and both ends, read once for each state of a file.

    The memory is a small database keyed by a digest of path, size and times, so that it names no photo.
    """

    def __init__(self, memory: Path):
        memory.parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(memory, timeout=60)
        self.connection.execute("CREATE TABLE IF NOT EXISTS photo (state TEXT PRIMARY KEY, content TEXT) WITHOUT ROWID")

    def digest(self, folder: Path, paths: Iterable[str]) -> list[str]:
        """A digest for each photo under a folder; "absent" for one that is not there (yet)."""
        base = str(folder.absolute())
        with self.connection:
            return [self._digest_one(f"{base}/{path}") for path in paths]

    def _digest_one(self, path: str) -> str:
        """Paths are texts here: 270,000 of them as objects take longer than all else."""
        try:
            stat = os.stat(path)
        except OSError:
            return "absent"
        state = value_digest(path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
        known = self.connection.execute("SELECT content FROM photo WHERE state = ?", (state,)).fetchone()
        if known:
            return known[0]
        content = _ends(path, stat.st_size)
        self.connection.execute("INSERT OR REPLACE INTO photo VALUES (?, ?)", (state, content))
        return content


def _ends(path: str, size: int) -> str:
    with open(path, "rb") as file:
        digest = hashlib.sha256(f"{size}:".encode() + file.read(EDGE))
        file.seek(max(EDGE, size - EDGE))
        digest.update(file.read(EDGE))
    return digest.hexdigest()
