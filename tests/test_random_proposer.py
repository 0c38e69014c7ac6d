"""Random proposer and votes: who is drawn, who is asked, what is carried, and how it is told.

A slow, obvious referee replays thousands of sessions, given only who was drawn; zones are counted deal by deal.
"""

import json
import random
from math import sqrt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import referee
from hypothesis import given
from hypothesis import strategies as st
from referee import GRID
from scipy import stats
from test_referee import draw_scenario, strategies_of, utilities_of
from typer.testing import CliRunner

from sim.case.chance import Chance
from sim.case.deals import list_deals
from sim.case.numbers import Draws
from sim.cli import app
from sim.outcomes.diagnosis import diagnose
from sim.outcomes.endings import endings
from sim.outcomes.measures import Played, measure
from sim.studies.blocks import Study, play_chunk
from sim.studies.runs import load
from sim.studies.soundness import sound
from sim.talks.negotiation import Negotiation
from sim.talks.protocols.random_proposer import RandomProposer
from sim.talks.strategies import STRATEGIES

Told = list[tuple[int, int, str, int | None]]

FAR = 4.5  # standard errors
PUT_OFFERS = [name for name, section in STRATEGIES.items() if not getattr(section, "answers_changes", False)]


def study_of(scenario: dict[str, Any]) -> Study:
    """A scenario ready to be played."""
    return Study(Negotiation.model_validate(scenario))


# The rules of a session, against a referee


def draw_council(luck: random.Random) -> dict[str, Any]:
    """A scenario as drawn for the referee of alternating offers, under a vote, named signatures, or both."""
    scenario = draw_scenario(luck)
    names, talks = list(scenario["parties"]), scenario["talks"]
    talks["protocol"] = "random_proposer"
    if luck.random() < 0.75:
        voters = luck.sample(names, luck.randint(1, len(names)))
        weights = {name: luck.choice([0, 1, 2, 0.5]) for name in luck.choice([[], voters])} | {voters[0]: 1}
        most = sum(weights.get(name, 1) for name in voters)
        talks["vote"] = {"quota": luck.choice([most, most / 2, 1]), "voters": voters, "weights": weights}
    return scenario


def votes_of(negotiation: Negotiation) -> tuple[list[float], float]:
    """The votes of each party and the quota, by the words of the scenario."""
    vote, names = negotiation.talks.vote, list(negotiation.parties)
    if vote is None:
        return [0.0] * len(names), 0.0
    voters = names if vote.voters is None else vote.voters
    return [vote.weights.get(name, 1.0) if name in voters else 0.0 for name in names], vote.quota


def needs_of(negotiation: Negotiation, deals: list[dict[str, str]]) -> list[set[int]]:
    """Who must sign each deal, by the words of the scenario."""
    names, talks = list(negotiation.parties), negotiation.talks
    everybody = names if talks.vote is None else []
    needs = []
    for deal in deals:
        signers = set(everybody if talks.sign is None else talks.sign)
        for consent in talks.sign_when:
            if all(deal[issue] in options for issue, options in consent.when.items()):
                signers |= set(consent.needs)
        needs.append({names.index(name) for name in signers})
    return needs


def replay(played: Played, r: int, drawn: list[int]) -> tuple[Told, int, int | None]:
    """What must be said in replicate r when these parties are drawn, round by round; the last round; the deal or None."""
    talks, stakes = played.negotiation.talks, played.stakes
    utilities, no_deal = utilities_of(played, r), stakes.no_deal[0, :, r].tolist()
    needs = needs_of(played.negotiation, [stakes.deals.options(k) for k in range(stakes.deals.count)])
    votes, quota = votes_of(played.negotiation)
    parties, said = strategies_of(played, r), []
    considered = [signers | {p for p, own in enumerate(votes) if own} for signers in needs]
    for round, proposer in enumerate(drawn, 1):
        time = referee.time(talks.clock, round, talks.rounds)
        least = [referee.demand(kind, settings, utilities[p], no_deal[p], time) for p, (kind, settings, _) in enumerate(parties)]
        deal = referee.offer(parties[proposer][2], least[proposer], proposer, utilities, no_deal, considered)
        said.append((round, proposer, "offers", deal))
        supporters = {proposer}
        for party in range(len(parties)):
            asked = deal is None or party in needs[deal] or votes[party] > 0
            if party != proposer and asked and not (deal is not None and needs[deal] <= {proposer} and not quota):
                yes = deal is not None and utilities[party][deal] >= least[party]
                supporters |= {party} if yes else set()
                if deal is not None:
                    said.append((round, party, "yes" if yes else "no", deal))
        if deal is not None and needs[deal] <= supporters and sum(votes[p] for p in supporters) >= quota:
            return said, round, deal
    return said, talks.rounds, None


