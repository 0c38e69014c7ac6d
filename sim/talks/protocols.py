"""The rules of the table: who may do what, when. A protocol plays one round of all replicates.

To add a protocol, write its function here and add its line to `PROTOCOLS` at the foot of this file; `ORDERS` does the same for
orders of speaking.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from sim.case.arrays import Bools, Numbers
from sim.talks.table import Table, Turn

Floor = Iterator[tuple[int, Bools | None]]


class Room(Protocol):
    """What the rules see of the talks: the table, the delegations, the round, and who has the floor in it.

    `floor()` gives the parties in the order of their turns, each with where (R,) it has the floor, or None for everywhere;
    `tell` lets all who listen hear an offer.
    """

    table: Table
    delegations: Sequence[Any]
    floor: Callable[[], Floor]

    @property
    def t(self) -> int:
        """The round being played, counted from 0."""
        ...

    @property
    def lots(self) -> Numbers:
        """Who speaks (T, P, R) in each turn, where that is drawn by lot."""
        ...

    def tell(self, party: int, deals: Numbers, where: Bools) -> None:
        """Make an offer heard."""
        ...


def alternating_offers(talks: Room) -> None:
    """Each party in turn is asked to sign what lies on the table, if its signature is missing, or puts another deal there.

    Whose signature the standing offer does not need, or who has signed it already, lets it stand. Signatures last over the end of
    a round; a new offer clears them. Aydogan, Festen, Hindriks and Jonker (2017), Alternating offers protocols for
    multilateral negotiation, with signatures by deal added here.
    """
    table, t = talks.table, talks.t
    for party, floor in talks.floor():
        delegation = talks.delegations[party]
        asked = table.asks(party) if floor is None else table.asks(party) & floor
        left = delegation.leaves(t, asked)
        if left is not None:
            table.leave(party, left)
            asked = asked & ~left
        signed = asked & delegation.signs(t, table.deal)
        refused = asked > signed
        offers = delegation.offers(t)
        if table.turns is not None:
            table.turns.append(Turn(t + 1, party, floor, table.deal.copy(), asked, signed, refused, offers))
        table.sign(party, signed)
        table.put(party, offers, refused)
        talks.tell(party, offers, refused)


def fixed(talks: Room) -> Floor:
    """The order of the file, every round."""
    return ((party, None) for party in range(len(talks.delegations)))


def rotating(talks: Room) -> Floor:
    """The order of the file, begun one place later each round."""
    parties = len(talks.delegations)
    return (((talks.t + turn) % parties, None) for turn in range(parties))


def shuffled(talks: Room) -> Floor:
    """A fresh order by lot in each round of each replicate."""
    for speaker in talks.lots[talks.t]:
        for party in range(len(talks.delegations)):
            yield party, speaker == party


PROTOCOLS: dict[str, Callable[[Room], None]] = {"alternating_offers": alternating_offers}

ORDERS: dict[str, Callable[[Room], Floor]] = {"fixed": fixed, "rotating": rotating, "random": shuffled}
