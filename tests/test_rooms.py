"""Rooms, presence and opening texts: who speaks and signs where, and what goes from one room to the next."""

from typing import Any

import numpy as np
import pytest
from test_outside import STRATEGIES, columns_of, differing, ends_of, quarrel, study_of

from sim.case.arrays import Bools
from sim.case.chance import Chance
from sim.case.numbers import Draws
from sim.outcomes.measures import Columns, Played, measure
from sim.outcomes.narration import as_record, notes, story
from sim.talks.model import Talks
from sim.talks.table import ROOM, Turn

EVERYBODY = ["a", "b", "c"]


def with_rooms(tree: dict[str, Any], *rooms: tuple[list[str], int], **more: Any) -> dict[str, Any]:
    """The scenario with these rooms: who sits there, for how many rounds."""
    tree["talks"]["rooms"] = [{"parties": parties, "rounds": rounds} | more for parties, rounds in rooms]
    tree["talks"]["rounds"] = sum(rounds for _, rounds in rooms)
    return tree


def with_present(tree: dict[str, Any], **present: Any) -> dict[str, Any]:
    """The scenario with parties that come and go."""
    tree["talks"]["present"] = present
    return tree


def turns_of(played: Played) -> list[Turn]:
    """What was said in a block, the opening of rooms left out."""
    return [turn for turn in played.table.turns or [] if turn.party != ROOM]


def agreed_in(columns: Columns) -> Bools:
    """Where (R,) there was agreement."""
    agreed: Bools = columns["deal"] >= 0
    return agreed


# One room


@pytest.mark.parametrize("order", ["fixed", "rotating", "random"])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_one_room_with_everybody_is_no_room_at_all(strategy: str, order: str) -> None:
    plain, room = quarrel(strategy, order=order), with_rooms(quarrel(strategy, order=order), (EVERYBODY, 10))
    assert not differing(columns_of(plain), columns_of(room))
    one, two = (turns_of(ends_of(tree, 50)) for tree in (plain, room))
    assert len(one) == len(two) and all(
        (a.put == b.put).all() and (a.offers == b.offers).all() for a, b in zip(one, two, strict=True)
    )


@pytest.mark.parametrize("protocol", ["random_proposer", {"random_proposer": {"recognition": {"a": 2, "b": 1}}}])
def test_a_room_has_the_protocol_of_the_talks_or_its_own(protocol: Any) -> None:
    of_the_talks = with_rooms(quarrel(protocol=protocol), (EVERYBODY, 10))
    its_own = with_rooms(quarrel(), (EVERYBODY, 10), protocol="random_proposer")
    assert not differing(columns_of(of_the_talks), columns_of(quarrel(protocol=protocol)))
    assert not differing(columns_of(its_own), columns_of(quarrel(protocol="random_proposer")))
    assert differing(columns_of(its_own), columns_of(quarrel()))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_who_sits_in_no_room_and_signs_nothing_changes_nothing(strategy: str) -> None:
    with_her = with_rooms(quarrel(strategy), (["a", "b"], 10))
    with_her["talks"]["sign_when"] = []
    without_her = quarrel(strategy)
    without_her["talks"]["sign_when"] = []
    del without_her["parties"]["c"]
    one, two = columns_of(with_her), columns_of(without_her)
    of_hers = {name for name in one if name.endswith(".c")}
    assert of_hers and not differing({name: column for name, column in one.items() if name not in of_hers}, two)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_who_never_enters_and_signs_nothing_changes_nothing(strategy: str) -> None:
    away = with_present(quarrel(strategy), c={"enters": 99})  # no file may say so: it would have nothing to say
    roomless = with_rooms(quarrel(strategy), (["a", "b"], 10))
    for tree in (away, roomless):
        tree["talks"]["sign_when"] = []
    assert not differing(columns_of(away), columns_of(roomless))


# From room to room


