"""What is told of a round over a single text: who said no to what, what was misheard, what stands, who signs."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from sim.case.arrays import Array, Bools, Floats
from sim.case.stakes import GRID, RED_LINE, Stakes
from sim.case.words import in_points
from sim.talks.text import Change

Line = Callable[[int], str | None]

_MOST = 3  # changes that a line names


class Revision(NamedTuple):
    """A change proposed in R replicates: where it was kept back for bias, who was asked, who agreed and who was heard to agree,
    a bit a party, and where it stands: all (R,)."""

    change: Change
    kept_back: Bools
    asked: Array
    agreed: Array
    heard: Array
    stands: Bools


class Minutes(NamedTuple):
    """A round in R replicates: where (R,) a text is first laid on the table, where it is the last round and where talks went on,
    who is there, the texts (R, I) before and after its revisions, what they are then worth (R, P) in whole steps, real red lines
    included, who had to sign and who did, (R,) a bit a party, where (R,) either is new, and the least utility (P, R) that each
    would sign."""

    negotiation: Any
    stakes: Stakes
    first: Bools
    last: Bools
    signers: list[int]
    mediator: int | None
    here: Sequence[int]
    going: Bools
    before: Array
    revisions: list[Revision]
    now: Array
    worth: Floats
    needs: Array
    signed: Array
    news: Bools
    asks: Floats


def lines(minutes: Minutes) -> list[Line]:
    """What the round's notes say of replicate r; None where there is nothing to say."""
    noes: list[Line] = [partial(_says_no, minutes, party) for party in minutes.signers]
    told: list[Line] = [
        partial(_opens, minutes),
        *noes,
        partial(_kept_back, minutes),
        partial(_misheard, minutes),
        partial(_stands, minutes),
        _signs(minutes),
    ]
    return [partial(_while_going, minutes, line) for line in told]


def _while_going(minutes: Minutes, line: Line, r: int) -> str | None:
    return line(r) if minutes.going[r] else None


def _opens(minutes: Minutes, r: int) -> str | None:
    if not minutes.first[r]:
        return None
    options = minutes.stakes.deals.named(minutes.before[r])
    return f"The text opens with {', '.join(f'{_said(issue)} {_said(option)}' for issue, option in options.items())}"


def _says_no(minutes: Minutes, party: int, r: int) -> str | None:
    noes = [one for one in minutes.revisions if (one.asked[r] & ~one.agreed[r]) >> party & 1]
    return f"{_name(minutes, party)} says no to {_listed(minutes, noes, r)}" if noes else None


def _kept_back(minutes: Minutes, r: int) -> str | None:
    held = [one for one in minutes.revisions if one.kept_back[r]]
    if not held or minutes.mediator is None:
        return None
    return f"{_name(minutes, minutes.mediator)}, who mediates, keeps back {_listed(minutes, held, r)}"


def _misheard(minutes: Minutes, r: int) -> str | None:
    """The changes of which it was decisive that somebody was misheard, and how many other answers were."""
    decided, others = [], 0
    for one in minutes.revisions:
        wrong = one.asked[r] & (one.agreed[r] ^ one.heard[r])
        noes = one.asked[r] & ~one.agreed[r]
        names = " and ".join(_name(minutes, p) for p in minutes.signers if wrong >> p & 1)
        if wrong and one.stands[r] and noes:
            decided.append(f"{_in_words(minutes, one.change, r)} stands though {names} said no")
        elif wrong and not one.stands[r] and not noes:
            decided.append(f"{_in_words(minutes, one.change, r)} falls though {names} said yes")
        else:
            others += wrong.bit_count()
    if not decided and not others:
        return None
    answers = f"{others}{' other' if decided else ''} answer{'s' if others > 1 else ''}, which changed nothing"
    return f"Misheard: {'; '.join([*decided, *([answers] if others else [])])}"


def _stands(minutes: Minutes, r: int) -> str:
    stand = sum(bool(one.stands[r]) for one in minutes.revisions)
    changed = [
        f"{_said(issue)} {_said(names[was])} -> {_said(names[now])}"
        for (issue, names), was, now in zip(_issues(minutes), minutes.before[r], minutes.now[r], strict=True)
        if was != now
    ]
    stands = "stands" if stand == 1 else "stand"
    return f"{stand} of {len(minutes.revisions)} changes {stands}: {', '.join(changed) or 'the text is as before'}"


def _signs(minutes: Minutes) -> Line:
    """Who signs and who does not, and for how much it asks; only what is new, and all in the last round."""
    points = [100 * minutes.stakes.utility_of(p, minutes.now) for p in minutes.signers]
    barred = minutes.worth < -GRID * RED_LINE / 2

    def answer(p: int, own: float, r: int) -> str:
        if minutes.signed[r] >> p & 1:
            return f"{_name(minutes, p)} signs ({in_points(own)})"
        if p not in minutes.here:
            return f"{_name(minutes, p)} is not there"
        asks = 100 * minutes.asks[p, r]
        why = ", and a red line or a council bars it" if barred[r, p] else f", asks for {asks:.0f}" if asks > own else ""
        return f"{_name(minutes, p)} does not ({in_points(own)}{why})"

    def line(r: int) -> str | None:
        answers = [answer(p, own[r], r) for p, own in zip(minutes.signers, points, strict=True) if minutes.needs[r] >> p & 1]
        new = minutes.last[r] or (minutes.signed[r] and minutes.news[r])
        return f"Put to signature: {', '.join(answers)}" if new else None

    return line


def _listed(minutes: Minutes, revisions: list[Revision], r: int) -> str:
    """The first few of the changes proposed, and how many more."""
    words = list(dict.fromkeys(_in_words(minutes, one.change, r) for one in revisions))
    more = f" and {len(words) - _MOST} more" if len(words) > _MOST else ""
    return ", ".join(words[:_MOST]) + more


def _in_words(minutes: Minutes, change: Change, r: int) -> str:
    issue, names = _issues(minutes)[change.issue[r]]
    return f"{_said(issue)} {_said(names[change.old[r]])} -> {_said(names[change.new[r]])}"


def _issues(minutes: Minutes) -> list[tuple[str, tuple[str, ...]]]:
    return list(minutes.stakes.deals.issues.items())


def _name(minutes: Minutes, party: int) -> str:
    return str(minutes.negotiation.name(minutes.stakes.deals.parties[party]))


def _said(word: str) -> str:
    return word.replace("_", " ")
