"""What is at stake: how much every deal is worth to every party, and what no deal is worth, replicate by replicate.

Utilities are counted in whole steps of 1e-10, so that their sums are exact in any order, a result does not depend on how a
machine adds, and deals that are equal by a scenario's decimal numbers are equal here. `worth` packs a utility and its deal's
number into one float64 whole number below 2**53: comparing two of them compares utilities, equal ones are told apart by the
deal's number, and sorting them sorts the deals.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from sim.case.arrays import Array, Bools, Floats
from sim.case.council import passes
from sim.case.deals import Deals, meets
from sim.case.numbers import Draws
from sim.case.party import Anchors, Likeness, Party, RedLine
from sim.case.positions import Positions, added, as_numbers, draw_influence, draw_positions, salience_weights, values_by_distance
from sim.case.scenario import Scenario
from sim.case.words import condition_in_words, said

GRID = 1e10  # steps of utility in one whole scale of 100 points
UNIT = GRID * 4096  # one utility in units of worth, 12 bits being left for the deal's number
ZERO = 2.0**52  # the worth of utility 0: utilities from -109 to 109 fit
RED_LINE = 8.0  # utility lost by crossing one's own red line: more than all else together can bring
MOST_RED_LINES = 6
MOST_LINKED = 300  # points that a party's linkages may add up to


def on_grid(utility: Floats) -> Floats:
    """The nearest whole steps, as utilities."""
    return np.rint(utility * GRID) / GRID


def as_worth(utility: Floats) -> Floats:
    """The least worth that a deal of this utility, to the nearest step, can have."""
    return np.rint(utility * GRID) * 4096 + ZERO


def as_utility(worth: Floats) -> Floats:
    """The utility that a worth stands for."""
    return (np.floor(worth / 4096) - ZERO / 4096) / GRID


@dataclass(frozen=True)
class Stakes:
    """The stakes of P parties in R replicates of talks over K deals.

    `steps[p]` (R, F) is what each feature of `deals.features[p]` is worth, in whole steps; the first `soft[p]` of the F
    are not red lines. `no_deal` (S, P, R) is the utility of going on without a deal in each of S rounds, or in all of them
    where S is 1. `contradicted` (P, R) marks draws that gainsay a party's anchors. `positions` is there where parties stand
    somewhere, and `influence` (P, R) where somebody's is not 1.
    """

    deals: Deals
    steps: tuple[Floats, ...]
    no_deal: Floats
    soft: tuple[int, ...]
    contradicted: Bools
    positions: Positions | None = None
    influence: Floats | None = None

    @property
    def replicates(self) -> int:
        """R."""
        return self.no_deal.shape[2]

    def along(self, no_deal: Floats) -> "Stakes":
        """The same with these no-deal values (S, P, R)."""
        if no_deal is self.no_deal:
            return self
        moved = replace(self, no_deal=no_deal)
        moved.__dict__["worth"] = self.worth  # the same deals are worth the same
        return moved

    def only(self, r: int) -> "Stakes":
        """Replicate r alone."""
        steps = tuple(steps[[r]] for steps in self.steps)
        deals = self.deals.in_replicate(r)
        influence = None if self.influence is None else self.influence[:, [r]]
        return replace(
            self,
            deals=deals,
            steps=steps,
            no_deal=self.no_deal[:, :, [r]],
            contradicted=self.contradicted[:, [r]],
            positions=None,
            influence=influence,
        )

    def no_deal_in(self, t: int) -> Floats:
        """What no deal is worth (P, R) in round t, counted from 0; before the first round as in the first."""
        return self.no_deal[min(max(t, 0), len(self.no_deal) - 1)]

    def no_deal_at(self, rounds: Array) -> Floats:
        """What no deal is worth (P, R) in the round (R,) given for each replicate, counted from 0."""
        rounds = np.minimum(rounds, len(self.no_deal) - 1)
        return np.take_along_axis(self.no_deal, rounds.astype(np.intp)[None, None], axis=0)[0]

    @cached_property
    def points(self) -> tuple[Floats, ...]:
        """The same as `steps`, as utilities."""
        return tuple(steps / GRID for steps in self.steps)

    @cached_property
    def worth(self) -> Floats:
        """Worth (P, R, K+1) of every deal to every party, its real red lines included; an empty table is worth least."""
        worth = np.empty((len(self.steps), self.replicates, self.deals.count + 1))
        for p, steps in enumerate(self.steps):
            pack(steps, self.deals, p, worth[p])
        return worth

    def utility(self, party: int, deal: Array) -> Floats:
        """Utility (R,) of one listed deal per replicate, red lines left out: they forbid signing, they do not cost."""
        if self.deals.own is not None:
            return self.utility_of(party, self.deals.rows_at(deal))
        return self._utility(party, self.deals.features[party][:, deal], self.soft[party])

    def utility_of(self, party: int, rows: Array, red_lines: bool = False) -> Floats:
        """Utility (R,) of one row of options (R, I) per replicate, listed or not; real red lines left out, or counted too."""
        among = self.steps[party].shape[1] if red_lines else self.soft[party]
        return self._utility(party, self.deals.features_of(party, rows), among)

    def _utility(self, party: int, features: Floats, among: int) -> Floats:
        """Utility (R,) by so many of the features (F, R) of a deal per replicate."""
        return np.einsum("rf,fr->r", self.steps[party][:, :among], features[:among]) / GRID


def bar(stakes: Stakes, party: int, deal: int, r: int = 0) -> str:
    """What keeps the party from signing the deal in replicate r, whatever it is worth to it; nothing where nothing does."""
    deals, soft = stakes.deals, stakes.soft[party]
    crossed = stakes.points[party][r, soft:] * deals.features[party][soft:, deal] < 0
    bounds = deals.scenario.bounds(deals.parties[party])
    for path, bound in (bound for bound, barred in zip(bounds.items(), crossed, strict=True) if barred):
        if isinstance(bound, RedLine):
            return f"it crosses a red line, on {condition_in_words(bound.when)}"
        return f"the council '{said(path.split('.')[1])}' has voted against it"
    return ""


def pack(steps: Floats, deals: Deals, party: int, out: Floats | None = None) -> Floats:
    """Worth (R, K+1) of every deal to the party, from what its features are worth (R, F) in steps."""
    worth = np.empty((len(steps), deals.count + 1)) if out is None else out
    listed = len(deals.rows)
    np.matmul(steps, deals.features[party] * 4096, out=worth[:, : listed + 1])
    if deals.own is not None:
        worth[:, listed:-1] = _own_steps(steps, deals, party) * 4096
        worth[:, -1] = 0
    worth += np.append(ZERO + np.arange(deals.count), deals.count)
    return worth


def _own_steps(steps: Floats, deals: Deals, party: int) -> Floats:
    """What each replicate's own deals are worth (R, M) in steps; what nobody can sign is worth least."""
    assert deals.own is not None
    worth = np.where(deals.needs[:, len(deals.rows) : -1] == deals.needs[0, -1], -RED_LINE * GRID, 0.0)
    first = 0
    for issue, options in enumerate(deals.issues.values()):
        worth += np.take_along_axis(steps, first + deals.own[:, :, issue], axis=1)
        first += len(options)
    for when, brings in zip(deals.conditions(party), steps[:, first:].T, strict=True):
        worth += brings[:, None] * meets(deals.own, deals.issues, when)
    return worth


