"""The figures of the pages on single text, random proposer and the deal menu.

Run it with `python docs/mechanisms/make_talks.py`; it takes some minutes, most of them for the menu.
"""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from make import HERE, SEED, Line, blank, by_round, chart, lefts, played

import sim
from sim.case.arrays import Floats
from sim.case.chance import Chance
from sim.case.deals import these_deals
from sim.case.numbers import Draws
from sim.case.reading import validate
from sim.case.stakes import GRID, as_worth
from sim.outcomes import sheet
from sim.outcomes.optimum import Space
from sim.outcomes.sheet import Figure
from sim.studies.blocks import Study
from sim.talks.negotiation import Negotiation

GARDEN = str(HERE / "garden.yaml")
REPLICATES = 2000
ISSUES, POINTS, PAIRS = 24, 1.0, 100  # yes-or-no issues; the most a pair of them brings, in points; pairs of parties played
SIZES = (50, 100, 150, 200, 250)  # of menus on a space that can be listed; no more are found there
WIDE_SIZES, DRAWS = (60, 125, 250, 500, 1000, 2000, 4000), 100  # of menus on one that cannot, and draws in which it is judged


def coupled(first: dict[str, Any], second: dict[str, Any]) -> Study:
    """Two parties over a text of yes-or-no issues; what any two of them in it together bring each party is drawn by lot."""
    bits = [f"bit_{n}" for n in range(ISSUES)]
    issues = {"rest": {"question": "What else?", "options": {"nothing": "nothing"}}}
    issues |= {bit: {"question": "Is it in?", "options": {"out": "out", "in": "in"}} for bit in bits}
    party = {"weights": {"rest": 1} | dict.fromkeys(bits, 0), "values": {"rest": {"nothing": 0}}, "no_deal": -100}
    together = {"uniform": [-POINTS, POINTS]}
    linkages = [
        {"party": name, "when": {one: "in", other: "in"}, "points": together}
        for name in "ab"
        for one, other in combinations(bits, 2)
    ]
    tree = {
        "title": "A text in which all hangs together",
        "issues": issues,
        "packages": {"nothing": {"rest": "nothing"} | dict.fromkeys(bits, "out")},
        "parties": {"a": party | {"strategy": first}, "b": party | {"strategy": second}},
        "linkages": linkages,
        "talks": {"rounds": 60, "protocol": {"single_text": {"revisions": 20}}},
    }
    return Study(validate(tree, Negotiation))


def ends_with(first: dict[str, Any], second: dict[str, Any]) -> tuple[float, float]:
    """What the text brings the two in the end, in points (means)."""
    frame = sim.run(coupled(first, second), PAIRS, SEED).to_frame()
    return float(frame["utility.a"].mean()), float(frame["utility.b"].mean())


def single_text() -> Figure:
    """What climbers and annealers get of a text in which all hangs together; and agreement by how well the mediator hears."""
    figure, (one, two) = blank(2), lefts(2)
    heats, climbs = np.linspace(0.25, 6, 9), {"hill_climbing": {}}
    anneals = [{"annealing": {"temperature": float(heat)}} for heat in heats]
    mixed = np.array([ends_with(climbs, hot) for hot in anneals])
    both = [sum(ends_with(hot, hot)) / 2 for hot in anneals]
    lines = [
        Line("climbs, other anneals", heats, mixed[:, 0]),
        Line("both anneal", heats, both),
        Line("both climb", heats, np.full(len(heats), sum(ends_with(climbs, climbs)) / 2)),
        Line("anneals, other climbs", heats, mixed[:, 1]),
    ]
    chart(figure, one, "Points from the text in the end", "temperature, points", lines, (-10, 30))
    chances = np.linspace(0, 0.5, 11)
    kinds = {"opens halfway": "opens: halfway, ", "opens by lot": "", "by lot, Ada mediates": "mediator: ada, "}
    texts = {name: [f"{{{kind}mishears: {chance:g}}}" for chance in chances] for name, kind in kinds.items()}
    lines = [Line(name, 100 * chances, [_agreed(text) for text in of]) for name, of in texts.items()]
    chart(figure, two, "Agreement, % of replicates", "chance that an answer is misheard, %", lines, (0, 100))
    return figure


