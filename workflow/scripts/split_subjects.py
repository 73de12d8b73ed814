"""Assign subjects to the test set and to folds, whole and balanced."""

from typing import TYPE_CHECKING

from pasi.jobs.job_log import start_job_log
from pasi.splits.divide import split_cohort
from pasi.splits.settings import SplitSettings
from pasi.storage.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
out, params = snakemake.output, snakemake.params
settings = SplitSettings(**params.settings, file=snakemake.input.get("file") or None)
split = split_cohort(read_table(snakemake.input.labels), settings, params.step)
for name in ("inner", "balance", "trace", "subjects"):
    write_table(getattr(split, name), out[name])
