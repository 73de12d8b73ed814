"""Draw the learning curves of all networks as a grid of panels."""

from typing import TYPE_CHECKING

from pasi.evaluation.histories import read_constants, read_histories
from pasi.evaluation.learned import read_skills, unlearned
from pasi.figures.learning_curves import draw_learning_curves
from pasi.figures.style import save_figure
from pasi.jobs.job_log import start_job_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files, params = snakemake.input, snakemake.params
lost = unlearned(read_skills(files.learning), params.least_skill)
constants = read_constants(files.learning)
figure = draw_learning_curves(read_histories(files.histories), params.monitor, unlearned=lost, constants=constants)
save_figure(figure, snakemake.output.svg.removesuffix(".svg"))
