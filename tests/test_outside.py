"""The outside: worlds that move, events that happen, pressure that is brought to bear; theorems, frequencies, and a referee."""

import gc
import random
import re
from copy import deepcopy
from functools import partial
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import referee
from hypothesis import given, settings
from hypothesis import strategies as st
from test_referee import Told, by_program, draw_condition, draw_scenario, needs_of, strategies_of, utilities_of

from sim.case.arrays import Array, Bools, Floats
from sim.case.chance import Chance
from sim.case.numbers import Draws
from sim.case.stakes import RED_LINE, as_utility, as_worth
from sim.outcomes.diagnosis import diagnose
from sim.outcomes.endings import endings
from sim.outcomes.measures import Columns, Played, measure
from sim.outcomes.narration import as_record, notes, story
from sim.outcomes.plots import save_figures
from sim.outcomes.report import report
from sim.outcomes.summary import in_words
from sim.studies import doubt, runs
from sim.studies.blocks import Study, play_chunk
from sim.studies.runs import load, run
from sim.talks.clocks import closed
from sim.talks.delegation import Delegation
from sim.talks.events import Event, happens, in_force
from sim.talks.model import Talks
from sim.talks.negotiation import Negotiation
from sim.talks.offers import lowest
from sim.talks.outside import Outside
from sim.talks.seat import Seat
from sim.talks.strategies import Aspiration, Hardline
from sim.talks.world import Variable, path_of

STRATEGIES: dict[str, dict[str, Any]] = {
    "aspiration": {"aspiration": {"firmness": {"uniform": [0.3, 4]}, "deadline": {"uniform": [0.5, 1.1]}}},
    "hardline": {"hardline": {"slack": {"uniform": [10, 70]}}},
    "micro": {"micro": {}},
    "tit_for_tat": {"tit_for_tat": {"generosity": {"uniform": [10, 40]}}},
}
WORLD = {
    "winter": {"drift": {"uniform": [0, 2]}, "moves": {"b": -1}},
    "front": {"starts": 3, "spread": 2, "pull": 0.1, "moves": {"a": 1.5, "b": -1.5}},
}


EVENTS: dict[str, Any] = {
    "flood": {"after": 2, "chance": 0.2, "withdraws": {"x": ["x1", "x2"]}},
    "turn": {"at": 4, "weights": {"a": {"x": 40}}},
    "haste": {"after": 2, "chance": 0.1, "deadline": 2},
    "quarrel": {"after": 3, "chance": 0.1, "breaks_off": True},
}


def quarrel(strategy: str = "aspiration", **more: Any) -> dict[str, Any]:
    """Two who must sign and one who may speak, over two issues; `more` replaces sections, or settings of the talks.

    Where the strategy is tit-for-tat somebody has to begin to yield: Ben does so with time.
    """
    words = {"x": ["x0", "x1", "x2", "x3", "x4"], "y": ["y0", "y1", "y2"]}
    parties = {
        name: {
            "weights": {"x": {"uniform": [1, 4]}, "y": {"uniform": [1, 4]}},
            "values": {"x": slope, "y": {"y0": ends[0], "y1": {"uniform": [20, 80]}, "y2": ends[1]}},
            "no_deal": {"uniform": [10, 45]},
            "strategy": deepcopy(STRATEGIES["aspiration" if (name, strategy) == ("b", "tit_for_tat") else strategy]),
        }
        for name, slope, ends in (("a", "rising", (0, 100)), ("b", "falling", (100, 0)), ("c", "rising", (100, 0)))
    }
    tree: dict[str, Any] = {
        "title": "A quarrel",
        "issues": {issue: {"question": "?", "options": dict.fromkeys(options, "-")} for issue, options in words.items()},
        "parties": parties,
        "talks": {"rounds": 10, "sign": ["a", "b"], "sign_when": [{"when": {"y": "y1"}, "needs": "c"}]},
    }
    for key, item in more.items():
        (tree["talks"] if key in ("rounds", "offers", "order", "protocol", "review", "clock", "opens") else tree)[key] = item
    return tree


def study_of(tree: dict[str, Any]) -> Study:
    """A scenario ready to be played."""
    return Study(Negotiation.model_validate(tree))


def columns_of(tree: dict[str, Any], replicates: int = 400, block: int = 512) -> Columns:
    """What came of the first replicates."""
    return play_chunk(study_of(tree), 1, range(replicates), block).columns


def differing(one: Columns, two: Columns) -> set[str]:
    """Columns that are not the same to the last bit."""
    assert set(one) == set(two)
    return {name for name in one if one[name].dtype != two[name].dtype or one[name].tobytes() != two[name].tobytes()}


def outside_of(tree: dict[str, Any], replicates: int = 200) -> Outside:
    """What is laid of the outside before the talks."""
    study = study_of(tree)
    draws = Draws(Chance(1, 0, replicates), study.negotiation.quantities)
    return Outside(study.negotiation, study.stakes(draws), draws)


def moved_points(tree: dict[str, Any], replicates: int = 200) -> Floats:
    """By how many points (T, P, R) no-deal values have moved since they were drawn, as far as that is laid before the talks."""
    outside = outside_of(tree, replicates)
    still = outside_of({key: item for key, item in tree.items() if key not in ("world", "events")}, replicates).stakes.no_deal
    return 100 * (outside.stakes.no_deal - still)


def path(replicates: int = 1000, rounds: int = 20, **written: Any) -> Floats:
    """The path (T, R) of a variable."""
    return path_of(Variable.model_validate(written), "v", rounds, Draws(Chance(1, 0, replicates)))


def ending_keys(tree: dict[str, Any], columns: Columns) -> Array:
    """The key (R,) of each replicate's ending."""
    return np.array(list(endings(study_of(tree).negotiation)))[columns["ending"]]


# The world


def test_drift_alone_is_a_straight_line() -> None:
    assert path(3, 6, starts=5, drift=-2).tolist() == [[5 - 2.0 * t] * 3 for t in range(6)]


def test_the_variance_of_a_random_walk_grows_as_time() -> None:
    # With 20,000 replicates four standard errors of a variance are 4 %; a walk of steps that hang together is seen at once.
    n, walk = 20_000, path(20_000, 17, spread=3)
    for t in (1, 4, 16):
        assert abs(walk[t].var() / (9 * t) - 1) < 4 * sqrt(2 / n)
        assert abs(walk[t].mean()) < 4 * 3 * sqrt(t / n)
    steps = np.diff(walk, axis=0)
    others = np.corrcoef(steps)[~np.eye(16, dtype=bool)]
    assert np.abs(others).max() < 5 / sqrt(n), "120 pairs: beyond 5 standard errors in one run of ten thousand"


def test_mean_reversion_settles_around_its_place_with_the_variance_of_its_law() -> None:
    n, settled = 20_000, path(20_000, 60, starts=50, to=10, pull=0.2, spread=4)
    variance = 4**2 / (1 - 0.8**2)
    assert abs(settled[-1].var() / variance - 1) < 4 * sqrt(2 / n)
    for t in (0, 1, 5, 59):
        assert abs(settled[t].mean() - (10 + 40 * 0.8**t)) < 4 * sqrt(variance / n) + 1e-9


def test_drift_and_pull_settle_where_they_balance() -> None:
    assert path(1, 200, starts=0, to=10, pull=0.1, drift=2)[-1, 0] == pytest.approx(10 + 2 / 0.1)


def test_a_path_keeps_to_its_bounds_and_reaches_them() -> None:
    walk = path(500, 40, starts=0, spread=2, low=-3, high=1)
    assert walk.min() == -3 and walk.max() == 1
    assert ((walk > -3) & (walk < 1)).any(axis=0).all()
    # a bound holds back, it does not hold fast: what stands on it moves on from there
    assert (np.diff(walk, axis=0)[walk[:-1] == 1] < 0).any()


def test_no_deal_moves_by_the_points_times_the_change_since_the_first_round() -> None:
    tree = quarrel(world=WORLD)
    draws = Draws(Chance(1, 0, 200))
    winter, front = (path_of(Variable.model_validate(WORLD[name]), name, 10, draws) for name in WORLD)
    moved = moved_points(tree)
    assert np.allclose(moved[:, 0], 1.5 * (front - front[0]), atol=1e-7)
    assert np.allclose(moved[:, 1], -1.5 * (front - front[0]) - (winter - winter[0]), atol=1e-7)
    assert (moved[0] == 0).all() and not moved[:, 2].any() and np.abs(moved[-1, :2]).max() > 5


