"""Write the plan of the test, before any learner is evaluated: into the log of openings first, then as a file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pasi.evaluation.analysis_plan import analysis_plan
from pasi.evaluation.plan_log import record_plan
from pasi.jobs.file_lock import FileLock
from pasi.jobs.job_log import start_job_log
from pasi.run_folder import folder_of_log
from pasi.storage.json_files import write_json
from pasi.storage.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
params, run = snakemake.params, folder_of_log(Path(snakemake.log[0]))
options = {name: params[name] for name in ("primary", "limits", "outcomes", "test_rows")}
plan = analysis_plan(read_table(snakemake.input.split), params.config, **options)
rules = ("evaluate_oof", "evaluate_learners")
traces = [*(run.record(rule, "metrics") for rule in rules), *(run.log(rule, "metrics") for rule in rules), run.metrics]
evaluated = any(path.exists() for path in traces)
with FileLock(run.openings_lock):
    record_plan(run.openings, plan, datetime.now(UTC).isoformat(timespec="seconds"), evaluated=evaluated)
write_json(plan, snakemake.output.plan)
