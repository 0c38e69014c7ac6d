"""The view *Score a deal*: pick options, and see who would sign."""

from functools import partial
from typing import Any

from nicegui import events, ui

from sim.case.faults import BadInput
from sim.web.pieces import faults_in
from sim.web.questions import JudgementOf
from sim.web.tables import Words, of_judgement
from sim.web.visit import Visit

Record = dict[str, Any]


class ScoreDeal:
    """A deal, picked issue by issue or as a package, and its judgement in the scenario as moved."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.options: dict[str, str] = {}
        ui.label("Which deal?").classes("question").props("role=heading aria-level=2")
        self.picked = ui.element("div").classes("picks")
        self.faults = ui.column().classes("faults")
        self.judgement = ui.html("", sanitize=False).classes("scrolled w-full").props("role=status aria-live=polite")

    async def show(self) -> None:
        """Lay the choices out for the scenario as it stands, and judge the deal."""
        negotiation = self.visit.case.negotiation
        if {issue: self.options.get(issue) for issue in negotiation.issues} != self.options or not self._fits():
            self.options = dict(
                next(iter(negotiation.packages.values()), {i: next(iter(one.options)) for i, one in negotiation.issues.items()})
            )
        self._lay()
        await self._judge()

    def _fits(self) -> bool:
        issues = self.visit.case.negotiation.issues
        return all(option in issues[issue].options for issue, option in self.options.items())

    def _lay(self) -> None:
        negotiation = self.visit.case.negotiation
        self.picked.clear()
        self.boxes: dict[str, ui.select] = {}
        with self.picked:
            if negotiation.packages:
                names = {name: name.replace("_", " ") for name in negotiation.packages}
                mine = next((name for name, deal in negotiation.packages.items() if deal == self.options), None)
                self.package = ui.select(names, value=mine, label="Package").props("outlined dense").classes("w-full")
                self.package.on_value_change(self._packed)
            for issue, asked in negotiation.issues.items():
                box = ui.select(dict(asked.options), value=self.options[issue], label=asked.question)
                box.props("outlined dense").classes("w-full").on_value_change(partial(self._picked, issue))
                self.boxes[issue] = box

    async def _packed(self, event: events.ValueChangeEventArguments[Any]) -> None:
        package = self.visit.case.negotiation.packages.get(event.value or "")
        if package and package != self.options:
            self.options = dict(package)
            for issue, option in package.items():
                self.boxes[issue].value = option
            await self._judge()

    async def _picked(self, issue: str, event: events.ValueChangeEventArguments[Any]) -> None:
        if event.value in self.visit.case.negotiation.issues[issue].options and self.options[issue] != event.value:
            self.options[issue] = event.value
            packages = self.visit.case.negotiation.packages
            if packages:
                self.package.value = next((name for name, deal in packages.items() if deal == self.options), None)
            await self._judge()

    async def _judge(self) -> None:
        question = JudgementOf(self.visit.table, dict(self.options))
        try:
            record = await self.visit.queue.ask(f"{self.visit.who}.deal", question)
        except BadInput as error:
            faults_in(self.faults, error.lines)
            return
        if record is not None:
            faults_in(self.faults, [])
            self.judgement.content = of_judgement(Words.of(self.visit.case.negotiation), record)
