"""All that can be agreed: complete deals as rows of options, who must sign them, and the features they are judged by.

All complete deals are listed while they are few enough. Where they are not, the list is a *menu*: some deals that all replicates
share, and some that each has of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from math import prod

import numpy as np
from numpy.random import Philox
from numpy.typing import NDArray

from sim.case.arrays import Array, Bools, Floats, Numbers
from sim.case.house import House, house_of
from sim.case.scenario import Scenario

MOST_DEALS = 4095  # deal numbers fit in 12 bits, with one to spare for "nothing on the table"
MOST_LOOKED_THROUGH = 50_000  # combinations, to see whether conditions can be met
UNLISTED = -2  # in arrays, the number of a deal that is not on the list


@dataclass(frozen=True)
class Deals:
    """The K listed deals, none of which an exclusion forbids; I issues, P parties. `complete` tells whether all deals are listed.

    `rows` (K, I) holds option numbers. `needs` (K+1,) holds a bit per party that must sign; its last place stands for an empty
    table, at which everybody is asked. `features[p]` (F, K+1) says which features a deal has for party p: one per option
    (all issues in order), one per linkage of the party, one per red line of the party and per vote of a council that bounds it;
    an empty table has none. With a vote `house` has the bit that stands in `needs` for the vote. From the first `starts` of the
    rows each replicate looks for deals of its own; `shared` are the rows that all replicates have.

    In a block whose replicates have found such deals, `own` (R, M, I), these come after the rows: K counts them too, `needs` is
    (R, K+1), and what is said of all deals, (K,) otherwise, is (R, K).
    """

    issues: dict[str, tuple[str, ...]]
    parties: tuple[str, ...]
    rows: NDArray[np.int16]
    needs: NDArray[np.integer]
    features: tuple[Floats, ...]
    scenario: Scenario = field(repr=False)
    house: House | None = None
    complete: bool = True
    starts: int = 0
    shared: int = 0
    own: NDArray[np.int16] | None = None

    @property
    def count(self) -> int:
        """K, which is also the number that stands for an empty table."""
        return self.needs.shape[-1] - 1

    def with_own(self, own: NDArray[np.int16]) -> "Deals":
        """The same in a block of R replicates that have found deals of their own (R, M, I). Those that an exclusion forbids, or
        that are listed already, are taken for deals that need a signature that nobody can give."""
        needs, nothing = self.needs_of(own), self.needs[-1]
        needs[self.excluded(own) | _repeated(self.rows, own)] = nothing
        shared, empty = (np.broadcast_to(part, (len(own), len(part))) for part in (self.needs[:-1], self.needs[-1:]))
        return replace(self, needs=np.hstack([shared, needs, empty]), own=own)

    def in_replicate(self, r: int) -> "Deals":
        """The deals of replicate r of the block in one list."""
        if self.own is None:
            return self
        found = self.own[r][self.needs[r, len(self.rows) : -1] != self.needs[r, -1]]
        return replace(these_deals(self.scenario, np.concatenate([self.rows, found])), shared=self.shared)

    def rows_at(self, deal: Numbers) -> Array:
        """The options (R, I) of one deal (R,) per replicate; those of any deal for an empty table."""
        rows = self.rows.take(deal, axis=0, mode="clip")
        if self.own is None:
            return rows
        place = np.clip(deal - len(self.rows), 0, self.own.shape[1] - 1)
        return np.where((deal >= len(self.rows))[:, None], self.own[np.arange(len(deal)), place], rows)

    def shared_number(self, deal: Numbers) -> Numbers:
        """The deals' numbers (R,), `UNLISTED` for deals that a replicate has of its own."""
        return np.where(deal >= self.shared, UNLISTED, deal)

    def options(self, deal: int) -> dict[str, str]:
        """The option of each issue in a deal."""
        return self.named(self.row(deal))

    def named(self, row: Sequence[int] | Array) -> dict[str, str]:
        """The option of each issue in a row (I,)."""
        return {issue: names[o] for (issue, names), o in zip(self.issues.items(), row, strict=True)}

    def number(self, options: Mapping[str, str]) -> int | None:
        """The deal's number: its place in the list, or one beyond K where the list is a menu without it; None where excluded.
        Deals that a block's replicates have of their own are left aside."""
        row = _row(options, self.issues)
        listed = self._numbers.get(row)
        if listed is not None or self.complete or self.excluded(np.array([row])).any():
            return listed
        place = 0
        for option, names in zip(row, self.issues.values(), strict=True):
            place = place * len(names) + option
        return self.count + 1 + place

    def row(self, deal: int) -> Array:
        """The options (I,) of the deal of this number."""
        if deal < self.count:
            return self.rows[deal]
        place, row = deal - self.count - 1, []
        for names in reversed(self.issues.values()):
            place, option = divmod(place, len(names))
            row.append(option)
        return np.array(row[::-1], dtype=self.rows.dtype)

    def numbers_of(self, rows: Array, where: Bools) -> Numbers:
        """The places (n,) in the list, `UNLISTED` where they are not in it, of the rows of options (R, I) of n replicates, where
        (R,) they are asked for."""
        rows = rows[where]
        same = (rows[:, None] == self.rows).all(axis=2)
        if self.own is not None:
            same = np.hstack([same, (rows[:, None] == self.own[where]).all(axis=2)])
        return np.where(same.any(axis=1), same.argmax(axis=1), UNLISTED)

    def excluded(self, rows: Array) -> Bools:
        """Where (...,) an exclusion forbids the deal of a row of options (..., I)."""
        return _excluded(self.scenario, rows, self.issues)

    def needs_of(self, rows: Array) -> Array:
        """As `needs`, for any rows of options (..., I): (...,)."""
        return _needs(self.scenario, rows, self.issues)

    def features_of(self, party: int, rows: Array) -> Floats:
        """As `features[party]`, for any rows of options (n, I): (F, n)."""
        return _features(self.scenario, self.parties[party], rows, self.issues)

    def features_at(self, party: int, deals: Sequence[Mapping[str, str]]) -> Floats:
        """As `features[party]`, for n deals written out: (F, n)."""
        rows = [_row(deal, self.issues) for deal in deals]
        numbers = [self._numbers.get(row, UNLISTED) for row in rows]
        return self.features_of(party, np.array(rows)) if UNLISTED in numbers else self.features[party][:, numbers]

    def conditions(self, party: int) -> list[Mapping[str, list[str]]]:
        """What the party's features beyond the options themselves hang on: its linkages, then what binds it."""
        return _conditions(self.scenario, self.parties[party])

    def rows_of(self, options: Mapping[str, str], replicates: int) -> Array:
        """The options (R, I) of one deal in all replicates."""
        return np.tile(np.array(_row(options, self.issues), dtype=self.rows.dtype), (replicates, 1))

    def asked(self, party: int) -> Bools:
        """The deals (K,) on which the party is asked: those that need its signature, or all where it votes."""
        return self.needed(party) | bool(self.house and self.house.votes[party])

    @cached_property
    def _numbers(self) -> dict[tuple[int, ...], int]:
        return {tuple(row): k for k, row in enumerate(self.rows.tolist())}

    def holds(self, when: Mapping[str, list[str]]) -> Bools:
        """The deals (K,) that have one of the named options on every named issue."""
        holds = meets(self.rows, self.issues, when)
        if self.own is None:
            return holds
        own = meets(self.own, self.issues, when)
        return np.hstack([np.broadcast_to(holds, (len(own), len(holds))), own])

    def holds_any(self, options: Mapping[str, list[str]]) -> Bools:
        """The deals (K,) that have one of the named options on some named issue."""
        return np.logical_or.reduce([self.holds({issue: named}) for issue, named in options.items()])

    def needed(self, party: int) -> Bools:
        """The deals (K,) that need the party's signature."""
        return (self.needs[..., :-1] >> party & 1).astype(bool)

    def label(self, deal: int) -> str:
        """The deal in one line."""
        return " ".join(f"{issue}={option}" for issue, option in self.options(deal).items())


