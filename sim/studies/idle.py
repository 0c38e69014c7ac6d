"""What could never have an effect in a scenario: conditions that hold for no deal, councils and homes that are never asked."""

from collections.abc import Iterator

from sim.case.deals import can_hold
from sim.case.faults import Fault, Path
from sim.case.section import When
from sim.studies.blocks import Study
from sim.talks.protocols import kind_of
from sim.talks.rooms import rooms_of


def idle(study: Study) -> Iterator[Fault]:
    """All of it that can be told."""
    yield from _conditions(study)
    yield from _councils(study)
    yield from _homes(study)


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
