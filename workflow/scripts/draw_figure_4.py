"""Draw Figure 4, the course of each test subject, for the best learner out of fold."""

from typing import TYPE_CHECKING

from pasi.evaluation.selection import best_learner
from pasi.evaluation.visits import first_repeats
from pasi.figures.courses import draw_courses
from pasi.figures.style import save_figure
from pasi.jobs.job_log import start_job_log
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files = snakemake.input
index, primary = SeverityIndex.from_config(snakemake.params.index), snakemake.params.primary
learner = best_learner(read_table(files.metrics), primary)
figure = draw_courses(first_repeats(read_table(files.visits)), index, learner)
save_figure(figure, snakemake.output.svg.removesuffix(".svg"))
