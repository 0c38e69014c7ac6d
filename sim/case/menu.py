"""The deal menu of a space too large to list: named packages, deals near the frontier, and what lies one issue beside them.

Near the frontier lies what is best for some weighting of the parties. Many preferences are drawn, and under each the weighting is
sought that evens out what the parties gain over a point drawn at random (weights of those who gain much are lowered again and
again: Freund and Schapire, 1999, Games and Economic Behavior 29). Where nothing links issues the best deal takes the best option
of each; linkages, red lines and exclusions are met by going over the issues again until nothing gets better. Of all deals
found the menu takes, one by one, the deal that brings all searches nearest to their own best (Nemhauser, Wolsey and Fisher,
1978, Mathematical Programming 14). All luck is drawn under a seed of the menu's own, so that a scenario has one menu, whatever
seed it is played under.
"""

from collections.abc import Mapping
from heapq import heapify, heappop, heappush
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.case.arrays import Bools, Floats, Numbers
from sim.case.chance import Chance
from sim.case.deals import Deals, packages, these_deals
from sim.case.numbers import Draws
from sim.case.scenario import Scenario
from sim.case.stakes import GRID, draw_stakes

MENU = 1500  # deals, if a scenario does not say how many
_SEED = 20251215  # of the menu's own luck; any would do
_SEARCHES = 1200  # preferences drawn, each with a point over which gains are evened out
_STEPS, _RATE = 12, 8.0  # of a search for its weighting, and how fast weights move at first
_PASSES = 4  # over the issues, at most
_BESIDE = 60  # of the deals found most often, those that differ in one issue are looked at too
_FORBIDDEN = -64.0  # what an excluded deal counts as: less than all else can make good

Rows = NDArray[np.int16]


class Conditions(NamedTuple):
    """C conditions on deals: which options (C, O) each names, and on how many issues (C,)."""

    names: Floats
    issues: Floats

    def hold(self, chosen: Floats) -> Bools:
        """Which of them (n, C) hold for deals written as chosen options (n, O)."""
        return chosen @ self.names.T >= self.issues


class Worth(NamedTuple):
    """What options (n, O) and conditions (n, C) are worth in each of n searches."""

    options: Floats
    conditions: Floats

    def of(self, chosen: Floats, holds: Bools) -> Floats:
        """What m deals are worth (m, n) in each search."""
        return chosen @ self.options.T + holds @ self.conditions.T


def menu(scenario: Scenario, size: int) -> Rows:
    """At most so many deals as rows of option numbers (K, I), sorted."""
    ends = np.cumsum([len(issue.options) for issue in scenario.issues.values()])
    named = these_deals(scenario, packages(scenario))
    conditions = _conditions(scenario)
    found, judges = _search(scenario, named, conditions, ends)
    rows, often = np.unique(found, axis=0, return_counts=True)
    beside = _neighbours(np.concatenate([named.rows, rows[np.argsort(-often, kind="stable")[:_BESIDE]]]), ends)
    pool = np.unique(np.concatenate([rows, beside]), axis=0)
    known = (pool[:, None] == named.rows).all(axis=2).any(axis=1)
    pool = np.concatenate([named.rows, pool[~named.excluded(pool) & ~known]])
    chosen = _one_hot(pool, ends)
    worth = judges.of(chosen, conditions.hold(chosen))
    return np.unique(pool[_covering(worth, len(named.rows), size)], axis=0)


def _conditions(scenario: Scenario) -> Conditions:
    """What linkages hang on, then the bounds of each party, then exclusions."""
    written: list[Mapping[str, list[str]]] = [linkage.when for linkage in scenario.linkages]
    written += [bound.when for party in scenario.parties for bound in scenario.bounds(party).values()]
    written += [exclusion.when for exclusion in scenario.exclusions]
    options = [(issue, option) for issue, part in scenario.issues.items() for option in part.options]
    names = [[option in when.get(issue, []) for issue, option in options] for when in written]
    return Conditions(np.array(names, dtype=float).reshape(-1, len(options)), np.array([len(when) for when in written], float))


