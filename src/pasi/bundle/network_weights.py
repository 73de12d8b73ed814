"""A network of a bundle, built anew and filled with its weights."""

import json
from pathlib import Path
from typing import Any, Literal, NamedTuple

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from pasi.bundle.model import ScoringModel, Weights
from pasi.errors import BundleError
from pasi.networks.build import build_backbone, fill_network
from pasi.storage.tensor_files import about_of, read_tensors, save_tensors

Precision = Literal["fp32", "fp16"]  # how weights are stored; networks compute in fp32


class ScoringNetwork(NamedTuple):
    """A network on the CPU, and what turns its outputs into points: outputs x scale + center, each (outputs,)."""

    network: nn.Module
    center: Tensor
    scale: Tensor


def load_network(model: ScoringModel, weights: Weights, data: bytes) -> ScoringNetwork:
    """The network whose safetensors file has these bytes; raises BundleError where they are not those of this network.

    Nothing of the file is run: it holds numbers, and a header of JSON.
    """
    outputs = len(model.columns)
    try:
        backbone = model.backbones[weights.backbone]
        state, about = safetensors.torch.load(data), _said(data)
        network = build_backbone(backbone.network, outputs, model.head)
        if backbone.network.name == "googlenet":  # as build_backbone makes it where it starts from ImageNet weights
            network.transform_input = backbone.pretrained  # type: ignore[assignment]  # a flag, no module
        if lacking := set(network.state_dict()) ^ set(state):
            raise BundleError(f"{weights.file} lacks tensors of {weights.backbone}, or has others: {min(lacking)}")
        fill_network(network, state)
        center, scale = (torch.tensor(about[name], dtype=torch.float64) for name in ("center", "scale"))
    except (SafetensorError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise BundleError(f"{weights.file} holds no weights of {weights.backbone}: make the bundle anew") from error
    if center.shape != (outputs,) or scale.shape != (outputs,) or (about["backbone"], about["fold"]) != weights[1:3]:
        raise BundleError(f"{weights.file} holds the weights of another training: make the bundle anew")
    return ScoringNetwork(network.eval().to(memory_format=torch.channels_last), center, scale)


def _said(data: bytes) -> dict[str, Any]:
    """What the training wrote into the header of its weights."""
    length = int.from_bytes(data[:8], "little")
    return about_of(json.loads(data[8 : 8 + length])["__metadata__"])


def store_weights(source: Path, target: Path, precision: Precision) -> None:
    """Put a file of weights into a bundle, as it is or in half precision; raises DamagedFileError where it is damaged.

    Rounded are matrices and kernels, which take nearly all of the room. Biases, and what batch norms hold, stay as they
    are: a variance may lie outside of what half precision can say.
    """
    tensors, about = read_tensors(source)
    if precision == "fp16":
        tensors = {name: _halved(tensor) for name, tensor in tensors.items()}
    save_tensors(tensors, about, target)  # no link: what damages the bundle must not reach the run


def _halved(tensor: Tensor) -> Tensor:
    half = tensor.half() if tensor.ndim > 1 and tensor.dtype == torch.float32 else tensor
    return half if half.isfinite().all() else tensor


def is_kept(data_size: int, smallest: int = 10_000) -> bool:
    """Whether a file of weights of this size holds tensors: without them it is smaller than any network's.

    >>> is_kept(300), is_kept(1_400_000)
    (False, True)
    """
    return data_size >= smallest
