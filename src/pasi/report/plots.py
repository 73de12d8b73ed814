"""Plots of the page as SVG: scales, axes, and marks that differ by shape as well as by colour.

They are drawn at the size at which they are shown, 1 unit a pixel, so that no label shrinks on a phone; classes and not
colours are in them, so that light and dark are the style sheet's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10

from markupsafe import Markup

from pasi.wording import MINUS

LEFT, RIGHT, TOP, BOTTOM = 44, 10, 12, 40  # pixels around the axes
MARKS = (
    "M-3.6 0A3.6 3.6 0 1 0 3.6 0A3.6 3.6 0 1 0 -3.6 0Z",  # circle
    "M-3.2 -3.2H3.2V3.2H-3.2Z",  # square
    "M0 -4.2L4 3H-4Z",  # triangle
    "M0 -4.6L4 0L0 4.6L-4 0Z",  # diamond
    "M-4 -3H4L0 4.2Z",  # triangle, turned
    "M-1.3 -4H1.3V-1.3H4V1.3H1.3V4H-1.3V1.3H-4V-1.3H-1.3Z",  # plus
    "M-4 -2.6L-2.6 -4L0 -1.4L2.6 -4L4 -2.6L1.4 0L4 2.6L2.6 4L0 1.4L-2.6 4L-4 2.6L-1.4 0Z",  # cross
)


@dataclass(frozen=True)
class Axes:
    """Two linear scales in a plot of `width` x `height` pixels."""

    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]
    left: float = LEFT
    bottom: float = BOTTOM

    def at_x(self, value: float) -> float:
        """Pixels from the left."""
        share = (value - self.x[0]) / (self.x[1] - self.x[0])
        return round(self.left + share * (self.width - self.left - RIGHT), 1)

    def at_y(self, value: float) -> float:
        """Pixels from the top."""
        share = (value - self.y[0]) / (self.y[1] - self.y[0])
        return round(self.height - self.bottom - share * (self.height - self.bottom - TOP), 1)

    def frame(self, x_label: str, y_label: str, x_ticks: Sequence[float] | None = None) -> Markup:
        """Grid, ticks with their numbers, and the names of the axes."""
        base, right = self.height - self.bottom, self.width - RIGHT
        lines = [_line(self.left, self.at_y(tick), right, self.at_y(tick), "grid") for tick in ticks(*self.y)]
        lines += [_text(self.left - 6, self.at_y(tick) + 4, plain(tick), "tick end") for tick in ticks(*self.y)]
        shown = ticks(*self.x) if x_ticks is None else x_ticks
        lines += [_text(self.at_x(tick), base + 16, plain(tick), "tick") for tick in shown]
        lines += [
            _line(self.left, base, right, base, "axis"),
            _text((self.left + right) / 2, base + 33, x_label, "name"),
        ]
        turned = Markup('<text class="name" transform="translate(12 {}) rotate(-90)">{}</text>')
        return Markup("").join([*lines, turned.format(round((TOP + base) / 2, 1), y_label)])

    def line(self, start: tuple[float, float], end: tuple[float, float], kind: str) -> Markup:
        """A straight line between two points of the data."""
        return _line(self.at_x(start[0]), self.at_y(start[1]), self.at_x(end[0]), self.at_y(end[1]), kind)

    def path(self, x: Iterable[float], y: Iterable[float], kind: str, *, closed: bool = False) -> Markup:
        """A line through points; one that is not finite is left out."""
        places = [(self.at_x(a), self.at_y(b)) for a, b in zip(x, y, strict=True) if isfinite(a) and isfinite(b)]
        if len(places) < 2:
            return Markup("")
        steps = "L".join(f"{a:g} {b:g}" for a, b in places)
        return Markup('<path class="{}" d="M{}{}"/>').format(kind, steps, "Z" if closed else "")

    def mark(self, x: float, y: float, look: tuple[int | None, str], words: str, subject: str = "") -> Markup:
        """A mark with the words that a pointer shows. look: number of the fold (None: none), further classes."""
        number, kind = look
        shape = MARKS[(number or 0) % len(MARKS)]
        fold = "" if number is None else f" f{number % len(MARKS)}"
        return Markup(
            '<path class="mark{} {}" d="{}" transform="translate({:g} {:g})" data-subject="{}"><title>{}</title></path>'
        ).format(fold, kind, shape, self.at_x(x), self.at_y(y), subject, words)

    def svg(self, parts: Iterable[Markup], label: str) -> Markup:
        """The whole plot; label: what it shows, for who does not see it."""
        size = 'width="{w:g}" height="{h:g}" viewBox="0 0 {w:g} {h:g}"'
        return Markup(f'<svg class="plot" {size} role="img" aria-label="{{l}}">{{}}</svg>').format(
            Markup("").join(parts), w=self.width, h=self.height, l=label
        )


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers between two ends, at most `most` of them.

    >>> ticks(-3, 52), ticks(0, 1)
    ([0, 10, 20, 30, 40, 50], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    """
    raw = (high - low) / (most - 1) if high > low else 1.0
    power = 10.0 ** floor(log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    first = -int(-low // step)
    last = floor(high / step + 1e-9)
    found = [round(number * step, 10) for number in range(first, last + 1)]
    return [int(value) if step >= 1 else value for value in found]


def plain(value: float) -> str:
    """The number of a tick, with a minus sign."""
    return f"{value:g}".replace("-", MINUS)


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return Markup('<line class="{}" x1="{:g}" y1="{:g}" x2="{:g}" y2="{:g}"/>').format(kind, x1, y1, x2, y2)


def _text(x: float, y: float, words: str, kind: str) -> Markup:
    return Markup('<text class="{}" x="{:g}" y="{:g}">{}</text>').format(kind, round(x, 1), round(y, 1), words)
