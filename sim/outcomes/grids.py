"""Figures of a grid: lines for one changed path, maps and the leading endings for two, small multiples beyond."""

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from sim.outcomes import sheet, sweep_words
from sim.outcomes.sheet import BAR, GRID, HEADING, INK, INSIDE, MARGIN, SMALL, SOFT, Axes, Figure
from sim.outcomes.sweep_words import Record, amount, measure_of

MOST_PANELS = 12
_MOST_NUMBERS = 9  # columns of a map, or points of a line, that have room for numbers
_LINE = 1.5  # inches
# Safe for colour-blind readers, and light enough for dark words on them.
_COLOURS = ("#8fb0d6", "#f0b98d", "#c9c9c9", "#a8d5a2", "#f2e394", "#d3b3d9", "#e3a5a5", "#9fd6d2")


def lines(summary: Record) -> Figure:
    """Each measure along the one changed path, with the band of its intervals."""
    (changed,) = summary["changed"]
    words = (
        sweep_words.title(summary),
        f"What comes of changing {_plain(changed['text'])}?",
        sweep_words.answer_of_points(summary, summary["measures"][0]["name"]),
    )
    room = len(summary["measures"]) * (_LINE + 0.8) + 0.2
    figure, top = sheet.page(words, sweep_words.footer(summary), room)
    for measure in summary["measures"]:
        _line(figure, top, summary, changed, measure)
        top += _LINE + 0.8
    sheet.write(figure, MARGIN + 0.75 + (INSIDE - 0.9) / 2, top - 0.2, changed["text"], SMALL, ha="center", color=SOFT)
    return figure


def _line(figure: Figure, top: float, summary: Record, changed: Record, measure: Record) -> None:
    known = [point["measures"][measure["name"]] for point in summary["points"]]
    places = changed["numbers"] or [float(n) for n in range(len(known))]
    rows = sorted(zip(places, known, sweep_words.values(changed), strict=True), key=lambda row: row[0])
    sheet.write(figure, MARGIN, top, f"{sweep_words.opening(measure)} ({sweep_words.unit(measure)})", HEADING, weight="bold")
    top += 0.3
    low, high = _range(measure, known)
    spread = (rows[-1][0] - rows[0][0]) or 1.0
    edge = 0.04 * spread
    panel = sheet.panel(figure, (MARGIN + 0.75, top, INSIDE - 0.9, _LINE), rows[0][0] - edge, rows[-1][0] + edge)

    def down(value: float) -> float:
        return _LINE * (1 - (value - low) / (high - low))

    for value in sheet.round_between(low, high):
        panel.axhline(down(value), color=GRID, linewidth=0.7, zorder=0)
        sheet.write(
            figure, MARGIN + 0.65, top + down(value), _on_axis(measure, value), SMALL, ha="right", va="center", color=SOFT
        )
    across = [row[0] for row in rows]
    band = [[down(row[1][end]) for row in rows] for end in ("low", "high")]
    panel.fill_between(across, band[0], band[1], color=BAR, alpha=0.3, linewidth=0)
    panel.plot(across, [down(row[1]["estimate"]) for row in rows], "-o", color=INK, linewidth=1.4, markersize=4)
    panel.set_xticks(across, [row[2] for row in rows], fontsize=SMALL, color=SOFT, parse_math=False)
    panel.tick_params(axis="x", length=3, color=SOFT, pad=2)
    if len(rows) <= _MOST_NUMBERS:
        for place, one, _ in rows:
            word = amount(measure, one["estimate"])
            lift = down(one["high"]) - 0.04
            panel.text(place, lift, word, fontsize=SMALL, ha="center", va="bottom", color=INK, parse_math=False)


def maps(summary: Record, name: str) -> Figure:
    """A measure over the first two changed paths, a map for each combination of the others."""
    measure = measure_of(summary, name)
    known = [point["measures"][name] for point in summary["points"]]
    low, high = _range(measure, known)
    across, down = summary["changed"][1], summary["changed"][0]
    words = (
        sweep_words.title(summary),
        f"How does “{measure['text']}” move with {_plain(down['text'])} and {_plain(across['text'])}?",
        sweep_words.answer_of_points(summary, name),
    )

    def cell(point: Record) -> tuple[str, str, str]:
        one = point["measures"][name]
        share = (one["estimate"] - low) / (high - low)
        return _shade(share), amount(measure, one["estimate"]), sweep_words.interval(measure, one)

    note = f"{sweep_words.unit(measure)}; the darker the more; below it, its sampling interval"
    return _panels(summary, words, cell, note, [])


def phases(summary: Record) -> Figure:
    """The leading ending over the first two changed paths, a map for each combination of the others."""
    led = [key for key in summary["endings"] if any(point["leading"] == key for point in summary["points"])]
    colours = {key: _COLOURS[n % len(_COLOURS)] for n, key in enumerate(summary["endings"])}
    words = (sweep_words.title(summary), "Which ending leads where?", sweep_words.answer_of_phases(summary))

    def cell(point: Record) -> tuple[str, str, str]:
        share = {"name": "", "share": True}
        return colours[point["leading"]], amount(share, point["endings"][point["leading"]]), ""

    legend = [(colours[key], summary["endings"][key]) for key in led]
    return _panels(summary, words, cell, "share of replicates that end in the leading way", legend)


Cell = Callable[[Record], tuple[str, str, str]]
"""A point's colour, its number, and what stands small below it."""


