"""How each learner does on each held-out fold: evaluation/folds.csv."""

from collections.abc import Mapping
from math import nan

import pandas as pd

from pasi.evaluation.metrics import metric_row
from pasi.evaluation.settings import Ddof
from pasi.run_folder import TrainingPlace
from pasi.storage.tables import Columns

COLUMNS = ["learner", "kind", "fold", "repeat", "subjects", "visits", "mae", "ccc", "spread", "skill", "learned"]


def fold_table(
    visits: Columns,
    folds: Mapping[str, int],
    skills: Mapping[TrainingPlace, float],
    *,
    least_skill: float,
    ccc_ddof: Ddof = 0,
) -> pd.DataFrame:
    """MAE and CCC of each learner on the visits of each fold, which are out of fold, with the skill of its training.

    visits: the table of `pasi.evaluation.tables:visit_table`. folds: subject -> fold. skills: of each training; skill
    is NaN and learned "" for a learner that is no network. learned: "yes" or "no", by `least_skill`, as of today.
    spread: the standard deviation of the predicted scores by that of the observed ones, NaN where these are all equal;
    near 0 all visits are predicted alike, whatever the skill on the few monitored subjects was. A fold whose observed
    or predicted scores are all equal has a CCC of 0.

    >>> visits = {"learner": ["net"] * 2, "kind": ["backbone"] * 2, "part": ["oof"] * 2, "repeat": [0, 0]}
    >>> visits |= {"subject": ["A", "B"], "observed": [1.0, 3.0], "predicted": [2.0, 5.0]}
    >>> skills = {TrainingPlace("net", 0): 0.5, TrainingPlace("net", 1): 0.0}
    >>> found = fold_table(visits, {"A": 0, "B": 1}, skills, least_skill=0.1)
    >>> found[["fold", "mae", "skill", "learned"]].values.tolist()
    [[0, 1.0, 0.5, 'yes'], [1, 2.0, 0.0, 'no']]
    """
    frame = pd.DataFrame(dict(visits))
    frame = frame[frame["part"] == "oof"]
    frame = frame.assign(fold=frame["subject"].map(dict(folds)))
    order = {name: place for place, name in enumerate(dict.fromkeys(frame["learner"]))}
    records = []
    for (learner, kind, *place), rows in frame.groupby(["learner", "kind", "fold", "repeat"], sort=False):
        fold, repeat = (int(str(number)) for number in place)
        measured = metric_row(rows["observed"], rows["predicted"], ccc_ddof)
        skill = skills.get(TrainingPlace(str(learner), fold, repeat), nan)
        learned = "" if skill != skill else ("yes" if skill >= least_skill else "no")
        observed, predicted = (float(rows[name].std(ddof=0)) for name in ("observed", "predicted"))
        spread = predicted / observed if observed else nan
        numbers = rows["subject"].nunique(), len(rows), measured["mae"], measured["ccc"], spread
        records.append((learner, kind, fold, repeat, *numbers, skill, learned))
    table = pd.DataFrame(records, columns=COLUMNS)
    places = table[["fold", "repeat"]].assign(learner=table["learner"].map(order))
    return table.loc[places.sort_values(["learner", "fold", "repeat"], kind="stable").index].reset_index(drop=True)
