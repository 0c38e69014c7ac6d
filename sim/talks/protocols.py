"""The rules of the table: who may do what, when. A protocol plays one round of all replicates.

To add a protocol, write its function here and add its line to `PROTOCOLS` at the foot of this file; `ORDERS` does the same for
orders of speaking.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sim.case.arrays import Bools

if TYPE_CHECKING:
    from sim.talks.model import Talks

Floor = Iterator[tuple[int, Bools | None]]


def alternating_offers(talks: "Talks") -> None:
    """Each party in turn is asked to sign what lies on the table, if its signature is missing, or puts another deal there.

    Whose signature the standing offer does not need, or who has signed it already, lets it stand. Signatures last over the end of
    a round; a new offer clears them. Aydogan, Festen, Hindriks and Jonker (2017), Alternating offers protocols for
    multilateral negotiation, with signatures by deal added here.
    """
    table, t = talks.table, talks.t
    for party, floor in talks.floor():
        delegation = talks.delegations[party]
        asked = table.asks(party) if floor is None else table.asks(party) & floor
        left = delegation.leaves(t, table.deal, asked)
        if left is not None:
            table.leave(party, left)
            asked = asked & ~left
        signed = asked & delegation.signs(t, table.deal)
        refused = asked > signed
        offers = delegation.offers(t)
        talks.note(party, asked, signed, refused, offers, left)
        table.sign(party, signed)
        table.put(party, offers, refused)
        talks.tell(party, offers, refused)


def fixed(talks: "Talks") -> Floor:
    """The order of the file, every round."""
    return ((party, None) for party in range(len(talks.delegations)))


def rotating(talks: "Talks") -> Floor:
    """The order of the file, begun one place later each round."""
    parties = len(talks.delegations)
    return (((talks.t + turn) % parties, None) for turn in range(parties))


def shuffled(talks: "Talks") -> Floor:
    """A fresh order by lot in each round of each replicate."""
    for speaker in talks.lots[talks.t]:
        for party in range(len(talks.delegations)):
            yield party, speaker == party


PROTOCOLS: dict[str, Callable[["Talks"], None]] = {"alternating_offers": alternating_offers}

ORDERS: dict[str, Callable[["Talks"], Floor]] = {"fixed": fixed, "rotating": rotating, "random": shuffled}
