"""Single networks on the test part, beside the mean of those of all folds: what averaging gains."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pasi.cohort.region_visits import REGION_VISIT, visit_rows
from pasi.evaluation.metrics import ccc, mae
from pasi.evaluation.settings import Ddof
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import Columns

NETWORK = ["learner", "repeat", "fold"]
COLUMNS = ["learner", "networks", "visits", "mae_single", "mae_mean", "ccc_single", "ccc_mean"]


def single_network_table(networks: Sequence[Columns], index: SeverityIndex, *, ccc_ddof: Ddof = 0) -> pd.DataFrame:
    """MAE and CCC by test visit of single networks, and of the means over the networks of the folds.

    An out-of-fold prediction comes from one network, a test prediction is the mean over those of the folds; this is the
    difference that averaging makes, on visits that none of them was trained on. Each |error| of a mean is at most the
    mean of the |errors|, so that mae_mean is never above mae_single; a CCC can change either way.

    networks: the tables predictions.parquet of all trainings. Columns: learner, networks (their number, of all folds
    and repeats), visits (test visits with all regions), mae_single and ccc_single (means over the networks), mae_mean
    and ccc_mean (those of the mean over the folds, averaged over the repeats). No rows without test visits.

    Networks of two folds, one 1 too high and one 3 too low, of which the mean is 1 too low.

    >>> from pasi.severity.index import Label, Region, SeverityBand
    >>> own = (Label("sign", 9, 1),), None, (Region("trunk", 1, 1),), (SeverityBand("any", None),)
    >>> rows = {"learner": ["net"] * 2, "repeat": [0] * 2, "part": ["test"] * 2, "subject": ["A", "B"]}
    >>> rows |= {"visit": ["V0"] * 2, "region": ["trunk"] * 2, "observed": [4.0, 8.0]}
    >>> networks = [rows | {"fold": [0, 0], "predicted": [5.0, 9.0]}, rows | {"fold": [1, 1], "predicted": [1.0, 5.0]}]
    >>> table = single_network_table(networks, SeverityIndex("S", "points", *own, 0.5, (50,)))
    >>> table[["networks", "visits", "mae_single", "mae_mean"]].values.tolist()
    [[2.0, 2.0, 2.0, 1.0]]
    """
    wanted = [*NETWORK, *REGION_VISIT, "observed", "predicted"]
    tables = [pd.DataFrame({name: table[name] for name in ("part", *wanted)}) for table in networks]
    rows = pd.concat([table[table["part"] == "test"] for table in tables], ignore_index=True)
    places = visit_rows(rows, index.region_names, by=(*NETWORK, "subject", "visit"))
    visits = rows.iloc[places[:, 0]][[*NETWORK, "subject", "visit"]].reset_index(drop=True)
    for name in ("observed", "predicted"):
        visits[name] = index.combine(rows[name].to_numpy(dtype=np.float64)[places])
    records = [_record(learner, own, ccc_ddof) for learner, own in visits.groupby("learner", sort=False)]
    return pd.DataFrame(records, columns=COLUMNS)


def _record(learner: object, visits: pd.DataFrame, ddof: Ddof) -> tuple[Any, ...]:
    """One row, from the visits of all networks of a learner."""
    means = visits.groupby(["repeat", "subject", "visit"], sort=False, as_index=False)[["observed", "predicted"]].mean()
    single, together = (
        [(mae(own["observed"], own["predicted"]), ccc(own["observed"], own["predicted"], ddof)) for _, own in groups]
        for groups in (visits.groupby(["repeat", "fold"]), means.groupby("repeat"))
    )
    of_singles, of_means = np.mean(single, axis=0), np.mean(together, axis=0)
    figures = (of_singles[0], of_means[0], of_singles[1], of_means[1])
    return (learner, len(single), len(means) // len(together), *map(float, figures))
