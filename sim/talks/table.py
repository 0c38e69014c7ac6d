"""The table: what lies on it in each replicate, who must still sign it, and how its talks ended."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.case.arrays import Array, Bools, Floats, Numbers
from sim.case.deals import UNLISTED, Deals
from sim.case.house import House
from sim.case.stakes import Stakes

Line = Callable[[int], str | None]  # what is told of replicate r of a block, if anything
ROOM = -1  # stands for a party where a text lies on the table as a room opens


class Turn(NamedTuple):
    """One party's turn in R replicates, all (R,): where it had the floor (None: everywhere), what lay on the table, where it was
    asked, where it signed, and where it put which offer."""

    round: int
    party: int
    floor: Bools | None
    standing: Numbers
    asked: Bools
    signed: Bools
    put: Bools
    offers: Numbers


class Note(NamedTuple):
    """Something to be told of a round: `line(r)` says it of replicate r of the block, or is
    None where it did not happen there; `public` says what all parties know of it, if they know anything; `turn` is the number of
    turns before it, and `answers` tells that it answers what was said in the last of these."""

    round: int
    line: Line
    public: Line | None
    turn: int
    answers: bool


@dataclass
class Table:
    """The state of R replicates, changed by the named moves below alone.

    `bits[p]` is the bit of party p, `lacks[p]` (K+1,) has a bit for all who must still sign a deal that party p has put; where
    replicates have deals of their own it is (R, K+1) laid out in one row, in which those of each begin at its place in `lanes`.
    `deal` (R,) is the standing offer, `empty` (K) where there is none. `missing` (R,) has a bit per party that has still to sign
    it: none is left where talks are over. `left_by` and `broken_by` (R,) are the party that walked out and the event that broke
    off the talks, or -1; `refused_by` (R,) is the party whose home refused what was signed, or -1; `late` marks where time ran
    out before the last round; `ended` (R,) is the round in which talks ended, or 0. `final` tells whether what is signed here is
    agreed, or a text for the next room. `nothing` is what an empty table lacks; `house` is there where deals need a vote.
    `points` (I, R) are what was settled on each issue in the units of its options, where a protocol settles such points, NaN
    elsewhere. `text` (R, I) are the options of a text, where a protocol has laid one on the table; it need not be a listed deal,
    and where it is signed and is none `deal` is `UNLISTED`. Kept only where they are to be told: `turns`, `notes`, and for each
    round `demands`, the worth (P, R) of the least that each party would sign as it begins, and `stakes`, as they then stand.
    """

    bits: Array
    lacks: Array
    deal: Numbers
    missing: Array
    left_by: NDArray[np.int8]
    broken_by: NDArray[np.int16]
    refused_by: NDArray[np.int8]
    late: Bools
    ended: NDArray[np.int16]
    nothing: int
    empty: int
    lanes: Numbers | None
    final: bool = True
    house: House | None = None
    text: Array | None = None
    points: Floats | None = None
    turns: list[Turn] | None = field(default=None)
    notes: list[Note] = field(default_factory=list)
    demands: list[Floats] = field(default_factory=list)
    stakes: list[Stakes] = field(default_factory=list)

    def asks(self, party: int) -> Bools:
        """Where (R,) the party's signature is still missing."""
        return (self.missing & self.bits[party]).astype(bool)

    def asks_for_consent(self, party: int) -> Bools:
        """Where (R,) the party's signature or its vote is asked for."""
        votes = self.house is not None and self.house.votes[party] > 0
        return self.asks(party) | ((self.missing != 0) & votes)

    def sign(self, party: int, where: Bools) -> None:
        """The party signs the standing offer, where it is asked."""
        self.missing ^= where * self.bits[party]

    def put(self, party: int, offers: Numbers, where: Bools) -> None:
        """The party puts its offer on the table, in place of what lay there, and counts as having signed it."""
        np.copyto(self.deal, offers, where=where)
        np.copyto(self.missing, self.lacks[party].take(self._places(offers)), where=where)

    def draft(self, text: Array) -> None:
        """Texts (R, I) lie on the table, listed or not, in place of deals."""
        self.text = text
        self.deal[self.missing != 0] = self.empty

    def count(self, supporters: Array) -> None:
        """The vote: the house signs where the supporters (R,), a bit each, carry the standing offer."""
        if self.house is not None:
            standing = self.missing & self.house.bit
            self.missing ^= np.where(self.house.carried(supporters), standing, 0).astype(self.missing.dtype)

    def clear(self, where: Bools) -> None:
        """The standing offer is off, and the table empty again."""
        self.deal[where] = self.empty
        self.missing[where] = self.nothing

    def settle(self, deals: Numbers, where: Bools, points: Floats | None = None) -> None:
        """The deals (R,) are agreed, where talks still go on, with no signature left to ask for; perhaps as nearest to points
        (I, R) that were settled."""
        where = where & (self.missing != 0)
        if points is not None:
            self.points = np.where(where, points, np.nan if self.points is None else self.points)
        np.copyto(self.deal, deals, where=where)
        self.missing[where] = 0

    def note(self, round: int, line: Line, public: Line | None = None, answers: bool = False) -> None:
        """Keep a note, if it is to be told."""
        if self.turns is not None:
            in_turn = bool(self.turns) and self.turns[-1].round == round
            self.notes.append(Note(round, line, public, len(self.turns), answers and in_turn))

    def leave(self, party: int, where: Bools) -> None:
        """The party walks out and the talks are over."""
        self.left_by[self._stop(where)] = party

    def break_off(self, event: int, where: Bools) -> None:
        """An event breaks off the talks."""
        self.broken_by[self._stop(where)] = event

    def run_out(self, where: Bools) -> None:
        """Time runs out before the last round."""
        self.late |= self._stop(where)

    def refuse(self, party: int, where: Bools) -> None:
        """The party's home refuses what was signed, if no other has."""
        self.refused_by[where & self.agreed] = party

    def _stop(self, where: Bools) -> Bools:
        """Where talks still go on and are over now, without agreement."""
        stopped = where & self.going
        self.missing[stopped] = 0
        return stopped

    def reopen(self, needs: Array, opening: Numbers, final: bool) -> None:
        """The next room: on its table lies the opening text (R,), K for none, and all whom `needs` (K+1,) names are asked."""
        self.lacks, self.nothing, self.final = _lacks(needs, self.bits), int(needs[..., -1].flat[0]), final
        going, listed = ~self.stopped, np.where(opening == UNLISTED, self.empty, opening)
        self.deal[going] = opening[going]
        self.missing[going] = needs.take(self._places(listed))[going]

    def _places(self, deals: Numbers) -> Numbers:
        """Where in a row laid out as `lacks` one deal (R,) of each replicate stands."""
        return deals if self.lanes is None else deals + self.lanes

    def tell_all(self, round: int, words: str) -> None:
        """Keep, if it is to be told, what happens in all replicates as a round begins, and all parties know."""
        self.note(round, lambda r: words, public=lambda r: words)

    def tell_opening(self, round: int) -> None:
        """Keep, if it is to be told, which text lies on the table of a room that opens, as the first in it has the floor."""
        if self.turns is not None:
            opening = np.where(self.going, self.deal, self.empty)
            nobody, there = np.zeros(len(opening), dtype=bool), (opening != UNLISTED) & (opening != self.empty)
            self.turns.append(Turn(round, ROOM, None, opening, nobody, nobody, there, opening))

    @property
    def going(self) -> Bools:
        """Where (R,) talks go on; a text that waits for the next room does not end them."""
        return (self.missing != 0) if self.final else ~self.stopped

    @property
    def stopped(self) -> Bools:
        """Where (R,) talks are over without agreement before the last round."""
        return (self.left_by >= 0) | (self.broken_by >= 0) | self.late

    def close(self, round: int) -> None:
        """End of a round: note where talks have just ended."""
        over = (self.missing == 0) if self.final else self.stopped
        self.ended[over & (self.ended == 0)] = round

    @property
    def over(self) -> bool:
        """Whether talks are over in every replicate."""
        return bool((self.missing == 0 if self.final else self.stopped).all())

    @property
    def signed(self) -> Bools:
        """Where (R,) all who must have signed."""
        return (self.missing == 0) & ~self.stopped & self.final

    @property
    def agreed(self) -> Bools:
        """Where (R,) all who must have signed, and no home has refused."""
        return self.signed & (self.refused_by < 0)


