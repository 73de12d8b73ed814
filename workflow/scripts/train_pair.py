"""Train one backbone without a pair of folds; writes its history and what it predicts of the unseen rows."""

from pathlib import Path
from typing import TYPE_CHECKING

from pasi.jobs.lean_imports import block_import, stub_module
from pasi.training.instructions import restart_pinned

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

restart_pinned(snakemake.params.settings["instructions"])  # before anything loads numpy or torch
# As in train_fold.py, and before the imports below, which would load both.
block_import("pandas")
stub_module("scipy.signal", "hamming")

from pasi.jobs.failures import recording_failure
from pasi.jobs.gpu_lease import lease_folder, lease_gpu
from pasi.jobs.job_log import start_job_log
from pasi.run_folder import training_of
from pasi.training.pair import PairJob, train_pair
from pasi.training.settings import FoldFiles, FoldOutputs, from_params

start_job_log(snakemake.log[0], snakemake.params)
files, out, params = snakemake.input, snakemake.output, snakemake.params
training = snakemake.config["training"]  # for the keys that are no params: another value there trains nothing again
place = training_of(Path(out.history))
ordinary, samples, settings = from_params(dict(params.items()), place.fold)
job = PairJob(ordinary.network, place.fold, ordinary.seed, second=int(snakemake.wildcards.second))
inputs = FoldFiles(
    tile_table=Path(files.tiles),
    shards=[Path(shard) for shard in files.shards],
    labels=Path(files.labels),
    subjects=Path(files.subjects),
    inner=Path(files.inner),
    weights=next(map(Path, files.weights), None),  # a list, empty where training starts from scratch
)
# Nothing reads the weights of such a network, so they are never kept.
outputs = FoldOutputs.of(Path(out.history).parent, job.backbone, {**training, "keep_weights": "none"})
places = 0 if training["device"] == "cpu" else training["jobs_per_gpu"]
with recording_failure(outputs.folder, params.training), lease_gpu(places, lease_folder()):
    train_pair(job, inputs, samples, settings, outputs)
