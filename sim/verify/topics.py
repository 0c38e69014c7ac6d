"""The topics of `parley verify`: what gives the rows of each.

To add a topic, write its file here, with a function from the seed to its rows, and add its line.
"""

from collections.abc import Callable, Iterator

from sim.verify import (
    articles,
    baron_ferejohn,
    challenge,
    compromise,
    council,
    fearon,
    outside_option,
    rubinstein,
    single_text,
    solutions,
)
from sim.verify.rows import Row

TOPICS: dict[str, Callable[[int], Iterator[Row]]] = {
    "solutions": solutions.rows,
    "fearon": fearon.rows,
    "rubinstein": rubinstein.rows,
    "outside_option": outside_option.rows,
    "baron_ferejohn": baron_ferejohn.rows,
    "compromise": compromise.rows,
    "challenge": challenge.rows,
    "council": council.rows,
    "single_text": single_text.rows,
    "articles": articles.rows,
}