def draw_stakes(scenario: Scenario, deals: Deals, draws: Draws, frozen: Floats | None = None) -> Stakes:
    """The stakes in the draws' replicates; where `frozen` (1, P, R) is a number, it is the no-deal value."""
    positions = draw_positions(scenario, draws)
    steps, soft = zip(*(draw_steps(scenario, p, positions, draws) for p in range(len(deals.parties))), strict=True)
    drawn = [_no_deal(scenario, p, deals, steps[p], draws) for p in range(len(deals.parties))]
    no_deal = np.stack([value for value, _ in drawn])[None]
    if frozen is not None:
        no_deal = np.where(np.isnan(frozen), no_deal, frozen)
    contradicted = np.stack([wrong for _, wrong in drawn])
    return Stakes(deals, steps, no_deal, soft, contradicted, positions, draw_influence(scenario, draws))


def reweighted(scenario: Scenario, p: int, shift: Floats, draws: Draws) -> Floats:
    """What each feature is worth (R, F) to a party of which the weights (I, R) are moved by so much; they sum to 1 again."""
    return draw_steps(scenario, p, draw_positions(scenario, draws), draws, shift)[0]


def draw_steps(
    scenario: Scenario, p: int, positions: Positions | None, draws: Draws, shift: Floats | None = None
) -> tuple[Floats, int]:
    """What each feature is worth (R, F) to the party, and how many of the F are not red lines."""
    name = list(scenario.parties)[p]
    party, path = scenario.parties[name], f"parties.{name}"
    if positions is not None and party.positions:
        weights = salience_weights(positions.salience[p])
    else:
        weights = draw_weights(party, path, list(scenario.issues), draws)
    if shift is not None:
        weights = shifted_weights(weights, shift)
    return weighed(scenario, p, weights, positions, draws)


