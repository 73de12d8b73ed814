"""Gather the predictions of all networks; refuses a duplicate, a gap, a NaN, or a network that saw its subject."""

from pathlib import Path
from typing import TYPE_CHECKING

from pasi.checkpoints import discard_checkpoints
from pasi.folds import read_split
from pasi.logs import log_to
from pasi.predictions import gather_predictions
from pasi.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

log_to(snakemake.log[0])
files, folds = snakemake.input, snakemake.params.folds
scores, split = read_table(files.labels), read_split(files.subjects, folds)
oof, test = gather_predictions(files.predictions, split, scores, folds)
write_table(oof, snakemake.output.oof)
write_table(test, snakemake.output.test)
for path in files.predictions:
    discard_checkpoints(Path(path).with_name("checkpoints"))