def test_one_variable_moves_two_sides_in_opposite_directions_exactly() -> None:
    outside = outside_of(quarrel(world={"front": WORLD["front"]}))
    steps = as_worth(outside.stakes.no_deal) - as_worth(outside.stakes.no_deal[:1])
    assert (steps[:, 0] == -steps[:, 1]).all() and np.abs(steps).max() > 0


def test_no_deal_values_stay_within_what_a_red_line_costs_however_far_the_world_moves() -> None:
    world = {"flood": {"drift": 1e9, "moves": {"a": 1e9, "b": -1e9}}}
    no_deal = outside_of(quarrel(world=world)).stakes.no_deal
    assert no_deal[1:, 0].min() == 4 == -no_deal[1:, 1].max() and RED_LINE > 2 * 3.9
    keys = ending_keys(quarrel(world=world), columns_of(quarrel(world=world), 50))
    assert set(keys) <= {"agreed", "time_ran_out_with_zone", "time_ran_out_without_zone"}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_variable_that_moves_nobody_changes_no_byte(strategy: str) -> None:
    world = {"weather": {"starts": {"uniform": [0, 9]}, "spread": 5, "drift": 1}}
    assert not differing(columns_of(quarrel(strategy)), columns_of(quarrel(strategy, world=world)))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_without_agreement_a_party_has_what_no_deal_is_worth_when_talks_end(strategy: str) -> None:
    tree = quarrel(strategy, world=WORLD, rounds=4)
    columns, no_deal = columns_of(tree, 200), outside_of(tree).stakes.no_deal
    failed = columns["deal"] < 0
    assert failed.any() and (columns["round"][failed] == 4).all()
    for p, party in enumerate("abc"):
        assert np.allclose(columns[f"utility.{party}"][failed], 100 * no_deal[3, p, failed], atol=1e-9)
        assert np.allclose(columns[f"no_deal.{party}"], 100 * no_deal[0, p], atol=1e-9)


def test_the_zone_at_the_end_is_that_of_no_deal_values_in_the_last_round() -> None:
    tree = quarrel(world={"winter": {"drift": 10, "moves": {"a": 1, "b": 1}}}, rounds=3)
    higher = quarrel(rounds=3)
    for party in ("a", "b"):
        higher["parties"][party]["no_deal"] = {"uniform": [30, 65]}
    assert (columns_of(tree)["zone_deals"] == columns_of(higher)["zone_deals"]).all()
    assert (columns_of(tree)["zone_start"] == columns_of(quarrel(rounds=3))["zone_start"]).all()


@pytest.mark.parametrize("names", [list(EVENTS), ["flood"], ["turn"], []])
def test_check_and_run_agree_on_the_zone_of_the_last_round(names: list[str]) -> None:
    """With events that withdraw, weigh anew and shorten, some by chance; nobody presses, and nobody agrees."""
    tree = quarrel(world=WORLD, events={name: EVENTS[name] for name in names}, rounds=8)
    for party in tree["parties"].values():
        party |= {"strategy": {"hardline": {"slack": 0}}, "no_deal": {"uniform": [40, 75]}}
    study, draws = study_of(tree), Draws(Chance(1, 0, 400), {})
    zone, columns = diagnose(study.negotiation, study.stakes(draws), draws)["zone"], columns_of(tree)
    assert zone == {"start": columns["zone_start"].mean(), "end": columns["zone_end"].mean()}
    without = {key: item for key, item in tree.items() if key != "events"}
    plain = columns_of(without)["zone_end"]
    assert len(names) != 1 or (columns["zone_end"] != plain).mean() > 0.02, "the event counts"


def test_check_tells_how_often_events_happen_and_what_moves_no_deal() -> None:
    events = EVENTS | {
        "truce": {"after": 3, "chance": 0.4, "lasts": 2, "no_deal": {"a": 5}},
        "never": {"chance": 0, "breaks_off": True},
    }
    tree = quarrel(world=WORLD, events=events, rounds=8)
    study, draws = study_of(tree), Draws(Chance(1, 0, 400), {})
    record = diagnose(study.negotiation, study.stakes(draws), draws)
    assert list(record["events"]) == list(events) and record["events"]["turn"] == {"share": 1.0, "round": 4.0}
    assert record["events"]["never"] == {"share": 0.0, "round": None}
    # 400 independent draws: four standard errors of a share of .79 or .87 are less than .09
    assert record["events"]["flood"]["share"] == pytest.approx(1 - 0.8**7, abs=0.09) and record["events"]["flood"]["round"] in (
        3,
        4,
        5,
    )
    assert set(record["moved"]["b"]["by"]) == {"winter", "front"} and not record["moved"]["c"]["by"]
    assert set(record["moved"]["a"]["by"]) == {"front", "truce"}
    for party, moved in record["moved"].items():
        assert moved["start"] == pytest.approx(columns_of(tree)[f"no_deal.{party}"].mean())
        assert moved["start"] + sum(moved["by"].values()) == pytest.approx(moved["end"], abs=1e-6)
    plain = study_of(quarrel())
    still = diagnose(plain.negotiation, plain.stakes(draws), draws)
    assert still["events"] == still["moved"] == {}


def test_who_could_open_a_zone_is_told_by_what_is_left_to_agree_on() -> None:
    tree = quarrel(events={"flood": {"at": 2, "withdraws": {"x": ["x0", "x1", "x2", "x3", "x4"]}}})
    study, draws = study_of(tree), Draws(Chance(1, 0, 50), {})
    record = diagnose(study.negotiation, study.stakes(draws), draws)
    assert record["zone"]["start"] > 0.5 and record["zone"]["end"] == 0
    assert all(price == {"could": 0, "cheapest": 0, "points": None} for price in record["concessions"].values())


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_nobody_signs_or_offers_what_is_worth_less_than_no_deal_in_that_round(strategy: str) -> None:
    tree = quarrel(strategy, world={"thaw": {"drift": 4, "moves": {"a": 1, "b": 1}}}, offers="lowest")
    played, late = ends_of(tree, 600), 0
    for turn in played.table.turns or []:
        for r in np.flatnonzero(turn.signed | (turn.put & (turn.offers < played.stakes.deals.count))):
            deal = turn.standing[r] if turn.signed[r] else turn.offers[r]
            slack = 0 if turn.signed[r] else 2e-6  # by 1e-6 `lowest` may offer too little
            no_deal = played.end.stakes.no_deal[turn.round - 1, turn.party, r]
            assert as_utility(played.stakes.worth[turn.party, r, deal]) >= no_deal - slack
            late += turn.round > 3
    assert late > 100


def test_under_review_considerate_parties_see_how_others_stand_by_now() -> None:
    world = {"winter": {"drift": 6, "moves": {"b": -1}}}
    late, early = columns_of(quarrel(world=world, review=1)), columns_of(quarrel(world=world))
    assert differing(early, late), "who never looks again goes by what others stood to gain in the first round"
    for strategy in STRATEGIES:
        looking, not_looking = (columns_of(quarrel(strategy, **talks)) for talks in ({"review": 1}, {}))
        assert not differing(looking, not_looking), "where nothing moves there is nothing to see, and nothing is forgotten"


@pytest.mark.parametrize("strategy", ["micro", "tit_for_tat"])
def test_who_remembers_what_it_heard_sees_what_deals_are_worth_by_now(strategy: str) -> None:
    study = study_of(quarrel(strategy, events={"shock": {"at": 2, "weights": {"a": {"x": 30}}}}))
    draws = Draws(Chance(1, 0, 3), study.negotiation.quantities)
    talks = Talks(study.negotiation, study.stakes(draws), draws)
    before = talks.delegations[0].plan.seat.worth
    talks.step()
    talks.step()
    after = talks.delegations[0].plan.seat.worth
    assert (after == talks.stakes.worth[0]).all() and (after != before).any()


# A lower no-deal value makes nobody more demanding

POINTS = st.integers(-4000, 9900).map(lambda hundredths: hundredths / 100)


def seat(worth: Floats, no_deal: float, rounds: int, drawn: dict[str, float]) -> Seat:
    """The seat of a party in one replicate."""
    return Seat(
        party=0,
        parties=2,
        worth=worth,
        no_deal=np.full((1, 1), no_deal / 100),
        time=closed(rounds),
        offer=lowest(worth, list),
        setting=drawn.__getitem__,
        luck=lambda name, width: np.full((width, 1), 0.5),
        equilibrium=lambda: pytest.fail("nobody asked for it"),
    )


