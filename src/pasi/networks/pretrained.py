"""ImageNet weights of the networks: where each file comes from, and how it is verified and made safetensors.

torch is imported only where a file is converted: each start of Snakemake locates all files and should not wait for it.
"""

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlparse

from pasi.errors import InputError, Problem, WeightsError
from pasi.networks.catalogue import NETWORKS
from pasi.networks.settings import IMAGENET, SCRATCH
from pasi.storage.atomic import FULL, atomic_write
from pasi.storage.hashing import file_sha256
from pasi.storage.sha256sums import read_sums

if TYPE_CHECKING:
    from torch import Tensor

TORCHVISION = "https://download.pytorch.org/models"
# The DenseNet files are older than torch's rule that names of modules hold no dot: their norm.1 is norm1 today.
DENSENET_KEY = re.compile(r"^(.*denselayer\d+\.(?:norm|relu|conv))\.([12]\..*)$")


@dataclass(frozen=True)
class Pretrained:
    """One file of ImageNet weights: where it lies (URL or path) and its SHA-256, whole or its first digits."""

    backbone: str
    location: str
    digest: str

    @property
    def cached_name(self) -> str:
        """File name in the cache that all runs share; other weights of the same backbone have another name."""
        return f"{self.backbone}-{self.digest[:8]}.safetensors"


def locate_weights(backbones: Iterable[str], source: str) -> dict[str, Pretrained]:
    """Where the weights of each backbone come from, by `training.weights`.

    `source` is "none" (the result is empty), "imagenet" (torchvision's server), the URL of a mirror of that server, or
    a folder with a SHA256SUMS that lists {backbone}.pth or torchvision's own file name. Raises InputError, which names
    every missing file of a folder.
    """
    if source == SCRATCH:
        return {}
    if source == IMAGENET or urlparse(source).scheme in ("http", "https"):
        base = TORCHVISION if source == IMAGENET else source.rstrip("/")
        networks = (NETWORKS[name] for name in backbones)
        return {one.name: Pretrained(one.name, f"{base}/{one.file}", one.sha256) for one in networks}
    return _locate_in_folder(backbones, Path(source))


def _locate_in_folder(backbones: Iterable[str], folder: Path) -> dict[str, Pretrained]:
    sums = folder / "SHA256SUMS"
    if not sums.is_file():
        fix = "put the .pth files there and run sha256sum *.pth > SHA256SUMS in it, or change training.weights"
        raise InputError([Problem(str(sums), None, "training.weights", "no such file", "a list of hashes", fix)])
    digests = read_sums(sums)
    found, problems = {}, []
    for backbone in backbones:
        file = NETWORKS[backbone].file
        names = [name for name in (f"{backbone}.pth", file) if name in digests]
        if names and (folder / names[0]).is_file():
            found[backbone] = Pretrained(backbone, str(folder / names[0]), digests[names[0]])
        else:
            fix = f"put {file} of torchvision into {folder} and add it to SHA256SUMS"
            problems.append(Problem(str(sums), None, "training.weights", f"no {backbone}.pth", "file and hash", fix))
    if problems:
        raise InputError(problems)
    return found


def fetch_weights(pretrained: Pretrained, out: str | Path) -> None:
    """Copy or download one file, verify its hash, and store the network's state as safetensors in `out`.

    The file is opened only after its hash was verified, and only as tensors. It is loaded strictly into torchvision's
    network, so the names that are stored are those of today's torchvision; the 1,000-class head is stored too.

    Raises WeightsError where the file cannot be read, has another hash, or does not fit the network.
    """
    from pasi.storage.tensor_files import save_tensors

    with atomic_write(out) as temporary:
        raw = temporary.with_suffix(".pth")
        try:
            _copy_or_download(pretrained, raw)
            _verify(pretrained, raw)
            state = _load_state(pretrained.backbone, raw)
        finally:
            raw.unlink(missing_ok=True)
        save_tensors(state, {"backbone": pretrained.backbone, "source": pretrained.digest}, temporary)


def _copy_or_download(pretrained: Pretrained, raw: Path) -> None:
    from torch.hub import download_url_to_file

    try:
        if urlparse(pretrained.location).scheme in ("http", "https"):
            download_url_to_file(pretrained.location, str(raw), progress=False)
        else:
            shutil.copyfile(pretrained.location, raw)
    except OSError as error:  # urllib's errors are OSErrors too
        if error.errno in FULL:  # the disk that is written to is full, and the source is sound
            raise
        raise WeightsError(f"{pretrained.location} cannot be read: {error}. {_advice(pretrained.backbone)}") from error


def _verify(pretrained: Pretrained, raw: Path) -> None:
    digest = file_sha256(raw)
    if not digest.startswith(pretrained.digest):
        raise WeightsError(
            f"{pretrained.location} has SHA-256 {digest}, expected one that begins with {pretrained.digest}: "
            f"the file is damaged or another one. {_advice(pretrained.backbone)}"
        )


def _advice(backbone: str) -> str:
    return (
        f"Put {NETWORKS[backbone].file} of torchvision into a folder, run sha256sum *.pth > SHA256SUMS in it, and set "
        "training.weights to that folder; or set training.weights to none to train from scratch."
    )


def _load_state(backbone: str, raw: Path) -> dict[str, "Tensor"]:
    """State of torchvision's network with the weights of `raw`."""
    import pickle

    import torch
    from torchvision.models import get_model

    model: torch.nn.Module = get_model(backbone, weights=None)
    try:
        state = torch.load(raw, map_location="cpu", weights_only=True)
        for key in [key for key in state if DENSENET_KEY.match(key)]:
            state[DENSENET_KEY.sub(r"\1\2", key)] = state.pop(key)
        model.load_state_dict(state, strict=True)
    except (RuntimeError, pickle.UnpicklingError) as error:
        raise WeightsError(f"the weights of {backbone} do not fit torchvision's network: {error}") from error
    return {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
