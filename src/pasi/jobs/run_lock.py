"""The lock that allows one run at a time in a folder, and how a job finds out that its run has been superseded.

A second run is refused with the process and host of the first; a killed run leaves nothing locked. Jobs may outlive
their run, so each run gives them its name in their environment.
"""

import json
import os
import secrets
import socket
from collections.abc import Mapping, MutableMapping
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pasi.errors import RunningError
from pasi.storage.json_files import write_json

RUN = "PASI_RUN"  # the variable with the name of a job's run; batch systems pass it on


def lock_run(folder: Path, environment: MutableMapping[str, str] = os.environ) -> FileLock:
    """Lock `folder` (.snakemake) against other runs, for as long as the lock that is returned is kept.

    `environment` gets the name of this run, for the jobs that are started from now on. The kernel releases the lock
    when this process ends, even by a kill; its jobs do not inherit it. Locks of Snakemake in `folder` can then only be
    leftovers of a killed run, and are removed. Raises RunningError where another run has the lock.
    """
    record = run_record(folder)
    record.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(record.with_suffix(".lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RunningError(_message(record)) from None
    started = datetime.now().astimezone().isoformat(timespec="seconds")
    environment[RUN] = secrets.token_hex(8)
    run = {"run": environment[RUN], "process": os.getpid(), "host": socket.gethostname(), "started": started}
    write_json(run, record)
    for left in (folder / "locks").glob("*"):
        left.unlink()
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
    """The file in `folder` (.snakemake) that describes the last run; beside it, with suffix .lock, lies its lock."""
    return folder / "pasi" / "run.json"


def _message(record: Path) -> str:
    """The refusal of a second run."""
    try:
        run = json.loads(record.read_text())
        who = f"process {run['process']} on {run['host']}, started {run['started']}"
    except (OSError, ValueError, KeyError):  # it has the lock and has not written its record yet
        who = "started just now"
    return f"another run is at work in this folder ({who}): wait for it, or end it and give the same command again"
