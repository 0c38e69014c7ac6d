"""The sheet every figure is drawn on: its page, its text, its panels and the marks in them. The door to matplotlib.

Lengths are inches, places are inches from the sheet's left and top, sizes are points of type. In a panel x is a share,
points or rounds, and y is inches below the panel's top. Nothing a user wrote is parsed as mathematics. pyplot is left
out: it is slow to import and keeps global state.
"""

import io
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from sim.outcomes import captions
from sim.outcomes.captions import Summary

__all__ = ["Axes", "Figure"]  # handed on, so that the figures import nothing of matplotlib themselves

DPI = 150
WIDTH, MARGIN = 8.0, 0.4
INSIDE = WIDTH - 2 * MARGIN
TITLE, ANSWER, HEADING, LABEL, SMALL = 14.0, 10.5, 10.0, 9.0, 8.0
LEADING = 1.25  # from one line to the next, in sizes of type
INK, SOFT, FAINT, GRID, BAR, REST = "#1f1f1f", "#555555", "#767676", "#dddddd", "#6d8fb3", "#bdbdbd"


def png(figure: Figure) -> bytes:
    """The figure as a PNG of 150 dots an inch, the same bytes for the same figure."""
    page = io.BytesIO()
    figure.savefig(page, format="png", dpi=DPI, metadata={"Software": None})
    return page.getvalue()


def blank(summary: Summary, name: str, body: float) -> tuple[Figure, float]:
    """A figure of a summary with question, answer and footer around `body` inches of room, and the place where that starts."""
    words = (summary["title"], captions.QUESTIONS[name], captions.answer(name, summary))
    return page(words, captions.footer(summary), body)


def page(words: tuple[str, str, str], footer: str, body: float) -> tuple[Figure, float]:
    """A figure with title, question and answer above `body` inches of room and a footer below, and the place where the room
    starts."""
    title, question, answer = words
    lines = [
        (wrap(title, INSIDE, SMALL), SMALL, {"color": SOFT}),
        (wrap(question, INSIDE, TITLE, "bold"), TITLE, {"weight": "bold"}),
        (wrap(answer, INSIDE, ANSWER), ANSWER, {}),
    ]
    foot = wrap(footer, INSIDE, SMALL)
    head = sum(tall(text, size) + 0.07 for text, size, _ in lines)
    more = tall(foot, SMALL) - tall("", SMALL)
    figure = Figure(figsize=(WIDTH, MARGIN + head + 0.2 + body + 0.2 + more + MARGIN), dpi=DPI, facecolor="white")
    top = MARGIN
    for text, size, look in lines:
        write(figure, MARGIN, top, text, size, **look)
        top += tall(text, size) + 0.07
    write(figure, MARGIN, figure.get_figheight() - MARGIN + 0.1, foot, SMALL, va="bottom", color=SOFT)
    return figure, top + 0.2


def write(figure: Figure, left: float, top: float, text: str, size: float, **look: Any) -> None:
    """Wrapped text with its upper left corner at a place, unless `ha` or `va` (top, center, bottom) say otherwise."""
    # Lines are placed one by one, on their baselines, so that neighbours line up whatever letters they hold.
    above = {"top": 0.0, "center": 0.5, "bottom": 1.0}[look.pop("va", "top")] * tall(text, size)
    look = {"fontsize": size, "color": INK, "parse_math": False, **look}
    for number, line in enumerate(text.split("\n")):
        down = top - above + (number * LEADING + 0.95) * size / 72
        figure.text(left / figure.get_figwidth(), 1 - down / figure.get_figheight(), line, va="baseline", **look)


@lru_cache(maxsize=4096)
def wide(text: str, size: float, weight: str = "normal") -> float:
    """The width of one line of text, in inches."""
    font = FontProperties(size=size, weight=weight)
    return float(_renderer().get_text_width_height_descent(text, font, ismath=False)[0]) / DPI


@lru_cache(maxsize=1)
def _renderer() -> Any:
    canvas: Any = FigureCanvasAgg(Figure(dpi=DPI))
    return canvas.get_renderer()


def longest(texts: Sequence[str]) -> float:
    """The width of the widest line of all these labels, in inches."""
    return max(wide(line, LABEL) for text in texts for line in text.split("\n"))


def tall(text: str, size: float = LABEL) -> float:
    """The height of wrapped text, in inches."""
    return (text.count("\n") + 1) * size * LEADING / 72


def wrap(text: str, width: float, size: float, weight: str = "normal") -> str:
    """The text broken into lines no wider than `width` inches; a word wider than that is cut."""
    lines = [""]
    for word in re.split(r"[ \t\r\n]+", text.strip()):
        if lines[-1] and wide(f"{lines[-1]} {word}", size, weight) <= width:
            lines[-1] += f" {word}"
            continue
        lines.append("")
        for letter in word:
            if wide(lines[-1] + letter, size, weight) > width:
                lines.append("")
            lines[-1] += letter
    return "\n".join(lines[1:])


def wrapped(texts: Sequence[str], width: float, weight: str = "normal") -> list[str]:
    """Each text broken into lines of a label's size."""
    return [wrap(text, width, LABEL, weight) for text in texts]