def drafting(strategy: str = "aspiration") -> dict[str, Any]:
    """Anna and Carla draft for six rounds, then Anna and Ben, and Carla where she must sign, meet for eight."""
    return with_rooms(quarrel(strategy), (["a", "c"], 6), (EVERYBODY, 8))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_text_agreed_in_one_room_opens_the_next(strategy: str) -> None:
    tree = drafting(strategy)
    for party in "ac":
        tree["parties"][party]["no_deal"] = 0
    tree["parties"]["a"]["strategy"] = tree["parties"]["c"]["strategy"] = {"aspiration": {"firmness": 0.3, "deadline": 0.3}}
    played = ends_of(tree, 200)
    nothing, turns = played.stakes.deals.count, played.table.turns or []
    first = [turn for turn in turns if turn.party == ROOM]
    assert [turn.round for turn in first] == [1, 7] and (first[0].offers == nothing).all()
    drafted = np.full(200, nothing)
    for turn in turns_of(played):
        if turn.round <= 6:
            drafted[turn.signed] = turn.standing[turn.signed]
    assert (drafted < nothing).sum() > 100
    assert (first[1].offers == drafted).all(), "two sat there, so the deal that the second of them signed last"
    seventh = next(turn for turn in turns if turn.round == 7 and turn.party == 0)
    assert (seventh.standing == drafted).all() and seventh.asked.all(), "and everybody is asked about it anew"


def test_a_text_agreed_early_waits_for_the_next_room() -> None:
    tree = drafting("hardline")
    for party in "ac":
        tree["parties"][party]["strategy"] = {"hardline": {"slack": 100}}
        tree["parties"][party]["no_deal"] = 0
    played = ends_of(tree, 50)
    assert {turn.round for turn in turns_of(played) if turn.asked.any()} & set(range(1, 7)) == {1}
    columns = measure(played)
    assert columns["round"].min() >= 7 and agreed_in(columns).any()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_nobody_outside_the_room_speaks_or_signs(strategy: str) -> None:
    for turn in turns_of(ends_of(drafting(strategy), 200)):
        if turn.round <= 6:
            assert turn.party != 1
    assert agreed_in(columns_of(drafting(strategy))).any() or strategy == "micro"


def test_in_a_drafting_room_all_who_sit_there_must_agree_whoever_signs_in_the_end() -> None:
    """Carla need not sign what has y0 or y2; in the room with Anna nothing is a text without her."""
    tree = drafting("hardline")
    tree["parties"]["a"]["strategy"] = {"hardline": {"slack": 100}}
    tree["parties"]["a"]["no_deal"] = 0
    tree["parties"]["c"] |= {"no_deal": 100, "strategy": {"hardline": {}}, "weights": {"x": 1, "y": 1}}
    played = ends_of(tree, 50)
    best_for_her = played.stakes.worth[2, :, :-1].argmax(axis=1)
    opening = [turn for turn in played.table.turns or [] if turn.party == ROOM][1].offers
    assert (opening == best_for_her).all(), "she signs nothing but her best deal, which Anna signs too"
    tree["parties"]["c"]["red_lines"] = [{"y": ["y0", "y1", "y2"]}]
    opening = [turn for turn in ends_of(tree, 50).table.turns or [] if turn.party == ROOM][1].offers
    assert (opening == played.stakes.deals.count).all()


def test_where_no_text_was_agreed_the_next_room_begins_with_an_empty_table() -> None:
    """Nor does an offer left standing go with it: from there on it is as if the first room had never been."""
    tree = with_rooms(quarrel("hardline"), (["a", "c"], 3), (EVERYBODY, 7))
    tree["parties"]["c"] |= {"red_lines": [{"y": ["y1", "y2"]}], "strategy": {"hardline": {}}}
    tree["parties"]["a"]["red_lines"] = [{"y": "y0"}]
    alone = quarrel("hardline", rounds=7)
    alone["parties"] |= {party: tree["parties"][party] for party in "ac"}
    played = ends_of(tree, 50)
    left = [turn for turn in turns_of(played) if turn.round == 3][-1]
    opening = [turn for turn in played.table.turns or [] if turn.party == ROOM][1].offers
    assert (left.put & (left.offers < played.stakes.deals.count)).all() and (opening == played.stakes.deals.count).all()
    one, two = columns_of(tree), columns_of(alone)
    assert (one["deal"] == two["deal"]).all() and (one["round"] == two["round"] + 3).all() and agreed_in(one).any()