def _agreed(text: str) -> float:
    """The share of agreement over the garden by a single text, in percent."""
    climbs = tuple(f"parties.{party}.strategy={{hill_climbing: {{}}}}" for party in ("ada", "bo", "cem"))
    frame = sim.run(GARDEN, REPLICATES, SEED, changes=(f"talks.protocol={{single_text: {text}}}", *climbs)).to_frame()
    return float(100 * (frame["ending"] == "agreed").mean())


def random_proposer() -> Figure:
    """What each gains by how often one proposes; and how soon three agree where two are enough."""
    figure, (one, two) = blank(2), lefts(2)
    chances = np.linspace(0.05, 0.95, 10)
    solved = tuple(f"parties.{party}.strategy={{equilibrium: {{}}}}" for party in ("sara", "ben"))
    lines = []
    for words, strategies in (("in equilibrium", solved), ("demands fall", ())):
        written = [f"talks.protocol={{random_proposer: {{recognition: {{sara: {x:g}, ben: {1 - x:g}}}}}}}" for x in chances]
        frames = [played("sale", change, *strategies).to_frame() for change in written]
        for key, name in (("sara", "Sara"), ("ben", "Ben")):
            lines.append(Line(f"{name}, {words}", 100 * chances, [float(frame[f"gain.{key}"].mean()) for frame in frames]))
    chart(figure, one, "Gain over no deal, points, all talks", "rounds in which Sara proposes, %", lines, (0, 16))
    lines = []
    for name, votes in (("two of three", 2), ("all three", 3)):
        vote = (f"talks.vote={{quota: {votes}}}", "talks.protocol=random_proposer")
        lines.append(by_round(GARDEN, *vote)._replace(name=name))
    chart(figure, two, "Agreed so far, % of replicates", "round", lines, (0, 100))
    return figure


def menu() -> Figure:
    """How often talks over a menu end as over all deals; and how far the best on a menu falls short of the best there is."""
    figure, (one, two) = blank(2), lefts(2)
    whole = sim.load("berlin")
    ends = sim.run(whole, REPLICATES, SEED).to_frame()["ending"]
    lots = np.random.default_rng(SEED).permutation(whole.deals.count)
    rows = [whole.deals.rows[np.sort(lots[:size])] for size in SIZES]
    kinds = {
        "a menu": [sim.load("berlin", [f"talks.menu={size}"]) for size in SIZES],
        "deals by lot": [Study(whole.negotiation, listed=these_deals(whole.negotiation, some)) for some in rows],
    }
    lines = [Line(name, SIZES, [_same(study, ends) for study in studies]) for name, studies in kinds.items()]
    chart(figure, one, "Same ending as over all 750 deals, %", "deals shared", lines, (80, 100))
    known, shared = (np.median(np.array(_shortfalls(own)), axis=1) for own in (True, False))
    lines = [Line("shared deals alone", WIDE_SIZES, shared), Line("own deals too", WIDE_SIZES, known)]
    chart(figure, two, "Short of the best least gain, points (median)", "deals shared, of those on twenty issues", lines, (0, 10))
    return figure


def _same(study: Study, ends: pd.Series) -> float:
    """How often talks end in this way, in percent."""
    return float(100 * (sim.run(study, REPLICATES, SEED).to_frame()["ending"] == ends).mean())


def _shortfalls(own: bool) -> list[Floats]:
    """By how many points (DRAWS,) the best of menus of several sizes, own deals counted or not, falls short of the best least
    gain of all deals."""
    found, best = [], None
    for size in WIDE_SIZES:
        study = sim.load("berlin_20_points", [f"talks.menu={size}"])
        stakes = study.stakes(Draws(Chance(SEED, 0, DRAWS), study.negotiation.quantities))
        if best is None:
            best = [Space(study.negotiation, stakes, r).least() for r in range(DRAWS)]
        worth = stakes.worth[:, :, : -1 if own else study.deals.count]
        gains = (worth // 4096 - as_worth(stakes.no_deal[0])[:, :, None] // 4096) / GRID
        found.append(100 * (np.array([one.gains.min() for one in best if one is not None]) - gains.min(axis=0).max(axis=1)))
    return found


FIGURES = {"single_text": single_text, "random_proposer": random_proposer, "menu": menu}


if __name__ == "__main__":
    for name, draw in FIGURES.items():
        (HERE / "figures" / f"{name}.png").write_bytes(sheet.png(draw()))
