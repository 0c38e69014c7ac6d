"""What can be looked up: known results, papers, the schema, a scenario to start from."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.case.faults import BadInput
from sim.commands.options import Json, Quiet, Seed
from sim.console import print_json, progress, say

if TYPE_CHECKING:
    from sim.verify.rows import Row


def verify(
    topic: Annotated[str | None, typer.Argument(metavar="[TOPIC]", help="One topic alone; left out: all.")] = None,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Reproduce known results of bargaining theory and published cases here and now, a row for each claim."""
    from time import monotonic

    from sim.case.faults import near
    from sim.verify.topics import TOPICS

    if topic is not None and topic not in TOPICS:
        raise BadInput([f"{topic}: no topic of that name{near(topic, TOPICS, len(TOPICS))}"])
    rows: list[Row] = []
    started = monotonic()
    chosen = list(TOPICS) if topic is None else [topic]
    with progress("known results", len(chosen), quiet) as advance:
        for name in chosen:
            rows += TOPICS[name](seed)
            advance(1)
    if as_json:
        print_json([row.record() for row in rows])
    elif not quiet:
        from sim.verify.printing import show

        show(rows, monotonic() - started)
    failed = [row for row in rows if not row.holds]
    if quiet or as_json:
        say(*(f"FAIL: {row.topic}: {row.claim}: expected {row.expected:.9g}, obtained {row.obtained:.9g}" for row in failed))
    if failed:
        raise typer.Exit(1)


def new(
    file: Annotated[Path | None, typer.Argument(help="Where to write it; left out: standard output.")] = None,
    experiment: Annotated[bool, typer.Option("--experiment", help="An experiment for sweep instead.")] = False,
    quiet: Quiet = False,
) -> None:
    """Write a commented scenario to start from, or a commented experiment."""
    from sim.outcomes.store import write_text

    room = "studies" if experiment else "case"
    text = (Path(__file__).parents[1] / room / "new.yaml").read_text(encoding="utf-8")
    if file is None:
        typer.echo(text, nl=False)
        return
    if file.exists():
        raise BadInput([f"{file}: is there already; parley does not write over it"])
    try:
        write_text(file, text)
    except OSError as error:
        raise BadInput([f"{file}: cannot be written: {error.strerror}"]) from None
    if not quiet:
        then = f"parley sweep {file}" if experiment else f"parley check {file}, then: parley run {file}"
        say(f"Wrote {file}. Next: {then}")


def schema(
    experiment: Annotated[bool, typer.Option("--experiment", help="That of experiment files instead.")] = False,
    quiet: Quiet = False,
    as_json: Json = True,
) -> None:
    """Print the JSON Schema of scenario files, or of experiment files, for editors."""
    from sim.studies.experiment import experiment_schema
    from sim.talks.negotiation import file_schema

    if as_json or not quiet:
        print_json(experiment_schema() if experiment else file_schema())


def cite(
    scenario: Annotated[str | None, typer.Argument(metavar="[SCENARIO]", help="Left out: all papers.")] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Print the papers behind the parts a scenario uses, as BibTeX."""
    from sim.papers import PAPERS, every_part, papers, parts
    from sim.studies.runs import load

    used = every_part() if scenario is None else parts(load(scenario).negotiation)
    if as_json:
        print_json({part: PAPERS[part] for part in used})
    elif not quiet:
        typer.echo(papers(used), nl=False)
