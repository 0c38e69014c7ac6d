"""A search for the cheapest change that is good enough, among levers that each stand at some level.

A change is a choice of levels for some of the levers. Nothing is taken for granted about how the chance hangs on the levels, not
even that it rises or falls with them: a change counts as good enough only where it was itself tried. Where few levers make few
combinations, all are tried; else the search is a heuristic, and what it finds is the cheapest that it found.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod

from sim.case.levers import Level, Readied

Change = tuple[tuple[int, Level], ...]
"""The numbers of the levers that are moved, in order, each with its level; the empty one changes nothing."""

Chances = Callable[[Sequence[Change]], Sequence[float]]
"""The chance of what is wanted under each of some changes; NaN where they cannot be made together."""

NOTHING: Change = ()
MOST_COMBINATIONS = 800  # that are all tried
STEPS = ((1, 32), (2, 16), (3, 8), (24, 4))  # into how many a range is cut, where there are at most so many levers
COARSEST = 2
WIDTH = 4  # changes from which the search goes on at each depth
DEPTH = 4  # levers that the search puts together at most, one at a time
MOVES = 16  # levels of single levers that it adds
PASSES = 12  # times that it takes something back from the cheapest
MOST_LEVERS = 8  # that a change moves which is looked at closely
FINALISTS = 4  # ways of which the levels are refined
REFINED = 4  # levers of each, the dearest
HALVINGS = 5


@dataclass(frozen=True)
class Tried:
    """All changes tried so far with their chances, in the order in which they were tried."""

    levers: Sequence[Readied]
    chances: Chances
    target: float
    seen: dict[Change, float] = field(default_factory=dict)

    def look(self, changes: Iterable[Change]) -> None:
        """Try those that were not tried before."""
        new = [change for change in dict.fromkeys(changes) if change not in self.seen]
        if new:
            self.seen.update(zip(new, self.chances(new), strict=True))

    def cost(self, change: Change) -> float:
        """What a change costs."""
        return round(sum(self.levers[lever].cost(level) for lever, level in change), 9)

    def ranked(self) -> list[Change]:
        """All that were tried and can be made, the cheapest first, of equally dear ones the likeliest."""
        return sorted(
            (change for change in self.seen if self.seen[change] >= 0), key=lambda change: (self.cost(change), -self.seen[change])
        )

    def good(self, least: float | None = None) -> list[Change]:
        """Those good enough, the cheapest first."""
        return [change for change in self.ranked() if self.seen[change] >= (self.target if least is None else least)]

    def curve(self) -> list[Change]:
        """Those than which nothing as cheap was likelier, the cheapest first."""
        found: list[Change] = []
        for change in self.ranked():
            if not found or self.seen[change] > self.seen[found[-1]]:
                found.append(change)
        return found


def levers_in(change: Change) -> frozenset[int]:
    """The levers that a change moves."""
    return frozenset(lever for lever, _ in change)


def others(changes: Iterable[Change], most: int) -> list[Change]:
    """Of changes in order, those that move levers of which no earlier one moves only some: each a way of its own."""
    found: list[Change] = []
    for change in changes:
        if len(found) < most and not any(levers_in(earlier) <= levers_in(change) for earlier in found):
            found.append(change)
    return found


def put(change: Change, lever: int, level: Level | None) -> Change:
    """The change with a lever at another level, or where it stands."""
    rest = [(other, at) for other, at in change if other != lever]
    return tuple(sorted(rest if level is None else [*rest, (lever, level)], key=lambda pair: pair[0]))


def search(levers: Sequence[Readied], chances: Chances, target: float) -> tuple[Tried, str]:
    """Look for changes good enough; all that was tried, and how, in words."""
    tried = Tried(levers, chances, target)
    levels = [lever.levels(_steps(len(levers))) for lever in levers]
    tried.look([NOTHING])
    tried.look(((lever, level),) for lever, at in enumerate(levels) for level in at)
    if tried.seen[NOTHING] >= target:
        return tried, "nothing need change: the levers were tried one by one alone"
    if prod(len(at) + 1 for at in levels) <= MOST_COMBINATIONS:
        tried.look(_all(levels))
        how = "every combination of these levels was tried"
    else:
        _put_together(tried, levels, frozenset())
        first = tried.good()[:1]
        if first:
            _put_together(tried, levels, levers_in(first[0]))
        how = "not every combination of these levels could be tried: there may be cheaper ones"
    _refine(tried, levels)
    return tried, how


def _steps(levers: int) -> int:
    return next((steps for most, steps in STEPS if levers <= most), COARSEST)


def _all(levels: Sequence[Sequence[Level]]) -> Iterable[Change]:
    for row in product(*([None, *at] for at in levels)):
        yield tuple((lever, level) for lever, level in enumerate(row) if level is not None)


def _put_together(tried: Tried, levels: Sequence[Sequence[Level]], without: frozenset[int]) -> None:
    """Combinations of more than one lever, some being left out: from nothing up, from everything down, then less of the best."""
    _upwards(tried, levels, without)
    _downwards(tried, levels, without)
    _less(tried, levels, without)


def _upwards(tried: Tried, levels: Sequence[Sequence[Level]], without: frozenset[int]) -> None:
    """Add one lever after another to the changes that promise most."""
    gain = {change: tried.seen[change] - tried.seen[NOTHING] for change in _singles(tried, levels, without)}
    helpful = [change for change in gain if gain[change] > 0]
    by_cost = sorted(helpful, key=lambda change: -gain[change] / max(tried.cost(change), 1e-9))
    by_gain = sorted(helpful, key=lambda change: -gain[change])
    moves = [change[0] for change in dict.fromkeys([*by_cost[: MOVES // 2], *by_gain[: MOVES // 2], *by_cost])][:MOVES]
    held = _promising(tried, helpful, without)
    for _ in range(DEPTH - 1):
        new = [put(change, *move) for change in held for move in moves if move[0] not in levers_in(change)]
        most = _cheapest(tried, without)
        tried.look(change for change in new if tried.cost(change) < most)
        held = _promising(tried, new, without)


def _singles(tried: Tried, levels: Sequence[Sequence[Level]], without: frozenset[int]) -> list[Change]:
    singles = [((lever, level),) for lever, at in enumerate(levels) for level in at if lever not in without]
    return [change for change in singles if tried.seen[change] >= 0]


def _cheapest(tried: Tried, without: frozenset[int]) -> float:
    """What the cheapest good enough change costs that leaves some levers alone."""
    return next((tried.cost(change) for change in tried.good() if not levers_in(change) & without), float("inf"))


def _promising(tried: Tried, changes: Iterable[Change], without: frozenset[int]) -> list[Change]:
    """The changes that fall short from which to go on: half of them for a low cost by the time the target is reached, were every
    further gain as cheap as the cheapest so far, half for the chance they have."""
    most, start = _cheapest(tried, without), tried.seen[NOTHING]
    short = [c for c in dict.fromkeys(changes) if c in tried.seen and tried.seen[c] < tried.target and tried.cost(c) < most]
    rates = [(tried.seen[c] - start) / max(tried.cost(c), 1e-9) for c in tried.seen if c]
    rate = max([rate for rate in rates if rate > 0], default=1.0)
    by_cost = sorted(short, key=lambda c: tried.cost(c) + (tried.target - tried.seen[c]) / rate)
    by_chance = sorted(short, key=lambda c: (-tried.seen[c], tried.cost(c)))
    return list(dict.fromkeys([*by_cost[: WIDTH // 2], *by_chance[: WIDTH // 2], *by_cost[:WIDTH]]))[:WIDTH]


def _downwards(tried: Tried, levels: Sequence[Sequence[Level]], without: frozenset[int]) -> None:
    """Move all levers at once, each to where it alone did best, then leave out one after another, what does least for its cost
    first: so levers are found that do nothing one without the other."""
    singles = _singles(tried, levels, without)
    best: dict[int, Change] = {}
    for change in sorted(singles, key=lambda one: (tried.seen[one], tried.cost(one))):
        best[change[0][0]] = change
    whole = tuple(best[lever][0] for lever in sorted(best))
    tried.look([whole])
    if not tried.seen[whole] >= tried.target:
        return
    tried.look(put(whole, lever, None) for lever in best)
    loss = {lever: tried.seen[whole] - tried.seen[put(whole, lever, None)] for lever in best}
    order = sorted(best, key=lambda lever: (loss[lever] / max(tried.cost(best[lever]), 1e-9), -tried.cost(best[lever])))
    most, left, nested = _cheapest(tried, without), whole, []
    for lever in order:
        left = put(left, lever, None)
        nested.append(left)
    tried.look(change for change in nested if tried.cost(change) < most)


def _less(tried: Tried, levels: Sequence[Sequence[Level]], without: frozenset[int]) -> None:
    """Take something back from the cheapest good ones, as long as that finds new ones."""
    for _ in range(PASSES):
        held = [change for change in tried.good() if len(change) <= MOST_LEVERS and not levers_in(change) & without][:2]
        before = len(tried.seen)
        tried.look(less for change in held for less in _one_less(tried, levels, change))
        if len(tried.seen) == before:
            return


def _one_less(tried: Tried, levels: Sequence[Sequence[Level]], change: Change) -> Iterable[Change]:
    for lever, level in change:
        cost = tried.levers[lever].cost
        yield put(change, lever, None)
        yield from (put(change, lever, other) for other in levels[lever] if cost(other) < cost(level))


def _refine(tried: Tried, levels: Sequence[Sequence[Level]]) -> None:
    """Of the cheapest ways, halve the last step of one lever after another, the dearest first, as long as they are good."""
    ways = others(tried.good(), FINALISTS)
    for turn in range(REFINED):
        steps = [_step_back(tried, levels, change, turn) for change in ways]
        for _ in range(HALVINGS):
            halved = [_halved(tried, change, step) for change, step in zip(ways, steps, strict=True)]
            tried.look(change for change in halved if change is not None)
            for n, (change, step) in enumerate(zip(halved, steps, strict=True)):
                if change is None or step is None:
                    continue
                if tried.seen[change] >= tried.target:
                    ways[n] = change
                else:
                    steps[n] = (step[0], dict(change)[step[0]])


def _halved(tried: Tried, change: Change, step: tuple[int, Level] | None) -> Change | None:
    """The change with a lever half-way back to a level, if there is one."""
    if step is None:
        return None
    lever, back = step
    middle = tried.levers[lever].between(back, dict(change)[lever])
    return None if middle is None else put(change, lever, middle)


def _step_back(tried: Tried, levels: Sequence[Sequence[Level]], change: Change, turn: int) -> tuple[int, Level] | None:
    """A lever of the change, the dearest first, and the next cheaper level on the same side of where it stands."""
    by_cost = sorted(change, key=lambda pair: -tried.cost((pair,)))
    if turn >= len(by_cost):
        return None
    lever, level = by_cost[turn]
    slide = tried.levers[lever]
    if isinstance(level, str) or isinstance(slide.stands, str):
        return None
    stands = slide.stands
    nearer = [float(other) for other in levels[lever] if min(stands, level) < float(other) < max(stands, level)]
    return lever, min(nearer, key=lambda other: abs(other - level), default=stands)
