"""What several tests need: the shared real photos, where they are at hand, and disks that are soon full."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real photos and weights beside the checkout; tests that need it skip where it is missing."""
    folder = Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the folder of real photos and weights (../shared) is not here")
    return folder


@pytest.fixture
def mount_disk(tmp_path) -> Iterator[Callable[[str], Path]]:
    """Gives the folder of a new disk of some size, such as "64k"; tests that need it skip where none can be mounted."""
    folder = tmp_path / "disk"

    def mount(size: str) -> Path:
        folder.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], capture_output=True)
        if mounted.returncode:
            pytest.skip("a small disk can be mounted by root alone")
        return folder

    yield mount
    if folder.is_mount():
        subprocess.run(["umount", folder], check=True)