def as_played(played: Played, r: int) -> tuple[Told, int, int | None, list[int]]:
    """What was said in replicate r, the last round, the deal or None, and who was drawn."""
    nothing, said, drawn = played.stakes.deals.count, [], []
    for turn in played.table.turns or []:
        if turn.put[r]:
            drawn.append(turn.party)
            said.append((turn.round, turn.party, "offers", None if turn.offers[r] == nothing else int(turn.offers[r])))
        elif turn.asked[r] and turn.standing[r] < nothing:
            said.append((turn.round, turn.party, "yes" if turn.signed[r] else "no", int(turn.standing[r])))
    columns = measure(played)
    deal = int(columns["deal"][r])
    return said, int(columns["round"][r]), None if deal < 0 else deal, drawn


@pytest.mark.parametrize("batch", range(4))
def test_sessions_go_as_the_referee_says(batch: int) -> None:
    luck, seen = random.Random(batch), []
    for number in range(150):
        played = study_of(draw_council(luck)).play(Chance(number, 0, 3), tell=True)
        for r in range(3):
            said, round_, deal, drawn = as_played(played, r)
            assert len(drawn) == round_, "somebody is drawn in each round"
            assert (said, round_, deal) == replay(played, r, drawn), (number, r)
            seen.append((round_, deal, {act for _, _, act, _ in said}))
    assert 0.1 < np.mean([deal is None for _, deal, _ in seen]) < 0.9
    assert np.mean([round_ > 1 and deal is not None for round_, deal, _ in seen]) > 0.1
    assert np.mean([{"yes", "no"} <= acts for *_, acts in seen]) > 0.3


@pytest.mark.parametrize("batch", range(2))
def test_a_zone_under_a_vote_holds_what_enough_parties_prefer(batch: int) -> None:
    luck, sizes, opened = random.Random(50 + batch), [], 0
    for number in range(100):
        played = study_of(draw_council(luck)).play(Chance(number, 0, 3))
        columns, names = measure(played), list(played.negotiation.parties)
        deals = range(played.stakes.deals.count)
        needs = needs_of(played.negotiation, [played.stakes.deals.options(k) for k in deals])
        votes, quota = votes_of(played.negotiation)
        for r in range(3):
            utilities = utilities_of(played, r)
            no_deal = [round(value * GRID) for value in played.stakes.no_deal[0, :, r].tolist()]

            def agreed(deal: int, also: set[int]) -> bool:
                """Whether those who prefer the deal, and some others too, are enough."""
                yes = {p for p in range(len(names)) if utilities[p][deal] >= no_deal[p]} | also  # noqa: B023
                return needs[deal] <= yes and sum(votes[p] for p in yes) >= quota  # noqa: B023

            size = sum(agreed(deal, set()) for deal in deals)
            assert columns["zone_deals"][r] == size
            ways = [any(agreed(deal, {p}) for deal in deals) and not size for p in range(len(names))]
            assert [bool(columns.get(f"blocked_by.{name}", np.zeros(3))[r]) for name in names] == ways
            sizes.append(size)
            opened += sum(ways)
    assert 0.05 < np.mean([size == 0 for size in sizes]) < 0.95 and opened > 20


# Who is drawn


