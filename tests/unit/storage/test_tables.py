"""Tables, arrays and JSON on disk: whole or not at all, the same bytes for the same values, clear errors."""

import hashlib
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pasi.errors import DamagedFileError
from pasi.storage.atomic import atomic_write
from pasi.storage.json_files import read_json, write_json
from pasi.storage.tables import read_table, write_table

COLUMNS = {"subject": ["007", "B"], "visit": ["1", "2"], "value": np.array([1.5, np.nan]), "fold": np.array([0, -1])}


@pytest.mark.parametrize("name", ["t.parquet", "t.csv"])
def test_tables_come_back_as_written(tmp_path, name):
    write_table(COLUMNS, tmp_path / name)
    table = read_table(tmp_path / name)
    assert list(table) == ["subject", "visit", "value", "fold"]
    assert table["subject"].tolist() == ["007", "B"]
    assert table["visit"].tolist() == ["1", "2"]
    np.testing.assert_array_equal(table["value"], [1.5, np.nan])
    assert table["fold"].tolist() == [0, -1]


def test_columns_are_chosen_in_order(tmp_path):
    write_table(COLUMNS, tmp_path / "t.parquet")
    assert list(read_table(tmp_path / "t.parquet", ["fold", "subject"])) == ["fold", "subject"]


@pytest.mark.parametrize("name", ["t.parquet", "t.csv"])
def test_bytes_depend_on_values_alone(tmp_path, name):
    frame = pd.DataFrame(COLUMNS, index=[5, 3])
    write_table(COLUMNS, tmp_path / name)
    first = hashlib.sha256((tmp_path / name).read_bytes()).digest()
    write_table(frame, tmp_path / name)
    assert hashlib.sha256((tmp_path / name).read_bytes()).digest() == first


def test_a_table_of_no_rows_keeps_its_columns(tmp_path):
    write_table({"subject": np.array([], dtype=object), "value": np.array([])}, tmp_path / "t.parquet")
    assert {name: len(column) for name, column in read_table(tmp_path / "t.parquet").items()} == {
        "subject": 0,
        "value": 0,
    }


@pytest.mark.parametrize("name", ["t.parquet", "t.csv"])
def test_missing_damaged_and_narrow_tables_are_told(tmp_path, name):
    path = tmp_path / name
    with pytest.raises(DamagedFileError, match=re.escape(f"{path} is missing: run the rule that makes it")):
        read_table(path)
    path.write_bytes(b"")
    with pytest.raises(DamagedFileError, match=rf"^{re.escape(str(path))} is damaged \(.*\): delete it and run again$"):
        read_table(path)
    write_table({"subject": ["A"]}, path)
    with pytest.raises(DamagedFileError, match=re.escape(f"{path} lacks fold, part (it has subject)")):
        read_table(path, ["part", "subject", "fold"])


def test_torn_parquet_is_told(tmp_path):
    path = tmp_path / "t.parquet"
    write_table(COLUMNS, path)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DamagedFileError, match="is damaged"):
        read_table(path)


def write_half(path: Path) -> None:
    with atomic_write(path) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "deep" / "t.json"
    write_json({"a": 1}, path)
    with pytest.raises(KeyboardInterrupt):
        write_half(path)
    assert read_json(path) == {"a": 1}
    assert [file.name for file in path.parent.iterdir()] == ["t.json"]


KILLED = """
import resource, signal, sys
from pasi.storage.tables import write_table
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
write_table({"a": list(range(10_000))}, sys.argv[1])
"""


@pytest.mark.parametrize("name", ["t.parquet", "t.csv"])
def test_a_writer_that_is_killed_leaves_the_old_table(tmp_path, name):
    """The kernel ends it in the middle of a write; the torn file has a temporary name, which nothing reads."""
    write_table({"a": [1]}, tmp_path / name)
    killed = subprocess.run([sys.executable, "-c", KILLED, tmp_path / name], check=False)
    assert killed.returncode == -signal.SIGXFSZ
    assert read_table(tmp_path / name)["a"].tolist() == [1]
    (torn,) = (path for path in tmp_path.iterdir() if path.name != name)
    assert torn.name.startswith(".t.")
    assert 0 < torn.stat().st_size <= 2000


def test_nothing_stands_under_the_name_before_the_end(tmp_path):
    path = tmp_path / "t.csv"
    with atomic_write(path) as temporary:
        temporary.write_text("x")
        assert not path.exists()
        assert temporary.parent == path.parent
        assert temporary.suffix == ".csv"
    assert path.read_text() == "x"


def test_json_has_no_nan_and_damage_is_told(tmp_path):
    path = tmp_path / "t.json"
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json({"a": float("nan")}, path)
    assert not path.exists()
    with pytest.raises(DamagedFileError, match="is missing: run the rule that makes it"):
        read_json(path)
    path.write_text("{")
    with pytest.raises(DamagedFileError, match=r"is damaged \(.*\): delete it and run again"):
        read_json(path)


def test_an_empty_csv_column_is_read_as_nan(tmp_path):
    (tmp_path / "table.csv").write_text("learner,pcc\nmean,\nnnls,\n")
    pcc = read_table(tmp_path / "table.csv")["pcc"]
    assert pcc.dtype == np.float64
    assert np.isnan(pcc).all()


def test_a_number_that_is_not_defined_is_an_empty_cell_of_a_csv(tmp_path):
    write_table({"name": ["a", "b"], "pcc": [0.5, float("nan")]}, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == '"name","pcc"\n"a",0.5\n"b",\n'
    np.testing.assert_array_equal(read_table(tmp_path / "t.csv")["pcc"], [0.5, np.nan])


def test_a_bit_that_flips_in_the_data_of_a_table_is_found(tmp_path):
    path = tmp_path / "t.parquet"
    write_table({"x": np.arange(1000) ** 0.5}, path)
    data = bytearray(path.read_bytes())
    data[500] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedFileError, match=r"is damaged \(.*\): delete it and run again"):
        read_table(path)
