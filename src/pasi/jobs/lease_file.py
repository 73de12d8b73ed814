"""The file of a lease: how it is created, read and touched."""

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from pasi.jobs.holder import Holder, decoded, encoded


class Sight(NamedTuple):
    """What was seen of a lease: its bytes, its holder (None where the bytes name none), and its time in ns."""

    record: bytes
    holder: Holder | None
    touched: int


def create(path: Path, holder: Holder) -> bool:
    """Create the file of a lease; False where it exists."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    try:
        with open(descriptor, "wb") as file:
            file.write(encoded(holder))
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise
    return True


def look(path: Path) -> Sight | None:
    """A lease as it is now; None where there is none. The file is opened, because NFS then asks its server for it."""
    try:
        with path.open("rb") as file:
            record = file.read()
            return Sight(record, decoded(record), os.fstat(file.fileno()).st_mtime_ns)
    except FileNotFoundError:
        return None


def touch(path: Path, holder: Holder, beats: int) -> None:
    """Change the time of a lease, or its second line on a file system that lets no process set times."""
    try:
        os.utime(path)
    except FileNotFoundError:
        raise
    except OSError:
        with path.open("r+b") as file:
            file.write(encoded(holder) + f"{beats:012d}\n".encode())