def three(wanted: str, strategy: dict[str, Any], no_deal: float = 0, **talks: Any) -> dict[str, Any]:
    """Three who want one option each, and nothing else."""
    options = dict.fromkeys("pqs", "-")
    parties = {
        name: {
            "weights": {"x": 1},
            "values": {"x": {o: 100.0 * (o == best) for o in options}},
            "no_deal": no_deal,
            "strategy": strategy,
        }
        for name, best in zip("abc", wanted, strict=True)
    }
    issues = {"x": {"question": "?", "options": options}}
    return {"title": "three", "issues": issues, "parties": parties, "talks": {"protocol": "random_proposer"} | talks}


def deaf(recognition: dict[str, Any], rounds: int = 10, replicates: int = 600, **talks: Any) -> np.ndarray:
    """Who was drawn (T, R) among three who never agree."""
    protocol = {"random_proposer": {"recognition": recognition} if recognition else {}}
    tree = three("pqs", {"hardline": {}}, rounds=rounds, protocol=protocol, **talks)
    played = study_of(tree).play(Chance(1, 0, replicates), tell=True)
    drawn = np.full((rounds, replicates), -1)
    for turn in played.table.turns or []:
        drawn[turn.round - 1, turn.put] = turn.party
    assert (drawn >= 0).all()
    return drawn


@pytest.mark.parametrize(
    ("recognition", "chances"),
    [({}, [1 / 3] * 3), ({"a": 1, "b": 3, "c": 6}, [0.1, 0.3, 0.6]), ({"c": 0.2}, [0, 0, 1]), ({"a": 2, "c": 2}, [0.5, 0, 0.5])],
)
def test_each_is_drawn_as_often_as_its_chance_and_anew_in_each_round(recognition: dict[str, Any], chances: list[float]) -> None:
    drawn = deaf(recognition)  # 6,000 draws: a chance that is off by 4 points is noticed in 19 of 20 cases
    for party, p in enumerate(chances):
        assert abs((drawn == party).mean() - p) <= FAR * sqrt(p * (1 - p) / drawn.size)
    again, p = (drawn[1:] == drawn[:-1]).mean(), sum(p * p for p in chances)
    assert abs(again - p) <= FAR * sqrt(p * (1 - p) / (drawn.size - 600))


def test_chances_are_shares_of_all_recognition() -> None:
    room: Any = SimpleNamespace(draws=Draws(Chance(1, 0, 2)), stakes=SimpleNamespace(deals=SimpleNamespace(parties="abc")))
    assert RandomProposer(recognition={"a": 1, "c": 3}).chances(room).tolist() == [[0.25] * 2, [0] * 2, [0.75] * 2]


@pytest.mark.parametrize(("wanted", "agreed"), [("ppp", True), ("pqs", False)])
def test_who_may_walk_out_is_asked_like_others_and_who_does_is_asked_no_more(wanted: str, agreed: bool) -> None:
    strategy = {"hardline": {}, "leaves": {"after": 0}}
    played = study_of(three(wanted, strategy, 50, rounds=3)).play(Chance(1, 0, 30), tell=True)
    turns = played.table.turns or []
    speaker = np.select([turn.put for turn in turns[:3]], [0, 1, 2])
    assert played.table.agreed.all() == agreed and (played.table.ended == 1).all()
    for turn in turns[3:]:
        assert (turn.asked == (turn.party != speaker) & agreed).all()
    first = np.where(speaker == 0, 1, 0)
    assert (played.table.left_by == np.where(agreed, -1, first)).all()


def test_who_has_no_recognition_is_not_drawn_by_the_lowest_lot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Draws, "luck", lambda draws, path, rows: np.zeros((rows, 2)))
    assert (deaf({"b": 1, "c": 1}, 2, 2) == 1).all()


