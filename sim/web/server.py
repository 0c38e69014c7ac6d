"""The server of the page: one scenario, a queue of workers, a page per browser tab; everything it loads lies on this machine."""

import secrets
from pathlib import Path
from typing import Any

from nicegui import Client, app, events, ui
from starlette.middleware.trustedhost import TrustedHostMiddleware

from sim.web.deal import ScoreDeal
from sim.web.explore import Explore
from sim.web.guard import SmallRequests
from sim.web.queue import Queue
from sim.web.visit import Case, Visit
from sim.web.watch import Watch

FOOT = (
    "Not a forecast: what follows from the assumptions written in the scenario. Intervals are sampling doubt alone; doubt about "
    "the assumptions is usually far wider."
)
STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def serve(case: Case, queue: Queue, seed: int, port: int, show: bool) -> None:
    """Serve the page until it is stopped."""

    @ui.page("/", title=f"{case.negotiation.title} · parley")
    async def page(client: Client) -> None:
        ui.add_css(STYLE)
        visit = Visit(client.id, queue, case, seed)
        client.on_delete(visit.forget)
        views = Views(visit)
        await client.connected()
        await views.start()

    app.on_shutdown(queue.close)
    app.add_middleware(SmallRequests)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    ui.run(
        host="127.0.0.1",
        port=port,
        title="parley",
        show=show,
        reload=False,
        show_welcome_message=False,
        favicon="⚖️",
        language="en-GB",
        storage_secret=secrets.token_hex(),
        ws_max_size=2**20,
    )


class Views:
    """The views of one tab of a browser."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.stale = visit, True
        with ui.header().classes("top"):
            ui.label(visit.case.negotiation.title).props("role=heading aria-level=1").classes("title")
            with ui.tabs(on_change=self._turned).props("dense no-caps outside-arrows mobile-arrows align=left") as self.tabs:
                names = {name: ui.tab(name) for name in ("Explore", "Watch one", "Score a deal")}
        with ui.tab_panels(self.tabs, value=names["Explore"], animated=False, keep_alive=True).classes("w-full"):
            with ui.tab_panel(names["Explore"]):
                self.explore = Explore(visit, self.see, self._moved)
            with ui.tab_panel(names["Watch one"]):
                self.watch = Watch(visit)
            with ui.tab_panel(names["Score a deal"]):
                self.deal = ScoreDeal(visit)
        with ui.element("footer").classes("foot"):
            ui.label(FOOT)

    async def start(self) -> None:
        """Play for the first time."""
        await self.explore.redraw()

    async def see(self, replicate: int) -> None:
        """Watch this replicate."""
        self.stale = False
        self.tabs.value = "Watch one"
        await self.watch.show(replicate)

    def _moved(self) -> None:
        """What the other views show is of another scenario now."""
        self.stale = True

    async def _turned(self, event: events.ValueChangeEventArguments[Any]) -> None:
        if event.value == "Watch one" and self.stale:
            await self.see(int(self.watch.number.value or 0))
        if event.value == "Score a deal":
            await self.deal.show()
