"""Write Table 1 and Table S1 of the paper, two views of the table of metrics."""

from typing import TYPE_CHECKING

from pasi.jobs.job_log import start_job_log
from pasi.report.paper_tables import table_1, table_s1
from pasi.storage.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
metrics = read_table(snakemake.input.metrics)
write_table(table_1(metrics, snakemake.params.primary), snakemake.output.table_1)
write_table(table_s1(metrics, snakemake.params.order), snakemake.output.table_s1)
