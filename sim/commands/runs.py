"""One scenario played: all its replicates, or one of them told."""

from typing import Annotated

import typer

from sim.case.faults import BadInput
from sim.commands.options import (
    CORES,
    NO_CHANGES,
    Changes,
    Cluster,
    Jobs,
    Json,
    Out,
    Precision,
    Quiet,
    Replicates,
    ScenarioName,
    Seed,
    writable,
)
from sim.console import print_json, progress, say, wrapped


def run(
    scenario: ScenarioName,
    replicates: Replicates = None,
    precision: Precision = None,
    out: Out = None,
    jobs: Jobs = CORES,
    cluster: Cluster = None,
    changes: Changes = NO_CHANGES,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Play a scenario many times and show the distribution of outcomes."""
    from sim.outcomes.captions import times
    from sim.outcomes.summary import widest
    from sim.processes import keep_memory
    from sim.studies.effort import effort
    from sim.studies.runs import load, run_to
    from sim.studies.soundness import WARNED

    keep_memory()
    study = load(scenario, changes)
    asked = effort(replicates, seed, jobs, precision)._replace(cluster=cluster)
    folder = writable(out)
    what, total = ("until precise", None) if precision else (times(asked.replicates), asked.replicates)
    with progress(what, total, quiet) as advance:
        outcomes = run_to(folder, study, seed, asked, advance)
    for party, share in outcomes.summary["contradicted"].items():
        if share > WARNED:
            say(f"warning: parties.{party}.no_deal: contradictory anchors in {share:.0%} of replicates")
    if precision and not quiet:
        width = widest(outcomes.summary)
        known = "every reported share is known to within" if width <= precision else "not precise enough: the widest interval is"
        say(f"{times(outcomes.summary['replicates'])}: {known} {width:.4f}")
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
    base: Annotated[
        str | None,
        typer.Option(
            "--base", metavar="SCENARIO", help="Keep no-deal values as drawn in this scenario, as compare does with its first."
        ),
    ] = None,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Tell one replicate of a run as a story: offers, answers, objections, ending."""
    from sim.case.chance import Chance
    from sim.outcomes.measures import measure
    from sim.outcomes.narration import as_record, story
    from sim.studies.runs import load

    study = load(scenario, changes, load(base).negotiation if base else None)
    if base and not study.base:
        raise BadInput([f"--base {base}: has other issues than {scenario}, so that its points are on another scale"])
    played = study.play(Chance(seed, replicate, 1), tell=True)
    columns = measure(played)
    if as_json:
        print_json(as_record(played, columns, replicate))
    elif not quiet:
        typer.echo(wrapped(story(played, columns, replicate)))
