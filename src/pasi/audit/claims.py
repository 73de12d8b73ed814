"""What a text says of a table: figures that it quotes together, and learners that it calls best."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from pasi.audit.columns import metric_of
from pasi.audit.contradictions import Contradiction
from pasi.audit.printed import Printed, printed
from pasi.audit.ranks import is_ahead
from pasi.audit.rows import METRICS, NAMES, ReportedRow
from pasi.errors import UsageError
from pasi.wording import did_you_mean, first_names, quoted

FIGURE = re.compile(r"\s*(.+?)\s*[=:\s]\s*([-+]?(?:\d+\.?\d*|\.\d+))\s*")


@dataclass(frozen=True)
class BestClaim:
    """That a learner is the best by some metrics."""

    learner: str
    metrics: tuple[str, ...]


def parse_figures(text: str) -> dict[str, Printed]:
    """Figures that a text quotes together: "MAE 3.3, CCC 0.86"; raises UsageError that says what is not understood.

    >>> {name: value.text for name, value in parse_figures("MAE 3.3, CCC = 0.86").items()}
    {'mae': '3.3', 'ccc': '0.86'}
    """
    figures: dict[str, Printed] = {}
    for part in text.split(","):
        found = FIGURE.fullmatch(part)
        metric = metric_of(found[1]) if found else None
        if found is None or metric is None or metric in figures:
            why = "is there twice" if metric in figures else f"is no figure such as {quoted('MAE 3.3')}"
            raise UsageError(
                f"--quoted {quoted(text)}: {quoted(part.strip())} {why}; write a metric ({_known_metrics()}) and a "
                'number, and commas between them: --quoted "MAE 3.3, CCC 0.86"'
            )
        figures[metric] = printed(found[2])
    return figures


def parse_best(text: str, rows: Sequence[ReportedRow]) -> BestClaim:
    """A claim "LEARNER: METRIC, METRIC"; raises UsageError for an unknown metric or learner.

    >>> parse_best("resnet34: MAE, r", [ReportedRow("resnet34", (), {})])
    BestClaim(learner='resnet34', metrics=('mae', 'pcc'))
    """
    name, colon, rest = text.rpartition(":")
    metrics = [metric_of(part) for part in rest.split(",")]
    if not colon or None in metrics:
        raise UsageError(
            f"--best {quoted(text)} is not understood: write a learner, a colon and metrics ({_known_metrics()}) with "
            'commas between them: --best "resnet34: MAE, MSE"'
        )
    learners = [row.learner for row in rows]
    if name.strip() not in learners:
        hint = did_you_mean(name, learners) or f"the tables have {first_names(learners, 5)}"
        raise UsageError(f"--best {quoted(text)}: no row is named {quoted(name.strip())}; {hint}")
    return BestClaim(name.strip(), tuple(metric for metric in metrics if metric))


def matching_rows(pattern: str, rows: Sequence[ReportedRow]) -> list[ReportedRow]:
    """Rows whose learner has a name like `pattern`, where * stands for any letters; raises UsageError for none or all.

    >>> rows = [ReportedRow(name, (), {"mae": printed("3.8")}) for name in ("vgg11", "meta", "meta_ridge")]
    >>> [row.learner for row in matching_rows("meta*", rows)]
    ['meta', 'meta_ridge']
    """
    found = [row for row in rows if fnmatchcase(row.learner.casefold(), pattern.casefold())]
    judged = [row for row in found if "mae" in row.metrics]
    if not judged or len(judged) == len([row for row in rows if "mae" in row.metrics]):
        share = "every row" if judged else "no row"
        names = first_names((row.learner for row in rows), 5)
        raise UsageError(
            f"--group {quoted(pattern)} names {share} with a MAE: give a name, or a part of one with *, of some of the "
            f"learners ({names})"
        )
    return found


def quoted_contradictions(figures: Mapping[str, Printed], rows: Sequence[ReportedRow]) -> Iterator[Contradiction]:
    """That no row has all figures that a text quotes together: the text mixes rows.

    A figure is that of a row where some number rounds to both as they are printed; a row that does not print a metric
    may have any value of it.

    Example:
        >>> rows = [ReportedRow("a", (), {"mae": printed("3.34"), "ccc": printed("0.83")}),
        ...         ReportedRow("b", (), {"mae": printed("3.48"), "ccc": printed("0.86")})]
        >>> [found.text for found in quoted_contradictions(parse_figures("MAE 3.3, CCC 0.86"), rows)]
        ['No row has MAE 3.3 and CCC 0.86 together: MAE 3.3 is that of a, whose CCC is 0.83; CCC 0.86 is that of b']
        >>> list(quoted_contradictions(parse_figures("MAE 3.3, CCC 0.83"), rows))
        []
    """
    if any(all(_may_be(row, name, value) for name, value in figures.items()) for row in rows):
        return
    having = {name: [row for row in rows if _looks_like(row, name, value)] for name, value in figures.items()}
    shown = [f"{NAMES[name]} {value.text}" for name, value in figures.items()]
    origins = [_origin(name, figures, having[name]) for name in figures]
    first = next((found for found in having.values() if found), [])
    if origins and len(first) == 1:
        others = list(_other_values(first[0], figures))
        origins[list(having.values()).index(first)] += f", whose {' and '.join(others)}" if others else ""
    together = f"{', '.join(shown[:-1])} and {shown[-1]} together" if shown[1:] else shown[0]
    yield Contradiction(
        "quoted_figures_mix_rows",
        tuple(dict.fromkeys(row.learner for found in having.values() for row in found)),
        f"No row has {together}: {'; '.join(origins)}",
    )


def best_contradictions(claim: BestClaim, rows: Sequence[ReportedRow]) -> Iterator[Contradiction]:
    """That another row is better than the learner which a text calls the best.

    >>> rows = [ReportedRow("a", (), {"mse": printed("27.19")}), ReportedRow("b", (), {"mse": printed("23.62")})]
    >>> [found.text for found in best_contradictions(BestClaim("a", ("mse",)), rows)]
    ['a is not the best by MSE: b has 23.62, a 27.19']
    """
    own = next(row for row in rows if row.learner == claim.learner)
    for metric in claim.metrics:
        better = [row for row in rows if is_ahead(row, own, metric)]
        best = [row for row in better if not any(is_ahead(other, row, metric) for other in better)]
        if best:
            shown = f"{first_names(row.learner for row in best)} has {best[0].metrics[metric].text}"
            text = (
                f"{own.learner} is not the best by {NAMES[metric]}: {shown}, {own.learner} {own.metrics[metric].text}"
            )
            yield Contradiction("not_the_best", (own.learner, *(row.learner for row in best)), text)


def _may_be(row: ReportedRow, metric: str, value: Printed) -> bool:
    return not row.bounds(metric).meet(value.bounds).empty


def _looks_like(row: ReportedRow, metric: str, value: Printed) -> bool:
    """Whether a printed number is one of the figure, and not its neighbour: 0.89 and 0.90 have one number in common."""
    own = row.metrics.get(metric)
    return own is not None and own.low < value.high and value.low < own.high


def _origin(metric: str, figures: Mapping[str, Printed], having: Sequence[ReportedRow]) -> str:
    shown = f"{NAMES[metric]} {figures[metric].text}"
    if not having:
        return f"{shown} is that of no row"
    return f"{shown} is that of {first_names((row.learner for row in having), 5)}"


def _other_values(row: ReportedRow, figures: Mapping[str, Printed]) -> Iterator[str]:
    for metric, value in figures.items():
        if metric in row.metrics and not _may_be(row, metric, value):
            yield f"{NAMES[metric]} is {row.metrics[metric].text}"


def _known_metrics() -> str:
    return ", ".join(NAMES[metric] for metric in METRICS)
