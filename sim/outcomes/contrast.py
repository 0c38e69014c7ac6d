"""One scenario against another over the same replicates: what is counted, and what the counts say."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.case.arrays import Array
from sim.outcomes.endings import endings
from sim.outcomes.measures import Columns
from sim.outcomes.paired import mean_difference, moments, share_difference
from sim.outcomes.summary import Record
from sim.outcomes.tally import NEVER, Tally
from sim.talks.negotiation import Negotiation

NO_AGREEMENT = "no agreement"  # no option has such a name: names have no spaces
_ZONE = (["no", "yes"], ["no", "yes"])
_POINTS = ("utility", "gain")


class Side(NamedTuple):
    """One of the two: its scenario, and the columns (n,) of the replicates."""

    negotiation: Negotiation
    columns: Columns


def crossed(first: Side, other: Side, start: int) -> Tally:
    """Counts of replicates from number `start` on, by what came of each in both: endings (E, E'), with the first replicate in
    each cell; options of each issue that both have (O + 1, O' + 1), the last for none; zones (2, 2); sums of points."""
    ones, others = first.columns, other.columns
    kinds = (len(endings(first.negotiation)), len(endings(other.negotiation)))
    counts = {
        "endings": _cross(ones["ending"], others["ending"], kinds),
        "first.endings": _first_of(ones["ending"], others["ending"], kinds, start),
        "zone": _cross(_zone(ones), _zone(others), (2, 2)),
        "round": moments(ones["round"].astype(float), others["round"].astype(float)),
    }
    for issue in _common(first.negotiation.issues, other.negotiation.issues):
        sizes = [len(side.negotiation.issues[issue].options) + 1 for side in (first, other)]
        options = [side.columns[f"option.{issue}"] % size for side, size in zip((first, other), sizes, strict=True)]
        counts[f"option.{issue}"] = _cross(options[0], options[1], (sizes[0], sizes[1]))
    parties = _common(first.negotiation.parties, other.negotiation.parties)
    names = [f"{kind}.{party}" for party in parties for kind in _POINTS]
    return counts | {name: moments(ones[name], others[name]) for name in names}


def _cross(rows: Array, columns: Array, shape: tuple[int, int]) -> Array:
    return np.bincount(rows.astype(np.int64) * shape[1] + columns, minlength=shape[0] * shape[1]).reshape(shape)


def _first_of(rows: Array, columns: Array, shape: tuple[int, int], start: int) -> Array:
    first = np.full(shape, NEVER)
    np.minimum.at(first, (rows, columns), np.arange(start, start + len(rows)))
    return first


def _zone(columns: Columns) -> Array:
    return (columns["zone_start"] | columns["zone_end"]).astype(np.int64)


def _common(ones: Iterable[str], others: Iterable[str]) -> list[str]:
    others = set(others)
    return [name for name in ones if name in others]


def contrast(first: Negotiation, other: Negotiation, counts: Mapping[str, Array]) -> Record:
    """What the counts of two scenarios say: each difference is the other's less the first's, over all replicates.

    Only endings and options that came about in one of the two are told.
    """
    ends = (endings(first), endings(other))
    keys = (list(ends[0]), list(ends[1]))
    texts, apart = ends[1] | ends[0], _by_key(counts["endings"], *keys, always="agreed")
    parties = _common(first.parties, other.parties)
    return {
        "agreement": apart.pop("agreed"),
        "zone_existed": _by_key(counts["zone"], *_ZONE, always="yes")["yes"],
        "endings": {key: {"text": texts[key], **one} for key, one in apart.items()},
        "otherwise": otherwise(counts["endings"], *keys) / int(counts["endings"].sum()),
        "moves": _moves(counts["endings"], counts["first.endings"], *keys),
        "issues": {issue: _issue(first, other, issue, counts) for issue in _common(first.issues, other.issues)},
        "parties": {party: {kind: mean_difference(counts[f"{kind}.{party}"]) for kind in _POINTS} for party in parties},
        "round": mean_difference(counts["round"]),
        "only_in_first": _lacking(first, other),
        "only_in_other": _lacking(other, first),
    }


def otherwise(cross: Array, rows: Sequence[str], columns: Sequence[str]) -> int:
    """How many replicates are in a row and a column of different keys."""
    same = sum(int(cross[i, columns.index(key)]) for i, key in enumerate(rows) if key in columns)
    return int(cross.sum()) - same


def _by_key(cross: Array, rows: list[str], columns: list[str], always: str = "") -> dict[str, Record]:
    """The difference for each key of rows and columns that occurs, and for the one that is always told."""
    ones = dict(zip(rows, cross.sum(axis=1).tolist(), strict=True))
    others = dict(zip(columns, cross.sum(axis=0).tolist(), strict=True))
    found = {}
    for key in [*rows, *(key for key in columns if key not in ones)]:
        one, another = ones.get(key, 0), others.get(key, 0)
        if one or another or key == always:
            both = int(cross[rows.index(key), columns.index(key)]) if key in ones and key in others else 0
            found[key] = share_difference(one, another, both, int(cross.sum()))
    return found


def _moves(cross: Array, examples: Array, rows: list[str], columns: list[str]) -> list[Record]:
    """The cells that hold replicates, the fullest first, each with its first replicate."""
    of, filled = int(cross.sum()), np.argwhere(cross)
    cells = [
        {
            "first": rows[i],
            "other": columns[j],
            "count": int(cross[i, j]),
            "share": int(cross[i, j]) / of,
            "example": int(examples[i, j]),
        }
        for i, j in filled
    ]
    return sorted(cells, key=lambda cell: -cell["count"])


def _issue(first: Negotiation, other: Negotiation, issue: str, counts: Mapping[str, Array]) -> Record:
    """Clauses over all replicates, and the cells of their cross table as [in the first, in the other, replicates]."""
    cross = counts[f"option.{issue}"]
    rows, columns = ([*side.issues[issue].options, NO_AGREEMENT] for side in (first, other))
    clauses = {key: one for key, one in _by_key(cross, rows, columns).items() if key != NO_AGREEMENT}
    return {"options": clauses, "cells": [[rows[i], columns[j], int(cross[i, j])] for i, j in np.argwhere(cross)]}


def _lacking(one: Negotiation, another: Negotiation) -> Record:
    """Issues and parties of the one that the other lacks."""
    return {
        "issues": [issue for issue in one.issues if issue not in another.issues],
        "parties": [party for party in one.parties if party not in another.parties],
    }
