"""The exact solution points of a space too large to list, one replicate at a time, by mixed-integer programming.

A deal is a binary number per option, one option per issue. A linkage is one more number, 1 where its condition holds, which
inequalities can say, since a condition is an "and" over issues of an "or" over options. Gains over no-deal are then sums, so the
largest sum and the largest smallest gain are linear programmes in whole numbers. The logarithm of a gain lies below each of its
tangents, so Nash's product is found by adding tangents at the last answer until the bound is reached (Kelley, 1960, The
cutting-plane method for solving convex programs, Journal of the Society for Industrial and Applied Mathematics 8).
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sim.case.arrays import Floats, Numbers
from sim.case.scenario import Scenario
from sim.case.stakes import GRID, Stakes

_GAP = 1e-5  # how near to the bound the logarithm of Nash's product must come
_ROUNDS = 40  # of tangents, at most
_FIRST = np.geomspace(0.02, 1.0, 24)  # gains at which tangents are laid before the search
_MOST = 30.0  # no gain, share of a gain, or logarithm of a gain is larger


_SOLVED, _INFEASIBLE = 0, 2  # as `scipy.optimize.milp` counts


class Optimum(NamedTuple):
    """The number of the option (I,) of each issue in the best deal, and the gains (S,) of the signers by it."""

    row: Numbers
    gains: Floats


class Bound(NamedTuple):
    """A row (n,) of a programme whose product with the unknowns lies between two numbers."""

    row: Floats
    low: float
    high: float


@contextmanager
def _silence() -> Iterator[None]:
    """Nothing said by the solver's own library, which now and then speaks up on standard output, is heard."""
    sys.stdout.flush()
    kept = os.dup(1)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


