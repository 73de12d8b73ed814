"""How numbers and ranges of an audit are shown."""

import math

from pasi.audit.bounds import Bounds
from pasi.audit.findings import Audit

WIDTH = 110  # of the lines
LEARNERS = 6  # that one sentence names


def decimals_shown(audit: Audit) -> int:
    """Decimals that show two digits of the lowest error: 1 for a MAE of 3.3, 2 for one of 0.12."""
    errors = [row.error.middle for row in audit.rows if "mae" in row.metrics]
    errors += [row.squared.root().middle for row in audit.rows if row.has_squared and not row.squared.empty]
    least = min((error for error in errors if error > 0), default=1.0)
    return max(0, 1 - math.floor(math.log10(least)))


def range_text(found: Bounds, decimals: int) -> str:
    """A range as "8.0 to 10.5", or "8.0" where both ends look so; "any" without an end, "none" where it is empty."""
    if found.empty or math.isnan(found.low):
        return "none"
    if math.isinf(found.low) or math.isinf(found.high):
        return "any"
    low, high = f"{found.low:.{decimals}f}", f"{found.high:.{decimals}f}"
    return low if low == high else f"{low} to {high}"
