"""Photos broken at random, for PASI_FUZZ_SECONDS: each gives a tile or a PhotoError, and nothing else."""

import os
import subprocess
import sys

import photo_mutants
from checkout import CHECKOUT, TESTS
from photo_mutants import mutant, seeds

SECONDS = float(os.environ.get("PASI_FUZZ_SECONDS", "45"))


def test_mutants_of_photos_give_a_tile_or_a_photo_error(tmp_path):
    """In a process of its own: no crash, no hang, no other error, and no more than a gigabyte of memory."""
    log = tmp_path / "log"
    log.touch()
    child = subprocess.run(
        [sys.executable, photo_mutants.__file__, "0", str(SECONDS), log],
        env={
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONPATH": os.pathsep.join(map(str, (CHECKOUT / "src", TESTS / "support"))),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    number, tiles = map(int, log.read_text().split())
    print(f"{number} mutants, {tiles} tiles")
    (tmp_path / "mutant").write_bytes(mutant(number, seeds())[0])
    assert child.returncode == 0, f"{child.stderr}\nmutant {number}, kept as {tmp_path / 'mutant'}"
    assert number > tiles > 0
