"""Bring the ImageNet weights of one backbone into the cache that all runs share."""

from typing import TYPE_CHECKING

from pasi.logs import log_to
from pasi.weights import fetch_weights, locate_weights

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

log_to(snakemake.log[0])
backbone = snakemake.wildcards.backbone
fetch_weights(locate_weights([backbone], snakemake.config["training"]["weights"])[backbone], snakemake.output.weights)
