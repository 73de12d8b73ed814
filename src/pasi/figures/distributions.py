"""Figure 2: the distribution of each label, overall and in the parts train and test (R22)."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from pasi.figures.style import BLUE, MUTED, ORANGE, SIZE, new_figure, plain_numbers, styled
from pasi.severity.grades import grade_counts, grade_edges, has_grades
from pasi.severity.index import Label, SeverityIndex
from pasi.splits.rows import record_parts
from pasi.storage.tables import Columns

PARTS = {"train": BLUE, "test": ORANGE}


@styled
def draw_distributions(scores: Columns, split: Columns, index: SeverityIndex) -> Figure:
    """Bars for each label: (A) number of region scores by grade, (B) the same in per cent, for train and for test.

    scores: subject and the label columns, one row per subject, visit and region. split: subject and part.
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
    _legend(figure, parts, present)
    return figure


def _percent(counts: np.ndarray) -> np.ndarray:
    shares: np.ndarray = 100 * counts / max(counts.sum(), 1)
    return shares


def _bars(axes: Axes, label: Label, groups: Mapping[str, tuple[np.ndarray, str]]) -> None:
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


def _ticks(label: Label, edges: np.ndarray) -> np.ndarray:
    return (edges[:-1] + edges[1:]) / 2 if has_grades(label) else edges[::2]


def _legend(figure: Figure, parts: np.ndarray, present: Sequence[str]) -> None:
    handles = [Patch(color=MUTED, label=f"all ({len(parts):,} region scores)")]
    for part in present:
        hatch = "////" if part == "test" else None
        label = f"{part} ({np.count_nonzero(parts == part):,})"
        handles.append(Patch(facecolor=PARTS[part], edgecolor="white", hatch=hatch, label=label))
    title = None if "test" in present else "no test part"
    figure.legend(handles=handles, loc="outside upper right", ncols=3, title=title, title_fontsize=SIZE["note"])