def meets(rows: NDArray[np.int16], issues: Mapping[str, tuple[str, ...]], when: Mapping[str, list[str]]) -> Bools:
    """The rows of options (..., I) that have one of the named options on every named issue."""
    names = list(issues)
    holds = np.ones(rows.shape[:-1], dtype=bool)
    for issue, options in when.items():
        among = set(options)
        named = np.array([option in among for option in issues[issue]])
        holds &= named[rows[..., names.index(issue)]]
    return holds


def can_hold(scenario: Scenario, conditions: Sequence[Mapping[str, list[str]]]) -> bool | None:
    """Whether some deal that no exclusion forbids meets all the conditions; None where that is too much to look through.

    Only issues named by conditions or exclusions matter, and of their options only those that fewest exclusions name.
    """
    issues = _options(scenario)
    touched = {issue for when in [*conditions, *(exclusion.when for exclusion in scenario.exclusions)] for issue in when}
    named = [issue for issue in issues if issue in touched]
    left = {issue: _least_excluded(scenario, issue, _meeting(conditions, issue, issues[issue])) for issue in named}
    count = prod(map(len, left.values()))
    if count > MOST_LOOKED_THROUGH:
        return None
    rows = np.array(list(product(*left.values())), dtype=np.int16).reshape(count, len(named))
    return bool((~_excluded(scenario, rows, {issue: issues[issue] for issue in named})).any())


