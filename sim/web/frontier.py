"""All deals of one replicate as each pair of parties sees them: the ground on which offers walk."""

from typing import Any

import numpy as np

from sim.outcomes.measures import Played

_MOST = 1500  # deals that a picture can show


def frontier(played: Played) -> dict[str, Any]:
    """Points (K,) of deals to each party in a block's first replicate, red lines left out, and which of them (K,) all who must
    sign prefer to no deal at the start; of more than 1,500 deals every n-th, those in the zone first."""
    stakes = played.stakes
    zone = played.zone_start.refusers[0] == 0
    order = np.concatenate([np.flatnonzero(zone), np.flatnonzero(~zone)])
    step = -(-len(order) // _MOST)
    shown = np.sort(order[::step])
    points = {
        party: np.round(100 * stakes.points[p][0, :soft] @ stakes.deals.features[p][:soft, shown], 1).tolist()
        for p, (party, soft) in enumerate(zip(stakes.deals.parties, stakes.soft, strict=True))
    }
    return {"points": points, "zone": zone[shown].tolist(), "deals": [stakes.deals.label(int(k)) for k in shown]}
