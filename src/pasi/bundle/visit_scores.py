"""The result of each visit as plain values, as it stands in the audit trail."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from pasi.bundle.judged_visit import JudgedVisit, judge_visit
from pasi.bundle.photo_checks import PhotoChecks
from pasi.bundle.residuals import Residuals, intervals
from pasi.bundle.scoring import Scorer
from pasi.bundle.visit_photos import NewVisit, SeenPhoto

CHUNK = 32  # visits that are scored together; the tiles of twice as many are in memory
Entry = dict[str, Any]


def score_visits(
    visits: Sequence[NewVisit], root: Path, scorer: Scorer, residuals: Residuals, checks: PhotoChecks
) -> list[Entry]:
    """The result of each visit: subject, visit, photos (their identities), status, reasons, unlikeness and, where it is
    not refused, scores: score, low and high (None without an interval), spread, by_fold, composites and labels by
    region.

    by_fold: the score by the networks that did not see each fold, by its number as text. spread: their standard
    deviation (ddof 0).
    """
    return _score_judged(visits, _judge(visits, root, scorer, checks), scorer, residuals)


def score_chunks(
    chunks: Sequence[Sequence[NewVisit]], root: Path, scorer: Scorer, residuals: Residuals, checks: PhotoChecks
) -> Iterator[list[Entry]]:
    """The results of `score_visits` for each chunk; the photos of the next one are decoded while networks compute."""
    with ThreadPoolExecutor(1, thread_name_prefix="photos") as pool:
        coming = [pool.submit(_judge, chunk, root, scorer, checks) for chunk in chunks[:1]]
        for number, chunk in enumerate(chunks):
            judged = coming.pop().result()
            coming += [pool.submit(_judge, own, root, scorer, checks) for own in chunks[number + 1 : number + 2]]
            yield _score_judged(chunk, judged, scorer, residuals)


def _judge(visits: Sequence[NewVisit], root: Path, scorer: Scorer, checks: PhotoChecks) -> list[JudgedVisit]:
    return [judge_visit(visit, root, scorer, checks) for visit in visits]


def _score_judged(
    visits: Sequence[NewVisit], judged: Sequence[JudgedVisit], scorer: Scorer, residuals: Residuals
) -> list[Entry]:
    scored = [own.photos for own in judged if not own.is_refused]
    scores = iter(_scores(scored, scorer, residuals) if scored else [])
    return [
        {**_entry(visit, own), "scores": None if own.is_refused else next(scores)}
        for visit, own in zip(visits, judged, strict=True)
    ]


def _entry(visit: NewVisit, judged: JudgedVisit) -> Entry:
    return {
        "subject": visit.subject,
        "visit": visit.visit,
        "photos": [photo.identity for photo in judged.photos],
        "status": judged.status,
        "reasons": list(judged.reasons),
        "used": sum(not photo.fault for photo in judged.photos),
        "unlikeness": judged.unlikeness,
    }


def _scores(photos: Sequence[Sequence[SeenPhoto]], scorer: Scorer, residuals: Residuals) -> list[Entry]:
    index = scorer.index
    found = scorer.score(photos)
    by_fold = index.combine(found.by_fold)  # (folds, visits)
    score = index.combine(found.composites)
    low, high = intervals(by_fold, scorer.model.folds, residuals)
    low, high = (np.clip(ends, 0, index.maximum) for ends in (low, high))  # where every true score is; NaN stays NaN
    low, high = np.minimum(low, score), np.maximum(high, score)  # the score itself is not clipped
    return [
        {
            "score": float(score[place]),
            "low": _plain(low[place]),
            "high": _plain(high[place]),
            "spread": float(by_fold[:, place].std()),
            "by_fold": dict(zip(map(str, scorer.model.folds), by_fold[:, place].tolist(), strict=True)),
            "composites": dict(zip(index.region_names, found.composites[place].tolist(), strict=True)),
            "labels": None if found.labels is None else _labels(found.labels[place], scorer),
        }
        for place in range(len(photos))
    ]


def _labels(values: np.ndarray, scorer: Scorer) -> dict[str, dict[str, float]]:
    """Signs and area (regions, labels) of a visit by region and name."""
    own = [dict(zip(scorer.model.columns, row, strict=True)) for row in values.tolist()]
    return dict(zip(scorer.index.region_names, own, strict=True))


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
