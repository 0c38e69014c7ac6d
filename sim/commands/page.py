"""The classroom page."""

import os
import socket
from pathlib import Path
from typing import Annotated

import typer

from sim.case.faults import BadInput
from sim.commands.options import NO_CHANGES, Changes, Quiet, ScenarioName, Seed
from sim.console import say

_PORT = 8765
_MOST_WORKERS = 8


def teach(
    scenario: ScenarioName = "berlin",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Where on this machine the page is.")] = _PORT,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser on the page.")] = True,
    share: Annotated[bool, typer.Option("--share", help="Let other machines in, by a join code; else this one alone.")] = False,
    keep: Annotated[Path | None, typer.Option("--keep", metavar="DIR", help="Where games are kept over a restart.")] = None,
    changes: Changes = NO_CHANGES,
    seed: Seed = 1,
    quiet: Quiet = False,
) -> None:
    """Open the classroom page: sliders over thousands of negotiations, one watched round by round, chairs at the table."""
    try:
        import nicegui  # noqa: F401
    except ImportError:
        raise BadInput(['parley teach: the page needs an extra that is not there: pip install "parley-sim[teach]"']) from None
    _free(port, share)
    from sim.web.opening import kept_in, open_page

    folder = keep or kept_in()
    lesson = open_page(scenario, changes, seed, folder, max(1, min(_MOST_WORKERS, os.cpu_count() or 1)), share)
    from sim.web.server import addresses, serve

    if not quiet:
        say(f"The page is at http://127.0.0.1:{port}" + ("" if share else ", for this machine alone") + ". Ctrl-C ends it.")
    if share:
        say(f"Others in the room: http://{addresses()[0]}:{port}  Join code: {lesson.code}")
    serve(lesson, folder, port, browser)


def _free(port: int, share: bool) -> None:
    """Make sure that nobody listens at the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0" if share else "127.0.0.1", port))
        except OSError as error:
            raise BadInput([f"--port {port}: cannot be used: {error.strerror}; choose another"]) from None
