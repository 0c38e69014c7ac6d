"""The views *Take a chair*, where one browser plays against the program, and *Class*, where several play one talk."""

from functools import partial

from nicegui import ui

from sim.case.faults import BadInput
from sim.web.chair import Chair
from sim.web.games import Games, Seats
from sim.web.lecturer import Lecturer
from sim.web.pieces import faults_in, quiet_button
from sim.web.tables import Words
from sim.web.visit import Visit

_MOST = 10**9
_EVERY = 0.5  # seconds between looks at what others have done
_LUCK = "The number stands for the luck of the talks: who plays the same number can compare results."


class TakeAChair:
    """Choose a party, and play it against the others."""

    def __init__(self, visit: Visit, games: Games, who: str, chairs: list[str]) -> None:
        self.visit, self.games, self.who, self.chairs = visit, games, who, chairs
        self.game: Seats | None = None
        self.faults = ui.column().classes("faults")
        self.place = ui.column().classes("w-full")

    async def show(self) -> None:
        """The game that this browser left, or the chairs there are."""
        game = self.games.latest(self.who, shared=False)
        if game is None:
            self._choose()
        elif game is not self.game:
            await self._sit(game)

    def _choose(self) -> None:
        self.game = None
        names = Words.of(self.visit.taught.negotiation).names
        self.place.clear()
        with self.place:
            if not self.chairs:
                ui.label("Under the protocol of this scenario there is no chair to take.")
                return
            ui.label("Which chair do you take?").classes("question").props("role=heading aria-level=2")
            ui.label("The program plays the others, with the sliders as you left them.").classes("hint")
            number = replicate_number()
            with ui.row().classes("tools"):
                for party in self.chairs:
                    quiet_button(names[party], partial(self._open, party, number))

    async def _open(self, party: str, number: ui.number) -> None:
        try:
            changes = taught_changes(self.visit)
            await self._sit(await self.games.alone(self.who, party, changes, whole(number)))
            faults_in(self.faults, [])
        except BadInput as error:
            faults_in(self.faults, error.lines)

    async def _sit(self, game: Seats) -> None:
        self.game = game
        self.place.clear()
        with self.place:
            quiet_button("New game", self._choose)
            chair = Chair(self.games, game, self.who, self.visit.taught.negotiation)
        await chair.look()


class Class:
    """Several browsers in one talk: who opened it sees all, the others their own chair. `room` says how others come in; nothing
    where this browser may not open a class."""

    def __init__(self, visit: Visit, games: Games, who: str, chairs: list[str], room: str) -> None:
        self.visit, self.games, self.who, self.chairs, self.room = visit, games, who, chairs, room
        self.game: Seats | None = None
        self.inside: Chair | Lecturer | None = None
        self.version = -1
        self.faults = ui.column().classes("faults")
        self.place = ui.column().classes("w-full")
        ui.timer(_EVERY, self._look)

    async def show(self) -> None:
        """The game in which this browser is, or how to come into one."""
        game = self.games.latest(self.who, shared=True)
        if game is None and self.game is None:
            self._outside()
        elif game is not None and game is not self.game:
            self._enter(game)

    def _outside(self) -> None:
        self.game = self.inside = None
        names = Words.of(self.visit.taught.negotiation).names
        self.place.clear()
        with self.place:
            ui.label("Join").classes("question").props("role=heading aria-level=2")
            with ui.row().classes("tools items-center"):
                code = ui.input("Code").props("outlined dense maxlength=12 autocomplete=off")
                code.on("keydown.enter", lambda: self._join(code.value))
                quiet_button("Join", lambda: self._join(code.value))
            if not self.room or not self.chairs:
                return
            ui.label("Open a class").classes("question").props("role=heading aria-level=2")
            ui.label("Chairs for people; the program plays the rest, and those that nobody takes.").classes("hint")
            with ui.column().classes("tight"):
                boxes = {party: ui.checkbox(names[party], value=True) for party in self.chairs}
            number = replicate_number()
            quiet_button("Open", lambda: self._open([p for p, box in boxes.items() if box.value], number))

    async def _open(self, chairs: list[str], number: ui.number) -> None:
        try:
            changes = taught_changes(self.visit)
            self._enter(await self.games.together(self.who, chairs, changes, whole(number)))
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
        self.game, self.inside, self.version = game, None, -1

    async def _look(self) -> None:
        """Show what has changed, if anything has."""
        game = self.game
        if game is None or self.version == game.version:
            return
        self.version = game.version
        try:
            if game.host == self.who or game.chair_of(self.who):
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
        negotiation = self.visit.taught.negotiation
        if self.inside is None:
            self.place.clear()
            with self.place:
                if game.host == self.who:
                    self.inside = Lecturer(self.games, game, self.who, negotiation, self.room, self._outside)
                else:
                    with ui.row().classes("tools items-center"):
                        ui.label(f"Class {game.code}")
                        quiet_button("Another code", self._outside)
                    self.inside = Chair(self.games, game, self.who, negotiation)
        await self.inside.look()


def replicate_number() -> ui.number:
    """The box for the number of a replicate, and what it is for."""
    ui.label(_LUCK).classes("hint")
    return ui.number("Replicate", value=0, min=0, max=_MOST, format="%d").props("outlined dense")


def whole(number: ui.number) -> int:
    """The number in the box, within its bounds."""
    return int(min(max(number.value or 0, 0), _MOST))


def taught_changes(visit: Visit) -> tuple[str, ...]:
    """What was moved in the scenario that is taught; BadInput where another is open."""
    if visit.case.key:
        raise BadInput(["Chairs are those of the scenario that is taught, not of one opened from a text: undo that first."])
    return visit.table.changes
