"""The result of a finished run for a terminal: the light with its reasons, figures, and the first learners."""

from collections import Counter
from collections.abc import Iterator, Mapping
from math import isnan
from pathlib import Path
from typing import Any

from pasi.bundle.run_verdict import RunVerdict
from pasi.bundle.visit_photos import statuses_text
from pasi.errors import ResultError
from pasi.run_folder import RunFolder
from pasi.storage.json_files import read_json
from pasi.storage.tables import read_table, rows_of

FIRST = 5  # learners that are listed
FIGURES = {"mae": "MAE", "bias": "bias", "ccc": "CCC"}


def fresh_results(results: str, since: float) -> str | None:
    """The result of the run in a results folder; None where its report was not written since then (time.time)."""
    summary = RunFolder(Path(results)).summary
    if not summary.is_file() or summary.stat().st_mtime < since:
        return None
    return results_text(results)


def fresh_scores(results: str, since: float) -> str | None:
    """The new visits of a run by their status, and what its report says of the learner.

    None where their scores were not written since then (time.time).
    """
    table = RunFolder(Path(results)).scores
    if not table.is_file() or table.stat().st_mtime < since:
        return None
    statuses = statuses_text(Counter(read_table(table)["status"].tolist()))
    return f"{table}: {statuses}\n{_verdict_of(RunFolder(Path(results)).bundle)}"


def _verdict_of(manifest: Path) -> str:
    """What the report of the run says of the learner of its bundle, with the gravest reason."""
    about = read_json(manifest)["about"]
    return RunVerdict.from_json(about["verdict"]).in_short(about["learner"])


def results_text(results: str) -> str:
    """The result in lines of at most about 100 columns; raises ResultError where a file is missing or damaged."""
    run = RunFolder(Path(results))
    summary, metrics = read_json(run.summary), rows_of(read_table(run.metrics))
    try:
        return "\n".join([*_answer(summary), *_first(metrics, summary["primary"]), "", f"The report: {run.report}"])
    except (KeyError, TypeError) as error:
        raise ResultError(f"{run.summary} is damaged ({error!r}): delete it and run again") from error


def _answer(summary: Mapping[str, Any]) -> Iterator[str]:
    """The light, what speaks against the learner, and its figures out of fold."""
    yield f"{summary['title']}: {summary['light'].upper()}"
    figures = summary["results"]["oof"] or {}
    shown = [f"{name} {_with_interval(figures[key])}" for key, name in FIGURES.items() if key in figures]
    yield f"{summary['learner']}, out of fold: {', '.join(shown) or 'no figures'}"
    failed = [condition for condition in summary["conditions"] if condition["holds"] is False]
    for condition in sorted(failed, key=lambda one: one["otherwise"] != summary["light"]):
        yield f"  {condition['otherwise'].lower()}: {condition['text']}"
    yield summary["endpoints"]


def _with_interval(figure: Mapping[str, float | None]) -> str:
    low, high = figure["low"], figure["high"]
    between = "" if low is None or high is None else f" ({low:.2f} to {high:.2f})"
    return "unknown" if figure["estimate"] is None else f"{figure['estimate']:.2f}{between}"


def _first(metrics: list[dict[str, Any]], primary: str) -> Iterator[str]:
    """The learners that are first out of fold by the primary measure, baselines among them."""
    rows = [row for row in metrics if (row["level"], row["part"]) == ("visit", "oof") and not isnan(row[primary])]
    rows.sort(key=lambda row: float(row[primary]), reverse=primary == "ccc")
    yield ""
    yield f"{'out of fold':<32}{'kind':<10}{'MAE':>7}{'CCC':>7}  learned"
    for row in rows[:FIRST]:
        yield f"{row['learner']:<32}{row['kind']:<10}{row['mae']:7.2f}{row['ccc']:7.2f}  {row['learned']}".rstrip()
    if len(rows) > FIRST:
        yield f"and {len(rows) - FIRST} more"
