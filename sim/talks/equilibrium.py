"""Play in equilibrium: what parties demand and offer who know everything and reason backwards from the last round.

The game ends with round T, everybody knows all preferences, no-deal values and chances, and everybody plays this way. So the last
round is solved first, then what can be had there bounds what is accepted in the round before, and so on. Values are counted in
utility as of the round in which they are reckoned: a round later is worth the party's discount times as much. Parties vote as if
theirs were the vote that decides; the indifferent sign; of equally good deals a proposer draws one, and values to come are means
over them. To solve another protocol, write its induction and add its line to `INDUCTIONS` at the foot of this file.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from sim.case.arrays import Bools, Floats, Numbers
from sim.case.faults import Fault, Path
from sim.case.house import as_sets
from sim.case.stakes import as_utility, as_worth
from sim.talks.protocols.alternating_offers import ORDERS
from sim.talks.ratification import homes
from sim.talks.room import Room


@dataclass(frozen=True)
class Moves:
    """A party's plan: the least worth (T, R) it signs, the deals (T, R) it puts, where (T, R) it rather walks out."""

    levels: Floats
    deals: Numbers
    walks: Bools

    def set(self, t: int, asks: Floats, deals: Numbers, walks: Bools) -> None:
        """Lay the plan for round t, (R,) each; `asks` is a utility."""
        self.levels[t], self.deals[t], self.walks[t] = as_worth(asks), deals, walks

    def demands(self, t: int) -> Floats:
        """The least worth (R,) it signs in round t."""
        return self.levels[t]

    def offers(self, t: int) -> Numbers:
        """The deals (R,) it puts in round t."""
        return self.deals[t]

    def walks_out(self, t: int) -> Bools:
        """Where (R,) no deal is worth more to it in round t than to go on."""
        return self.walks[t]


def _blank(game: "Game") -> list[Moves]:
    shape = (game.rounds, game.room.stakes.replicates)
    return [Moves(np.empty(shape), np.empty(shape, dtype=np.intp), np.empty(shape, dtype=bool)) for _ in game.parties]


class Offer(NamedTuple):
    """The best that a proposer can do: its deals (R,), K for none, and what they are worth to all (P, R)."""

    deals: Numbers
    worth: Floats


@dataclass(frozen=True)
class Game:
    """What everybody knows of R negotiations between P parties: the room, discounts (P, R), after what share (P, R) of the rounds
    each may walk out, if ever, and luck (T, R) of each to break ties."""

    room: Room
    discount: Floats
    leaves_after: Floats
    luck: list[Floats]

    @property
    def rounds(self) -> int:
        """T."""
        return int(self.room.negotiation.talks.rounds)

    @property
    def parties(self) -> range:
        """The numbers of the parties."""
        return range(len(self.luck))

    @cached_property
    def utility(self) -> Floats:
        """What every deal is worth to all (P, R, K), red lines included."""
        return as_utility(self.room.stakes.worth[:, :, :-1])

    def no_deal(self, t: int) -> Floats:
        """What no deal is worth to all (P, R) in round t."""
        path = self.room.stakes.no_deal
        return path[min(t, len(path) - 1)]

    def may_leave(self, party: int, t: int) -> Bools:
        """Where (R,) the party may walk out in round t."""
        return t >= self.leaves_after[party] * self.rounds

    def accepts(self, party: int, level: Floats) -> Bools:
        """The deals (R, K) that the party signs at this level (R,) of utility."""
        return self.room.stakes.worth[party, :, :-1] >= as_worth(level)[:, None]

    def best(self, t: int, party: int, accepted: Bools, later: Floats, otherwise: Floats) -> Offer:
        """What the party does best in round t, given which deals (R, K) are accepted, by what (P, R) their worth is multiplied
        for coming later, and what all get (P, R) if none is."""
        mine = self.utility[party]
        top = mine.max(axis=1, where=accepted, initial=mine.min())
        ties = accepted & (mine == top[:, None])
        count = np.maximum(ties.sum(axis=1), 1)
        drawn = (self.luck[party][t] * count).astype(np.intp)
        deal = (ties.cumsum(axis=1) > drawn[:, None]).argmax(axis=1)
        mean = later * np.where(ties, self.utility, 0).sum(axis=2) / count
        pays = accepted.any(axis=1) & (as_worth(top * later[party]) >= as_worth(otherwise[party]))
        return Offer(np.where(pays, deal, self.utility.shape[2]), np.where(pays, mean, otherwise))


class Answer(NamedTuple):
    """What a party will do when its turn comes in round t: the utility (R,) it asks, and what all get (P, R) if it refuses."""

    t: int
    asks: Floats
    refusal: Floats


def alternating_offers(game: Game) -> list[Moves]:
    """Two parties, both of which must sign: each offer is answered at the other's next turn.

    Rubinstein (1982), Perfect equilibrium in a bargaining model, Econometrica 50; for finite horizons Stahl (1972), Bargaining
    theory; walking out as in Binmore, Shaked and Sutton (1989), An outside option experiment, Quarterly Journal of Economics 104.
    """
    room, ends = game.room, game.room.stakes.no_deal[-1]
    floor = ORDERS[room.negotiation.talks.order](room)
    answers: list[Answer | None] = [None, None]
    plans = _blank(game)
    for t in reversed(range(game.rounds)):
        for party, _ in reversed(list(floor(t))):
            reply = answers[1 - party]
            if reply is None:
                offer = Offer(np.full(room.stakes.replicates, game.utility.shape[2]), ends)
            else:
                later = game.discount ** (reply.t - t)
                offer = game.best(t, party, game.accepts(1 - party, reply.asks), later, later * reply.refusal)
            gone = game.no_deal(t)
            walks = game.may_leave(party, t) & (as_worth(gone[party]) > as_worth(offer.worth[party]))
            refusal = np.where(walks, gone, offer.worth)
            answers[party] = Answer(t, refusal[party], refusal)
            plans[party].set(t, refusal[party], offer.deals, walks)
    return plans


