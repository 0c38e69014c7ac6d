"""What a search among levers found, as tables in the terminal."""

import shlex
from typing import Any

from rich.console import Console
from rich.markup import escape

from sim.outcomes import lever_words
from sim.outcomes.captions import times
from sim.outcomes.tables import console, percent, plain_table, show_table

Record = dict[str, Any]

_MOST_IDLE = 12


def show_levers(record: Record) -> None:
    """What was asked, the smallest change found, the trade-off, the runners-up and each lever alone."""
    out = console()
    out.print(f"\n[bold]{escape(record['title'])}[/bold]: what it would take for {escape(lever_words.wanted(record))}\n")
    out.print(f"{escape(lever_words.answer(record))}\n")
    _best(out, record)
    _changes(out, "What each chance costs", record["curve"])
    if record["runners_up"]:
        _changes(out, "Runners-up, with other levers", record["runners_up"])
    _alone(out, record)
    _notes(out, record)


def _best(out: Console, record: Record) -> None:
    table = plain_table("", "", "", head=False)
    table.add_row("As written", lever_words.chance(record["as_written"]["chance"]), "sampling: 95 %")
    table.add_row("Target", percent(record["target"]), "" if record["target_given"] else "as none was given")
    best = record["best"]
    if best is not None and best["moves"]:
        table.add_row("[bold]So changed[/bold]", f"[bold]{lever_words.chance(best['chance'])}[/bold]", "sampling: 95 %")
        table.add_row("", "", f"the target is {lever_words.VERDICTS[best['verdict']]}")
        if best["assumptions"]:
            low, high = best["assumptions"]["low"], best["assumptions"]["high"]
            words = "assumptions: 90 %, interior values moved by up to 10 points"
            table.add_row("", f"{100 * low:.1f} to {100 * high:.1f} %", words)
    surest = record["surest"]
    if best is not None and surest is not None and surest["set"] != best["set"]:
        table.add_row("Surer", lever_words.chance(surest["chance"]), f"at a cost of {lever_words.cost(surest['cost'])}:")
        table.add_row("", "", escape(lever_words.moves(surest)))
        table.add_row("", "", f"the target is {lever_words.VERDICTS[surest['verdict']]}")
    show_table(out, table)
    if best is not None and best["moves"]:
        sets = " ".join(f"--set {shlex.quote(change)}" for change in best["set"])
        again = f"{record['scenario']} -n {record['replicates']} --seed {record['fresh_seed']} {sets}"
        out.print(f"\nPlay it: parley run {escape(again)}", soft_wrap=True)
        for words in lever_words.built_in(best):
            out.print(f"[dim]True by construction: {escape(words)}.[/dim]")
    out.print()


def _changes(out: Console, head: str, changes: list[Record]) -> None:
    table = plain_table(head, "cost", "chance", "95 %")
    for found in changes:
        chance = found["chance"]
        spread = f"{100 * chance['low']:.1f} to {100 * chance['high']:.1f} %"
        table.add_row(escape(lever_words.moves(found)), lever_words.cost(found["cost"]), percent(chance["share"]), spread)
    show_table(out, table)


def _alone(out: Console, record: Record) -> None:
    """Each lever by itself, those that do most first, as it was in the search; then those that do nothing."""
    working = [lever for lever in record["levers"] if lever["best"] is not None]
    working.sort(key=lambda lever: -lever["best"]["chance"])
    if working:
        table = plain_table("Each lever alone *", "stands at", "best at", "cost", "chance", "comes", "goes")
        for lever in working:
            best = lever["best"]
            numbers = (lever_words.cost(best["cost"]), percent(best["chance"]), str(best["comes"]), str(best["goes"]))
            places = (escape(lever_words.level(at)) for at in (lever["stands"], best["to"]))
            table.add_row(escape(lever["text"]), *places, *numbers)
        show_table(out, table)
        out.print(
            f"[dim]* In the {times(record['searched_replicates'])} of the search, not played again. Comes, goes: in "
            "how many of them what is wanted comes about only with the change, or only without it.[/dim]\n"
        )
    idle = [lever["text"] for lever in record["levers"] if lever["changes_nothing"]]
    if idle:
        more = f"; and {len(idle) - _MOST_IDLE} more" if len(idle) > _MOST_IDLE else ""
        out.print(f"Alone these change no replicate, wherever they were tried: {escape('; '.join(idle[:_MOST_IDLE]))}{more}.\n")


def _notes(out: Console, record: Record) -> None:
    notes = [lever_words.how(record), lever_words.COSTS]
    notes += [lever_words.DEFAULTS] if record["default_levers"] else []
    out.print(f"[dim]{escape(' '.join([*notes, lever_words.NO_ADVICE]))}[/dim]")
