"""evaluation/endpoints.csv: the endpoints of the trial as the chosen learner reads them, out of fold."""

import numpy as np
import pandas as pd

from pasi.evaluation.endpoint_table import COLUMNS, endpoint_table
from pasi.evaluation.selection import best_learner
from pasi.evaluation.settings import Primary
from pasi.evaluation.visits import first_repeats, learner_rows
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import Columns

CANDIDATES = ("backbone", "meta")


def chosen_endpoint_table(
    metrics: pd.DataFrame, visits: Columns, scores: Columns, index: SeverityIndex, *, primary: Primary = "mae"
) -> pd.DataFrame:
    """`endpoint_table` of the learner that is best out of fold by the primary measure, on its out-of-fold visits.

    metrics: evaluation/metrics.csv. visits: the table of `visit_table`; of a network with repeats those of repeat 0,
    which nobody chose. scores: cohort/scores.parquet, whose column arm, where it is there, names the arm of each
    subject. No rows without arms, weeks or baselines, or without a learner.
    """
    own = metrics[(metrics["level"] == "visit") & (metrics["part"] == "oof") & metrics["kind"].isin(CANDIDATES)]
    if "arm" not in scores or not np.isfinite(own[primary].to_numpy(dtype=np.float64)).any():
        return pd.DataFrame(columns=COLUMNS)
    table = {name: np.asarray(visits[name]) for name in visits}
    rows = pd.DataFrame(learner_rows(first_repeats(table), best_learner(metrics, primary), "oof"))
    arms = dict(zip(scores["subject"], scores["arm"], strict=True))
    return endpoint_table(rows.assign(arm=rows["subject"].map(arms)), index)
