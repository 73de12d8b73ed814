"""Which GPU a training gets of those that it can see.

Snakemake counts GPUs (`--resources gpu=2`) and hands out no ids (snakemake issue 281): without this, all jobs would
train on the first one. A training leases a GPU by a lock that the kernel gives back when it ends, however it ends.
A training that a batch system gave one GPU has nothing to choose.
"""

import os
import tempfile
import time
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from pasi.errors import LeaseError

VISIBLE = "CUDA_VISIBLE_DEVICES"
# What batch systems call the job that a process belongs to.
BATCH_JOBS = ("SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "FLUX_JOB_ID", "KUBERNETES_SERVICE_HOST")
ELEMENT = "LSB_JOBINDEX"  # of an array of LSF, whose elements share the id of their job
DRIVER = Path("/proc/driver/nvidia/gpus")
POLL = 0.2  # seconds between two looks for a GPU that is free


def lease_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where all runs of this user on this machine keep their leases, or those in one job of a batch system.

    A batch system may number the GPUs of each job from 0, so that GPU 0 of two jobs is not the same.
    """
    job = next(([environment[name]] for name in BATCH_JOBS if name in environment), [])
    element = [environment[ELEMENT]] if ELEMENT in environment else []
    return Path(tempfile.gettempdir()) / "-".join(["pasi-gpus", str(os.getuid()), *job, *element])


def visible_gpus(environment: Mapping[str, str], driver: Path = DRIVER) -> list[str]:
    """Ids of the GPUs that this process may use: those of CUDA_VISIBLE_DEVICES where it is set, else all.

    As CUDA does, -1 and all that stands behind it is passed over.
    """
    if VISIBLE in environment:
        ids = [name.strip() for name in environment[VISIBLE].split(",")]
        return ids[: next((number for number, name in enumerate(ids) if name in ("", "-1")), len(ids))]
    with suppress(OSError):
        return [str(number) for number in range(len(list(driver.iterdir())))]
    return []


@contextmanager
def lease_gpu(
    jobs_per_gpu: int, folder: Path, environment: MutableMapping[str, str] = os.environ
) -> Iterator[str | None]:
    """Make one GPU the only one that this process sees, for as long as the block lasts; yields its id.

    At most `jobs_per_gpu` processes have it at once; the emptiest GPU is taken, and where none is free this waits.
    None, and nothing is changed, where there is no GPU, a batch system has assigned one, or `jobs_per_gpu` is 0.
    """
    ids = visible_gpus(environment)
    assigned = len(ids) == 1 and any(name in environment for name in BATCH_JOBS)
    if not ids or assigned or not jobs_per_gpu:
        yield None
        return
    _prepare(folder)
    name, lock = _wait(ids, jobs_per_gpu, folder)
    environment[VISIBLE] = name
    print(f"on GPU {name}", flush=True)
    try:
        yield name
    finally:
        lock.release()


def _prepare(folder: Path) -> None:
    """Make the folder, for its owner alone; somebody else may have made one of that name in a shared place."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise LeaseError(f"{folder} belongs to another user: set TMPDIR to a folder of your own")


def _wait(ids: Sequence[str], jobs_per_gpu: int, folder: Path) -> tuple[str, FileLock]:
    told = False
    while True:
        with FileLock(folder / "choose.lock"):  # one chooses at a time, or two would see each other's tries as taken
            free = {name: _free_slots(name, jobs_per_gpu, folder) for name in ids}
            name = max(ids, key=lambda name: len(free[name]))
            chosen = free[name][:1]
            for lock in (lock for locks in free.values() for lock in locks if lock not in chosen):
                lock.release()
        if chosen:
            return name, chosen[0]
        if not told:
            print(f"all {len(ids) * jobs_per_gpu} places on {len(ids)} GPUs are taken; this job waits", flush=True)
            told = True
        time.sleep(POLL)


def _free_slots(name: str, jobs_per_gpu: int, folder: Path) -> list[FileLock]:
    """The locks of a GPU that are free, taken."""
    taken = []
    for number in range(jobs_per_gpu):
        lock = FileLock(folder / f"{name.replace('/', '-')}.{number}.lock")
        with suppress(Timeout):
            lock.acquire(timeout=0)
            taken.append(lock)
    return taken
