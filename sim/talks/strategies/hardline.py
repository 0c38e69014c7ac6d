"""Hardline: one's best deal, to the end."""

import numpy as np

from sim.case.numbers import Points
from sim.case.section import Section
from sim.talks.seat import Plan, Seat, scheduled


class Hardline(Section):
    """Always one's best deal less the slack, never less than no-deal."""

    slack: Points = 0.0

    def sit(self, seat: Seat) -> Plan:
        """The plan for the seat."""
        return scheduled(seat, np.maximum(seat.best - seat.setting("slack") / 100, seat.no_deal))