@settings(deadline=None)
@given(
    st.lists(st.integers(-2000, 10000), min_size=1, max_size=12),
    POINTS,
    POINTS,
    st.integers(1, 30),
    st.floats(0.05, 20),
    st.floats(0.05, 2),
    st.sampled_from([0.0, 5.0, 40.0]),
    st.sampled_from([0.0, 0.1, 10.0]),
    st.floats(0, 100),
)
def test_a_lower_no_deal_value_never_turns_a_yes_into_a_no(
    hundredths: list[int],
    one: float,
    two: float,
    rounds: int,
    firmness: float,
    deadline: float,
    margin: float,
    tolerance: float,
    slack: float,
) -> None:
    deals = as_worth(np.array(hundredths) / 10_000) + np.arange(len(hundredths))
    worth = np.append(deals, 0.0)[None]
    drawn = {"firmness": firmness, "deadline": deadline, "margin": margin, "tolerance": tolerance, "slack": slack}
    for strategy in (Aspiration(), Hardline()):
        low, high = (strategy.sit(seat(worth, points, rounds, drawn)) for points in sorted((one, two)))
        for t in range(rounds):
            assert ((deals >= low.demands(t)) >= (deals >= high.demands(t))).all()


# Pressure

PRESS = {"by": "b", "on": "a", "points": 4}


def stubborn(**pressure: Any) -> dict[str, Any]:
    """Anna refuses all that Ben would sign, and Ben signs all that Anna offers no better than nothing: talks never end early."""
    tree = quarrel(pressure=[PRESS | pressure])
    tree["parties"]["a"] |= {"strategy": {"hardline": {}}, "no_deal": {"uniform": [10, 45]}}
    tree["parties"]["b"] |= {"strategy": {"hardline": {}}, "no_deal": {"uniform": [10, 45]}}
    return tree


def ends_of(tree: dict[str, Any], replicates: int = 100) -> Played:
    """A block that was played, with what was said kept."""
    return study_of(tree).play(Chance(1, 0, replicates), tell=True)


def presses(played: Played, words: str = "presses") -> int:
    """How often somebody pressed, in all replicates."""
    return sum(words in (note.line(r) or "") for note in played.table.notes for r in range(played.stakes.replicates))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_pressure_of_no_points_equals_no_pressure_to_the_last_bit(strategy: str) -> None:
    pressed = quarrel(strategy, pressure=[PRESS | {"points": 0}, {"by": "a", "on": "b", "points": 0}])
    assert not differing(columns_of(quarrel(strategy)), columns_of(pressed))
    assert presses(ends_of(pressed)), "it was brought to bear"


@pytest.mark.parametrize("protocol", ["alternating_offers", "random_proposer"])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_pressure_moves_every_strategy(strategy: str, protocol: str) -> None:
    tree = quarrel(strategy, pressure=[PRESS | {"points": 15}], protocol=protocol, rounds=30)
    for party in "ab":
        tree["parties"][party]["no_deal"] = {"uniform": [40, 70]}
    plain = {key: item for key, item in tree.items() if key != "pressure"}
    assert differing(columns_of(plain), columns_of(tree)) > {"ending", "deal"}


@pytest.mark.parametrize("backfires", [0, 0.5, 1])
def test_pressure_is_bounded_and_reaches_its_bound(backfires: float) -> None:
    tree = stubborn(points=9, most=20, backfires=backfires)
    played = ends_of(tree)
    start, fallen = played.stakes.no_deal[0, 0], played.stakes.no_deal[0, 0] - played.end.stakes.no_deal[-1, 0]
    assert np.abs(fallen).max() <= 0.2 + 1e-12
    if backfires != 0.5:
        assert np.allclose(fallen, (1 - 2 * backfires) * 0.2, atol=1e-12), "nine rounds of pressing are enough for twenty points"
    assert (played.end.stakes.no_deal[0, 0] == start).all(), "the round in which it is brought to bear is over"


def test_pressure_that_backfires_raises_what_no_deal_is_worth_as_much_as_it_would_have_lowered_it() -> None:
    lower, higher = (ends_of(stubborn(points=2, backfires=chance)) for chance in (0, 1))
    fell, rose = (played.end.stakes.no_deal[:, 0] - played.stakes.no_deal[0, 0] for played in (lower, higher))
    assert np.allclose(fell, -rose, atol=1e-12) and (rose[-1] > 0.1).all()
    assert np.allclose(fell.T, [0, *np.linspace(0, -0.16, 9)], atol=1e-9), (
        "once a round from the second on, from the next round on"
    )
    assert presses(higher, "backfires") == presses(lower) == 100 * 9


def test_pressure_backfires_as_often_as_its_chance() -> None:
    # 8 x 1,000 draws: four standard errors are 2 percentage points
    moved = np.diff(ends_of(stubborn(points=1, backfires=0.3), 1000).end.stakes.no_deal[1:, 0], axis=0)
    assert abs((moved > 0).mean() - 0.3) < 4 * sqrt(0.3 * 0.7 / moved.size)


def test_what_pressing_costs_changes_no_decision() -> None:
    free, dear = quarrel(pressure=[PRESS]), quarrel(pressure=[PRESS | {"costs": 3}])
    free_columns, dear_columns = columns_of(free), columns_of(dear)
    assert differing(free_columns, dear_columns) == {"utility.b", "gain.b"}
    paid = free_columns["utility.b"] - dear_columns["utility.b"]
    assert np.allclose(paid, 3 * np.rint(paid / 3), atol=1e-9) and paid.min() < paid.max()
    assert np.rint(paid / 3).sum() == presses(ends_of(dear, 400)), "each time it presses, three points"


def test_pressure_by_who_would_sign_nothing_does_nothing() -> None:
    idle = quarrel(pressure=[PRESS | {"by": "c", "points": 50, "costs": 50}])
    idle["parties"]["c"]["no_deal"] = 100
    idle["parties"]["c"]["strategy"] = {"hardline": {}}
    idle["parties"]["c"]["red_lines"] = [{"y": ["y0", "y1", "y2"]}]
    plain = {key: item for key, item in idle.items() if key != "pressure"}
    assert not differing(columns_of(plain), columns_of(idle))


def test_only_the_party_that_refused_is_pressed_and_only_where_the_other_would_sign() -> None:
    played = ends_of(quarrel(pressure=[PRESS]))
    told = {(note.round, r) for note in played.table.notes for r in range(100) if "presses" in (note.line(r) or "")}
    ben = played.negotiation.parties["b"].strategy.settings
    firmness, deadline = (
        played.draws.of(getattr(ben, key), f"parties.b.strategy.aspiration.{key}") for key in ("firmness", "deadline")
    )
    expected = set()
    for turn in played.table.turns or []:
        for r in np.flatnonzero(turn.put & (turn.party == 0) & (turn.standing < played.stakes.deals.count)):
            worth = as_utility(played.stakes.worth[1, r, turn.standing[r]])
            best, no_deal = as_utility(played.stakes.worth[1, r, :-1].max()), played.stakes.no_deal[0, 1, r]
            time = min((turn.round - 1) / 9 / deadline[r], 1)
            if worth >= no_deal + (best - no_deal) * (1 - time ** firmness[r]) - 1e-9:
                expected.add((turn.round, int(r)))
    assert told == expected and len(told) > 50


# A plan laid anew for each round


@pytest.mark.parametrize("surprise", [{"deadline": 2}, {"weights": {"a": {"x": 50}}}, {"withdraws": {"y": "y1"}}])
@pytest.mark.parametrize("more", [{}, {"world": WORLD, "clock": "stacked"}, {"offers": "lowest", "order": "rotating"}])
def test_where_nothing_surprising_happens_plans_laid_round_by_round_are_those_laid_before(
    more: dict[str, Any], surprise: dict[str, Any]
) -> None:
    for strategy in ("aspiration", "hardline"):
        plain, anew = quarrel(strategy, **more), quarrel(strategy, **more, events={"never": {"chance": 0} | surprise})
        assert outside_of(anew).surprises and not outside_of(plain).surprises
        assert not differing(columns_of(plain), columns_of(anew))


def test_berlin_with_an_event_that_never_happens_is_berlin() -> None:
    written = load("berlin").negotiation
    with_event = written.model_copy(update={"events": {"never": Event(chance=0.0, deadline=3)}})
    plain, anew = (play_chunk(Study(one), 1, range(600)).columns for one in (written, with_event))
    assert not differing(plain, anew)


# Events


def hits_of(rounds: int = 12, replicates: int = 20_000, **written: Any) -> Bools:
    """When (T, R) an event happens."""
    return happens(Event.model_validate(written), "e", rounds, Draws(Chance(1, 0, replicates)))


