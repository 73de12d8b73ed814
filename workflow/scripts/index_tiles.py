"""Join the tables of all shards; refuses one picture under two subjects or at two visits, and notes other copies."""

from typing import TYPE_CHECKING

from pasi.cohort.reading import read_cohort
from pasi.imaging.tile_maker import join_tile_tables, photo_key
from pasi.imaging.tile_store import Key
from pasi.jobs.job_log import start_job_log
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def lines() -> dict[Key, int]:
    """The line of photos.csv of each photo."""
    index = SeverityIndex.from_config(params.index)
    cohort = read_cohort(files.photos, files.scores, None, index, params.extra_photos)
    return {photo_key(photo): photo.line for photo in cohort.photos}


start_job_log(snakemake.log[0])
files, params = snakemake.input, snakemake.params
notes = join_tile_tables(files.tables, snakemake.output.index, lines)
for note in notes:
    print(f"note: {note}")
write_table({"note": notes}, snakemake.output.notes)
