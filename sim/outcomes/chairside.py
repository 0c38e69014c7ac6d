"""What a chair in the terminal is told, in lines of words: its role, what lies on the table, how it did.

All is read off the plain records of `sim.outcomes.view` and `sim.studies.debrief`.
"""

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Any

from sim.outcomes.captions import key_words, percent
from sim.talks.negotiation import Negotiation

Record = dict[str, Any]

_WIDTH = 96
_MOST_OPTIONS = 9  # of an issue, listed one by one
_NAMES = {"nash": "Nash", "kalai_smorodinsky": "Kalai-Smorodinsky"}


def role(negotiation: Negotiation, view: Record, replicate: int) -> Iterator[str]:
    """Who one is, what each option is worth, what no deal is worth, what one cannot sign, who must sign."""
    others = [negotiation.name(party) for party in negotiation.parties if party != view["party"]]
    yield f"{negotiation.title}, replicate {replicate}. You are {view['name']}."
    yield from _wrapped(f"The program plays {_and(others)}. There are {view['rounds']} rounds at most.")
    if view["menu"]:
        yield f"Deals are those of a menu of {view['menu']:,}."
    yield ""
    yield "Your points, from 0 to 100 (nobody else sees them):"
    for issue in view["options"]:
        yield from options(negotiation, view, issue)
    for linkage in view["linkages"]:
        yield from _row(linkage["points"], f"with {condition(linkage['when'])}", sign="+")
    yield from _row(view["no_deal"], "no deal, as things stand now")
    for bar in view["bars"]:
        why = "a red line of yours" if bar["by"] == "red line" else f"the council '{_said(bar['by'])}' has voted against it"
        yield from _wrapped(f"You cannot sign {condition(bar['when'])}: {why}.")
    for sentence in signatures(negotiation):
        yield from _wrapped(sentence)


