"""All that can be agreed: every complete deal as a row of options, who must sign it, and the features it is judged by."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from sim.case.arrays import Array, Bools, Floats
from sim.case.house import House, house_of
from sim.case.scenario import Scenario

MOST_DEALS = 4095  # deal numbers fit in 12 bits, with one to spare for "nothing on the table"


@dataclass(frozen=True)
class Deals:
    """The K deals that no exclusion forbids, I issues, P parties.

    `rows` (K, I) holds option numbers. `needs` (K+1,) holds a bit per party that must sign; its last place stands for an empty
    table, at which everybody is asked. `features[p]` (F, K+1) says which features a deal has for party p: one per option
    (all issues in order), one per linkage of the party, one per red line of the party and per vote of a council that bounds it;
    an empty table has none. With a vote `house` has the bit that stands in `needs` for the vote.
    """

    issues: dict[str, tuple[str, ...]]
    parties: tuple[str, ...]
    rows: NDArray[np.int16]
    needs: NDArray[np.integer]
    features: tuple[Floats, ...]
    house: House | None = None

    @property
    def count(self) -> int:
        """K, which is also the number that stands for an empty table."""
        return len(self.rows)

    def options(self, deal: int) -> dict[str, str]:
        """The option of each issue in a deal."""
        return {issue: names[o] for (issue, names), o in zip(self.issues.items(), self.rows[deal], strict=True)}

    def number(self, options: Mapping[str, str]) -> int | None:
        """The deal's number, or None where it is excluded."""
        return self._numbers.get(tuple(names.index(options[issue]) for issue, names in self.issues.items()))

    def asked(self, party: int) -> Bools:
        """The deals (K,) on which the party is asked: those that need its signature, or all where it votes."""
        return self.needed(party) | bool(self.house and self.house.votes[party])

    @cached_property
    def _numbers(self) -> dict[tuple[int, ...], int]:
        return {tuple(row): k for k, row in enumerate(self.rows.tolist())}

    def holds(self, when: Mapping[str, list[str]]) -> Bools:
        """The deals (K,) that have one of the named options on every named issue."""
        return meets(self.rows, self.issues, when)

    def needed(self, party: int) -> Bools:
        """The deals (K,) that need the party's signature."""
        return (self.needs[:-1] >> party & 1).astype(bool)

    def label(self, deal: int) -> str:
        """The deal in one line."""
        return " ".join(f"{issue}={option}" for issue, option in self.options(deal).items())


def meets(rows: NDArray[np.int16], issues: Mapping[str, tuple[str, ...]], when: Mapping[str, list[str]]) -> Bools:
    """The rows of options (K, I) that have one of the named options on every named issue."""
    names = list(issues)
    holds = np.ones(len(rows), dtype=bool)
    for issue, options in when.items():
        holds &= np.isin(rows[:, names.index(issue)], [issues[issue].index(option) for option in options])
    return holds


def how_many(scenario: Scenario) -> int:
    """Complete deals before exclusions."""
    return prod(len(issue.options) for issue in scenario.issues.values())


def list_deals(scenario: Scenario) -> Deals:
    """Every complete deal of the scenario, in the order of its options with the last issue fastest."""
    issues = {name: tuple(issue.options) for name, issue in scenario.issues.items()}
    rows = np.array(list(product(*(range(len(options)) for options in issues.values()))), dtype=np.int16)
    for exclusion in scenario.exclusions:
        rows = rows[~meets(rows, issues, exclusion.when)]
    parties = tuple(scenario.parties)
    features = tuple(_features(scenario, party, rows, issues) for party in parties)
    return Deals(issues, parties, rows, _needs(scenario, rows, issues), features, house_of(scenario))


def _needs(scenario: Scenario, rows: Array, issues: Mapping[str, tuple[str, ...]]) -> Array:
    bit = {party: 1 << p for p, party in enumerate(scenario.parties)}
    house = 0 if scenario.talks.vote is None else 1 << len(bit)
    nobody = 1 << (len(bit) + bool(house))  # an empty table lacks a signature that nobody can give
    always = house + sum(bit[party] for party in set(scenario.always_sign()))
    needs = np.full(len(rows), always, dtype=np.min_scalar_type(2 * nobody - 1))
    for consent in scenario.talks.sign_when:
        needs[meets(rows, issues, consent.when)] |= sum(bit[party] for party in set(consent.needs))
    return np.append(needs, np.array([sum(bit.values()) + house + nobody], dtype=needs.dtype))


def _features(scenario: Scenario, party: str, rows: Array, issues: Mapping[str, tuple[str, ...]]) -> Floats:
    options = [rows[:, i] == o for i, names in enumerate(issues.values()) for o in range(len(names))]
    linkages = [meets(rows, issues, linkage.when) for linkage in scenario.linkages if linkage.party == party]
    bounds = [meets(rows, issues, bound.when) for bound in scenario.bounds(party).values()]
    features = np.array(options + linkages + bounds, dtype=np.float64)
    return np.hstack([features, np.zeros((len(features), 1))])
