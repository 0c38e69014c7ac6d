"""Single text: a mediator drafts one text, hears what the parties say to changes of it, and puts it to signature.

A change touches one issue, and only what that issue bears on is looked at. So nothing here grows with the number of deals, and
spaces that nobody could list are walked like small ones.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.case.arrays import Array, Bools, Floats
from sim.case.deals import UNLISTED
from sim.case.faults import Misfit
from sim.case.numbers import Share
from sim.case.section import DealName, Name, Section
from sim.case.stakes import GRID, Stakes, as_utility
from sim.talks.minutes import Minutes, Revision, lines
from sim.talks.room import PlayRound, Room
from sim.talks.seat import Moment
from sim.talks.text import Change, Text, write

NOBODY = "nobody"
PATH = "talks.protocol.single_text"


class SingleText(Section):
    """In each round a mediator proposes changes of one issue each; what it hears all agree to stands; then the text may be
    signed.

    The one-text procedure: Fisher and Ury (1981), Getting to Yes. Changes by lot, and parties that climb or anneal: Klein,
    Faratin, Sayama and Bar-Yam (2003), Group Decision and Negotiation 12. Bias and mishearing are this program's own.
    """

    mediator: Name = NOBODY
    opens: DealName | None = None
    revisions: Annotated[int, Field(strict=True, ge=1, le=1000)] = 10
    bias: Share = 0.0
    mishears: Share = 0.0

    @model_validator(mode="after")
    def _bias_is_somebodys(self) -> "SingleText":
        if self.bias != 0 and self.mediator == NOBODY:
            raise Misfit("a mediator that is nobody wants nothing; name a party under `mediator`, or take `bias` out", "bias")
        return self

    def open(self, room: Room) -> PlayRound:
        """What plays the next round."""
        return Mediation(room, self).play_round


@dataclass
class Mediation:
    """Single text at work in one room: `bias` and `mishears` (R,) are chances, `text` is read by the `stakes` of the round."""

    room: Room
    settings: SingleText
    signers: list[int] = field(init=False)
    mediator: int | None = field(init=False)
    bias: Floats = field(init=False)
    mishears: Floats = field(init=False)
    text: Text = field(init=False)
    stakes: Stakes | None = None
    signed: Array | int = 0

    def play_round(self) -> None:
        """A round: revisions, then signatures."""
        room, table = self.room, self.room.table
        new = self.stakes is None
        lay = (table.deal == UNLISTED) | (table.deal == room.stakes.deals.count)  # else what lies there has been told
        if new:
            self._begin()
        if self.stakes is not room.stakes:
            self.stakes, self.text = room.stakes, write(room)
        going, before = table.missing != 0, self.text.rows.copy()
        revisions = list(self._revisions())
        told = len(table.notes)
        signed = self._signatures()
        if table.turns is not None:
            pressed = table.notes[told:]
            del table.notes[told:]
            self._tell(lay & new, going, before, revisions, signed)
            table.notes += [note._replace(answers=False) for note in pressed]  # after the refusals that they answer

    def _tell(self, first: Bools, going: Bools, before: Array, revisions: list[Revision], signed: Array) -> None:
        room, text = self.room, self.text
        news = (signed != self.signed) | (text.rows != before).any(axis=1)
        asks = np.stack([as_utility(delegation.demands(room.t)) for delegation in room.delegations])
        kept = (going, before, revisions, text.rows.copy(), text.worth.copy(), text.needs.copy(), signed, news, asks)
        last, here = room.closes(room.t), room.members
        for line in lines(Minutes(room.negotiation, room.stakes, first, last, self.signers, self.mediator, here, *kept)):
            room.table.note(room.t + 1, line)
        self.signed = signed

    def _begin(self) -> None:
        """A text is laid on the table: the one that lies there, or else the one that opens, or one by lot."""
        room, parties = self.room, self.room.stakes.deals.parties
        named = self.settings.mediator
        self.mediator = None if named == NOBODY else parties.index(named)
        self.signers = list(room.all_must_sign) or [parties.index(party) for party in room.negotiation.signers()]
        self.bias, self.mishears = (
            room.draws.of(getattr(self.settings, name), f"{PATH}.{name}") for name in ("bias", "mishears")
        )
        opens = None if self.settings.opens is None else room.negotiation.deal(self.settings.opens)
        room.table.draft(_opening(room, opens))

    def _revisions(self) -> Iterator[Revision]:
        if not (self.text.sizes > 1).any():
            return
        first, after = self.room.span
        issues, options, leanings = (self._luck(name) for name in ("issue", "option", "bias"))
        misheard = self._misheard()
        for v in range(self.settings.revisions):
            change = self.text.change(issues[v], options[v])
            moment = Moment(self.room.t - first, after - first, v, self.settings.revisions)
            yield self._revise(change, leanings[v], misheard[v], moment)

    def _misheard(self) -> Array:
        """Whose answers (V, R) will be taken for the opposite, a bit a party; a mediator does not mishear itself."""
        misheard = np.zeros((self.settings.revisions, len(self.mishears)), dtype=np.int64)
        for p in [p for p in self.signers if p != self.mediator and self.mishears.any()]:
            lots = self._luck(f"mishears.{self.room.stakes.deals.parties[p]}")
            misheard |= (lots < self.mishears).astype(np.int64) << p
        return misheard

    def _revise(self, change: Change, leaning: Floats, misheard: Array, moment: Moment) -> Revision:
        room, text, after = self.room, self.text, self.text.after(change)
        put = (room.table.missing != 0) & ~after.forbidden
        kept_back = np.zeros_like(put)
        if self.mediator is not None:
            kept_back = put & (after.gains[:, self.mediator] < 0) & (leaning < self.bias)
        here, agreed = [p for p in self.signers if p in room.members], np.zeros(len(put), dtype=np.int64)
        for p in here:
            agreed |= room.delegations[p].accepts(after.gains[:, p] / GRID, room.t, moment).astype(np.int64) << p
        asked = np.where(put & ~kept_back, (text.needs | after.needs) & sum(1 << p for p in here), 0)
        heard = agreed ^ misheard
        stands = (asked != 0) & (asked & ~heard == 0)
        text.take(change, after, stands)
        return Revision(change, kept_back, asked, agreed, heard, stands)

    def _signatures(self) -> Array:
        """The text is put to signature: who signs it, a bit a party."""
        room, table, utility = self.room, self.room.table, self.text.worth / GRID
        needs, signed = self.text.needs, np.zeros(len(utility), dtype=np.int64)
        for p in room.members:
            delegation, asked = room.delegations[p], (table.missing != 0) & (needs >> p & 1).astype(bool)
            delegation.reads(utility[:, p])
            left = delegation.leaves(room.t, asked)
            if left is not None:
                table.leave(p, left)
                asked = asked & ~left
            signed |= (asked & delegation.signs_text(room.t, utility[:, p])).astype(np.int64) << p
            room.refused_text(p, utility, asked & ~delegation.would_sign_text(room.t, utility[:, p]))
        settled = needs & ~signed == 0
        deals = np.full(len(needs), UNLISTED)
        deals[settled] = room.stakes.deals.numbers_of(self.text.rows, settled)
        table.settle(deals, settled)
        return signed

    def _luck(self, name: str) -> Floats:
        """Quantiles (V, R) for this round's revisions."""
        return self.room.draws.luck(f"{PATH}.{name}.{self.room.t}", self.settings.revisions)


