"""Gather and check the predictions of all networks; then the checkpoints of their trainings are no longer needed."""

from pathlib import Path
from typing import TYPE_CHECKING

from pasi.jobs.checkpoints import discard_checkpoints
from pasi.jobs.job_log import start_job_log
from pasi.learners.gather import gather_predictions
from pasi.run_folder import CHECKPOINTS
from pasi.splits.roles import read_split
from pasi.storage.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0])
files, folds = snakemake.input, snakemake.params.folds
scores, split = read_table(files.labels), read_split(files.subjects, folds)
oof, test = gather_predictions(files.predictions, split, scores, folds)
write_table(oof, snakemake.output.oof)
write_table(test, snakemake.output.test)
for path in files.predictions:
    discard_checkpoints(Path(path).with_name(CHECKPOINTS))
