"""The same in numbers: tables for those who read a screen with their ears or want the figures. All words are escaped."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from sim.web.charts import in_words
from sim.web.picture import QUANTILES

Record = dict[str, Any]


def table(caption: str, heads: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """A table as HTML; the first cell of a row heads it."""
    head = "".join(f'<th scope="col">{escape(word)}</th>' for word in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'
        for first, *cells in rows
    )
    return f"<table class=numbers><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def of_picture(wording: Record, names: Record, now: Record, before: Record | None) -> str:
    """Endings, options and utilities, with their sampling intervals, beside the scenario as shipped."""
    old = before or {"endings": {}, "issues": {}, "parties": {}}
    heads = ["", "now, % (95 % sampling interval)", "as shipped"]
    endings = [(one["text"], in_words(one), in_words(old["endings"].get(key))) for key, one in now["endings"].items()]
    tables = [table("How the talks ended", heads, endings)]
    for issue, asked in wording.items():
        shares, was = now["issues"][issue], old["issues"].get(issue, {})
        rows = [(text, in_words(shares[option]), in_words(was.get(option))) for option, text in asked["options"].items()]
        tables.append(table(asked["question"], heads, rows))
    points = ["", *(f"{q} %" for q in QUANTILES)]
    spreads = [
        (f"{names[party]}: {words}", *_points(quantiles))
        for party, one in now["parties"].items()
        for words, quantiles in (
            ("agreements now", one["utility"]),
            ("agreements as shipped", old["parties"].get(party, {}).get("utility")),
            ("no deal", one["no_deal"]),
        )
    ]
    tables.append(table("Points at the 5th to the 95th of a hundred, each party on its own scale", points, spreads))
    return "".join(tables)


def _points(quantiles: list[float] | None) -> list[str]:
    return [f"{x:.0f}" for x in quantiles] if quantiles else ["–"] * len(QUANTILES)
