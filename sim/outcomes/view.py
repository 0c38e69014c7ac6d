"""What a chair at the table may know, as a plain record: its own points, what is public, and nothing of the others' wishes.

Points are those of the one replicate played, on the party's own scale from 0 to 100. Of what happened outside a chair hears what
all hear, and what no deal is worth to itself now; others' values, no-deal values, red lines, and luck stay hidden.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.case.arrays import Floats
from sim.case.deals import Deals
from sim.case.party import RedLine
from sim.case.stakes import Stakes, bar
from sim.case.words import deal_in_words
from sim.outcomes.endings import AGREED, ending_of, endings
from sim.outcomes.measures import Played
from sim.talks.chair import OFFER, REFUSE, SIGN, Question
from sim.talks.negotiation import Negotiation
from sim.talks.table import ROOM, Note, Table, Turn

Record = dict[str, Any]


def view(negotiation: Negotiation, party: int, stands: Question | Played, advice: bool = True) -> Record:
    """What the party's chair knows where talks stand at a question, to whomever, or at their end.

    Keys: `party`, `name`; `over`, `asked` (the party whose move it is), `round`, `last` (of this room, as far as is known),
    `rounds`, `members` (present); `may` (the kinds of move it has now; none where another is asked), `proposes` (it has the
    floor, with nothing to answer); `standing` (the deal on the table: `deal`, `by`, `signed`, `missing`, and `worth` to this
    chair); `no_deal`, `no_deal_start`; `options` (points by issue and option), `linkages`, `bars` (what it cannot sign in this
    replicate); `best` (its best deal); `menu` (how many deals can be put, where not all can); `talk` (what was said, in
    order); `advice` (what its own strategy would do here); when all is over `ending` in words and `agreement`, a deal or None.
    """
    stakes = stands.stakes if isinstance(stands, Question) else stands.end.stakes
    here = _question(negotiation, party, stands, advice) if isinstance(stands, Question) else _end(negotiation, party, stands)
    return {
        "party": stakes.deals.parties[party],
        "name": negotiation.name(stakes.deals.parties[party]),
        "rounds": negotiation.talks.rounds,
        **here,
        "no_deal_start": 100 * float(stakes.no_deal[0, party, 0]),
        "options": {issue: dict(zip(names, points, strict=True)) for issue, names, points in _by_option(stakes, party)},
        "linkages": _linkages(negotiation, stakes, party),
        "bars": _bars(negotiation, stakes, party),
        "best": _best(stakes, party),
        "menu": None if stakes.deals.complete else stakes.deals.count,
        "talk": list(talk(negotiation, stands.table, stakes.deals)),
    }


def worth_to(stakes: Stakes, party: int, deal: int, t: int) -> Record:
    """What a deal is worth to the party in round t: `points` in all, by `issues`, by `linkages`, `margin` over no deal now, and
    what bars the party from it, if anything does."""
    steps = stakes.points[party][0] * stakes.deals.features[party][:, deal] * 100
    ends = np.cumsum([len(options) for options in stakes.deals.issues.values()])
    issues = [float(part.sum()) for part in np.split(steps[: ends[-1]], ends[:-1])]
    points = float(steps[: stakes.soft[party]].sum())
    return {
        "points": points,
        "issues": dict(zip(stakes.deals.issues, issues, strict=True)),
        "linkages": float(steps[ends[-1] : stakes.soft[party]].sum()),
        "margin": points - 100 * float(stakes.no_deal_in(t)[party, 0]),
        "bar": bar(stakes, party, deal),
    }


def talk(negotiation: Negotiation, table: Table, deals: Deals) -> Iterator[Record]:
    """What was said at the table of one replicate and what all heard from outside, in order: `round`, `party` (None for news),
    `move`, `deal` where one was put, and `text`."""
    last: dict[int, dict[str, str]] = {}
    turns, notes = table.turns or [], list(table.notes)
    for number, turn in enumerate([*turns, None]):
        while notes and notes[0].turn <= number:
            yield from _news(notes.pop(0))
        if turn is not None and (turn.floor is None or turn.floor[0]):
            yield from _turn(negotiation, deals, turn, last)


def _news(note: Note) -> Iterator[Record]:
    line = None if note.public is None else note.public(0)
    if line is not None:
        yield {"round": note.round, "party": None, "move": "news", "deal": None, "text": line}


def _turn(negotiation: Negotiation, deals: Deals, turn: Turn, last: dict[int, dict[str, str]]) -> Iterator[Record]:
    """What a party said to the standing offer, and what it put."""
    name = "" if turn.party == ROOM else negotiation.name(deals.parties[turn.party])
    said = {"round": turn.round, "party": deals.parties[turn.party] if name else None, "deal": None}
    standing, put = int(turn.standing[0]), int(turn.offers[0])
    if turn.asked[0] and standing < deals.count:
        signs = bool(turn.signed[0])
        votes = not deals.needed(turn.party)[standing] and deals.house is not None
        yes, no = ("votes for it", "votes against it") if votes else ("signs", "refuses")
        yield said | {"move": SIGN if signs else REFUSE, "text": f"{name} {yes if signs else no}"}
    if not turn.put[0]:
        return
    if put >= deals.count:
        yield said | {"move": REFUSE, "text": f"{name} puts nothing"}
        return
    deal = deals.options(put)
    move = "opens" if turn.party == ROOM else OFFER
    yield said | {"move": move, "deal": deal, "text": _put(name, deal, last.get(turn.party))}
    last[turn.party] = deal


def _put(name: str, deal: dict[str, str], before: dict[str, str] | None) -> str:
    """A deal put, whole at first, then only what has changed."""
    if not name:
        return f"On the table lies {deal_in_words(deal)}"
    if before is None:
        return f"{name} proposes {deal_in_words(deal)}"
    changed = {issue: f"{before[issue]} -> {option}" for issue, option in deal.items() if option != before[issue]}
    return f"{name} now proposes {deal_in_words(changed)}" if changed else f"{name} repeats its offer"


def _question(negotiation: Negotiation, party: int, question: Question, advice: bool) -> Record:
    deals, mine = question.stakes.deals, question.party == party
    return {
        "over": False,
        "asked": deals.parties[question.party],
        "round": question.t + 1,
        "last": question.last,
        "members": [deals.parties[member] for member in question.members],
        "may": question.may if mine else [],
        "proposes": mine and question.proposes,
        "standing": _standing(question, party),
        "no_deal": 100 * float(question.stakes.no_deal_in(question.t)[party, 0]),
        "advice": _advice(question) if mine and advice else None,
    }


def _end(negotiation: Negotiation, party: int, played: Played) -> Record:
    ending = int(ending_of(negotiation, played.table, played.zone_end.size > 0)[0])
    deal = played.stakes.deals.named(played.end.rows[0]) if ending == AGREED else None
    return {
        "over": True,
        "asked": None,
        "round": int(played.round[0]),
        "last": int(played.end.horizon[0]),
        "members": [],
        "may": [],
        "proposes": False,
        "standing": None,
        "no_deal": 100 * float(played.end.stakes.no_deal_at(played.round - 1)[party, 0]),
        "advice": None,
        "ending": list(endings(negotiation).values())[ending],
        "agreement": deal,
    }


def _standing(question: Question, party: int) -> Record | None:
    """The deal on the table."""
    table, deals, k = question.table, question.stakes.deals, question.standing
    if k >= deals.count:
        return None
    needs = int(np.bitwise_or.reduce(table.lacks[:, k]))
    missing = int(table.missing[0])
    by = [turn.party for turn in table.turns or [] if turn.put[0] and (turn.floor is None or turn.floor[0])]
    return {
        "deal": deals.options(k),
        "by": deals.parties[by[-1]] if by and by[-1] != ROOM else None,
        "signed": [name for p, name in enumerate(deals.parties) if needs & ~missing & 1 << p],
        "missing": [name for p, name in enumerate(deals.parties) if missing & 1 << p],
        "worth": worth_to(question.stakes, party, k, question.t),
    }


def _advice(question: Question) -> Record:
    """What the party's own strategy would do."""
    move, deals = question.advice, question.stakes.deals
    deal = None if move.deal is None else deals.options(move.deal)
    worth = None if move.deal is None else worth_to(question.stakes, move.party, move.deal, question.t)["points"]
    return {"party": deals.parties[move.party], "move": move.kind, **({"deal": deal, "points": worth} if deal else {})}


