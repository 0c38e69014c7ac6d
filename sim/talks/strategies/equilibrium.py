"""Equilibrium: the best reply to others who play theirs."""

from sim.case.section import Section
from sim.talks.seat import Plan, Seat


class Equilibrium(Section):
    """What is best for a party that knows everything and reasons backwards from the last round: see `sim.talks.equilibrium`."""

    def sit(self, seat: Seat) -> Plan:
        """The plan for the seat."""
        return seat.equilibrium()
