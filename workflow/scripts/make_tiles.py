"""Decode the photos of one shard of subjects into tiles."""

from pathlib import Path
from typing import TYPE_CHECKING

from pasi.cohort import read_cohort
from pasi.index import SeverityIndex
from pasi.known_tiles import keep_tiles, known_tiles
from pasi.logs import log_to
from pasi.tiles import ShardFiles, TileSettings, make_shard, shard_of

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

log_to(snakemake.log[0])
files, out, params = snakemake.input, snakemake.output, snakemake.params
shard = int(snakemake.wildcards.shard)
severity = SeverityIndex.from_config(params.index)
cohort = read_cohort(files.photos, files.scores, files.root or None, severity, params.extra_photos)
photos = [photo for photo in cohort.photos if shard_of(photo.subject, params.shards) == shard]
shard_files, settings = ShardFiles(Path(out.array), Path(out.index)), TileSettings(**params.settings)
known = known_tiles(shard_files, settings)
make_shard(photos, cohort.root, settings, shard_files, shard=shard, known=known)
keep_tiles(shard_files, settings)
