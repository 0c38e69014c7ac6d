"""A game: some chairs of a negotiation are taken by people, the program plays the others.

A game is a study, a seed, a replicate and the moves made so far, and nothing else. After each move it is played again from the
start, so reloading it, taking a move back, or several chairs in one talk are nothing but lists of moves. A move is a plain
record, fit for JSON: `{"party": "mia", "move": "sign"}`; or `offer` with a `deal`, the option of each issue; or `refuse`, which
puts no other deal; or `leave`. In short:

    game = Game(load("two_issues"), seed=1, replicate=0, chairs=("mia",))
    game.asked                                    # "mia": whose turn it is, or None when the talks are over
    game.view("mia")                              # all that this chair may know, its own points and the talk: a plain record
    game = game.moved({"party": "mia", "move": "offer", "deal": {"salary": "4000", "holidays": "32"}})
    game = game.undone("mia")                     # her last move and all that came after it
    kept = game.record(); game = Game.of(study, kept)
    game.debrief("mia")                           # when it is over: beside what the program's own strategies get

`Game(...)`, `moved` and `of` raise BadInput, one line a fault, where a party may not sit so or a move cannot be made.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sim.case.chance import Chance
from sim.case.deals import Deals
from sim.case.faults import BadInput, near, shown
from sim.case.numbers import Draws
from sim.outcomes.measures import Columns, Played, measure
from sim.outcomes.narration import story
from sim.outcomes.view import Record, view
from sim.studies.blocks import Study
from sim.studies.debrief import debrief
from sim.talks.chair import LEAVE, OFFER, REFUSE, SIGN, Asked, Move, Question, Script
from sim.talks.protocols import PROTOCOLS

_KINDS = (SIGN, OFFER, REFUSE, LEAVE)
_SHOWN = 3  # of the deals on a menu nearest to one that is not on it


@dataclass(frozen=True)
class Game:
    """One replicate of a study in which some chairs are played by hand."""

    study: Study
    seed: int
    replicate: int
    chairs: tuple[str, ...]
    moves: tuple[Record, ...] = ()

    def __post_init__(self) -> None:
        faults = [fault for chair in self.chairs for fault in obstacles(self.study, chair)]
        if faults:
            raise BadInput(faults)

    @classmethod
    def of(cls, study: Study, kept: Mapping[str, Any]) -> "Game":
        """The game that `record` kept."""
        game = cls(study, kept["seed"], kept["replicate"], tuple(kept["chairs"]), tuple(kept["moves"]))
        return game._checked()

    def record(self) -> Record:
        """All that there is to keep beside the study."""
        return {"seed": self.seed, "replicate": self.replicate, "chairs": list(self.chairs), "moves": list(self.moves)}

    @cached_property
    def stands(self) -> Question | Played:
        """Where the talks stand: at a question to a chair, or at their end."""
        numbers = [self.study.deals.parties.index(chair) for chair in self.chairs]
        moves = [read_move(move, self._deals) for move in self.moves]
        try:
            return self.study.play(Chance(self.seed, self.replicate, 1), tell=True, script=Script(numbers, moves))
        except Asked as asked:
            return asked.question

    @cached_property
    def _deals(self) -> Deals:
        """What can be put in this replicate."""
        luck = Chance(self.seed, self.replicate, 1)
        return self.study.stakes(Draws(luck, self.study.negotiation.quantities)).deals

    @property
    def asked(self) -> str | None:
        """The party whose move it is; None when the talks are over."""
        return self.study.deals.parties[self.stands.party] if isinstance(self.stands, Question) else None

    @property
    def played(self) -> Played:
        """The talks that are over; ValueError while they go on."""
        if isinstance(self.stands, Question):
            raise ValueError(f"it is the turn of {self.asked}")
        return self.stands

    @cached_property
    def columns(self) -> Columns:
        """What is measured of the talks that are over."""
        return measure(self.played)

    def moved(self, move: Mapping[str, Any]) -> "Game":
        """The game with one more move."""
        if self.asked is None:
            raise BadInput(["the talks are over"])
        return replace(self, moves=(*self.moves, dict(move)))._checked()

    def undone(self, chair: str) -> "Game":
        """The game before this chair's last move; the same where it has made none."""
        mine = [n for n, move in enumerate(self.moves) if move["party"] == chair]
        return replace(self, moves=self.moves[: mine[-1]]) if mine else self

    def view(self, chair: str, advice: bool = True) -> Record:
        """All that a chair may know, as `sim.outcomes.view` says; advice only where it is asked."""
        return view(self.study.negotiation, self.study.deals.parties.index(chair), self.stands, advice)

    def debrief(self, chair: str, programs: Columns | None = None) -> Record:
        """What came of it for a chair, beside what the program's own strategies get, as `sim.studies.debrief` says.

        `programs` are the columns of the replicates to compare it with, as `debrief.play_all` gives them for all games of a
        study.
        """
        return debrief(self.study, Chance(self.seed, self.replicate, 1), self.played, self.columns, chair, programs)

    def story(self) -> str:
        """The talks that are over, told with everybody's points and reasons."""
        return story(self.played, self.columns, self.replicate)

    def _checked(self) -> "Game":
        assert self.stands  # which plays all moves, or says what is wrong with one
        return self