def _panels(summary: Record, words: tuple[str, str, str], cell: Cell, note: str, legend: Sequence[tuple[str, str]]) -> Figure:
    """Small multiples: a map a panel, all of one size, with a legend below."""
    down, across, *rest = summary["changed"]
    combinations = list(product(*(range(len(one["values"])) for one in rest)))
    shown = combinations[:MOST_PANELS]
    beside = 1 if len(shown) == 1 else 2
    rows = -(-len(shown) // beside)
    width = INSIDE / beside
    left = _label_room(down)
    heading = 0.3 if rest else 0.0
    tall = max(0.42, min(0.6, 3.2 / len(down["values"]))) if len(shown) == 1 else 0.36
    height = tall * len(down["values"])
    each = heading + height + 0.6
    cut = f" The first {len(shown)} of {len(combinations)} combinations." if len(shown) < len(combinations) else ""
    axes = sheet.wrap(f"Down: {down['text']}. Across: {across['text']}.{cut}", INSIDE, SMALL)
    above = sheet.tall(axes, SMALL) + 0.06
    foot = above + 0.22 * len(legend)
    figure, top = sheet.page(words, sweep_words.footer(summary), rows * each + foot)
    sheet.write(figure, MARGIN, top - 0.08, axes, SMALL, color=SOFT)
    top += above
    for number, levels in enumerate(shown):
        place = (MARGIN + width * (number % beside), top + each * (number // beside))
        points = [point for point in summary["points"] if tuple(point["levels"][2:]) == levels]
        if rest:
            text = ", ".join(f"{one['text']} {one['values'][level]}" for one, level in zip(rest, levels, strict=True))
            sheet.write(figure, *place, sheet.wrap(text, width - 0.2, SMALL).split("\n")[0], SMALL, weight="bold")
        _map(figure, (place[0] + left, place[1] + heading, width - left - 0.15, height), (down, across), points, cell)
    below = top + rows * each - 0.28
    sheet.write(figure, MARGIN, below, note, SMALL, color=SOFT)
    for n, (colour, text) in enumerate(legend):
        box = sheet.panel(figure, (MARGIN, below + 0.25 + 0.22 * n, 0.25, 0.15))
        box.barh(0.075, 1, height=0.15, color=colour, edgecolor=INK, linewidth=0.5)
        sheet.write(figure, MARGIN + 0.35, below + 0.325 + 0.22 * n, text, SMALL, va="center")
    return figure


def _map(
    figure: Figure, place: tuple[float, float, float, float], axes: tuple[Record, Record], points: Sequence[Record], cell: Cell
) -> None:
    """One map: a cell a point, rows in the order in which the values are written, the first below."""
    left, top, width, height = place
    down, across = axes
    columns, rows = len(across["values"]), len(down["values"])
    panel = sheet.panel(figure, place, 0, columns)
    each, wide = height / rows, width / columns
    for point in points:
        row, column = point["levels"][:2]
        colour, word, small = cell(point)
        centre = height - each * (row + 0.5)
        panel.barh(centre, 1, left=column, height=each, color=colour, edgecolor="white", linewidth=1)
        _in_cell(panel, (column + 0.5, centre), word, small, wide, each)
    heads = [sheet.wrap(text, max(wide - 0.05, 0.3), SMALL) for text in sweep_words.values(across)]
    every = 1 if columns <= 2 * _MOST_NUMBERS else -(-columns // _MOST_NUMBERS)
    for n in range(0, columns, every):
        sheet.write(figure, left + wide * (n + 0.5), top + height + 0.05, heads[n], SMALL, ha="center", color=SOFT)
    every = 1 if each >= 0.14 else -(-rows // _MOST_NUMBERS)
    for n in range(0, rows, every):
        text = sheet.wrap(sweep_words.values(down)[n], _label_room(down) - 0.1, SMALL)
        sheet.write(figure, left - 0.08, top + height - each * (n + 0.5), text, SMALL, ha="right", va="center", color=SOFT)


def _in_cell(panel: Axes, at: tuple[float, float], word: str, small: str, wide: float, tall: float) -> None:
    """The numbers of a cell, where they fit."""
    if sheet.wide(word, SMALL) > wide - 0.04 or tall < 0.14:
        return
    both = bool(small) and sheet.wide(small, SMALL) <= wide - 0.04 and tall >= 0.34
    look: dict[str, Any] = {"ha": "center", "color": INK, "parse_math": False}
    panel.text(*at, word, fontsize=SMALL, va="bottom" if both else "center", **look)
    if both:
        panel.text(*at, small, fontsize=SMALL, va="top", **look)


def _label_room(changed: Record) -> float:
    return min(1.6, max(sheet.wide(text, SMALL) for text in sweep_words.values(changed)) + 0.2)


def _range(measure: Record, known: Sequence[Record]) -> tuple[float, float]:
    """From the lowest to the highest end of all intervals; of shares inside 0 to 1."""
    low, high = min(one["low"] for one in known), max(one["high"] for one in known)
    margin = 0.1 * ((high - low) or 1.0)
    low, high = low - margin, high + margin
    return (max(0.0, low), min(1.0, high)) if measure["share"] else (low, high)


def _shade(share: float) -> str:
    """From white to the bars' blue."""
    full = tuple(int(BAR[n : n + 2], 16) for n in (1, 3, 5))
    part = 0.05 + 0.95 * min(max(share, 0.0), 1.0)
    return "#" + "".join(f"{round(255 + (channel - 255) * part):02x}" for channel in full)


def _on_axis(measure: Record, value: float) -> str:
    return f"{round(100 * value, 6):g}\u00a0%" if measure["share"] else sweep_words.number(value)


def _plain(text: str) -> str:
    return f"“{text}”"
