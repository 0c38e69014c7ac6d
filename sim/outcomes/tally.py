"""Counts and sums over replicates, which add up: a million replicates need no more memory than a thousand."""

from functools import reduce

import numpy as np

from sim.case.arrays import Array
from sim.case.deals import Deals
from sim.outcomes.endings import AGREED, endings
from sim.outcomes.measures import Columns, Played
from sim.outcomes.solutions import SOLUTIONS

Tally = dict[str, Array]

BIN = 0.1  # points
LEAST = -250.0  # points at which the first bin of a histogram begins
BINS = 6000
NEVER = np.iinfo(np.int64).max


def tally(played: Played, columns: Columns) -> Tally:
    """What a summary needs to know of the replicates played, whose columns are given."""
    agreed, kinds = columns["ending"] == AGREED, len(endings(played.negotiation))
    signed = columns["signed_deal"] != -1 if "signed_deal" in columns else agreed
    first = played.draws.chance.first if played.draws.chance else 0
    counts = {
        "replicates": np.array(len(agreed)),
        "endings": _table(columns["ending"], columns["round"], kinds, played.negotiation.talks.rounds),
        "first.endings": _first(columns["ending"], kinds, first),
        "deals": _listed(columns["deal"][agreed], played.stakes.deals.shared),
        "zone": np.array([columns["zone_start"].sum(), columns["zone_end"].sum()]),
        "zone_deals": np.array(columns["zone_deals"].sum(dtype=np.int64)),
        "signed": np.array(signed.sum()),
        "zone_existed": _hits(signed, columns["zone_start"] | columns["zone_end"]),
        "frontier": np.array((columns["on_frontier"] == 1).sum()),
        "contradicted": played.stakes.contradicted.sum(axis=1),
    }
    counts |= _pairs(played.rows, played.stakes.deals)
    return counts | _parties(columns, agreed) | _blockers(columns) | _solutions(columns, played) | _leanings(played, agreed)


def _listed(deals: Array, count: int) -> Array:
    """How often (K+1,) each listed deal was agreed; the last place counts the others."""
    return np.bincount(np.where(deals < 0, count, deals), minlength=count + 1)


def _pairs(rows: Array, deals: Deals) -> Tally:
    """How often (O, O) two options were agreed together, given what was agreed (R, I); where all deals are listed, these tell
    it."""
    if deals.complete:
        return {}
    held = [rows[:, [i]] == np.arange(len(options)) for i, options in enumerate(deals.issues.values())]
    chosen = np.concatenate(held, axis=1).astype(np.float32)
    return {"pairs": (chosen.T @ chosen).astype(np.int64)}


def add(tallies: list[Tally]) -> Tally:
    """The tally of all replicates together."""
    return reduce(lambda one, two: {key: _together(key, one[key], two[key]) for key in one}, tallies)


def _together(key: str, one: Array, two: Array) -> Array:
    return np.minimum(one, two) if key.startswith("first.") else one + two


def _first(rows: Array, height: int, start: int) -> Array:
    """The number of the first replicate in each row, or `NEVER`."""
    first = np.full(height, NEVER)
    np.minimum.at(first, rows, np.arange(start, start + len(rows)))
    return first


def _table(rows: Array, columns: Array, height: int, rounds: int) -> Array:
    return np.bincount(rows.astype(np.int64) * (rounds + 1) + columns, minlength=height * (rounds + 1)).reshape(height, -1)


def _hits(agreed: Array, where: Array) -> Array:
    """How many there are, and how many of them agreed, or signed."""
    return np.array([where.sum(), (agreed & where).sum()])


def _parties(columns: Columns, agreed: Array) -> Tally:
    """Histograms and moments: of utility and gain among agreements, of no-deal values over all."""
    counts: Tally = {}
    for name, column in columns.items():
        kind = name.partition(".")[0]
        if kind in ("utility", "gain", "no_deal"):
            points = column if kind == "no_deal" else column[agreed]
            bins = np.clip((points - LEAST) / BIN, 0, BINS - 1).astype(np.int64)
            counts[f"histogram.{name}"] = np.bincount(bins, minlength=BINS)
            counts[f"moments.{name}"] = np.array([len(points), points.sum(), np.square(points).sum()])
    return counts


def _blockers(columns: Columns) -> Tally:
    return {name: np.array(column.sum()) for name, column in columns.items() if name.startswith("blocked_by.")}


def _solutions(columns: Columns, played: Played) -> Tally:
    """How often there is each solution point, how often each listed deal is it, or, where not all are listed, each option in it
    (O,); and how often the talks reached one as good."""
    counts: Tally = {}
    for name in SOLUTIONS:
        counts[f"exists.{name}"] = np.array((columns[name] != -1).sum())
        counts[f"solution.{name}"] = _at_point(columns, name, played.stakes.deals)
        counts[f"reached.{name}"] = np.array((columns[f"{name}_reached"] == 1).sum())
    return counts


def _at_point(columns: Columns, name: str, deals: Deals) -> Array:
    if deals.complete:
        return _listed(columns[name], deals.count)[:-1]
    clauses = [(columns[f"option.{name}.{issue}"], len(options)) for issue, options in deals.issues.items()]
    return np.concatenate([_listed(column, options)[:-1] for column, options in clauses])


def _leanings(played: Played, agreed: Array) -> Tally:
    """For each uncertain number: replicates and agreements with it in the lowest and in the highest tenth of its law."""
    return {
        f"lean.{path}": np.concatenate([_hits(agreed, tenth == -1), _hits(agreed, tenth == 1)])
        for path, tenth in played.draws.tenths.items()
    }
