"""A text of which one issue changes at a time, and what hangs on it: its worth to the parties, who must sign it, what forbids it.

A change can turn only such conditions as name its issue, and these alone are looked at. So a change costs what hangs on one
issue, however many deals or conditions there are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.case.arrays import Array, Bools, Floats, Numbers
from sim.case.stakes import GRID
from sim.talks.room import Room

When = Mapping[str, list[str]]


class Conditions(NamedTuple):
    """C conditions on deals in G groups, laid out so that a change of one issue looks only at those that name it.

    `total` is C. `touching` (I, G, M) are the numbers of the conditions of a group that name an issue, at most M, and C where
    there are fewer; `wants` (I, O, G, M) is 1 where such a condition takes the issue's option, else 0.
    """

    total: int
    touching: Numbers
    wants: NDArray[np.int8]

    def unmet(self, rows: Array) -> NDArray[np.int16]:
        """On how many issues (n, C+1) rows of options (n, I) miss each condition; the last stands for none and is never met."""
        unmet = np.zeros((len(rows), self.total + 1), dtype=np.int16)
        for issue, (touched, wants) in enumerate(zip(self.touching, self.wants, strict=True)):
            unmet[:, touched] += 1 - wants[rows[:, issue]]
        unmet[:, self.total] = 1
        return unmet


def lay_out(groups: Sequence[Sequence[When]], issues: Mapping[str, tuple[str, ...]]) -> Conditions:
    """The conditions laid out by issue; they are numbered through, group after group."""
    naming: dict[str, list[list[tuple[int, list[str]]]]] = {issue: [[] for _ in groups] for issue in issues}
    every = [(g, when) for g, conditions in enumerate(groups) for when in conditions]
    for c, (g, when) in enumerate(every):
        for issue, options in when.items():
            naming[issue][g].append((c, options))
    most = max(len(named) for by_group in naming.values() for named in by_group)
    touching = np.full((len(issues), len(groups), most), len(every), dtype=np.intp)
    wants = np.ones((len(issues), max(map(len, issues.values())), len(groups), most), dtype=np.int8)
    for i, (issue, names) in enumerate(issues.items()):
        for g, named in enumerate(naming[issue]):
            for m, (c, options) in enumerate(named):
                touching[i, g, m] = c
                wants[i, : len(names), g, m] = [name in options for name in names]
    return Conditions(len(every), touching, wants)


class Change(NamedTuple):
    """One issue (R,) of each text, its option (R,) as the text stands, and the one (R,) proposed."""

    issue: Numbers
    old: Numbers
    new: Numbers


class Turned(NamedTuple):
    """The conditions (R, G, M) that a change bears on, by their places in a watch, on how many issues they would be missed, and
    which would be newly met (1) or no longer (-1)."""

    places: Numbers
    missed: NDArray[np.int16]
    by: NDArray[np.int8]


@dataclass
class Watch:
    """On how many issues (R, C+1) the texts miss each of the conditions, kept up as they change."""

    conditions: Conditions
    unmet: NDArray[np.int16]
    lanes: Numbers

    def turned(self, change: Change) -> Turned:
        """What a change would turn."""
        places = self.conditions.touching[change.issue] + self.lanes
        missed, wants = self.unmet.take(places), self.conditions.wants
        after = missed + wants[change.issue, change.old] - wants[change.issue, change.new]
        return Turned(places, after, np.subtract(after == 0, missed == 0, dtype=np.int8))

    def take(self, turned: Turned, where: Numbers) -> None:
        """The change is made in these replicates."""
        self.unmet.put(turned.places[where], turned.missed[where])


def watch(groups: Sequence[Sequence[When]], issues: Mapping[str, tuple[str, ...]], rows: Array) -> Watch:
    """Groups of conditions and how the texts (R, I) meet them."""
    conditions = lay_out(groups, issues)
    unmet = conditions.unmet(rows)
    return Watch(conditions, unmet, np.arange(len(rows))[:, None, None] * unmet.shape[1])


class Outlook(NamedTuple):
    """What a change would bring: gains (R, P) in whole steps of utility, how many conditions (R, P) would then ask for a
    signature, who would have to sign (R,), where (R,) an exclusion forbids it, and what would turn in each of the watches."""

    gains: Floats
    called: Numbers
    needs: Array
    forbidden: Bools
    turned: tuple[Turned, ...]


@dataclass
class Text:
    """The texts (R, I) on the tables of R replicates, and what hangs on them, kept up as they change.

    `worth` (R, P) is what they are worth to the parties, real red lines included, in whole steps of utility, so that sums are
    exact; `options` (R, O, P) and `points` (R, C+1) are what each option and each condition brings. `needs` (R,) has a bit for
    each who must sign: who always does, in `always`, or is asked to by one or more conditions, `called` (R, P).
    """

    rows: Array
    worth: Floats
    called: Numbers
    always: int
    options: Floats
    points: Floats
    sizes: Numbers
    likes: Watch
    forbids: Watch
    asks: Watch
    needs: Array = field(init=False)
    lanes: Numbers = field(init=False)
    firsts: Numbers = field(init=False)

    def __post_init__(self) -> None:
        self.lanes = np.arange(len(self.rows))
        self.firsts = np.cumsum(self.sizes) - self.sizes
        self.needs = self._needs(self.called)

    def change(self, issue: Floats, option: Floats) -> Change:
        """The change at these quantiles (R,): an issue that has several options, and another option of it, each alike."""
        free = np.flatnonzero(self.sizes > 1)
        issues = free[(issue * len(free)).astype(np.intp)]
        old = self.rows[self.lanes, issues].astype(np.intp)
        new = (option * (self.sizes[issues] - 1)).astype(np.intp)
        return Change(issues, old, new + (new >= old))

    def after(self, change: Change) -> Outlook:
        """What the change would bring."""
        first = self.firsts[change.issue]
        likes, forbids, asks = (watched.turned(change) for watched in (self.likes, self.forbids, self.asks))
        gains = self.options[self.lanes, first + change.new] - self.options[self.lanes, first + change.old]
        gains += np.einsum("rgm,rgm->rg", self.points.take(likes.places), likes.by)
        called = self.called + asks.by.sum(axis=2)
        return Outlook(gains, called, self._needs(called), (forbids.missed == 0).any(axis=(1, 2)), (likes, forbids, asks))

    def take(self, change: Change, after: Outlook, where: Bools) -> None:
        """The change is made there (R,)."""
        lanes = np.flatnonzero(where)
        self.rows[lanes, change.issue[lanes]] = change.new[lanes]
        self.worth[lanes] += after.gains[lanes]
        self.called[lanes], self.needs[lanes] = after.called[lanes], after.needs[lanes]
        for watched, turned in zip((self.likes, self.forbids, self.asks), after.turned, strict=True):
            watched.take(turned, lanes)

    def _needs(self, called: Numbers) -> Array:
        return self.always | ((called > 0) @ (1 << np.arange(called.shape[1])))


def write(room: Room) -> Text:
    """The texts that lie on the tables of a room, by what is at stake there now."""
    stakes, deals, scenario, rows = room.stakes, room.stakes.deals, room.negotiation, room.table.text
    assert rows is not None
    parties, places = range(len(deals.parties)), sum(map(len, deals.issues.values()))
    always = room.all_must_sign or [deals.parties.index(party) for party in set(scenario.always_sign())]
    asking = [] if room.all_must_sign else scenario.talks.sign_when
    consents = [[consent.when for consent in asking if party in consent.needs] for party in deals.parties]
    asks = watch(consents, deals.issues, rows)
    return Text(
        rows=rows,
        worth=np.stack([np.rint(stakes.utility_of(p, rows, red_lines=True) * GRID) for p in parties], axis=1),
        called=np.stack([(asks.unmet[:, numbers] == 0).sum(axis=1) for numbers in _numbered(consents)], axis=1),
        always=sum(1 << p for p in always),
        options=np.stack([steps[:, :places] for steps in stakes.steps], axis=2),
        points=np.hstack([*(steps[:, places:] for steps in stakes.steps), np.zeros((len(rows), 1))]),
        sizes=np.array([len(options) for options in deals.issues.values()]),
        likes=watch([deals.conditions(p) for p in parties], deals.issues, rows),
        forbids=watch([[exclusion.when for exclusion in scenario.exclusions]], deals.issues, rows),
        asks=asks,
    )


def _numbered(groups: Sequence[Sequence[When]]) -> Iterator[slice]:
    """The numbers of each group's conditions."""
    ends = np.cumsum([len(group) for group in groups]).tolist()
    return (slice(end - len(group), end) for end, group in zip(ends, groups, strict=True))
