"""Fit one baseline, which every network should beat: a mean, or a ridge on colour histograms."""

from typing import TYPE_CHECKING

from pasi.baselines import fit_baseline, sample_histograms
from pasi.folds import read_split
from pasi.logs import log_to
from pasi.tables import read_table, write_json, write_table
from pasi.tiles import TileStore

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

log_to(snakemake.log[0])
files, out, learner = snakemake.input, snakemake.output, snakemake.wildcards.learner
scores, store = read_table(files.labels), TileStore.open(files.index, files.shards)
features = None if learner == "baseline_mean" else sample_histograms(store, scores, snakemake.params.fit)
model, rows = fit_baseline(learner, features, scores, read_split(files.subjects))
write_table(rows, out.predictions)
write_json(model, out.model)
