"""evaluation/endpoints.csv: the endpoints of the trial as the chosen learner reads them, out of fold."""

import numpy as np
import pandas as pd

from pasi.evaluation.endpoint_table import COLUMNS, endpoint_table
from pasi.evaluation.selection import best_learner
from pasi.evaluation.settings import LIMITS, AcceptanceLimits, Primary
from pasi.evaluation.visits import first_repeats, learner_rows
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import Columns

CANDIDATES = ("backbone", "meta")


def chosen_endpoint_table(
    metrics: pd.DataFrame,
    visits: Columns,
    scores: Columns,
    index: SeverityIndex,
    *,
    primary: Primary = "mae",
    limits: AcceptanceLimits = LIMITS,
) -> pd.DataFrame:
    """`endpoint_table` of the learner that is best out of fold by the primary measure, on its out-of-fold visits.

    metrics: evaluation/metrics.csv. visits: the table of `visit_table`; of a network with repeats those of repeat 0,
    which nobody chose. scores: cohort/scores.parquet, of which the arms are taken, where it has them (`arms_at_start`).
    No rows without arms, weeks or baselines, or without a learner.
    """
    own = metrics[(metrics["level"] == "visit") & (metrics["part"] == "oof") & metrics["kind"].isin(CANDIDATES)]
    if "arm" not in scores or not np.isfinite(own[primary].to_numpy(dtype=np.float64)).any():
        return pd.DataFrame(columns=COLUMNS)
    table = {name: np.asarray(visits[name]) for name in visits}
    rows = pd.DataFrame(learner_rows(first_repeats(table), best_learner(metrics, primary), "oof"))
    return endpoint_table(rows.assign(arm=rows["subject"].map(arms_at_start(scores))), index, limits=limits)


def arms_at_start(scores: Columns) -> dict[str, str]:
    """The arm of each subject at its baseline visit, or the first in the order of visits that the table names.

    Subjects who go over to another arm, as those of placebo often do, so count in the one that they began in. Those
    without any arm are left out. scores: subject, visit, visit_order, baseline and arm.

    >>> scores = {"subject": ["A", "A", "B"], "visit": ["W0", "W16", "W0"], "visit_order": [0.0, 1.0, 0.0]}
    >>> arms_at_start(scores | {"baseline": ["W0"] * 3, "arm": ["placebo", "active", ""]})
    {'A': 'placebo'}
    """
    table = pd.DataFrame({name: scores[name] for name in ("subject", "visit", "visit_order", "baseline", "arm")})
    named = table[table["arm"].fillna("") != ""]
    first = named.assign(later=named["visit"] != named["baseline"]).sort_values(["later", "visit_order"], kind="stable")
    return dict(first.drop_duplicates("subject")[["subject", "arm"]].itertuples(index=False, name=None))
