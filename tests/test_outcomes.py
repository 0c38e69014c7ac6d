"""What comes of talks: zone, blockers, frontier, solution points by brute force; what strategies promise; the sums."""

import random
from fractions import Fraction
from functools import cache
from math import prod, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError
from referee import GRID
from test_referee import draw_scenario, needs_of, utilities_of

from sim.case.chance import Chance
from sim.case.numbers import Draws
from sim.case.stakes import as_utility
from sim.outcomes import narration
from sim.outcomes.diagnosis import diagnose
from sim.outcomes.endings import LEFT, endings
from sim.outcomes.measures import Columns, Played, measure
from sim.outcomes.narration import story
from sim.outcomes.solutions import SOLUTIONS
from sim.outcomes.store import parquet
from sim.outcomes.summary import in_words, share, summarise
from sim.studies.blocks import Study, play_chunk
from sim.studies.doubt import MOST, moved
from sim.studies.runs import Outcomes, load, run
from sim.studies.soundness import sound
from sim.talks.model import Talks
from sim.talks.negotiation import Negotiation
from sim.talks.offers import OFFERS
from sim.talks.protocols import PROTOCOLS
from sim.talks.strategies import STRATEGIES
from sim.talks.table import Turn

PARTIES = ("ukraine", "russia", "us", "eu")
Frontier = list[tuple[float, float]]


def study_of(scenario: dict[str, Any]) -> Study:
    """A scenario ready to be played."""
    return Study(Negotiation.model_validate(scenario))


# What a deal is worth


def house(chance: float) -> dict[str, Any]:
    """Two issues, a linkage, and a red line with a chance; the other party wants the opposite."""
    issues = {"x": ["x0", "x1", "x2"], "y": ["y0", "y1"]}
    values = {"x": {"x0": 100, "x1": 40, "x2": 0}, "y": {"y0": 0, "y1": 100}}
    red_line = {"when": {"x": ["x1", "x2"], "y": "y0"}, "chance": chance}
    anna = {"weights": {"x": 3, "y": 1}, "values": values, "red_lines": [red_line]}
    ben = {"weights": {"x": 1, "y": 1}, "values": {"x": "rising", "y": "falling"}}
    return {
        "title": "a house",
        "issues": {issue: {"question": "?", "options": dict.fromkeys(o, "-")} for issue, o in issues.items()},
        "parties": {"anna": anna, "ben": ben},
        "linkages": [{"party": "anna", "when": {"x": ["x0", "x1"], "y": "y1"}, "points": -30}],
        "talks": {"rounds": 2},
    }


def test_utility_is_the_weighted_sum_of_values_and_the_linkages() -> None:
    stakes = study_of(house(1)).play(Chance(1, 0, 1)).stakes
    worth = {
        tuple(stakes.deals.options(k).values()): [100 * stakes.utility(p, np.array([k]))[0] for p in (0, 1)] for k in range(6)
    }
    assert worth == {
        ("x0", "y0"): pytest.approx([75, 50]),
        ("x0", "y1"): pytest.approx([70, 0]),
        ("x1", "y0"): pytest.approx([30, 75]),
        ("x1", "y1"): pytest.approx([25, 25]),
        ("x2", "y0"): pytest.approx([0, 100]),
        ("x2", "y1"): pytest.approx([25, 50]),
    }


@pytest.mark.parametrize("chance", [0, 0.25, 0.5, 1])
def test_red_line_keeps_its_deals_out_of_the_zone_as_often_as_its_chance(chance: float) -> None:
    sizes = play_chunk(study_of(house(chance)), 1, range(4000)).columns["zone_deals"]
    assert set(sizes.tolist()) <= {4, 6}, "all six deals are worth no less than no deal, which is worth nothing"
    assert abs((sizes == 4).mean() - chance) <= 4 * sqrt(chance * (1 - chance) / 4000)


# By brute force over all deals, in whole steps of the grid


class Brute:
    """One replicate, every deal looked at in turn."""

    def __init__(self, played: Played, r: int) -> None:
        """Utilities, no-deal values and signers as plain numbers."""
        deals = played.stakes.deals
        self.utilities = utilities_of(played, r)
        self.no_deal = [round(value * GRID) for value in played.stakes.no_deal[0, :, r].tolist()]
        self.needs = needs_of(played.negotiation, [deals.options(k) for k in range(deals.count)])
        self.signers = sorted(set().union(*self.needs))
        self.parties = range(len(self.utilities))
        self.deals = range(deals.count)

    def gain(self, party: int, deal: int) -> int:
        """What the party gains over no deal."""
        return self.utilities[party][deal] - self.no_deal[party]

    def zone(self, without: int | None = None) -> list[int]:
        """The deals that all who must sign, one of them perhaps left out, find no worse than no deal."""
        return [k for k in self.deals if all(self.gain(p, k) >= 0 for p in self.needs[k] - {without})]

    def blockers(self) -> list[int]:
        """Without whose signature alone there would be a zone."""
        return [] if self.zone() else [p for p in self.parties if self.zone(without=p)]

    def on_frontier(self, deal: int) -> bool:
        """Whether no deal is better for one who ever signs and worse for none."""
        mine = [self.utilities[p][deal] for p in self.signers]
        others = ([self.utilities[p][k] for p in self.signers] for k in self.deals)
        return not any(other != mine and all(a >= b for a, b in zip(other, mine, strict=True)) for other in others)

    def solution(self, name: str) -> int:
        """The deal at a solution point, -1 for none; of equals the larger sum, then the first."""
        feasible = [k for k in self.zone() if all(self.gain(p, k) >= 0 for p in self.signers)]
        if not feasible:
            return -1
        ideal = {p: max(self.gain(p, k) for k in feasible) for p in self.signers}

        def objective(k: int) -> Fraction:
            gains = {p: self.gain(p, k) for p in self.signers}
            shares = [Fraction(gains[p], ideal[p]) if ideal[p] else Fraction(1) for p in self.signers]
            match name:
                case "nash":
                    return Fraction(prod(gains.values()))
                case "kalai_smorodinsky":
                    return min(shares)
                case "egalitarian":
                    return Fraction(min(gains.values()))
            return Fraction(sum(gains.values()))

        return max(feasible, key=lambda k: (objective(k), sum(self.gain(p, k) for p in self.signers), -k))


