"""Evaluate all learners: metrics by visit and by region, intervals, differences from the baseline, the choice."""

from typing import TYPE_CHECKING

from pasi.evaluation.choice import selection_table
from pasi.evaluation.learned import network_skills, with_learned
from pasi.evaluation.optimism import Optimism
from pasi.evaluation.tables import combine_predictions, difference_table, interval_table, metrics_table, visit_table
from pasi.jobs.job_log import start_job_log
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files, out, params = snakemake.input, snakemake.output, snakemake.params
tables = [[read_table(path) for path in paths] for paths in (files.metas, files.baselines)]
oof = read_table(files.oof)
learners = combine_predictions(oof, read_table(files.test), *tables)
visits, incomplete = visit_table(learners, read_table(files.scores), SeverityIndex.from_config(params.index))
print(f"{incomplete} visits lack a region and have no index")
write_table(learners, out.learners)
write_table(visits, out.visits)
reading = {"ccc_ddof": params.ccc_ddof, "optimism": Optimism(params.monitor, params.leaking)}
metrics = metrics_table(learners, visits, left_out=params.left_out, **reading)
write_table(with_learned(metrics, network_skills(oof), params.least_skill), out.metrics)
write_table(interval_table(visits, **reading), out.intervals)
write_table(difference_table(visits, params.reference, **reading), out.differences)
write_table(selection_table(visits, draws=params.draws, seed=params.seed, **reading), out.selection)
