"""Consent outside the room: councils that vote before the talks or after them, and homes that may refuse what was signed.

Statistical tests allow `FAR` standard errors; beside each stands what a slightly wrong program would give, and lies beyond it.
"""

import json
import re
from copy import deepcopy
from functools import cache, partial
from itertools import pairwise
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from sim.case.arrays import Array
from sim.case.chance import Chance
from sim.case.council import ballots, chances, passage_chance, passes
from sim.case.numbers import Draws
from sim.case.voting import VotingRule
from sim.cli import app
from sim.outcomes.diagnosis import diagnose
from sim.outcomes.endings import endings
from sim.outcomes.measures import Columns, Played, measure
from sim.outcomes.narration import as_record, story
from sim.outcomes.summary import in_words
from sim.studies import engines, runs
from sim.studies.blocks import Study, play_chunk
from sim.studies.pieces import CHUNK
from sim.studies.runs import Effort, load, run, run_to
from sim.studies.soundness import sound
from sim.talks.negotiation import Negotiation
from sim.talks.ratification import Ratification, at_home, chance_of_yes, homes

FAR = 4.0  # standard errors: a true chance fails one check in 16,000
MANY = 40_000
LOANS = ["full_loan", "loan_90"]
MEMBERS = {"north": 40.0, "south": 35.0, "east": 15.0, "far_west": 10.0}
QUALIFIED = {"members": 0.55, "population": 0.65}
Tree = dict[str, Any]


def bargain(**more: Any) -> Tree:
    """Two who must sign, and a third who must where there is a loan; over two issues and twelve rounds."""
    issues = {"split": [str(step) for step in range(0, 101, 10)], "loan": ["full", "half", "none"]}
    parties: Tree = {
        "anna": {"weights": {"split": 3, "loan": 2}, "values": {"split": "rising", "loan": "falling"}},
        "ben": {"weights": {"split": 2, "loan": {"uniform": [0.5, 2]}}, "values": {"split": "falling", "loan": "rising"}},
        "carl": {"weights": {"split": 1, "loan": 9}, "values": {"split": "rising", "loan": "falling"}},
    }
    for party in parties.values():
        party["no_deal"] = {"uniform": [10, 45]}
        party["strategy"] = {"aspiration": {"firmness": {"uniform": [0.5, 3]}, "deadline": {"uniform": [0.7, 1.8]}}}
    tree: Tree = {
        "title": "A bargain",
        "issues": {issue: {"question": "?", "options": dict.fromkeys(options, "-")} for issue, options in issues.items()},
        "parties": parties,
        "talks": {"rounds": 12, "sign": ["anna", "ben"], "sign_when": [{"when": {"loan": ["full", "half"]}, "needs": "carl"}]},
    }
    return tree | more


def council(party: str = "carl", use: str = "after", yes: Any = 0.6, when: Any = None, **more: Any) -> Tree:
    """Four members who vote on loans."""
    vote = {"when": when or {"loan": ["full", "half"]}, "yes": yes}
    return {"party": party, "use": use, "rule": QUALIFIED, "members": MEMBERS, "votes": [vote]} | more


def with_home(tree: Tree, party: str, **ratification: Any) -> Tree:
    """The same, and the party's home is asked."""
    tree = deepcopy(tree)
    tree["parties"][party]["ratification"] = ratification
    return tree


def study_of(tree: Tree) -> Study:
    """A scenario ready to be played."""
    return Study(Negotiation.model_validate(tree))


def columns_of(tree: Tree, replicates: int = 2000, seed: int = 1) -> Columns:
    """All columns of a scenario that is played so often."""
    return play_chunk(study_of(tree), seed, range(replicates)).columns


def same(one: Columns, two: Columns) -> bool:
    """Whether all columns of the second are in the first, bit for bit."""
    return all(np.array_equal(one[name], column) and one[name].dtype == column.dtype for name, column in two.items())


def near(share: float, expected: float, of: int) -> bool:
    """Whether a share of so many lies within `FAR` standard errors of its chance."""
    return abs(share - expected) <= FAR * sqrt(expected * (1 - expected) / of)


# A pact: the one deal that both sign at once, worth all to both parties, and what it is worth to Anna's home


def pact(home: float = 1.0, no_deal: Any = 20, **ratification: Any) -> Tree:
    """Both sign the same deal in the first round; Anna's home gains `100 x home - no_deal` points by it."""
    values = {"x": {"yes": 100, "no": 0}, "y": {"bad": 0, "good": 100}}
    party = {"weights": {"x": 1, "y": 0}, "values": values, "no_deal": no_deal}
    anna = party | {"ratification": {"weights": {"x": home, "y": 1 - home}} | ratification}
    return {
        "title": "A pact",
        "issues": {issue: {"question": "?", "options": dict.fromkeys(options, "-")} for issue, options in values.items()},
        "exclusions": [{"x": "yes", "y": "good"}],
        "parties": {"anna": anna, "ben": party},
        "talks": {"rounds": 3},
    }


def refused(tree: Tree, replicates: int = 64, seed: int = 1) -> Array:
    """Where Anna's home refuses the pact."""
    columns = columns_of(tree, replicates, seed)
    assert (columns["signed_deal"] == 0).all() and (columns["round"] == 1).all()
    return columns["deal"] < 0


