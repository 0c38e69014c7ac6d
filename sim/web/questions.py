"""What the page asks of its workers, and how they answer: a scenario's pictures, stories, judgements, the reading of a text.

A question holds all that its answer depends on. It is answered in a process of its own, which keeps what does not change: the
scenario as taught, its deals, and the last few variants.
"""

import signal
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from sim.case.chance import Chance
from sim.case.deals import MOST_DEALS, how_many, same_menu
from sim.case.faults import BadInput
from sim.case.numbers import Draws
from sim.case.reading import Draft, draft, draft_of_text, shipped
from sim.outcomes.judgement import judge
from sim.outcomes.measures import Columns, measure
from sim.outcomes.narration import as_record, story
from sim.processes import become_worker
from sim.studies.blocks import Study
from sim.studies.debrief import play_all
from sim.studies.game import Game
from sim.studies.soundness import sound
from sim.talks.negotiation import Negotiation
from sim.web.frontier import frontier
from sim.web.picture import Picture, picture

SECONDS = 30.0  # that one question may take
_KEPT = 12  # variants that a worker remembers
_JUDGED = 4096  # replicates by which a deal is judged, as `parley score` does
_MOST_PARTIES, _MOST_WORK = 8, 2_000_000  # of a text that is opened: parties; deals x parties x rounds


@dataclass(frozen=True)
class Table:
    """A scenario with its changes: the one that is taught, or one opened by a client under a key of its own; and the seed."""

    changes: tuple[str, ...] = ()
    seed: int = 1
    key: str = ""
    opened: Draft | None = field(default=None, compare=False)


class PictureOf(NamedTuple):
    """The picture of some replicates; at once, where whether the scenario is sound may be found out afterwards."""

    table: Table
    first: int
    many: int
    at_once: bool = False


class StoryOf(NamedTuple):
    """One replicate, told."""

    table: Table
    replicate: int


class JudgementOf(NamedTuple):
    """One deal, judged; an option by issue."""

    table: Table
    deal: dict[str, str]


class ReadingOf(NamedTuple):
    """A text that a client opened under a name: the draft, and the negotiation if it is sound and small enough."""

    text: str
    name: str
    key: str


class GameOf(NamedTuple):
    """How a game stands, as its record keeps it: what each of its chairs sees; when it is over, how all did."""

    table: Table
    record: dict[str, Any]


Question = PictureOf | StoryOf | JudgementOf | ReadingOf | GameOf

_taught: Draft | None = None
_studies: OrderedDict[tuple[str, tuple[str, ...]], Study] = OrderedDict()


def begin(taught: Draft, ready: Study) -> None:
    """Make this process ready for questions about a scenario, and the study of it."""
    global _taught
    _taught = taught
    _studies[Table().key, ()] = ready
    become_worker()
    answer(PictureOf(Table(), 0, 16))  # so that the first question finds all libraries loaded


def answer(question: Question) -> Any:
    """The answer; BadInput says why there is none."""
    with _within(SECONDS):
        match question:
            case PictureOf(table, first, many, at_once):
                return _at_once(table, first, many) if at_once else _picture(study(table), table.seed, first, many)
            case StoryOf(table, replicate):
                return _story(table, replicate)
            case JudgementOf(table, deal):
                return _judgement(table, deal)
            case GameOf(table, record):
                return _game(table, record)
            case ReadingOf(text, name, key):
                written = draft_of_text(text, name, _base)
                return written, study(Table(key=key, opened=written)).negotiation


def study(table: Table) -> Study:
    """The study of a scenario with its changes; BadInput lists all that is wrong."""
    wanted = table.key, table.changes
    made = _studies.pop(wanted, None) or _sound(*_made(table))
    _studies[wanted] = made  # as the one that was wanted last
    if len(_studies) > _KEPT:
        _studies.pop(next(other for other in _studies if other != ("", ())))
    return made


def _made(table: Table) -> tuple[Draft, Study]:
    """The draft and its study, of which nobody knows yet whether it is sound."""
    written = table.opened or _taught
    assert written is not None
    if not table.changes:
        negotiation = written.checked(Negotiation)
        if table.opened:
            _small_enough(written.name, negotiation)
        return written, Study(negotiation)
    base = study(Table((), table.seed, table.key, table.opened))
    changed = written.changed(table.changes)
    negotiation = changed.checked(Negotiation)
    return changed, Study(negotiation, base.base or base.negotiation, same_menu(base.deals, negotiation))


def _base(name: str) -> Draft | None:
    """What an opened text may extend: the scenario that is taught, by its file's name, or one that comes with the program."""
    if _taught is not None and name == Path(_taught.name).stem:
        return _taught
    return draft(name) if name in shipped() else None


def _sound(written: Draft, made: Study) -> Study:
    faults = written.told(sound(made))
    if faults:
        raise BadInput(faults)
    return made


def _small_enough(name: str, negotiation: Negotiation) -> None:
    deals, parties = how_many(negotiation), len(negotiation.parties)
    if deals > MOST_DEALS or parties > _MOST_PARTIES or deals * parties * negotiation.talks.rounds > _MOST_WORK:
        raise BadInput([f"{name}: too large for the page, where many play at once; play it with: parley run"])


def _picture(played: Study, seed: int, first: int, many: int) -> Picture:
    return picture(played.play(Chance(seed, first, many)), first)


def _at_once(table: Table, first: int, many: int) -> Picture:
    """The picture of a scenario that is sound as a rule, since sliders keep within bounds; the refined one finds out."""
    made = _studies.get((table.key, table.changes)) or _made(table)[1]
    try:
        return _picture(made, table.seed, first, many)
    except Exception:
        study(table)  # which says what is wrong, if it is the scenario
        raise


def _story(table: Table, replicate: int) -> dict[str, Any]:
    played = study(table).play(Chance(table.seed, replicate, 1), tell=True)
    columns = measure(played)
    return as_record(played, columns, replicate) | {"story": story(played, columns, replicate), "frontier": frontier(played)}


def _judgement(table: Table, deal: dict[str, str]) -> dict[str, Any]:
    judged = study(table)
    if judged.deals.number(deal) is None:
        raise BadInput(["An exclusion of the scenario forbids this deal."])
    draws = Draws(Chance(table.seed, 0, _JUDGED), judged.negotiation.quantities)
    return judge(judged.negotiation, judged.shared_stakes(draws), deal)


def _game(table: Table, record: dict[str, Any]) -> dict[str, Any]:
    """How the game stands: whose move it is, what each party may know; at the end how each party did, beside the
    program, and the talks told."""
    game = Game.of(study(table), record)
    stands: dict[str, Any] = {"asked": game.asked, "views": {party: game.view(party) for party in game.study.negotiation.parties}}
    if game.asked is not None:
        return {**stands, "told": None, "debriefs": {}}
    told = as_record(game.played, game.columns, game.replicate) | {"story": game.story(), "frontier": frontier(game.played)}
    programs = _programs(table)
    return {
        **stands,
        "told": told,
        "debriefs": {party: game.debrief(party, programs) for party in game.study.negotiation.parties},
    }


@lru_cache(maxsize=4)
def _programs(table: Table) -> Columns:
    """What the program's own strategies get, everywhere in the scenario."""
    return play_all(study(table), table.seed)


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Give up after so many seconds, where the system can ring a bell."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    before: Any = signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _too_long(*_: object) -> None:
    raise BadInput([f"This takes longer than the {SECONDS:.0f} seconds that the page gives it; play it with: parley run"])