def test_a_dated_event_happens_then_and_once() -> None:
    hits = hits_of(at=5, deadline=1, replicates=7)
    assert hits[4].all() and hits.sum() == 7


def test_an_event_by_chance_happens_as_often_as_its_chance_and_once() -> None:
    # 20,000 replicates: four standard errors are 1.4 percentage points at a half, and less elsewhere
    hits = hits_of(chance=0.2, after=3, until=10)
    assert (hits.sum(axis=0) <= 1).all() and not hits[:2].any() and not hits[10:].any()
    for t in range(2, 10):
        expected = 0.2 * 0.8 ** (t - 2)
        assert abs(hits[t].mean() - expected) < 4 * sqrt(expected / 20_000)


def test_an_event_that_repeats_happens_anew_in_each_round_with_the_same_chance() -> None:
    hits = hits_of(chance=0.3, after=2, repeats=True)
    assert not hits[0].any()
    assert (np.abs(hits[1:].mean(axis=1) - 0.3) < 4 * sqrt(0.21 / 20_000)).all()
    assert abs(hits[1:].sum(axis=0).var() / (11 * 0.21) - 1) < 4 * sqrt(2 / 20_000) + 0.01, "rounds are independent"


def test_an_uncertain_chance_is_drawn_once_per_replicate() -> None:
    hits = hits_of(chance={"choice": {0: 1, 1: 1}}, repeats=True)
    assert set(hits.sum(axis=0).tolist()) == {0, 12} and abs(hits[0].mean() - 0.5) < 4 * sqrt(0.25 / 20_000)


def test_what_lasts_ends_and_what_repeats_adds_up() -> None:
    every = hits_of(rounds=6, replicates=1, repeats=True)
    assert in_force(Event(lasts=2), every)[:, 0].tolist() == [1, 2, 2, 2, 2, 2]
    assert in_force(Event(), every)[:, 0].tolist() == [1, 2, 3, 4, 5, 6]
    once = hits_of(rounds=6, replicates=1, at=2)
    assert in_force(Event(lasts=3), once)[:, 0].tolist() == [0, 1, 1, 1, 0, 0]


def test_events_move_no_deal_values_from_their_round_on_for_as_long_as_they_last() -> None:
    events = {
        "truce": {"at": 4, "no_deal": {"a": -10, "b": 5}},
        "frost": {"at": 6, "lasts": 2, "no_deal": {"b": -20}},
        "attrition": {"after": 8, "repeats": True, "no_deal": {"c": -1}},
    }
    moved = moved_points(quarrel(events=events))
    assert (np.ptp(moved, axis=2) < 1e-9).all()
    assert np.allclose(moved[:, 0, 0], [0, 0, 0, -10, -10, -10, -10, -10, -10, -10])
    assert np.allclose(moved[:, 1, 0], [0, 0, 0, 5, 5, -15, -15, 5, 5, 5])
    assert np.allclose(moved[:, 2, 0], [0, 0, 0, 0, 0, 0, 0, -1, -2, -3])


ACTS: dict[str, dict[str, Any]] = {
    "no_deal": {"no_deal": {"a": 30}},
    "weights": {"weights": {"a": {"x": 50}}},
    "withdraws": {"withdraws": {"x": ["x1", "x2", "x3"]}},
    "deadline": {"deadline": 1},
    "breaks_off": {"breaks_off": True},
}


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("act", ACTS)
def test_an_event_without_a_chance_changes_no_byte(strategy: str, act: str) -> None:
    plain, never, now = (
        columns_of(quarrel(strategy, events=events))
        for events in ({}, {"never": {"chance": 0} | ACTS[act]}, {"now": {"at": 2} | ACTS[act]})
    )
    assert not differing(plain, never) and differing(plain, now)


def test_talks_that_are_broken_off_end_so_and_as_often_as_the_chance_says() -> None:
    storm = {"text": "A storm", "chance": 0.1, "breaks_off": True}
    tree = quarrel("hardline", events={"storm": storm, "calm": {"at": 3, "no_deal": {"a": 1}}})
    for party in "ab":
        tree["parties"][party]["strategy"] = {"hardline": {}}
    n = 8000
    columns = columns_of(tree, n)
    keys = ending_keys(tree, columns)
    broken = keys == "broken_off_by_storm"
    assert endings(study_of(tree).negotiation)["broken_off_by_storm"] == "Broken off: A storm"
    assert "broken_off_by_calm" not in endings(study_of(tree).negotiation)
    expected = 1 - 0.9**10
    assert abs(broken.mean() - expected) < 4 * sqrt(expected * (1 - expected) / n)
    for t in (1, 5, 10):
        share = 0.1 * 0.9 ** (t - 1)
        assert abs((broken & (columns["round"] == t)).mean() - share) < 4 * sqrt(share / n)
    assert (columns["deal"][broken] == -1).all() and (columns["round"][~broken] == 10).all()


def test_what_was_agreed_before_a_break_off_stands_and_nothing_is_agreed_from_its_round_on() -> None:
    plain = columns_of(quarrel())
    broken = columns_of(quarrel(events={"storm": {"at": 7, "breaks_off": True}}))
    early = (plain["deal"] >= 0) & (plain["round"] < 7)
    assert 20 < early.sum() < 380
    assert (broken["deal"][early] == plain["deal"][early]).all() and (broken["deal"][~early] == -1).all()
    assert (broken["round"][~early] == 7).all()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_is_refused_because_it_has_no_effect_changes_no_byte(strategy: str) -> None:
    """Weights beside a break-off, a break-off or a deadline that repeats, a review after the last round."""
    chance = {"after": 2, "chance": 0.2}
    for does, more in (
        ({"breaks_off": True}, {"weights": {"a": {"x": 40}}}),
        ({"breaks_off": True}, {"repeats": True}),
        ({"deadline": 3}, {"repeats": True}),
    ):
        without, beside = (quarrel(strategy, world=WORLD, events={"e": chance | does | also}) for also in ({}, more))
        assert not differing(columns_of(without), columns_of(beside)), more
    assert not differing(columns_of(quarrel(strategy, world=WORLD)), columns_of(quarrel(strategy, world=WORLD, review=10)))


def test_the_first_of_two_events_that_break_off_in_one_round_is_the_one_that_did() -> None:
    tree = quarrel("hardline", events={"one": {"at": 2, "breaks_off": True}, "two": {"at": 2, "breaks_off": True}})
    assert set(ending_keys(tree, columns_of(tree))) <= {"agreed", "broken_off_by_one"}


def test_a_deadline_ends_talks_in_its_round() -> None:
    tree = quarrel("hardline", events={"ultimatum": {"at": 4, "deadline": 3}})
    plain, hurried = columns_of(quarrel("hardline")), columns_of(tree)
    late = (plain["deal"] < 0) | (plain["round"] > 6)
    assert 20 < late.sum() < 380
    before = [{name: column[~late] for name, column in one.items() if name[:4] != "zone"} for one in (plain, hurried)]
    assert not differing(*before)
    assert (hurried["deal"][late] == -1).all() and (hurried["round"][late] == 6).all()
    assert set(ending_keys(tree, hurried)[late]) <= {"time_ran_out_with_zone", "time_ran_out_without_zone"}


def test_a_second_deadline_counts_only_if_it_is_sooner() -> None:
    later = quarrel("hardline", events={"one": {"at": 2, "deadline": 3}, "two": {"at": 3, "deadline": 5}})
    sooner = quarrel("hardline", events={"one": {"at": 2, "deadline": 5}, "two": {"at": 3, "deadline": 1}})
    assert columns_of(later)["round"].max() == 4 and columns_of(sooner)["round"].max() == 3


def test_a_deadline_hurries_parties_whose_demands_fall_with_time() -> None:
    tree = quarrel(rounds=20, events={"ultimatum": {"at": 4, "deadline": 3}})
    short = quarrel(rounds=6)
    for scenario in (tree, short):
        for party in scenario["parties"].values():
            party["strategy"] = {"aspiration": {"firmness": {"uniform": [1, 4]}}}
    hurried, brief = columns_of(tree), columns_of(short)
    plain = columns_of({key: item for key, item in tree.items() if key != "events"})
    agreed, in_time = (hurried["deal"] >= 0).mean(), ((plain["deal"] >= 0) & (plain["round"] <= 6)).mean()
    assert agreed > 0.8 > 0.2 > in_time
    assert abs(agreed - (brief["deal"] >= 0).mean()) < 0.1, "much as if there had never been more rounds"