# Councils


@cache
def berlin(*changes: str) -> pd.DataFrame:
    """The shipped case with changes."""
    return run("berlin", 800, changes=changes).to_frame()


def union(use: str, yes: float) -> str:
    """A council of one member that votes on loans, as a change of the shipped case."""
    vote = f"{{when: {{assets: [{', '.join(LOANS)}]}}, yes: {yes}}}"
    return f"councils={{union: {{party: eu, use: {use}, rule: unanimity, members: {{all: 1}}, votes: [{vote}]}}}}"


@pytest.mark.parametrize("use", ["before", "after"])
def test_a_council_that_never_passes_a_loan_never_yields_one(use: str) -> None:
    assert berlin()["assets"].isin(LOANS).sum() > 50, "else there would be nothing to forbid"
    barred = berlin(union(use, 0))
    assert not barred["assets"].isin(LOANS).any()
    if use == "before":
        assert "signed_deal" not in barred and not (barred["ending"] == "refused_by_eu").any()
    else:
        signed = barred["signed_deal"].astype(object).fillna("").str.contains("loan")
        assert signed.sum() > 50 and (signed == (barred["ending"] == "refused_by_eu")).all()


@pytest.mark.parametrize("use", ["before", "after"])
def test_a_council_that_always_passes_changes_nothing(use: str) -> None:
    tree = bargain()
    assert same(columns_of(tree | {"councils": {"union": council(use=use, yes=1)}}), columns_of(tree))


def test_a_vote_that_always_fails_before_the_talks_is_a_red_line() -> None:
    bounded, tree = bargain(councils={"union": council(use="before", yes=0)}), bargain()
    tree["parties"]["carl"]["red_lines"] = [{"when": {"loan": ["full", "half"]}}]
    plain = columns_of(tree)
    assert same(columns_of(bounded), plain) and not same(columns_of(bargain()), plain)


def test_a_failed_vote_leaves_anchored_no_deal_values_alone() -> None:
    tree, when = bargain(), {"loan": ["full", "half"]}
    tree["parties"]["carl"]["no_deal"] = {"refuses": {"split": "0", "loan": "half"}, "signs": {"split": "50", "loan": "full"}}
    bounded = tree | {"councils": {"union": council(use="before", yes=0.5, when=when)}}
    no_deal = [study_of(one).play(Chance(1, 0, 200)).stakes.no_deal for one in (tree, bounded)]
    assert np.array_equal(*no_deal)


def test_before_the_talks_a_failed_vote_bars_signature_and_offer_and_after_them_the_signed_deal() -> None:
    for use in ("before", "after"):
        study = study_of(bargain(councils={"union": council(use=use)}))
        played = study.play(Chance(3, 0, 500), tell=True)
        carries = passes(study.negotiation, "councils.union.votes.0", played.draws)
        assert 0.2 < carries.mean() < 0.8
        loan = played.stakes.deals.holds({"loan": ["full", "half"]})
        signed = played.table.signed & loan[np.minimum(played.table.deal, len(loan) - 1)]
        put = np.zeros(500, dtype=bool)
        for turn in played.table.turns or []:
            if turn.party == 2:
                put |= turn.put & np.append(loan, False)[turn.offers]
        if use == "before":
            assert not (signed & ~carries).any() and (signed & carries).any()
            assert not (put & ~carries).any() and (put & carries).any()
        else:
            assert np.array_equal(played.table.refused_by == 2, signed & ~carries) and (signed & carries).any()
            assert not (played.table.agreed & signed & ~carries).any()


def test_the_same_luck_gives_the_same_verdict_before_and_after() -> None:
    scenarios = [study_of(bargain(councils={"union": council(use=use)})).negotiation for use in ("before", "after")]
    verdicts = [passes(one, "councils.union.votes.0", Draws(Chance(5, 0, 300))) for one in scenarios]
    assert np.array_equal(*verdicts) and 0 < verdicts[0].mean() < 1


def test_the_talks_do_not_know_what_a_council_will_say_after_them() -> None:
    tree = bargain()
    plain, after = columns_of(tree), columns_of(tree | {"councils": {"union": council(yes=0.3)}})
    assert np.array_equal(after["signed_deal"], plain["deal"]) and np.array_equal(after["round"], plain["round"])
    for name in ("zone_start", "zone_end", "zone_deals", "nash", "no_deal.carl"):
        assert np.array_equal(after[name], plain[name]), name
    assert (after["deal"] != plain["deal"]).any()


def carried_shares(of: Tree, replicates: int = MANY) -> list[float]:
    """How often each vote of a council carries."""
    negotiation = study_of(bargain(councils={"union": of})).negotiation
    draws = Draws(Chance(1, 0, replicates), negotiation.quantities)
    return [float(passes(negotiation, path, draws).mean()) for path in negotiation.council_votes()]


def test_a_rule_may_differ_by_vote() -> None:
    votes = [{"when": {"loan": "full"}, "yes": 0.8, "rule": "unanimity"}, {"when": {"loan": "half"}, "yes": 0.8}]
    unanimous, qualified = carried_shares(council(votes=votes))
    assert near(unanimous, 0.8**4, MANY)
    counted = passage_chance([0.8] * 4, list(MEMBERS.values()), VotingRule(**QUALIFIED))
    assert near(qualified, counted, MANY) and counted > 0.7