def _search(scenario: Scenario, named: Deals, conditions: Conditions, ends: Numbers) -> tuple[Rows, Worth]:
    """The best deals (n, I) along all searches, and what all is worth under the weightings they end with.

    Every other search evens out gains over no-deal values as drawn, the others gains over a point anywhere.
    """
    luck = Chance(_SEED, 0, _SEARCHES)
    stakes = draw_stakes(scenario, named, Draws(luck, scenario.quantities))
    signers = [list(scenario.parties).index(party) for party in scenario.signers()]
    worths = [_worth(scenario, p, stakes.steps[p] / GRID, conditions) for p in signers]
    over = stakes.no_deal[0, signers]
    over[:, ::2] = luck.uniforms("menu.points", max(len(signers), 2))[: len(signers), ::2]
    weights = np.full((len(signers), _SEARCHES), 1 / len(signers))
    found = []
    for step in range(_STEPS):
        judges = Worth(
            *(sum(w[:, None] * part for w, part in zip(weights, parts, strict=True)) for parts in zip(*worths, strict=True))
        )
        found.append(_best(judges, conditions, ends))
        chosen = _one_hot(found[-1], ends)
        holds = conditions.hold(chosen)
        gains = [(chosen * own.options).sum(axis=1) + (holds * own.conditions).sum(axis=1) for own in worths] - over
        weights *= np.exp(-_RATE / (1 + step) * (gains - gains.mean(axis=0)))
        weights /= weights.sum(axis=0)
    return np.concatenate(found), judges


def _worth(scenario: Scenario, p: int, steps: Floats, conditions: Conditions) -> Worth:
    """What all is worth to a party, given what each feature is (n, F); what is excluded is worth least."""
    width, parties, bounds = conditions.names.shape[1], list(scenario.parties), scenario.bounds
    own = [n for n, linkage in enumerate(scenario.linkages) if linkage.party == parties[p]]
    first = len(scenario.linkages) + sum(len(bounds(party)) for party in parties[:p])
    own += range(first, first + len(bounds(parties[p])))
    linked = np.zeros((len(steps), len(conditions.issues)))
    linked[:, own] = steps[:, width:]
    linked[:, len(conditions.issues) - len(scenario.exclusions) :] = _FORBIDDEN
    return Worth(steps[:, :width], linked)


def _covering(worth: Floats, first: int, size: int) -> Numbers:
    """So many of the deals, the first ones and then one by one those that bring all searches nearest to their own best, given
    what each deal is worth (m, n) in each search."""
    best = worth[:first].max(axis=0, initial=_FORBIDDEN)
    taken = list(range(first))
    gains = np.maximum(worth - best, 0).sum(axis=1)
    waiting = [(-gain, m) for m, gain in enumerate(gains.tolist()) if m >= first]
    heapify(waiting)
    while waiting and len(taken) < size:
        _, m = heappop(waiting)
        gain = float(np.maximum(worth[m] - best, 0).sum())  # it only shrinks as the menu grows
        if waiting and gain < -waiting[0][0]:
            heappush(waiting, (-gain, m))
            continue
        taken.append(m)
        best = np.maximum(best, worth[m])
    return np.array(taken, dtype=np.intp)


def _best(searches: Worth, conditions: Conditions, ends: Numbers) -> Rows:
    """The best deal (n, I) of each search: each issue by itself, then those that conditions touch again and again."""
    issues = np.split(np.arange(ends[-1]), ends[:-1])
    rows = np.stack([searches.options[:, issue].argmax(axis=1) for issue in issues], axis=1)
    touched = [(i, issue, np.flatnonzero(conditions.names[:, issue].any(axis=1))) for i, issue in enumerate(issues)]
    for _ in range(_PASSES):
        before = rows.copy()
        for i, issue, which in touched:
            if len(which):
                names, count = conditions.names[which], conditions.issues[which]
                met = _one_hot(rows, ends) @ names.T - names[:, issue[0] + rows[:, i]].T
                holds = met[:, None] + names[:, issue].T[None] >= count
                worth = searches.options[:, issue] + (holds * searches.conditions[:, None, which]).sum(axis=2)
                rows[:, i] = worth.argmax(axis=1)
        if (rows == before).all():
            break
    return rows.astype(np.int16)


def _one_hot(rows: Rows | Numbers, ends: Numbers) -> Floats:
    """Deals (n, I) as chosen options (n, O)."""
    chosen = np.zeros((len(rows), ends[-1]))
    np.put_along_axis(chosen, rows + np.append(0, ends[:-1]), 1.0, axis=1)
    return chosen


def _neighbours(rows: Rows, ends: Numbers) -> Rows:
    """All deals that differ from one of these in one issue."""
    found = []
    for i, count in enumerate(np.diff(ends, prepend=0)):
        for option in range(count):
            beside = rows.copy()
            beside[:, i] = option
            found.append(beside)
    return np.unique(np.concatenate(found), axis=0)
