"""Evaluate all learners out of fold: every table of the evaluation but those of the test part alone."""

from typing import TYPE_CHECKING

from pasi.evaluation.judgement import Judging, evaluation_tables, read_out_of_fold
from pasi.jobs.job_log import start_job_log
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
params, out = snakemake.params, snakemake.output
index = SeverityIndex.from_config(params.index)
tables = evaluation_tables(read_out_of_fold(snakemake.input), index, Judging.of(params), shown=())
for name, table in tables.items():
    write_table(table, out[name])
