"""evaluation/endpoints.csv: the endpoints of the trial as the chosen learner reads them, out of fold."""

import numpy as np
import pandas as pd

from pasi.evaluation.endpoint_table import COLUMNS, endpoint_table
from pasi.evaluation.selection import CANDIDATES, best_learner
from pasi.evaluation.settings import LIMITS, AcceptanceLimits, Primary
from pasi.evaluation.visits import first_repeats, learner_rows
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import Columns


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

    One subject in each arm; PASI75 is reached from 8 to 2 and not from 8 to 4.

    >>> from pasi.severity.index import Label, Region, SeverityBand
    >>> own = (Label("sign", 9, 1),), None, (Region("trunk", 1, 1),), (SeverityBand("any", None),)
    >>> rows = {"subject": ["A", "A", "B", "B"], "visit": ["V0", "V1"] * 2, "week": [0.0, 16.0] * 2}
    >>> rows |= {"visit_order": [0.0, 1.0] * 2, "baseline": ["V0"] * 4}
    >>> visits = rows | {"learner": ["net"] * 4, "part": ["oof"] * 4, "repeat": [0] * 4}
    >>> visits |= {"observed": [8.0, 2.0, 8.0, 4.0], "predicted": [8.0, 1.0, 8.0, 2.0]}
    >>> metrics = {"learner": ["net"], "kind": ["backbone"], "level": ["visit"], "part": ["oof"], "mae": [0.75]}
    >>> scores = rows | {"arm": ["active", "active", "placebo", "placebo"]}
    >>> index = SeverityIndex("S", "points", *own, 0, (75,))
    >>> found = chosen_endpoint_table(pd.DataFrame(metrics), visits, scores, index)
    >>> found[["arm", "observed", "predicted"]][:2].values.tolist()
    [['active', 1.0, 1.0], ['placebo', 0.0, 1.0]]
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
