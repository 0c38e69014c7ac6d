"""The world outside the room: variables that move round by round, and what they do to no-deal values.

x(1) is drawn, and x(t+1) = x(t) + drift + pull * (to - x(t)) + spread * e(t), e(t) standard normal and independent, kept between
the variable's bounds. So drift alone is a straight line, spread alone a random walk, and pull with spread the discrete form of
mean reversion (Uhlenbeck and Ornstein, 1930, Physical Review 36). A party's no-deal value moves by so many points for each unit
by which the variable has moved since the first round: no-deal values as drawn are those of the first round.
"""

from collections.abc import Mapping

import numpy as np
from pydantic import Field

from sim.case.arrays import Floats
from sim.case.laws import MOST
from sim.case.numbers import Draws, NotNegative, Number, Share
from sim.case.section import Name, Section
from sim.case.stakes import on_grid


class Variable(Section):
    """A state of the world, and the points of no-deal value that each party gains with one unit more of it."""

    text: str = ""
    starts: Number = 0.0
    drift: Number = 0.0
    to: Number = 0.0
    pull: Share = 0.0
    spread: NotNegative = 0.0
    low: float = Field(default=-MOST, strict=True, ge=-MOST, le=MOST)
    high: float = Field(default=MOST, strict=True, ge=-MOST, le=MOST)
    moves: dict[Name, Number] = {}
    because: dict[str, str] = {}


def path_of(variable: Variable, name: str, rounds: int, draws: Draws) -> Floats:
    """The variable's path (T, R)."""

    def drawn(setting: str) -> Floats:
        return draws.of(getattr(variable, setting), f"world.{name}.{setting}")

    drift, to, pull, spread = map(drawn, ("drift", "to", "pull", "spread"))
    noise = _normal(draws, f"world.{name}.noise", rounds) if variable.spread != 0.0 else np.zeros((rounds, draws.replicates))
    path = np.empty((rounds, draws.replicates))
    path[0] = np.clip(drawn("starts"), variable.low, variable.high)
    for t in range(1, rounds):
        step = drift + pull * (to - path[t - 1]) + spread * noise[t]
        path[t] = np.clip(path[t - 1] + step, variable.low, variable.high)
    return path


def _normal(draws: Draws, path: str, rounds: int) -> Floats:
    from scipy.special import ndtri

    return ndtri(draws.luck(path, rounds))


def moved_by(world: Mapping[str, Variable], parties: tuple[str, ...], rounds: int, draws: Draws) -> Floats:
    """By how much (T, P, R), in utility, the world has moved no-deal values since the first round."""
    moved = np.zeros((rounds, len(parties), draws.replicates))
    for name, variable in world.items():
        path = path_of(variable, name, rounds, draws)
        for p, party in enumerate(parties):
            if party in variable.moves:
                points = draws.of(variable.moves[party], f"world.{name}.moves.{party}")
                moved[:, p] += points / 100 * (path - path[0])
    return on_grid(moved)
