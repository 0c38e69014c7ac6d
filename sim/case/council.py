"""A council votes: how its members come to a yes or no, whether that carries, and the exact chance that it will.

Letters here: M members. A member votes yes or it does not; an abstention is not a yes. Where abstaining does not stand in the
way of unanimity (Treaty on the Functioning of the European Union, article 238(4)), write a member that abstains as a yes.

Populations and shares are read as the decimals they are written as and compared as whole numbers, so that no rounding decides
a vote: 55 % of 20 members are 11, although 0.55 x 20 in floating point is above 11.
"""

from fractions import Fraction
from math import ceil, inf, lcm

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.case.arrays import Array, Bools, Floats
from sim.case.numbers import Draws
from sim.case.scenario import Scenario
from sim.case.voting import VotingRule

MOST_MEMBERS = 1000
MOST_TALLIES = 1 << 20  # outcomes of half a council that are told apart: any 40 members, more where populations are alike

_VOTE = np.int64(1 << 53)  # one member in favour, in a tally that has their population in the bits below


def votes(chances: ArrayLike, correlation: ArrayLike, luck: Floats) -> Bools:
    """How each member votes (R, M), by luck (M+1, R): quantiles, the first row common to all members, the others their own.

    A member's position is a normal number of which the common factor makes up the share `correlation`, 0..1 or (R,), of the
    variance; it votes yes where its position lies below the quantile of its chance, (M,) or (M, R). So each chance stays as
    stated; at 0 members are independent, at 1 none refuses what a less willing one accepts. The correlation is that of
    positions; that of votes is never higher. One-factor threshold model: Vasicek (1987), Probability of loss on loan
    portfolio, KMV.
    """
    from scipy.special import ndtri

    thresholds, shared = ndtri(_from_0_to_1(chances, "a chance")), _from_0_to_1(correlation, "a correlation")
    positions = np.sqrt(shared) * ndtri(luck[0]) + np.sqrt(1 - shared) * ndtri(luck[1:])
    return (positions < thresholds.reshape(len(thresholds), -1)).T


def ballots(scenario: Scenario, path: str, draws: Draws) -> Bools:
    """How each member of a council votes (R, M) in the vote at `path`.

    A member has one position for all votes of its council: where it says yes to one matter, it says yes to all that it was no
    less likely to support.
    """
    council, whole = scenario.council_at(path), path.partition(".votes.")[0]
    luck = [draws.luck(whole, 1), *(draws.luck(f"{whole}.members.{member}", 1) for member in council.members)]
    return votes(chances(scenario, path, draws), draws.of(council.correlation, f"{whole}.correlation"), np.concatenate(luck))


def chances(scenario: Scenario, path: str, draws: Draws) -> Floats:
    """The chance (M, R) that each member of a council says yes in the vote at `path`."""
    members, yes = scenario.council_at(path).members, scenario.vote_at(path).yes
    if isinstance(yes, dict):
        return np.stack([draws.of(yes[member], f"{path}.yes.{member}") for member in members])
    return np.repeat(draws.of(yes, f"{path}.yes")[None], len(members), axis=0)


def passes(scenario: Scenario, path: str, draws: Draws) -> Bools:
    """Where (R,) the vote at `path` carries."""
    council = scenario.council_at(path)
    rule = scenario.vote_at(path).rule or council.rule
    passed = carried(ballots(scenario, path, draws), list(council.members.values()), rule)
    draws.tenths[path] = np.where(passed, 1, -1).astype(np.int8)
    return passed


def carried(votes: ArrayLike, population: ArrayLike, rule: VotingRule) -> Bools:
    """Whether votes (..., M) of members with this population (M,), in any unit, carry (...)."""
    yes, whole = np.asarray(votes), in_whole_units(population)
    return np.asarray(yes @ whole >= _hurdles(whole, rule)[yes.sum(axis=-1)])


def passage_chance(chances: ArrayLike, population: ArrayLike, rule: VotingRule) -> float:
    """The chance that members with these chances (M,) of a yes, independent of each other, carry a vote; by counting.

    Each half of the council is counted apart; for every outcome of the first the chance that the second brings what is still
    wanting is looked up (the split of Horowitz and Sahni, 1974, Journal of the ACM 21(2)). Exact but for rounding in
    sums of chances, whatever the populations. ValueError where a half has more than `MOST_TALLIES` different outcomes.
    """
    willing, whole = _from_0_to_1(chances, "a chance"), in_whole_units(population)
    half = len(whole) // 2
    first, chance_of_first = _tallies(willing[:half], whole[:half])
    second, chance_of_second = _tallies(willing[half:], whole[half:])
    yes, behind_them = np.divmod(first, _VOTE)
    hurdles, passes = _hurdles(whole, rule), 0.0
    for more in range(len(whole) - half + 1):
        row = slice(*np.searchsorted(second, [more * _VOTE, (more + 1) * _VOTE]))
        that_or_more = np.append(np.cumsum(chance_of_second[row][::-1])[::-1], 0)
        wanting = hurdles[yes + more] - behind_them
        passes += chance_of_first @ that_or_more[np.searchsorted(second[row] - more * _VOTE, wanting)]
    return min(float(passes), 1.0)


def _tallies(chances: Floats, whole: NDArray[np.int64]) -> tuple[NDArray[np.int64], Array]:
    """What members can bring together, rising, and the chance of each."""
    tallies = np.zeros(1, dtype=np.int64)
    chance_of_each: Array = np.ones(1)
    for chance, units in zip(chances, whole, strict=True):
        tallies, where = np.unique(np.concatenate([tallies, tallies + _VOTE + units]), return_inverse=True)
        chance_of_each = np.bincount(where, weights=np.concatenate([chance_of_each * (1 - chance), chance_of_each * chance]))
        if len(tallies) > MOST_TALLIES:
            raise ValueError("too many members to count with populations so finely told; write these in larger, whole units")
    return tallies, chance_of_each


def in_favour(members: int, rule: VotingRule) -> int:
    """The least number of members that carries a vote of so many, if population does not stand in the way."""
    return ceil(_decimal(rule.members) * members)


def _hurdles(whole: NDArray[np.int64], rule: VotingRule) -> NDArray[np.int64]:
    """The least population (M+1,) with which so many members in favour carry; more than there is where none is enough."""
    members, everybody = len(whole), int(whole.sum())
    yes = np.arange(members + 1)
    enough = np.where(members - yes < rule.blocking_minority, 0, ceil(_decimal(rule.population) * everybody))
    return np.where(yes < in_favour(members, rule), everybody + 1, enough)


def in_whole_units(population: ArrayLike) -> NDArray[np.int64]:
    """The populations (M,) as whole multiples of a common decimal unit; ValueError where they cannot be counted exactly."""
    written = np.asarray(population, dtype=float).tolist()
    if not all(0 <= people < inf for people in written) or not any(written):
        raise ValueError("a population is a number not below 0, and not all are 0")
    exact = [_decimal(people) for people in written]
    unit = lcm(*(people.denominator for people in exact))
    whole = [int(people * unit) for people in exact]
    if len(whole) > MOST_MEMBERS or sum(whole) >= _VOTE:
        raise ValueError(f"at most {MOST_MEMBERS} members, and populations of at most 15 digits in all, can be counted exactly")
    return np.array(whole, dtype=np.int64)


def _decimal(number: float) -> Fraction:
    return Fraction(str(number))


def _from_0_to_1(numbers: ArrayLike, what: str) -> Floats:
    shares = np.asarray(numbers, dtype=float)
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError(f"{what} is a number from 0 to 1")
    return shares
