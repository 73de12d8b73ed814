"""Count what photos.csv and scores.csv hold and what of it is left out, and keep the notes about them."""

from typing import TYPE_CHECKING

from pasi.cohort import read_cohort
from pasi.cohort_counts import count_table
from pasi.index import SeverityIndex
from pasi.logs import log_to
from pasi.tables import write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

log_to(snakemake.log[0])
files, params = snakemake.input, snakemake.params
cohort = read_cohort(files.photos, files.scores, None, SeverityIndex.from_config(params.index), params.extra_photos)
for note in cohort.notes:
    print(f"note: {note}")
write_table(count_table(cohort), snakemake.output.counts)
write_table({"note": cohort.notes}, snakemake.output.notes)
