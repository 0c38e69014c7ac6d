"""A scenario, or a deal, judged before any talks."""

import csv
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.case.faults import BadInput
from sim.commands.deals import read_deal
from sim.commands.options import NO_CHANGES, Changes, Json, Quiet, ScenarioName, Seed
from sim.console import print_json, progress

if TYPE_CHECKING:
    from sim.studies.blocks import Study


_DRAWS = 4096
_REGRET_DRAWS = 200
_MOST_OPTIONS = 400  # of all issues together, for which the best deals there are can be found in a minute


def check(
    scenario: ScenarioName,
    changes: Changes = NO_CHANGES,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Validate a scenario and say what it implies before any talks: its zone, disputes, and how its numbers are founded."""
    from sim.outcomes.diagnosis import diagnose
    from sim.studies.runs import load
    from sim.talks.rooms import needs_no_list

    study = load(scenario, changes)
    draws = _draws(study, seed)
    stakes = study.stakes(draws)
    record = diagnose(study.negotiation, stakes, draws)
    options = sum(len(issue.options) for issue in study.negotiation.issues.values())
    if not study.deals.complete and options <= _MOST_OPTIONS and not needs_no_list(study.negotiation.talks):
        record["menu"] = _regret(study, seed, quiet)
    if as_json:
        print_json(record)
    elif not quiet:
        from sim.outcomes.terminal import show_diagnosis

        show_diagnosis(study.negotiation, record)


def score(
    scenario: ScenarioName,
    deal: Annotated[
        list[str],
        typer.Argument(
            metavar="[PACKAGE | ISSUE=OPTION ...]",
            show_default=False,
            help="A package of the scenario, with single issues changed or not; or all issues.",
        ),
    ] = NO_CHANGES,
    whole_table: Annotated[bool, typer.Option("--table", help="List deals by parties instead, as CSV.")] = False,
    changes: Changes = NO_CHANGES,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Judge one deal: what it is worth to each party, who would sign it how often, and which deals all would like better."""
    from sim.outcomes.judgement import judge, table
    from sim.studies.runs import load

    study = load(scenario, changes)
    options = None if whole_table else _deal(study, deal)
    stakes = study.shared_stakes(_draws(study, seed))
    if options is None:
        csv.writer(sys.stdout, lineterminator="\n").writerows(table(stakes))
        return
    record = judge(study.negotiation, stakes, options)
    if as_json:
        print_json(record)
    elif not quiet:
        from sim.outcomes.terminal import show_judgement

        show_judgement(study.negotiation, record)


def _draws(study: "Study", seed: int) -> Any:
    """The draws of some thousands of replicates."""
    from sim.case.chance import Chance
    from sim.case.numbers import Draws

    return Draws(Chance(seed, 0, _DRAWS), study.negotiation.quantities)


def _regret(study: "Study", seed: int, quiet: bool) -> Any:
    """What the menu costs, at central values and in some draws."""
    from sim.case.chance import Chance
    from sim.case.numbers import Draws
    from sim.outcomes.regret import regret

    quantities = study.negotiation.quantities
    central, drawn = study.stakes(Draws(None, quantities)), study.stakes(Draws(Chance(seed, 0, _REGRET_DRAWS), quantities))
    with progress("the best deals there are", _REGRET_DRAWS, quiet) as advance:
        return regret(study.negotiation, central, drawn, advance)


def _deal(study: "Study", named: list[str]) -> dict[str, str]:
    """The deal that is written as a package, as ISSUE=OPTION words, or as both."""
    options = read_deal(study.negotiation, named)
    if study.deals.number(options) is None:
        raise BadInput([f"{' '.join(named)}: an exclusion of the scenario forbids this deal"])
    return options
