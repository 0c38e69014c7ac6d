"""A party's seat, as its strategy sees it, and the plans that a strategy makes of it.

A plan answers two questions in round t (counted from 0): `demands(t)`, the least worth (R,) it would sign, and `offers(t)`, the
deals (R,) it would put, K standing for none. A plan with `hears` is told of every offer made in its presence, its own included;
one with `look_again` is given a new seat when events have changed what deals are worth; one with `accepts` says itself to which
changes of a text it agrees, others agree to such as they gain by.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np

from sim.case.arrays import Floats, Numbers
from sim.case.stakes import as_utility, as_worth
from sim.talks.offers import Offers

_LEAST = -8.0  # utility, below that of any deal that could be signed


@dataclass(frozen=True)
class Seat:
    """What a party's strategy may know: its own stakes, the clock, its settings as drawn, and its rule for offers.

    `worth` (R, K+1), of all deals or, where not `complete`, of those on a menu; `no_deal` (S, R) utility, S being T or 1;
    `time` (T,) or (T, R); `setting(name)` is a number or (R,);
    `luck(name, n)` gives quantiles (n, R); `offer(levels)` the deals (T, R) to put at these levels of worth; `equilibrium()` its
    part in the solution of the whole game.
    """

    party: int
    parties: int
    worth: Floats
    no_deal: Floats
    time: Floats
    offer: Offers
    setting: Callable[[str], Floats | float]
    luck: Callable[[str, int], Floats]
    equilibrium: "Callable[[], Plan]"
    complete: bool = True

    @property
    def best(self) -> Floats:
        """Utility (R,) of one's best deal."""
        return as_utility(self.top)

    @cached_property
    def top(self) -> Floats:
        """Worth (R,) of one's best deal."""
        return self.worth[:, :-1].max(axis=1)

    @cached_property
    def bottom(self) -> Floats:
        """Worth (R,) of one's worst deal; over a menu, which may hold none of the bad ones, less than any deal is worth."""
        return self.worth[:, :-1].min(axis=1) if self.complete else as_worth(np.full(len(self.worth), _LEAST))

    def at(self, time: Floats, no_deal: Floats) -> "Seat":
        """The same with this round alone in view: its time and what no deal is worth in it, (1, R) each."""
        now = replace(self, time=time, no_deal=no_deal)
        now.__dict__.update(top=self.top, bottom=self.bottom)  # the same deals are worth the same
        return now

    def worth_of(self, deals: Numbers) -> Floats:
        """Worth (R,) of one deal per replicate."""
        return np.take_along_axis(self.worth, deals[:, None], axis=1)[:, 0]

    def offer_above(self, levels: Floats) -> Numbers:
        """The deals (T, R) to put at levels of worth; none where nothing is good enough."""
        return np.where(levels > self.top, self.worth.shape[1] - 1, self.offer(levels))


class Plan(Protocol):
    """A strategy at work."""

    def demands(self, t: int) -> Floats:
        """The least worth (R,) it would sign in round t."""
        ...

    def offers(self, t: int) -> Numbers:
        """The deals (R,) it would put in round t."""
        ...


@dataclass(frozen=True)
class Schedule:
    """A plan laid before talks begin: levels of worth (T, R) and offers (T, R)."""

    levels: Floats
    deals: Numbers

    def demands(self, t: int) -> Floats:
        """The level of round t."""
        return self.levels[t]

    def offers(self, t: int) -> Numbers:
        """The offers of round t."""
        return self.deals[t]


@dataclass
class RoundByRound:
    """A plan laid anew for each round, as time and no-deal values stand then: `lay(t)` gives a schedule of round t alone."""

    lay: Callable[[int], Plan]
    t: int = -1
    plan: Plan | None = None

    def demands(self, t: int) -> Floats:
        """The level of round t."""
        return self._now(t).demands(0)

    def offers(self, t: int) -> Numbers:
        """The offers of round t."""
        return self._now(t).offers(0)

    def _now(self, t: int) -> Plan:
        if self.plan is None or t != self.t:
            self.t, self.plan = t, self.lay(t)
        return self.plan


def scheduled(seat: Seat, levels: Floats) -> Schedule:
    """The plan that demands these levels of utility, (T, R) or what stretches to it."""
    levels = as_worth(np.broadcast_to(levels, (len(seat.time), len(seat.worth))))
    return Schedule(levels, seat.offer_above(levels))


class Moment(NamedTuple):
    """When a change of a text is put: in which revision of which round at this table, both counted from 0, of so many."""

    round: int
    rounds: int
    revision: int
    revisions: int

    @property
    def left(self) -> float:
        """What is still to come of all revisions: 1 in the first, in equal steps to 0 in the last."""
        following = self.rounds * self.revisions - 1
        return 1 - (self.round * self.revisions + self.revision) / following if following else 0.0
