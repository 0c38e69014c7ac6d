"""How a game ended: for one chair beside the program's own strategies, or for all chairs; the deal on the frontier; the story."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from nicegui import ui

from sim.outcomes.captions import key_words, percent, points
from sim.web import paths
from sim.web.pieces import Chart
from sim.web.tables import Words, paragraph, table

Record = dict[str, Any]

_NAMES = {"nash": "Nash", "kalai_smorodinsky": "Kalai-Smorodinsky"}


def ending(words: Words, stands: Record, chair: str | None) -> None:
    """Lay it out; for everybody where there is no chair."""
    told, debriefs = stands["told"], stands["debriefs"]
    ui.label("How it ended").classes("question").props("role=heading aria-level=2")
    results = all_results(words, debriefs) if chair is None else own_result(words, debriefs[chair])
    ui.html(results, sanitize=False).classes("scrolled")
    if chair is not None:
        Chart("Beside what the program's own strategies gained in this chair").show(paths.spread(*_gains(debriefs[chair])))
    one = chair or next(iter(words.names))
    two = next((name for name in words.names if name != one), one)
    walk = Chart("The deal on the frontier, beside the program's")
    with ui.row().classes("tools"):
        across = ui.select(words.names, value=one, label="Across").props("outlined dense")
        up = ui.select(words.names, value=two, label="Up").props("outlined dense")

    def draw() -> None:
        walk.show(paths.walk(words.names, told, (across.value, up.value), len(told["offers"]), _marks(words, debriefs)))

    for box in (across, up):
        box.on_value_change(draw)
    draw()
    with ui.expansion("The whole story").classes("w-full group"):
        ui.label(told["story"]).classes("story")


def own_result(words: Words, told: Record) -> str:
    """A chair's result beside the program's in the same luck, its place among the program's in other luck, solution points."""
    own, program, others = told["own"], told["program"], told["others"]
    rows = [_result(words, "You", own), _result(words, "The program in your chair, with the same luck", program)]
    low, middle, high = (points(others["quantiles"][n], True) for n in (25, 50, 75))
    luck = (
        f"With other luck, in {others['replicates']:,} replicates, the program in your chair came to an agreement in "
        f"{percent(others['agreed'])}. It gained {middle} points at the median, {low} to {high} in the middle half: less than "
        f"you in {percent(others['less'])}, the same in {percent(others['same'])}, more in {percent(others['more'])}."
    )
    return table("Your result", ["", "ending", "points", "over no deal"], rows) + paragraph(luck) + _solutions(words, told)


def _result(words: Words, who: str, one: Record) -> tuple[str, ...]:
    deal = "; ".join(words.option(issue, option) for issue, option in (one["deal"] or {}).items())
    return (
        who,
        f"{one['text']}, round {one['round']}" + (f": {deal}" if deal else ""),
        points(one["utility"]),
        points(one["gain"], True),
    )


def _solutions(words: Words, told: Record) -> str:
    found = [(name, point) for name, point in told["solutions"].items() if point]
    if not found:
        return paragraph("There is no solution point here: no deal is worth signing to all who must.")
    rows = [
        (
            _NAMES.get(name, key_words(name)),
            "; ".join(words.option(issue, option) for issue, option in point["deal"].items()),
            points(point["points"]),
        )
        for name, point in found
    ]
    return table("Solution points of this replicate", ["solution", "deal", "your points"], rows)


def all_results(words: Words, debriefs: Record) -> str:
    """Points of every party, beside those where the program plays all chairs."""
    rows = [
        (words.names[party], points(one["own"]["utility"]), points(one["own"]["gain"], True), points(one["program"]["utility"]))
        for party, one in debriefs.items()
    ]
    return table("Points", ["party", "this table", "over no deal", "the program, same luck"], rows)


def _marks(words: Words, debriefs: Record) -> list[Record]:
    """This table's result, the program's, and Nash's solution, as signs of their own."""
    looks: dict[str, tuple[str, str, str, int, Callable[[Record], float | None]]] = {
        "this table": ("rect", "#ffd400", "top", 22, lambda one: float(one["own"]["utility"])),
        "Nash": (
            "diamond",
            "#cc79a7",
            "right",
            18,
            lambda one: one["solutions"]["nash"] and float(one["solutions"]["nash"]["points"]),
        ),
        "the program": ("triangle", "#ffffff", "bottom", 12, lambda one: float(one["program"]["utility"])),
    }
    marks = []
    for name, (sign, colour, side, size, of) in looks.items():
        worth = {party: of(debriefs[party]) for party in words.names}
        if None not in worth.values():
            marks.append({"name": name, "sign": sign, "colour": colour, "side": side, "size": size, "points": worth})
    return marks


def _gains(told: Record) -> tuple[list[float], list[float], Record]:
    """Shares (%) of the program's replicates by gain, in steps of five points, their places, and what is to be marked."""
    quantiles = told["others"]["quantiles"]
    middles = [(a + b) / 2 for a, b in pairwise(quantiles)]
    steps = sorted({5 * (gain // 5) for gain in middles})
    shares = [sum(5 * (gain // 5) == step for gain in middles) / len(middles) * 100 for step in steps]
    marks = {"you": told["own"]["gain"], "the program here": told["program"]["gain"]}
    return shares, [step + 2.5 for step in steps], marks
