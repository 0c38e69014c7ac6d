"""Pressure: a party that would sign makes it dearer for another to refuse.

Where the one would sign a deal and the other has just refused it, the other's no-deal value falls by so many points from the next
round on, or rises by as many where pressure backfires, and never by more than `most` either way. That more pressure brings
more signatures is by construction. It costs the one who presses points of its own, whatever comes of the talks, so the cost
changes no decision.
"""

from dataclasses import dataclass, field

import numpy as np

from sim.case.arrays import Bools, Floats
from sim.case.numbers import Draws, Points, Share
from sim.case.section import Name, Section
from sim.case.stakes import on_grid


class Pressure(Section):
    """Who presses whom, by how many points each time and at most, at what cost, and with what chance that it backfires."""

    by: Name
    on: Name
    points: Points
    most: Points = 100.0
    costs: Points = 0.0
    backfires: Share = 0.0
    because: str = ""


@dataclass
class Lever:
    """One pressure at work in R replicates: the `points` (R,) of each time and the `most` (R,) by which it can move no deal,
    `fallen` (R,) utility so far, and what it has `cost` (R,) who presses."""

    written: Pressure
    path: str
    rounds: int
    draws: Draws
    fallen: Floats = field(init=False)
    cost: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.fallen, self.cost = np.zeros(self.draws.replicates), np.zeros(self.draws.replicates)
        self.points, self.most, self._costs, self._backfires = (
            self.draws.of(getattr(self.written, name), f"{self.path}.{name}") for name in ("points", "most", "costs", "backfires")
        )
        self._luck = self.draws.luck(f"{self.path}.luck", self.rounds)

    def press(self, t: int, where: Bools) -> Floats:
        """The utility (R,) by which the no-deal value moves after pressure in round t."""
        way = np.where(self._luck[t] < self._backfires, -1, 1)
        most = self.most / 100
        fallen = on_grid(np.clip(self.fallen + where * way * self.points / 100, -most, most))
        moved = self.fallen - fallen
        self.fallen = fallen
        self.cost += where * self._costs / 100
        return moved