@pytest.mark.parametrize("voters", ["abc", "ac"])
def test_only_who_is_asked_and_says_no_is_pressed(voters: str) -> None:
    tree = three("pqs", {"hardline": {}}, rounds=4, vote={"quota": 2, "voters": list(voters)})
    tree["pressure"] = [{"by": "a", "on": "b", "points": 0, "costs": 1}]
    played = study_of(tree).play(Chance(1, 0, 30), tell=True)
    times = sum(turn.put for turn in played.table.turns or [] if turn.party == 0)
    assert played.end.costs is not None
    assert played.end.costs[0] * 100 == pytest.approx(times * ("b" in voters)), "what a puts b refuses, where b is asked"


def test_while_one_is_away_the_others_are_drawn_by_their_share_of_what_is_left() -> None:
    drawn = deaf({"a": 5, "b": 3, "c": 2}, present={"a": {"enters": 6}})
    for rounds, chances in ((drawn[:5], [0, 0.6, 0.4]), (drawn[5:], [0.5, 0.3, 0.2])):
        for party, p in enumerate(chances):
            assert abs((rounds == party).mean() - p) <= FAR * sqrt(p * (1 - p) / rounds.size)


def test_an_uncertain_chance_to_propose_is_one_draw_for_all_rounds() -> None:
    share = (deaf({"a": {"uniform": [0, 1]}, "b": {"quantity": "none"}} | {"b": 1}, rounds=200) == 0).mean(axis=0)
    expected = np.random.default_rng(1).random(100_000)
    assert stats.kstest(share, np.sort(expected / (1 + expected))[::100]).pvalue > 1e-4
    assert share.std() > 0.1, "else all replicates would share one chance"


# What a vote is


def pie(talks: dict[str, Any], strategies: list[dict[str, Any]], no_deal: float = 0) -> dict[str, Any]:
    """A pie in tenths between the first and all others, who are of one mind."""
    values = [{str(n): 10.0 * (n if p == 0 else 10 - n) for n in range(11)} for p in range(len(strategies))]
    parties = {
        name: {"weights": {"x": 1}, "values": {"x": own}, "strategy": strategy, "no_deal": no_deal}
        for name, own, strategy in zip("abcd", values, strategies, strict=False)
    }
    issues = {"x": {"question": "?", "options": {str(n): "-" for n in range(11)}}}
    return {"title": "pie", "issues": issues, "parties": parties, "talks": {"protocol": "random_proposer"} | talks}


YIELDING: dict[str, Any] = {"aspiration": {}}
HARD: dict[str, Any] = {"hardline": {}}


def agreed_on(tree: dict[str, Any], replicates: int = 20) -> set[tuple[str, int]]:
    """The options that were agreed and the rounds; `none` where there was no agreement."""
    study = study_of(tree)
    columns = measure(study.play(Chance(1, 0, replicates)))
    names = ["none" if k < 0 else study.deals.options(int(k))["x"] for k in columns["deal"]]
    return set(zip(names, columns["round"].tolist(), strict=True))


def drawn(name: str) -> dict[str, Any]:
    """The protocol with one party alone to propose."""
    return {"rounds": 5, "protocol": {"random_proposer": {"recognition": {name: 1}}}}


def test_a_majority_does_without_one_and_a_veto_does_not() -> None:
    hard_first = [HARD, YIELDING, YIELDING]
    assert agreed_on(pie(drawn("b") | {"vote": {"quota": 2}}, hard_first)) == {("0", 1)}
    assert agreed_on(pie(drawn("b") | {"vote": {"quota": 3}}, hard_first)) == {("none", 5)}
    assert agreed_on(pie(drawn("b") | {"vote": {"quota": 2}, "sign": ["a"]}, hard_first)) == {("none", 5)}
    assert agreed_on(pie(drawn("b") | {"vote": {"quota": 2}, "sign": ["c"]}, hard_first)) == {("0", 1)}


def test_a_deal_may_need_a_signature_and_votes_or_votes_alone() -> None:
    consent = [{"when": {"x": "0"}, "needs": "a"}]
    hard_first = [HARD, YIELDING, YIELDING]
    ((deal, round_),) = agreed_on(pie(drawn("b") | {"vote": {"quota": 2}, "sign_when": consent}, hard_first))
    assert (deal, round_) != ("0", 1) and deal not in ("0", "none"), "what needs no veto is carried later"


