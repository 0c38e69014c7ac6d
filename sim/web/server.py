"""The server of the page: one scenario, a queue of workers, a page per browser tab; everything it loads lies on this machine."""

import secrets
from pathlib import Path

from nicegui import Client, app, ui
from starlette.middleware.trustedhost import TrustedHostMiddleware

from sim.web.explore import Explore
from sim.web.guard import SmallRequests
from sim.web.queue import Queue
from sim.web.visit import Case, Visit

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
        await Views(visit).start(client)

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
    """The views of one tab."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit

    async def start(self, client: Client) -> None:
        """Lay the page out, then play."""
        title = self.visit.case.negotiation.title
        with ui.header().classes("top"):
            ui.label(title).props("role=heading aria-level=1").classes("title")
            with ui.tabs().props("dense no-caps outside-arrows mobile-arrows align=left") as tabs:
                explore = ui.tab("Explore")
        with ui.tab_panels(tabs, value=explore, animated=False).classes("w-full"), ui.tab_panel(explore):
            self.explore = Explore(self.visit, lambda replicate: None, lambda: None)
        with ui.element("footer").classes("foot"):
            ui.label(FOOT)
        await client.connected()
        await self.explore.start()