@cache
def played_at_random() -> list[tuple[Played, Columns]]:
    """Scenarios as drawn for the referee: red lines, linkages, signatures by deal; some with equal deals."""
    luck, played = random.Random(7), []
    for number in range(250):
        played.append(study_of(draw_scenario(luck)).play(Chance(number, 0, 3), tell=True))
    return [(one, measure(one)) for one in played]


def replicates() -> list[tuple[Brute, dict[str, Any], list[str]]]:
    """Each replicate by brute force, its row, and the names of the parties."""
    return [
        (Brute(played, r), {name: column[r] for name, column in columns.items()}, list(played.negotiation.parties))
        for played, columns in played_at_random()
        for r in range(3)
    ]


def test_zone_holds_the_deals_that_nobody_needed_would_refuse() -> None:
    sizes = [len(brute.zone()) for brute, _, _ in replicates()]
    assert [row["zone_deals"] for _, row, _ in replicates()] == sizes
    assert [row["zone_end"] for _, row, _ in replicates()] == [size > 0 for size in sizes]
    assert [row["zone_start"] for _, row, _ in replicates()] == [size > 0 for size in sizes]
    assert 0.05 < np.mean([size == 0 for size in sizes]) < 0.95


def test_blockers_are_those_without_whom_alone_a_zone_would_open() -> None:
    blocked = [[names[p] for p in brute.blockers()] for brute, _, names in replicates()]
    said = [[name for name in names if row.get(f"blocked_by.{name}")] for _, row, names in replicates()]
    assert said == blocked
    assert sum(map(bool, blocked)) > 20


def test_frontier_is_where_nobody_who_signs_can_gain_without_anothers_loss() -> None:
    agreed = [(brute, row) for brute, row, _ in replicates() if row["deal"] >= 0]
    on = [brute.on_frontier(row["deal"]) for brute, row in agreed]
    assert [row["on_frontier"] == 1 for _, row in agreed] == on
    assert 0.05 < np.mean(on) < 0.95
    assert all(row["on_frontier"] != 1 for _, row, _ in replicates() if row["deal"] < 0)


@pytest.mark.parametrize("name", SOLUTIONS)
def test_solution_point_is_the_best_of_all_deals(name: str) -> None:
    points = [brute.solution(name) for brute, _, _ in replicates()]
    assert [row[name] for _, row, _ in replicates()] == points
    assert len(set(points)) > 20 and 0.05 < np.mean([point < 0 for point in points]) < 0.95


def test_solution_points_differ_from_one_another() -> None:
    rows = [[row[name] for name in SOLUTIONS] for _, row, _ in replicates()]
    assert all((np.array(rows)[:, i] != np.array(rows)[:, j]).any() for i in range(4) for j in range(i))


def test_every_replicate_ends_in_one_of_the_listed_ways() -> None:
    for played, columns in played_at_random():
        names = list(endings(played.negotiation))
        told = [names[n] for n in columns["ending"]]
        agreed, zone, left = columns["deal"] >= 0, columns["zone_end"], played.table.left_by >= 0
        assert told == [
            "agreed" if a else names[LEFT + played.table.left_by[r]] if left[r] else f"time_ran_out_with{'' if z else 'out'}_zone"
            for r, (a, z) in enumerate(zip(agreed, zone, strict=True))
        ]
        assert (columns["round"][~agreed] == played.negotiation.talks.rounds).all()


# Solutions in closed form, on ladders


def two(frontier: Frontier, no_deal: tuple[float, float] = (0, 0)) -> dict[str, Any]:
    """Two parties and one issue whose options are points (u1, u2) of a frontier."""
    options = [f"o{n}" for n in range(len(frontier))]
    return {
        "title": "a frontier",
        "issues": {"x": {"question": "?", "options": dict.fromkeys(options, "-")}},
        "parties": {
            name: {
                "weights": {"x": 1},
                "no_deal": no_deal[p],
                "values": {"x": dict(zip(options, (point[p] for point in frontier), strict=True))},
            }
            for p, name in enumerate("ab")
        },
        "talks": {"rounds": 2},
    }


def points_of(frontier: Frontier, no_deal: tuple[float, float] = (0, 0)) -> dict[str, tuple[float, float]]:
    """The utilities at each solution point of a frontier."""
    row = measure(study_of(two(frontier, no_deal)).play(Chance(1, 0, 1)))
    return {name: frontier[row[name][0]] for name in SOLUTIONS}


STEP = 0.1  # points between the rungs of a ladder
LADDER = [n * STEP for n in range(1001)]


def near(expected: float) -> Any:
    """Within a rung, where the frontier falls by two points for each."""
    return pytest.approx(expected, abs=2 * STEP)


def test_polygon_of_three_deals() -> None:
    corners = [(0.0, 100.0), (60.0, 80.0), (100.0, 0.0)]
    line = [(x, 100 - x / 3 if x <= 60 else 200 - 2 * x) for x in LADDER]
    assert points_of(corners)["nash"] == points_of(corners)["utilitarian"] == (60, 80)
    points = points_of(line)
    assert points["nash"] == pytest.approx((60, 80)) and points["utilitarian"] == pytest.approx((60, 80))
    assert points["egalitarian"] == points["kalai_smorodinsky"] == (near(200 / 3), near(200 / 3))


def test_linear_pie_is_split_in_half_above_no_deal() -> None:
    pie = [(x, 100 - x) for x in LADDER]
    points = points_of(pie, (10, 30))
    assert points["nash"] == points["kalai_smorodinsky"] == points["egalitarian"] == (near(40), near(60))


