"""Figure S1: how the photos of a visit become composites, as a drawing or with greyscale tiles (R6 to R10, R49)."""

from collections.abc import Mapping
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.transforms import Affine2D

from pasi.figures.style import COLOURS, HAIR, INK, MUTED, SIZE, new_figure, styled
from pasi.imaging.settings import GREY, CompositeSettings, Fit, Rotation, TileSettings
from pasi.severity.index import SeverityIndex

ASPECT = 3264 / 4928  # height to width of the paper's photos (R3); real tiles keep the ratio of their own photo
CELL, GAP, BETWEEN, NAME = 1.0, 0.14, 0.75, 0.42  # in cells: side, gap, room for an arrow, for a region's name
SEED = 11  # of the rotations and the order shown here; training draws anew for each composite and epoch


@styled
def draw_composites_diagram(
    index: SeverityIndex,
    tiles: Mapping[str, np.ndarray] | None = None,
    *,
    fit: Fit = TileSettings.fit,
    rotation: Rotation = CompositeSettings.rotation,
    shuffle: bool = True,
) -> Figure:
    """One row per region: its photos, their square tiles, and one composite as training might see it.

    tiles: region -> uint8 (photos, size, size, 3) of one visit, which are shown in grey and never in colour. Without
    them the figure shows nothing of a photo: a numbered frame with a filled corner stands for it. fit: `tiles.fit` of
    the config; rotation, shuffle: `composites.rotation` and `composites.shuffle`.
    """
    generator = np.random.default_rng(SEED)
    side = index.grid * (CELL + GAP) - GAP
    starts = (0.0, side + BETWEEN, 2 * (side + BETWEEN))
    figure, axes = _canvas(3 * side + 2 * BETWEEN, (side + NAME) * len(index.regions) + NAME)
    _headings(axes, starts, fit, (rotation, shuffle), index.grid)
    for row, region in enumerate(index.regions):
        pictures = None if tiles is None else tiles.get(region.name)
        shown = region.photos if pictures is None else len(pictures)
        cells = [_Cell(slot, COLOURS[row % len(COLOURS)], fit, _grey(pictures, slot)) for slot in range(shown)]
        top = -row * (side + NAME) - NAME
        axes.text(0, top + 0.1, region.name, size=SIZE["label"], weight="bold", va="bottom")
        _stages(axes, cells, (starts, top, index.grid))
        _composite(axes, cells, (starts[2] + GAP / 2, top - GAP / 2), _draw(generator, index.grid, rotation, shuffle))
    return figure


def first_visit(columns: Mapping[str, np.ndarray], tiles: np.ndarray) -> dict[str, np.ndarray]:
    """Tiles of the first visit of the first subject: region -> uint8 (photos, size, size, 3).

    columns: the table of the tile store, sorted by subject and visit. tiles: all tiles, in the order of that table.
    """
    chosen = (columns["subject"] == columns["subject"][0]) & (columns["visit"] == columns["visit"][0])
    return {region: tiles[chosen & (columns["region"] == region)] for region in set(columns["region"][chosen])}


def _canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """A bare figure, 7.4 inches wide, whose data units are cells: x from 0 to `width`, y from 0.3 down to -`height`."""
    figure = new_figure(7.4, min(7.4 * (height + 0.2) / width, 40))
    figure.set_layout_engine("none")
    axes = figure.add_axes((0.01, 0.01, 0.98, 0.98))
    axes.set(xlim=(-0.02, width + 0.02), ylim=(-height + 0.1, 0.3))
    axes.set_aspect("equal", anchor="NW")
    axes.axis("off")
    return figure, axes


class _Cell:
    """One photo of a region, drawn as a frame and as a tile; without a picture, a symbol stands for it."""

    def __init__(self, slot: int, colour: str, fit: Fit, picture: np.ndarray | None) -> None:
        self.slot, self.colour, self.fit, self.picture = slot, colour, fit, picture

    def frame(self, axes: Axes, corner: tuple[float, float]) -> None:
        """The photo in landscape, as it was taken; `corner` is the upper left corner of its cell."""
        left, top = corner
        low = top - CELL + CELL * (1 - ASPECT) / 2
        _photo(axes, (left, low, CELL, CELL * ASPECT), self, None)

    def tile(self, axes: Axes, corner: tuple[float, float], turns: float = 0.0) -> None:
        """The square tile, rotated counterclockwise by `turns` times 90 degrees about its centre."""
        left, top = corner
        low = top - CELL
        turn = Affine2D().rotate_deg_around(left + CELL / 2, low + CELL / 2, 90 * turns)
        _black(axes, left, low)
        if self.picture is not None:
            picture = np.rot90(self.picture, round(turns))
            axes.imshow(picture, cmap="gray", vmin=0, vmax=255, extent=(left, left + CELL, low, top), zorder=3)
            return
        box = {
            "letterbox": (left, low + CELL * (1 - ASPECT) / 2, CELL, CELL * ASPECT),
            "squash": (left, low, CELL, CELL),
            "center_crop": (left, low, CELL, CELL),
        }[self.fit]
        _photo(axes, box, self, turn)


