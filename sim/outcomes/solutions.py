"""The solution points of bargaining theory, replicate by replicate, over the listed deals.

All range over the same parties for every deal, those whose signature some deal needs, and over the deals in the zone at which
none of them loses against no deal. Where there is none, there is no point. To add a solution, write its objective and add its
line to `SOLUTIONS` at the foot of this file.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.case.arrays import Bools, Floats, Numbers
from sim.case.stakes import UNIT
from sim.outcomes.zone import Listed, Zone


class Feasible(NamedTuple):
    """Gains (S, n) in utility of S parties over no deal at n pairs of replicate and deal, where (m,) the pairs of each of m
    replicates begin, and the parties' influence (S, n) where somebody's is not 1."""

    gains: Floats
    listed: Listed
    begins: Numbers
    influence: Floats | None = None

    @property
    def segment(self) -> Numbers:
        """The replicate (n,) of each pair, counted among those that have any."""
        return np.repeat(np.arange(len(self.begins)), np.diff(np.append(self.begins, len(self.listed.deal))))


def feasible(zone: Zone, signers: list[int]) -> Feasible:
    """The pairs over which solutions range."""
    replicate, deal = zone.deals
    worth = zone.stakes.worth[:, replicate, deal]
    gains = np.stack([(np.floor(worth[p] / 4096) * 4096 - zone.no_deal[p][replicate]) / UNIT for p in signers])
    kept = (gains >= 0).all(axis=0)
    listed = Listed(replicate[kept], deal[kept])
    influence = zone.stakes.influence
    powers = None if influence is None else influence[signers][:, listed.replicate]
    return Feasible(gains[:, kept], listed, np.flatnonzero(np.diff(listed.replicate, prepend=-1)), powers)


def solution(name: str, among: Feasible, replicates: int) -> Numbers:
    """The deal (R,) at the solution point, -1 where there is none; of equals, the one with the larger sum of gains, then the
    first."""
    point = np.full(replicates, -1, dtype=np.intp)
    if not len(among.begins):
        return point
    leaders = _leading(SOLUTIONS[name](among), np.arange(among.gains.shape[1]), among)
    leaders = _leading(among.gains.sum(axis=0)[leaders], leaders, among)[::-1]
    point[among.listed.replicate[leaders]] = among.listed.deal[leaders]
    return point


def attains(name: str, among: Feasible, deal: Numbers) -> Bools:
    """Where (R,) the deal, -1 for none, reaches the solution's objective; several may, as all splits of a pie have one sum."""
    leaders = _leading(SOLUTIONS[name](among), np.arange(among.gains.shape[1]), among)
    replicate = among.listed.replicate[leaders]
    hits = replicate[among.listed.deal[leaders] == deal[replicate]]
    return np.isin(np.arange(len(deal)), hits)


def _leading(objective: Floats, pairs: Numbers, among: Feasible) -> Numbers:
    """Those of the pairs that reach the largest objective in their replicate, to within rounding."""
    if not len(pairs):
        return pairs
    segment = among.segment[pairs]
    top = np.maximum.reduceat(objective, np.flatnonzero(np.diff(segment, prepend=-1)))
    return pairs[objective >= (top - 1e-12 * np.abs(top))[segment]]


def nash(among: Feasible) -> Floats:
    """The product of gains. Nash (1950), The bargaining problem, Econometrica 18.

    Each gain is taken to the power of the party's influence, as a share of the largest: Harsanyi and Selten (1972), Management
    Science 18; Kalai (1977), Nonsymmetric Nash solutions, International Journal of Game Theory 6. One without influence counts
    no more than by not losing.
    """
    if among.influence is None:
        return among.gains.prod(axis=0)
    most = among.influence.max(axis=0)
    return (among.gains ** (among.influence / np.where(most > 0, most, 1))).prod(axis=0)


def kalai_smorodinsky(among: Feasible) -> Floats:
    """The smallest gain as a share of the party's own largest. Kalai and Smorodinsky (1975), Econometrica 43."""
    largest = np.maximum.reduceat(among.gains, among.begins, axis=1)[:, among.segment]
    return np.where(largest > 0, among.gains / np.where(largest > 0, largest, 1), 1).min(axis=0)


def egalitarian(among: Feasible) -> Floats:
    """The smallest gain in points. Kalai (1977), Econometrica 45. Depends on the parties' scales."""
    return among.gains.min(axis=0)


def utilitarian(among: Feasible) -> Floats:
    """The sum of gains. Depends on the parties' scales."""
    return among.gains.sum(axis=0)


SOLUTIONS: dict[str, Callable[[Feasible], Floats]] = {
    "nash": nash,
    "kalai_smorodinsky": kalai_smorodinsky,
    "egalitarian": egalitarian,
    "utilitarian": utilitarian,
}
