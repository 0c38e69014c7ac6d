"""Where parties stand on issues whose options are numbers, and what the options are worth to them by distance.

A party that is not said to stand on an issue is missing there, which is not the same as standing at 0: it has no say in the
issue, which weighs nothing for it. Black (1958), The theory of committees and elections; Davis, Hinich and Ordeshook (1970),
American Political Science Review 64.
"""

from collections.abc import Iterable
from functools import reduce
from typing import NamedTuple

import numpy as np

from sim.case.arrays import Floats, Numbers
from sim.case.laws import MOST
from sim.case.numbers import Draws
from sim.case.scenario import Scenario


class Positions(NamedTuple):
    """Where parties stand on each issue, in the units of its options, and their salience there, both (P, I, R); NaN: missing."""

    at: Floats
    salience: Floats

    def standing(self, issue: int) -> Numbers:
        """The parties that stand on the issue, in the order of the file."""
        return np.flatnonzero(~np.isnan(self.at[:, issue, 0]))


def draw_positions(scenario: Scenario, draws: Draws) -> Positions | None:
    """The positions in the draws' replicates; None where nobody is said to stand anywhere."""
    if not any(party.positions for party in scenario.parties.values()):
        return None
    missing = np.full(draws.replicates, np.nan)

    def drawn(kind: str) -> Floats:
        return np.array(
            [
                [
                    draws.of(getattr(party.positions[issue], kind), f"parties.{name}.positions.{issue}.{kind}")
                    if issue in party.positions
                    else missing
                    for issue in scenario.issues
                ]
                for name, party in scenario.parties.items()
            ]
        )

    return Positions(drawn("at"), drawn("salience"))


def draw_influence(scenario: Scenario, draws: Draws) -> Floats | None:
    """Each party's influence (P, R), its power to sway; None where nobody's differs from 1."""
    if all(party.influence == 1.0 for party in scenario.parties.values()):
        return None
    return np.array([draws.of(party.influence, f"parties.{name}.influence") for name, party in scenario.parties.items()])


def salience_weights(salience: Floats) -> Floats:
    """A party's weights (I, R) on the issues, which sum to 1, from its salience (I, R); a missing issue weighs nothing."""
    weights = np.nan_to_num(salience)
    return weights / np.maximum(added(weights), 1e-300)


def values_by_distance(options: Floats, at: Floats, loss: float) -> Floats:
    """Values (n, R) of n options to a party that stands at (R,): 1 where it stands, 0 at the farthest option."""
    away = np.abs(options[:, None] - at)
    farthest = away.max(axis=0)
    return 1 - (away / np.where(farthest > 0, farthest, 1)) ** loss


def added(rows: Iterable[Floats]) -> Floats:
    """The sum of arrays, one added after the other: numpy's own sum differs in its last digits with the size of a block."""
    return reduce(np.add, rows)


def as_numbers(options: Iterable[str]) -> Floats | None:
    """The options of an issue as numbers (n,); None where one of them is none."""
    try:
        numbers = np.array([float(option) for option in options])
    except ValueError:
        return None
    return numbers if (np.abs(numbers) <= MOST).all() else None
