"""The page of one browser tab: its views, side by side behind tabs."""

from typing import Any

from nicegui import events, ui

from sim.web import charts
from sim.web.deal import ScoreDeal
from sim.web.explore import Explore
from sim.web.games import Games
from sim.web.rooms import Class, TakeAChair
from sim.web.visit import Visit
from sim.web.watch import Watch

FOOT = (
    "Not a forecast: what follows from the assumptions written in the scenario. Intervals are sampling doubt alone; doubt about "
    "the assumptions is usually far wider."
)
EXPLORE, WATCH, CHAIR, SCORE, CLASS = "Explore", "Watch one", "Take a chair", "Score a deal", "Class"
_IN_ADDRESS = {"explore": EXPLORE, "watch": WATCH, "chair": CHAIR, "score": SCORE, "class": CLASS}


class Views:
    """The views of a visit by the browser `who`; `room` says how others come in, where it may open classes; `view` is the word
    in the address for the view to begin with, so that a page loaded anew shows what it showed."""

    def __init__(self, visit: Visit, games: Games, who: str, chairs: list[str], room: str, view: str) -> None:
        self.visit, self.stale = visit, True
        ui.colors(primary=charts.NOW)
        with ui.header().classes("top"):
            self.title = ui.label(_title(visit)).props("role=heading aria-level=1").classes("title")
            tabs = ui.tabs(on_change=self._turned).props("dense no-caps outside-arrows mobile-arrows align=left")
            with tabs:
                names = {name: ui.tab(name) for name in (EXPLORE, WATCH, CHAIR, SCORE, CLASS)}
        self.tabs = tabs
        with ui.tab_panels(tabs, value=_IN_ADDRESS.get(view, EXPLORE), animated=False, keep_alive=True).classes("w-full"):
            with ui.tab_panel(names[EXPLORE]):
                self.explore = Explore(visit, self.see, self._moved)
            with ui.tab_panel(names[WATCH]):
                self.watch = Watch(visit)
            with ui.tab_panel(names[CHAIR]):
                self.chair = TakeAChair(visit, games, who, chairs)
            with ui.tab_panel(names[SCORE]):
                self.deal = ScoreDeal(visit)
            with ui.tab_panel(names[CLASS]):
                self.together = Class(visit, games, who, chairs, room)
        with ui.element("footer").classes("foot"):
            ui.label(FOOT)

    async def start(self) -> None:
        """Play for the first time."""
        await self._show(self.tabs.value)
        await self.explore.redraw()

    async def see(self, replicate: int) -> None:
        """Turn to this replicate, with the keys on its rounds."""
        self.stale = False
        self.tabs.value = WATCH
        await self.watch.show(replicate)
        self.watch.focus()

    def _moved(self) -> None:
        """What the other views show is of another scenario now."""
        self.stale, self.title.text = True, _title(self.visit)

    async def _turned(self, event: events.ValueChangeEventArguments[Any]) -> None:
        word = next((word for word, view in _IN_ADDRESS.items() if view == event.value), "explore")
        ui.run_javascript(f"window.scrollTo(0, 0); history.replaceState(history.state, '', '?view={word}')")
        await self._show(event.value)

    async def _show(self, view: str) -> None:
        """Have a view show how things stand."""
        if view == WATCH and self.stale:
            self.stale = False
            await self.watch.show(int(self.watch.number.value or 0))
        elif view == CHAIR:
            await self.chair.show()
        elif view == SCORE:
            await self.deal.show()
        elif view == CLASS:
            await self.together.show()


def _title(visit: Visit) -> str:
    """The scenario's title, and whether it is as written."""
    return visit.case.negotiation.title + (", as moved in Explore" if visit.moves else "")
