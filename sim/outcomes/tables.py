"""Tables in the terminal: plain ones, of which the numbers stay whole however narrow it is."""

import html
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from textwrap import wrap
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape, render
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table

_WIDEST = 100
_NARROWEST = 50
_SENTENCE = 30  # columns that words need to be read with ease
_ANY_WIDTH = 1000
_WORDS = ("option", "most often", "furthest from its best on", "leading ending")  # heads of columns that hold words


def console() -> Console:
    """Standard output, as wide as the terminal within limits, and of one width where it is none."""
    there = Console(highlight=False)
    return Console(highlight=False, width=min(max(there.width, _NARROWEST), _WIDEST) if there.is_terminal else _WIDEST)


def plain_table(*heads: str, head: bool = True) -> Table:
    """A table without lines; its first column and others of words on the left, numbers on the right."""
    table = Table(box=SIMPLE_HEAD if head else None, show_header=head, pad_edge=False)
    for n, name in enumerate(heads):
        words = n == 0 or name in _WORDS or (not head and n == 2)
        table.add_column(name, justify="left" if words else "right", overflow="fold")
    return table


def show_table(out: Console, table: Table) -> None:
    """Print a table; where it is too wide its words are broken, then its heads, but never a number: rather it runs over the
    edge."""
    if Measurement.get(out, out.options.update_width(_ANY_WIDTH), table).maximum > out.width:
        for column in table.columns:
            column.no_wrap = column.justify == "right"
        if _least(table, _SENTENCE) > out.width:
            table.padding = (0, 1 if table.box else 2, 0, 0)
            _break_heads(table)
        out = Console(highlight=False, width=max(out.width, _least(table, 0)))
    out.print(table)


def _break_heads(table: Table) -> None:
    """Let the heads of numbers be no broader than these, if need be."""
    for column in table.columns:
        if column.no_wrap:
            breadth = max(_longest(str(column.header)), *(whole for whole, _ in map(_breadths, column.cells)))
            column.header = "\n".join(wrap(str(column.header), breadth, break_long_words=False))


def _least(table: Table, words: int) -> int:
    """The width of a table at least, each column of words being as broad as its longest, and so broad if it fills that."""
    least = 1
    for column in table.columns:
        broad, longest = zip(*map(_breadths, column.cells), strict=True)
        head = str(column.header)
        if column.no_wrap:
            least += max(*map(cell_len, head.split("\n")), *broad)
        else:
            least += max(_longest(head), *longest, min(words, max(broad)))
    _, right, _, left = table.padding
    return least + len(table.columns) * (right + left + bool(table.box))


def _breadths(cell: object) -> tuple[int, int]:
    """How broad a cell is, and its longest word with what stands before it."""
    if isinstance(cell, Padding):
        whole, word = _breadths(cell.renderable)
        return whole + cell.left, word + cell.left
    plain = render(str(cell)).plain
    return cell_len(plain), _longest(plain)


def _longest(words: str) -> int:
    return max(map(cell_len, words.split(" ")), default=0)


def below(words: str) -> Padding:
    """A cell that belongs to the one above it: all its lines stand in a little."""
    return Padding(words, (0, 0, 0, 2))


def in_page(show: Callable[[dict[str, Any]], None], record: dict[str, Any]) -> str:
    """What a command would print of a record, as HTML for a notebook."""
    with redirect_stdout(StringIO()) as said:
        show(record)
    text = "\n".join(line.rstrip() for line in said.getvalue().strip("\n").splitlines())
    return f'<pre style="white-space: pre; line-height: 1.25">{html.escape(text)}</pre>'


def percent(share: float | None) -> str:
    """A share to a tenth of a percent."""
    if share is None:
        return "-"
    return f"{100 * share:.1f} %"


def said(word: str) -> str:
    """A key in words."""
    return escape(word.replace("_", " "))