def test_independent_members_carry_as_often_as_counting_says() -> None:
    yes = {"north": 0.2, "south": 0.9, "east": 0.9, "far_west": 0.9}
    counted = passage_chance(list(yes.values()), list(MEMBERS.values()), VotingRule(**QUALIFIED))
    share = carried_shares(council(yes=yes))[0]
    assert near(share, counted, MANY)
    assert not near(counted, passage_chance(list(yes.values()), [1] * 4, VotingRule(**QUALIFIED)), MANY), "if all weighed alike"


@pytest.mark.parametrize("correlation", [1, {"uniform": [0.999, 1]}])
def test_members_swayed_by_one_factor_alone_carry_as_often_as_one_of_them(correlation: Any) -> None:
    share = carried_shares(council(yes=0.6, correlation=correlation))[0]
    assert abs(share - 0.6) <= FAR * sqrt(0.24 / MANY) + 0.005 * isinstance(correlation, dict)
    assert abs(carried_shares(council(yes=0.6))[0] - 0.6) > 0.05, "independent members of whom more than half are needed"


def test_a_common_factor_leaves_each_member_its_chance() -> None:
    yes = {"north": 0.9, "south": 0.5, "east": {"uniform": [0.2, 0.4]}, "far_west": 0.1}
    negotiation = study_of(bargain(councils={"union": council(yes=yes, correlation=0.5)})).negotiation
    cast = ballots(negotiation, "councils.union.votes.0", Draws(Chance(2, 0, MANY)))
    for share, expected in zip(cast.mean(axis=0), (0.9, 0.5, 0.3, 0.1), strict=True):
        assert near(share, expected, MANY)
    assert (cast[:, 0] & cast[:, 1]).mean() > 0.45 + 5 * sqrt(0.25 / MANY), "independent they would agree on it in .45"


def test_a_member_in_favour_of_one_matter_is_in_favour_of_all_it_is_likelier_to_support() -> None:
    votes = [{"when": {"loan": "full"}, "yes": 0.3}, {"when": {"loan": "half"}, "yes": 0.5}]
    negotiation = study_of(bargain(councils={"union": council(votes=votes)})).negotiation
    full, half = (ballots(negotiation, path, Draws(Chance(1, 0, 4000))) for path in negotiation.council_votes())
    assert (half >= full).all() and (half > full).any()


def test_another_member_another_vote_and_another_council_leave_a_members_luck_alone() -> None:
    first = council(correlation=0.4)
    more = council(correlation=0.4, members={"isle": 5.0, **MEMBERS})
    more["votes"] = [{"when": {"loan": "half"}, "yes": 0.2}, *more["votes"]]
    councils = [{"union": first}, {"assembly": council(yes=0.1, correlation=0.4), "union": more}]
    one, two = (study_of(bargain(councils=of)).negotiation for of in councils)
    alone = ballots(one, "councils.union.votes.0", Draws(Chance(1, 0, 500)))
    beside = ballots(two, "councils.union.votes.1", Draws(Chance(1, 0, 500)))
    assert np.array_equal(beside[:, 1:], alone) and 0 < alone.mean() < 1
    less_willing = ballots(two, "councils.assembly.votes.0", Draws(Chance(1, 0, 500)))
    assert (less_willing > alone).any(), "another council's luck is its own"


def test_one_uncertain_number_for_all_members_is_one_draw() -> None:
    negotiation = study_of(bargain(councils={"union": council(yes={"uniform": [0, 1]})})).negotiation
    drawn = chances(negotiation, "councils.union.votes.0", Draws(Chance(1, 0, 50)))
    assert drawn.shape == (4, 50) and (drawn == drawn[0]).all() and len(set(drawn[0])) == 50


def test_check_counts_beside_what_is_drawn() -> None:
    of = council(use="before", yes=0.8, correlation=0.5, rule="unanimity")
    study = study_of(bargain(councils={"union": of}))
    draws = Draws(Chance(1, 0, 4096))
    (record,) = diagnose(study.negotiation, study.stakes(draws), draws)["councils"]
    assert record["independent"] == pytest.approx(0.8**4, rel=1e-12)
    assert 0.5 < record["carries"] < 0.7, "with a common factor members agree more often: .41 without"
    assert (record["council"], record["use"], record["when"]) == ("union", "before", {"loan": ["full", "half"]})


def test_check_says_where_there_is_too_much_to_count() -> None:
    people = {f"m{n}": float(people) for n, people in enumerate(np.random.default_rng(1).integers(10**6, 10**8, 60))}
    study = study_of(bargain(councils={"union": council(members=people, rule={"members": 0.5, "population": 0.5})}))
    draws = Draws(Chance(1, 0, 8))
    (record,) = diagnose(study.negotiation, study.stakes(draws), draws)["councils"]
    assert record["independent"] is None and 0 <= record["carries"] <= 1


