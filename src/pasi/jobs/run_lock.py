"""The lock that allows one run at a time in a folder, and how a job finds out that its run has been superseded.

A second run is refused with the process and host of the first; a killed run leaves nothing locked. Jobs may outlive
their run, so each run gives them its name in their environment.
"""

import atexit
import json
import os
import secrets
import sys
import time
from collections.abc import Mapping, MutableMapping
from datetime import datetime
from functools import partial
from pathlib import Path

from pasi.errors import RunningError, WriteError
from pasi.jobs.file_lock import FileLock, find_holder
from pasi.jobs.holder import Holder
from pasi.storage.json_files import write_json

RUN = "PASI_RUN"  # the variable with the name of a job's run; batch systems pass it on


def lock_run(folder: Path, environment: MutableMapping[str, str] = os.environ) -> FileLock:
    """Lock `folder` (.snakemake) against other runs, for as long as the lock that is returned is kept.

    `environment` gets the name of this run, for the jobs that are started from now on. The lock ends with this process,
    even by a kill (`pasi.jobs.file_lock`); its jobs do not inherit it. Locks of Snakemake in `folder` can then only be
    leftovers of a killed run, and are removed. Raises RunningError where another run has the lock, WriteError where the
    folder cannot be written.
    """
    record = run_record(folder)
    lock = FileLock(lock_of(record), lost=_warn)
    try:
        record.parent.mkdir(parents=True, exist_ok=True)
        locked = lock.try_acquire()
    except OSError as error:
        fix = "give this user the right to write there, or start the run in another folder"
        raise WriteError(f"{record.parent} cannot be written ({error.strerror}): {fix}") from error
    if not locked:
        raise RunningError(_message(record))
    atexit.register(lock.release)
    started = datetime.now().astimezone().isoformat(timespec="seconds")
    environment[RUN] = secrets.token_hex(8)
    run = {"run": environment[RUN], "process": os.getpid(), "host": os.uname().nodename, "started": started}
    write_json(run, record)
    _check_file_system(record)
    for left in (folder / "locks").glob("*"):
        left.unlink(missing_ok=True)
    return lock


def is_superseded(folder: Path, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a later run than that of this job has begun in `folder` (.snakemake).

    False where this is not known: outside a run, or where a job has neither the environment nor the folder of its run.
    """
    try:
        return bool(environment[RUN] != json.loads(run_record(folder).read_text())["run"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def run_record(folder: Path) -> Path:
    """The file in `folder` (.snakemake) that describes the last run."""
    return folder / "pasi" / "run.json"


def lock_of(record: Path) -> Path:
    """The file that a run keeps locked; it lies beside its record."""
    return record.with_suffix(".lock")


def describe_run(record: Path, holder: Holder | None) -> str | None:
    """Process, host and start of the run that `holder` is, or of the last one; None where nothing is known."""
    try:
        run = json.loads(record.read_text())
        if holder is None or (run["process"], run["host"]) == (holder.process, holder.machine.host):
            return f"process {run['process']} on {run['host']}, started {run['started']}"
    except (OSError, ValueError, KeyError, TypeError):  # it has not written its record yet, or that is damaged
        pass
    return str(holder) if holder else None


def _check_file_system(record: Path) -> None:
    """Refuse a file system on which Snakemake would fail at its first job, with advice that Snakemake does not give."""
    for name, attempt in (("chmod", partial(record.chmod, 0o600)), ("setting of times", partial(os.utime, record))):
        try:
            attempt()
        except OSError as error:
            fix = "start the run in a folder on another file system"
            raise WriteError(f"{record} allows no {name} ({error.strerror}), which Snakemake needs: {fix}") from error


def _message(record: Path) -> str:
    """The refusal of a second run."""
    who = describe_run(record, find_holder(lock_of(record), time.time())) or "started just now"
    return f"another run is at work in this folder ({who}): wait for it, or end it and give the same command again"


def _warn(holder: Holder) -> None:
    """Say that a later run has begun, to which the jobs of this one leave everything (`is_superseded`)."""
    text = "this run did not touch its lease for so long that another one has taken over the folder"
    print(f"{text} ({holder}): end this one", file=sys.stderr, flush=True)