class Space:
    """All complete deals of a scenario in one replicate, as seen by the S parties that ever sign; none of them may lose."""

    def __init__(self, scenario: Scenario, stakes: Stakes, replicate: int = 0) -> None:
        self.scenario = scenario
        options = [(issue, option) for issue, part in scenario.issues.items() for option in part.options]
        self.place = {name: n for n, name in enumerate(options)}
        self.signers = [list(scenario.parties).index(party) for party in scenario.signers()]
        self.no_deal = stakes.no_deal[0, self.signers, replicate]
        influence = np.ones(len(self.signers)) if stakes.influence is None else stakes.influence[self.signers, replicate]
        self.influence = influence / max(influence.max(), 1e-300)
        self.steps = [stakes.steps[p][replicate] / GRID for p in self.signers]

    @cached_property
    def worth(self) -> Floats:
        """What each unknown is worth (S, n) to each signer: options, then linkages."""
        linkages = self.scenario.linkages
        worth = np.zeros((len(self.signers), len(self.place) + len(linkages)))
        parties = self.scenario.signers()
        for s, steps in enumerate(self.steps):
            worth[s, : len(self.place)] = steps[: len(self.place)]
            own = [n for n, linkage in enumerate(linkages) if linkage.party == parties[s]]
            worth[s, [len(self.place) + n for n in own]] = steps[len(self.place) : len(self.place) + len(own)]
        return worth

    @cached_property
    def possible(self) -> list[Bound]:
        """One option per issue, nothing excluded, linkages where their conditions hold, no real red line."""
        return [*self._one_option_each(), *self._forbidden(), *self._linked()]

    @cached_property
    def bounds(self) -> list[Bound]:
        """The same, and no loss."""
        return [*self.possible, *self._no_loss()]

    def least(self) -> Optimum | None:
        """The largest smallest gain, also where somebody must lose; None where every deal crosses a real red line."""
        return self._evened(np.ones(len(self.signers)), self.possible)

    def utilitarian(self) -> Optimum | None:
        """The largest sum of gains; None where every deal leaves some signer worse off."""
        return self._best(self.worth.sum(axis=0))

    def egalitarian(self, scale: Floats | None = None) -> Optimum | None:
        """The largest smallest gain, counted in units of the scale (S,)."""
        return self._evened(np.ones(len(self.signers)) if scale is None else scale, self.bounds)

    def most(self) -> Floats | None:
        """The most (S,) that each signer could gain where none loses; None where somebody must."""
        largest = []
        for s, worth in enumerate(self.worth):
            best = self._best(worth)
            if best is None:
                return None
            largest.append(best.gains[s])
        return np.array(largest)

    def kalai_smorodinsky(self) -> Optimum | None:
        """The largest smallest gain as a share of each signer's own largest."""
        most = self.most()
        return None if most is None else self.egalitarian(np.where(most > 0, most, 1))

    def nash(self) -> Optimum | None:
        """The largest product of gains, each to the power of its party's influence."""
        best = self.egalitarian()
        if best is None or best.gains.min() <= 0:
            return best
        width = self.worth.shape[1]
        objective = np.append(np.zeros(width), self.influence)
        tangents = [self._tangent(s, gain) for s in range(len(self.signers)) for gain in _FIRST]
        found = best
        for _ in range(_ROUNDS):
            tangents += [self._tangent(s, gain) for s, gain in enumerate(np.maximum(found.gains, 1e-6))]
            answer = self._solve(objective, tangents)
            found = self._read(answer) or best
            best = max(best, found, key=self._log_product)
            if answer is None or self.influence @ answer[width:] - self._log_product(best) < _GAP:
                break
        return best

    def _tangent(self, s: int, gain: float) -> Bound:
        """The logarithm of signer s's gain is at most log(gain) + (its gain - gain) / gain."""
        row = np.append(-self.worth[s] / gain, np.eye(len(self.signers))[s])
        return Bound(row, -np.inf, float(np.log(gain) - 1 - self.no_deal[s] / gain))

    def _log_product(self, optimum: Optimum) -> float:
        return float(self.influence @ np.log(np.maximum(optimum.gains, 1e-12)))

    def _best(self, worth: Floats) -> Optimum | None:
        return self._read(self._solve(worth, []))

    def _evened(self, scale: Floats, bounds: list[Bound]) -> Optimum | None:
        """The largest smallest gain within bounds, counted in units of the scale (S,)."""
        least = [
            Bound(np.append(worth, -unit), none, np.inf)
            for worth, none, unit in zip(self.worth, self.no_deal, scale, strict=True)
        ]
        return self._read(self._solve(np.append(np.zeros(self.worth.shape[1]), 1.0), least, bounds))

    def _solve(self, objective: Floats, more: list[Bound], bounds: list[Bound] | None = None) -> Floats | None:
        """The unknowns that make the objective largest; those beyond options and linkages are any numbers."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        width, extra = self.worth.shape[1], len(objective) - self.worth.shape[1]
        rows = [*(bound._replace(row=np.append(bound.row, np.zeros(extra))) for bound in bounds or self.bounds), *more]
        low = np.append(np.zeros(width), np.full(extra, -_MOST))
        high = np.append(np.ones(width), np.full(extra, _MOST))
        constraints = LinearConstraint(*(np.array(part) for part in zip(*rows, strict=True)))
        whole = np.arange(len(objective)) < width
        for presolve in (True, False):  # the solver fails now and then on what it has simplified
            options = {"mip_rel_gap": 0.0, "presolve": presolve}
            with _silence():
                answer = milp(-objective, integrality=whole, bounds=Bounds(low, high), constraints=constraints, options=options)
            if answer.status in (_SOLVED, _INFEASIBLE):
                return answer.x
        raise ArithmeticError(f"the solver failed: {answer.message}")

    def _read(self, answer: Floats | None) -> Optimum | None:
        if answer is None:
            return None
        chosen = np.rint(answer[: self.worth.shape[1]])
        ends = np.cumsum([len(part.options) for part in self.scenario.issues.values()])
        row = np.array([part.argmax() for part in np.split(chosen[: ends[-1]], ends[:-1])])
        return Optimum(row, self.worth @ chosen - self.no_deal)

    def _one_option_each(self) -> Iterator[Bound]:
        for issue, part in self.scenario.issues.items():
            yield Bound(self._any({issue: list(part.options)})[0], 1.0, 1.0)

    def _forbidden(self) -> Iterator[Bound]:
        """Exclusions, and the signers' own red lines where they are real."""
        conditions = [exclusion.when for exclusion in self.scenario.exclusions]
        for name, steps in zip(self.scenario.signers(), self.steps, strict=True):
            lines = list(self.scenario.bounds(name).values())
            conditions += [line.when for line, worth in zip(lines, steps[len(steps) - len(lines) :], strict=True) if worth < 0]
        for when in conditions:
            yield Bound(np.sum(self._any(when), axis=0), -np.inf, len(when) - 1.0)

    def _linked(self) -> Iterator[Bound]:
        for n, linkage in enumerate(self.scenario.linkages):
            holds = np.zeros(self.worth.shape[1])
            holds[len(self.place) + n] = 1.0
            issues = self._any(linkage.when)
            yield from (Bound(holds - issue, -np.inf, 0.0) for issue in issues)
            yield Bound(holds - np.sum(issues, axis=0), 1.0 - len(issues), np.inf)

    def _no_loss(self) -> Iterator[Bound]:
        for worth, none in zip(self.worth, self.no_deal, strict=True):
            yield Bound(worth, float(none), np.inf)

    def _any(self, when: Mapping[str, list[str]]) -> list[Floats]:
        """For each issue of a condition a row (n,) with 1 for the options it names."""
        rows = []
        for issue, options in when.items():
            row = np.zeros(len(self.place) + len(self.scenario.linkages))
            row[[self.place[issue, option] for option in options]] = 1.0
            rows.append(row)
        return rows
