"""A training of a fold of random tiles on a GPU, and its digest; run by itself, it prints that of a fresh process."""

import hashlib
import io
import json
import sys
from contextlib import redirect_stdout

from fold import make_fold, training_settings
from pasi.networks.catalogue import NETWORKS
from pasi.training.seeds import TrainingJob
from pasi.training.train import fit_fold

BATCH = 16


def small_fold(batches=3, monitored=16):
    """Whole batches and a last one that is not; composites of the paper's size."""
    return make_fold(batches * BATCH + 10, monitored)


def train_on(device, backbone, data, checkpointing=None, **changes):
    with redirect_stdout(io.StringIO()):
        settings = training_settings(device=device, **{"max_epochs": 2, **changes})
        return fit_fold(TrainingJob(NETWORKS[backbone], 0, 0), data, settings, None, checkpointing)


def digest(fitted) -> str:
    """Of weights, predictions and all that the epochs left but their seconds."""
    found = hashlib.sha256(fitted.predicted.numpy().tobytes())
    for tensor in fitted.state.values():
        found.update(tensor.numpy().tobytes())
    rows = [{name: value for name, value in row.items() if name != "seconds"} for row in fitted.history]
    found.update(json.dumps(rows).encode())
    return found.hexdigest()


if __name__ == "__main__":
    print(digest(train_on(sys.argv[2], sys.argv[1], small_fold())))
