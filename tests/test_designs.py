"""Designs are other quantiles for named streams, and the indices read off them are those that are known."""

import pickle
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.case.arrays import Floats
from sim.case.chance import Chance
from sim.studies.designs import Hypercubes, Layout, Pairs
from sim.studies.sensitivity import PARTS, by_hypercube, by_parts, estimates, indices

FACTORS = ({"x": 1}, {"y": 3}, {"z": 1, "z.chance": 1})
PATHS = {"x": 1, "y": 3, "z": 1, "z.chance": 1, "order": 2, "votes": 1}
PAIRS = Pairs(7, FACTORS, 32)
CUBES = Hypercubes(7, FACTORS, 4, 25)


def quantiles(layout: Layout, path: str, first: int = 0, count: int | None = None) -> Floats:
    """The quantiles (width, R) of a stream."""
    luck = layout.luck(first, layout.replicates - first if count is None else count)
    return luck.uniforms(path, PATHS.get(path, 1)).reshape(PATHS.get(path, 1), -1)


# Any replicate can be played by itself


@given(st.integers(0, 95), st.integers(1, 90), st.sampled_from(sorted(PATHS)), st.sampled_from([PAIRS, CUBES]))
@settings(deadline=None)
def test_a_run_of_replicates_has_the_quantiles_that_they_have_in_the_whole(
    first: int, count: int, path: str, layout: Layout
) -> None:
    count = min(count, layout.replicates - first)
    assert (quantiles(layout, path, first, count) == quantiles(layout, path)[:, first : first + count]).all()


@pytest.mark.parametrize("layout", [PAIRS, CUBES], ids=["pairs", "hypercubes"])
@pytest.mark.parametrize("path", PATHS)
def test_quantiles_lie_strictly_inside_0_to_1_and_have_the_shape_of_plain_chance(layout: Layout, path: str) -> None:
    plain = Chance(7, 3, 10).uniforms(path, PATHS[path])
    drawn = layout.luck(3, 10).uniforms(path, PATHS[path])
    assert drawn.shape == plain.shape and drawn.flags.c_contiguous
    assert ((quantiles(layout, path) > 0) & (quantiles(layout, path) < 1)).all()


def test_a_design_is_sent_to_workers_in_a_few_bytes() -> None:
    large = Pairs(1, tuple({f"parties.somebody.values.issue.{n}": 1} for n in range(80)), 65_536)
    quantiles(large, "parties.somebody.values.issue.3", 0, 2)
    assert len(pickle.dumps(large)) < 20_000


# Latin hypercubes


@pytest.mark.parametrize("path", ["x", "y", "z", "z.chance"])
def test_each_factor_falls_once_into_each_part_of_each_hypercube(path: str) -> None:
    parts = np.floor(quantiles(CUBES, path) * CUBES.size).reshape(PATHS[path], CUBES.hypercubes, CUBES.size)
    assert (np.sort(parts, axis=2) == np.arange(CUBES.size)).all()
    assert not (parts[:, 0] == parts[:, 1]).all(), "hypercubes are independent"


def test_luck_in_a_hypercube_is_plain_chance() -> None:
    assert (quantiles(CUBES, "order") == Chance(7, 0, CUBES.replicates).uniforms("order", 2)).all()


def test_one_more_factor_leaves_the_draws_of_others_alone() -> None:
    more = Hypercubes(7, (*FACTORS, {"more": 1}), 4, 25)
    assert all((quantiles(CUBES, path) == quantiles(more, path)).all() for path in PATHS)


def test_the_mean_over_hypercubes_is_known_well_where_effects_add_up() -> None:
    x, y = quantiles(CUBES, "x")[0], quantiles(CUBES, "y")[0]
    known = by_hypercube(10 * x + 4 * y, CUBES.hypercubes)
    plain = 1.96 * known["sd"] / np.sqrt(CUBES.replicates)
    assert known["low"] <= 7 <= known["high"]
    assert known["high"] - known["low"] < plain / 3


def test_means_by_fifths_are_those_of_a_slow_count() -> None:
    x, answers = quantiles(CUBES, "x")[0], quantiles(CUBES, "order")[0]
    for n, known in enumerate(by_parts(answers, x, CUBES.hypercubes)):
        means = [
            np.mean([a for a, u in zip(answers[cube], x[cube], strict=True) if n / PARTS <= u < (n + 1) / PARTS])
            for cube in (slice(25 * c, 25 * c + 25) for c in range(4))
        ]
        assert known["estimate"] == pytest.approx(np.mean(means))
        half = 3.182446 * np.std(means, ddof=1) / 2  # Student's t with 3 degrees of freedom
        assert (known["low"], known["high"]) == pytest.approx((np.mean(means) - half, np.mean(means) + half))


# Saltelli's samples


def samples(path: str) -> Floats:
    """The quantiles of a stream (width, base, stride): A, B, AB(1) and so on."""
    return quantiles(PAIRS, path).reshape(PATHS[path], PAIRS.base, PAIRS.stride)


@pytest.mark.parametrize(("path", "own"), [("x", 0), ("y", 1), ("z", 2), ("z.chance", 2), ("order", 3), ("votes", 3)])
def test_each_mixed_sample_takes_its_own_factor_from_the_second_and_all_else_from_the_first(path: str, own: int) -> None:
    drawn = samples(path)
    first, second = drawn[:, :, 0], drawn[:, :, 1]
    assert not (first == second).any()
    for factor in range(4):
        assert (drawn[:, :, 2 + factor] == (second if factor == own else first)).all()


