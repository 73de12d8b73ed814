"""Fit one of the baselines that a network should beat, such as the mean course over the weeks, which no photo tells."""

from typing import TYPE_CHECKING

from pasi.imaging.tile_store import TileStore
from pasi.jobs.job_log import start_job_log
from pasi.learners.baselines import fit_baseline
from pasi.learners.colour_histograms import region_visit_histograms
from pasi.learners.settings import PHOTO_BASELINES
from pasi.splits.roles import read_split
from pasi.storage.json_files import write_json
from pasi.storage.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files, out, learner = snakemake.input, snakemake.output, snakemake.wildcards.learner
scores, features = read_table(files.scores), None
if learner in PHOTO_BASELINES:
    features = region_visit_histograms(TileStore.open(files.tiles, files.shards), scores, snakemake.params.fit)
model, rows = fit_baseline(learner, features, scores, read_split(files.subjects))
write_table(rows, out.predictions)
write_json(model, out.model)
