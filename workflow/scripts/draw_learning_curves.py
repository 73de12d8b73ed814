"""Draw the learning curves of all networks as one grid."""

from typing import TYPE_CHECKING

from pasi.figures import learning_curves, read_histories, save_figure
from pasi.logs import log_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

log_to(snakemake.log[0])
figure = learning_curves(read_histories(snakemake.input.histories), snakemake.params.monitor)
save_figure(figure, snakemake.output.svg.removesuffix(".svg"))
