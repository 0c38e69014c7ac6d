"""Random proposer: in each round somebody is drawn to put a deal to all others."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

import numpy as np
from pydantic import Field

from sim.case.arrays import Bools, Floats, Numbers
from sim.case.numbers import NotNegative
from sim.case.section import Name, Section
from sim.talks.chair import VOTE
from sim.talks.room import PlayRound, Room
from sim.talks.table import Turn


class RandomProposer(Section):
    """In each round one party, drawn by its recognition, puts a deal; the others say yes or no, and a deal not carried is off.

    Recognition is relative: a chance in proportion to the sum; left out, all have the same. The closed rule of Baron and Ferejohn
    (1989), Bargaining in legislatures, American Political Science Review 83, section on closed rules.
    """

    recognition: dict[Name, NotNegative] = Field(default_factory=dict)

    chairs: ClassVar[str] = VOTE

    def open(self, room: Room) -> PlayRound:
        """What plays the next round."""
        luck = room.draws.luck("talks.recognition", room.negotiation.talks.rounds)
        return partial(_session, room, self.chances(room), luck)

    def chances(self, room: Room) -> Floats:
        """The chance (P, R) of each party to be drawn in a round."""
        path = "talks.protocol.random_proposer.recognition"
        written = self.recognition or dict.fromkeys(room.stakes.deals.parties, 1.0)
        drawn = np.stack([room.draws.of(written.get(name, 0.0), f"{path}.{name}") for name in room.stakes.deals.parties])
        return drawn / drawn.sum(axis=0)


def _session(room: Room, chances: Floats, luck: Floats) -> None:
    """A round, given the chances (P, R) to propose and the luck (T, R): an offer, the answers, and what comes of them."""
    table = room.table
    speaker = _drawn(chances, room.members, luck[room.t])
    going = table.missing != 0
    for party in room.members:
        _proposes(room, party, going & (speaker == party))
    yes = (going * table.bits.take(speaker)).astype(table.missing.dtype)
    for party in room.members:
        yes |= table.bits[party] * _answers(room, party, speaker != party)
    table.count(yes)
    table.clear(table.missing != 0)


def _drawn(chances: Floats, members: Sequence[int], luck: Floats) -> Numbers:
    """Who (R,) of those present is drawn to propose."""
    below = np.cumsum(chances[members], axis=0)
    return np.asarray(members)[(luck * below[-1] >= below[:-1]).sum(axis=0)]


def _proposes(room: Room, party: int, floor: Bools) -> None:
    table, offers = room.table, room.delegations[party].proposes(room.t, floor)
    if table.turns is not None:
        nobody = np.zeros_like(floor)
        table.turns.append(Turn(room.t + 1, party, floor, table.deal.copy(), nobody, nobody, floor, offers))
    table.put(party, offers, floor)
    room.tell(party, offers, floor)


def _answers(room: Room, party: int, others: Bools) -> Bools:
    """Where (R,) the party says yes to another's offer."""
    table, delegation = room.table, room.delegations[party]
    asked = others & table.asks_for_consent(party)
    left = delegation.leaves(room.t, asked)
    if left is not None:
        table.leave(party, left)
        asked = asked & ~left
    yes: Bools = asked & delegation.signs(room.t, table.deal)
    if table.turns is not None:
        offers, nothing = delegation.offers(room.t), np.zeros_like(asked)
        table.turns.append(Turn(room.t + 1, party, asked, table.deal.copy(), asked, yes, nothing, offers))
    room.refused(party, table.deal, asked & ~yes)
    table.sign(party, yes & table.asks(party))
    return yes
