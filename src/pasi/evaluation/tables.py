"""The tables of evaluation/: predictions of all learners, index values of visits, metrics, intervals, differences."""

from collections.abc import Collection, Sequence
from dataclasses import astuple
from typing import Any

import numpy as np
import pandas as pd

from pasi.cohort.counts import incomplete_visits
from pasi.cohort.region_visits import REGION_VISIT, visit_rows
from pasi.evaluation.differences import difference_interval, holm, mae_difference, verdict_of
from pasi.evaluation.intervals import mean_ccc_interval, mean_mae_interval
from pasi.evaluation.optimism import NONE_KNOWN, Optimism
from pasi.evaluation.repeats import mean_of_repeats, predictions_by_repeat, repeated_metrics
from pasi.evaluation.selection import loss
from pasi.evaluation.settings import Ddof, Primary
from pasi.evaluation.visits import ALL_REPEATS
from pasi.severity.index import SeverityIndex
from pasi.splits.roles import TEST_FOLD
from pasi.splits.rows import check_one_fold
from pasi.storage.tables import Columns

PREDICTIONS = ["learner", "kind", "part", "fold", "repeat", *REGION_VISIT, "observed", "predicted"]
METRICS = ["learner", "kind", "level", "part", "n", "mae", "mse", "pcc", "ccc", "below_baseline", "optimistic"]
SPREADS = ["repeats", "mae_spread", "mse_spread", "pcc_spread", "ccc_spread"]


def combine_predictions(
    oof: Columns, test: Columns, metas: Sequence[Columns], baselines: Sequence[Columns]
) -> pd.DataFrame:
    """The predictions of all learners in one table, evaluation/learners.parquet: out-of-fold rows, then test rows.

    oof, test: the two tables of `gather_predictions`. metas, baselines: the rows of each meta-learner and baseline.
    Within a part the learners keep this order. Columns: learner, kind ("backbone", "meta", "baseline"), part ("oof",
    "test"), fold (-1 for test), repeat (-1 where a learner was made from all of them, or from none), subject, visit,
    region, observed, predicted (composite points). Raises ResultError where learners were fitted on different splits
    (F20).

    >>> rows = {"subject": ["A"], "visit": ["V0"], "region": ["trunk"], "fold": [0]}
    >>> rows |= {"observed": [4.0], "predicted": [3.0]}
    >>> oof, week = rows | {"learner": ["net"], "repeat": [0]}, rows | {"learner": ["baseline_week"], "part": ["oof"]}
    >>> table = combine_predictions(oof, {name: [] for name in oof}, [], [week])
    >>> table[["learner", "kind", "part", "repeat"]].values.tolist()
    [['net', 'backbone', 'oof', 0], ['baseline_week', 'baseline', 'oof', -1]]
    """
    backbones = [_frame(oof).assign(part="oof"), _frame(test).assign(part="test", fold=TEST_FOLD)]
    others = [[_frame(table).assign(repeat=ALL_REPEATS) for table in tables] for tables in (metas, baselines)]
    kinds = dict(zip(("backbone", "meta", "baseline"), (backbones, *others), strict=True))
    tables = [_frame(table).assign(kind=kind)[PREDICTIONS] for kind, tables in kinds.items() for table in tables]
    table = pd.concat([table for table in tables if len(table)], ignore_index=True)
    check_one_fold(table, "the predictions of all learners")
    return table.sort_values("part", kind="stable", ignore_index=True)


