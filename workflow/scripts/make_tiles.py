"""Decode the photos of one shard of subjects into tiles."""

from pathlib import Path
from typing import TYPE_CHECKING

from pasi.cohort.reading import read_cohort
from pasi.cohort.unusable_photos import without_photos
from pasi.imaging.settings import TileSettings
from pasi.imaging.tile_cache import cache_tiles, load_cached_tiles
from pasi.imaging.tile_maker import ShardFiles, make_shard, shard_number
from pasi.jobs.job_log import start_job_log
from pasi.severity.index import SeverityIndex

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files, out, params = snakemake.input, snakemake.output, snakemake.params
shard = int(snakemake.wildcards.shard)
severity = SeverityIndex.from_config(params.index)
cohort = read_cohort(files.photos, files.scores, files.root or None, severity, params.extra_photos, visits=None)
cohort = without_photos(cohort, params.unusable, files.photos)
photos = [photo for photo in cohort.photos if shard_number(photo.subject, params.shards) == shard]
shard_files, settings = ShardFiles(Path(out.array), Path(out.tiles)), TileSettings(**params.settings)
known = load_cached_tiles(shard_files, settings)
make_shard(photos, cohort.root, settings, shard_files, shard=shard, known=known)
cache_tiles(shard_files, settings)
