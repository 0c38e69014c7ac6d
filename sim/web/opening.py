"""From a scenario to its page."""

from collections.abc import Sequence
from pathlib import Path

from sim.case.reading import Draft, draft, shipped
from sim.studies.runs import load
from sim.web.queue import Queue
from sim.web.server import serve
from sim.web.visit import Case


def open_page(scenario: str, changes: Sequence[str], seed: int, port: int, show: bool, workers: int) -> None:
    """Serve the page of a scenario, with changes written PATH=VALUE, which are then part of it, until it is stopped."""
    study = load(scenario, changes)
    written = draft(scenario).changed(changes)
    stem = Path(scenario).stem
    name = stem if stem in shipped() and not changes else ""
    case = Case(Draft(stem, written.tree, written.places, written.faults), study.negotiation, study.deals.complete, name)
    serve(case, Queue(case.written, study, workers), seed, port, show)
