"""Plays the experiments and writes what they give into their pages: a figure, a table, and the size of both doubts.

python experiments/make.py [NAME...]    only what stands between the two marks of a page is written anew
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context

from sim.case.chance import Chance
from sim.outcomes.asked import asked
from sim.outcomes.intervals import of_paired_share
from sim.outcomes.measures import measure
from sim.outcomes.store import write_text
from sim.outcomes.sweeps import figures
from sim.studies.blocks import BLOCK, Study
from sim.studies.doubt import VERSIONS, agreements, assumptions_apart
from sim.studies.effort import Effort
from sim.studies.experiment import read_experiment
from sim.studies.points import Levels
from sim.studies.sweep import Swept, make_ready, play

HERE = Path(__file__).parent
BEGIN, END = "<!-- made by make.py: begin -->", "<!-- made by make.py: end -->"
SHOWN = {  # the figure on each page
    "guarantees_for_nato": "map-guarantees-political",
    "us_pressure": "map-ending-agreed",
    "time": "map-ending-agreed",
    "council": "lines",
    "mediator_bias": "map-ending-agreed",
    "one_anchor": "tornado-ending-agreed",
    "what_matters": "sobol-ending-agreed",
}
ENDS: dict[str, list[tuple[Levels, Levels]]] = {  # the points between which the doubts of a difference are told
    "guarantees_for_nato": [((0, 1), (6, 1)), ((3, 0), (3, 1))],
    "us_pressure": [((0, 0), (3, 3)), ((0, 0), (3, 0))],
    "time": [((0, 3), (3, 0)), ((0, 0), (3, 3))],
    "council": [((0,), (7,))],
    "mediator_bias": [((0, 0), (4, 0)), ((0, 1), (4, 1))],
    "one_anchor": [((None,) * 8, (1, *(None,) * 7)), ((None,) * 8, (None, None, None, 0, *(None,) * 4))],
}


def made(name: str) -> str:
    """The part of the page that is made; draws its figure."""
    ready = make_ready(read_experiment(str(HERE / f"{name}.yaml")), seed=1)
    swept = play(ready, Effort(ready.replicates, jobs=2))
    drawn = figures(swept.summary)
    (HERE / "figures").mkdir(exist_ok=True)
    figure = drawn[SHOWN[name] if SHOWN[name] in drawn else next(iter(drawn))]()
    with rc_context({"text.hinting": "none"}):  # else words are broader at 100 dots an inch than where they were measured
        figure.savefig(HERE / "figures" / f"{name}.png", dpi=100)
    question = swept.summary["question"]
    parts = [f"![{question}](figures/{name}.png)", *(_grid(swept) if ready.layout is None else _factors(swept))]
    if name in ENDS:
        parts += _doubts(swept, ENDS[name])
    return "\n\n".join(parts)


def _grid(swept: Swept) -> list[str]:
    """How many replicates, and a table with a row a point."""
    summary = swept.summary
    size = f"{summary['replicates']:,} replicates at each of {len(summary['points'])} points"
    about = f"{size}, seed 1, with 95 % sampling intervals; shares are of all replicates, means in points."
    heads = [f"`{one['path']}`" for one in summary["changed"]] + [one["text"] for one in summary["measures"]]
    return [about, *_paths(summary), table(heads, [row(summary, point) for point in summary["points"]], len(summary["changed"]))]


def _paths(summary: dict[str, Any]) -> list[str]:
    """What each changed path stands for, and why it takes these values."""
    lines = [f"- `{one['path']}`: {one['text']} ({one['because']})" for one in summary["changed"]]
    return ["\n".join(lines)]


def row(summary: dict[str, Any], point: dict[str, Any]) -> list[str]:
    """A point as a row: the values changed, and each measure's estimate."""
    levels = zip(summary["changed"], point["levels"], strict=True)
    values = ["" if level is None else one["values"][level] for one, level in levels]
    return values + [estimate(point["measures"][one["name"]], one["share"]) for one in summary["measures"]]


def estimate(known: dict[str, float], share: bool) -> str:
    """An estimate with half the width of its 95 % interval."""
    half = (known["high"] - known["low"]) / 2
    return f"{100 * known['estimate']:.1f} % ± {100 * half:.1f}" if share else f"{known['estimate']:.1f} ± {half:.1f}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], words: int) -> str:
    """A table in Markdown, its first columns words."""
    lines = [heads, [*["---"] * words, *["--:"] * (len(heads) - words)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _factors(swept: Swept) -> list[str]:
    """The factors that matter most for each measure."""
    summary = swept.summary
    texts = {factor["name"]: factor["text"] for factor in summary["factors"]}
    points = f"{summary['base']:,} points in each sample and {len(texts)} factors, {summary['replicates']:,} replicates, seed 1"
    parts = [f"{points}; in brackets the 95 % bootstrap intervals."]
    for one in summary["measures"]:
        found = sorted(summary["found"][one["name"]]["factors"].items(), key=lambda row: -row[1]["total"]["estimate"])[:8]
        rows = [[texts[name], *(_with_span(factor[kind]) for kind in ("total", "first"))] for name, factor in found]
        parts += [f"**{one['text']}**", table(["factor", "total", "first"], rows, 1)]
    return parts


def _with_span(known: dict[str, float]) -> str:
    return f"{known['estimate']:.2f} ({known['low']:.2f} to {known['high']:.2f})"


def _doubts(swept: Swept, ends: Sequence[tuple[Levels, Levels]]) -> list[str]:
    """The difference of agreement between two points, with both its doubts."""
    rows, points = [], {point.levels: point.study for point in swept.ready.points}
    for first, other in ends:
        before, after = agreed(points[first], swept.ready.replicates), agreed(points[other], swept.ready.replicates)
        apart = of_paired_share(len(before), float((after & ~before).sum()), float((before & ~after).sum()))
        moved = assumptions_apart(agreements(points[first], 1), agreements(points[other], 1), apart["estimate"])
        rows.append(
            [
                _said(swept, first),
                _said(swept, other),
                _points(apart["estimate"]),
                *(_points(one["low"]) + " to " + _points(one["high"]) for one in (apart, moved)),
            ]
        )
    heads = ["from", "to", "agreement, in points", "sampling, 95 %", "interior values moved, 90 %"]
    return [
        "The size of both doubts, for differences of agreement over the same replicates "
        f"({VERSIONS} versions of {BLOCK} replicates with interior values moved):",
        table(heads, rows, 2),
    ]


def agreed(study: Study, replicates: int) -> Any:
    """Where (n,) so many replicates ended in agreement."""
    answer = asked(study.negotiation, "ending=agreed").of
    blocks = (Chance(1, first, min(BLOCK, replicates - first)) for first in range(0, replicates, BLOCK))
    return np.concatenate([answer(measure(study.play(chance))) for chance in blocks]) > 0


def _said(swept: Swept, levels: Levels) -> str:
    chosen = zip(swept.summary["changed"], levels, strict=True)
    return (
        ", ".join(f"`{one['path'].split('.')[-1]}` {one['values'][at]}" for one, at in chosen if at is not None) or "as it stands"
    )


def _points(share: float) -> str:
    return f"{100 * share:+.1f}"


def write(name: str) -> None:
    """Write the made part into the page."""
    page = HERE / f"{name}.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    write_text(page, f"{before}{BEGIN}\n\n{made(name)}\n\n{END}{rest.partition(END)[2]}")
    print(f"{page.name} is written")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or SHOWN:
        write(chosen)
