"""How well every learner does: one tidy table of predictions, visits by Equation 2, metrics, intervals, differences."""

from collections.abc import Collection, Sequence
from dataclasses import astuple
from typing import Literal

import numpy as np
import pandas as pd

from pasi.agreement import ccc_interval, difference_interval, mae_interval
from pasi.folds import NO_FOLD
from pasi.index import SeverityIndex
from pasi.keys import KEYS, check_rows, visit_rows
from pasi.metrics import score
from pasi.tables import Columns

PREDICTIONS = ["learner", "kind", "part", "fold", *KEYS, "observed", "predicted"]
METRICS = ["learner", "kind", "level", "part", "n", "mae", "mse", "pcc", "ccc", "below_baseline", "optimistic"]


def stack_learners(oof: Columns, test: Columns, metas: Sequence[Columns], baselines: Sequence[Columns]) -> pd.DataFrame:
    """Every prediction in one table, evaluation/learners.parquet: out of fold, then test, learners as they are given.

    oof and test are those of `gather_predictions`, metas and baselines the rows that `fit_learner` and `fit_baseline`
    made. Columns: learner, kind ("backbone", "meta", "baseline"), part, fold (-1 for test), subject, visit, region,
    observed, predicted. Raises TableError where two learners were fitted on different splits (F20).
    """
    backbones = [_frame(oof).assign(part="oof"), _frame(test).assign(part="test", fold=NO_FOLD)]
    kinds = {"backbone": backbones, "meta": metas, "baseline": baselines}
    tables = [_frame(table).assign(kind=kind)[PREDICTIONS] for kind, tables in kinds.items() for table in tables]
    table = pd.concat([table for table in tables if len(table)], ignore_index=True)
    check_rows(table, "the predictions of all learners")
    return table.sort_values("part", kind="stable", ignore_index=True)


def visit_table(learners: Columns, scores: Columns, index: SeverityIndex) -> tuple[pd.DataFrame, int]:
    """Equation 2 for each learner and visit, and how many visits of the cohort lack a region and are left out (R25).

    Columns: learner, kind, part, subject, visit, week (NaN where `scores` has none), first_visit (whether it is the
    subject's first of the cohort, complete or not: improvement is measured from there alone), observed, predicted
    (points of the index). `scores` are those of cohort/scores.parquet.
    """
    frame, regions = _frame(learners), index.region_names
    rows = visit_rows(frame, regions, by=("learner", "part", "subject", "visit"))
    visits = frame.iloc[rows[:, 0]][["learner", "kind", "part", "subject", "visit"]].reset_index(drop=True)
    cohort = _frame({name: scores[name] for name in ("subject", "visit", "week")}).drop_duplicates(["subject", "visit"])
    cohort = cohort.assign(first_visit=_first_visits(cohort["subject"], cohort["week"]))
    visits = visits.merge(cohort, how="left", on=["subject", "visit"])
    for name in ("observed", "predicted"):
        visits[name] = index.combine(frame[name].to_numpy()[rows])
    return visits, len(cohort) - len(visit_rows(scores, regions))


def _first_visits(subject: pd.Series, week: pd.Series) -> pd.Series:
    """Whether each visit is its subject's first: by week, or by the order of the rows where a week is missing."""
    weeks = week.groupby(subject, sort=False)
    order = week.where(weeks.transform("count") == weeks.transform("size"), weeks.cumcount())
    return order.index == order.groupby(subject, sort=False).transform("idxmin")


