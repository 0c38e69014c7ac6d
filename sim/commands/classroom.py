"""For a class: a chair at the table, and what each party is told of its role."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.case.faults import BadInput
from sim.commands.options import NO_CHANGES, Changes, Json, Quiet, ScenarioName, Seed, writable
from sim.console import print_json, say

if TYPE_CHECKING:
    from sim.studies.game import Game

_DRAWS = 2048
_NOT_OVER = "The talks are left as they are, without an end."


def play(
    scenario: ScenarioName,
    party: Annotated[str, typer.Option("--as", metavar="PARTY", help="Whose chair you take.")],
    replicate: Annotated[int, typer.Option("--replicate", "-r", min=0, max=10**9, help="Which one, counted from 0.")] = 0,
    advice: Annotated[bool, typer.Option("--advice/--no-advice", help="Say what the party's own strategy would do.")] = True,
    changes: Changes = NO_CHANGES,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Take a party's chair: sign, offer or leave, round by round; then see how the program would have done in it.

    Moves are read from standard input; when there are no more, the talks are left unfinished.
    """
    from sim.commands.dialogue import Dialogue
    from sim.outcomes import chairside
    from sim.studies.game import Game, obstacles
    from sim.studies.runs import load

    study = load(scenario, changes)
    faults = list(obstacles(study, party))
    if faults:
        raise BadInput([f"--as {fault}" for fault in faults])
    game = Game(study, seed, replicate, (party,))
    tell = _teller(quiet, as_json)
    game = Dialogue(game, party, _reader(quiet, as_json), tell, advice).hold()
    told = None if game.asked else game.debrief(party)
    if told is None:
        tell(["", _NOT_OVER])
    else:
        tell(["", *chairside.result(game.study.negotiation, told), "", game.story()])
    if as_json:
        print_json(_record(game, party, told))


def roles(
    scenario: ScenarioName,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Where to leave a page per party.")],
    replicate: Annotated[
        int | None,
        typer.Option("--replicate", "-r", min=0, max=10**9, help="The numbers of one replicate, as `play` has them."),
    ] = None,
    changes: Changes = NO_CHANGES,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Write a confidential role for each party: a page to print, with what it wants, would refuse, and must reckon with."""
    from sim.case.chance import Chance
    from sim.case.numbers import Draws
    from sim.outcomes.role import page, role
    from sim.outcomes.store import write_text
    from sim.studies.runs import load

    study = load(scenario, changes)
    quantities = study.negotiation.quantities
    drawn = study.shared_stakes(Draws(Chance(seed, replicate or 0, _DRAWS if replicate is None else 1), quantities))
    central = study.shared_stakes(Draws(None, quantities)) if replicate is None else drawn
    told = [role(study.negotiation, party, central, drawn) for party in study.negotiation.parties]
    writable(out, below="")
    for one in told:
        write_text(out / f"{one['party']}.html", page(one))
    if as_json:
        print_json(told)
    elif not quiet:
        say(f"Wrote {', '.join(str(out / one['party']) + '.html' for one in told)}")


def _record(game: "Game", party: str, told: Any) -> dict[str, Any]:
    """The game for programs."""
    return {"title": game.study.negotiation.title, "party": party, "over": told is not None, **game.record(), "debrief": told}


def _teller(quiet: bool, as_json: bool) -> Callable[[Iterable[str]], None]:
    """What prints lines of the talks: on standard error, where the record goes to standard output."""

    def tell(lines: Iterable[str]) -> None:
        for line in lines:
            if not quiet:
                typer.echo(line, err=as_json)

    return tell


def _reader(quiet: bool, as_json: bool) -> Callable[[str], str | None]:
    """What asks for a line; a line that nobody sees typed is shown after its question."""

    def read(prompt: str) -> str | None:
        if not quiet:
            typer.echo(prompt, nl=False, err=as_json)
        try:
            line = sys.stdin.readline()
        except UnicodeDecodeError:
            line = "?\n"
        if not quiet and not (sys.stdin.isatty() and line):
            typer.echo(line.rstrip("\n"), err=as_json)
        return line if line else None

    return read
