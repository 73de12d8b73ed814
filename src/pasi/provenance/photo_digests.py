"""Digests of photos, by which a plan sees that a photo was replaced."""

import hashlib
import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from pasi.storage.hashing import value_digest

EDGE = 65536  # bytes read at either end of a photo when planning; the tile job itself reads and hashes all of it


class PhotoDigests:
    """Digests of photos by their size and both ends. A file is read again only when its size or times have changed.

    memory: a small database of what was read before. It names no photo: its keys are digests of path, size and times.
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
        """The path is text: making 270,000 Path objects would take longer than all the rest."""
        try:
            stat = os.stat(path)
        except OSError:
            return "absent"
        state = value_digest(path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
        known = self.connection.execute("SELECT content FROM photo WHERE state = ?", (state,)).fetchone()
        if known:
            return str(known[0])
        content = _digest_ends(path, stat.st_size)
        self.connection.execute("INSERT OR REPLACE INTO photo VALUES (?, ?)", (state, content))
        return content


def _digest_ends(path: str, size: int) -> str:
    """SHA-256 of a file's size, its first and its last EDGE bytes."""
    with open(path, "rb") as file:
        digest = hashlib.sha256(f"{size}:".encode() + file.read(EDGE))
        file.seek(max(EDGE, size - EDGE))
        digest.update(file.read(EDGE))
    return digest.hexdigest()
