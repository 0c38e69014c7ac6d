"""The vote that a deal may need beside named signatures."""

from typing import NamedTuple

import numpy as np

from sim.case.arrays import Array, Bools, Floats
from sim.case.scenario import Scenario


class House(NamedTuple):
    """A vote of P parties: the votes (P,) of each, and whether (2^P,) the parties of each set of bits together carry a deal.

    The house signs as if it were one more party, with a bit of its own.
    """

    votes: Floats
    carries: Bools
    bit: int

    def carried(self, supporters: Array) -> Bools:
        """Whether sets of supporters, a bit per party, are enough."""
        return self.carries[supporters & (self.bit - 1)]


def as_sets(yes: Bools) -> Array:
    """The sets of bits (...) of those parties (P, ...) that say yes."""
    return sum((ours.astype(np.int64) << p for p, ours in enumerate(yes)), np.zeros((), dtype=np.int64))


def house_of(scenario: Scenario) -> House | None:
    """The house of a scenario, if its deals need a vote."""
    vote, parties = scenario.talks.vote, list(scenario.parties)
    if vote is None:
        return None
    votes = np.array([vote.weights.get(party, 1.0) if party in scenario.voters() else 0.0 for party in parties])
    sets = np.arange(1 << len(parties))
    for_it = sum((sets >> p & 1) * own for p, own in enumerate(votes))
    return House(votes, for_it >= vote.quota - 1e-9, 1 << len(parties))
