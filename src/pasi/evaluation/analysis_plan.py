"""The plan of the test, evaluation/plan.json: what is decided before the test part is opened."""

import json
from collections.abc import Mapping
from typing import Any

from pasi.evaluation.settings import Primary, ShownRows
from pasi.storage.hashing import value_digest
from pasi.storage.tables import Columns

CHOICE: dict[Primary, str] = {
    "mae": "the network or meta-learner with the lowest MAE by visit out of fold",
    "ccc": "the network or meta-learner with the highest CCC by visit out of fold",
}
REFERENCE = "the baseline that is best by the primary measure out of fold and is told no score of the subject"


def analysis_plan(
    split: Columns,
    config: Mapping[str, str],
    *,
    primary: Primary,
    limits: Mapping[str, float | None],
    outcomes: Mapping[str, Any],
    test_rows: ShownRows,
) -> dict[str, Any]:
    """The contents of plan.json; they depend on the config and the split, and on no prediction.

    split: splits/subjects.parquet. config: digests of the cohort and of the sections of the config, by name. `plan`
    is what must not change after the test part was opened: the primary measure, how the learner and the baseline are
    chosen, the limits of acceptance by the name of their key, and what of the index says how visits are read (what is a
    response, what is clear, the bands).

    >>> split = {"subject": ["A", "B"], "part": ["train", "test"], "fold": [0, -1]}
    >>> own = {"limits": {"least_ccc": 0.8}, "outcomes": {"responses": [75]}}
    >>> plan = analysis_plan(split, {}, primary="mae", **own, test_rows="chosen")
    >>> plan["subjects"], plan["plan"]["primary"], plan["plan"]["limits"]["least_ccc"]
    (1, 'mae', 0.8)
    """
    rows = sorted(zip(*(map(str, split[name]) for name in ("subject", "part", "fold")), strict=True))
    plan = {
        "primary": primary,
        "learner": CHOICE[primary],
        "baseline": REFERENCE,
        "limits": dict(limits),
        "outcomes": dict(outcomes),
    }
    return {
        "plan": json.loads(json.dumps(plan)),  # as the log holds it, which it is compared with: a tuple is a list there
        "test_rows": test_rows,
        "subjects": sum(part == "test" for _, part, _ in rows),
        "split": value_digest(rows),
        "config": dict(config),
    }