def _meeting(conditions: Sequence[Mapping[str, list[str]]], issue: str, options: tuple[str, ...]) -> list[str]:
    """The options of an issue that meet all the conditions."""
    return [option for option in options if all(option in when.get(issue, options) for when in conditions)]


def _least_excluded(scenario: Scenario, issue: str, options: list[str]) -> list[int]:
    """The numbers of those options of an issue for which no other meets fewer of the exclusions, one of each kind."""
    every = list(scenario.issues[issue].options)
    met = {o: {n for n, e in enumerate(scenario.exclusions) if o in e.when.get(issue, every)} for o in options}
    kinds = {frozenset(met[option]): every.index(option) for option in options}
    return [number for kind, number in kinds.items() if not any(other < kind for other in kinds)]


def how_many(scenario: Scenario) -> int:
    """Complete deals before exclusions."""
    return prod(len(issue.options) for issue in scenario.issues.values())


def all_listed(scenario: Scenario) -> bool:
    """Whether all deals are listed, or else a menu of them: where they are too many, or more than the scenario wants listed."""
    size: int | None = scenario.talks.menu
    return how_many(scenario) <= (MOST_DEALS if size is None else size)


def list_deals(scenario: Scenario) -> Deals:
    """Every complete deal of the scenario, in the order of its options with the last issue fastest."""
    issues = _options(scenario)
    rows = np.array(list(product(*(range(len(options)) for options in issues.values()))), dtype=np.int16)
    return these_deals(scenario, rows[~_excluded(scenario, rows, issues)], complete=True)


def packages(scenario: Scenario) -> Array:
    """The packages as rows of options (n, I), in the order of the file, each once, less those that an exclusion forbids."""
    issues = _options(scenario)
    written = dict.fromkeys(_row(package, issues) for package in scenario.packages.values())
    rows = np.array(list(written), dtype=np.int16).reshape(-1, len(issues))
    return rows[~_excluded(scenario, rows, issues)]