def _opening(room: Room, opens: dict[str, str] | None) -> Array:
    """The texts (R, I) to begin with."""
    deals, table = room.stakes.deals, room.table
    rows = drawn(room) if opens is None else deals.rows_of(opens, room.stakes.replicates)
    lying = (table.deal != UNLISTED) & (table.deal != deals.count)
    rows[lying] = deals.rows_at(table.deal)[lying]
    if table.text is not None:
        rows[table.deal == UNLISTED] = table.text[table.deal == UNLISTED]
    return rows


def drawn(room: Room) -> Array:
    """Texts (R, I) by lot, each option of an issue alike, of those that no exclusion forbids."""
    deals, path = room.stakes.deals, f"{PATH}.opens.{room.span[0]}"
    if deals.complete:
        return deals.rows[(room.draws.luck(path, 1)[0] * deals.count).astype(np.intp)]
    rows, again = np.empty((room.stakes.replicates, len(deals.issues)), dtype=np.int16), np.arange(room.stakes.replicates)
    attempts = count()
    while len(again):
        rows[again] = by_lot(deals.issues.values(), room.draws.luck(f"{path}.{next(attempts)}", len(deals.issues)))[again]
        again = again[deals.excluded(rows[again])]
    return rows


def by_lot(issues: Iterable[tuple[str, ...]], lots: Floats) -> NDArray[np.int16]:
    """Options (R, I) at these quantiles (I, R)."""
    return np.stack([lot * len(options) for options, lot in zip(issues, lots, strict=True)], axis=1).astype(np.int16)
