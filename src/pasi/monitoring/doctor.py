"""What a machine has for a run: versions, GPU, rights, file systems, disk, weights, Slurm. Nothing is trained."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.error import URLError
from urllib.parse import urlparse
from urllib.request import Request, urlopen

from packaging.requirements import Requirement

from pasi.config.settings import Settings
from pasi.errors import InputError
from pasi.jobs.checkpoints import KEPT
from pasi.jobs.gpu_lease import VISIBLE, visible_gpus
from pasi.monitoring.file_systems import RESULTS, STATE, WEIGHTS, missing_abilities, missing_text
from pasi.networks.catalogue import NETWORKS
from pasi.networks.pretrained import locate_weights
from pasi.planning.disk_space import BYTES_PER_PARAMETER, free_bytes, missing_bytes, nearest_existing
from pasi.run_folder import RunFolder

PACKAGE = "one-step-pasi"
STATES = 3  # of a network's size in a checkpoint: network, momentum, best network so far
PATIENCE = 5  # seconds that a server or a program has to answer
AMPERE = 8.0  # compute capability from which a GPU has bf16 and TF32


FIX = "put it on another file system (results and weights_cache are keys, and .snakemake is where the run is started)"

Level = Literal["ok", "note", "fault"]


class Finding(NamedTuple):
    """One result of a check: in order, worth knowing, or a fault with its fix."""

    thing: str
    level: Level
    text: str


def run_checks(settings: Settings) -> list[Finding]:
    """All findings for the run of these settings in the working directory."""
    folders = {settings.results: RESULTS, settings.training.weights_cache: WEIGHTS, ".snakemake": STATE}
    return [
        *check_versions(),
        *check_gpu(settings.training.device),
        *check_rights(folders),
        *check_file_systems(folders),
        *check_disk(settings),
        *check_weights(settings),
        *check_slurm(),
    ]


def check_versions(package: str = PACKAGE) -> Iterator[Finding]:
    """Whether every library is installed in a version that the package accepts."""
    required = [Requirement(text) for text in requires(package) or [] if "extra ==" not in text]
    wrong = [f"{one.name} {found or 'is missing'}" for one in required if not _fits(one, found := _installed(one.name))]
    if wrong:
        yield Finding("versions", "fault", f"{', '.join(wrong)}: make the environment again (make env)")
    else:
        yield Finding("versions", "ok", f"{len(required)} libraries, torch {_installed('torch')}")


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _fits(requirement: Requirement, found: str | None) -> bool:
    return found is not None and requirement.specifier.contains(found, prereleases=True)


def _torch_finds_gpu() -> bool:
    import torch  # takes seconds, so it is imported only where the driver shows a GPU

    return torch.cuda.is_available()


def check_gpu(device: str, found: Callable[[], bool] = _torch_finds_gpu) -> Iterator[Finding]:
    """The GPUs that the driver shows, and their precisions.

    A fault where torch finds none of them, or where the config asks for a GPU and there is none.
    """
    query = ["--query-gpu=name,memory.free,memory.total,compute_cap,driver_version", "--format=csv,noheader,nounits"]
    lines = (_printed("nvidia-smi", *query) or "").splitlines()
    for line in lines:
        name, free, total, capability, driver = (part.strip() for part in line.split(","))
        half = _precisions(capability)
        yield Finding("GPU", "ok", f"{name}, {free} of {total} MiB free, {half}, driver {driver}")
    if not lines and device == "cuda":
        yield Finding(
            "GPU", "fault", "none is shown by nvidia-smi: set training.device to auto or cpu, or repair its driver"
        )
    elif not lines:
        yield Finding("GPU", "note", "none: trainings run on the CPU")
    elif device != "cpu":
        yield from _check_torch(device, found)


def _check_torch(device: str, found: Callable[[], bool]) -> Iterator[Finding]:
    """Why torch does not find the GPUs of this machine, where it does not."""
    visible = os.environ.get(VISIBLE)
    try:
        seen = found()
    except (ImportError, OSError) as error:
        yield Finding("GPU", "fault", f"torch cannot be loaded ({error}): make the environment again (make env)")
        return
    if not seen and device == "auto" and visible is not None and not visible_gpus(os.environ):
        yield Finding("GPU", "note", f"none is visible, because {VISIBLE} is {visible!r}: trainings run on the CPU")
    elif not seen:
        reason = f"{VISIBLE} is {visible!r}" if visible is not None else "the driver may be too old for it"
        text = f"torch finds none of them: {reason}; correct that, or set training.device to cpu"
        yield Finding("GPU", "fault", text)


def _precisions(capability: str) -> str:
    try:
        return "bf16 and TF32" if float(capability) >= AMPERE else "neither bf16 nor TF32"
    except ValueError:  # "[N/A]": the driver does not know
        return "bf16 and TF32 unknown"


def _printed(*command: str) -> str | None:
    """What a program prints; None where it is missing, fails or hangs."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None


