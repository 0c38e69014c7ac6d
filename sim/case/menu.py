"""The deal menu of a space too large to list: named packages, deals near the frontier, and what lies one issue beside them.

Many preferences are drawn, and under each a search looks for the deal by which the party that gains least gains most, over
no-deal values as drawn or over a point anywhere. It begins near the frontier, at the best deals for weightings of the parties
that lower the weights of those who gain much (Freund and Schapire, 1999, Games and Economic Behavior 29), and goes on from there
issue by issue. Of all deals found the menu takes, one by one, the deal that brings the least gains of all searches highest
(Nemhauser, Wolsey and Fisher, 1978, Mathematical Programming 14). All luck is drawn under a seed of the menu's own, so that a
scenario has one menu, whatever seed it is played under.
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

MENU = 2000  # deals, if a scenario does not say how many
_SEED = 20251215  # of the menu's own luck; any would do
_SEARCHES = 1200  # preferences for which deals are sought, each with a point over which gains are evened out
_JUDGES = 2400  # preferences by which the menu is chosen, those among them
_AT_ONCE = 1000  # deals judged at once
_ANYWHERE = 4  # one search in so many is over a point anywhere, the others are over no-deal values
_STEPS, _RATE = 6, 8.0  # of a search for its weighting, and how fast weights move at first
_PASSES, _EVENINGS = 4, 2  # over the issues
_BESIDE = 60  # of the deals found most often, those that differ in one issue are looked at too
_FORBIDDEN = -64.0  # what an excluded deal counts as: less than all else can make good

Rows = NDArray[np.int16]


class Conditions(NamedTuple):
    """C conditions on deals: which options (C, O) each names, and on how many issues (C,)."""

    names: Floats
    issues: Floats

    def hold(self, chosen: Floats) -> Bools:
        """Which of them (n, C) hold for deals written as chosen options (n, O)."""
        return chosen.astype(np.float32) @ self.names.T.astype(np.float32) >= self.issues


class Worth(NamedTuple):
    """What options (n, O) and conditions (n, C) are worth to a party in each of n searches, less (n,) what it compares with."""

    options: Floats
    conditions: Floats
    less: Floats

    def first(self, searches: int) -> "Worth":
        """The same in the first so many searches."""
        return Worth(*(part[:searches] for part in self))

    def own(self, chosen: Floats, holds: Bools) -> Floats:
        """The gain (n,) of a deal in each search, one for each."""
        return (chosen * self.options).sum(axis=1) + (holds * self.conditions).sum(axis=1) - self.less

    def all(self, chosen: Floats, holds: Bools) -> NDArray[np.float32]:
        """The gains (m, n) of m deals in each search."""
        gains = chosen.astype(np.float32) @ self.options.T.astype(np.float32)
        gains += holds.astype(np.float32) @ self.conditions.T.astype(np.float32)
        gains -= self.less.astype(np.float32)
        return gains


def menu(scenario: Scenario, size: int) -> Rows:
    """At most so many deals as rows of option numbers (K, I), sorted."""
    ends = np.cumsum([len(issue.options) for issue in scenario.issues.values()])
    named = these_deals(scenario, packages(scenario))
    conditions, worths = _conditions(scenario), _worths(scenario, named)
    found = _search([worth.first(_SEARCHES) for worth in worths], conditions, ends)
    rows, often = np.unique(found, axis=0, return_counts=True)
    beside = _neighbours(np.concatenate([named.rows, rows[np.argsort(-often, kind="stable")[:_BESIDE]]]), ends)
    pool = np.unique(np.concatenate([rows, beside]), axis=0)
    known = (pool[:, None] == named.rows).all(axis=2).any(axis=1)
    pool = np.concatenate([named.rows, pool[~named.excluded(pool) & ~known]])
    if not len(pool):
        return pool
    least = _least(pool, worths, conditions, ends)
    kept = [*range(len(named.rows)), int(least[:, 0].argmax())]
    return np.unique(pool[_covering(least, list(dict.fromkeys(kept)), size)], axis=0)


def _conditions(scenario: Scenario) -> Conditions:
    """What linkages hang on, then the bounds of each party, then exclusions."""
    written: list[Mapping[str, list[str]]] = [linkage.when for linkage in scenario.linkages]
    written += [bound.when for party in scenario.parties for bound in scenario.bounds(party).values()]
    written += [exclusion.when for exclusion in scenario.exclusions]
    options = [(issue, option) for issue, part in scenario.issues.items() for option in part.options]
    names = [[option in when.get(issue, []) for issue, option in options] for when in written]
    return Conditions(np.array(names, dtype=float).reshape(-1, len(options)), np.array([len(when) for when in written], float))


def _worths(scenario: Scenario, named: Deals) -> list[Worth]:
    """What all is worth to each signer in each search, the first at central values; what is excluded is worth least to all."""
    luck, conditions = Chance(_SEED, 0, _JUDGES - 1), len(_conditions(scenario).issues)
    centre, drawn = (draw_stakes(scenario, named, Draws(chance, scenario.quantities)) for chance in (None, luck))
    parties, width = list(scenario.parties), sum(len(part.options) for part in scenario.issues.values())
    anywhere = np.pad(luck.uniforms("menu.points", max(len(parties), 2)), ((0, 0), (1, 0)))
    worths = []
    for p in map(parties.index, scenario.signers()):
        own = [n for n, linkage in enumerate(scenario.linkages) if linkage.party == parties[p]]
        first = len(scenario.linkages) + sum(len(scenario.bounds(party)) for party in parties[:p])
        own += range(first, first + len(scenario.bounds(parties[p])))
        utility = np.concatenate([centre.steps[p], drawn.steps[p]]) / GRID
        linked = np.zeros((_JUDGES, conditions))
        linked[:, own] = utility[:, width:]
        linked[:, conditions - len(scenario.exclusions) :] = _FORBIDDEN
        no_deal = np.append(centre.no_deal[0, p], drawn.no_deal[0, p])
        less = np.where(np.arange(_JUDGES) % _ANYWHERE == 1, anywhere[p], no_deal)
        worths.append(Worth(utility[:, :width], linked, less))
    return worths


def _search(worths: list[Worth], conditions: Conditions, ends: Numbers) -> Rows:
    """The deals (n, I) found along all searches."""
    weights = np.full((len(worths), len(worths[0].less)), 1 / len(worths))
    found = []
    for step in range(_STEPS):
        options = np.sum([w[:, None] * worth.options for w, worth in zip(weights, worths, strict=True)], axis=0)
        linked = np.sum([w[:, None] * worth.conditions for w, worth in zip(weights, worths, strict=True)], axis=0)
        rows = _best(options, linked, conditions, ends)
        found += [rows, _evened(rows, worths, conditions, ends)]
        gains = _gains(rows, worths, conditions, ends)
        weights *= np.exp(-_RATE / (1 + step) * (gains - gains.mean(axis=0)))
        weights /= weights.sum(axis=0)
    return np.concatenate(found)


def _gains(rows: Rows, worths: list[Worth], conditions: Conditions, ends: Numbers) -> Floats:
    """What all signers gain (S, n) by one deal (n, I) in each search."""
    chosen = _one_hot(rows, ends)
    holds = conditions.hold(chosen)
    return np.stack([worth.own(chosen, holds) for worth in worths])


def _evened(rows: Rows, worths: list[Worth], conditions: Conditions, ends: Numbers) -> Rows:
    """The deals (n, I) reached from these by taking, issue by issue, the option by which the least gain is largest."""
    rows = rows.copy()
    for _ in range(_EVENINGS):
        for i, count in enumerate(np.diff(ends, prepend=0)):
            least = []
            for option in range(count):
                rows_with = rows.copy()
                rows_with[:, i] = option
                least.append(_gains(rows_with, worths, conditions, ends).min(axis=0))
            rows[:, i] = np.argmax(least, axis=0)
    return rows


def _least(pool: Rows, worths: list[Worth], conditions: Conditions, ends: Numbers) -> NDArray[np.float32]:
    """The least gain (m, n) of any signer by each of m deals in each search."""
    least = np.empty((len(pool), len(worths[0].less)), dtype=np.float32)
    for begin in range(0, len(pool), _AT_ONCE):
        chosen = _one_hot(pool[begin : begin + _AT_ONCE], ends)
        holds = conditions.hold(chosen)
        least[begin : begin + _AT_ONCE] = np.min([worth.all(chosen, holds) for worth in worths], axis=0)
    return least


def _covering(worth: NDArray[np.float32], first: list[int], size: int) -> Numbers:
    """So many of the deals, the first ones and then one by one those that bring all searches highest, given what each deal is
    worth (m, n) in each search."""
    best, taken = worth[first].max(axis=0, initial=-1.0), list(first)
    gains = [float(np.maximum(row - best, 0).sum()) for row in worth]
    waiting = [(-gain, m) for m, gain in enumerate(gains) if m not in first]
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


def _best(options: Floats, linked: Floats, conditions: Conditions, ends: Numbers) -> Rows:
    """The deals (n, I) of largest worth, given that of options (n, O) and conditions (n, C).

    Each issue is chosen by itself, then those that conditions touch again and again.
    """
    issues = np.split(np.arange(ends[-1]), ends[:-1])
    rows = np.stack([options[:, issue].argmax(axis=1) for issue in issues], axis=1)
    for _ in range(_PASSES):
        before = rows.copy()
        for i, issue in enumerate(issues):
            which = np.flatnonzero(conditions.names[:, issue].any(axis=1))
            if len(which):
                names, count = conditions.names[which], conditions.issues[which]
                met = _one_hot(rows, ends) @ names.T - names[:, issue[0] + rows[:, i]].T
                holds = met[:, None] + names[:, issue].T[None] >= count
                worth = options[:, issue] + (holds * linked[:, None, which]).sum(axis=2)
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
