"""An experiment played: a scenario at many points, or over a sample of its uncertain numbers."""

from typing import Annotated

import typer

from sim.commands.options import CORES, Cluster, Jobs, Json, Out, Precision, Quiet, Seed, writable
from sim.console import print_json, progress, say

_Replicates = Annotated[
    int | None,
    typer.Option(
        "-n",
        "--replicates",
        min=1,
        max=10**9,
        show_default=False,
        help=(
            "Replicates of each point, or points of a sample (for sobol its base), instead of those in the file; with "
            "--precision at most so many."
        ),
    ),
]


def sweep(
    experiment: Annotated[
        str, typer.Argument(metavar="EXPERIMENT", help="An experiment file, or the name of one that comes with parley.")
    ],
    replicates: _Replicates = None,
    precision: Precision = None,
    out: Out = None,
    jobs: Jobs = CORES,
    cluster: Cluster = None,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Play an experiment: a grid of changes, one change at a time, a Latin hypercube, or a Sobol' design."""
    from sim.processes import keep_memory
    from sim.studies.effort import effort
    from sim.studies.experiment import read_experiment
    from sim.studies.sweep import make_ready, sweep_to

    keep_memory()
    asked = effort(replicates, seed, jobs, precision)
    setup = read_experiment(experiment)
    with progress("checking", None, quiet) as checked:
        ready = make_ready(setup, seed, replicates, precision, checked)
    folder = writable(out)
    points = len(ready.points)
    what = f"{points} points" if ready.layout is None else f"{ready.replicates:,} replicates"
    with progress(what, None if precision else points * ready.replicates, quiet) as advance:
        swept = sweep_to(folder, ready, asked._replace(replicates=ready.replicates, cluster=cluster), advance)
    if precision and not quiet:
        from sim.outcomes.sweep_words import played, widest

        width = widest(swept.summary)
        known = "every share asked for is known to within" if width <= precision else "not precise enough: the widest interval is"
        say(f"{played(swept.summary)}: {known} {width:.4f}")
    if as_json:
        print_json(swept.summary)
    elif not quiet:
        from sim.outcomes.sweep_tables import show_sweep

        show_sweep(swept.summary)
        if folder:
            say(f"Results and figures are in {folder}")