def metrics_table(
    learners: Columns, visits: Columns, *, ccc_ddof: int = 0, monitor: Literal["inner", "heldout"] = "inner"
) -> pd.DataFrame:
    """Columns METRICS: MAE, MSE, PCC and CCC of every learner and part, of visits and of regions, never mixed (R26).

    below_baseline: CCC is not as high as that of the better baseline on the same rows; always false for baselines.
    optimistic: these are out-of-fold rows of networks that were stopped by the very fold that they then predict
    (`monitor` "heldout", R35), or of what is stacked on them.
    """
    records = [
        {"learner": learner, "kind": kind, "level": level, "part": part}
        | score(rows["observed"], rows["predicted"], ccc_ddof)
        for level, table in (("visit", visits), ("region", learners))
        for (learner, kind, part), rows in _frame(table).groupby(["learner", "kind", "part"], sort=False)
    ]
    metrics = pd.DataFrame(records, columns=METRICS[:-2])
    baselines = metrics[metrics["kind"] == "baseline"].groupby(["level", "part"])["ccc"].max()
    bar = metrics.merge(baselines.rename("bar"), how="left", on=["level", "part"])["bar"]
    below = (metrics["kind"] != "baseline") & bar.notna() & ~(metrics["ccc"] >= bar)
    optimistic = (monitor == "heldout") & (metrics["kind"] != "baseline") & (metrics["part"] == "oof")
    return metrics.assign(below_baseline=below.to_numpy(dtype=bool), optimistic=optimistic)


def interval_table(visits: Columns, ccc_ddof: int = 0) -> pd.DataFrame:
    """95% intervals of CCC and MAE over subjects, visit level (S10).

    Columns: learner, part, metric ("ccc", "mae"), estimate, low, high, method, subjects.
    """
    records = []
    for (learner, part), rows in _frame(visits).groupby(["learner", "part"], sort=False):
        data = rows["observed"], rows["predicted"], rows["subject"]
        for metric, interval in (("ccc", ccc_interval(*data, ddof=ccc_ddof)), ("mae", mae_interval(*data))):
            records.append((learner, part, metric, *astuple(interval)))
    columns = ["learner", "part", "metric", "estimate", "low", "high", "method", "subjects"]
    return pd.DataFrame(records, columns=columns)


def difference_table(visits: Columns, reference: str, *, draws: int, seed: int, ccc_ddof: int = 0) -> pd.DataFrame:
    """CCC of every other learner minus that of `reference` on the same visits, with a paired 95% interval.

    Every learner meets the same draws of subjects. Columns: learner, part, reference, ccc_difference, low, high,
    subjects. Raises ValueError where `reference` is not in `visits`, or not on the same visits.
    """
    frame = _frame(visits)
    ours = frame[frame["learner"] == reference].set_index(["part", "subject", "visit"])["predicted"]
    if not len(ours) and len(frame):
        raise ValueError(f"{reference} is not among the learners of the visits")
    records = []
    for (learner, part), rows in frame[frame["learner"] != reference].groupby(["learner", "part"], sort=False):
        other = ours.reindex(pd.MultiIndex.from_frame(rows[["part", "subject", "visit"]]))
        data = rows["observed"], rows["predicted"], other, rows["subject"]
        found = difference_interval(*data, draws=draws, seed=seed, ddof=ccc_ddof)
        records.append((learner, part, reference, found.estimate, found.low, found.high, found.subjects))
    columns = ["learner", "part", "reference", "ccc_difference", "low", "high", "subjects"]
    return pd.DataFrame(records, columns=columns)


def best_learner(metrics: Columns, kinds: Collection[str] = ("backbone", "meta")) -> str:
    """The learner of `kinds` with the lowest out-of-fold MAE at visit level, of equal ones the first (A4).

    The test part has no say. Raises ValueError where none has such an MAE.
    """
    frame = _frame(metrics)
    chosen = frame[(frame["level"] == "visit") & (frame["part"] == "oof") & frame["kind"].isin(list(kinds))]
    chosen = chosen[np.isfinite(chosen["mae"])]
    if chosen.empty:
        raise ValueError(f"no {' or '.join(kinds)} has an out-of-fold MAE: no visit has all regions of the index")
    return str(chosen.loc[chosen["mae"].idxmin(), "learner"])


def _frame(columns: Columns) -> pd.DataFrame:
    return columns if isinstance(columns, pd.DataFrame) else pd.DataFrame(dict(columns))
