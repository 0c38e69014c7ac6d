"""The deal menu of a space too large to list: deals that all replicates share, and in each replicate some of its own.

What is shared are the packages and deals found by ascents (`sim.case.ascent`) under many preferences, over no-deal values as
drawn or over a point anywhere, those found most often first. All luck is drawn under a seed of the menu's own, so that a scenario
shares one menu, whatever seed it is played under.

Preferences on many issues differ more from replicate to replicate than any list can follow. So the parties of each replicate look
further, by ascents from the first deals on the menu under their own preferences, all that ever sign together and those alone that
sign all; and each knows the deal that it would like best.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sim.case.arrays import Floats
from sim.case.ascent import LAST, RISING, Rows, ascend, wishes
from sim.case.chance import Chance
from sim.case.deals import Deals, packages, these_deals
from sim.case.numbers import Draws
from sim.case.scenario import Scenario
from sim.case.stakes import Stakes, draw_stakes

MENU = 400  # deals that are shared, if a scenario does not say how many
STARTS = 6  # of them, from which each replicate looks further
FEW = 2  # of these, from which it looks for deals that those alone sign who sign all
_SEED = 20251215  # of the menu's own luck; any would do
_SEARCHES = 600  # preferences for which deals are sought, each with a point over which gains are evened out
_ANYWHERE = 4  # one search in so many is over a point anywhere, the others are over no-deal values
_KEPT = 3  # passes of each ascent, the last ones, of which deals are kept


def menu(scenario: Scenario, size: int) -> Deals:
    """At most so many deals; the packages come first, then those found, most often ones first."""
    named = these_deals(scenario, packages(scenario))
    rows, often = np.unique(_found(named), axis=0, return_counts=True)
    fresh = ~named.excluded(rows) & ~(rows[:, None] == named.rows).all(axis=2).any(axis=1)
    order = np.argsort(-often[fresh], kind="stable")
    chosen = np.concatenate([named.rows, rows[fresh][order]])[:size]
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


def _found(named: Deals) -> Rows:
    """The deals (n, I), many of them more than once, that stand after the last passes of ascents under the menu's preferences."""
    luck, parties = Chance(_SEED, 0, _SEARCHES), len(named.parties)
    stakes = draw_stakes(named.scenario, named, Draws(luck, named.scenario.quantities))
    anywhere = luck.uniforms("menu.points", max(parties, 2))[:parties]
    less = np.where(np.arange(_SEARCHES) % _ANYWHERE == 0, anywhere, stakes.no_deal[0])
    found = [deals[:, -_KEPT * (deals.shape[1] // len(RISING)) :] for deals in _ascents(_starts(named), stakes, less)]
    return np.concatenate(found, axis=1).reshape(-1, len(named.issues))


def _starts(named: Deals) -> Rows:
    """The packages, as far as `STARTS` goes, and deals by lot (n, I) to make up that number."""
    sizes = np.array([len(options) for options in named.issues.values()])
    lots = Chance(_SEED, 0, STARTS).uniforms("menu.starts", max(len(sizes), 2))[: len(sizes)]
    return np.concatenate([named.rows, (lots.T * sizes).astype(np.int16)])[:STARTS]
