"""The view *Explore*: move a weight and watch thousands of negotiations change."""

from collections.abc import Callable
from functools import partial
from itertools import groupby
from typing import Any

from nicegui import events, ui

from sim.case.faults import BadInput
from sim.outcomes.captions import percent, span
from sim.web import charts
from sim.web.picture import Picture, as_record
from sim.web.pieces import TELL_VALUE, Chart, Numbers, as_number, copy_button, faults_in, quiet_button, ranged
from sim.web.sliders import Choice, Slider, choices, in_short, sliders
from sim.web.tables import Words, of_picture
from sim.web.visit import MOST_TEXT, Visit

Record = dict[str, Any]

_WHAT = (
    "A number becomes the one chosen; a range keeps its shape and moves as a whole. What no deal is worth stays as drawn in the "
    "scenario as shipped, unless you move it itself."
)
_MENU = " Deals are those on the menu of the scenario as shipped, and what each replicate finds beyond it."


class Explore:
    """Sliders on one side, what comes of them on the other. `watch` shows a replicate in another view; `moved` is told that the
    scenario is another now."""

    def __init__(self, visit: Visit, watch: Callable[[int], Any], moved: Callable[[], Any]) -> None:
        self.visit, self.watch, self.moved = visit, watch, moved
        self.shipped: Record | None = None
        self.now: Record | None = None
        with ui.element("div").classes("explore"):
            with ui.element("div").classes("headline"):
                self.headline = ui.label("Playing …").classes("agreement").props('role=status aria-live=polite id="headline"')
                self.faults = ui.column().classes("faults")
            with ui.element("section").classes("sliders").props('aria-label="What may be moved"'):
                self._buttons()
                self.controls = ui.column().classes("w-full gap-0")
            with ui.element("section").classes("pictures").props('aria-label="What comes of it"'):
                self.endings = Chart(
                    "How did the talks end?", "Click a bar, or use a button below, to watch one that ended so.", self._clicked
                )
                self.watches = ui.row().classes("watches")
                self.issues = Chart("What did the agreements say on each issue?")
                self.utilities = Chart("What was agreement worth to each party, beside no deal?")
                self.numbers = Numbers("The same in numbers")
        self._lay()

    async def redraw(self) -> None:
        """Play and show: first few replicates, then enough of them, unless something newer is asked."""
        visit, table, case = self.visit, self.visit.table, self.visit.case
        try:
            first = await visit.first(table)
            if first is None:
                return
            self._show(case.negotiation, first)
            enough = await visit.refined(table, first)
        except BadInput as error:
            self._fault(error.lines)
            return
        if enough is not None:
            self._show(case.negotiation, enough)
            if not visit.moves and not case.key:
                self.shipped = as_record(case.negotiation, enough)

    def _buttons(self) -> None:
        with ui.row().classes("tools"):
            quiet_button("Undo", self._undo)
            quiet_button("Reset", self._reset)
            quiet_button("Copy as YAML", self._copy)
            quiet_button("Open YAML", self._open)

    def _lay(self) -> None:
        """The sliders and choices of the scenario, where they stand now."""
        case = self.visit.case
        self.controls.clear()
        everything: list[Slider | Choice] = [*sliders(case.negotiation), *choices(case.negotiation, case.complete)]
        order = list(dict.fromkeys(one.group for one in everything))
        with self.controls:
            for n, (group, members) in enumerate(
                groupby(sorted(everything, key=lambda one: order.index(one.group)), lambda one: one.group)
            ):
                with ui.expansion(group, value=n == 0).classes("w-full group"):
                    for one in members:
                        if isinstance(one, Slider):
                            self._slider(one)
                        else:
                            self._choice(one)
            with ui.expansion("What a slider does").classes("w-full group"):
                ui.label(_WHAT + ("" if case.complete else _MENU)).classes("hint")

    def _slider(self, slider: Slider) -> None:
        moved = self.visit.moves.get(slider.path, slider.written)
        chosen = slider.written if isinstance(moved, str) else moved
        at = slider.place(chosen)
        with ui.element("div").classes("slider"):
            with ui.row().classes("w-full justify-between no-wrap items-baseline"):
                ui.label(slider.label).classes("name")
                shown = ui.label(in_short(chosen)).classes("number")
            handle = ranged(f"{slider.group}: {slider.label}", (slider.low, slider.high, slider.step), at)
            handle.props["data-path"] = slider.path
            handle.on("input", partial(self._slid, slider, shown), js_handler=TELL_VALUE, throttle=0.04)

    async def _slid(self, slider: Slider, shown: ui.label, event: events.GenericEventArguments) -> None:
        chosen = slider.moved(slider.nearest(as_number(event.args, slider.at)))
        shown.text = in_short(chosen) + ("" if chosen == slider.written else f" (was {in_short(slider.written)})")
        self.visit.move(slider.path, chosen, chosen == slider.written)
        await self._changed()

    def _choice(self, choice: Choice) -> None:
        at = str(self.visit.moves.get(choice.path, choice.at))
        box = ui.select(dict(choice.options), value=at, label=choice.label).classes("w-full").props("outlined dense")
        box.on_value_change(partial(self._chosen, choice))

    async def _chosen(self, choice: Choice, event: events.ValueChangeEventArguments[Any]) -> None:
        word = str(event.value)
        if word in choice.options:
            self.visit.move(choice.path, word, word == choice.at)
            await self._changed()

    async def _changed(self) -> None:
        self.moved()
        await self.redraw()

    async def _undo(self) -> None:
        if self.visit.undo():
            self._lay()
            await self._changed()

    async def _reset(self) -> None:
        self.visit.reset()
        self._lay()
        await self._changed()

    def _copy(self) -> None:
        try:
            text = self.visit.variant()
        except BadInput as error:
            self._fault(error.lines)
            return
        with ui.dialog(value=True) as dialog, ui.card().classes("w-full"):
            ui.label("The scenario as moved. Save it in a file, then: parley run FILE")
            ui.textarea(value=text).props('readonly outlined autogrow aria-label="The variant as YAML"').classes("w-full mono")
            with ui.row():
                copy_button("The variant as YAML")
                quiet_button("Download", lambda: ui.download.content(text, "variant.yaml"))
                quiet_button("Close", dialog.close)

    def _open(self) -> None:
        with ui.dialog(value=True) as dialog, ui.card().classes("w-full"):
            ui.label("A scenario, or a variant that extends one that comes with parley. It is read as text and never run.")
            text = ui.textarea("Paste it here").props(f"outlined maxlength={MOST_TEXT}").classes("w-full mono")

            async def take(event: events.UploadEventArguments) -> None:
                text.value = (await event.file.read()).decode("utf-8", "replace")[: MOST_TEXT + 1]

            file = ui.upload(label="or choose a file", auto_upload=True, max_files=1, max_file_size=MOST_TEXT, on_upload=take)
            file.props("flat bordered").classes("w-full upload")
            told = ui.column().classes("faults")
            with ui.row():
                quiet_button("Open", partial(self._opened, dialog, text, told))
                quiet_button("Close", dialog.close)

    async def _opened(self, dialog: ui.dialog, text: ui.textarea, told: ui.column) -> None:
        try:
            await self.visit.open(text.value or "", "opened.yaml")
        except BadInput as error:
            faults_in(told, error.lines)
            return
        dialog.close()
        self._lay()
        await self._changed()

    async def _clicked(self, event: events.EChartPointClickEventArguments) -> None:
        keys = charts.endings_shown(self.now, self._ghost)[::-1] if self.now else []
        if event.data_index is not None and event.data_index < len(keys) and self.now:
            await self._watch(self.now["endings"].get(keys[event.data_index], {}).get("example"))

    async def _watch(self, example: int | None) -> None:
        if example is not None:
            await self.watch(example)

    def _fault(self, lines: list[str]) -> None:
        self.headline.text = "This cannot be played:"
        faults_in(self.faults, lines)

    @property
    def _ghost(self) -> Record | None:
        """The scenario as shipped, where it is another one that is played."""
        return self.shipped if self.visit.moves or self.visit.case.key else None

    def _show(self, negotiation: Any, seen: Picture) -> None:
        self.now, ghost = as_record(negotiation, seen), self._ghost
        now = self.now
        words = Words.of(negotiation)
        agreed = now["endings"]["agreed"]
        was = f"; as shipped {percent(ghost['endings']['agreed']['share'])}" if ghost else ""
        self.headline.text = (
            f"Agreement in {percent(agreed['share'])} of {now['replicates']:,} replicates "
            f"(95 % sampling interval {span(agreed['low'], agreed['high'])}){was}"
        )
        faults_in(self.faults, [])
        self.endings.show(charts.endings(now, ghost))
        self.issues.show(charts.issues(words.issues, now, ghost))
        self.utilities.show(charts.utilities(words.names, now, ghost))
        self.numbers.show(of_picture(words, now, ghost))
        self.watches.clear()
        with self.watches:
            for one in now["endings"].values():
                if one["example"] is not None:
                    quiet_button(f"Watch: {one['text']}", partial(self._watch, one["example"]))
