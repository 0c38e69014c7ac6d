"""The deal menu: what it holds, what it costs, and that talks over it come out as talks over all deals do."""

from typing import Any

import numpy as np
import pytest

from sim import run
from sim.case.arrays import Floats
from sim.case.ascent import RISING
from sim.case.chance import Chance
from sim.case.deals import these_deals
from sim.case.menu import FEW, MENU, STARTS, menu
from sim.case.numbers import Draws
from sim.case.reading import validate
from sim.case.stakes import GRID, Stakes, as_worth
from sim.outcomes.captions import answer, over_menu
from sim.outcomes.optimum import Space
from sim.outcomes.regret import LEAST, OBJECTIVES, regret
from sim.outcomes.report import report
from sim.outcomes.solutions import SOLUTIONS
from sim.outcomes.zone import Zone
from sim.studies.blocks import Study
from sim.studies.runs import load
from sim.studies.soundness import sound
from sim.talks.negotiation import Negotiation

THIRD = ["talks.menu=250"]  # of the 750 deals of Berlin


def wide(**talks: Any) -> dict[str, Any]:
    """Eight issues of four options, 65,536 deals, of which one combination is excluded."""
    issue = {"question": "Which?", "options": {option: option for option in "abcd"}}
    issues = [f"issue_{n}" for n in range(8)]
    step = {"uniform": [20, 80]}
    ladders = ({"a": 100, "b": step, "c": step, "d": 0}, {"a": 0, "b": step, "c": step, "d": 100})
    parties = {
        name: {
            "weights": {issue: n + 1 if name == "left" else 8 - n for n, issue in enumerate(issues)},
            "weights_doubt": {"dirichlet": 20},
            "values": dict.fromkeys(issues, ladder),
            "no_deal": {"uniform": [20, 45]},
        }
        for name, ladder in zip(("left", "right"), ladders, strict=True)
    }
    return {
        "title": "Wide",
        "issues": dict.fromkeys(issues, issue),
        "exclusions": [{"issue_0": ["c", "d"], "issue_7": ["a", "b"]}],
        "packages": {"first": dict.fromkeys(issues, "a") | {"issue_7": "d"}},
        "parties": parties,
        "talks": {"rounds": 12, **talks},
    }


def study_of(tree: dict[str, Any]) -> Study:
    return Study(validate(tree, Negotiation))


def told(tree: dict[str, Any]) -> list[str]:
    return [fault.message for fault in sound(study_of(tree))]


def test_a_space_too_large_to_list_is_played_over_a_menu() -> None:
    study = study_of(wide())
    assert not sound(study)
    assert not study.deals.complete and 300 < study.deals.count <= MENU
    played = run(study, 300)
    assert played.columns is not None
    assert (played.columns["ending"] == 0).mean() > 0.5


def test_a_run_says_that_it_knows_only_the_menu() -> None:
    small, listed = run(study_of(wide(menu=20)), 64).summary, run(load("pie"), 10).summary
    assert small["menu"] == {"deals": 20, "own": 44, "of_all": 4**8, "offers": True}
    assert over_menu(small) == (
        "Zone and offers know only the 20 shared deals on the menu and up to 44 that each replicate finds for itself, of 65,536 "
        "in all: with all of them a zone may be there more often. `parley check` says how often one is missed."
    )
    assert "Zone and offers know only the 20 shared deals" in report(small, {})
    assert small["endings"]["time_ran_out_without_zone"]["text"].endswith("no zone of agreement on the menu")
    assert listed["menu"] is None and over_menu(listed) == ""
    assert listed["endings"]["time_ran_out_without_zone"]["text"].endswith("no zone of agreement")


def test_over_a_menu_packages_are_counted_and_other_deals_are_not() -> None:
    tree = wide(menu=20)
    for party in tree["parties"].values():
        party["no_deal"] = 0
    outcomes = run(study_of(tree), 200)
    agreed = outcomes.to_frame()["deal"].dropna()
    assert agreed.nunique() > 50, "else deals could be counted one by one"
    (package,) = outcomes.summary["deals"]
    label = study_of(tree).deals.label(0)
    assert package["package"] == "first" and package["share"] == (agreed == label).mean()
    told = "No package was agreed as it stands." if package["share"] == 0 else "Of the packages “first” was agreed as it stands"
    assert answer("deals", outcomes.summary).startswith(told)
    assert all(not point["deals"] and point["exists"] == 1 for point in outcomes.summary["solutions"].values())


