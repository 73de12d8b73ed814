"""Scoring a table of photos into a table of scores, with an audit trail that a killed call goes on from."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pasi.bundle.audit_trail import AuditTrail
from pasi.bundle.load import Bundle, BundleContents
from pasi.bundle.missing_changes import Missing, missing_changes
from pasi.bundle.photo_table import Reading, read_new_visits
from pasi.bundle.results import score_table
from pasi.bundle.visit_photos import NewVisit, hash_photos
from pasi.bundle.visit_scores import CHUNK, Entry, score_chunks
from pasi.cohort.visit_order import Timeline
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
        raise RunningError(f"another call writes {out}: wait for it to end, or write another table")
    try:
        yield
    finally:
        lock.release()


def predict(
    bundle: Bundle,
    photos: Path,
    out: Path,
    reading: Reading,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Outcome:
    """Score the visits of photos.csv, and write the table `out` and the audit trail beside it.

    Visits whose photos were scored by this bundle before, as the trail says, are not scored again. `progress` is called
    with the number of visits that have ended, and of all. Raises InputError for the table, DamagedFileError for the
    trail, RunningError where another call writes the same table, WriteError where the disk is full.
    """
    found = read_new_visits(photos, bundle.index, bundle.scorer.preprocess.extra_photos, reading)
    with hold_trail(out):
        trail = AuditTrail(trail_of(out), bundle.digest)
        entries = known_entries(trail, found.visits, found.root)
        waiting = entries.count(None)
        begin_call(trail, len(entries), waiting, photos)
        progress(len(entries) - waiting, len(entries))
        for scored in score_waiting(bundle, found.visits, found.root, entries):
            trail.append("result", scored)
            progress(len(entries) - entries.count(None), len(entries))
        complete = [entry for entry in entries if entry is not None]
        return end_call(trail, bundle.contents, complete, found.timelines, out, scored_now=waiting)


def known_entries(trail: AuditTrail, visits: Sequence[NewVisit], root: Path) -> list[Entry | None]:
    """The result of each visit in the trail, by this bundle and the photos as they are now; None where it has none."""
    return [trail.find(visit.subject, visit.visit, hash_photos(visit, root)) for visit in visits]


def score_waiting(
    bundle: Bundle, visits: Sequence[NewVisit], root: Path, entries: list[Entry | None]
) -> Iterator[list[Entry]]:
    """Score the visits whose entry is None, CHUNK at a time; fills `entries`, and yields what came now."""
    waiting = [place for place, entry in enumerate(entries) if entry is None]
    parts = [waiting[start : start + CHUNK] for start in range(0, len(waiting), CHUNK)]
    chunks = [[visits[place] for place in places] for places in parts]
    scored = score_chunks(chunks, root, bundle.scorer, bundle.residuals, bundle.checks)
    for places, results in zip(parts, scored, strict=True):
        for place, entry in zip(places, results, strict=True):
            entries[place] = entry
        yield results


def begin_call(trail: AuditTrail, visits: int, to_score: int, photos: Path) -> None:
    """Append that a call has begun, with the digest of its table of photos."""
    trail.append("call", [{"visits": visits, "to_score": to_score, "photos_csv": file_sha256(photos)}])


def end_call(
    trail: AuditTrail,
    contents: BundleContents,
    entries: Sequence[Entry],
    lines: Mapping[str, Timeline],
    out: Path,
    *,
    scored_now: int,
) -> Outcome:
    """Write the table of scores, append its digest to the trail, and return what it holds."""
    has_labels = contents.model.has_labels
    errors = contents.residuals.responses
    write_table(score_table(entries, lines, contents.index, errors, has_labels=has_labels), out)
    trail.append("table", [{"table": file_sha256(out)}])
    return Outcome(Counter(entry["status"] for entry in entries), scored_now, missing_changes(entries, lines))