def test_votes_are_weighed() -> None:
    hard_others = [YIELDING, HARD, HARD]
    assert agreed_on(pie(drawn("a") | {"vote": {"quota": 3, "weights": {"a": 3}}}, hard_others)) == {("10", 1)}
    assert agreed_on(pie(drawn("a") | {"vote": {"quota": 3.5, "weights": {"a": 3}}}, hard_others)) == {("0", 5)}
    assert agreed_on(pie(drawn("b") | {"vote": {"quota": 2, "weights": {"c": 0}}}, hard_others)) == {("0", 5)}


def test_who_is_not_among_the_voters_has_no_vote() -> None:
    hard_others = [YIELDING, HARD, HARD]
    assert agreed_on(pie(drawn("b") | {"vote": {"quota": 2, "voters": ["b", "c"]}}, hard_others)) == {("0", 1)}
    assert agreed_on(pie(drawn("b") | {"vote": {"quota": 2, "voters": ["a", "b"]}}, hard_others)) == {("0", 5)}
    assert agreed_on(pie(drawn("b") | {"vote": {"quota": 1, "voters": ["a"]}}, hard_others)) == {("0", 5)}


def test_votes_of_decimals_add_up() -> None:
    vote = {"quota": 1, "weights": {"a": 0.7, "b": 0.2, "c": 0.1}}  # in floating point these sum to less than 1
    assert agreed_on(pie(drawn("a") | {"vote": vote}, [HARD, YIELDING, YIELDING])) == {("10", 5)}


@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=5),
    st.integers(1, 12),
    st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_supporters_carry_a_deal_just_when_their_votes_reach_the_quota(votes: list[int], quota: int, yes: list[bool]) -> None:
    names = "abcde"[: len(votes)]
    tree = pie({"rounds": 1, "vote": {"quota": quota, "weights": dict(zip(names, votes, strict=True))}}, [HARD] * len(votes))
    tree["parties"] |= dict.fromkeys(names, tree["parties"]["a"])
    house = list_deals(study_of(tree).negotiation).house
    assert house is not None
    supporters = np.array([sum(1 << p for p in range(len(votes)) if yes[p])])
    assert house.carried(supporters)[0] == (sum(own for own, said in zip(votes, yes, strict=False) if said) >= quota)


def test_unanimity_is_a_vote_of_all_and_the_signature_of_all() -> None:
    luck = random.Random(3)
    for number in range(40):
        scenario = draw_scenario(luck)
        talks = scenario["talks"] | {"protocol": "random_proposer"}
        talks.pop("sign", None), talks.pop("sign_when", None)
        vote = {"vote": {"quota": len(scenario["parties"])}}
        signed, voted = (measure(study_of(scenario | {"talks": talks | more}).play(Chance(number, 0, 20))) for more in ({}, vote))
        assert all((signed[name] == voted[name]).all() for name in signed)


def test_an_offer_that_is_not_carried_is_off() -> None:
    tree = pie(drawn("a") | {"rounds": 3, "vote": {"quota": 2}}, [HARD, {"aspiration": {"firmness": 100}}])
    played = study_of(tree).play(Chance(1, 0, 5), tell=True)
    put = [(turn.round, turn.party) for turn in played.table.turns or [] if turn.put.any()]
    assert put == [(1, 0), (2, 0), (3, 0)], "the same deal is put again, and carried in the end"
    assert agreed_on(tree) == {("10", 3)}
    tree["parties"]["b"]["strategy"] = {"aspiration": {"margin": 10}}
    table = study_of(tree).play(Chance(1, 0, 5)).table
    assert (table.deal == 11).all() and not table.agreed.any(), "nothing lies on the table after the last vote"


