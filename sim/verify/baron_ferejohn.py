"""Dividing a pie by vote, the proposer drawn by lot: Baron and Ferejohn (1989), Bargaining in legislatures, American Political
Science Review 83, the closed rule.

A deal is a split in whole units, mostly such that a vote costs whole units; else the proposer keeps up to a unit less for each
partner. With many parties only splits are listed in which no more get something than must consent, or in which all partners get
the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np

from sim.case.arrays import Floats
from sim.verify.rows import ROUNDING, Row
from sim.verify.scenes import PARTIES, Tree, column, listed, play

_SOURCE = "Baron & Ferejohn (1989)"
_FEW, _MANY = 16, 2000

Split = tuple[float, ...]


def rows(seed: int) -> Iterator[Row]:
    """The claims."""
    yield from _majority(seed)
    yield from _unanimity(seed)
    yield from _finite(seed)
    yield from _chances(seed)
    yield from _bad_prospects(seed)


def splits(parties: int, units: int, most: int) -> list[Split]:
    """All splits of 1 in whole units of which at most so many parties get some."""
    found = []
    for getting in range(1, most + 1):
        for who in combinations(range(parties), getting):
            for cuts in combinations(range(1, units), getting - 1):
                parts = np.diff([0, *cuts, units]) / units
                found.append(tuple(dict(zip(who, parts.tolist(), strict=True)).get(p, 0.0) for p in range(parties)))
    return found


def equal_partners(parties: int, quota: int, units: int) -> list[Split]:
    """Splits in which one party pays as many others as it needs, all the same and at most half in all, and keeps the rest."""
    found = []
    for proposer, price in product(range(parties), range(units // (2 * (quota - 1)) + 1)):
        for partners in combinations([p for p in range(parties) if p != proposer], quota - 1):
            paid = dict.fromkeys(partners, price / units) | {proposer: 1 - (quota - 1) * price / units}
            found.append(tuple(paid.get(p, 0.0) for p in range(parties)))
    return found


def legislature(
    among: Sequence[Split],
    discount: float,
    rounds: int,
    quota: int | None = None,
    recognition: Mapping[str, float] | None = None,
    no_deal: Sequence[float] | None = None,
) -> Tree:
    """The scenario; without a quota all must sign."""
    parties = len(among[0])
    tree = listed({f"deal_{n}": split for n, split in enumerate(among)}, no_deal or [0.0] * parties)
    for party in tree["parties"].values():
        party |= {"discount": discount, "strategy": {"equilibrium": {}}}
    protocol: dict[str, Any] = {"random_proposer": {"recognition": dict(recognition)} if recognition else {}}
    tree["talks"] = {"rounds": rounds, "protocol": protocol}
    if quota is not None:
        tree["talks"]["vote"] = {"quota": quota}
    return tree


def shares(tree: Tree, replicates: int, seed: int) -> Floats:
    """What each party gets (P, R), as a share of the pie."""
    outcomes = play(tree, replicates, seed)
    return np.stack([column(outcomes, f"utility.{party}") for party in PARTIES[: len(tree["parties"])]]) / 100


def _keeps(claim: str, expected: float, tree: Tree, seed: int, short: float = 0.0) -> Row:
    """The proposer's is the largest share; by so much it may fall short of the formula."""
    kept = float(shares(tree, _FEW, seed).max(axis=0).mean())
    because = (short, "whole units paid") if short else (ROUNDING, "rounding")
    return Row("baron_ferejohn", claim, _SOURCE, "played", expected, kept, *because)