def visit_table(learners: Columns, scores: Columns, index: SeverityIndex) -> tuple[pd.DataFrame, int]:
    """Observed and predicted index of each learner and visit by Equation 2, and the number of visits left out (R25).

    learners: the table of `combine_predictions`. scores: cohort/scores.parquet. A visit that lacks a region has no
    index value and is left out. Columns: learner, kind, part, repeat, subject, visit, week, visit_order, baseline
    (these three as in `scores`), observed, predicted (points of the index). baseline names the subject's baseline
    visit, from which improvement is measured; where that one is left out, no other visit takes its place.

    Two regions of equal weight; the visit V1 lacks one.

    >>> from pasi.severity.index import Label, Region, SeverityBand
    >>> regions = Region("arms", 0.5, 1), Region("legs", 0.5, 1)
    >>> own = (Label("sign", 9, 1),), None, regions, (SeverityBand("any", None),)
    >>> index = SeverityIndex("S", "points", *own, 0, (75,))
    >>> rows = {"subject": ["A"] * 3, "visit": ["V0", "V0", "V1"], "region": ["arms", "legs", "arms"]}
    >>> scores = rows | {"week": [0, 0, 4], "visit_order": [0, 0, 1], "baseline": ["V0"] * 3}
    >>> learners = rows | {"learner": ["net"] * 3, "kind": ["backbone"] * 3, "part": ["oof"] * 3, "repeat": [0] * 3}
    >>> visits, left_out = visit_table(learners | {"observed": [2, 6, 1], "predicted": [3, 9, 1]}, scores, index)
    >>> visits[["visit", "observed", "predicted"]].values.tolist(), left_out
    ([['V0', 4.0, 6.0]], 1)
    """
    frame, regions = _frame(learners), index.region_names
    rows = visit_rows(frame, regions, by=("learner", "repeat", "part", "subject", "visit"))
    visits = frame.iloc[rows[:, 0]][["learner", "kind", "part", "repeat", "subject", "visit"]].reset_index(drop=True)
    known = ("subject", "visit", "week", "visit_order", "baseline")
    cohort = _frame({name: scores[name] for name in known}).drop_duplicates(["subject", "visit"])
    visits = visits.merge(cohort, how="left", on=["subject", "visit"])
    for name in ("observed", "predicted"):
        visits[name] = index.combine(frame[name].to_numpy()[rows])
    return visits, incomplete_visits(zip(scores["subject"], scores["visit"], strict=True), len(regions))


def metrics_table(
    learners: Columns,
    visits: Columns,
    *,
    primary: Primary = "mae",
    given: Collection[str] = (),
    ccc_ddof: Ddof = 0,
    optimism: Optimism = NONE_KNOWN,
    left_out: Sequence[str] = (),
) -> pd.DataFrame:
    """MAE, MSE, PCC and CCC of each learner and part, at the levels "visit" and "region", which are never mixed (R26).

    learners: the table of `combine_predictions`. visits: that of `visit_table`. left_out: backbones that the run does
    without; their rows come last, with n 0 and NaN for metrics. The columns are METRICS, then SPREADS: with repeats, a
    metric of a network is the mean over them (`repeated_metrics`). below_baseline: the primary measure is worse than
    that of the strongest baseline on the same rows, but for those of `given`, which are told a score of the subject, or
    undefined; false for baselines. optimistic: see `Optimism`.

    >>> rows = {"learner": ["net", "baseline_mean"], "kind": ["backbone", "baseline"], "part": ["oof"] * 2}
    >>> rows |= {"repeat": [0, -1], "observed": [4.0, 4.0], "predicted": [6.0, 5.0]}
    >>> table = metrics_table(rows, rows, left_out=["vgg11"])
    >>> table[table["level"] == "visit"][["learner", "n", "mae", "below_baseline"]].values.tolist()
    [['net', 1, 2.0, True], ['baseline_mean', 1, 1.0, False], ['vgg11', 0, nan, False]]
    """
    records = [
        {"learner": learner, "kind": kind, "level": level, "part": part} | repeated_metrics(rows, ccc_ddof)
        for level, table in (("visit", visits), ("region", learners))
        for (learner, kind, part), rows in _frame(table).groupby(["learner", "kind", "part"], sort=False)
    ]
    metrics = pd.DataFrame(records, columns=[*METRICS[:-2], *SPREADS])
    losses = loss(metrics[primary].to_numpy(dtype=np.float64), primary)
    baseline = (metrics["kind"] == "baseline") & ~metrics["learner"].isin(list(given))
    bar = pd.Series(np.where(baseline, losses, np.nan)).groupby([metrics["level"], metrics["part"]]).transform("min")
    below = (metrics["kind"] != "baseline") & bar.notna() & ~(losses <= bar)
    optimistic = [optimism.marks(*place) for place in metrics[["learner", "kind", "part"]].itertuples(index=False)]
    metrics = metrics.assign(below_baseline=below.to_numpy(dtype=bool), optimistic=optimistic)
    empty: dict[str, Any] = {"kind": "backbone", "n": 0, "repeats": 0, "below_baseline": False, "optimistic": False}
    places = metrics[["level", "part"]].drop_duplicates()
    absent = [places.assign(learner=name, **empty) for name in left_out]
    return pd.concat([metrics, *absent], ignore_index=True)[[*METRICS, *SPREADS]]


