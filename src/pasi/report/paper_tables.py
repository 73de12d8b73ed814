"""Table 1 and Table S1 of the paper, as views of the one evaluation/metrics.csv (R43, A1, A2)."""

from collections.abc import Iterable, Sequence
from math import isnan
from typing import Any

from pasi.storage.tables import Columns, Row, rows_of

METRICS = ("mae", "pcc", "mse", "ccc")
GREATER_IS_BETTER = {"mae": False, "mse": False, "pcc": True, "ccc": True}
KINDS = ("backbone", "meta", "baseline")
ADDED = ("mean", "nnls", "greedy_selection")  # meta-learners that the paper has not; like the baselines below a rule
TOP = 10


def reported_part(metrics: Columns) -> str:
    """ "test" where learners were judged on a test part, else "oof"."""
    return "test" if "test" in set(metrics["part"]) else "oof"


def is_added(row: Row) -> bool:
    """Whether a learner is one that the paper does not have."""
    return row["kind"] == "baseline" or row["learner"] in ADDED


def table_1(metrics: Columns) -> dict[str, list[Any]]:
    """The ten best of the paper's learners by MAE, 3 decimals, at visit level; below them the learners that we added.

    Columns: rank (by MAE among all learners), learner, kind, mae, pcc, mse, ccc, below_baseline, optimistic, added. The
    rows are of the test part, or out of fold where there is no test part. Equal MAEs keep the order of `metrics`; NaN
    is last, and what was left out (n 0) is not there.
    """
    ranked = _by_mae([row for row in rows_of(metrics, level="visit", part=reported_part(metrics)) if row["n"]])
    for rank, row in enumerate(ranked, start=1):
        row |= {"rank": rank, "added": is_added(row)}
    shown = [row for row in ranked if not row["added"]][:TOP] + [row for row in ranked if row["added"]]
    return _view(shown, ("rank", "learner", "kind", *METRICS, "below_baseline", "optimistic", "added"), decimals=3)


def table_s1(metrics: Columns, order: Iterable[str] = ()) -> dict[str, list[Any]]:
    """All learners, 2 decimals, visit level: learner, kind, ccc, pcc, mse, mae, below_baseline, optimistic, added.

    Rows are of the same part as those of `table_1`. Kinds stand in the paper's order, ours last; within a kind
    learners follow `order`, and those that it lacks come as they are in `metrics`.
    """
    rows = in_paper_order(rows_of(metrics, level="visit", part=reported_part(metrics)), order)
    for row in rows:
        row["added"] = is_added(row)
    return _view(
        rows, ("learner", "kind", "ccc", "pcc", "mse", "mae", "below_baseline", "optimistic", "added"), decimals=2
    )


def in_paper_order(rows: Sequence[Row], order: Iterable[str]) -> list[Row]:
    """Backbones, then the paper's meta-learners, then ours, then baselines; each by `order`, then as they come."""
    place = {learner: position for position, learner in enumerate(order)}
    return sorted(
        rows, key=lambda row: (KINDS.index(row["kind"]), is_added(row), place.get(row["learner"], len(place)))
    )


def best_learners(rows: Sequence[Row]) -> dict[str, str]:
    """Metric -> the learner that is best by it: computed, never typed (A2). Baselines cannot be best; NaN cannot."""
    best = {}
    for metric in METRICS:
        sign = -1 if GREATER_IS_BETTER[metric] else 1
        candidates = [row for row in rows if row["kind"] != "baseline" and not isnan(row[metric])]
        if candidates:
            best[metric] = min(candidates, key=lambda row: sign * row[metric])["learner"]
    return best


def _by_mae(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (isnan(row["mae"]), row["mae"]))


def _view(rows: Sequence[Row], names: Sequence[str], *, decimals: int) -> dict[str, list[Any]]:
    """Columns `names` of `rows`, metrics rounded to `decimals`, without a minus before a zero."""
    columns = {name: [row[name] for row in rows] for name in names}
    return columns | {name: [round(float(value), decimals) + 0.0 for value in columns[name]] for name in METRICS}
