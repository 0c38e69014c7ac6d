"""The server of the page: one scenario, a queue of workers, a page per browser tab; everything it loads lies on this machine."""

import asyncio
import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from nicegui import Client, app, ui
from starlette.middleware.trustedhost import TrustedHostMiddleware

from sim.case.faults import BadInput
from sim.outcomes.store import write_text
from sim.web.games import Games
from sim.web.guard import SmallRequests
from sim.web.pieces import faults_in, quiet_button
from sim.web.queue import Queue
from sim.web.views import Views
from sim.web.visit import Case, Visit

STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
HERE = "127.0.0.1"
_LARGEST_MESSAGE = 2**18  # bytes that a browser may send at once
_WRONG_CODE = 1.0  # seconds that a wrong code costs


@dataclass(frozen=True)
class Lesson:
    """What is taught: a scenario, its seed, the queue of workers, the games played on it, and the chairs that can be taken.

    `code` lets other machines in; nothing where the page is for this machine alone.
    """

    case: Case
    seed: int
    queue: Queue
    games: Games
    chairs: list[str]
    code: str = ""


def serve(lesson: Lesson, folder: Path, port: int, show: bool) -> None:
    """Serve the page until it is stopped; what must outlive the server is kept in the folder."""
    let_in: set[str] = set()

    @ui.page("/")
    async def page(client: Client, view: str = "") -> None:
        ui.add_css(STYLE)
        ui.page_title(f"{lesson.case.negotiation.title} · parley")
        who = str(app.storage.browser["id"])
        if lesson.code and client.ip != HERE and who not in let_in:
            _gate(lesson, who, let_in)
            return
        visit = Visit(client.id, lesson.queue, lesson.case, lesson.seed)
        client.on_delete(visit.forget)
        views = Views(visit, lesson.games, who, lesson.chairs, _room(lesson, port) if client.ip == HERE else "", view)
        await client.connected()
        await views.start()

    app.on_shutdown(lesson.queue.close)
    app.add_middleware(SmallRequests)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[HERE, "localhost", *(addresses() if lesson.code else [])])
    ui.run(
        host="0.0.0.0" if lesson.code else HERE,
        port=port,
        title="parley",
        show=show,
        reload=False,
        show_welcome_message=False,
        favicon="⚖️",
        language="en-GB",
        storage_secret=_secret(folder / "secret"),
        session_middleware_kwargs={"same_site": "strict"},
        ws_max_size=_LARGEST_MESSAGE,
    )


def addresses() -> list[str]:
    """The addresses and names under which other machines in the room may know this one."""
    names = [socket.gethostname(), f"{socket.gethostname()}.local"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address kept for examples: nothing is sent, but the way out is chosen
        except OSError:
            return names
        return [str(probe.getsockname()[0]), *names]


def _room(lesson: Lesson, port: int) -> str:
    """How others come into a class."""
    if not lesson.code:
        return (
            "Join it under Class, with this code, in another browser or a private window of this machine. Nobody else can come "
            "in: for that, start the page with --share."
        )
    return (
        f"Others open http://{addresses()[0]}:{port}, type the join code {lesson.code}, turn to Class, and join with this code."
    )


def _gate(lesson: Lesson, who: str, let_in: set[str]) -> None:
    """All that a browser on another machine sees until it shows the code of the room."""
    with ui.column().classes("gate"):
        ui.label("A class with parley").props("role=heading aria-level=1").classes("title")
        code = ui.input("Join code").props("outlined maxlength=12 autocomplete=off")
        told = ui.column().classes("faults")

        async def enter() -> None:
            if secrets.compare_digest((code.value or "").strip().upper().encode(), lesson.code.encode()):
                let_in.add(who)
                ui.navigate.reload()
                return
            await asyncio.sleep(_WRONG_CODE)
            faults_in(told, BadInput(["This is not the code."]).lines)

        code.on("keydown.enter", enter)
        quiet_button("Come in", enter)


def _secret(file: Path) -> str:
    """What browsers' secrets are signed with: the same after a restart, and nobody else's to read."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        made = secrets.token_hex(32)
        write_text(file, made)
        os.chmod(file, 0o600)
        return made