@pytest.mark.parametrize(
    ("menu", "own", "listed", "more"),
    [
        ({}, 0, "1 deal on the menu", " `talks: {menu: 400}` looks for one among more."),
        (
            {"menu": 20},
            STARTS * len(RISING) + 2,
            "20 shared deals on the menu and up to 44 that each replicate finds for itself",
            "",
        ),
    ],
)
def test_where_a_text_walks_on_from_the_menu_the_zone_alone_knows_no_more(menu: Any, own: int, listed: str, more: str) -> None:
    tree = wide(protocol={"single_text": {"opens": "first", "revisions": 4}}, **menu)
    for party in tree["parties"].values():
        party["strategy"] = {"hill_climbing": {}}
    summary = run(study_of(tree), 32).summary
    assert summary["menu"] == {"deals": menu.get("menu", 1), "own": own, "of_all": 4**8, "offers": False}
    known = f"The zone knows only the {listed}, of 65,536 in all: with all of them a zone"
    assert over_menu(summary) == f"{known} may be there more often.{more}"


def test_a_scenario_has_one_menu() -> None:
    one, two = (menu(study_of(wide()).negotiation, 200) for _ in range(2))
    assert (one.rows == two.rows).all() and one.starts == two.starts == STARTS


def test_a_menu_holds_each_deal_once_all_packages_and_nothing_excluded() -> None:
    study = study_of(wide(menu=100))
    rows = study.deals.rows
    assert len(np.unique(rows, axis=0)) == len(rows) == 100
    assert study.deals.number(study.negotiation.packages["first"]) in range(100)
    assert not study.deals.excluded(rows).any()
    assert study.deals.excluded(np.array([[2, 0, 0, 0, 0, 0, 0, 1]])).all(), "else the line above says nothing"


def test_a_menu_that_could_hold_all_deals_is_the_whole_list() -> None:
    whole, asked = load("berlin"), load("berlin", ["talks.menu=750"])
    assert asked.deals.complete and (asked.deals.rows == whole.deals.rows).all()


def test_talks_over_a_third_of_the_deals_come_out_as_over_all() -> None:
    """The bounds: the same ending in 995 of 1,000 replicates, agreement and zone within half a point, and where both agree, a
    mean difference below 2 points of utility for each party."""
    listed, chosen = (run("berlin", 4000, changes=changes).columns for changes in ([], THIRD))
    assert listed is not None and chosen is not None
    assert (listed["ending"] == chosen["ending"]).mean() > 0.995
    for name, agreed in (("ending", 0), ("zone_end", True)):
        assert abs((listed[name] == agreed).mean() - (chosen[name] == agreed).mean()) < 0.005
    both = (listed["ending"] == 0) & (chosen["ending"] == 0)
    for party in ("ukraine", "russia", "us", "eu"):
        assert np.abs(listed[f"utility.{party}"] - chosen[f"utility.{party}"])[both].mean() < 2


def test_a_menu_of_deals_drawn_by_lot_would_not_do() -> None:
    """Else the bounds above would say nothing of how the menu is chosen."""
    study = load("berlin")
    lot = np.sort(np.random.default_rng(1).permutation(study.deals.count)[:250])
    listed, by_lot = (
        run(study, 2000).columns,
        run(Study(study.negotiation, listed=these_deals(study.negotiation, study.deals.rows[lot])), 2000).columns,
    )
    assert listed is not None and by_lot is not None
    assert (listed["ending"] == by_lot["ending"]).mean() < 0.98


@pytest.fixture(scope="module")
def third() -> Study:
    return load("berlin", THIRD)


def stakes_of(study: Study, draws: int) -> tuple[Stakes, Stakes]:
    quantities = study.negotiation.quantities
    return study.stakes(Draws(None, quantities)), study.stakes(Draws(Chance(1, 0, draws), quantities))


def least_gains(stakes: Stakes) -> Floats:
    """The largest smallest gain (R,) by a listed deal, in points, where all parties ever sign."""
    gains = stakes.worth[:, :, :-1] // 4096 - as_worth(stakes.no_deal[0])[:, :, None] // 4096
    points: Floats = gains.min(axis=0).max(axis=1) / GRID * 100
    return points


def test_the_shortfall_of_a_whole_list_is_nothing() -> None:
    study = load("berlin")
    record = regret(study.negotiation, *stakes_of(study, 25), lambda done: None)
    for name in SOLUTIONS:
        drawn = record["drawn"][name]
        assert drawn["missed"] == 0 and drawn["points"] > 2
        assert drawn["high"] == pytest.approx(0, abs=1e-3)


