"""One replicate told as a story: offers, answers, who objected and over which issue, and how it ended.

The story is read off the turns that a block kept; it is a row of what `run` counts.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from sim.case.arrays import Bools, Floats
from sim.case.house import House, as_sets
from sim.case.party import RedLine
from sim.case.stakes import GRID, RED_LINE, UNIT, as_utility, bar
from sim.case.words import possessive, tenths
from sim.outcomes.consent import homes_as_records, said_at_home, votes_as_records, votes_before
from sim.outcomes.endings import AGREED, endings
from sim.outcomes.measures import Columns, Played
from sim.talks.table import ROOM, Turn

Record = dict[str, Any]


class Answer(NamedTuple):
    """A party's answer to a standing offer: whether it is a vote and no signature, what the deal is worth to it, what bars it
    if anything does (a real red line of its own, a council), and the issue on which it asks for most more, by so many points."""

    round: int
    party: int
    signs: bool
    votes: bool
    points: float
    bar: str
    issue: str
    short: float


class Offer(NamedTuple):
    """A deal put on the table, and how the others answered before the next one."""

    round: int
    turn: int
    party: int
    deal: int
    points: float
    answers: tuple[Answer, ...]


def offers(played: Played, replicate: int = 0) -> list[Offer]:
    """The offers of one replicate of a block whose turns were kept, in order; `turn` counts the turns of a round from 1."""
    told: list[Offer] = []
    turn = round = 0
    for kept in played.table.turns or []:
        if kept.floor is not None and not kept.floor[replicate]:
            continue
        if kept.party != ROOM:
            turn, round = (1 if kept.round != round else turn + 1), kept.round
        standing, put = int(kept.standing[replicate]), int(kept.offers[replicate])
        if kept.asked[replicate] and standing < played.stakes.deals.count and told:
            signs = bool(kept.signed[replicate])
            answer = _answer(played, replicate, kept, signs)
            told[-1] = told[-1]._replace(answers=(*told[-1].answers, answer))
        if kept.put[replicate] and put < played.stakes.deals.count:
            points = 0.0 if kept.party == ROOM else _points(played, replicate, kept.party, put).sum()
            told.append(Offer(kept.round, turn, kept.party, put, points, ()))
    return told


def notes(played: Played, first: bool, replicate: int = 0) -> list[tuple[int, str]]:
    """Round and words of what else happened in one replicate of a block whose notes were kept, before offers or after them."""
    lines = ((note.round, note.line(replicate)) for note in played.table.notes if note.first == first)
    return [(round, f"  {line}") for round, line in lines if line is not None]


def as_record(played: Played, columns: Columns, number: int) -> Record:
    """The story as plain values; `number` is the replicate's number in its run."""
    deals, parties = played.stakes.deals, played.stakes.deals.parties
    return {
        "replicate": number,
        "offers": [
            {
                "round": offer.round,
                "turn": offer.turn,
                "party": None if offer.party == ROOM else parties[offer.party],
                "deal": deals.options(offer.deal),
                "points": {party: float(_points(played, 0, p, offer.deal).sum()) for p, party in enumerate(parties)},
                "by_issue": {party: _by_issue(played, p, offer.deal) for p, party in enumerate(parties)},
                "answers": {parties[a.party]: "accept" if a.signs else "reject" for a in offer.answers},
                "answered": {parties[a.party]: a.round for a in offer.answers},
                "reasons": {parties[a.party]: _reason(a) for a in offer.answers if not a.signs},
            }
            for offer in offers(played)
        ],
        "notes": [{"round": round, "text": text.strip()} for first in (True, False) for round, text in notes(played, first)],
        "ending": list(endings(played.negotiation))[int(columns["ending"][0])],
        "round": int(columns["round"][0]),
        "deal": deals.named(played.end.rows[0]) if played.table.agreed[0] else None,
        "signed_deal": deals.named(played.end.rows[0]) if played.table.signed[0] else None,
        "councils": votes_as_records(played),
        "homes": homes_as_records(played),
        "parties": {
            party: {kind: float(columns[f"{kind}.{party}"][0]) for kind in ("utility", "no_deal", "gain")} for party in parties
        },
        "zone_deals": int(columns["zone_deals"][0]),
    } | _by_round(played)


def _reason(answer: Answer) -> Record:
    """Why a party refuses: what bars it if anything does, and the issue on which it asks for most more, by so many points."""
    return {"bar": answer.bar or None, "issue": answer.issue or None, "short": answer.short}


