"""A peace of twenty articles, each in or out, on which four parties' satisfaction is told from 0 to 10: Atalan, CSIS (2025).

There a party accepts a package when its mean satisfaction with the articles in it reaches its threshold: when satisfaction
less threshold, summed over them, is not below 0. Here an article weighs as much as its satisfaction is away from the threshold,
no deal is worth what the empty package is, and an issue with one option takes what is left of 100 points. So a party's margin
in points is that sum, from which the page's means are read back.
"""

from collections.abc import Iterator

import numpy as np

from sim.case.numbers import Draws
from sim.outcomes.judgement import judge
from sim.verify.rows import Row
from sim.verify.scenes import PARTIES, Tree, scene, study

_SOURCE = "Atalan, CSIS (2025)"

_SATISFACTION = (
    (7, 3, 5, 2, 3, 10, 9, 2, 10, 10, 9, 4, 10, 4, 10, 6, 6, 10, 10, 4),
    (10, 10, 9, 10, 10, 2, 3, 10, 4, 4, 5, 10, 3, 9, 3, 8, 6, 2, 5, 8),
    (8, 6, 6, 5, 7, 5, 7, 5, 7, 8, 7, 7, 6, 6, 7, 6, 8, 6, 8, 7),
    (8, 4, 6, 3, 5, 7, 8, 4, 9, 9, 8, 6, 7, 5, 7, 8, 8, 8, 9, 5),
)  # of each party with articles 1 to 20
_ARTICLES = [f"article_{n}" for n in range(1, 21)]
_THRESHOLDS = (5, 6.5, 3, 4)
_CONFLICTS = ((2, 3), (5, 6), (8, 10), (12, 13), (14, 15))
_PACKAGES: dict[str, tuple[tuple[int, ...], tuple[float, ...], int]] = {
    "first": ((1, 2, 5, 7, 11, 12, 15, 17, 19), (6.7778, 6.8889, 7.2222, 7.0), 4),
    "second": ((1, 2, 5, 8, 14, 16, 17, 19, 20), (5.0, 8.4444, 6.7778, 6.2222), 4),
    "third": ((3, 5, 7, 9, 10, 11, 12, 15, 16, 20), (7.0, 6.4, 6.9, 7.1), 3),
}  # the articles in it, the means of the four, how many accept it


def rows(seed: int) -> Iterator[Row]:
    """The claims."""
    ready = study(_peace())
    stakes = ready.stakes(Draws(None))
    for name, (articles, means, accept) in _PACKAGES.items():
        record = judge(ready.negotiation, stakes, _package(articles))["parties"]
        for p, (party, mean) in enumerate(zip(PARTIES, means, strict=False)):
            found = _THRESHOLDS[p] + record[party]["margin"]["mean"] / len(articles)
            claim = f"Twenty articles, {name} package: mean of party {p + 1}"
            yield Row("articles", claim, _SOURCE, "computed", mean, found, 5e-5, "digits printed")
        claim = f"Twenty articles, {name} package: how many of four would sign"
        signs = sum(record[party]["signs"] for party in PARTIES[:4])
        yield Row("articles", claim, _SOURCE, "computed", accept, signs)


def _peace() -> Tree:
    articles = {article: {"question": "Is it in?", "options": {"in": "in", "out": "out"}} for article in _ARTICLES}
    rest = {"rest": {"question": "What else is there?", "options": {"nothing": "nothing"}}}
    parties = {party: _party(p) for p, party in enumerate(PARTIES[: len(_THRESHOLDS)])}
    packages = {name: _package(within) for name, (within, _, _) in _PACKAGES.items()} | {"empty": _package(())}
    exclusions = [{_ARTICLES[a - 1]: "in", _ARTICLES[b - 1]: "in"} for a, b in _CONFLICTS]
    talks = {"rounds": 1, "protocol": {"single_text": {"opens": "empty"}}}
    return scene(articles | rest, parties, talks, packages=packages, exclusions=exclusions)


def _party(p: int) -> Tree:
    above = (np.array(_SATISFACTION[p]) - _THRESHOLDS[p]).tolist()
    weights = {article: abs(more) for article, more in zip(_ARTICLES, above, strict=True)}
    values = {
        article: {"in": 100, "out": 0} if more > 0 else {"in": 0, "out": 100}
        for article, more in zip(_ARTICLES, above, strict=True)
    }
    return {
        "weights": weights | {"rest": 100 - sum(weights.values())},
        "values": values | {"rest": {"nothing": 0}},
        "no_deal": {"like": "empty"},
        "strategy": {"hill_climbing": {}},
    }


def _package(within: tuple[int, ...]) -> dict[str, str]:
    return {article: "in" if n in within else "out" for n, article in enumerate(_ARTICLES, 1)} | {"rest": "nothing"}
