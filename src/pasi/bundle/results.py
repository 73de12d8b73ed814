"""The table of scores: one row a visit, with the change from baseline where the baseline is named."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from pasi.bundle.response_probability import SubjectErrors, response_probabilities
from pasi.bundle.visit_scores import Entry
from pasi.cohort.visit_order import Timeline
from pasi.severity.index import SeverityIndex
from pasi.severity.response import improvement
from pasi.severity.steps import is_clear

DIGITS = 9  # of a number; what a computer's arithmetic leaves behind them says nothing
NUMBER, TEXT = np.nan, ""  # what an empty cell is


def score_table(
    entries: Sequence[Entry],
    timelines: Mapping[str, Timeline],
    index: SeverityIndex,
    errors: Sequence[SubjectErrors] = (),
    *,
    has_labels: bool,
) -> dict[str, list[Any]]:
    """The columns of scores.csv for the results of `score_visits`, in their order; docs/scoring.md explains each.

    errors: those of the training subjects, for the probabilities of a response.
    """
    scores = {(entry["subject"], entry["visit"]): entry["scores"] for entry in entries}
    names = list(column_names(index, has_labels=has_labels))
    rows = []
    for entry in entries:
        line = timelines.get(entry["subject"])
        cells = {**_plain_cells(entry, index), **_change_cells(entry, line, scores, index)}
        if errors and "improvement" in cells and line is not None:
            start = scores[entry["subject"], str(line.baseline)]
            cells |= _probability_cells(start, entry["scores"], errors, index)
        rows.append([_rounded(cells.get(name, NUMBER)) for name in names])
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def _rounded(cell: Any) -> Any:
    return round(cell, DIGITS) if isinstance(cell, float) else cell


def column_names(index: SeverityIndex, *, has_labels: bool) -> Iterator[str]:
    """The columns in their order."""
    yield from ("subject", "visit", "status", "reasons", "photos", "score", "low_90", "high_90", "spread", "unlikeness")
    yield from (f"composite_{region}" for region in index.region_names)
    if has_labels:
        yield from (f"{label}_{region}" for region in index.region_names for label in index.label_names)
    yield from ("baseline", "change", "improvement")
    yield from (f"{name}_{threshold}" for name in ("response", "probability") for threshold in index.responses)


def _plain_cells(entry: Entry, index: SeverityIndex) -> dict[str, Any]:
    """What a visit has by itself; a refused one has no score."""
    cells = {name: entry[name] for name in ("subject", "visit", "status")}
    cells |= {"reasons": "; ".join(entry["reasons"]), "photos": entry["used"], "baseline": TEXT}
    cells["unlikeness"] = NUMBER if entry.get("unlikeness") is None else entry["unlikeness"]
    scores = entry["scores"]
    if scores is None:
        return cells
    ends = {"low_90": scores["low"], "high_90": scores["high"]}
    cells |= {name: NUMBER if end is None else end for name, end in ends.items()}
    cells |= {"score": scores["score"], "spread": scores["spread"]}
    cells |= {f"composite_{region}": value for region, value in scores["composites"].items()}
    for region, own in (scores["labels"] or {}).items():
        cells |= {f"{label}_{region}": value for label, value in own.items()}
    return cells


def _change_cells(
    entry: Entry, line: Timeline | None, scores: Mapping[tuple[str, str], Any], index: SeverityIndex
) -> dict[str, Any]:
    """The change from the baseline, of a visit that follows it (docs/visits.md); else the baseline's name alone."""
    if line is None or line.baseline is None:
        return {}
    cells: dict[str, Any] = {"baseline": line.baseline}
    start = scores.get((entry["subject"], line.baseline))
    is_later = line.baseline in line.order and line.order.index(entry["visit"]) > line.order.index(line.baseline)
    if start is None or entry["scores"] is None or not is_later:
        return cells
    now = entry["scores"]["score"]
    cells["change"] = now - start["score"]
    per_cent = improvement(start["score"], now, index)
    if per_cent is None:  # a clear baseline cannot improve
        return cells
    clear = bool(is_clear([now], index)[0])
    reached = {f"response_{threshold}": int(clear or per_cent >= threshold) for threshold in index.responses}
    return {**cells, "improvement": per_cent, **reached}


def _probability_cells(
    start: Mapping[str, Any], now: Mapping[str, Any], errors: Sequence[SubjectErrors], index: SeverityIndex
) -> dict[str, float]:
    """The probability of each response, from the scores of the baseline and of a later visit."""
    before, after = ({int(fold): own for fold, own in scores["by_fold"].items()} for scores in (start, now))
    found = response_probabilities(before, after, errors, index)
    return {f"probability_{threshold}": probability for threshold, probability in found.items()}
