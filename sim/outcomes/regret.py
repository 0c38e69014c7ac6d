"""What a deal menu costs: how far its best deals fall short of the best there are, solution point by solution point."""

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.case.arrays import Floats
from sim.case.menu import own_at_most
from sim.case.stakes import UNIT, Stakes, as_worth
from sim.outcomes.optimum import Space
from sim.outcomes.solutions import feasible
from sim.outcomes.zone import Zone
from sim.talks.negotiation import Negotiation

Record = dict[str, Any]
Shortfalls = dict[str, float | None]
Objective = Callable[[Floats, Floats], Floats]

LEAST = "least_gain"  # the smallest gain where it is largest, which is there with or without a zone
_NO_ZONE = -1e-6  # a largest smallest gain below this is a loss, and no rounding of the solver

OBJECTIVES: dict[str, Objective] = {  # in points, of gains (n, S) and of the most that each could gain (S,)
    "nash": lambda gains, most: 100 * np.exp(np.log(np.maximum(gains, 1e-12)).mean(axis=1)),
    "kalai_smorodinsky": lambda gains, most: 100 * (gains / most)[:, most > 0].min(axis=1, initial=1),
    "egalitarian": lambda gains, most: 100 * gains.min(axis=1),
    "utilitarian": lambda gains, most: 100 * gains.mean(axis=1),
}


def regret(negotiation: Negotiation, central: Stakes, drawn: Stakes, advance: Callable[[int], None]) -> Record:
    """The menu's regret at central values (one replicate) and in R draws; a point is missed where the menu has no deal in a zone
    that is there.

    `central_least` is the largest smallest gain by any deal at central values, None where each crosses a real red line.
    Counted in points: of the smallest gain (`least_gain`, zone or not, and egalitarian), the mean gain (utilitarian), the
    geometric mean (Nash), and the smallest share of one's most, in hundredths (Kalai-Smorodinsky).
    """
    signers = [list(negotiation.parties).index(party) for party in negotiation.signers()]
    at_centre = Space(negotiation, central).least()
    found = []
    for r in range(drawn.replicates):
        found.append(_shortfalls(negotiation, drawn, signers, r))
        advance(1)
    return {
        "deals": drawn.deals.shared,
        "own": own_at_most(drawn.deals),
        "draws": drawn.replicates,
        "central": _shortfalls(negotiation, central, signers, 0),
        "central_least": None if at_centre is None else 100 * float(at_centre.gains.min()),
        "drawn": {name: _spread([one[name] for one in found if name in one]) for name in (LEAST, *OBJECTIVES)},
    }


def _spread(shortfalls: list[float | None]) -> Record:
    """Of so many draws with a point: how many the menu misses, median and 95th percentile of its shortfall in the others."""
    met = [short for short in shortfalls if short is not None]
    median, high = np.quantile(met, (0.5, 0.95)).tolist() if met else (None, None)
    return {"points": len(shortfalls), "missed": len(shortfalls) - len(met), "median": median, "high": high}


def _shortfalls(negotiation: Negotiation, stakes: Stakes, signers: list[int], r: int) -> Shortfalls:
    """By how many points the menu falls short of the best least gain and of each solution point in replicate r, None where it has
    no deal in the zone; nothing of what is not there."""
    space = Space(negotiation, stakes, r)
    best = space.least()
    if best is None:
        return {}
    short: Shortfalls = {LEAST: max(100 * (float(best.gains.min()) - _least(stakes, signers, r)), 0.0)}
    most = space.most() if best.gains.min() > _NO_ZONE else None
    return short if most is None else short | _short_of_points(space, stakes.only(r), signers, most)


def _least(stakes: Stakes, signers: list[int], r: int) -> float:
    """The largest smallest gain by a listed deal in replicate r."""
    worth, no_deal = stakes.worth[signers, r, :-1], as_worth(stakes.no_deal[0, signers, r])
    return float(((np.floor(worth / 4096) * 4096 - no_deal[:, None]) / UNIT).min(axis=0).max())


def _short_of_points(space: Space, stakes: Stakes, signers: list[int], most: Floats) -> Shortfalls:
    """The same for the solution points of one replicate, given the most that each signer could gain (S,)."""
    among = feasible(Zone(stakes), signers)
    short: Shortfalls = dict.fromkeys(OBJECTIVES)
    for name, objective in OBJECTIVES.items():
        best = getattr(space, name)()
        if among.gains.shape[1] and best is not None:
            listed = float(objective(among.gains.T, most).max())
            short[name] = max(float(objective(best.gains[None], most)[0]) - listed, 0.0)
    return short