def test_curved_frontier() -> None:
    curve = [(x, 100 * sqrt(1 - x / 100)) for x in LADDER]
    points = points_of(curve)
    assert points["nash"] == (near(200 / 3), near(57.7350))
    assert points["kalai_smorodinsky"] == points["egalitarian"] == (near(61.8034), near(61.8034))


def test_flat_frontier_tells_all_four_apart() -> None:
    line = [(x, 50 - x / 2) for x in LADDER]  # u1 / 2 + u2 = 1 with 50 points for 1
    points = points_of(line)
    assert points["nash"] == points["kalai_smorodinsky"] == (near(50), near(25))
    assert points["egalitarian"] == (near(100 / 3), near(100 / 3))
    assert points["utilitarian"] == pytest.approx((100, 0))


def test_the_shipped_pie_has_its_nash_point_at_40() -> None:
    frame = run("pie", replicates=20).to_frame()
    assert set(frame["nash"]) == {"share=40"}


def test_affine_rescaling_leaves_nash_and_kalai_smorodinsky_where_they_were() -> None:
    luck = np.random.default_rng(5)
    for _ in range(30):
        cloud = [(x, y) for x, y in (100 * luck.random((60, 2))).tolist()]
        base = points_of(cloud, (20, 20))
        halved = points_of([(x / 2 + 30, y) for x, y in cloud], (20 / 2 + 30, 20))
        moved_back = {name: ((x - 30) * 2, y) for name, (x, y) in halved.items()}
        for name in ("nash", "kalai_smorodinsky"):
            assert moved_back[name] == pytest.approx(base[name]), name


# Counts and sums


@cache
def of_berlin() -> Outcomes:
    """Some hundreds of replicates of berlin, a party of which may walk out."""
    change = "parties.us.strategy={aspiration: {firmness: {uniform: [0.5, 2]}}, leaves: {after: 0.6}}"
    return run("berlin", replicates=900, changes=[change])


def test_tallies_of_two_halves_add_up_to_the_whole() -> None:
    study = load("berlin")
    whole, halves = (play_chunk(study, 1, range(300), block).counts for block in (300, 150))
    assert set(whole) == set(halves)
    for name, count in whole.items():
        if name.startswith("moments."):
            np.testing.assert_allclose(count, halves[name], rtol=1e-12)
        else:
            assert (count == halves[name]).all(), name


def test_counts_are_those_of_the_frame() -> None:
    outcomes, frame = of_berlin(), of_berlin().to_frame()
    counts, study = outcomes.counts, outcomes.study
    agreed = frame["ending"] == "agreed"
    table = {
        (ending, n): int(count)
        for ending, row in zip(endings(study.negotiation), counts["endings"], strict=True)
        for n, count in enumerate(row)
        if count
    }
    assert table == frame.groupby(["ending", "round"], observed=True).size().to_dict()
    deals = {study.deals.label(k): int(count) for k, count in enumerate(counts["deals"]) if count}
    assert deals == frame["deal"].value_counts().loc[lambda count: count > 0].to_dict()
    assert counts["zone"].tolist() == [frame["zone_start"].sum(), frame["zone_end"].sum()]
    assert counts["zone_existed"].tolist() == [frame["zone_start"].sum(), (frame["zone_start"] & agreed).sum()]
    assert counts["zone_deals"] == frame["zone_deals"].sum()
    assert counts["frontier"] == (frame["on_frontier"].astype("boolean").fillna(False)).sum()
    for party in PARTIES:
        assert counts[f"blocked_by.{party}"] == frame[f"blocked_by.{party}"].sum()
        utility = frame.loc[agreed, f"utility.{party}"]
        moments = [len(utility), utility.sum(), (utility**2).sum()]
        np.testing.assert_allclose(counts[f"moments.utility.{party}"], moments)
    for name in SOLUTIONS:
        assert counts[f"reached.{name}"] == (frame[name].astype(str) == frame["deal"].astype(str))[agreed].sum()
        assert counts[f"exists.{name}"] == counts[f"solution.{name}"].sum() == frame[name].notna().sum()


def test_summary_says_what_pandas_computes_from_the_frame() -> None:
    study, counts, frame = of_berlin().study, of_berlin().counts, of_berlin().to_frame()
    summary = summarise(study.negotiation, study.deals, counts, seed=1)
    agreed = frame[frame["ending"] == "agreed"]
    assert summary["agreement"]["share"] == pytest.approx(len(agreed) / len(frame))
    counted = frame["ending"].value_counts()
    assert {key: ending["count"] for key, ending in summary["endings"].items() if ending["count"]} == counted[
        counted > 0
    ].to_dict()
    assert sum(ending["count"] for ending in summary["endings"].values()) == len(frame)
    for issue, options in summary["issues"].items():
        shares = agreed[issue].value_counts(normalize=True)
        assert {option: row["share"] for option, row in options.items()} == pytest.approx(shares.to_dict())
    for party in PARTIES:
        utility, said = agreed[f"utility.{party}"], summary["parties"][party]["utility"]
        assert said["mean"] == pytest.approx(utility.mean())
        assert said["sd"] == pytest.approx(utility.std(ddof=0))
        assert said["quantiles"]["50"] == pytest.approx(utility.quantile(0.5, interpolation="lower"), abs=0.051)
        assert sum(said["histogram"]["counts"]) == len(agreed)


