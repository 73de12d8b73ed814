"""Files of tensors (safetensors) that show when a byte of them is no longer as it was written.

safetensors keeps no checksum: a bit that flips in a weight gives another weight, and no error.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from pasi.errors import DamagedFileError

ABOUT, DIGEST = "about", "sha256"
# Names in the headers of files without a digest: weights and ImageNet weights of 0.1.0, and those of other programs.
UNCHECKED: tuple[set[str], ...] = ({"training"}, {"backbone", "sha256"}, set())


class TensorFile(NamedTuple):
    """Tensors on the CPU, and what their file says about them."""

    tensors: dict[str, Tensor]
    about: dict[str, Any]


def save_tensors(tensors: Mapping[str, Tensor], about: Mapping[str, Any], path: Path) -> None:
    """Write contiguous tensors and what is said about them, a JSON object, with the SHA-256 of both."""
    text = json.dumps({**about, DIGEST: _digest(tensors, about)})
    save_file(dict(tensors), path, metadata={ABOUT: text})  # one text: the order of several differs from run to run


def read_tensors(path: Path) -> TensorFile:
    """What `save_tensors` wrote; raises DamagedFileError where anything of it has changed.

    Files without a digest (UNCHECKED) are read without a check.
    """
    try:
        with safe_open(path, "pt") as file:
            metadata: dict[str, str] = file.metadata() or {}
            found = TensorFile({name: file.get_tensor(name) for name in file.keys()}, about_of(metadata))  # noqa: SIM118
        if ABOUT in metadata and found.about.pop(DIGEST) != _digest(*found):
            raise ValueError("it is not as it was written")
    except (SafetensorError, ValueError, KeyError) as error:
        raise DamagedFileError(f"{path} is damaged ({error}): delete it and run again") from error
    return found


def about_of(metadata: Mapping[str, str]) -> dict[str, Any]:
    """What a file says, from the metadata of its header; raises ValueError where it is no file of this package."""
    if ABOUT not in metadata and set(metadata) not in UNCHECKED:
        raise ValueError(f"its header has {sorted(metadata)}")
    about: dict[str, Any] = json.loads(metadata.get(ABOUT, metadata.get("training", "{}")))
    return about


def _digest(tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()