@pytest.mark.parametrize("offers", ["lowest", "considerate", "considerate of blurred wishes"])
def test_two_rooms_are_two_talks_of_which_the_second_opens_with_what_came_of_the_first(offers: str) -> None:
    """Hardliners heed no clock, so what each room yields is what talks of its own would have yielded; who is considerate looks in
    each room to those who must agree there."""
    rule, *blurred = offers.split(" of ")
    beliefs = {"beliefs": {"values": {"uniform": [-30, 30]}, "no_deal": 5}} if blurred else {}
    whole = with_rooms(quarrel("hardline", offers=rule), (["a", "c"], 4), (EVERYBODY, 5))
    first = quarrel("hardline", offers=rule, rounds=4)
    first["talks"] |= {"sign": ["a", "c"], "sign_when": []} | beliefs
    whole["talks"] |= beliefs
    del first["parties"]["b"]
    drafts, ended, n = columns_of(first)["deal"], columns_of(whole), 400
    assert 40 < agreed_in({"deal": drafts}).sum() < 390
    deals = study_of(whole).deals
    for draft in np.unique(drafts):
        second = quarrel("hardline", offers=rule, rounds=5)
        second["talks"] |= beliefs
        if draft >= 0:
            second["talks"]["opens"] = deals.options(int(draft))
        columns, here = columns_of(second, n), drafts == draft
        assert (columns["deal"][here] == ended["deal"][here]).all()
        assert (columns["round"][here] + 4 == ended["round"][here]).all()


def test_in_a_drafting_room_a_considerate_party_offers_what_suits_those_who_sit_there() -> None:
    """Of two deals that are alike to Anna, one suits Carla, who drafts with her, and one Ben, who signs in the end."""
    tree = with_rooms(quarrel("hardline"), (["a", "c"], 3), (EVERYBODY, 3))
    tree["talks"]["sign_when"] = []
    for party, y in (("a", 50), ("b", 100), ("c", 0)):
        tree["parties"][party] |= {"weights": {"x": 1, "y": 1}, "rescale": True, "no_deal": 0}
        tree["parties"][party]["values"] = {"x": "rising", "y": {"y0": y, "y1": 0 if party == "a" else 50, "y2": 100 - y}}
        tree["parties"][party]["strategy"] = {"hardline": {}}
    offers = {turn.round: turn.offers for turn in turns_of(ends_of(tree, 5)) if turn.party == 0}
    names = [study_of(tree).deals.options(int(offers[round][0]))["y"] for round in (3, 4)]
    assert names == ["y2", "y0"]


@pytest.mark.parametrize("offers", ["lowest", "considerate"])
def test_time_runs_through_all_rooms(offers: str) -> None:
    """A party whose demands fall with time is as far in round 7 as it would be in talks of one room."""
    tree = with_rooms(quarrel(offers=offers), (["a", "c"], 6), (EVERYBODY, 4))
    tree["parties"]["c"] |= {"red_lines": [{"y": ["y0", "y1", "y2"]}], "strategy": {"hardline": {}}}
    plain = quarrel(offers=offers)
    plain["parties"]["c"] = tree["parties"]["c"]
    one, two = (next(turn for turn in turns_of(ends_of(t, 60)) if turn.round == 7 and turn.party == 0) for t in (tree, plain))
    assert (one.offers == two.offers).all()


def test_an_event_reaches_a_text_that_waits_between_rooms() -> None:
    tree = drafting("hardline")
    for party in "ac":
        tree["parties"][party] |= {"strategy": {"hardline": {"slack": 100}}, "no_deal": 0}
    played = ends_of(tree | {"events": {"closed": {"at": 4, "withdraws": {"x": ["x0", "x1", "x3", "x4"]}}}}, 50)
    for turn in played.table.turns or []:
        if turn.party == ROOM and turn.round == 7:
            assert (played.stakes.deals.rows[turn.offers, 0] == 2).all(), "drafted anew, with what is left"
    broken = columns_of(tree | {"events": {"storm": {"at": 4, "breaks_off": True}}})
    assert set(broken["round"].tolist()) == {4} and not agreed_in(broken).any()
    hurried = columns_of(tree | {"events": {"ultimatum": {"at": 2, "deadline": 3}}})
    assert set(hurried["round"].tolist()) == {4} and not agreed_in(hurried).any(), "a draft is no agreement"


