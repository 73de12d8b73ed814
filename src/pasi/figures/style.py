"""The style of all figures, and how a figure is saved: the same data give the same bytes."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from pasi.storage.atomic import atomic_write
from pasi.wording import MINUS

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

Parameters = ParamSpec("Parameters")

# Colours that colour-blind readers can distinguish (Okabe and Ito 2008). Markers or dashes repeat what a colour says.
BLACK, ORANGE, SKY, GREEN, BLUE, VERMILLION, PURPLE = (
    "#1a1a1a",
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
)
COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h")
INK, MUTED, HAIR = "#1f2328", "#59636e", "#d0d7de"
BANDS = ("#f8f9fa", "#f0f2f5", "#e6eaee")  # of severity

# In a dark page: what is drawn, and in which colour instead. The page behind is #1b2026.
DARK = {
    "#ffffff": "#1b2026",
    "#1f2328": "#e6e9ec",
    "#59636e": "#a3adb7",
    "#d0d7de": "#343c45",
    "#f8f9fa": "#1f252b",
    "#f0f2f5": "#242b32",
    "#e6eaee": "#2b333b",
    "#eef2f6": "#2b333b",
    "#1a1a1a": "#e6e9ec",
    "#0072b2": "#5fb4ec",
    "#d55e00": "#ff8f4a",
    "#009e73": "#3fc79b",
}
DOTS_PER_INCH = 150
SIZE = {
    "title": 9.5,
    "label": 8.5,
    "tick": 7.5,
    "note": 7.0,
}  # 7 points are 9.3 pixels, and the page shrinks no drawing
SETTINGS: "dict[RcKeyType, Any]" = {
    "font.family": ["DejaVu Sans"],  # comes with matplotlib, so all machines draw the same letters
    "font.size": SIZE["label"],
    "text.parse_math": False,  # an id may hold a dollar sign
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelsize": SIZE["label"],
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": SIZE["title"],
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SIZE["tick"],
    "ytick.labelsize": SIZE["tick"],
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "grid.color": HAIR,
    "grid.linewidth": 0.5,
    "legend.fontsize": SIZE["tick"],
    "legend.frameon": False,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "path",
    "svg.hashsalt": "pasi",  # makes the ids in an SVG a function of its content, not of the time
    "svg.image_inline": True,
}


def styled(draw: Callable[Parameters, Figure]) -> Callable[Parameters, Figure]:
    """Wrap a function that draws a figure: it runs under SETTINGS, and matplotlib's settings are restored after it."""

    @wraps(draw)
    def wrapper(*args: Parameters.args, **options: Parameters.kwargs) -> Figure:
        with matplotlib.rc_context(SETTINGS):
            return draw(*args, **options)

    return wrapper


def new_figure(width: float, height: float) -> Figure:
    """A figure of `width` x `height` inches with a canvas of its own; pyplot is not involved and keeps nothing open."""
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


def save_figure(figure: Figure, stem: str | Path) -> tuple[Path, Path]:
    """Write `stem`.svg and `stem`.png, each whole or not at all, and return both paths.

    The bytes depend on the figure alone: the files hold no date and no version, and ids are salted.
    """
    stem = Path(stem)
    svg, png = stem.with_name(f"{stem.name}.svg"), stem.with_name(f"{stem.name}.png")
    with matplotlib.rc_context(SETTINGS):
        with atomic_write(svg) as temporary:
            figure.savefig(temporary, format="svg", metadata={"Date": None, "Creator": None})
            temporary.write_text(adaptive(temporary.read_text(encoding="utf-8")), encoding="utf-8")
        with atomic_write(png) as temporary:
            figure.savefig(
                temporary, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None}, pil_kwargs={"optimize": True}
            )
    return svg, png


def adaptive(svg: str) -> str:
    """The drawing with a style sheet of its own, by which a page in dark colours shows it in dark colours too.

    The colours of SETTINGS are looked up as matplotlib writes them, in the attribute style of an element; colours of
    data that are too dark for a dark page become those of DARK as well.
    """
    rules = "".join(
        f'[style*="{kind}: {light}"]{{{kind}:{dark}!important}}'
        for light, dark in DARK.items()
        for kind in ("fill", "stroke")
    )
    sheet = f'<style type="text/css">@media (prefers-color-scheme: dark){{{rules}}}</style>'
    return svg.replace("<defs>", f"<defs>{sheet}", 1)


def plain_numbers(axes: Axes) -> None:
    """Plain tick labels, 0.01 and not 10^-2: mathtext, which draws powers, is switched off."""
    formatter = FuncFormatter(lambda value, _: f"{value:g}".replace("-", MINUS, 1 if value < 0 else 0))
    axes.xaxis.set_major_formatter(formatter)
    axes.yaxis.set_major_formatter(formatter)


def appearance(position: int) -> tuple[str, str]:
    """Colour and marker of the n-th member of a group; 7 colours and 11 markers make 77 pairs."""
    return COLOURS[position % len(COLOURS)], MARKERS[position % len(MARKERS)]


def notice(width: float, text: str) -> Figure:
    """A figure that holds only a sentence, which says why there is nothing to draw."""
    figure = new_figure(width, 1.4)
    figure.text(0.5, 0.5, text, ha="center", va="center", color=MUTED, size=SIZE["title"], wrap=True)
    return figure
