"""An audit as a JSON record, for programs."""

import json
import math
from typing import Any

from pasi.audit.bounds import Bounds
from pasi.audit.findings import Audit
from pasi.audit.implications import RowImplication
from pasi.audit.naive import alike_interval, naive_interval
from pasi.audit.rank_sentences import told_apart
from pasi.audit.ranks import best_rows, rank_range
from pasi.audit.rows import JudgedVisits


def audit_json(audit: Audit) -> str:
    """The audit as JSON. A range is [low, high], with null for an end that is open, and null where nothing fits."""
    apart = told_apart(audit)
    record = {
        "tables": [table.file for table in audit.tables],
        "n": audit.visits.visits,
        "subjects": audit.visits.subjects,
        "contradictions": [
            {**one._asdict(), "depends_on_lost_zeros": one in audit.of_decimals} for one in audit.contradictions
        ],
        "set_aside": list(audit.set_aside),
        "observed_sd": _range(audit.observed),
        "best": {metric: [row.learner for row in rows] for metric, rows in best_rows(audit.rows).items()},
        "rows": [
            {**_row(one, audit), "apart_from_best_at": _number(apart.get(one.row.learner))} for one in audit.implied
        ],
        "groups": {
            pattern: {**group._asdict(), "ranks": {name: list(rank) for name, rank in group.ranks.items()}}
            for pattern, group in audit.groups.items()
        },
    }
    return json.dumps(record, indent=2, allow_nan=False)


def _row(one: RowImplication, audit: Audit) -> dict[str, Any]:
    row = one.row
    return {
        "learner": row.learner,
        "places": list(row.places),
        "metrics": {name: [float(value.low), float(value.high)] for name, value in row.metrics.items()},
        "rank_by_mae": list(rank_range(row, audit.rows, "mae")) if "mae" in row.metrics else None,
        **_intervals(row.errors, audit.visits),
        "observed_sd_by_this_row": _range(one.own_observed),
        "predicted_sd": _range(one.predicted),
        "absolute_bias": _range(one.bias),
        "error_sd": _range(one.error_spread),
        "limits_of_agreement_half_width": _range(one.half_width),
        "ccc_over_r": _range(one.accuracy),
        "calibration_slope": _range(one.slope),
        "explained_variance": _range(one.explained),
    }


def _intervals(errors: tuple[float, float] | None, visits: JudgedVisits) -> dict[str, Any]:
    if errors is None:
        return {"naive_mae_interval": None, "alike_mae_interval": None}
    alike = None if visits.subjects is None or visits.subjects < 2 else alike_interval(*errors, visits.subjects)
    return {
        "naive_mae_interval": _range(naive_interval(*errors, visits.visits)),
        "alike_mae_interval": None if alike is None else _range(alike),
    }


def _range(found: Bounds) -> list[float | None] | None:
    return None if found.empty or math.isnan(found.low) else [_number(end) for end in found]


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
