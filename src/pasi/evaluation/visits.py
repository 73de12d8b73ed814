"""The rows of one learner in the table of visits, and the names of the parts."""

from collections.abc import Mapping

import numpy as np

ALL_REPEATS = -1  # repeat of what was made from all repeats, as a meta-learner is, or from none
PART_NAMES = {"test": "Test", "oof": "Out of fold"}  # in the order of the figures


def first_repeats(visits: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The rows that figures show, one a learner and visit: of a network those of repeat 0, which nobody chose."""
    chosen = np.asarray(visits["repeat"]) <= 0
    return {name: np.asarray(values)[chosen] for name, values in visits.items()}


def learner_rows(visits: Mapping[str, np.ndarray], learner: str, part: str) -> dict[str, np.ndarray]:
    """The rows of one learner and part ("test" or "oof") of evaluation/visits.parquet, all its columns."""
    chosen = (np.asarray(visits["learner"]) == learner) & (np.asarray(visits["part"]) == part)
    return {name: np.asarray(values)[chosen] for name, values in visits.items()}
