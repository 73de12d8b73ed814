"""How often each grade of a sign was given."""

import numpy as np

from pasi.severity.index import Label

MOST_GRADES = 9  # a sign with more grades is drawn in bins
BINS = 8


def has_grades(label: Label) -> bool:
    """Whether each grade of a label has a bar of its own; a continuous or very fine one is drawn in bins."""
    return label.step is not None and label.maximum / label.step < MOST_GRADES


def grade_edges(label: Label) -> np.ndarray:
    """Edges of the bars: one bar a grade, or BINS equal bins where there are more grades or none."""
    if label.step is not None and has_grades(label):
        grades = round(label.maximum / label.step)
        return (np.arange(grades + 2) - 0.5) * label.step
    return np.linspace(0, label.maximum, BINS + 1)


def grade_counts(values: np.ndarray, label: Label) -> np.ndarray:
    """Number of `values` in each bar of `grade_edges`; NaN is not counted."""
    return np.histogram(values[~np.isnan(values)], bins=grade_edges(label))[0]
