"""Pinned instructions give the same bits on processors of two makers, as qemu plays them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pasi.training.instructions import PINNED

TESTS = Path(__file__).parents[1]
GOLDEN = TESTS / "unit" / "training" / "pinned.json"
PROGRAM = TESTS / "support" / "pinned_training.py"
EMULATOR = shutil.which("qemu-x86_64")


@pytest.mark.faults
@pytest.mark.skipif(EMULATOR is None, reason="qemu-x86_64 is missing: apt install qemu-user")
@pytest.mark.parametrize("model", ["Haswell", "EPYC"])
def test_an_emulated_processor_gives_the_bits_that_were_written_down(model):
    environment = {**os.environ, **PINNED, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [str(EMULATOR), "-cpu", model, str(Path(sys.executable).resolve()), str(PROGRAM)]
    child = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    assert json.loads(child.stdout) == json.loads(GOLDEN.read_text())
