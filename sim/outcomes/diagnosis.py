"""What a scenario implies before any talks, and how well its numbers are founded."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.case.arrays import Array
from sim.case.council import chances, passage_chance, passes
from sim.case.deals import Deals, how_many
from sim.case.laws import Law
from sim.case.menu import own_at_most
from sim.case.numbers import Draws, QuantityUse
from sim.case.stakes import UNIT, Stakes
from sim.outcomes.zone import Zone
from sim.talks.negotiation import Negotiation
from sim.talks.outside import Outside, moved_by_cause
from sim.talks.rooms import rooms_of
from sim.talks.table import lay

Record = dict[str, Any]


def diagnose(negotiation: Negotiation, stakes: Stakes, draws: Draws) -> Record:
    """The record of the scenario over the R replicates of the stakes; shares are of replicates."""
    outside = _to_the_end(negotiation, stakes, draws)
    start, end = Zone(stakes), Zone(outside.stakes, outside.horizon - 1)
    return {
        "deals": stakes.deals.shared,
        "replicates": stakes.replicates,
        "zone": {"start": float((start.size > 0).mean()), "end": float((end.size > 0).mean())},
        "zone_deals": _quantiles(end.size[end.size > 0]),
        "concessions": _concessions(negotiation, stakes, end),
        "in_dispute": _in_dispute(stakes),
        "councils": list(_councils(negotiation, draws)),
        "events": _events(outside),
        "moved": _moved(stakes, outside, draws),
        "contradicted": dict(zip(stakes.deals.parties, stakes.contradicted.mean(axis=1).tolist(), strict=True)),
        "unconceded": dict(_unconceded(negotiation, draws)),
        "unheeded": list(_unheeded(negotiation, stakes.deals)),
        "numbers": _founded(negotiation),
    } | ({} if stakes.deals.complete else {"own": own_at_most(stakes.deals), "of_all": how_many(negotiation)})


def _to_the_end(negotiation: Negotiation, stakes: Stakes, draws: Draws) -> Outside:
    """The outside in the last round, with the world and events as they would be if nobody talked: without pressure."""
    outside, table = Outside(negotiation, stakes, draws), lay(stakes.deals, stakes.replicates, tell=False)
    for t in range(negotiation.talks.rounds):
        outside.begin(t, table)
        outside.end(t, table)
    return outside


def _events(outside: Outside) -> Record:
    """In what share of replicates each event would happen in talks to the last round, and the median round of its first time."""
    happened = {one.name: (one.hits.any(axis=0), one.hits.argmax(axis=0) + 1) for one in outside.happenings}
    return {
        name: {"share": float(ever.mean()), "round": float(np.median(first[ever])) if ever.any() else None}
        for name, (ever, first) in happened.items()
    }


def _moved(stakes: Stakes, outside: Outside, draws: Draws) -> Record:
    """Means, in points, of what no deal is worth to each party at the start, of how far each variable and event has moved it by
    the last round, and of what it is worth then."""
    if outside.stakes.no_deal is stakes.no_deal:
        return {}
    parties, last = stakes.deals.parties, outside.horizon - 1
    laid = moved_by_cause(outside.negotiation, parties, draws)
    by_then = {cause: np.take_along_axis(path, last[None, None], axis=0)[0] for cause, path in laid.items()}
    return {
        party: {
            "start": 100 * float(stakes.no_deal[0, p].mean()),
            "by": {cause: 100 * float(moved[p].mean()) for cause, moved in by_then.items() if moved[p].any()},
            "end": 100 * float(outside.stakes.no_deal_at(last)[p].mean()),
        }
        for p, party in enumerate(parties)
    }


def _quantiles(sizes: Array) -> Record | None:
    if not len(sizes):
        return None
    return dict(zip(("low", "median", "high"), np.quantile(sizes, (0.05, 0.5, 0.95)).tolist(), strict=True))


def _concessions(negotiation: Negotiation, stakes: Stakes, zone: Zone) -> Record:
    """Of the replicates without a zone, in how many each party alone could open one by coming down from its no-deal value, in how
    many it could do so most cheaply of all, and by how many points then (median)."""
    empty = np.flatnonzero(zone.size == 0)
    if not len(empty):
        return {}
    price = np.full((len(stakes.steps), len(empty)), np.inf)
    for p, worth in enumerate(zone.stakes.worth):
        short = zone.no_deal[p][empty, None] - worth[empty, :-1]
        price[p] = np.where(zone.opened_by(p, empty), 100 * short / UNIT, np.inf).min(axis=1)
    price[price > 200] = np.inf  # across a red line: not for any price
    cheapest = np.where(np.isfinite(price.min(axis=0)), price.argmin(axis=0), -1)
    signers = negotiation.signers()
    return {
        party: {
            "could": float(np.isfinite(price[p]).mean()),
            "cheapest": float((cheapest == p).mean()),
            "points": float(np.median(price[p][cheapest == p])) if (cheapest == p).any() else None,
        }
        for p, party in enumerate(stakes.deals.parties)
        if party in signers
    }


def _in_dispute(stakes: Stakes) -> dict[str, float]:
    """By issue, the points that the parties together must go without, whichever option is chosen; 0 where all like one best."""
    dispute, at = {}, 0
    for issue, options in stakes.deals.issues.items():
        here = [points[:, at : at + len(options)] for points in stakes.points]
        wanted = sum(points.max(axis=1) for points in here)
        dispute[issue] = float(100 * (wanted - np.max(sum(here), axis=1)).mean())
        at += len(options)
    return dispute


def _councils(negotiation: Negotiation, draws: Draws) -> Iterator[Record]:
    """Of each vote of a council, the share of replicates in which it carries, and the chance that it would if members were
    independent of each other, each with its mean chance; None where that is too much to count."""
    for path, vote in negotiation.council_votes().items():
        council = negotiation.council_at(path)
        means = chances(negotiation, path, draws).mean(axis=1)
        try:
            counted = passage_chance(means, list(council.members.values()), vote.rule or council.rule)
        except ValueError:
            counted = None
        drawn = float(passes(negotiation, path, draws).mean())
        yield {"council": path.split(".")[1], "when": vote.when, "use": council.use, "carries": drawn, "independent": counted}


def _unconceded(negotiation: Negotiation, draws: Draws) -> Iterator[tuple[str, float]]:
    """Mean share of its way down that each time-dependent party has not gone by the last round, and its margin above no-deal."""
    for name, party in negotiation.parties.items():
        strategy = party.strategy
        if strategy.kind == "aspiration":
            path = f"parties.{name}.strategy.aspiration"
            deadline = draws.of(strategy.settings.deadline, f"{path}.deadline")
            firmness = draws.of(strategy.settings.firmness, f"{path}.firmness")
            yield name, float((1 - np.minimum(1 / deadline, 1) ** firmness).mean())


def _unheeded(negotiation: Negotiation, deals: Deals) -> Iterator[str]:
    """Paths of the strategies that are written and heeded in no room: where a protocol settles points, nobody bargains."""
    rooms = rooms_of(negotiation.talks, deals)
    for p, (name, party) in enumerate(negotiation.parties.items()):
        settles = [getattr(room.protocol, "settles_points", False) for room in rooms if p in room.members]
        if "strategy" in party.model_fields_set and settles and all(settles):
            yield f"parties.{name}.strategy"


def _founded(negotiation: Negotiation) -> Record:
    """Which numbers are reported, which assumed, which of these are fixed without a doubt, and which have no reason at all."""
    found: Record = {"reported": [], "assumed": [], "assumed_fixed": [], "no_reason": []}
    for path, uncertain, because in _numbers(negotiation):
        kind = because.partition(":")[0].strip()
        if kind not in ("reported", "assumed"):
            found["no_reason"].append(path)
            continue
        found[kind].append(path)
        if kind == "assumed" and not uncertain:
            found["assumed_fixed"].append(path)
    return found


def _numbers(negotiation: Negotiation) -> Iterator[tuple[str, bool, str]]:
    """Path, whether it is uncertain, and reason of every number that an author chose (a list of values counts issue by issue)."""
    for name, quantity in negotiation.quantities.items():
        yield f"quantities.{name}", True, quantity.because
    for n, linkage in enumerate(negotiation.linkages):
        yield f"linkages.{n}.points", _uncertain(linkage.points), linkage.because
    for n, exclusion in enumerate(negotiation.exclusions):
        yield f"exclusions.{n}", True, exclusion.because
    for name, council in negotiation.councils.items():
        for key, doubted in (("members", True), ("rule", True), ("correlation", _uncertain(council.correlation))):
            if key in council.model_fields_set:
                yield f"councils.{name}.{key}", doubted, reason(council.because, key)
        for n, vote in enumerate(council.votes):
            numbers = vote.yes.values() if isinstance(vote.yes, dict) else [vote.yes]
            because = vote.because or reason(council.because, f"votes.{n}")
            yield f"councils.{name}.votes.{n}", any(map(_uncertain, numbers)), because
    for n, consent in enumerate(negotiation.talks.sign_when):
        yield f"talks.sign_when.{n}", True, consent.because
    yield "talks.rounds", True, negotiation.talks.because.get("rounds", "")
    if negotiation.talks.vote is not None:
        yield "talks.vote", True, negotiation.talks.vote.because
    recognition = getattr(negotiation.talks.protocol.settings, "recognition", {})
    if recognition:
        path, doubted = "protocol.random_proposer.recognition", any(map(_uncertain, recognition.values()))
        yield f"talks.{path}", doubted, reason(negotiation.talks.because, path)
    yield from _around(negotiation)
    chosen = [getattr(negotiation.talks.protocol.settings, name) for name in ("bias", "mishears") if _chosen(negotiation, name)]
    if chosen:
        yield (
            "talks.protocol.single_text",
            any(map(_uncertain, chosen)),
            reason(negotiation.talks.because, "protocol.single_text"),
        )
    for name, party in negotiation.parties.items():
        path = f"parties.{name}"
        if party.weights:
            doubted = party.weights_doubt is not None or any(map(_uncertain, party.weights.values()))
            yield f"{path}.weights", doubted, reason(party.because, "weights")
        if "influence" in party.model_fields_set:
            yield f"{path}.influence", _uncertain(party.influence), reason(party.because, "influence")
        for issue, place in party.positions.items():
            doubted = _uncertain(place.at) or _uncertain(place.salience)
            yield f"{path}.positions.{issue}", doubted, reason(party.because, f"positions.{issue}")
        for issue, values in party.values.items():
            doubted = isinstance(values, str) or len(values) < 3 or any(map(_uncertain, values.values()))
            yield f"{path}.values.{issue}", doubted, reason(party.because, f"values.{issue}")
        for n, line in enumerate(party.red_lines):
            yield f"{path}.red_lines.{n}", _uncertain(line.chance), line.because or reason(party.because, f"red_lines.{n}")
        doubted = _uncertain(party.no_deal) or hasattr(party.no_deal, "law") or _uncertain(getattr(party.no_deal, "plus", 0.0))
        yield f"{path}.no_deal", doubted, reason(party.because, "no_deal")
        if party.ratification:
            home = party.ratification
            doubted = any(map(_uncertain, [home.chance, home.falls, home.threshold, *home.weights.values()]))
            yield f"{path}.ratification", doubted, reason(party.because, "ratification")
        settings = party.strategy.settings
        doubted = any(_uncertain(getattr(settings, field)) for field in type(settings).model_fields)
        yield f"{path}.strategy", doubted or not settings.model_fields_set, reason(party.because, "strategy")


def _around(negotiation: Negotiation) -> Iterator[tuple[str, bool, str]]:
    """The same of what goes on outside, of rooms and of presence."""
    for name, variable in negotiation.world.items():
        for key in ("starts", "drift", "to", "pull", "spread"):
            if key in variable.model_fields_set:
                yield f"world.{name}.{key}", _uncertain(getattr(variable, key)), reason(variable.because, key)
        if variable.moves:
            yield f"world.{name}.moves", any(map(_uncertain, variable.moves.values())), reason(variable.because, "moves")
    for name, event in negotiation.events.items():
        numbers = [event.chance, *event.no_deal.values(), *(n for weights in event.weights.values() for n in weights.values())]
        yield f"events.{name}", any(map(_uncertain, numbers)), event.because
    for n, pressure in enumerate(negotiation.pressure):
        numbers = [pressure.points, pressure.most, pressure.costs, pressure.backfires]
        yield f"pressure.{n}", any(map(_uncertain, numbers)), pressure.because
    for n, room in enumerate(negotiation.talks.rooms):
        yield f"talks.rooms.{n}", True, room.because
    for name, presence in negotiation.talks.present.items():
        yield f"talks.present.{name}", True, presence.because


def _chosen(negotiation: Negotiation, setting: str) -> bool:
    """Whether the author has chosen this setting of the protocol."""
    return setting in negotiation.talks.protocol.settings.model_fields_set


def _uncertain(number: object) -> bool:
    return isinstance(number, (Law, QuantityUse))


def reason(because: dict[str, str], path: str) -> str:
    """The reason under the longest key that the path begins with."""
    keys = [key for key in because if path == key or path.startswith(f"{key}.")]
    return because[max(keys, key=len)] if keys else ""