def test_who_walks_out_is_not_outvoted() -> None:
    leaving = HARD | {"leaves": {"after": 0.5}}
    talks = {"rounds": 4, "protocol": {"random_proposer": {"recognition": {"a": 1}}}, "vote": {"quota": 2}}
    tree = pie(talks, [{"hardline": {"slack": 0}}, leaving, {"aspiration": {"firmness": 100}}], no_deal=10)
    played = study_of(tree).play(Chance(1, 0, 5))
    assert (played.table.left_by == 1).all() and (played.table.ended == 3).all()
    assert [list(endings(played.negotiation))[n] for n in measure(played)["ending"]] == ["left_by_b"] * 5


# Strategies under it


def council(strategy: str, parties: int = 3, rounds: int = 12) -> Study:
    """A council that decides by majority; everything in it is uncertain."""
    issues = {"x": ["x0", "x1", "x2", "x3"], "y": ["y0", "y1", "y2"]}
    tree = {
        "title": "all at random",
        "issues": {issue: {"question": "?", "options": dict.fromkeys(o, "-")} for issue, o in issues.items()},
        "parties": {
            name: {
                "weights": {issue: {"uniform": [1, 5]} for issue in issues},
                "values": {issue: {o: {"uniform": [0, 100]} for o in options} for issue, options in issues.items()},
                "rescale": True,
                "no_deal": {"uniform": [10, 60]},
                "discount": {"uniform": [0.8, 1]},
                "strategy": {strategy: {}},
            }
            for name in "abcd"[:parties]
        },
        "talks": {
            "rounds": rounds,
            "protocol": {"random_proposer": {"recognition": {name: {"uniform": [0.1, 1]} for name in "abcd"[:parties]}}},
            "vote": {"quota": parties // 2 + 1},
            "sign_when": [{"when": {"x": "x0"}, "needs": "a"}],
        },
    }
    study = study_of(tree)
    assert not sound(study)
    return study


@pytest.mark.parametrize("strategy", PUT_OFFERS)
def test_every_strategy_plays_under_random_proposer(strategy: str) -> None:
    played = council(strategy).play(Chance(1, 0, 64), tell=True)
    nothing = played.stakes.deals.count
    for turn in played.table.turns or []:
        no_deal = played.stakes.no_deal[0, turn.party]
        assert ((turn.offers >= 0) & (turn.offers <= nothing)).all()
        assert (turn.signed <= (turn.asked & (turn.standing < nothing))).all()
        if strategy != "equilibrium":  # which may vote for a loss, since it can be outvoted later
            signed = np.flatnonzero(turn.signed)
            mine = played.stakes.utility(turn.party, np.minimum(turn.standing, nothing - 1))
            assert (mine[signed] >= no_deal[signed]).all()
    least = {"hardline": 0.05, "tit_for_tat": 0.15, "micro": 0.6}.get(strategy, 0.9)
    assert played.table.agreed.mean() > least


@pytest.mark.parametrize("strategy", PUT_OFFERS)
def test_every_strategy_plays_the_same_alone_and_in_blocks_of_any_size(strategy: str) -> None:
    study = council(strategy)
    small, large = (play_chunk(study, 1, range(600), block).columns for block in (64, 512))
    assert all(small[name].tobytes() == large[name].tobytes() for name in large)
    alone = measure(study.play(Chance(1, 599, 1)))
    assert all(alone[name][0] == large[name][599] for name in large)


def test_micro_yields_one_deal_at_a_time_when_it_is_drawn() -> None:
    played = council("micro", rounds=30).play(Chance(1, 0, 40), tell=True)
    news = 0
    for r in range(40):
        utility = utilities_of(played, r)
        for party in range(3):
            made = [int(turn.offers[r]) for turn in played.table.turns or [] if turn.party == party and turn.put[r]]
            first_time = list(dict.fromkeys(k for k in made if k < played.stakes.deals.count))
            best = sorted(range(len(utility[party])), key=lambda k: -utility[party][k])
            assert first_time == best[: len(first_time)], "from its best downwards"
            news = max(news, len(first_time))
    assert news > 2


# As it is told

COUNCIL = """\
title: Three villages and a dam
issues:
  dam:
    question: How high?
    options: {high: 30 metres, low: 12 metres, none: no dam}
parties:
  hill: {weights: {dam: 1}, values: {dam: {high: 0, low: 60, none: 100}}, no_deal: 30, strategy: {hardline: {}}}
  ford: {weights: {dam: 1}, values: {dam: {high: 50, low: 100, none: 0}}, no_deal: 40}
  mill: {weights: {dam: 1}, values: {dam: {high: 100, low: 70, none: 0}}, no_deal: 20}
  power: {weights: {dam: 1}, values: {dam: {high: 100, low: 0, none: 20}}, no_deal: 50, strategy: {hardline: {}}}
talks:
  rounds: 6
  protocol: {random_proposer: {recognition: {hill: 1, mill: 2}}}
  vote: {quota: 2, voters: [hill, ford, mill], because: "reported: the charter"}
  sign_when:
    - {when: {dam: high}, needs: power}
"""


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file with a vote, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    Path("dam.yaml").write_text(COUNCIL)
    return "dam.yaml"


def parley(*words: str) -> str:
    """Standard output of a command that ends well."""
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_story_tells_who_proposed_and_who_voted_how(village: str) -> None:
    assert parley("explain", village, "--replicate", "1").splitlines() == [
        "Three villages and a dam: replicate 1",
        "At the start 2 of the 3 deals would be carried if everybody said yes to what leaves it no worse off than no deal.",
        "What no deal is worth to each, in points from 0 to 100: Hill 30, Ford 40, Mill 20, Power 50.",
        "Offers and answers that only repeat are left out below.",
        "",
        "Round 1",
        "  Mill proposes dam high (100 points)",
        "    Hill votes against it (0 points), above all over dam (100 less than it asks)",
        "    Ford votes against it (50 points), above all over dam (50 less than it asks)",
        "    Power signs (100 points)",
        "    1 of 3 votes; 2 are needed: not carried",
        "Round 3",
        "  Hill proposes dam none (100 points)",
        "    Ford votes against it (0 points), above all over dam (100 less than it asks)",
        "    Mill votes against it (0 points), above all over dam (70 less than it asks)",
        "    1 of 3 votes; 2 are needed: not carried",
        "Round 6",
        "  Mill now proposes dam high -> low (70 points)",
        "    Hill votes against it (60 points), above all over dam (40 less than it asks)",
        "    Ford votes for it (100 points)",
        "    2 of 3 votes; 2 are needed: carried",
        "",
        "End, round 6 of 6: Agreement.",
        "  dam: 12 metres",
        "  Hill: 60 points, +30 against no deal",
        "  Ford: 100 points, +60 against no deal",
        "  Mill: 70 points, +50 against no deal",
        "  Power: 0 points, -50 against no deal",
        "  No other deal is better for one party that signs or votes and worse for none.",
    ]


def test_a_voter_that_must_sign_is_told_to_sign(village: str) -> None:
    told = parley("explain", village, "--replicate", "1", "--set", "talks.sign=[ford]").splitlines()
    assert "    Ford signs (100 points)" in told and "    2 of 3 votes; 2 are needed: carried" in told
    assert any(line.startswith("    Ford refuses (50 points), above all over dam") for line in told)
    Path(village).write_text(COUNCIL.replace("  rounds: 6\n", "  rounds: 6\n  sign: ford\n"))
    assert "Ford (signs, 1 vote) " in parley("score", village, "dam=low")


def test_a_story_as_json_holds_all_offers_and_answers(village: str) -> None:
    told = json.loads(parley("explain", village, "--replicate", "1", "--json"))
    assert [offer["round"] for offer in told["offers"]] == [1, 2, 3, 4, 5, 6]
    assert {offer["party"] for offer in told["offers"]} == {"hill", "mill"}
    assert told["offers"][0]["answers"] == {"hill": "reject", "ford": "reject", "power": "accept"}
    assert told["offers"][5]["answers"] == {"hill": "reject", "ford": "accept"}
    assert (told["ending"], told["round"], told["deal"]) == ("agreed", 6, {"dam": "low"})


HOPELESS = ["parties.hill.no_deal=63", "parties.ford.no_deal=100", "parties.mill.no_deal=75", "parties.power.no_deal=90"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([], "dam low; Hill lacked 3.0 points."),
        (["talks.vote.quota=3"], "dam low; Mill lacked 5.0 points."),
        (["talks.vote.weights={hill: 0}"], "dam low; Mill lacked 5.0 points."),
        (["talks.sign_when=[{when: {dam: [high, low]}, needs: power}]"], "dam high; Ford lacked 50.0 points."),
    ],
)
def test_a_story_names_the_deal_that_came_nearest_to_being_carried(village: str, changes: list[str], words: str) -> None:
    sets = [word for change in [*HOPELESS, *changes] for word in ("--set", change)]
    lines = parley("explain", village, "--replicate", "0", *sets).splitlines()
    assert lines[1].startswith("At the start none of the 3 deals would be carried")
    assert lines[-1] == f"  Nearest to being carried: {words}"