def _by_option(stakes: Stakes, party: int) -> Iterator[tuple[str, tuple[str, ...], list[float]]]:
    """Each issue, its options, and the points of each."""
    at = 0
    for issue, names in stakes.deals.issues.items():
        yield issue, names, (100 * stakes.points[party][0, at : at + len(names)]).tolist()
        at += len(names)


def _linkages(negotiation: Negotiation, stakes: Stakes, party: int) -> list[Record]:
    name, points = stakes.deals.parties[party], _beyond_options(stakes, party)
    linkages = [linkage for linkage in negotiation.linkages if linkage.party == name]
    return [{"when": linkage.when, "points": 100 * float(own)} for linkage, own in zip(linkages, points, strict=False)]


def _bars(negotiation: Negotiation, stakes: Stakes, party: int) -> list[Record]:
    """The party's red lines that are real in this replicate, and what its councils have not let through."""
    lines = stakes.points[party][0, stakes.soft[party] :]
    bounds = negotiation.bounds(stakes.deals.parties[party])
    return [
        {"when": bound.when, "by": "red line" if isinstance(bound, RedLine) else path.split(".")[1]}
        for (path, bound), points in zip(bounds.items(), lines, strict=True)
        if points < 0
    ]


def _beyond_options(stakes: Stakes, party: int) -> Floats:
    options = sum(len(names) for names in stakes.deals.issues.values())
    return stakes.points[party][0, options:]


def _best(stakes: Stakes, party: int) -> Record:
    deal = int(stakes.worth[party, 0, :-1].argmax())
    return {"deal": stakes.deals.options(deal), "points": 100 * float(stakes.utility(party, np.array([deal]))[0])}
