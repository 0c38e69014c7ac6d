"""A chair at the terminal: what is typed becomes moves, one line at a time, until the talks are over or nothing more is typed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.case.faults import BadInput, near
from sim.commands.deals import Options, read_deal
from sim.outcomes import chairside
from sim.talks.chair import LEAVE, OFFER, REFUSE, SIGN

if TYPE_CHECKING:
    from sim.studies.game import Game

HELP = """\
  sign                       sign what lies on the table (or vote for it)
  offer                      put a deal, picked issue by issue
  offer ISSUE=OPTION ...     put what lies on the table (or your last offer), with these options instead
  offer NAME ISSUE=OPTION    the same from a package, or from table, mine (your last offer), best or advice
  refuse                     put nothing, and leave the table empty (or vote against it)
  leave                      walk out: the talks are over
  undo                       take back your last move
  points                     show your points again
  quit                       stop here
The first letter of a word is enough."""
_WORDS = (SIGN, OFFER, REFUSE, LEAVE, "undo", "points", "help", "quit")


@dataclass
class Dialogue:
    """One chair's talks: `read(prompt)` gives the next line typed, None when there is none; `tell` prints lines."""

    game: "Game"
    chair: str
    read: Callable[[str], str | None]
    tell: Callable[[Iterable[str]], None]
    advice: bool = True
    told: int = 0

    def hold(self) -> "Game":
        """Talk until all is over, or nothing more is typed; the game as it then stands."""
        negotiation = self.game.study.negotiation
        self.tell([*chairside.role(negotiation, self._view, self.game.replicate), "Type help for what you can do."])
        self._show()
        while self.game.asked:
            line = self.read(f"{negotiation.name(self.chair)}> ")
            if line is None or (line.split() and _meant(line.split()[0]) == "quit"):
                break
            try:
                self._do(line.split())
            except BadInput as fault:
                self.tell(f"  {one}" for one in fault.lines)
        return self.game

    @property
    def _view(self) -> chairside.Record:
        return self.game.view(self.chair, self.advice)

    def _show(self) -> None:
        """What was said since last shown, and what there is to decide."""
        view = self._view
        self.tell(chairside.news(view, self.told))
        self.told = len(view["talk"])
        if self.game.asked:
            self.tell(chairside.table(self.game.study.negotiation, view))

    def _do(self, words: list[str]) -> None:
        word = _meant(words[0]) if words else "help"
        if word == "help":
            self.tell(HELP.splitlines())
        elif word == "points":
            self.tell(chairside.role(self.game.study.negotiation, self._view, self.game.replicate))
        elif word == "undo":
            self._undo()
        elif word == OFFER:
            self._move({"move": OFFER, "deal": self._deal(words[1:] if _names(words[0]) else words)})
        elif word:
            self._move({"move": word})
        else:
            raise BadInput([f"{words[0]}: no such move{near(words[0], _WORDS)}"])

    def _move(self, move: chairside.Record) -> None:
        self.game = self.game.moved({"party": self.chair, **move})
        self._show()

    def _undo(self) -> None:
        before = self.game.undone(self.chair)
        if before is self.game:
            raise BadInput(["undo: you have made no move yet"])
        self.game = before
        self.told = len(self._view["talk"])
        self.tell(["  Your last move is taken back, and all that came after it."])
        self._show()

    def _deal(self, words: list[str]) -> Options:
        """The deal to put: as typed, or picked issue by issue."""
        view, negotiation = self._view, self.game.study.negotiation
        mine = [move["deal"] for move in self.game.moves if move["party"] == self.chair and "deal" in move]
        known: dict[str, Options] = {"best": view["best"]["deal"]}
        if mine:
            known["mine"] = mine[-1]
        if view["standing"]:
            known["table"] = view["standing"]["deal"]
        if view["advice"] and "deal" in view["advice"]:
            known["advice"] = view["advice"]["deal"]
        start = known.get("table") or known.get("mine")
        if not words:
            return self._picked(start or known["best"])
        if start and all("=" in word for word in words):
            known[""] = start
            words = ["", *words]
        return read_deal(negotiation, words, known)

    def _picked(self, start: Options) -> Options:
        """A deal picked issue by issue; an empty line keeps the option of the start."""
        deal, view, negotiation = dict(start), self._view, self.game.study.negotiation
        for issue, kept in start.items():
            self.tell(chairside.options(negotiation, view, issue))
            while True:
                typed = self.read(f"  {issue} [{kept}]: ")
                if typed is None:
                    raise BadInput(["offer: nothing more was typed, so no deal was put"])
                try:
                    deal = read_deal(negotiation, ["start", f"{issue}={typed.strip() or kept}"], {"start": deal})
                    break
                except BadInput as fault:
                    self.tell(f"  {one}" for one in fault.lines)
        return deal


def _meant(typed: str) -> str:
    """The word of which this is the beginning; an offer, where it names an option; nothing, where it is neither."""
    if "=" in typed:
        return OFFER
    return next((word for word in _WORDS if word.startswith(typed.lower())), "")


def _names(word: str) -> bool:
    return "=" not in word
