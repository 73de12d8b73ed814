"""Rows nested in subjects: what intervals share."""

import numpy as np
from numpy.typing import ArrayLike

from pasi.evaluation.metrics import paired

FEWEST_SUBJECTS = 3  # subjects; with 2, the spread of the leave-one-out estimates has one degree of freedom


def nested_pairs(
    observed: ArrayLike, predicted: ArrayLike, subjects: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Checked pairs, and for each visit the number of its subject, 0 to G - 1."""
    observed, predicted = paired(observed, predicted)
    subjects = np.asarray(subjects)
    if subjects.shape != observed.shape:
        raise ValueError(f"subjects has the shape {subjects.shape}, observed {observed.shape}: expected the same")
    return observed, predicted, np.unique(subjects, return_inverse=True)[1]


def student_quantile(level: float, freedom: int) -> float:
    """Two-sided quantile of Student's t."""
    from scipy.special import stdtrit  # a tenth of the import time of scipy.stats

    return float(stdtrit(freedom, (1 + level) / 2))


def subject_count(codes: np.ndarray) -> int:
    """Number of subjects."""
    return int(codes.max()) + 1 if len(codes) else 0
