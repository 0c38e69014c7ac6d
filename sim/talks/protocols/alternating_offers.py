"""Alternating offers: one standing offer at a time, signed or replaced turn by turn.

`ORDERS` holds the orders of speaking; to add one, write its function and its line there.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import ClassVar

import numpy as np

from sim.case.arrays import Bools
from sim.case.section import Section
from sim.talks.chair import COUNTER
from sim.talks.room import PlayRound, Room
from sim.talks.table import Turn

Floor = Iterator[tuple[int, Bools | None]]


class AlternatingOffers(Section):
    """Each party in turn is asked to sign what lies on the table, if its signature is missing, or puts another deal there.

    Whose signature the standing offer does not need, or who has signed it already, lets it stand. Signatures last over the end of
    a round; a new offer clears them. Aydogan, Festen, Hindriks and Jonker (2017), Alternating offers protocols for
    multilateral negotiation, with signatures by deal added here.
    """

    chairs: ClassVar[str] = COUNTER

    def open(self, room: Room) -> PlayRound:
        """What plays the next round."""
        return partial(_turns, room, ORDERS[room.negotiation.talks.order](room))


def _turns(room: Room, floor: Callable[[int], Floor]) -> None:
    table, t, members = room.table, room.t, room.members
    for party, has_floor in floor(t):
        if party not in members:
            continue
        delegation = room.delegations[party]
        asked = table.asks(party) if has_floor is None else table.asks(party) & has_floor
        left = delegation.leaves(t, asked)
        if left is not None:
            table.leave(party, left)
            asked = asked & ~left
        signed = asked & delegation.signs(t, table.deal)
        refused = asked > signed
        offers = delegation.offers(t)
        if table.turns is not None:
            table.turns.append(Turn(t + 1, party, has_floor, table.deal.copy(), asked, signed, refused, offers))
        room.refused(party, table.deal, refused)
        table.sign(party, signed)
        table.put(party, offers, refused)
        room.tell(party, offers, refused)


def fixed(room: Room) -> Callable[[int], Floor]:
    """The order of the file, every round."""
    return lambda t: ((party, None) for party in range(len(room.stakes.deals.parties)))


def rotating(room: Room) -> Callable[[int], Floor]:
    """The order of the file, begun one place later each round."""
    parties = len(room.stakes.deals.parties)
    return lambda t: (((t + turn) % parties, None) for turn in range(parties))


def shuffled(room: Room) -> Callable[[int], Floor]:
    """A fresh order by lot in each round of each replicate."""
    rounds, parties = room.negotiation.talks.rounds, len(room.stakes.deals.parties)
    lots = room.draws.luck("talks.order", rounds * parties).reshape(rounds, parties, -1).argsort(axis=1)

    def floor(t: int) -> Floor:
        for speaker in lots[t]:
            for party in range(parties):
                yield party, np.asarray(speaker == party)

    return floor


ORDERS: dict[str, Callable[[Room], Callable[[int], Floor]]] = {"fixed": fixed, "rotating": rotating, "random": shuffled}
