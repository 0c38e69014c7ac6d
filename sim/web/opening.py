"""From a scenario to its page."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.case.faults import BadInput
from sim.case.reading import Draft, draft, shipped
from sim.studies.runs import fingerprint, load
from sim.web.games import Games, chairs_of, new_code
from sim.web.queue import Queue
from sim.web.visit import Case

if TYPE_CHECKING:
    from sim.web.server import Lesson


def open_page(scenario: str, changes: Sequence[str], seed: int, folder: Path, workers: int, share: bool) -> "Lesson":
    """What is taught: a scenario, with changes written PATH=VALUE, which are then part of it; its workers are starting."""
    _folder(folder)
    os.environ.setdefault("NICEGUI_STORAGE_PATH", str(folder / "browsers"))  # else it would be where one stands
    from sim.web.server import Lesson

    study = load(scenario, changes)
    written = draft(scenario).changed(changes)
    stem = Path(scenario).stem
    name = stem if stem in shipped() and not changes else ""
    case = Case(Draft(stem, written.tree, written.places, written.faults), study.negotiation, study.deals.complete, name)
    queue = Queue(case.written, study, workers)
    games = Games(folder, f"{fingerprint(study.negotiation)[:16]}-{seed}", queue, seed)
    code = new_code() if share else ""
    return Lesson(case, seed, queue, games, chairs_of(study), code)


def kept_in() -> Path:
    """Where games are kept unless told otherwise."""
    home = os.environ.get("XDG_STATE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(home) if home else Path.home() / ".local" / "state") / "parley"


def _folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadInput([f"--keep {folder}: cannot be written: {error.strerror}"]) from None
