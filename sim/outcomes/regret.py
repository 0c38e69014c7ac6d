"""What a deal menu costs: how far its best deals fall short of the best there are, solution point by solution point."""

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.case.arrays import Floats
from sim.case.stakes import Stakes
from sim.outcomes.optimum import Space
from sim.outcomes.solutions import SOLUTIONS, feasible
from sim.outcomes.zone import Zone
from sim.talks.negotiation import Negotiation

Record = dict[str, Any]
Objective = Callable[[Floats, Floats], Floats]

OBJECTIVES: dict[str, Objective] = {  # in points, of gains (n, S) and of the most that each could gain (S,)
    "nash": lambda gains, most: 100 * np.exp(np.log(np.maximum(gains, 1e-12)).mean(axis=1)),
    "kalai_smorodinsky": lambda gains, most: 100 * (gains / most)[:, most > 0].min(axis=1, initial=1),
    "egalitarian": lambda gains, most: 100 * gains.min(axis=1),
    "utilitarian": lambda gains, most: 100 * gains.mean(axis=1),
}


def regret(negotiation: Negotiation, central: Stakes, drawn: Stakes, advance: Callable[[int], None]) -> Record:
    """The menu's regret at central values (one replicate) and in R draws; a point is missed where the menu has no deal in a zone
    that is there.

    Counted in points: of the mean gain (utilitarian), the smallest (egalitarian), the geometric mean (Nash), and the smallest
    share of one's most, in hundredths (Kalai-Smorodinsky).
    """
    signers = [list(negotiation.parties).index(party) for party in negotiation.signers()]
    at_centre = _shortfalls(negotiation, central, signers, 0)
    found = []
    for r in range(drawn.replicates):
        found.append(_shortfalls(negotiation, drawn, signers, r))
        advance(1)
    return {
        "deals": drawn.deals.count,
        "draws": drawn.replicates,
        "central": at_centre,
        "drawn": {name: _spread([one[name] for one in found if one is not None]) for name in SOLUTIONS},
    }


def _spread(shortfalls: list[float | None]) -> Record:
    """Of so many draws with a point: how many the menu misses, median and 95th percentile of its shortfall in the others."""
    met = [short for short in shortfalls if short is not None]
    median, high = np.quantile(met, (0.5, 0.95)).tolist() if met else (None, None)
    return {"points": len(shortfalls), "missed": len(shortfalls) - len(met), "median": median, "high": high}


def _shortfalls(negotiation: Negotiation, stakes: Stakes, signers: list[int], r: int) -> dict[str, float | None] | None:
    """By how many points the menu falls short of each solution point in replicate r, None where it has no deal in the zone; None
    instead of all where there is no point."""
    space = Space(negotiation, stakes, r)
    most = space.most()
    if most is None:
        return None
    among = feasible(Zone(stakes.only(r)), signers)
    short: dict[str, float | None] = {}
    for name, objective in OBJECTIVES.items():
        best = getattr(space, name)()
        if among.gains.shape[1] == 0 or best is None:
            short[name] = None
            continue
        listed = float(objective(among.gains.T, most).max())
        short[name] = max(float(objective(best.gains[None], most)[0]) - listed, 0.0)
    return short
