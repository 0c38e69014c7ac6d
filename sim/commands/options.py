"""Arguments and options that several commands share."""

import os
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
Replicates = Annotated[
    int | None,
    typer.Option(
        "-n",
        "--replicates",
        min=1,
        max=10**9,
        show_default=False,
        help="How many times to play: 10,000 if not said; with --precision at most so many, 10,000,000 if not said.",
    ),
]
Precision = Annotated[
    float | None,
    typer.Option("--precision", min=0.0002, max=0.5, help="Play until the 95 % interval of every reported share is so narrow."),
]
Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="DIR", help="Where to leave results and figures; a study stopped there goes on."),
]
Jobs = Annotated[int, typer.Option("-j", "--jobs", min=1, help="Cores to use at most.")]
Cluster = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="Play on a running Dask cluster, such as tcp://10.0.0.5:8786."),
]
CORES = os.cpu_count() or 1
NO_CHANGES: list[str] = []


def writable(folder: Path | None, below: str = "figures") -> Path | None:
    """The folder for results, made if need be, and one below it."""
    if folder is None:
        return None
    try:
        (folder / below).mkdir(parents=True, exist_ok=True)
        probe = folder / ".parley"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise BadInput([f"-o {folder}: cannot be written: {error.strerror}"]) from None
    return folder
