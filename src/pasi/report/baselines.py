"""What each baseline knows, what it reaches, and which of them the cohort cannot have."""

from collections.abc import Sequence
from dataclasses import dataclass

from pasi.learners.baseline_rows import missing_baselines
from pasi.learners.settings import (
    ARM_WEEK,
    FIRST_VISIT,
    HISTOGRAM_RIDGE,
    HISTOGRAM_WEEK_RIDGE,
    REGION_MEAN,
    REGION_MEDIAN,
    WEEK,
    Baseline,
)
from pasi.report.cells import Line
from pasi.report.content import ReportContent
from pasi.storage.tables import Row, rows_of
from pasi.wording import counted

KNOWS: dict[Baseline, str] = {
    REGION_MEAN: "the region: it gives the mean of the training subjects to every visit",
    REGION_MEDIAN: "the region: it gives the median of the training subjects to every visit",
    WEEK: "region and week: it gives the mean course of the training subjects, and sees no photo",
    ARM_WEEK: "region, week and arm: it gives the mean course of the arm, and sees no photo",
    FIRST_VISIT: (
        "region, week and the physician's score of the subject's own baseline visit: it carries this score along the "
        "mean course, and sees no photo"
    ),
    HISTOGRAM_RIDGE: "the colours of the photos: it is a ridge regression on their histograms",
    HISTOGRAM_WEEK_RIDGE: "region, week and the colours of the photos: it is a ridge regression on all of these",
}

SEE_PHOTOS = (HISTOGRAM_RIDGE, HISTOGRAM_WEEK_RIDGE)


@dataclass(frozen=True)
class BaselineLine:
    """A baseline, what it knows, its out-of-fold row of metrics.csv, and whether it is the strongest one."""

    name: str
    knows: str
    line: Line
    strongest: bool

    @property
    def row(self) -> Row:
        """The cells of the row."""
        return self.line.cells


def knows(name: str) -> str:
    """What a baseline knows, as it stands after "which knows"; "" for one of another version."""
    return {str(key): text for key, text in KNOWS.items()}.get(name, "")


def knows_briefly(name: str) -> str:
    """The same without how it is used, and whether it sees a photo; "" for one of another version.

    >>> knows_briefly("baseline_arm_week")
    'region, week and arm, and no photo'
    """
    brief = knows(name).partition(":")[0]
    return f"{brief}, and no photo" if brief and name not in SEE_PHOTOS else brief


def baseline_lines(content: ReportContent) -> list[BaselineLine]:
    """The baselines in the order of metrics.csv."""
    strongest = {row["reference"] for row in rows_of(content.differences, visits="all")}
    return [
        BaselineLine(line["learner"], knows(line["learner"]), line, line["learner"] in strongest)
        for line in content.lines("metrics", level="visit", part="oof", kind="baseline")
    ]


def missing_baseline_sentences(content: ReportContent) -> Sequence[str]:
    """Which baselines the cohort cannot have, and why; nothing is guessed in their place."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in missing_baselines(content.scores).items():
        by_reason.setdefault(reason, []).append(name)
    return [
        f"{counted(len(names), 'baseline')} left out, because {reason}: {', '.join(names)}."
        for reason, names in by_reason.items()
    ]
