"""The Council of the European Union: 55 % of members with 65 % of the population, and at least four to block.

Treaty on European Union, article 16(4). Shares of population for 2025, in per cent: Coreper of 11 December 2024, as in Agence
Europe 13544; they sum to 100.01, and that sum is the whole.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations
from math import comb
from typing import SupportsFloat

import numpy as np

from sim.case.arrays import Bools
from sim.case.chance import Chance
from sim.case.council import carried, passage_chance, votes
from sim.case.voting import RULES, VotingRule
from sim.verify.rows import Row

_TREATY = "Treaty on European Union, 16(4)"
_RULE = VotingRule(members=0.55, population=0.65, blocking_minority=4)
_REPLICATES = 40_000

SHARES = {
    "DE": 18.49,
    "FR": 15.17,
    "IT": 13.23,
    "ES": 10.78,
    "PL": 8.33,
    "RO": 4.23,
    "NL": 4.01,
    "BE": 2.62,
    "CZ": 2.42,
    "PT": 2.36,
    "SE": 2.34,
    "EL": 2.31,
    "HU": 2.13,
    "AT": 2.02,
    "BG": 1.43,
    "DK": 1.32,
    "FI": 1.25,
    "SK": 1.21,
    "IE": 1.19,
    "HR": 0.86,
    "LT": 0.64,
    "SI": 0.47,
    "LV": 0.42,
    "EE": 0.3,
    "CY": 0.21,
    "LU": 0.15,
    "MT": 0.12,
}


def rows(seed: int) -> Iterator[Row]:
    """The claims."""
    yield from _cases()
    yield from _chances(seed)


def _against(opponents: Iterable[str]) -> Bools:
    """All vote yes but these."""
    return ~np.isin(list(SHARES), list(opponents))


def _carried(yes: Bools) -> Bools:
    return carried(yes, list(SHARES.values()), _RULE)


def _row(claim: str, source: str, expected: float, obtained: SupportsFloat) -> Row:
    return Row("council", claim, source, "computed", expected, float(obtained))


def _cases() -> Iterator[Row]:
    """1: adopted; 0: not."""
    members = list(SHARES)
    for claim, opponents, adopted in (
        ("Germany, France and Italy against, 46.89 % of the population: adopted", members[:3], 1),
        ("Malta against with them, 47.01 %: blocked", [*members[:3], "MT"], 0),
        ("The 15 smallest alone in favour: not adopted, for their population", members[:12], 0),
        ("The 14 largest alone in favour, 90.4 %: not adopted, for their number", members[14:], 0),
        ("The 15 largest alone in favour: adopted", members[15:], 1),
    ):
        yield _row(claim, _TREATY, adopted, _carried(_against(opponents)))
    few = [_against(opponents) for size in range(4) for opponents in combinations(members, size)]
    claim = f"At most three never block: of all {len(few):,} such votes, adopted"
    yield _row(claim, _TREATY, len(few), _carried(np.array(few)).sum())


def _chances(seed: int) -> Iterator[Row]:
    """Chances of passage where they can be had in closed form."""
    binomial = sum(comb(27, n) * 0.6**n * 0.4 ** (27 - n) for n in range(18, 28))
    claim = "27 of equal population, each in favour with chance .6: adopted by 18 or more"
    yield _row(claim, "binomial law", binomial, passage_chance([0.6] * 27, [1] * 27, _RULE))
    claim = "All must agree, members in favour with chances .99, .98 to .73: their product"
    chances = 1 - np.arange(1, 28) / 100
    yield _row(
        claim, "product of chances", float(chances.prod()), passage_chance(chances, list(SHARES.values()), RULES["unanimity"])
    )
    luck = Chance(seed, 0, _REPLICATES).uniforms("verify.council", 28).reshape(28, -1)
    together = _carried(votes(np.full(27, 0.6), 1.0, luck)).mean()
    noise = f"sampling, 4 sd, n={_REPLICATES}"
    spread = 4 * (0.24 / _REPLICATES) ** 0.5
    claim = "All swayed by one factor alone, each in favour with chance .6: adopted with it"
    yield Row("council", claim, "Vasicek (1987)", "computed", 0.6, float(together), spread, noise)
