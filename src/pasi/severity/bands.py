"""Bands of severity, such as clear, mild, moderate to severe (R48), decided on whole steps of the index."""

from math import floor

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pasi.severity.index import SeverityIndex, exact
from pasi.severity.response import SOURCES
from pasi.severity.steps import FINEST, is_clear, to_steps
from pasi.storage.tables import Columns


def severity_bands(values: ArrayLike, index: SeverityIndex) -> np.ndarray:
    """Number of the severity band of each value (n,), 0 for the first of `index.bands` (R48).

    It is the first band whose end the value, rounded to a step, does not exceed, or else the last. What is clear by
    `is_clear` is in the first band. Observed and predicted values have the same bands.
    """
    step = index.quantum or FINEST
    ends = [floor(exact(band.up_to) / step) for band in index.bands[:-1] if band.up_to is not None]
    bands = np.searchsorted(ends, to_steps(values, index.quantum), side="left")
    return np.where(is_clear(values, index), 0, bands)


def band_table(visits: Columns, index: SeverityIndex) -> pd.DataFrame:
    """Visits of one learner by severity band (R48): part, observed band, and a column for each predicted band."""
    frame = pd.DataFrame(dict(visits))
    names = [band.name for band in index.bands]
    for source in SOURCES:
        frame[source] = pd.Categorical.from_codes(severity_bands(frame[source], index), categories=pd.Index(names))
    counts = frame.groupby(["part", *SOURCES], sort=False, observed=False).size()
    return counts.unstack("predicted").reset_index().rename_axis(columns=None)
