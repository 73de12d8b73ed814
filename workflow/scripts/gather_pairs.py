"""Gather and check the predictions of networks without two folds; then their checkpoints are no longer needed."""

from pathlib import Path
from typing import TYPE_CHECKING

from pasi.jobs.checkpoints import discard_checkpoints
from pasi.jobs.job_log import start_job_log
from pasi.learners.pairs import gather_pairs
from pasi.run_folder import CHECKPOINTS
from pasi.splits.roles import read_split
from pasi.storage.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files, folds = snakemake.input, snakemake.params.folds
split = read_split(files.subjects, folds)
write_table(gather_pairs(files.predictions, split, read_table(files.labels), folds), snakemake.output.pairs)
for path in files.predictions:
    discard_checkpoints(Path(path).with_name(CHECKPOINTS))
