"""One replicate told as a story: offers, answers, who objected and over which issue, and how it ended.

The story is read off the turns that a block kept; it is a row of what `run` counts.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from sim.case.house import House
from sim.case.party import RedLine
from sim.case.stakes import as_utility, bar
from sim.case.words import condition_in_words, deal_in_words, in_points, possessive, said
from sim.outcomes.consent import homes_as_records, votes_as_records, votes_before
from sim.outcomes.endings import endings
from sim.outcomes.epilogue import absent, epilogue, moved_as_record
from sim.outcomes.measures import Columns, Played
from sim.talks.rooms import needs_no_list
from sim.talks.table import ROOM, Turn

Record = dict[str, Any]


class Answer(NamedTuple):
    """A party's answer to a standing offer, in which turn of the talks: whether it is a vote and no signature, what the deal is
    worth to it, what bars it if anything does (a real red line of its own, a council), and the issue on which it asks for most
    more, by so many points."""

    at: int
    round: int
    party: int
    signs: bool
    votes: bool
    points: float
    bar: str
    issue: str
    short: float


class Offer(NamedTuple):
    """A deal put on the table, in which turn of the talks and of the round, and how the others answered before the next one."""

    at: int
    round: int
    turn: int
    party: int
    deal: int
    points: float
    answers: tuple[Answer, ...]


class Line(NamedTuple):
    """A line of the story, and its place among all: what a turn brings stands after what is told before it."""

    place: int
    round: int
    text: str


_ANSWERED, _PRESSED, _PUT, _COUNTED, _NOTED = range(5)  # what a turn brings, and what is told after it, in their order


def offers(played: Played, replicate: int = 0) -> list[Offer]:
    """The offers of one replicate of a block whose turns were kept, in order; `turn` counts the turns of a round from 1. Over a
    menu the block is of one replicate, whose deals are on one list."""
    told: list[Offer] = []
    turn = round = 0
    for at, kept in enumerate(played.table.turns or []):
        if kept.floor is not None and not kept.floor[replicate]:
            continue
        if kept.party != ROOM:
            turn, round = (1 if kept.round != round else turn + 1), kept.round
        standing, put = int(kept.standing[replicate]), int(kept.offers[replicate])
        if kept.asked[replicate] and standing < played.stakes.deals.count and told:
            signs = bool(kept.signed[replicate])
            answer = _answer(played, replicate, at, kept, signs)
            told[-1] = told[-1]._replace(answers=(*told[-1].answers, answer))
        if kept.put[replicate] and put < played.stakes.deals.count:
            points = 0.0 if kept.party == ROOM else _points(played, replicate, kept.party, put, kept.round).sum()
            told.append(Offer(at, kept.round, turn, kept.party, put, points, ()))
    return told


def notes(played: Played, replicate: int = 0) -> list[Line]:
    """What else happened in one replicate of a block whose notes were kept."""
    lines = ((note, note.line(replicate)) for note in played.table.notes)
    return [
        Line(_place(note.turn - 1, _PRESSED if note.answers else _NOTED), note.round, f"  {line}")
        for note, line in lines
        if line is not None
    ]


def _place(turn: int, what: int) -> int:
    return (_NOTED + 1) * turn + what


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
                "points": {party: float(_points(played, 0, p, offer.deal, offer.round).sum()) for p, party in enumerate(parties)},
                "by_issue": {party: _by_issue(played, p, offer) for p, party in enumerate(parties)},
                "answers": {parties[a.party]: "accept" if a.signs else "reject" for a in offer.answers},
                "answered": {parties[a.party]: a.round for a in offer.answers},
                "reasons": {parties[a.party]: _reason(a) for a in offer.answers if not a.signs},
            }
            for offer in offers(played)
        ],
        "notes": [{"round": note.round, "text": note.text.strip()} for note in notes(played)],
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
        "moved": moved_as_record(played),
    } | _by_round(played)


def _reason(answer: Answer) -> Record:
    """Why a party refuses: what bars it if anything does, and the issue on which it asks for most more, by so many points."""
    return {"bar": answer.bar or None, "issue": answer.issue or None, "short": answer.short}


def _by_issue(played: Played, party: int, offer: Offer) -> dict[str, float]:
    """Points of an offer to a party on each issue."""
    return dict(zip(played.stakes.deals.issues, _points(played, 0, party, offer.deal, offer.round).tolist(), strict=False))


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
    return "\n".join([*_opening(played, columns, number), "", *_rounds(played), *epilogue(played, columns)])


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
    elif needs_no_list(negotiation.talks):
        yield "Signatures of a text that only repeat are left out below."
    yield from _advisers(played)
    crossed = list(_real_red_lines(played))
    if crossed:
        yield f"Red lines that are real this time: {'; '.join(crossed)}."
    yield from votes_before(played)


def _advisers(played: Played) -> Iterator[str]:
    """Who speaks, and neither signs nor votes."""
    house = played.stakes.deals.house
    for p, name in enumerate(played.negotiation.parties):
        if p not in played.signers and not (house is not None and house.votes[p]):
            rooms = played.negotiation.talks.rooms
            does = "advises" if not rooms or any(name in room.parties for room in rooms) else "sits in no room and has no say"
            yield f"{played.negotiation.name(name)} {does}: no deal needs its signature."


def _real_red_lines(played: Played) -> Iterator[str]:
    for p, name in enumerate(played.negotiation.parties):
        bounds = played.negotiation.bounds(name).values()
        for line, points in zip(bounds, played.stakes.points[p][0, played.stakes.soft[p] :], strict=True):
            if points < 0 and isinstance(line, RedLine):
                yield f"{played.negotiation.name(name)} on {condition_in_words(line.when)}"


def _rounds(played: Played) -> Iterator[str]:
    """A paragraph per round in which something new was offered or answered."""
    last: dict[int, Offer] = {}
    told = [*notes(played), *(line for offer in offers(played) for line in _told(played, offer, last))]
    for number, lines in groupby(sorted(told, key=lambda line: line.place), key=lambda line: line.round):
        yield f"Round {number}"
        yield from (line.text for line in lines)


def _told(played: Played, offer: Offer, last: dict[int, Offer]) -> Iterator[Line]:
    """The offer and its answers, or nothing where the party's last one went the same way; a text in a new room is always told."""
    before, last[offer.party] = last.get(offer.party), offer
    answered = [(answer.party, answer.signs) for answer in offer.answers]
    same = before and before.deal == offer.deal and answered == [(answer.party, answer.signs) for answer in before.answers]
    if same and offer.party != ROOM:
        return
    names = [played.negotiation.name(party) for party in played.negotiation.parties]
    standing = "the text on the table" if offer.party == ROOM else f"{possessive(names[offer.party])} offer"
    if offer.party == ROOM:
        put = f"On the table lies {deal_in_words(played.stakes.deals.options(offer.deal))}"
    else:
        put = f"{names[offer.party]} {_moved(played, offer, before)} ({in_points(offer.points)})"
    yield Line(_place(offer.at, _PUT), offer.round, f"  {put}")
    for answer in offer.answers:
        of = "" if answer.round == offer.round else f" {standing}"
        yield Line(_place(answer.at, _ANSWERED), answer.round, f"    {names[answer.party]} {_answered(answer, of)}")
    house, vote = played.stakes.deals.house, played.negotiation.talks.vote
    if house is not None and vote is not None and offer.party != ROOM:
        at = max([offer.at, *(answer.at for answer in offer.answers)])
        yield Line(_place(at, _COUNTED), offer.round, f"    {_counted(played, offer, house, vote.quota)}")


