"""One run at a time in a folder: a second one is refused by name, and what a killed one left locked is free again."""

import json
import os
import socket
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pasi.problems import MendableError
from pasi.tables import write_json


class RunningError(MendableError):
    """Another run is at work in the folder; the message names its process, host and start."""


def hold_run(folder: Path) -> FileLock:
    """Keep other runs out of Snakemake's `folder` (.snakemake) for as long as the lock that is given back is kept.

    The kernel frees it when this process ends, however it ends; jobs that it started do not inherit it. Snakemake's own
    locks, which a killed run leaves behind, are then nobody's and are removed. RunningError where a run is alive.
    """
    place = folder / "pasi"
    place.mkdir(parents=True, exist_ok=True)
    lock, holder = FileLock(place / "run.lock"), place / "run.json"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RunningError(_told(holder)) from None
    started = datetime.now().astimezone().isoformat(timespec="seconds")
    write_json({"process": os.getpid(), "host": socket.gethostname(), "started": started}, holder)
    for left in (folder / "locks").glob("*"):
        left.unlink()
    return lock


def _told(holder: Path) -> str:
    try:
        run = json.loads(holder.read_text())
        who = f"process {run['process']} on {run['host']}, started {run['started']}"
    except (OSError, ValueError, KeyError):  # it has the lock and has not yet said who it is
        who = "started just now"
    return f"another run is at work in this folder ({who}): wait for it, or end it and give the same command again"