def _grey(pictures: np.ndarray | None, slot: int) -> np.ndarray | None:
    return None if pictures is None else np.asarray(pictures[slot], dtype=np.float64) @ np.array(GREY)


def _draw(generator: np.random.Generator, side: int, rotation: str, shuffle: bool) -> tuple[np.ndarray, np.ndarray]:
    """For each of side x side cells its place in the composite and its rotation in quarter turns."""
    places = generator.permutation(side**2) if shuffle else np.arange(side**2)
    turns = {
        "right_angle": generator.integers(0, 4, side**2).astype(float),
        "any": generator.uniform(0, 4, side**2),
        "none": np.zeros(side**2),
    }[rotation]
    return places, turns


def _stages(axes: Axes, cells: list[_Cell], place: tuple[tuple[float, float, float], float, int]) -> None:
    """Photos and tiles of a region, `grid` of them side by side, and the arrows between the three stages."""
    starts, top, grid = place
    side = grid * (CELL + GAP) - GAP
    lines = ceil(len(cells) / grid)
    upper = top - (side - lines * (CELL + GAP) + GAP) / 2
    for position, cell in enumerate(cells):
        down, right = divmod(position, grid)
        for start, draw in ((starts[0], cell.frame), (starts[1], cell.tile)):
            draw(axes, (start + right * (CELL + GAP), upper - down * (CELL + GAP)))
    for start in starts[1:]:
        _arrow(axes, start - BETWEEN + 0.15, start - 0.15, top - side / 2)


def _composite(
    axes: Axes, cells: list[_Cell], corner: tuple[float, float], drawn: tuple[np.ndarray, np.ndarray]
) -> None:
    """The composite of a region: tiles in the drawn places and rotations, black where there is no photo."""
    places, turns = drawn
    side = ceil(len(places) ** 0.5)
    left, top = corner
    for cell, place in enumerate(places):
        down, right = divmod(int(place), side)
        at = (left + right * CELL, top - down * CELL)
        if cell < len(cells):
            cells[cell].tile(axes, at, turns[cell])
        else:
            _black(axes, at[0], at[1] - CELL)
    for line in range(1, side):
        axes.plot([left, left + side * CELL], [top - line * CELL] * 2, color=MUTED, linewidth=0.5, zorder=5)
        axes.plot([left + line * CELL] * 2, [top, top - side * CELL], color=MUTED, linewidth=0.5, zorder=5)


def _black(axes: Axes, left: float, low: float) -> None:
    axes.add_patch(Rectangle((left, low), CELL, CELL, facecolor="black", edgecolor="none", zorder=1))


def _photo(axes: Axes, box: tuple[float, float, float, float], cell: _Cell, turn: Affine2D | None) -> None:
    """A tinted frame with a number; its filled corner shows how it was rotated."""
    left, low, width, height = box
    turn = Affine2D() if turn is None else turn
    frame = Rectangle((left, low), width, height, facecolor="#eef2f6", edgecolor=HAIR, linewidth=0.6, zorder=2)
    mark = Rectangle((left, low + height * 0.72), width * 0.28, height * 0.28, facecolor=cell.colour, zorder=3)
    for patch in (frame, mark):
        patch.set_transform(turn + axes.transData)
        axes.add_patch(patch)
    x, y = turn.transform((left + width / 2, low + height / 2))
    axes.text(x, y, str(cell.slot + 1), ha="center", va="center", size=SIZE["label"], color=INK, zorder=4)


def _arrow(axes: Axes, start: float, end: float, height: float) -> None:
    arrow = FancyArrowPatch((start, height), (end, height), arrowstyle="-|>", mutation_scale=9, color=MUTED, lw=0.9)
    axes.add_patch(arrow)


def _headings(axes: Axes, starts: tuple[float, ...], fit: Fit, drawn: tuple[str, bool], side: int) -> None:
    rotation, shuffle = drawn
    turned = {"right_angle": "turned by quarters", "any": "turned", "none": "not turned"}[rotation]
    fitted = {"letterbox": "ratio kept, black bars", "squash": "squeezed to a square", "center_crop": "centre cut out"}
    order = ", shuffled" if shuffle else ""
    texts = ("photos", f"tiles\n{fitted[fit]}", f"composite, {side} x {side} cells\n{turned}{order}")
    for start, text in zip(starts, texts, strict=True):
        axes.text(start, 0.3, text, size=SIZE["tick"], color=MUTED, va="top", linespacing=1.4)