def these_deals(scenario: Scenario, rows: Array, complete: bool = False, starts: int = 0) -> Deals:
    """The deals of these rows of options (K, I), of which so many are starts."""
    issues, parties = _options(scenario), tuple(scenario.parties)
    needs, nothing = _needs(scenario, rows, issues), 2 * _nobody(scenario) - 1
    needs = np.append(needs, np.array([nothing], dtype=needs.dtype))
    features = tuple(_with_nothing(_features(scenario, party, rows, issues)) for party in parties)
    return Deals(issues, parties, rows, needs, features, scenario, house_of(scenario), complete, starts, len(rows))


def same_menu(deals: Deals, scenario: Scenario) -> Deals | None:
    """The menu under another version of its scenario; None where all deals are listed."""
    return None if deals.complete else these_deals(scenario, deals.rows, starts=deals.starts)


def _options(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    return {name: tuple(issue.options) for name, issue in scenario.issues.items()}


def _row(options: Mapping[str, str], issues: Mapping[str, tuple[str, ...]]) -> tuple[int, ...]:
    return tuple(names.index(options[issue]) for issue, names in issues.items())


def _excluded(scenario: Scenario, rows: Array, issues: Mapping[str, tuple[str, ...]]) -> Bools:
    excluded = np.zeros(rows.shape[:-1], dtype=bool)
    for exclusion in scenario.exclusions:
        excluded |= meets(rows, issues, exclusion.when)
    return excluded


def _nobody(scenario: Scenario) -> int:
    """The bit of a signature that nobody can give, which an empty table lacks: the first after the parties' and the house's."""
    return 1 << (len(scenario.parties) + (scenario.talks.vote is not None))


def _needs(scenario: Scenario, rows: Array, issues: Mapping[str, tuple[str, ...]]) -> Array:
    bit = {party: 1 << p for p, party in enumerate(scenario.parties)}
    house = 0 if scenario.talks.vote is None else 1 << len(bit)
    always = house + sum(bit[party] for party in set(scenario.always_sign()))
    needs = np.full(rows.shape[:-1], always, dtype=np.min_scalar_type(2 * _nobody(scenario) - 1))
    for consent in scenario.talks.sign_when:
        needs[meets(rows, issues, consent.when)] |= sum(bit[party] for party in set(consent.needs))
    return needs


def _conditions(scenario: Scenario, party: str) -> list[Mapping[str, list[str]]]:
    linkages = [linkage.when for linkage in scenario.linkages if linkage.party == party]
    return [*linkages, *(bound.when for bound in scenario.bounds(party).values())]


def _features(scenario: Scenario, party: str, rows: Array, issues: Mapping[str, tuple[str, ...]]) -> Floats:
    options = [rows[:, i] == o for i, names in enumerate(issues.values()) for o in range(len(names))]
    conditions = [meets(rows, issues, when) for when in _conditions(scenario, party)]
    return np.array(options + conditions, dtype=np.float64)


def _repeated(rows: Array, own: Array) -> Bools:
    """Where (R, M) a replicate's own deals (R, M, I) are among the rows (K, I), or stand before among its own."""
    listed, found = np.sort(_fingerprints(rows)), _fingerprints(own)
    repeated = listed.take(np.searchsorted(listed, found), mode="clip") == found
    order = np.argsort(found, axis=1, kind="stable")
    again = np.diff(np.take_along_axis(found, order, axis=1), axis=1) == 0
    np.put_along_axis(repeated, order[:, 1:], again | np.take_along_axis(repeated, order[:, 1:], axis=1), axis=1)
    return repeated


def _fingerprints(rows: Array) -> NDArray[np.uint64]:
    """A whole number (...,) for each row of options (..., I), the same for equal ones and, by its 64 bits, for no others."""
    factors = np.array(Philox(key=1).random_raw(rows.shape[-1]), dtype=np.uint64)
    fingerprints: NDArray[np.uint64] = (rows.astype(np.uint64) * factors).sum(axis=-1, dtype=np.uint64)
    return fingerprints


def _with_nothing(features: Floats) -> Floats:
    """The features with those of an empty table, which has none."""
    return np.hstack([features, np.zeros((len(features), 1))])
