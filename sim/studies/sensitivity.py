"""What a sampled study tells of its factors: Sobol' indices with bootstrap intervals; means by parts of a Latin hypercube."""

from typing import Any

import numpy as np

from sim.case.arrays import Floats
from sim.case.chance import Chance
from sim.outcomes.intervals import of_means

RESAMPLES = 1000
PARTS = 5
_STEADY = 1e-12  # variance, beside the square of the mean, below which nothing varies


def indices(answers: Floats, seed: int) -> dict[str, Any] | None:
    """First and total indices (d) of one answer, each with its 95 % interval; None where nothing varies.

    `answers` (base, d + 2) holds A, B, AB(1) to AB(d) of each point. First: Saltelli et al. (2010), table 2 (b). Total: Jansen
    (1999), Comput. Phys. Commun. 117. Intervals: percentiles over points drawn anew, which for a scrambled sequence are on the
    wide side.
    """
    first, total = estimates(answers)
    if first is None or total is None:
        return None
    again = _drawn_anew(answers, seed)
    return {"first": _with_ends(first, again[0]), "total": _with_ends(total, again[1])}


def estimates(answers: Floats) -> tuple[Floats | None, Floats | None]:
    """First and total indices (d), or None where nothing varies."""
    from scipy.stats import sobol_indices

    if steady(answers):
        return None, None
    samples = {"f_A": answers[None, :, 0], "f_B": answers[None, :, 1], "f_AB": answers[:, 2:].T[:, None]}
    found = sobol_indices(func=samples, n=len(answers))
    return np.atleast_1d(found.first_order), np.atleast_1d(found.total_order)


def steady(answers: Floats) -> bool:
    """Whether an answer is the same everywhere in A and B, but for rounding."""
    both = answers[:, :2]
    return bool(both.var() <= _STEADY * max(1.0, float(np.square(both).mean())))


def _drawn_anew(answers: Floats, seed: int) -> tuple[Floats, Floats]:
    """First and total indices (resamples, d) of points drawn anew, with repetition.

    The estimators are means over points, so each sample is a row of weights, and all of them one matrix product; the
    library's own bootstrap has no seed and needs memory by the square of the points.
    """
    base = len(answers)
    centred = answers - answers[:, :2].mean()
    a, b, mixed = centred[:, :1], centred[:, 1:2], centred[:, 2:]
    terms = np.concatenate([a, b, a**2, b**2, b * (mixed - a), mixed - a, (a - mixed) ** 2 / 2], axis=1)
    means = _weights(base, seed) @ terms
    d = mixed.shape[1]
    middle = (means[:, :1] + means[:, 1:2]) / 2
    variance = (means[:, 2:3] + means[:, 3:4]) / 2 - middle**2
    variance = np.where(variance > 0, variance, np.nan)
    first = (means[:, 4 : 4 + d] - middle * means[:, 4 + d : 4 + 2 * d]) / variance
    return first, means[:, 4 + 2 * d :] / variance


def _weights(base: int, seed: int) -> Floats:
    """How often (resamples, base) each point is drawn, over base."""
    lots = (Chance(seed, 0, RESAMPLES).uniforms("bootstrap", base).T * base).astype(np.intp)
    return np.stack([np.bincount(row, minlength=base) for row in lots]) / base


def _with_ends(found: Floats, again: Floats) -> list[dict[str, float]]:
    low, high = np.nanquantile(again, (0.025, 0.975), axis=0)
    rows = zip(found.tolist(), low.tolist(), high.tolist(), strict=True)
    return [{"estimate": one, "low": least, "high": most} for one, least, most in rows]


def by_hypercube(answers: Floats, hypercubes: int) -> dict[str, Any]:
    """The mean of an answer (n,) with Student's interval over independent hypercubes, and its standard deviation."""
    return {**of_means(answers.reshape(hypercubes, -1).mean(axis=1)), "sd": float(answers.std())}


def by_parts(answers: Floats, quantiles: Floats, hypercubes: int) -> list[dict[str, Any]]:
    """The mean of an answer (n,) in each fifth of a factor's quantiles (n,), with Student's interval over hypercubes.

    A hypercube of five points or more has one in every fifth.
    """
    part = np.minimum((quantiles * PARTS).astype(np.intp), PARTS - 1)
    place = np.repeat(np.arange(hypercubes), len(answers) // hypercubes) * PARTS + part
    held, total = np.bincount(place), np.bincount(place, answers)
    return [of_means(means) for means in (total / held).reshape(hypercubes, PARTS).T]
