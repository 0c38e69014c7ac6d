"""Alternating offers over a pie that shrinks: Rubinstein (1982), Perfect equilibrium in a bargaining model, Econometrica 50.

Two parties with the strategy `equilibrium` play T rounds, with an answered offer in each; a long game stands for one without
end. The pie is cut into 3,999 cents, so that an answer may be off by a cent over 1 - d1 d2.
"""

from collections.abc import Iterator
from math import exp

from sim.verify.rows import Row
from sim.verify.scenes import CENT, Tree, column, dollars_and_cents, play

_RUBINSTEIN = "Rubinstein (1982)"
_LONG = 400


def rows(seed: int) -> Iterator[Row]:
    """The claims."""
    yield from _endless()
    yield from _ending()
    yield from _short_periods()


def game(discounts: tuple[float, float], rounds: int) -> Tree:
    """The scenario: party a opens."""
    tree = dollars_and_cents()
    for name, discount in zip("ab", discounts, strict=True):
        tree["parties"][name] |= {"discount": discount, "strategy": {"equilibrium": {}}}
    tree["talks"] = {"rounds": rounds, "order": "rotating"}
    return tree


def _row(claim: str, source: str, expected: float, obtained: float, discounts: tuple[float, float]) -> Row:
    error = CENT / (1 - discounts[0] * discounts[1])
    return Row("rubinstein", claim, source, "played", expected, obtained, error, "a cent of 1/3999 over 1 - d1 d2")


def _share(party: str, discounts: tuple[float, float], rounds: int) -> float:
    return float(column(play(game(discounts, rounds)), f"utility.{party}")[0]) / 100


def _endless() -> Iterator[Row]:
    """The opener gets (1 - d2)/(1 - d1 d2), at once."""
    for d1, d2 in ((0.9, 0.9), (0.9, 0.8), (0.8, 0.9), (0.95, 0.9), (0.5, 0.5), (0.99, 0.99)):
        rounds = 1000 if d1 * d2 > 0.95 else _LONG
        opener = (1 - d2) / (1 - d1 * d2)
        equal = ", which these cents cannot tell from 1/2" if abs(opener - 0.5) < CENT / (1 - d1 * d2) else ""
        claim = f"Discounts {d1:g}, {d2:g}: the opener's share{equal}"
        yield _row(claim, _RUBINSTEIN, opener, _share("a", (d1, d2), rounds), (d1, d2))
    for d1, d2 in ((0.9, 0.9), (0.9, 0.8)):
        answerer = 1 - (1 - d2) / (1 - d1 * d2)
        claim = f"Discounts {d1:g}, {d2:g}: the other's share"
        yield _row(claim, _RUBINSTEIN, answerer, _share("b", (d1, d2), _LONG), (d1, d2))
    ended = play(game((0.9, 0.8), _LONG))
    yield Row(
        "rubinstein", "The first offer is accepted: agreement in round", _RUBINSTEIN, "played", 1, column(ended, "round")[0]
    )
    claim = "Discounts 0.9, 0.8, the second opens: the first's share, d1 x"
    yield _row(claim, _RUBINSTEIN, 0.9 * 0.2 / 0.28, _share("b", (0.8, 0.9), _LONG), (0.9, 0.8))


def _ending() -> Iterator[Row]:
    """Whoever makes the last offer takes all; before it, each offer leaves the other what waiting is worth."""
    for rounds in (1, 2, 3, 4, 5, 10, 50):
        share = 1.0
        for before in range(1, rounds):
            share = 1 - (0.8, 0.9)[(rounds - before - 1) % 2] * share
        claim = f"Discounts 0.9, 0.8, {rounds} round{'s' * (rounds > 1)}: the opener's share"
        yield _row(claim, "Stahl (1972)", share, _share("a", (0.9, 0.8), rounds), (0.9, 0.8))


def _short_periods() -> Iterator[Row]:
    """Impatience .1 and .2 a unit of time: the shorter a period, the nearer Nash's 2/3, with their inverses as exponents."""
    shares, error = {}, 0.0
    for period in (0.5, 0.1):
        d1, d2 = exp(-0.1 * period), exp(-0.2 * period)
        shares[period] = _share("a", (d1, d2), 1000)
        error += CENT / (1 - d1 * d2)
        claim = f"Impatience .1, .2, period {period:g}: the opener's share"
        yield _row(claim, _RUBINSTEIN, (1 - d2) / (1 - d1 * d2), shares[period], (d1, d2))
    nearer = abs(shares[0.5] - 2 / 3) - abs(shares[0.1] - 2 / 3)
    claim = "The shorter period brings it nearer to 2/3, Nash's share: by"
    source = "Binmore, Rubinstein & Wolinsky (1986)"
    yield Row("rubinstein", claim, source, "played", 0, nearer, error, "cents of 1/3999 over 1 - d1 d2", ">")
