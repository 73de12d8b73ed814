"""Join the tables of all shards; refuses one picture under two subjects or at two visits, and notes other copies."""

from functools import partial
from typing import TYPE_CHECKING

from pasi.cohort.photo_lines import photo_lines
from pasi.imaging.tile_maker import join_tile_tables
from pasi.jobs.job_log import start_job_log
from pasi.storage.tables import write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files, out = snakemake.input, snakemake.output
notes = join_tile_tables(files.shards, out.tiles, partial(photo_lines, files.photos))
for note in notes:
    print(f"note: {note}")
write_table({"note": notes}, out.notes)
