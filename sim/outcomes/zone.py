"""The zone of agreement: deals that every party whose signature they need finds no worse than no deal.

Where deals need a vote, those who find them no worse must be enough to carry them.
"""

from functools import cached_property
from typing import NamedTuple

import numpy as np

from sim.case.arrays import Array, Bools, Numbers
from sim.case.house import as_sets
from sim.case.stakes import Stakes, as_worth


class Zone:
    """The zone of R replicates in one round, or in a round (R,) of each: exact preferences, real red lines respected."""

    def __init__(self, stakes: Stakes, t: int | Array = 0) -> None:
        self.stakes = stakes
        self.no_deal = as_worth(stakes.no_deal_in(t) if isinstance(t, int) else stakes.no_deal_at(t))

    @cached_property
    def refusers(self) -> Array:
        """A bit (R, K) for each needed signer that would rather have no deal, and for the house where it would not carry it."""
        needs, house = self.stakes.deals.needs[..., :-1], self.stakes.deals.house
        refusers = np.zeros((self.stakes.replicates, self.stakes.deals.count), dtype=needs.dtype)
        for p, worth in enumerate(self.stakes.worth):
            refusers |= (worth[:, :-1] < self.no_deal[p][:, None]) * (needs & needs.dtype.type(1 << p))
        if house is not None:
            refusers |= np.where(house.carried(self._supporters), 0, house.bit).astype(needs.dtype)
        return refusers

    @cached_property
    def _supporters(self) -> Array:
        """A bit (R, K) for each party that finds the deal no worse than no deal, whether it must sign or not."""
        return as_sets(self.stakes.worth[:, :, :-1] >= self.no_deal[:, :, None])

    @cached_property
    def deals(self) -> "Listed":
        """The deals in the zone."""
        return Listed(*np.nonzero(self.refusers == 0))

    @cached_property
    def size(self) -> Numbers:
        """How many deals (R,) lie in the zone."""
        return np.bincount(self.deals.replicate, minlength=self.stakes.replicates)

    def blocked_by(self) -> Bools:
        """Where (P, R) there is no zone, and this party's consent alone would open one."""
        empty = np.flatnonzero(self.size == 0)
        blocked = np.zeros((len(self.stakes.steps), self.stakes.replicates), dtype=bool)
        for p in range(len(blocked)):
            blocked[p, empty] = self.opened_by(p, empty).any(axis=1)
        return blocked

    def opened_by(self, party: int, replicates: Numbers) -> Bools:
        """The deals (n, K) that would lie in the zone of these replicates (n,) if the party signed, or voted for, every deal."""
        refusers, house = self.refusers[replicates], self.stakes.deals.house
        refusers = refusers & ~refusers.dtype.type(1 << party)
        if house is not None:
            carried = house.carried(self._supporters[replicates] | 1 << party)
            refusers = np.where(carried, refusers & ~refusers.dtype.type(house.bit), refusers)
        return refusers == 0


class Listed(NamedTuple):
    """Pairs of replicate and deal, sorted by replicate and then by deal."""

    replicate: Numbers
    deal: Numbers


def on_frontier(stakes: Stakes, signers: list[int], deal: Numbers, where: Bools) -> Bools:
    """Where (R,) no other deal is at least as good as this one for all these parties and better for one of them.

    Crossing a real red line of one's own counts as the utmost loss.
    """
    chosen = np.flatnonzero(where)
    frontier = np.zeros(len(where), dtype=bool)
    if not len(chosen):
        return frontier
    worth = stakes.worth[:, chosen, :-1] if len(chosen) < len(where) else stakes.worth[:, :, :-1]
    own = [np.floor(worth[p, np.arange(len(chosen)), deal[chosen]] / 4096) * 4096 for p in signers]
    no_worse = np.ones(worth.shape[1:], dtype=bool)
    for p, mine in zip(signers, own, strict=True):
        no_worse &= worth[p] >= mine[:, None]
    rows, deals = np.nonzero(no_worse)
    better = np.zeros(len(rows), dtype=bool)
    for p, mine in zip(signers, own, strict=True):
        better |= worth[p, rows, deals] >= mine[rows] + 4096
    frontier[chosen] = np.bincount(rows[better], minlength=len(chosen)) == 0
    return frontier