def test_it_is_kept_where_a_vote_carried_and_where_it_did_not() -> None:
    study, path = study_of(bargain(councils={"union": council()})), "councils.union.votes.0"
    draws = Draws(Chance(1, 0, 200), study.negotiation.quantities)
    passed = passes(study.negotiation, path, draws)
    assert 0.2 < passed.mean() < 0.8 and (draws.tenths[path] == 2 * passed.astype(int) - 1).all()


def test_every_verdict_and_every_number_of_a_council_has_words() -> None:
    of = council(yes={member: {"uniform": [0, 1]} for member in MEMBERS}, correlation={"uniform": [0, 1]})
    study = study_of(with_home(bargain(councils={"union": of}), "anna", chance={"uniform": [0.5, 1]}, falls={"uniform": [0, 1]}))
    played = study.play(Chance(1, 0, 64))
    told = {path: in_words(study.negotiation, path) for path in played.draws.tenths}
    assert all(words != path for path, words in told.items())
    assert told["councils.union.votes.0"] == "union: vote on loan full/half carries"
    assert told["councils.union.votes.0.yes.far_west"] == "union: vote on loan full/half (chance of a yes, far west)"
    assert told["parties.anna.ratification.falls"] == "Anna at home: fall of that chance for each point lost"


# Homes


def test_a_home_that_always_says_yes_changes_no_bit() -> None:
    tree = bargain()
    asked = columns_of(with_home(tree, "anna", chance=1, falls=0))
    assert same(asked, columns_of(tree)) and np.array_equal(asked["signed_deal"], asked["deal"])


def test_a_home_that_never_says_yes_never_agrees() -> None:
    tree = bargain()
    plain, never = columns_of(tree), columns_of(with_home(tree, "ben", chance=0))
    names = list(endings(study_of(with_home(tree, "ben", chance=0)).negotiation))
    signed = plain["deal"] >= 0
    assert signed.any() and not signed.all() and (never["deal"] == -1).all()
    assert np.array_equal(never["signed_deal"], plain["deal"]) and np.array_equal(never["round"], plain["round"])
    assert np.array_equal(never["ending"] == names.index("refused_by_ben"), signed)
    assert np.array_equal(never["ending"][~signed], plain["ending"][~signed])
    for party in tree["parties"]:
        assert (never[f"gain.{party}"] == 0).all() and (never[f"utility.{party}"] == never[f"no_deal.{party}"]).all()


def test_who_is_refused_at_home_is_left_with_no_deal_as_it_is_in_that_round() -> None:
    tree = with_home(bargain(world={"war": {"drift": 2, "moves": {"anna": -1, "ben": 0.5}}}), "anna", chance=0)
    tree["parties"]["anna"]["discount"] = 0.9
    columns = columns_of(tree)
    signed, gone = columns["signed_deal"] >= 0, columns["round"] - 1
    assert len(set(gone[signed])) > 2
    for party, points in (("anna", -2), ("ben", 1)):
        moved = columns[f"no_deal.{party}"] + points * gone
        left = moved * 0.9**gone if party == "anna" else moved
        assert columns[f"utility.{party}"][signed] == pytest.approx(left[signed], abs=1e-7)


@pytest.mark.parametrize(
    ("gain", "chance", "falls", "expected"),
    [(0, 0.9, 0.03, 0.9), (10, 0.9, 0.03, 0.9), (-10, 0.9, 0.03, 0.6), (-30, 0.9, 0.03, 0), (-50, 0.9, 0.03, 0), (-10, 1, 0, 1)],
)
def test_the_chance_of_a_yes_falls_with_each_point_lost(gain: float, chance: float, falls: float, expected: float) -> None:
    home = Ratification(chance=chance, falls=falls)
    assert chance_of_yes(home, "home", np.array([float(gain)]), Draws(None)) == pytest.approx([expected], abs=1e-12)


def test_a_home_says_yes_as_often_as_its_chance() -> None:
    assert near(1 - refused(pact(0.0, chance=0.95, falls=0.03), MANY).mean(), 0.35, MANY), "20 points lost; .95 if none counted"
    assert near(1 - refused(pact(0.1, chance=0.95, falls=0.03), MANY).mean(), 0.65, MANY), "10 points lost"
    assert near(1 - refused(pact(0.9, chance=0.95, falls=0.03), MANY).mean(), 0.95, MANY), "a gain adds nothing"
    law = {"uniform": [0.5, 0.7]}
    assert near(1 - refused(pact(0.0, chance=law, falls={"uniform": [0, 0.01]}), MANY).mean(), 0.5, MANY)


numbers = st.floats(0, 1)


@given(numbers, numbers, st.floats(0, 0.1), st.floats(0, 0.1), st.integers(0, 10), st.integers(0, 1000))
def test_a_higher_chance_never_turns_a_yes_into_a_no(
    low: float, high: float, slow: float, fast: float, tenths: int, seed: int
) -> None:
    low, high, slow, fast = min(low, high), max(low, high), min(slow, fast), max(slow, fast)
    less, more = (
        refused(pact(tenths / 10, 60, chance=chance, falls=falls), seed=seed) for chance, falls in ((low, fast), (high, slow))
    )
    assert (more <= less).all()


