"""One visit to the page: which scenario this browser tab plays with, what it has moved, and how to take that back."""

from asyncio import gather
from dataclasses import dataclass, field
from hashlib import sha256
from time import monotonic
from typing import NamedTuple

from sim.case.changes import difference
from sim.case.faults import BadInput
from sim.case.numbers import AnyNumber
from sim.case.reading import Draft
from sim.case.yaml import write_yaml
from sim.studies.blocks import BLOCK
from sim.talks.negotiation import Negotiation
from sim.web.picture import Picture, together
from sim.web.questions import PictureOf, ReadingOf, Table
from sim.web.queue import Queue
from sim.web.sliders import as_change

FIRST, ENOUGH = BLOCK, 10 * BLOCK  # replicates of the first picture, and of the refined one
MOST_TEXT = 100_000  # signs of a text that is opened
_SAME_MOVE = 1.0  # seconds within which moves of one slider are taken back together

Moves = dict[str, AnyNumber | str]


class Case(NamedTuple):
    """A scenario that can be played: as written, checked, and whether all its deals are listed; `key` is nothing for the one
    that is taught, `name` what a variant extends, if it has one."""

    written: Draft
    negotiation: Negotiation
    complete: bool
    name: str = ""
    key: str = ""

    def table(self, moves: Moves, seed: int) -> Table:
        """The scenario with these moves, for questions."""
        changes = tuple(as_change(path, chosen) for path, chosen in moves.items())
        return Table(changes, seed, self.key, self.written if self.key else None)


@dataclass
class Visit:
    """What one browser tab does. `who` names it to the queue; `asked` counts its questions, which tells old answers apart."""

    who: str
    queue: Queue
    taught: Case
    seed: int
    case: Case = field(init=False)
    moves: Moves = field(default_factory=dict)
    asked: int = 0
    gone: bool = False
    _past: list[tuple[Case, Moves]] = field(default_factory=list)
    _last: tuple[str, float] = ("", 0.0)

    def __post_init__(self) -> None:
        self.case = self.taught

    @property
    def table(self) -> Table:
        """The scenario as moved."""
        return self.case.table(self.moves, self.seed)

    def move(self, path: str, chosen: AnyNumber | str, as_written: bool) -> None:
        """A slider or a choice is moved, perhaps back to what is written."""
        now = monotonic()
        if self._last[0] != path or now - self._last[1] > _SAME_MOVE:
            self._past.append((self.case, dict(self.moves)))
        self._last = path, now
        self.moves.pop(path, None)
        if not as_written:
            self.moves[path] = chosen

    def undo(self) -> bool:
        """Take the last move back; whether there was one."""
        if not self._past:
            return False
        self.case, self.moves = self._past.pop()
        self._last = "", 0.0
        return True

    def reset(self) -> None:
        """Everything as written."""
        self._past.append((self.case, self.moves))
        self.moves, self._last = {}, ("", 0.0)

    def forget(self) -> None:
        """The tab is gone: nothing is to be answered any more."""
        self.gone = True
        self.queue.forget(self.who)

    async def first(self, table: Table) -> Picture | None:
        """The first picture; None where something newer was asked meanwhile."""
        self.asked += 1
        mine = self.asked
        self.queue.forget(self.who)
        half = FIRST // 2  # one for each of two workers
        halves = (self.queue.ask(f"{self.who}.{at}", PictureOf(table, at, half, at_once=True)) for at in (0, half))
        seen = await gather(*halves)
        return None if mine != self.asked or self.gone or None in seen else together(seen)

    async def refined(self, table: Table, seen: Picture) -> Picture | None:
        """The picture of enough replicates; None where something newer was asked meanwhile."""
        mine = self.asked
        blocks = (PictureOf(table, first, BLOCK) for first in range(seen.replicates, ENOUGH, BLOCK))
        more = await gather(*(self.queue.refine(self.who, block) for block in blocks))
        return together([seen, *more]) if mine == self.asked and not self.gone and None not in more else None

    def variant(self) -> str:
        """The scenario as moved, as a YAML text: a variant of the one that is taught, or all of one that was opened."""
        table = self.table
        changed = self.case.written.changed(table.changes).tree
        if not self.case.name:
            return write_yaml(changed)
        title = {"title": f"{self.case.negotiation.title}, changed"}
        return write_yaml({"extends": self.case.name, **title, **difference(self.case.written.tree, changed)})

    async def open(self, text: str, name: str) -> None:
        """Play with the scenario of this text from now on; BadInput says what is wrong with it."""
        if len(text) > MOST_TEXT:
            raise BadInput([f"{name}: too long for the page; {MOST_TEXT:,} signs at most"])
        key = sha256(text.encode()).hexdigest()
        read = await self.queue.ask(f"{self.who}.open", ReadingOf(text, name, key))
        if read is not None:
            self._past.append((self.case, self.moves))
            written, negotiation = read
            self.case, self.moves = Case(written, negotiation, True, key=key), {}
