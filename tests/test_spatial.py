"""Where parties stand: values by distance, influence in Nash's solution, the protocols `compromise` and `challenge`.

The published cases are those of Bueno de Mesquita (1994), p. 78 (`CARS`), of the Greek debt in 2015 (`GREECE`), and of the
climate talks of 2015 (`CLIMATE`); `challenged` is a slow, obvious referee of a round of challenges, in plain loops.
"""

import json
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from typer.testing import CliRunner

from sim.case.arrays import Floats
from sim.case.chance import Chance
from sim.case.faults import BadInput
from sim.case.numbers import Draws
from sim.case.reading import validate
from sim.cli import app
from sim.outcomes.measures import measure
from sim.outcomes.narration import story
from sim.papers import parts
from sim.studies.blocks import Study, play_chunk
from sim.studies.runs import load, run
from sim.studies.soundness import sound
from sim.talks.model import Talks
from sim.talks.negotiation import Negotiation, file_schema
from sim.talks.protocols.challenge import (
    CAPITULATION,
    COMPROMISE,
    CONFRONTATION,
    READINGS,
    STAYS,
    Dispute,
    among_all_pairs,
    expected_utilities,
    first_offer,
    in_the_pair,
    kinds,
    moves,
    risk_exponents,
    support,
    utility,
)
from sim.talks.protocols.compromise import nearest_deals, voices, weighted_mean, weighted_median

Tree = dict[str, Any]
SETTLING: list[Any] = ["compromise", {"compromise": {"by": "median"}}, {"challenge": {"reading": "code"}}]
CARS = {  # influence, years of delay wanted, salience
    "netherlands": (0.08, 4, 0.8),
    "belgium": (0.08, 7, 0.4),
    "luxembourg": (0.03, 4, 0.2),
    "germany": (0.16, 4, 0.8),
    "france": (0.16, 10, 0.6),
    "italy": (0.16, 10, 0.6),
    "britain": (0.16, 10, 0.9),
    "ireland": (0.05, 7, 0.1),
    "denmark": (0.05, 4, 1.0),
    "greece": (0.08, 7, 0.7),
}
GREECE = {  # influence, position, salience
    "greece": (100, 40, 1.0),
    "usa": (30, 60, 1.0),
    "imf": (20, 70, 1.0),
    "juncker": (10, 80, 1.0),
    "germany": (100, 100, 0.8),
    "france": (70, 100, 1.0),
    "dijsselbloem": (70, 100, 0.4),
    "tusk": (70, 100, 0.4),
    "italy": (50, 100, 1.0),
    "ecb": (20, 100, 0.7),
    "spain": (20, 100, 1.0),
}
CLIMATE_POWER = (0.25, 0.35, 0.05, 0.5, 0.4, 0.5, 0.7, 1, 0.35, 0.75, 0.6, 0.4, 0.6, 0.6, 1)
CLIMATE = {  # position/salience of each of the fifteen, and the compromise published
    "differentiation": (
        "70/.75 50/.6 80/.65 40/.6 100/.75 60/.6 80/.8 80/.75 40/.75 30/.75 90/.75 25/.9 25/.9 15/.8 20/.95",
        6.245,
        49.2554043,
    ),
    "mrv": (
        "50/.65 85/.75 0/.4 80/.75 0/.55 70/.7 50/.55 0/.8 85/.8 100/.8 0/.55 70/.7 100/.7 50/.45 70/.7",
        5.455,
        57.2112741,
    ),
    "legal": (
        "80/.6 50/.75 70/.3 100/.8 0/.5 100/.75 50/.5 20/.65 100/.75 100/.7 20/.7 70/.75 70/.65 50/.5 40/1",
        5.600,
        57.9687500,
    ),
}


def ladder(low: float, high: float, step: float) -> Tree:
    """An issue whose options are numbers at equal steps."""
    return {"question": "?", "options": {"ladder": {"from": low, "to": high, "step": step}}}


def table(protocol: Any, issues: Tree, parties: Tree, rounds: int = 1, **more: Any) -> Study:
    """A scenario, checked as a file would be, ready to be played."""
    tree = {"title": "t", "issues": issues, "parties": parties, "talks": {"rounds": rounds, "protocol": protocol}, **more}
    return Study(validate(tree, Negotiation))


def places(actors: dict[str, tuple[float, float, float]], issue: str) -> Tree:
    """Parties with influence, position and salience on one issue."""
    return {name: {"influence": c, "positions": {issue: {"at": x, "salience": s}}} for name, (c, x, s) in actors.items()}


def cars(protocol: Any, rounds: int = 1) -> Study:
    """The talks over the date from which cars must be cleaner."""
    return table(protocol, {"delay": ladder(4, 10, 0.5)}, places(CARS, "delay"), rounds)


def settled(study: Study, issue: str, replicates: int = 1, block: int = 512) -> Floats:
    """What is settled on the issue (R,), by playing."""
    return play_chunk(study, 1, range(replicates), block).columns[f"settled.{issue}"]


def mean_of(issues: Tree, parties: Tree) -> dict[str, float]:
    """The compromise on each issue."""
    study = table("compromise", issues, parties)
    return {issue: float(settled(study, issue)[0]) for issue in issues}


def points(study: Study, party: int) -> list[float]:
    """Points of every deal to a party."""
    stakes = study.stakes(Draws(None))
    return [100 * float(stakes.utility(party, np.array([k]))[0]) for k in range(study.deals.count)]


# Preferences


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (0, [100, 75, 50, 25, 0]),
        ({"at": 40}, [0, 25, 50, 75, 100]),
        ({"at": 0, "loss": 2}, [100, 93.75, 75, 43.75, 0]),
        ({"at": 10, "loss": 0.5}, [100 - 100 * sqrt(1 / 3), 100, 100 - 100 * sqrt(1 / 3), 100 - 100 * sqrt(2 / 3), 0]),
        (15, [40, 80, 80, 40, 0]),
    ],
)
def test_an_option_is_worth_the_less_the_farther_it_is_from_where_a_party_stands(place: Any, expected: list[float]) -> None:
    study = table("alternating_offers", {"x": ladder(0, 40, 10)}, {"a": {"positions": {"x": place}}})
    assert points(study, 0) == pytest.approx(expected, abs=1e-7)


def test_rescaled_values_reach_100_where_a_party_stands_between_two_options() -> None:
    parties = {"a": {"positions": {"x": 15}, "rescale": True}}
    study = table("alternating_offers", {"x": ladder(0, 40, 10)}, parties)
    assert points(study, 0) == pytest.approx([50, 100, 100, 50, 0], abs=1e-7)


def test_salience_weighs_the_issues_and_a_missing_one_weighs_nothing() -> None:
    issues = {"x": ladder(0, 10, 10), "y": ladder(0, 10, 10), "z": {"question": "?", "options": {"yes": "-", "no": "-"}}}
    parties = {"a": {"positions": {"x": {"at": 0, "salience": 0.6}, "y": {"at": 10, "salience": 0.2}}}}
    deals = [points(table("alternating_offers", issues, parties), 0)]
    assert deals == [pytest.approx([75, 75, 100, 100, 0, 0, 25, 25])]


def test_parties_that_stand_somewhere_and_parties_with_values_sit_at_one_table() -> None:
    seller = {"weights": {"price": 1}, "values": {"price": "rising"}, "no_deal": 40}
    buyer = {"positions": {"price": {"at": {"uniform": [0, 20]}, "loss": 2}}, "no_deal": 10}
    outcomes = run(table("alternating_offers", {"price": ladder(0, 100, 5)}, {"seller": seller, "buyer": buyer}, 12), 200)
    frame = outcomes.to_frame()
    assert (frame["ending"] == "agreed").mean() > 0.9 and frame["utility.buyer"].nunique() > 100
    assert not [column for column in frame if column.startswith("settled.")]


