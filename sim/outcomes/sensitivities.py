"""Figures of what a result hangs on: differences by one change at a time, Sobol' indices, means by fifths of a factor."""

from typing import Any

from sim.outcomes import sheet, sweep_words
from sim.outcomes.sheet import BAR, FAINT, INK, INSIDE, MARGIN, SMALL, SOFT, WIDTH, Axes, Figure
from sim.outcomes.sweep_words import Record, amount, measure_of, step

MOST_ROWS = 15
_LABEL_ROOM = 2.9  # inches


def tornado(summary: Record, name: str) -> Figure:
    """For each changed path the range of differences from the scenario as it stands, the widest first."""
    measure = measure_of(summary, name)
    rows = _ranges(summary, name)[:MOST_ROWS]
    texts = sheet.wrapped([changed["text"] for changed, _, _ in rows], _LABEL_ROOM)
    centres, height = sheet.stack(texts, least=0.5)
    question = f"Which single change moves “{measure['text']}” most?"
    words = (sweep_words.title(summary), question, sweep_words.answer_of_tornado(summary, name))
    figure, top = sheet.page(words, sweep_words.footer(summary), height + 0.9)
    top += 0.35
    sheet.labels(figure, MARGIN + _LABEL_ROOM, top, texts, centres)
    ends = [row[1][1]["against"][name] for row in rows] + [row[2][1]["against"][name] for row in rows]
    low, high = min(0.0, *(end["low"] for end in ends)), max(0.0, *(end["high"] for end in ends))
    margin = 0.05 * ((high - low) or 1.0)
    panel = sheet.panel(
        figure, (MARGIN + _LABEL_ROOM + 0.15, top, INSIDE - _LABEL_ROOM - 2.2, height), low - margin, high + margin
    )
    for (_, least, most), centre in zip(rows, centres, strict=True):
        left, right = least[1]["against"][name], most[1]["against"][name]
        width = right["estimate"] - left["estimate"]
        panel.barh(centre, width, left=left["estimate"], height=0.2, color=BAR, edgecolor=INK, linewidth=0.6)
        sheet.whisker(panel, centre - 0.04, left["low"], left["high"])
        sheet.whisker(panel, centre + 0.04, right["low"], right["high"])
    panel.axvline(0, color=INK, linewidth=1.2, zorder=4)
    lowest, highest = [least for _, least, _ in rows], [most for _, _, most in rows]
    for places, right, head in ((lowest, 1.1, "lowest,\nand at"), (highest, 0.0, "highest,\nand at")):
        cells = [f"{step(measure, point['against'][name]['estimate'])}\n{_short(value)}" for value, point in places]
        sheet.column(figure, WIDTH - MARGIN - right, top, head, cells, centres)
    sheet.ticks(panel, sheet.round_numbers(panel), lambda value: step(measure, value).removesuffix(".0"))
    counted = "percentage points" if measure["share"] else "rounds" if name == "round" else "points"
    note = f"difference from the scenario as it stands, over the same replicates, in {counted}"
    sheet.write(figure, MARGIN, top + height + 0.28, note, SMALL, color=SOFT)
    return figure


Place = tuple[str, Record]
"""A value as words, and the point at which it stands."""


def _ranges(summary: Record, name: str) -> list[tuple[Record, Place, Place]]:
    """Each changed path with its lowest and its highest point by the difference in a measure; the base counts with no
    difference."""
    none = {"estimate": 0.0, "low": 0.0, "high": 0.0}
    base: Place = ("as it stands", {"against": {name: none}})
    rows = []
    for n, changed in enumerate(summary["changed"]):
        own = [(sweep_words.values(changed)[p["levels"][n]], p) for p in summary["points"] if p["levels"][n] is not None]
        ranked = sorted([base, *own], key=lambda place: place[1]["against"][name]["estimate"])
        rows.append((changed, ranked[0], ranked[-1]))
    return sorted(rows, key=lambda row: -_reach(row, name))


def _reach(row: tuple[Record, Place, Place], name: str) -> float:
    return float(row[2][1]["against"][name]["estimate"] - row[1][1]["against"][name]["estimate"])


def _short(text: str) -> str:
    return text if len(text) <= 12 else f"{text[:11]}…"