def test_points_of_both_samples_are_spread_evenly() -> None:
    both = np.concatenate([samples(path)[:, :, :2] for path in ("x", "y", "z", "z.chance")])
    parts = np.sort(np.floor(both * PAIRS.base), axis=1)
    assert (parts == np.arange(PAIRS.base)[None, :, None]).all()


def test_luck_of_two_points_is_never_shared() -> None:
    drawn = samples("votes")[0, :, :2].ravel()
    assert len(set(drawn.tolist())) == 2 * PAIRS.base
    assert set(drawn.tolist()) == set(Chance(7, 0, 2 * PAIRS.base).uniforms("votes").tolist())


# Indices of functions with known ones


def ishigami(x: Floats) -> Floats:
    """Ishigami and Homma (1990), with 7 and 0.1; x (3, n) even from 0 to 1."""
    a, b, c = 2 * np.pi * x - np.pi
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def g_function(x: Floats) -> Floats:
    """Sobol' (1993), with 0, 1, 4.5 and 9."""
    return np.prod([(np.abs(4 * u - 2) + a) / (1 + a) for u, a in zip(x, (0, 1, 4.5, 9), strict=True)], axis=0)


def additive(x: Floats) -> Floats:
    """Effects that add up, as 1 to 2 to 3."""
    return x[0] + 2 * x[1] + 3 * x[2]


def ishigami_indices() -> tuple[list[float], list[float]]:
    one, two = (1 + 0.1 * np.pi**4 / 5) ** 2 / 2, 49 / 8
    both = 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
    whole = one + two + both
    return [one / whole, two / whole, 0], [(one + both) / whole, two / whole, both / whole]


def g_indices() -> tuple[list[float], list[float]]:
    own = np.array([1 / 3 / (1 + a) ** 2 for a in (0, 1, 4.5, 9)])
    whole = np.prod(1 + own) - 1
    return list(own / whole), [own[n] * np.prod(1 + np.delete(own, n)) / whole for n in range(4)]


KNOWN: dict[str, tuple[Callable[[Floats], Floats], int, tuple[list[float], list[float]]]] = {
    "ishigami": (ishigami, 3, ishigami_indices()),
    "g": (g_function, 4, g_indices()),
    "additive": (additive, 3, ([1 / 14, 4 / 14, 9 / 14], [1 / 14, 4 / 14, 9 / 14])),
}


def answers_of(function: Callable[[Floats], Floats], width: int, base: int, seed: int) -> Floats:
    """What a function of so many factors gives over the design (base, d + 2)."""
    layout = Pairs(seed, tuple({f"x{n}": 1} for n in range(width)), base)
    luck = layout.luck(0, layout.replicates)
    return function(np.stack([luck.uniforms(f"x{n}") for n in range(width)])).reshape(base, -1)


@pytest.mark.parametrize("name", KNOWN)
def test_known_indices_lie_in_their_intervals(name: str) -> None:
    function, width, (first, total) = KNOWN[name]
    found = indices(answers_of(function, width, 2048, 1), 1)
    assert found is not None
    for known, kind in ((first, "first"), (total, "total")):
        for true, one in zip(known, found[kind], strict=False):
            assert one["low"] <= true <= one["high"] and one["high"] - one["low"] < 0.25
            assert one["estimate"] == pytest.approx(true, abs=0.03)
        assert found[kind][-1] == pytest.approx({"estimate": 0, "low": 0, "high": 0}), "there is no luck in a function"


@pytest.mark.parametrize("name", KNOWN)
def test_intervals_hold_what_is_true_as_often_as_they_say(name: str) -> None:
    function, width, known = KNOWN[name]
    held = []
    for seed in range(25):
        found = indices(answers_of(function, width, 256, seed), seed)
        assert found is not None
        rows = zip((*known[0], *known[1]), (*found["first"][:-1], *found["total"][:-1]), strict=True)
        held += [one["low"] <= true <= one["high"] for true, one in rows]
    assert np.mean(held) > 0.92


def test_estimates_are_those_of_a_slow_count() -> None:
    answers = answers_of(ishigami, 3, 64, 5)
    first, total = estimates(answers)
    assert first is not None and total is not None
    a, b = answers[:, 0], answers[:, 1]
    middle, variance = np.mean([*a, *b]), np.var([*a, *b])
    for n in range(4):
        mixed = answers[:, 2 + n]
        terms = [(b[j] - middle) * (mixed[j] - a[j]) for j in range(64)]
        assert first[n] == pytest.approx(np.mean(terms) / variance)
        assert total[n] == pytest.approx(np.mean([(a[j] - mixed[j]) ** 2 / 2 for j in range(64)]) / variance)


def test_intervals_are_those_of_points_drawn_anew_one_by_one() -> None:
    answers = answers_of(g_function, 4, 32, 3)
    found = indices(answers, 9)
    assert found is not None
    lots = (Chance(9, 0, 1000).uniforms("bootstrap", 32).T * 32).astype(int)
    again = [estimates(answers[row]) for row in lots]
    for kind, drawn in (("first", [one for one, _ in again]), ("total", [other for _, other in again])):
        low, high = np.quantile(np.array(drawn), (0.025, 0.975), axis=0)
        assert [one["low"] for one in found[kind]] == pytest.approx(low.tolist())
        assert [one["high"] for one in found[kind]] == pytest.approx(high.tolist())


@pytest.mark.parametrize("level", [0.0, 0.1 + 0.2, 1e6])
def test_where_nothing_varies_there_are_no_indices(level: float) -> None:
    assert indices(np.full((64, 5), level) + 1e-12 * level * np.arange(5), 1) is None
