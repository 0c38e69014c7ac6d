"""The bargaining range of two states that could fight instead: Fearon (1995), Rationalist explanations for war.

The first state would win a good of 1 with chance p; war costs it so much and the second so much, in units of the good. What no
deal is worth to each is what war is worth to it. The option is the first state's share.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from sim.studies.runs import Outcomes
from sim.verify.rows import Row
from sim.verify.scenes import Tree, column, pie, play, solution, zone

_SOURCE = "Fearon (1995)"
_P, _COST_A, _COST_B = 0.6, 0.15, 0.10
_MOST = 0.3  # cost of war to the second state, drawn evenly from 0 to this, where only it knows
_REPLICATES = 8192


def rows(seed: int) -> Iterator[Row]:
    """The claims."""
    yield from _range()
    yield from _ultimatum()
    yield from _hidden(seed)


def _war(p: float, cost_a: float, cost_b: float, step: float = 0.01) -> Tree:
    return pie(step, no_deal=(100 * (p - cost_a), 100 * (1 - p - cost_b)))


def _range() -> Iterator[Row]:
    at_war = _war(_P, _COST_A, _COST_B)
    text = "Chance .6, costs .15 and .10"
    shares = zone(at_war)[0]
    yield Row("fearon", f"{text}: the range begins at p - cA", _SOURCE, "computed", _P - _COST_A, float(shares.min()))
    yield Row("fearon", f"{text}: the range ends at p + cB", _SOURCE, "computed", _P + _COST_B, float(shares.max()))
    claim = "The range is cA + cB wide: largest deviation over 27 wars"
    yield Row(
        "fearon",
        claim,
        _SOURCE,
        "computed",
        0,
        max(map(_deviation, product((0.3, 0.5, 0.6), (0.01, 0.1, 0.2), (0.02, 0.1, 0.15)))),
    )
    claim = f"{text}: Nash shares the costs saved, p + (cB - cA)/2"
    found = solution(_war(_P, _COST_A, _COST_B, step=0.005), "nash")
    yield Row("fearon", claim, "Nash (1950)", "computed", 0.575, float(found[0]))


def _deviation(war: tuple[float, float, float]) -> float:
    shares = zone(_war(*war))[0]
    return abs(float(shares.max() - shares.min()) - war[1] - war[2])


def _asking(war: Tree, share: float) -> Tree:
    """One offer, made by the first state: this share and no less; the second takes it or fights."""
    take_it_or_leave_it: dict[str, Any] = {"hardline": {"slack": 100 * (1 - share)}, "offers": "lowest"}
    war["parties"]["a"]["strategy"] = take_it_or_leave_it
    war["parties"]["b"]["strategy"] = {"hardline": {"slack": 100}}
    return war


def _ultimatum() -> Iterator[Row]:
    """One offer, and then war: who makes it takes all that war would cost both."""
    for proposer, other, expected in (("a", "b", _P + _COST_B), ("b", "a", _P - _COST_A)):
        war = _war(_P, _COST_A, _COST_B)
        war["parties"] = {name: war["parties"][name] | {"strategy": {"equilibrium": {}}} for name in (proposer, other)}
        share = float(column(play(war), "utility.a")[0]) / 100
        who = "first" if proposer == "a" else "second"
        yield Row("fearon", f"Take it or leave it, by the {who} state: the first's share", _SOURCE, "played", expected, share)
    for share, peace in ((0.70, 1), (0.71, 0)):
        outcomes = play(_asking(_war(_P, _COST_A, _COST_B), share))
        claim = f"Asked for {share:.2f} or war, the second state {'gives way' if peace else 'fights'}"
        yield Row("fearon", claim, _SOURCE, "played", peace, float(column(outcomes, "deal")[0] >= 0))


def _hidden(seed: int) -> Iterator[Row]:
    """Only the second state knows what war costs it. The first best asks for p + (b - cA)/2; war then comes in (b - cA)/(2b)."""

    def asked(share: float) -> Outcomes:
        war = _war(_P, _COST_A, 0, step=0.025)
        war["parties"]["b"]["no_deal"] = {"uniform": [100 * (1 - _P - _MOST), 100 * (1 - _P)]}
        return play(_asking(war, share), _REPLICATES, seed)

    best = _P + (_MOST - _COST_A) / 2
    chance = (_MOST - _COST_A) / (2 * _MOST)
    outcomes = asked(best)
    war = 1 - float((column(outcomes, "deal") >= 0).mean())
    text = "Cost of war hidden, even from 0 to .3"
    noise = f"sampling, 4 sd, n={_REPLICATES}"
    spread = 4 * np.sqrt(chance * (1 - chance) / _REPLICATES)
    yield Row("fearon", f"{text}: war if asked for p + (b - cA)/2", _SOURCE, "played", chance, war, float(spread), noise)
    gains = (1 - chance) * best + chance * (_P - _COST_A)
    mean = float(column(outcomes, "utility.a").mean()) / 100
    spread *= best - _P + _COST_A
    yield Row("fearon", f"{text}: what the first then has on average", _SOURCE, "played", gains, mean, float(spread), noise)
    asks = best + np.arange(-3, 4) * 0.025
    means = [column(asked(float(share)), "utility.a").mean() for share in asks]
    claim = f"{text}: the best ask of seven"
    yield Row("fearon", claim, _SOURCE, "played", best, float(asks[int(np.argmax(means))]), 0.026, "one ask, sampling")
