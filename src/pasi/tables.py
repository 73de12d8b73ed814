"""Tables, arrays and JSON that appear on disk whole or not at all."""

import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from pasi.problems import MendableError

Columns = Mapping[str, Sequence]

# Ids are text also where they look like numbers or dates: subject 007 is not 7.
IDS = {name: pa.string() for name in ("subject", "visit", "region")}

FULL = {errno.ENOSPC, errno.EDQUOT}
LOCKED = {errno.EACCES, errno.EPERM, errno.EROFS}
LITTLE = 2**20  # bytes; a disk with less is full


class TableError(MendableError, ValueError):
    """A table that cannot be used: the message names the file, what is wrong with it and what to do."""


class PublishError(MendableError):
    """A file that cannot be written: the message names it, why, how much room there is and what to do."""


@contextmanager
def publish(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; it takes the place of `path` only when the block ends without an error.

    The bytes are on the disk (fsync) before the name is, so a reader sees the old file or the whole new one. The
    temporary name keeps the suffix, because writers choose the format by it. Raises PublishError where the disk is full
    or may not be written; what stood at `path` is then still there.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except Exception as error:
        told = _disk_fault(error, path, temporary)
        if told is None:
            raise
        raise PublishError(told) from error
    finally:
        _drop(temporary)


def _disk_fault(error: Exception, path: Path, temporary: Path) -> str | None:
    """What of an error is the disk's fault, told for a user; None where nothing is."""
    if isinstance(error, MendableError):
        return None
    folder = next(folder for folder in path.absolute().parents if folder.exists())
    free, written = shutil.disk_usage(folder).free, temporary.stat().st_size if temporary.exists() else 0
    code = getattr(error, "errno", None)
    silent = isinstance(error, RuntimeError) or type(error).__module__.startswith("safetensors")
    if code in FULL or (silent and free < LITTLE):  # torch and safetensors do not hand on what the disk said
        return (
            f"{path} cannot be written: the disk is full ({written / 1e6:.1f} MB of it written, {free / 1e6:.1f} MB "
            "free). Make room, or write to a larger disk (results in the config), and give the same command again."
        )
    if code in LOCKED:
        return (
            f"{path} cannot be written: {os.strerror(code)}. Give this user the right to write there, or write "
            "elsewhere (results in the config), and give the same command again."
        )
    return None


def _drop(temporary: Path) -> None:
    """Remove what is left of an unfinished file, where the disk lets us."""
    try:
        temporary.unlink(missing_ok=True)
    except OSError as error:
        if error.errno not in LOCKED:
            raise


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk: a file that was renamed is then found under its name after a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def link_file(source: Path, target: Path) -> None:
    """Make `target` a second name of the bytes of `source`; a copy, on a file system without hard links."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def write_table(columns: Columns, path: str | Path) -> None:
    """Write equally long columns (a data frame works) as Parquet or CSV, by the suffix of `path`.

    The bytes depend on the values alone: no index, no pandas metadata, no time stamp.
    """
    empty_nan = Path(path).suffix == ".csv"  # a cell that a person reads as "nothing"; read_table makes it NaN again
    table = pa.table({name: pa.array(_plain(columns[name]), from_pandas=empty_nan) for name in columns})
    with publish(path) as temporary:
        if temporary.suffix == ".csv":
            options = pa.csv.WriteOptions(quoting_style="needed")
            pa.csv.write_csv(table, temporary, options)
        else:
            pa.parquet.write_table(table, temporary, compression="zstd", write_page_checksum=True)


def _plain(column: Sequence) -> Sequence:
    """A column of a data frame as the array that it stands for: pandas' own text would become another Parquet type."""
    return column.to_numpy() if hasattr(column, "to_numpy") else column


def read_table(path: str | Path, columns: Sequence[str] | None = None) -> dict[str, np.ndarray]:
    """Columns of a Parquet or CSV file as numpy arrays, text as objects; all of them, or `columns` in that order.

    Raises TableError where the file is missing, damaged or lacks a column.
    """
    path = Path(path)
    if not path.exists():
        raise TableError(f"{path} is missing: run the rule that makes it")
    try:
        if path.suffix == ".csv":
            table = pa.csv.read_csv(path, convert_options=pa.csv.ConvertOptions(column_types=IDS))
        else:
            table = pa.parquet.read_table(path, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise TableError(f"{path} is damaged ({error}): delete it and run again") from error
    missing = sorted(set(columns or ()) - set(table.column_names))
    if missing:
        raise TableError(f"{path} lacks {', '.join(missing)} (it has {', '.join(table.column_names)})")
    names = table.column_names if columns is None else columns
    return {name: _values(table[name]) for name in names}


def _values(column: pa.ChunkedArray) -> np.ndarray:
    """Values of a column; one that is all empty, of which a CSV does not tell the type, is NaN."""
    column = column.cast(pa.float64()) if pa.types.is_null(column.type) else column
    return column.to_numpy(zero_copy_only=False)


def write_json(value: Any, path: str | Path) -> None:
    """Write `value` as indented JSON; NaN is refused, because JSON has none."""
    with publish(path) as temporary:
        temporary.write_text(json.dumps(value, indent=2, allow_nan=False) + "\n")


def read_json(path: str | Path) -> Any:
    """The value of a JSON file; raises TableError where it is missing or damaged."""
    try:
        return json.loads(Path(path).read_text())
    except FileNotFoundError as error:
        raise TableError(f"{path} is missing: run the rule that makes it") from error
    except ValueError as error:
        raise TableError(f"{path} is damaged ({error}): delete it and run again") from error
