"""The command line: check, run, explain, score and their kin.

Results go to standard output, everything else to standard error. Exit status 0: done; 1: failed while working; 2: bad input.
"""

import csv
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.case.faults import BadInput
from sim.console import Contract, print_json, progress, say

if TYPE_CHECKING:
    from sim.studies.blocks import Study
    from sim.talks.negotiation import Negotiation
    from sim.verify.rows import Row

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
    "berlin_russia_in_room, berlin_us_draft_opens, berlin_us_mediator.",
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
_NO_CHANGES: list[str] = []


@app.command(epilog="Example: parley run berlin -n 20000 -o results --set talks.rounds=12")
def run(
    scenario: ScenarioName,
    replicates: Annotated[int, typer.Option("-n", "--replicates", min=1, max=10**9, help="How many times to play.")] = 10_000,
    out: Annotated[Path | None, typer.Option("-o", "--out", metavar="DIR", help="Where to leave results and figures.")] = None,
    jobs: Annotated[int, typer.Option("-j", "--jobs", min=1, help="Cores to use at most.")] = os.cpu_count() or 1,
    changes: Changes = _NO_CHANGES,
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
    folder = _writable(out)
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


@app.command(epilog="Example: parley explain berlin --replicate 8213")
def explain(
    scenario: ScenarioName,
    replicate: Annotated[int, typer.Option("--replicate", "-r", min=0, max=10**9, help="Which one, counted from 0.")] = 0,
    changes: Changes = _NO_CHANGES,
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


@app.command(epilog="Example: parley check berlin")
def check(
    scenario: ScenarioName,
    changes: Changes = _NO_CHANGES,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Validate a scenario and say what it implies before any talks: its zone, disputes, and how its numbers are founded."""
    from sim.outcomes.diagnosis import diagnose
    from sim.studies.runs import load
    from sim.talks.rooms import needs_no_list

    study = load(scenario, changes)
    stakes, draws = _stakes(study, seed)
    record = diagnose(study.negotiation, stakes, draws)
    options = sum(len(issue.options) for issue in study.negotiation.issues.values())
    if not study.deals.complete and options <= _MOST_OPTIONS and not needs_no_list(study.negotiation.talks):
        record["menu"] = _regret(study, seed, quiet)
    if as_json:
        print_json(record)
    elif not quiet:
        from sim.outcomes.terminal import show_diagnosis

        show_diagnosis(study.negotiation, record)


@app.command(epilog="Example: parley score berlin plan20_mirrored, or: parley score two_issues salary=3500 holidays=26")
def score(
    scenario: ScenarioName,
    deal: Annotated[
        list[str],
        typer.Argument(
            metavar="[PACKAGE | ISSUE=OPTION ...]",
            show_default=False,
            help="A package of the scenario, with single issues changed or not; or all issues.",
        ),
    ] = _NO_CHANGES,
    whole_table: Annotated[bool, typer.Option("--table", help="List all deals by parties instead, as CSV.")] = False,
    changes: Changes = _NO_CHANGES,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Judge one deal: what it is worth to each party, who would sign it how often, and which deals all would like better."""
    from sim.outcomes.judgement import judge, table
    from sim.studies.runs import load

    study = load(scenario, changes)
    number = None if whole_table else _deal(study, deal)
    stakes, _ = _stakes(study, seed)
    if number is None:
        csv.writer(sys.stdout, lineterminator="\n").writerows(table(stakes))
        return
    record = judge(study.negotiation, stakes, number)
    if as_json:
        print_json(record)
    elif not quiet:
        from sim.outcomes.terminal import show_judgement

        show_judgement(study.negotiation, record)


@app.command(epilog="Example: parley verify rubinstein")
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


@app.command(epilog="Example: parley new mine.yaml")
def new(
    file: Annotated[Path | None, typer.Argument(help="Where to write it; left out: standard output.")] = None,
    quiet: Quiet = False,
) -> None:
    """Write a commented scenario to start from."""
    from sim.outcomes.store import write_text

    text = (Path(__file__).parent / "case" / "new.yaml").read_text(encoding="utf-8")
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
        say(f"Wrote {file}. Next: parley check {file}, then: parley run {file}")


@app.command(epilog="Example: parley schema > parley.schema.json")
def schema(quiet: Quiet = False, as_json: Json = True) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from sim.talks.negotiation import file_schema

    if as_json or not quiet:
        print_json(file_schema())


@app.command(epilog="Example: parley cite berlin")
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


def main() -> None:
    """The program."""
    app(prog_name="parley")


_DRAWS = 4096
_REGRET_DRAWS = 200
_MOST_OPTIONS = 400  # of all issues together, for which the best deals there are can be found in a minute


def _stakes(study: "Study", seed: int) -> tuple[Any, Any]:
    """The stakes of some thousands of replicates, without talks, and their draws."""
    from sim.case.chance import Chance
    from sim.case.numbers import Draws

    draws = Draws(Chance(seed, 0, _DRAWS), study.negotiation.quantities)
    return study.stakes(draws), draws


def _regret(study: "Study", seed: int, quiet: bool) -> Any:
    """What the menu costs, at central values and in some draws."""
    from sim.case.chance import Chance
    from sim.case.numbers import Draws
    from sim.outcomes.regret import regret

    quantities = study.negotiation.quantities
    central, drawn = study.stakes(Draws(None, quantities)), study.stakes(Draws(Chance(seed, 0, _REGRET_DRAWS), quantities))
    with progress("the best deals there are", _REGRET_DRAWS, quiet) as advance:
        return regret(study.negotiation, central, drawn, advance)


def _deal(study: "Study", named: list[str]) -> int:
    """The number of the deal that is written as a package, as ISSUE=OPTION words, or as both."""
    negotiation = study.negotiation
    pairs = [(word.partition("=")[0], word.partition("=")[2]) for word in named if "=" in word]
    packages = [word for word in named if "=" not in word]
    faults = _bad_words(negotiation, packages, pairs)
    options: dict[str, str] = {}
    for name in packages:
        options |= negotiation.packages.get(name, {})
    options |= dict(pairs)
    missing = [issue for issue in negotiation.issues if issue not in options]
    if missing and not faults:
        faults = [f"the deal names no option for {', '.join(missing)}: write ISSUE=OPTION for each, or a package's name"]
    number = None if faults else study.deals.number(options)
    if number is None:
        raise BadInput(faults or [f"{' '.join(named)}: an exclusion of the scenario forbids this deal"])
    return number


def _bad_words(negotiation: "Negotiation", packages: list[str], pairs: list[tuple[str, str]]) -> list[str]:
    """What is wrong with the words for a deal."""
    from sim.case.faults import near

    issues = negotiation.issues
    faults = [
        f"{word}: no package of that name{near(word, negotiation.packages)}"
        for word in packages
        if word not in negotiation.packages
    ]
    for n, (issue, option) in enumerate(pairs):
        word = f"{issue}={option}"
        if issue not in issues:
            faults.append(f"{word}: no issue of the name '{issue}'{near(issue, issues)}")
        elif option not in issues[issue].options:
            faults.append(f"{word}: the issue '{issue}' has no option '{option}'{near(option, issues[issue].options)}")
        if issue in dict(pairs[:n]):
            faults.append(f"{word}: the issue '{issue}' is named twice")
    return faults


def _writable(folder: Path | None) -> Path | None:
    """The folder for results, made if need be."""
    if folder is None:
        return None
    try:
        (folder / "figures").mkdir(parents=True, exist_ok=True)
        probe = folder / ".parley"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise BadInput([f"-o {folder}: cannot be written: {error.strerror}"]) from None
    return folder
