"""How talks end: every replicate in exactly one of these sentences."""

import numpy as np
from numpy.typing import NDArray

from sim.case.arrays import Bools
from sim.case.deals import all_listed
from sim.talks.events import Event
from sim.talks.negotiation import Negotiation
from sim.talks.ratification import homes
from sim.talks.table import Table

AGREED, RAN_OUT_WITH_ZONE, RAN_OUT_WITHOUT_ZONE, LEFT = range(4)  # LEFT + p: party p walked out; then events, then homes


def endings(scenario: Negotiation) -> dict[str, str]:
    """Key and sentence of each way the scenario's talks can end, in the order of their numbers."""
    walked = {f"left_by_{party}": f"{scenario.name(party)} walked out" for party in scenario.parties}
    refused = {f"refused_by_{party}": f"Signed, and refused at home by {scenario.name(party)}" for party in homes(scenario)}
    broken = {f"broken_off_by_{name}": _broken_off(event.text, name) for name, event in breaking(scenario).items()}
    among = "" if all_listed(scenario) else " on the menu"
    return {
        "agreed": "Agreement",
        "time_ran_out_with_zone": "Time ran out although a zone of agreement existed",
        "time_ran_out_without_zone": f"Time ran out, and there was no zone of agreement{among}",
        **walked,
        **broken,
        **refused,
    }


def breaking(scenario: Negotiation) -> dict[str, Event]:
    """The events that break off talks."""
    return {name: event for name, event in scenario.events.items() if event.breaks_off}


def _broken_off(text: str, name: str) -> str:
    return f"Broken off: {text or name.replace('_', ' ')}"


def ending_of(scenario: Negotiation, table: Table, zone: Bools) -> NDArray[np.int16]:
    """The number (R,) of each replicate's ending, given whether a zone of agreement was there at the end (R,)."""
    ending = np.where(zone, RAN_OUT_WITH_ZONE, RAN_OUT_WITHOUT_ZONE)
    ending = np.where(table.left_by >= 0, LEFT + table.left_by, ending)
    broken = LEFT + len(scenario.parties)
    for number, name in enumerate(scenario.events):
        if name in breaking(scenario):
            ending = np.where(table.broken_by == number, broken, ending)
            broken += 1
    for number, party in enumerate(homes(scenario), broken):
        ending = np.where(table.refused_by == list(scenario.parties).index(party), number, ending)
    return np.where(table.agreed, AGREED, ending).astype(np.int16)
