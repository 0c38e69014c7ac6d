"""Nash's solution, and those of Kalai and Smorodinsky, of equal gains and of the largest sum, on frontiers with known answers.

A frontier is a ladder of what the first party gets, with what the second then gets; the program sees the deals and does not
know the curve. Where the answer lies on the ladder the two must be equal; else the ladder's step is the tolerance.
"""

from collections.abc import Iterator
from math import sqrt

import numpy as np

from sim.verify.rows import ROUNDING, Row
from sim.verify.scenes import Tree, frontier, listed, pie, solution

_NASH = "Nash (1950)"
_KALAI_SMORODINSKY = "Kalai & Smorodinsky (1975)"
_KALAI = "Kalai (1977)"
_SUM = "Harsanyi (1955)"

_STEP = 0.001
_LADDER = f"ladder, step {_STEP}"
_SHARES = np.linspace(0, 1, 1001)
_GOLDEN = (sqrt(5) - 1) / 2


def rows(seed: int) -> Iterator[Row]:
    """The claims."""
    yield from _straight()
    yield from _curved()
    yield from _unequal_scales()
    yield from _polygon()
    yield from _axioms()
    yield from _rescaled()


def _first(tree: Tree, name: str) -> float:
    """What the first party has at a solution point."""
    return float(solution(tree, name)[0])


def _row(claim: str, source: str, expected: float, obtained: float, step: float = 0.0) -> Row:
    because = (step, f"ladder, step {step:g}") if step else (ROUNDING, "rounding")
    return Row("solutions", claim, source, "computed", expected, obtained, *because)


def _straight() -> Iterator[Row]:
    split = pie(0.01, no_deal=(10, 30))
    yield _row(
        "Nash: a pie of 1, no deal worth .1 and .3: the first gets .1 and half of the rest", _NASH, 0.4, _first(split, "nash")
    )
    heard = pie(0.01, no_deal=(10, 30))
    for name, influence in (("a", 0.7), ("b", 0.3)):
        heard["parties"][name]["influence"] = influence
    yield _row(
        "Nash, influence .7 and .3: .1 and seven tenths of the rest", "Harsanyi & Selten (1972)", 0.52, _first(heard, "nash")
    )


def _curved() -> Iterator[Row]:
    curve = frontier(lambda x: sqrt(1 - x), _SHARES)
    nash = solution(curve, "nash")
    yield _row("Nash on u2 = sqrt(1 - u1): the first gets 2/3", _NASH, 2 / 3, float(nash[0]), _STEP)
    yield _row("Nash on u2 = sqrt(1 - u1): the second gets sqrt(1/3)", _NASH, sqrt(1 / 3), float(nash[1]), _STEP)
    curve["parties"]["a"]["influence"], curve["parties"]["b"]["influence"] = 0.7, 0.3
    claim = "Nash on the same curve, influence .7 and .3: a/(a + (1 - a)/2)"
    yield _row(claim, "Harsanyi & Selten (1972)", 0.7 / (0.7 + 0.15), _first(curve, "nash"), _STEP)
    claim = "Kalai-Smorodinsky on the same curve: the golden section"
    yield _row(claim, _KALAI_SMORODINSKY, _GOLDEN, _first(curve, "kalai_smorodinsky"), _STEP)
    yield _row("Equal gains on the same curve: the same point", _KALAI, _GOLDEN, _first(curve, "egalitarian"), _STEP)


def _unequal_scales() -> Iterator[Row]:
    """The frontier u1/2 + u2 = 1, written at half its size, so that the first party's 2 is its 100 points."""
    halved = frontier(lambda x: (1 - x) / 2, _SHARES)
    expected = {"nash": 1.0, "kalai_smorodinsky": 1.0, "egalitarian": 2 / 3, "utilitarian": 2.0}
    sources = {"nash": _NASH, "kalai_smorodinsky": _KALAI_SMORODINSKY, "egalitarian": _KALAI, "utilitarian": _SUM}
    names = {"nash": "Nash", "kalai_smorodinsky": "Kalai-Smorodinsky", "egalitarian": "equal gains", "utilitarian": "largest sum"}
    for name, u in expected.items():
        step = 2 * _STEP if name == "egalitarian" else 0.0
        yield _row(f"u1/2 + u2 = 1: u1 at {names[name]}", sources[name], u, 2 * _first(halved, name), step)