def test_a_scenario_without_positions_and_influence_carries_neither() -> None:
    study = load("pie")
    stakes = study.stakes(Draws(Chance(1, 0, 3), study.negotiation.quantities))
    assert stakes.positions is None and stakes.influence is None
    assert study.play(Chance(1, 0, 3)).table.points is None


# Nash's solution with influence as exponents


def nash_points(study: Study, replicates: int = 1) -> list[str]:
    """The deal at Nash's solution in each replicate."""
    columns = play_chunk(study, 1, range(replicates)).columns
    return [study.deals.label(k) for k in columns["nash"]]


def pie(influence: tuple[Any, Any]) -> Study:
    """A pie of 100 of which no deal is worth 10 and 30."""
    first = {"influence": influence[0], "weights": {"x": 1}, "values": {"x": "rising"}, "no_deal": 10}
    second = {"influence": influence[1], "weights": {"x": 1}, "values": {"x": "falling"}, "no_deal": 30}
    return table("alternating_offers", {"x": ladder(0, 100, 1)}, {"a": first, "b": second})


@pytest.mark.parametrize(
    ("influence", "share"),
    [((1, 1), 40), ((0.7, 0.3), 52), ((70, 30), 52), ((0.5, 0.5), 40), ((1, 0), 70), ((0, 2), 10), ((7e4, 3e4), 52)],
)
def test_nash_gives_each_no_deal_and_its_share_of_influence_in_the_rest(influence: tuple[float, float], share: int) -> None:
    assert nash_points(pie(influence)) == [f"x={share}"]


def test_nash_with_influence_on_a_curved_frontier() -> None:
    options = {f"{n}": "-" for n in range(171)}
    first = {f"{n}": 100 * n / 170 for n in range(171)}
    second = {f"{n}": 100 * sqrt(1 - n / 170) for n in range(171)}
    parties = {
        "a": {"influence": 0.7, "weights": {"x": 1}, "values": {"x": first}},
        "b": {"influence": 0.3, "weights": {"x": 1}, "values": {"x": second}},
    }
    study = table("alternating_offers", {"x": {"question": "?", "options": options}}, parties)
    assert nash_points(study) == ["x=140"]
    assert 140 / 170 == pytest.approx(0.7 / (0.7 + 0.3 / 2)) == pytest.approx(0.823529, abs=1e-6)


def test_influence_is_drawn_and_moves_the_solution() -> None:
    found = nash_points(pie(({"uniform": [0, 1]}, 0.5)), 400)
    shares = np.array([int(deal[2:]) for deal in found])
    influence = Draws(Chance(1, 0, 400)).of(validate_number({"uniform": [0, 1]}), "parties.a.influence")
    assert abs(shares - (10 + 60 * influence / (influence + 0.5))).max() < 1, "a step of the ladder"


def validate_number(written: Any) -> Any:
    """A law as a scenario reads it."""
    return pie((written, 1)).negotiation.parties["a"].influence


@pytest.mark.parametrize("name", ["berlin", "two_issues"])
def test_equal_influence_changes_no_bit_of_any_solution(name: str) -> None:
    plain = load(name)
    columns = play_chunk(plain, 1, range(300)).columns
    for influence in (1.0, 2.5):
        parties = {party: it.model_copy(update={"influence": influence}) for party, it in plain.negotiation.parties.items()}
        same = play_chunk(Study(plain.negotiation.model_copy(update={"parties": parties})), 1, range(300)).columns
        assert list(same) == list(columns) and all(np.array_equal(same[key], columns[key]) for key in columns)


def test_a_party_without_influence_counts_only_by_not_losing() -> None:
    plain = load("berlin").negotiation
    parties = {**plain.parties, "us": plain.parties["us"].model_copy(update={"influence": 0.0})}
    study = Study(plain.model_copy(update={"parties": parties}))
    played = study.play(Chance(1, 0, 200))
    nash = measure(played)["nash"]
    stakes, signers = played.stakes, played.signers
    gains = np.stack(
        [
            [np.round(100 * (stakes.utility(p, np.full(200, k)) - stakes.no_deal[0, p]), 8) for k in range(study.deals.count)]
            for p in signers
        ]
    )
    for r in np.flatnonzero(nash >= 0):
        feasible = [k for k in played.zone_end.deals.deal[played.zone_end.deals.replicate == r] if (gains[:, k, r] >= 0).all()]
        counted = [n for n, p in enumerate(signers) if stakes.deals.parties[p] != "us"]
        product = {k: float(np.prod(gains[counted, k, r])) for k in feasible}
        assert product[nash[r]] == pytest.approx(max(product.values()), rel=1e-9)


# The middle


def test_the_weighted_mean_of_the_car_case_is_the_published_one() -> None:
    assert settled(cars("compromise"), "delay")[0] == pytest.approx(7.389955686853766, abs=1e-12)
    weight = {name: c * s for name, (c, _, s) in CARS.items()}
    assert sum(weight.values()) == pytest.approx(0.677)
    by_place = [sum(weight[name] for name, (_, x, _) in CARS.items() if x == place) for place in (4, 7, 10)]
    assert by_place == pytest.approx([0.248, 0.093, 0.336])


@pytest.mark.parametrize(("kept", "mean"), [("influence", 7.475248), ("salience", 6.655738), ("nothing", 6.7)])
def test_the_other_means_of_the_car_case_are_the_published_ones(kept: str, mean: float) -> None:
    actors = {
        name: (c if kept == "influence" else 1.0, float(x), s if kept == "salience" else 1.0) for name, (c, x, s) in CARS.items()
    }
    assert mean_of({"delay": ladder(4, 10, 1)}, places(actors, "delay"))["delay"] == pytest.approx(mean, abs=5e-7)


def test_the_median_of_the_car_case_is_seven_years() -> None:
    assert settled(cars({"compromise": {"by": "median"}}), "delay").tolist() == [7.0]


def test_the_mean_voter_of_the_greek_case_is_the_published_one() -> None:
    mean = mean_of({"terms": ladder(0, 100, 10)}, places(GREECE, "terms"))["terms"]
    assert mean == pytest.approx(740 / 9) and round(mean) == 82


def test_the_compromises_of_the_climate_case_are_the_published_ones() -> None:
    places_on = {issue: [pair.split("/") for pair in text.split()] for issue, (text, _, _) in CLIMATE.items()}
    parties = {
        f"p{n}": {
            "influence": power,
            "positions": {
                issue: {"at": float(pairs[n][0]), "salience": float(pairs[n][1])} for issue, pairs in places_on.items()
            },
        }
        for n, power in enumerate(CLIMATE_POWER)
    }
    study = table("compromise", dict.fromkeys(CLIMATE, ladder(0, 100, 10)), parties)
    stakes = study.stakes(Draws(None))
    for i, (issue, (_, weights, mean)) in enumerate(CLIMATE.items()):
        assert float(voices(stakes, i, range(15)).weight.sum()) == pytest.approx(weights, abs=1e-12)
        assert settled(study, issue)[0] == pytest.approx(mean, abs=5e-8)


