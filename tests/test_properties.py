"""What holds for whatever numbers: of luck, laws and intervals; of solution points; of talks written down in another way."""

import random
from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np
import pytest
import test_referee
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_arithmetic import seat_of

from sim.case.chance import Chance
from sim.case.laws import Law
from sim.case.numbers import Draws
from sim.case.stakes import as_utility, as_worth
from sim.outcomes.endings import endings
from sim.outcomes.measures import measure
from sim.outcomes.solutions import SOLUTIONS, Feasible, attains, feasible, solution
from sim.outcomes.summary import share
from sim.outcomes.zone import Listed, Zone
from sim.studies.blocks import Study, play_chunk
from sim.talks.negotiation import Negotiation
from sim.talks.protocols import alternating_offers
from sim.talks.strategies import Aspiration, Hardline
from sim.verify.scenes import pie, zone

Tree = dict[str, Any]
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


def test_an_interval_is_half_as_wide_with_four_times_the_replicates() -> None:
    for percent in (5, 30, 50, 95):
        one, more = (share(n * percent // 100, n) for n in (10_000, 40_000))
        assert (more["high"] - more["low"]) / (one["high"] - one["low"]) == pytest.approx(0.5, abs=0.001)


# Solution points

POINTS = st.integers(0, 100)
CLOUDS = st.lists(st.tuples(POINTS, POINTS), min_size=3, max_size=12)
SCALES = st.integers(10, 100).flatmap(lambda size: st.tuples(st.just(size / 100), st.integers(0, 100 - size)))


def cloud(deals: list[tuple[int, ...]], no_deal: list[float], influence: list[float] | None = None) -> Study:
    """Deals worth so many points to each party; two impossible ones mark the ends of everybody's scale."""
    worth = {f"k{k}": points for k, points in enumerate(deals)} | {"hell": (0,) * len(no_deal), "heaven": (100,) * len(no_deal)}
    parties = {
        f"p{p}": {
            "weights": {"x": 1},
            "values": {"x": {key: points[p] for key, points in worth.items()}},
            "no_deal": none,
            "influence": influence[p] if influence else 1,
        }
        for p, none in enumerate(no_deal)
    }
    issue = {"question": "?", "options": dict.fromkeys(worth, "-")}
    written = {"title": "a cloud", "issues": {"x": issue}, "parties": parties, "talks": {"rounds": 1}}
    return Study(Negotiation.model_validate(written | {"exclusions": [{"x": ["hell", "heaven"]}]}))


def at_the_point(name: str, study: Study, signers: list[int]) -> list[bool]:
    """Which of the deals reach the objective; of equals the program takes one by the sum of points, which hangs on the scale."""
    among = feasible(Zone(study.stakes(Draws(None))), signers)
    return [bool(len(among.begins)) and bool(attains(name, among, np.array([k]))[0]) for k in range(study.deals.count)]


@pytest.mark.parametrize("name", ["nash", "kalai_smorodinsky"])
@given(CLOUDS, st.lists(st.integers(0, 30), min_size=2, max_size=2), SCALES, st.sampled_from([(1.0, 1.0), (0.5, 2.0)]))
@settings(deadline=None)
def test_a_partys_scale_moves_no_point_of_nash_or_kalai_and_smorodinsky(
    name: str, deals: list[tuple[int, int]], no_deal: list[float], scale: tuple[float, int], influence: tuple[float, float]
) -> None:
    size, least = scale
    rescaled = [(round(size * u + least, 6), v) for u, v in deals]
    elsewhere = [round(size * no_deal[0] + least, 6), no_deal[1]]
    one = at_the_point(name, cloud(deals, no_deal, [*influence]), [0, 1])
    assert at_the_point(name, cloud(rescaled, elsewhere, [*influence]), [0, 1]) == one


@pytest.mark.parametrize("name", SOLUTIONS)
@given(st.lists(st.tuples(POINTS, POINTS, POINTS), min_size=1, max_size=9), st.permutations(range(3)), st.data())
@settings(deadline=None)
def test_a_solution_knows_no_names_and_no_order(
    name: str, deals: list[tuple[int, ...]], order: list[int], data: st.DataObject
) -> None:
    none, shuffled = [20.0, 30.0, 10.0], data.draw(st.permutations(range(len(deals))))
    one = at_the_point(name, cloud(deals, none), [0, 1, 2])
    other = cloud([tuple(deals[k][p] for p in order) for k in shuffled], [none[p] for p in order])
    assert at_the_point(name, other, [0, 1, 2]) == [one[k] for k in shuffled]


@given(st.lists(st.tuples(POINTS, POINTS, POINTS), min_size=1, max_size=9))
@settings(deadline=None)
def test_who_has_no_influence_and_nothing_to_lose_changes_nothing_for_nash(deals: list[tuple[int, int, int]]) -> None:
    two = at_the_point("nash", cloud([deal[:2] for deal in deals], [20, 30]), [0, 1])
    assert at_the_point("nash", cloud(deals, [20, 30, 0], [1, 1, 0]), [0, 1, 2]) == two


RUNGS = np.linspace(0, 1, 401)
LINES = st.lists(st.tuples(st.floats(0, 3), st.floats(0.01, 0.9)), min_size=1, max_size=4)


def lowest_line(lines: list[tuple[float, float]], raised: list[float]) -> np.ndarray:
    """What the second can have where the first has each rung: the least of lines with a slope and a height at 1, raised."""
    heights = [ends + more + slope * (1 - RUNGS) for (slope, ends), more in zip(lines, raised, strict=True)]
    return np.min(heights, axis=0)


def second_has(frontier: np.ndarray, name: str = "kalai_smorodinsky") -> float:
    """What the second party gets at the solution point of a ladder of deals, no deal being worth nothing to both."""
    places = np.arange(len(RUNGS))
    among = Feasible(np.stack([RUNGS, frontier]), Listed(np.zeros(len(RUNGS), dtype=int), places), np.array([0]))
    return float(frontier[solution(name, among, 1)[0]])


@given(LINES, st.lists(st.floats(0, 0.5), min_size=4, max_size=4))
@example([(1 / 3, 2 / 3), (3.0, 0.01)], [0.0, 0.5, 0.0, 0.0])
def test_who_can_have_more_at_each_wish_of_the_other_gets_no_less_under_kalai_and_smorodinsky(
    lines: list[tuple[float, float]], raised: list[float]
) -> None:
    """On fine convex ladders; a rung is worth no more than the steepest slope to the second. It is false among few deals."""
    before, after = lowest_line(lines, [0.0] * len(lines)), lowest_line(lines, raised[: len(lines)])
    rung = max(slope for slope, _ in lines) / (len(RUNGS) - 1)
    assert second_has(after) >= second_has(before) - rung - 1e-9


@given(st.integers(5, 95), st.integers(0, 30), st.integers(0, 30))
@settings(max_examples=40, deadline=None)
def test_two_states_can_agree_on_a_range_as_wide_as_what_war_costs_both(p: int, cost_a: int, cost_b: int) -> None:
    """Fearon (1995); on a pie of hundredths, as far as the range does not reach over its ends."""
    cost_a, cost_b = min(cost_a, p), min(cost_b, 100 - p)
    shares = zone(pie(0.01, no_deal=(p - cost_a, 100 - p - cost_b)))[0]
    assert shares.max() - shares.min() == pytest.approx((cost_a + cost_b) / 100, abs=1e-9)
    assert len(shares) == cost_a + cost_b + 1


# What a party demands


@given(st.data(), st.lists(st.integers(0, 100), min_size=2, max_size=6), st.integers(1, 5))
def test_a_worse_no_deal_never_raises_what_one_who_goes_by_time_or_stands_firm_would_sign(
    data: st.DataObject, utilities: list[int], rounds: int
) -> None:
    """Facing a given offer. In equilibrium it may: see `test_a_worse_no_deal_may_raise_what_a_party_can_expect`."""
    number = st.floats(0.1, 3).map(lambda x: round(x, 2))
    drawn = {key: data.draw(number) for key in ("firmness", "deadline")} | {
        key: data.draw(st.integers(0, 30)) for key in ("margin", "tolerance", "slack")
    }
    worse, better = sorted(data.draw(st.lists(st.integers(-20, 110), min_size=2, max_size=2)))
    steps, time = [[10**8 * points for points in utilities]], np.linspace(0, 1, rounds).tolist()
    for strategy in (Aspiration(), Hardline()):
        more, less = (strategy.sit(seat_of(steps, [[none / 100]], time, drawn)) for none in (better, worse))
        assert all((less.demands(t) <= more.demands(t) + 4096).all() for t in range(rounds)), "to a step"


# Talks written down in another way

SEEDS = st.integers(0, 2**32)


def drawn(seed: int, even: float = 0.0) -> Tree:
    """A scenario of the referee's; where its numbers are not even no two deals are worth the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(test_referee, "EVEN", even)
        return test_referee.draw_scenario(random.Random(seed))


def told(written: Tree, replicates: int = 5) -> list[Tree]:
    """What came of each replicate, by names: ending, round, the options agreed on, and all numbers about the parties."""
    study = Study(Negotiation.model_validate(written))
    columns = measure(study.play(Chance(1, 0, replicates)))
    ways = [str(ending) for ending in endings(study.negotiation)]
    by_name = {
        key: column for key, column in columns.items() if key.split(".")[0] in ("utility", "gain", "no_deal", "blocked_by")
    }
    others = {key: columns[key] for key in ("round", "zone_deals", "on_frontier")}
    points = {key: columns[key] for key in ("deal", *SOLUTIONS)}
    return [
        {key: column[r].item() for key, column in (by_name | others).items()}
        | {key: study.deals.options(int(deals[r])) if deals[r] >= 0 else None for key, deals in points.items()}
        | {"ending": ways[columns["ending"][r]]}
        for r in range(replicates)
    ]


def in_turn(order: list[int]) -> Callable[[Any], Any]:
    """An order of speaking: these parties, every round."""
    return lambda room: lambda t: ((party, None) for party in order)


@given(SEEDS.filter(lambda seed: len(drawn(seed, even=0.5)["parties"]) > 2), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_talks_know_no_order_of_parties_but_that_of_speaking(seed: int, luck: random.Random) -> None:
    written = drawn(seed, even=0.5)
    written["talks"] |= {"order": "fixed", "offers": "considerate"}
    names = list(written["parties"])
    shuffled = luck.sample(names, len(names))
    one, other = told(written), written | {"parties": {name: written["parties"][name] for name in shuffled}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(alternating_offers.ORDERS, "fixed", in_turn([shuffled.index(name) for name in names]))
        assert told(other) == one


@given(SEEDS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_talks_know_no_order_of_issues_and_options(seed: int, luck: random.Random) -> None:
    """Where no two deals are worth the same to a party; of equals the first in the list is offered."""
    written = drawn(seed)
    issues = {name: {**issue, "options": shuffle(issue["options"], luck)} for name, issue in written["issues"].items()}
    other = written | {"issues": shuffle(issues, luck)}
    assert told(other) == told(written)


def shuffle(named: Tree, luck: random.Random) -> Tree:
    """The same in another order."""
    return {name: named[name] for name in luck.sample(list(named), len(named))}


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_an_issue_split_into_tied_twins_changes_nothing(seed: int) -> None:
    """Where no two deals, nor a deal and no deal, are worth the same: halves are rounded apart."""
    luck, written = random.Random(seed), drawn(seed)
    for party in written["parties"].values():
        party["no_deal"] = round(luck.uniform(-10, 70), 3)
        party["weights"] = {issue: round(luck.uniform(1, 5), 3) for issue in written["issues"]}
        for issue, values in party["values"].items():
            party["values"][issue] = {key: u if u in (0, 100) else round(luck.uniform(1, 99), 3) for key, u in values.items()}
    split = luck.choice(list(written["issues"]))
    options = list(written["issues"][split]["options"])
    parties = {
        name: party | {"weights": halved(party["weights"], split), "values": party["values"] | {"twin": party["values"][split]}}
        for name, party in written["parties"].items()
    }
    untied = [{split: option, "twin": [other for other in options if other != option]} for option in options]
    twins = written | {
        "issues": written["issues"] | {"twin": written["issues"][split]},
        "parties": parties,
        "exclusions": untied,
    }
    for one, other in zip(told(written), told(twins), strict=True):
        assert other.keys() == one.keys()
        for key, said in one.items():
            if isinstance(said, float):
                assert other[key] == pytest.approx(said, abs=1e-6), key
            elif isinstance(said, dict):
                assert other[key] == said | {"twin": said[split]}, key
            else:
                assert other[key] == said, key


def halved(weights: Tree, split: str) -> Tree:
    """The weights with one issue's shared between it and its twin."""
    return {issue: weight / (2 if issue == split else 1) for issue, weight in weights.items()} | {"twin": weights[split] / 2}


# Seeds and samples


@given(SEEDS, SEEDS, st.integers(1, 9))
@settings(max_examples=25, deadline=None)
def test_the_same_seed_gives_the_same_bytes_in_blocks_of_any_size(scenario: int, seed: int, block: int) -> None:
    written = drawn(scenario)
    one, two = (Study(Negotiation.model_validate(written)) for _ in range(2))
    whole, again = play_chunk(one, seed, range(9)).columns, play_chunk(two, seed, range(9), block).columns
    assert {key: column.tobytes() for key, column in whole.items()} == {key: column.tobytes() for key, column in again.items()}


MANY = 2**13


@given(SEEDS)
@settings(max_examples=5, deadline=None)
def test_the_error_of_a_mean_falls_with_the_root_of_the_number_of_replicates(seed: int) -> None:
    """Means over n replicates, many times over: their spread is that of one replicate over the root of n."""
    written = pie(0.1, no_deal=({"uniform": [0, 100]}, 0))
    played = play_chunk(Study(Negotiation.model_validate(written)), seed, range(MANY)).columns
    for column in (played["no_deal.a"], (played["deal"] >= 0).astype(float)):
        for n in (4, 16, 64):
            means = column.reshape(-1, n).mean(axis=1)
            groups = MANY // n
            assert means.std() * sqrt(n) == pytest.approx(column.std(), rel=6 / sqrt(2 * groups)), n
