"""Laws of uncertain numbers, each the inverse of its distribution function.

A law turns uniform quantiles into values, so how the quantiles are chosen (plain Monte Carlo, Latin hypercube, Sobol') is
nobody's business here. To add a law, write its quantile function and add its line to `LAWS` at the foot of this file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from sim.case.arrays import Floats
from sim.case.faults import Misfit, near

MOST = 1e12  # the size of numbers that a scenario may hold


class Shape(NamedTuple):
    """What a law's name stands for: its parameters in words, when they are impossible, and its quantile function."""

    parameters: str
    impossible: Callable[..., bool]
    quantile: Callable[..., Floats]


@dataclass(frozen=True)
class Law:
    """A distribution with its parameters.

    Parameters of `choice` alternate value and chance; those of every other law stand as in its row of `LAWS`.
    """

    name: str
    parameters: tuple[float, ...]

    def quantile(self, uniforms: Floats) -> Floats:
        """Values (R,) at the uniform quantiles (R,)."""
        return LAWS[self.name].quantile(uniforms, *self.parameters)

    @property
    def centre(self) -> float:
        """The median."""
        return float(self.quantile(np.array([0.5]))[0])

    @property
    def support(self) -> tuple[float, float]:
        """Lowest and highest value."""
        low, high = self.quantile(np.array([0.0, 1.0]))
        return float(low), float(high)


def parse_law(written: dict[str, Any]) -> Law:
    """The law written as `{name: parameters}`; ValueError says what is wrong."""
    if len(written) != 1:
        raise ValueError(f"a law has one name, as in {{uniform: [25, 50]}}; here are {', '.join(map(str, written)) or 'none'}")
    ((name, given),) = written.items()
    if name not in LAWS:
        raise Misfit(f"no law of that name{near(name, LAWS, len(LAWS))}", name)
    shape = LAWS[name]
    pairs = given.items() if isinstance(given, dict) else ()
    parameters = [x for value, chance in pairs for x in (_unquoted(value), chance)] if name == "choice" else given
    usage = f"{name} takes {shape.parameters}"
    if not isinstance(parameters, list) or not parameters:
        raise Misfit(usage, name)
    try:
        numbers = tuple(_finite(x) for x in parameters)
        wrong = shape.impossible(*numbers)
    except (TypeError, ValueError):
        raise Misfit(usage, name) from None
    if wrong:
        raise Misfit(f"{usage}; these numbers are not so", name)
    return Law(name, numbers)


def gamma_quantile(uniforms: Floats, shape: float) -> Floats:
    """Quantiles of the gamma law with unit scale, by a table: relative error below 1e-5 for shapes from 1, 1e-3 at 0.01.

    The logarithm of the quantile is nearly straight in the log-odds of u, so straight lines between 4,096 knots do.
    """
    if shape == 0:
        return np.zeros_like(uniforms)
    logs = _gamma_table(shape)
    odds = np.log(uniforms / (1 - uniforms))
    at = (np.clip(odds, -_ODDS, _ODDS) + _ODDS) * ((_KNOTS - 1) / (2 * _ODDS))
    left = np.minimum(at.astype(np.int64), _KNOTS - 2)
    part = at - left
    return np.exp(logs[left] * (1 - part) + logs[left + 1] * part)


_KNOTS, _ODDS = 4096, 37.0


@lru_cache(maxsize=256)
def _gamma_table(shape: float) -> Floats:
    from scipy.special import expit, gammainccinv, gammaincinv

    odds = np.linspace(-_ODDS, _ODDS, _KNOTS)
    quantiles = np.where(odds < 0, gammaincinv(shape, expit(odds)), gammainccinv(shape, expit(-odds)))
    return np.log(np.maximum(quantiles, 1e-300))


def _finite(x: object) -> float:
    if isinstance(x, bool) or not isinstance(x, (int, float)) or not abs(x) <= MOST:
        raise ValueError
    return float(x)


def _unquoted(key: object) -> object:
    """The number that a key stands for: keys are words."""
    try:
        return float(key) if isinstance(key, str) else key
    except ValueError:
        return key


def _uniform(u: Floats, low: float, high: float) -> Floats:
    return low + (high - low) * u


def _triangular(u: Floats, low: float, likeliest: float, high: float) -> Floats:
    width, rise = high - low, likeliest - low
    fall = width - rise
    return np.where(u * width < rise, low + np.sqrt(u * width * rise), high - np.sqrt((1 - u) * width * fall))


def _normal(u: Floats, mean: float, sd: float) -> Floats:
    from scipy.special import ndtri

    return mean + sd * ndtri(u)


def _truncated_normal(u: Floats, mean: float, sd: float, low: float, high: float) -> Floats:
    from scipy.special import ndtr

    below, above = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
    return np.clip(_normal(below + (above - below) * u, mean, sd), low, high)


def _lognormal(u: Floats, median: float, sd: float) -> Floats:
    return median * np.exp(_normal(u, 0, sd))


def _beta(u: Floats, a: float, b: float, low: float = 0.0, high: float = 1.0) -> Floats:
    from scipy.special import betaincinv

    return low + (high - low) * betaincinv(a, b, u)


def _choice(u: Floats, *pairs: float) -> Floats:
    order = np.argsort(pairs[0::2], kind="stable")
    values, chances = np.array(pairs[0::2])[order], np.array(pairs[1::2])[order]
    below = np.cumsum(chances)[:-1] / chances.sum()
    return values[np.searchsorted(below, u, side="right")]


LAWS: dict[str, Shape] = {
    "uniform": Shape("[low, high], low below high", lambda low, high: low >= high, _uniform),
    "triangular": Shape(
        "[low, likeliest, high], in that order and not all equal",
        lambda low, mode, high: not low <= mode <= high or low == high,
        _triangular,
    ),
    "normal": Shape("[mean, standard deviation above 0]", lambda mean, sd: sd <= 0, _normal),
    "truncated_normal": Shape(
        "[mean, standard deviation above 0, low, high], low below high and within 8 deviations",
        lambda mean, sd, low, high: sd <= 0 or low >= high or low > mean + 8 * sd or high < mean - 8 * sd,
        _truncated_normal,
    ),
    "lognormal": Shape(
        "[median above 0, standard deviation of the logarithm above 0 and at most 20]",
        lambda median, sd: median <= 0 or not 0 < sd <= 20,
        _lognormal,
    ),
    "beta": Shape(
        "[a above 0, b above 0] or [a, b, low, high]", lambda a, b, low=0, high=1: a <= 0 or b <= 0 or low >= high, _beta
    ),
    "choice": Shape(
        "{value: chance, value: chance}, chances not below 0 and not all 0",
        lambda *pairs: min(pairs[1::2]) < 0 or sum(pairs[1::2]) <= 0,
        _choice,
    ),
}
