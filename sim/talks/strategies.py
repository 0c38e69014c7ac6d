"""How a party bargains: what it demands in each round, and what it puts on the table.

A strategy is a section of the scenario with its settings; `sit` turns it, for R replicates at once, into a plan that answers two
questions in round t (counted from 0): `demands(t)`, the least worth (R,) it would sign, and `offers(t)`, the deals (R,) it
would put, K standing for none. A plan with `hears` is told of every offer made in its presence, its own included; one with
`look_again` is given a new seat when events have changed what deals are worth; one with `accepts` says itself to which changes of
a text it agrees, others agree to such as they gain by. To add a strategy, write its section and plan here and add its line to
`STRATEGIES` at the foot of this file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar, NamedTuple, Protocol

import numpy as np

from sim.case.arrays import Bools, Floats, Numbers
from sim.case.numbers import Points, Positive
from sim.case.scenario import Section
from sim.case.stakes import as_utility, as_worth
from sim.talks.offers import Offers, Ranking, rank


@dataclass(frozen=True)
class Seat:
    """What a party's strategy may know: its own stakes, the clock, its settings as drawn, and its rule for offers.

    `worth` (R, K+1); `no_deal` (S, R) utility, S being T or 1; `time` (T,) or (T, R); `setting(name)` is a number or (R,);
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
        """Worth (R,) of one's worst deal."""
        return self.worth[:, :-1].min(axis=1)

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


class Aspiration(Section):
    """Time-dependent: from one's best deal down to no-deal plus a margin, on the path 1 - time ** firmness.

    Firmness above 1 yields late (boulware), below 1 early (conceder); time runs to the private deadline, a share of the rounds;
    the tolerance lowers the level throughout, but never below its end. Faratin, Sierra and Jennings (1998), Robotics and
    Autonomous Systems 24, section 4.1.
    """

    firmness: Positive = 1.0
    deadline: Positive = 1.0
    margin: Points = 0.0
    tolerance: Points = 0.0

    def sit(self, seat: Seat) -> Plan:
        """The plan for the seat."""
        end = np.maximum(seat.no_deal + seat.setting("margin") / 100, as_utility(seat.bottom))
        top = np.maximum(seat.best, end)
        time = np.minimum(seat.time.reshape(len(seat.time), -1) / seat.setting("deadline"), 1)
        levels = (top - end) * (1 - time ** seat.setting("firmness")) + end - seat.setting("tolerance") / 100
        return scheduled(seat, np.clip(levels, end, top))


class Hardline(Section):
    """Always one's best deal less the slack, never less than no-deal."""

    slack: Points = 0.0

    def sit(self, seat: Seat) -> Plan:
        """The plan for the seat."""
        return scheduled(seat, np.maximum(seat.best - seat.setting("slack") / 100, seat.no_deal))


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
        """The deal that is one's number-th best, counted from 0."""
        ends = np.arange(1, len(number) + 1) * self.ranking.places - 1
        return self.ranking.deals(np.maximum(ends - number, ends - self.ranking.places + 1))


class Equilibrium(Section):
    """What is best for a party that knows everything and reasons backwards from the last round: see `sim.talks.equilibrium`."""

    def sit(self, seat: Seat) -> Plan:
        """The plan for the seat."""
        return seat.equilibrium()


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


class HillClimbing(Section):
    """Agrees to each change of a text by which it gains; signs what is worth no deal, a text only when time runs out.

    Klein, Faratin, Sayama and Bar-Yam (2003), Negotiating complex contracts, Group Decision and Negotiation 12.
    """

    answers_changes: ClassVar[bool] = True

    def sit(self, seat: Seat) -> Plan:
        """The plan for the seat."""
        return Walk(seat, 0.0)


class Annealing(Section):
    """As hill climbing, but a loss is agreed to with chance exp(-loss / temperature), and the temperature cools down to 0.

    The temperature, in points, falls in a straight line from the first revision at a table to the last. The rule is that of
    Metropolis, Rosenbluth, Rosenbluth, Teller and Teller (1953), Journal of Chemical Physics 21; for negotiations Klein,
    Faratin, Sayama and Bar-Yam (2003).
    """

    temperature: Points = 5.0

    answers_changes: ClassVar[bool] = True

    def sit(self, seat: Seat) -> Plan:
        """The plan for the seat."""
        return Walk(seat, seat.setting("temperature") / 100)


@dataclass
class Walk:
    """Hill climbing and, from a temperature above 0 (utility), annealing at work."""

    seat: Seat
    temperature: Floats | float
    luck: Floats = field(init=False)

    def look_again(self, seat: Seat) -> None:
        """See what texts are worth now."""
        self.seat = seat

    def accepts(self, gain: Floats, t: int, moment: Moment) -> Bools:
        """Where (R,) it agrees in round t to a change by which it gains so much utility (R,)."""
        better: Bools = gain > 0
        if not np.any(self.temperature):
            return better
        if moment.revision == 0:
            self.luck = self.seat.luck(f"accepts.{t}", moment.revisions)
        heat = self.temperature * moment.left
        chance = np.exp(np.minimum(gain, 0) / np.maximum(heat, 1e-12)) * (heat > 0)  # a step of loss is 1e-10
        return better | (self.luck[moment.revision] < chance)

    def demands(self, t: int) -> Floats:
        """No deal's worth."""
        return as_worth(self.seat.no_deal[min(t, len(self.seat.no_deal) - 1)])

    def offers(self, t: int) -> Numbers:
        """None."""
        return np.full(len(self.seat.worth), self.seat.worth.shape[1] - 1)


STRATEGIES: dict[str, type[Section]] = {
    "annealing": Annealing,
    "aspiration": Aspiration,
    "equilibrium": Equilibrium,
    "hardline": Hardline,
    "hill_climbing": HillClimbing,
    "micro": Micro,
    "tit_for_tat": TitForTat,
}
