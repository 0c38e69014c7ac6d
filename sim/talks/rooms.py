"""Rooms: stages of the talks, each with its parties and rounds; the text agreed in one opens the next.

In every room but the last all who sit there must agree to a text, whatever deals need later; a text agreed early waits for the
next room. In the last room a deal needs the signatures that it needs. Who sits in no room has no say.
"""

from typing import Annotated, Any, NamedTuple

import numpy as np
from pydantic import Field

from sim.case.arrays import Array
from sim.case.deals import Deals
from sim.case.section import Names, Section
from sim.talks.protocols import NamedProtocol
from sim.talks.protocols.single_text import SingleText


class Stage(Section):
    """A room: who sits there, for how many rounds, by which protocol if not by that of the talks."""

    text: str = ""
    parties: Annotated[Names, Field(min_length=1)]
    rounds: int = Field(strict=True, ge=1, le=1000)
    protocol: NamedProtocol | None = None
    because: str = ""


class Presence(Section):
    """The rounds in which a party sits at the table."""

    enters: int = Field(default=1, strict=True, ge=1, le=1000)
    leaves: int | None = Field(default=None, strict=True, ge=1, le=1000)
    because: str = ""


class Sitting(NamedTuple):
    """A room as it is played: its first round, counted from 0, its members' numbers, who must sign each deal (K+1,), whether it
    is the last, the protocol's settings, and its name in words."""

    first: int
    members: list[int]
    needs: Array
    final: bool
    protocol: Section
    text: str


def rooms_of(talks: Any, deals: Deals) -> list[Sitting]:
    """The rooms in order; one for all parties where none are written."""
    everybody = list(range(len(deals.parties)))
    if not talks.rooms:
        return [Sitting(0, everybody, deals.needs, True, talks.protocol.settings, "")]
    sittings, first = [], 0
    for number, stage in enumerate(talks.rooms):
        members = [deals.parties.index(party) for party in deals.parties if party in stage.parties]
        last = number == len(talks.rooms) - 1
        needs = deals.needs if last else _all_of(members, deals)
        settings = (stage.protocol or talks.protocol).settings
        text = stage.text or ", ".join(map(deals.scenario.name, stage.parties))
        sittings.append(Sitting(first, members, needs, last, settings, text))
        first += stage.rounds
    return sittings


def needs_no_list(talks: Any) -> bool:
    """Whether in all rooms a text is changed issue by issue, for which nobody has to list deals."""
    protocols = [stage.protocol or talks.protocol for stage in talks.rooms] or [talks.protocol]
    return all(isinstance(protocol.settings, SingleText) for protocol in protocols)


def _all_of(members: list[int], deals: Deals) -> Array:
    """Needed signatures (K+1,) where every member must sign every text."""
    needs = np.full_like(deals.needs, sum(1 << member for member in members))
    needs[..., -1] = deals.needs[..., -1]
    return needs


def comings(talks: Any, deals: Deals, sitting: Sitting, t: int) -> list[str]:
    """Who of a room is not there as it opens, and who comes or goes later, in words."""
    told = []
    for party in (deals.parties[member] for member in sitting.members if deals.parties[member] in talks.present):
        name, here, was = deals.scenario.name(party), present(talks, party, t), t > 0 and present(talks, party, t - 1)
        if t == sitting.first and not here:
            told.append(f"{name} is {'not yet' if talks.present[party].enters > t + 1 else 'no longer'} at the table")
        elif t > sitting.first and here != was:
            told.append(f"{name} {'joins' if here else 'is no longer at the table'}")
    return told


def present(talks: Any, party: str, t: int) -> bool:
    """Whether a party sits at the table in round t, counted from 0."""
    presence: Presence | None = talks.present.get(party)
    return presence is None or presence.enters <= t + 1 <= (presence.leaves or t + 1)
