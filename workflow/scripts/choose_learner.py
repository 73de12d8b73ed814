"""Choose the learner that the test part is opened for, by the out-of-fold metrics and the plan."""

from typing import TYPE_CHECKING

from pasi.evaluation.selection import choice_record
from pasi.jobs.job_log import start_job_log
from pasi.storage.json_files import read_json, write_json
from pasi.storage.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
primary = read_json(snakemake.input.plan)["plan"]["primary"]
choice = choice_record(read_table(snakemake.input.metrics), primary, snakemake.params.given_a_score)
write_json(choice, snakemake.output.chosen)
print(f"{choice['learner']}, of {choice['candidates']} candidates")
