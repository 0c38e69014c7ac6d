"""The views *Take a chair*, where one browser plays against the program, and *Class*, where several play one talk."""

from collections.abc import Awaitable
from functools import partial
from typing import Any

from nicegui import ui

from sim.case.faults import BadInput
from sim.outcomes.captions import points
from sim.web.chair import Chair, ending
from sim.web.games import Games, Seats
from sim.web.pieces import faults_in, quiet_button
from sim.web.tables import Words, table
from sim.web.visit import Visit

Record = dict[str, Any]

_MOST = 10**9
_EVERY = 0.5  # seconds between looks at what others have done


class TakeAChair:
    """Choose a party, and play it against the others."""

    def __init__(self, visit: Visit, games: Games, who: str, chairs: list[str]) -> None:
        self.visit, self.games, self.who, self.chairs = visit, games, who, chairs
        self.faults = ui.column().classes("faults")
        self.place = ui.column().classes("w-full")

    async def show(self) -> None:
        """The game that this browser left, or the chairs there are."""
        game = self.games.latest(self.who, shared=False)
        if game is None:
            self._choose()
        else:
            await self._sit(game)

    def _choose(self) -> None:
        names = Words.of(self.visit.taught.negotiation).names
        self.place.clear()
        with self.place:
            if not self.chairs:
                ui.label("Under the protocol of this scenario there is no chair to take.")
                return
            ui.label("Which chair do you take? The program plays the others, with the sliders as you left them.")
            number = ui.number("Replicate", value=0, min=0, max=_MOST, format="%d").props("outlined dense")
            with ui.row().classes("tools"):
                for party in self.chairs:
                    quiet_button(names[party], partial(self._open, party, number))

    async def _open(self, party: str, number: ui.number) -> None:
        try:
            if self.visit.case.key:
                raise BadInput(
                    ["Chairs are those of the scenario that is taught, not of one opened from a text: undo that first."]
                )
            replicate = int(min(max(number.value or 0, 0), _MOST))
            await self._sit(await self.games.alone(self.who, party, self.visit.table.changes, replicate))
            faults_in(self.faults, [])
        except BadInput as error:
            faults_in(self.faults, error.lines)

    async def _sit(self, game: Seats) -> None:
        self.place.clear()
        with self.place:
            quiet_button("New game", self._choose)
            chair = Chair(self.games, game, self.who, self.visit.taught.negotiation)
        await chair.look()


