"""The audit trail of scoring: a line of JSON for each result, each with a hash over itself and all lines before it.

It is also what a call that was killed goes on from: a visit whose photos and bundle are those of an earlier line is not
scored again. A line that was cut off at the end of the file, as by a kill, is dropped; any other change of a line
breaks the chain and is refused. As with any hash chain, whoever can write the file can write a new one from the start;
keep the last hash elsewhere to notice that.
"""

import getpass
import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pasi.bundle.visit_scores import Entry
from pasi.errors import DamagedFileError, WriteError
from pasi.storage.hashing import value_digest

RESULT = ("subject", "visit", "photos", "status", "reasons", "used", "scores")
ADDED = ("unlikeness",)  # what results have since 0.2.0 and earlier ones lack


class AuditTrail:
    """The trail in a file, which is read whole when this is made; raises DamagedFileError where its chain is broken."""

    def __init__(self, path: Path, bundle: str):
        self.path, self.bundle = path, bundle
        self.last = ""  # hash of the last line
        self.known: dict[str, Entry] = {}
        lines, self._whole = _read_lines(path)
        for number, line in enumerate(lines, 1):
            entry = _parse(path, number, line, self.last)
            self.last = entry["hash"]
            if entry["event"] == "result":
                self.known[_key(entry["bundle"], entry)] = {
                    name: entry[name] for name in (*RESULT, *ADDED) if name in entry
                }

    def find(self, subject: str, visit: str, photos: Sequence[Sequence[Any]]) -> Entry | None:
        """The result of a visit with these photos by this bundle, where there is one."""
        return self.known.get(_key(self.bundle, {"subject": subject, "visit": visit, "photos": photos}))

    def append(self, event: str, entries: Sequence[Mapping[str, Any]]) -> None:
        """Append lines and force them to the disk; raises WriteError where the disk is full or fails."""
        lines = []
        for entry in entries:
            when = datetime.now(UTC).isoformat(timespec="seconds")
            line = {"event": event, "when": when, "who": _user(), "bundle": self.bundle, **entry, "previous": self.last}
            self.last = line["hash"] = value_digest(line)
            lines.append(json.dumps(line, allow_nan=False) + "\n")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with open(self.path, "r+b" if self.path.exists() else "xb") as file:
                file.truncate(self._whole)
                file.seek(self._whole)
                file.write("".join(lines).encode())
                file.flush()
                os.fsync(file.fileno())
                self._whole = file.tell()
        except OSError as error:
            raise WriteError(
                f"{self.path} cannot be written ({error.strerror}): make room or another folder for it, and give the "
                "same command again"
            ) from error
        self.known |= {_key(self.bundle, entry): dict(entry) for entry in entries if event == "result"}


def _read_lines(path: Path) -> tuple[list[bytes], int]:
    """The complete lines of a file, and their number of bytes."""
    data = path.read_bytes() if path.exists() else b""
    whole = data[: data.rfind(b"\n") + 1]
    return whole.splitlines(), len(whole)


def _parse(path: Path, number: int, line: bytes, previous: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
        own = {name: value for name, value in entry.items() if name != "hash"}
        sound = entry["hash"] == value_digest(own) and entry["previous"] == previous
        sound = sound and (entry["event"] != "result" or all(name in entry for name in RESULT))
    except (ValueError, KeyError, TypeError, AttributeError):
        sound = False
    if not sound:
        raise DamagedFileError(
            f"{path}:{number} does not continue the hash chain of the audit trail, so a line was changed, added or "
            "removed: restore the file, or keep it and name another --out"
        )
    return dict(entry)


def _key(bundle: str, entry: Mapping[str, Any]) -> str:
    return value_digest(bundle, entry["subject"], entry["visit"], entry["photos"])


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user without a name
        return str(os.getuid())
