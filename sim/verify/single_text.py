"""A mediator changes one text bit by bit, and two parties answer: Klein, Faratin, Sayama and Bar-Yam (2003).

A hundred issues, in or out, with a coupling drawn evenly from -1 to 1 between any two of them, for each party its own: nobody can
list the texts. The source claims an order of welfare, not numbers. All three pairs of parties meet the same couplings, so mean
utilities stand in the order of mean shares of what could be had. A party's whole weight lies on one issue more, the single
option of which is worth nothing to it, so that couplings are all that counts.
"""

from collections.abc import Iterator
from math import sqrt

import numpy as np

from sim.case.arrays import Floats
from sim.verify.rows import Row
from sim.verify.scenes import PARTIES, Tree, column, play, scene

_SOURCE = "Klein et al. (2003)"
_BITS, _REPLICATES = 100, 12
_COUPLING = 0.06  # points: 4,950 couplings make 297, and a party's linkages may add up to 300
_ROUNDS, _REVISIONS = 500, 10
_CLIMBS: Tree = {"hill_climbing": {}}
_ANNEALS: Tree = {"annealing": {"temperature": 3 * _COUPLING}}


def rows(seed: int) -> Iterator[Row]:
    """The claims."""
    climbers, mixed, annealers = (_worth(pair, seed) for pair in ((_CLIMBS, _CLIMBS), (_CLIMBS, _ANNEALS), (_ANNEALS, _ANNEALS)))
    both = annealers.sum(axis=0)
    yield _more("Two annealers have more together than two hill climbers", both, climbers.sum(axis=0))
    yield _more("Two annealers have more together than a climber and an annealer", both, mixed.sum(axis=0))
    yield _more("A climber against an annealer has more than an annealer against another", mixed[0], both / 2)
    yield _more("An annealer against another has more than a climber against another", both / 2, climbers.mean(axis=0))
    yield _more("A climber against another has more than an annealer against a climber", climbers.mean(axis=0), mixed[1])


def _more(claim: str, more: Floats, less: Floats) -> Row:
    """Means (R,) in this order, by more than two standard errors of their difference within pairs."""
    error = float((more - less).std(ddof=1)) / sqrt(_REPLICATES)
    means = round(float(less.mean()), 1), round(float(more.mean()), 1)
    return Row("single_text", claim, _SOURCE, "played", *means, 2 * error, f"2 se of pairs, n={_REPLICATES}", ">")


def _worth(pair: tuple[Tree, Tree], seed: int) -> Floats:
    """What each party has in the end (2, R), in units of one coupling."""
    played = play(_talks(pair), _REPLICATES, seed)
    return np.stack([column(played, f"utility.{party}") for party in PARTIES[:2]]) / _COUPLING


def _talks(pair: tuple[Tree, Tree]) -> Tree:
    bits = [f"bit_{n}" for n in range(_BITS)]
    issues = {"rest": {"question": "What else is there?", "options": {"nothing": "nothing"}}}
    issues |= {bit: {"question": "Is it in?", "options": {"out": "out", "in": "in"}} for bit in bits}
    weights = {"rest": 1} | dict.fromkeys(bits, 0)
    parties = {
        name: {"weights": weights, "values": {"rest": {"nothing": 0}}, "no_deal": -100, "strategy": strategy}
        for name, strategy in zip(PARTIES, pair, strict=False)
    }
    linkages = [
        {"party": name, "when": {bits[i]: "in", bits[j]: "in"}, "points": {"uniform": [-_COUPLING, _COUPLING]}}
        for name in parties
        for i in range(_BITS)
        for j in range(i + 1, _BITS)
    ]
    talks = {"rounds": _ROUNDS, "protocol": {"single_text": {"revisions": _REVISIONS}}}
    packages = {"nothing": {"rest": "nothing"} | dict.fromkeys(bits, "out")}
    return scene(issues, parties, talks, linkages=linkages, packages=packages)