class Class:
    """Several browsers in one talk: who opened it sees all, the others their own chair."""

    def __init__(self, visit: Visit, games: Games, who: str, chairs: list[str], hosts: bool) -> None:
        self.visit, self.games, self.who, self.chairs, self.hosts = visit, games, who, chairs, hosts
        self.game: Seats | None = None
        self.chair: Chair | None = None
        self.version = -1
        self.faults = ui.column().classes("faults")
        self.place = ui.column().classes("w-full")
        ui.timer(_EVERY, self._look)

    async def show(self) -> None:
        """The game in which this browser is, or how to come into one."""
        game = self.games.latest(self.who, shared=True)
        if game is None:
            self._outside()
        else:
            self._enter(game)

    def _outside(self) -> None:
        self.game = self.chair = None
        names = Words.of(self.visit.taught.negotiation).names
        self.place.clear()
        with self.place:
            ui.label("Join").classes("question").props("role=heading aria-level=2")
            with ui.row().classes("tools items-center"):
                code = ui.input("Code").props("outlined dense maxlength=12 autocomplete=off")
                code.on("keydown.enter", lambda: self._join(code.value))
                quiet_button("Join", lambda: self._join(code.value))
            if not self.hosts or not self.chairs:
                return
            ui.label("Open a class").classes("question").props("role=heading aria-level=2")
            ui.label("Chairs for people; the program plays the rest, and those that nobody takes.").classes("hint")
            boxes = {party: ui.checkbox(names[party], value=True) for party in self.chairs}
            number = ui.number("Replicate", value=0, min=0, max=_MOST, format="%d").props("outlined dense")
            quiet_button("Open", lambda: self._open([p for p, box in boxes.items() if box.value], number))

    async def _open(self, chairs: list[str], number: ui.number) -> None:
        replicate = int(min(max(number.value or 0, 0), _MOST))
        changes = () if self.visit.case.key else self.visit.table.changes
        try:
            self._enter(await self.games.together(self.who, chairs, changes, replicate))
            faults_in(self.faults, [])
        except BadInput as error:
            faults_in(self.faults, error.lines)

    def _join(self, code: str) -> None:
        try:
            self._enter(self.games.find(code or ""))
            faults_in(self.faults, [])
        except BadInput as error:
            faults_in(self.faults, error.lines)

    def _enter(self, game: Seats) -> None:
        self.game, self.chair, self.version = game, None, -1

    async def _look(self) -> None:
        """Show what has changed, if anything has."""
        game = self.game
        if game is None or self.version == game.version:
            return
        self.version = game.version
        try:
            if game.host == self.who and not game.chair_of(self.who):
                await self._host(game)
            elif game.chair_of(self.who):
                await self._seated(game)
            else:
                self._choose(game)
        except BadInput as error:
            faults_in(self.faults, error.lines)

    def _choose(self, game: Seats) -> None:
        names = Words.of(self.visit.taught.negotiation).names
        self.place.clear()
        with self.place:
            free = [] if game.begun else game.free
            ui.label(f"Class {game.code}: " + ("which chair do you take?" if free else "there is no free chair."))
            with ui.row().classes("tools"):
                for party in free:
                    quiet_button(names[party], partial(self._take, game, party))
                quiet_button("Another code", self._outside)

    def _take(self, game: Seats, party: str) -> None:
        try:
            self.games.take(game, party, self.who)
            faults_in(self.faults, [])
        except BadInput as error:
            faults_in(self.faults, error.lines)

    async def _seated(self, game: Seats) -> None:
        if self.chair is None:
            self.place.clear()
            with self.place:
                with ui.row().classes("tools items-center"):
                    ui.label(f"Class {game.code}")
                    quiet_button("Another code", self._outside)
                self.chair = Chair(self.games, game, self.who, self.visit.taught.negotiation)
        await self.chair.look()

    async def _host(self, game: Seats) -> None:
        """All that the lecturer sees: the code, who sits where, the talk, everybody's view; at the end how all did."""
        stands = await self.games.stands(game)
        negotiation = self.visit.taught.negotiation
        words = Words.of(negotiation)
        self.place.clear()
        with self.place:
            ui.label(f"Code: {game.code}").classes("code")
            ui.label(_whose(words, game, stands)).classes("agreement").props("role=status aria-live=polite")
            with ui.row().classes("tools"):
                if not game.begun:
                    quiet_button("Begin", lambda: self._do(self.games.begin(game, self.who)))
                else:
                    quiet_button("Take the last move back", lambda: self._do(self.games.undo(game, self.who)))
                quiet_button("Another class", self._outside)
            ui.html(_chairs(words, game), sanitize=False)
            if stands["asked"] is None:
                ending(negotiation, words, stands, None)
            ui.html(_all_views(words, stands), sanitize=False).classes("scrolled")

    async def _do(self, done: Awaitable[None]) -> None:
        try:
            await done
            faults_in(self.faults, [])
        except BadInput as error:
            faults_in(self.faults, error.lines)


def _whose(words: Words, game: Seats, stands: Record) -> str:
    view = next(iter(stands["views"].values()))
    if view["over"]:
        return f"The talks are over, round {view['round']}. {view['ending']}."
    where = f"Round {view['round']} of {view['rounds']}: {words.names[stands['asked']]} is asked."
    return where if game.begun else "Waiting for people to take their chairs."


def _chairs(words: Words, game: Seats) -> str:
    rows = [(words.names[party], "taken" if party in game.holders else "free") for party in game.record["chairs"]]
    return table("Chairs", ["party", ""], rows)


def _all_views(words: Words, stands: Record) -> str:
    """What was said, and beside it what the deal on the table is worth to each chair."""
    views = stands["views"]
    parts = []
    standing = next((view["standing"] for view in views.values() if view["standing"]), None)
    if standing:
        rows = [(words.issues[issue]["question"], words.option(issue, option)) for issue, option in standing["deal"].items()]
        worth = [(one["name"], points(one["standing"]["worth"]["points"]), points(one["no_deal"])) for one in views.values()]
        parts = [table("On the table", ["issue", "option"], rows), table("Worth", ["party", "points", "no deal"], worth)]
    said = [(str(one["round"]), one["text"]) for one in reversed(next(iter(views.values()))["talk"])]
    parts.append(table("What was said, latest first", ["round", ""], said))
    return "".join(parts)
