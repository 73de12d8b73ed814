"""Evaluate all learners: metrics by visit and by region, intervals, differences from the baselines, the choice."""

from typing import TYPE_CHECKING

from pasi.evaluation.baseline_comparison import compare_with_baselines
from pasi.evaluation.choice import selection_table
from pasi.evaluation.chosen_endpoints import chosen_endpoint_table
from pasi.evaluation.description import TABLES, Judged, description_tables
from pasi.evaluation.learned import network_skills, with_learned
from pasi.evaluation.optimism import Optimism
from pasi.evaluation.selection import best_learner
from pasi.evaluation.signs import sign_table
from pasi.evaluation.single_networks import single_network_table
from pasi.evaluation.tables import combine_predictions, interval_table, metrics_table, visit_table
from pasi.jobs.job_log import start_job_log
from pasi.severity.index import SeverityIndex
from pasi.storage.json_files import read_json
from pasi.storage.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files, out, params = snakemake.input, snakemake.output, snakemake.params
tables = [[read_table(path) for path in paths] for paths in (files.metas, files.baselines)]
oof, test, scores = (read_table(path) for path in (files.oof, files.test, files.scores))
index = SeverityIndex.from_config(params.index)
learners = combine_predictions(oof, test, *tables)
visits, incomplete = visit_table(learners, scores, index)
print(f"{incomplete} visits lack a region and have no index")
write_table(learners, out.learners)
write_table(visits, out.visits)
reading = {"ccc_ddof": params.ccc_ddof, "optimism": Optimism(params.monitor, params.leaking)}
judging = {"primary": params.primary, **reading}
metrics = metrics_table(learners, visits, given=params.given_a_score, left_out=params.left_out, **judging)
metrics = with_learned(metrics, network_skills(oof), params.least_skill)
write_table(metrics, out.metrics)
write_table(interval_table(visits, **reading), out.intervals)
write_table(compare_with_baselines(metrics, visits, params.given_a_score, **judging), out.differences)
write_table(selection_table(visits, draws=params.draws, seed=params.seed, **judging), out.selection)
write_table(chosen_endpoint_table(metrics, visits, scores, index, primary=params.primary), out.endpoints)
networks = [read_table(path) for path in files.networks]
write_table(single_network_table(networks, index, ccc_ddof=params.ccc_ddof), out.singles)
write_table(sign_table(oof, test, scores, index, ccc_ddof=params.ccc_ddof), out.signs)
judged = Judged(learners, visits, scores, read_table(files.split), oof)
models = [read_json(path) for path in files.models]
options = {"least_skill": params.least_skill, "ccc_ddof": params.ccc_ddof, "draws": params.draws, "seed": params.seed}
described = description_tables(judged, index, best_learner(metrics, params.primary), models, **options)
for name in TABLES:
    write_table(described[name], out[name])
