"""What the file system of a folder can do of all that a run uses, tried with small files that are removed again."""

import fcntl
import mmap
import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from pasi.jobs.file_lock import NoKernelLockError, lock_file
from pasi.jobs.lease import PACE

PREFIX = ".pasi-doctor-"  # of the folder in which all is tried
CONTENT = b"tried by pasi doctor"


RESULTS, WEIGHTS, STATE = "results", "cached weights", "records of Snakemake"  # what the folders of a run hold
EVERYWHERE = (RESULTS, WEIGHTS, STATE)


class Ability(NamedTuple):
    """Something that a run does with files.

    works: does it in an empty folder; returns whether it worked, or raises OSError. without: what follows where it does
    not. used, needed: in which folders a run uses it, and in which it fails without it.
    """

    name: str
    works: Callable[[Path], bool]
    without: str
    used: Sequence[str]
    needed: Sequence[str] = ()


def missing_abilities(folder: Path, content: str) -> list[Ability]:
    """What a run uses in the folder with this content and its file system cannot do, tried in `folder`.

    Raises OSError where nothing can be written there.
    """
    tried = [ability for ability in ABILITIES if content in ability.used]
    with TemporaryDirectory(prefix=PREFIX, dir=folder, ignore_cleanup_errors=True) as place:
        return [ability for number, ability in enumerate(tried) if not _works(ability, Path(place, str(number)))]


def missing_text(missing: Sequence[Ability]) -> str:
    """What is missing and what follows from it, in one line."""
    return "; ".join(f"no {ability.name}: {ability.without}" for ability in missing)


def _works(ability: Ability, folder: Path) -> bool:
    folder.mkdir()
    try:
        return ability.works(folder)
    except OSError:
        return False


def _creates_once(folder: Path) -> bool:
    for _ in range(2):
        try:
            os.close(os.open(folder / "file", os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            return (folder / "file").exists()
    return False


def _renames_over(folder: Path) -> bool:
    old, new = folder / "old", folder / "new"
    old.write_bytes(b"")
    new.write_bytes(CONTENT)
    new.replace(old)
    return old.read_bytes() == CONTENT and not new.exists()


def _renames_folder(folder: Path) -> bool:
    (folder / "old").mkdir()
    (folder / "old" / "file").write_bytes(CONTENT)
    (folder / "old").rename(folder / "new")
    return (folder / "new" / "file").read_bytes() == CONTENT


def _maps(folder: Path) -> bool:
    (folder / "file").write_bytes(CONTENT)
    with (folder / "file").open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as found:
        return found[:] == CONTENT


def _flushes(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR | os.O_CREAT)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return True


def _links(folder: Path) -> bool:
    (folder / "file").write_bytes(CONTENT)
    (folder / "link").hardlink_to(folder / "file")
    return (folder / "link").read_bytes() == CONTENT


def _sets_times(folder: Path) -> bool:
    (folder / "file").write_bytes(CONTENT)
    os.utime(folder / "file", (0, 0))
    return (folder / "file").stat().st_mtime == 0


def _changes_rights(folder: Path) -> bool:
    (folder / "file").write_bytes(CONTENT)
    (folder / "file").chmod(stat.S_IRUSR | stat.S_IWUSR)
    return True


def _keeps_others_out(folder: Path) -> bool:
    os.close(os.open(folder / "file", os.O_CREAT | os.O_WRONLY, stat.S_IRUSR | stat.S_IWUSR))
    return not (folder / "file").stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def _locks_files(folder: Path) -> bool:
    try:
        descriptor = lock_file(folder / "file")
    except NoKernelLockError:
        return False
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is not None


def _locks_ranges(folder: Path) -> bool:
    with (folder / "file").open("wb") as file:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True


ABILITIES = (
    Ability("exclusive creation of files", _creates_once, "two runs cannot be kept apart", EVERYWHERE, EVERYWHERE),
    Ability("renaming over a file", _renames_over, "no file can be replaced whole", EVERYWHERE, EVERYWHERE),
    Ability("renaming of folders", _renames_folder, "no training can end", (RESULTS,), (RESULTS,)),
    Ability("memory maps", _maps, "tiles are read whole, and take their memory twice for a moment", (RESULTS,)),
    Ability("chmod", _changes_rights, "Snakemake cannot keep its records", (STATE,), (STATE,)),
    Ability("setting of times", _sets_times, "Snakemake cannot mark its outputs", (RESULTS, STATE), (RESULTS, STATE)),
    Ability("permissions", _keeps_others_out, "others may be able to read what a run writes", EVERYWHERE),
    Ability("fsync of files", lambda folder: _flushes(folder / "file"), "a power cut may tear files", EVERYWHERE),
    Ability("fsync of folders", _flushes, "a power cut may bring an earlier file back", EVERYWHERE),
    Ability("hard links", _links, "tiles and outputs of trainings take their space twice", (RESULTS,)),
    Ability(
        "kernel locks (flock)",
        _locks_files,
        f"leases stand in for them, and a job waits up to {PACE.stale:.0f} s for a killed one of another machine",
        (RESULTS, STATE),
    ),
    Ability("locks of ranges (fcntl)", _locks_ranges, "each plan reads both ends of every photo again", (STATE,)),
)
