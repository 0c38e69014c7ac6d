"""What happens outside the room: dated or by chance, once or again and again.

An event moves no-deal values or weights, takes options off the table, sets a deadline, or breaks off the talks. Whether and when
it happens is drawn before the talks and does not depend on them; the parties learn of it when it happens.
"""

from collections.abc import Mapping
from typing import Annotated

import numpy as np
from pydantic import Field

from sim.case.arrays import Bools, Floats, Numbers
from sim.case.numbers import Draws, Share, Shift
from sim.case.section import Name, Section, When
from sim.case.stakes import on_grid

_Round = Annotated[int, Field(strict=True, ge=1, le=1000)]


class Event(Section):
    """When it happens (`at` a round, or in any round `after` one and `until` another, with its chance), and what it does.

    `no_deal` and `weights` are points that are added from that round on, for so many rounds as it `lasts`, if not for good;
    `withdraws` are options that nobody can agree on any more; `deadline` is how many rounds are left, that one included.
    """

    text: str = ""
    at: _Round | None = None
    after: _Round = 1
    until: _Round | None = None
    chance: Share = 1.0
    repeats: bool = Field(default=False, strict=True)
    lasts: _Round | None = None
    no_deal: dict[Name, Shift] = {}
    weights: dict[Name, dict[str, Shift]] = {}
    withdraws: When = {}
    deadline: _Round | None = None
    breaks_off: bool = Field(default=False, strict=True)
    because: str = ""


def happens(event: Event, name: str, rounds: int, draws: Draws) -> Bools:
    """In which rounds (T, R) it happens."""
    window = np.zeros(rounds, dtype=bool)
    first, last = (event.at, event.at) if event.at else (event.after, event.until or rounds)
    window[first - 1 : last] = True
    if event.chance == 1.0:
        hits = np.repeat(window[:, None], draws.replicates, axis=1)
    else:
        chance = draws.of(event.chance, f"events.{name}.chance")
        hits = window[:, None] & (draws.luck(f"events.{name}", rounds) < chance)
    return hits if event.repeats else hits & (hits.cumsum(axis=0) == 1)


def in_force(event: Event, hits: Bools) -> Numbers:
    """How many times over (T, R) what it does holds in each round."""
    count = hits.cumsum(axis=0)
    if event.lasts is not None and event.lasts < len(hits):
        count[event.lasts :] -= count[: -event.lasts].copy()
    return count


def moved_by(events: Mapping[str, Event], parties: tuple[str, ...], rounds: int, draws: Draws) -> Floats:
    """By how much (T, P, R), in utility, events have moved no-deal values."""
    moved = np.zeros((rounds, len(parties), draws.replicates))
    for name, event in events.items():
        if event.no_deal:
            count = in_force(event, happens(event, name, rounds, draws))
            for party, points in event.no_deal.items():
                moved[:, parties.index(party)] += draws.of(points, f"events.{name}.no_deal.{party}") / 100 * count
    return on_grid(moved)
