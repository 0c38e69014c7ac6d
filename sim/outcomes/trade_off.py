"""The figure of a search among levers: what each chance of what is wanted costs."""

from pathlib import Path
from typing import Any

from sim.outcomes import lever_words, sheet
from sim.outcomes.captions import percent, place, span
from sim.outcomes.sheet import BAR, INK, INSIDE, LABEL, MARGIN, SMALL, SOFT, WIDTH, Axes, Figure
from sim.outcomes.store import write_bytes

Record = dict[str, Any]

QUESTION = "What does it cost to make it likelier?"
HIGH = 2.6  # inches of the panel
LEFT = 0.75  # inches for the words of its upright axis
WORDS = 4.3  # inches for a change in words


def trade_off(record: Record) -> Figure:
    """Cost against chance for the cheapest changes found, each with its interval, and in a list below what is changed."""
    curve = record["curve"]
    texts = [_words(found, record) for found in curve]
    centres, height = sheet.stack(texts)
    words = (record["title"], QUESTION, lever_words.answer(record))
    figure, top = sheet.page(words, lever_words.footer(record), HIGH + 1.35 + height)
    head = f"Chance of {lever_words.wanted(record)}"
    sheet.write(figure, MARGIN, top, head, SMALL, color=SOFT)
    most = max(max(found["cost"] for found in curve), 1e-9)
    panel = sheet.panel(figure, (MARGIN + LEFT, top + 0.35, INSIDE - LEFT - 1.0, HIGH), -0.02 * most, 1.03 * most)
    _draw(panel, record)
    _scale(figure, top + 0.35, panel, record)
    sheet.write(figure, MARGIN + LEFT + (INSIDE - LEFT - 1.0) / 2, top + HIGH + 0.6, "cost", SMALL, ha="center", color=SOFT)
    _list(figure, top + HIGH + 1.25, record, texts, centres)
    return figure


def _words(found: Record, record: Record) -> str:
    """A change in words, wrapped as wide as it will be written."""
    return sheet.wrapped([lever_words.moves(found)], WORDS, _weight(found, record))[0]


def _weight(found: Record, record: Record) -> str:
    """Bold for the best."""
    return "bold" if _is_best(found, record) else "normal"


def _is_best(found: Record, record: Record) -> bool:
    return record["best"] is not None and bool(found["set"] == record["best"]["set"])


def _down(chance: float) -> float:
    """Where a chance lies, in inches below the panel's top."""
    return HIGH * (1 - chance)


def _draw(panel: Axes, record: Record) -> None:
    """The target, the steps of the curve, and a numbered mark for each change, a full one for the best."""
    curve = record["curve"]
    costs, shares = [found["cost"] for found in curve], [_down(found["chance"]["share"]) for found in curve]
    target = _down(record["target"])
    panel.axhline(target, color=INK, linewidth=1.0, linestyle=(0, (5, 3)), zorder=2)
    panel.step(costs, shares, where="post", color=BAR, linewidth=1.6, zorder=2)
    for number, found in enumerate(curve, 1):
        across, chance = found["cost"], found["chance"]
        sheet.stroke(panel, [across, across], [_down(chance["low"]), _down(chance["high"])], 1.0)
        fill = INK if _is_best(found, record) else "white"
        look: dict[str, Any] = {"markersize": 4.5, "markerfacecolor": fill, "markeredgecolor": INK}
        panel.plot([across], [_down(chance["share"])], "o", clip_on=False, zorder=5, **look)
        look = {"textcoords": "offset points", "ha": "center", "va": "center", "fontsize": SMALL, "color": INK}
        look["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}  # the target runs through some of them
        below = -9 if chance["share"] > 0.97 else 9
        panel.annotate(str(number), (across, _down(chance["share"])), xytext=(-7, below), **look)


def _scale(figure: Figure, top: float, panel: Axes, record: Record) -> None:
    """Shares and the target beside the panel, costs under it."""
    target = f"target {percent(record['target'])}"
    sheet.write(figure, WIDTH - MARGIN - 0.95, top + _down(record["target"]), target, SMALL, va="center", color=SOFT)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        panel.axhline(_down(share), color=sheet.GRID, linewidth=0.7, zorder=1)
        sheet.write(figure, MARGIN + LEFT - 0.1, top + _down(share), place(share), SMALL, ha="right", va="center", color=SOFT)
    sheet.ticks(panel, sheet.round_numbers(panel), lever_words.cost)


def _list(figure: Figure, top: float, record: Record, texts: list[str], centres: list[float]) -> None:
    """The changes of the curve in words, with cost and chance."""
    curve = record["curve"]
    sheet.labels(figure, MARGIN + 0.25, top, [str(number) for number, _ in enumerate(curve, 1)], centres)
    sheet.column(figure, MARGIN + 0.85, top, "cost", [lever_words.cost(found["cost"]) for found in curve], centres)
    shares = [percent(found["chance"]["share"]) for found in curve]
    sheet.column(figure, MARGIN + 1.6, top, "chance", shares, centres)
    spans = [span(found["chance"]["low"], found["chance"]["high"]) for found in curve]
    sheet.column(figure, MARGIN + 2.65, top, "sampling\ninterval", spans, centres)
    sheet.write(figure, MARGIN + 2.85, top - 0.04, "what is changed", SMALL, va="bottom", color=SOFT)
    for text, centre, found in zip(texts, centres, curve, strict=True):
        sheet.write(figure, MARGIN + 2.85, top + centre, text, LABEL, va="center", weight=_weight(found, record))


def save_trade_off(record: Record, folder: Path) -> Path:
    """The figure as a PNG in a folder, made if missing; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(folder / "trade_off.png", sheet.png(trade_off(record)))
    return folder / "trade_off.png"
