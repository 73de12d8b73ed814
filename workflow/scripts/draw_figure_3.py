"""Draw Figure 3 of the learner that is best out of fold."""

from typing import TYPE_CHECKING

from pasi.evaluation import best_learner
from pasi.figures import figure_3, save_figure
from pasi.index import SeverityIndex
from pasi.logs import log_to
from pasi.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

log_to(snakemake.log[0])
files = snakemake.input
index = SeverityIndex.from_config(snakemake.params.index)
visits, metrics = read_table(files.visits), read_table(files.metrics)
figure = figure_3(visits, index, best_learner(metrics), optimistic=metrics["optimistic"].any())
save_figure(figure, snakemake.output.svg.removesuffix(".svg"))
