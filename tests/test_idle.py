"""What could never have an effect is told where it can be told: conditions, councils, homes, proposers, strategies."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_menu import told, wide
from test_spatial import parley, written

from sim.case.deals import can_hold, list_deals
from sim.case.reading import validate
from sim.talks.negotiation import Negotiation


def small(exclusions: list[Any]) -> Negotiation:
    """Four issues of three options with these exclusions."""
    issue = {"question": "Which?", "options": {option: option for option in "abc"}}
    party = {"weights": dict.fromkeys("wxyz", 1), "values": dict.fromkeys("wxyz", "rising")}
    tree = {"title": "Small", "issues": dict.fromkeys("wxyz", issue), "parties": {"p": party, "q": party}, "talks": {"rounds": 2}}
    return validate(tree | {"exclusions": exclusions}, Negotiation)


WHEN = st.dictionaries(
    st.sampled_from("wxyz"), st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True), min_size=1, max_size=3
)


@given(st.lists(WHEN, max_size=6), st.lists(WHEN, max_size=2))
@settings(max_examples=300, deadline=None)
def test_whether_a_condition_can_hold_is_told_without_a_list_as_with_one(exclusions: list[Any], conditions: list[Any]) -> None:
    scenario = small([{"when": when} for when in exclusions])
    deals = list_deals(scenario)
    met = [all(row) for row in zip(*(deals.holds(when).tolist() for when in conditions), strict=True)] or [True] * deals.count
    assert can_hold(scenario, conditions) is bool(deals.count and any(met))


def test_what_is_too_much_to_look_through_is_not_told() -> None:
    many = [{"when": dict(zip("wxyz", options, strict=True))} for options in product("abc", repeat=4)][:-1]
    scenario = small(many)
    assert can_hold(scenario, []) is True
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.case.deals.MOST_LOOKED_THROUGH", 80)
        assert can_hold(scenario, []) is None


BOUND = {"party": "left", "use": "before", "rule": "unanimity", "members": {"a": 1}}
FORBIDDEN = {"issue_0": "c", "issue_7": ["a", "b"], "issue_3": "a"}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"linkages": [{"party": "left", "when": FORBIDDEN, "points": 5}]}, "holds for no deal: exclusions forbid all"),
        ({"councils": {"c": BOUND | {"votes": [{"when": FORBIDDEN, "yes": 0.5}]}}}, "holds for no deal: exclusions forbid all"),
    ],
    ids=["linkage", "vote"],
)
def test_over_a_menu_too_a_condition_that_no_deal_meets_is_refused(more: dict[str, Any], message: str) -> None:
    assert [fault for fault in told(wide(menu=20) | more) if message in fault]


def test_over_a_menu_too_councils_and_homes_that_are_never_asked_are_refused() -> None:
    vote = {"when": {"issue_1": "a"}, "yes": 0.5}
    tree = wide(menu=20, sign=["left"], sign_when=[{"when": {"issue_0": "d", "issue_7": "a"}, "needs": "right"}])
    tree["councils"] = {"c": BOUND | {"party": "right", "votes": [vote]}}
    tree["parties"] = {name: party | {"ratification": {"chance": 0.5}} for name, party in tree["parties"].items()}
    assert told(tree) == [
        "holds for no deal: exclusions forbid all that it names",
        "'right' never signs a deal, so its council has nothing to decide",
        "'right' never signs a deal, so its home is never asked",
    ]
    tree["talks"]["sign_when"] = [{"when": {"issue_1": "b"}, "needs": "right"}]
    assert told(tree) == ["holds for no deal that needs the signature of 'right'"]
    tree["councils"]["c"]["votes"][0]["when"] = {"issue_1": ["a", "b"]}
    assert not told(tree)


def test_somebody_at_the_table_must_have_a_chance_to_propose_in_every_round() -> None:
    chances = {"recognition": {"left": 1, "right": {"uniform": [0, 1]}}}
    tree = wide(menu=20, protocol={"random_proposer": chances}, present={"left": {"enters": 3}})
    assert told(tree) == ["nobody who is at the table in round 1 is sure to have a chance to propose; somebody must be"]
    chances["recognition"]["right"] = {"uniform": [0.1, 1]}
    assert not told(tree)


def test_check_tells_of_strategies_that_the_protocol_does_not_heed(tmp_path: Any) -> None:
    file, line = written(tmp_path, "compromise"), "Without effect, as the protocol settles points by positions: "
    assert line not in parley("check", file)
    firm = ("--set", "parties.greece.strategy={hardline: {}}")
    assert f"{line}parties.greece.strategy\n" in parley("check", file, *firm)


def test_an_event_withdraws_something_that_could_be_agreed() -> None:
    """Each option by itself: what exclusions forbid together may each be withdrawn, what they forbid alone may not."""
    gone = {"events": {"e": {"at": 3, "withdraws": {"issue_1": "c", "issue_2": "d"}}}}
    combined, single = [{"issue_1": "c", "issue_2": "d"}], [{"issue_1": "c"}, {"issue_2": "d"}]
    together, alone = ([*wide()["exclusions"], *more] for more in (combined, single))
    said = [f for f in told(wide(menu=20) | gone | {"exclusions": together}) if "holds for no deal" in f]
    assert not said
    assert [f for f in told(wide(menu=20) | gone | {"exclusions": alone}) if "holds for no deal: exclusions forbid all" in f]