def _majority(seed: int) -> Iterator[Row]:
    """The proposer keeps 1 - (q - 1) d / n."""
    for parties, quota, discount, among in (
        (3, 2, 1.0, splits(3, 15, 3)),
        (3, 2, 0.8, splits(3, 15, 3)),
        (5, 3, 1.0, equal_partners(5, 3, 25)),
        (5, 3, 0.8, equal_partners(5, 3, 25)),
        (5, 3, 0.5, splits(5, 10, 3)),
        (7, 4, 1.0, equal_partners(7, 4, 35)),
        (7, 4, 0.8, equal_partners(7, 4, 35)),
    ):
        expected = 1 - (quota - 1) * discount / parties
        claim = f"{parties} parties, {quota} must consent, d {discount:g}: the proposer keeps"
        yield _keeps(claim, expected, legislature(among, discount, 5, quota), seed)
    claim = "3 parties, 2 must consent, d .8, units of .02: the proposer keeps"
    yield _keeps(claim, 1 - 0.8 / 3, legislature(splits(3, 50, 2), 0.8, 5, 2), seed, short=0.02)


def _unanimity(seed: int) -> Iterator[Row]:
    """The proposer keeps 1 - (n - 1) d / n; with unequal chances to propose, 1 - d (1 - p)."""
    for discount, units in ((0.8, 15), (0.96, 25)):
        claim = f"3 parties, all must consent, d {discount:g}: the proposer keeps"
        yield _keeps(claim, 1 - 2 * discount / 3, legislature(splits(3, units, 3), discount, 5), seed)
    chances = {"a": 0.5, "b": 0.3, "c": 0.2}
    found = shares(legislature(splits(3, 25, 3), 0.8, 5, recognition=chances), _MANY, seed)
    for p, chance in enumerate(chances.values()):
        claim = f"All must consent, d .8: who proposes with chance {chance:g} then keeps"
        yield Row("baron_ferejohn", claim, _SOURCE, "played", 1 - 0.8 * (1 - chance), float(found[p].max()))
        claim = f"All must consent, d .8: who proposes with chance {chance:g} has on average"
        yield _mean("baron_ferejohn", claim, chance, found[p])


def _mean(topic: str, claim: str, expected: float, sampled: Floats) -> Row:
    spread = 4 * float(sampled.std()) / np.sqrt(sampled.size)
    return Row(topic, claim, _SOURCE, "played", expected, float(sampled.mean()), spread, f"sampling, 4 sd, n={sampled.size}")


def _finite(seed: int) -> Iterator[Row]:
    """In the last round the proposer takes all; in any before, its share is the one of the game without end."""
    for rounds, expected in ((1, 1.0), (2, 0.7), (20, 0.7)):
        claim = f"3 parties, 2 must consent, d .9, {rounds} round{'s' * (rounds > 1)}: the first keeps"
        yield _keeps(claim, expected, legislature(splits(3, 20, 2), 0.9, rounds, 2), seed)


def _chances(seed: int) -> Iterator[Row]:
    for parties, quota, discount in ((3, 2, 0.9), (4, 3, 0.8)):
        found = shares(legislature(splits(parties, 10, quota), discount, 5, quota), _MANY, seed)
        text = f"{parties} parties, {quota} must consent"
        yield _mean("baron_ferejohn", f"{text}: what a party has on average", 1 / parties, found[0])
        partner = found[0, found[0] < found.max(axis=0)] > 0
        claim = f"{text}: how often one who does not propose is paid"
        yield _mean("baron_ferejohn", claim, (quota - 1) / (parties - 1), partner.astype(float))


def _bad_prospects(seed: int) -> Iterator[Row]:
    """Two rounds, 2 of 3 must consent, no discount; each has .3 if the second fails too. With .1 instead, a party is everybody's
    cheapest partner: what it can expect then is .3 against .35, so that both others pay it in the first round, and it has
    (.65 + .3 + .3)/3."""
    source = "Baron & Ferejohn (1989), by hand"
    for prospect, expected in ((0.3, 1 / 3), (0.1, 1.25 / 3)):
        tree = legislature(splits(3, 20, 3), 1.0, 2, 2, no_deal=(prospect, 0.3, 0.3))
        claim = f"2 rounds, 2 of 3; in the end {prospect:g} for one, .3 for the others: it has"
        yield _mean("baron_ferejohn", claim, expected, shares(tree, _MANY, seed)[0])._replace(source=source)
