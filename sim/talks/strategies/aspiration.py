"""Time-dependent aspirations: from one's best deal down to no-deal plus a margin."""

import numpy as np

from sim.case.numbers import Points, Positive
from sim.case.section import Section
from sim.case.stakes import as_utility
from sim.talks.seat import Plan, Seat, scheduled


class Aspiration(Section):
    """Time-dependent: from one's best deal down to no-deal plus a margin, on the path 1 - time ** firmness.

    Firmness above 1 yields late (boulware), below 1 early (conceder); time runs to the private deadline, a share of the rounds;
    the tolerance lowers the level throughout, but never below its end. Faratin, Sierra and Jennings (1998), Robotics and
    Autonomous Systems 24, section 4.1.
    """

    firmness: Positive = 1.0
    deadline: Positive = 1.0
    margin: Points = 0.0
    tolerance: Points = 0.0

    def sit(self, seat: Seat) -> Plan:
        """The plan for the seat."""
        end = np.maximum(seat.no_deal + seat.setting("margin") / 100, as_utility(seat.bottom))
        top = np.maximum(seat.best, end)
        time = np.minimum(seat.time.reshape(len(seat.time), -1) / seat.setting("deadline"), 1)
        levels = (top - end) * (1 - time ** seat.setting("firmness")) + end - seat.setting("tolerance") / 100
        return scheduled(seat, np.clip(levels, end, top))
