"""What a machine has for a run: versions, GPU, rights, file systems, disk, weights, Slurm. Nothing is trained."""

import importlib.util
import re
import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlparse
from urllib.request import Request, urlopen

from packaging.requirements import Requirement

from pasi.config.settings import Settings
from pasi.errors import InputError
from pasi.monitoring.file_systems import RESULTS, STATE, WEIGHTS
from pasi.monitoring.finding import PATIENCE, Finding, printed_by
from pasi.monitoring.folder_checks import check_disk, check_file_systems, check_rights
from pasi.monitoring.gpu_check import check_gpu
from pasi.networks.pretrained import locate_weights

PACKAGE = "one-step-pasi"


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


def check_versions() -> Iterator[Finding]:
    """Whether every library is installed in a version that the package accepts."""
    required = [Requirement(text) for text in requires(PACKAGE) or [] if "extra ==" not in text]
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
    partitions = printed_by("sinfo", "--noheader", "--format=%P %a %D")
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
