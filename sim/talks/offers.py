"""What to put on the table: which of the deals that are good enough for oneself.

A ranking sorts a party's deals once. With the replicate's number in the high bits all rows make one sorted list, so a single
search answers every round of every replicate.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from sim.case.arrays import Array, Bools, Floats, Numbers
from sim.case.stakes import UNIT

Gains = NDArray[np.int32]

_DEAL = 4095  # the bits of a worth that hold the deal's number
_ROW = 53  # the first bit above a worth
_NEAR = int(1e-6 * UNIT)  # how far below its level a party's offer may lie if it is nearer so
GAIN = 65536.0  # steps in one whole relative gain
_MOST_GAIN = 2.0**19 - 1
UNASKED = np.int32(_MOST_GAIN)


@dataclass(frozen=True)
class Ranking:
    """A party's deals in each of R replicates from worst to best: worths sorted, an empty table first.

    `sorted` is flat, (R x (K+1),), each entry a worth with its replicate's number above it.
    """

    sorted: NDArray[np.int64]
    replicates: int

    @property
    def places(self) -> int:
        """K+1, the places in one replicate's row."""
        return len(self.sorted) // self.replicates

    def find(self, levels: Floats) -> Numbers:
        """Where (T, R) in `sorted` the first deal stands that is worth at least the level (T, R), or the best if none is."""
        rows = np.arange(self.replicates, dtype=np.int64)
        sought = np.ascontiguousarray(levels[::-1].T).astype(np.int64) + (rows << _ROW)[:, None]
        found = np.minimum(np.searchsorted(self.sorted, sought), ((rows + 1) * self.places - 1)[:, None])
        return np.ascontiguousarray(found.T[::-1])

    def deals(self, places: Array) -> Numbers:
        """The deals at these places."""
        return self.sorted[places] & _DEAL


def rank(worth: Floats) -> Ranking:
    """The ranking of worths (R, K+1)."""
    keys = worth.astype(np.int64)
    keys.sort(axis=1)
    keys += (np.arange(len(keys), dtype=np.int64) << _ROW)[:, None]
    return Ranking(keys.ravel(), len(keys))


def relative_gains(worth: Floats, no_deal: Floats, needed: Bools) -> Gains:
    """Each deal's gain (R, K+1) over no-deal in 1/65536 of the most the party could gain; `UNASKED` where it need not sign.

    `no_deal` (R,) is a worth. Gains are kept within 8 times the most there is to gain.
    """
    most = np.maximum(worth.max(axis=1) - no_deal, UNIT * 1e-6)
    gains = worth - no_deal[:, None]
    gains *= (GAIN / most)[:, None]
    np.clip(gains, -_MOST_GAIN, _MOST_GAIN, out=gains)
    whole = np.rint(gains, out=gains).astype(np.int32)
    whole[:, :-1][:, ~needed] = UNASKED
    return whole


def lowest(ranking: Ranking, others: Callable[[], list[Gains]]) -> Callable[[Floats], Numbers]:
    """Of the deals good enough for oneself, the one worth least to oneself; of equals, the first in the list of deals.

    A deal up to 1e-6 below the level is offered where it is nearer to the level (the reference rules of stacked alternating
    offers).
    """

    def offers(levels: Floats) -> Numbers:
        places = ranking.find(levels)
        base = (np.arange(ranking.replicates, dtype=np.int64) << _ROW) + levels.astype(np.int64)
        above = np.abs((ranking.sorted[places] & ~_DEAL) - base)
        below = base - (ranking.sorted[places - 1] & ~_DEAL)
        nearer = (below <= _NEAR) & (below < above)
        places[nearer] = np.searchsorted(ranking.sorted, ranking.sorted[places[nearer] - 1] & ~_DEAL)
        return ranking.deals(places)

    return offers


def considerate(ranking: Ranking, others: Callable[[], list[Gains]]) -> Callable[[Floats], Numbers]:
    """Of the deals good enough for oneself, the one with the largest smallest relative gain of the others who must sign it.

    Gains are compared in steps of 1/65536; of equals, the one worth most to oneself, then the last in the list of deals.
    """
    replicates, places = ranking.replicates, ranking.places
    rows = np.arange(replicates, dtype=np.int64)[:, None]
    least = reduce(np.minimum, others(), np.full((replicates, places), UNASKED))
    ranked = least.take((ranking.sorted & _DEAL).reshape(replicates, places) + rows * places)
    keys = (ranked << 12) | np.arange(places, dtype=np.int32)
    best = np.maximum.accumulate(keys[:, ::-1], axis=1)[:, ::-1].ravel()

    def offers(levels: Floats) -> Numbers:
        found = ranking.find(levels)
        return ranking.deals((best[found] & _DEAL) + rows.ravel() * places)

    return offers


OFFERS: dict[str, Callable[[Ranking, Callable[[], list[Gains]]], Callable[[Floats], Numbers]]] = {
    "considerate": considerate,
    "lowest": lowest,
}