def options(negotiation: Negotiation, view: Record, issue: str) -> Iterator[str]:
    """An issue and what its options are worth; of many options a few, in even steps."""
    texts, points = negotiation.issues[issue].options, view["options"][issue]
    yield from _wrapped(f"{_said(issue)}: {negotiation.issues[issue].question}", "  ")
    keys = list(points)
    step = -(-(len(keys) - 1) // (_MOST_OPTIONS - 1)) if len(keys) > _MOST_OPTIONS else 1
    for n, key in enumerate(keys):
        if n % step == 0 or n == len(keys) - 1:
            text = texts[key]
            yield from _row(points[key], f"{key}: {text}" if text != key else key)
    if step > 1:
        yield f"         and others between: {len(keys)} options in all"


def signatures(negotiation: Negotiation) -> Iterator[str]:
    """Who must sign which deals, and what votes they need: a sentence each."""
    always, vote = [negotiation.name(party) for party in negotiation.always_sign()], negotiation.talks.vote
    if always:
        yield f"Every deal must be signed by {_and(always)}."
    needs: dict[str, list[str]] = {}
    for consent in negotiation.talks.sign_when:
        needs.setdefault(_and(map(negotiation.name, consent.needs)), []).append(condition(consent.when))
    for names, conditions in needs.items():
        yield f"Also by {names}, if it has {'; or '.join(conditions)}."
    if vote is not None:
        voters = [f"{negotiation.name(party)} {vote.weights.get(party, 1):g}" for party in negotiation.voters()]
        yield f"A deal needs {vote.quota:g} votes. Votes: {', '.join(voters)}."


def news(view: Record, told: int) -> Iterator[str]:
    """What was said since so many things had been said, under their rounds."""
    round = view["talk"][told - 1]["round"] if told else 0
    for said in view["talk"][told:]:
        if said["round"] != round:
            round = said["round"]
            yield f"Round {round}"
        yield from _wrapped(f"{said['text']}.", "  ")


def table(negotiation: Negotiation, view: Record) -> Iterator[str]:
    """What the chair has to decide: what lies on the table, what it is worth, whose signature is missing, and the advice."""
    yield ""
    yield f"Round {view['round']} of {view['rounds']}, your turn" + (", the last here" if view["round"] == view["last"] else "")
    standing = view["standing"]
    if view["proposes"]:
        yield "  You have the floor: propose a deal."
    elif standing is None:
        yield "  Nothing lies on the table."
    else:
        yield f"  On the table, from {_name(negotiation, standing['by'])}:" if standing["by"] else "  On the table:"
        yield from worth(negotiation, standing["deal"], standing["worth"], view["no_deal"])
        missing = [_name(negotiation, party) for party in standing["missing"]]
        yield from _wrapped(f"Not yet signed by {_and(missing)}." if missing else "It is put to the vote.", "  ")
    if view["advice"]:
        yield from _wrapped(f"Advice: {advice(view['advice'], 'offer' in view['may'])}", "  ")


def worth(negotiation: Negotiation, deal: dict[str, str], what: Record, no_deal: float) -> Iterator[str]:
    """A deal, issue by issue, with its points and those of no deal."""
    for issue, option in deal.items():
        yield from _row(what["issues"][issue], f"{_said(issue)}: {negotiation.issues[issue].options[option]}")
    if what["linkages"]:
        yield from _row(what["linkages"], "for what it joins together", sign="+")
    yield from _row(what["points"], f"in all; no deal is worth {no_deal:.1f}")
    if what["bar"]:
        yield f"  You cannot sign it: {what['bar']}."


def advice(move: Record, could_offer: bool) -> str:
    """What the party's own strategy would do, in a turn in which it could put a deal or not."""
    if move["move"] != "offer":
        return {"sign": "sign.", "refuse": "refuse, and put nothing." if could_offer else "refuse.", "leave": "leave."}[
            move["move"]
        ]
    return f"offer {in_options(move['deal'])} ({move['points']:.1f} points)."


def result(negotiation: Negotiation, told: Record) -> Iterator[str]:
    """How the chair did: beside no deal, the program in the same replicate, in many others, and the solution points."""
    own, program, others = told["own"], told["program"], told["others"]
    yield f"{own['text']}, round {own['round']}."
    for issue, option in (own["deal"] or {}).items():
        yield from _wrapped(f"{_said(issue)}: {negotiation.issues[issue].options[option]}", "  ")
    yield f"You have {_points(own)}."
    yield from _wrapped(f"The program in your chair, here: {program['text']}, round {program['round']}: {_points(program)}.")
    low, middle, high = (others["quantiles"][n] for n in (25, 50, 75))
    yield from _wrapped(
        f"The program in your chair, in {others['replicates']:,} replicates with their own luck: agreement in "
        f"{percent(others['agreed'])}; gain over no deal: median {_signed(middle)} points, {_signed(low)} to {_signed(high)} in "
        f"the middle half. It gained less than you in {percent(others['less'])}, the same in {percent(others['same'])}, more in "
        f"{percent(others['more'])} (by sampling, each within {_sampling(others['replicates'])})."
    )
    points = [(name, point) for name, point in told["solutions"].items() if point]
    yield "Solution points of this replicate, and what they are worth to you:" if points else "There is no solution point here."
    for name, point in points:
        yield from _row(point["points"], f"{_NAMES.get(name, key_words(name))}: {in_options(point['deal'])}")


def condition(when: dict[str, list[str]]) -> str:
    """What deals a condition is about."""
    return " and ".join(f"{_said(issue)} {'/'.join(map(_said, options))}" for issue, options in when.items())


def in_options(deal: dict[str, str]) -> str:
    """A deal as it can be typed."""
    return " ".join(f"{issue}={option}" for issue, option in deal.items())


def _points(record: Record) -> str:
    return f"{record['utility']:.1f} points, {_beside(record['gain'])}"


def _beside(gain: float) -> str:
    if abs(gain) < 0.05:
        return "as much as no deal was worth at the start"
    return f"{abs(gain):.1f} {'more' if gain > 0 else 'less'} than no deal was worth at the start"


def _signed(points: float) -> str:
    return f"{round(points, 1) + 0.0:+.1f}"  # which has no -0.0


def _sampling(replicates: int) -> str:
    return f"{98 / replicates**0.5:.1f} points of a hundred"  # 1.96 standard errors at a half, where they are largest


def _row(points: float, text: str, sign: str = "") -> Iterator[str]:
    """Points in a column of their own, then words."""
    figure = f"{points:{sign}.1f}".replace("-0.0", "0.0")
    yield from wrap(text, _WIDTH, initial_indent=f"{figure:>7}  ", subsequent_indent=" " * 9)


def _wrapped(text: str, indent: str = "") -> list[str]:
    return wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")


def _name(negotiation: Negotiation, party: str) -> str:
    return negotiation.name(party)


def _and(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _said(word: str) -> str:
    return word.replace("_", " ")
