"""Tit-for-tat: to yield what the others have yielded."""

from dataclasses import dataclass, field

import numpy as np

from sim.case.arrays import Bools, Floats, Numbers
from sim.case.numbers import Points
from sim.case.section import Section
from sim.case.stakes import as_utility, as_worth
from sim.talks.seat import Plan, Seat


class TitForTat(Section):
    """One's best deal, less what the others have yielded so far, less the generosity; never less than no-deal.

    What another has yielded is how much better its best offer is for oneself than its first. With several others the least
    yielding of those who have made an offer sets the pace. The absolute tit-for-tat of Faratin, Sierra and Jennings (1998),
    section 4.3, is for two; taking the least of several is this program's reading.
    """

    generosity: Points = 5.0

    def sit(self, seat: Seat) -> Plan:
        """The plan for the seat."""
        return Reciprocity(seat, seat.setting("generosity") / 100)


@dataclass
class Reciprocity:
    """Tit-for-tat at work: `first` and `top` (P, R) are the utilities of each party's first and best offer, NaN before it."""

    seat: Seat
    generosity: Floats | float
    first: Floats = field(init=False)
    top: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.first = np.full((self.seat.parties, len(self.seat.worth)), np.nan)
        self.top = self.first.copy()

    def look_again(self, seat: Seat) -> None:
        """See what deals are worth now; what was yielded before stays counted as it was worth then."""
        self.seat = seat

    def hears(self, party: int, deals: Numbers, where: Bools) -> None:
        """Another's offer."""
        if party != self.seat.party:
            where = where & (deals < self.seat.worth.shape[1] - 1)
            utility = as_utility(self.seat.worth_of(deals))
            self.first[party] = np.where(where & np.isnan(self.first[party]), utility, self.first[party])
            self.top[party] = np.where(where, np.fmax(self.top[party], utility), self.top[party])

    def demands(self, t: int) -> Floats:
        """The best deal less what was yielded."""
        yielded = np.nan_to_num(np.fmin.reduce(self.top - self.first, axis=0))
        no_deal = self.seat.no_deal[min(t, len(self.seat.no_deal) - 1)]
        return as_worth(np.maximum(self.seat.best - yielded - self.generosity, no_deal))

    def offers(self, t: int) -> Numbers:
        """The offer at this round's demand."""
        return self.seat.offer_above(self.demands(t)[None])[0]
