"""A sweep as tables in the terminal."""

from string import ascii_uppercase

from rich.console import Console
from rich.markup import escape

from sim.outcomes import sweep_words
from sim.outcomes.sweep_words import Record, amount, interval, measure_of, step
from sim.outcomes.tables import console, plain_table, show_table

_MOST_ROWS = 40
_MOST_FACTORS = 12
_MEASURES = 3  # side by side


def show_sweep(summary: Record) -> None:
    """What an experiment found."""
    out = console()
    out.print(f"\n[bold]{escape(summary['question'])}[/bold]")
    design = sweep_words.DESIGNS[summary["design"]]
    out.print(f"{escape(summary['title'])}: {design}, {escape(sweep_words.footer(summary))}\n")
    if summary["about"]:
        out.print(f"[dim]{escape(summary['about'])}[/dim]\n")
    if "points" not in summary:
        _sample(out, summary)
    elif summary["design"] == "one_at_a_time":
        _one_at_a_time(out, summary)
    else:
        _grid(out, summary)


def _grid(out: Console, summary: Record) -> None:
    letters = _letters(out, summary)
    measures = summary["measures"]
    for first in [0, *range(_MEASURES - 1, len(measures), _MEASURES)]:
        shown = measures[first : first + _MEASURES] if first else measures[: _MEASURES - 1]
        table = plain_table(*letters, *(escape(one["text"]) for one in shown), *([] if first else ["leading ending"]))
        for point in summary["points"][:_MOST_ROWS]:
            values = [sweep_words.values(one)[level] for one, level in zip(summary["changed"], point["levels"], strict=True)]
            cells = [_cell(measure, point["measures"][measure["name"]]) for measure in shown]
            leading = [] if first else [escape(point["leading"].replace("_", " "))]
            table.add_row(*map(escape, values), *cells, *leading)
        show_table(out, table)
    _cut_short(out, len(summary["points"]), _MOST_ROWS)
    for measure in measures:
        out.print(escape(sweep_words.answer_of_points(summary, measure["name"])))
    out.print(
        "\n[dim]Beside each estimate its 95 % sampling interval: Wilson for shares, Student for means; of differences over the "
        "same replicates that for pairs. It does not count that the two points were picked as the lowest and the highest.[/dim]"
    )


def _letters(out: Console, summary: Record) -> list[str]:
    """A letter for each changed path, told with what it stands for and the reason for its values."""
    letters = [ascii_uppercase[n % 26] * (1 + n // 26) for n in range(len(summary["changed"]))]
    for letter, changed in zip(letters, summary["changed"], strict=True):
        reason = f" [dim]({escape(changed['because'])})[/dim]" if changed["because"] else ""
        out.print(f"[bold]{letter}[/bold]  {escape(changed['text'])}{reason}")
    out.print()
    return letters


def _cell(measure: Record, known: Record) -> str:
    return f"{amount(measure, known['estimate'])} [dim]({interval(measure, known)})[/dim]"


def _cut_short(out: Console, many: int, most: int) -> None:
    if many > most:
        out.print(f"[dim]The first {most} of {many:,}; -o DIR or --json for all.[/dim]")


def _one_at_a_time(out: Console, summary: Record) -> None:
    base, *others = summary["points"]
    table = plain_table("As it stands", "estimate", "95 %")
    for measure in summary["measures"]:
        known = base["measures"][measure["name"]]
        table.add_row(escape(measure["text"]), amount(measure, known["estimate"]), interval(measure, known))
    show_table(out, table)
    letters = dict(zip((one["path"] for one in summary["changed"]), _letters(out, summary), strict=True))
    for first in range(0, len(summary["measures"]), _MEASURES):
        shown = summary["measures"][first : first + _MEASURES]
        table = plain_table("This alone changed", "to", *(escape(one["text"]) for one in shown))
        for point in others[:_MOST_ROWS]:
            ((changed, level),) = _what_changed(summary, point)
            cells = [_difference(measure, point["against"][measure["name"]]) for measure in shown]
            table.add_row(letters[changed["path"]], escape(sweep_words.values(changed)[level]), *cells)
        show_table(out, table)
    _cut_short(out, len(others), _MOST_ROWS)
    out.print(
        "[dim]Differences from the scenario as it stands over the same replicates, with their 95 % sampling intervals; of "
        "shares in percentage points.[/dim]"
    )


def _what_changed(summary: Record, point: Record) -> list[tuple[Record, int]]:
    rows = zip(summary["changed"], point["levels"], strict=True)
    return [(changed, level) for changed, level in rows if level is not None]


def _difference(measure: Record, known: Record) -> str:
    ends = f"{step(measure, known['low'])} to {step(measure, known['high'])}"
    return f"{step(measure, known['estimate'])} [dim]({ends})[/dim]"


def _sample(out: Console, summary: Record) -> None:
    for factor in [factor for factor in summary["factors"] if factor["law"]]:
        reason = f" [dim]({escape(factor['because'])})[/dim]" if factor["because"] else ""
        out.print(f"{escape(factor['text'])}: {escape(factor['law'])}{reason}")
    texts = {factor["name"]: factor["text"] for factor in summary["factors"]}
    for name, found in summary["found"].items():
        out.print(f"[bold]{escape(measure_of(summary, name)['text'])}[/bold] ({escape(name)})")
        if "fifths" in found:
            out.print(escape(sweep_words.answer_of_fifths(summary, name)))
            _fifths(out, measure_of(summary, name), found, texts)
        else:
            out.print(escape(sweep_words.answer_of_indices(summary, name)))
            _indices(out, summary, found, texts)
    out.print(f"[dim]The last factor is always what is left: {escape(summary['factors'][-1]['text'])}.[/dim]")


def _fifths(out: Console, measure: Record, found: Record, texts: dict[str, str]) -> None:
    ranked = sweep_words.ranked_fifths(found)
    table = plain_table("Mean by fifths of", "lowest", "2nd", "3rd", "4th", "highest")
    for name in ranked[:_MOST_FACTORS]:
        table.add_row(escape(texts[name]), *(amount(measure, part["estimate"]) for part in found["fifths"][name]))
    if ranked:
        show_table(out, table)
        _cut_short(out, len(ranked), _MOST_FACTORS)


def _indices(out: Console, summary: Record, found: Record, texts: dict[str, str]) -> None:
    ranked = sweep_words.ranked_indices(found)
    if not ranked:
        out.print()
        return
    luck = summary["factors"][-1]["name"]
    kept = ranked[:_MOST_FACTORS] + ([luck] if luck not in ranked[:_MOST_FACTORS] else [])
    table = plain_table("Factor", "first", "95 %", "total", "95 %")
    for name in kept:
        both = [found["factors"][name][kind] for kind in ("first", "total")]
        cells = [word for one in both for word in (sweep_words.index(one), sweep_words.ends_of_index(one))]
        table.add_row(escape(texts[name]), *cells)
    show_table(out, table)
    _cut_short(out, len(ranked), _MOST_FACTORS)
