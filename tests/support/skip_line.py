"""One line that says what was skipped and how to have it run."""

from collections import Counter
from collections.abc import Iterable

PREFIX = "Skipped: "  # pytest puts it before a reason
NEEDS = "needs "  # how the reasons of this project begin


def skip_line(reasons: Iterable[str]) -> str:
    """Skipped tests counted by reason, the most frequent first: "3 skipped: 2 need Chromium (...), 1 needs root"."""
    counts = Counter(" ".join(reason.removeprefix(PREFIX).split()) for reason in reasons)
    return f"{counts.total()} skipped: {', '.join(_counted(*pair) for pair in counts.most_common())}"


def _counted(reason: str, count: int) -> str:
    if not reason.startswith(NEEDS):
        return f"{count} as {reason}"
    return f"{count} {'needs' if count == 1 else 'need'} {reason.removeprefix(NEEDS)}"