def test_two_parties_meet_nearer_to_the_one_who_cares_more() -> None:
    first = {"positions": {"x": {"at": 0, "salience": 0.1}, "y": {"at": 0, "salience": 0.9}}}
    second = {"positions": {"x": {"at": 100, "salience": 0.6}, "y": {"at": 100, "salience": 0.5}}}
    met = mean_of({"x": ladder(0, 100, 10), "y": ladder(0, 100, 10)}, {"first": first, "second": second})
    assert met == {"x": pytest.approx(85 + 5 / 7), "y": pytest.approx(35 + 5 / 7)}


def test_each_of_equals_moves_the_mean_by_its_share() -> None:
    stand = {name: {"positions": {"x": at}} for name, at in (("a", 0), ("b", 100), ("c", 100))}
    assert mean_of({"x": ladder(0, 100, 10)}, {"a": stand["a"], "b": stand["b"]}) == {"x": 50}
    assert mean_of({"x": ladder(0, 100, 10)}, stand) == {"x": pytest.approx(200 / 3)}


ACTORS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.5, 1.0, 2.0]), st.sampled_from([0.0, 1.0, 2.5, 7.0, 10.0])), min_size=1, max_size=7
).filter(lambda actors: any(weight for weight, _ in actors))


@given(ACTORS)
def test_the_weighted_median_is_the_middle_of_the_points_nearest_to_all(actors: list[tuple[float, float]]) -> None:
    weight, at = np.array(actors).T
    median = weighted_median(at[:, None], weight[:, None])[0]

    def distance(point: float) -> float:
        return float((weight * np.abs(at - point)).sum())

    best = [float(place) for place in at if distance(place) <= min(map(distance, at)) + 1e-9]
    assert median == (min(best) + max(best)) / 2
    against = [float((weight * (np.abs(at - place) - np.abs(at - median))).sum()) for place in at]
    assert min(against) >= -1e-9, "no other place is nearer to all"


def test_the_median_of_two_equals_is_half_way() -> None:
    stand = {"a": {"positions": {"x": 0}}, "b": {"positions": {"x": 30}}}
    assert settled(table({"compromise": {"by": "median"}}, {"x": ladder(0, 100, 10)}, stand), "x").tolist() == [15.0]


# Who is heard


def test_a_missing_pair_is_missing_and_not_zero() -> None:
    issues = {"x": ladder(0, 100, 10), "y": ladder(0, 100, 10)}
    a, b = {"positions": {"x": 50, "y": 20}}, {"positions": {"x": 100, "y": 80}}

    def with_c(positions: Tree) -> dict[str, float]:
        return mean_of(issues, {"a": a, "b": b, "c": {"positions": positions}})

    absent = mean_of(issues, {"a": a, "b": b})
    assert with_c({"y": 80})["x"] == absent["x"] == 75
    assert with_c({"x": {"at": 0, "salience": 0}, "y": 80})["x"] == absent["x"]
    assert with_c({"x": 0, "y": 80})["x"] == 50
    assert with_c({"y": 80})["y"] == 60


@given(st.integers(0, 100), st.sampled_from(["influence", "salience"]))
@settings(max_examples=20)
def test_a_party_of_no_weight_changes_nothing_in_the_compromise(at: int, without: str) -> None:
    parties = places({"a": (0.3, 10, 0.7), "b": (0.9, 70, 0.4)}, "x")
    ghost = {"influence": float(without != "influence"), "positions": {"x": {"at": at, "salience": float(without != "salience")}}}
    ghost["positions"]["y"], issues = 10, {"x": ladder(0, 100, 10), "y": ladder(0, 100, 10)}
    parties = {name: {**party, "positions": {**party["positions"], "y": 20}} for name, party in parties.items()}
    for by in ("mean", "median"):
        alone = settled(table({"compromise": {"by": by}}, issues, parties), "x")
        assert (settled(table({"compromise": {"by": by}}, issues, {"ghost": ghost, **parties}), "x") == alone).all()


def test_a_party_of_no_weight_enters_the_scale_of_challenges() -> None:
    parties, challenge = places(CARS, "delay"), {"challenge": {"reading": "code"}}
    more = {**parties, "far": {"influence": 0, "positions": {"delay": 0}}}
    one, two = (settled(table(challenge, {"delay": ladder(0, 10, 1)}, those), "delay") for those in (parties, more))
    assert one != two


def test_where_nobody_turns_out_to_have_weight_all_are_heard_alike() -> None:
    never = {"choice": {0: 1, 1: 0}}
    parties = {
        "a": {"influence": never, "positions": {"x": 10}},
        "b": {"influence": never, "positions": {"x": {"at": 40, "salience": 0.2}}},
    }
    assert settled(table("compromise", {"x": ladder(0, 100, 10)}, parties), "x").tolist() == [25.0]


def test_uncertain_positions_give_a_distribution() -> None:
    parties = {
        "a": {"positions": {"x": {"uniform": [20, 60]}}},
        "b": {"positions": {"x": {"at": 80, "salience": {"uniform": [0.5, 1]}}}},
    }
    study = table("compromise", {"x": ladder(0, 100, 10)}, parties)
    columns = play_chunk(study, 1, range(4000)).columns
    draws = Draws(Chance(1, 0, 4000))
    at = draws.of(study.negotiation.parties["a"].positions["x"].at, "parties.a.positions.x.at")
    salience = draws.of(study.negotiation.parties["b"].positions["x"].salience, "parties.b.positions.x.salience")
    expected = (at + 80 * salience) / (1 + salience)
    assert np.abs(columns["settled.x"] - expected).max() < 1e-12
    assert abs(at.mean() - 40) < 4 * 40 / sqrt(12 * 4000) and columns["settled.x"].std() > 3
    rounded = np.array([float(option) for option in study.deals.issues["x"]])[columns["deal"]]
    assert np.abs(rounded - expected).max() <= 5 + 1e-9


# What is decided


def test_nobody_signs_a_compromise_and_it_binds_all() -> None:
    parties = {
        "a": {"positions": {"x": 0}, "no_deal": 100, "red_lines": [{"x": [20, 40]}]},
        "b": {"positions": {"x": 80}, "no_deal": 100, "strategy": {"hardline": {}}},
    }
    played = table("compromise", {"x": ladder(0, 80, 20)}, parties, 9).play(Chance(1, 0, 5))
    columns = measure(played)
    assert played.zone_start.size.tolist() == [0] * 5
    assert set(columns["ending"]) == {0} and set(columns["round"]) == {1}
    assert [played.stakes.deals.label(k) for k in columns["deal"]] == ["x=40"] * 5


@pytest.mark.parametrize(("names", "said"), [("a", "mean of 1 position on x is 5"), ("ab", "mean of 2 positions on x is 5")])
def test_a_story_counts_the_positions_that_were_heard(names: str, said: str) -> None:
    study = table("compromise", {"x": ladder(0, 10, 5)}, {name: {"positions": {"x": 5}} for name in names})
    assert [note.line(0) for note in study.play(Chance(1, 0, 1), tell=True).table.notes] == [f"The weighted {said}"]


def test_of_equally_near_deals_the_first_is_taken_and_excluded_ones_are_not() -> None:
    parties = {"a": {"positions": {"x": 0.3, "y": 50}}}
    issues = {"x": ladder(0, 1, 0.2), "y": ladder(0, 100, 20)}
    study = table("compromise", issues, parties)
    assert study.deals.label(play_chunk(study, 1, range(1)).columns["deal"][0]) == "x=0.2 y=40"
    exclusions = [{"x": [0.2, 0.4], "y": 40}, {"x": 0.2, "y": 60}]
    study = table("compromise", issues, parties, exclusions=exclusions)
    assert study.deals.label(play_chunk(study, 1, range(1)).columns["deal"][0]) == "x=0.4 y=60"


