"""What the answers of the lessons are made of: rows of real runs, shares and means with their doubt, tables.

Shares stand with their sampling interval (95 %, Wilson), means with 1.96 standard errors.
"""

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
import pandas as pd

from sim.outcomes.captions import percent, span
from sim.outcomes.summary import share
from sim.studies.runs import run

REPLICATES, BERLIN = 2000, 1000


@cache
def frame(name: str, *changes: str) -> pd.DataFrame:
    """A row per replicate."""
    return run(name, BERLIN if name.startswith("berlin") else REPLICATES, seed=1, changes=changes).to_frame()


def agreed(rows: pd.DataFrame) -> pd.DataFrame:
    """Those that ended in agreement."""
    return rows[rows["ending"] == "agreed"]


def often(yes: Sequence[bool] | pd.Series) -> str:
    """A share with its interval."""
    told = share(int(np.sum(yes)), len(yes))
    return f"{percent(told['share'])} ({span(told['low'], told['high'])})"


def mean(column: pd.Series) -> str:
    """A mean with its error."""
    if len(column) < 2:
        return "–"
    return f"{column.mean():+.1f} ± {1.96 * column.std() / len(column) ** 0.5:.1f}".replace("-", "−").replace("−0.0", "0.0")


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table of Markdown."""
    heads = list(heads)
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def is_trade(rows: pd.DataFrame) -> pd.Series:
    """Where each got what matters more to it."""
    return (rows["salary"] == "3000") & (rows["holidays"] == "32")


def joint(rows: pd.DataFrame) -> pd.Series:
    """What both got together, in points."""
    return rows["utility.mia"] + rows["utility.otto"]
