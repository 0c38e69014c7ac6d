"""What the replicates say together: shares with their doubt, from the tally alone."""

from itertools import combinations
from typing import Any

import numpy as np

from sim.case.arrays import Array, Floats
from sim.case.deals import Deals, how_many
from sim.case.menu import own_at_most
from sim.outcomes.endings import endings
from sim.outcomes.solutions import SOLUTIONS
from sim.outcomes.tally import BIN, LEAST, Tally
from sim.talks.negotiation import Negotiation
from sim.talks.ratification import homes
from sim.talks.rooms import needs_no_list

Record = dict[str, Any]

QUANTILES = (5, 25, 50, 75, 95)
_NORMAL_95 = 1.959963984540054
_MOST_ROWS = 12


def share_or_none(count: float, of: float) -> Record | None:
    """A share with its sampling interval, or None of nothing."""
    return share(count, of) if of else None


def share(count: float, of: float) -> Record:
    """A share with its 95 % sampling interval (Wilson 1927, JASA 22)."""
    p, z = count / of, _NORMAL_95
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * np.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return {"share": float(p), "low": float(max(0, middle - half)), "high": float(min(1, middle + half))}


def summarise(negotiation: Negotiation, deals: Deals, counts: Tally, seed: int, assumptions: Record | None = None) -> Record:
    """The summary of a run as plain values: what `summary.json` holds and figures and reports are made of."""
    replicates, agreed = int(counts["replicates"]), int(counts["deals"].sum())
    agreement, chosen = share(agreed, replicates), _option_counts(deals, counts)
    return {
        "title": negotiation.title,
        "about": negotiation.about,
        "replicates": replicates,
        "seed": seed,
        "rounds": negotiation.talks.rounds,
        "round_is": negotiation.talks.round_is,
        "wording": wording(negotiation),
        "agreement": agreement,
        "zone": dict(zip(("start", "end"), (counts["zone"] / replicates).tolist(), strict=True)),
        "zone_deals": float(counts["zone_deals"] / counts["zone"][1]) if counts["zone"][1] else None,
        "menu": None if deals.complete else _menu(negotiation, deals),
        "shares": {
            "zone_existed": share(counts["zone_existed"][0], replicates),
            "found_given_zone": share_or_none(counts["zone_existed"][1], counts["zone_existed"][0]),
            "home_given_signature": share_or_none(agreed, int(counts["signed"])) if homes(negotiation) else None,
        },
        "endings": _endings(negotiation, counts, replicates),
        "rounds_of": _rounds(negotiation, counts),
        "issues": _issues(chosen, agreed),
        "all_runs": _all_runs(negotiation, chosen, agreed, replicates),
        "parties": {
            party: {kind: _spread(counts, f"{kind}.{party}") for kind in ("utility", "gain", "no_deal")}
            for party in negotiation.parties
        },
        "deals": _leading(negotiation, deals, counts["deals"][:-1], agreed),
        "together": _together(deals, counts, agreed),
        "frontier": share_or_none(float(counts["frontier"]), agreed if deals.complete else 0),
        "blockers": _blockers(negotiation, counts, replicates),
        "solutions": {name: _solution(deals, counts, name, replicates, agreed) for name in SOLUTIONS},
        "leans_on": _leans_on(negotiation, counts),
        "contradicted": dict(zip(negotiation.parties, (counts["contradicted"] / replicates).tolist(), strict=True)),
        "doubt": {"sampling": {"low": agreement["low"], "high": agreement["high"]}, "assumptions": assumptions},
    }


def widest(told: Any) -> float:
    """The width of the widest interval in a summary; what it leans on, and solution points, are not counted."""
    if isinstance(told, list):
        return max(map(widest, told), default=0.0)
    if not isinstance(told, dict):
        return 0.0
    if "share" in told:
        return float(told["high"] - told["low"]) if "high" in told else 0.0
    return max((widest(inside) for key, inside in told.items() if key not in ("leans_on", "solutions")), default=0.0)


