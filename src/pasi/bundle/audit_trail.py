"""The audit trail of scoring: a line of JSON for each result, each with a hash over itself and all lines before it.

It is also what a call that was killed goes on from: a visit whose photos and bundle are those of an earlier line is not
scored again. Any change of a line but a cut at the end of the file breaks the chain (`pasi.storage.hash_chain`) and is
refused. Keep the last hash elsewhere to notice that the file was written anew.
"""

import getpass
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pasi.bundle.visit_scores import Entry
from pasi.errors import DamagedFileError
from pasi.storage.hash_chain import append_lines, read_chain
from pasi.storage.hashing import value_digest

RESULT = ("subject", "visit", "photos", "status", "reasons", "used", "scores")
ADDED = ("unlikeness",)  # what results have since 0.2.0 and earlier ones lack
# What a line has by its event.
NAMES = {
    "result": (*RESULT, "bundle"),
    "faces": ("subject", "visit", "photos", "detector", "found", "unopened"),
    "face_list": ("photos", "visits", "unopened", "detector", "list"),
}


class AuditTrail:
    """The trail in a file, which is read whole when this is made; raises DamagedFileError where its chain is broken."""

    def __init__(self, path: Path, bundle: str):
        self.path, self.bundle = path, bundle
        self.known: dict[str, Entry] = {}
        self._chain = read_chain(path)
        for fault in self._chain.faults:
            raise _broken(path, fault.line)
        for number, entry in enumerate(self._chain.lines, 1):
            if not _is_sound(entry):
                raise _broken(path, number)
            if entry["event"] == "result":
                self.known[_key(entry["bundle"], entry)] = {
                    name: entry[name] for name in (*RESULT, *ADDED) if name in entry
                }

    @property
    def lines(self) -> Sequence[Mapping[str, Any]]:
        """All lines of the trail, in their order."""
        return self._chain.lines

    def find(self, subject: str, visit: str, photos: Sequence[Sequence[Any]]) -> Entry | None:
        """The result of a visit with these photos by this bundle, where there is one."""
        return self.known.get(_key(self.bundle, {"subject": subject, "visit": visit, "photos": photos}))

    def append(self, event: str, entries: Sequence[Mapping[str, Any]]) -> None:
        """Append lines and force them to the disk; raises WriteError where the disk is full or fails."""
        when = datetime.now(UTC).isoformat(timespec="seconds")
        head = {"event": event, "when": when, "who": _user(), "bundle": self.bundle}
        self._chain = append_lines(self.path, self._chain, [{**head, **entry} for entry in entries])
        self.known |= {_key(self.bundle, entry): dict(entry) for entry in entries if event == "result"}


def _is_sound(entry: Mapping[str, Any]) -> bool:
    """Whether a line has what a line of this trail has."""
    return "event" in entry and all(name in entry for name in NAMES.get(entry["event"], ()))


def _broken(path: Path, number: int) -> DamagedFileError:
    return DamagedFileError(
        f"{path}:{number} does not continue the hash chain of the audit trail, so a line was changed, added or "
        "removed: restore the file, or keep it under another name and score anew"
    )


def _key(bundle: str, entry: Mapping[str, Any]) -> str:
    return value_digest(bundle, entry["subject"], entry["visit"], entry["photos"])


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user without a name
        return str(os.getuid())
