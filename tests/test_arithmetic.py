"""The arithmetic of clocks, offers, demands, zone and solutions, a function at a time, beside slow loops and closed forms."""

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from math import prod
from typing import Any, NamedTuple

import numpy as np
import pytest
import referee
from test_referee import draw_scenario, needs_of

from sim.case.arrays import Bools, Floats, Numbers
from sim.case.chance import Chance
from sim.case.deals import UNLISTED
from sim.case.numbers import Draws
from sim.case.stakes import ZERO, Stakes, as_utility, as_worth
from sim.outcomes.solutions import SOLUTIONS, Feasible, attains, feasible, solution
from sim.outcomes.zone import Listed, Zone, on_frontier
from sim.studies.blocks import Study
from sim.talks.clocks import closed, stacked
from sim.talks.negotiation import Negotiation
from sim.talks.offers import MOST_ROWS, OFFERS, UNASKED, Offers, rank, relative_gains
from sim.talks.seat import Moment, Plan, RoundByRound, Schedule, Seat
from sim.talks.strategies import Annealing, Aspiration, Hardline, HillClimbing, Micro, TitForTat
from sim.talks.table import ROOM, End, Table, lay

Steps = list[list[list[int]]]  # utilities in steps of the grid, by party, replicate and deal


# Clocks


def test_the_closed_clock_runs_from_nothing_to_one() -> None:
    assert closed(5).tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert closed(2).tolist() == [0, 1]


def test_a_single_round_is_the_last_on_the_closed_clock() -> None:
    assert closed(1).tolist() == [1]


def test_the_stacked_clock_never_reaches_either_end() -> None:
    assert stacked(4) == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert stacked(1).tolist() == [0.5]


# Offers


def worths(steps: list[list[int]]) -> Floats:
    """Worth (R, K+1) of deals of these utilities (R, K), and of an empty table."""
    deals = len(steps[0])
    return np.insert(np.array(steps) * 4096 + ZERO + np.arange(deals), deals, deals, axis=1)


def levels_of(steps: list[list[int]]) -> Floats:
    """Levels of worth (T, R) at these utilities in steps (T, R)."""
    return as_worth(np.array(steps) / referee.GRID)


def gains_of(steps: Steps, no_deal: list[list[float]], needs: list[set[int]], party: int) -> list[np.ndarray]:
    """What the others gain by each deal, no-deal values being given by party and replicate."""
    return [
        relative_gains(worths(mine), as_worth(np.array(no_deal[p])), np.array([p in need for need in needs]))
        for p, mine in enumerate(steps)
        if p != party
    ]


def rule_of(name: str, steps: Steps, no_deal: list[list[float]], needs: list[set[int]]) -> Offers:
    """The first party's rule for offers."""
    return OFFERS[name](worths(steps[0]), lambda: gains_of(steps, no_deal, needs, 0))


