"""What a search among levers found: which changes are played again on fresh luck, and what is said of them then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import Any

import numpy as np

from sim.case.arrays import Floats
from sim.case.levers import Level, Readied, Slide
from sim.outcomes.summary import Record, in_words, share
from sim.studies.search import MOST_LEVERS, NOTHING, Change, Tried, levers_in, others
from sim.talks.negotiation import Negotiation

WAYS = 6  # changes that use other levers, the best of them included
TRIES = 4  # changes of each
POINTS = 10  # of the curve
SURE = 2.0  # sampling errors of the search above the target, from where a change is thought safe


def finalists(tried: Tried, replicates: int) -> list[Change]:
    """The changes to be played again: nothing changed, the cheapest of each way that was good enough in the search, some dearer
    ones of it up to one that was so by a margin, and the curve; those that move many levers only if there are no others."""
    good = [change for change in tried.good() if len(change) <= MOST_LEVERS] or tried.good()[:1]
    sure = tried.target + SURE * sqrt(tried.target * (1 - tried.target) / replicates)
    chosen = [NOTHING]
    for way in others(good, WAYS):
        same = [change for change in good if levers_in(change) == levers_in(way)]
        safe = next((n for n, change in enumerate(same) if tried.seen[change] >= min(sure, 1.0)), len(same) - 1)
        chosen += _spread(same[: safe + 1], TRIES)
    chosen += _spread([change for change in tried.curve() if len(change) <= MOST_LEVERS], POINTS)
    return list(dict.fromkeys(chosen))


def _spread(changes: Sequence[Change], most: int) -> list[Change]:
    """At most so many of the changes, the first and the last included."""
    places = np.linspace(0, len(changes) - 1, min(most, len(changes))).round().astype(int)
    return [changes[place] for place in places]


@dataclass(frozen=True)
class Confirmed:
    """Changes played on fresh luck, with answers (n,) to what is wanted.

    `moved` holds the chance under the best as written, then in each version with interior values moved.
    """

    tried: Tried
    answers: Mapping[Change, Floats]
    moved: Floats | None = None

    @cached_property
    def chances(self) -> dict[Change, Record]:
        """The chance of each with its sampling interval, the cheapest first."""
        ranked = sorted(self.answers, key=lambda change: (self.tried.cost(change), -self.answers[change].mean()))
        return {change: share(float(self.answers[change].sum()), len(self.answers[change])) for change in ranked}

    @cached_property
    def good(self) -> list[Change]:
        """Those that reach the target, the cheapest first."""
        return [change for change, chance in self.chances.items() if chance["share"] >= self.tried.target]

    @property
    def best(self) -> Change | None:
        """The cheapest that reaches the target, if any does."""
        return next(iter(self.good), None)

    @cached_property
    def curve(self) -> list[Change]:
        """The cheapest first, each beyond the interval of the likeliest before it; and the best."""
        found: list[Change] = []
        high = -1.0
        for change, chance in self.chances.items():
            if chance["share"] > high or change == self.best:
                found.append(change)
                high = max(high, chance["high"])
        return found

    @property
    def surest(self) -> Change | None:
        """The cheapest that reaches the target beyond sampling doubt, if any does."""
        return next((change for change in self.good if self.chances[change]["low"] >= self.tried.target), None)


def findings(
    negotiation: Negotiation, levers: Sequence[Readied], tried: Tried, answers: Mapping[Change, Floats], confirmed: Confirmed
) -> Record:
    """All of it as plain values."""
    told = {change: _told(negotiation, levers, confirmed, change) for change in confirmed.chances}
    best = confirmed.best
    likeliest = max(confirmed.chances, key=lambda change: confirmed.chances[change]["share"])
    return {
        "target": tried.target,
        "replicates": len(confirmed.answers[NOTHING]),
        "searched_replicates": len(answers[NOTHING]),
        "tried": len(tried.seen),
        "as_written": told[NOTHING],
        "best": None if best is None else told[best] | {"assumptions": _assumptions(confirmed)},
        "surest": None if confirmed.surest is None else told[confirmed.surest],
        "runners_up": [] if not best else [told[change] for change in others(confirmed.good, WAYS)[1:]],
        "likeliest": told[likeliest],
        "curve": [told[change] for change in confirmed.curve],
        "levers": [_alone(negotiation, levers, n, tried, answers) for n in range(len(levers))],
    }


def _told(negotiation: Negotiation, levers: Sequence[Readied], confirmed: Confirmed, change: Change) -> Record:
    chance, target = confirmed.chances[change], confirmed.tried.target
    return {
        "cost": confirmed.tried.cost(change),
        "chance": chance,
        "in_search": confirmed.tried.seen[change],
        "verdict": _verdict(chance, target),
        "set": [levers[lever].change(level) for lever, level in change],
        "moves": [_move(negotiation, levers[lever], level) for lever, level in change],
    }


def _verdict(chance: Record, target: float) -> str:
    """Whether the target is reached, and whether sampling leaves a doubt of it."""
    if chance["share"] >= target:
        return "reached" if chance["low"] >= target else "reached_in_doubt"
    return "short" if chance["high"] < target else "short_in_doubt"


def _move(negotiation: Negotiation, lever: Readied, level: Level) -> Record:
    return {
        "path": lever.path,
        "text": in_words(negotiation, lever.path),
        "from": stands(lever),
        "to": lever.said(level),
        "cost": round(lever.cost(level), 9),
        "by_construction": by_construction(lever, level),
    }


def stands(lever: Readied) -> str:
    """Where a lever stands, in words."""
    return lever.said(lever.stands)


def by_construction(lever: Readied, level: Level) -> str | None:
    """Why a move works in one direction whatever the rest of the scenario says; None where that cannot be told."""
    if not isinstance(lever, Slide) or float(level) > lever.stands:
        return None
    match lever.path.split("."):
        case ["parties", _, "no_deal"] | ["parties", _, "no_deal", "plus"]:
            return "the less no deal is worth to a party, the more deals it would sign"
        case ["parties", _, "strategy", _, "margin"]:
            return "the less a party demands above no deal, the more deals it would sign"
        case ["parties", _, "red_lines", _, "chance"]:
            return "the rarer a red line is real, the more deals its party would sign"
    return None


def _assumptions(confirmed: Confirmed) -> Record | None:
    """The chance under the best change with interior values moved: from the 5th to the 95th of 100 versions, laid around the
    confirmed chance."""
    if confirmed.moved is None or confirmed.best is None:
        return None
    written, *versions = confirmed.moved
    around = np.array(versions) - written + confirmed.chances[confirmed.best]["share"]
    low, high = np.quantile(around, (0.05, 0.95))
    return {"low": float(max(low, 0)), "high": float(min(high, 1)), "versions": len(versions)}


def _alone(
    negotiation: Negotiation, levers: Sequence[Readied], number: int, tried: Tried, answers: Mapping[Change, Floats]
) -> Record:
    """What a lever does alone, in the search: its best level, and in how many replicates what is wanted then comes or goes."""
    lever = levers[number]
    alone = [change for change in tried.ranked() if levers_in(change) == {number}]
    before = answers[NOTHING]
    idle = bool(alone) and all((answers[change] == before).all() for change in alone)
    record: Record = {
        "path": lever.path,
        "text": in_words(negotiation, lever.path),
        "stands": stands(lever),
        "range": [lever.low, lever.high] if isinstance(lever, Slide) else None,
        "options": None if isinstance(lever, Slide) else list(lever.costs),
        "because": lever.because,
        "changes_nothing": idle,
    }
    if idle or not alone:
        return record | {"best": None}
    best = max(alone, key=lambda change: tried.seen[change])
    return record | {
        "best": {
            "to": lever.said(best[0][1]),
            "cost": tried.cost(best),
            "chance": tried.seen[best],
            "comes": int((answers[best] > before).sum()),
            "goes": int((answers[best] < before).sum()),
        }
    }


def table(levers: Sequence[Readied], tried: Tried, confirmed: Confirmed) -> list[dict[str, Any]]:
    """A row per change tried, in order: the cost, the chance in the search, the confirmed chance with its interval where it was
    played again, and where each lever then stands."""
    rows = []
    for change, chance in tried.seen.items():
        again = confirmed.chances.get(change, {"share": None, "low": None, "high": None})
        moved = dict(change)
        rows.append(
            {
                "cost": tried.cost(change),
                "chance_in_search": None if np.isnan(chance) else chance,
                "chance": again["share"],
                "low": again["low"],
                "high": again["high"],
                **{lever.path: lever.said(moved.get(n, lever.stands)) for n, lever in enumerate(levers)},
            }
        )
    return rows