def weighed(scenario: Scenario, p: int, weights: Floats, positions: Positions | None, draws: Draws) -> tuple[Floats, int]:
    """What each feature is worth (R, F) by a party's values and these weights (I, R), and how many of the F are not red lines."""
    name = list(scenario.parties)[p]
    party, path = scenario.parties[name], f"parties.{name}"
    options = {issue: tuple(part.options) for issue, part in scenario.issues.items()}
    if positions is not None and party.positions:
        values = [spatial_values(party, *issue, at) for issue, at in zip(options.items(), positions.at[p], strict=True)]
    else:
        values = [draw_values(party, f"{path}.values.{issue}", names, issue, draws) for issue, names in options.items()]
    worth = [weight * value for weight, rows in zip(weights, values, strict=True) for value in rows]
    linkages = [
        draws.of(linkage.points, f"linkages.{n}.points") / 100
        for n, linkage in enumerate(scenario.linkages)
        if linkage.party == name
    ]
    lines = [crossed * -RED_LINE for crossed in barred(scenario, name, draws)]
    utilities = np.stack(worth + linkages + lines, axis=1)
    return np.rint(utilities * GRID), len(worth) + len(linkages)


def barred(scenario: Scenario, party: str, draws: Draws) -> list[Bools]:
    """Where (R,) the party will not sign the deals of each of its `bounds`: the red line is real, or the council's vote fails."""
    return [
        draws.happens(bound.chance, path) if isinstance(bound, RedLine) else ~passes(scenario, path, draws)
        for path, bound in scenario.bounds(party).items()
    ]


def shifted_weights(weights: Floats, shift: Floats) -> Floats:
    """Weights (I, R) moved by so much and not below 0, which sum to 1 again; where nothing would be left, as they were."""
    moved = np.maximum(weights + shift, 0)
    total = added(moved)
    return np.where(total > 0, moved / np.where(total > 0, total, 1), weights)


def draw_weights(party: Party, path: str, issues: list[str], draws: Draws) -> Floats:
    """Weights (I, R), summing to 1 in each replicate."""
    if party.weights_doubt:
        written = {issue: party.weights.get(issue, 0.0) for issue in issues}
        total = sum(written.values())
        means = {issue: weight / total for issue, weight in written.items()}
        return draws.shares(means, party.weights_doubt.dirichlet, f"{path}.weights")
    weights = np.stack([draws.of(party.weights.get(issue, 0.0), f"{path}.weights.{issue}") for issue in issues])
    return weights / np.maximum(weights.sum(axis=0), 1e-300)


def draw_values(party: Party, path: str, options: tuple[str, ...], issue: str, draws: Draws) -> Floats:
    """Values (options, R) on one issue, from 0 to 1."""
    written = party.values.get(issue, {})
    if isinstance(written, str):
        steps = np.linspace(0, 1, len(options)) if len(options) > 1 else np.ones(1)
        values = np.broadcast_to((steps if written == "rising" else steps[::-1])[:, None], (len(options), draws.replicates))
    else:
        values = np.stack([draws.of(written.get(option, 0.0), f"{path}.{option}") / 100 for option in options])
    return _rescaled(values) if party.rescale else values


def spatial_values(party: Party, issue: str, options: tuple[str, ...], at: Floats) -> Floats:
    """Values (options, R) on one issue by distance from where the party stands (R,), from 0 to 1; 0 where it does not stand."""
    numbers = as_numbers(options)
    if issue not in party.positions or numbers is None:
        return np.zeros((len(options), len(at)))
    values = values_by_distance(numbers, at, party.positions[issue].loss)
    return _rescaled(values) if party.rescale else values


def _rescaled(values: Floats) -> Floats:
    low, high = values.min(axis=0), values.max(axis=0)
    return (values - low) / np.where(high > low, high - low, 1)


def _no_deal(scenario: Scenario, p: int, deals: Deals, steps: Floats, draws: Draws) -> tuple[Floats, Bools]:
    """No-deal value (R,) of a party, and where the draw contradicts its anchors (R,)."""
    name = deals.parties[p]
    written, path = scenario.parties[name].no_deal, f"parties.{name}.no_deal"

    def worth_of(named: list[Any]) -> Floats:
        features = deals.features_at(p, [scenario.deal(deal) for deal in named])
        return np.matmul(steps[:, :soft], features[:soft]) / GRID

    soft = steps.shape[1] - len(scenario.bounds(name))
    fine = np.zeros(draws.replicates, dtype=bool)
    match written:
        case Anchors():
            refused = worth_of(written.refuses).max(axis=1) if written.refuses else np.zeros(draws.replicates)
            signed = worth_of(written.signs).min(axis=1) if written.signs else np.ones(draws.replicates)
            between = draws.of(written.law, path)
            value, wrong = refused + (signed - refused) * between, refused > signed
        case Likeness():
            value, wrong = worth_of([written.like])[:, 0], fine
        case _:
            return on_grid(draws.of(written, path) / 100), fine
    return on_grid(value + draws.of(written.plus, f"{path}.plus") / 100), wrong
