"""Tables as Parquet and CSV files: written atomically, and read as numpy arrays."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from pasi.errors import DamagedFileError
from pasi.storage.atomic import atomic_write

Row = dict[str, Any]
Table = Mapping[str, np.ndarray]  # columns as read_table returns them


class Columns(Protocol):
    """Columns of equal length by name, each an array, a list or a Series: a mapping, or a data frame of pandas."""

    def __getitem__(self, name: str, /) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...

    def __contains__(self, name: object, /) -> bool: ...


# Ids are text even where they look like numbers or dates: subject 007 is not 7.
IDS = {name: pa.string() for name in ("subject", "visit", "region")}


def write_table(columns: Columns, path: str | Path) -> None:
    """Write columns of equal length, or a data frame, as Parquet or CSV, by the suffix of `path`.

    The bytes depend on the values alone: no index, no metadata of pandas, no time stamp.
    """
    empty_nan = Path(path).suffix == ".csv"  # NaN as an empty cell, which read_table reads as NaN again
    table = pa.table({name: pa.array(_plain(columns[name]), from_pandas=empty_nan) for name in columns})
    with atomic_write(path) as temporary:
        if temporary.suffix == ".csv":
            options = pa.csv.WriteOptions(quoting_style="needed")
            with temporary.open("wb") as file:  # pyarrow opens no path that is not UTF-8
                pa.csv.write_csv(table, file, options)
        else:
            pa.parquet.write_table(table, temporary, compression="zstd", write_page_checksum=True)


def read_table(path: str | Path, columns: Sequence[str] | None = None) -> dict[str, np.ndarray]:
    """Columns of a Parquet or CSV file as numpy arrays, text as objects; all of them, or `columns` in that order.

    Raises DamagedFileError where the file is missing or damaged, or lacks a column.
    """
    path = Path(path)
    if not path.exists():
        raise DamagedFileError(f"{path} is missing: run the rule that makes it")
    try:
        if path.suffix == ".csv":
            table = pa.csv.read_csv(path, convert_options=pa.csv.ConvertOptions(column_types=IDS))
        else:
            table = pa.parquet.read_table(path, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise DamagedFileError(f"{path} is damaged ({error}): delete it and run again") from error
    missing = sorted(set(columns or ()) - set(table.column_names))
    if missing:
        raise DamagedFileError(f"{path} lacks {', '.join(missing)} (it has {', '.join(table.column_names)})")
    names = table.column_names if columns is None else columns
    return {name: _values(table[name]) for name in names}


def rows_of(columns: Columns, **wanted: object) -> list[Row]:
    """Rows of a table in its order; with `wanted`, only those whose cells equal all of it."""
    names = list(columns)
    rows = (dict(zip(names, cells, strict=True)) for cells in zip(*(columns[name] for name in names), strict=True))
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def _plain(column: Any) -> Any:
    """A column of a data frame as an array, because the text of pandas would become another type of Parquet."""
    return column.to_numpy() if hasattr(column, "to_numpy") else column


def _values(column: pa.ChunkedArray) -> np.ndarray:
    """Values of a column; NaN for a column of empty cells, of which a CSV does not show the type."""
    column = column.cast(pa.float64()) if pa.types.is_null(column.type) else column
    values: np.ndarray = column.to_numpy(zero_copy_only=False)
    return values