def stack(texts: Sequence[str], least: float = 0.0) -> tuple[list[float], float]:
    """Rows as high as their wrapped labels and at least `least`: the centres below the first's top, and the height."""
    gap = 0.03 if len(texts) > 12 and not any("\n" in text for text in texts) else 0.1
    heights = [max(least, tall(text) + gap) for text in texts]
    feet = list(accumulate(heights))
    return [foot - height / 2 for foot, height in zip(feet, heights, strict=True)], feet[-1]


def labels(figure: Figure, right: float, top: float, texts: Sequence[str], centres: Sequence[float]) -> None:
    """Labels that end at `right`, each in the middle of its row."""
    for text, centre in zip(texts, centres, strict=True):
        write(figure, right, top + centre, text, LABEL, ha="right", va="center")


def column(figure: Figure, right: float, top: float, head: str, words: Sequence[str], centres: Sequence[float]) -> None:
    """A column of words that ends at `right`, and its head above the first row."""
    write(figure, right, top - 0.04, head, SMALL, ha="right", va="bottom", color=SOFT)
    labels(figure, right, top, words, centres)


def panel(figure: Figure, place: tuple[float, float, float, float], low: float = 0.0, high: float = 1.0) -> Axes:
    """A bare panel at left, top, width, height, whose x runs from `low` to `high`."""
    left, top, width, height = place
    across, down = figure.get_size_inches()
    axes = figure.add_axes((left / across, 1 - (top + height) / down, width / across, height / down))
    axes.set(xlim=(low, high if high > low else low + 1), ylim=(height, 0), xticks=[], yticks=[], facecolor="none")
    axes.spines[:].set_visible(False)
    return axes


def ticks(panel: Axes, places: Sequence[float], words: Callable[[float], str]) -> None:
    """Light upright lines at these places, with their words under the panel."""
    panel.set_xticks(places, [words(place) for place in places], fontsize=SMALL, color=SOFT, parse_math=False)
    panel.tick_params(axis="x", length=0, pad=3)
    panel.grid(axis="x", color=GRID, linewidth=0.7)
    panel.set_axisbelow(True)


def round_numbers(panel: Axes) -> list[float]:
    """Some five round numbers inside the panel's range."""
    return round_between(*panel.get_xlim())


def round_between(low: float, high: float) -> list[float]:
    """Some five round numbers from `low` to `high`."""
    return [place for place in MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high) if low <= place <= high]


def whisker(panel: Axes, centre: float, low: float, high: float) -> None:
    """An interval, seen on dark and on light."""
    stroke(panel, [low, high], [centre, centre], 1.0)


def stroke(panel: Axes, across: Sequence[float], down: Sequence[float], width: float) -> None:
    """A line with a white edge."""
    halo = [withStroke(linewidth=width + 1.4, foreground="white")]
    look: dict[str, Any] = {
        "color": INK,
        "linewidth": width,
        "path_effects": halo,
        "solid_capstyle": "butt",
        "zorder": 3,
    }
    panel.plot(across, down, clip_on=False, **look)


def bars(panel: Axes, centres: Sequence[float], shares: Sequence[float]) -> None:
    """A bar a row, from the line at 0."""
    panel.barh(centres, shares, height=0.13, color=BAR, edgecolor=INK, linewidth=0.6)
    panel.axvline(0, color=INK, linewidth=1.2, zorder=4)


def diamonds(panel: Axes, centres: Sequence[float], shares: Sequence[float]) -> None:
    """A hollow mark a row."""
    look: dict[str, Any] = {"markersize": 5, "markerfacecolor": "white", "markeredgecolor": INK, "zorder": 5}
    panel.plot(shares, centres, "D", clip_on=False, **look)


def dumbbells(panel: Axes, centres: Sequence[float], ones: Sequence[float], others: Sequence[float]) -> None:
    """A line a row from a hollow mark to a full one."""
    panel.hlines(centres, ones, others, color=FAINT, linewidth=1.4, zorder=3)
    look: dict[str, Any] = {"markersize": 6, "markeredgecolor": INK, "clip_on": False, "zorder": 5}
    panel.plot(ones, centres, "o", markerfacecolor="white", **look)
    panel.plot(others, centres, "o", markerfacecolor=BAR, **look)


def ribbon(panel: Axes, left: tuple[float, float], right: tuple[float, float], colour: str, above: bool) -> None:
    """A band that flows across the panel, from its top and foot on the left to those on the right, above others or below."""
    low, high = panel.get_xlim()
    steps = [step / 40 for step in range(41)]
    bends = [step * step * (3 - 2 * step) for step in steps]
    edges = [[start + (stop - start) * bend for bend in bends] for start, stop in zip(left, right, strict=True)]
    across = [low + (high - low) * step for step in steps]
    panel.fill_between(across, edges[0], edges[1], facecolor=colour, edgecolor=colour, linewidth=0.4, zorder=2 + above)


def heap(panel: Axes, histogram: dict[str, Any], base: float, rise: float, look: dict[str, Any]) -> None:
    """A histogram standing on `base` (hanging from it where `rise` is positive), its highest bin `rise` inches."""
    counts = histogram["counts"]
    edges = [histogram["from"] + histogram["step"] * number for number in range(len(counts) + 1)]
    if any(counts):
        panel.stairs([base + rise * count / max(counts) for count in counts], edges, baseline=base, fill=True, **look)
