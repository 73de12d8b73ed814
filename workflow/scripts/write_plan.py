"""Write the plan of the test, before any learner is evaluated."""

from typing import TYPE_CHECKING

from pasi.evaluation.analysis_plan import analysis_plan
from pasi.jobs.job_log import start_job_log
from pasi.storage.json_files import write_json
from pasi.storage.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
params = snakemake.params
options = {name: params[name] for name in ("primary", "limits", "test_rows")}
write_json(analysis_plan(read_table(snakemake.input.split), params.config, **options), snakemake.output.plan)