@given(st.integers(0, 100), st.integers(0, 100), st.integers(-1, 1))
def test_a_threshold_is_met_at_the_point_itself_and_not_a_billionth_below(home: int, no_deal: int, step: int) -> None:
    threshold = min(max(home - no_deal + step * 1e-7, -100), 100)
    nearer = threshold if step else home - no_deal
    assert refused(pact(home / 100, no_deal, threshold=nearer)).all() == (nearer > home - no_deal)


def test_a_higher_threshold_never_turns_a_no_into_a_yes() -> None:
    law = {"uniform": [0, 60]}
    refusals = [refused(pact(0.3, law, threshold=threshold), 500) for threshold in (-20, -5, 0, 5)]
    assert all((less <= more).all() for less, more in pairwise(refusals))
    assert 0 < refusals[0].sum() < refusals[-1].sum() < 500


def test_a_home_without_weights_of_its_own_weighs_as_its_party() -> None:
    tree = pact(threshold=80)
    weighed, plain = deepcopy(tree), deepcopy(tree)
    del plain["parties"]["anna"]["ratification"]["weights"]
    assert not refused(plain).any() and not refused(weighed).any()
    plain["parties"]["anna"]["ratification"]["threshold"] = weighed["parties"]["anna"]["ratification"]["threshold"] = 80.001
    assert refused(plain).all() and refused(weighed).all()
    weighed["parties"]["anna"]["ratification"] |= {"threshold": 79, "weights": {"x": 98, "y": 2}}
    assert refused(weighed).all(), "98 points less 20 are 78"


def test_a_home_with_weights_like_its_party_sees_what_its_party_sees() -> None:
    tree = bargain(linkages=[{"party": "anna", "when": {"split": ["50", "60"], "loan": "none"}, "points": {"uniform": [-30, 0]}}])
    plain = with_home(tree, "anna", threshold=18)
    weighed = with_home(tree, "anna", threshold=18, weights={"split": 30, "loan": 20})
    assert same(columns_of(plain), columns_of(weighed))
    assert 0.1 < (columns_of(plain)["deal"] < 0).mean() < 0.9


def test_a_home_sees_positions_with_weights_of_its_own() -> None:
    tree = bargain()
    tree["issues"]["tax"] = {"question": "?", "options": dict.fromkeys(["0", "1", "2"], "-")}
    for name, places in {"anna": (100, 2), "ben": (0, 0), "carl": (50, 1)}.items():
        party = tree["parties"][name]
        del party["weights"], party["values"]
        party["positions"] = {"split": places[0], "tax": {"at": places[1], "salience": 0.1}}
    played = study_of(with_home(tree, "anna", threshold=0, weights={"split": 0, "loan": 0, "tax": 5})).play(Chance(1, 0, 300))
    (home,) = at_home(played.negotiation, played.end, played.draws)
    deals, signed = played.stakes.deals, played.table.signed
    tax = np.array([int(deals.options(int(k))["tax"]) if k < deals.count else 0 for k in played.table.deal])
    assert home.gain[signed] == pytest.approx((50 * tax - 100 * played.stakes.no_deal[0, 0])[signed], abs=1e-6)
    assert len(set(tax[signed])) > 1


def test_a_home_counts_against_what_no_deal_is_worth_when_the_deal_was_signed() -> None:
    tree = pact(0.4, threshold=0)
    assert not refused(tree).any()
    assert refused(tree | {"events": {"truce": {"at": 1, "no_deal": {"anna": 21}}}}).all(), "40 points against 41"
    assert not refused(tree | {"events": {"truce": {"at": 2, "no_deal": {"anna": 21}}}}).any(), "signed in the round before"


def test_a_home_is_asked_only_where_the_deal_needs_the_signature() -> None:
    study = study_of(with_home(bargain(), "carl", chance=0))
    columns = play_chunk(study, 1, range(2000)).columns
    signed = columns["signed_deal"]
    loan = study.deals.holds({"loan": ["full", "half"]})[signed]
    assert np.array_equal(columns["deal"] < 0, (signed < 0) | loan)
    assert (loan & (signed >= 0)).any() and (~loan & (signed >= 0)).any()


def test_the_first_home_in_the_file_that_refuses_names_the_ending() -> None:
    both = with_home(with_home(bargain(), "ben", chance=0.5), "anna", chance=0.5)
    study = study_of(both)
    names = [name for name in endings(study.negotiation) if name.startswith("refused")]
    assert names == ["refused_by_anna", "refused_by_ben"]
    alone = [columns_of(with_home(bargain(), party, chance=0.5)) for party in ("anna", "ben")]
    together, kinds = columns_of(both), list(endings(study.negotiation))
    no = [(one["deal"] < 0) & (one["signed_deal"] >= 0) for one in alone]
    assert np.array_equal(together["ending"] == kinds.index("refused_by_anna"), no[0]), "one home's luck is not another's"
    assert np.array_equal(together["ending"] == kinds.index("refused_by_ben"), no[1] & ~no[0])
    assert (no[0] & no[1]).any() and (no[1] & ~no[0]).any()


def test_a_home_and_its_council_must_both_say_yes() -> None:
    tree = bargain()
    home, both = with_home(tree, "carl", chance=0.6), {"councils": {"union": council(yes=0.7)}}
    no = [(one["deal"] < 0) & (one["signed_deal"] >= 0) for one in (columns_of(t) for t in (home, tree | both, home | both))]
    assert np.array_equal(no[2], no[0] | no[1]) and (no[0] & ~no[1]).any() and (no[1] & ~no[0]).any()