def obstacles(study: Study, chair: str) -> Iterator[str]:
    """Why nobody can take the chair of a party, in lines."""
    negotiation = study.negotiation
    talks, parties = negotiation.talks, negotiation.parties
    if chair not in parties:
        yield f"{chair}: no party of that name{near(chair, parties)}"
        return
    rooms = [room for room in talks.rooms if chair in room.parties]
    if talks.rooms and not rooms:
        yield f"{chair}: sits in none of the rooms, so there is no chair to take"
    protocols = {(room.protocol or talks.protocol).kind for room in rooms} if talks.rooms else {talks.protocol.kind}
    for name in sorted(protocols):
        if not hasattr(PROTOCOLS[name], "chairs"):
            suited = " and ".join(kind for kind, section in PROTOCOLS.items() if hasattr(section, "chairs"))
            yield f"{chair}: there is no chair to take under {name}; there is one under {suited}"


def read_move(written: Mapping[str, Any], deals: Deals) -> Move:
    """A move from its record; BadInput where it is none, or names a deal that cannot be put."""
    party, kind, deal = written.get("party"), written.get("move"), written.get("deal")
    if party not in deals.parties or kind not in _KINDS:
        raise BadInput([f"a move has a party and is one of {', '.join(_KINDS)}, not {shown(kind)} by {shown(party)}"])
    if kind != OFFER:
        return Move(deals.parties.index(party), kind)
    if not isinstance(deal, Mapping):
        raise BadInput(["offer: a deal is needed, the option of each issue"])
    return Move(deals.parties.index(party), kind, _number(deal, deals))


def _number(deal: Mapping[str, Any], deals: Deals) -> int:
    faults = [
        f"offer: no issue of the name {shown(issue)}{near(issue, deals.issues)}" for issue in deal if issue not in deals.issues
    ]
    for issue, options in deals.issues.items():
        if issue not in deal:
            faults.append(f"offer: no option for {issue}")
        elif deal[issue] not in options:
            faults.append(f"offer: the issue '{issue}' has no option {shown(deal[issue])}{near(deal[issue], options)}")
    number = None if faults else deals.number(deal)
    if number is None:
        raise BadInput(faults or ["offer: an exclusion of the scenario forbids this deal"])
    if number >= deals.count:
        raise BadInput([f"offer: this deal is not on the menu; nearest to it are: {'; or '.join(_nearest(deal, deals))}"])
    return number


def _nearest(deal: Mapping[str, str], deals: Deals) -> Sequence[str]:
    """What to change for the nearest deals on the menu."""
    row = deals.rows_of(deal, 1)[0]
    near_by = (deals.rows[: deals.shared] != row).sum(axis=1).argsort(kind="stable")[:_SHOWN]  # others tell what others want
    options = [deals.options(k) for k in near_by]
    return [", ".join(f"{issue}={other[issue]}" for issue in other if other[issue] != deal[issue]) for other in options]
