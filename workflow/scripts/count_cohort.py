"""Count what photos.csv and scores.csv hold and what of it is left out, and keep the notes about them."""

from typing import TYPE_CHECKING

from pasi.cohort.counts import count_table
from pasi.cohort.reading import read_cohort
from pasi.cohort.unusable_photos import without_photos
from pasi.cohort.visit_order import VisitNames
from pasi.jobs.job_log import start_job_log
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files, params = snakemake.input, snakemake.params
index, visits = SeverityIndex.from_config(params.index), VisitNames(**params.visits)
cohort = read_cohort(files.photos, files.scores, None, index, params.extra_photos, visits=visits)
cohort = without_photos(cohort, params.unusable, files.photos)
for note in cohort.notes:
    print(f"note: {note}")
write_table(count_table(cohort), snakemake.output.counts)
write_table({"note": cohort.notes}, snakemake.output.notes)
