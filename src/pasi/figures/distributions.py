"""Figure 2: how the labels are distributed, overall and in train and test (R22)."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from pasi.figures.style import BLUE, MUTED, ORANGE, SIZE, new_figure, plain_numbers, styled
from pasi.index import SeverityIndex, Sign

PARTS = {"train": BLUE, "test": ORANGE}
MOST_GRADES = 9  # a sign with more grades is drawn in bins
BINS = 8


@styled
def figure_2(scores: Mapping[str, Sequence], split: Mapping[str, Sequence], index: SeverityIndex) -> Figure:
    """Bars of every label: (A) number of region scores a grade, (B) per cent of them a grade in train and in test.

    `scores` has subject and the label columns, one row a subject, visit and region; `split` has subject and part.
    """
    parts = record_parts(scores["subject"], split)
    present = [part for part in PARTS if part in parts]
    figure = new_figure(max(2.3 * len(index.labels), 4.6), 4.6)
    grid = figure.subplots(2, len(index.labels), sharey="row", squeeze=False)
    for column, label in enumerate(index.labels):
        values = np.asarray(scores[label.name], dtype=np.float64)
        counts = grade_counts(values, label)
        _bars(grid[0, column], label, {"all": (counts, MUTED)})
        shares = {part: (_percent(grade_counts(values[parts == part], label)), PARTS[part]) for part in present}
        _bars(grid[1, column], label, shares)
        grid[0, column].set_title(label.name)
        grid[1, column].set_xlabel(f"{label.name} (0\N{EN DASH}{label.maximum:g})")
    grid[0, 0].set_ylabel("A   region scores, number")
    grid[1, 0].set_ylabel("B   region scores, %")
    _key(figure, parts, present)
    return figure


def record_parts(subjects: Sequence[str], split: Mapping[str, Sequence]) -> np.ndarray:
    """Part ("train" or "test") of each record, by its subject."""
    part_of = dict(zip(split["subject"], split["part"], strict=True))
    return np.array([part_of.get(subject, "") for subject in subjects], dtype=object)


def has_grades(label: Sign) -> bool:
    """Whether each grade of a label has a bar of its own; a continuous or very fine one is drawn in bins."""
    return label.step is not None and label.maximum / label.step < MOST_GRADES


def grade_edges(label: Sign) -> np.ndarray:
    """Edges of the bars: one bar a grade, or BINS equal bins where there are more grades or none."""
    if has_grades(label):
        grades = round(label.maximum / label.step)
        return (np.arange(grades + 2) - 0.5) * label.step
    return np.linspace(0, label.maximum, BINS + 1)


def grade_counts(values: np.ndarray, label: Sign) -> np.ndarray:
    """Number of `values` in each bar of `grade_edges`; NaN is not counted."""
    return np.histogram(values[~np.isnan(values)], bins=grade_edges(label))[0]


def _percent(counts: np.ndarray) -> np.ndarray:
    return 100 * counts / max(counts.sum(), 1)


def _bars(axes: Axes, label: Sign, groups: Mapping[str, tuple[np.ndarray, str]]) -> None:
    edges = grade_edges(label)
    width = (edges[1] - edges[0]) * 0.84 / max(len(groups), 1)
    left = edges[:-1] + (edges[1] - edges[0]) * 0.08
    for place, (part, (heights, colour)) in enumerate(groups.items()):
        hatch = "////" if part == "test" else None
        at = left + place * width
        axes.bar(at, heights, width, align="edge", color=colour, edgecolor="white", linewidth=0.4, hatch=hatch)
    axes.grid(axis="y")
    axes.margins(x=0.02)
    axes.set_xticks(_ticks(label, edges))
    plain_numbers(axes)


def _ticks(label: Sign, edges: np.ndarray) -> np.ndarray:
    return (edges[:-1] + edges[1:]) / 2 if has_grades(label) else edges[::2]


def _key(figure: Figure, parts: np.ndarray, present: Sequence[str]) -> None:
    handles = [Patch(color=MUTED, label=f"all ({len(parts):,} region scores)")]
    for part in present:
        hatch = "////" if part == "test" else None
        label = f"{part} ({np.count_nonzero(parts == part):,})"
        handles.append(Patch(facecolor=PARTS[part], edgecolor="white", hatch=hatch, label=label))
    title = None if "test" in present else "no test part"
    figure.legend(handles=handles, loc="outside upper right", ncols=3, title=title, title_fontsize=SIZE["note"])