def random_proposer(game: Game) -> list[Moves]:
    """Any number of parties: the one drawn offers what just wins the cheapest consent.

    Baron and Ferejohn (1989), Bargaining in legislatures, American Political Science Review 83: the closed rule.
    """
    room, plans = game.room, _blank(game)
    chances = room.negotiation.talks.protocol.settings.chances(room)
    refusal = room.stakes.no_deal[-1]
    for t in reversed(range(game.rounds)):
        yes = np.stack([game.accepts(party, refusal[party]) for party in game.parties])
        carried, at_once = _carried(game, yes), np.ones_like(game.discount)
        offers = [game.best(t, party, carried, at_once, refusal) for party in game.parties]
        for party, offer in enumerate(offers):
            plans[party].set(t, refusal[party], offer.deals, np.zeros(len(offer.deals), dtype=bool))
        value = sum((chance * offer.worth for chance, offer in zip(chances, offers, strict=True)), np.zeros_like(refusal))
        refusal = game.discount * value
    return plans


def _carried(game: Game, yes: Bools) -> Bools:
    """The deals (R, K) that are carried, given which (P, R, K) each party would vote for: it proposes no other."""
    deals = game.room.stakes.deals
    supporters = as_sets(yes)
    lacking = deals.needs[:-1] & ~supporters
    if deals.house is not None:
        lacking = np.where(deals.house.carried(supporters), lacking & ~deals.house.bit, lacking)
    return lacking == 0


INDUCTIONS: dict[str, Callable[[Game], list[Moves]]] = {
    "alternating_offers": alternating_offers,
    "random_proposer": random_proposer,
}


def moves(room: Room) -> list[Moves]:
    """The plans of all parties."""
    negotiation, draws, never = room.negotiation, room.draws, np.full(room.stakes.replicates, np.inf)
    discounts, after, luck = [], [], []
    for name, party in negotiation.parties.items():
        path, leaves = f"parties.{name}.strategy", party.strategy.leaves
        discounts.append(draws.of(party.discount, f"parties.{name}.discount"))
        after.append(draws.of(leaves.after, f"{path}.leaves.after") if leaves else never)
        luck.append(draws.luck(f"{path}.equilibrium.ties", negotiation.talks.rounds))
    game = Game(room, np.stack(discounts), np.stack(after), luck)
    return INDUCTIONS[negotiation.talks.protocol.kind](game)


def obstacles(negotiation: Any, every_deal_needs_all: bool) -> Iterator[Fault]:
    """Why a scenario in which somebody plays in equilibrium cannot be solved."""
    talks, protocol = negotiation.talks, negotiation.talks.protocol.kind
    for name, party in negotiation.parties.items():
        yield from _own_obstacles(("parties", name, "strategy"), party.strategy, talks)
    yield from _outside_obstacles(negotiation)
    if protocol not in INDUCTIONS:
        yield Fault(("talks", "protocol"), f"equilibrium is solved for {' and '.join(INDUCTIONS)}, not for {protocol}")
    two = len(negotiation.parties) == 2 and talks.order != "random" and every_deal_needs_all
    if protocol == "alternating_offers" and not two:
        message = (
            "equilibrium under alternating_offers is solved for two parties that must sign every deal, in fixed or rotating "
            "order; for others there is random_proposer"
        )
        yield Fault(("talks", "protocol"), message)


def _outside_obstacles(negotiation: Any) -> Iterator[Fault]:
    """What happens outside, or at the door, that nobody can reckon with in advance, or that the induction does not know."""
    known = "equilibrium is solved for no-deal values that all know in advance"
    if negotiation.pressure:
        yield Fault(("pressure",), f"{known}; take `pressure` out")
    for name, variable in negotiation.world.items():
        if variable.spread != 0.0:
            yield Fault(("world", name, "spread"), f"{known}; take `spread` out")
    for name, event in negotiation.events.items():
        if event.chance != 1.0:
            yield Fault(("events", name, "chance"), f"{known}; take `chance` out")
        if event.weights or event.withdraws or event.deadline or event.breaks_off:
            yield Fault(("events", name), "equilibrium is solved where events move nothing but no-deal values")
    for name in homes(negotiation):
        at = ("parties", name, "ratification") if negotiation.parties[name].ratification else ("parties", name)
        yield Fault(at, "equilibrium is solved for talks that end with the signature, and this home is asked after it")
    for key in ("opens", "present", "rooms"):
        if getattr(negotiation.talks, key):
            yield Fault(("talks", key), f"equilibrium is solved for one room, an empty table and all present; take `{key}` out")


def _own_obstacles(path: Path, strategy: Any, talks: Any) -> Iterator[Fault]:
    if strategy.kind != "equilibrium":
        yield Fault(path, "all parties play in equilibrium or none does: it supposes that everybody else plays it too")
        return
    beliefs = talks.beliefs if strategy.beliefs == "as the talks" else strategy.beliefs
    if beliefs is not None:
        yield Fault(path, "equilibrium is solved for parties that know everything: take `beliefs` out, or write exact")
    if strategy.leaves is not None and talks.protocol.kind != "alternating_offers":
        yield Fault((*path, "leaves"), "equilibrium with walking out is solved for alternating_offers alone")
