"""Figure 3: observed against predicted index, one point per visit (R46, A8)."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from pasi.evaluation.calibration import calibration_line
from pasi.evaluation.visits import PART_NAMES, learner_rows
from pasi.figures.style import (
    BANDS,
    BLACK,
    BLUE,
    INK,
    MUTED,
    SIZE,
    appearance,
    new_figure,
    notice,
    plain_numbers,
    styled,
)
from pasi.severity.index import SeverityIndex
from pasi.severity.scale import scale_name
from pasi.wording import counted

MOST_SUBJECTS = 12  # more subjects than this are not distinguished by colour and marker


@styled
def draw_agreement(
    visits: Mapping[str, np.ndarray], index: SeverityIndex, learner: str, *, optimistic: bool = False
) -> Figure:
    """Scatter of `learner`, one panel for the test part and one for out of fold; a part without visits has none.

    visits: learner, part, subject, observed, predicted. Predicted scores are on the horizontal axis, since calibration
    asks what was observed where a score was predicted. Each panel has the identity line, the calibration line with its
    pointwise 95% band over subjects (dashed), and the severity bands of the observed scores.
    optimistic: whether the title calls the out-of-fold panel optimistic.
    """
    chosen = {part: learner_rows(visits, learner, part) for part in PART_NAMES}
    chosen = {part: rows for part, rows in chosen.items() if len(rows["subject"])}
    if not chosen:
        return notice(5.0, f"No visit of {learner} has all regions: there is nothing to plot.")
    figure = new_figure(4.4 * len(chosen) + 0.2, 4.5)
    panels = figure.subplots(1, len(chosen), squeeze=False)[0]
    limits = shared_limits(list(chosen.values()))
    for axes, (part, rows) in zip(panels, chosen.items(), strict=True):
        _panel(axes, rows, index, limits)
        title = PART_NAMES[part] + (" (optimistic)" if optimistic and part == "oof" else "")
        visit_count, subject_count = len(rows["subject"]), len(set(rows["subject"]))
        axes.set_title(f"{title}: {counted(visit_count, 'visit')}, {counted(subject_count, 'subject')}", pad=6)
        axes.set_xlabel(f"predicted {scale_name(index)}")
    panels[0].set_ylabel(f"observed {scale_name(index)}")
    return figure


def shared_limits(parts: Sequence[Mapping[str, np.ndarray]]) -> tuple[float, float]:
    """Limits that hold 0 and all observed and predicted values, with a margin of 4% of the range."""
    values = np.concatenate([rows[name] for rows in parts for name in ("observed", "predicted")])
    low, high = min(0.0, values.min()), max(values.max(), 1e-6)
    margin = 0.04 * (high - low)
    return low - margin, high + margin


def _panel(axes: Axes, rows: Mapping[str, np.ndarray], index: SeverityIndex, limits: tuple[float, float]) -> None:
    axes.set_xlim(limits)
    axes.set_ylim(limits)
    axes.set_aspect("equal")
    _severity_bands(axes, index)
    axes.plot(limits, limits, color=MUTED, linewidth=0.9, linestyle=(0, (1, 1.5)), label="identity")
    _calibration(axes, rows)
    lines, names = axes.get_legend_handles_labels()
    points = _points(axes, rows)
    plain_numbers(axes)
    # Handles and labels are passed on: where matplotlib collects them itself, it drops labels that begin with "_".
    axes.legend(
        [*lines, *points.values()], [*names, *points], loc="upper left", ncols=2, columnspacing=0.9, handletextpad=0.4
    )


def _severity_bands(axes: Axes, index: SeverityIndex) -> None:
    """Shade each band of observed scores and name it beside the panel, except one without width (clear: 0 alone)."""
    start, high = axes.get_ylim()
    drawn = 0
    for band in index.bands:
        end = high if band.up_to is None else min(band.up_to, high)
        if end <= max(start, 0):
            continue
        axes.axhspan(start, end, color=BANDS[drawn % len(BANDS)], linewidth=0, zorder=0)
        beside = axes.get_yaxis_transform()  # x in shares of the panel, y in points of the index
        label = axes.text(1.01, (start + end) / 2, band.name, transform=beside, ha="left", va="center")
        label.set(size=SIZE["note"], color=MUTED, rotation=270)
        start, drawn = end, drawn + 1


def _points(axes: Axes, rows: Mapping[str, np.ndarray]) -> dict[str, PathCollection]:
    """One point per visit; returns the artist of each subject, or none if there are too many for a legend."""
    subjects = list(dict.fromkeys(rows["subject"]))
    if len(subjects) > MOST_SUBJECTS:
        axes.scatter(rows["predicted"], rows["observed"], s=11, color=BLUE, alpha=0.45, linewidth=0, zorder=3)
        return {}
    artists = {}
    for position, subject in enumerate(subjects):
        colour, marker = appearance(position)
        x, y = (rows[name][rows["subject"] == subject] for name in ("predicted", "observed"))
        artists[str(subject)] = axes.scatter(
            x, y, s=24, color=colour, marker=marker, edgecolor="white", linewidth=0.5, zorder=3
        )
    return artists


def _calibration(axes: Axes, rows: Mapping[str, np.ndarray]) -> None:
    """Line and band over the predicted range, where `calibration_line` can compute them."""
    grid = np.linspace(rows["predicted"].min(), rows["predicted"].max(), 60)
    found = calibration_line(rows["observed"], rows["predicted"], rows["subject"], grid)
    if np.isfinite(found.line).all():
        axes.plot(grid, found.line, color=BLACK, linewidth=1.3, label="calibration")
    if np.isfinite(found.low).all():
        axes.plot(grid, found.low, color=INK, linewidth=0.9, linestyle="--", label="95% band, pointwise")
        axes.plot(grid, found.high, color=INK, linewidth=0.9, linestyle="--")
