"""One deal judged before any talks: what it is worth to whom, who would sign it how often, what stands in its way."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from sim.case.arrays import Array, Bools, Floats
from sim.case.deals import MOST_DEALS, these_deals
from sim.case.stakes import Stakes
from sim.outcomes.zone import Zone
from sim.talks.negotiation import Negotiation

Record = dict[str, Any]

_NEIGHBOURS = 5


def judge(negotiation: Negotiation, stakes: Stakes, options: Mapping[str, str]) -> Record:
    """The record of a deal that no exclusion forbids, over the R replicates of the stakes; points and margins are means, shares
    are of replicates.

    Where not all deals are listed, the better ones are sought on the menu and among those that differ on one issue.
    """
    if not stakes.deals.complete:
        stakes = _around(stakes, stakes.deals.rows_of(options, 1)[0])
    deal = stakes.deals.number(options)
    assert deal is not None
    zone = Zone(stakes)
    house = stakes.deals.house
    parties = {
        party: _party(negotiation, stakes, zone, p, deal)
        | {"needed": bool(stakes.deals.needed(p)[deal]), "votes": 0.0 if house is None else float(house.votes[p])}
        for p, party in enumerate(stakes.deals.parties)
    }
    return {
        "deal": stakes.deals.options(deal),
        "replicates": stakes.replicates,
        "all_sign": float((zone.refusers[:, deal] == 0).mean()),
        "parties": parties,
        "better": _better(negotiation, stakes, zone, deal),
    } | ({} if stakes.deals.complete else {"sought_among": stakes.deals.count})


def _around(stakes: Stakes, row: Array) -> Stakes:
    """The stakes over a deal (I,), those that differ from it on one issue, and those on the menu that all replicates share, as
    many as there is room for."""
    deals = stakes.deals
    sizes = map(len, deals.issues.values())
    near = [np.array([*row[:i], o, *row[i + 1 :]]) for i, size in enumerate(sizes) for o in range(size)]
    rows = np.array(list(dict.fromkeys(map(tuple, [row, *near, *deals.rows]))))
    return replace(stakes, deals=these_deals(deals.scenario, rows[~deals.excluded(rows)][:MOST_DEALS]))


def _party(negotiation: Negotiation, stakes: Stakes, zone: Zone, p: int, deal: int) -> Record:
    """Points by issue and by linkage, margin over no-deal, share of replicates in which the party would sign."""
    points = stakes.points[p][:, : stakes.soft[p]] * stakes.deals.features[p][: stakes.soft[p], deal] * 100
    ends = np.cumsum([len(options) for options in stakes.deals.issues.values()])
    by_issue = [part.sum(axis=1) for part in np.split(points[:, : ends[-1]], ends[:-1], axis=1)]
    margin = points.sum(axis=1) - 100 * stakes.no_deal[0, p]
    councils = stakes.soft[p] + len(negotiation.parties[stakes.deals.parties[p]].red_lines)
    return {
        "points": float(points.sum(axis=1).mean()),
        "issues": dict(zip(stakes.deals.issues, (float(part.mean()) for part in by_issue), strict=True)),
        "linkages": float(points[:, ends[-1] :].sum(axis=1).mean()),
        "margin": {
            "mean": float(margin.mean()),
            "low": float(np.quantile(margin, 0.05)),
            "high": float(np.quantile(margin, 0.95)),
        },
        "signs": float((stakes.worth[p, :, deal] >= zone.no_deal[p]).mean()),
        "crosses_red_line": float(_crosses(stakes, p, deal, slice(stakes.soft[p], councils)).mean()),
        "barred_by_council": float(_crosses(stakes, p, deal, slice(councils, None)).mean()),
        "costliest_issue": _costliest(stakes, p, deal),
        "anchored": _anchored(negotiation, stakes, p, deal),
    }


def _anchored(negotiation: Negotiation, stakes: Stakes, p: int, deal: int) -> str | None:
    """Whether the party is said in its no-deal value to refuse this very deal, or to sign it."""
    written = negotiation.parties[stakes.deals.parties[p]].no_deal
    for said in ("refuses", "signs"):
        if deal in [stakes.deals.number(negotiation.deal(named)) for named in getattr(written, said, None) or []]:
            return said
    return None


def _crosses(stakes: Stakes, p: int, deal: int, lines: slice) -> Bools:
    """Where (R,) the deal crosses one of these lines of the party, which stand behind its other features."""
    return stakes.points[p][:, lines] @ stakes.deals.features[p][lines, deal] < 0


def _costliest(stakes: Stakes, p: int, deal: int) -> str:
    """The issue on which the party is furthest below its best option, by mean points."""
    lost, at = {}, 0
    for issue, options in stakes.deals.issues.items():
        mine = stakes.points[p][:, at : at + len(options)]
        option = options.index(stakes.deals.options(deal)[issue])
        lost[issue] = float((mine.max(axis=1) - mine[:, option]).mean())
        at += len(options)
    return max(lost, key=lost.__getitem__)


def _better(negotiation: Negotiation, stakes: Stakes, zone: Zone, deal: int) -> list[Record]:
    """The nearest deals that all signers like at least as well on average, and one of them better: fewest changes first."""
    signers = [list(negotiation.parties).index(party) for party in negotiation.signers()]
    means = mean_points(stakes)
    gain = means[signers] - means[signers][:, [deal]]
    better = (gain >= 0).all(axis=0) & (gain > 1e-9).any(axis=0)
    changes = (stakes.deals.rows != stakes.deals.rows[deal]).sum(axis=1)
    order = sorted(np.flatnonzero(better).tolist(), key=lambda k: (changes[k], -gain[:, k].min(), k))[:_NEIGHBOURS]
    here = stakes.deals.options(deal)
    return [
        {
            "changes": {issue: option for issue, option in stakes.deals.options(k).items() if here[issue] != option},
            "gains": dict(zip(negotiation.signers(), gain[:, k].tolist(), strict=True)),
            "all_sign": float((zone.refusers[:, k] == 0).mean()),
        }
        for k in order
    ]


def mean_points(stakes: Stakes) -> Floats:
    """Mean points (P, K) of every deal to every party, red lines left out."""
    return np.stack(
        [
            100 * stakes.points[p][:, :soft].mean(axis=0) @ stakes.deals.features[p][:soft, :-1]
            for p, soft in enumerate(stakes.soft)
        ]
    )


def table(stakes: Stakes) -> list[list[str]]:
    """The listed deals by parties, mean points: rows for a CSV file, heads first."""
    rows = [[*stakes.deals.issues, *stakes.deals.parties, "all_sign"]]
    points = mean_points(stakes)
    sign = (Zone(stakes).refusers == 0).mean(axis=0)
    for k in range(stakes.deals.count):
        rows.append([*stakes.deals.options(k).values(), *(f"{x:.2f}" for x in points[:, k]), f"{sign[k]:.4f}"])
    return rows
