"""What a scenario implies before any talks, and how well its numbers are founded."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.case.arrays import Array
from sim.case.laws import Law
from sim.case.numbers import Draws, QuantityUse
from sim.case.stakes import UNIT, Stakes
from sim.outcomes.zone import Zone
from sim.talks.negotiation import Negotiation

Record = dict[str, Any]


def diagnose(negotiation: Negotiation, stakes: Stakes, draws: Draws) -> Record:
    """The record of the scenario over the R replicates of the stakes; shares are of replicates."""
    start, end = Zone(stakes), Zone(stakes, negotiation.talks.rounds - 1)
    return {
        "deals": stakes.deals.count,
        "replicates": stakes.replicates,
        "zone": {"start": float((start.size > 0).mean()), "end": float((end.size > 0).mean())},
        "zone_deals": _quantiles(end.size[end.size > 0]),
        "concessions": _concessions(negotiation, stakes, end),
        "in_dispute": _in_dispute(stakes),
        "contradicted": dict(zip(stakes.deals.parties, stakes.contradicted.mean(axis=1).tolist(), strict=True)),
        "unconceded": dict(_unconceded(negotiation, draws)),
        "numbers": _founded(negotiation),
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
    for p, worth in enumerate(stakes.worth):
        alone = zone.refusers[empty] == 1 << p
        short = zone.no_deal[p][empty, None] - worth[empty, :-1]
        price[p] = np.where(alone, 100 * short / UNIT, np.inf).min(axis=1)
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


def _unconceded(negotiation: Negotiation, draws: Draws) -> Iterator[tuple[str, float]]:
    """Mean share of its way down that each time-dependent party has not gone by the last round, and its margin above no-deal."""
    for name, party in negotiation.parties.items():
        strategy = party.strategy
        if strategy.kind == "aspiration":
            path = f"parties.{name}.strategy.aspiration"
            deadline = draws.of(strategy.settings.deadline, f"{path}.deadline")
            firmness = draws.of(strategy.settings.firmness, f"{path}.firmness")
            yield name, float((1 - np.minimum(1 / deadline, 1) ** firmness).mean())


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
    for n, consent in enumerate(negotiation.talks.sign_when):
        yield f"talks.sign_when.{n}", True, consent.because
    yield "talks.rounds", True, negotiation.talks.because.get("rounds", "")
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
        settings = party.strategy.settings
        doubted = any(_uncertain(getattr(settings, field)) for field in type(settings).model_fields)
        yield f"{path}.strategy", doubted or not settings.model_fields_set, reason(party.because, "strategy")


def _uncertain(number: object) -> bool:
    return isinstance(number, (Law, QuantityUse))


def reason(because: dict[str, str], path: str) -> str:
    """The reason under the longest key that the path begins with."""
    keys = [key for key in because if path == key or path.startswith(f"{key}.")]
    return because[max(keys, key=len)] if keys else ""
