"""What holds for whatever numbers: windows of luck, laws, intervals, packed worths."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.case.chance import Chance
from sim.case.laws import Law
from sim.case.stakes import as_utility, as_worth
from sim.outcomes.summary import share

NUMBERS = st.floats(-1000, 1000).map(lambda x: round(x, 3))


@given(st.integers(0, 2**63), st.integers(0, 10**9), st.integers(0, 50), st.integers(1, 40), st.integers(1, 7))
def test_any_window_of_luck_is_a_piece_of_the_same_stream(seed: int, first: int, skip: int, count: int, width: int) -> None:
    long = Chance(seed, first, skip + count).uniforms("a.number", width).reshape(width, -1)
    piece = Chance(seed, first + skip, count).uniforms("a.number", width).reshape(width, -1)
    assert (long[:, skip:] == piece).all()


@given(st.lists(NUMBERS, min_size=3, max_size=3, unique=True).map(sorted), st.lists(st.floats(0, 1), min_size=2, max_size=9))
def test_a_law_rises_and_keeps_to_its_support(numbers: list[float], uniforms: list[float]) -> None:
    low, middle, high = numbers
    for law in (Law("uniform", (low, high)), Law("triangular", (low, middle, high)), Law("choice", (high, 1, low, 2, middle, 3))):
        drawn = law.quantile(np.sort(uniforms))
        assert (np.diff(drawn) >= -1e-9).all() and np.allclose(law.support, (low, high))
        assert drawn.min() >= low - 1e-9 and drawn.max() <= high + 1e-9


@given(st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share_and_narrows_with_more_replicates(counts: tuple[int, int]) -> None:
    count, of = counts
    one, more = share(count, of), share(4 * count, 4 * of)
    assert 0 <= one["low"] <= one["share"] + 1e-12 and one["share"] - 1e-12 <= one["high"] <= 1
    assert more["high"] - more["low"] < one["high"] - one["low"]


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=2))
def test_packed_worths_keep_the_order_of_utilities_to_a_step(utilities: list[float]) -> None:
    one, two = as_worth(np.array(utilities))
    assert (one < two) == (round(utilities[0] * 1e10) < round(utilities[1] * 1e10))
    assert np.allclose(as_utility(as_worth(np.array(utilities))), utilities, atol=5.1e-11)
