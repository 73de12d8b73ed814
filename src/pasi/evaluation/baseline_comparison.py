"""The baselines that each learner is compared with: the strongest one, and the one that is told a physician's score."""

from collections.abc import Collection

import pandas as pd

from pasi.evaluation.optimism import NONE_KNOWN, Optimism
from pasi.evaluation.selection import best_learner
from pasi.evaluation.settings import Ddof, Primary
from pasi.evaluation.tables import difference_table
from pasi.evaluation.visits import after_baseline
from pasi.storage.tables import Columns

ALL_VISITS, LATER_VISITS = "all", "after the baseline"  # the column `visits` of differences.csv


def compare_with_baselines(
    metrics: Columns,
    visits: pd.DataFrame,
    given: Collection[str],
    *,
    primary: Primary = "mae",
    ccc_ddof: Ddof = 0,
    optimism: Optimism = NONE_KNOWN,
) -> pd.DataFrame:
    """evaluation/differences.csv: each learner minus the strongest baseline, and minus each of `given`.

    given: baselines that are told a score of the subject that they predict. The strongest baseline is that of the
    others which is best out of fold by the primary measure; its place comes from the same visits, which favours the
    baseline and not the learners. A baseline of `given` is compared on the visits after the baseline visit, whose score
    it is told. Columns: those of `difference_table` and, after reference, visits ("all", "after the baseline"). p_holm
    is adjusted for the learners of one part and one reference.

    The week is off by 3 and the mean by 5, so that the network is compared with the week; it is off by 1.

    >>> learners = {"learner": ["net", "baseline_week", "baseline_mean"], "kind": ["backbone", "baseline", "baseline"]}
    >>> metrics = learners | {"level": ["visit"] * 3, "part": ["oof"] * 3, "mae": [1.0, 3.0, 5.0]}
    >>> rows = pd.DataFrame({"subject": [*"ABC"], "observed": [2, 4, 6]})
    >>> rows = rows.assign(part="oof", repeat=0, visit="V0", visit_order=0, baseline="V0")
    >>> visits = rows.merge(pd.DataFrame(learners), "cross")
    >>> visits["predicted"] = visits["observed"] + visits["learner"].map(dict(zip(metrics["learner"], metrics["mae"])))
    >>> found = compare_with_baselines(metrics, visits, given=())
    >>> found[["learner", "reference", "visits", "difference"]].values.tolist()
    [['net', 'baseline_week', 'all', -2.0]]
    """
    strongest = best_learner(metrics, primary, kinds=("baseline",), but=given)
    later = after_baseline(visits)
    told = [name for name in dict.fromkeys(later["learner"]) if name in given]
    tables = []
    for reference, rows, which in ((strongest, visits, ALL_VISITS), *((name, later, LATER_VISITS) for name in told)):
        table = difference_table(rows, reference, primary=primary, ccc_ddof=ccc_ddof, optimism=optimism)
        table.insert(list(table).index("reference") + 1, "visits", which)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)
