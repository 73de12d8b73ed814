"""Assign subjects to the test set and to folds, whole and balanced."""

from typing import TYPE_CHECKING

from pasi.logs import log_to
from pasi.splits import SplitSettings, split_cohort
from pasi.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

log_to(snakemake.log[0])
out, params = snakemake.output, snakemake.params
split = split_cohort(read_table(snakemake.input.labels), SplitSettings(**params.settings), params.step)
for name in ("inner", "balance", "trace", "subjects"):
    write_table(getattr(split, name), out[name])