def test_leanings_count_the_replicates_in_each_tenth() -> None:
    study = load("berlin")
    played, counts = study.play(Chance(1, 0, 300)), play_chunk(study, 1, range(300)).counts
    tenth, agreed = played.draws.tenths["quantities.war"], played.table.agreed
    expected = [count for end in (-1, 1) for count in ((tenth == end).sum(), ((tenth == end) & agreed).sum())]
    assert counts["lean.quantities.war"].tolist() == expected
    assert 10 < expected[0] < 50


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [  # Newcombe (1998), Statistics in Medicine 17, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals_are_the_published_ones(count: int, of: int, low: float, high: float) -> None:
    said = share(count, of)
    assert said == {
        "share": count / of,
        "low": pytest.approx(low, abs=5e-5),
        "high": pytest.approx(high, abs=5e-5),
    }


# No-deal values


@cache
def berlin() -> Played:
    """Some hundreds of replicates of berlin."""
    return load("berlin").play(Chance(1, 0, 800), tell=True)


def worth_of(played: Played, party: int, packages: list[str]) -> np.ndarray:
    """Utilities (packages, R) of packages to a party."""
    stakes, scenario = played.stakes, played.negotiation
    numbers = [stakes.deals.number(scenario.packages[name]) for name in packages]
    return np.stack([stakes.utility(party, np.full(stakes.replicates, k)) for k in numbers])


@pytest.mark.parametrize("party", PARTIES)
def test_no_deal_lies_between_best_refused_and_worst_signed(party: str) -> None:
    played, p = berlin(), PARTIES.index(party)
    anchors: Any = played.negotiation.parties[party].no_deal
    no_deal = played.stakes.no_deal[0, p]
    refused, signed = worth_of(played, p, anchors.refuses), worth_of(played, p, anchors.signs)
    best, worst = refused.max(axis=0), signed.min(axis=0)
    contradicted = played.stakes.contradicted[p]
    assert (contradicted == (best > worst)).all()
    assert (np.minimum(best, worst) <= no_deal).all() and (no_deal <= np.maximum(best, worst)).all()
    sound = ~contradicted
    assert sound.mean() > 0.5
    assert (signed >= no_deal)[:, sound].all(), "it would sign what it is said to sign"
    assert (refused <= no_deal)[:, sound].all(), "it would rather have no deal than what it is said to refuse"


def test_no_deal_stays_as_drawn_when_values_change() -> None:
    change = "parties.russia.values.nato.shelved=30"
    variant = load("berlin", [change])
    chance, base = Chance(1, 0, 100), load("berlin").play(Chance(1, 0, 100)).stakes
    changed = variant.play(chance).stakes
    assert (base.points[1] != changed.points[1]).any()
    assert (base.no_deal == changed.no_deal).all()
    assert (Study(variant.negotiation).play(chance).stakes.no_deal != base.no_deal).any(), "else this would say nothing"


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        ("parties.russia.no_deal.law=0.5", {"russia"}),
        ("parties.us.no_deal.plus=5", {"us"}),
        ("quantities.war.law={uniform: [0.9, 1]}", {"russia", "ukraine"}),
    ],
)
def test_no_deal_moves_when_it_is_itself_what_is_changed(change: str, moved: set[str]) -> None:
    base, changed = (load("berlin", changes).play(Chance(1, 0, 100)).stakes.no_deal[0] for changes in ([], [change]))
    assert {PARTIES[p] for p in np.flatnonzero((base != changed).any(axis=1))} == moved


# The author's own numbers, moved


def values_of(negotiation: Negotiation) -> dict[str, dict[str, float]]:
    """The values of each party's options on each issue, at their medians."""
    middles = Draws(None, negotiation.quantities)
    return {
        f"{name}.{issue}": {option: float(middles.of(number, "")[0]) for option, number in written.items()}
        for name, party in negotiation.parties.items()
        for issue, written in party.values.items()
        if isinstance(written, dict)
    }


@pytest.mark.parametrize("version", range(8))
def test_moved_values_keep_their_order_and_move_ten_points_at_most(version: int) -> None:
    negotiation = load("berlin").negotiation
    before, after = values_of(negotiation), values_of(moved(negotiation, 1, version))
    steps = []
    for path, written in before.items():
        order = sorted(written, key=written.__getitem__)
        values = [after[path][option] for option in order]
        assert values == sorted(values), path
        assert values[0] >= 0 and values[-1] <= 100
        assert all(after[path][option] == written[option] for option in written if written[option] in (0, 100)), path
        steps += [after[path][option] - written[option] for option in written if 0 < written[option] < 100]
    assert max(map(abs, steps)) <= MOST + 1e-9
    assert np.std(steps) > 3 and min(steps) < -5 and max(steps) > 5


def test_versions_move_differently_and_share_all_other_luck() -> None:
    negotiation = load("berlin").negotiation
    one, two = (Study(moved(negotiation, 1, version)).play(Chance(1, 0, 50)) for version in (1, 2))
    assert (one.stakes.points[0] != two.stakes.points[0]).any()
    assert all((one.draws.tenths[path] == two.draws.tenths[path]).all() for path in one.draws.tenths)


# What strategies promise


def bargaining(strategies: list[dict[str, Any]], rounds: int = 20, **talks: Any) -> Study:
    """Parties with laws for everything, over 60 deals, each with its strategy."""
    sizes = {"x": 5, "y": 4, "z": 3}
    issues = {issue: [f"{issue}{o}" for o in range(size)] for issue, size in sizes.items()}

    def party(p: int, strategy: dict[str, Any]) -> dict[str, Any]:
        values = {}
        for issue, options in issues.items():
            ends = {options[2 * p % len(options)]: 100, options[(2 * p + 1) % len(options)]: 0}
            values[issue] = {option: ends.get(option, {"uniform": [10, 90]}) for option in options}
        weights = {issue: {"uniform": [1, 5]} for issue in issues}
        return {"weights": weights, "values": values, "no_deal": {"uniform": [20, 60]}, "strategy": strategy}

    return study_of(
        {
            "title": "all at random",
            "issues": {issue: {"question": "?", "options": dict.fromkeys(o, "-")} for issue, o in issues.items()},
            "parties": {"abc"[p]: party(p, strategy) for p, strategy in enumerate(strategies)},
            "talks": {"rounds": rounds} | talks,
        }
    )


YIELDING: dict[str, Any] = {"aspiration": {"firmness": 1}}


def of_strategy(name: str, parties: int, offers: str) -> Study:
    """The strategy against itself; of three parties, one yields."""
    return bargaining([{name: {}}, {name: {}}, YIELDING][:parties], offers=offers)


