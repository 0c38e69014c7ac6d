"""The deal menu of a space too large to list: deals that all replicates share, and in each replicate some of its own.

What is shared are the packages and deals found by ascents (`sim.case.ascent`) under many preferences, over no-deal values as
drawn or over a point anywhere, with what lies one issue beside packages and deals found often. Of all these the menu takes, one
by one, the deal that brings the least gains of all searches highest (Nemhauser, Wolsey and Fisher, 1978, Mathematical Programming
14). All luck is drawn under a seed of the menu's own, so that a scenario shares one menu, whatever seed it is played under.

Preferences on many issues differ more from replicate to replicate than any list can follow. So the parties of each replicate look
further, by ascents from the first deals on the menu under their own preferences, all that ever sign together and those alone that
sign all; and each knows the deal that it would like best.
"""

from collections.abc import Iterator
from dataclasses import replace
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from sim.case.arrays import Floats, Numbers
from sim.case.ascent import LAST, RISING, Rows, ascend, wishes
from sim.case.chance import Chance
from sim.case.deals import Deals, packages, these_deals
from sim.case.numbers import Draws
from sim.case.scenario import Scenario
from sim.case.stakes import GRID, Stakes, draw_stakes

MENU = 400  # deals that are shared, if a scenario does not say how many
STARTS = 6  # of them, from which each replicate looks further
FEW = 2  # of these, from which it looks for deals that those alone sign who sign all
_SEED = 20251215  # of the menu's own luck; any would do
_SEARCHES = 600  # preferences for which deals are sought, each with a point over which gains are evened out
_JUDGES = 1200  # preferences by which the menu is chosen, those among them
_LAST = 3  # passes of each ascent of which deals are kept
_BESIDE = 60  # of the deals found most often, those that differ in one issue are looked at too
_ANYWHERE = 4  # one search in so many is over a point anywhere, the others are over no-deal values


def menu(scenario: Scenario, size: int) -> Deals:
    """At most so many deals; the packages come first, then as they were chosen."""
    named = these_deals(scenario, packages(scenario))
    centre, searched, judging = _centre(scenario, named), *(_judges(scenario, named, n) for n in (_SEARCHES, _JUDGES))
    rows, often = np.unique(np.concatenate([_found(named, centre), _found(named, searched)]), axis=0, return_counts=True)
    beside = _beside(named, np.concatenate([named.rows, rows[np.argsort(-often, kind="stable")[:_BESIDE]]]))
    pool = np.unique(np.concatenate([rows, beside]), axis=0)
    known = (pool[:, None] == named.rows).all(axis=2).any(axis=1)
    pool = np.concatenate([named.rows, pool[~named.excluded(pool) & ~known]])
    if not len(pool):
        return these_deals(scenario, pool)
    central = int(_least(pool, *centre).argmax())
    first = list(dict.fromkeys([*range(len(named.rows)), central]))
    chosen = pool[_covering(_least(pool, *judging), first, size)]
    return these_deals(scenario, chosen, starts=min(STARTS, len(chosen)))


def look_further(stakes: Stakes) -> Stakes:
    """What is at stake where the parties of each replicate have looked for deals beyond a menu; in a single replicate these are
    on one list with the others."""
    deals = stakes.deals
    if not deals.starts:
        return stakes
    starts, nothing = deals.rows[: deals.starts], np.zeros((1, stakes.replicates))
    best = [ascend(starts[:1], wishes(stakes, [p], nothing), [LAST]) for p in range(len(deals.parties))]
    found = deals.with_own(np.concatenate([*best, *_ascents(starts, stakes, stakes.no_deal[0])], axis=1))
    return replace(stakes, deals=found.in_replicate(0) if stakes.replicates == 1 else found)


def own_at_most(deals: Deals) -> int:
    """How many deals beyond the menu each replicate finds, where it finds as many as it looks for."""
    from_few = min(FEW, deals.starts) if _always(deals) else 0
    return (deals.starts + from_few) * len(RISING) + len(deals.parties) if deals.starts else 0


def _ascents(starts: Rows, stakes: Stakes, less: Floats) -> Iterator[Rows]:
    """Deals (R, M, I) for all who ever sign, then such as those alone sign who sign all; gains are counted from (P, R)."""
    signers, always = _signers(stakes.deals), _always(stakes.deals)
    yield ascend(starts, wishes(stakes, signers, less[signers]))
    if always:
        yield ascend(starts[:FEW], wishes(stakes, always, less[always], alone=True))


def _signers(deals: Deals) -> list[int]:
    return [deals.parties.index(party) for party in deals.scenario.signers()]


def _always(deals: Deals) -> list[int]:
    """Who signs all deals, where others sign some."""
    always = deals.scenario.always_sign()
    return [deals.parties.index(party) for party in always] if len(always) < len(deals.scenario.signers()) else []


def _starts(named: Deals) -> Rows:
    """The packages, as far as `STARTS` goes, and deals by lot (n, I) to make up that number."""
    sizes = np.array([len(options) for options in named.issues.values()])
    lots = Chance(_SEED, 0, STARTS).uniforms("menu.starts", max(len(sizes), 2))[: len(sizes)]
    return np.concatenate([named.rows, (lots.T * sizes).astype(np.int16)])[:STARTS]


def _centre(scenario: Scenario, named: Deals) -> tuple[Stakes, Floats]:
    """What is at stake at central values, and what gains are counted from (P, 1)."""
    stakes = draw_stakes(scenario, named, Draws(None, scenario.quantities))
    return stakes, stakes.no_deal[0]


def _judges(scenario: Scenario, named: Deals, count: int) -> tuple[Stakes, Floats]:
    """What is at stake under so many preferences, and what gains are counted from in each (P, n)."""
    luck, parties = Chance(_SEED, 0, count), len(named.parties)
    stakes = draw_stakes(scenario, named, Draws(luck, scenario.quantities))
    anywhere = luck.uniforms("menu.points", max(parties, 2))[:parties]
    return stakes, np.where(np.arange(count) % _ANYWHERE == 0, anywhere, stakes.no_deal[0])


def _found(named: Deals, judges: tuple[Stakes, Floats]) -> Rows:
    """The deals (n, I), some of them more than once, that stand after the last passes of ascents in these searches."""
    starts = _starts(named)
    found = [deals[:, -_LAST * (deals.shape[1] // len(RISING)) :] for deals in _ascents(starts, *judges)]
    return np.concatenate(found, axis=1).reshape(-1, starts.shape[1])


def _beside(named: Deals, rows: Rows) -> Rows:
    """All deals that differ from one of these (n, I) in one issue at most."""
    found = []
    for issue, options in enumerate(named.issues.values()):
        for option in range(len(options)):
            beside = rows.copy()
            beside[:, issue] = option
            found.append(beside)
    return np.concatenate(found)


def _least(pool: Rows, stakes: Stakes, less: Floats) -> NDArray[np.float32]:
    """The least gain (m, n) of any that must sign, or votes, by each of m deals, under n preferences."""
    least = np.full((len(pool), stakes.replicates), np.inf, dtype=np.float32)
    asked = these_deals(stakes.deals.scenario, pool).asked
    for p in _signers(stakes.deals):
        features = stakes.deals.features_of(p, pool).astype(np.float32)
        gains = features.T @ (stakes.steps[p] / GRID).astype(np.float32).T
        gains -= less[p].astype(np.float32)
        np.minimum(least, gains, out=least, where=asked(p)[:, None])
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
