"""Train one backbone on one fold; writes its weights, its history and what it predicts of the unseen rows."""

from pathlib import Path
from typing import TYPE_CHECKING

from pasi.leave_out import leave_empty, leave_out

# A fifth of what a training costs beside its steps. It uses neither; who loads them is imported below.
leave_out("pandas")  # pyarrow loads it for any array
leave_empty("scipy.signal", "hamming")  # torchmetrics loads it and looks for that name alone

from pasi.composites import CompositeSettings
from pasi.devices import lease_folder, lease_gpu
from pasi.failures import failure_kept
from pasi.logs import log_to
from pasi.regressor import Job, TrainingSettings
from pasi.samples import FoldFiles, SampleSettings, Target
from pasi.training import FoldOutputs, train_fold

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

log_to(snakemake.log[0])
files, out, params = snakemake.input, snakemake.output, snakemake.params
training = snakemake.config["training"]  # of keys that are no params, because another value trains nothing again
backbone, kept = snakemake.wildcards.backbone, training["keep_weights"]
target, composites = Target(**params.target), CompositeSettings(**params.composites)
folder = Path(out.history).parent
places = 0 if training["device"] == "cpu" else training["jobs_per_gpu"]
with failure_kept(folder, params.training), lease_gpu(places, lease_folder()):
    train_fold(
        Job(backbone, int(snakemake.wildcards.fold), params.seed),
        FoldFiles(files.index, files.shards, files.labels, files.subjects, files.inner, files.weights or None),
        SampleSettings(target, composites, params.monitor, params.fit, params.grid),
        TrainingSettings(**params.settings),
        FoldOutputs(folder, kept == "all" or backbone in kept, training["checkpoint_seconds"]),
    )
