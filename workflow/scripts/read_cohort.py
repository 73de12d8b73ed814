"""Check photos.csv and scores.csv, and write some columns of the scores with their composite (Equation 1)."""

from typing import TYPE_CHECKING

from pasi.cohort import cohort_columns, read_cohort
from pasi.index import SeverityIndex
from pasi.logs import log_to
from pasi.tables import write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

log_to(snakemake.log[0])
files, params = snakemake.input, snakemake.params
index = SeverityIndex.from_config(params.index)
cohort = read_cohort(files.photos, files.scores, None, index, params.extra_photos)
columns = cohort_columns(cohort, index)
write_table({name: columns[name] for name in params.columns}, snakemake.output.table)
