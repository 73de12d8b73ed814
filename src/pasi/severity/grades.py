"""Histograms of labels: a bar for each grade, or bins where grades are many or continuous."""

import numpy as np

from pasi.severity.index import Label

MOST_GRADES = 9  # a label with more grades is counted in bins
BINS = 8


def has_grades(label: Label) -> bool:
    """Whether each grade of a label has a bar of its own; a continuous or finely graded label has bins instead."""
    return label.step is not None and label.maximum / label.step < MOST_GRADES


def grade_edges(label: Label) -> np.ndarray:
    """Edges of the bars (bars + 1,): one bar per grade, centred on it, or BINS equal bins from 0 to the maximum."""
    if label.step is not None and has_grades(label):
        grades = round(label.maximum / label.step)
        return (np.arange(grades + 2) - 0.5) * label.step
    return np.linspace(0, label.maximum, BINS + 1)


def grade_counts(values: np.ndarray, label: Label) -> np.ndarray:
    """Number of `values` (n,) in each bar of `grade_edges`; NaN is not counted."""
    return np.histogram(values[~np.isnan(values)], bins=grade_edges(label))[0]
