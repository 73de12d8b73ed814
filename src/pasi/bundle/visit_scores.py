"""The result of each visit as plain values, as it stands in the audit trail."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from pasi.bundle.photo_checks import Checked, PhotoChecks
from pasi.bundle.residuals import Residuals, intervals
from pasi.bundle.scoring import Scorer
from pasi.bundle.visit_photos import Judgement, NewVisit, SeenPhoto, judge_photos, see_photos

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
    return _score_seen(visits, _look_at(visits, root, scorer, checks), scorer, residuals)


def score_chunks(
    chunks: Sequence[Sequence[NewVisit]], root: Path, scorer: Scorer, residuals: Residuals, checks: PhotoChecks
) -> Iterator[list[Entry]]:
    """The results of `score_visits` for each chunk; the photos of the next one are decoded while networks compute."""
    with ThreadPoolExecutor(1, thread_name_prefix="photos") as pool:
        coming = [pool.submit(_look_at, chunk, root, scorer, checks) for chunk in chunks[:1]]
        for number, chunk in enumerate(chunks):
            seen = coming.pop().result()
            coming += [pool.submit(_look_at, own, root, scorer, checks) for own in chunks[number + 1 : number + 2]]
            yield _score_seen(chunk, seen, scorer, residuals)


def _look_at(visits: Sequence[NewVisit], root: Path, scorer: Scorer, checks: PhotoChecks) -> list[Checked]:
    """The photos of each visit, decoded and checked."""
    tiles, regions = scorer.preprocess.tiles, scorer.index.region_names
    return [checks.check(see_photos(visit, root, tiles), regions, tiles.fit) for visit in visits]


def _score_seen(
    visits: Sequence[NewVisit], seen: Sequence[Checked], scorer: Scorer, residuals: Residuals
) -> list[Entry]:
    judged = [judge_photos(own.photos, scorer.preprocess.usual, own.unlike) for own in seen]
    scored = [number for number, own in enumerate(judged) if own.status != "refused"]
    scores = iter(_scores([seen[number].photos for number in scored], scorer, residuals) if scored else [])
    found = []
    for visit, checked, own in zip(visits, seen, judged, strict=True):
        entry = _entry(visit, checked, own)
        found.append({**entry, "scores": None if own.status == "refused" else next(scores)})
    return found


def _entry(visit: NewVisit, checked: Checked, judgement: Judgement) -> Entry:
    return {
        "subject": visit.subject,
        "visit": visit.visit,
        "photos": [photo.identity for photo in checked.photos],
        "status": judgement.status,
        "reasons": list(judgement.reasons),
        "used": sum(not photo.fault for photo in checked.photos),
        "unlikeness": checked.unlikeness,
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
