"""Draw Figure S1, how photos become composites; where report.images is grey, with the tiles of the first visit."""

from typing import TYPE_CHECKING

from pasi.figures.composites_diagram import draw_composites_diagram, first_visit
from pasi.figures.style import save_figure
from pasi.imaging.tile_store import TileStore
from pasi.jobs.job_log import start_job_log
from pasi.severity.index import SeverityIndex

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files, params = snakemake.input, snakemake.params
store = TileStore.open(files.tiles, files.shards)
tiles = first_visit(store.columns, store.tiles()) if params.images == "grey" else None
index = SeverityIndex.from_config(params.index)
figure = draw_composites_diagram(index, tiles, fit=params.fit, rotation=params.rotation, shuffle=params.shuffle)
save_figure(figure, snakemake.output.svg.removesuffix(".svg"))