WAYS = [(name, parties, offers) for name in STRATEGIES for parties in (2, 3) for offers in OFFERS]
CONTRACT = [way for way in WAYS if not sound(of_strategy(*way))]


def test_the_contract_is_asked_of_every_strategy_that_is_played_by_turns() -> None:
    by_turns = {"aspiration", "hardline", "micro", "tit_for_tat"}
    two_in_equilibrium = {way for way in WAYS if way[:2] == ("equilibrium", 2)}
    assert {way for way in WAYS if way[0] in by_turns} | two_in_equilibrium == set(CONTRACT)


@pytest.mark.parametrize(("name", "parties", "offers"), CONTRACT)
def test_every_strategy_keeps_the_contract(name: str, parties: int, offers: str) -> None:
    played = of_strategy(name, parties, offers).play(Chance(1, 0, 64), tell=True)
    worth = [(np.array([utilities_of(played, r)[p] for r in range(64)]) / GRID) for p in range(parties)]
    nothing, rows = played.stakes.deals.count, np.arange(64)
    assert played.table.turns
    for turn in played.table.turns:
        no_deal = played.stakes.no_deal[0, turn.party]
        assert ((turn.offers >= 0) & (turn.offers <= nothing)).all(), "an offer is a deal or none"
        assert (turn.signed <= (turn.asked & (turn.standing < nothing))).all(), "only what lies there is signed"
        signed = np.flatnonzero(turn.signed)
        assert (worth[turn.party][signed, turn.standing[signed]] >= no_deal[signed]).all(), "nobody signs a loss"
        put = rows[turn.put & (turn.offers < nothing)]
        assert (worth[turn.party][put, turn.offers[put]] >= no_deal[put] - 1e-6).all(), "nobody offers its own loss"


@pytest.mark.parametrize(("name", "parties", "offers"), CONTRACT)
def test_every_strategy_plays_the_same_alone_as_in_company(name: str, parties: int, offers: str) -> None:
    study = of_strategy(name, parties, offers)
    together = measure(study.play(Chance(1, 0, 64)))
    for r in (0, 1, 37, 63):
        alone = measure(study.play(Chance(1, r, 1)))
        assert all(alone[column][0] == together[column][r] for column in together), r


def offers_of(turns: list[Turn], party: int, r: int, nothing: int) -> list[int]:
    """The deals that a party puts on the table in one replicate, in order."""
    return [int(turn.offers[r]) for turn in turns if turn.party == party and turn.put[r] and turn.offers[r] < nothing]


@pytest.mark.parametrize("others", [[YIELDING], [{"micro": {}}], [YIELDING, {"micro": {}}]])
def test_micro_makes_one_new_offer_for_each_new_one_it_hears(others: list[dict[str, Any]]) -> None:
    played = bargaining([{"micro": {}}, *others]).play(Chance(1, 0, 60), tell=True)
    nothing, most = played.stakes.deals.count, 0
    for r in range(60):
        mine: list[int] = []
        heard: dict[int, set[int]] = {}
        for turn in played.table.turns or []:
            if turn.put[r] and turn.offers[r] < nothing and turn.party:
                heard.setdefault(turn.party, set()).add(int(turn.offers[r]))
            elif turn.put[r] and turn.offers[r] < nothing:
                mine += [int(turn.offers[r])] if turn.offers[r] not in mine else []
                assert len(mine) <= 1 + min(map(len, heard.values()), default=0)
        utility = utilities_of(played, r)[0]
        assert mine == sorted(range(nothing), key=lambda k: (-utility[k], -k))[: len(mine)], "from its best downwards"
        assert all(utility[k] / GRID >= played.stakes.no_deal[0, 0, r] for k in mine)
        most = max(most, len(mine))
    assert most > 3


def test_micro_meets_micro_half_way() -> None:
    scenario = two([(x, 100 - x) for x in range(0, 101, 10)])
    for party in scenario["parties"].values():
        party["strategy"] = {"micro": {}}
    table = study_of(scenario | {"talks": {"rounds": 20}}).play(Chance(1, 0, 4)).table
    assert table.agreed.all() and set(table.deal.tolist()) == {5} and set(table.ended.tolist()) == {6}


def test_micro_comes_down_to_no_deal_and_no_further() -> None:
    scenario = two([(x, 100 - x) for x in range(0, 101, 5)], (60, 75))
    for party in scenario["parties"].values():
        party["strategy"] = {"micro": {}}
    played = study_of(scenario | {"talks": {"rounds": 30}}).play(Chance(1, 0, 4), tell=True)
    for r in range(4):
        made = [offers_of(played.table.turns or [], party, r, 21) for party in (0, 1)]
        assert (min(made[0]), max(made[1])) == (14, 5), "one more than the other can make, and all the other can make"
    assert not played.table.agreed.any()


def test_two_tit_for_tats_without_generosity_never_move() -> None:
    played = bargaining([{"tit_for_tat": {"generosity": 0}}] * 2).play(Chance(1, 0, 60), tell=True)
    for r in range(60):
        utilities = utilities_of(played, r)
        best = [max(utility) for utility in utilities]
        made = [offers_of(played.table.turns or [], p, r, played.stakes.deals.count) for p in (0, 1)]
        assert {utilities[p][k] for p in (0, 1) for k in made[p]} <= set(best)
        assert all(len(set(one)) <= 1 for one in made)
    assert not played.table.agreed.any()


def demands_of(study: Study, party: int) -> tuple[np.ndarray, Talks]:
    """What a party demands after each round (T, R), as utility, and the talks."""
    draws = Draws(Chance(1, 0, 60), study.negotiation.quantities)
    talks = Talks(study.negotiation, study.stakes(draws), draws, tell=True)
    demands = []
    for t in range(study.negotiation.talks.rounds):
        talks.step()
        demands.append(as_utility(talks.delegations[party].plan.demands(t)))
    return np.stack(demands), talks


def demands_against(other: dict[str, Any], generosity: float = 5) -> np.ndarray:
    """What tit-for-tat demands of another (T, R)."""
    return demands_of(bargaining([{"tit_for_tat": {"generosity": generosity}}, other], offers="lowest"), 0)[0]


