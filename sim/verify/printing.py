"""Claims and verdicts as a table in the terminal."""

from collections.abc import Sequence
from itertools import groupby

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from sim.verify.rows import Row

_WIDTH = 100


def show(rows: Sequence[Row], seconds: float) -> None:
    """A table for each topic, and how many claims hold."""
    out = Console(highlight=False)
    if not out.is_terminal:
        out = Console(highlight=False, width=_WIDTH)
    for topic, claims in groupby(rows, key=lambda row: row.topic):
        out.print(_table(topic, list(claims), min(out.width, _WIDTH)))
    out.print(
        "[dim]Played: by parties at the table. Computed: the program's own solution point, zone, vote or judgement of a deal. "
        "Of a vote 1 is adopted and 0 is not; of an offer 1 is accepted and 0 is not.[/dim]\n",
        width=min(out.width, _WIDTH),
    )
    held = sum(row.holds for row in rows)
    out.print(f"[bold]{held} of {len(rows)} claims hold[/bold] ({seconds:.0f} s)")


def _table(topic: str, rows: Sequence[Row], width: int) -> Table:
    """Source and tolerance stand under the claim, so that there is room for both in a narrow terminal."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, width=width)
    table.add_column(topic.replace("_", " "), ratio=1)
    for name in ("expected", "obtained"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("", width=4)
    for row in rows:
        within = row.reason if row.reason == "rounding" else f"{row.tolerance:.2g}, {row.reason}"
        about = f"{row.source}; {row.kind}; within {within}"
        relation = "" if row.relation == "=" else f"{row.relation} "
        verdict = row.verdict if row.holds else f"[bold red]{row.verdict}[/bold red]"
        numbers = (relation + _number(row.expected), _number(row.obtained))
        table.add_row(Group(escape(row.claim), Padding(f"[dim]{escape(about)}[/dim]", (0, 0, 0, 2))), *numbers, verdict)
    return table


def _number(number: float) -> str:
    """Six places, or fewer where the others are noughts."""
    return f"{number + 0.0:.6f}".rstrip("0").rstrip(".")
