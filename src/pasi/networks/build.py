"""A torchvision network with a regression head (paper, Learning Model Architecture; R29, R30)."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from torch import Tensor, nn
from torchvision.models import get_model

from pasi.errors import BackboneError
from pasi.networks.records import Network
from pasi.networks.settings import HeadSettings
from pasi.storage.tensor_files import read_tensors


def build_backbone(network: Network, outputs: int, head: HeadSettings, weights: Path | None = None) -> nn.Module:
    """A module that maps pictures (n, 3, height, width) to (n, outputs).

    `weights` is a safetensors file that `fetch_weights` wrote; None starts from random numbers. The head always starts
    from random numbers, as torchvision starts it; that of MNASNet starts as torch starts any linear layer. Raises
    DamagedFileError where the file is damaged, BackboneError where a tensor is missing, unknown or of another shape.
    """
    model = _make_model(network.name, outputs, pretrained=weights is not None)
    if network.name.startswith("mnasnet"):
        # torchvision starts this layer with a spread of 1 / sqrt(outputs), which suits a thousand outputs. With one
        # output, predictions would be tens of standard deviations off, even after an epoch.
        cast(nn.Linear, model.get_submodule(network.head)).reset_parameters()
    if network.name.startswith("squeezenet") and head.squeezenet_relu == "drop":
        model.set_submodule("classifier.2", nn.Identity())
    if head.batch_norm_momentum != "native":
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = head.batch_norm_momentum
    if weights is not None:
        load_pretrained(model, read_tensors(weights).tensors, network)
    return model


def _make_model(name: str, outputs: int, *, pretrained: bool) -> nn.Module:
    """torchvision's network with random weights."""
    options: dict[str, bool] = {}
    if name == "googlenet":
        # Its ImageNet weights expect inputs in -1..1; the auxiliary classifiers serve training from scratch only.
        options = {"aux_logits": False, "transform_input": pretrained, "init_weights": not pretrained}
    model: nn.Module = get_model(name, weights=None, num_classes=outputs, **options)
    return model


def load_pretrained(model: nn.Module, state: Mapping[str, Tensor], network: Network) -> None:
    """Fill everything but the head of `model` from `state`; raises BackboneError where they do not fit."""
    own, head = model.state_dict(), f"{network.head}."
    wanted = {name for name in own if not name.startswith(head)}
    given = {name for name in state if not name.startswith((head, "aux1.", "aux2."))}
    wrong = sorted(wanted ^ given) or sorted(name for name in wanted if own[name].shape != state[name].shape)
    if wrong:
        places = f"{', '.join(wrong[:5])} ({len(wrong)} tensors)"
        raise BackboneError(f"{network.name}: its weights do not fit at {places}: use those of torchvision")
    fill_network(model, {name: state[name] for name in wanted})


def fill_network(model: nn.Module, state: Mapping[str, Tensor]) -> None:
    """Copy the tensors of `state` into `model`; tensors that `state` lacks stay as they are.

    The model's own state is updated and loaded again, because MNASNet reads its version from the metadata of a state,
    and tensors that were copied or stored carry none.
    """
    own = model.state_dict()
    own.update(state)
    model.load_state_dict(own)