def test_a_run_of_a_vote_writes_the_usual_results(village: str) -> None:
    assert parley("run", village, "-n", "60", "-q", "-o", "results") == ""
    rows = pd.read_parquet("results/outcomes.parquet")
    assert set(rows["dam"].dropna()) <= {"high", "low"} and (rows["ending"] == "agreed").mean() > 0.5
    assert {"blocked_by.hill", "blocked_by.power"} <= set(rows.columns)
    summary = json.loads(Path("results/summary.json").read_text())
    assert summary["agreement"]["share"] == (rows["ending"] == "agreed").mean()
    assert (rows["zone_deals"] == 2).all()


def test_a_check_of_a_vote_counts_its_reason_among_the_numbers(village: str) -> None:
    numbers = json.loads(parley("check", village, "--json"))["numbers"]
    assert numbers["reported"] == ["talks.vote"]
    assert "talks.protocol.random_proposer.recognition" in numbers["no_reason"]


def test_a_check_asks_no_reason_for_what_a_variable_does_not_do(village: str) -> None:
    study = load(village, ["world={still: {moves: {hill: 1}}, moving: {starts: 5, moves: {hill: 1}}}"])
    numbers = diagnose(study.negotiation, study.stakes(Draws(None)), Draws(None))["numbers"]
    about = {path for path in numbers["no_reason"] if path.startswith("world")}
    assert about == {"world.still.moves", "world.moving.starts", "world.moving.moves"}


