"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from sim.case.faults import BadInput

ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A scenario file, or the name of one that comes with parley.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of all luck.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No tables and messages: only faults, and JSON if asked for.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Changes = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help=(
            "Change a number or word of the scenario, such as talks.rounds=12; may be repeated. No-deal values stay as drawn "
            "in the unchanged scenario unless they are themselves changed."
        ),
    ),
]
NO_CHANGES: list[str] = []


def writable(folder: Path | None) -> Path | None:
    """The folder for results, made if need be."""
    if folder is None:
        return None
    try:
        (folder / "figures").mkdir(parents=True, exist_ok=True)
        probe = folder / ".parley"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise BadInput([f"-o {folder}: cannot be written: {error.strerror}"]) from None
    return folder
