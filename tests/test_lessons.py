"""What the `about` of the small scenarios promises to a class is what the program gives."""

import re
import shlex
from functools import cache

import pandas as pd
import pytest

from sim.studies.runs import load, run

REPLICATES = 4000
MARGIN = 0.05  # of a share; its sampling error is at most 0.008
POINTS = 0.8  # of a mean gain in sales; its sampling error is at most 0.25
SARA_LATE = "parties.sara.strategy.aspiration.firmness=4"
BEN_LATE = "parties.ben.strategy.aspiration.firmness=4"
ROTATING = "talks.order=rotating"


@cache
def frame(name: str, *changes: str) -> pd.DataFrame:
    """A row per replicate."""
    return run(name, REPLICATES, seed=1, changes=changes).to_frame()


@cache
def agreed(name: str, *changes: str) -> pd.DataFrame:
    """A row per agreement."""
    rows = frame(name, *changes)
    return rows[rows["ending"] == "agreed"]


def share(ending: str, *changes: str) -> float:
    """How often the sale ends so."""
    return float((frame("sale", *changes)["ending"] == ending).mean())


def gain(party: str, *changes: str) -> float:
    """What the party gains in a sale (mean)."""
    return float(agreed("sale", *changes)[f"gain.{party}"].mean())


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("sale", {SARA_LATE, BEN_LATE, ROTATING}),
        ("two_issues", {"talks.offers=lowest"}),
    ],
)
def test_the_changes_to_type_are_those_tested_here(name: str, changes: set[str]) -> None:
    about = load(name).negotiation.about
    written = [shlex.split(words) for words in re.findall(r"`((?:parley run|--set) [^`]+)`", about)]
    assert {word for words in written for word in words if "=" in word} == changes
    assert all(words[:3] == ["parley", "run", name] or words[0] == "--set" for words in written)


def test_the_pie_is_split_as_nash_says_until_a_number_changes() -> None:
    changes = ("talks.order=fixed", "parties.anna.strategy.aspiration.firmness=3", "parties.ben.no_deal=10")  # the first is none
    written, firm, modest = (float(agreed("pie", change)["share"].astype(str).astype(float).mean()) for change in changes)
    assert set(agreed("pie")["nash"]) == {"share=40"}
    assert written == 40 and firm >= 45 and modest >= 45


def test_a_sale_fails_in_two_ways() -> None:
    assert share("time_ran_out_without_zone") > 0.2
    assert share("time_ran_out_with_zone") > 0.1
    assert share("agreed") > 0.3


def test_who_yields_late_gains_in_a_sale_and_sells_less_often() -> None:
    assert share("time_ran_out_without_zone", SARA_LATE) == share("time_ran_out_without_zone")
    assert gain("sara", SARA_LATE) > gain("sara") + POINTS
    missed = [share("time_ran_out_with_zone", *changes) for changes in ((), (SARA_LATE,), (SARA_LATE, BEN_LATE))]
    assert missed[1] > missed[0] + 0.025 and missed[2] > missed[1] + 0.025  # the same luck in all three


def test_taking_turns_helps_who_spoke_first_and_costs_sales() -> None:
    assert gain("sara", ROTATING) > gain("sara") + POINTS
    assert gain("ben", ROTATING) < gain("ben") - POINTS / 2
    assert share("agreed", ROTATING) < share("agreed") - MARGIN


def test_halfway_and_the_trade_are_worth_what_is_said() -> None:
    study = load("two_issues")
    assert {party: spec.weights for party, spec in study.negotiation.parties.items()} == {
        "mia": {"salary": 30, "holidays": 70},
        "otto": {"salary": 70, "holidays": 30},
    }
    rows = agreed("two_issues", "talks.offers=lowest")
    for deal, points in {"halfway": 50, "trade": 70}.items():
        package = study.negotiation.packages[deal]
        found = rows[rows["deal"].astype(str) == " ".join(f"{issue}={option}" for issue, option in package.items())]
        assert len(found) and set(found["utility.mia"].round(6)) == set(found["utility.otto"].round(6)) == {points}


def test_offers_best_for_the_other_find_the_trade_more_often() -> None:
    considerate, lowest = agreed("two_issues"), agreed("two_issues", "talks.offers=lowest")
    trade = [(rows["deal"].astype(str) == "salary=3000 holidays=32").mean() for rows in (considerate, lowest)]
    assert trade[0] > trade[1] + 0.15 and trade[0] > 0.6
    assert considerate["on_frontier"].astype(bool).all()
    assert lowest["on_frontier"].astype(bool).mean() < 0.9
    worse = lowest[lowest["deal"].astype(str) == "salary=3250 holidays=29"]
    assert len(worse) > 0.08 * len(lowest)
    assert set(worse["utility.mia"].round(6)) == set(worse["utility.otto"].round(6)) == {60}
