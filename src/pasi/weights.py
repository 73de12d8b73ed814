"""ImageNet weights of the 29 backbones: which file, from where, by which hash, and how it becomes safetensors.

Nothing here imports torch until a file is really converted, because the Snakefile asks for the hashes of all files.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse

from pasi.problems import InputError, MendableError, Problem
from pasi.sha256sums import read_sums
from pasi.tables import FULL, publish

TORCHVISION = "https://download.pytorch.org/models"

# torchvision's IMAGENET1K_V1 files (R29: `DEFAULT` would be V2 for 8 of them). The digits after the last hyphen are
# the first of the file's SHA-256.
FILES = {
    "alexnet": "alexnet-owt-7be5be79.pth",
    "vgg11": "vgg11-8a719046.pth",
    "vgg13": "vgg13-19584684.pth",
    "vgg16": "vgg16-397923af.pth",
    "vgg19": "vgg19-dcbb9e9d.pth",
    "vgg11_bn": "vgg11_bn-6002323d.pth",
    "vgg13_bn": "vgg13_bn-abd245e5.pth",
    "vgg16_bn": "vgg16_bn-6c64b313.pth",
    "vgg19_bn": "vgg19_bn-c79401a0.pth",
    "resnet18": "resnet18-f37072fd.pth",
    "resnet34": "resnet34-b627a593.pth",
    "resnet50": "resnet50-0676ba61.pth",
    "resnet101": "resnet101-63fe2227.pth",
    "resnet152": "resnet152-394f9c45.pth",
    "resnext50_32x4d": "resnext50_32x4d-7cdf4587.pth",
    "wide_resnet50_2": "wide_resnet50_2-95faca4d.pth",
    "wide_resnet101_2": "wide_resnet101_2-32ee1156.pth",
    "squeezenet1_0": "squeezenet1_0-b66bff10.pth",
    "squeezenet1_1": "squeezenet1_1-b8a52dc0.pth",
    "densenet121": "densenet121-a639ec97.pth",
    "densenet169": "densenet169-b2777c0a.pth",
    "googlenet": "googlenet-1378be20.pth",
    "shufflenet_v2_x0_5": "shufflenetv2_x0.5-f707e7126e.pth",
    "shufflenet_v2_x1_0": "shufflenetv2_x1-5666bf0f80.pth",
    "mobilenet_v2": "mobilenet_v2-b0353104.pth",
    "mobilenet_v3_large": "mobilenet_v3_large-8738ca79.pth",
    "mobilenet_v3_small": "mobilenet_v3_small-047dcff4.pth",
    "mnasnet0_5": "mnasnet0.5_top1_67.823-3ffadce67e.pth",
    "mnasnet1_0": "mnasnet1.0_top1_73.512-f206786ef8.pth",
}

# Parameters of each network with its 1,000-class head: four bytes each is what a trained fold takes on the disk.
PARAMETERS = {
    "alexnet": 61_100_840,
    "vgg11": 132_863_336,
    "vgg13": 133_047_848,
    "vgg16": 138_357_544,
    "vgg19": 143_667_240,
    "vgg11_bn": 132_868_840,
    "vgg13_bn": 133_053_736,
    "vgg16_bn": 138_365_992,
    "vgg19_bn": 143_678_248,
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
    "resnet101": 44_549_160,
    "resnet152": 60_192_808,
    "resnext50_32x4d": 25_028_904,
    "wide_resnet50_2": 68_883_240,
    "wide_resnet101_2": 126_886_696,
    "squeezenet1_0": 1_248_424,
    "squeezenet1_1": 1_235_496,
    "densenet121": 7_978_856,
    "densenet169": 14_149_480,
    "googlenet": 6_624_904,
    "shufflenet_v2_x0_5": 1_366_792,
    "shufflenet_v2_x1_0": 2_278_604,
    "mobilenet_v2": 3_504_872,
    "mobilenet_v3_large": 5_483_032,
    "mobilenet_v3_small": 2_542_856,
    "mnasnet0_5": 2_218_512,
    "mnasnet1_0": 4_383_312,
}

# DenseNet files are older than the rule that module names hold no dot: norm.1 is norm1 today.
DENSENET_KEY = re.compile(r"^(.*denselayer\d+\.(?:norm|relu|conv))\.([12]\..*)$")


class WeightsError(MendableError):
    """Pretrained weights that cannot be had or trusted; the message says which file to put where."""


@dataclass(frozen=True)
class Pretrained:
    """One file of ImageNet weights: where it lies (URL or path) and its SHA-256, whole or its first digits."""

    backbone: str
    location: str
    digest: str

    @property
    def cached_name(self) -> str:
        """Name in the cache that all runs share; other weights of the same backbone get another name."""
        return f"{self.backbone}-{self.digest[:8]}.safetensors"


def locate_weights(backbones: Iterable[str], source: str) -> dict[str, Pretrained]:
    """Where the weights of each backbone come from, by `training.weights`.

    `source` is "none" (an empty table), "imagenet" (torchvision's server), the URL of a mirror of it, or a folder with
    a SHA256SUMS that lists {backbone}.pth or torchvision's own file name. Raises InputError that names every missing
    file of a folder.
    """
    if source == "none":
        return {}
    if source == "imagenet" or urlparse(source).scheme in ("http", "https"):
        base = TORCHVISION if source == "imagenet" else source.rstrip("/")
        return {name: Pretrained(name, f"{base}/{FILES[name]}", _digits(FILES[name])) for name in backbones}
    return _locate_in_folder(backbones, Path(source))


def _digits(name: str) -> str:
    return name.removesuffix(".pth").rpartition("-")[2]


def _locate_in_folder(backbones: Iterable[str], folder: Path) -> dict[str, Pretrained]:
    sums = folder / "SHA256SUMS"
    if not sums.is_file():
        fix = "put the .pth files there and run sha256sum *.pth > SHA256SUMS in it, or change training.weights"
        raise InputError([Problem(str(sums), None, "training.weights", "no such file", "a list of hashes", fix)])
    digests = read_sums(sums)
    found, problems = {}, []
    for backbone in backbones:
        names = [name for name in (f"{backbone}.pth", FILES[backbone]) if name in digests]
        if names and (folder / names[0]).is_file():
            found[backbone] = Pretrained(backbone, str(folder / names[0]), digests[names[0]])
        else:
            fix = f"put {FILES[backbone]} of torchvision into {folder} and add it to SHA256SUMS"
            problems.append(Problem(str(sums), None, "training.weights", f"no {backbone}.pth", "file and hash", fix))
    if problems:
        raise InputError(problems)
    return found


def fetch_weights(pretrained: Pretrained, out: str | Path) -> None:
    """Copy or download one file, verify its hash, and store the network's state as safetensors in `out`.

    The file is opened only after its hash was verified, and only as tensors. It is loaded into torchvision's own
    network, strictly, so what is stored has the names of today's torchvision, 1,000-class head included.

    Raises WeightsError where the file cannot be had, has another hash, or does not fit the network.
    """
    from safetensors.torch import save_file

    with publish(out) as temporary:
        raw = temporary.with_suffix(".pth")
        try:
            _obtain(pretrained, raw)
            state = _load_state(pretrained.backbone, raw)
        finally:
            raw.unlink(missing_ok=True)
        save_file(state, temporary, metadata={"backbone": pretrained.backbone, "sha256": pretrained.digest})


def _obtain(pretrained: Pretrained, raw: Path) -> None:
    """Bring the file to `raw` and verify its hash."""
    import shutil

    from torch.hub import download_url_to_file

    advice = (
        f"Put {FILES[pretrained.backbone]} of torchvision into a folder, run sha256sum *.pth > SHA256SUMS in it, and "
        "set training.weights to that folder; or set training.weights to none to train from scratch."
    )
    try:
        if urlparse(pretrained.location).scheme in ("http", "https"):
            download_url_to_file(pretrained.location, str(raw), progress=False)
        else:
            shutil.copyfile(pretrained.location, raw)
    except OSError as error:  # urllib's errors are OSErrors too
        if error.errno in FULL:  # of the disk that they come to
            raise
        raise WeightsError(f"{pretrained.location} cannot be read: {error}. {advice}") from error
    with raw.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if not digest.startswith(pretrained.digest):
        raise WeightsError(
            f"{pretrained.location} has SHA-256 {digest}, expected one that begins with {pretrained.digest}: "
            f"the file is damaged or another one. {advice}"
        )


def _load_state(backbone: str, raw: Path) -> dict:
    """State of torchvision's network with the weights of `raw`."""
    import pickle

    import torch
    from torchvision.models import get_model

    network = get_model(backbone, weights=None)
    try:
        state = torch.load(raw, map_location="cpu", weights_only=True)
        for key in [key for key in state if DENSENET_KEY.match(key)]:
            state[DENSENET_KEY.sub(r"\1\2", key)] = state.pop(key)
        network.load_state_dict(state, strict=True)
    except (RuntimeError, pickle.UnpicklingError) as error:
        raise WeightsError(f"the weights of {backbone} do not fit torchvision's network: {error}") from error
    return {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