def _counted(played: Played, offer: Offer, house: House, quota: float) -> str:
    """The count of a vote, and whether the deal is carried: also by those who must sign it."""
    won = house.votes[[offer.party, *(answer.party for answer in offer.answers if answer.signs)]].sum()
    count = f"{won:g} of {house.votes.sum():g} votes; {quota:g} {'is' if quota == 1 else 'are'} needed"
    parties, deals = list(played.negotiation.parties), played.stakes.deals
    vetoes = [answer.party for answer in offer.answers if not answer.signs and deals.needed(answer.party)[offer.deal]]
    if won >= quota and vetoes:
        names = " and ".join(played.negotiation.name(parties[party]) for party in vetoes)
        return f"{count}: not carried, as {names} must sign it"
    away = [name for name in absent(played, offer.round) if deals.needed(parties.index(name))[offer.deal]]
    if won >= quota and away:
        names = " and ".join(map(played.negotiation.name, away))
        return f"{count}: not carried, as {names} must sign it and {'is' if len(away) == 1 else 'are'} not there"
    return f"{count}: {'carried' if won >= quota else 'not carried'}"


def _answered(answer: Answer, of: str) -> str:
    yes, no = (f"votes for{of or ' it'}", f"votes against{of or ' it'}") if answer.votes else (f"signs{of}", f"refuses{of}")
    if answer.signs:
        return f"{yes} ({in_points(answer.points)})"
    if answer.bar:
        return f"{no}: {answer.bar} ({in_points(answer.points)})"
    over = f", above all over {said(answer.issue)} ({answer.short:.0f} less than it asks)" if answer.issue else ""
    return f"{no} ({in_points(answer.points)}){over}"


def _moved(played: Played, offer: Offer, last: Offer | None) -> str:
    """The offer in words: whole at first, then only what has changed."""
    options = played.stakes.deals.options(offer.deal)
    if not last:
        return f"proposes {deal_in_words(options)}"
    old = played.stakes.deals.options(last.deal)
    changed = [f"{said(issue)} {said(old[issue])} -> {said(options[issue])}" for issue in options if options[issue] != old[issue]]
    return f"now proposes {', '.join(changed)}" if changed else "repeats its offer"


def _answer(played: Played, r: int, at: int, turn: Turn, signs: bool) -> Answer:
    """The answer, with the issue on which the party's own next offer asks for most more."""
    deals, party = played.stakes.deals, turn.party
    standing, own = int(turn.standing[r]), int(turn.offers[r])
    points = _points(played, r, party, standing, turn.round)
    votes = not deals.needed(party)[standing] and bool(deals.house and deals.house.votes[party])
    plain = Answer(at, turn.round, party, signs, votes, points.sum(), bar(played.stakes, party, standing, r), "", 0.0)
    if own >= deals.count or signs:
        return plain
    gaps = (_points(played, r, party, own, turn.round) - points)[: len(deals.issues)]
    most = int(gaps.argmax())
    return plain._replace(issue=list(deals.issues)[most] if gaps[most] > 0 else "", short=float(gaps[most]))


def _points(played: Played, r: int, party: int, deal: int, round: int) -> np.ndarray:
    """Points of a deal to a party in a round, by issue and then by linkage."""
    deals, soft = played.stakes.deals, played.stakes.soft[party]
    features = played.table.stakes[round - 1].points[party][r, :soft] * deals.features[party][:soft, deal] * 100
    ends = np.cumsum([len(options) for options in deals.issues.values()])
    by_issue = [part.sum() for part in np.split(features[: ends[-1]], ends[:-1])]
    return np.array([*by_issue, *features[ends[-1] :]])
