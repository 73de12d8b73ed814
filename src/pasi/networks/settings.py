"""Options of a network: how its head is made, and where its training starts."""

from dataclasses import dataclass
from typing import Literal

SqueezenetRelu = Literal["drop", "keep"]
Native = Literal["native"]
STARTS = IMAGENET, SCRATCH = "imagenet", "none"  # values of training.weights; any other one is a place


@dataclass(frozen=True)
class HeadSettings:
    """How a classifier becomes a regressor.

    `squeezenet_relu`: SqueezeNet has a ReLU behind its head, with which a regression can die; "drop" or "keep".
    `batch_norm_momentum`: of every batch norm. "native" keeps torchvision's. MNASNet's is 3e-4: the running statistics
    of a short training would hardly leave their starting values.
    """

    squeezenet_relu: SqueezenetRelu = "drop"
    batch_norm_momentum: float | Native = 0.1
