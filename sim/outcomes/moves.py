"""The figure of a comparison: which replicates end otherwise than in the first scenario, and which clauses move.

Lengths are inches, as on the sheet. Shares run from 0 to 1.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sim.outcomes import sheet
from sim.outcomes.captions import percent, place, replicates
from sim.outcomes.sheet import BAR, HEADING, INK, INSIDE, LABEL, MARGIN, SMALL, SOFT, WIDTH, Figure, png
from sim.outcomes.store import write_bytes
from sim.outcomes.summary import Record

_SAME, _WON, _LOST, _ELSE = "#e2e2e2", BAR, "#d55e00", "#8a8a8a"
_HIGH = 3.0  # inches for all replicates together
_SIDE = 2.0  # inches for the labels on either side of the flows
_MOST_MOVES = 6
_MOST_OPTIONS = 24
_LEAST = 0.001  # share of a move that is drawn: a finer line would look like more than it is


class _Slot(NamedTuple):
    """An ending on one side of the flows: where its bar lies in the panel."""

    key: str
    top: float
    foot: float


def moves(summary: Record, letter: str) -> Figure:
    """What moves from the first scenario to the one of this letter: flows between endings above, clauses below."""
    told = summary["comparisons"][letter]
    clauses = _clauses(summary, told)
    texts = sheet.wrapped([text for text, _ in clauses], 3.0)
    centres, height = sheet.stack(texts, least=0.24) if texts else ([], 0.0)
    sides = (_slots(told, "first"), _slots(told, "other"))
    flows = max(slots[-1].foot for slots in sides) + 0.25
    listed = _moved(told)
    room = 0.3 + flows + 0.35 + sum(sheet.tall(words) + 0.05 for _, words in listed) + (0.95 + height if texts else 0.0)
    figure, top = sheet.page(_words(summary, letter, told), _footer(summary), room)
    top = _draw_flows(figure, top, told, letter, sides, flows)
    top = _draw_moved(figure, top, told, listed)
    if texts:
        _draw_clauses(figure, top + 0.35, letter, texts, [one for _, one in clauses], (centres, height))
    return figure


def save_moves(summary: Record, folder: Path) -> list[Path]:
    """Draws the figure of each pair into `folder`, made if missing; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {letter: folder / f"moves_A_{letter}.png" for letter in summary["comparisons"]}
    for letter, path in paths.items():
        write_bytes(path, png(moves(summary, letter)))
    return list(paths.values())


def _words(summary: Record, letter: str, told: Record) -> tuple[str, str, str]:
    """Title, question and answer."""
    one, other = summary["scenarios"]["A"], summary["scenarios"][letter]
    title = f"A: {one['label']} ({one['title']}).  {letter}: {other['label']}"
    title += f" ({other['title']})." if not other["changes"] else " (A with this changed)."
    agreement = told["agreement"]
    doubts = f"sampling {_interval(agreement)}"
    doubts += f"; interior values moved {_interval(agreement['assumptions'])}" if agreement["assumptions"] else ""
    moved = (
        f"{percent(told['otherwise'])} of {replicates(summary)} end otherwise"
        if told["otherwise"]
        else "No replicate ends otherwise"
    )
    answer = (
        f"{moved}; agreement goes from {percent(agreement['first'])} to {percent(agreement['other'])}, by "
        f"{_plus(agreement['difference'])} percentage points ({doubts})."
    )
    return title, f"What moves from A to {letter}?", answer


def _interval(one: Record) -> str:
    return f"{_plus(one['low'])} to {_plus(one['high'])}"


def _plus(share: float) -> str:
    """A difference in percentage points, with its sign unless it rounds to 0."""
    text = f"{100 * share:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text.replace("-", "−")


def _footer(summary: Record) -> str:
    return (
        f"{replicates(summary)} of each, seed {summary['seed']}, the same luck. Black lines: the difference, laid off from A, "
        "with its paired 95\u00a0% sampling interval (Agresti and Min 2005). Not a forecast."
    )


def _text(told: Record, key: str) -> str:
    return "Agreement" if key == "agreed" else str(told["endings"][key]["text"])


def _label(told: Record, side: str, key: str) -> str:
    share = told["agreement"] if key == "agreed" else told["endings"][key]
    return sheet.wrap(f"{_text(told, key)} {percent(share[side])}", _SIDE, LABEL)


def _slots(told: Record, side: str) -> list[_Slot]:
    """The endings that came about on this side, agreement on top, each with room for its label."""
    shares = {"agreed": told["agreement"][side], **{key: one[side] for key, one in told["endings"].items()}}
    slots, top = [], 0.0
    for key, share in shares.items():
        if share:
            high = share * _HIGH
            room = max(high, sheet.tall(_label(told, side, key))) + 0.08
            middle = top + room / 2
            slots.append(_Slot(key, middle - high / 2, middle + high / 2))
            top += room
    return slots


def _colour(first: str, other: str) -> str:
    if first == other:
        return _SAME
    return _WON if other == "agreed" else _LOST if first == "agreed" else _ELSE


