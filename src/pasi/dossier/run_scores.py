"""The observed and predicted scores of a run as records of `pasi.dossier.cdisc`."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import NamedTuple

import numpy as np
import pandas as pd

from pasi.dossier.cdisc import ALGORITHM, Assessment, Evaluator, Response, Visit
from pasi.severity.index import SeverityIndex
from pasi.severity.response import BASELINE, IMPUTED, reaches, with_improvements
from pasi.storage.tables import Row, Table, rows_of

Key = tuple[str, str]
PARTS = {"oof": "OUT OF FOLD", "test": "TEST"}


class RunScores(NamedTuple):
    """cohort/scores.parquet; the rows of one learner, one a visit or region, of visits and learners.parquet; and who
    observed and who predicted."""

    scores: Table
    visits: Table
    learners: Table
    observer: Evaluator
    predictor: Evaluator


def predictor_of(learner: str) -> Evaluator:
    """The evaluator that a learner is."""
    return Evaluator(ALGORITHM, learner)


def run_assessments(run: RunScores, index: SeverityIndex) -> Iterator[Assessment]:
    """Composites of all graded regions, the index of all complete visits, and the learner's predictions of both."""
    visits = visits_of(run.scores)
    composites: dict[Key, dict[str, float]] = defaultdict(dict)
    for row in rows_of(run.scores):
        if isfinite(row["composite"]):
            composites[_key(row)][row["region"]] = float(row["composite"])
    for key, own in composites.items():
        for region, value in own.items():
            yield Assessment(visits[key], run.observer, region, value)
        if len(own) == len(index.regions):
            total = float(index.combine([own[region] for region in index.region_names]))
            yield Assessment(visits[key], run.observer, "", total)
    yield from _predictions(run, visits)


def _predictions(run: RunScores, visits: Mapping[Key, Visit]) -> Iterator[Assessment]:
    qualifiers = {}
    for row in rows_of(run.learners):
        fold = {"PREDFOLD": str(int(row["fold"]))} if row["part"] == "oof" else {}
        qualifiers[_key(row)] = {"PREDPART": PARTS[row["part"]], **fold}
        own = qualifiers[_key(row)]
        yield Assessment(visits[_key(row)], run.predictor, row["region"], float(row["predicted"]), "", own)
    for row in rows_of(run.visits):
        own = qualifiers[_key(row)]
        yield Assessment(visits[_key(row)], run.predictor, "", float(row["predicted"]), "", own)


def run_responses(run: RunScores, index: SeverityIndex) -> Iterator[Response]:
    """The observed and the predicted response of each visit that the learner has predicted."""
    frame = with_improvements(run.visits, index)
    visits = visits_of(run.scores)
    for source, evaluator in (("observed", run.observer), ("predicted", run.predictor)):
        flags = {threshold: reaches(frame, source, threshold, index) for threshold in index.responses}
        defined = np.isfinite(frame[f"{source}_improvement"].to_numpy())
        starts = _values_at_baseline(frame, source)
        for place, row in enumerate(frame.to_dict("records")):
            key = _key({str(name): cell for name, cell in row.items()})
            why = row["no_response"]
            later = why == "" or why in IMPUTED
            reached = {each: bool(own[place]) if defined[place] else None for each, own in flags.items()}
            base = starts.get(row["subject"]) if later or why == BASELINE else None
            yield Response(visits[key], evaluator, float(row[source]), base, reached if later else {}, _reason(why))


def _reason(why: str) -> str:
    """`why` without the source whose baseline is clear, which is that of the row."""
    return why.removeprefix("observed ").removeprefix("predicted ")


def _values_at_baseline(frame: pd.DataFrame, source: str) -> dict[str, float]:
    first = frame[frame["no_response"] == BASELINE]
    return dict(zip(first["subject"], first[source].astype(float), strict=True))


def visits_of(scores: Table) -> dict[Key, Visit]:
    """The visits of cohort/scores.parquet; a run keeps no dates."""
    found = {}
    for row in rows_of(scores):
        week, place = float(row["week"]), float(row["visit_order"])
        found[_key(row)] = Visit(
            row["subject"],
            row["visit"],
            int(place) if isfinite(place) else None,
            week if isfinite(week) else None,
            row["visit"] == row["baseline"],
        )
    return found


def _key(row: Row) -> Key:
    return row["subject"], row["visit"]