def _by_issue(played: Played, party: int, deal: int) -> dict[str, float]:
    """Points of a deal to a party on each issue."""
    return dict(zip(played.stakes.deals.issues, _points(played, 0, party, deal).tolist(), strict=False))


def _by_round(played: Played) -> Record:
    """Points that each party demands as each round played begins (None: more than any deal gives), and no deal's worth to it."""
    stakes, parties = played.end.stakes, played.stakes.deals.parties
    demands = [100 * as_utility(levels[:, 0]) for levels in played.table.demands]
    no_deal = [100 * stakes.no_deal_in(t)[:, 0] for t in range(len(demands))]
    return {
        "demands": {
            party: [float(points[p]) if np.isfinite(points[p]) else None for points in demands] for p, party in enumerate(parties)
        },
        "no_deal": {party: [float(points[p]) for points in no_deal] for p, party in enumerate(parties)},
    }


def story(played: Played, columns: Columns, number: int) -> str:
    """The story in words."""
    return "\n".join([*_opening(played, columns, number), "", *_rounds(played), *_close(played, columns)])


def _opening(played: Played, columns: Columns, number: int) -> Iterator[str]:
    negotiation = played.negotiation
    yield f"{negotiation.title}: replicate {number}"
    size = int(played.zone_start.size[0])
    listed = "deals" if played.stakes.deals.complete else "deals on the menu"
    found = f"At the start {size or 'none'} of the {played.stakes.deals.count} {listed} would"
    if played.stakes.deals.house is None:
        yield f"{found} leave all who must sign it no worse off than no deal."
    else:
        yield f"{found} be carried if everybody said yes to what leaves it no worse off than no deal."
    worth = [f"{negotiation.name(party)} {columns[f'no_deal.{party}'][0]:.0f}" for party in negotiation.parties]
    yield f"What no deal is worth to each, in points from 0 to 100: {', '.join(worth)}."
    if any(turn.party != ROOM for turn in played.table.turns or []):
        yield "Offers and answers that only repeat are left out below."
    crossed = list(_real_red_lines(played))
    if crossed:
        yield f"Red lines that are real this time: {'; '.join(crossed)}."
    yield from votes_before(played)


def _real_red_lines(played: Played) -> Iterator[str]:
    for p, name in enumerate(played.negotiation.parties):
        bounds = played.negotiation.bounds(name).values()
        for line, points in zip(bounds, played.stakes.points[p][0, played.stakes.soft[p] :], strict=True):
            if points < 0 and isinstance(line, RedLine):
                options = " and ".join(f"{_said(issue)} {'/'.join(map(_said, of))}" for issue, of in line.when.items())
                yield f"{played.negotiation.name(name)} on {options}"


def _rounds(played: Played) -> Iterator[str]:
    """A paragraph per round in which something new was offered or answered."""
    last: dict[int, Offer] = {}
    told = [line for offer in offers(played) for line in _told(played, offer, last)]
    told = sorted([*notes(played, first=True), *told, *notes(played, first=False)], key=lambda line: line[0])
    for number, lines in groupby(told, key=lambda line: line[0]):
        yield f"Round {number}"
        yield from (text for _, text in lines)


def _told(played: Played, offer: Offer, last: dict[int, Offer]) -> Iterator[tuple[int, str]]:
    """The offer and its answers, each with its round, or nothing where the party's last one went the same way."""
    before, last[offer.party] = last.get(offer.party), offer
    answered = [(answer.party, answer.signs) for answer in offer.answers]
    if before and before.deal == offer.deal and answered == [(answer.party, answer.signs) for answer in before.answers]:
        return
    names = [played.negotiation.name(party) for party in played.negotiation.parties]
    standing = "the text on the table" if offer.party == ROOM else f"{possessive(names[offer.party])} offer"
    if offer.party == ROOM:
        yield offer.round, f"  On the table lies {_deal(played.stakes.deals.options(offer.deal))}"
    else:
        yield offer.round, f"  {names[offer.party]} {_moved(played, offer, before)} ({offer.points:.0f} points)"
    for answer in offer.answers:
        of = "" if answer.round == offer.round else f" {standing}"
        yield answer.round, f"    {names[answer.party]} {_answered(answer, of)}"
    vote, house = played.negotiation.talks.vote, played.stakes.deals.house
    if vote is not None and house is not None and offer.party != ROOM:
        won = house.votes[[offer.party, *(party for party, yes in answered if yes)]].sum()
        yield offer.round, f"    {won:g} of {house.votes.sum():g} votes; {vote.quota:g} {_is(vote.quota)} needed"


