"""Draw Figure 2: the distributions of all labels, overall and by part of the split."""

from typing import TYPE_CHECKING

from pasi.figures import figure_2, save_figure
from pasi.folds import read_split
from pasi.index import SeverityIndex
from pasi.logs import log_to
from pasi.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

log_to(snakemake.log[0])
files = snakemake.input
index = SeverityIndex.from_config(snakemake.params.index)
figure = figure_2(read_table(files.scores), read_split(files.subjects), index)
save_figure(figure, snakemake.output.svg.removesuffix(".svg"))
