"""Versions that a bundle is made and used with."""

import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

PACKAGES = ("one-step-pasi", "torch", "torchvision", "pillow", "numpy", "safetensors")


def versions_here() -> dict[str, str]:
    """The versions that a bundle is made or used with."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def differing_versions(about: Mapping[str, Any]) -> str:
    """The versions by which a bundle was made and that are others here, in words; "" where none is.

    about: what its manifest says of it.
    """
    made, here = about.get("versions", {}), versions_here()
    return ", ".join(f"{name} {made.get(name)}, here {own}" for name, own in here.items() if made.get(name) != own)
