"""A way out of the talks, and the risk that they break down: two things that look alike and are not.

Whoever may walk out to something worth w is bought off only if w is more than its share would be anyway: Binmore, Shaked and
Sutton (1989), An outside option experiment, Quarterly Journal of Economics 104. Where talks may break down by chance, what each
then has moves every share: Binmore, Rubinstein and Wolinsky (1986), The Nash bargaining solution in economic modelling, RAND
Journal of Economics 17; as utilities are expected ones, a risk of .1 a round is a discount of .9 on gains over breakdown.
"""

from collections.abc import Iterator

from sim.verify.rows import Row
from sim.verify.rubinstein import game
from sim.verify.scenes import CENT, Tree, column, listed, pie, play, solution

_OPTION = "Binmore, Shaked & Sutton (1989)"
_BREAKDOWN = "Binmore, Rubinstein & Wolinsky (1986)"
_DISCOUNT = 0.9
_LONG = 400
_STEP = 0.001


def rows(seed: int) -> Iterator[Row]:
    """The claims."""
    yield from _way_out()
    yield from _breakdown()


def _with_way_out(worth: float) -> Tree:
    """The second party may walk out at its turn."""
    tree = game((_DISCOUNT, _DISCOUNT), _LONG)
    tree["parties"]["b"]["no_deal"] = 100 * worth
    tree["parties"]["b"]["strategy"]["leaves"] = {"after": 0}
    return tree


def _way_out() -> Iterator[Row]:
    anyway = _DISCOUNT / (1 + _DISCOUNT)
    for worth in (0.3, 0.45, 0.5, 0.6):
        expected = 1 / (1 + _DISCOUNT) if worth <= anyway else 1 - worth
        effect = "changes nothing" if worth <= anyway else "must be matched"
        share = column(play(_with_way_out(worth)), "utility.a")[0] / 100
        claim = f"Discount .9, a way out worth {worth:g} {effect}: the opener's share"
        yield Row(
            "outside_option",
            claim,
            _OPTION,
            "played",
            expected,
            share,
            CENT / (1 - _DISCOUNT**2),
            "a cent of 1/3999 over 1 - d1 d2",
        )


def _with_breakdown(worth: float) -> Tree:
    """Deals by what they are worth over breakdown; the key is the first party's share."""
    cents = range(round((1 - worth) / _STEP) + 1)
    tree = listed({f"{_STEP * n:.9g}": (_STEP * n, max(1 - worth - _STEP * n, 0)) for n in cents}, (0, 0))
    for party in tree["parties"].values():
        party |= {"discount": _DISCOUNT, "strategy": {"equilibrium": {}}}
    return tree | {"talks": {"rounds": _LONG, "order": "rotating"}}


def _breakdown() -> Iterator[Row]:
    worth = 0.3
    share = column(play(_with_breakdown(worth)), "utility.a")[0] / 100
    expected = (1 - worth) / (1 + _DISCOUNT)
    claim = "Breakdown by chance, .1 a round, worth .3 to the second, does change it"
    step = f"ladder, step {_STEP:g}"
    yield Row("outside_option", claim, _BREAKDOWN, "played", expected, share, _STEP / (1 - _DISCOUNT**2), step)
    nash = float(solution(pie(0.01, no_deal=(0, 100 * worth)), "nash")[0])
    claim = "Nash, no deal worth .3 to the second: half of the rest"
    yield Row("outside_option", claim, "Nash (1950)", "computed", 0.35, nash)
