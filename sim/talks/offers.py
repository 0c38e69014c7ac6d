"""What to put on the table: which of the deals that are good enough for oneself.

Each rule sorts a party's deals once. With the replicate's number in the high bits the rows of all replicates make one sorted
list, so that a single search answers every round of every replicate. To add a rule, write its function and add its line to
`OFFERS` at the foot of this file.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.case.arrays import Array, Bools, Floats, Numbers
from sim.case.stakes import UNIT

Gains = NDArray[np.int32]
Offers = Callable[[Floats], Numbers]  # the deals (T, R) to put at levels of worth (T, R)

_BITS = 12  # of a worth hold the deal's number
_DEAL = (1 << _BITS) - 1
_ROW = 53  # the first bit above a worth
MOST_ROWS = 1 << (63 - _ROW)  # replicates whose numbers fit above it
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

    def deals(self, places: Array) -> Numbers:
        """The deals at these places."""
        return self.sorted[places] & _DEAL


def rank(worth: Floats) -> Ranking:
    """The ranking of worths (R, K+1)."""
    keys = worth.astype(np.int64)
    keys.sort(axis=1)
    keys += _rows(len(keys)) << _ROW
    return Ranking(keys.ravel(), len(keys))


def _rows(replicates: int) -> NDArray[np.int64]:
    return np.arange(replicates, dtype=np.int64)[:, None]


def _find(rising: NDArray[np.int64], levels: Floats) -> Numbers:
    """Where (T, R) in R rising rows of worths, flat and numbered, the level (T, R) is first reached; a row's end if never."""
    rows = _rows(levels.shape[1])
    sought = np.ascontiguousarray(levels[::-1].T).astype(np.int64) + (rows << _ROW)
    ends = (rows + 1) * (len(rising) // len(rows)) - 1
    return np.ascontiguousarray(np.minimum(np.searchsorted(rising, sought), ends).T[::-1])


def relative_gains(worth: Floats, no_deal: Floats, needed: Bools) -> Gains:
    """Each deal's gain (R, K+1) over no-deal in 1/65536 of the most the party could gain; `UNASKED` where it need not sign, by
    `needed` (K,) or (R, K).

    `no_deal` (R,) is a worth. Gains are kept within 8 times the most there is to gain.
    """
    most = np.maximum(worth.max(axis=1) - no_deal, UNIT * 1e-6)
    gains = worth - no_deal[:, None]
    gains *= (GAIN / most)[:, None]
    np.clip(gains, -_MOST_GAIN, _MOST_GAIN, out=gains)
    whole = np.rint(gains, out=gains).astype(np.int32)
    whole[:, :-1][..., ~needed] = UNASKED
    return whole


def _least(others: list[Gains], shape: tuple[int, ...]) -> Gains:
    """The smallest gain (R, K+1) of any of the others."""
    least = np.full(shape, UNASKED)
    for gains in others:
        np.minimum(least, gains, out=least)
    return least


def lowest(worth: Floats, others: Callable[[], list[Gains]]) -> Offers:
    """Of the deals good enough for oneself, the one worth least to oneself; of equals, the first in the list of deals.

    A deal up to 1e-6 below the level is offered where it is nearer to the level (the reference rules of stacked alternating
    offers).
    """
    ranking = rank(worth)
    rows = _rows(len(worth)).ravel() << _ROW

    def offers(levels: Floats) -> Numbers:
        places = _find(ranking.sorted, levels)
        level = levels.astype(np.int64) + rows
        above = np.abs((ranking.sorted[places] & ~_DEAL) - level)
        below = level - (ranking.sorted[places - 1] & ~_DEAL)
        nearer = (below <= _NEAR) & (below < above)
        places[nearer] = np.searchsorted(ranking.sorted, ranking.sorted[places[nearer] - 1] & ~_DEAL)
        return ranking.deals(places)

    return offers


def considerate(worth: Floats, others: Callable[[], list[Gains]]) -> Offers:
    """Of the deals good enough for oneself, the one with the largest smallest relative gain of the others who must sign it.

    Gains are compared in steps of 1/65536; of equals, the one worth most to oneself, then the last in the list of deals.
    Deals are sorted by that gain, the largest first. Along them one's own best so far rises, and the deal sought is the one
    that lifts it to the level.
    """
    replicates, places = worth.shape
    rows = _rows(replicates)
    keys = _least(others(), worth.shape)
    np.subtract(UNASKED, keys, out=keys)
    keys = keys.view(np.uint32)
    keys <<= np.uint32(_BITS)
    keys |= np.arange(places, dtype=np.uint32)
    keys.sort(axis=1)
    deals = (keys & np.uint32(_DEAL)).astype(np.int64)
    deals += rows * places
    best = worth.take(deals).astype(np.int64)
    best += rows << _ROW
    best = np.maximum.accumulate(best, axis=1, out=best).ravel()
    keys >>= np.uint32(_BITS)
    gains = keys.astype(np.int64)
    gains += rows << 20
    gains = gains.ravel()

    def offers(levels: Floats) -> Numbers:
        found = _find(best, levels)
        tied = gains.take(found) == gains.take(found + 1, mode="clip")
        last = np.searchsorted(gains, gains[found[tied]], side="right") - 1
        found[tied] = np.searchsorted(best, best[last])
        return deals.ravel()[found] % places

    return offers


OFFERS: dict[str, Callable[[Floats, Callable[[], list[Gains]]], Offers]] = {
    "considerate": considerate,
    "lowest": lowest,
}
