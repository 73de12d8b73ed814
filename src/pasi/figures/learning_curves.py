"""The learning curves of all networks as one grid of small panels."""

from collections.abc import Collection, Mapping, Sequence
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from pasi.evaluation.histories import Histories, best_epoch, panel_of
from pasi.figures.style import BLACK, COLOURS, MUTED, SIZE, new_figure, notice, plain_numbers, styled
from pasi.run_folder import TrainingPlace
from pasi.splits.settings import Monitor

MONITORED: dict[Monitor, str] = {
    "inner": "monitored",
    "heldout": "monitored: the held-out fold, so that out of fold is optimistic",
}
MOST_COLUMNS = 6
MOST_KEYS = 7  # in a row of the legend
LOST = "X"  # marker of a training that did not learn
LEAST_WIDTH = 8.0  # inches, room for the legend of five folds


@styled
def draw_learning_curves(
    histories: Histories,
    monitor: Monitor = "inner",
    *,
    unlearned: Collection[TrainingPlace] = (),
    constants: Mapping[TrainingPlace, float] | None = None,
) -> Figure:
    """Loss against epoch, one panel per backbone, one colour per fold: training dashed, monitored solid, best ringed.

    histories: backbone -> fold -> epoch, train_loss and monitor_loss, mean squared errors of the scaled target. The
    panels share both axes. The loss axis is logarithmic; losses that are not finite or not positive are left out.
    monitor: `training.monitor`; the legend says where the held-out fold itself was monitored. unlearned: trainings that
    did not learn; their monitored curves are dotted, with a cross in place of the ring, and the legend says so.
    constants: the monitored loss of the mean predictor by training, drawn as a grey band from the lowest to the highest
    of the folds, since each fold monitors other subjects.
    """
    if not histories:
        return notice(6.0, "No network was trained: there are no learning curves.")
    columns = min(len(histories), MOST_COLUMNS)
    rows = ceil(len(histories) / columns)
    figure = new_figure(max(1.75 * columns, LEAST_WIDTH), (1.5 if columns == MOST_COLUMNS else 2.2) * rows + 0.9)
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for axes, (backbone, folds) in zip(panels, histories.items(), strict=False):
        _panel(axes, folds, {place.fold for place in unlearned if panel_of(place) == backbone})
        _constants(axes, [value for place, value in (constants or {}).items() if panel_of(place) == backbone])
        axes.set_title(backbone, size=SIZE["tick"], pad=3)
    for axes in panels[len(histories) :]:
        axes.remove()
    figure.supxlabel("epoch", size=SIZE["label"])
    figure.supylabel("mean squared error, scaled target", size=SIZE["label"])
    marks = [
        *_marks(MONITORED[monitor]),
        *([_lost_mark()] if unlearned else []),
        *([_mean_mark()] if constants else []),
    ]
    _legend(figure, sorted({fold for folds in histories.values() for fold in folds}), marks)
    return figure


def _panel(axes: Axes, folds: Mapping[int, Mapping[str, np.ndarray]], lost: Collection[int]) -> None:
    axes.set_yscale("log")
    for fold, history in sorted(folds.items()):
        colour, epoch = fold_colour(fold), np.asarray(history["epoch"])
        axes.plot(epoch, _drawable(history["train_loss"]), color=colour, linewidth=0.6, linestyle="--", alpha=0.8)
        monitored = _drawable(history["monitor_loss"])
        axes.plot(epoch, monitored, ":" if fold in lost else "-", color=colour, linewidth=0.9)
        best = best_epoch(history)
        if best is not None:
            mark = LOST if fold in lost else "o"
            axes.plot(epoch[best], monitored[best], mark, markersize=3.4, color="white", markeredgecolor=colour)
    axes.grid(axis="y")
    plain_numbers(axes)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 3)))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _constants(axes: Axes, values: Sequence[float]) -> None:
    """The loss of the mean: a band over the folds with a line at each of its ends."""
    drawn = [value for value in values if np.isfinite(value) and value > 0]
    if not drawn:
        return
    axes.axhspan(min(drawn), max(drawn), color=MUTED, alpha=0.18, linewidth=0, zorder=0)
    for end in {min(drawn), max(drawn)}:
        axes.axhline(end, color=MUTED, linewidth=0.7, linestyle=(0, (1, 1)), zorder=1)


def fold_colour(fold: int) -> str:
    """Colour of a fold, the same in all panels."""
    return COLOURS[fold % len(COLOURS)]


def _drawable(losses: np.ndarray) -> np.ndarray:
    losses = np.asarray(losses, dtype=np.float64)
    return np.where(np.isfinite(losses) & (losses > 0), losses, np.nan)


def _marks(monitored: str) -> list[Line2D]:
    return [
        Line2D([], [], color=MUTED, linestyle="--", linewidth=0.8, label="training"),
        Line2D([], [], color=MUTED, label=monitored),
        Line2D([], [], color="white", markeredgecolor=BLACK, marker="o", markersize=4, label="best epoch"),
    ]


def _lost_mark() -> Line2D:
    mark = Line2D([], [], color=MUTED, linestyle=":", label="did not learn")
    mark.set(marker=LOST, markersize=4, markerfacecolor="white")
    return mark


def _mean_mark() -> Line2D:
    return Line2D([], [], color=MUTED, linestyle=(0, (1, 1)), linewidth=0.7, label="the mean predictor, over folds")


def _legend(figure: Figure, folds: list[int], marks: list[Line2D]) -> None:
    handles = [Line2D([], [], color=fold_colour(fold), label=f"fold {fold}") for fold in folds] + marks
    figure.legend(handles=handles, loc="outside upper left", ncols=min(len(handles), MOST_KEYS))
