"""Draw Figure 3, predicted against observed index, for the best learner out of fold."""

from typing import TYPE_CHECKING

from pasi.evaluation.selection import best_learner
from pasi.evaluation.visits import first_repeats
from pasi.figures.agreement import draw_agreement
from pasi.figures.style import save_figure
from pasi.jobs.job_log import start_job_log
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files = snakemake.input
index, primary = SeverityIndex.from_config(snakemake.params.index), snakemake.params.primary
visits, metrics = first_repeats(read_table(files.visits)), read_table(files.metrics)
chosen = best_learner(metrics, primary)
optimistic = bool(metrics["optimistic"][metrics["learner"] == chosen].any())
figure = draw_agreement(visits, index, chosen, optimistic=optimistic)
save_figure(figure, snakemake.output.svg.removesuffix(".svg"))
