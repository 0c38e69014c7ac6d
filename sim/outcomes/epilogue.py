"""How the story of one replicate ends: what was signed, how all fared, what came nearest, and what moved no deal meanwhile."""

from collections.abc import Iterator

import numpy as np

from sim.case.arrays import Bools, Floats
from sim.case.house import House, as_sets
from sim.case.stakes import GRID, RED_LINE, UNIT
from sim.case.words import deal_in_words, in_points, said, tenths
from sim.outcomes.consent import said_at_home
from sim.outcomes.endings import AGREED, endings
from sim.outcomes.measures import Columns, Played
from sim.talks.outside import moved_by_cause
from sim.talks.rooms import present


def epilogue(played: Played, columns: Columns) -> Iterator[str]:
    """How it ended, how all fared, and what moved no deal meanwhile."""
    negotiation, deals = played.negotiation, played.stakes.deals
    ending = int(columns["ending"][0])
    text = list(endings(negotiation).values())[ending]
    yield ""
    yield f"End, round {int(columns['round'][0])} of {negotiation.talks.rounds}: {text}."
    if ending == AGREED:
        yield from (f"  {clause}" for clause in _clauses(played))
        for party in negotiation.parties:
            yield f"  {negotiation.name(party)}: {_fared(played, columns, party)}"
        if deals.complete:
            one = "signer" if deals.house is None else "party that signs or votes"
            yield "  " + (
                f"No other deal is better for one {one} and worse for none."
                if columns["on_frontier"][0] == 1
                else f"Another deal would have been better for one {one} and worse for none."
            )
        yield from said_at_home(played)
    elif played.table.signed[0]:
        yield "  Signed:"
        yield from (f"    {clause}" for clause in _clauses(played))
        yield from said_at_home(played)
    else:
        yield from _why_over(played)
        yield from _nearest(played)
    yield from _what_moved(played)


def _clauses(played: Played) -> Iterator[str]:
    """What was signed, issue by issue, in the scenario's words."""
    for issue, option in played.stakes.deals.named(played.end.rows[0]).items():
        yield f"{said(issue)}: {played.negotiation.issues[issue].options[option]}"


def _why_over(played: Played) -> Iterator[str]:
    """What cut talks short, and what was left lying, if anything was."""
    table = played.table
    if table.late[0]:
        yield "  The deadline left no more rounds."
    if not table.final:
        yield "  The last room, in which a text would have been signed for good, never opened."
    missing = [party for p, party in enumerate(played.negotiation.parties) if table.asks(p)[0]]
    away = [party for party in missing if party in absent(played, int(played.round[0]))]
    if table.final and not table.stopped[0] and missing == away and table.deal[0] < table.empty:
        names, are = " and ".join(map(played.negotiation.name, away)), "is" if len(away) == 1 else "are"
        yield f"  All at the table signed what lies there; {names} must sign it too and {are} not there."


def absent(played: Played, round: int) -> list[str]:
    """The parties that are away in a round."""
    talks = played.negotiation.talks
    return [party for party in played.negotiation.parties if not present(talks, party, round - 1)]


def _fared(played: Played, columns: Columns, party: str) -> str:
    """What an agreement is worth to the party, against no deal as it was and as it is by now; what pressing has cost it."""
    p = list(played.negotiation.parties).index(party)
    utility, was = columns[f"utility.{party}"][0], columns[f"no_deal.{party}"][0]
    now = 100 * played.end.stakes.no_deal_at(played.round - 1)[p, 0]
    against = f"{utility - was:+.0f} against no deal"
    if abs(now - was) >= 0.05:
        against += f" as it was at the start, {utility - now:+.0f} as it is by now"
    costs = 0.0 if played.end.costs is None else 100 * played.end.costs[p, 0]
    paid = f" ({tenths(costs)} taken off for pressing)" if costs else ""
    return f"{utility:.0f} points{paid}, {against}"


def _what_moved(played: Played) -> Iterator[str]:
    """For each party of which no deal has moved: what it was worth at the start, what it is by now, and by what it moved."""
    costs = played.end.costs
    for p, (party, moved) in enumerate(moved_as_record(played).items()):
        name, was = played.negotiation.name(party), 100 * played.stakes.no_deal[0, p, 0]
        parts = [f"{said(cause)} {points:+.1f}" for cause, points in moved.items() if abs(points) >= 0.05]
        if parts:
            now = was + sum(moved.values())
            yield f"  No deal for {name}: {in_points(was)} at the start, {now:.0f} by now: {', '.join(parts)}"
        if costs is not None and costs[p, 0] and not played.table.agreed[0]:
            yield f"  {name} has spent {tenths(100 * costs[p, 0])} points on pressing"


def moved_as_record(played: Played) -> dict[str, dict[str, float]]:
    """By how many points each cause has moved what no deal is worth to each party, from the start to the end of talks."""
    t, end, start = int(played.round[0]) - 1, played.end.stakes, played.stakes
    laid = moved_by_cause(played.negotiation, start.deals.parties, played.draws)
    record = {}
    for p, party in enumerate(start.deals.parties):
        moved = {cause: 100 * float(path[t, p, 0]) for cause, path in laid.items() if path[t, p, 0]}
        pressed = 100 * float(end.no_deal_at(played.round - 1)[p, 0] - start.no_deal[0, p, 0]) - sum(moved.values())
        record[party] = moved | ({"pressure": pressed} if abs(pressed) > 1e-6 and played.negotiation.pressure else {})
    return record


def _nearest(played: Played) -> Iterator[str]:
    """The deal that came nearest to being agreed: the one for which the worst-off whose consent it needs lacks least."""
    zone, deals = played.zone_end, played.stakes.deals
    lacks = zone.no_deal[:, :1] - played.end.stakes.worth[:, 0, :-1]
    asked = np.stack([deals.needed(p) for p in range(len(lacks))])
    if deals.house is not None:
        asked |= _cheapest_to_win(deals.house, lacks)
    short = np.where(asked, lacks, -np.inf)
    worst = short.max(axis=0)
    if played.zone_end.size[0]:
        count = int(played.zone_end.size[0])
        listed = ("deal" if count == 1 else "deals") + ("" if deals.complete else " on the menu")
        stopped = played.table.stopped[0] or not played.table.final
        yield (
            f"  When talks ended {count} {listed} would have done."
            if stopped
            else f"  {count} {listed} would have done; the parties did not agree on one in time."
        )
        return
    deal = int(worst.argmin())
    party = int(short[:, deal].argmax())
    if worst[deal] > UNIT * RED_LINE / 2:
        yield "  No deal could be agreed: each is withdrawn, crosses a red line, or was let through by no council."
        return
    lacking = tenths(worst[deal] / 4096 / GRID * 100)
    name = played.negotiation.name(deals.parties[party])
    nearest = "a signature" if deals.house is None else "being carried"
    among = "" if deals.complete else ", of the menu"
    yield f"  Nearest to {nearest}{among}: {deal_in_words(deals.options(deal))}; {name} lacked {lacking} points."


def _cheapest_to_win(house: House, lacks: Floats) -> Bools:
    """The voters (P, K) who carry a deal when all vote for it that lack (P, K) no more than so much, and that is least."""
    enough = np.stack([house.carried(as_sets(lacks <= own)) for own in lacks])
    return (lacks <= np.where(enough, lacks, np.inf).min(axis=0)) & (house.votes > 0)[:, None]
