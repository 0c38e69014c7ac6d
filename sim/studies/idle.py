"""What could never have an effect in a scenario: conditions that hold for no deal, councils and homes that are never asked, a
world that stands still, events and rooms that never come."""

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from sim.case.deals import can_hold
from sim.case.faults import Fault, Path
from sim.case.laws import Law
from sim.case.numbers import AnyNumber, support
from sim.case.section import When
from sim.studies.blocks import Study
from sim.talks.protocols import kind_of
from sim.talks.rooms import rooms_of
from sim.talks.world import Variable


def idle(study: Study) -> Iterator[Fault]:
    """All of it that can be told."""
    yield from _conditions(study)
    yield from _councils(study)
    yield from _homes(study)
    yield from _events(study)
    if study.base is None:  # under --set a number may stand at an end of its range, where it does nothing
        yield from _world(study)
        yield from _too_late(study)
        yield from _talks(study)


def holds(study: Study, *conditions: When) -> bool | None:
    """Whether some deal that no exclusion forbids meets all the conditions; None where that is too much to look through."""
    if not study.deals.complete:
        return can_hold(study.negotiation, conditions)
    return any(all(met) for met in zip(*(study.deals.holds(when).tolist() for when in conditions), strict=True))


def _conditions(study: Study) -> Iterator[Fault]:
    """Conditions that hold for no deal, because exclusions forbid all for which they would."""
    scenario = study.negotiation
    conditions: list[tuple[Path, When]] = []
    conditions += [(("linkages", n), linkage.when) for n, linkage in enumerate(scenario.linkages)]
    conditions += [(("talks", "sign_when", n), consent.when) for n, consent in enumerate(scenario.talks.sign_when)]
    for name, party in scenario.parties.items():
        conditions += [(("parties", name, "red_lines", n), line.when) for n, line in enumerate(party.red_lines)]
    for name, council in scenario.councils.items():
        conditions += [(("councils", name, "votes", n), vote.when) for n, vote in enumerate(council.votes)]
    for path, when in conditions:
        if holds(study, when) is False:
            yield Fault((*path, "when"), "holds for no deal: exclusions forbid all that it names")


def _councils(study: Study) -> Iterator[Fault]:
    """Councils that have nothing to decide, or that bind nobody."""
    scenario, last = study.negotiation, rooms_of(study.negotiation.talks, study.deals)[-1]
    for name, council in scenario.councils.items():
        path, at_stake = ("councils", name), list(_asked(study, council.party, council.use == "before"))
        if council.use == "before" and getattr(last.protocol, "settles_points", False):
            message = f"nobody signs under {kind_of(last.protocol)}, so a vote before the talks would bind nobody"
            yield Fault((*path, "use"), message)
        if all(holds(study, when) is False for when in at_stake):
            yield Fault((*path, "party"), f"'{council.party}' never signs a deal, so its council has nothing to decide")
            continue
        for n, vote in enumerate(council.votes):
            if holds(study, vote.when) and all(holds(study, vote.when, when) is False for when in at_stake):
                yield Fault((*path, "votes", n, "when"), f"holds for no deal that needs the signature of '{council.party}'")


def _homes(study: Study) -> Iterator[Fault]:
    for name, party in study.negotiation.parties.items():
        if party.ratification and all(holds(study, when) is False for when in _asked(study, name, votes_too=False)):
            yield Fault(("parties", name, "ratification"), f"'{name}' never signs a deal, so its home is never asked")


def _asked(study: Study, party: str, votes_too: bool) -> Iterator[When]:
    """The conditions on which a deal needs the party's signature, or its vote: an empty one where every deal does."""
    scenario, house = study.negotiation, study.deals.house
    votes = votes_too and house is not None and house.votes[study.deals.parties.index(party)] > 0
    if votes or party in scenario.always_sign():
        yield {}
    yield from (consent.when for consent in scenario.talks.sign_when if party in consent.needs)