@pytest.mark.parametrize("others", [[YIELDING], [YIELDING, {"aspiration": {"firmness": 0.4}}]])
def test_tit_for_tat_gives_what_the_least_yielding_has_given(others: list[dict[str, Any]]) -> None:
    demands, talks = demands_of(bargaining([{"tit_for_tat": {"generosity": 2}}, *others]), 0)
    nothing, stakes = talks.stakes.deals.count, talks.stakes
    for r in range(60):
        utility = (stakes.points[0][r] @ stakes.deals.features[0][:, :-1]).tolist()
        for t in range(len(demands)):
            heard = [
                offers_of([turn for turn in talks.table.turns or [] if turn.round <= t + 1], other, r, nothing)
                for other in range(1, len(others) + 1)
            ]
            given = min((max(utility[k] for k in made) - utility[made[0]] for made in heard if made), default=0)
            assert demands[t, r] == pytest.approx(max(max(utility) - given - 0.02, stakes.no_deal[0, 0, r]), abs=1e-9)


def test_reciprocity_never_takes_back_what_it_yielded() -> None:
    demands = demands_against(YIELDING)
    assert (np.diff(demands, axis=0) <= 0).all()
    assert (np.diff(demands, axis=0) < 0).any(axis=0).mean() > 0.9


def test_reciprocity_demands_less_of_those_who_yield_sooner() -> None:
    of_stubborn = demands_against({"hardline": {}})[8]
    of_firm, of_soft = (demands_against({"aspiration": {"firmness": firmness}})[8] for firmness in (4, 0.25))
    assert (of_firm <= of_stubborn).all() and (of_soft < of_firm).mean() > 0.5


def test_reciprocity_demands_less_the_more_generous_it_is() -> None:
    demands = [demands_against({"hardline": {}}, generosity) for generosity in (0, 5, 20)]
    assert (demands[1] <= demands[0]).all() and (demands[2] <= demands[1]).all()
    assert (demands[2] < demands[0]).any()


@pytest.mark.parametrize("slack", [0, 30, 100])
def test_hardline_never_goes_below_no_deal(slack: int) -> None:
    played = bargaining([{"hardline": {"slack": slack}}, YIELDING]).play(Chance(1, 0, 60), tell=True)
    no_deal = played.stakes.no_deal[0, 0]
    for r in range(60):
        utility = utilities_of(played, r)[0]
        made = offers_of(played.table.turns or [], 0, r, played.stakes.deals.count)
        least = max(no_deal[r], max(utility) / GRID - slack / 100)
        assert made and min(utility[k] for k in made) / GRID >= least - 1e-6
    signed = played.stakes.utility(0, np.where(played.table.agreed, played.table.deal, 0))
    assert (signed >= no_deal)[played.table.agreed].all()


def pie(after: float, of_anna: dict[str, Any], no_deal: float = 30, points: list[tuple[float, float]] | None = None) -> Played:
    """Ben, on ten rounds over a pie, walks out after a share of them if nothing that Anna offered beat his no deal."""
    ben = YIELDING | {"leaves": {"after": after}}
    scenario = two(points or [(x, 100 - x) for x in range(0, 101, 10)], (0, no_deal))
    for party, strategy in zip(scenario["parties"].values(), (of_anna, ben), strict=True):
        party["strategy"] = strategy
    scenario["talks"] = {"rounds": 10}
    return study_of(scenario).play(Chance(1, 0, 3), tell=True)


@pytest.mark.parametrize(("after", "round_"), [(0, 1), (0.45, 6), (0.5, 6), (0.85, 10)])
def test_who_is_offered_nothing_better_than_no_deal_walks_out(after: float, round_: int) -> None:
    played = pie(after, {"hardline": {"slack": 20}})
    columns = measure(played)
    assert [list(endings(played.negotiation))[n] for n in columns["ending"]] == ["left_by_b"] * 3
    assert set(columns["round"].tolist()) == {round_} and (columns["deal"] == -1).all()
    assert not any(turn.round == round_ and turn.party == 1 and turn.put.any() for turn in played.table.turns or [])


def test_who_once_was_offered_more_than_no_deal_stays() -> None:
    assert (pie(0.5, {"hardline": {"slack": 50}}).table.left_by == -1).all()


def test_an_offer_worth_exactly_no_deal_does_not_keep_one_at_the_table() -> None:
    played = pie(0.5, {"hardline": {"slack": 50}}, no_deal=50)
    assert set(offers_of(played.table.turns or [], 0, 0, 11)) == {5}
    assert (played.table.left_by == 1).all()


@pytest.mark.parametrize(("points", "left_by"), [(30, 1), (30.00000001, -1)])
def test_an_offer_worth_a_step_of_utility_more_keeps_one_at_the_table(points: float, left_by: int) -> None:
    played = pie(0.5, {"hardline": {"slack": 0}}, 30, [(100, points), (0, 100)])
    assert (played.table.left_by == left_by).all()


def test_who_never_leaves_by_default_plays_to_the_end() -> None:
    played = bargaining([{"hardline": {}}] * 2).play(Chance(1, 0, 20))
    assert (measure(played)["round"] == 20).all() and (played.table.left_by == -1).all()


# Beliefs


def test_beliefs_blurred_by_nothing_are_exact() -> None:
    exact = measure(berlin())
    blurred = measure(load("berlin", ["talks.beliefs={values: 0, no_deal: 0}"]).play(Chance(1, 0, 800)))
    assert all((exact[name] == blurred[name]).all() for name in exact)


def test_beliefs_blurred_by_something_change_offers() -> None:
    blurred = load("berlin", ["talks.beliefs={values: {normal: [0, 10]}}"]).play(Chance(1, 0, 800), tell=True)
    exact, other = (np.stack([turn.offers for turn in played.table.turns or []]) for played in (berlin(), blurred))
    assert (exact != other).any(axis=0).mean() > 0.9
    assert (berlin().stakes.no_deal == blurred.stakes.no_deal).all()