def test_the_shortfall_of_a_menu_is_what_the_whole_list_has_more(third: Study) -> None:
    record = regret(third.negotiation, *stakes_of(third, 25), lambda done: None)
    assert record["deals"] == 250 and record["own"] == (STARTS + FEW) * len(RISING) + 4 and record["draws"] == 25
    assert set(record["drawn"]) == {LEAST, *SOLUTIONS} == {LEAST, *OBJECTIVES}
    assert all(drawn["median"] is not None and drawn["median"] < 3 for drawn in record["drawn"].values())


def test_the_shortfall_of_the_least_gain_is_what_the_whole_list_has_more(third: Study) -> None:
    """By hand, over all 750 deals, in draws with a zone and without."""
    whole, shorts = load("berlin"), []
    for stakes, of_menu in zip(stakes_of(whole, 25), stakes_of(third, 25), strict=True):
        shorts.append(least_gains(stakes) - least_gains(of_menu))
    record = regret(third.negotiation, *stakes_of(third, 25), lambda done: None)
    assert record["central"][LEAST] == pytest.approx(shorts[0][0], abs=1e-4)
    assert record["drawn"][LEAST]["points"] == 25 and record["drawn"]["nash"]["points"] < 25
    assert record["drawn"][LEAST]["median"] == pytest.approx(np.median(shorts[1]), abs=1e-4) and max(shorts[1]) > 0.1


def test_the_menu_of_twenty_issues_is_near_the_best_there_is() -> None:
    """The bounds: a hundredth of the range at central values, and half a point in half of the draws."""
    study, shorts = load("berlin_20_points"), []
    for stakes in stakes_of(study, 12):
        best = [Space(study.negotiation, stakes, r).least() for r in range(stakes.replicates)]
        shorts.append([100 * one.gains.min() for one in best if one is not None] - least_gains(stakes))
    assert shorts[0] < 1 and np.median(shorts[1]) < 0.5 and min(shorts[1]) > -1e-4


def test_a_menu_without_a_deal_in_the_zone_misses_every_point_that_is_there() -> None:
    study = load("berlin")
    zone = Zone(stakes_of(study, 25)[1])
    assert (zone.size > 0).sum() > 2
    outside = np.setdiff1d(np.arange(study.deals.count), zone.deals.deal)[:5]
    poor = Study(study.negotiation, listed=these_deals(study.negotiation, study.deals.rows[outside]))
    record = regret(poor.negotiation, *stakes_of(poor, 25), lambda done: None)
    for drawn in (record["drawn"][name] for name in OBJECTIVES):
        assert drawn["missed"] == drawn["points"] > 2 and drawn["median"] is None and drawn["high"] is None


def test_where_a_party_would_refuse_every_deal_there_is_no_shortfall_to_tell() -> None:
    tree = wide(menu=20)
    tree["parties"]["left"]["red_lines"] = [{"when": {"issue_0": list("abcd")}, "chance": 0.75}]
    study = study_of(tree)
    central, drawn = stakes_of(study, 16)
    refused = Chance(1, 0, 16).uniforms("parties.left.red_lines.0") < 0.75
    record = regret(study.negotiation, central, drawn, lambda done: None)
    assert record["central_least"] is None and record["central"] == {}
    assert 0 < record["drawn"][LEAST]["points"] == (~refused).sum() < 16


@pytest.mark.parametrize(
    ("talks", "said"),
    [
        ({"offers": "lowest"}, "a menu holds deals near the frontier, which flatters `lowest`; write considerate"),
        ({"protocol": "compromise"}, "settles points between all deals, and here there are too many to list"),
    ],
)
def test_what_needs_all_deals_is_refused(talks: dict[str, Any], said: str) -> None:
    assert said in told(wide(**talks))


def test_equilibrium_needs_all_deals() -> None:
    tree = wide()
    for party in tree["parties"].values():
        party["strategy"] = {"equilibrium": {}}
    assert "equilibrium is solved over all deals, and here there are too many to list" in told(tree)


def test_an_empty_menu_is_refused() -> None:
    tree = wide() | {"exclusions": [{"issue_0": ["a", "b", "c", "d"], "issue_1": ["a", "b", "c", "d"]}]}
    assert "the deal menu is empty: exclusions forbid every deal that was found near the frontier" in told(tree)
