"""The record of a network. A training is given the record of its own network, and imports no table of all."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Network:
    """A network of a library, and the file of its ImageNet weights.

    name: in the library, in the config and in results. source: the library. file: name of the weights on the library's
    server. sha256: the first digits of that file's SHA-256. parameters: their number, with the head of 1,000 classes.
    head: name of the last layer, whose weight and bias start from random numbers.

    All of it is part of the params of this network's trainings: a change trains this network again, and no other.
    """

    name: str
    source: Literal["torchvision"]
    file: str
    sha256: str
    parameters: int
    head: str