def _world(study: Study) -> Iterator[Fault]:
    """Variables that stand still, or that move nobody."""
    for name, variable in study.negotiation.world.items():
        path, lacks_pull = ("world", name), "to" in variable.model_fields_set and "pull" not in variable.model_fields_set
        if _stands_still(study, variable) and not lacks_pull:  # which is told already
            yield Fault(path, "never moves from where it starts; write a `drift`, a `spread`, or a `pull` to elsewhere")
        if variable.moves and all(_ends(study, points) == (0, 0) for points in variable.moves.values()):
            yield Fault((*path, "moves"), "moves nobody's no-deal value: all points are 0")


def _stands_still(study: Study, variable: Variable) -> bool:
    pulled = _ends(study, variable.pull) != (0, 0) and (variable.starts != variable.to or isinstance(variable.to, Law))
    return not pulled and _ends(study, variable.drift) == _ends(study, variable.spread) == (0, 0)


def _ends(study: Study, number: AnyNumber) -> tuple[float, float]:
    """The lowest and highest value of a number, as far as they are known."""
    return support(number, {name: quantity.law for name, quantity in study.negotiation.quantities.items()}) or (-inf, inf)


def _events(study: Study) -> Iterator[Fault]:
    """What an event says in vain beside what else it says."""
    for name, event in study.negotiation.events.items():
        adds_up = event.no_deal or event.withdraws or any(event.weights.values())  # what is withdrawn again lets all look again
        if event.repeats and not event.at and not adds_up and (event.deadline or event.breaks_off):
            message = "has no effect: talks are broken off only once, and a deadline that is set again is never sooner"
            yield Fault(("events", name, "repeats"), message)
        if event.breaks_off and any(event.weights.values()):
            message = "has no effect beside `breaks_off`: when weights are counted anew, talks are over"
            yield Fault(("events", name, "weights"), message)


class _End(NamedTuple):
    """A sure end of the talks: the last round in which anything can happen, the last that is played, and the event."""

    over: int
    played: int
    event: str


def _sure_end(study: Study) -> _End | None:
    """The soonest sure end of the talks by an event, if there is one."""
    ends = []
    for name, event in study.negotiation.events.items():
        first, (lowest, _) = event.at or event.after, _ends(study, event.chance)
        if lowest >= 1 and event.breaks_off:
            ends.append(_End(first, first - 1, name))
        elif lowest >= 1 and event.deadline:
            ends.append(_End(first + event.deadline - 1, first + event.deadline - 1, name))
    return min(ends, default=None, key=lambda end: end[:2])


def _too_late(study: Study) -> Iterator[Fault]:
    """Events and rooms that never come, because an event is sure to end the talks before."""
    talks, end = study.negotiation.talks, _sure_end(study)
    if end is None:
        return
    for name, event in study.negotiation.events.items():
        if end.over < (event.at or event.after) <= talks.rounds:
            message = f"lies after round {end.over}, by which '{end.event}' is sure to have ended the talks"
            yield Fault(("events", name, "at" if event.at else "after"), message)
    if end.played == 0:
        message = "is sure to break off the talks in round 1, before anybody can agree to anything"
        yield Fault(("events", end.event, "breaks_off"), message)
        return
    for n, sitting in enumerate(rooms_of(talks, study.deals)):
        if end.played <= sitting.first < talks.rounds:
            yield Fault(("talks", "rooms", n), f"never opens: '{end.event}' is sure to have ended the talks before")


def _talks(study: Study) -> Iterator[Fault]:
    """Settings of the talks that nobody heeds."""
    talks = study.negotiation.talks
    if talks.review is not None and talks.review >= talks.rounds:
        message = f"has no effect: all would look again in round {talks.review + 1}, and the last round is {talks.rounds}"
        yield Fault(("talks", "review"), message)
    if talks.protocol.settings.model_fields_set and talks.rooms and all(room.protocol for room in talks.rooms):
        path = ("talks", "protocol", talks.protocol.kind)
        yield Fault(path, "these settings have no effect: every room has a protocol of its own")
