"""Leases of GPUs: which of the visible GPUs a training uses.

Snakemake counts GPUs (`--resources gpu=2`) and assigns none (snakemake issue 281); without leases, all jobs would train
on the first GPU. A lease is a lock on a file (`pasi.jobs.file_lock`), which ends with the training, even by a kill.
Where a batch system has assigned one GPU to a training, nothing is leased.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from pasi.errors import LeaseError
from pasi.jobs.file_lock import FileLock

VISIBLE = "CUDA_VISIBLE_DEVICES"
# Variables in which batch systems name the job that a process belongs to.
BATCH_JOBS = ("SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "FLUX_JOB_ID", "KUBERNETES_SERVICE_HOST")
ELEMENT = "LSB_JOBINDEX"  # LSF gives all elements of an array the same id, and each its own index
DRIVER = Path("/proc/driver/nvidia/gpus")  # has one folder for each GPU; WSL2 and some containers lack it
SMI = "nvidia-smi"
SMI_OF_WSL = "/usr/lib/wsl/lib/nvidia-smi"  # where WSL2 has it, which is not always on the path
PATIENCE = 60  # seconds that nvidia-smi has to answer: where no program uses a GPU, it starts each one first
GPU_LINE = re.compile(r"^GPU \d+:", re.MULTILINE)  # lines of the parts of a GPU (MIG) are indented
POLL = 0.2  # seconds between two attempts to find a free GPU


def lease_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of leases that all runs of this user on this machine share, or all runs in one job of a batch system.

    Each job of a batch system has its own folder, because the GPUs of each may be numbered from 0.
    """
    job = next(([environment[name]] for name in BATCH_JOBS if name in environment), [])
    element = [environment[ELEMENT]] if ELEMENT in environment else []
    return Path(tempfile.gettempdir()) / "-".join(["pasi-gpus", str(os.getuid()), *job, *element])


def visible_gpus(environment: Mapping[str, str], driver: Path = DRIVER) -> list[str]:
    """Ids of the GPUs that this process may use: those in CUDA_VISIBLE_DEVICES if it is set, else all of the driver.

    An id of -1 and all ids after it are ignored, as CUDA does. Where the folder `driver` is missing, nvidia-smi counts
    the GPUs.
    """
    if VISIBLE in environment:
        ids = [name.strip() for name in environment[VISIBLE].split(",")]
        return ids[: next((number for number, name in enumerate(ids) if name in ("", "-1")), len(ids))]
    try:
        count = len(list(driver.iterdir()))
    except OSError:
        count = _count_by_smi()
    return [str(number) for number in range(count)]


def smi_program() -> str:
    """The path of nvidia-smi, or where WSL2 would have it."""
    return shutil.which(SMI) or SMI_OF_WSL


def _count_by_smi() -> int:
    """Number of GPUs that `nvidia-smi -L` lists, a line each; 0 where there is no such program, or it fails."""
    try:
        listed = subprocess.run(
            [smi_program(), "-L"], capture_output=True, text=True, timeout=PATIENCE, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    return len(GPU_LINE.findall(listed))


@contextmanager
def lease_gpu(
    jobs_per_gpu: int, folder: Path, environment: MutableMapping[str, str] = os.environ
) -> Iterator[str | None]:
    """Lease one GPU while the block lasts, make it the only visible one in `environment`, and yield its id.

    The GPU with the most free places is leased; each has `jobs_per_gpu` places, and where no place is free this waits.
    Yields None and changes nothing where there is no GPU, where a batch system has assigned one, or where
    `jobs_per_gpu` is 0. Raises LeaseError where `folder` belongs to another user.
    """
    ids = visible_gpus(environment)
    assigned = len(ids) == 1 and any(name in environment for name in BATCH_JOBS)
    if not ids or assigned or not jobs_per_gpu:
        yield None
        return
    _prepare(folder)
    name, lock = _wait_for_place(ids, jobs_per_gpu, folder)
    environment[VISIBLE] = name
    print(f"on GPU {name}", flush=True)
    try:
        yield name
    finally:
        lock.release()


def _prepare(folder: Path) -> None:
    """Create the folder for its owner alone; another user may have created one of this name in a shared place."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise LeaseError(f"{folder} belongs to another user: set TMPDIR to a folder of your own")


def _wait_for_place(ids: Sequence[str], jobs_per_gpu: int, folder: Path) -> tuple[str, FileLock]:
    """A GPU with a free place and the lock of that place, acquired."""
    announced = False
    while True:
        # Serialise the choice: two processes would each mistake the other's test of a lock for a lease.
        with FileLock(folder / "choose.lock", shared=False):
            free = {name: _acquire_places(name, jobs_per_gpu, folder) for name in ids}
            name = max(ids, key=lambda name: len(free[name]))
            chosen = free[name][:1]
            for lock in (lock for locks in free.values() for lock in locks if lock not in chosen):
                lock.release()
        if chosen:
            return name, chosen[0]
        if not announced:
            print(f"all {len(ids) * jobs_per_gpu} places on {len(ids)} GPUs are taken; this job waits", flush=True)
            announced = True
        time.sleep(POLL)


def _acquire_places(name: str, jobs_per_gpu: int, folder: Path) -> list[FileLock]:
    """The locks of all free places on a GPU, acquired."""
    acquired = []
    for number in range(jobs_per_gpu):
        lock = FileLock(folder / f"{name.replace('/', '-')}.{number}.lock", shared=False)
        if lock.try_acquire():
            acquired.append(lock)
    return acquired
