"""The entries that a served page has saved: read when it starts, and written whole for each change."""

from pathlib import Path
from threading import Lock
from typing import Any

from pasi.errors import DamagedFileError
from pasi.review.content import ReviewContent
from pasi.review.entries import EMPTY, EntriesError, check_entries, rater_table
from pasi.review.page_folder import ENTRIES, TABLE
from pasi.storage.json_files import read_json, write_json
from pasi.storage.tables import write_table


class OutdatedError(EntriesError):
    """Entries of a window that has not seen those of another one."""


class GradeBook:
    """The entries of the page in `folder`. version counts the changes since it was opened.

    Raises DamagedFileError where the entries of before cannot be read.
    """

    def __init__(self, folder: Path, content: ReviewContent):
        self.folder, self.content = folder, content
        self.version = 0
        self._lock = Lock()
        path = folder / ENTRIES
        try:
            self.entries = check_entries(read_json(path), content.index) if path.exists() else dict(EMPTY)
        except EntriesError as error:
            raise DamagedFileError(f"{path} cannot be used ({error}): move it away, and grade anew") from error

    def shown(self) -> dict[str, Any]:
        """What a page starts from."""
        with self._lock:
            return {"version": self.version, "entries": self.entries}

    def save(self, posted: Any) -> int:
        """Save what a page has posted, `{"version": of what it started from, "entries": ...}`; returns the new version.

        Raises EntriesError where it is nothing that the page could have made, OutdatedError where another window has
        saved since, WriteError where the disk is full.
        """
        if not isinstance(posted, dict):
            raise EntriesError("these are no entries of a review page")
        entries = check_entries(posted.get("entries"), self.content.index)
        with self._lock:
            if posted.get("version") != self.version:
                raise OutdatedError("another window has saved grades since: load this page again")
            visits = [visit.key for visit in self.content.visits]
            write_json(entries, self.folder / ENTRIES)
            table = rater_table(entries, visits, self.content.grading, self.content.index)
            write_table(table, self.folder / TABLE)
            self.entries = entries
            self.version += 1
            return self.version
