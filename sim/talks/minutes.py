"""What is told of a round over a single text: who said no to what, what was misheard, what stands, who signs."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from sim.case.arrays import Array, Bools, Floats
from sim.case.stakes import GRID, RED_LINE, Stakes
from sim.case.words import possessive
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
    """A round in R replicates: whether it is the first in its room and where (R,) it is the last, where (R,) talks went on, the
    texts (R, I) before and after its revisions, what they are then worth (R, P) in whole steps, real red lines included, who
    had to sign and who did, (R,) a bit a party."""

    negotiation: Any
    stakes: Stakes
    first: bool
    last: Bools
    signers: list[int]
    mediator: int | None
    going: Bools
    before: Array
    revisions: list[Revision]
    now: Array
    worth: Floats
    needs: Array
    signed: Array


def lines(minutes: Minutes) -> list[Line]:
    """What the round's notes say of replicate r; None where there is nothing to say."""
    first: list[Line] = [partial(_opens, minutes)] if minutes.first else []
    noes: list[Line] = [partial(_says_no, minutes, party) for party in minutes.signers]
    told: list[Line] = [
        *first,
        *noes,
        partial(_kept_back, minutes),
        partial(_misheard, minutes),
        partial(_stands, minutes),
        _signs(minutes),
    ]
    return [partial(_while_going, minutes, line) for line in told]


def _while_going(minutes: Minutes, line: Line, r: int) -> str | None:
    return line(r) if minutes.going[r] else None


def _opens(minutes: Minutes, r: int) -> str:
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
    misheard = [(one, one.asked[r] & (one.agreed[r] ^ one.heard[r])) for one in minutes.revisions]
    wrong = [(p, one) for one, bits in misheard for p in minutes.signers if bits >> p & 1]
    if not wrong:
        return None
    party, one = wrong[0]
    said, taken = ("yes", "no") if one.agreed[r] >> party & 1 else ("no", "yes")
    more = f"; {len(wrong) - 1} more misheard" if len(wrong) > 1 else ""
    return f"Misheard: {possessive(_name(minutes, party))} {said} to {_listed(minutes, [one], r)}, taken for a {taken}{more}"


def _stands(minutes: Minutes, r: int) -> str:
    stand = sum(bool(one.stands[r]) for one in minutes.revisions)
    changed = [
        f"{_said(issue)} {_said(names[was])} -> {_said(names[now])}"
        for (issue, names), was, now in zip(_issues(minutes), minutes.before[r], minutes.now[r], strict=True)
        if was != now
    ]
    return f"{stand} of {len(minutes.revisions)} changes stand: {', '.join(changed) or 'the text is as before'}"


def _signs(minutes: Minutes) -> Line:
    """Who signs and who does not; nothing where nobody signs before the last round."""
    points = [100 * minutes.stakes.utility_of(p, minutes.now) for p in minutes.signers]
    barred = minutes.worth < -GRID * RED_LINE / 2

    def line(r: int) -> str | None:
        answers = [
            f"{_name(minutes, p)} {'signs' if minutes.signed[r] >> p & 1 else 'does not'} ({own[r]:.0f} points"
            + (", and a red line or a council bars it)" if barred[r, p] else ")")
            for p, own in zip(minutes.signers, points, strict=True)
            if minutes.needs[r] >> p & 1
        ]
        return f"Put to signature: {', '.join(answers)}" if minutes.last[r] or minutes.signed[r] else None

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