@pytest.mark.parametrize("step", [0.1, 0.3, 0.7])
def test_half_way_between_two_options_the_first_is_nearest(step: float) -> None:
    study = table("compromise", {"x": ladder(0, 10 * step, step)}, {"a": {"positions": {"x": 0}}})
    half_way = np.array([[(n + 0.5) * step for n in range(10)]])
    assert nearest_deals(study.deals, half_way).tolist() == list(range(10))


@pytest.mark.parametrize(("off", "nearest"), [(2e-12, "1"), (-2e-12, "0"), (2e-13, "0")])
def test_squares_of_distances_that_differ_by_less_than_twelve_decimals_are_equal(off: float, nearest: str) -> None:
    deals = table("compromise", {"x": ladder(0, 1, 1)}, {"a": {"positions": {"x": 0}}}).deals
    assert deals.label(int(nearest_deals(deals, np.array([[0.5 + off]]))[0])) == f"x={nearest}"


def test_an_issue_of_one_option_brings_no_deal_nearer() -> None:
    issues = {"x": ladder(0, 10, 5), "y": {"question": "?", "options": {"3": "-"}}}
    deals = table("compromise", issues, {"a": {"positions": {"x": 0, "y": 3}}}).deals
    assert nearest_deals(deals, np.array([[6.0, 8.0], [3.0, 3.0]])).tolist() == [1, 2]


@pytest.mark.parametrize("size", [1e-7, 1.0, 1e7])
def test_the_weighted_median_hangs_on_shares_of_weight_alone(size: float) -> None:
    def median(*weights: float) -> float:
        return float(weighted_median(np.arange(len(weights))[:, None] * 1.0, size * np.array(weights)[:, None])[0])

    assert median(1, 1, 1) == 1 and median(0.1, 0.1, 0.1, 0.3) == 2.5, "half of .6, though .1 three times is more than .3"
    assert median(0.1, 0.1, 0.1, 0.3 + 1e-9) == 3 and median(0.1, 0.1, 0.1 + 1e-9, 0.3) == 2


def test_nearness_is_counted_in_shares_of_each_issues_range() -> None:
    issues = {"x": ladder(0, 10, 10), "y": ladder(0, 1000, 1000)}
    exclusions = [{"x": 0, "y": 0}, {"x": 10, "y": 1000}]
    study = table("compromise", issues, {"a": {"positions": {"x": 4, "y": 300}}}, exclusions=exclusions)
    assert [study.deals.label(k) for k in range(2)] == ["x=0 y=1000", "x=10 y=0"]
    assert nearest_deals(study.deals, np.array([[4.0], [300.0]])).tolist() == [1], ".16 + .49 is more than .36 + .09"
    assert nearest_deals(study.deals, np.array([[9.0], [600.0]])).tolist() == [1], ".81 + .16 is more than .01 + .36"
    assert nearest_deals(study.deals, np.array([[3.0], [600.0]])).tolist() == [0], ".09 + .16 is less than .49 + .36"


# In rooms


def in_rooms(protocol: Any, rounds: int = 3, then: Any = None, later: int = 9, **more: Any) -> Study:
    """Two settle their common position in a room of their own; then they meet the third."""
    parties = {
        "a": {"positions": {"x": 10}, "no_deal": 5},
        "b": {"influence": 3, "positions": {"x": {"at": 30, "salience": 0.9}}, "no_deal": 5},
        "c": {"positions": {"x": 100}, "no_deal": 5},
    }
    rooms = [
        {"parties": ["a", "b"], "rounds": rounds, "protocol": protocol},
        {"parties": ["a", "b", "c"], "rounds": later} | ({"protocol": then} if then else {}),
    ]
    talks = {"rounds": rounds + later, "rooms": rooms}
    return Study(
        validate({"title": "t", "issues": {"x": ladder(0, 100, 10)}, "parties": parties, "talks": talks, **more}, Negotiation)
    )


def told_in_rounds(study: Study) -> list[list[str]]:
    """The lines of the story, by round that has any."""
    played = study.play(Chance(1, 0, 1), tell=True)
    _, *rounds = story(played, measure(played), 0).partition("\n\nEnd")[0].split("\nRound ")
    return [[line.strip() for line in text.splitlines()] for text in rounds]


def test_a_compromise_in_one_room_is_the_text_of_the_next() -> None:
    study = in_rooms("compromise")
    columns = play_chunk(study, 1, range(3)).columns
    assert columns["settled.x"] == pytest.approx((10 + 30 * 2.7) / 3.7) and columns["round"].min() > 3
    first, second, *_ = told_in_rounds(study)
    assert first == [
        "1",
        "In the room: A, B",
        "The weighted mean of 2 positions on x is 24.5946",
        "All in this room agree; their text waits for round 4",
    ]
    assert second[:3] == ["4", "In the room: A, B, C, with the text from 'A, B'", "On the table lies x 20"]


@pytest.mark.parametrize(("rounds", "settled_in"), [(3, 2), (1, 1)])
def test_challenges_in_one_room_end_at_the_latest_with_its_last_round(rounds: int, settled_in: int) -> None:
    told = told_in_rounds(in_rooms("challenge", rounds))
    assert told[0][:3] == ["1", "In the room: A, B", "A moves on x from 10 to 30: loses to B"]
    assert [lines[0] for lines in told if "The weighted median on x is 30" in lines] == [str(settled_in)]
    assert next(lines for lines in told if lines[0] == str(rounds + 1))[2] == "On the table lies x 30"


@pytest.mark.parametrize("rounds", [1, 2])
def test_challenges_in_a_later_room_begin_and_end_with_it(rounds: int) -> None:
    study = in_rooms("alternating_offers", rounds, "challenge", 1)
    columns = play_chunk(study, 1, range(3)).columns
    assert (columns["round"] == rounds + 1).all() and set(columns["ending"]) == {0}


def test_only_those_in_the_room_need_to_stand_somewhere() -> None:
    study = in_rooms("compromise")
    talks, parties = study.negotiation.talks, study.negotiation.parties
    valued = {"weights": {"x": 1.0}, "values": {"x": "rising"}, "positions": {}}
    parties = {**parties, "c": parties["c"].model_copy(update=valued)}
    assert not sound(Study(study.negotiation.model_copy(update={"parties": parties})))
    everywhere = talks.model_copy(update={"protocol": talks.rooms[0].protocol})
    faults = sound(Study(study.negotiation.model_copy(update={"parties": parties, "talks": everywhere})))
    assert [fault.path for fault in faults if fault.path[0] == "parties"] == [("parties", "c")]


def test_where_nothing_was_settled_the_points_are_missing() -> None:
    events = {"quarrel": {"text": "A quarrel", "at": 1, "breaks_off": True}}
    before, within = in_rooms("alternating_offers", events=events), in_rooms("compromise", events=events)
    talks = before.negotiation.talks.model_copy(update={"protocol": within.negotiation.talks.rooms[0].protocol})
    for study in (within, Study(before.negotiation.model_copy(update={"talks": talks}))):
        assert np.isnan(play_chunk(study, 1, range(3)).columns["settled.x"]).all()


def test_nothing_is_told_of_challenges_after_the_end() -> None:
    events = {"quarrel": {"text": "A quarrel", "after": 2, "chance": 0.3, "breaks_off": True}}
    actors = places(CARS, "delay")
    study = table({"challenge": {"reading": "code"}}, {"delay": ladder(4, 10, 1)}, actors, 5, events=events)
    played = study.play(Chance(1, 0, 30), tell=True)
    ended = played.table.ended.tolist()
    last = [max(note.round for note in played.table.notes if note.line(r)) for r in range(30)]
    assert last == ended and set(ended) == {2, 3, 4, 5}


