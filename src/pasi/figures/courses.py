"""Figure 4: the course of each test subject, with the improvement from the baseline in per cent (R47)."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, Locator, MaxNLocator

from pasi.evaluation.visits import learner_rows
from pasi.figures.style import BLACK, BLUE, MUTED, SIZE, new_figure, notice, plain_numbers, styled
from pasi.severity.courses import Course, courses_of, subjects_without_order
from pasi.severity.index import SeverityIndex
from pasi.severity.scale import scale_name
from pasi.wording import MINUS

LINES: Mapping[str, tuple[str, Literal["-", "--"], str]] = {
    "observed": (BLACK, "-", "o"),
    "predicted": (BLUE, "--", "s"),
}
RESPONSE_INDICES = ("PASI", "EASI")  # their improvements are labelled as in "PASI 75"
FEW_SUBJECTS = 8  # with more, panels are too narrow for labels such as "PASI 98%"
MOST_TICKS = 8


@styled
def draw_courses(visits: Mapping[str, np.ndarray], index: SeverityIndex, learner: str) -> Figure:
    """Observed and predicted index of each test subject over the weeks, one panel per subject.

    visits: learner, part, subject, visit, week, visit_order, baseline, observed, predicted. The observed improvement is
    measured from the observed baseline, the predicted one from the predicted baseline. Without weeks the axis counts
    visits. A subject with one visit, or with visits whose order is not known, has no course.
    """
    own = learner_rows(visits, learner, "test")
    courses = courses_of(own, index)
    if not courses and subjects_without_order(own):
        return notice(6.0, "The order of the visits is not known: there is no course to show.")
    if "test" not in set(visits["part"]):
        return notice(6.0, "There is no test part, or it is sealed (evaluation.test_rows): there is no course to show.")
    if not courses:
        return notice(6.0, "No test subject has two visits with all regions: there is no course to show.")
    columns = min(len(courses), 2 if len(courses) <= FEW_SUBJECTS else 4)
    rows = ceil(len(courses) / columns)
    figure = new_figure(9.2 if columns > 1 else 5.4, 2.2 * rows + 0.6)
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    family = index.name.split()[0]
    prefix = f"{family} " if family in RESPONSE_INDICES and columns <= 2 else ""
    timed = all(np.isfinite(course.weeks).all() for course in courses)
    for axes, course in zip(panels, courses, strict=False):
        _panel(axes, course, timed, prefix)
    for axes in panels[len(courses) :]:
        axes.remove()
    panels[0].xaxis.set_major_locator(_ticks(courses, timed))
    figure.supxlabel("week" if timed else "visit, in order", size=SIZE["label"])
    figure.supylabel(scale_name(index), size=SIZE["label"])
    _legend(figure, learner)
    return figure


def _panel(axes: Axes, course: Course, timed: bool, prefix: str) -> None:
    at = course.weeks if timed else np.arange(1, len(course.visits) + 1)
    for name, (colour, dash, marker) in LINES.items():
        axes.plot(at, course.values[name], color=colour, linestyle=dash, marker=marker, markersize=4, linewidth=1.2)
    axes.set_title(course.subject, pad=4)
    axes.grid(axis="y")
    axes.margins(x=0.1, y=0.22)
    axes.tick_params(labelbottom=True)
    plain_numbers(axes)
    _labels(axes, course, at, prefix)


def _ticks(courses: Sequence[Course], timed: bool) -> Locator:
    """Ticks at the weeks of the visits if there are few of them, else at round whole numbers."""
    weeks = sorted({week for course in courses for week in course.weeks.tolist()}) if timed else []
    return FixedLocator(weeks) if 0 < len(weeks) < MOST_TICKS else MaxNLocator(integer=True, nbins=MOST_TICKS)


def _labels(axes: Axes, course: Course, at: np.ndarray, prefix: str) -> None:
    """Labels of improvement: above the higher of the two points of a visit and below the lower, to keep them apart."""
    axes.axhline(0, color=MUTED, linewidth=0.6, zorder=1)
    observed_above = course.values["observed"] >= course.values["predicted"]
    for name, (colour, _, _) in LINES.items():
        above = observed_above if name == "observed" else ~observed_above
        for place, x in enumerate(at):
            change = course.improvements[name][place]
            if change is None:
                continue
            axes.annotate(
                f"{prefix}{str(change).replace('-', MINUS)}%",
                (x, course.values[name][place]),
                xytext=(0, 5 if above[place] else -5),
                textcoords="offset points",
                ha="center",
                va="bottom" if above[place] else "top",
                size=SIZE["note"],
                color=colour,
                bbox={"boxstyle": "square,pad=0.08", "facecolor": "white", "edgecolor": "none", "alpha": 0.75},
            )


def _legend(figure: Figure, learner: str) -> None:
    names = {"observed": "observed", "predicted": f"predicted ({learner})"}
    handles = [
        Line2D([], [], color=colour, linestyle=dash, marker=marker, markersize=4, label=names[name])
        for name, (colour, dash, marker) in LINES.items()
    ]
    title = "labels: improvement from the source's own baseline, rounded down"
    legend = figure.legend(handles=handles, loc="outside upper left", ncols=2, title=title, alignment="left")
    legend.get_title().set(size=SIZE["note"], color=MUTED)
