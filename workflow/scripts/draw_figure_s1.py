"""Draw Figure S1: how photos become composites; with report.images grey, of the first visit's tiles."""

from typing import TYPE_CHECKING

from pasi.figures import figure_s1, save_figure
from pasi.figures.geometry import first_visit
from pasi.index import SeverityIndex
from pasi.logs import log_to
from pasi.tiles import TileStore

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

log_to(snakemake.log[0])
files, params = snakemake.input, snakemake.params
store = TileStore.open(files.index, files.shards)
tiles = first_visit(store.columns, store.tiles()) if params.images == "grey" else None
index = SeverityIndex.from_config(params.index)
figure = figure_s1(index, tiles, fit=params.fit, rotation=params.rotation, shuffle=params.shuffle)
save_figure(figure, snakemake.output.svg.removesuffix(".svg"))
