"""Scenarios played beside one another."""

from typing import Annotated

import typer

from sim.case.faults import BadInput
from sim.commands.options import (
    CORES,
    NO_CHANGES,
    Cluster,
    Jobs,
    Json,
    Out,
    Precision,
    Quiet,
    Replicates,
    Seed,
    writable,
)
from sim.console import print_json, progress, say


def compare(
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO...",
            show_default=False,
            help="Scenario files, or names of such as come with parley; the first is the one all others are held against.",
        ),
    ],
    variants: Annotated[
        list[str],
        typer.Option(
            "--with",
            metavar="PATH=VALUE[; PATH=VALUE]",
            help="One more scenario: the first with these changes; may be repeated.",
        ),
    ] = NO_CHANGES,
    replicates: Replicates = None,
    precision: Precision = None,
    out: Out = None,
    jobs: Jobs = CORES,
    cluster: Cluster = None,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Play scenarios with the same luck and show what differs from the first, replicate by replicate."""
    from sim.outcomes.captions import times
    from sim.outcomes.paired import widest
    from sim.processes import keep_memory
    from sim.studies import compare as study
    from sim.studies.effort import effort

    keep_memory()
    compared = study.scenarios(scenarios, [_changes(written) for written in variants])
    asked = effort(replicates, seed, jobs, precision)._replace(cluster=cluster)
    folder = writable(out)
    what, total = times(asked.replicates), study.length(compared, asked.replicates)
    with progress("until precise" if precision else what, None if precision else total, quiet) as advance:
        comparison = study.compare_to(folder, compared, seed, asked, advance)
    summary = comparison.summary
    if precision and not quiet:
        width = widest(summary["comparisons"])
        known = (
            "every difference between shares is known to within"
            if width <= precision
            else "not precise enough: the widest interval is"
        )
        say(f"{times(summary['replicates'])}: {known} {width:.4f}")
    if as_json:
        print_json(summary)
    elif not quiet:
        from sim.outcomes.contrast_tables import show_comparison

        show_comparison(summary)
        if folder:
            say(f"Results and figures are in {folder}")


def _changes(written: str) -> list[str]:
    """The changes of a variant."""
    changes = [change.strip() for change in written.split(";") if change.strip()]
    if not changes:
        raise BadInput([f"--with {written}: nothing is changed; write PATH=VALUE, such as talks.rounds=12"])
    return changes