# A slow referee of challenges


class Refereed(NamedTuple):
    """A round as the referee tells it: risk exponents, new positions, what moved each party, and who."""

    exponents: list[float]
    at: list[float]
    kinds: list[int]
    rivals: list[int | None]


def middle(at: list[float], weight: list[float]) -> float:
    """The weighted median by trying every place."""
    distance = {place: sum(w * abs(place - x) for w, x in zip(weight, at, strict=True)) for place in at}
    best = [place for place in at if distance[place] <= min(distance.values()) + 1e-12]
    return (min(best) + max(best)) / 2


def challenged(
    at: list[float], influence: list[float], salience: list[float], reading: str, quo: float = 1.0, span: float | None = None
) -> Refereed:
    """One round of challenges on one issue."""
    everybody = range(len(at))
    weight = [c * s for c, s in zip(influence, salience, strict=True)]
    span = span or max(at) - min(at)
    mu = middle(at, weight)

    def votes(one: float, two: float, risks: list[float]) -> list[float]:
        return [weight[k] * ((abs(at[k] - two) / span) ** risks[k] - (abs(at[k] - one) / span) ** risks[k]) for k in everybody]

    def all_votes(risks: list[float]) -> float:
        return sum(abs(vote) for one in at for two in at for vote in votes(one, two, risks))

    def chance(i: int, j: int, risks: list[float], cast: float) -> float:
        between = votes(at[i], at[j], risks)
        cast = sum(map(abs, between)) if reading == "paper" else cast
        return sum(max(vote, 0) for vote in between) / cast if cast else 0.0

    def expects(i: int, j: int, risk: float, risks: list[float], cast: float) -> float:
        """What i is expected to get out of challenging j, by somebody with this risk exponent."""
        apart, p = abs(at[i] - at[j]) / span, chance(i, j, risks, cast)
        success, failure = 2 - 4 * (0.5 - 0.5 * apart) ** risk, 2 - 4 * (0.5 + 0.5 * apart) ** risk
        away = abs(at[i] - mu) / span
        drift = (away + apart) / 4 * (-1 if away < apart else 1)
        alone = quo * (2 - 4 * 0.5**risk) + (1 - quo) * (2 - 4 * max(0.5 + drift, 0) ** risk)
        return salience[j] * (p * success + (1 - p) * failure) + (1 - salience[j]) * success - alone

    neutral = [1.0 for _ in everybody]
    cast = all_votes(neutral)
    danger = [sum(expects(j, i, 1.0, neutral, cast) for j in everybody if j != i) for i in everybody]
    most, least = max(danger), min(danger)
    risk = [(2 * d - most - least) / (most - least) if most - least > 1e-12 else 0.0 for d in danger]
    risks = [(1 - r / 3) / (1 + r / 3) for r in risk]
    cast = all_votes(risks)
    told = Refereed(risks, list(at), [STAYS] * len(at), [None] * len(at))
    for i in everybody:
        offers = []
        for j in set(everybody) - {i}:
            own, theirs = expects(i, j, risks[i], risks, cast), expects(j, i, risks[i], risks, cast)
            to = at[i] + (at[j] - at[i]) * abs(own / theirs) if theirs else at[j]
            point = (abs(own) * at[i] + abs(theirs) * at[j]) / (abs(own) + abs(theirs)) if own or theirs else at[i]
            if own > 1e-12 and theirs > own + 1e-12:
                offers.append((CONFRONTATION, abs(at[j] - at[i]), theirs, j, at[j]))
            elif own < -1e-12 and theirs > 1e-12 and theirs + own > 1e-12:
                offers.append((COMPROMISE, abs(to - at[i]) if reading == "paper" else point, theirs, j, to))
            elif own < -1e-12 and theirs > 1e-12:
                offers.append((CAPITULATION, abs(at[j] - at[i]), theirs, j, at[j]))
        if offers:
            kind = min(offer[0] for offer in offers)
            offers = [offer for offer in offers if offer[0] == kind]
            nearest = min(offer[1] for offer in offers)
            offers = [offer for offer in offers if offer[1] <= nearest + 1e-9 * span]
            strongest = max(round(offer[2], 9) for offer in offers)
            chosen = next(offer for offer in offers if round(offer[2], 9) == strongest)
            told.at[i], told.kinds[i], told.rivals[i] = chosen[4], kind, chosen[3]
    return told


def dispute(at: Any, influence: Any, salience: Any, quo: float = 1.0) -> Dispute:
    """One issue in one replicate."""
    place, care = np.array(at, dtype=float)[:, None], np.array(salience, dtype=float)[:, None]
    weight = np.array(influence, dtype=float)[:, None] * care
    return Dispute(place, care, weight, np.ptp(place, axis=0), np.array([quo]))


FINE = st.floats(0.01, 1).map(lambda x: round(x, 4))
EVEN = st.sampled_from([0.25, 0.5, 1.0])
ACTOR = st.one_of(
    st.tuples(st.floats(0, 10).map(lambda x: round(x, 3)), FINE, FINE),
    st.tuples(st.sampled_from([0.0, 2.0, 5.0, 8.0]), EVEN, EVEN),
)
GROUP = st.lists(ACTOR, min_size=2, max_size=6).filter(lambda actors: max(a[0] for a in actors) - min(a[0] for a in actors) > 0.5)


@pytest.mark.parametrize("reading", READINGS)
@given(GROUP, st.sampled_from([1.0, 0.6, 0.0]))
@settings(max_examples=150, deadline=None)
def test_a_round_of_challenges_goes_as_the_referee_says(
    reading: str, actors: list[tuple[float, float, float]], quo: float
) -> None:
    at, influence, salience = map(list, zip(*actors, strict=True))
    case = dispute(at, influence, salience, quo)
    told, made = challenged(at, influence, salience, reading, quo), moves(case, reading)
    assert risk_exponents(case, reading)[:, 0] == pytest.approx(told.exponents, rel=1e-9)
    assert made.kind[:, 0].tolist() == told.kinds
    assert [int(r) if kind else None for r, kind in zip(made.rival[:, 0], told.kinds, strict=True)] == told.rivals
    assert made.at[:, 0] == pytest.approx(told.at, abs=1e-8)


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("quo", [1.0, 0.3])
def test_rounds_of_challenges_are_played_as_the_referee_says(reading: str, quo: float) -> None:
    influence, at, salience = (list(map(float, column)) for column in zip(*CARS.values(), strict=True))
    weight = [c * s for c, s in zip(influence, salience, strict=True)]
    for rounds in range(1, 6):
        at = challenged(at, influence, salience, reading, quo, span=6.0).at
        found = settled(cars({"challenge": {"reading": reading, "status_quo": quo}}, rounds), "delay")[0]
        assert found == pytest.approx(middle(at, weight), abs=1e-9)


# The published rounds of the car case


def car_rounds(reading: str, rounds: int) -> list[dict[str, float]]:
    """Where everybody stands after each round, by playing."""
    study = cars({"challenge": {"reading": reading}}, rounds)
    draws = Draws(Chance(1, 0, 1))
    talks = Talks(study.negotiation, study.stakes(draws), draws)
    found = []
    for _ in range(rounds):
        talks.step()
        (issue,) = talks.play_round.__self__.disputes
        found.append(dict(zip(CARS, issue.at[:, 0].tolist(), strict=True)))
    return found