def test_pressure_works_in_a_drafting_room() -> None:
    tree = with_rooms(quarrel("hardline"), (["a", "c"], 5), (EVERYBODY, 5))
    tree["parties"]["c"]["strategy"] = {"hardline": {"slack": 100}}
    tree["parties"]["a"]["strategy"] = {"hardline": {}}
    pressed = ends_of(tree | {"pressure": [{"by": "c", "on": "a", "points": 3}]}, 50)
    assert (pressed.end.stakes.no_deal[4, 0] <= pressed.stakes.no_deal[0, 0]).all()
    assert any("presses" in (note.line(r) or "") for note in pressed.table.notes if note.round < 6 for r in range(50))


# Who is there, and when


def test_a_deal_cannot_be_agreed_while_one_who_must_sign_is_away() -> None:
    plain = columns_of(quarrel("hardline"))
    late = columns_of(with_present(quarrel("hardline"), b={"enters": 4}))
    assert agreed_in(plain).sum() > 50 and plain["round"][agreed_in(plain)].max() < 4
    assert late["round"].min() == 4 and agreed_in(late).sum() > 50
    played = ends_of(with_present(quarrel("aspiration"), b={"leaves": 6}), 400)
    left = next(turn for turn in reversed(turns_of(played)) if turn.party == 1)
    after = played.table.agreed & (played.round > 6)
    assert after.sum() > 0 and (played.table.deal == left.offers)[after].all(), "nothing but what he had signed before he left"
    assert agreed_in(columns_of(quarrel("aspiration"))).mean() > 0.9 > 0.5 > played.table.agreed.mean()


def test_deals_that_do_not_need_the_absent_signer_are_agreed_without_it() -> None:
    tree = with_present(quarrel(), c={"enters": 10})
    columns = columns_of(tree)
    early = agreed_in(columns) & (columns["round"] < 10)
    y = study_of(tree).deals.rows[columns["deal"], 1]
    assert early.sum() > 50 and (y[early] != 1).all(), "with y1 Carla must sign"
    assert (study_of(quarrel()).deals.rows[columns_of(quarrel())["deal"], 1] == 1).any()


def test_parties_speak_and_sign_only_in_the_rounds_in_which_they_sit_there() -> None:
    for turn in turns_of(
        ends_of(with_present(quarrel(rounds=12), a={"enters": 3}, b={"leaves": 9}, c={"enters": 2, "leaves": 4}), 100)
    ):
        first, last = {0: (3, 12), 1: (1, 9), 2: (2, 4)}[turn.party]
        assert first <= turn.round <= last


def test_a_signature_stands_when_the_party_leaves() -> None:
    """Ben puts his best deal in round 1 and goes; Anna, who comes in round 3, signs it alone."""
    tree = with_present(quarrel("hardline"), a={"enters": 3}, b={"leaves": 1}, c={"enters": 9})
    tree["parties"]["a"] |= {"strategy": {"hardline": {"slack": 100}}, "no_deal": 0}
    tree["parties"]["b"]["strategy"] = {"hardline": {}}
    columns, best = columns_of(tree), ends_of(tree, 400).stakes.worth[1, :, :-1].argmax(axis=1)
    assert (columns["round"] == 3).all() and (columns["deal"] == best).all()


def test_who_is_not_there_hears_nothing() -> None:
    """Anna begins to offer in round 1; Ben, who counts what he hears, comes in round 3."""
    study = study_of(with_present(quarrel("micro"), b={"enters": 3}))
    draws = Draws(Chance(1, 0, 50), {})
    talks = Talks(study.negotiation, study.stakes(draws), draws, tell=True)
    heard: Any = [delegation.plan for delegation in talks.delegations]
    for _ in range(2):
        talks.step()
    assert any(turn.put.any() for turn in talks.table.turns or []) and not heard[1].heard.any() and heard[2].heard.any()
    talks.step()
    talks.step()
    assert heard[1].heard[0].any() and heard[0].heard[1].any()


