"""Faults that show only once a scenario is put together: too many deals, none left, dead conditions, contradictory anchors."""

from collections.abc import Iterator

import numpy as np

from sim.case.arrays import Bools
from sim.case.chance import Chance
from sim.case.deals import meets
from sim.case.faults import Fault, Path, dotted
from sim.case.laws import Law
from sim.case.levers import lever_faults
from sim.case.numbers import Draws, support
from sim.case.party import Anchors, Likeness
from sim.case.scenario import Scenario
from sim.case.stakes import MOST_LINKED, MOST_RED_LINES
from sim.studies.blocks import Study
from sim.studies.idle import holds, idle
from sim.studies.seating import seating, sittings
from sim.studies.texts import goes_unlisted, misplaced, unlisted, why_unlisted
from sim.talks.equilibrium import obstacles
from sim.talks.protocols import kind_of
from sim.talks.rooms import present, rooms_of

CONTRADICTED = 0.5  # share of draws that may contradict a party's anchors before a scenario is refused
WARNED = 0.05  # share of draws that may do so without a warning
_DRAWS = 1000
_PRESSURE = "pressure"  # what stories call all that pressure has moved
_BY_OFFERS = ("alternating_offers", "random_proposer")  # protocols under which deals are put by parties who know what is left


def sound(study: Study) -> list[Fault]:
    """All that is wrong and can be told: without deals nothing of them, without those that anchors name nothing of these."""
    faults = list(_sizes(study))
    forbidden = list(_forbidden(study))
    if study.deals.complete:
        faults += _exclusions(study)
    elif goes_unlisted(study):
        faults += [*unlisted(study), *forbidden]
    else:
        faults += [*_menu(study), *forbidden]
    if not study.deals.count:
        return faults
    faults += [*forbidden, *_unsigned(study), *_vote(study), *misplaced(study), *idle(study)]
    if study.deals.complete:
        faults += [*_red_lines(study), *_withdrawn(study)]
    faults += [*_unsolvable(study), *_unheard(study)]
    faults += [*_names(study), *_world(study), *_events(study), *_pressure(study), *seating(study)]
    if study.base is None:  # under --set a lever may stand at another of its own levels
        faults += lever_faults(study.negotiation, study.negotiation.levers)
    return faults if forbidden else [*faults, *_anchors(study)]


def _menu(study: Study) -> Iterator[Fault]:
    """What cannot be done over a menu, or an empty one."""
    scenario, talks = study.negotiation, study.negotiation.talks
    if not study.deals.count:
        yield Fault(("exclusions",), "the deal menu is empty: exclusions forbid every deal that was found near the frontier")
    for name, party in scenario.parties.items():
        if (party.strategy.offers or talks.offers) == "lowest":
            at: Path = ("parties", name, "strategy", "offers") if party.strategy.offers else ("talks", "offers")
            yield Fault(at, "a menu holds deals near the frontier, which flatters `lowest`; write considerate")
        if party.strategy.kind == "equilibrium":
            message = f"equilibrium is solved over all deals, and {why_unlisted(scenario)}"
            yield Fault(("parties", name, "strategy"), message)
    for sitting in rooms_of(talks, study.deals):
        if getattr(sitting.protocol, "settles_points", False):
            yield Fault(("talks", "protocol"), f"settles points between all deals, and {why_unlisted(scenario)}")


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
            here = [names[member] for member in sitting.members if present(scenario.talks, names[member], sitting.first)]
            yield from _unheard_in(scenario, here, kind_of(sitting.protocol), quantities)


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
    quantities = {name: quantity.law for name, quantity in scenario.quantities.items()}
    for name, party in scenario.parties.items():
        if len(party.red_lines) > MOST_RED_LINES:
            path: Path = ("parties", name, "red_lines")
            yield Fault(path, f"{len(party.red_lines)} of them, and at most {MOST_RED_LINES} can be handled; merge some")
        elif len(scenario.bounds(name)) > MOST_RED_LINES:
            most = f"{len(scenario.bounds(name))} red lines and votes before the talks, and at most {MOST_RED_LINES}"
            yield Fault(("parties", name), f"{most} can be handled; merge some")
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
            yield Fault(("exclusions", n), f"leaves no deal at all{', together with those above it' if n else ''}")
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


def _vote(study: Study) -> Iterator[Fault]:
    """A vote that cannot be won, or that the protocol does not hold."""
    talks, house = study.negotiation.talks, study.deals.house
    vote, protocol = talks.vote, (talks.rooms[-1].protocol if talks.rooms else None) or talks.protocol
    if vote is not None and house is not None:
        if not house.carries.any():
            message = f"{vote.quota:g} is more than all votes together, which are {house.votes.sum():g}; nothing can be agreed"
            yield Fault(("talks", "vote", "quota"), message)
        alone = house.votes[house.votes > 0].min(initial=np.inf)
        if vote.quota < alone < np.inf:
            message = f"{vote.quota:g} is less than any vote, so whoever proposes would carry it alone; a quota counts votes"
            yield Fault(("talks", "vote", "quota"), message)
        if protocol.kind != "random_proposer":
            yield Fault(("talks", "vote"), f"a vote is held under random_proposer, not under {protocol.kind}")
        for name in [name for name in vote.weights if name not in study.negotiation.voters()]:
            yield Fault(("talks", "vote", "weights", name), f"'{name}' has a weight and is not one of the voters")


def _names(study: Study) -> Iterator[Fault]:
    """Names that stories and `check` could not tell apart, in what they say of no-deal values."""
    world, events = study.negotiation.world, study.negotiation.events
    for name in events:
        if name in world:
            message = "an event and a variable of the world share this name; stories tell what moved no deal by name"
            yield Fault(("events", name), message)
    for path in [(section, _PRESSURE) for section, named in (("world", world), ("events", events)) if _PRESSURE in named]:
        yield Fault(path, "cannot have this name: stories tell what moved no deal by name, and call pressure so; choose another")


