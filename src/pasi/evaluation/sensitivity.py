"""Results with and without the folds in which a training did not learn: evaluation/sensitivity.csv."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from pasi.evaluation.intervals import ccc_interval, mae_interval
from pasi.evaluation.limits import limits_of_agreement
from pasi.evaluation.settings import Ddof
from pasi.run_folder import TrainingPlace
from pasi.storage.tables import Columns

ALL, LEARNED = "all folds", "folds that learned"
ESTIMATES = ("mae", "ccc", "bias")
COLUMNS = [
    *("learner", "folds", "left_out", "subjects", "visits"),
    *(f"{name}{bound}" for name in ESTIMATES for bound in ("", "_low", "_high")),
]


def sensitivity_table(
    visits: Columns,
    folds: Mapping[str, int],
    lost: Collection[TrainingPlace],
    networks: Mapping[str, Collection[str]],
    *,
    ccc_ddof: Ddof = 0,
) -> pd.DataFrame:
    """Each learner out of fold on all visits, and without those of folds in which it rests on a lost training.

    visits: one row a learner and visit. folds: subject -> fold. lost: the trainings that did not learn. networks:
    learner -> networks that it gives weight to; a network rests on itself. A learner that rests on no lost training has
    one row. left_out: the folds that a row lacks, in words. The second row is a sensitivity analysis and no result:
    folds are left out after their results were seen, and the weights of a meta-learner for the other folds were fitted
    to their rows too.

    >>> visits = {"learner": ["net"] * 3, "kind": ["backbone"] * 3, "part": ["oof"] * 3, "subject": ["A", "B", "C"]}
    >>> visits |= {"observed": [1.0, 2, 3], "predicted": [1.0, 2, 9]}
    >>> folds = {"A": 0, "B": 0, "C": 1}
    >>> found = sensitivity_table(visits, folds, [TrainingPlace("net", 1)], {})
    >>> found[["folds", "left_out", "visits", "mae"]].values.tolist()
    [['all folds', '', 3, 2.0], ['folds that learned', 'fold 1', 2, 0.0]]
    """
    frame = pd.DataFrame(dict(visits))
    frame = frame[(frame["part"] == "oof") & (frame["kind"] != "baseline")]
    frame = frame.assign(fold=frame["subject"].map(dict(folds)))
    records = []
    for learner, rows in frame.groupby("learner", sort=False):
        own = networks.get(str(learner), {str(learner)})
        without = sorted({place.fold for place in lost if place.backbone in own})
        records.append(_record(str(learner), ALL, (), rows, ccc_ddof))
        kept = rows[~rows["fold"].isin(without)]
        if without and len(kept):
            records.append(_record(str(learner), LEARNED, without, kept, ccc_ddof))
    return pd.DataFrame(records, columns=COLUMNS)


def weighted_networks(model: Mapping[str, Any]) -> set[str]:
    """Networks that a meta-learner gives weight to, in its final fit or in one that leaves out a fold.

    The latter predict the rows out of fold.

    >>> fold = {"fold": 0, "coefficients": [0, 0.5]}
    >>> weighted_networks({"backbones": ["alexnet", "vgg11"], "coefficients": [0, 1], "folds": [fold]})
    {'vgg11'}
    """
    fits = [model["coefficients"], *(fit["coefficients"] for fit in model["folds"])]
    return {name for fit in fits for name, weight in zip(model["backbones"], fit, strict=True) if weight != 0}


def _folds(numbers: Collection[int]) -> str:
    """In words, so that a CSV that is read again holds text and no number."""
    return f"fold{'s'[: len(numbers) - 1]} {', '.join(map(str, numbers))}" if numbers else ""


def _record(learner: str, folds: str, without: Collection[int], rows: pd.DataFrame, ddof: Ddof) -> tuple[object, ...]:
    data = rows["observed"].to_numpy(), rows["predicted"].to_numpy(), np.asarray(rows["subject"], dtype=str)
    found = mae_interval(*data), ccc_interval(*data, ddof=ddof), limits_of_agreement(*data).bias
    bounds = [value for one in found for value in (one.estimate, one.low, one.high)]
    return learner, folds, _folds(without), rows["subject"].nunique(), len(rows), *bounds