def check_rights(folders: Iterable[str]) -> Iterator[Finding]:
    """Whether this user may write into the folders of a run."""
    for name in folders:
        there = nearest_existing(Path(name))
        if _may_write(there):
            yield Finding("rights", "ok", f"{name} can be written")
        else:
            yield Finding(
                "rights", "fault", f"{name}: {there} cannot be written; change its owner, or set it elsewhere"
            )


def _may_write(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def check_file_systems(folders: Mapping[str, str]) -> Iterator[Finding]:
    """What the file system of each folder cannot do, in one line; folders that cannot be written are passed over.

    folders: what each of them holds, by its path (`file_systems.EVERYWHERE`). Small files are written there, or into
    the nearest folder that exists, and are removed again.
    """
    for name, content in folders.items():
        there = nearest_existing(Path(name))
        if not _may_write(there):
            continue
        try:
            missing = missing_abilities(there, content)
        except OSError as error:  # `os.access` asks the machine, and a file server may think otherwise
            yield Finding("files", "fault", f"{name}: nothing can be written into {there} ({error.strerror}): {FIX}")
            continue
        if any(content in ability.needed for ability in missing):
            yield Finding("files", "fault", f"{name}: {missing_text(missing)}; {FIX}")
        elif missing:
            yield Finding("files", "note", f"{name}: {missing_text(missing)}")
        else:
            yield Finding("files", "ok", f"{name}: its file system can do all that a run uses")


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Whether the disk has room for missing tiles, weights to be kept and the checkpoints of one training."""
    one = (
        (KEPT + 1)
        * STATES
        * BYTES_PER_PARAMETER
        * max(NETWORKS[name].parameters for name in settings.training.backbones)
    )
    needed = missing_bytes(settings) + one + _tile_bytes(settings)
    free = free_bytes(Path(settings.results))
    text = (
        f"{_size(free)} free; {settings.results} will take up to {_size(needed)} more, and {_size(one)} for "
        "each further training that runs at the same time"
    )
    if free < needed:
        fewer = "training.keep_weights to none, or " if missing_bytes(settings) else ""
        yield Finding("disk", "fault", f"{text}: set {fewer}results to a folder on a larger disk")
    else:
        yield Finding("disk", "ok", text)


def _size(size: int) -> str:
    """Bytes in the unit that a person reads."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"


def _tile_bytes(settings: Settings) -> int:
    """Bytes of the tiles that are not made yet; 0 where the table of photos is missing, which `pasi check` reports."""
    try:
        with open(settings.cohort.photos, "rb") as file:
            photos = max(0, sum(1 for _ in file) - 1)
    except OSError:
        return 0
    made = sum(shard.stat().st_size for shard in RunFolder(Path(settings.results)).shards())
    return max(0, photos * 3 * settings.tiles.size**2 - made)


def check_weights(settings: Settings) -> Iterator[Finding]:
    """Whether pretrained weights are cached, lie in the folder of the config, or can be fetched."""
    source, cache = settings.training.weights, Path(settings.training.weights_cache)
    try:
        found = locate_weights(settings.training.backbones, source)
    except InputError as error:
        first, *more = ("; ".join(problem.cells()) for problem in error.problems)
        yield Finding("weights", "fault", f"{first} (and {len(more)} more: pasi check lists them)" if more else first)
        return
    missing = [one for one in found.values() if not (cache / one.cached_name).exists()]
    if not missing:
        yield Finding("weights", "ok", "trained from scratch" if not found else f"all {len(found)} networks are cached")
    elif urlparse(missing[0].location).scheme not in ("http", "https"):
        yield Finding("weights", "ok", f"{len(missing)} of {len(found)} will be read from {source}")
    elif _answers(missing[0].location):
        yield Finding("weights", "ok", f"{len(missing)} of {len(found)} will be fetched; the server answers")
    else:
        server = urlparse(missing[0].location).netloc
        fix = "put torchvision's files into a folder with a SHA256SUMS, and name it in training.weights"
        text = f"{len(missing)} of {len(found)} are not cached, and {server} does not answer: {fix}"
        yield Finding("weights", "fault", text)


def _answers(url: str) -> bool:
    try:
        with urlopen(Request(url, method="HEAD"), timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError, ValueError):
        return False


def check_slurm() -> Iterator[Finding]:
    """Whether jobs can be submitted to Slurm from here."""
    partitions = _printed("sinfo", "--noheader", "--format=%P %a %D")
    plugin = importlib.util.find_spec("snakemake_executor_plugin_slurm") is not None
    if shutil.which("sbatch") is None:
        yield Finding("Slurm", "note", "not installed: jobs run on this machine")
    elif partitions is None:
        text = "sbatch is installed and sinfo does not answer: --profile profiles/slurm cannot submit jobs from here"
        yield Finding("Slurm", "note", text)
    elif not plugin:
        yield Finding("Slurm", "fault", "its plugin is missing: pip install snakemake-executor-plugin-slurm")
    elif names := re.findall(r"^(\S+?)\*? up", partitions, re.MULTILINE):
        yield Finding("Slurm", "ok", f"partitions {', '.join(names)}")
    else:
        yield Finding("Slurm", "note", "no partition is up: submitted jobs will wait")
