"""How talks end: every replicate in exactly one of these sentences."""

import numpy as np
from numpy.typing import NDArray

from sim.case.arrays import Bools
from sim.case.scenario import Scenario
from sim.talks.table import Table

AGREED, RAN_OUT_WITH_ZONE, RAN_OUT_WITHOUT_ZONE, LEFT = range(4)  # LEFT + p: party p walked out


def endings(scenario: Scenario) -> dict[str, str]:
    """Key and sentence of each way the scenario's talks can end, in the order of their numbers."""
    walked = {f"left_by_{party}": f"{scenario.name(party)} walked out" for party in scenario.parties}
    return {
        "agreed": "Agreement",
        "time_ran_out_with_zone": "Time ran out although a zone of agreement existed",
        "time_ran_out_without_zone": "Time ran out, and there was no zone of agreement",
        **walked,
    }


def ending_of(table: Table, zone: Bools) -> NDArray[np.int16]:
    """The number (R,) of each replicate's ending, given whether a zone of agreement was there at the end (R,)."""
    ran_out = np.where(zone, RAN_OUT_WITH_ZONE, RAN_OUT_WITHOUT_ZONE)
    return np.where(table.agreed, AGREED, np.where(table.left_by >= 0, LEFT + table.left_by, ran_out)).astype(np.int16)