def wording(negotiation: Negotiation) -> Record:
    """Names of parties; question and option texts of issues."""
    issues = {name: {"question": issue.question, "options": issue.options} for name, issue in negotiation.issues.items()}
    return {"parties": {party: negotiation.name(party) for party in negotiation.parties}, "issues": issues}


def _menu(negotiation: Negotiation, deals: Deals) -> Record:
    """How many deals are listed, and how many more each replicate finds at most, of how many; whether offers too are among
    them."""
    walks = needs_no_list(negotiation.talks)
    return {"deals": deals.count, "own": own_at_most(deals), "of_all": how_many(negotiation), "offers": not walks}


def _endings(negotiation: Negotiation, counts: Tally, replicates: int) -> Record:
    """Every ending that could have come about or did."""
    numbers = counts["endings"].sum(axis=1).tolist()
    rows = zip(endings(negotiation).items(), numbers, counts["first.endings"].tolist(), strict=True)
    leaves = {f"left_by_{name}" for name, party in negotiation.parties.items() if party.strategy.leaves}
    return {
        key: {"text": text, "count": count, **share(count, replicates), "example": first if count else None}
        for (key, text), count, first in rows
        if count or not key.startswith("left_by_") or key in leaves
    }


def _rounds(negotiation: Negotiation, counts: Tally) -> Record:
    rows = zip(endings(negotiation), counts["endings"], strict=True)
    return {key: row[1:].tolist() for key, row in rows if row.any()}


OptionCounts = dict[str, dict[str, int]]


def _option_counts(deals: Deals, counts: Tally) -> OptionCounts:
    """How often each option was agreed."""
    if deals.complete:
        return _options_of(deals, counts["deals"][:-1])
    return _by_issue(deals, counts["pairs"].diagonal())


def _by_issue(deals: Deals, each: Array) -> OptionCounts:
    """Counts of all options (O,) by issue."""
    following = iter(each.tolist())
    return {issue: {option: next(following) for option in options} for issue, options in deals.issues.items()}


def _options_of(deals: Deals, counts: Array) -> OptionCounts:
    """How often each option stands in listed deals of which there are so many (K,)."""
    return {
        issue: dict(zip(options, np.bincount(deals.rows[:, i], counts, len(options)).astype(int).tolist(), strict=True))
        for i, (issue, options) in enumerate(deals.issues.items())
    }


def _issues(counts: OptionCounts, of: int) -> Record:
    if not of:
        return {}
    return {issue: {option: share(count, of) for option, count in options.items()} for issue, options in counts.items()}


def _all_runs(negotiation: Negotiation, counts: OptionCounts, agreed: int, replicates: int) -> Record:
    """Shares of options over all replicates, where the scenario says what holds without a deal."""
    shares: Record = {}
    for issue, options in counts.items():
        without = negotiation.issues[issue].without_deal
        if without is not None:
            everywhere = options | {without: options[without] + replicates - agreed}
            shares[issue] = {option: share(count, replicates) for option, count in everywhere.items()}
    return shares


def _spread(counts: Tally, name: str) -> Record | None:
    """Mean, standard deviation, quantiles (to the nearest 0.1 points) and histogram, of points; None where there are none."""
    number, total, squares = counts[f"moments.{name}"]
    if not number:
        return None
    mean = total / number
    bins = counts[f"histogram.{name}"]
    reached = np.searchsorted(bins.cumsum(), [q / 100 * number for q in QUANTILES])
    quantiles = LEAST + BIN * (reached + 0.5)
    return {
        "mean": float(mean),
        "sd": float(np.sqrt(max(squares / number - mean * mean, 0))),
        "quantiles": {str(q): round(float(x), 2) for q, x in zip(QUANTILES, quantiles, strict=True)},
        "histogram": _histogram(bins),
    }


def _histogram(bins: Array) -> Record:
    per_point = round(1 / BIN)
    points = bins.reshape(-1, per_point).sum(axis=1)
    filled = np.flatnonzero(points)
    first, last = int(filled[0]), int(filled[-1])
    return {"from": int(LEAST) + first, "step": 1, "counts": points[first : last + 1].tolist()}


