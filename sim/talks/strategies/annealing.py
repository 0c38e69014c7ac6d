"""Hill climbing and annealing: how to answer changes of a single text."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from sim.case.arrays import Bools, Floats, Numbers
from sim.case.numbers import Points
from sim.case.section import Section
from sim.case.stakes import as_worth
from sim.talks.seat import Moment, Plan, Seat


class HillClimbing(Section):
    """Agrees to each change of a text by which it gains; signs what is worth no deal, a text only when time runs out.

    Klein, Faratin, Sayama and Bar-Yam (2003), Negotiating complex contracts, Group Decision and Negotiation 12.
    """

    answers_changes: ClassVar[bool] = True

    def sit(self, seat: Seat) -> Plan:
        """The plan for the seat."""
        return Walk(seat, 0.0)


class Annealing(Section):
    """As hill climbing, but a loss is agreed to with chance exp(-loss / temperature), and the temperature cools down to 0.

    The temperature, in points, falls in a straight line from the first revision at a table to the last. The rule is that of
    Metropolis, Rosenbluth, Rosenbluth, Teller and Teller (1953), Journal of Chemical Physics 21; for negotiations Klein,
    Faratin, Sayama and Bar-Yam (2003).
    """

    temperature: Points = 5.0

    answers_changes: ClassVar[bool] = True

    def sit(self, seat: Seat) -> Plan:
        """The plan for the seat."""
        return Walk(seat, seat.setting("temperature") / 100)


@dataclass
class Walk:
    """Hill climbing and, from a temperature above 0 (utility), annealing at work."""

    seat: Seat
    temperature: Floats | float
    luck: Floats = field(init=False)

    def look_again(self, seat: Seat) -> None:
        """See what texts are worth now."""
        self.seat = seat

    def accepts(self, gain: Floats, t: int, moment: Moment) -> Bools:
        """Where (R,) it agrees in round t to a change by which it gains so much utility (R,)."""
        better: Bools = gain > 0
        if not np.any(self.temperature):
            return better
        if moment.revision == 0:
            self.luck = self.seat.luck(f"accepts.{t}", moment.revisions)
        heat = self.temperature * moment.left
        chance = np.exp(np.minimum(gain, 0) / np.maximum(heat, 1e-12)) * (heat > 0)  # a step of loss is 1e-10
        return better | (self.luck[moment.revision] < chance)

    def demands(self, t: int) -> Floats:
        """No deal's worth."""
        return as_worth(self.seat.no_deal[min(t, len(self.seat.no_deal) - 1)])

    def offers(self, t: int) -> Numbers:
        """None."""
        return np.full(len(self.seat.worth), self.seat.worth.shape[1] - 1)