# What is worth exactly what is demanded


@pytest.mark.parametrize("rung", range(10, 100, 10))
def test_an_offer_worth_exactly_the_demand_is_signed(rung: int) -> None:
    scenario = two([(x, 100 - x) for x in range(0, 101, 10)], (0, 0))
    scenario["parties"]["a"]["strategy"] = {"aspiration": {}}
    scenario["parties"]["b"]["strategy"] = {"hardline": {"slack": rung}, "offers": "considerate"}
    scenario["talks"] = {"rounds": 11}
    columns = measure(study_of(scenario).play(Chance(1, 0, 3)))
    assert set(columns["utility.a"].tolist()) == {rung}
    assert set(columns["round"].tolist()) <= {11 - rung // 10, 12 - rung // 10}


def test_a_better_offer_keeps_one_at_the_table_even_if_another_replaces_it() -> None:
    options = {"good": (90, 0, 90), "bad": (0, 100, 0), "ugly": (100, 50, 100)}
    values = [{name: worth[p] for name, worth in options.items()} for p in range(3)]
    parties = {
        name: {"weights": {"x": 1}, "values": {"x": values[p]}, "rescale": True, "no_deal": 50, "strategy": {"hardline": {}}}
        for p, name in enumerate("abc")
    }
    parties["c"]["strategy"]["leaves"] = {"after": 0.5}
    scenario = {
        "title": "three",
        "parties": parties,
        "talks": {"rounds": 6},
        "issues": {"x": {"question": "?", "options": dict.fromkeys(options, "-")}},
    }
    assert (study_of(scenario).play(Chance(1, 0, 2)).table.left_by == -1).all()


def test_one_party_with_nothing_better_than_no_deal_signs_nothing() -> None:
    scenario = {
        "title": "alone",
        "parties": {"a": {"weights": {"x": 1}, "values": {"x": {"p": 50, "q": 0}}, "no_deal": 80}},
        "issues": {"x": {"question": "?", "options": {"p": "-", "q": "-"}}},
        "talks": {"rounds": 3},
    }
    assert measure(study_of(scenario).play(Chance(1, 0, 4)))["deal"].tolist() == [-1] * 4


def test_a_block_too_large_for_its_keys_is_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        bargaining([{"hardline": {}}] * 2).play(Chance(1, 0, 5000))


def test_every_split_of_a_pie_has_the_largest_sum() -> None:
    columns = run("pie", 50).columns
    assert columns is not None and (columns["utilitarian_reached"] == 1).all() and (columns["nash_reached"] == 1).all()


def test_a_point_is_reached_wherever_the_agreement_is_the_point() -> None:
    columns = run("berlin", 2000).columns
    assert columns is not None
    for name in SOLUTIONS:
        same = (columns["deal"] >= 0) & (columns["deal"] == columns[name])
        assert same.any() and (columns[f"{name}_reached"][same] == 1).all()
        assert ((columns[f"{name}_reached"] == -1) == (columns["deal"] < 0)).all()


# Who speaks when


def speakers(order: str, rounds: int, replicates: int) -> np.ndarray:
    """Who has the floor (T, turns, R), among three who never agree."""
    played = bargaining([{"hardline": {}}] * 3, rounds, order=order).play(Chance(1, 0, replicates), tell=True)
    told = np.full((rounds, 3, replicates), -1)
    spoken = np.zeros((rounds, replicates), dtype=int)
    for turn in played.table.turns or []:
        floor = np.ones(replicates, dtype=bool) if turn.floor is None else turn.floor
        assert not (turn.asked & ~floor).any(), "who has not the floor is asked nothing"
        where = np.flatnonzero(floor)
        told[turn.round - 1, spoken[turn.round - 1, where], where] = turn.party
        spoken[turn.round - 1, where] += 1
    assert (spoken == 3).all(), "everybody has the floor once a round"
    return told


def test_the_order_of_the_file_is_that_of_speaking() -> None:
    assert (speakers("fixed", 4, 2) == np.arange(3)[:, None]).all()


def test_a_rotating_order_begins_one_place_later_each_round() -> None:
    expected = [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 1, 2]]
    assert (speakers("rotating", 4, 2) == np.array(expected)[:, :, None]).all()


def test_an_order_by_lot_is_each_order_as_often_and_fresh_each_round() -> None:
    told = speakers("random", 6, 600)
    assert (np.sort(told, axis=1) == np.arange(3)[:, None]).all()
    orders = told[:, 0] * 3 + told[:, 1]
    of, shares = 6 * 600, np.unique(orders, return_counts=True)[1]
    assert len(shares) == 6 and np.abs(shares - of / 6).max() < 4 * sqrt(of * 5 / 36)
    same = orders[1:] == orders[:-1]
    assert abs(same.mean() - 1 / 6) < 4 * sqrt(5 / 36 / same.size)


def test_a_story_counts_the_turns_of_a_round_as_they_were_taken() -> None:
    study, rounds = bargaining([YIELDING] * 3, 6, order="random"), range(6)
    played = study.play(Chance(1, 0, 20), tell=True)
    for r in range(20):
        floors = [(turn.round, turn.party) for turn in played.table.turns or [] if turn.floor is not None and turn.floor[r]]
        places = {(t + 1, party): n for t in rounds for n, party in enumerate([p for s, p in floors if s == t + 1], 1)}
        told = narration.offers(played, r)
        assert told and all(offer.turn == places[offer.round, offer.party] for offer in told)


# What waiting costs


def sharing(discount: Any, no_deal: float = 0) -> Played:
    """Two who meet on a pie after some rounds, or never; Anna's points lose worth with every round."""
    scenario = two([(x, 100 - x) for x in range(0, 101, 10)], (no_deal, no_deal))
    scenario["parties"]["a"]["discount"] = discount
    scenario["talks"] = {"rounds": 11}
    return study_of(scenario).play(Chance(1, 0, 50))


