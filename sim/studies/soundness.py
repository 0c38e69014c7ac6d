"""Faults that show only once a scenario is put together: too many deals, none left, dead conditions, contradictory anchors."""

from collections.abc import Iterator

import numpy as np

from sim.case.arrays import Bools
from sim.case.chance import Chance
from sim.case.deals import MOST_DEALS, how_many, meets
from sim.case.faults import Fault, Path
from sim.case.laws import Law
from sim.case.numbers import Draws, support
from sim.case.scenario import Anchors, Likeness, Scenario
from sim.case.stakes import MOST_LINKED, MOST_RED_LINES
from sim.studies.blocks import Study
from sim.talks.equilibrium import obstacles
from sim.talks.protocols import PROTOCOLS
from sim.talks.rooms import present, rooms_of

CONTRADICTED = 0.5  # share of draws that may contradict a party's anchors before a scenario is refused
WARNED = 0.05  # share of draws that may do so without a warning
_DRAWS = 1000


def sound(study: Study) -> list[Fault]:
    """All that is wrong and can be told: without deals nothing of them, without those that anchors name nothing of these."""
    faults = list(_sizes(study))
    if how_many(study.negotiation) > MOST_DEALS:
        return faults
    faults += _exclusions(study)
    if not study.deals.count:
        return faults
    forbidden = list(_forbidden(study))
    faults += [*forbidden, *_dead(study), *_unsigned(study), *_vote(study), *_red_lines(study)]
    faults += [*_unsolvable(study), *_unheard(study)]
    return faults if forbidden else [*faults, *_anchors(study)]


def _unsolvable(study: Study) -> Iterator[Fault]:
    """Why play in equilibrium cannot be solved, where somebody plays so."""
    if any(party.strategy.kind == "equilibrium" for party in study.negotiation.parties.values()):
        everybody = all(study.deals.needed(p).all() for p in range(len(study.deals.parties)))
        yield from obstacles(study.negotiation, everybody)


def _unheard(study: Study) -> Iterator[Fault]:
    """Who and what is left out where a protocol settles the point between positions."""
    scenario = study.negotiation
    quantities = {name: quantity.law for name, quantity in scenario.quantities.items()}
    names = list(scenario.parties)
    for sitting in rooms_of(scenario.talks, study.deals):
        if getattr(sitting.protocol, "settles_points", False):
            kind = next(name for name, section in PROTOCOLS.items() if isinstance(sitting.protocol, section))
            here = [names[member] for member in sitting.members if present(scenario.talks, names[member], sitting.first)]
            yield from _unheard_in(scenario, here, kind, quantities)


def _unheard_in(scenario: Scenario, here: list[str], kind: str, quantities: dict[str, Law]) -> Iterator[Fault]:
    """The same among those who sit in one room."""
    parties = {name: scenario.parties[name] for name in here}
    silent = {name for name, party in parties.items() if support(party.influence, quantities) == (0, 0)}
    for name, party in parties.items():
        if not party.positions:
            yield Fault(("parties", name), f"says nowhere where it stands, which '{kind}' needs; write `positions`")
    if len(silent) == len(parties):
        yield Fault(("parties",), f"nobody has any influence, and at least one must under '{kind}'")
        return
    for issue in scenario.issues:
        standing = {name: party.positions[issue] for name, party in parties.items() if issue in party.positions}
        heard = {name for name, place in standing.items() if support(place.salience, quantities) != (0, 0)}
        if not standing:
            yield Fault(("issues", issue), f"nobody stands on this issue, so '{kind}' cannot settle it")
        elif not heard - silent:
            yield Fault(("issues", issue), "nobody who stands on this issue has both influence and salience")


def _sizes(study: Study) -> Iterator[Fault]:
    scenario = study.negotiation
    if how_many(scenario) > MOST_DEALS:
        yield Fault(
            ("issues",),
            f"{how_many(scenario):,} combinations of options, and at most {MOST_DEALS:,} can be listed; "
            "take out or merge options or issues",
        )
    quantities = {name: quantity.law for name, quantity in scenario.quantities.items()}
    for name, party in scenario.parties.items():
        if len(party.red_lines) > MOST_RED_LINES:
            path: Path = ("parties", name, "red_lines")
            yield Fault(path, f"{len(party.red_lines)} of them, and at most {MOST_RED_LINES} can be handled; merge some")
        own = [(n, linkage) for n, linkage in enumerate(scenario.linkages) if linkage.party == name]
        linked = sum(max(map(abs, support(linkage.points, quantities) or (0.0, 0.0))) for _, linkage in own)
        if linked > MOST_LINKED:
            yield Fault(("linkages", own[-1][0]), f"the linkages of '{name}' add up to {linked:g} points; at most {MOST_LINKED}")


def _exclusions(study: Study) -> Iterator[Fault]:
    """The exclusion that leaves no deal; such as forbid nothing that those above leave."""
    if not study.negotiation.exclusions:
        return
    every = Study(study.negotiation.model_copy(update={"exclusions": []})).deals
    left = np.ones(every.count, dtype=bool)
    for n, exclusion in enumerate(study.negotiation.exclusions):
        holds = every.holds(exclusion.when)
        if left.any() and not (left & ~holds).any():
            yield Fault(("exclusions", n), "leaves no deal at all, together with those above it")
        elif not (left & holds).any():
            yield Fault(("exclusions", n, "when"), "holds for no deal that the exclusions above leave; take it out")
        left &= ~holds


