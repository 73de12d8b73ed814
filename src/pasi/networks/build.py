"""The 29 networks of the paper with a regression head (paper, Learning Model Architecture; R29, R30)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn
from torchvision.models import get_model

from pasi.errors import BackboneError, DamagedFileError
from pasi.networks.catalogue import HEADS


@dataclass(frozen=True)
class HeadSettings:
    """How a classifier becomes a regressor.

    `squeezenet_relu`: SqueezeNet has a ReLU behind its head, with which a regression can die; "drop" or "keep".
    `batch_norm_momentum`: of every batch norm; "native" keeps torchvision's, which for MNASNet is 3e-4, so slow that
    the statistics of a short training stay where they began.
    """

    squeezenet_relu: Literal["drop", "keep"] = "drop"
    batch_norm_momentum: float | Literal["native"] = 0.1


def head_of(backbone: str) -> str:
    """Name of the last layer of a backbone."""
    return next(layer for family, layer in HEADS.items() if backbone.startswith(family))


def build_backbone(backbone: str, outputs: int, head: HeadSettings, weights: Path | None = None) -> nn.Module:
    """A torchvision network that maps (n, 3, height, width) to (n, outputs).

    `weights` is a safetensors file made by `fetch_weights`. The head starts from random numbers, as torchvision starts
    it; MNASNet's starts as a linear layer by itself does. Raises DamagedFileError where the file is damaged,
    BackboneError where it lacks a tensor, has one too many or one of another shape.
    """
    options = {"weights": None, "num_classes": outputs}
    if backbone == "googlenet":
        # Its ImageNet weights expect inputs in -1..1; the auxiliary classifiers serve training from scratch only.
        options |= {"aux_logits": False, "transform_input": weights is not None, "init_weights": weights is None}
    network = get_model(backbone, **options)
    if backbone.startswith("mnasnet"):
        # torchvision starts it with a spread of 1 / sqrt(outputs): with one instead of a thousand, predictions would
        # begin, and after an epoch still be, tens of deviations off.
        network.classifier[1].reset_parameters()
    if backbone.startswith("squeezenet") and head.squeezenet_relu == "drop":
        network.classifier[2] = nn.Identity()
    if head.batch_norm_momentum != "native":
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = head.batch_norm_momentum
    if weights is not None:
        load_pretrained(network, read_weights(weights), backbone)
    return network


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """Tensors of a safetensors file; raises ResultError where it is damaged."""
    try:
        return load_file(path)
    except SafetensorError as error:
        raise DamagedFileError(f"{path} is damaged ({error}): delete it and run again") from error


def load_pretrained(network: nn.Module, state: dict[str, torch.Tensor], backbone: str) -> None:
    """Fill everything but the head of `network` from `state`."""
    own, head = network.state_dict(), head_of(backbone)
    wanted = {name for name in own if not name.startswith(f"{head}.")}
    given = {name for name in state if not name.startswith((f"{head}.", "aux1.", "aux2."))}
    wrong = sorted(wanted ^ given) or sorted(name for name in wanted if own[name].shape != state[name].shape)
    if wrong:
        places = f"{', '.join(wrong[:5])} ({len(wrong)} tensors)"
        raise BackboneError(f"{backbone}: its weights do not fit at {places}: use those of torchvision")
    fill_network(network, {name: state[name] for name in wanted})


def fill_network(network: nn.Module, state: dict[str, torch.Tensor]) -> None:
    """Fill those tensors of `network` that `state` has.

    MNASNet reads its version from the metadata of a state, which copied and stored tensors have none of, so its own
    state is updated and not replaced.
    """
    own = network.state_dict()
    own.update(state)
    network.load_state_dict(own)
