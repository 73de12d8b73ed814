"""Bring the ImageNet weights of one backbone into the cache that all runs share."""

from typing import TYPE_CHECKING

from pasi.jobs.job_log import start_job_log
from pasi.networks.pretrained import fetch_weights, locate_weights

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0])
backbone = snakemake.wildcards.backbone
fetch_weights(locate_weights([backbone], snakemake.config["training"]["weights"])[backbone], snakemake.output.weights)
