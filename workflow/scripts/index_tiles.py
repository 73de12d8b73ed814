"""Join the index tables of all shards; refuses the same photo under two subjects."""

from typing import TYPE_CHECKING

from pasi.imaging.tile_maker import join_tile_tables
from pasi.jobs.job_log import start_job_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
join_tile_tables(snakemake.input.indices, snakemake.output.index)
