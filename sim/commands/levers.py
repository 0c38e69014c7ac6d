"""What would have to change."""

from typing import Annotated

import typer

from sim.commands.options import CORES, Cluster, Jobs, Json, Out, Quiet, ScenarioName, Seed, writable
from sim.console import print_json, progress, say


def levers(
    scenario: ScenarioName,
    want: Annotated[str, typer.Option("--want", help="What is wanted: ending=ENDING or ISSUE=OPTION.")] = "ending=agreed",
    target: Annotated[
        float | None,
        typer.Option(
            "--target",
            min=0.0,
            max=1.0,
            show_default=False,
            help="The chance to reach: if not said, twice that as written, 0.1 to 0.9.",
        ),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option("--levers", metavar="FILE", help="A file with a section `levers`, in place of the scenario's own."),
    ] = None,
    replicates: Annotated[
        int, typer.Option("-n", "--replicates", min=1, max=10**7, help="Replicates of each change that is tried.")
    ] = 512,
    out: Out = None,
    jobs: Jobs = CORES,
    cluster: Cluster = None,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Find the smallest changes, in stated ranges and at stated costs, that make what is wanted likely enough."""
    from sim.processes import keep_memory
    from sim.studies.effort import effort
    from sim.studies.levers import inquiry, levers_to

    keep_memory()
    asked = effort(replicates, seed, jobs)._replace(cluster=cluster)
    question = inquiry(scenario, want, target, file)
    folder = writable(out)
    with progress("levers", None, quiet) as advance:
        found = levers_to(folder, question, seed, asked, advance)
    if as_json:
        print_json(found.summary)
    elif not quiet:
        from sim.outcomes.lever_tables import show_levers

        show_levers(found.summary)
        if folder:
            say(f"All changes tried, the summary and the figure are in {folder}")
