"""How far talks have run, round by round."""

from collections.abc import Callable

import numpy as np

from sim.case.arrays import Floats


def closed(rounds: int) -> Floats:
    """Time (T,) from 0 in the first round to 1 in the last; a single round is the last."""
    return np.arange(rounds) / (rounds - 1) if rounds > 1 else np.ones(1)


def stacked(rounds: int) -> Floats:
    """Time (T,) of the reference rules: s / (T + 1) in round s, so that neither 0 nor 1 is ever reached."""
    return np.arange(1, rounds + 1) / (rounds + 1)


CLOCKS: dict[str, Callable[[int], Floats]] = {"closed": closed, "stacked": stacked}
