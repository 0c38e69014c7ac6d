"""The view *Watch one*: a single replicate, round by round."""

from typing import Any

from nicegui import events, ui

from sim.case.faults import BadInput
from sim.web import paths
from sim.web.pieces import TELL_VALUE, Chart, Numbers, as_number, faults_in, quiet_button, ranged
from sim.web.questions import StoryOf
from sim.web.tables import Words, by_issue, of_round
from sim.web.visit import Visit

Record = dict[str, Any]

_MOST = 10**9
_THIN = "Thick lines: what it demands. Thin lines, with its name: what no deal is worth to it."


class Watch:
    """One replicate of the scenario as moved: its rounds, one at a time."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.round = visit, 1
        self.handle: ui.element | None = None
        self.told: Record | None = None
        self.axes: tuple[str, str] = ("", "")
        with ui.row().classes("tools items-center"):
            self.number = ui.number("Replicate", value=0, min=0, max=_MOST, step=1, format="%d").props("outlined dense")
            self.number.on("keydown.enter", self._asked)
            quiet_button("Watch", self._asked)
            quiet_button("Another", self._another)
        self.faults = ui.column().classes("faults")
        self.ending = ui.label().classes("agreement").props("role=status aria-live=polite")
        with ui.element("div").classes("steps"):
            self.where = ui.label().classes("question").props("role=heading aria-level=2 aria-live=polite")
            with ui.row().classes("tools items-center no-wrap w-full"):
                quiet_button("Back", lambda: self._step(-1))
                self.rounds = ui.element("div").classes("w-full")
                quiet_button("On", lambda: self._step(1))
        with ui.element("div").classes("columns"):
            with ui.element("section").props('aria-label="What lies on the table"'):
                self.words = ui.html("", sanitize=False).classes("scrolled")
                self.issues = Numbers("What each offer is worth, issue by issue")
            with ui.element("section").props('aria-label="In pictures"'):
                self.aspirations = Chart("How far has each party come down?", _THIN)
                with ui.row().classes("tools"):
                    self.one = ui.select({}, label="Across", on_change=self._turned).props("outlined dense")
                    self.two = ui.select({}, label="Up", on_change=self._turned).props("outlined dense")
                self.walk = Chart("Where do the offers walk?")
        with ui.expansion("The whole story").classes("w-full group"):
            self.story = ui.label().classes("story")

    async def show(self, replicate: int) -> None:
        """Watch this replicate."""
        table, case = self.visit.table, self.visit.case
        try:
            told = await self.visit.queue.ask(f"{self.visit.who}.watch", StoryOf(table, replicate))
        except BadInput as error:
            faults_in(self.faults, error.lines)
            return
        if told is None:
            return
        faults_in(self.faults, [])
        self.told, self.text = told, Words.of(case.negotiation)
        self.number.value = replicate
        self.story.text = told["story"]
        last = max([len(next(iter(told["demands"].values()))), 1])
        self._lay(last)
        names = self.text.names
        if self.axes[0] not in names or self.axes[1] not in names:
            self.axes = (next(iter(names)), list(names)[min(1, len(names) - 1)])
        axes = self.axes
        self.one.set_options(names, value=axes[0])
        self.two.set_options(names, value=axes[1])
        end = told["story"].partition("\nEnd, ")[2].partition("\n")[0]
        self.ending.text = f"Replicate {replicate}. {end[:1].upper()}{end[1:]}"
        self._draw(1)

    def _lay(self, last: int) -> None:
        """The slider over the rounds."""
        self.rounds.clear()
        with self.rounds:
            self.handle = ranged("Round", (1, last, 1), 1)
            self.handle.on("input", lambda event: self._draw(int(as_number(event.args, 1))), js_handler=TELL_VALUE, throttle=0.05)

    def focus(self) -> None:
        """Put the keys on the slider over the rounds."""
        if self.handle is not None:
            self.handle.run_method("focus")

    def _step(self, by: int) -> None:
        if self.handle is None:
            return
        self._draw(self.round + by)
        self.handle.run_method("stepUp" if by > 0 else "stepDown")

    def _turned(self, _: events.ValueChangeEventArguments[Any]) -> None:
        if self.told and self.one.value and self.two.value:
            self.axes = (self.one.value, self.two.value)
            self._draw(self.round)

    async def _asked(self) -> None:
        await self.show(int(min(max(self.number.value or 0, 0), _MOST)))

    async def _another(self) -> None:
        await self.show(int(self.number.value or 0) + 1)

    def _draw(self, number: int) -> None:
        if self.told is None:
            return
        told, names = self.told, self.text.names
        last = len(next(iter(told["demands"].values())))
        self.round = min(max(number, 1), max(last, 1))
        self.where.text = f"Round {self.round} of {self.visit.case.negotiation.talks.rounds}"
        self.words.content = of_round(self.text, told, self.round)
        upto = sum(offer["round"] <= self.round for offer in told["offers"])
        self.aspirations.show(paths.aspirations(names, told, self.round))
        self.walk.show(paths.walk(names, told, self.axes, upto))
        self.issues.show(by_issue(self.text, told, self.round) or "<p>Nothing new was put on the table in this round.</p>")
