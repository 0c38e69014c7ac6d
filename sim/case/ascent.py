"""Ascent: deals made better issue by issue, in many searches at once, where there are too many deals to list.

A deal is better the nearer it brings all of S parties to a point far above what each compares it with. What a party misses
there is 1 - gain, and what counts is the sum over parties of its power q. With a low power that is nearly the sum of gains, with
a high one nearly the smallest gain alone (Yu, 1973, A class of solutions for group decision problems, Management Science 19). An
ascent passes over the issues once for each of some rising powers, lets go and rises again, and passes a last time for the
smallest gain itself: going for that at once would end where no one issue helps the party that gains least. On each issue the
option is taken that brings the deal nearest, the one that stands if no other brings it nearer.

Gains are counted in a unit of its own, a power of two of the steps in which utilities are whole numbers, and nothing but
products enters: so sums are exact, and an ascent ends at the same deal on every machine.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.case.arrays import Array, Floats
from sim.case.positions import added
from sim.case.stakes import GRID, Stakes

LAST = None  # the pass for the smallest gain itself
RISING = (3, 5, 7, 4, 6, 8, LAST)  # the squarings that make the powers 8, 32, 128 and 16, 64, 256, one for each pass
_UNIT = 2.0**34  # steps: 172 points, more than anybody gains as a rule
_EXCLUDED = -8.0  # units, to all, of what an exclusion forbids

Rows = NDArray[np.int16]
Marks = NDArray[np.int8]


class Clause(NamedTuple):
    """A condition on deals: whose it is (of the S parties, all of them for an exclusion), what it brings (n,) in each search, and
    for each issue that it names which of its options (o,) it names, 1 or 0."""

    whose: int | slice
    worth: Floats
    names: dict[int, Marks]


class Wishes(NamedTuple):
    """What S parties want in each of n searches, in units: for each issue the worth of its options (o, S, 1, n), then clauses,
    and what gains are counted from (S, n)."""

    options: list[Floats]
    clauses: list[Clause]
    less: Floats


def wishes(stakes: Stakes, parties: Sequence[int], less: Floats, alone: bool = False) -> Wishes:
    """The wishes of some of the parties in the replicates of the stakes; gains are counted from utilities (S, R). `alone`: deals
    that others too would have to sign are taken for excluded."""
    scenario, deals = stakes.deals.scenario, stakes.deals
    ends = np.cumsum([len(options) for options in deals.issues.values()])
    worth = [np.ascontiguousarray(stakes.steps[p].T) / _UNIT for p in parties]
    options = np.stack([own[: ends[-1]] for own in worth], axis=1)[:, :, None]
    own = [
        Clause(s, brings, _named(when, deals.issues))
        for s, p in enumerate(parties)
        for when, brings in zip(deals.conditions(p), worth[s][ends[-1] :], strict=True)
    ]
    forbidden = np.full(stakes.replicates, _EXCLUDED)
    conditions = [one.when for one in scenario.exclusions]
    if alone:
        among = {deals.parties[p] for p in parties}
        conditions += [consent.when for consent in scenario.talks.sign_when if not among.issuperset(consent.needs)]
    excluded = [Clause(slice(None), forbidden, _named(when, deals.issues)) for when in conditions]
    return Wishes(np.split(options, ends[:-1]), [*own, *excluded], np.rint(less * GRID) / _UNIT)


def _named(when: Mapping[str, list[str]], issues: Mapping[str, tuple[str, ...]]) -> dict[int, Marks]:
    order = list(issues)
    return {order.index(issue): np.array([o in options for o in issues[issue]], np.int8) for issue, options in when.items()}


def ascend(starts: Rows, wished: Wishes, passes: Sequence[int | None] = RISING) -> Rows:
    """The deals (n, M, I) that stand after each pass of the ascents from N deals (N, I) in each of n searches, M being N times
    the number of passes; those of the last pass come last."""
    searches = wished.less.shape[1]
    climb = _Climb(np.repeat(starts.T[:, :, None], searches, axis=2), wished)
    with np.errstate(over="ignore"):  # what crosses ever so many lines is infinitely far
        found = [climb.over_all_issues(squarings) for squarings in passes]
    return np.ascontiguousarray(np.concatenate(found, axis=1).transpose(2, 1, 0))


class _Climb:
    """Ascents from N deals in n searches: `rows` (I, N, n), what the parties miss by them, `misses` (S, N, n), what the option of
    each issue brings (S, N, n), `held`, and for each clause on how many issues (N, n) the deals meet it, `met`."""

    def __init__(self, rows: Rows, wished: Wishes) -> None:
        self.rows, self.wished = rows, wished
        self.held = [_of(options, row) for options, row in zip(wished.options, rows, strict=True)]
        self.met: list[Array] = [sum(names.take(rows[i]) for i, names in clause.names.items()) for clause in wished.clauses]
        self.misses = 1 + wished.less[:, None] - np.sum(self.held, axis=0)
        for clause, met in zip(wished.clauses, self.met, strict=True):
            self.misses[clause.whose] -= clause.worth * (met == len(clause.names))

    def over_all_issues(self, squarings: int | None) -> Rows:
        """One pass; the deals (I, N, n) that stand then."""
        for issue in range(len(self.rows)):
            self._choose(issue, squarings)
        return self.rows.copy()

    def _choose(self, issue: int, squarings: int | None) -> None:
        """Take the best option of an issue."""
        without, turning = self._without(issue)
        row, held, far = self.rows[issue], self.held[issue], _far(self.misses, squarings)
        for option, worth in enumerate(self.wished.options[issue]):
            misses = without - worth
            for clause, brings in turning:
                if clause.names[issue][option]:
                    misses[clause.whose] -= brings
            as_far = _far(misses, squarings)
            nearer = as_far < far
            row[nearer] = option
            for kept, new in ((far, as_far), (self.misses, misses), (held, worth)):
                np.copyto(kept, new, where=nearer)
        for c in self._naming(issue):
            self.met[c] += self.wished.clauses[c].names[issue].take(row)

    def _without(self, issue: int) -> tuple[Floats, list[tuple[Clause, Floats]]]:
        """What is missed (S, N, n) without what the issue brings, and what each clause that names it would bring (N, n) where it
        were met there; the issue no longer counts as met until an option is taken."""
        without, turning = self.misses + self.held[issue], []
        for c in self._naming(issue):
            clause, met = self.wished.clauses[c], self.met[c]
            was = clause.names[issue].take(self.rows[issue])
            met -= was
            brings = clause.worth * (met == len(clause.names) - 1)
            without[clause.whose] += brings * was
            turning.append((clause, brings))
        return without, turning

    def _naming(self, issue: int) -> Iterator[int]:
        return (c for c, clause in enumerate(self.wished.clauses) if issue in clause.names)


def _of(options: Floats, row: Rows) -> Floats:
    """What the options (N, n) of an issue bring (S, N, n)."""
    held = np.zeros((options.shape[1], *row.shape))
    for option, worth in enumerate(options):
        np.copyto(held, worth, where=row == option)
    return held


def _far(misses: Floats, squarings: int | None) -> Floats:
    """How far (N, n) off the point all are that miss so much (S, N, n), by the power that so many squarings make; None: how much
    the one misses that misses most."""
    if squarings is None:
        return misses.max(axis=0)
    powers = misses * misses
    for _ in range(1, squarings):
        powers *= powers
    return added(powers)
