"""A party's role on one page: what it wants and how much, what it would refuse, what no deal is worth to it, who must sign.

A role is told at central values, with the range in which nine in ten draws lie; or as drawn in one replicate, without a range.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.case.arrays import Array, Floats
from sim.case.party import RedLine
from sim.case.stakes import Stakes
from sim.outcomes.captions import percent
from sim.outcomes.chairside import condition, signatures
from sim.outcomes.report import fill
from sim.talks.negotiation import Negotiation

Record = dict[str, Any]

_LOW, _HIGH = 0.05, 0.95
_VISIBLE = 0.5  # points: a range that is wider is shown
_MOST_OPTIONS = 9  # of an issue, shown one by one


def role(negotiation: Negotiation, party: str, central: Stakes, drawn: Stakes) -> Record:
    """What the party's people are told, by the stakes at central values (one replicate) and by those drawn.

    Numbers are `points`, from `low` to `high` (5 and 95 % of the draws). `issues` stand in the order of what is at stake on them.
    """
    p = list(negotiation.parties).index(party)
    issues = sorted(_issues(negotiation, p, central, drawn), key=lambda issue: -float(issue["at_stake"]))
    written = negotiation.parties[party]
    return {
        "title": negotiation.title,
        "party": party,
        "name": negotiation.name(party),
        "others": [negotiation.name(other) for other in negotiation.parties if other != party],
        "rounds": negotiation.talks.rounds,
        "round_is": negotiation.talks.round_is,
        "issues": issues,
        "rows": sum(len(issue["options"]) + 1 for issue in issues),
        "ranges": any(one["high"] - one["low"] >= _VISIBLE for issue in issues for one in issue["options"]),
        "linkages": list(_linkages(negotiation, p, central, drawn)),
        "no_deal": _number(100 * central.no_deal[0, p], 100 * drawn.no_deal[0, p]),
        "said": {
            said: [_deal(negotiation, p, named, central) for named in getattr(written.no_deal, said, None) or []]
            for said in ("refuses", "signs")
        },
        "bars": list(_bars(negotiation, p, drawn)),
        "must_sign": list(signatures(negotiation)),
        "because": written.because.get("no_deal", "").rstrip("."),
        "replicate": drawn.replicates == 1,
    }


def page(role: Record) -> str:
    """The role as a page of HTML to be printed; all text is escaped."""
    return fill("role.html.j2", r=role)


def _number(central: Array, drawn: Floats) -> Record:
    """A number with the range of its draws."""
    low, high = np.quantile(drawn, [_LOW, _HIGH])
    return {"points": float(np.asarray(central).ravel()[0]), "low": float(low), "high": float(high)}


def _issues(negotiation: Negotiation, p: int, central: Stakes, drawn: Stakes) -> Iterator[Record]:
    at = 0
    for issue, names in central.deals.issues.items():
        mine = slice(at, at := at + len(names))
        middle, all_draws = 100 * central.points[p][0, mine], 100 * drawn.points[p][:, mine]
        step = -(-(len(names) - 1) // (_MOST_OPTIONS - 1)) if len(names) > _MOST_OPTIONS else 1
        shown = sorted({*range(0, len(names), step), len(names) - 1})
        texts = negotiation.issues[issue].options
        yield {
            "issue": issue,
            "question": negotiation.issues[issue].question,
            "at_stake": float(np.ptp(middle)),
            "count": len(names),
            "options": [{"option": names[o], "text": texts[names[o]], **_number(middle[o], all_draws[:, o])} for o in shown],
        }


def _linkages(negotiation: Negotiation, p: int, central: Stakes, drawn: Stakes) -> Iterator[Record]:
    first = sum(map(len, central.deals.issues.values()))
    linkages = [linkage for linkage in negotiation.linkages if linkage.party == central.deals.parties[p]]
    for n, linkage in enumerate(linkages, first):
        yield {"when": condition(linkage.when), **_number(100 * central.points[p][0, n], 100 * drawn.points[p][:, n])}


def _bars(negotiation: Negotiation, p: int, drawn: Stakes) -> Iterator[Record]:
    """Red lines and votes before the talks, with the share of draws in which they bind; those that never do are left out."""
    bounds = negotiation.bounds(drawn.deals.parties[p])
    for (path, bound), points in zip(bounds.items(), drawn.points[p][:, drawn.soft[p] :].T, strict=True):
        share = float((points < 0).mean())
        if share:
            by = "red line" if isinstance(bound, RedLine) else path.split(".")[1].replace("_", " ")
            yield {"when": condition(bound.when), "by": by, "share": share, "often": percent(share)}


def _deal(negotiation: Negotiation, p: int, named: str | dict[str, str], central: Stakes) -> Record:
    """A deal that the party's no-deal value leans on, with its points."""
    options = negotiation.deal(named)
    features = central.deals.features_at(p, [options])[: central.soft[p], 0]
    points = 100 * float(central.points[p][0, : central.soft[p]] @ features)
    return {"name": named.replace("_", " ") if isinstance(named, str) else "", "deal": options, "points": points}
