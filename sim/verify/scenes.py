"""Scenarios for the claims, written as a file would say them, read and played by the program as a user's file is.

A scale of the program runs from the worst option, 0, to the best, 100. Where a claim needs deals in the middle of a scale, two
options that an exclusion forbids, `heaven` and `hell`, mark its ends for everybody.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from string import ascii_lowercase
from typing import Any

import numpy as np

from sim.case.arrays import Array, Floats
from sim.case.faults import BadInput
from sim.case.numbers import Draws
from sim.case.reading import Draft
from sim.outcomes.zone import Zone
from sim.studies.blocks import Study
from sim.studies.runs import Outcomes, run
from sim.studies.soundness import sound
from sim.talks.negotiation import Negotiation

Tree = dict[str, Any]

PARTIES = tuple(ascii_lowercase[:16])
CENT = 1 / 3999


def scene(issues: Tree, parties: Tree, talks: Tree, **others: Any) -> Tree:
    """A scenario file's plain values."""
    return {"title": "A known result", "issues": issues, "parties": parties, "talks": talks, **others}


def listed(deals: Mapping[str, Sequence[float]], no_deal: Sequence[float]) -> Tree:
    """One issue, of which each option is worth so much, from 0 to 1, to each of P parties."""
    marked = {**deals, "heaven": [1.0] * len(no_deal), "hell": [0.0] * len(no_deal)}
    parties = {
        name: {
            "weights": {"terms": 1},
            "values": {"terms": {key: 100 * u[p] for key, u in marked.items()}},
            "no_deal": 100 * none,
        }
        for p, (name, none) in enumerate(zip(PARTIES, no_deal, strict=False))
    }
    issue = {"question": "Which terms?", "options": {key: key for key in marked}}
    return scene({"terms": issue}, parties, {"rounds": 1}, exclusions=[{"terms": ["heaven", "hell"]}])


def frontier(of_b: Callable[[float], float], shares: Iterable[float], no_deal: Sequence[float] = (0, 0)) -> Tree:
    """Two parties; options are what the first gets, `of_b` tells what the second then gets."""
    return listed({f"{x:.9g}": (x, of_b(x)) for x in shares}, no_deal)


def pie(step: float, no_deal: Sequence[Any] = (0, 0)) -> Tree:
    """Two parties split a pie of 1; the option is the first one's share."""
    issue = {"question": "How much for the first?", "options": {"ladder": {"from": 0, "to": 1, "step": step}}}
    parties = {
        name: {"weights": {"share": 1}, "values": {"share": slope}, "no_deal": none}
        for name, slope, none in zip(PARTIES, ("rising", "falling"), no_deal, strict=False)
    }
    return scene({"share": issue}, parties, {"rounds": 1})


def dollars_and_cents(no_deal: Sequence[Any] = (0, 0)) -> Tree:
    """Two parties split a pie of 1, cut into 3,999 cents, which stand as two issues: there are fewer options so."""
    issues: Tree = {
        name: {"question": f"How many {name} for the first?", "options": {"ladder": {"from": 0, "to": most, "step": 1}}}
        for name, most in (("dollars", 39), ("cents", 99))
    }
    parties = {
        name: {"weights": {"dollars": 3900, "cents": 99}, "values": dict.fromkeys(issues, slope), "no_deal": none}
        for name, slope, none in zip(PARTIES, ("rising", "falling"), no_deal, strict=False)
    }
    return scene(issues, parties, {"rounds": 1})


def study(tree: Tree) -> Study:
    """The scenario, checked as a file is and ready to be played."""
    draft = Draft("a known result", tree)
    ready = Study(draft.checked(Negotiation))
    if faults := draft.told(sound(ready)):
        raise BadInput(faults)
    return ready


def play(tree: Tree, replicates: int = 1, seed: int = 1) -> Outcomes:
    """What comes of the scenario."""
    return run(study(tree), replicates, seed)


def column(outcomes: Outcomes, name: str) -> Floats:
    """A column (R,) of the results."""
    assert outcomes.columns is not None
    return outcomes.columns[name].astype(float)


def worth(ready: Study, deals: Array) -> Floats:
    """What deals (n,) are worth, from 0 to 1, to each party: (P, n)."""
    stakes = ready.stakes(Draws(None))
    return np.stack([np.array([stakes.utility(p, np.array([deal]))[0] for deal in deals]) for p in range(len(stakes.steps))])


def solution(tree: Tree, name: str) -> Floats:
    """What each party has (P,), from 0 to 1, at a solution point."""
    outcomes = play(tree)
    return worth(outcomes.study, column(outcomes, name).astype(int))[:, 0]


def zone(tree: Tree) -> Floats:
    """What each deal of the zone is worth, from 0 to 1, to each party: (P, n)."""
    ready = study(tree)
    return worth(ready, Zone(ready.stakes(Draws(None))).deals.deal)
