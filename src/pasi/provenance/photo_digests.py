"""Digests of photos, by which a plan sees that a photo was replaced."""

import fcntl
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

from pasi.storage.hashing import value_digest

EDGE = 65536  # bytes read at either end of a photo when planning; the tile job itself reads and hashes all of it
PATIENCE = 60  # seconds to wait for another plan that is writing the memory


class PhotoDigests:
    """Digests of photos by their size and both ends. A file is read again only when its size or times have changed.

    memory: a small database of what was read before. It names no photo: its keys are digests of path, size and times.
    Where it cannot be used, `warn` gets one text that says so, and every photo is read.
    """

    def __init__(self, memory: Path, warn: Callable[[str], None] | None = None):
        self.memory, self.warn = memory, warn
        self.connection: sqlite3.Connection | None = None
        try:
            memory.parent.mkdir(parents=True, exist_ok=True)
            _try_lock(memory)
            self.connection = sqlite3.connect(memory, timeout=PATIENCE)
            self.connection.execute(
                "CREATE TABLE IF NOT EXISTS photo (state TEXT PRIMARY KEY, content TEXT) WITHOUT ROWID"
            )
        except (OSError, sqlite3.Error) as error:
            self._go_without(error)

    def digest(self, folder: Path, paths: Iterable[str]) -> list[str]:
        """A digest for each photo under a folder; "absent" for one that is not there, or cannot be read (yet)."""
        base = str(folder.absolute())
        full = [f"{base}/{path}" for path in paths]
        if self.connection:
            try:
                with self.connection:
                    return [self._digest_one(path) for path in full]
            except sqlite3.Error as error:
                self._go_without(error)
        return [self._digest_one(path) for path in full]

    def _digest_one(self, path: str) -> str:
        """The path is text: making 270,000 Path objects would take longer than all the rest."""
        try:
            return self._digest_there(path, os.stat(path))
        except OSError:  # the job that needs the photo says what is wrong with it
            return "absent"

    def _digest_there(self, path: str, stat: os.stat_result) -> str:
        if self.connection is None:
            return _digest_ends(path, stat.st_size)
        state = value_digest(path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
        known = self.connection.execute("SELECT content FROM photo WHERE state = ?", (state,)).fetchone()
        if known:
            return str(known[0])
        content = _digest_ends(path, stat.st_size)
        self.connection.execute("INSERT OR REPLACE INTO photo VALUES (?, ?)", (state, content))
        return content

    def _go_without(self, error: Exception) -> None:
        self.connection = None
        reason = error.strerror if isinstance(error, OSError) else error
        if self.warn:
            self.warn(
                f"{self.memory} cannot be used ({reason}): each plan reads both ends of every photo again, which "
                "changes no result. If pasi doctor finds nothing missing in this folder, delete the file."
            )


def _try_lock(memory: Path) -> None:
    """Raise OSError where the file system has no locks of byte ranges; SQLite would take them for held, and wait."""
    descriptor = os.open(memory, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB, 1)
    except (BlockingIOError, PermissionError):
        pass  # another process has locked it, so there are locks
    finally:
        os.close(descriptor)


def _digest_ends(path: str, size: int) -> str:
    """SHA-256 of a file's size, its first and its last EDGE bytes."""
    with open(path, "rb") as file:
        digest = hashlib.sha256(f"{size}:".encode() + file.read(EDGE))
        file.seek(max(EDGE, size - EDGE))
        digest.update(file.read(EDGE))
    return digest.hexdigest()
