"""The figures of the pages on the world, events, pressure, rooms and presence.

Run it with `python docs/mechanisms/make.py`; it takes about a minute. Each figure is played with scenarios that come with the
program, changed as its page says; all lines of a figure share their luck, replicate by replicate.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

import sim
from sim.case.arrays import Floats
from sim.case.chance import Chance
from sim.case.numbers import Draws
from sim.outcomes import sheet
from sim.outcomes.plots import PARTY_COLOURS
from sim.outcomes.sheet import LABEL, MARGIN, SMALL, SOFT, Axes, Figure
from sim.talks.world import Variable, path_of

HERE = Path(__file__).parent
REPLICATES, SEED, ROUNDS = 4000, 1, 20
WIDE, HIGH, BESIDE = 3.1, 1.7, 2.05  # inches of a panel, and of what stands right of it
NAME = 0.17  # inches of a line's name


class Line(NamedTuple):
    """A line of a chart: its name, and its points."""

    name: str
    across: Sequence[float] | Floats
    up: Sequence[float] | Floats


def played(name: str, *changes: str) -> sim.Outcomes:
    """A scenario played with some changes."""
    return sim.run(name, REPLICATES, SEED, changes=changes)


def agreed(name: str, *changes: str) -> float:
    """The share of agreement, in percent."""
    return float(100 * (played(name, *changes).to_frame()["ending"] == "agreed").mean())


def by_round(name: str, *changes: str) -> Line:
    """The share of replicates that have agreed by each round, in percent."""
    frame = played(name, *changes).to_frame()
    ends = frame["round"].where(frame["ending"] == "agreed", ROUNDS + 1)
    steps = np.arange(1, ROUNDS + 1)
    return Line("", steps, [100 * float((ends <= step).mean()) for step in steps])


def chart(figure: Figure, left: float, head: str, foot: str, lines: Iterable[Line], ends: tuple[float, float]) -> None:
    """A panel with its head above, what runs across below it, and lines named at their right ends."""
    low, high = ends
    lines = list(lines)
    first, last = min(min(line.across) for line in lines), max(max(line.across) for line in lines)
    panel = sheet.panel(figure, (left, MARGIN + 0.25, WIDE, HIGH), first, last)
    sheet.ticks(panel, sheet.round_numbers(panel), _number)
    levels = np.linspace(low, high, 3)
    places = [_down(level, low, high) for level in levels]
    panel.set_yticks(places, [_number(level) for level in levels], fontsize=SMALL, color=SOFT)
    panel.tick_params(axis="y", length=0, pad=3)
    panel.grid(axis="y", color=sheet.GRID, linewidth=0.7)
    for number, line in enumerate(lines):
        _draw(panel, line, low, high, PARTY_COLOURS[(0, 1, 4, 5)[number % 4]])
    _name(figure, left, lines, low, high)
    sheet.write(figure, left, MARGIN, head, LABEL, weight="bold")
    sheet.write(figure, left + WIDE / 2, MARGIN + HIGH + 0.48, foot, SMALL, ha="center", color=SOFT)


def _number(level: float) -> str:
    return f"{level:g}".replace("-", "−")


def _down(level: float, low: float, high: float) -> float:
    """Inches below a panel's top."""
    return HIGH * (1 - (level - low) / (high - low))


def _draw(panel: Axes, line: Line, low: float, high: float, colour: str) -> None:
    panel.plot(line.across, [_down(level, low, high) for level in line.up], color=colour, linewidth=1.6, clip_on=False)


def _name(figure: Figure, left: float, lines: list[Line], low: float, high: float) -> None:
    """The names beside the lines' ends, moved apart where they would touch, and kept beside the panel."""
    order = sorted((_down(line.up[-1], low, high), number) for number, line in enumerate(lines) if line.name)
    places: list[float] = []
    for down, _ in order:
        places.append(max(down, places[-1] + NAME) if places else down)
    for above in range(len(places) - 1, -1, -1):
        places[above] = min(places[above], HIGH - NAME * (len(places) - 1 - above))
    for place, (_, number) in zip(places, order, strict=True):
        colour, top = PARTY_COLOURS[(0, 1, 4, 5)[number % 4]], MARGIN + 0.25 + place
        sheet.write(figure, left + WIDE + 0.08, top, lines[number].name, SMALL, va="center", color=colour)


def blank(panels: int) -> Figure:
    """An empty figure with room for so many panels beside each other."""
    wide = MARGIN + panels * (WIDE + BESIDE)
    return Figure(figsize=(wide, MARGIN + 0.25 + HIGH + 0.75), dpi=sheet.DPI, facecolor="white")


