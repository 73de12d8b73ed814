"""Check photos.csv and scores.csv, and write some columns of the scores with their composite (Equation 1)."""

from typing import TYPE_CHECKING

from pasi.cohort.reading import read_cohort
from pasi.cohort.score_table import score_table
from pasi.cohort.unusable_photos import without_photos
from pasi.cohort.visit_order import VisitNames
from pasi.jobs.job_log import start_job_log
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files, params = snakemake.input, snakemake.params
index = SeverityIndex.from_config(params.index)
# Labels have no column that depends on the order of visits, and are not made again for another order.
visits = VisitNames(**params.visits) if params.get("visits") else None
cohort = read_cohort(files.photos, files.scores, None, index, params.extra_photos, visits=visits)
cohort = without_photos(cohort, params.unusable, files.photos)
columns = score_table(cohort, index)
write_table({name: columns[name] for name in params.columns}, snakemake.output.table)
