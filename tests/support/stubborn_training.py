"""A training whose first attempt cannot learn, and whose restart does."""

from dataclasses import replace

from pasi.training.attempt import fit_attempt
from small_training import SETTINGS

# On composites that are not augmented, squeezenet1_1 learns within these epochs.
LEARNS = replace(SETTINGS, max_epochs=12, learning_rate=0.05, restarts=2, least_skill=0.1)


def fail_first(job, data, settings, weights, checkpointing):
    """As `fit_attempt`, with a first attempt of three epochs at a rate that moves nothing."""
    if job.attempt == 0:
        settings = replace(settings, learning_rate=1e-12, max_epochs=3)
    return fit_attempt(job, data, settings, weights, checkpointing)
