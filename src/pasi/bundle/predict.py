"""Scoring a table of photos into a table of scores, with an audit trail that a killed call goes on from."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pasi.bundle.audit_trail import AuditTrail
from pasi.bundle.load import Bundle
from pasi.bundle.missing_changes import Missing, missing_changes
from pasi.bundle.photo_table import NewVisits, Reading, read_new_visits
from pasi.bundle.results import score_table
from pasi.bundle.visit_photos import NewVisit, hash_photos
from pasi.bundle.visit_scores import CHUNK, Entry, score_chunks
from pasi.errors import RunningError
from pasi.jobs.file_lock import FileLock
from pasi.storage.hashing import file_sha256
from pasi.storage.tables import write_table


class Outcome(NamedTuple):
    """What a call has done: visits by status, how many were scored now, and how many have no change and why."""

    statuses: Counter[str]
    scored_now: int
    missing_changes: Counter[Missing]


def trail_of(out: Path) -> Path:
    """The audit trail beside a table of scores.

    >>> trail_of(Path("a/scores.csv")).as_posix()
    'a/scores.audit.jsonl'
    """
    return out.with_name(f"{out.stem}.audit.jsonl")


@contextmanager
def hold_trail(out: Path) -> Iterator[None]:
    """Keep the table `out` and its trail from other calls meanwhile; raises RunningError where one has them."""
    out.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(trail_of(out).with_suffix(".lock"))
    if not lock.try_acquire():
        raise RunningError(f"another call writes {out}: wait for it to end, or name another --out")
    try:
        yield
    finally:
        lock.release()


def predict(
    bundle: Bundle, photos: Path, out: Path, reading: Reading, progress: Callable[[int], None] = lambda done: None
) -> Outcome:
    """Score the visits of photos.csv, and write the table `out` and the audit trail beside it.

    Visits whose photos were scored by this bundle before, as the trail says, are not scored again. `progress` is called
    with the number of visits that have ended. Raises InputError for the table, DamagedFileError for the trail,
    RunningError where another call writes the same table, WriteError where the disk is full.
    """
    found = read_new_visits(photos, bundle.index, bundle.scorer.preprocess.extra_photos, reading)
    with hold_trail(out):
        return _predict(bundle, found, photos, out, progress)


def _predict(bundle: Bundle, found: NewVisits, photos: Path, out: Path, progress: Callable[[int], None]) -> Outcome:
    trail = AuditTrail(trail_of(out), bundle.digest)
    entries: list[Entry | None] = [
        trail.find(visit.subject, visit.visit, hash_photos(visit, found.root)) for visit in found.visits
    ]
    waiting = [place for place, entry in enumerate(entries) if entry is None]
    trail.append("call", [{"visits": len(entries), "to_score": len(waiting), "photos_csv": file_sha256(photos)}])
    progress(len(entries) - len(waiting))
    parts = [waiting[start : start + CHUNK] for start in range(0, len(waiting), CHUNK)]
    chunks: list[Sequence[NewVisit]] = [[found.visits[place] for place in places] for places in parts]
    scored = score_chunks(chunks, found.root, bundle.scorer, bundle.residuals, bundle.checks)
    for places, results in zip(parts, scored, strict=True):
        trail.append("result", results)
        for place, entry in zip(places, results, strict=True):
            entries[place] = entry
        progress(sum(entry is not None for entry in entries))
    complete = [entry for entry in entries if entry is not None]
    has_labels = bundle.scorer.model.has_labels
    errors = bundle.residuals.responses
    write_table(score_table(complete, found.timelines, bundle.index, errors, has_labels=has_labels), out)
    trail.append("table", [{"table": file_sha256(out)}])
    statuses = Counter(entry["status"] for entry in complete)
    return Outcome(statuses, len(waiting), missing_changes(complete, found.timelines))