class End(NamedTuple):
    """R negotiations that were played: the table as they left it, the stakes as they stood then, the round (R,) after which time
    ran out or would have, and what pressing has cost each party (P, R), if anybody presses."""

    table: Table
    stakes: Stakes
    horizon: Numbers
    costs: Floats | None

    @property
    def rows(self) -> Array:
        """The options (R, I) of what was signed, listed or not; those of any deal where nothing was."""
        table, deals = self.table, self.stakes.deals
        rows = deals.rows_at(table.deal)
        return rows if table.text is None else np.where((table.deal == UNLISTED)[:, None], table.text, rows)

    def utility(self, party: int) -> Floats:
        """What was signed is worth (R,) to the party, red lines left out; anything where nothing was signed."""
        if (self.table.deal == UNLISTED).any():
            return self.stakes.utility_of(party, self.rows)
        return self.stakes.utility(party, self.table.deal)


def lay(deals: Deals, replicates: int, tell: bool) -> Table:
    """An empty table, at which everybody is asked; it keeps its turns when they are to be told."""
    needs = deals.needs
    bits = (1 << np.arange(len(deals.parties))).astype(needs.dtype)
    nothing = int(needs[..., -1].flat[0])
    return Table(
        bits=bits,
        lacks=_lacks(needs, bits),
        deal=np.full(replicates, deals.count, dtype=np.intp),
        missing=np.full(replicates, nothing, dtype=needs.dtype),
        left_by=np.full(replicates, -1, dtype=np.int8),
        broken_by=np.full(replicates, -1, dtype=np.int16),
        refused_by=np.full(replicates, -1, dtype=np.int8),
        late=np.zeros(replicates, dtype=bool),
        ended=np.zeros(replicates, dtype=np.int16),
        nothing=nothing,
        empty=deals.count,
        lanes=None if needs.ndim == 1 else np.arange(replicates) * (deals.count + 1),
        house=deals.house,
        turns=[] if tell else None,
    )


def _lacks(needs: Array, bits: Array) -> Array:
    """What is lacking (P, ...) when each party has put a deal, from what deals need, (K+1,) or (R, K+1)."""
    return needs.ravel() & ~bits[:, None]