def test_time_runs_as_if_the_talks_had_always_been_so_short() -> None:
    outside = outside_of(quarrel(rounds=20, events={"ultimatum": {"at": 4, "deadline": 3, "chance": 0.5}}))
    outside.horizon = np.where(np.arange(200) < 90, 6, 20)
    for t in (0, 3, 5):
        assert outside.time(t)[0, 0] == t / 5 and outside.time(t)[0, 150] == t / 19
    assert outside.time(7)[0, 0] == 1


@pytest.mark.parametrize("protocol", ["alternating_offers", "random_proposer"])
@pytest.mark.parametrize(("strategy", "at"), [("aspiration", 22), ("hardline", 1), ("micro", 22), ("tit_for_tat", 22)])
def test_a_withdrawn_option_is_never_agreed_once_it_is_withdrawn(strategy: str, at: int, protocol: str) -> None:
    events = {"closed": {"at": at, "withdraws": {"x": ["x0", "x2", "x4"]}}}
    tree, n = quarrel(strategy, events=events, protocol=protocol, rounds=40), 1500
    columns, plain = columns_of(tree, n), columns_of(quarrel(strategy, protocol=protocol, rounds=40), n)
    gone, of_old = (agreed_on(tree, one["deal"], [0, 2, 4]) for one in (columns, plain))
    assert (columns["round"][gone] < at).all()
    assert (of_old & (plain["round"] >= at)).sum() > 20, "without the event such deals are agreed then"
    early = plain["round"] < at
    assert (plain["deal"][early] == columns["deal"][early]).all()
    assert ((columns["deal"] >= 0) & (columns["round"] >= at)).sum() > 20, "and others with it"
    for turn in ends_of(tree, 200).table.turns or []:
        put = turn.put & (turn.offers < study_of(tree).deals.count) & (turn.round >= at)
        assert not agreed_on(tree, turn.offers[put], [0, 2, 4]).any(), "nor is it offered any more"


def agreed_on(tree: dict[str, Any], deals: Array, options: list[int]) -> Bools:
    """Where (R,) the deals (R,), -1 for none, have one of these options of the first issue."""
    return np.isin(np.append(study_of(tree).deals.rows[:, 0], -1)[deals], options)


def test_options_withdrawn_by_chance_are_gone_only_where_it_happened() -> None:
    events = {"closed": {"chance": 0.05, "withdraws": {"x": ["x0", "x2", "x4"]}}}
    tree = quarrel("micro", events=events, pressure=[PRESS], rounds=40)
    columns, hits = columns_of(tree, 800), outside_of(tree, 800).happenings[0].hits
    when = np.where(hits.any(axis=0), hits.argmax(axis=0) + 1, 99)
    gone = agreed_on(tree, columns["deal"], [0, 2, 4])
    assert (columns["round"][gone] < when[gone]).all()
    assert gone.sum() > 50 and ((columns["deal"] >= 0) & (columns["round"] >= when)).sum() > 50


def test_a_standing_offer_falls_when_its_option_is_withdrawn() -> None:
    tree = quarrel("hardline", events={"closed": {"at": 4, "withdraws": {"x": ["x0", "x1", "x2", "x3"]}}})
    for party in "ab":
        tree["parties"][party]["strategy"] = {"hardline": {}}
    played = ends_of(tree)
    nothing, gone = played.stakes.deals.count, played.stakes.deals.holds({"x": ["x0", "x1", "x2", "x3"]})
    turns = played.table.turns or []
    last = [turn for turn in turns if turn.round == 3 and turn.put.any()][-1]
    assert gone[last.offers].all(), "before, there lay what Ben likes best"
    first = next(turn for turn in turns if turn.round == 4)
    assert first.party == 0 and (first.standing == nothing).all(), "then there lies nothing, and all are asked"
    offered = np.concatenate([turn.offers[turn.put] for turn in turns if turn.round >= 4])
    assert (offered < nothing).any() and not gone[offered[offered < nothing]].any()


def test_a_withdrawn_option_is_no_part_of_the_zone_at_the_end_nor_of_its_solutions() -> None:
    tree = quarrel(events={"closed": {"at": 1, "withdraws": {"x": ["x1", "x2", "x3"]}}})
    excluded = quarrel(exclusions=[{"when": {"x": ["x1", "x2", "x3"]}}])
    with_event, without = columns_of(tree), columns_of(excluded)
    assert (with_event["zone_deals"] == without["zone_deals"]).all()
    assert (with_event["zone_start"] != without["zone_start"]).any(), "at the start it was there"
    numbers = np.append(np.flatnonzero(np.isin(study_of(tree).deals.rows[:, 0], [0, 4])), -1)
    for name in ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian", "deal"):
        assert (with_event[name] == numbers[without[name]]).all(), name
    assert not differing({"f": with_event["on_frontier"]}, {"f": without["on_frontier"]})


def test_withdrawing_the_same_deals_many_times_over_crosses_no_other_bound() -> None:
    events = {f"closed_{n}": {"at": 3, "withdraws": {"x": ["x1", "x2", "x3"]}} for n in range(140)}
    tree = quarrel(events=events | {"storm": {"at": 5, "breaks_off": True}})
    for party in tree["parties"].values():
        party["red_lines"] = [{"x": "x2"} for _ in range(6)]
    once = quarrel(events={"closed": events["closed_0"], "storm": {"at": 5, "breaks_off": True}})
    for party in once["parties"].values():
        party["red_lines"] = [{"x": "x2"} for _ in range(6)]
    assert not differing(columns_of(tree), columns_of(once)), "nor has the 141st event another number than its own"
    assert "broken_off_by_storm" in ending_keys(tree, columns_of(tree))


def test_weights_move_by_the_points_and_sum_to_one_again() -> None:
    tree = quarrel("hardline", events={"alarm": {"at": 3, "weights": {"a": {"x": 20, "y": -10}}}})
    tree["parties"]["a"]["weights"] = {"x": 60, "y": 40}
    for party in "ab":
        tree["parties"][party]["strategy"] = {"hardline": {}}
    played = ends_of(tree)
    best = [points[:, :8].reshape(100, -1) for points in played.end.stakes.points]
    assert np.allclose(best[0][:, 4], 0.8 / 1.1) and np.allclose(best[0][:, 7], 0.3 / 1.1)
    assert np.allclose(best[0][:, 4] + best[0][:, 7], 1, atol=2e-10)
    assert (played.end.stakes.steps[1] == played.stakes.steps[1]).all(), "those of others stay"
    assert (played.end.stakes.no_deal == played.stakes.no_deal).all(), "and so does what no deal is worth"


def test_weights_fall_no_lower_than_nothing_and_stay_where_nothing_would_be_left() -> None:
    for shift, weights in (({"x": -100}, (0, 1)), ({"x": -100, "y": -100}, (0.6, 0.4)), ({"y": 100}, (0.3, 0.7))):
        tree = quarrel("hardline", events={"alarm": {"at": 1, "weights": {"a": shift}}})
        tree["parties"]["a"]["weights"] = {"x": 60, "y": 40}
        points = ends_of(tree).end.stakes.points[0]
        assert np.allclose(points[:, [4, 7]], weights)


def test_weights_come_back_when_what_moved_them_is_over() -> None:
    tree = quarrel("hardline", events={"alarm": {"at": 3, "lasts": 2, "weights": {"a": {"x": 50}}}})
    for party in "ab":
        tree["parties"][party]["strategy"] = {"hardline": {}}
    played = ends_of(tree)
    assert all((end == start).all() for end, start in zip(played.end.stakes.steps, played.stakes.steps, strict=True))


def test_parties_judge_by_the_weights_of_the_round() -> None:
    """Anna cares for nothing but x, then for nothing but y; her demands, and what she offers, follow."""
    tree = quarrel("hardline", events={"alarm": {"at": 4, "weights": {"a": {"x": -100, "y": 100}}}})
    tree["parties"]["a"] |= {"weights": {"x": 100, "y": 0}, "strategy": {"hardline": {}}}
    tree["parties"]["b"]["strategy"] = {"hardline": {}}
    played = ends_of(tree)
    rows = played.stakes.deals.rows
    for turn in played.table.turns or []:
        if turn.party == 0 and turn.put.any():
            assert (rows[turn.offers[turn.put], 0 if turn.round < 4 else 1] == (4 if turn.round < 4 else 2)).all()


# A referee in plain numbers


class Outcome(NamedTuple):
    """What the referee says of one replicate: what is told, and the no-deal values (P,) in the last round."""

    told: Told
    no_deal: list[int]


