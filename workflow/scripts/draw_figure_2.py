"""Draw Figure 2: the distribution of each label, overall and in the parts train and test."""

from typing import TYPE_CHECKING

from pasi.figures.distributions import draw_distributions
from pasi.figures.style import save_figure
from pasi.jobs.job_log import start_job_log
from pasi.severity.index import SeverityIndex
from pasi.splits.roles import read_split
from pasi.storage.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0])
files = snakemake.input
index = SeverityIndex.from_config(snakemake.params.index)
figure = draw_distributions(read_table(files.scores), read_split(files.subjects), index)
save_figure(figure, snakemake.output.svg.removesuffix(".svg"))
