"""Games that browsers play: who holds which chair, and the moves made, kept in a small file that outlives the server.

A game is what `sim.studies.game` says it is; here it has a code, and each of its chairs is held by one browser, known by a secret
that only this browser can show. So nobody speaks for another's chair, and a page that is loaded anew finds its game again.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sim.case.faults import BadInput
from sim.outcomes.store import write_json
from sim.studies.blocks import Study
from sim.studies.game import obstacles
from sim.web.questions import GameOf, Table
from sim.web.queue import Queue

Record = dict[str, Any]

MOST_GAMES, MOST_OPENED = 400, 40  # that are kept in all, and of one browser; the oldest go
_MEANWHILE = "There has been a move meanwhile, by somebody else or in another tab; look again."
_SIGNS, _LENGTH = "ABCDEFGHJKMNPQRSTUVWXYZ23456789", 6  # of a code that is read out and typed


@dataclass
class Seats:
    """A game that is kept. `holders` are the browsers that hold its chairs, by party; `host` is the one that opened it. Where it
    is not `shared` one browser plays it by itself. `stands` is what a worker last said of it, and is not kept."""

    code: str
    host: str
    shared: bool
    changes: list[str]
    record: Record
    holders: dict[str, str] = field(default_factory=dict)
    begun: bool = False
    version: int = 0
    stands: Record | None = None

    def chair_of(self, who: str) -> str | None:
        """The party whose chair this browser holds."""
        return next((party for party, holder in self.holders.items() if holder == who), None)

    @property
    def free(self) -> list[str]:
        """Chairs that nobody holds yet."""
        return [party for party in self.record["chairs"] if party not in self.holders]


class Games:
    """All games of a scenario, in a file of this folder."""

    def __init__(self, folder: Path, key: str, queue: Queue, seed: int) -> None:
        self._file, self._key, self._queue, self._seed = folder / "games.json", key, queue, seed
        self._kept: dict[str, Record] = _read(self._file)
        self._games = {code: _seats(one) for code, one in self._kept.items() if one.get("scenario") == key}

    def find(self, code: str) -> Seats:
        """The game of this code; BadInput where there is none."""
        game = self._games.get(code.strip().upper())
        if game is None:
            raise BadInput(["There is no game of this code."])
        return game

    def latest(self, who: str, shared: bool) -> Seats | None:
        """The game that this browser opened or joined last."""
        mine = [game for game in self._games.values() if game.shared == shared and (game.host == who or game.chair_of(who))]
        return mine[-1] if mine else None

    async def alone(self, who: str, chair: str, changes: Sequence[str], replicate: int) -> Seats:
        """Open a game in which this browser holds one chair and the program plays the others."""
        game = self._open(who, False, changes, replicate, [chair])
        game.holders, game.begun = {chair: who}, True
        await self._play(game, game.record)
        return game

    async def together(self, who: str, chairs: Sequence[str], changes: Sequence[str], replicate: int) -> Seats:
        """Open a game that other browsers may join by its code."""
        if not chairs:
            raise BadInput(["Choose at least one chair."])
        game = self._open(who, True, changes, replicate, chairs)
        await self._play(game, game.record)
        return game

    def take(self, game: Seats, party: str, who: str) -> None:
        """This browser takes a chair that is free."""
        if game.chair_of(who) is not None:
            raise BadInput(["This browser has a chair in this game already."])
        if party not in game.free or game.begun:
            raise BadInput(["This chair is taken." if party in game.holders else "This chair is not free."])
        game.holders[party] = who
        self._changed(game)

    async def begin(self, game: Seats, who: str) -> None:
        """The host has the talks begin; chairs that nobody holds are the program's."""
        self._only_host(game, who)
        if not game.holders:
            raise BadInput(["Nobody has taken a chair yet."])
        chairs = [chair for chair in game.record["chairs"] if chair in game.holders]
        game.begun = True
        await self._play(game, {**game.record, "chairs": chairs})

    async def move(self, game: Seats, who: str, kind: str, deal: dict[str, str] | None = None, seen: int | None = None) -> None:
        """This browser's chair makes a move, on what it saw in this version of the game; BadInput where it may not."""
        party = game.chair_of(who)
        if party is None:
            raise BadInput(["This browser holds no chair in this game."])
        if not game.begun:
            raise BadInput(["The talks have not begun."])
        if seen not in (None, game.version):
            raise BadInput([_MEANWHILE])
        move = {"party": party, "move": kind} | ({"deal": deal} if deal is not None else {})
        await self._play(game, {**game.record, "moves": [*game.record["moves"], move]})

    async def undo(self, game: Seats, who: str) -> None:
        """Take back one's last move and all after it; in a shared game only the host may, and takes back the last of all."""
        moves = game.record["moves"]
        if game.shared:
            self._only_host(game, who)
            moves = moves[:-1]
        else:
            mine = [n for n, move in enumerate(moves) if move["party"] == game.chair_of(who)]
            moves = moves[: mine[-1]] if mine else moves
        await self._play(game, {**game.record, "moves": moves})

    async def stands(self, game: Seats) -> Record:
        """How the game stands."""
        if game.stands is None:
            stands = await self._answer(game, game.record)
            game.stands = game.stands or stands  # which a move made meanwhile has set
        return game.stands

    async def _play(self, game: Seats, record: Record) -> None:
        """Go on to this record, if a worker finds that it can be played and nobody was faster."""
        version = game.version
        stands = await self._answer(game, record)
        if game.version != version:
            raise BadInput([_MEANWHILE])
        game.record, game.stands = record, stands
        self._changed(game)

    async def _answer(self, game: Seats, record: Record) -> Record:
        """What a worker says of the game, so played."""
        question = GameOf(Table(tuple(game.changes), self._seed), record)
        told: Record = await self._queue.ask(f"game.{game.code}.{secrets.token_hex(4)}", question)
        return told

    def _open(self, who: str, shared: bool, changes: Sequence[str], replicate: int, chairs: Sequence[str]) -> Seats:
        code = new_code()
        record = {"seed": self._seed, "replicate": replicate, "chairs": list(chairs), "moves": []}
        mine = [code for code, game in self._games.items() if game.host == who]
        for old in [*mine[: len(mine) - MOST_OPENED + 1], *list(self._games)[: len(self._games) - MOST_GAMES + 1]]:
            self._games.pop(old, None)
            self._kept.pop(old, None)
        self._games[code] = Seats(code, who, shared, list(changes), record)
        return self._games[code]

    def _changed(self, game: Seats) -> None:
        game.version += 1
        kept = asdict(game)
        del kept["stands"]
        self._kept[game.code] = {**kept, "scenario": self._key}
        write_json(self._file, self._kept)

    def _only_host(self, game: Seats, who: str) -> None:
        if game.host != who:
            raise BadInput(["Only who opened the game may do this."])


def new_code() -> str:
    """A code by lot."""
    return "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))


def chairs_of(study: Study) -> list[str]:
    """The parties whose chair can be taken."""
    return [party for party in study.negotiation.parties if not any(obstacles(study, party))]


def _seats(kept: Record) -> Seats:
    return Seats(**{name: kept[name] for name in ("code", "host", "shared", "changes", "record", "holders", "begun", "version")})


def _read(file: Path) -> dict[str, Record]:
    """What the file keeps; nothing where it is missing or spoilt."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}