def test_who_comes_late_reads_the_text_before_walking_out() -> None:
    tree = with_present(quarrel("hardline"), b={"enters": 8})
    tree["parties"]["a"] |= {"strategy": {"hardline": {"slack": 60}}, "no_deal": 0}
    tree["parties"]["b"] |= {"strategy": {"hardline": {"slack": 100}, "leaves": {"after": 0.2}}, "no_deal": {"uniform": [40, 95]}}
    tree["talks"]["sign_when"] = []
    played = ends_of(tree, 200)
    lies = next(turn for turn in turns_of(played) if turn.round == 8 and turn.party == 1).standing
    better = played.stakes.utility(1, lies) > played.stakes.no_deal[0, 1] + 1e-9
    assert 20 < better.sum() < 180 and (played.table.agreed == better).all()
    assert (played.table.left_by[~better] == 1).all() and (played.round == 8).all()


# Opening texts

TEXT = {"x": "x2", "y": "y2"}


def test_an_opening_text_can_be_signed_at_once_by_all() -> None:
    tree = quarrel("hardline", opens=TEXT)
    for party in "ab":
        tree["parties"][party] |= {"strategy": {"hardline": {"slack": 100}}, "no_deal": 0}
    columns, deals = columns_of(tree), study_of(tree).deals
    assert (columns["round"] == 1).all() and (columns["deal"] == deals.number(TEXT)).all()
    assert not any(turn.put.any() for turn in turns_of(ends_of(tree, 20))), "nobody had to put anything"


def test_an_opening_text_may_be_a_package() -> None:
    assert not differing(
        columns_of(quarrel(opens="draft", packages={"draft": TEXT})), columns_of(quarrel(opens=TEXT, packages={"draft": TEXT}))
    )


def test_an_opening_text_that_somebody_refuses_is_replaced() -> None:
    tree = quarrel("hardline", opens=TEXT)
    for party in "ab":
        tree["parties"][party]["strategy"] = {"hardline": {}}
    played = ends_of(tree, 50)
    first = turns_of(played)[0]
    assert (first.standing == played.stakes.deals.number(TEXT)).all() and first.asked.all() and first.put.all()
    columns, plain = measure(played), columns_of({**tree, "talks": {k: v for k, v in tree["talks"].items() if k != "opens"}}, 50)
    assert (columns["deal"] == plain["deal"]).all()


def test_only_those_are_asked_about_an_opening_text_whose_signature_it_needs() -> None:
    for text, asked in ((TEXT, {0, 1}), (TEXT | {"y": "y1"}, {0, 1, 2})):
        tree = quarrel("hardline", opens=text)
        for party in tree["parties"].values():
            party |= {"strategy": {"hardline": {"slack": 100}}, "no_deal": 0}
        assert {turn.party for turn in turns_of(ends_of(tree, 10)) if turn.asked.any()} == asked


# What is told


def test_a_story_tells_which_room_a_text_came_from() -> None:
    tree = drafting("hardline")
    tree["talks"]["rooms"][0]["text"] = "Drafting in the annexe"
    tree["talks"]["opens"] = TEXT
    for party in "ac":
        tree["parties"][party] |= {"strategy": {"hardline": {"slack": 100}}, "no_deal": 0}
    played = ends_of(tree, 1)
    lines = [line.strip() for line in story(played, measure(played), 0).splitlines()]
    rooms = [n for n, line in enumerate(lines) if line.startswith("In the room: ")]
    assert [lines[n] for n in rooms] == [
        "In the room: Drafting in the annexe",
        "In the room: A, B, C, with the text from 'Drafting in the annexe'",
    ]
    texts = [n for n, line in enumerate(lines) if line == "On the table lies x x2, y y2"]
    assert len(texts) == 2 and rooms[0] < texts[0] < rooms[1] < texts[1], "signed in the first room, it opens the second"
    assert any(line.startswith("A signs (") for line in lines[texts[0] : rooms[1]])
    assert "All in this room agree; their text waits for round 7" in lines[texts[0] : rooms[1]]
    record = as_record(played, measure(played), 0)
    assert [offer["party"] for offer in record["offers"]][:2] == [None, None]


def test_a_story_tells_of_a_room_that_closes_without_a_text() -> None:
    lines = [line.strip() for line in story_of(drafting("hardline")).splitlines()]
    assert "In the room: A, B, C, without a text from 'A, C'" in lines and not any("their text waits" in line for line in lines)


def test_an_adviser_is_called_one() -> None:
    tree = quarrel()
    assert "advises" not in story_of(tree)
    tree["talks"]["sign_when"] = []
    assert "C advises: no deal needs its signature." in story_of(tree).splitlines()


