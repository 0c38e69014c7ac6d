"""What a view shows of some replicates: how they ended, what was agreed on each issue, what it was worth; counts that add up."""

from collections.abc import Iterable
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from sim.case.arrays import Array
from sim.outcomes.endings import AGREED, endings
from sim.outcomes.measures import Played, agreed_options, how_it_ended, worth_to_parties
from sim.outcomes.summary import share, share_or_none
from sim.talks.negotiation import Negotiation

Record = dict[str, Any]

LEAST, MOST = -150, 250  # points between which utilities are told apart, one by one
QUANTILES = (5, 25, 50, 75, 95)
_NEVER = np.iinfo(np.int64).max


class Picture(NamedTuple):
    """Counts over replicates: of each ending (E,) and the number of the first replicate that ended so (E,); of the options agreed
    on each issue; histograms of points among agreements (P, B) and of no-deal values (P, B)."""

    replicates: int
    endings: Array
    examples: Array
    options: tuple[Array, ...]
    utilities: Array
    no_deal: Array


def picture(played: Played, first: int) -> Picture:
    """The counts of what was played, of which the first replicate has this number."""
    columns = how_it_ended(played) | agreed_options(played) | worth_to_parties(played)
    parties, agreed, kinds = played.negotiation.parties, columns["ending"] == AGREED, len(endings(played.negotiation))
    examples = np.full(kinds, _NEVER)
    np.minimum.at(examples, columns["ending"], np.arange(first, first + len(agreed)))
    return Picture(
        len(agreed),
        np.bincount(columns["ending"], minlength=kinds),
        examples,
        tuple(
            np.bincount(columns[f"option.{issue}"][agreed], minlength=len(options))
            for issue, options in played.stakes.deals.issues.items()
        ),
        np.stack([_histogram(columns[f"utility.{party}"][agreed]) for party in parties]),
        np.stack([_histogram(columns[f"no_deal.{party}"]) for party in parties]),
    )


def together(pictures: Iterable[Picture]) -> Picture:
    """The picture of all these replicates."""
    return reduce(_added, pictures)


def _added(one: Picture, two: Picture) -> Picture:
    return Picture(
        one.replicates + two.replicates,
        one.endings + two.endings,
        np.minimum(one.examples, two.examples),
        tuple(a + b for a, b in zip(one.options, two.options, strict=True)),
        one.utilities + two.utilities,
        one.no_deal + two.no_deal,
    )


def _histogram(points: Array) -> Array:
    return np.bincount(np.clip(np.floor(points) - LEAST, 0, MOST - LEAST).astype(np.int64), minlength=MOST - LEAST + 1)


def as_record(negotiation: Negotiation, seen: Picture) -> Record:
    """The picture as plain values: shares with their sampling intervals, quantiles of points; options of agreements alone."""
    agreed = int(seen.endings[AGREED])
    return {
        "replicates": seen.replicates,
        "agreed": agreed,
        "endings": _endings(negotiation, seen),
        "issues": {
            name: {option: share_or_none(int(count), agreed) for option, count in zip(issue.options, counts, strict=True)}
            for (name, issue), counts in zip(negotiation.issues.items(), seen.options, strict=True)
        },
        "parties": {
            party: {"utility": _quantiles(seen.utilities[p]), "no_deal": _quantiles(seen.no_deal[p])}
            for p, party in enumerate(negotiation.parties)
        },
    }


def _endings(negotiation: Negotiation, seen: Picture) -> Record:
    """Every ending that could have come about or did, with a replicate that ended so."""
    leaves = {f"left_by_{name}" for name, party in negotiation.parties.items() if party.strategy.leaves}
    rows = zip(endings(negotiation).items(), seen.endings.tolist(), seen.examples.tolist(), strict=True)
    return {
        key: {"text": text, **share(count, seen.replicates), "example": first if count else None}
        for (key, text), count, first in rows
        if count or not key.startswith("left_by_") or key in leaves
    }


def _quantiles(histogram: Array) -> list[float] | None:
    """Points, to the nearest half, at the quantiles; None of nothing."""
    number = int(histogram.sum())
    if not number:
        return None
    reached = np.searchsorted(histogram.cumsum(), [q / 100 * number for q in QUANTILES])
    return [float(LEAST + place + 0.5) for place in reached]
