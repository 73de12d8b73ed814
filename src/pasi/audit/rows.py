"""Rows of a published table: a learner, and the metrics that are printed of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pasi.audit.bounds import ANY, Bounds
from pasi.audit.printed import Printed

METRICS = ("mae", "mse", "rmse", "pcc", "ccc")
NAMES = {"mae": "MAE", "mse": "MSE", "rmse": "RMSE", "pcc": "r", "ccc": "CCC"}
HIGHER_IS_BETTER = ("pcc", "ccc")


@dataclass(frozen=True)
class ReportedRow:
    """One learner: its metrics as they are printed, and where they stand (file:line)."""

    learner: str
    places: tuple[str, ...]
    metrics: Mapping[str, Printed]

    def bounds(self, metric: str) -> Bounds:
        """The range of a metric; all numbers where the row does not print it."""
        return self.metrics[metric].bounds if metric in self.metrics else ANY

    @property
    def error(self) -> Bounds:
        """The range of the MAE: 0 or more."""
        return self.bounds("mae").meet(Bounds(0, ANY.high))

    @property
    def squared(self) -> Bounds:
        """The range of the MSE, printed as such, as its root, or as both."""
        rmse = self.bounds("rmse").meet(Bounds(0, ANY.high))
        return self.bounds("mse").meet(Bounds(rmse.low**2, rmse.high**2))

    @property
    def has_squared(self) -> bool:
        """Whether the row prints its MSE or RMSE."""
        return "mse" in self.metrics or "rmse" in self.metrics

    @property
    def errors(self) -> tuple[float, float] | None:
        """MAE and MSE, each at the middle of its range; None where the row does not print both."""
        if "mae" not in self.metrics or not self.has_squared:
            return None
        mse = self.metrics["mse"].middle if "mse" in self.metrics else self.metrics["rmse"].middle ** 2
        return self.metrics["mae"].middle, mse

    @property
    def has_shape(self) -> bool:
        """Whether the row prints MSE (or RMSE), r and CCC, from which spreads follow."""
        return self.has_squared and {"pcc", "ccc"} <= set(self.metrics)

    def text(self, metric: str) -> str:
        """A metric with its name: MAE 3.336."""
        return f"{NAMES[metric]} {self.metrics[metric].text}"


@dataclass(frozen=True)
class JudgedVisits:
    """The visits that a table was computed on, as far as its authors say."""

    visits: int
    subjects: int | None = None
    maximum: float | None = None  # of the scale, whose least score is 0
    ccc_divisor: int | None = None  # ddof of the moments of the CCC: 0, 1, or not known

    @property
    def one_less(self) -> int:
        """The number of visits where the moments of the CCC may have been divided by one less, 0 where not."""
        return 0 if self.ccc_divisor == 0 else self.visits


def merged(rows: Sequence[ReportedRow]) -> list[ReportedRow]:
    """Rows with one for each learner: what several tables print of a learner holds at once.

    A metric that two tables print differently has an empty range (`low` above `high`), which is a contradiction.
    """
    found: dict[str, ReportedRow] = {}
    for row in rows:
        before = found.get(row.learner)
        if before is None:
            found[row.learner] = row
            continue
        metrics = dict(before.metrics)
        for name, value in row.metrics.items():
            metrics[name] = metrics[name].meet(value) if name in metrics else value
        found[row.learner] = ReportedRow(row.learner, (*before.places, *row.places), metrics)
    return list(found.values())
