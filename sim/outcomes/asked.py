"""What a study asks of each replicate: whether it ended so, agreed so, had a zone, or how many points it brought a party."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.case.arrays import Floats
from sim.case.faults import near
from sim.outcomes.endings import endings
from sim.outcomes.measures import Columns
from sim.talks.negotiation import Negotiation

FORMS = "ending=ENDING, ISSUE=OPTION, zone_start, zone_end, round, utility.PARTY, gain.PARTY or no_deal.PARTY"
_ZONES = {
    "zone_start": "a zone of agreement existed at the start",
    "zone_end": "a zone of agreement existed in the last round",
}
_POINTS = {"utility": "utility", "gain": "gain over no deal", "no_deal": "no-deal value"}


class Asked(NamedTuple):
    """A question with its answers.

    `name` is how it is written, `text` how it is said; `of` turns the columns of replicates into answers (n,): 1 or 0 where
    it is a `share`, else rounds or points.
    """

    name: str
    text: str
    share: bool
    of: Callable[[Columns], Floats]


def asked(negotiation: Negotiation, word: str) -> Asked:
    """The question written so; ValueError says what is wrong with it.

    Several options of an issue may be given, as in line=freeze/line_mirrored. Clauses count over all replicates: one without an
    agreement holds none.
    """
    subject, equals, answer = word.strip().partition("=")
    kind, _, party = subject.partition(".")
    if subject == "ending" and equals:
        return _ending(negotiation, word, answer)
    if equals:
        return _clause(negotiation, word, subject, answer.split("/"))
    if subject in _ZONES:
        return Asked(word, _ZONES[subject], True, lambda columns: columns[subject].astype(float))
    if subject == "round":
        return Asked(word, "round in which talks ended", False, lambda columns: columns["round"].astype(float))
    if kind in _POINTS:
        if party not in negotiation.parties:
            raise ValueError(f"{word}: no party of the name '{party}'{near(party, negotiation.parties)}")
        return Asked(word, f"{negotiation.name(party)}: {_POINTS[kind]}", False, lambda columns: columns[subject])
    raise ValueError(f"{word}: a measure is written {FORMS}")


def _ending(negotiation: Negotiation, word: str, key: str) -> Asked:
    known = endings(negotiation)
    if key not in known:
        raise ValueError(f"{word}: no ending of the name '{key}'{near(key, known)}")
    number = list(known).index(key)
    return Asked(word, known[key], True, lambda columns: (columns["ending"] == number).astype(float))


def _clause(negotiation: Negotiation, word: str, issue: str, options: list[str]) -> Asked:
    if issue not in negotiation.issues:
        raise ValueError(f"{word}: no issue of the name '{issue}'{near(issue, negotiation.issues)}")
    known = list(negotiation.issues[issue].options)
    for option in options:
        if option not in known:
            raise ValueError(f"{word}: the issue '{issue}' has no option '{option}'{near(option, known)}")
    numbers = [known.index(option) for option in options]
    text = f"agreed with {issue} {'/'.join(options)}".replace("_", " ")
    return Asked(word, text, True, lambda columns: np.isin(columns[f"option.{issue}"], numbers).astype(float))