def test_risk_exponents_of_the_car_case_are_the_published_ones() -> None:
    influence, at, salience = zip(*CARS.values(), strict=True)
    exponents = risk_exponents(dispute(at, influence, salience), "code")[:, 0]
    assert " ".join(f"{r:.3f}" for r in exponents) == "1.406 0.754 0.509 1.406 1.047 1.047 1.965 0.500 2.000 1.112"


def test_what_belgium_and_france_expect_of_each_other_is_what_is_published() -> None:
    influence, at, salience = zip(*CARS.values(), strict=True)
    case = dispute(at, influence, salience)
    exponents = risk_exponents(case, "code")
    own, theirs = expected_utilities(case, exponents, among_all_pairs(support(case, exponents)))
    belgium, france = list(CARS).index("belgium"), list(CARS).index("france")
    assert f"{own[belgium, france, 0]:.6f} {theirs[belgium, france, 0]:.6f}" == "-0.114831 0.243297"


CAR_ROUNDS = [  # Belgium, Luxembourg, Ireland, median, mean
    (8.415932315426764, 7, 4, 8.415932315426764, 7.461314),
    (9.610859134120188, 8.415932315426764, 7, 9.610859134120188, 7.552501),
    (9.961979590401311, 9.610859134120188, 8.415932315426764, 9.961979590401311, 7.590145),
]


def test_positions_medians_and_means_of_the_car_case_are_the_published_ones() -> None:
    found = car_rounds("code", 3)
    weight = np.array([[c * s] for c, _, s in CARS.values()])
    for number, (at, (belgium, luxembourg, ireland, median, mean)) in enumerate(zip(found, CAR_ROUNDS, strict=True), start=1):
        moved = {name: place for name, place in at.items() if place != CARS[name][1]}
        expected = {"belgium": belgium, "luxembourg": luxembourg, "ireland": ireland}
        assert moved == {name: pytest.approx(place, abs=1e-13) for name, place in expected.items() if place != CARS[name][1]}
        places_now = np.array(list(at.values()))[:, None]
        assert weighted_median(places_now, weight)[0] == pytest.approx(median, abs=1e-13)
        assert f"{weighted_mean(places_now, weight)[0]:.6f}" == f"{mean:.6f}"
        assert settled(cars({"challenge": {"reading": "code"}}, number), "delay")[0] == pytest.approx(median, abs=1e-13)


def test_the_story_tells_who_moved_where_and_why() -> None:
    played = cars({"challenge": {"reading": "code"}}, 2).play(Chance(1, 0, 1), tell=True)
    lines = [line.strip() for line in story(played, measure(played), 0).splitlines()]
    first, second = lines.index("Round 1"), lines.index("Round 2")
    assert lines[first + 1 : second] == [
        "Belgium moves on delay from 7 to 8.41593: compromise with France",
        "Luxembourg moves on delay from 4 to 7: loses to Belgium",
        "Ireland moves on delay from 7 to 4: loses to Luxembourg",
    ]
    assert lines[second + 4] == "The weighted median on delay is 9.61086"
    assert "End, round 2 of 2: Agreement." in lines and "delay: 9.5" in lines


def test_the_two_readings_of_the_car_case_disagree() -> None:
    paper, code = (settled(cars({"challenge": {"reading": reading}}, 3), "delay")[0] for reading in ("paper", "code"))
    assert paper == 7.0 and code > 9.9


def test_talks_end_when_nobody_moves_any_more() -> None:
    found = car_rounds("paper", 4)
    assert found[3] == found[2] != found[1]
    columns = play_chunk(cars({"challenge": {"reading": "paper"}}, 20), 1, range(3)).columns
    assert columns["round"].tolist() == [4, 4, 4] and set(columns["ending"]) == {0}


def test_the_paper_is_the_reading_by_default() -> None:
    assert settled(cars("challenge", 3), "delay") == settled(cars({"challenge": {"reading": "paper"}}, 3), "delay")


# Parts of a challenge


@given(GROUP)
@settings(max_examples=40, deadline=None)
def test_chances_in_a_pair_sum_to_one_and_those_among_all_pairs_to_a_half(actors: list[tuple[float, float, float]]) -> None:
    case = dispute(*zip(*actors, strict=True))
    votes = support(case, np.ones_like(case.at))
    pair, everywhere = in_the_pair(votes)[:, :, 0], among_all_pairs(votes)[:, :, 0]
    apart = case.apart[:, :, 0] > 0
    assert (pair + pair.T)[apart] == pytest.approx(1) and (pair[~apart] == 0).all()
    assert everywhere.sum() == pytest.approx(0.5)


@given(GROUP, st.sampled_from(list(READINGS)), st.sampled_from([1.0, 0.5]))
@settings(max_examples=40, deadline=None)
def test_risk_exponents_lie_between_a_half_and_two(actors: list[tuple[float, float, float]], reading: str, quo: float) -> None:
    exponents = risk_exponents(dispute(*zip(*actors, strict=True), quo), reading)[:, 0]
    alike = (exponents == 1).all()
    assert alike or (exponents.min() == pytest.approx(0.5) and exponents.max() == pytest.approx(2))


def test_utility_falls_from_two_to_minus_two_and_rises_no_higher_by_rounding() -> None:
    share = np.array([0, 0.25, 1, -1e-17])
    assert utility(share, np.array([0.5])).tolist() == [2, 0, -2, 2]
    assert utility(share, np.array([2])).tolist() == [2, 1.75, -2, 2]


@pytest.mark.parametrize("reading", READINGS)
def test_where_a_scale_begins_changes_no_challenge(reading: str) -> None:
    luck = np.random.default_rng(7)
    salience, influence = luck.uniform(0.01, 1, size=(2, 5, 200))
    at = np.cumsum(luck.integers(1, 9, size=(5, 200)), axis=0).astype(float)
    plain, far = (
        moves(Dispute(at + begins, salience, influence * salience, np.ptp(at, axis=0), np.ones(200)), reading)
        for begins in (0, 2**33)
    )
    assert (far.kind == plain.kind).all() and (far.rival == plain.rival).all()


@pytest.mark.parametrize("reading", READINGS)
def test_each_replicate_is_challenged_in_as_if_it_were_alone(reading: str) -> None:
    at, salience, influence = np.random.default_rng(6).uniform(0.01, 1, size=(3, 4, 5))
    case = Dispute(at, salience, influence * salience, np.ptp(at, axis=0), np.linspace(0, 1, 5))
    exponents, made = risk_exponents(case, reading), moves(case, reading)
    for r in range(5):
        alone = Dispute(*(part[..., [r]] for part in case))
        assert risk_exponents(alone, reading)[:, 0] == pytest.approx(exponents[:, r], rel=1e-9)
        assert moves(alone, reading).at[:, 0] == pytest.approx(made.at[:, r], rel=1e-9)


def test_mirror_images_are_in_equal_danger_and_neither_moves() -> None:
    case = dispute([0, 10], [1, 1], [0.5, 0.5])
    assert risk_exponents(case, "paper").tolist() == [[1.0], [1.0]]
    assert moves(case, "paper").kind.tolist() == [[STAYS], [STAYS]]


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("size", [1e-6, 0.001, 1000.0])
def test_the_unit_of_an_issue_changes_no_challenge(reading: str, size: float) -> None:
    at, influence, salience = zip(*((x, c, s) for c, x, s in CARS.values()), strict=True)
    one, other = (dispute([unit * x for x in at], influence, salience, quo=0.3) for unit in (1.0, size))
    before, after = moves(one, reading), moves(other, reading)
    assert (before.kind != STAYS).sum() > 2 and (after.kind == before.kind).all() and (after.rival == before.rival).all()
    assert after.at / size == pytest.approx(before.at)


