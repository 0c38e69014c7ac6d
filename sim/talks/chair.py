"""A chair at the table: a party whose moves are a script that somebody writes, one move for each time it is asked.

Where the script is at its end the talks stop and `Asked` tells who is asked what. Talks played again from the start with one more
move go on from there, since nothing else has changed. So the moves made are all that there is to keep of a game.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim.case.arrays import Bools, Floats, Numbers
from sim.case.faults import BadInput
from sim.case.stakes import RED_LINE, Stakes, as_utility, bar
from sim.talks.room import Room
from sim.talks.table import Table

SIGN, OFFER, REFUSE, LEAVE = "sign", "offer", "refuse", "leave"
COUNTER, VOTE = "counter", "vote"  # what a protocol says under `chairs`: who refuses puts another deal, or only says no


class Move(NamedTuple):
    """What a party does when it is asked: it signs what lies on the table (or votes for it), puts another deal, refuses without
    another offer, or leaves the talks. `deal` is the number of the deal that it puts."""

    party: int
    kind: str
    deal: int | None = None


class Question(NamedTuple):
    """A party is asked in round t, counted from 0: to put a deal, where it `proposes`, or to answer the standing one.

    `offers` tells whether it may put a deal in this turn. `standing` is the number of the deal on the table, K where it is
    empty. `advice` is what the party's own strategy would do; `table` and `stakes` are as they stand, in the one replicate
    played; `members` are the parties that sit there, and round `last`, counted from 1, is the last in their room.
    """

    party: int
    t: int
    proposes: bool
    offers: bool
    standing: int
    advice: Move
    table: Table
    stakes: Stakes
    members: list[int]
    last: int

    @property
    def may(self) -> list[str]:
        """The kinds of move that the party has here."""
        lies = self.standing < self.stakes.deals.count
        there = {SIGN: lies and not self.proposes, OFFER: self.offers, REFUSE: True, LEAVE: not self.proposes}
        return [kind for kind, so in there.items() if so]

    def obstacle(self, move: Move) -> str:
        """What forbids a move here, in words; nothing where nothing does."""
        if move.kind not in self.may:
            return "nothing lies on the table" if move.kind == SIGN and not self.proposes else _ELSEWHERE[move.kind]
        deal = self.standing if move.kind == SIGN else move.deal
        if deal is None or as_utility(self.stakes.worth[self.party, 0, deal]) > -RED_LINE / 2:
            return ""
        return bar(self.stakes, self.party, deal) or "it is off the table, by what happened outside"


_ELSEWHERE = {
    SIGN: "it is your turn to propose; there is nothing to sign",
    OFFER: "another has the floor in this round; who answers puts no other deal",
    LEAVE: "who has the floor proposes, or proposes nothing; leave when next you are asked to answer",
}


class Asked(Exception):  # noqa: N818 - nothing is wrong
    """Talks have come to a question for which a script has no move."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.t)
        self.question = question


class Script:
    """The moves of all chairs in the order in which they are asked; `chairs` are the numbers of their parties."""

    def __init__(self, chairs: Sequence[int], moves: Sequence[Move]) -> None:
        self.chairs, self._moves = chairs, iter(moves)

    def take(self, question: Question) -> Move:
        """The move made when this was asked; raises `Asked` where there is none, and BadInput where it cannot be made."""
        move = next(self._moves, None)
        if move is None:
            raise Asked(question)
        name = question.stakes.deals.scenario.name(question.stakes.deals.parties[question.party])
        wrong = question.obstacle(move) if move.party == question.party else f"it is {name}'s turn"
        if wrong:
            raise BadInput([f"{move.kind}: {wrong}"])
        return move


@dataclass
class Chair:
    """A party's people in the room, led by a script in one replicate; `own` are those whose strategy is in the scenario.

    What others offer is told to `own` too, so that it can advise. Pressure is brought to bear as `own` would.
    """

    own: Any
    script: Script
    move: Move | None = None

    @property
    def party(self) -> int:
        """The party's number."""
        return int(self.own.party)

    def demands(self, t: int) -> Floats:
        """The least worth (1,) it would sign in round t: nobody knows, so more than any deal has."""
        return np.full(1, np.inf)

    @property
    def room(self) -> Room:
        """The talks."""
        room: Room = self.own.model
        return room

    def look_again(self) -> None:
        """Let advice reckon with what has changed."""
        self.own.look_again()

    def leaves(self, t: int, asked: Bools) -> Bools:
        """Where (1,) it walks out before it answers."""
        self.move = self._answer(t, asked) if asked[0] else None
        return asked & (self._kind == LEAVE)

    def signs(self, t: int, deal: Numbers) -> Bools:
        """Where (1,) it signs the deal (1,) on which it was just asked."""
        return np.full(1, self._kind == SIGN)

    def would_sign(self, t: int, deal: Numbers) -> Bools:
        """Where (1,) its own strategy would sign the deal (1,)."""
        would: Bools = self.own.would_sign(t, deal)
        return would

    def would_sign_text(self, t: int, utility: Floats) -> Bools:
        """Where (1,) its own strategy would sign a text worth so much (1,)."""
        would: Bools = self.own.would_sign_text(t, utility)
        return would

    def offers(self, t: int) -> Numbers:
        """The deal (1,) that it has just put; K for none."""
        nothing = self.room.stakes.deals.count
        return np.full(1, nothing if self.move is None or self.move.deal is None else self.move.deal)

    def proposes(self, t: int, floor: Bools) -> Numbers:
        """The deal (1,) that it puts where (1,) it has the floor, with nothing to answer."""
        self.move = self._ask(t, True, self._offer(t)) if floor[0] else None
        return self.offers(t)

    @property
    def _kind(self) -> str:
        return self.move.kind if self.move else ""

    def _answer(self, t: int, asked: Bools) -> Move:
        left = self.own.leaves(t, asked)
        if left is not None and left[0]:
            return self._ask(t, False, Move(self.party, LEAVE))
        if self.own.signs(t, self.room.table.deal)[0]:
            return self._ask(t, False, Move(self.party, SIGN))
        return self._ask(t, False, self._offer(t) if self._counters else Move(self.party, REFUSE))

    @property
    def _counters(self) -> bool:
        """Whether who refuses puts another deal in the same turn."""
        return bool(self.own.model.sitting.protocol.chairs == COUNTER)

    def _offer(self, t: int) -> Move:
        """What its own strategy would put."""
        deal = int(self.own.offers(t)[0])
        return Move(self.party, OFFER, deal) if deal < self.room.stakes.deals.count else Move(self.party, REFUSE)

    def _ask(self, t: int, proposes: bool, advice: Move) -> Move:
        room = self.room
        return self.script.take(
            Question(
                party=self.party,
                t=t,
                proposes=proposes,
                offers=proposes or self._counters,
                standing=int(room.table.deal[0]),
                advice=advice,
                table=room.table,
                stakes=room.stakes,
                members=list(room.members),
                last=int(min(room.span[1], self.own.model.outside.horizon[0])),
            )
        )


def seat(delegations: list[Any], script: Script) -> list[Any]:
    """The delegations, those of the script's chairs led by it."""
    return [Chair(own, script) if own.party in script.chairs else own for own in delegations]
