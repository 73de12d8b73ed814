"""Fixtures that several test files need (real photos, weights, small disks), and settings that hold for all tests."""

import gc
import hashlib
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from checkout import SHARED
from skip_line import skip_line

# By default an example that takes 0.2 s fails, which on a busy machine any example may.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what was skipped and how to have it run."""
    if skipped := terminalreporter.getreports("skipped"):
        terminalreporter.write_line(skip_line(report.longrepr[2] for report in skipped))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real photos and weights beside the checkout; skips the test where it is missing."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared (real photos and weights)")
    return SHARED


@pytest.fixture(scope="session")
def weights_folder(tmp_path_factory) -> Path:
    """A folder with a file of weights as torchvision publishes them, and the list of SHA-256 sums."""
    import torch
    from torchvision.models import get_model

    folder = tmp_path_factory.mktemp("weights")
    torch.manual_seed(0)
    torch.save(get_model("squeezenet1_1").state_dict(), folder / "squeezenet1_1.pth")
    digest = hashlib.sha256((folder / "squeezenet1_1.pth").read_bytes()).hexdigest()
    (folder / "SHA256SUMS").write_text(f"{digest}  squeezenet1_1.pth\n")
    return folder


@pytest.fixture
def mount_disk(tmp_path) -> Iterator[Callable[[str], Path]]:
    """A function that mounts a disk of a size such as "64k" and gives its folder; skips where it may not mount."""
    folder = tmp_path / "disk"

    def mount(size: str) -> Path:
        folder.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], capture_output=True)
        if mounted.returncode:
            pytest.skip("needs root (to mount a small disk)")
        return folder

    yield mount
    gc.collect()  # torch keeps the file open that it failed to write, until nothing names it any more
    if folder.is_mount():
        subprocess.run(["umount", folder], check=True)
