"""Claims and verdicts as a table in the terminal."""

from collections.abc import Sequence
from itertools import groupby

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sim.verify.rows import Row

_WIDTH = 130


def show(rows: Sequence[Row], seconds: float) -> None:
    """A table for each topic, and how many claims hold."""
    out = Console(highlight=False)
    if not out.is_terminal:
        out = Console(highlight=False, width=_WIDTH)
    for topic, claims in groupby(rows, key=lambda row: row.topic):
        out.print(_table(topic, list(claims)))
    held = sum(row.holds for row in rows)
    out.print(f"[bold]{held} of {len(rows)} claims hold[/bold] ({seconds:.0f} s)")


def _table(topic: str, rows: Sequence[Row]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    heads = {topic.replace("_", " "): 48, "source": 26, "how": 8, "expected": 9, "obtained": 9, "within": 16, "": 4}
    for name, width in heads.items():
        number = name in ("expected", "obtained")
        table.add_column(name, justify="right" if number else "left", max_width=width, overflow="fold")
    for row in rows:
        within = row.reason if row.reason == "rounding" else f"{row.tolerance:.2g}, {row.reason}"
        relation = "" if row.relation == "=" else f"{row.relation} "
        verdict = row.verdict if row.holds else f"[bold red]{row.verdict}[/bold red]"
        words = [row.claim, row.source, row.kind, relation + _number(row.expected), _number(row.obtained), within]
        table.add_row(*map(escape, words), verdict)
    return table


def _number(number: float) -> str:
    """Six places, or fewer where the others are noughts."""
    return f"{number + 0.0:.6f}".rstrip("0").rstrip(".")