def test_a_text_that_is_withdrawn_as_its_room_opens_is_not_told_as_lying_there() -> None:
    tree = drafting("hardline") | {"events": {"closed": {"at": 7, "withdraws": {"x": ["x0", "x1", "x2", "x3"]}}}}
    tree["talks"]["opens"] = TEXT
    for party in "ac":
        tree["parties"][party] |= {"strategy": {"hardline": {"slack": 100}}, "no_deal": 0}
    played = ends_of(tree, 3)
    first, second = [turn for turn in played.table.turns or [] if turn.party == ROOM]
    assert first.put.all() and second.round == 7 and not second.put.any()
    lines = [line.strip() for line in story(played, measure(played), 0).splitlines()]
    assert lines.count("On the table lies x x2, y y2") == 1 and "In the room: A, B, C, with the text from 'A, C'" in lines


def test_a_story_tells_who_is_away_who_joins_and_who_goes() -> None:
    tree = with_present(drafting("hardline"), c={"enters": 3, "leaves": 8}, a={"leaves": 5}, b={"enters": 8})
    tree["parties"]["c"] |= {"name": "Cleo"}
    played = ends_of(tree, 1)
    told = [(line.round, line.text.strip()) for line in notes(played)]
    comings = [(round, line) for round, line in told if "table" in line or "joins" in line]
    assert tree["talks"]["rooms"][0] == {"parties": ["a", "c"], "rounds": 6}
    assert comings == [
        (1, "Cleo is not yet at the table"),
        (3, "Cleo joins"),
        (6, "A is no longer at the table"),
        (7, "A is no longer at the table"),
        (7, "B is not yet at the table"),
        (8, "B joins"),
        (9, "Cleo is no longer at the table"),
    ]
    alone = with_present(quarrel("hardline"), a={"leaves": 3})
    for party in alone["parties"].values():
        party["strategy"] = {"hardline": {"slack": 0}}
    assert [(line.round, line.text) for line in notes(ends_of(alone, 1))] == [(3 + 1, "  A is no longer at the table")]
    public = [note.public(0) for note in played.table.notes if note.public is not None]
    assert "Cleo joins" in public, "whoever sits in a chair hears of it too"


def test_a_story_tells_of_a_deadline_that_ran_out_before_the_last_room() -> None:
    tree = drafting("hardline") | {"events": {"haste": {"text": "A deadline", "at": 2, "deadline": 3}}}
    lines = [line.strip() for line in story_of(tree).splitlines()]
    assert "Outside: A deadline; 3 rounds are left" in lines
    assert lines[-3:-1] == [
        "The deadline left no more rounds.",
        "The last room, in which a text would have been signed for good, never opened.",
    ]
    later = drafting("hardline") | {"events": {"haste": {"at": 8, "deadline": 1}}}
    lines = [line.strip() for line in story_of(later).splitlines()]
    assert "Outside: haste; 1 round is left" in lines and "The deadline left no more rounds." in lines
    assert not any("The last room" in line for line in lines)


def story_of(tree: dict[str, Any]) -> str:
    """The story of the first replicate, in which nobody gives way."""
    for party in tree["parties"].values():
        party["strategy"] = {"hardline": {"slack": 0}}
    played = ends_of(tree, 1)
    return story(played, measure(played), 0)


def test_no_text_is_told_as_lying_there_where_talks_are_over() -> None:
    tree = drafting("hardline") | {"events": {"storm": {"at": 5, "chance": 0.5, "breaks_off": True}}}
    for party in "ac":
        tree["parties"][party] |= {"strategy": {"hardline": {"slack": 100}}, "no_deal": 0}
    played = ends_of(tree, 50)
    _, second = [turn for turn in played.table.turns or [] if turn.party == ROOM]
    assert (second.put == (played.table.broken_by < 0)).all() and 5 < second.put.sum() < 45


def test_blocks_change_no_byte_of_what_rooms_bring() -> None:
    tree = with_present(drafting("micro"), b={"enters": 9})
    tree["talks"] |= {"order": "random", "opens": TEXT}
    assert not differing(columns_of(tree, 300), columns_of(tree, 300, block=64))
