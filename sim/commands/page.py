"""The classroom page."""

import os
import socket
from typing import Annotated

import typer

from sim.case.faults import BadInput
from sim.commands.options import NO_CHANGES, Changes, ScenarioName, Seed
from sim.console import say

_PORT = 8765


def teach(
    scenario: ScenarioName = "berlin",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Where on this machine the page is.")] = _PORT,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser on the page.")] = True,
    changes: Changes = NO_CHANGES,
    seed: Seed = 1,
) -> None:
    """Open the classroom page: sliders over thousands of negotiations, one watched round by round, a chair at the table."""
    try:
        import nicegui  # noqa: F401
    except ImportError:
        raise BadInput(['parley teach: the page needs an extra that is not there: pip install "parley-sim[teach]"']) from None
    _free(port)
    say("Getting ready …")
    from sim.web.opening import open_page

    say(f"The page is at http://127.0.0.1:{port}, on this machine alone. Ctrl-C ends it.")
    open_page(scenario, changes, seed, port, browser, max(1, min(4, os.cpu_count() or 1)))


def _free(port: int) -> None:
    """Make sure that nobody listens at the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise BadInput([f"--port {port}: in use already; choose another"]) from None
