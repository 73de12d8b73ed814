"""Figure 3: predicted against observed index, one point a visit (R46, A8)."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pasi.agreement import regression_band
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
from pasi.index import SeverityIndex

MOST_SUBJECTS = 12  # more than this are not told apart by colour and marker
PART_TITLES = {"test": "Test", "oof": "Out of fold"}


@styled
def figure_3(visits: Mapping[str, np.ndarray], index: SeverityIndex, learner: str) -> Figure:
    """Scatter of `learner` on the test part, and out of fold beside it, whichever of the two exist.

    `visits` has learner, part, subject, observed, predicted. Drawn are the identity line, the least-squares line of
    predicted on observed with its 95% band for the mean, subjects being the clusters (dashed), and the severity bands.
    """
    chosen = {part: learner_rows(visits, learner, part) for part in PART_TITLES}
    chosen = {part: rows for part, rows in chosen.items() if len(rows["subject"])}
    if not chosen:
        return notice(5.0, f"No visit of {learner} has all regions: there is nothing to plot.")
    figure = new_figure(4.4 * len(chosen) + 0.2, 4.5)
    panels = figure.subplots(1, len(chosen), squeeze=False)[0]
    limits = shared_limits(list(chosen.values()))
    for axes, (part, rows) in zip(panels, chosen.items(), strict=True):
        _panel(axes, rows, index, limits)
        subjects = len(set(rows["subject"]))
        axes.set_title(f"{PART_TITLES[part]}: {_count(len(rows['subject']), 'visit')}, {_count(subjects, 'subject')}")
        axes.set_xlabel(f"observed {scale_name(index)}")
    panels[0].set_ylabel(f"predicted {scale_name(index)}")
    return figure


def learner_rows(visits: Mapping[str, np.ndarray], learner: str, part: str) -> dict[str, np.ndarray]:
    """The rows of one learner and part."""
    chosen = (np.asarray(visits["learner"]) == learner) & (np.asarray(visits["part"]) == part)
    return {name: np.asarray(values)[chosen] for name, values in visits.items()}


def scale_name(index: SeverityIndex) -> str:
    """Name and range of the scale, for an axis: "PASI without head (0-64.8 points)" with a dash (A8)."""
    return f"{index.name} (0\N{EN DASH}{index.maximum:g} {index.unit})"


def shared_limits(parts: Sequence[Mapping[str, np.ndarray]]) -> tuple[float, float]:
    """Least and greatest of all observed and predicted values, with 0 among them and a margin of 4%."""
    values = np.concatenate([rows[name] for rows in parts for name in ("observed", "predicted")])
    low, high = min(0.0, values.min()), max(values.max(), 1e-6)
    margin = 0.04 * (high - low)
    return low - margin, high + margin


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _panel(axes: Axes, rows: Mapping[str, np.ndarray], index: SeverityIndex, limits: tuple[float, float]) -> None:
    axes.set_xlim(limits)
    axes.set_ylim(limits)
    axes.set_aspect("equal")
    severity_bands(axes, index)
    axes.plot(limits, limits, color=MUTED, linewidth=0.9, linestyle=(0, (1, 1.5)), label="identity")
    _regression(axes, rows)
    _points(axes, rows)
    plain_numbers(axes)
    axes.legend(loc="upper left", bbox_to_anchor=(0.0, 0.965), ncols=2, columnspacing=0.9, handletextpad=0.4)


def severity_bands(axes: Axes, index: SeverityIndex, *, along: str = "x") -> None:
    """Shade the severity bands lightly and name each; a band without width (clear is 0 exactly) gets none."""
    low, high = axes.get_xlim() if along == "x" else axes.get_ylim()
    start = min(low, 0.0)
    for position, band in enumerate(index.bands):
        end = high if band.up_to is None else min(band.up_to, high)
        if end > start and (band.up_to is None or band.up_to > 0):
            shade = BANDS[position % len(BANDS)]
            if along == "x":
                axes.axvspan(start, end, color=shade, linewidth=0, zorder=0)
                _name_band(axes, band.name, max(start, low), end)
            else:
                axes.axhspan(start, end, color=shade, linewidth=0, zorder=0)
            start = end


def _name_band(axes: Axes, name: str, start: float, end: float) -> None:
    place = axes.get_xaxis_transform()
    axes.text(
        (start + end) / 2, 1.005, name, transform=place, ha="center", va="bottom", size=SIZE["note"], color=MUTED
    )


def _points(axes: Axes, rows: Mapping[str, np.ndarray]) -> None:
    subjects = list(dict.fromkeys(rows["subject"]))
    if len(subjects) > MOST_SUBJECTS:
        axes.scatter(rows["observed"], rows["predicted"], s=11, color=BLUE, alpha=0.45, linewidth=0, zorder=3)
        return
    for position, subject in enumerate(subjects):
        colour, marker = appearance(position)
        own = rows["subject"] == subject
        axes.scatter(
            rows["observed"][own],
            rows["predicted"][own],
            s=24,
            color=colour,
            marker=marker,
            edgecolor="white",
            linewidth=0.5,
            zorder=3,
            label=subject,
        )


def _regression(axes: Axes, rows: Mapping[str, np.ndarray]) -> None:
    """Line and band over the observed range; nothing where the observed values or subjects are too few for them."""
    observed, predicted, subjects = rows["observed"], rows["predicted"], rows["subject"]
    if len(set(observed)) < 2:
        return
    grid = np.linspace(observed.min(), observed.max(), 60)
    centre, low, high = regression_band(observed, predicted, subjects, grid)
    axes.plot(grid, centre, color=BLACK, linewidth=1.3, label="least squares")
    if np.isfinite(low).all():
        axes.plot(grid, low, color=INK, linewidth=0.9, linestyle="--", label="95% band of the mean")
        axes.plot(grid, high, color=INK, linewidth=0.9, linestyle="--")