def test_what_is_settled_without_signatures_goes_to_the_homes_of_those_whose_signature_it_would_need() -> None:
    tree = bargain(councils={"union": council("anna", use="before")})
    tree["issues"]["loan"]["options"] = dict.fromkeys(["0", "1", "2"], "-")
    for name, (split, loan) in {"anna": (100, 0), "ben": (0, {"uniform": [0, 2]}), "carl": (70, {"uniform": [0, 2]})}.items():
        del tree["parties"][name]["weights"], tree["parties"][name]["values"]
        tree["parties"][name]["positions"] = {"split": split, "loan": loan}
    tree["talks"] |= {"protocol": "compromise", "sign_when": [{"when": {"loan": "0"}, "needs": "carl"}]}
    tree["councils"]["union"]["votes"][0]["when"] = {"loan": ["0", "1"]}
    (fault,) = sound(study_of(tree))
    assert fault.path == ("councils", "union", "use") and fault.message.startswith("nobody signs under compromise")
    tree["councils"]["union"]["use"] = "after"
    study = study_of(with_home(tree, "carl", chance=0))
    assert not sound(study)
    columns, names = play_chunk(study, 1, range(1000)).columns, list(endings(study.negotiation))
    ending = np.array(names)[columns["ending"]]
    option = study.deals.rows[columns["signed_deal"], 1]
    carries = passes(study.negotiation, "councils.union.votes.0", Draws(Chance(1, 0, 1000), study.negotiation.quantities))
    assert np.array_equal(ending == "refused_by_anna", (option < 2) & ~carries)
    assert np.array_equal(ending == "refused_by_carl", (option == 0) & carries)
    assert {"refused_by_anna", "refused_by_carl", "agreed"} == set(ending)


def test_two_councils_of_a_party_must_both_pass() -> None:
    councils = {"upper": council("anna", yes=0.6, when={"split": ["50", "60", "70"]}), "lower": council("anna", yes=0.5)}
    no = [
        (one["deal"] < 0) & (one["signed_deal"] >= 0)
        for one in (
            columns_of(bargain(councils=of)) for of in ({"upper": councils["upper"]}, {"lower": councils["lower"]}, councils)
        )
    ]
    assert np.array_equal(no[2], no[0] | no[1]) and (no[0] & ~no[1]).any() and (no[1] & ~no[0]).any()


def test_every_replicate_ends_in_one_of_the_listed_ways() -> None:
    tree = with_home(bargain(councils={"union": council(yes=0.4)}), "anna", chance=0.5)
    tree["events"] = {"storm": {"chance": 0.03, "breaks_off": True}}
    tree["parties"]["ben"]["strategy"]["leaves"] = {"after": 0.2}
    outcomes = run(study_of(tree), 3000)
    seen = set(outcomes.to_frame()["ending"].unique())
    listed = outcomes.summary["endings"]
    assert seen <= set(listed) and {"agreed", "refused_by_anna", "refused_by_carl", "broken_off_by_storm"} <= seen
    assert sum(ending["count"] for ending in listed.values()) == 3000
    frame = outcomes.to_frame()
    assert (frame["deal"].notna() == (frame["ending"] == "agreed")).all()
    unsigned = ~frame["ending"].astype(str).str.startswith(("agreed", "refused"))
    assert (frame["signed_deal"].isna() == unsigned).all()


def test_only_those_who_may_refuse_are_listed() -> None:
    assert homes(study_of(bargain()).negotiation) == []
    assert not any(name.startswith("refused") for name in endings(study_of(bargain()).negotiation))
    before = study_of(bargain(councils={"union": council(use="before")}))
    assert homes(before.negotiation) == [] and "signed_deal" not in play_chunk(before, 1, range(8)).columns


def test_the_three_shares_are_told_apart() -> None:
    tree = bargain()
    plain, asked = run(study_of(tree), 2000).summary, run(study_of(with_home(tree, "anna", chance=0.5)), 2000).summary
    assert plain["shares"]["home_given_signature"] is None
    assert asked["shares"]["zone_existed"] == plain["shares"]["zone_existed"]
    assert asked["shares"]["found_given_zone"] == plain["shares"]["found_given_zone"], "found is what was signed"
    home = asked["shares"]["home_given_signature"]
    assert home["share"] == pytest.approx(asked["agreement"]["share"] / plain["agreement"]["share"])
    assert home["low"] < 0.5 < home["high"] and home["high"] - home["low"] < 0.06
    text = asked["endings"]["refused_by_anna"]["text"]
    assert text == "Signed, and refused at home by Anna"


def test_nothing_signed_leaves_nothing_to_refuse() -> None:
    tree = with_home(bargain(), "anna", chance=0.5)
    for name in ("anna", "ben"):
        tree["parties"][name]["no_deal"] = 100
    assert run(study_of(tree), 50).summary["shares"]["home_given_signature"] is None


# Blocks, workers, files


