"""Two shares, or two means, over the same replicates: their difference, its sampling interval, and a test of it.

The intervals and tests speak of the number of replicates alone: they say nothing about assumptions.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from scipy.special import bdtr, stdtr

from sim.case.arrays import Array, Floats
from sim.outcomes.intervals import of_mean, of_paired_share
from sim.outcomes.summary import Record

_ROUNDING = 1e-12  # of a sum of squares, what arithmetic may leave of nothing


def share_difference(first: int, other: int, both: int, of: int) -> Record:
    """How much more often something is so in the other of two scenarios: so many replicates in the first, in the other, in both.

    The 95 % interval is that of `of_paired_share`. `p` is McNemar's exact one: of the replicates in which one alone has it, each
    is the first's or the other's with a chance of a half (McNemar 1947, Psychometrika 12, 153-157).
    """
    lost, won = first - both, other - both
    apart = of_paired_share(of, won, lost)
    return {
        "first": first / of,
        "other": other / of,
        "difference": apart["estimate"],
        "low": apart["low"],
        "high": apart["high"],
        "only_first": lost,
        "only_other": won,
        "p": float(min(1.0, 2 * bdtr(min(lost, won), lost + won, 0.5))),
    }


def moments(first: Floats, other: Floats) -> Floats:
    """What `mean_difference` needs of two columns (n,), as sums that add up (5,)."""
    apart = other - first
    return np.array([len(first), first.sum(), other.sum(), apart.sum(), np.square(apart).sum()])


def mean_difference(sums: Array) -> Record:
    """How much larger the mean is in the other of two scenarios, with the 95 % interval and p of the paired t (Student 1908).

    Where all replicates differ alike there is no t, and `p` is that of the sign test: so many throws of a coin that all fall on
    one side. One replicate alone gives no interval, and a p of 1.
    """
    number, first, other, apart, squares = map(float, sums)
    mean = apart / number
    record = {"first": first / number, "other": other / number, "difference": mean, "low": None, "high": None, "p": 1.0}
    if number > 1:
        known = of_mean(int(number), apart, squares)
        spread = squares - apart * mean
        error = np.sqrt(spread / (number - 1) / number) if spread > _ROUNDING * squares else 0.0
        alike = 0.5 ** (number - 1) if mean else 1.0
        p = float(2 * stdtr(number - 1, -abs(mean) / error)) if error else alike
        record |= {"low": known["low"], "high": known["high"], "p": p}
    return record


def holm(chances: Sequence[float]) -> list[float]:
    """Each p adjusted for its being one of so many (Holm 1979, Scandinavian Journal of Statistics 6, 65-70)."""
    order = np.argsort(chances, kind="stable")
    adjusted = np.empty(len(chances))
    adjusted[order] = np.maximum.accumulate(np.array(chances)[order] * np.arange(len(chances), 0, -1))
    return np.minimum(adjusted, 1.0).tolist()


def differences(told: Any) -> Iterator[Record]:
    """Every difference in a record, in its order."""
    if isinstance(told, list):
        for inside in told:
            yield from differences(inside)
    elif isinstance(told, dict) and "p" in told:
        yield told
    elif isinstance(told, dict):
        for inside in told.values():
            yield from differences(inside)


def widest(told: Any) -> float:
    """The width of the widest interval of a difference between shares in a record."""
    return max((one["high"] - one["low"] for one in differences(told) if "only_first" in one), default=0.0)