@pytest.mark.parametrize("reading", READINGS)
def test_the_nearest_offer_is_the_nearest_however_small_the_unit(reading: str) -> None:
    at, salience, influence = np.random.default_rng(5).uniform(0.01, 1, size=(3, 6, 500))
    one, other = (
        Dispute(size * at, salience, influence * salience, size * np.ptp(at, axis=0), np.ones(500)) for size in (1.0, 1e-6)
    )
    assert (moves(one, reading).rival == moves(other, reading).rival).all()


def test_talks_go_on_while_somebody_moves_however_small_the_unit() -> None:
    settled_at = []
    for size in (1.0, 1e-6):
        parties = places({name: (c, size * x, s) for name, (c, x, s) in CARS.items()}, "delay")
        study = table({"challenge": {"reading": "code"}}, {"delay": ladder(0, 10 * size, size)}, parties, 3)
        settled_at.append(settled(study, "delay") / size)
    assert settled_at[1] == pytest.approx(settled_at[0]) and settled_at[0] == pytest.approx(9.96198)


@pytest.mark.parametrize("reading", READINGS)
def test_nobody_challenges_where_all_stand_at_one_place(reading: str) -> None:
    case = dispute([4, 4, 4], [3, 1, 2], [0.5, 0.8, 1], quo=0.25)
    assert risk_exponents(case, reading).tolist() == [[1.0]] * 3
    assert moves(case, reading).kind.tolist() == [[STAYS]] * 3 and moves(case, reading).at.tolist() == [[4.0]] * 3


def test_what_a_challenge_brings_two_neutral_rivals_by_hand() -> None:
    case = dispute([0, 10], [3, 1], [0.5, 0.8], quo=0.25)
    own, theirs = expected_utilities(case, np.ones((2, 1)), in_the_pair(support(case, np.ones((2, 1)))))
    first, second = 1.5 / 2.3, 0.8 / 2.3  # chances to win, by weights of 1.5 and 0.8
    at_median = 0.8 * (2 * first - 2 * (1 - first)) + 0.2 * 2 - 0.75 * 1
    assert own[0, 1, 0] == pytest.approx(at_median), "to whom the rival comes nearer if left alone"
    far_off = 0.5 * (2 * second - 2 * (1 - second)) + 0.5 * 2 + 0.75 * 2
    assert own[1, 0, 0] == pytest.approx(far_off), "the rival stands at the median already: what drifts is not for the better"
    assert theirs[0, 1, 0] == pytest.approx(far_off) and theirs[1, 0, 0] == pytest.approx(at_median)


@pytest.mark.parametrize(
    ("own", "theirs", "kind"),
    [
        (0.2, 0.3, CONFRONTATION),
        (0.3, 0.2, STAYS),
        (0.3, 0.3, STAYS),
        (-0.2, 0.3, COMPROMISE),
        (-0.3, 0.2, CAPITULATION),
        (0.2, -0.3, STAYS),
        (-0.2, -0.3, STAYS),
        (0.0, 0.3, STAYS),
        (-0.2, 0.0, STAYS),
        (1e-12, 0.3, STAYS),  # differences by rounding count for nothing, up to the last
        (0.2, 0.2 + 1e-12, STAYS),
        (-1e-12, 0.3, STAYS),
        (-0.2, 1e-12, STAYS),
        (-0.2, 0.2 + 1e-12, CAPITULATION),
    ],
)
def test_who_gives_way_hangs_on_what_both_expect(own: float, theirs: float, kind: int) -> None:
    assert kinds(np.full((1, 1, 1), own), np.full((1, 1, 1), theirs)).item() == kind


@pytest.mark.parametrize(
    ("farther", "more", "rival"), [(0, 3e-10, 1), (0, 3e-9, 2), (5e-10, 0.1, 2), (5e-9, 0.1, 1), (0, -0.1, 1)]
)
def test_of_offers_as_near_that_of_the_rival_who_expects_most_is_taken(farther: float, more: float, rival: int) -> None:
    kind = np.where(np.eye(3, dtype=bool), STAYS, CAPITULATION)[:, :, None]
    order, theirs = np.zeros((3, 3, 1)), np.full((3, 3, 1), 0.5)
    order[0, 2], theirs[0, 2] = farther, 0.5 + more
    rivals, taken = first_offer(kind, order, theirs)
    assert (rivals[0, 0], taken[0, 0]) == (rival, CAPITULATION), "what differs by rounding alone is equal, and goes to the first"


def test_a_party_gives_in_where_it_would_lose_more_than_its_rival_would_win() -> None:
    luck = np.random.default_rng(5)
    at, salience, influence = luck.uniform(0.01, 1, size=(3, 4, 3000))
    case = Dispute(10 * at, salience, influence * salience, np.ptp(10 * at, axis=0), np.ones(3000))
    exponents = risk_exponents(case, "code")
    own, theirs = expected_utilities(case, exponents, among_all_pairs(support(case, exponents)))
    made = moves(case, "code")
    who, where = np.nonzero(made.kind == CAPITULATION)
    rival = made.rival[who, where]
    assert len(who) > 10 and (made.at[who, where] == case.at[rival, where]).all()
    assert (-own[who, rival, where] > theirs[who, rival, where]).all() and (theirs[who, rival, where] > 0).all()


# What holds for all


