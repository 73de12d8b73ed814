"""Join the index tables of all shards; refuses the same photo under two subjects."""

from typing import TYPE_CHECKING

from pasi.logs import log_to
from pasi.tiles import index_tiles

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

log_to(snakemake.log[0])
index_tiles(snakemake.input.indices, snakemake.output.index)
