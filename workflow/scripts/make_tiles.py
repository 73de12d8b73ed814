"""Decode the photos of one shard of subjects into tiles."""

from typing import TYPE_CHECKING

from pasi.cohort import read_cohort
from pasi.index import SeverityIndex
from pasi.logs import log_to
from pasi.tiles import TileSettings, make_shard, shard_of

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

log_to(snakemake.log[0])
files, out, params = snakemake.input, snakemake.output, snakemake.params
shard = int(snakemake.wildcards.shard)
index = SeverityIndex.from_config(params.index)
cohort = read_cohort(files.photos, files.scores, files.root or None, index, params.extra_photos)
photos = [photo for photo in cohort.photos if shard_of(photo.subject, params.shards) == shard]
make_shard(photos, cohort.root, TileSettings(**params.settings), out.array, out.index, shard=shard)
