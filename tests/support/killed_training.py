"""A training that a signal ends, in a process that imports this module by name and so not the test that starts it."""

import hashlib
import json
import os
import resource
import signal
from contextlib import redirect_stdout
from dataclasses import replace

from pasi.jobs.checkpoints import Checkpoints
from pasi.training import train
from pasi.training.checkpoint_callback import CheckpointCallback
from pasi.training.epoch_history import EpochHistory
from small_training import JOB, SETTINGS, make_samples
from stubborn_training import LEARNS, fail_first

# Twelve tiny composites; dropout, plateau and early stopping all have state to lose.
LONG = replace(SETTINGS, max_epochs=20, plateau_patience=0, learning_rate=0.1, early_stopping_patience=3)


def train_here(folder, log, fault):
    """Train with a checkpoint an epoch, and print what came out; `fault` ends the process by a signal.

    With "stubborn" in it, the first attempt of the training cannot learn, and the restart does; the process ends after
    an epoch of the attempt that `fault` names.
    """
    if fault.get("stubborn"):
        train.fit_attempt = fail_first
    if "bytes" in fault:  # the kernel ends it in the middle of a write
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (fault["bytes"], fault["bytes"]))
    after = EpochHistory.on_train_epoch_end

    def kill(self, trainer, module):
        after(self, trainer, module)
        if (self.job.attempt, trainer.current_epoch) == (fault.get("attempt", 0), fault["epoch"]):
            os.kill(os.getpid(), signal.SIGKILL)

    if "epoch" in fault:
        EpochHistory.on_train_epoch_end = kill
    with os.fdopen(os.open(log, os.O_WRONLY), "w", buffering=1) as file, redirect_stdout(file):
        data, settings = (make_samples(augment="none"), LEARNS) if fault.get("stubborn") else (make_samples(), LONG)
        fitted = train.fit_fold(JOB, data, settings, None, CheckpointCallback(Checkpoints(folder), 0))
        digest = hashlib.sha256(fitted.predicted.numpy().tobytes())
        for tensor in fitted.state.values():
            digest.update(tensor.numpy().tobytes())
        rows = [{name: row[name] for name in row if name != "seconds"} for row in fitted.history]
        print(json.dumps([digest.hexdigest(), fitted.epoch, rows]))
