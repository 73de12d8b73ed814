"""Pinned instructions: the variables are there before a library loads, and give the bits that were written down.

tests/unit/training/pinned.json was made by `python tests/support/pinned_training.py` with src and benchmarks on
PYTHONPATH. tests/faults/test_processors.py compares it with emulated processors.
"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from pasi.errors import DeviceError
from pasi.training.instructions import PINNED, check_instructions
from pasi.training.train import fit_fold
from small_training import JOB, SETTINGS, make_samples

GOLDEN = Path(__file__).with_name("pinned.json")
PROGRAM = Path(__file__).parents[2] / "support" / "pinned_training.py"
SHOWN = "AuthenticAMD"  # makers whose processors were seen, not emulated, to give these digests


def plain_environment(**extra: str) -> dict[str, str]:
    """This environment without the variables, and with the modules of this checkout."""
    kept = {name: value for name, value in os.environ.items() if name not in PINNED}
    return {**kept, "PYTHONPATH": os.pathsep.join(sys.path), **extra}


def first_difference(found: dict, golden: dict) -> str | None:
    """The first operation, or else the first training, that gave other bits."""
    for kind in ("operations", "trainings"):
        for name, digest in golden[kind].items():
            if found[kind][name] != digest:
                return f"{kind}: {name}"
    return None


def processor() -> str:
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    return text.partition("vendor_id")[2].partition("\n")[0].strip(": \t")


def test_pinned_trainings_give_the_bits_that_were_written_down():
    golden = json.loads(GOLDEN.read_text())
    if golden["torch"] != torch.__version__.partition("+")[0]:
        pytest.skip(f"the digests are those of torch {golden['torch']}: pip install -r requirements.lock")
    if torch.backends.cpu.get_cpu_capability() not in ("AVX2", "AVX512"):
        pytest.skip("pinned instructions take an x86-64 processor with AVX2")
    child = subprocess.run(
        [sys.executable, PROGRAM], env=plain_environment(), check=True, capture_output=True, text=True
    )
    difference = first_difference(json.loads(child.stdout), golden)
    if difference and processor() not in SHOWN:
        pytest.xfail(f"{processor()} is not among the processors that were shown, and differs first in {difference}")
    assert difference is None, (
        f"trainings have other bits than those written down, first in {difference}. If that is meant, write them down "
        "anew and empty pasi.planning.adoption:EQUAL_CODE, by which trainings of earlier versions are taken over"
    )


def test_the_first_operation_that_differs_is_named():
    golden = {"operations": {"randn": "1", "exp": "2"}, "trainings": {"resnet18": "3"}}
    assert first_difference(golden, golden) is None
    other = {"operations": {"randn": "1", "exp": "9"}, "trainings": {"resnet18": "9"}}
    assert first_difference(other, golden) == "operations: exp"
    assert first_difference({**golden, "trainings": {"resnet18": "9"}}, golden) == "trainings: resnet18"


def test_a_process_starts_anew_once_under_the_same_number_and_with_its_arguments():
    program = (
        "import os, sys; print(os.getpid(), sys.argv[1], os.environ.get('MKL_CBWR'), flush=True);"
        "from pasi.training.instructions import restart_pinned; restart_pinned(sys.argv[1]);"
        "print('numpy' in sys.modules, 'torch' in sys.modules)"
    )
    printed = {
        asked: subprocess.run(
            [sys.executable, "-c", program, asked], env=plain_environment(), check=True, capture_output=True, text=True
        ).stdout.split("\n")
        for asked in ("native", "pinned")
    }
    first, loaded, _ = printed["native"]
    assert (first.split()[1:], loaded) == (["native", "None"], "False False")
    before, after, loaded, _ = (line.split() for line in printed["pinned"])
    assert before[1:] == ["pinned", "None"]
    assert after == [before[0], "pinned", "COMPATIBLE"]
    assert loaded == ["False", "False"]


def test_a_pinned_training_in_a_process_that_is_not_pinned_is_refused(monkeypatch):
    for name in PINNED:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(DeviceError, match="started without the variables"):
        fit_fold(JOB, make_samples(), replace(SETTINGS, instructions="pinned"), None)


def test_a_processor_without_avx2_is_refused(monkeypatch):
    for name, value in PINNED.items():
        monkeypatch.setenv(name, value)
    check_instructions("pinned", "AVX2")
    with pytest.raises(DeviceError, match=r"with AVX2, and torch found DEFAULT here: set training\.instructions to"):
        check_instructions("pinned", "DEFAULT")
    check_instructions("native", "DEFAULT")