def _polygon() -> Iterator[Row]:
    """The polygon through (0, 10), (6, 8) and (10, 0), one unit being 10 points."""
    corners = frontier(lambda x: min(1 - x / 3, 2 - 2 * x), _SHARES)
    nash = 10 * solution(corners, "nash")
    text = "Polygon (0,10) (6,8) (10,0)"
    yield _row(f"{text}: Nash at the corner, product 48", _NASH, 48, float(nash.prod()), 0)
    yield _row(f"{text}: u1 at Nash", _NASH, 6, float(nash[0]))
    claim = f"{text}: u1 at Kalai-Smorodinsky"
    yield _row(claim, _KALAI_SMORODINSKY, 20 / 3, 10 * _first(corners, "kalai_smorodinsky"), 10 * _STEP)
    yield _row(f"{text}: u1 at equal gains", _KALAI, 20 / 3, 10 * _first(corners, "egalitarian"), 10 * _STEP)
    yield _row(f"{text}: u1 at the largest sum", _SUM, 6, 10 * _first(corners, "utilitarian"))


def _axioms() -> Iterator[Row]:
    """Where the two part: what is not chosen matters to Kalai and Smorodinsky, more for oneself may hurt under Nash."""
    cut = frontier(lambda x: sqrt(1 - x), _SHARES[_SHARES <= 0.8])
    yield _row("Nash: taking out what gives the first more than .8 changes nothing", _NASH, 2 / 3, _first(cut, "nash"), _STEP)
    claim = "Kalai-Smorodinsky: taking it out costs the first; x/.8 = sqrt(1 - x)"
    yield _row(claim, _KALAI_SMORODINSKY, 0.32 * (sqrt(7.25) - 1), _first(cut, "kalai_smorodinsky"), _STEP)
    before = frontier(lambda x: min(1 - x / 3, 3 - 3 * x), _SHARES)
    after = frontier(lambda x: 1 - 0.3 * x, _SHARES)
    text = "on the frontier over (0,1) (3/4,3/4) (1,0): what the second has"
    raised = "when that frontier is raised to one over (0,1) (1,.7)"
    yield _row(f"Nash {text}", _KALAI_SMORODINSKY, 0.75, float(solution(before, "nash")[1]))
    yield _row(f"Nash: the second loses {raised}", _KALAI_SMORODINSKY, 0.7, float(solution(after, "nash")[1]))
    had, has = (float(solution(frontier, "kalai_smorodinsky")[1]) for frontier in (before, after))
    yield _row(f"Kalai-Smorodinsky {text}", _KALAI_SMORODINSKY, 0.75, had, _STEP)
    yield _row(f"Kalai-Smorodinsky: the second gains {raised}, 1/1.3", _KALAI_SMORODINSKY, 1 / 1.3, has, _STEP)
    few = {"left": (1, 0), "right": (0, 1), "middle": (0.3, 0.8)}
    more = {key: (u, v / 1.2) for key, (u, v) in few.items()} | {"far": (0, 1), "near": (0.4, 0.5 / 1.2)}
    claim = "Kalai-Smorodinsky on three deals (1,0) (0,1) (.3,.8): u1, at (.3,.8)"
    yield _row(claim, "by its definition", 0.3, _first(listed(few, (0, 0)), "kalai_smorodinsky"))
    claim = "Kalai-Smorodinsky moves to (.4,.5) when (0,1.2) and (.4,.5) join them: not monotonic among few deals"
    yield _row(claim, "by its definition", 0.4, _first(listed(more, (0, 0)), "kalai_smorodinsky"))


def _rescaled() -> Iterator[Row]:
    """The curve u2 = sqrt(1 - u1) with u1 halved and moved up by .2, no deal with it."""
    moved = listed({f"{x:.9g}": (0.2 + x / 2, sqrt(1 - x)) for x in _SHARES}, no_deal=(0.2, 0))

    def share(name: str) -> float:
        return 2 * (_first(moved, name) - 0.2)

    yield _row("Nash stays where it was when a party's scale is halved and moved", _NASH, 2 / 3, share("nash"), _STEP)
    claim = "Kalai-Smorodinsky stays where it was when a party's scale is halved and moved"
    yield _row(claim, _KALAI_SMORODINSKY, _GOLDEN, share("kalai_smorodinsky"), _STEP)
    yield _row("Equal gains do not stay: x/2 = sqrt(1 - x)", _KALAI, 2 * sqrt(2) - 2, share("egalitarian"), _STEP)
