"""All tables of evaluation/ that describe results and judge nothing: what the report shows beside metrics.csv."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pasi.evaluation.agreement_table import agreement_table
from pasi.evaluation.characteristics import characteristics_table
from pasi.evaluation.fold_table import fold_table
from pasi.evaluation.group_table import group_table
from pasi.evaluation.impossible import impossible_table
from pasi.evaluation.learned import network_skills, unlearned
from pasi.evaluation.limits_by_score import limits_by_score_table
from pasi.evaluation.mean_improvement import mean_improvement_table
from pasi.evaluation.pick_table import pick_table
from pasi.evaluation.precision_table import precision_table
from pasi.evaluation.rank_table import rank_table
from pasi.evaluation.response_times import response_time_table
from pasi.evaluation.responses_by_week import response_agreement_table
from pasi.evaluation.sensitivity import sensitivity_table, weighted_networks
from pasi.evaluation.settings import Ddof
from pasi.severity.bands import band_table
from pasi.severity.index import SeverityIndex
from pasi.severity.response import missing_responses, non_responder_table, response_table
from pasi.storage.tables import Columns

# Names of the files evaluation/NAME.csv: those of all learners or of the cohort, and those of the chosen learner.
TABLES = (
    *("folds", "sensitivity", "impossible", "agreement", "ranks", "picks", "characteristics"),
    *("groups", "bands", "limits_by_score", "precision", "improvements"),
    *("responses", "response_times", "response_counts", "imputed_counts", "no_response"),
)


@dataclass(frozen=True)
class Judged:
    """What the evaluation has made and read: predictions by region and by visit, scores, split and oof.parquet."""

    learners: Columns
    visits: Columns
    scores: Columns
    split: Columns
    oof: Columns


def description_tables(
    judged: Judged,
    index: SeverityIndex,
    chosen: str,
    models: Sequence[Mapping[str, Any]],
    *,
    least_skill: float,
    ccc_ddof: Ddof = 0,
    draws: int,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """The tables of TABLES by name. chosen: the learner that the report evaluates. models: stacking/{learner}.json.

    Where a network has repeats, its figures but those of folds and ranks are of repeat 0, which was not chosen by its
    error.

    A network of two folds, 1 too high in one and 2 in the other.

    >>> from pasi.severity.index import Label, Region, SeverityBand
    >>> own = (Label("sign", 9, 1),), None, (Region("trunk", 1, 1),), (SeverityBand("any", None),)
    >>> rows = {"subject": ["A", "B"], "visit": ["V0"] * 2, "region": ["trunk"] * 2, "learner": ["net"] * 2}
    >>> rows |= {"kind": ["backbone"] * 2, "part": ["oof"] * 2, "fold": [0, 1], "repeat": [0, 0], "skill": [0.5, 0.0]}
    >>> rows |= {"week": [0.0] * 2, "visit_order": [0.0] * 2, "baseline": ["V0"] * 2, "composite": [4.0, 6.0]}
    >>> rows |= {"observed": [4.0, 6.0], "predicted": [5.0, 8.0]}
    >>> tables = description_tables(
    ...     Judged(rows, rows, rows, rows, rows), SeverityIndex("S", "points", *own, 0.5, (50,)), "net", [],
    ...     least_skill=0.1, draws=20, seed=0,
    ... )  # fmt: skip
    >>> set(tables) == set(TABLES), tables["folds"][["fold", "mae", "learned"]].values.tolist()
    (True, [[0, 1.0, 'yes'], [1, 2.0, 'no']])
    """
    shown, regions = (_first_repeats(table) for table in (judged.visits, judged.learners))
    folds = dict(zip(judged.split["subject"], judged.split["fold"], strict=True))
    skills = network_skills(judged.oof)
    networks = {str(model["name"]): weighted_networks(model) for model in models}
    own, own_regions = (table[table["learner"] == chosen] for table in (shown, regions))
    return {
        "folds": fold_table(judged.visits, folds, skills, least_skill=least_skill, ccc_ddof=ccc_ddof),
        "sensitivity": sensitivity_table(shown, folds, unlearned(skills, least_skill), networks, ccc_ddof=ccc_ddof),
        "impossible": impossible_table(shown, regions, index),
        "agreement": agreement_table(shown, index),
        "ranks": rank_table(judged.visits, draws=draws, seed=seed),
        "picks": pick_table(judged.visits, judged.split, draws=draws, seed=seed),
        "characteristics": characteristics_table(judged.scores, judged.split, index),
        "groups": group_table(own, own_regions, judged.scores, index),
        "bands": band_table(own, index),
        "limits_by_score": limits_by_score_table(own),
        "precision": precision_table(own),
        "improvements": mean_improvement_table(own),
        "responses": response_agreement_table(own, index),
        "response_times": response_time_table(own, index),
        "response_counts": response_table(own, index),
        "imputed_counts": non_responder_table(own, index),
        "no_response": missing_responses(own, index),
    }


def _first_repeats(table: Columns) -> pd.DataFrame:
    frame = pd.DataFrame({name: table[name] for name in table})
    return frame[frame["repeat"] <= 0]