def _world(study: Study) -> Iterator[Fault]:
    quantities = {name: quantity.law for name, quantity in study.negotiation.quantities.items()}
    for name, variable in study.negotiation.world.items():
        path, low, high = ("world", name), variable.low, variable.high
        if low > high:
            yield Fault((*path, "low"), f"{low:g} lies above `high`, which is {high:g}")
            continue
        least, most = support(variable.starts, quantities) or (low, high)
        if least < low:
            yield Fault((*path, "starts"), f"lies, or can lie, below `low`, which is {low:g}")
        elif most > high:
            yield Fault((*path, "starts"), f"lies, or can lie, above `high`, which is {high:g}")
        if "to" in variable.model_fields_set and "pull" not in variable.model_fields_set:
            yield Fault((*path, "to"), "has no effect without a `pull`, the share of the way there that it goes in a round")
        if not variable.moves:
            yield Fault(path, "moves nobody's no-deal value; write `moves`")


def _events(study: Study) -> Iterator[Fault]:
    """Events that cannot happen as they are written, and such as would change nothing."""
    rounds = study.negotiation.talks.rounds
    quantities = {name: quantity.law for name, quantity in study.negotiation.quantities.items()}
    for name, event in study.negotiation.events.items():
        path = ("events", name)
        first, last = (event.at, event.at) if event.at else (event.after, event.until or rounds)
        beside = [key for key in ("after", "until", "repeats") if key in event.model_fields_set]
        if event.at and beside:
            yield Fault((*path, beside[0]), "stands beside `at`, which names the one round; take one of the two out")
        elif event.until and last < first:
            yield Fault((*path, "until"), f"lies before `after`, which is {first}")
        elif event.until and last > rounds:
            yield Fault((*path, "until"), f"lies after the last round, which is {rounds}")
        elif event.until and not {"chance", "repeats"} & event.model_fields_set:
            yield Fault((*path, "until"), f"has no effect: without a chance it happens in round {first}; write `at`, or a chance")
        elif first > rounds:
            yield Fault((*path, "at" if event.at else "after"), f"lies after the last round, which is {rounds}")
        moves = event.no_deal or any(event.weights.values())
        if not (moves or event.withdraws or event.deadline or event.breaks_off):
            does = "no_deal, weights, withdraws, deadline or breaks_off"
            yield Fault(path, f"does nothing; an event needs {does}")
        elif event.lasts and not moves:
            yield Fault((*path, "lasts"), "only `no_deal` and `weights` last for a time; the rest is for good")
        if event.deadline and first <= rounds < first + event.deadline:
            yield Fault((*path, "deadline"), f"ends the talks no sooner than their last round, which is {rounds}")
        if event.withdraws and all(holds(study, {issue: named}) is False for issue, named in event.withdraws.items()):
            yield Fault((*path, "withdraws"), "holds for no deal: exclusions forbid all that it names")
        can_happen = support(event.chance, quantities) != (0, 0)
        for place, sitting in sittings(study):
            kind = kind_of(sitting.protocol)
            if event.withdraws and can_happen and kind not in _BY_OFFERS:
                yield Fault((*path, "withdraws"), f"no option can be withdrawn under {kind}, as in {dotted(place)}")


def _withdrawn(study: Study) -> Iterator[Fault]:
    """The sure event after which nothing is left to agree on."""
    deals, quantities = study.deals, {name: quantity.law for name, quantity in study.negotiation.quantities.items()}
    left = np.ones(deals.count, dtype=bool)
    for name, event in study.negotiation.events.items():
        lowest, _ = support(event.chance, quantities) or (0.0, 1.0)
        gone = deals.holds_any(event.withdraws) if event.withdraws and lowest >= 1 else ~left
        if left.any() and not (left & ~gone).any() and event.withdraws:
            message = "leaves nothing to agree on, together with the other events that are sure"
            yield Fault(("events", name, "withdraws"), message)
        left &= ~gone


def _pressure(study: Study) -> Iterator[Fault]:
    scenario, names = study.negotiation, list(study.negotiation.parties)
    rooms = [sitting for _, sitting in sittings(study)]
    asked = {names[member] for sitting in rooms[:-1] for member in sitting.members} | set(scenario.signers())
    if scenario.pressure and all(getattr(sitting.protocol, "settles_points", False) for sitting in rooms):
        yield Fault(("pressure",), f"nobody is asked to sign under {kind_of(rooms[-1].protocol)}, so nobody can be pressed")
    for n, pressure in enumerate(scenario.pressure):
        if pressure.by == pressure.on:
            yield Fault(("pressure", n, "on"), "nobody presses itself")
        elif pressure.on not in asked:
            yield Fault(("pressure", n, "on"), f"'{pressure.on}' is never asked to sign, so it cannot be pressed")


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
    drawn = {name for name in study.negotiation.parties if not study.keeps(name)}
    for name, share in (contradictions(study) if drawn else {}).items():
        if share > CONTRADICTED and name in drawn:
            yield Fault(
                ("parties", name, "no_deal"),
                f"contradictory anchors: in {share:.0%} of draws a deal that it refuses is "
                "worth more to it than one that it signs",
            )


def contradictions(study: Study) -> dict[str, float]:
    """The share of draws in which each party's anchors contradict each other."""
    stakes = study.stakes(Draws(Chance(0, 0, _DRAWS), study.negotiation.quantities))
    return dict(zip(study.negotiation.parties, stakes.contradicted.mean(axis=1).tolist(), strict=True))
