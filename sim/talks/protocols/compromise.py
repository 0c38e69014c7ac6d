"""Compromise: on each issue everybody in the room who stands on it is heard, and what is decided in the middle binds all.

`AVERAGES` holds what may stand for the middle; to add another, write its function and its line there.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Literal, NamedTuple

import numpy as np

from sim.case.arrays import Bools, Floats, Numbers
from sim.case.deals import Deals
from sim.case.positions import added, as_numbers
from sim.case.section import Section
from sim.case.stakes import Stakes
from sim.talks.room import PlayRound, Room


class Compromise(Section):
    """One round: what is settled on each issue is the weighted mean, or the weighted median, of all positions on it.

    A party's weight on an issue is its influence times its salience. The mean comes near the asymmetric Nash solution where
    losses are quadratic and no deal would be very bad for all: Achen (2006), Institutional realism and bargaining models, in
    The European Union decides, chapter 4; Stokman and Van Oosten (1994), The exchange of voting positions; Van den Bos (1991),
    Dutch EC policy making. The median: Black (1958), The theory of committees and elections.
    """

    by: Literal["mean", "median"] = "mean"

    settles_points: ClassVar[bool] = True

    def open(self, room: Room) -> PlayRound:
        """What plays the next round."""
        return partial(_compromise, room, self.by)


class Voices(NamedTuple):
    """The n parties that stand on one issue: their numbers, and where they stand, their salience and their weight (n, R)."""

    parties: Numbers
    at: Floats
    salience: Floats
    weight: Floats


def voices(stakes: Stakes, issue: int, members: Sequence[int]) -> Voices:
    """Who of these parties is heard on the issue; where nobody of them has any weight, all are heard alike."""
    assert stakes.positions is not None, "a scenario without positions is refused under such a protocol"
    parties = np.intersect1d(stakes.positions.standing(issue), members)
    at, salience = stakes.positions.at[parties, issue], stakes.positions.salience[parties, issue]
    weight = salience if stakes.influence is None else stakes.influence[parties] * salience
    return Voices(parties, at, salience, np.where(added(weight) > 0, weight, 1.0))


def weighted_mean(at: Floats, weight: Floats) -> Floats:
    """The mean (R,) of n positions (n, R) with these weights (n, R), at least one of them above 0."""
    return added(weight * at) / added(weight)


def weighted_median(at: Floats, weight: Floats) -> Floats:
    """The position (R,) that the weighted sum of distances to n positions (n, R) is least from.

    Where all points between two positions do equally well it is the midpoint of the two, as is usual for medians; Black (1958)
    leaves that choice to a chairman.
    """
    order = at.argsort(axis=0, kind="stable")
    at = np.take_along_axis(at, order, axis=0)
    heard = np.take_along_axis(weight, order, axis=0).cumsum(axis=0)
    half, rounding = heard[-1] / 2, 1e-12 * heard[-1]
    ends = [(heard > half + margin).argmax(axis=0)[None] for margin in (-rounding, rounding)]
    low, high = (np.take_along_axis(at, end, axis=0)[0] for end in ends)
    return (low + high) / 2


AVERAGES: dict[str, Callable[[Floats, Floats], Floats]] = {"mean": weighted_mean, "median": weighted_median}


def nearest_deals(deals: Deals, points: Floats) -> Numbers:
    """The listed deal (R,) nearest to the points (I, R): least sum of squared distances, each over its issue's range.

    Of equals, to 12 decimals, it is the first in the list of deals.
    """
    away = np.zeros((deals.count, points.shape[1]))
    for options, chosen, point in zip(deals.issues.values(), deals.rows.T, points, strict=True):
        numbers = as_numbers(options)
        assert numbers is not None, "an issue on which parties stand has options that are numbers"
        away += ((numbers[chosen][:, None] - point) / (np.ptp(numbers) or 1.0)) ** 2
    return away.round(12).argmin(axis=0)


def said(number: float) -> str:
    """A position in a story."""
    return f"{number:.6g}"


def _compromise(room: Room, by: str) -> None:
    stakes, table = room.stakes, room.table
    heard = [voices(stakes, i, room.members) for i in range(len(stakes.deals.issues))]
    points = np.stack([AVERAGES[by](voice.at, voice.weight) for voice in heard])
    where = table.missing != 0
    table.settle(nearest_deals(stakes.deals, points), where, points)
    for issue, voice, point in zip(stakes.deals.issues, heard, points, strict=True):
        table.note(room.t + 1, partial(_line, issue.replace("_", " "), by, len(voice.parties), point, where))


def _line(issue: str, by: str, count: int, point: Floats, where: Bools, r: int) -> str | None:
    of = "1 position" if count == 1 else f"{count} positions"
    return f"The weighted {by} of {of} on {issue} is {said(point[r])}" if where[r] else None
