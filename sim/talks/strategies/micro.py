"""MiCRO: a new offer for a new offer."""

from dataclasses import dataclass, field

import numpy as np

from sim.case.arrays import Bools, Floats, Numbers
from sim.case.section import Section
from sim.case.stakes import as_worth
from sim.talks.offers import Ranking, rank
from sim.talks.seat import Plan, Seat


class Micro(Section):
    """One new offer, from one's best deal downwards, for each new offer of the others; else an old one again, by lot.

    It signs what is worth at least the least it has offered or is about to offer, and never offers less than no-deal. De Jonge
    (2022), An analysis of the linear bilateral ANAC domains using the MiCRO benchmark strategy, IJCAI; with several others the
    one who has made the fewest different offers sets the pace, of those who have made any (this program's reading).
    """

    def sit(self, seat: Seat) -> Plan:
        """The plan for the seat."""
        return Countdown(seat, rank(seat.worth), seat.luck("repeats", len(seat.time)))


@dataclass
class Countdown:
    """MiCRO at work: `made` (R,) own different offers so far, `heard` (P, R, K+1) which deals each other has offered.

    The offers it has made are its best deals, by what deals are worth to it now; those worth less than no deal now it neither
    repeats nor would sign.
    """

    seat: Seat
    ranking: Ranking
    luck: Floats
    made: Numbers = field(init=False)
    heard: Bools = field(init=False)

    def __post_init__(self) -> None:
        replicates, deals = self.seat.worth.shape
        self.made = np.zeros(replicates, dtype=np.intp)
        self._yields = np.zeros(replicates, dtype=bool)
        self.heard = np.zeros((self.seat.parties, replicates, deals), dtype=bool)

    def look_again(self, seat: Seat) -> None:
        """See what deals are worth now."""
        self.seat, self.ranking = seat, rank(seat.worth)

    def hears(self, party: int, deals: Numbers, where: Bools) -> None:
        """An offer: another's is remembered, one's own counts as made if it is new."""
        if party == self.seat.party:
            self.made += where & (deals == self._place(self.made)) & self._yields
        else:
            self.heard[party, np.flatnonzero(where), deals[where]] = True

    def demands(self, t: int) -> Floats:
        """The worth of the least deal offered or about to be."""
        received = self.heard[:, :, :-1].sum(axis=2)
        fewest = np.where(received.any(axis=0), np.where(received == 0, np.iinfo(np.int64).max, received).min(axis=0), 0)
        no_deal = as_worth(self.seat.no_deal[min(t, len(self.seat.no_deal) - 1)])
        worthy = (self.seat.worth[:, :-1] >= no_deal[:, None]).sum(axis=1)
        self._yields = (self.made <= fewest) & (self.made < worthy)
        self._kept = np.minimum(self.made, worthy)
        least = self._place(np.where(self._yields, self.made, np.maximum(self._kept - 1, 0)))
        return np.where(self._yields | (self._kept > 0), self.seat.worth_of(least), np.inf)

    def offers(self, t: int) -> Numbers:
        """The next deal where it is time to yield, else one of the old ones; none where none is better than no-deal."""
        self.demands(t)  # which says whether it is time to yield
        old = self._place((self.luck[t] * self._kept).astype(np.intp))
        nothing = self.seat.worth.shape[1] - 1
        return np.where(self._yields, self._place(self.made), np.where(self._kept > 0, old, nothing))

    def _place(self, number: Numbers) -> Numbers:
        """The deal that is one's number-th best, counted from 0; none for K."""
        ends = np.arange(1, len(number) + 1) * self.ranking.places - 1
        return self.ranking.deals(ends - number)
