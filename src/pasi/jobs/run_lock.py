"""One run at a time in a folder: a second one is refused by name, and what a killed one left locked is free again.

Jobs may outlive their run: they know it by a name that the run hands to them in their environment.
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

RUN = "PASI_RUN"  # the name of the run that a job belongs to; batch systems hand it on


def lock_run(folder: Path, environment: MutableMapping[str, str] = os.environ) -> FileLock:
    """Keep other runs out of Snakemake's `folder` (.snakemake) for as long as the lock that is given back is kept.

    Jobs that are started from now on belong to this run, by their `environment`. The kernel frees the lock when this
    process ends, however it ends; jobs that it started do not inherit it. Snakemake's own locks, which a killed run
    leaves behind, are then nobody's and are removed. RunningError where a run is alive.
    """
    holder = _holder(folder)
    holder.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(holder.with_suffix(".lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RunningError(_told(holder)) from None
    started = datetime.now().astimezone().isoformat(timespec="seconds")
    environment[RUN] = secrets.token_hex(8)
    run = {"run": environment[RUN], "process": os.getpid(), "host": socket.gethostname(), "started": started}
    write_json(run, holder)
    for left in (folder / "locks").glob("*"):
        left.unlink()
    return lock


def is_superseded(folder: Path, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a later run has begun in `folder` (.snakemake) than the one that started this job.

    False where that is not known: outside of a run, or where a job sees neither its environment nor its folder.
    """
    try:
        return bool(environment[RUN] != json.loads(_holder(folder).read_text())["run"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _holder(folder: Path) -> Path:
    return folder / "pasi" / "run.json"


def _told(holder: Path) -> str:
    try:
        run = json.loads(holder.read_text())
        who = f"process {run['process']} on {run['host']}, started {run['started']}"
    except (OSError, ValueError, KeyError):  # it has the lock and has not yet said who it is
        who = "started just now"
    return f"another run is at work in this folder ({who}): wait for it, or end it and give the same command again"
