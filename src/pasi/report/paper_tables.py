"""Table 1 and Table S1 of the paper, as views of one table, evaluation/metrics.csv (R43, A1, A2)."""

from collections.abc import Iterable, Sequence
from math import isnan
from typing import Any

from pasi.evaluation.settings import Primary
from pasi.learners.settings import ADDED_LEARNERS
from pasi.storage.tables import Columns, Row, rows_of

METRICS = ("mae", "pcc", "mse", "ccc")
FLAGS = ("learned", "below_baseline", "optimistic", "added")
GREATER_IS_BETTER = {"mae": False, "mse": False, "pcc": True, "ccc": True}
KINDS = ("backbone", "meta", "baseline")
TOP = 10


def reported_part(metrics: Columns) -> str:
    """The part that the tables show: "test" where all learners have rows on the test part, else "oof".

    The test part may be sealed, or opened for the chosen learner alone (`evaluation.test_rows`).
    """
    learners: dict[str, set[str]] = {"oof": set(), "test": set()}
    for learner, part in zip(metrics["learner"], metrics["part"], strict=True):
        learners[str(part)].add(str(learner))
    return "test" if learners["test"] and learners["oof"] <= learners["test"] else "oof"


def is_added(row: Row) -> bool:
    """Whether a learner is one that the paper does not have."""
    return row["kind"] == "baseline" or row["learner"] in ADDED_LEARNERS


def table_1(metrics: Columns, primary: Primary = "mae") -> dict[str, list[Any]]:
    """The ten best of the paper's learners by visit, then all learners that the paper does not have.

    Ranks are by the primary measure; the paper's are by MAE. Columns: rank (among all learners), learner, kind, mae,
    pcc, mse, ccc, learned, below_baseline, optimistic, added. Metrics have 3 decimals and are those of `reported_part`.
    Equal learners keep the order of `metrics`; one whose measure is undefined comes last. Networks that were left out
    (n 0) are not in the table.
    """
    ranked = _ranked([row for row in rows_of(metrics, level="visit", part=reported_part(metrics)) if row["n"]], primary)
    for rank, row in enumerate(ranked, start=1):
        row |= {"rank": rank, "added": is_added(row)}
    shown = [row for row in ranked if not row["added"]][:TOP] + [row for row in ranked if row["added"]]
    return _view(shown, ("rank", "learner", "kind", *METRICS, *FLAGS), decimals=3)


def table_s1(metrics: Columns, order: Iterable[str] = ()) -> dict[str, list[Any]]:
    """All learners at visit level, in the order of `in_paper_order`.

    Columns: learner, kind, ccc, pcc, mse, mae, learned, below_baseline, optimistic, added. Metrics have 2 decimals and
    are those of `reported_part`.
    """
    rows = in_paper_order(rows_of(metrics, level="visit", part=reported_part(metrics)), order)
    for row in rows:
        row["added"] = is_added(row)
    return _view(rows, ("learner", "kind", "ccc", "pcc", "mse", "mae", *FLAGS), decimals=2)


def in_paper_order(rows: Sequence[Row], order: Iterable[str]) -> list[Row]:
    """Rows in the order backbones, meta-learners of the paper, other meta-learners, baselines.

    Within each group the learners of `order` come first, in that order, then the others as they are in `rows`.
    """
    place = {learner: position for position, learner in enumerate(order)}
    return sorted(
        rows, key=lambda row: (KINDS.index(row["kind"]), is_added(row), place.get(row["learner"], len(place)))
    )


def best_learners(rows: Sequence[Row]) -> dict[str, str]:
    """Metric -> the learner that is best by it, computed from the table itself (A2).

    Baselines and undefined metrics do not count; a metric that no other learner has is missing from the result.
    """
    best = {}
    for metric in METRICS:
        sign = -1 if GREATER_IS_BETTER[metric] else 1
        candidates = [row for row in rows if row["kind"] != "baseline" and not isnan(row[metric])]
        if candidates:
            best[metric] = min(candidates, key=lambda row: sign * row[metric])["learner"]
    return best


def _ranked(rows: Sequence[Row], primary: Primary) -> list[Row]:
    sign = -1 if GREATER_IS_BETTER[primary] else 1
    return sorted(rows, key=lambda row: (isnan(row[primary]), sign * row[primary]))


def _view(rows: Sequence[Row], names: Sequence[str], *, decimals: int) -> dict[str, list[Any]]:
    """Columns `names` of `rows`, with metrics rounded to `decimals` and no negative zero."""
    columns = {name: [row[name] for row in rows] for name in names}
    return columns | {name: [round(float(value), decimals) + 0.0 for value in columns[name]] for name in METRICS}
