"""Fit one meta-learner to the out-of-fold predictions of all backbones."""

from typing import TYPE_CHECKING

from pasi.jobs.job_log import start_job_log
from pasi.learners.honest import with_honest_rows
from pasi.learners.settings import StackingSettings
from pasi.learners.stacking import fit_learner
from pasi.learners.wide import of_learners
from pasi.severity.index import SeverityIndex
from pasi.storage.json_files import write_json
from pasi.storage.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files, out, params = snakemake.input, snakemake.output, snakemake.params
settings = StackingSettings(params.family, params.ridge_alpha, params.level)
index = SeverityIndex.from_config(params.index)
tables = (read_table(path) for path in (files.oof, files.test))
oof, test = (of_learners(table, params.honest) if params.honest else table for table in tables)
fit = fit_learner(snakemake.wildcards.learner, oof, test, settings, index)
if params.honest:
    fit = with_honest_rows(fit, oof, read_table(files.pairs), settings, index)
write_table(fit.rows, out.predictions)
write_json(fit.summary, out.model)
