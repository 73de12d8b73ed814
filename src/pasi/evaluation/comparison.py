"""Finished runs beside each other: figures of the learners that all of them have, and paired differences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pasi.evaluation.differences import Difference, difference_interval
from pasi.evaluation.repeats import mean_of_repeats, spread_over_repeats
from pasi.evaluation.settings import Ddof
from pasi.storage.tables import Columns, rows_of

TOLERANCE = 1e-9  # points of the index, by which the observed score of a visit may differ between two runs


@dataclass(frozen=True)
class Figure:
    """A metric of one learner in each run (r,), with its mean and its standard deviation over the runs."""

    learner: str
    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean over the runs; NaN where it is undefined in one."""
        return float(np.mean(self.values))

    @property
    def spread(self) -> float:
        """The standard deviation over the runs, with the divisor r - 1."""
        return spread_over_repeats(np.array(self.values))


@dataclass(frozen=True)
class Pairing:
    """Visits out of fold that two runs have in common, and those of them whose observed scores differ."""

    common: int
    differing: int


def run_figures(metrics: Sequence[Columns], metric: str) -> list[Figure]:
    """A metric, by visit and out of fold, of every learner that all runs have, in the order of the first run.

    metrics: evaluation/metrics.csv of each run.

    >>> run = {"learner": ["net", "mean"], "level": ["visit"] * 2, "part": ["oof"] * 2, "n": [9, 9], "mae": [3.0, 2.0]}
    >>> other = {"learner": ["net"], "level": ["visit"], "part": ["oof"], "n": [9], "mae": [5.0]}
    >>> (found,) = run_figures([run, other], "mae")
    >>> found.learner, found.mean, round(found.spread, 3)
    ('net', 4.0, 1.414)
    """
    found = [
        {row["learner"]: float(row[metric]) for row in rows_of(table, level="visit", part="oof") if row["n"]}
        for table in metrics
    ]
    return [Figure(name, tuple(run[name] for run in found)) for name in found[0] if all(name in run for run in found)]


def pair_runs(first: Columns, second: Columns) -> Pairing:
    """How far two runs have the same visits out of fold. first, second: evaluation/visits.parquet of each.

    >>> run = {"learner": ["net"] * 2, "kind": ["backbone"] * 2, "part": ["oof"] * 2, "repeat": [0, 0]}
    >>> run |= {"subject": ["A", "B"], "visit": ["V0", "V0"], "observed": [4.0, 6.0], "predicted": [3.0, 5.0]}
    >>> pair_runs(run, run | {"observed": [4.0, 7.0]})
    Pairing(common=2, differing=1)
    """
    one, other = (_out_of_fold(table).drop_duplicates(["subject", "visit"]) for table in (first, second))
    both = one.merge(other, on=["subject", "visit"], suffixes=("", "_2"))
    return Pairing(len(both), int((np.abs(both["observed"] - both["observed_2"]) > TOLERANCE).sum()))


def paired_difference(first: Columns, second: Columns, learner: str, *, ddof: Ddof = 0) -> Difference:
    """The CCC of a learner in the second run minus that in the first, on the visits that both predict out of fold.

    With repeats, a network stands here with the mean of its predictions. Raises ValueError where a visit has another
    observed score: the two cohorts are not the same.

    >>> run = {"learner": ["net"] * 3, "kind": ["backbone"] * 3, "part": ["oof"] * 3, "repeat": [0] * 3}
    >>> run |= {"subject": ["A", "B", "C"], "visit": ["V0"] * 3, "observed": [1.0, 2.0, 3.0]}
    >>> one, exact = run | {"predicted": [2.0, 3.0, 4.0]}, run | {"predicted": [1.0, 2.0, 3.0]}
    >>> round(paired_difference(one, exact, "net").estimate, 3)
    0.429
    """
    own = [mean_of_repeats(table[table["learner"] == learner]) for table in map(_out_of_fold, (first, second))]
    both = own[0].merge(own[1], on=["subject", "visit"], suffixes=("", "_2"))
    if (np.abs(both["observed"] - both["observed_2"]) > TOLERANCE).any():
        raise ValueError("a visit has another observed score in the second run")
    data = both["observed"], both["predicted_2"], both["predicted"], both["subject"]
    return difference_interval(*data, ddof=ddof)


def differing_keys(configs: Sequence[Mapping[str, object]]) -> dict[str, list[object]]:
    """The keys of flat configs whose values are not the same in all runs; None where a run lacks the key.

    >>> differing_keys([{"seed": 0, "results": "a"}, {"seed": 1, "results": "a"}])
    {'seed': [0, 1]}
    """
    keys = dict.fromkeys(key for config in configs for key in config)
    values = {key: [config.get(key) for config in configs] for key in keys}
    return {key: found for key, found in values.items() if any(value != found[0] for value in found)}


def _out_of_fold(visits: Columns) -> pd.DataFrame:
    columns = ["learner", "kind", "part", "repeat", "subject", "visit", "observed", "predicted"]
    table = pd.DataFrame({name: visits[name] for name in columns})
    return table[table["part"] == "oof"]
