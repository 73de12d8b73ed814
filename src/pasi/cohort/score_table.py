"""The table of scores of a cohort, with the composite of Equation 1."""

import math
from typing import Any

import numpy as np

from pasi.cohort.records import Cohort
from pasi.severity.index import SeverityIndex


def score_table(cohort: Cohort, index: SeverityIndex) -> dict[str, Any]:
    """The columns of cohort/scores.parquet: ids, week, visit_order, baseline, grades, composite, attributes.

    One row a subject, visit and region, in the order of the cohort; numbers are float64, everything else is text. week
    is NaN where it is not known. visit_order is the place of the visit among those of its subject in time, from 0, and
    NaN where that is not known. baseline names the subject's baseline visit, "" where there is none. composite follows
    Equation 1.
    """
    scores = cohort.scores
    places = {(subject, visit): place for subject, order in cohort.orders.items() for place, visit in enumerate(order)}
    labels = np.array([score.labels for score in scores], dtype=np.float64).reshape(-1, len(index.labels))
    weeks = [math.nan if score.week is None else score.week for score in scores]
    return {
        "subject": [score.subject for score in scores],
        "visit": [score.visit for score in scores],
        "week": np.array(weeks, dtype=np.float64),
        "visit_order": np.array([places.get(score[:2], math.nan) for score in scores], dtype=np.float64),
        "baseline": [cohort.baselines.get(score.subject, "") for score in scores],
        "region": [score.region for score in scores],
        **dict(zip(index.label_names, labels.T, strict=True)),
        "composite": index.composite(labels),
        **{name: [score.attributes[name] for score in scores] for name in (scores[0].attributes if scores else ())},
    }