def lefts(panels: int) -> list[float]:
    """Where panels begin."""
    return [MARGIN + 0.2 + number * (WIDE + BESIDE) for number in range(panels)]


def world() -> Figure:
    """Paths of three kinds, and what a drift of one party's no-deal value does."""
    figure, (one, two) = blank(2), lefts(2)
    draws = Draws(Chance(SEED, 0, 1))
    kinds = {
        "drift: 1": Variable(drift=1.0),
        "spread: 3": Variable(spread=3.0),
        "pull: 0.3, to: 10, spread: 1": Variable(pull=0.3, to=10.0, spread=1.0),
    }
    paths = [Line(name, range(1, ROUNDS + 1), path_of(kind, "front", ROUNDS, draws)[:, 0]) for name, kind in kinds.items()]
    chart(figure, one, "The variable, one path of each kind", "round", paths, (-30, 30))
    drifts = np.linspace(-2, 2, 17)
    both = {"Sara's": "{sara: 1}", "both": "{sara: 1, ben: 1}", "opposite ways": "{sara: 1, ben: -1}"}
    lines = [
        Line(name, drifts, [agreed("sale", f"world={{market: {{drift: {drift:g}, moves: {moves}}}}}") for drift in drifts])
        for name, moves in both.items()
    ]
    chart(figure, two, "Agreement, % of replicates", "drift of no-deal values, points a round", lines, (0, 100))
    return figure


def events() -> Figure:
    """Agreements by round under four events."""
    figure, (left,) = blank(1), lefts(1)
    happen = {
        "nothing happens": "",
        "deadline: 4": "{deadline: 4, at: 10}",
        "no_deal: {sara: -15}": "{no_deal: {sara: -15}, at: 10}",
        "breaks_off, chance: 0.05": "{breaks_off: true, chance: 0.05}",
    }
    lines = []
    for name, event in happen.items():
        changes = (f"events={{news: {event}}}",) if event else ()
        lines.append(by_round("sale", *changes)._replace(name=name))
    chart(figure, left, "Agreed so far, % of replicates", "round", lines, (0, 80))
    return figure


def pressure() -> Figure:
    """Agreement by points of pressure, and by how often it backfires."""
    figure, (left,) = blank(1), lefts(1)
    points = np.linspace(0, 4, 17)
    lines = [
        Line(
            f"backfires: {chance:g}",
            points,
            [agreed("sale", f"pressure=[{{by: ben, on: sara, points: {x:g}, backfires: {chance:g}}}]") for x in points],
        )
        for chance in (0, 0.5, 1)
    ]
    chart(figure, left, "Agreement, % of replicates", "points each time Sara refuses what Ben would sign", lines, (0, 100))
    return figure


def rooms() -> Figure:
    """What each of three gains where two of them draft first, by how long they do."""
    figure, (left,) = blank(1), lefts(1)
    firsts = range(1, ROUNDS - 1)  # with a round more nothing is agreed, and nobody gains
    names = {"ada": "Ada, who drafts", "bo": "Bo, who drafts", "cem": "Cem, who does not"}
    frames = []
    for first in firsts:
        plan = f"[{{parties: [ada, bo], rounds: {first}}}, {{parties: [ada, bo, cem], rounds: {ROUNDS - first}}}]"
        frame = played(str(HERE / "garden.yaml"), f"talks.rooms={plan}").to_frame()
        frames.append(frame[frame["ending"] == "agreed"])
    lines = [Line(name, firsts, [float(frame[f"gain.{key}"].mean()) for frame in frames]) for key, name in names.items()]
    chart(figure, left, "Gain over no deal in agreements, points", "rounds of the first room, of 20 in all", lines, (0, 20))
    return figure


def presence() -> Figure:
    """Agreement by the round in which one party enters, or after which it leaves."""
    figure, (left,) = blank(1), lefts(1)
    rounds = range(1, ROUNDS + 1)
    lines = [
        Line(name, rounds, [agreed("sale", f"talks.present={{ben: {{{key}: {number}}}}}") for number in rounds])
        for name, key in (("Ben enters in it", "enters"), ("Ben leaves after it", "leaves"))
    ]
    chart(figure, left, "Agreement, % of replicates", "the round in question", lines, (0, 60))
    return figure


FIGURES = {"world": world, "events": events, "pressure": pressure, "rooms": rooms, "presence": presence}


if __name__ == "__main__":
    for name, draw in FIGURES.items():
        (HERE / "figures" / f"{name}.png").write_bytes(sheet.png(draw()))