def both_ways() -> Tree:
    """Councils before and after, and two homes."""
    councils = {
        "union": council(yes={member: {"uniform": [0.5, 1]} for member in MEMBERS}, correlation={"uniform": [0, 1]}),
        "senate": council("ben", "before", 0.6, {"split": ["80", "90", "100"]}),
    }
    tree = with_home(
        bargain(councils=councils), "anna", chance={"uniform": [0.5, 1]}, falls=0.01, weights={"split": 1, "loan": 2}
    )
    return with_home(tree, "ben", threshold={"uniform": [-10, 20]})


def test_block_sizes_change_no_byte() -> None:
    study = study_of(both_ways())
    usual = play_chunk(study, 1, range(700))
    for block in (64, 100):
        other = play_chunk(study, 1, range(700), block)
        assert same(usual.columns, other.columns) and set(usual.columns) == set(other.columns)
        assert all(np.array_equal(usual.counts[key], other.counts[key]) for key in usual.counts if "moments" not in key)


def test_a_second_core_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_CHUNKS_PER_WORKER", 1)
    written = []
    monkeypatch.setattr(runs, "write_results", lambda *given: None)  # rows are enough here
    for jobs in (1, 2):
        folder = tmp_path / str(jobs)
        folder.mkdir()
        run_to(folder, study_of(both_ways()), 1, Effort(CHUNK + 500, jobs=jobs), lambda done, so_far="": None)
        written.append((folder / "outcomes.parquet").read_bytes())
    assert written[0] == written[1]


def test_a_run_writes_what_was_signed_and_who_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "assumptions", partial(lambda *_: None))
    run_to(tmp_path, study_of(both_ways()), 1, Effort(600), lambda done, so_far="": None)
    frame = pq.read_table(tmp_path / "outcomes.parquet").to_pandas()
    agreed = frame["ending"] == "agreed"
    assert (frame["signed_deal"][agreed].astype(str) == frame["deal"][agreed].astype(str)).all()
    refusals = frame["ending"].astype(str).str.startswith("refused_by")
    assert refusals.any() and frame["signed_deal"][refusals].astype(str).str.match(r"split=\d+ loan=\w+").all()
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["endings"]["refused_by_anna"]["count"] == (frame["ending"] == "refused_by_anna").sum()
    page = (tmp_path / "report.html").read_text()
    assert "Signed, and refused at home by Anna" in page and "Outcomes end at ratification" in page
    assert "home was not asked" not in page


def test_the_example_in_the_documents_is_sound(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "docs" / "scenario.md").read_text(encoding="utf-8")
    whole, *parts = re.findall(r"^```yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    (example,) = [part for part in parts if part.startswith("councils:")]
    (tmp_path / "base.yaml").write_text(whole)
    (tmp_path / "variant.yaml").write_text(f"extends: base.yaml\n{example}")
    study = load(str(tmp_path / "variant.yaml"))
    assert homes(study.negotiation) == ["anna", "ben"] and len(study.negotiation.bounds("ben")) == 2
    columns = play_chunk(study, 1, range(300)).columns
    ending = np.array(list(endings(study.negotiation)))[columns["ending"]]
    assert {"agreed", "refused_by_anna"} <= set(ending)


# Stories


def told(played: Played) -> str:
    """The story of the first replicate."""
    return story(played, measure(played), 0)


def test_a_story_tells_how_members_voted_and_what_homes_said() -> None:
    study = study_of(both_ways())
    rows = play_chunk(study, 1, range(300)).columns
    kinds = list(endings(study.negotiation))
    for name, words in (("refused_by_anna", "At home Anna says no."), ("agreed", "At home Anna says yes.")):
        number = int(np.flatnonzero(rows["ending"] == kinds.index(name))[0])
        played = study.play(Chance(1, number, 1), tell=True)
        text = told(played)
        assert words in text and "the chance of a yes is" in text
        assert f"The council 'senate' on split 80/90/100: {ballots_said(played, 'councils.senate.votes.0')}" in text
        record = as_record(played, measure(played), number)
        home = next(one for one in record["homes"] if one["party"] == "anna")
        assert home["says_yes"] == (name == "agreed") and 0 <= home["chance"] <= 1
        assert {one["council"]: one["carries"] for one in record["councils"]}["senate"] == (
            "it carries" in text.split("Round 1")[0]
        )


RULE_SAID = "3 are needed, with 65 % of the population"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("unanimity", "all are needed: it"),
        ({"members": 0.5}, "2 are needed: it"),
        ({"members": 0.25}, "1 is needed: it"),
        ({"members": 0.55, "population": 0.65}, "3 are needed, with 65 % of the population: it"),
        (
            {"members": 0.55, "population": 0.65, "blocking_minority": 2},
            "3 are needed, with 65 % of the population or fewer than 2 against: it",
        ),
    ],
)
def test_a_story_says_what_it_takes_to_carry_a_vote(rule: Any, said: str) -> None:
    study = study_of(bargain(councils={"union": council("ben", "before", 1) | {"rule": rule}}))
    assert f"4 of 4 say yes, with 100.00 % of the population; {said} carries." in told(study.play(Chance(1, 0, 1), tell=True))


