"""Open the test part for the chosen learner: log the opening first, then write the tables with the rows it shows."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pasi.evaluation.judgement import Judging, evaluation_tables, read_predictions
from pasi.evaluation.openings import opening_of, openings_record, read_openings, record_opening
from pasi.evaluation.plan_log import plans_record
from pasi.evaluation.sealed_rows import row_digests, shown_learners
from pasi.evaluation.selection import choice_record, confirm_choice
from pasi.jobs.file_lock import FileLock
from pasi.jobs.job_log import start_job_log
from pasi.run_folder import folder_of_log
from pasi.severity.index import SeverityIndex
from pasi.storage.json_files import read_json, write_json
from pasi.storage.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files, out, params = snakemake.input, snakemake.output, snakemake.params
run, index = folder_of_log(Path(snakemake.log[0])), SeverityIndex.from_config(params.index)
read, plan, choice = read_predictions(files), read_json(files.plan), read_json(files.chosen)
rule = choice_record(read_table(files.judged), plan["plan"]["primary"], params.given_a_score)
confirm_choice(choice, rule, Path(files.chosen))
learners = read.combined()
shown = shown_learners(learners, choice["learner"], plan["test_rows"])
if shown:
    earlier = run.record("evaluate_learners", "metrics").exists()  # by a version without a log
    opening = opening_of(plan, choice["learner"], row_digests(learners, shown), params.codes, earlier=earlier)
    with FileLock(run.openings_lock):
        found = record_opening(run.openings, opening, datetime.now(UTC).isoformat(timespec="seconds"))
else:
    found = read_openings(run.openings)
tables = evaluation_tables(read, index, Judging.of(params), shown)
for name in tables:
    write_table(tables[name], out[name])
record = {**openings_record(found), "plan": plan["plan"], "plans": plans_record(found)}
write_json({**record, "test_rows": plan["test_rows"], "shown": shown}, out.opening)
print(f"{len(found.opened)} openings of the test part so far, rows of {len(shown)} learners shown")