@pytest.mark.parametrize("protocol", [*SETTLING, "challenge"])
@given(st.permutations(range(5)), st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_relabelling_parties_changes_nothing(protocol: Any, order: list[int], seed: int) -> None:
    luck = np.random.default_rng(seed)
    drawn = luck.uniform(size=(5, 3)).tolist()
    parties = {
        f"p{n}": {"influence": c + 0.01, "positions": {"x": {"at": 100 * x, "salience": s}}} for n, (c, x, s) in enumerate(drawn)
    }
    parties = {name: {**party, "no_deal": 5.0} for name, party in parties.items()}
    shuffled = {f"p{n}": parties[f"p{n}"] for n in order}
    one, two = (table(protocol, {"x": ladder(0, 100, 5)}, those, 6) for those in (parties, shuffled))
    before, after = play_chunk(one, 1, range(1)).columns, play_chunk(two, 1, range(1)).columns
    assert after["settled.x"] == pytest.approx(before["settled.x"], abs=1e-6)
    assert (after["deal"], after["round"]) == (before["deal"], before["round"])
    assert all(after[f"gain.{name}"] == before[f"gain.{name}"] for name in parties)


def doubtful(protocol: Any) -> Study:
    """Ten parties on two issues, all numbers uncertain, some pairs missing, more than eight voices on one of them."""
    parties = {}
    for n, (name, (c, x, s)) in enumerate(CARS.items()):
        positions = {"delay": {"at": {"triangular": [3, x, 11]}, "salience": {"uniform": [0, s]}}}
        if n % 3:
            positions["price"] = {"at": {"uniform": [0, 10 * n]}, "loss": 2}
        parties[name] = {"influence": {"uniform": [0, c]}, "positions": positions}
    return table(protocol, {"delay": ladder(3, 11, 1), "price": ladder(0, 100, 10)}, parties, 5)


@pytest.mark.parametrize("protocol", [*SETTLING, {"challenge": {"status_quo": {"uniform": [0, 1]}}}])
def test_blocks_of_any_size_give_the_same_bytes(protocol: Any) -> None:
    study = doubtful(protocol)
    whole, single, small = (play_chunk(study, 3, range(40), block).columns for block in (512, 1, 7))
    assert all(whole[key].tobytes() == single[key].tobytes() == small[key].tobytes() for key in whole)
    assert not np.isnan(whole["settled.delay"]).any() and len(set(whole["settled.price"])) == 40


def test_each_replicate_ends_in_its_own_round_with_the_points_of_that_round() -> None:
    study = doubtful({"challenge": {"reading": "paper"}})
    columns = play_chunk(study, 1, range(300)).columns
    assert set(columns["round"]) >= {4, 5} and set(columns["ending"]) == {0}
    early = np.flatnonzero(columns["round"] < 5)[:20]
    longer = play_chunk(Study(study.negotiation.model_copy(update={"talks": _rounds(study, 8)})), 1, range(300)).columns
    assert (longer["settled.delay"][early] == columns["settled.delay"][early]).all()
    assert (longer["round"][early] == columns["round"][early]).all() and longer["round"].max() > 5


def _rounds(study: Study, rounds: int) -> Any:
    return study.negotiation.talks.model_copy(update={"rounds": rounds})


def test_influence_and_positions_stay_drawn_alike_under_another_protocol() -> None:
    mean, other = (play_chunk(doubtful(protocol), 1, range(50)).columns for protocol in ("compromise", "alternating_offers"))
    assert all((mean[f"no_deal.{name}"] == other[f"no_deal.{name}"]).all() for name in CARS)
    assert (mean["nash"] == other["nash"]).all() and len(set(mean["nash"])) > 1


# End to end


def written(folder: Path, protocol: Any, rounds: int = 4) -> str:
    """The car case as a file."""
    tree = {
        "title": "Cleaner cars",
        "issues": {"delay": ladder(4, 10, 1)},
        "parties": places(CARS, "delay") | {"ireland": {"influence": {"uniform": [0, 0.1]}, "positions": {"delay": 7}}},
        "packages": {"soon": {"delay": 5}},
        "talks": {"protocol": protocol, "rounds": rounds},
    }
    file = folder / "cars.yaml"
    with file.open("w") as text:
        YAML().dump(tree, text)
    return str(file)


def parley(*words: str) -> str:
    """Standard output of a command that ends well."""
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("protocol", SETTLING)
def test_every_command_knows_positions(tmp_path: Path, protocol: Any) -> None:
    file, folder = written(tmp_path, protocol), tmp_path / "results"
    parley("run", file, "-n", "60", "-q", "-o", str(folder))
    frame = pd.read_parquet(folder / "outcomes.parquet")
    assert set(frame["ending"]) == {"agreed"} and frame["settled.delay"].between(4, 10).all()
    assert (abs(frame["delay"].astype(float) - frame["settled.delay"]) <= 0.5).all()
    assert json.loads((folder / "summary.json").read_text())["agreement"]["share"] == 1
    assert "on delay" in parley("explain", file)
    told = json.loads(parley("explain", file, "--json", "--replicate", "3"))
    assert told["notes"] and told["deal"] == {"delay": frame["delay"][3]} and told["ending"] == "agreed"
    checked = json.loads(parley("check", file, "--json"))
    assert {"parties.ireland.influence", "parties.france.positions.delay"} <= set(checked["numbers"]["no_reason"])
    judged = json.loads(parley("score", file, "soon", "--json"))
    assert judged["parties"]["belgium"]["points"] == pytest.approx(100 / 3) and judged["parties"]["germany"]["points"] > 80
    assert "delay" in parley("check", file) and "Belgium" in parley("score", file, "delay=7")
    early = [f"parties.{name}.positions.delay.at=4" for name in ("france", "italy", "britain")]
    assert run(file, 60, changes=early).to_frame()["settled.delay"].mean() < frame["settled.delay"].mean() - 1


def test_a_variant_may_move_a_party(tmp_path: Path) -> None:
    written(tmp_path, "compromise")
    (tmp_path / "late.yaml").write_text("extends: cars.yaml\nparties: {greece: {positions: {delay: {at: 10}}}}\n")
    standing = load(str(tmp_path / "late.yaml")).negotiation.parties["greece"].positions["delay"]
    assert (standing.at, standing.salience) == (10, 0.7)


def test_a_reason_may_stand_beside_a_position(tmp_path: Path) -> None:
    file = written(tmp_path, "compromise")
    because = '{positions: "reported: (source) a table", influence: "assumed: by population"}'
    record = json.loads(parley("check", file, "--json", "--set", f"parties.greece.because={because}"))["numbers"]
    assert record["reported"] == ["parties.greece.positions.delay"]
    assert record["assumed"] == record["assumed_fixed"] == ["parties.greece.influence"]


def told_of(tmp_path: Path, *changes: str) -> list[str]:
    """What is told of the car case with these changes."""
    with pytest.raises(BadInput) as refused:
        load(written(tmp_path, "compromise"), changes)
    return refused.value.lines


def test_a_protocol_that_settles_points_says_who_and_what_is_left_out(tmp_path: Path) -> None:
    mute = "parties.greece={weights: {delay: 1}, values: {delay: rising}}"
    needs = "parties.greece: says nowhere where it stands, which 'compromise' needs; write `positions`"
    (line,) = told_of(tmp_path, mute)
    assert line.endswith(needs)
    noise = "issues.noise={question: '?', options: {ladder: {from: 0, to: 1, step: 1}}}"
    (line,) = told_of(tmp_path, noise, "packages={}")
    assert line.endswith("issues.noise: nobody stands on this issue, so 'compromise' cannot settle it")
    hushed = [f"parties.{name}.positions.delay={{at: 7, salience: {{choice: {{0: 1}}}}}}" for name in CARS if name != "greece"]
    (line,) = told_of(tmp_path, *hushed, "parties.greece.influence=0")
    assert line.endswith("issues.delay: nobody who stands on this issue has both influence and salience")
    (line,) = told_of(tmp_path, *(f"parties.{name}.influence=0" for name in CARS))
    assert line.endswith("parties: nobody has any influence, and at least one must under 'compromise'")


def test_check_names_the_strategies_that_nobody_heeds(tmp_path: Path) -> None:
    words = ["check", written(tmp_path, "compromise")]
    heeds = "Without effect, as the protocol settles points by positions:"
    assert heeds not in CliRunner().invoke(app, words).stdout
    told = CliRunner().invoke(app, [*words, "--set", "parties.greece.strategy={hardline: {}}"]).stdout
    assert f"{heeds} parties.greece.strategy\n" in told


def test_the_schema_for_editors_knows_positions(tmp_path: Path) -> None:
    tree = YAML(typ="safe").load(Path(written(tmp_path, {"challenge": {"status_quo": 0.5}})).read_text())
    checker = jsonschema.Draft202012Validator(file_schema())
    assert checker.is_valid(tree)
    assert not checker.is_valid({**tree, "parties": {"nobody": {"name": "Nobody"}}})
    for wrong in ({}, {"delay": {"salience": 1}}, {"delay": "late"}):
        assert not checker.is_valid({**tree, "parties": {"nobody": {"positions": wrong}}}), wrong


def test_the_papers_of_spatial_models_are_cited_where_they_are_used() -> None:
    assert {"positions", "influence", "protocols.challenge"} <= set(parts(cars("challenge").negotiation))
    plain = set(parts(load("berlin").negotiation))
    assert not plain & {"positions", "influence", "protocols.challenge", "protocols.compromise"}


def test_more_rounds_never_take_back_an_ending() -> None:
    rounds = [play_chunk(cars("challenge", number), 1, range(1)).columns["round"][0] for number in range(1, 7)]
    assert rounds == [1, 2, 3, 4, 4, 4]