def test_a_check_names_the_voters_who_could_open_a_zone() -> None:
    tree = pie({"rounds": 3, "vote": {"quota": 2}}, [HARD, HARD, HARD])
    for name, least in zip("abc", (70, 65, 100), strict=True):
        tree["parties"][name]["no_deal"] = least
    tree["parties"]["c"]["values"] = {"x": {str(n): 0 for n in range(11)}}
    study = study_of(tree)
    draws = Draws(Chance(1, 0, 20), study.negotiation.quantities)
    concessions = diagnose(study.negotiation, study.stakes(draws), draws)["concessions"]
    assert concessions == {  # a takes 30 in place of 70, or b 30 in place of 65, or c nothing in place of 100
        "a": {"could": 1, "cheapest": 0, "points": None},
        "b": {"could": 1, "cheapest": 1, "points": pytest.approx(35)},
        "c": {"could": 1, "cheapest": 0, "points": None},
    }


def test_a_score_tells_who_votes_and_whether_the_deal_would_be_carried(village: str) -> None:
    lines = [" ".join(line.split()) for line in parley("score", village, "dam=low").splitlines()]
    assert "As talks begin it would win the vote, and all who must sign it would, in 100.0 % of 4,096 draws." in lines
    assert "* need not sign this deal, and has no vote" in lines
    assert any(line.startswith("Hill (1 vote) +30") for line in lines) and any(line.startswith("Power * -50") for line in lines)
    record = json.loads(parley("score", village, "dam=none", "--json"))
    assert record["all_sign"] == 0 and record["parties"]["hill"]["votes"] == 1 and record["parties"]["power"]["votes"] == 0
