"""The command line.

Results go to standard output, everything else to standard error. Exit status 0: done; 1: failed while working; 2: bad input.
"""

import os
from collections.abc import Callable
from typing import Annotated

import typer

from sim.commands import classroom, comparisons, judgements, levers, page, references, runs, sweeps
from sim.console import Contract

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # blocks are small: more threads only wait for each other
os.environ.setdefault("MKL_NUM_THREADS", "1")


app = typer.Typer(
    cls=Contract,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Simulates negotiations: who wants what, by which rules, and what comes out, how often and why.",
    epilog="Start with: parley run berlin. Scenarios that come with parley: berlin, berlin_20_points, berlin_talks, pie, sale, "
    "two_issues; variants of berlin_talks: berlin_hard_winter, berlin_loan_adopted, berlin_loan_refused, "
    "berlin_moving_front, berlin_nato_open, berlin_neutral_mediator, berlin_no_us_pressure, berlin_offer_lapses, "
    "berlin_russia_in_room, berlin_us_draft_opens, berlin_us_mediator. Experiments for sweep: council, guarantees_for_nato, "
    "mediator_bias, one_anchor, rounds, time, us_pressure, what_matters.",
)


def _version(asked: bool) -> None:
    if asked:
        from sim import __version__

        typer.echo(f"parley {__version__}")
        raise typer.Exit()


@app.callback()
def parley(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Simulates negotiations: who wants what, by which rules, and what comes out, how often and why."""


COMMANDS: dict[Callable[..., None], str] = {  # and an example of each
    runs.run: "parley run berlin -n 20000 -o results --set talks.rounds=12",
    runs.explain: "parley explain berlin --replicate 8213",
    comparisons.compare: 'parley compare berlin_talks berlin_nato_open --with "pressure=[]" -o compared',
    judgements.check: "parley check berlin",
    judgements.score: "parley score berlin plan20_mirrored, or: parley score two_issues salary=3500 holidays=26",
    levers.levers: "parley levers sale --want ending=agreed --target 0.7",
    classroom.play: "parley play two_issues --as mia",
    classroom.roles: "parley roles berlin -o berlin-roles",
    page.teach: "parley teach berlin",
    sweeps.sweep: "parley sweep rounds -o results. One of your own begins with: parley new --experiment mine.yaml",
    references.verify: "parley verify rubinstein",
    references.new: "parley new mine.yaml",
    references.schema: "parley schema > parley.schema.json",
    references.cite: "parley cite berlin",
}
for _command, _example in COMMANDS.items():
    app.command(epilog=f"Example: {_example}")(_command)


def main() -> None:
    """The program."""
    app(prog_name="parley")