def _draw_flows(
    figure: Figure, top: float, told: Record, letter: str, sides: tuple[list[_Slot], list[_Slot]], height: float
) -> float:
    """Bands from each ending in A to each in the other, as wide as their shares; returns the place below them."""
    left, right = MARGIN + _SIDE + 0.1, WIDTH - MARGIN - _SIDE - 0.1
    sheet.write(figure, left, top, "Endings in A", HEADING, ha="right", weight="bold")
    sheet.write(figure, right, top, f"Endings in {letter}", HEADING, weight="bold")
    top += 0.3
    panel = sheet.panel(figure, (left + 0.12, top, right - left - 0.24, height))
    ends = [{slot.key: slot.top for slot in slots} for slots in sides]
    order = {slot.key: number for number, slot in enumerate(sides[1])}
    for slot in sides[0]:
        cells = [cell for cell in told["moves"] if cell["first"] == slot.key]
        for cell in sorted(cells, key=lambda cell: order[cell["other"]]):
            wide = cell["share"] * _HIGH
            starts = [ends[0][cell["first"]], ends[1][cell["other"]]]
            bands = [(start, start + wide) for start in starts]
            if cell["share"] >= _LEAST:
                moved = cell["first"] != cell["other"]
                sheet.ribbon(panel, bands[0], bands[1], _colour(cell["first"], cell["other"]), moved)
            ends[0][cell["first"]] += wide
            ends[1][cell["other"]] += wide
    for side, slots, edge, align in (("first", sides[0], left, "right"), ("other", sides[1], right, "left")):
        bar = sheet.panel(figure, (edge + (0.04 if align == "right" else -0.12), top, 0.08, height))
        for slot in slots:
            bar.fill_between([0, 1], slot.top, slot.foot, color=INK)
            middle = top + (slot.top + slot.foot) / 2
            sheet.write(figure, edge, middle, _label(told, side, slot.key), LABEL, ha=align, va="center")
    return top + height


def _moved(told: Record) -> list[tuple[Record, str]]:
    """The most frequent moves, each with its words."""
    cells = [cell for cell in told["moves"] if cell["first"] != cell["other"]][:_MOST_MOVES]
    words = [f"{_text(told, cell['first'])} → {_text(told, cell['other'])}" for cell in cells]
    return list(zip(cells, sheet.wrapped(words, INSIDE - 2.05), strict=True))


def _draw_moved(figure: Figure, top: float, told: Record, listed: Sequence[tuple[Record, str]]) -> float:
    """The key to the colours, and the most frequent moves in words; returns the place below them."""
    across = MARGIN
    for colour, words in (
        (_WON, "to agreement"),
        (_LOST, "from agreement"),
        (_ELSE, "between others"),
        (_SAME, "unmoved"),
    ):
        sheet.write(figure, across, top + 0.1, "■", LABEL, color=colour)
        sheet.write(figure, across + 0.22, top + 0.1, words, SMALL, color=SOFT)
        across += 0.5 + sheet.wide(words, SMALL)
    if any(cell["share"] < _LEAST for cell in told["moves"]):
        note = f"moves below {place(_LEAST)} are not drawn"
        sheet.write(figure, WIDTH - MARGIN, top + 0.1, note, SMALL, ha="right", color=SOFT)
    top += 0.35
    for cell, words in listed:
        sheet.write(figure, MARGIN, top, "■", LABEL, color=_colour(cell["first"], cell["other"]))
        sheet.write(figure, MARGIN + 0.75, top, percent(cell["share"]), LABEL, ha="right")
        sheet.write(figure, MARGIN + 0.85, top, words, LABEL)
        sheet.write(figure, WIDTH - MARGIN, top, f"as in replicate {cell['example']}", SMALL, ha="right", color=SOFT)
        top += sheet.tall(words) + 0.05
    return top


def _clauses(summary: Record, told: Record) -> list[tuple[str, Record]]:
    """Clauses as words and differences: all that came about, or those that moved most, in their order."""
    every = [
        (f"{issue.replace('_', ' ')}: {summary['wording']['issues'][issue]['options'][option]}", one)
        for issue, cross in told["issues"].items()
        for option, one in cross["options"].items()
    ]
    most = sorted(every, key=lambda clause: -abs(clause[1]["difference"]))[:_MOST_OPTIONS]
    return [clause for clause in every if clause in most]


def _draw_clauses(
    figure: Figure, top: float, letter: str, texts: Sequence[str], shares: Sequence[Record], rows: tuple[list[float], float]
) -> None:
    """A dumbbell a clause, with its interval, and the numbers beside it."""
    centres, height = rows
    sheet.write(figure, MARGIN, top, "Agreed, of all replicates", HEADING, weight="bold")
    top += 0.4
    label = sheet.longest(texts)
    sheet.labels(figure, MARGIN + label, top, texts, centres)
    ends = [end for one in shares for end in (one["first"], one["other"], one["first"] + one["low"], one["first"] + one["high"])]
    columns = 2.45
    width = INSIDE - label - 0.2 - columns
    panel = sheet.panel(figure, (MARGIN + label + 0.15, top, width, height), min(0.0, *ends), 1.03 * max(ends))
    sheet.dumbbells(panel, centres, [one["first"] for one in shares], [one["other"] for one in shares])
    for one, centre in zip(shares, centres, strict=True):
        sheet.whisker(panel, centre + 0.085, one["first"] + one["low"], one["first"] + one["high"])
    sheet.ticks(panel, sheet.round_numbers(panel), place)
    right = WIDTH - MARGIN
    sheet.column(figure, right - 1.85, top, "○ A", [percent(one["first"]) for one in shares], centres)
    sheet.column(figure, right - 1.2, top, f"● {letter}", [percent(one["other"]) for one in shares], centres)
    sheet.column(figure, right, top, "difference, 95\u00a0%", [_interval(one) for one in shares], centres)
