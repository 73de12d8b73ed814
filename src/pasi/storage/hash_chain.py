"""A log that only grows: lines of JSON, each with a hash over itself and over the hash of the line before it.

A line that was changed, removed or moved breaks the chain and is named. A line that was cut off at the end of the file,
as by a kill, is no line yet: the next one takes its place. Lines that were removed at the end leave a shorter chain,
which is whole in itself; whoever keeps the last hash elsewhere notices that (`lacks_line`). As with any hash chain,
whoever can write the file can write another one from the start.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pasi.errors import WriteError
from pasi.storage.atomic import fsync_folder
from pasi.storage.hashing import value_digest

Line = dict[str, Any]
UNREADABLE = "is no line of this log: it was changed after it was written"
CHANGED = "was changed after it was written"
MOVED = "is not where it was written: lines were moved or copied"
GAP = "does not follow the line before it: a line between them was removed, or the one before was changed"


class Fault(NamedTuple):
    """A line that breaks the chain, by its number from 1, and what is wrong with it."""

    line: int
    text: str


@dataclass(frozen=True)
class HashChain:
    """A log as it was read.

    lines: those that are as they were written; what stands in another one says nothing. hashes: those of all lines.
    whole: bytes up to the end of the last complete line.
    """

    lines: tuple[Line, ...] = ()
    faults: tuple[Fault, ...] = ()
    hashes: tuple[str, ...] = ()
    whole: int = 0

    @property
    def last(self) -> str:
        """The hash that the next line continues; "" for the first line."""
        return self.hashes[-1] if self.hashes else ""


def read_chain(path: Path) -> HashChain:
    """The log in a file; an empty one where there is no file. A line without its end is left out."""
    data = path.read_bytes() if path.exists() else b""
    data = data[: data.rfind(b"\n") + 1]
    parsed = [_parse(text) for text in data.splitlines()]
    hashes = tuple(line["hash"] for line in parsed if line is not None)
    lines: list[Line] = []
    faults: list[Fault] = []
    last: str | None = ""  # None behind a line that cannot be read, whose hash is not known
    for number, line in enumerate(parsed, 1):
        text = _fault(line, last, set(hashes))
        if text:
            faults.append(Fault(number, text))
        if line is not None and text != CHANGED:
            lines.append(line)
        last = None if line is None else line["hash"]
    return HashChain(tuple(lines), tuple(faults), hashes, len(data))


def append_lines(path: Path, chain: HashChain, entries: Sequence[Mapping[str, Any]]) -> HashChain:
    """Append entries to the log that was read as `chain`, force them to the disk, and return what it is then.

    Raises WriteError where the disk is full or fails.
    """
    lines: list[Line] = []
    last = chain.last
    for entry in entries:
        line = {**entry, "previous": last, "hash": hash_after(last, entry)}
        last = line["hash"]
        lines.append(line)
    text = "".join(json.dumps(line, allow_nan=False) + "\n" for line in lines)
    try:
        whole = _write(path, chain.whole, text.encode())
    except OSError as error:
        raise WriteError(
            f"{path} cannot be written ({error.strerror}): make room or another folder for it, and give the "
            "same command again"
        ) from error
    hashes = (*chain.hashes, *(line["hash"] for line in lines))
    return HashChain((*chain.lines, *lines), chain.faults, hashes, whole)


def hash_after(last: str, entry: Mapping[str, Any]) -> str:
    """The hash that the line of an entry has behind the one of the hash `last`; "" for the first line."""
    return value_digest({**entry, "previous": last})


def lacks_line(chain: HashChain, *last: str) -> bool:
    """Whether the line is gone whose hash was kept elsewhere as the last one; "" where there was none.

    Of several hashes one must be there: a kill came while the next line was written.

    >>> chain = HashChain(hashes=("a", "b"))
    >>> lacks_line(chain, ""), lacks_line(chain, "a"), lacks_line(chain, "c"), lacks_line(chain, "b", "c")
    (False, False, True, False)
    """
    return bool(last) and not any(one in ("", *chain.hashes) for one in last)


def _write(path: Path, start: int, data: bytes) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with open(path, "xb" if is_new else "r+b") as file:
        file.truncate(start)
        file.seek(start)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        end = file.tell()
    if is_new:
        fsync_folder(path.parent)
    return end


def _parse(text: bytes) -> Line | None:
    try:
        line = json.loads(text)
        return dict(line) if isinstance(line["hash"], str) and isinstance(line["previous"], str) else None
    except (ValueError, KeyError, TypeError):
        return None


def _fault(line: Line | None, last: str | None, hashes: set[str]) -> str:
    """What is wrong with a line that follows one of the hash `last`; "" where nothing is."""
    if line is None:
        return UNREADABLE
    if line["hash"] != value_digest({name: value for name, value in line.items() if name != "hash"}):
        return CHANGED
    if last is None or line["previous"] == last:
        return ""
    return MOVED if line["previous"] in hashes or not line["previous"] else GAP