def scene(luck: random.Random) -> dict[str, Any]:
    """A drawn scenario of the tests of the table, with a moving world, dated events, and pressure."""
    tree = draw_scenario(luck)
    parties, issues, rounds = list(tree["parties"]), tree["issues"], tree["talks"]["rounds"]
    if luck.random() < 0.7:
        moves = {party: luck.choice([-2, -1, 0.5, 3]) for party in luck.sample(parties, luck.randint(1, len(parties)))}
        tree["world"] = {"front": {"drift": luck.choice([0, 2, -3]), "spread": luck.choice([0, 4]), "moves": moves, "high": 9}}
    events: dict[str, Any] = {}
    names = {issue: list(part["options"]) for issue, part in issues.items()}
    for name in ("one", "two"):
        act = luck.choice(["no_deal", "deadline", "withdraws", "breaks_off", "none"])
        written: dict[str, Any] = {
            "no_deal": {"no_deal": {luck.choice(parties): luck.choice([-30, 10, 25])}, "lasts": luck.randint(1, 4)},
            "deadline": {"deadline": luck.randint(1, 3)},
            "withdraws": {"withdraws": draw_condition(luck, names)},
            "breaks_off": {"breaks_off": True},
        }.get(act, {})
        if written:
            events[name] = written | {"at": luck.randint(1, rounds)}
    tree["events"] = events
    if luck.random() < 0.7:
        pairs = [luck.sample(parties, 2) for _ in range(luck.randint(1, 2))]
        tree["pressure"] = [
            {"by": by, "on": on, "points": luck.choice([3, 8]), "most": luck.choice([10, 100])} for by, on in pairs
        ]
    if luck.random() < 0.3:
        tree["talks"]["review"] = luck.randint(1, 3)
    return tree


class Hall:
    """One negotiation with its outside, in plain numbers and loops; utilities and no-deal values in whole steps of the grid."""

    def __init__(self, played: Played, r: int) -> None:
        self.negotiation, self.rounds = played.negotiation, played.negotiation.talks.rounds
        self.deals = [played.stakes.deals.options(k) for k in range(played.stakes.deals.count)]
        self.utilities = utilities_of(played, r)
        self.needs = needs_of(self.negotiation, self.deals)
        self.parties, self.names = strategies_of(played, r), list(self.negotiation.parties)
        start = [round(float(x) * referee.GRID) for x in played.stakes.no_deal[0, :, r]]
        moved = world_steps(played, r)
        self.path = [[start[p] + moved[t][p] + self.by_events(t, p) for p in range(len(start))] for t in range(self.rounds)]
        self.fallen = [0] * len(self.negotiation.pressure)
        self.gone: set[int] = set()
        self.horizon = self.rounds
        self.known = self.path[0]

    def by_events(self, t: int, party: int) -> int:
        """What dated events have added to a no-deal value in round t."""
        return sum(
            round(event.no_deal.get(self.names[party], 0.0) / 100 * referee.GRID)
            for event in self.negotiation.events.values()
            if event.at is not None and event.at - 1 <= t < event.at - 1 + (event.lasts or self.rounds)
        )

    def worth(self) -> list[list[int]]:
        """Utilities as they stand: a withdrawn deal is worth eight scales less to everybody."""
        return [[u - 8 * referee.GRID * (k in self.gone) for k, u in enumerate(mine)] for mine in self.utilities]

    def demand(self, party: int, t: int) -> int:
        """What a party demands in round t."""
        kind, settings, _ = self.parties[party]
        time = referee.time(self.negotiation.talks.clock, min(t + 1, self.horizon), self.horizon)
        return referee.demand(kind, settings, self.worth()[party], self.path[t][party] / referee.GRID, time)

    def play(self) -> Outcome:
        """The whole talks."""
        said: list[tuple[int, int, str, int | None]] = []
        everybody = set(range(len(self.names)))
        standing: int | None = None
        missing = set(everybody)
        review = self.negotiation.talks.review
        for t in range(self.rounds):
            looks = bool(review and t and t % review == 0)
            for name, event in self.negotiation.events.items():
                if event.at != t + 1:
                    continue
                if event.breaks_off:
                    return self.over(said, f"broken_off_by_{name}", t)
                if event.deadline:
                    self.horizon = min(self.horizon, t + event.deadline)
                if event.withdraws:
                    looks = True
                    self.gone |= {k for k, deal in enumerate(self.deals) if any(deal[i] in o for i, o in event.withdraws.items())}
                    if standing in self.gone:
                        standing, missing = None, set(everybody)
            if looks:
                self.known = list(self.path[t])
            first = t if self.negotiation.talks.order == "rotating" else 0
            for party in [(first + turn) % len(self.names) for turn in range(len(self.names))]:
                if party not in missing:
                    continue
                worth, least = self.worth(), self.demand(party, t)
                if standing is not None and worth[party][standing] >= least:
                    missing = missing - {party}
                    said.append((t + 1, party, "signs", standing))
                else:
                    if standing is not None:
                        self.press(party, standing, t)
                    others = [steps / referee.GRID for steps in self.known]
                    standing = referee.offer(self.parties[party][2], least, party, worth, others, self.needs)
                    missing = (everybody if standing is None else self.needs[standing]) - {party}
                    said.append((t + 1, party, "offers", standing))
                if not missing:
                    return Outcome(Told(said, "agreed", t + 1, standing), self.path[-1])
            if t + 1 >= self.horizon:
                break
        return self.over(said, "", self.horizon - 1)

    def press(self, on: int, deal: int, t: int) -> None:
        """Whoever would sign what a party has just refused presses it."""
        for n, pressure in enumerate(self.negotiation.pressure):
            by = self.names.index(pressure.by)
            if self.names.index(pressure.on) == on and self.worth()[by][deal] >= self.demand(by, t):
                before, points, most = self.fallen[n], round(pressure.points * 1e8), round(pressure.most * 1e8)
                self.fallen[n] = min(before + points, most)
                for later in self.path[t + 1 :]:
                    later[on] -= self.fallen[n] - before

    def over(self, said: list[tuple[int, int, str, int | None]], ending: str, t: int) -> Outcome:
        """No agreement: in the last round that was or could have been played there was a zone, or there was none."""
        last, worth = self.path[self.horizon - 1], self.worth()
        zone = any(all(worth[p][k] >= last[p] for p in self.needs[k]) for k in range(len(self.deals)))
        return Outcome(
            Told(said, ending or ("time_ran_out_with_zone" if zone else "time_ran_out_without_zone"), t + 1, None), self.path[-1]
        )


def world_steps(played: Played, r: int) -> list[list[int]]:
    """By how many steps of the grid the world has moved each no-deal value in each round."""
    negotiation, rounds = played.negotiation, played.negotiation.talks.rounds
    moved = [[0] * len(negotiation.parties) for _ in range(rounds)]
    for name, variable in negotiation.world.items():
        at = path_of(variable, name, rounds, played.draws)[:, r]
        for p, party in enumerate(negotiation.parties):
            for t in range(rounds):
                moved[t][p] += round(variable.moves.get(party, 0.0) * (at[t] - at[0]) / 100 * referee.GRID)
    return moved


@pytest.mark.parametrize("batch", range(4))
def test_program_and_referee_tell_the_same_of_a_moving_outside(batch: int) -> None:
    luck = random.Random(1000 + batch)
    told, pressed = [], 0
    for number in range(250):
        played = study_of(scene(luck)).play(Chance(number, 0, 2), tell=True)
        for r in range(2):
            hall = Hall(played, r)
            outcome, program = hall.play(), by_program(played, r)
            assert program == outcome.told, (number, r)
            ours = np.rint(played.end.stakes.no_deal[-1, :, r] * referee.GRID).astype(int).tolist()
            assert ours == outcome.no_deal, (number, r)
            told.append(program)
            pressed += any(hall.fallen)
    kinds = [one.ending for one in told]
    for kind in ("agreed", "time_ran_out_with_zone", "time_ran_out_without_zone", "broken_off_by_one"):
        assert kinds.count(kind) > 20
    assert pressed > 60 and sum(one.ending == "agreed" and one.round > 1 for one in told) > 60


# Nothing of it hangs on blocks, cores, or company


def everything() -> dict[str, Any]:
    """All that can happen outside, at once."""
    tree = quarrel(
        world=WORLD,
        pressure=[PRESS | {"backfires": 0.2, "costs": 1}, {"by": "c", "on": "b", "points": {"uniform": [1, 5]}, "most": 12}],
        events={
            "truce": {"chance": 0.1, "no_deal": {"a": -5, "b": {"uniform": [-9, 0]}}, "lasts": 3, "repeats": True},
            "alarm": {"chance": 0.1, "weights": {"a": {"x": 30}}, "lasts": 3},
            "closed": {"chance": {"uniform": [0, 0.2]}, "withdraws": {"x": "x2"}},
            "ultimatum": {"chance": 0.05, "deadline": 3},
            "storm": {"text": "A storm", "chance": 0.05, "breaks_off": True},
        },
    )
    for party, strategy in zip("abc", ("micro", "aspiration", "tit_for_tat"), strict=True):
        tree["parties"][party]["strategy"] = STRATEGIES[strategy] | {"leaves": {"after": 0.8}}
    return tree