def _is(count: float) -> str:
    return "is" if count == 1 else "are"


def _answered(answer: Answer, of: str) -> str:
    yes, no = (f"votes for{of or ' it'}", f"votes against{of or ' it'}") if answer.votes else (f"signs{of}", f"refuses{of}")
    if answer.signs:
        return f"{yes} ({answer.points:.0f} points)"
    if answer.bar:
        return f"{no}: {answer.bar} ({answer.points:.0f} points)"
    over = f", above all over {_said(answer.issue)} ({answer.short:.0f} less than it asks)" if answer.issue else ""
    return f"{no} ({answer.points:.0f} points){over}"


def _moved(played: Played, offer: Offer, last: Offer | None) -> str:
    """The offer in words: whole at first, then only what has changed."""
    options = played.stakes.deals.options(offer.deal)
    if not last:
        return f"proposes {_deal(options)}"
    old = played.stakes.deals.options(last.deal)
    changed = [
        f"{_said(issue)} {_said(old[issue])} -> {_said(options[issue])}" for issue in options if options[issue] != old[issue]
    ]
    return f"now asks for {', '.join(changed)}" if changed else "repeats its offer"


def _close(played: Played, columns: Columns) -> Iterator[str]:
    negotiation, deals = played.negotiation, played.stakes.deals
    ending = int(columns["ending"][0])
    text = list(endings(negotiation).values())[ending]
    yield ""
    yield f"End, round {int(columns['round'][0])} of {negotiation.talks.rounds}: {text}."
    if ending == AGREED:
        for issue, option in deals.named(played.end.rows[0]).items():
            yield f"  {_said(issue)}: {negotiation.issues[issue].options[option]}"
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
        yield f"  Signed: {_deal(deals.named(played.end.rows[0]))}"
        yield from said_at_home(played)
    else:
        yield from _why_over(played)
        yield from _nearest(played)


def _why_over(played: Played) -> Iterator[str]:
    """What cut talks short, and what was left lying, if anything was."""
    table = played.table
    if table.late[0]:
        yield "  The deadline left no more rounds."
    if not table.final:
        yield "  The last room, in which a text would have been signed for good, never opened."


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
        yield f"  {count} {listed} would have done; the parties did not find one in time."
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
    yield f"  Nearest to {nearest}{among}: {_deal(deals.options(deal))}; {name} lacked {lacking} points."


def _cheapest_to_win(house: House, lacks: Floats) -> Bools:
    """The voters (P, K) who carry a deal when all vote for it that lack (P, K) no more than so much, and that is least."""
    enough = np.stack([house.carried(as_sets(lacks <= own)) for own in lacks])
    return (lacks <= np.where(enough, lacks, np.inf).min(axis=0)) & (house.votes > 0)[:, None]


def _answer(played: Played, r: int, turn: Turn, signs: bool) -> Answer:
    """The answer, with the issue on which the party's own next offer asks for most more."""
    deals, party = played.stakes.deals, turn.party
    standing, own = int(turn.standing[r]), int(turn.offers[r])
    points = _points(played, r, party, standing)
    votes = not deals.needed(party)[standing] and bool(deals.house and deals.house.votes[party])
    plain = Answer(turn.round, party, signs, votes, points.sum(), bar(played.stakes, party, standing, r), "", 0.0)
    if own >= deals.count or signs:
        return plain
    gaps = (_points(played, r, party, own) - points)[: len(deals.issues)]
    most = int(gaps.argmax())
    return plain._replace(issue=list(deals.issues)[most] if gaps[most] > 0 else "", short=float(gaps[most]))


def _points(played: Played, r: int, party: int, deal: int) -> np.ndarray:
    """Points of a deal to a party, by issue and then by linkage."""
    deals, soft = played.stakes.deals, played.stakes.soft[party]
    features = played.end.stakes.points[party][r, :soft] * deals.features[party][:soft, deal] * 100
    ends = np.cumsum([len(options) for options in deals.issues.values()])
    by_issue = [part.sum() for part in np.split(features[: ends[-1]], ends[:-1])]
    return np.array([*by_issue, *features[ends[-1] :]])


def _deal(options: dict[str, str]) -> str:
    return ", ".join(f"{_said(issue)} {_said(option)}" for issue, option in options.items())


def _said(word: str) -> str:
    return word.replace("_", " ")