def test_a_discount_takes_its_share_of_an_agreement_with_every_round_but_the_first() -> None:
    plain, dear = measure(sharing(1)), measure(sharing(0.9))
    rounds = plain["round"]
    assert (rounds > 1).all() and (plain["deal"] == dear["deal"]).all() and (rounds == dear["round"]).all()
    np.testing.assert_allclose(dear["utility.a"], plain["utility.a"] * 0.9 ** (rounds - 1))
    np.testing.assert_allclose(dear["gain.a"], dear["utility.a"] - dear["no_deal.a"])
    assert (dear["utility.b"] == plain["utility.b"]).all()


def test_no_deal_is_discounted_too_when_time_runs_out() -> None:
    columns = measure(sharing(0.9, no_deal=60))
    assert (columns["deal"] == -1).all() and (columns["no_deal.a"] == 60).all()
    np.testing.assert_allclose(columns["utility.a"], 60 * 0.9**10)


def test_a_discount_may_be_uncertain() -> None:
    columns = measure(sharing({"uniform": [0.8, 0.95]}, no_deal=60))
    drawn = (columns["utility.a"] / 60) ** (1 / 10)
    assert 0.8 <= drawn.min() < 0.83 and 0.92 < drawn.max() <= 0.95


# Where nobody can agree


def apart(no_deal: tuple[float, float] = (55, 70)) -> Study:
    """A pie in tenths, of which both want too much."""
    return study_of(two([(x, 100 - x) for x in range(0, 101, 10)], no_deal) | {"talks": {"rounds": 4}})


def test_a_summary_without_any_agreement_is_empty_where_it_would_speak_of_agreements() -> None:
    summary = run(apart(), 20).summary
    assert summary["issues"] == {} and summary["deals"] == [] and summary["together"] == []
    assert summary["frontier"] is None and summary["zone_deals"] is None and summary["shares"]["found_given_zone"] is None
    for party, no_deal in (("a", 55), ("b", 70)):
        told = summary["parties"][party]
        assert told["utility"] is told["gain"] is None
        assert (told["no_deal"]["mean"], told["no_deal"]["sd"]) == pytest.approx((no_deal, 0), abs=1e-6)


def test_a_check_names_who_could_open_a_zone_most_cheaply() -> None:
    study = apart()
    draws = Draws(Chance(1, 0, 30), study.negotiation.quantities)
    record = diagnose(study.negotiation, study.stakes(draws), draws)
    assert record["zone"] == {"start": 0, "end": 0} and record["zone_deals"] is None
    assert record["concessions"] == {  # a takes 30 of 100 in place of 55; b 40 in place of 70
        "a": {"could": 1, "cheapest": 1, "points": pytest.approx(25)},
        "b": {"could": 1, "cheapest": 0, "points": None},
    }


def story_of(study: Study) -> str:
    """The story of the first replicate."""
    played = study.play(Chance(1, 0, 1), tell=True)
    return story(played, measure(played), 0)


def test_a_story_without_a_zone_names_the_deal_that_came_nearest() -> None:
    assert story_of(apart()).splitlines()[-1] == "  Nearest to a signature: x o4; A lacked 15.0 points."


@pytest.mark.parametrize(("least", "words"), [(50, "1 deal would have done"), (20, "7 deals would have done")])
def test_a_story_counts_the_deals_that_were_missed(least: float, words: str) -> None:
    scenario = two([(x, 100 - x) for x in range(0, 101, 10)], (least, least))
    for party in scenario["parties"].values():
        party["strategy"] = {"hardline": {}}
    assert story_of(study_of(scenario)).splitlines()[-1] == f"  {words}; the parties did not agree on one in time."


def test_a_story_names_a_red_line_only_where_it_is_real() -> None:
    study, real = study_of(house(0.5)), []
    for number in range(40):
        played = study.play(Chance(1, number, 1), tell=True)
        told = "Red lines that are real this time: Anna on x x1/x2 and y y0." in story(played, measure(played), number)
        real.append(bool((played.stakes.points[0][:, played.stakes.soft[0] :] < 0).any()))
        assert told == real[-1], number
    assert 5 < sum(real) < 35


def test_a_number_is_told_in_words_or_else_by_its_path() -> None:
    negotiation = study_of(house(0.5)).negotiation
    assert in_words(negotiation, "parties.anna.beliefs.ben.x.x0") == "Anna: belief about ben, x, x0"
    assert in_words(negotiation, "parties.anna.beliefs.ben.no_deal") == "Anna: belief about ben, no deal"
    assert in_words(negotiation, "a.number.unheard_of") == "a.number.unheard_of"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (5, "valid dictionary"),
        (["alternating_offers"], "valid dictionary"),
        ({}, "one protocol is needed here, not none; there are alternating_offers"),
        (dict.fromkeys(PROTOCOLS), f"one protocol is needed here, not {len(PROTOCOLS)}; there are alternating_offers"),
    ],
)
def test_one_protocol_is_written_by_its_name_or_as_its_section(written: Any, words: str) -> None:
    scenario = two([(0, 100), (100, 0)]) | {"talks": {"rounds": 1, "protocol": written}}
    with pytest.raises(ValidationError, match=rf"talks\.protocol\n.*{words}"):
        study_of(scenario)


@pytest.mark.parametrize(("tables", "groups"), [(4, [4, 4]), (5, [4, 4, 2])])
def test_rows_are_written_several_tables_in_a_group(
    tables: int, groups: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.outcomes.store._ROW_GROUP", 3)
    with parquet(tmp_path / "outcomes.parquet") as append:
        for n in range(tables):
            append(pa.table({"replicate": [2 * n, 2 * n + 1]}))
    written = pq.ParquetFile(tmp_path / "outcomes.parquet")
    assert [written.metadata.row_group(n).num_rows for n in range(written.num_row_groups)] == groups
    assert written.read()["replicate"].to_pylist() == list(range(2 * tables))


def test_a_file_of_rows_that_never_came_is_not_left_behind(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), parquet(tmp_path / "outcomes.parquet"):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
