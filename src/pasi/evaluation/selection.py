"""The choice of learners by the primary measure: the one that the report evaluates, and the strongest baseline."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pasi.errors import DamagedFileError
from pasi.evaluation.settings import Primary
from pasi.storage.tables import Columns

CANDIDATES = ("backbone", "meta")  # the kinds of learners that are chosen among


def best_learner(
    metrics: Columns, primary: Primary, kinds: Collection[str] = CANDIDATES, *, but: Collection[str] = ()
) -> str:
    """The learner that is best out of fold at visit level; the first of equals. The test part has no say (A4).

    metrics: learner, kind, level, part and the column `primary`, as in evaluation/metrics.csv: "mae", of which the
    lowest is best, or "ccc", of which the highest is. kinds: the kinds of learners to choose among. but: learners that
    are not. Raises ValueError where none of them has a finite value out of fold.

    >>> metrics = {"learner": ["a", "b", "mean"], "kind": ["backbone", "backbone", "baseline"], "mae": [3.0, 2.0, 1.0]}
    >>> best_learner(metrics | {"level": ["visit"] * 3, "part": ["oof"] * 3}, "mae")
    'b'
    """
    names = ("learner", "level", "part", "kind")
    learner, level, part, kind = (np.asarray(metrics[name], dtype=object) for name in names)
    losses = loss(np.asarray(metrics[primary], dtype=np.float64), primary)
    eligible = (level == "visit") & (part == "oof") & np.isin(kind, list(kinds)) & np.isfinite(losses)
    eligible &= ~np.isin(learner, list(but))
    if not eligible.any():
        measure = f"an out-of-fold {primary.upper()}"
        raise ValueError(f"no {' or '.join(kinds)} has {measure}: no visit has all regions of the index")
    rows = np.flatnonzero(eligible)
    return str(learner[rows[losses[rows].argmin()]])


def choice_record(metrics: Columns, primary: Primary, given: Collection[str]) -> dict[str, Any]:
    """The contents of evaluation/chosen.json: the chosen learner, and the baseline that it is judged against.

    given: baselines that are told a score of the subject, which are not judged against. value: the primary measure of
    the learner out of fold. baseline: None where there is none.

    >>> metrics = {"learner": ["a", "b", "mean"], "kind": ["backbone", "backbone", "baseline"], "mae": [3.0, 2.0, 1.0]}
    >>> found = choice_record(metrics | {"level": ["visit"] * 3, "part": ["oof"] * 3}, "mae", ())
    >>> found["learner"], found["value"], found["candidates"], found["baseline"]
    ('b', 2.0, 2, 'mean')
    """
    learner = best_learner(metrics, primary)
    names = ("learner", "kind", "level", "part", primary)
    rows = list(zip(*(np.asarray(metrics[name], dtype=object) for name in names), strict=True))
    judged = {row[0]: row for row in rows if row[2:4] == ("visit", "oof")}
    candidates = [row for row in judged.values() if row[1] != "baseline" and np.isfinite(row[4])]
    baselines = [row for row in judged.values() if row[1] == "baseline" and row[0] not in given]
    known = any(np.isfinite(row[4]) for row in baselines)
    return {
        "learner": learner,
        "kind": judged[learner][1],
        "primary": primary,
        "value": float(judged[learner][4]),
        "candidates": len(candidates),
        "baseline": best_learner(metrics, primary, kinds=("baseline",), but=given) if known else None,
    }


def confirm_choice(recorded: Mapping[str, Any], rule: Mapping[str, Any], path: Path) -> None:
    """Raise DamagedFileError where the file `path` has another choice than the rule makes: it was edited by hand.

    recorded: chosen.json. rule: `choice_record` of the metrics out of fold. The test part is opened for the learner of
    the rule alone.

    >>> confirm_choice({"learner": "a"}, {"learner": "a"}, Path("chosen.json"))
    """
    if dict(recorded) != dict(rule):
        raise DamagedFileError(
            f"{path} names {recorded.get('learner')}, with what it was chosen by, and the rule of the plan chooses "
            f"{rule['learner']} by evaluation/oof/metrics.csv: delete {path}, and give the same command again"
        )


def loss(values: np.ndarray, primary: Primary) -> np.ndarray:
    """Values of the primary measure such that less is better: an MAE as it is, a CCC with the other sign.

    >>> loss(np.array([0.5, 0.75]), "ccc").tolist()
    [-0.5, -0.75]
    """
    return -values if primary == "ccc" else values
