"""A comparison as tables in the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape

from sim.outcomes.captions import times
from sim.outcomes.paired import differences
from sim.outcomes.summary import Record
from sim.outcomes.tables import below, console, percent, plain_table, said, show_table

_MOST_MOVES = 8
_MOST_OPTIONS = 6  # of an issue


def show_comparison(summary: Record) -> None:
    """Each scenario against the first: what differs, with both doubts, and where outcomes moved."""
    out = console()
    out.print(f"\n{times(summary['replicates'])} of each, seed {summary['seed']}, the same luck in all:")
    for letter, one in summary["scenarios"].items():
        changed = f" with {escape('; '.join(one['changes']))}" if one["changes"] else ""
        out.print(f"  [bold]{letter}[/bold]  {escape(one['name'])}{changed} ({escape(one['title'])})")
    for letter, told in summary["comparisons"].items():
        out.print(f"\n[bold]{letter} against A[/bold]\n")
        _shares(out, letter, told)
        _moves(out, letter, told)
        _clauses(out, letter, told)
        _points(out, summary, letter, told)
        _caveats(out, summary, letter, told)
    out.print(f"[dim]{_method(len(list(differences(summary['comparisons']))))}[/dim]")


def _shares(out: Console, letter: str, told: Record) -> None:
    """Agreement with both its doubts, zones, endings and the round."""
    table = plain_table("Of all replicates", "A", letter, "difference", "95 %", "p,\u00a0Holm")
    agreement = told["agreement"]
    table.add_row("[bold]Agreement[/bold]", *_cells(agreement))
    if agreement["assumptions"]:
        label = below("[dim]assumptions: 90 %, interior values moved[/dim]")
        table.add_row(label, "", "", "", _points_range(agreement["assumptions"]), "")
    table.add_row("A zone of agreement existed", *_cells(told["zone_existed"]))
    for ending in told["endings"].values():
        table.add_row(escape(ending["text"]), *_cells(ending))
    table.add_row("[dim]Mean round in which talks ended[/dim]", *_mean_cells(told["round"]))
    show_table(out, table)


def _moves(out: Console, letter: str, told: Record) -> None:
    """Which replicates ended otherwise, the most frequent moves first."""
    moved = [cell for cell in told["moves"] if cell["first"] != cell["other"]]
    out.print(f"{percent(told['otherwise'])} of replicates end otherwise in {letter} than in A.")
    if not moved:
        out.print()
        return
    texts = {"agreed": "Agreement", **{key: ending["text"] for key, ending in told["endings"].items()}}
    table = plain_table("In A", "option", "share", "for example")
    table.columns[1].header = f"In {letter}"
    for cell in moved[:_MOST_MOVES]:
        share = percent(cell["share"])
        table.add_row(escape(texts[cell["first"]]), escape(texts[cell["other"]]), share, f"replicate {cell['example']}")
    rest = moved[_MOST_MOVES:]
    if rest:
        table.add_row(f"{len(rest)} rarer moves", "", percent(sum(cell["share"] for cell in rest)), "")
    show_table(out, table)
    out.print("The first of them, told side by side:")
    for command in told["explain"].values():
        out.print(f"  {escape(command)}", soft_wrap=True)
    out.print()


def _clauses(out: Console, letter: str, told: Record) -> None:
    """Options agreed, over all replicates: of each issue those that differ most, in their order."""
    table = plain_table("Agreed, of all", "option", "A", letter, "difference", "95 %", "p,\u00a0Holm")
    for issue, cross in told["issues"].items():
        options = cross["options"]
        shown = sorted(options, key=lambda key: -abs(options[key]["difference"]))[:_MOST_OPTIONS]
        heads = iter([said(issue)])
        for option in [option for option in options if option in shown]:
            table.add_row(next(heads, ""), said(option), *_cells(options[option]))
        if len(options) > len(shown):
            table.add_row("", f"{len(options) - len(shown)} others, that differ less", "", "", "", "", "")
    if table.row_count:
        show_table(out, table)
    for place, key in (("A", "only_in_first"), (letter, "only_in_other")):
        if told[key]["issues"]:
            names = ", ".join(map(said, told[key]["issues"]))
            out.print(f"Only {place} has, and is not compared: {names}.")


def _points(out: Console, summary: Record, letter: str, told: Record) -> None:
    table = plain_table("Mean points, all replicates", "A", letter, "difference", "95 %", "p,\u00a0Holm")
    for party, record in told["parties"].items():
        name = escape(summary["wording"]["parties"][party])
        table.add_row(name, *_mean_cells(record["utility"]))
        if party in told["no_deal_drawn_anew"]:
            table.add_row(below(f"{name}: gain over no deal"), *_mean_cells(record["gain"]))
    if table.row_count:
        show_table(out, table)
    for place, key in (("A", "only_in_first"), (letter, "only_in_other")):
        if told[key]["parties"]:
            out.print(f"Parties that only {place} has: {_names(summary, told[key]['parties'])}.")


def _caveats(out: Console, summary: Record, letter: str, told: Record) -> None:
    """Whose no-deal values are the same by construction."""
    kept, anew = (_names(summary, told[key]) for key in ("no_deal_kept", "no_deal_drawn_anew"))
    if kept:
        out.print(f"[dim]No-deal values at the start are the same in both, by construction, for {kept}.[/dim]")
    if anew:
        out.print(
            f"[dim]They are {letter}'s own for {anew}.[/dim]"
            if kept
            else f"[dim]All no-deal values are {letter}'s own: {anew}.[/dim]"
        )


def _names(summary: Record, parties: Sequence[str]) -> str:
    return escape(", ".join(summary["wording"]["parties"][party] for party in parties))


def _method(tests: int) -> str:
    return (
        "Differences are in percentage points, or in points and rounds. 95 %: sampling, from the number of replicates alone "
        "(shares: Agresti and Min 2005; means: paired t). p: McNemar's exact test, or the paired t, adjusted for all "
        f"{tests} tests of this comparison (Holm 1979); it says whether luck alone could make the difference, not whether the "
        "assumptions are right. Shares are what the scenarios' numbers imply, not a forecast."
    )


def _cells(one: Record) -> list[str]:
    """Both shares, their difference, its interval and p."""
    shares = [percent(one["first"]), percent(one["other"])]
    return [*shares, f"{_plus(100 * one['difference'])}", _points_range(one), _chance(one["p_holm"])]


def _points_range(one: Record) -> str:
    return f"{_plus(100 * one['low'])} to {_plus(100 * one['high'])}"


def _mean_cells(one: Record) -> list[str]:
    spread = "-" if one["low"] is None else f"{_plus(one['low'])} to {_plus(one['high'])}"
    return [f"{one['first']:.1f}", f"{one['other']:.1f}", _plus(one["difference"]), spread, _chance(one["p_holm"])]


def _plus(number: float) -> str:
    """A number to a tenth, with its sign unless it rounds to 0."""
    text = f"{number:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text


def _chance(p: float) -> str:
    return "<0.001" if p < 0.001 else f"{p:.3f}"