def _leading(negotiation: Negotiation, deals: Deals, counts: Array, agreed: int) -> list[Record]:
    """The most frequent deals, most frequent first; where not all are listed, so that others are not counted, the packages."""
    names = {deals.number(package): name for name, package in negotiation.packages.items()}
    order = [int(k) for k in np.argsort(-counts, kind="stable") if (counts[k] if deals.complete else agreed and k in names)]
    order = order[:_MOST_ROWS]
    return [{"options": deals.options(k), **share(counts[k], agreed), "package": names.get(k)} for k in order]


def _together(deals: Deals, counts: Tally, agreed: int) -> list[Record]:
    """Pairs of clauses of different issues, those first that meet more or less often than chance would have it."""
    pairs: list[Record] = []
    for (i, one), (j, two) in combinations(enumerate(deals.issues.items()), 2):
        (first, firsts), (second, seconds) = one, two
        joint = _joint(deals, counts, i, j, max(agreed, 1))
        expected = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
        pairs += [
            {"clauses": [[first, a], [second, b]], "share": float(joint[m, n]), "expected": float(expected[m, n])}
            for m, a in enumerate(firsts)
            for n, b in enumerate(seconds)
        ]
    pairs.sort(key=lambda pair: -abs(pair["share"] - pair["expected"]))
    return [pair for pair in pairs[:_MOST_ROWS] if abs(pair["share"] - pair["expected"]) > 1e-9]


def _joint(deals: Deals, counts: Tally, i: int, j: int, of: int) -> Floats:
    """The share of agreements, of so many, that hold each option of one issue with each of another."""
    sizes = [len(options) for options in deals.issues.values()]
    if not deals.complete:
        rows, columns = (slice(sum(sizes[:n]), sum(sizes[: n + 1])) for n in (i, j))
        return counts["pairs"][rows, columns] / of
    joint = np.zeros((sizes[i], sizes[j]))
    np.add.at(joint, (deals.rows[:, i], deals.rows[:, j]), counts["deals"][:-1] / of)
    return joint


def _blockers(negotiation: Negotiation, counts: Tally, replicates: int) -> Record:
    """Of the replicates without a zone, in how many one party's consent alone would open one."""
    empty = replicates - int(counts["zone"][1])
    return {party: float(counts[f"blocked_by.{party}"] / empty) for party in negotiation.signers()} if empty else {}


def _solution(deals: Deals, counts: Tally, name: str, replicates: int, agreed: int) -> Record:
    points, exists = counts[f"solution.{name}"], int(counts[f"exists.{name}"])
    order = [int(k) for k in np.argsort(-points, kind="stable")[:3] if points[k]] if deals.complete else []
    return {
        "exists": exists / replicates,
        "reached": float(counts[f"reached.{name}"] / agreed) if agreed else None,
        "deals": [{"options": deals.options(k), "share": float(points[k] / exists)} for k in order],
        "issues": _issues(_options_of(deals, points) if deals.complete else _by_issue(deals, points), exists),
    }


def _leans_on(negotiation: Negotiation, counts: Tally) -> list[Record]:
    """The share of agreement with each uncertain number in its lowest and its highest tenth, the widest swing first."""
    rows = []
    for key, (few, few_agreed, many, many_agreed) in ((k, v) for k, v in counts.items() if k.startswith("lean.")):
        if few and many:
            low, high, number = share(few_agreed, few), share(many_agreed, many), key.removeprefix("lean.")
            rows.append(
                {
                    "number": number,
                    "text": in_words(negotiation, number),
                    "low": low,
                    "high": high,
                    "swing": high["share"] - low["share"],
                }
            )
    return sorted(rows, key=lambda row: -abs(row["swing"]))