def interval_table(visits: Columns, *, ccc_ddof: Ddof = 0, optimism: Optimism = NONE_KNOWN) -> pd.DataFrame:
    """95% intervals over subjects of the CCC and MAE of each learner and part, at visit level.

    With repeats, they are those of the mean over the repeats, which metrics.csv has. What further repeats would give is
    not in them.

    visits: the table of `visit_table`. Columns: learner, part, metric ("ccc", "mae"), estimate, low, high, method,
    subjects (their number), optimistic.

    >>> rows = {"learner": ["net"] * 3, "kind": ["backbone"] * 3, "part": ["oof"] * 3, "repeat": [0] * 3}
    >>> rows |= {"subject": [*"ABC"], "visit": ["V0"] * 3, "observed": [2.0, 4.0, 6.0], "predicted": [3.0, 5.0, 7.0]}
    >>> interval_table(rows)[["metric", "estimate", "low", "high"]].round(3).values.tolist()
    [['ccc', 0.842, -0.483, 0.995], ['mae', 1.0, 1.0, 1.0]]
    """
    records = []
    for (learner, kind, part), rows in _frame(visits).groupby(["learner", "kind", "part"], sort=False):
        own, predicted = predictions_by_repeat(rows)
        data = own["observed"], predicted, own["subject"]
        optimistic = optimism.marks(str(learner), str(kind), str(part))
        for metric, interval in (("ccc", mean_ccc_interval(*data, ddof=ccc_ddof)), ("mae", mean_mae_interval(*data))):
            records.append((learner, part, metric, *astuple(interval), optimistic))
    columns = ["learner", "part", "metric", "estimate", "low", "high", "method", "subjects", "optimistic"]
    return pd.DataFrame(records, columns=columns)


def difference_table(
    visits: Columns,
    reference: str,
    *,
    primary: Primary = "mae",
    ccc_ddof: Ddof = 0,
    optimism: Optimism = NONE_KNOWN,
) -> pd.DataFrame:
    """The primary measure of each network and meta-learner minus that of the baseline `reference` on the same visits.

    With repeats, a network stands here with the mean of its predictions. visits: the table of `visit_table`. Columns:
    learner, part, reference, measure (`primary`), difference, low, high, method, subjects (their number), z, z_low,
    z_high, p (see `Difference`), optimistic, p_holm (p adjusted for the number of learners of the part), verdict (see
    `verdict_of`). Raises ValueError where `reference` is not in `visits`, or lacks a visit of another learner.

    >>> rows = {"learner": ["net"] * 3 + ["baseline_week"] * 3, "kind": ["backbone"] * 3 + ["baseline"] * 3}
    >>> rows |= {"part": ["oof"] * 6, "repeat": [0] * 3 + [-1] * 3, "subject": [*"ABC"] * 2, "visit": ["V0"] * 6}
    >>> rows |= {"observed": [2, 4, 6] * 2, "predicted": [3, 5, 7, 5, 7, 9]}
    >>> difference_table(rows, "baseline_week")[["learner", "measure", "difference", "verdict"]].values.tolist()
    [['net', 'mae', -2.0, 'none']]
    """
    frame = mean_of_repeats(_frame(visits))
    ours = frame[frame["learner"] == reference].set_index(["part", "subject", "visit"])["predicted"]
    if not len(ours) and len(frame):
        raise ValueError(f"{reference} is not among the learners of the visits")
    records = []
    others = frame[frame["kind"] != "baseline"].groupby(["learner", "kind", "part"], sort=False)
    for (learner, kind, part), rows in others:
        other = ours.reindex(pd.MultiIndex.from_frame(rows[["part", "subject", "visit"]]))
        data = rows["observed"], rows["predicted"], other, rows["subject"]
        found = difference_interval(*data, ddof=ccc_ddof) if primary == "ccc" else mae_difference(*data)
        optimistic = optimism.marks(str(learner), str(kind), str(part))
        records.append((learner, part, reference, primary, *astuple(found), optimistic))
    estimates = ["difference", "low", "high", "method", "subjects", "z", "z_low", "z_high", "p"]
    table = pd.DataFrame(records, columns=["learner", "part", "reference", "measure", *estimates, "optimistic"])
    table["p_holm"] = table.groupby("part", sort=False)["p"].transform(holm)
    gain = table["z"] if primary == "ccc" else -table["difference"]
    judged = zip(gain, table["p_holm"], table["subjects"], strict=True)
    return table.assign(verdict=[verdict_of(*row) for row in judged])


def _frame(columns: Columns) -> pd.DataFrame:
    return columns if isinstance(columns, pd.DataFrame) else pd.DataFrame(dict(columns))