def test_blocks_and_cores_change_no_byte_of_what_happens_outside() -> None:
    whole = columns_of(everything(), 700)
    assert not differing(whole, columns_of(everything(), 700, block=64))
    two = run(study_of(everything()), 700, jobs=2, block=96)
    assert two.columns is not None and not differing(whole, two.columns)


HEAVIER: dict[str, Any] = {"weights": {"a": {"x": 60}}}


@pytest.mark.parametrize("event", [{"withdraws": {"x": "x2"}}, HEAVIER, HEAVIER | {"lasts": 2}])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_surprises_one_replicate_moves_no_other(strategy: str, event: dict[str, Any]) -> None:
    """Played alone each is the row that it is in company: an event there makes nobody here look again at a world that moves."""
    world = {"winter": {"drift": {"uniform": [2, 6]}, "moves": {"a": -1, "b": -0.5}}}
    tree = quarrel(strategy, world=world, events={"flood": {"after": 2, "chance": 0.2} | event})
    whole = columns_of(tree, 60)
    assert not differing(whole, columns_of(tree, 60, block=1))
    assert differing(whole, columns_of(tree | {"events": {}}, 60)), "the event matters"


def test_one_replicate_told_is_the_row_that_was_counted() -> None:
    study, whole = study_of(everything()), columns_of(everything(), 120)
    for r in (3, 77, 119):
        told = measure(study.play(Chance(1, r, 1), tell=True))
        assert all(told[name][0] == column[r] or np.isnan(column[r]) for name, column in whole.items())


def test_every_replicate_ends_in_one_of_the_listed_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "assumptions", partial(doubt.assumptions, versions=2, replicates=32))
    tree = everything()
    for party in "ab":
        tree["parties"][party]["no_deal"] = {"uniform": [20, 65]}
    listed = endings(study_of(tree).negotiation)
    outcomes = run(study_of(tree), 1500)
    counts = {key: ending["count"] for key, ending in outcomes.summary["endings"].items()}
    assert list(listed)[-1] == "broken_off_by_storm" and sum(counts.values()) == 1500 and set(counts) <= set(listed)
    assert all(counts[key] for key in listed if key != "left_by_c"), "Carla is hardly ever asked"
    rounds = outcomes.summary["rounds_of"]
    assert {key: sum(row) for key, row in rounds.items()} == {key: count for key, count in counts.items() if count}
    assert all(len(row) == 10 for row in rounds.values())


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("more", [{}, {"review": 2}, {"pressure": [PRESS]}], ids=["plain", "review", "pressure"])
def test_what_talks_held_goes_when_they_end_and_waits_for_no_collector(more: dict[str, Any], strategy: str) -> None:
    """Else each block would leave its arrays behind, and the next would have to ask for new memory."""
    study = study_of(quarrel(strategy, **more))
    gc.disable()
    gc.freeze()  # what is there before is not looked at
    try:
        play_chunk(study, 1, range(64), 32)
        assert not [one for one in gc.get_objects() if isinstance(one, (Delegation, Seat))]
    finally:
        gc.unfreeze()
        gc.enable()


def test_more_of_the_outside_leaves_other_draws_alone() -> None:
    world = {"front": WORLD["front"]}
    one, two = (outside_of(quarrel(world=written)).stakes.no_deal for written in (world, world | {"winter": WORLD["winter"]}))
    assert (one[:, 0] == two[:, 0]).all() and (one[1:, 1] != two[1:, 1]).any()


# What is told of it


def test_a_story_tells_what_happened_outside_and_who_pressed_whom() -> None:
    tree = quarrel(
        "hardline",
        world={"winter": {"drift": 4, "moves": {"b": -1}}},
        events={"truce": {"text": "A truce begins", "at": 3, "no_deal": {"a": -8}}, "cold_snap": {"at": 4, "no_deal": {"c": 1}}},
        pressure=[PRESS | {"most": 4}],
    )
    for party in "ab":
        tree["parties"][party] |= {"strategy": {"hardline": {}}, "name": {"a": "Anna", "b": "Ben"}[party], "no_deal": 30}
    played = ends_of(tree, 1)
    lines = [line.strip() for line in story(played, measure(played), 0).splitlines()]
    assert "Outside: A truce begins; no deal -8.0 to Anna" in lines and "Outside: cold snap; no deal +1.0 to C" in lines
    assert "Ben presses Anna: no deal is worth 4.0 points less to Anna (-4.0 so far)" in lines
    assert "Ben presses Anna, without effect: pressure has moved no deal by 4.0 points, the most it can" in lines
    assert "No deal is now worth 26 points to Ben" in lines
    assert "No deal is now worth 18 points to Anna, 22 points to Ben" in lines
    truce = lines.index("Outside: A truce begins; no deal -8.0 to Anna")
    assert truce < lines.index("No deal is now worth 18 points to Anna, 22 points to Ben")
    record = as_record(played, measure(played), 0)
    assert {"round": 3, "text": "Outside: A truce begins; no deal -8.0 to Anna"} in record["notes"]


def test_a_story_tells_what_an_event_takes_away_and_whose_weights_it_moves() -> None:
    flood = {"text": "It floods", "at": 3, "withdraws": {"x": ["x1", "x2", "x3", "x4"], "y": "y0"}}
    tree = quarrel("hardline", events={"flood": flood, "turn": {"at": 4, "weights": {"a": {"x": 10, "y": -5}}, "lasts": 2}})
    for party, slack in (("a", 0), ("b", 100)):
        tree["parties"][party] |= {"strategy": {"hardline": {"slack": slack}}, "no_deal": 30, "name": "Anna"}
    tree["talks"]["sign"] = ["a", "b", "c"]
    played = ends_of(tree, 1)
    told = [(line.round, line.text.strip()) for line in notes(played)]
    assert told == [
        (3, "Outside: It floods; nobody can agree on x x1/x2/x3/x4, y y0 any more; the offer on the table falls with that"),
        (4, "Outside: turn; Anna's weights: x +10.0, y -5.0"),
        (6, "Over: turn"),
    ]
    public = [(note.round, note.public(0)) for note in played.table.notes if note.public is not None]
    assert (4, "Outside: turn") in public and (6, "Over: turn") in public, "what a party wants is its own affair"


def test_a_story_tells_of_an_offer_that_falls_with_an_option() -> None:
    tree = quarrel("hardline", events={"flood": {"at": 2, "withdraws": {"x": "x4"}}})
    for party, slack in (("a", 0), ("b", 100)):
        tree["parties"][party] |= {"strategy": {"hardline": {"slack": slack}}, "no_deal": 0}
    tree["talks"] |= {"sign": ["a", "c"], "sign_when": [], "opens": {"x": "x4", "y": "y1"}}
    tree["parties"]["c"] |= {"strategy": {"hardline": {"slack": 0}}, "no_deal": 0}
    played = ends_of(tree, 40)
    falls = [r for r in range(40) if any("falls with that" in line.text for line in notes(played, r))]
    lay = [r for r in range(40) if played.stakes.deals.rows[int(last_put(played, r)), 0] == 4]
    assert falls == lay and falls


def last_put(played: Played, r: int) -> int:
    """The deal that was put last in the first round."""
    return [int(turn.offers[r]) for turn in played.table.turns or [] if turn.round == 1 and turn.put[r]][-1]


def test_where_nothing_could_be_agreed_the_story_says_so_and_counts_no_points() -> None:
    tree = quarrel("hardline", events={"flood": {"at": 2, "withdraws": {"x": ["x0", "x1", "x2", "x3", "x4"]}}})
    for party in tree["parties"].values():
        party["strategy"] = {"hardline": {"slack": 0}}
    played = ends_of(tree, 1)
    last = story(played, measure(played), 0).splitlines()[-1]
    assert last == "  No deal could be agreed: each is withdrawn, crosses a red line, or was let through by no council."


