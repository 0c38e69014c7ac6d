"""95 % sampling intervals of what a study estimates, from counts and sums alone: shares, means, and paired differences.

They come from the number of replicates and say nothing of whether a scenario's numbers are right.
"""

from typing import Any

import numpy as np
from scipy.special import ndtri, stdtrit

from sim.case.arrays import Floats
from sim.outcomes.summary import share

Estimate = dict[str, Any]
"""`estimate`, with the ends `low` and `high` of its interval."""

_TAIL = 0.975


def of_share(count: float, of: int) -> Estimate:
    """A share with Wilson's interval."""
    known = share(count, of)
    return {"estimate": known["share"], "low": known["low"], "high": known["high"]}


def of_mean(of: int, total: float, squares: float) -> Estimate:
    """A mean with Student's interval, from the sum and the sum of squares of two or more numbers."""
    mean = total / of
    variance = max(squares - total * mean, 0.0) / (of - 1)
    half = float(stdtrit(of - 1, _TAIL)) * float(np.sqrt(variance / of))
    return {"estimate": float(mean), "low": float(mean - half), "high": float(mean + half)}


def of_means(means: Floats) -> Estimate:
    """The mean of independent means (n,) with Student's interval."""
    return of_mean(len(means), float(means.sum()), float(np.square(means).sum()))


def of_paired_share(of: int, gained: float, lost: float) -> Estimate:
    """The difference of two shares over the same replicates, of which so many gained what they had not, and so many lost it.

    With half a replicate added to each of the four cells (Agresti and Min 2005, Statistics in Medicine 24), so that no
    difference seen is not none for certain.
    """
    middle = (gained - lost) / (of + 2)
    half = float(ndtri(_TAIL) * np.sqrt(gained + lost + 1 - (gained - lost) * middle)) / (of + 2)
    return {"estimate": float((gained - lost) / of), "low": max(-1.0, middle - half), "high": min(1.0, middle + half)}