def in_words(negotiation: Negotiation, number: str) -> str:
    """A number's path as a reader would say it."""
    match number.split("."):
        case ["parties", party, "no_deal", *rest]:
            anchored = " (place between its anchors)" if hasattr(negotiation.parties[party].no_deal, "law") else ""
            return f"{negotiation.name(party)}: no-deal value{anchored if not rest else ' shift'}"
        case ["parties", party, "weights", issue]:
            return f"{negotiation.name(party)}: weight of {_said(issue)}"
        case ["parties", party, "values", issue, option]:
            return f"{negotiation.name(party)}: value of {_said(issue)} {_said(option)}"
        case ["parties", party, "red_lines", line, *rest]:
            condition = _condition(negotiation.parties[party].red_lines[int(line)].when)
            return f"{negotiation.name(party)}: red line on {condition}" + (" (its chance)" if rest else " is real")
        case ["parties", party, "positions", issue, kind]:
            return f"{negotiation.name(party)}: {'place' if kind == 'at' else kind} on {_said(issue)}"
        case ["parties", party, ("influence" | "discount") as setting]:
            return f"{negotiation.name(party)}: {setting}"
        case ["parties", party, "strategy", "leaves", _]:
            return f"{negotiation.name(party)}: when it may walk out"
        case ["parties", party, "strategy", strategy, setting]:
            return f"{negotiation.name(party)}: {_said(setting)} ({_said(strategy)})"
        case ["parties", party, "ratification", *rest]:
            return f"{negotiation.name(party)} at home: {_AT_HOME.get(rest[0]) or f'weight of {_said(rest[-1])}'}"
        case ["councils", council, "votes", vote, *rest]:
            about = f"{_said(council)}: vote on {_condition(negotiation.councils[council].votes[int(vote)].when)}"
            whose = "".join(f", {_said(member)}" for member in rest[1:])
            return f"{about} (chance of a yes{whose})" if rest else f"{about} carries"
        case ["councils", council, "correlation"]:
            return f"{_said(council)}: correlation"
        case ["parties", party, "beliefs", *rest]:
            return f"{negotiation.name(party)}: belief about {', '.join(map(_said, rest))}"
        case ["linkages", n, _]:
            linkage = negotiation.linkages[int(n)]
            return f"{negotiation.name(linkage.party)}: linkage of {_condition(linkage.when)}"
        case ["world", variable, setting, *party]:
            moved = f"by how much one more moves no deal for {negotiation.name(party[0])}" if party else _said(setting)
            return f"{negotiation.world[variable].text or _said(variable)}: {moved}"
        case ["events", event, setting, *rest]:
            whose = "".join(f", {_said(word)}" for word in rest[1:])
            what = {"no_deal": "what no deal is worth", "weights": "weights"}.get(setting, setting)
            of = f" to {negotiation.name(rest[0])}" if rest else ""
            return f"{negotiation.events[event].text or _said(event)}: {what}{of}{whose}"
        case ["pressure", n, setting]:
            by, on = negotiation.pressure[int(n)].by, negotiation.pressure[int(n)].on
            return f"{negotiation.name(by)} presses {negotiation.name(on)}: {_said(setting)}"
        case ["talks", "protocol", "random_proposer", "recognition", party]:
            return f"{negotiation.name(party)}: chance to propose"
        case ["talks", "protocol", "challenge", setting]:
            return f"Challenges: {_said(setting)}"
        case ["talks", "protocol", "single_text", setting]:
            return f"The mediator: {_said(setting)}"
        case ["quantities", quantity]:
            text = negotiation.quantities[quantity].text
            return f"{_said(quantity)} ({text})" if text else f"shared quantity {_said(quantity)}"
    return number


_AT_HOME = {
    "chance": "chance of a yes",
    "falls": "fall of that chance for each point lost",
    "threshold": "gain over no deal that it asks for",
}


def _condition(when: dict[str, list[str]]) -> str:
    return " with ".join(f"{_said(issue)} {'/'.join(map(_said, options))}" for issue, options in when.items())


def _said(word: str) -> str:
    return word.replace("_", " ")
