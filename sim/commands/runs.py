"""One scenario played: all its replicates, or one of them told."""

import os
from pathlib import Path
from typing import Annotated

import typer

from sim.commands.options import NO_CHANGES, Changes, Json, Quiet, ScenarioName, Seed, writable
from sim.console import print_json, progress, say


def run(
    scenario: ScenarioName,
    replicates: Annotated[int, typer.Option("-n", "--replicates", min=1, max=10**9, help="How many times to play.")] = 10_000,
    out: Annotated[Path | None, typer.Option("-o", "--out", metavar="DIR", help="Where to leave results and figures.")] = None,
    jobs: Annotated[int, typer.Option("-j", "--jobs", min=1, help="Cores to use at most.")] = os.cpu_count() or 1,
    changes: Changes = NO_CHANGES,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Play a scenario many times and show the distribution of outcomes."""
    from sim.studies.blocks import keep_memory
    from sim.studies.runs import load, run_to, write_results
    from sim.studies.soundness import WARNED

    keep_memory()
    study = load(scenario, changes)
    folder = writable(out)
    with progress(f"{replicates:,} replicates", replicates, quiet) as advance:
        outcomes = run_to(folder, study, replicates, seed, jobs, advance)
    if folder:
        write_results(folder, outcomes, changes)
    for party, share in outcomes.summary["contradicted"].items():
        if share > WARNED:
            say(f"warning: parties.{party}.no_deal: contradictory anchors in {share:.0%} of replicates")
    if as_json:
        print_json(outcomes.summary)
    elif not quiet:
        from sim.outcomes.terminal import show

        show(outcomes.summary)
        if folder:
            say(f"Results, figures and report.html are in {folder}")


def explain(
    scenario: ScenarioName,
    replicate: Annotated[int, typer.Option("--replicate", "-r", min=0, max=10**9, help="Which one, counted from 0.")] = 0,
    changes: Changes = NO_CHANGES,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Tell one replicate of a run as a story: offers, answers, objections, ending."""
    from sim.case.chance import Chance
    from sim.outcomes.measures import measure
    from sim.outcomes.narration import as_record, story
    from sim.studies.runs import load

    played = load(scenario, changes).play(Chance(seed, replicate, 1), tell=True)
    columns = measure(played)
    if as_json:
        print_json(as_record(played, columns, replicate))
    elif not quiet:
        typer.echo(story(played, columns, replicate))
