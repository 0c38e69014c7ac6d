"""Challenges: on each issue every party weighs challenging every other, and moves where it expects to lose.

Arrays hold parties first: in (n, n, R) the first party is the one from whose side things are seen. `READINGS` holds the two
known readings of the model.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar, Literal, NamedTuple

import numpy as np

from sim.case.arrays import Array, Bools, Floats, Numbers
from sim.case.numbers import Share
from sim.case.positions import added
from sim.case.section import Section
from sim.talks.protocols.compromise import Voices, nearest_deals, said, voices, weighted_median
from sim.talks.room import PlayRound, Room

_ROUNDING = 1e-12  # expected utilities that differ by less are equal
_SAME = 1e-9  # places that differ by less of the span are one
STAYS, CONFRONTATION, COMPROMISE, CAPITULATION = range(4)


class Challenge(Section):
    """Rounds of challenges in which all move at once, issue by issue; when nobody moves any more, or after the last round, the
    weighted median of positions is settled.

    The expected utility model of Bueno de Mesquita (1994), Political forecasting, in European Community decision making, as laid
    open by Scholz, Calbert and Smith (2011), Journal of Theoretical Politics 23. `reading` is that of their paper, or that of
    their code as others rebuilt it from their results. `status_quo` is the chance that a rival who is not challenged stays put.
    """

    reading: Literal["paper", "code"] = "paper"
    status_quo: Share = 1.0

    settles_points: ClassVar[bool] = True

    def open(self, room: Room) -> PlayRound:
        """What plays the next round."""
        status_quo = room.draws.of(self.status_quo, "talks.protocol.challenge.status_quo")
        return Challenges(room, self.reading, status_quo).play_round


class Dispute(NamedTuple):
    """One issue among the n parties that stand on it: where they stand, their salience and their weight (influence times
    salience), all (n, R); the span (R,) of positions at the start; the chance (R,) that a rival left alone stays put."""

    at: Floats
    salience: Floats
    weight: Floats
    span: Floats
    status_quo: Floats

    @property
    def unit(self) -> Floats:
        """The span (R,), or 1 where there is none."""
        return np.where(self.span > 0, self.span, 1.0)

    @property
    def apart(self) -> Floats:
        """How far parties stand from each other (n, n, R), as a share of the span."""
        return np.abs(self.at[:, None] - self.at) / self.unit


class Moves(NamedTuple):
    """Where n parties stand after a round, how each was moved there, and by which other, all (n, R)."""

    at: Floats
    kind: Array
    rival: Numbers


def support(dispute: Dispute, exponent: Floats) -> Floats:
    """Votes (n, n, R) for the first party's place against the second's: each voter counts with its weight times what it would
    lose less there, losses being distances to the power of its own risk exponent (n, R). Scholz et al., section 4."""
    losses = dispute.apart ** exponent[:, None]
    voters = zip(dispute.weight, losses, strict=True)
    return added(weight * np.maximum(loss - loss[:, None], 0) for weight, loss in voters)


def in_the_pair(votes: Floats) -> Floats:
    """The chance (n, n, R) that the first wins: its votes as a share of all cast between the two."""
    cast = votes + votes.swapaxes(0, 1)
    return votes / np.where(cast > 0, cast, 1)


def among_all_pairs(votes: Floats) -> Floats:
    """The same as a share of all votes cast between any two: small, and the chances of two parties do not sum to 1."""
    cast = 2 * added(added(votes))
    return votes / np.where(cast > 0, cast, 1)


def expected_utilities(dispute: Dispute, exponent: Floats, chance: Floats) -> tuple[Floats, Floats]:
    """What challenging the second party brings the first, and what it brings the second to challenge the first, both (n, n, R)
    as the first sees it, with its own risk exponent (n, R). Scholz et al., sections 2 and 3.

    Whoever is challenged resists with the chance of its salience. A rival left alone stays put, or else drifts to the median:
    which is for the better where the median lies nearer than the rival.
    """
    exponent, apart = exponent[:, None], dispute.apart
    success, failure = utility(0.5 - apart / 2, exponent), utility(0.5 + apart / 2, exponent)
    away = np.abs(dispute.at - weighted_median(dispute.at, dispute.weight))[:, None] / dispute.unit
    drift = np.where(away < apart, -1, 1) * (away + apart) / 4

    def expected(chance: Floats, salience: Floats, drift: Floats) -> Floats:
        resisted = chance * success + (1 - chance) * failure
        alone = dispute.status_quo * utility(0.5, exponent) + (1 - dispute.status_quo) * utility(0.5 + drift, exponent)
        return salience * resisted + (1 - salience) * success - alone

    own = expected(chance, dispute.salience[None], drift)
    return own, expected(chance.swapaxes(0, 1), dispute.salience[:, None], drift.swapaxes(0, 1))


def utility(share: Floats | float, exponent: Floats) -> Floats:
    """Utility from 2 at best to -2 at worst of a share of the way from best to worst. Scholz et al., section 3."""
    return 2 - 4 * np.maximum(share, 0) ** exponent


def risk_exponents(dispute: Dispute, reading: str) -> Floats:
    """Each party's risk exponent (n, R), from 1/2 to 2: the less others expect of challenging it, the higher. 1 for all where
    all are in equal danger. Scholz et al., section 5."""
    neutral = np.ones_like(dispute.at)
    _, theirs = expected_utilities(dispute, neutral, READINGS[reading].chance(support(dispute, neutral)))
    others = ~np.eye(len(neutral), dtype=bool)[:, :, None]
    danger = added((theirs * others).swapaxes(0, 1))
    most, least = danger.max(axis=0), danger.min(axis=0)
    differ = most - least > _ROUNDING
    risk = np.where(differ, 2 * danger - most - least, 0) / np.where(differ, most - least, 1) / 3
    return (1 - risk) / (1 + risk)


def moves(dispute: Dispute, reading: str) -> Moves:
    """Where each party goes. Scholz et al., section 6.

    A confrontation that both want is lost by the one who expects less of it, which moves to the other's place. Who would lose
    by challenging meets a stronger rival part of the way, or gives in to it where it would lose more than the rival would win.
    Of such offers confrontations go before compromises, and these before giving in; then the nearest; then the rival's who
    expects most; then the first in the file.
    """
    exponent = risk_exponents(dispute, reading)
    own, theirs = expected_utilities(dispute, exponent, READINGS[reading].chance(support(dispute, exponent)))
    kind = kinds(own, theirs)
    here, there = dispute.at[:, None], np.broadcast_to(dispute.at, own.shape)
    part = np.divide(-own, theirs, out=np.zeros_like(own), where=kind == COMPROMISE)
    offers = np.where(kind == COMPROMISE, here + (there - here) * part, there)
    order = np.where(kind == COMPROMISE, READINGS[reading].order(here, there, own, theirs), np.abs(offers - here))
    rival, taken = first_offer(kind, order / dispute.unit, theirs)
    to = np.take_along_axis(offers, rival[:, None], axis=1)[:, 0]
    return Moves(np.where(taken == STAYS, dispute.at, to), taken, rival)


def kinds(own: Floats, theirs: Floats) -> Array:
    """What the second party can make the first do (n, n, R), given what each expects of challenging the other.

    Parties at one place expect the same of each other, so that neither moves.
    """
    loses = (own > _ROUNDING) & (theirs > own + _ROUNDING)
    yields = (own < -_ROUNDING) & (theirs > _ROUNDING)
    meets = yields & (theirs > _ROUNDING - own)
    return np.select([loses, meets, yields], [CONFRONTATION, COMPROMISE, CAPITULATION], STAYS)


def first_offer(kind: Array, order: Floats, theirs: Floats) -> tuple[Numbers, Array]:
    """The rival (n, R) whose offer each party takes, and the kind of the offer."""
    urgency = np.where(kind == STAYS, CAPITULATION + 1, kind)
    taken = urgency.min(axis=1)
    offered = (kind != STAYS) & (urgency == taken[:, None])
    order = np.where(offered, order, np.inf)
    nearest = offered & (order <= order.min(axis=1)[:, None] + _SAME)
    rival = np.where(nearest, theirs.round(9), -np.inf).argmax(axis=1)
    return rival, np.where(taken > CAPITULATION, STAYS, taken)


def nearest_offer(here: Floats, there: Floats, own: Floats, theirs: Floats) -> Floats:
    """How far (n, n, R) a compromise is from where the party stands."""
    return np.abs((there - here) * np.divide(own, theirs, out=np.zeros_like(own), where=theirs != 0))


def lowest_point(here: Floats, there: Floats, own: Floats, theirs: Floats) -> Floats:
    """The mean (n, n, R) of both places, weighted by what each side expects: so what lies lowest on the scale goes first."""
    weights = np.abs(own) + np.abs(theirs)
    return (np.abs(own) * here + np.abs(theirs) * there) / np.where(weights > 0, weights, 1)


class Reading(NamedTuple):
    """How votes become chances, and by what compromises are ordered, the least first."""

    chance: Callable[[Floats], Floats]
    order: Callable[[Floats, Floats, Floats, Floats], Floats]


READINGS: dict[str, Reading] = {
    "paper": Reading(in_the_pair, nearest_offer),
    "code": Reading(among_all_pairs, lowest_point),
}


@dataclass
class Challenges:
    """Challenges at work among those who sit there when the room opens: a dispute per issue, as it stands, and who is in it."""

    room: Room
    reading: str
    status_quo: Floats
    voices: list[Voices] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)

    def play_round(self) -> None:
        """Everybody moves at once; where nobody has moved the medians are settled, and everywhere in the room's last round."""
        if not self.voices:
            self._sit_down()
        table, goes_on, (_, after) = self.room.table, self.room.table.missing != 0, self.room.span
        moved = np.zeros_like(goes_on)
        for i, dispute in enumerate(self.disputes):
            made = moves(dispute, self.reading)
            far = (np.abs(made.at - dispute.at) > _SAME * dispute.unit) & goes_on
            moved |= far.any(axis=0)
            self._tell(i, made, far)
            self.disputes[i] = dispute._replace(at=made.at)
        over = goes_on & (~moved | (self.room.t + 1 == after))
        points = np.stack([weighted_median(dispute.at, dispute.weight) for dispute in self.disputes])
        table.settle(nearest_deals(self.room.stakes.deals, points), over, points)
        for issue, point in zip(self.room.stakes.deals.issues, points, strict=True):
            table.note(self.room.t + 1, partial(_settled, issue.replace("_", " "), over, point))

    def _sit_down(self) -> None:
        stakes = self.room.stakes
        self.voices = [voices(stakes, i, self.room.members) for i in range(len(stakes.deals.issues))]
        self.disputes = [
            Dispute(voice.at, voice.salience, voice.weight, np.ptp(voice.at, axis=0), self.status_quo) for voice in self.voices
        ]

    def _tell(self, issue: int, made: Moves, far: Bools) -> None:
        names = [self.room.negotiation.name(party) for party in self.room.negotiation.parties]
        known = [names[party] for party in self.voices[issue].parties]
        on = list(self.room.stakes.deals.issues)[issue].replace("_", " ")
        for n in range(len(known)):
            self.room.table.note(self.room.t + 1, partial(_line, known, on, self.disputes[issue].at, made, far, n))


_WORDS = {CONFRONTATION: "loses to", COMPROMISE: "compromise with", CAPITULATION: "gives in to"}


def _line(names: list[str], issue: str, was: Floats, made: Moves, far: Bools, n: int, r: int) -> str | None:
    if not far[n, r]:
        return None
    move = f"{names[n]} moves on {issue} from {said(was[n, r])} to {said(made.at[n, r])}"
    return f"{move}: {_WORDS[int(made.kind[n, r])]} {names[made.rival[n, r]]}"


def _settled(issue: str, where: Bools, point: Floats, r: int) -> str | None:
    return f"The weighted median on {issue} is {said(point[r])}" if where[r] else None
