"""How a severity index is named on an axis; no training imports this text."""

from pasi.severity.index import SeverityIndex


def scale_name(index: SeverityIndex) -> str:
    """Name and range of the scale: "PASI without head (0-64.8 points)" with a dash (A8)."""
    return f"{index.name} (0\N{EN DASH}{index.maximum:g} {index.unit})"
