"""A library that is blocked cannot be imported, and what would have loaded it gives the same results without."""

import subprocess
import sys

from pasi.jobs.lean_imports import stub_module
from pasi.storage.tables import read_table, write_table

TABLE = {"subject": ["007", "8"], "loss": [1.5, float("nan")], "fold": [0, 1]}
CODE = """
import sys
from pasi.jobs.lean_imports import block_import, stub_module
block_import("pandas")
stub_module("scipy.signal", "hamming")
from pasi.training import data, train
import scipy.signal
print(scipy.signal.hamming, hasattr(scipy.signal, "convolve"))
from pasi.storage.tables import read_table, write_table
for name in sys.argv[1:]:
    write_table({"subject": ["007", "8"], "loss": [1.5, float("nan")], "fold": [0, 1]}, name)
    print({key: list(values) for key, values in read_table(name).items()})
print([name for name in ("pandas", "sklearn") if name in sys.modules])
import pandas
"""


def test_a_training_reads_and_writes_the_same_tables_without_what_is_left_out(tmp_path):
    places = [tmp_path / "lean.parquet", tmp_path / "lean.csv"]
    done = subprocess.run([sys.executable, "-c", CODE, *places], capture_output=True, text=True, check=False)
    signal, *read, loaded = done.stdout.splitlines()
    assert signal == "None False"
    assert loaded == "[]"
    assert done.stderr.endswith("ModuleNotFoundError: pandas is blocked in this process\n")
    for place, printed in zip(places, read, strict=True):
        usual = place.with_stem("usual")
        write_table(TABLE, usual)
        assert usual.read_bytes() == place.read_bytes()
        assert str({key: list(values) for key, values in read_table(usual).items()}) == printed


def test_a_module_that_is_loaded_stays():
    import scipy.special

    stub_module("scipy.special")
    assert sys.modules["scipy.special"] is scipy.special
    assert scipy.special.expit(0) == 0.5