def test_who_is_pressed_is_told_after_its_refusal_and_before_its_next_offer() -> None:
    tree = quarrel("hardline", pressure=[PRESS], opens={"x": "x2", "y": "y0"})
    tree["parties"]["a"] |= {"strategy": {"hardline": {"slack": 0}}, "name": "Anna", "no_deal": 30}
    tree["parties"]["b"] |= {"strategy": {"hardline": {"slack": 100}}, "name": "Ben", "no_deal": 0}
    played = ends_of(tree, 1)
    lines = story(played, measure(played), 0).splitlines()
    pressed = next(n for n, line in enumerate(lines) if "Ben presses Anna" in line)
    assert "Anna refuses" in lines[pressed - 1] and "Anna proposes" in lines[pressed + 1]


def test_a_story_ends_with_what_moved_no_deal_and_its_parts_make_up_the_whole() -> None:
    tree = quarrel(
        "hardline",
        world={"winter": {"drift": 0.4, "moves": {"b": -1}}, "front": {"drift": 1, "moves": {"a": 0.5, "b": -0.5}}},
        events={"truce": {"at": 3, "no_deal": {"a": -8}}},
        pressure=[PRESS | {"costs": 0.5}],
    )
    for party, name in (("a", "Anna"), ("b", "Ben")):
        tree["parties"][party] |= {"strategy": {"hardline": {"slack": 0}}, "name": name, "no_deal": 30}
    played = ends_of(tree, 1)
    columns = measure(played)
    record, lines = as_record(played, columns, 0), story(played, columns, 0).splitlines()
    for party in "abc":
        now = 100 * played.end.stakes.no_deal[9, "abc".index(party), 0]
        assert sum(record["moved"][party].values()) == pytest.approx(now - columns[f"no_deal.{party}"][0], abs=1e-6)
    assert record["moved"]["b"] == pytest.approx({"winter": -3.6, "front": -4.5}) and not record["moved"]["c"]
    fell = record["moved"]["a"].pop("pressure")
    assert record["moved"]["a"] == pytest.approx({"front": 4.5, "truce": -8}) and fell < -1
    start = "  No deal for Anna: 30 points at the start"
    assert f"{start}, {30 + 4.5 - 8 + fell:.0f} by now: front +4.5, truce -8.0, pressure {fell:+.1f}" in lines
    assert "  No deal for Ben: 30 points at the start, 22 by now: winter -3.6, front -4.5" in lines
    assert any(line.startswith("  Ben has spent ") for line in lines) and not any("No deal for C" in line for line in lines)


def test_talks_that_were_stopped_are_not_said_to_have_missed_a_deal() -> None:
    tree = quarrel("hardline", events={"storm": {"at": 2, "breaks_off": True}})
    for party in "abc":
        tree["parties"][party] |= {"strategy": {"hardline": {"slack": 0}}, "no_deal": 0}
    played = ends_of(tree, 1)
    assert re.search(r"  When talks ended \d+ deals would have done\.", story(played, measure(played), 0))


def test_a_story_says_which_no_deal_it_compares_with_and_what_pressing_has_cost() -> None:
    tree = quarrel("hardline", pressure=[PRESS | {"points": 0.02, "most": 50, "costs": 0.5}])
    tree |= {"events": {"storm": {"at": 2, "no_deal": {"a": -12}}}}
    tree["parties"]["a"] |= {"strategy": {"hardline": {"slack": 30}}, "no_deal": 30, "name": "Anna"}
    tree["parties"]["b"] |= {"strategy": {"aspiration": {}}, "no_deal": 20, "name": "Boris"}
    played = ends_of(tree, 1)
    columns = measure(played)
    lines = [line.strip() for line in story(played, columns, 0).splitlines()]
    assert "Boris presses Anna: no deal is worth under 0.1 points less to Anna (0.0 so far)" in lines
    times = sum("Boris presses Anna" in line for line in lines)
    assert played.table.agreed.all() and times > 1
    worth = {party: round(float(columns[f"utility.{party}"][0]), 6) for party in "ab"}
    fell = 12 + 0.02 * times
    assert (
        f"Anna: {worth['a']:.0f} points, {worth['a'] - 30:+.0f} against no deal as it was at the start, "
        f"{worth['a'] - 30 + fell:+.0f} as it is by now" in lines
    )
    paid = f"{0.5 * times:.1f} taken off for pressing"
    assert f"Boris: {worth['b']:.0f} points ({paid}), {worth['b'] - 20:+.0f} against no deal" in lines
    assert any("Boris' offer" in line for line in lines) and "Boris's" not in "".join(lines)


def bare(tree: dict[str, Any]) -> list[str]:
    """The numbers of a scenario that a summary would tell by their paths alone."""
    study = study_of(tree)
    played = study.play(Chance(1, 0, 32))
    measure(played)
    return [path for path in played.draws.tenths if in_words(study.negotiation, path) == path]


def test_every_number_on_which_agreement_may_lean_is_told_in_words() -> None:
    law, drawn = {"uniform": [0, 1]}, everything()
    drawn["events"]["late"] = {"chance": law, "no_deal": {"a": law}, "weights": {"b": {"x": law}}}
    drawn["pressure"] = [PRESS | dict.fromkeys(("points", "most", "costs", "backfires"), law)]
    drawn["parties"]["a"] |= {"discount": law, "influence": law}
    drawn["parties"]["b"]["strategy"] = {"aspiration": {}, "leaves": {"after": law}}
    drawn["talks"] |= {"beliefs": {"values": law, "no_deal": law}}
    proposed = quarrel(protocol={"random_proposer": {"recognition": {"a": 1, "b": law}}})
    standing = {
        name: {"influence": law, "positions": {"x": {"at": {"uniform": [0, 4]}, "salience": {"uniform": [0.1, 1]}}}}
        for name in "ab"
    }
    settled = {
        "title": "A place to meet",
        "issues": {"x": {"question": "?", "options": {"ladder": {"from": 0, "to": 4, "step": 1}}}},
        "parties": standing,
        "talks": {"rounds": 3, "protocol": {"challenge": {"status_quo": law}}},
    }
    assert [bare(tree) for tree in (drawn, proposed, settled)] == [[], [], []]
    study = study_of(drawn)
    assert in_words(study.negotiation, "events.late.chance") == "late: chance"
    assert in_words(study.negotiation, "talks.protocol.single_text.mishears") == "The mediator: mishears"
    assert in_words(study.negotiation, "parties.b.strategy.leaves.after") == "B: when it may walk out"


def test_a_story_calls_no_withdrawn_option_a_red_line() -> None:
    tree = quarrel("hardline", events={"closed": {"at": 4, "withdraws": {"x": ["x0", "x1", "x2", "x3"]}}})
    for party in "ab":
        tree["parties"][party]["strategy"] = {"hardline": {}}
    played = ends_of(tree, 1)
    assert "red line" not in story(played, measure(played), 0)


def test_results_and_figures_show_the_new_endings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "assumptions", partial(doubt.assumptions, versions=2, replicates=32))
    outcomes = run(study_of(everything()), 300)
    frame = outcomes.to_frame()
    assert "broken_off_by_storm" in set(frame["ending"])
    figures = save_figures(outcomes.summary, tmp_path)
    assert {path.stem for path in figures} >= {"endings", "issues", "deals", "utilities"}
    assert "Broken off: A storm" in report(outcomes.summary, {path.stem: path.read_bytes() for path in figures})


# Play in equilibrium over a no-deal path that all know


def splits(**more: Any) -> dict[str, Any]:
    """A pie of 100 in steps of one between two who reason backwards."""
    return {
        "title": "A pie",
        "issues": {"share": {"question": "?", "options": {"ladder": {"from": 0, "to": 100, "step": 1}}}},
        "parties": {
            "a": {"weights": {"share": 1}, "values": {"share": "rising"}, "strategy": {"equilibrium": {}}},
            "b": {"weights": {"share": 1}, "values": {"share": "falling"}, "strategy": {"equilibrium": {}}},
        },
        "talks": {"rounds": 4},
    } | more


@pytest.mark.parametrize("drop", [0, 5, 12])
def test_equilibrium_reckons_with_a_no_deal_path_that_is_known_in_advance(drop: int) -> None:
    """Without impatience the last to be answered, Anna, takes all above what no deal is then worth to Ben."""
    world = {"front": {"drift": 2, "moves": {"a": 1, "b": -1}}}
    tree = splits(events={"winter": {"at": 4, "no_deal": {"b": -drop}}}, world=world)
    tree["parties"]["a"]["no_deal"], tree["parties"]["b"]["no_deal"] = 40, 20
    columns = columns_of(tree, 20)
    assert (columns["round"] == 1).all()
    assert np.allclose(columns["utility.b"], 20 - 3 * 2 - drop)