def draw_utility(luck: random.Random) -> int:
    """A round number, so that deals tie, or any; now and then across a red line."""
    drawn = luck.choice([luck.randint(0, 5) * referee.GRID // 5, luck.randint(0, referee.GRID)])
    return drawn - (8 * referee.GRID if luck.random() < 0.1 else 0)


def draw_level(luck: random.Random, utilities: list[int]) -> int:
    """A level at a deal, around one, just beyond what counts as near, half-way between two, or anywhere below the best."""
    one, two = luck.choice(utilities), luck.choice(utilities)
    near = int(referee.NEAR)
    steps = [one, one + luck.randint(-3, 3), one + near, one + near + 1, one + near // 2, (one + two) // 2]
    return min(luck.choice([*steps, luck.randint(min(utilities), max(utilities))]), max(utilities))


@pytest.mark.parametrize("rule", OFFERS)
@pytest.mark.parametrize("replicates", [1, 7])
def test_an_offer_is_the_one_that_the_referee_would_put(rule: str, replicates: int) -> None:
    luck = random.Random(replicates)
    for _ in range(150):
        parties, deals, rounds = luck.randint(2, 4), luck.randint(1, 9), luck.randint(1, 6)
        steps = [[[draw_utility(luck) for _ in range(deals)] for _ in range(replicates)] for _ in range(parties)]
        no_deal = [[luck.choice([0.0, 0.2, 0.5, 1.0, luck.random()]) for _ in range(replicates)] for _ in range(parties)]
        needs = [set(luck.sample(range(parties), luck.randint(1, parties))) for _ in range(deals)]
        asked = [[draw_level(luck, steps[0][r]) for r in range(replicates)] for _ in range(rounds)]
        put = rule_of(rule, steps, no_deal, needs)(levels_of(asked))
        expected = [
            [
                referee.offer(rule, least, 0, [mine[r] for mine in steps], [values[r] for values in no_deal], needs)
                for r, least in enumerate(levels)
            ]
            for levels in asked
        ]
        assert put.tolist() == expected


def test_the_nearest_deal_may_lie_a_millionth_below_the_level_and_no_further() -> None:
    near = int(referee.NEAR)
    below, above = referee.GRID // 2, referee.GRID // 2 + 3 * near
    offers = rule_of("lowest", [[[above, below]]], [[0]], [{0}, {0}])
    levels = [below + near, below + near + 1, below + near - 1, below, below + 1]
    assert offers(levels_of([[level] for level in levels])).ravel().tolist() == [1, 0, 1, 1, 1]


def test_a_deal_as_near_below_the_level_as_above_it_is_not_offered() -> None:
    offers = rule_of("lowest", [[[1000, 1200]]], [[0]], [{0}, {0}])
    assert offers(levels_of([[1100], [1099], [1101]])).ravel().tolist() == [1, 0, 1]


def test_of_equal_deals_the_lowest_rule_offers_the_first() -> None:
    offers = rule_of("lowest", [[[5, 9, 5, 5]]], [[0]], [{0}] * 4)
    assert offers(levels_of([[5], [4], [6]])).ravel().tolist() == [0, 0, 0]


def test_of_equal_gains_the_considerate_rule_offers_the_best_for_oneself_then_the_last() -> None:
    half = referee.GRID // 2
    steps = [[[half, 2 * half, 2 * half, half]], [[half, half, half, 0]]]
    offers = rule_of("considerate", steps, [[0], [0]], [{0, 1}] * 4)
    assert offers(levels_of([[0], [half], [2 * half]])).ravel().tolist() == [2, 2, 2]


def test_nothing_is_asked_of_those_whose_signature_the_deal_does_not_need() -> None:
    half = referee.GRID // 2
    steps = [[[half, half]], [[2 * half, 0]]]
    for needs, expected in (([{0, 1}, {0}], 1), ([{0, 1}, {0, 1}], 0)):
        assert rule_of("considerate", steps, [[0], [0]], needs)(levels_of([[half]])).tolist() == [[expected]]


@pytest.mark.parametrize("rule", OFFERS)
def test_a_level_above_all_deals_is_answered_in_every_replicate(rule: str) -> None:
    """What is answered is not put: see `Seat.offer_above`."""
    steps = [[[3, 7, 7], [9, 2, 1]], [[1, 2, 3], [3, 2, 1]]]
    offers = rule_of(rule, steps, [[0, 0], [0, 0]], [{0, 1}] * 3)
    above, within = offers(levels_of([[8, 2], [2, 10]])), offers(levels_of([[7, 2], [2, 9]]))
    assert (above >= 0).all() and (above <= 3).all()
    assert (above[0, 1], above[1, 0]) == (within[0, 1], within[1, 0]), "nor does it change what is put elsewhere"
    if rule == "lowest":
        assert (above[0, 0], above[1, 1]) == (2, 0)


@pytest.mark.parametrize("rule", OFFERS)
def test_the_longest_list_of_deals_and_the_largest_block_fit_their_keys(rule: str) -> None:
    assert MOST_ROWS == 1024
    luck = np.random.default_rng(3)
    for replicates, deals in ((2, 4095), (MOST_ROWS, 3)):
        steps = [[luck.permutation(deals).tolist() for _ in range(replicates)] for _ in range(2)]
        asked = luck.integers(0, deals, replicates).tolist()
        put = rule_of(rule, steps, [[0] * replicates] * 2, [{0, 1}] * deals)(levels_of([asked]))[0].tolist()
        for r, least in enumerate(asked):
            good = [k for k in range(deals) if steps[0][r][k] >= least]
            mine, theirs = steps[0][r], steps[1][r]
            assert put[r] == (min(good, key=mine.__getitem__) if rule == "lowest" else max(good, key=theirs.__getitem__))


def test_a_ranking_goes_from_worst_to_best_with_an_empty_table_first() -> None:
    ranking = rank(worths([[5, 1, 5], [2, 8, 4]]))
    assert ranking.places == 4
    assert ranking.deals(np.arange(8)).tolist() == [3, 1, 0, 2, 3, 0, 2, 1]


def test_gains_are_shares_of_the_most_there_is_to_gain() -> None:
    worth = worths([[0, 5 * 10**9, 10**10], [0, 5 * 10**9, 8 * 10**9]])
    gains = relative_gains(worth, as_worth(np.array([0.2, 0.0])), np.array([True, True, True]))
    most = 65536
    assert gains[:, :3].tolist() == [[-most // 4, round(most * 3 / 8), most], [0, round(most * 5 / 8), most]]


def test_gains_are_kept_within_eight_times_the_most_there_is_to_gain() -> None:
    bound = 8 * 65536 - 1
    worth = worths([[-8 * 10**10, 10**9, 10**10 // 2]])
    assert relative_gains(worth, as_worth(np.array([0.4])), np.ones(3, dtype=bool)).tolist() == [[-bound, -196608, 65536, -bound]]
    lost = relative_gains(worth, as_worth(np.array([0.9])), np.ones(3, dtype=bool))
    assert (lost == -bound).all(), "no deal is better than all: the least to gain counts as a millionth"


def test_who_need_not_sign_gains_the_most_and_an_empty_table_is_asked_of_all() -> None:
    gains = relative_gains(worths([[1, 2, 3]]), as_worth(np.array([0.0])), np.array([False, True, False]))
    assert gains[0, 0] == gains[0, 2] == UNASKED == 8 * 65536 - 1
    assert gains[0, 3] == -UNASKED and gains[0, 1] != UNASKED


# Zone and frontier


REPLICATES = 3


class Case(NamedTuple):
    """Stakes drawn at random, with all that follows from them in plain numbers; `votes` are empty where deals need none."""

    stakes: Stakes
    zone: Zone
    signers: list[int]
    needs: list[set[int]]
    gains: Steps
    votes: list[int]
    quota: int

    def refusers(self, r: int, k: int, consenting: int | None = None) -> set[int]:
        """Who must sign and would rather not, one perhaps consenting to all; P stands for a vote that is lost."""
        willing = {p for p in range(len(self.gains)) if self.gains[p][r][k] >= 0 or p == consenting}
        lost = sum(self.votes[p] for p in willing) < self.quota if self.votes else False
        return self.needs[k] - willing | ({len(self.gains)} if lost else set())

    def feasible(self, r: int) -> list[int]:
        """Deals in the zone at which nobody who ever signs loses."""
        deals = range(len(self.needs))
        return [k for k in deals if not self.refusers(r, k) and all(self.gains[p][r][k] >= 0 for p in self.signers)]


def steps_of(stakes: Stakes) -> Steps:
    """Utilities in steps of the grid, red lines included."""
    return [
        np.rint(mine @ rows[:, :-1]).astype(int).tolist() for mine, rows in zip(stakes.steps, stakes.deals.features, strict=True)
    ]


def draw_vote(luck: random.Random, parties: list[str]) -> dict[str, Any]:
    """Votes of some or all, and how many of them carry a deal."""
    weights = {party: luck.randint(0, 3) for party in parties}
    weights[parties[0]] = 1
    return {"weights": weights, "quota": luck.randint(1, sum(weights.values()))}


@cache
def cases() -> list[Case]:
    """The referee's scenarios, some with a vote."""
    luck, found = random.Random(11), []
    for number in range(50):
        written = draw_scenario(luck)
        if luck.random() < 0.3:
            written["talks"]["vote"] = draw_vote(luck, list(written["parties"]))
        study = Study(Negotiation.model_validate(written))
        stakes, parties = study.stakes(Draws(Chance(number, 0, REPLICATES), study.negotiation.quantities)), written["parties"]
        no_deal = np.rint(stakes.no_deal[0] * referee.GRID).astype(int).tolist()
        utilities = steps_of(stakes)
        gains = [
            [[u - none for u in row] for row, none in zip(*mine, strict=True)] for mine in zip(utilities, no_deal, strict=True)
        ]
        needs = needs_of(study.negotiation, [stakes.deals.options(k) for k in range(stakes.deals.count)])
        vote = written["talks"].get("vote")
        if vote and "sign" not in written["talks"]:
            needs = [need if "sign_when" in written["talks"] else set() for need in needs]
        votes = [vote["weights"][party] for party in parties] if vote else []
        signers = [list(parties).index(party) for party in study.negotiation.signers()]
        found.append(Case(stakes, Zone(stakes), signers, needs, gains, votes, vote["quota"] if vote else 0))
    return found


def each() -> Iterator[tuple[Case, int]]:
    """Every case in every replicate."""
    return ((case, r) for case in cases() for r in range(REPLICATES))


def test_refusers_are_those_who_must_sign_and_would_rather_not_and_a_vote_that_is_lost() -> None:
    for case, r in each():
        said = [{p for p in range(len(case.gains) + 1) if bits >> p & 1} for bits in case.zone.refusers[r].tolist()]
        assert said == [case.refusers(r, k) for k in range(len(case.needs))]


def test_the_zone_lists_the_deals_that_nobody_refuses_replicate_by_replicate() -> None:
    sizes = []
    for case in cases():
        listed = [(r, k) for r in range(REPLICATES) for k in range(len(case.needs)) if not case.refusers(r, k)]
        assert list(zip(*(part.tolist() for part in case.zone.deals), strict=True)) == listed
        assert case.zone.size.tolist() == [sum(r == one for one, _ in listed) for r in range(REPLICATES)]
        sizes += case.zone.size.tolist()
    assert 0.1 < np.mean(np.array(sizes) == 0) < 0.9


def test_a_party_blocks_where_there_is_no_zone_and_its_consent_alone_would_open_one() -> None:
    found = 0
    for case in cases():
        blocked = case.zone.blocked_by()
        assert blocked.shape == (len(case.gains), REPLICATES)
        for r in range(REPLICATES):
            empty = all(case.refusers(r, k) for k in range(len(case.needs)))
            opens = [not all(case.refusers(r, k, p) for k in range(len(case.needs))) for p in range(len(case.gains))]
            assert blocked[:, r].tolist() == [empty and one for one in opens]
            found += sum(blocked[:, r])
    assert found > 20


def test_the_zone_of_a_round_is_judged_by_what_no_deal_is_worth_then() -> None:
    for case in cases()[:20]:
        worse = replace(case.stakes, no_deal=np.concatenate([case.stakes.no_deal, case.stakes.no_deal - 0.2]))
        assert (Zone(worse).refusers == case.zone.refusers).all()
        later = Zone(replace(case.stakes, no_deal=case.stakes.no_deal - 0.2)).refusers
        assert (Zone(worse, 1).refusers == later).all() and (Zone(worse, 7).refusers == later).all()
        mixed = Zone(worse, np.array([0, 1, 7])).refusers
        assert (mixed[0] == case.zone.refusers[0]).all() and (mixed[1:] == later[1:]).all()


@pytest.mark.parametrize("where", [[True] * 3, [True, False, True], [False, True, False], [False] * 3])
def test_a_deal_is_on_the_frontier_where_no_other_is_better_for_one_signer_and_worse_for_none(where: list[bool]) -> None:
    found = []
    for case in cases():
        utilities, deals = steps_of(case.stakes), range(len(case.needs))
        for k in deals:
            expected = []
            for r in range(REPLICATES):
                mine, *others = ([utilities[p][r][j] for p in case.signers] for j in (k, *deals))
                better = any(o != mine and all(a >= b for a, b in zip(o, mine, strict=True)) for o in others)
                expected.append(where[r] and not better)
            said = on_frontier(case.stakes, case.signers, np.full(REPLICATES, k), np.array(where))
            assert said.tolist() == expected
            found += expected
    assert 0.05 < np.mean(found) < 0.95 or not any(where)


def test_a_deal_better_by_a_single_step_of_the_grid_takes_another_off_the_frontier() -> None:
    values = [{"a": 50.00000001, "b": 50, "c": 100, "d": 0}, {"a": 50, "b": 50, "c": 0, "d": 100}]
    written = {
        "title": "a step",
        "issues": {"x": {"question": "?", "options": dict.fromkeys("abcd", "-")}},
        "parties": {name: {"weights": {"x": 1}, "values": {"x": mine}} for name, mine in zip("pq", values, strict=True)},
        "talks": {"rounds": 1},
    }
    study = Study(Negotiation.model_validate(written))
    stakes = study.stakes(Draws(Chance(1, 0, 1), study.negotiation.quantities))
    on = [on_frontier(stakes, [0, 1], np.array([k]), np.array([True]))[0] for k in range(4)]
    assert on == [True, False, True, True]


# Solution points


def objective(name: str, gains: list[int], ideal: list[int]) -> Fraction:
    """What a solution makes as large as it can, of gains in steps."""
    match name:
        case "nash":
            return Fraction(prod(gains))
        case "kalai_smorodinsky":
            return min(Fraction(gain, most) if most else Fraction(1) for gain, most in zip(gains, ideal, strict=True))
        case "egalitarian":
            return Fraction(min(gains))
    return Fraction(sum(gains))


def test_solutions_range_over_the_deals_at_which_no_signer_loses_and_count_gains_as_utility() -> None:
    for case in cases():
        among = feasible(case.zone, case.signers)
        pairs = [(r, k) for r in range(REPLICATES) for k in case.feasible(r)]
        assert list(zip(*(part.tolist() for part in among.listed), strict=True)) == pairs
        expected = np.array([[case.gains[p][r][k] / referee.GRID for r, k in pairs] for p in case.signers])
        np.testing.assert_allclose(among.gains, expected.reshape(len(case.signers), -1), rtol=1e-9, atol=1e-12)
        having = sorted({r for r, _ in pairs})
        assert among.begins.tolist() == [[r for r, _ in pairs].index(r) for r in having]
        assert among.segment.tolist() == [having.index(r) for r, _ in pairs]


@pytest.mark.parametrize("name", SOLUTIONS)
def test_a_solution_point_is_the_best_then_the_largest_sum_then_the_first(name: str) -> None:
    points = []
    for case in cases():
        among = feasible(case.zone, case.signers)
        said = solution(name, among, REPLICATES).tolist()
        for r in range(REPLICATES):
            gains = {k: [case.gains[p][r][k] for p in case.signers] for k in case.feasible(r)}
            ideal = [max(column) for column in zip(*gains.values(), strict=True)]
            worths = {k: objective(name, mine, ideal) for k, mine in gains.items()}
            assert said[r] == max(gains, key=lambda k: (worths[k], sum(gains[k]), -k), default=-1)
            for k in range(-1, len(case.needs)):
                reached = attains(name, among, np.full(REPLICATES, k))[r]
                assert reached == (k in worths and worths[k] == max(worths.values()))
        points += said
    assert 0.1 < np.mean(np.array(points) < 0) < 0.9


def pairs_of(gains: list[list[float]], influence: list[float] | None = None) -> Feasible:
    """Gains (S, n) of so many deals in one replicate."""
    count = len(gains[0])
    powers = None if influence is None else np.repeat(np.array(influence)[:, None], count, axis=1)
    return Feasible(np.array(gains), Listed(np.zeros(count, dtype=int), np.arange(count)), np.array([0]), powers)


def test_nash_takes_gains_to_the_power_of_influence_as_a_share_of_the_largest() -> None:
    gains = [[0.25, 0.5], [0.16, 0.09]]
    assert SOLUTIONS["nash"](pairs_of(gains)) == pytest.approx([0.04, 0.045])
    assert SOLUTIONS["nash"](pairs_of(gains, [1, 0.5])) == pytest.approx([0.25 * 0.4, 0.5 * 0.3])
    assert SOLUTIONS["nash"](pairs_of(gains, [0.5, 0.25])) == pytest.approx([0.25 * 0.4, 0.5 * 0.3])
    assert SOLUTIONS["nash"](pairs_of(gains, [4, 8])) == pytest.approx([0.5 * 0.16, 0.5**0.5 * 0.09])
    assert SOLUTIONS["nash"](pairs_of(gains, [0, 1])) == pytest.approx([0.16, 0.09])
    assert SOLUTIONS["nash"](pairs_of(gains, [0, 0])).tolist() == [1, 1]
    differing = pairs_of(gains)._replace(influence=np.array([[4, 1], [8, 0]]))
    assert SOLUTIONS["nash"](differing) == pytest.approx([0.5 * 0.16, 0.5]), "the largest of each replicate"


def test_points_that_differ_by_rounding_alone_are_equals() -> None:
    third = pairs_of([[1 / 3, 1 / 3 * (1 + 1e-14)], [0.5, 0.2]])
    assert solution("egalitarian", pairs_of([[1 / 3, 1 / 3 * (1 + 1e-14)], [0.5, 0.4]]), 1).tolist() == [0]
    assert solution("egalitarian", third, 1).tolist() == [0]
    assert solution("egalitarian", pairs_of([[1 / 3, 1 / 3 * (1 + 1e-9)], [0.5, 0.4]]), 1).tolist() == [1]


def test_who_can_gain_nothing_does_not_count_for_kalai_smorodinsky() -> None:
    assert SOLUTIONS["kalai_smorodinsky"](pairs_of([[0, 0], [0.2, 0.4]])) == pytest.approx([0.5, 1])
    assert SOLUTIONS["kalai_smorodinsky"](pairs_of([[0, 0], [0, 0]])).tolist() == [1, 1], "all there is"


# Demands


def unasked() -> Plan:
    """What no strategy here may ask for."""
    raise AssertionError


def seat_of(
    steps: list[list[int]],
    no_deal: list[list[float]],
    time: list[Any],
    settings: dict[str, Any] | None = None,
    parties: int = 2,
    luck: Floats | None = None,
) -> Seat:
    """The first party's seat, with utilities (R, K), no-deal values (S, R), and the rule `lowest`."""
    worth = worths(steps)
    return Seat(
        party=0,
        parties=parties,
        worth=worth,
        no_deal=np.array(no_deal),
        time=np.array(time, dtype=float),
        offer=OFFERS["lowest"](worth, list),
        setting=(settings or {}).__getitem__,
        luck=lambda name, width: np.zeros((width, len(worth))) if luck is None else luck[:width],
        equilibrium=unasked,
    )


def offered(mine: list[int], level: int) -> int:
    """The deal of least utility that reaches a level, K for none, as the referee has it."""
    found = referee.offer("lowest", level, 0, [mine], [0], [set()] * len(mine))
    return len(mine) if found is None else found


@pytest.mark.parametrize("kind", ["aspiration", "hardline"])
def test_a_schedule_demands_and_offers_what_the_referee_says(kind: str) -> None:
    luck, strategy = random.Random(4), {"aspiration": Aspiration(), "hardline": Hardline()}[kind]
    for _ in range(80):
        replicates, rounds, deals = luck.randint(1, 3), luck.randint(1, 5), luck.randint(1, 6)
        steps = [[draw_utility(luck) for _ in range(deals)] for _ in range(replicates)]
        drawn = {
            "slack": [luck.choice([0, 30, 150]) for _ in range(replicates)],
            "firmness": [luck.choice([0.5, 1, 3]) for _ in range(replicates)],
            "deadline": [luck.choice([0.4, 1, 1.3]) for _ in range(replicates)],
            "margin": [luck.choice([0, 10]) for _ in range(replicates)],
            "tolerance": [luck.choice([0, 0.1, 40]) for _ in range(replicates)],
        }
        no_deal = [[round(luck.uniform(-0.5, 1.2), 3) for _ in range(replicates)] for _ in range(luck.choice([1, rounds]))]
        each_its_own = luck.random() < 0.3 and kind == "aspiration"
        time = [[luck.random() for _ in range(replicates)] if each_its_own else luck.random() for _ in range(rounds)]
        plan = strategy.sit(seat_of(steps, no_deal, time, {name: np.array(numbers) for name, numbers in drawn.items()}))
        for t in range(rounds):
            for r, mine in enumerate(steps):
                settings = {name: numbers[r] for name, numbers in drawn.items()}
                then = np.array(time[t]) * np.ones(replicates)
                least = referee.demand(kind, settings, mine, no_deal[t % len(no_deal)][r], then[r])
                demanded = round(as_utility(plan.demands(t))[r] * referee.GRID)
                assert abs(demanded - least) <= 1
                assert plan.offers(t)[r] == offered(mine, demanded)


def test_a_seat_of_one_round_sees_that_round_alone() -> None:
    seat = seat_of([[1, 5, 3]], [[0.1], [0.2]], [0, 1])
    now = seat.at(np.array([0.4]), np.array([[0.3]]))
    assert (now.time.tolist(), now.no_deal.tolist()) == ([0.4], [[0.3]])
    assert as_utility(now.top) * referee.GRID == 5 and as_utility(now.bottom) * referee.GRID == 1
    assert seat.time.tolist() == [0, 1]


def test_a_plan_laid_round_by_round_is_laid_once_a_round() -> None:
    laid = []

    def lay(t: int) -> Schedule:
        laid.append(t)
        return Schedule(np.array([[10.0 + t]]), np.array([[t]]))

    plan = RoundByRound(lay)
    said = [(plan.demands(t).tolist(), plan.offers(t).tolist()) for t in (0, 1, 1, 3)]
    assert said == [([10.0], [0]), ([11.0], [1]), ([11.0], [1]), ([13.0], [3])]
    assert laid == [0, 1, 3]


TENTHS = [[10**9 * u for u in (10, 7, 4, 1)]] * 2  # in two replicates, deals worth 100, 70, 40 and 10 points
NOTHING = 4
BOTH, FIRST = np.array([True, True]), np.array([True, False])


def points_demanded(plan: Plan, t: int = 0) -> list[float]:
    """Points (R,) that a plan demands."""
    return [round(float(points), 6) for points in 100 * as_utility(plan.demands(t))]


def test_tit_for_tat_yields_as_the_least_yielding_of_those_who_have_offered() -> None:
    plan: Any = TitForTat().sit(seat_of(TENTHS, [[0, 0]], [0], {"generosity": 5}, parties=3))
    heard = [
        (None, [95, 95]),
        ((1, NOTHING, BOTH), [95, 95]),  # an empty table is no offer
        ((1, 3, FIRST), [95, 95]),  # a first offer yields nothing
        ((1, 2, FIRST), [65, 95]),
        ((0, 0, BOTH), [65, 95]),  # one's own does not count
        ((1, NOTHING, BOTH), [65, 95]),
        ((2, 1, FIRST), [95, 95]),  # another, who has not yielded yet
        ((2, 0, FIRST), [65, 95]),
        ((1, 0, FIRST), [65, 95]),
        ((1, 3, FIRST), [65, 95]),  # what was offered once stays offered
    ]
    for offer, demanded in heard:
        if offer:
            party, deal, where = offer
            plan.hears(party, np.array([deal, deal]), where)
        assert points_demanded(plan) == demanded, offer
        assert plan.offers(0).tolist() == [1 if level == 65 else 0 for level in demanded]


def test_tit_for_tat_looks_again_at_its_deals_and_keeps_count_of_what_was_yielded() -> None:
    plan: Any = TitForTat().sit(seat_of(TENTHS, [[0, 0]], [0], {"generosity": 5}))
    for deal in (3, 2):
        plan.hears(1, np.array([deal, deal]), BOTH)
    halved = [[utility // 2 for utility in mine] for mine in TENTHS]
    plan.look_again(seat_of(halved, [[0, 0.4]], [0], {"generosity": 5}))
    assert points_demanded(plan) == [15, 40] and plan.offers(0).tolist() == [2, 0]


def test_tit_for_tat_never_demands_less_than_no_deal_is_worth_in_the_round() -> None:
    plan = TitForTat().sit(seat_of(TENTHS, [[0.2, 0.3], [0.8, 0.97]], [0, 1], {"generosity": 50}))
    assert points_demanded(plan, 0) == [50, 50]
    assert points_demanded(plan, 1) == points_demanded(plan, 2) == [80, 97]
    assert TitForTat().sit(seat_of(TENTHS, [[1.2, 0]], [0], {"generosity": 50})).demands(0)[0] > worths(TENTHS)[0].max()


def as_written(strategy: Any, time: list[float], luck: Floats | None = None) -> Any:
    """The plan of a strategy with its own settings, no deal being worth 20 points."""
    drawn = {name: getattr(strategy, name) for name in type(strategy).model_fields}
    return strategy.sit(seat_of(TENTHS, [[0.2, 0.2]], time, drawn, luck=luck))


def test_what_is_left_out_of_a_strategy_is_as_plain_as_can_be() -> None:
    straight = as_written(Aspiration(), [0, 0.25, 0.5, 1])
    assert [points_demanded(straight, t)[0] for t in range(4)] == [100, 80, 60, 20]
    assert points_demanded(as_written(Hardline(), [0])) == [100, 100]
    assert points_demanded(as_written(TitForTat(), [0])) == [95, 95]


def test_a_schedule_ends_with_its_deadline_however_firm() -> None:
    drawn = {"firmness": 5000.0, "deadline": 0.4, "margin": 0.0, "tolerance": 0.0}
    assert points_demanded(Aspiration().sit(seat_of(TENTHS, [[1.1, 0.2]], [1], drawn))) == [110, 20]


def test_an_annealer_begins_at_five_points_unless_it_is_told_otherwise_and_ends_at_none() -> None:
    lots = np.array([[0.3675, 0.3682], [0.606, 0.607], [0.0, 0.0]])  # exp(-1) is .3679, exp(-1/2) is .6065
    plan, lost = as_written(Annealing(), [0], lots), np.array([-0.05, -0.05])
    said = [plan.accepts(lost / (v + 1) ** 2, 0, Moment(0, 1, v, 3)).tolist() for v in range(3)]
    assert said == [[True, False], [True, False], [False, False]]
    assert plan.accepts(np.array([1e-10, 0]), 0, Moment(0, 1, 2, 3)).tolist() == [True, False]
    cold = Annealing().sit(seat_of(TENTHS, [[0.2, 0.2]], [0], {"temperature": np.array([5.0, 0.0])}, luck=np.full((1, 2), 0.1)))
    assert cold.accepts(lost, 0, Moment(0, 1, 0, 2)).tolist() == [True, False]


def test_who_climbs_agrees_to_what_it_gains_by_and_asks_for_no_lot() -> None:
    climber = as_written(HillClimbing(), [0], np.zeros((0, 2)))
    assert climber.accepts(np.array([1e-10, 0]), 0, Moment(0, 1, 0, 2)).tolist() == [True, False]


def test_what_is_left_of_all_revisions_falls_from_one_to_nothing_in_equal_steps() -> None:
    moments = [Moment(t, 3, v, 2) for t in range(3) for v in range(2)]
    assert [moment.left for moment in moments] == pytest.approx([1, 0.8, 0.6, 0.4, 0.2, 0])
    assert Moment(0, 1, 0, 1).left == 0


def test_who_answers_changes_of_a_text_puts_no_deal_of_its_own() -> None:
    for strategy in (HillClimbing(), Annealing()):
        plan: Any = strategy.sit(seat_of(TENTHS, [[0.2, 0.3]], [0], {"temperature": 5.0}))
        assert plan.offers(0).tolist() == [NOTHING] * 2 and points_demanded(plan) == [20, 30]
        plan.look_again(seat_of(TENTHS, [[0.4, 0.5], [0.6, 0.7]], [0, 1], {"temperature": 5.0}))
        assert [points_demanded(plan, t) for t in range(3)] == [[40, 50], [60, 70], [60, 70]]


class OneMicro:
    """MiCRO in one replicate, in plain words: its deals, how many it has offered, and what it has heard of whom."""

    def __init__(self, mine: list[int]) -> None:
        """Nothing offered or heard yet."""
        self.made, self.heard = 0, dict[int, set[int]]()
        self.look_again(mine)

    def look_again(self, mine: list[int]) -> None:
        """What deals are worth now, and their order from best to worst."""
        self.mine, self.order = mine, sorted(range(len(mine)), key=lambda k: (-mine[k], -k))

    def worthy(self, no_deal: float) -> int:
        """How many deals are worth no less than no deal."""
        return sum(utility >= round(no_deal * referee.GRID) for utility in self.mine)

    def yields(self, no_deal: float) -> bool:
        """Whether it is its turn to make a new offer, and one is left that is worth no less than no deal."""
        paced = self.made <= min((len(deals) for deals in self.heard.values()), default=0)
        return paced and self.made < self.worthy(no_deal)

    def demands(self, no_deal: float) -> float:
        """The least utility it is about to offer or has offered and would still, in steps."""
        kept = min(self.made, self.worthy(no_deal))
        if self.yields(no_deal):
            return self.mine[self.order[self.made]]
        return self.mine[self.order[kept - 1]] if kept else np.inf

    def offers(self, no_deal: float, lot: float) -> int:
        """The next deal, or one of the old ones by lot, or none."""
        kept = min(self.made, self.worthy(no_deal))
        if self.yields(no_deal):
            return self.order[self.made]
        return self.order[int(lot * kept)] if kept else len(self.order)


def test_micro_may_be_asked_for_its_offer_before_its_demand() -> None:
    assert Micro().sit(seat_of(TENTHS, [[0, 1.1]], [0])).offers(0).tolist() == [0, NOTHING]


def test_micro_counts_no_offer_that_was_put_for_it_when_it_would_not_have_yielded() -> None:
    plan: Any = Micro().sit(seat_of(TENTHS, [[0, 0]], [0]))
    plan.hears(0, np.array([0, 0]), BOTH)
    plan.hears(1, np.array([3, 3]), BOTH)
    assert points_demanded(plan) == [100, 100]


def test_micro_yields_step_by_step_as_one_would_by_hand() -> None:
    luck, numbers = random.Random(8), np.random.default_rng(8)
    most = 0
    for _ in range(60):
        replicates, deals, parties, rounds = luck.randint(1, 3), luck.randint(1, 5), luck.randint(2, 4), 12
        steps = [[luck.choice([2, 4, 6, 8]) * 10**9 + luck.choice([0, 1]) for _ in range(deals)] for _ in range(replicates)]
        no_deal = [[luck.choice([0.0, 0.4, 0.5, 0.9]) for _ in range(replicates)] for _ in range(luck.choice([1, rounds]))]
        lots = numbers.random((rounds, replicates))
        plan: Any = Micro().sit(seat_of(steps, no_deal, [0.0] * rounds, parties=parties, luck=lots))
        alone = [OneMicro(mine) for mine in steps]
        for t in range(rounds):
            now = no_deal[min(t, len(no_deal) - 1)]
            levels, put = plan.demands(t), plan.offers(t)
            for r, one in enumerate(alone):
                expected = one.demands(now[r])
                assert levels[r] == np.inf if expected == np.inf else round(as_utility(levels)[r] * referee.GRID) == expected
                assert put[r] == one.offers(now[r], lots[t, r])
            spoken = numbers.random(replicates) < 0.8
            plan.hears(0, put, spoken)
            for r in np.flatnonzero(spoken):
                alone[r].made += alone[r].yields(now[r])
            if t == 6:
                steps = [luck.sample(mine, deals) for mine in steps]
                plan.look_again(seat_of(steps, no_deal, [0.0] * rounds, parties=parties, luck=lots))
                for one, mine in zip(alone, steps, strict=True):
                    one.look_again(mine)
            for other in range(1, parties):
                theirs, where = numbers.integers(0, deals + 1, replicates), numbers.random(replicates) < 0.6
                plan.hears(other, theirs, where)
                for r in np.flatnonzero(where & (theirs < deals)):
                    alone[r].heard.setdefault(other, set()).add(int(theirs[r]))
        most = max(most, *(one.made for one in alone))
    assert most == 5


# The table

EVERYWHERE = np.ones(4, dtype=bool)


def three(vote: dict[str, Any] | None = None) -> Study:
    """Three parties; deals 0 and 1, worth 0 and 50 points to all, need a and b, deal 2, worth 100, needs c too."""
    values = {"x0": 0, "x1": 50, "x2": 100}
    written = {
        "title": "a table",
        "issues": {"x": {"question": "?", "options": dict.fromkeys(values, "-")}},
        "parties": {name: {"weights": {"x": 1}, "values": {"x": values}} for name in "abc"},
        "talks": {"rounds": 9, "sign": ["a", "b"], "sign_when": [{"when": {"x": "x2"}, "needs": "c"}]},
    }
    if vote:
        written["talks"]["vote"] = vote
    return Study(Negotiation.model_validate(written))


def laid(vote: dict[str, Any] | None = None, tell: bool = True) -> Table:
    """The table of four replicates; 3 stands for no deal."""
    return lay(three(vote).deals, 4, tell)


def at(*replicates: int) -> Bools:
    """These replicates of the four."""
    return np.isin(np.arange(4), replicates)


def asked(table: Table) -> list[str]:
    """Whose signatures are missing in each replicate."""
    return ["".join(name for p, name in enumerate("abc") if table.asks(p)[r]) for r in range(4)]


def offer(deal: int) -> Numbers:
    """One deal in all replicates."""
    return np.full(4, deal)


def test_an_empty_table_asks_everybody_and_lacks_a_signature_that_nobody_can_give() -> None:
    table = laid()
    assert asked(table) == ["abc"] * 4 and table.deal.tolist() == [3] * 4
    for party in range(3):
        table.sign(party, EVERYWHERE)
    assert asked(table) == [""] * 4 and not table.over and not table.agreed.any() and table.going.all()


def test_an_offer_asks_those_it_needs_but_for_its_proposer_and_clears_what_was_signed() -> None:
    table = laid()
    table.put(0, offer(2), at(0, 1, 2))
    assert asked(table) == ["bc", "bc", "bc", "abc"] and table.deal.tolist() == [2, 2, 2, 3]
    table.sign(1, at(0, 1))
    assert asked(table) == ["c", "c", "bc", "abc"]
    table.put(2, offer(1), at(1))
    assert asked(table) == ["c", "ab", "bc", "abc"] and table.deal.tolist() == [2, 1, 2, 3]
    table.sign(2, at(0))
    assert table.agreed.tolist() == [True, False, False, False] and not table.over
    table.clear(at(1))
    assert asked(table) == ["", "abc", "bc", "abc"] and table.deal.tolist() == [2, 3, 2, 3]
    table.sign(0, at(1))
    table.sign(1, at(1))
    table.sign(2, at(1))
    assert not table.agreed[1], "an empty table again"


def test_talks_end_in_the_round_in_which_they_ended_and_no_later_one() -> None:
    table = laid()
    table.close(1)
    assert table.ended.tolist() == [0] * 4
    table.settle(offer(1), at(0))
    table.close(2)
    table.leave(2, at(0, 1))
    table.close(3)
    table.break_off(7, at(0, 1, 2))
    table.close(4)
    assert not table.over and table.going.tolist() == [False, False, False, True]
    table.run_out(at(2, 3))
    table.close(5)
    table.close(6)
    assert table.over and table.ended.tolist() == [2, 3, 4, 5]
    assert table.left_by.tolist() == [-1, 2, -1, -1] and table.broken_by.tolist() == [-1, -1, 7, -1]
    assert table.late.tolist() == [False, False, False, True]
    assert table.stopped.tolist() == [False, True, True, True]
    assert table.agreed.tolist() == [True, False, False, False]


def test_the_first_of_all_parties_and_events_can_end_talks_too() -> None:
    table = laid()
    table.leave(0, at(0))
    table.break_off(0, at(1))
    assert table.stopped.tolist() == [True, True, False, False] and not table.agreed.any()
    assert table.going.tolist() == [False, False, True, True]


def test_settled_points_are_kept_where_talks_went_on_and_nowhere_else() -> None:
    table = laid()
    table.settle(offer(0), at(0))
    assert table.points is None
    table.settle(offer(1), at(0, 1), np.full((1, 4), 2.5))
    assert table.points is not None
    np.testing.assert_array_equal(table.points, [[np.nan, 2.5, np.nan, np.nan]])
    table.settle(offer(2), at(1, 2), np.full((1, 4), 7.5))
    np.testing.assert_array_equal(table.points, [[np.nan, 2.5, 7.5, np.nan]])
    assert table.deal.tolist() == [0, 1, 2, 3] and asked(table) == ["", "", "", "abc"]


def test_a_vote_is_one_more_signature_which_enough_supporters_give() -> None:
    table = laid({"quota": 3, "weights": {"a": 2, "b": 1, "c": 0}})
    assert [table.asks_for_consent(p).tolist() for p in range(3)] == [[True] * 4] * 3
    table.put(0, offer(0), at(0, 1, 2))
    assert [table.asks_for_consent(p).tolist() for p in (0, 2)] == [[True] * 4, [False, False, False, True]], "c has no vote"
    table.sign(1, at(0, 1))
    assert not table.agreed.any()
    table.count(np.array([0b011, 0b101, 0b011, 0b011]))
    assert table.agreed.tolist() == [True, False, False, False], "two votes are too few, b has not signed, nothing lies there"
    assert [table.asks_for_consent(p).tolist() for p in (0, 1)] == [[False, True, True, True]] * 2
    table.count(np.array([0b011] * 4))
    assert table.agreed.tolist() == [True, True, False, False] and table.going.tolist() == [False, False, True, True]


def test_without_a_vote_only_signatures_are_asked_for() -> None:
    table = laid()
    table.put(0, offer(0), EVERYWHERE)
    table.count(np.array([0b111] * 4))
    assert [table.asks_for_consent(p)[0] for p in range(3)] == [False, True, False]


def test_what_is_signed_in_a_first_room_is_the_text_of_the_next() -> None:
    table = laid()
    table.final = False
    table.leave(2, at(3))
    table.put(0, offer(0), at(0, 1))
    table.sign(1, at(0))
    table.close(1)
    assert table.ended.tolist() == [0, 0, 0, 1] and not table.agreed.any() and not table.signed.any() and not table.over
    assert table.going.tolist() == [True, True, True, False], "a text waits"
    needs = np.array([0b100, 0b110, 0b111, 0b1111], dtype=table.missing.dtype)
    table.reopen(needs, np.where(at(0), 0, 3), final=True)
    assert asked(table) == ["c", "abc", "abc", ""] and table.deal.tolist() == [0, 3, 3, 3]
    table.sign(2, at(0))
    assert table.agreed.tolist() == [True, False, False, False]
    table.put(2, offer(1), at(1))
    assert asked(table)[1] == "b"
    table.clear(at(1))
    assert asked(table)[1] == "abc" and not table.over
    for party in range(3):
        table.sign(party, at(1))
    assert not table.agreed[1], "an empty table again"
    table.leave(0, EVERYWHERE)
    assert table.over and table.left_by.tolist() == [-1, 0, 0, 2]


def test_a_text_off_the_list_asks_everybody_and_for_a_signature_that_nobody_can_give() -> None:
    table = laid()
    table.reopen(table.lacks[0] | table.bits[0], offer(UNLISTED), True)
    assert asked(table) == ["abc"] * 4 and (table.deal == UNLISTED).all()
    for party in range(3):
        table.sign(party, EVERYWHERE)
    assert table.going.all() and not table.agreed.any()


def test_talks_in_a_first_room_are_over_only_where_they_were_stopped() -> None:
    table = laid()
    table.final = False
    table.settle(offer(1), EVERYWHERE)
    assert not table.over
    table.run_out(EVERYWHERE)
    assert table.over and table.late.all()


def test_a_home_refuses_only_what_was_signed_and_no_other_has_refused() -> None:
    table = laid()
    table.settle(offer(1), at(0, 1, 2))
    table.refuse(2, at(0, 3))
    table.refuse(0, at(0, 1))
    assert table.refused_by.tolist() == [2, 0, -1, -1]
    assert table.signed.tolist() == [True, True, True, False] and table.agreed.tolist() == [False, False, True, False]


def test_notes_and_openings_are_kept_only_where_they_are_to_be_told() -> None:
    for tell in (True, False):
        table = laid(tell=tell)
        table.note(1, lambda r: f"in {r}")
        table.reopen(table.lacks[0] | table.bits[0], np.array([0, 2, 3, UNLISTED]), True)
        table.tell_opening(2)
        table.reopen(table.lacks[0] | table.bits[0], offer(1), True)
        table.break_off(0, at(3))
        table.tell_opening(3)
        if not tell:
            assert table.notes == [] and table.turns is None
            continue
        assert [(note.round, note.turn, note.line(3)) for note in table.notes] == [(1, 0, "in 3")]
        one, two = table.turns or []
        assert (one.round, one.party, one.floor) == (2, ROOM, None) and ROOM not in range(3)
        assert one.standing.tolist() == [0, 2, 3, UNLISTED]
        assert one.put.tolist() == [True, True, False, False] and not one.asked.any() and not one.signed.any()
        assert two.put.tolist() == [True, True, True, False] and two.offers.tolist() == [1, 1, 1, 3], "in the last talks are over"


def test_a_room_is_told_to_all_as_it_opens_if_it_has_a_name() -> None:
    table = laid()
    table.tell_all(4, "In the room: the annex")
    (note,) = table.notes
    assert (note.round, note.line(3)) == (4, "In the room: the annex")
    assert note.public is not None and note.public(3) == "In the room: the annex"


def test_a_draft_takes_the_place_of_what_lay_there_while_talks_go_on() -> None:
    table = laid()
    table.settle(offer(1), at(0))
    table.put(0, offer(2), at(1))
    text = np.zeros((4, 1), dtype=int)
    table.draft(text)
    assert table.deal.tolist() == [1, 3, 3, 3] and table.text is text


def ended(deals: list[int], text: list[int] | None = None) -> End:
    """The end of talks in which these deals (4,) were signed, with these options on the table; 3 is none."""
    study, table = three(), laid()
    if text is not None:
        table.draft(np.array(text)[:, None])
    table.settle(np.array(deals), np.array(deals) != 3)
    return End(table, study.stakes(Draws(Chance(1, 0, 4), study.negotiation.quantities)), np.full(4, 9), None)


def test_what_was_signed_is_told_and_judged_by_the_list_or_else_by_the_text() -> None:
    text = [1, 2, 0, 0]
    for end, options in (
        (ended([2, 0, 1, 3]), [2, 0, 1]),
        (ended([UNLISTED, 0, 2, 3], text), [1, 0, 2]),
        (ended([UNLISTED] * 4, text), text),
    ):
        assert end.rows[: len(options), 0].tolist() == options
        assert end.utility(0)[: len(options)].tolist() == [option / 2 for option in options]
