"""Train one backbone on one fold; writes its weights, its history and what it predicts of the unseen rows."""

from pathlib import Path
from typing import TYPE_CHECKING

from pasi.jobs.lean_imports import block_import, stub_module

# A training uses neither library, and loading them takes a fifth of its time outside of the steps. This must stand
# before the imports below, which would load them.
block_import("pandas")  # pyarrow loads it for any array
stub_module("scipy.signal", "hamming")  # torchmetrics loads it and reads that name alone

from pasi.imaging.settings import CompositeSettings
from pasi.jobs.failures import recording_failure
from pasi.jobs.gpu_lease import lease_folder, lease_gpu
from pasi.jobs.job_log import start_job_log
from pasi.networks.records import Network
from pasi.training.seeds import TrainingJob
from pasi.training.settings import FoldFiles, FoldOutputs, SampleSettings, Target, TrainingSettings, keeps_weights
from pasi.training.train import train_fold

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files, out, params = snakemake.input, snakemake.output, snakemake.params
training = snakemake.config["training"]  # for the keys that are no params: another value there trains nothing again
job = TrainingJob(Network(**params.network), int(snakemake.wildcards.fold), params.seed)
kept = keeps_weights(training["keep_weights"], job.backbone)
target, composites = Target(**params.target), CompositeSettings(**params.composites)
folder = Path(out.history).parent
places = 0 if training["device"] == "cpu" else training["jobs_per_gpu"]
with recording_failure(folder, params.training), lease_gpu(places, lease_folder()):
    train_fold(
        job,
        FoldFiles(files.index, files.shards, files.labels, files.subjects, files.inner, files.weights or None),
        SampleSettings(target, composites, params.monitor, params.fit, params.grid),
        TrainingSettings(**params.settings),
        FoldOutputs(folder, kept, training["checkpoint_seconds"], training["least_skill"]),
    )