def _forbidden(study: Study) -> Iterator[Fault]:
    """Deals with a name, or named by no-deal values, that an exclusion forbids."""
    scenario, deals = study.negotiation, study.deals
    for name, package in scenario.packages.items():
        if deals.number(package) is None:
            yield Fault(("packages", name), "an exclusion forbids this deal")
    for name, party in scenario.parties.items():
        for path, deal in _named_deals(party.no_deal):
            if not isinstance(deal, str) and deals.number(deal) is None:
                yield Fault(("parties", name, "no_deal", *path), "an exclusion forbids this deal")


def _named_deals(no_deal: object) -> Iterator[tuple[Path, str | dict[str, str]]]:
    match no_deal:
        case Anchors():
            for key, deals in (("refuses", no_deal.refuses), ("signs", no_deal.signs)):
                yield from (((key, n), deal) for n, deal in enumerate(deals or []))
        case Likeness():
            yield ("like",), no_deal.like


def _dead(study: Study) -> Iterator[Fault]:
    """Conditions that hold for no deal, because exclusions forbid all for which they would."""
    scenario = study.negotiation
    conditions: list[tuple[Path, dict[str, list[str]]]] = []
    conditions += [(("linkages", n), linkage.when) for n, linkage in enumerate(scenario.linkages)]
    conditions += [(("talks", "sign_when", n), consent.when) for n, consent in enumerate(scenario.talks.sign_when)]
    for name, party in scenario.parties.items():
        conditions += [(("parties", name, "red_lines", n), line.when) for n, line in enumerate(party.red_lines)]
    for path, when in conditions:
        if not study.deals.holds(when).any():
            yield Fault((*path, "when"), "holds for no deal: exclusions forbid all that it names")


def _vote(study: Study) -> Iterator[Fault]:
    """A vote that cannot be won, or that the protocol does not hold; nobody to be drawn as proposer."""
    vote, protocol, house = study.negotiation.talks.vote, study.negotiation.talks.protocol, study.deals.house
    if vote is not None and house is not None:
        if not house.carries.any():
            votes = f"there are {house.votes.sum():g}"
            yield Fault(("talks", "vote", "quota"), f"a deal needs {vote.quota:g} votes and {votes}; nothing can be agreed")
        if protocol.kind != "random_proposer":
            yield Fault(("talks", "vote"), f"a vote is held under random_proposer, not under {protocol.kind}")
        for name in [name for name in vote.weights if name not in study.negotiation.voters()]:
            yield Fault(("talks", "vote", "weights", name), f"'{name}' has a weight and is not one of the voters")
    quantities = {name: quantity.law for name, quantity in study.negotiation.quantities.items()}
    recognition = protocol.settings.recognition if protocol.kind == "random_proposer" else {}
    lowest = [(support(chance, quantities) or (0.0, 0.0))[0] for chance in recognition.values()]
    if recognition and not max(lowest) > 0:
        path = ("talks", "protocol", "random_proposer", "recognition")
        yield Fault(path, "nobody is sure to have a chance to propose; at least one must be above 0 whatever its law gives")


def _unsigned(study: Study) -> Iterator[Fault]:
    deals = study.deals
    free = np.flatnonzero(deals.needs[:-1] == 0)
    if len(free):
        yield Fault(("talks", "sign"), f"nobody would have to sign the deal {deals.label(int(free[0]))}; somebody must")


def _red_lines(study: Study) -> Iterator[Fault]:
    """The certain red line after which no deal is left that all who must sign it could sign."""
    deals, quantities = study.deals, {name: quantity.law for name, quantity in study.negotiation.quantities.items()}
    signable: Bools = np.ones(deals.count, dtype=bool)
    for p, (name, party) in enumerate(study.negotiation.parties.items()):
        for n, line in enumerate(party.red_lines):
            lowest, _ = support(line.chance, quantities) or (0.0, 1.0)
            crossed = meets(deals.rows, deals.issues, line.when) & deals.needed(p)
            if lowest >= 1 and signable.any() and not (signable & ~crossed).any():
                yield Fault(
                    ("parties", name, "red_lines", n),
                    "leaves no deal that all who must sign could sign, together with the other red lines that are certain",
                )
            signable &= ~(crossed & (lowest >= 1))


def _anchors(study: Study) -> Iterator[Fault]:
    for name, share in contradictions(study).items():
        if share > CONTRADICTED and not study.keeps(name):
            yield Fault(
                ("parties", name, "no_deal"),
                f"contradictory anchors: in {share:.0%} of draws a deal that it refuses is "
                "worth more to it than one that it signs",
            )


def contradictions(study: Study) -> dict[str, float]:
    """The share of draws in which each party's anchors contradict each other."""
    stakes = study.stakes(Draws(Chance(0, 0, _DRAWS), study.negotiation.quantities))
    return dict(zip(study.negotiation.parties, stakes.contradicted.mean(axis=1).tolist(), strict=True))