def ballots_said(played: Played, path: str) -> str:
    """How a story counts a vote."""
    cast = ballots(played.negotiation, path, played.draws)[0]
    people = sum(population for population, yes in zip(MEMBERS.values(), cast, strict=True) if yes)
    carries = bool(passes(played.negotiation, path, played.draws)[0])
    return (
        f"{cast.sum()} of 4 say yes, with {people:.2f} % of the population; {RULE_SAID}: it {'carries' if carries else 'fails'}."
    )


def test_a_story_tells_who_voted_how_on_what_was_signed() -> None:
    yes = {"north": 1, "south": 0, "east": 1, "far_west": 0}
    study = study_of(bargain(councils={"union": council(yes=yes)}))
    rows = play_chunk(study, 1, range(200)).columns
    number = int(np.flatnonzero(rows["ending"] == list(endings(study.negotiation)).index("refused_by_carl"))[0])
    played = study.play(Chance(1, number, 1), tell=True)
    text, record = told(played), as_record(played, measure(played), number)
    assert record["homes"] == [{"party": "carl", "says_yes": False, "chance": None, "gain": None, "outvoted": ["union"]}]
    assert record["deal"] is None and record["signed_deal"]["loan"] != "none"
    end = text[text.index("End, round") :]
    assert "Signed, and refused at home by Carl." in end and "  Signed:\n    split: " in end and "At home Carl says no." in end
    counted = f"2 of 4 say yes, with 55.00 % of the population; {RULE_SAID}: it fails."
    assert f"'union' on loan full/half: {counted}" in end
    assert "Yes: North, East." in end and "No: South, Far West." in end and "union" not in text[: text.index("End, round")]


def test_a_story_tells_only_of_votes_that_are_about_what_was_signed() -> None:
    votes = [{"when": {"loan": "full"}, "yes": 0}, {"when": {"loan": "half"}, "yes": 1}]
    study = study_of(bargain(councils={"union": council(votes=votes)}))
    half = study.deals.holds({"loan": ["half"]})
    signed = play_chunk(study, 1, range(400)).columns["signed_deal"]
    number = int(np.flatnonzero((signed >= 0) & half[signed])[0])
    text = told(study.play(Chance(1, number, 1), tell=True))
    assert "'union' on loan half: 4 of 4 say yes" in text and "on loan full" not in text


def test_a_home_whose_signature_the_deal_did_not_need_is_not_heard_in_the_story() -> None:
    study = study_of(with_home(bargain(), "carl", chance=0.5))
    with_loan = study.deals.holds({"loan": ["full", "half"]})
    signed = play_chunk(study, 1, range(400)).columns["signed_deal"]
    for asked in (True, False):
        number = int(np.flatnonzero((signed >= 0) & (with_loan[signed] == asked))[0])
        played = study.play(Chance(1, number, 1), tell=True)
        assert ("At home Carl says" in told(played)) == asked
        assert [home["party"] for home in as_record(played, measure(played), number)["homes"]] == ["carl"] * asked


def test_a_party_says_that_its_council_has_not_let_a_deal_through() -> None:
    study = study_of(bargain(councils={"union": council("ben", "before", 0, {"split": ["100", "90"]})}))
    text = told(study.play(Chance(1, 0, 1), tell=True))
    assert "So Ben cannot sign such a deal." in text and "Ben refuses: the council 'union' has voted against it" in text


def test_a_threshold_is_told_as_one() -> None:
    for threshold, words in ((0, "must be worth at least 0.0 more: not"), (-12.5, "may be worth up to 12.5 less:")):
        text = told(study_of(pact(0.1, threshold=threshold)).play(Chance(1, 0, 1), tell=True))
        assert f"deal is worth 10.0 points less there than no deal by now; it {words} enough." in text


def test_score_tells_a_councils_bar_from_a_red_line(tmp_path: Path) -> None:
    tree = bargain(councils={"union": council("ben", "before", 0, {"loan": "full"})})
    tree["parties"]["ben"]["red_lines"] = [{"when": {"split": ["100"]}}]
    (tmp_path / "x.yaml").write_text(json.dumps(tree))
    for deal, shares in ((["split=50", "loan=full"], (0, 1)), (["split=100", "loan=none"], (1, 0))):
        answer = CliRunner().invoke(app, ["score", str(tmp_path / "x.yaml"), *deal, "--json"])
        ben = json.loads(answer.stdout)["parties"]["ben"]
        assert (ben["crosses_red_line"], ben["barred_by_council"]) == shares
    assert (
        "A council bars it for Ben in 100.0 % of draws."
        in CliRunner().invoke(app, ["score", str(tmp_path / "x.yaml"), "split=50", "loan=full"]).stdout
    )


def test_tables_speak_of_homes_and_councils(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(json.dumps(both_ways()))
    ran = CliRunner().invoke(app, ["run", str(tmp_path / "x.yaml"), "-n", "200", "-j", "1"]).stdout
    assert "refused at home by Anna" in ran and "Outcomes end at ratification" in ran
    assert "no ratification in this scenario" not in ran
    checked = CliRunner().invoke(app, ["check", str(tmp_path / "x.yaml")]).stdout
    assert "senate: split 80/90/100" in checked and "were members independent" in checked
    assert "parties.anna.ratification" in checked and "councils.union.votes.0" in checked, "they lack a reason"