def indices(summary: Record, name: str) -> Figure:
    """First and total Sobol' indices of each factor with their intervals, the largest total first; luck always."""
    measure, found = measure_of(summary, name), summary["found"][name]
    question = f"What does “{measure['text']}” hang on?"
    words = (sweep_words.title(summary), question, sweep_words.answer_of_indices(summary, name))
    if found["factors"] is None:
        return sheet.page(words, sweep_words.footer(summary), 0)[0]
    ranked = sweep_words.ranked_indices(found)
    luck = summary["factors"][-1]["name"]
    kept = ranked[:MOST_ROWS] if luck in ranked[:MOST_ROWS] else [*ranked[: MOST_ROWS - 1], luck]
    names = {factor["name"]: factor["text"] for factor in summary["factors"]}
    texts = sheet.wrapped([names[key] for key in kept], _LABEL_ROOM)
    centres, height = sheet.stack(texts, least=0.36)
    figure, top = sheet.page(words, sweep_words.footer(summary), height + 0.95)
    top += 0.35
    sheet.labels(figure, MARGIN + _LABEL_ROOM, top, texts, centres)
    rows = [found["factors"][key] for key in kept]
    low = min(0.0, *(row[kind]["low"] for row in rows for kind in ("first", "total")))
    high = max(row[kind]["high"] for row in rows for kind in ("first", "total"))
    panel = sheet.panel(figure, (MARGIN + _LABEL_ROOM + 0.1, top, INSIDE - _LABEL_ROOM - 2.3, height), low, 1.03 * high)
    for row, centre in zip(rows, centres, strict=True):
        for kind, shift, colour in (("total", 0.07, BAR), ("first", -0.07, "white")):
            panel.barh(centre + shift, row[kind]["estimate"], height=0.12, color=colour, edgecolor=INK, linewidth=0.6)
            sheet.whisker(panel, centre + shift, row[kind]["low"], row[kind]["high"])
    panel.axvline(0, color=INK, linewidth=1.2, zorder=4)
    for kind, right, head in (("first", 1.05, "□ first\n95 %"), ("total", 0.0, "■ total\n95 %")):
        cells = [f"{sweep_words.index(row[kind])}\n{sweep_words.ends_of_index(row[kind])}" for row in rows]
        _small_column(figure, WIDTH - MARGIN - right, top, head, cells, centres)
    sheet.ticks(panel, sheet.round_numbers(panel), sweep_words.number)
    rest = f"; {len(kept)} of {len(ranked)} shown" if len(kept) < len(ranked) else ""
    note = f"share of the variance: by the factor alone (first), with all that it does together with others (total){rest}"
    sheet.write(figure, MARGIN, top + height + 0.28, sheet.wrap(note, INSIDE, SMALL), SMALL, color=SOFT)
    return figure


def _small_column(figure: Figure, right: float, top: float, head: str, words: list[str], centres: list[float]) -> None:
    sheet.write(figure, right, top - 0.04, head, SMALL, ha="right", va="bottom", color=SOFT)
    for text, centre in zip(words, centres, strict=True):
        sheet.write(figure, right, top + centre, text, SMALL, ha="right", va="center")


def fifths(summary: Record, name: str) -> Figure:
    """The mean of a measure in each fifth of a factor, the factors along which it moves most first."""
    measure, found = measure_of(summary, name), summary["found"][name]
    question = f"Along which uncertain number does “{measure['text']}” move?"
    words = (sweep_words.title(summary), question, sweep_words.answer_of_fifths(summary, name))
    kept = sweep_words.ranked_fifths(found)[:MOST_ROWS]
    if not kept:
        return sheet.page(words, sweep_words.footer(summary), 0)[0]
    names = {factor["name"]: factor["text"] for factor in summary["factors"]}
    texts = sheet.wrapped([names[key] for key in kept], _LABEL_ROOM)
    centres, height = sheet.stack(texts, least=0.3)
    figure, top = sheet.page(words, sweep_words.footer(summary), height + 0.9)
    top += 0.35
    sheet.labels(figure, MARGIN + _LABEL_ROOM, top, texts, centres)
    rows = [found["fifths"][key] for key in kept]
    ends = [part[end] for row in rows for part in row for end in ("low", "high")]
    margin = 0.05 * ((max(ends) - min(ends)) or 1.0)
    place = (MARGIN + _LABEL_ROOM + 0.1, top, INSIDE - _LABEL_ROOM - 1.9, height)
    panel = sheet.panel(figure, place, min(ends) - margin, max(ends) + margin)
    for row, centre in zip(rows, centres, strict=True):
        _dots(panel, row, centre)
    panel.axvline(found["estimate"], color=FAINT, linewidth=1, zorder=1)
    for end, right, head in ((0, 0.85, "○ lowest\nfifth"), (-1, 0.0, "● highest\nfifth")):
        cells = [amount(measure, row[end]["estimate"]) for row in rows]
        sheet.column(figure, WIDTH - MARGIN - right, top, head, cells, centres)
    sheet.ticks(panel, sheet.round_numbers(panel), lambda value: amount(measure, value))
    rest = (
        f"; the first {len(kept)} of {len(found['fifths'])} that are single numbers" if len(kept) < len(found["fifths"]) else ""
    )
    note = f"{sweep_words.unit(measure)}, in each fifth of the factor's own law, from pale to dark{rest}"
    sheet.write(figure, MARGIN, top + height + 0.25, sheet.wrap(note, INSIDE, SMALL), SMALL, color=SOFT)
    return figure


def _dots(panel: Axes, row: list[Record], centre: float) -> None:
    """A dot a fifth, from white to ink, on the line of its interval."""
    for n, part in enumerate(row):
        grey = round(255 * (1 - n / (len(row) - 1)))
        look: dict[str, Any] = {"markersize": 5.5, "markeredgecolor": INK, "clip_on": False, "zorder": 5}
        panel.hlines(centre, part["low"], part["high"], color=BAR, linewidth=1)
        panel.plot(part["estimate"], centre, "o", markerfacecolor=f"#{grey:02x}{grey:02x}{grey:02x}", **look)
