"""Whether a cohort has any value of the index at all: a run without one is sound, and says little of what is asked."""

from collections.abc import Iterator

from pasi.cohort.counts import incomplete_visits
from pasi.cohort.records import Cohort
from pasi.severity.index import SeverityIndex


def no_index_note(cohort: Cohort, index: SeverityIndex) -> Iterator[str]:
    """A note where no visit has grades and a photo of every region; names the regions that no visit has."""
    usable = [score[:2] for score in cohort.scores]
    if incomplete_visits(usable, len(index.regions)) < len(set(usable)):
        return
    seen = {score.region for score in cohort.scores}
    missing = [name for name in index.region_names if name not in seen]
    without = f" (none has {', '.join(missing)})" if missing else ""
    yield (
        f"no visit has grades and a photo of each of the {len(index.regions)} regions{without}, so that none has a "
        "value of the index, a response or a course: complete the tables, or describe another index in section index"
    )
