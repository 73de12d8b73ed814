"""What the outputs of each job were made from: a digest of its params, in `records` of the results folder.

A plan compares these digests with those of now (`pasi.planning.staleness`). Snakemake compares params too, but not
under `--rerun-triggers mtime`, and not where `.snakemake` is gone or knows the results under another path. The records
lie with the results and name them by rule and job, so none of that matters to them.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pasi.run_folder import record_of_log
from pasi.storage.hashing import value_digest
from pasi.storage.json_files import write_json


def params_digest(values: Iterable[Any]) -> str:
    """Digest of the values of params, in any order; they are taken as text, as Snakemake keeps them."""
    return value_digest(sorted(map(repr, values)))


def record_params(log: str | Path, values: Iterable[Any]) -> None:
    """Record the params of a job that starts, whose log is `log`; a job without params leaves no record.

    It is written before the outputs are: Snakemake has removed those of an earlier job by now, so whatever is there
    later was made by these params.
    """
    if values := list(values):
        write_json({"params": params_digest(values)}, record_of_log(Path(log)))
