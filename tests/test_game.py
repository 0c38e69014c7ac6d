"""Chairs taken by people: a game is its moves, played as the rules say, and nobody sees another's wishes."""

import json
import random
from typing import Any

import numpy as np
import pytest
from test_random_proposer import draw_council
from test_referee import draw_scenario
from test_single_text import pie, sound_study

from sim.case.chance import Chance
from sim.case.deals import packages, these_deals
from sim.case.faults import BadInput
from sim.case.reading import read, shipped, validate
from sim.outcomes.measures import measure
from sim.studies.blocks import Study
from sim.studies.game import Game, obstacles
from sim.studies.runs import load
from sim.talks.chair import Move, Question, Script
from sim.talks.negotiation import Negotiation

OTHERS = [
    {"tit_for_tat": {"generosity": 10}},
    {"micro": {}},
    {"hardline": {"slack": 40}},
    {"aspiration": {"firmness": 0.5}, "leaves": {"after": 0.5}},
]


class Obedient(Script):
    """Chairs that do what their parties' own strategies would do."""

    def __init__(self, chairs: list[int]) -> None:
        super().__init__(chairs, [])
        self.asked = 0

    def take(self, question: Question) -> Move:
        assert question.party in self.chairs and not question.obstacle(question.advice)
        self.asked += 1
        return question.advice


def assert_the_same(study: Study, chairs: list[int], replicate: int, seed: int = 1) -> int:
    """Obedient chairs change nothing in a replicate; how often they were asked."""
    chance, script = Chance(seed, replicate, 1), Obedient(chairs)
    played, plain = study.play(chance, tell=True, script=script), study.play(chance, tell=True)
    ours, own = measure(played), measure(plain)
    assert ours.keys() == own.keys()
    assert all(np.array_equal(ours[name], own[name], equal_nan=ours[name].dtype.kind == "f") for name in ours)
    assert [turn.put[0] and turn.offers[0] for turn in played.table.turns or []] == [
        turn.put[0] and turn.offers[0] for turn in plain.table.turns or []
    ]
    return script.asked


@pytest.mark.parametrize("name", shipped())
def test_a_chair_that_does_as_its_strategy_would_ends_as_the_replicate_ends(name: str) -> None:
    negotiation = read(name, Negotiation)
    listed = (
        these_deals(negotiation, packages(negotiation)) if name == "berlin_20_points" else None
    )  # its menu takes long to find
    study = Study(negotiation, listed=listed)
    if study.negotiation.talks.protocol.kind == "single_text":
        assert all(list(obstacles(study, party)) for party in study.deals.parties)
        return
    parties = range(len(study.deals.parties))
    asked = sum(assert_the_same(study, [party], replicate) for party in parties for replicate in range(2))
    assert asked + assert_the_same(study, list(parties), 7) > 0


@pytest.mark.parametrize("draw", [draw_scenario, draw_council])
def test_obedient_chairs_change_nothing_in_drawn_scenarios(draw: Any) -> None:
    luck, asked = random.Random(6), 0
    for n in range(150):
        tree = draw(luck)
        if n % 2:
            tree["parties"] = {name: party | {"strategy": luck.choice(OTHERS)} for name, party in tree["parties"].items()}
            tree["talks"]["order"] = "random"
        study = Study(validate(tree, Negotiation))
        parties = list(range(len(study.deals.parties)))
        asked += assert_the_same(study, luck.sample(parties, luck.randint(1, len(parties))), n)
    assert asked > 500


def test_a_chair_presses_over_a_text_in_a_room_where_it_does_not_sit_as_its_strategy_would() -> None:
    tree = pie({"hardline": {}}, 6, 45)
    tree["parties"]["cleo"] = tree["parties"]["bob"] | {"no_deal": 0, "strategy": {"aspiration": {}}}
    tree["talks"] = {"rounds": 6, "protocol": {"alternating_offers": {}}} | {
        "rooms": [
            {"parties": ["ann", "bob"], "rounds": 3, "protocol": {"single_text": {"opens": {"a": "o4"}}}},
            {"parties": ["ann", "bob", "cleo"], "rounds": 3},
        ]
    }
    tree["pressure"] = [{"by": "cleo", "on": "ann", "points": 2, "costs": 1}]
    study = sound_study(tree)
    costs = study.play(Chance(1, 0, 1), script=Obedient([2])).end.costs
    assert costs is not None and costs[2, 0] >= 0.02, "ann has 45 without a deal, and 40 by the text"
    assert assert_the_same(study, [2], 0)


def advised(game: Game) -> dict[str, Any]:
    """The move that the asked party's own strategy would make."""
    assert game.asked
    move = game.view(game.asked)["advice"]
    return {key: move[key] for key in ("party", "move", "deal") if key in move}


@pytest.mark.parametrize(("name", "chairs"), [("two_issues", ("mia",)), ("berlin", ("russia", "eu"))])
def test_a_game_played_move_by_move_on_advice_ends_as_the_replicate_ends(name: str, chairs: tuple[str, ...]) -> None:
    game = Game(load(name), seed=1, replicate=3, chairs=chairs)
    while game.asked:
        game = game.moved(advised(game))
    told = game.debrief(chairs[0])
    assert game.moves and told["own"] == told["program"]
    assert told["others"]["less"] + told["others"]["same"] + told["others"]["more"] == pytest.approx(1)


def test_what_is_kept_is_json_and_brings_the_game_back() -> None:
    study = load("two_issues")
    game = Game(study, seed=4, replicate=2, chairs=("otto",))
    for _ in range(3):
        game = game.moved(advised(game))
    again = Game.of(study, json.loads(json.dumps(game.record())))
    assert again.view("otto") == game.view("otto") and again.asked == "otto"


def test_a_move_taken_back_is_as_if_it_had_never_been_made() -> None:
    game = Game(load("two_issues"), seed=1, replicate=0, chairs=("mia", "otto"))
    first = game.moved(advised(game))
    second = first.moved(advised(first))
    assert second.undone("otto").record() == first.record()
    assert second.undone("mia").record() == game.record() == game.undone("mia").record()


def test_who_departs_from_the_advice_changes_what_comes_of_it() -> None:
    game = Game(load("two_issues"), seed=1, replicate=3, chairs=("mia",))
    while game.asked:
        game = game.moved({"party": "mia", "move": "sign" if "sign" in game.view("mia")["may"] else "refuse"})
    told = game.debrief("mia")
    assert told["own"]["ending"] == "agreed" and told["own"]["utility"] < told["program"]["utility"]


def test_who_leaves_ends_the_talks() -> None:
    game = Game(load("berlin"), seed=1, replicate=0, chairs=("eu",)).moved({"party": "eu", "move": "leave"})
    assert game.asked is None and game.view("eu")["ending"] == "Europe walked out"
    assert game.debrief("eu")["own"] | {"round": 0} == {
        "ending": "left_by_eu",
        "text": "Europe walked out",
        "round": 0,
        "deal": None,
        "utility": game.debrief("eu")["no_deal"],
        "gain": 0.0,
    }
    with pytest.raises(BadInput, match="the talks are over"):
        game.moved({"party": "eu", "move": "sign"})


BAD_MOVES = [
    ({"party": "mia", "move": "sign"}, "sign: nothing lies on the table"),
    ({"party": "otto", "move": "refuse"}, "refuse: it is Mia's turn"),
    ({"party": "mia", "move": "shout"}, "a move has a party and is one of sign, offer, refuse, leave, not 'shout' by 'mia'"),
    ({"party": "nobody", "move": "sign"}, "a move has a party and is one of sign, offer, refuse, leave, not 'sign' by 'nobody'"),
    ({"party": ["mia"], "move": {}}, "a move has a party and is one of sign, offer, refuse, leave, not keys by a list"),
    ({"party": "mia", "move": "offer"}, "offer: a deal is needed, the option of each issue"),
    ({"party": "mia", "move": "offer", "deal": {"salary": "3000"}}, "offer: no option for holidays"),
    (
        {"party": "mia", "move": "offer", "deal": {"salary": "3100", "holidays": "20"}},
        "offer: the issue 'salary' has no option '3100'; did you mean '3000'?",
    ),
    (
        {"party": "mia", "move": "offer", "deal": {"salary": "3000", "holidays": [], "pay": "1"}},
        "offer: no issue of the name 'pay'; there are salary, holidays\n"
        "offer: the issue 'holidays' has no option a list; there are 20, 23, 26, 29, 32",
    ),
]


@pytest.mark.parametrize(("move", "line"), BAD_MOVES)
def test_a_move_that_cannot_be_made_is_told_in_a_line(move: dict[str, Any], line: str) -> None:
    game = Game(load("two_issues"), seed=1, replicate=0, chairs=("mia",))
    with pytest.raises(BadInput) as told:
        game.moved(move)
    assert str(told.value) == line


@pytest.mark.parametrize(
    ("name", "chair", "line"),
    [
        ("berlin", "usa", "usa: no party of that name; did you mean 'us'?"),
        (
            "berlin_neutral_mediator",
            "us",
            "us: there is no chair to take under single_text; there is one under alternating_offers and random_proposer",
        ),
    ],
)
def test_a_chair_that_cannot_be_taken_is_told_in_a_line(name: str, chair: str, line: str) -> None:
    with pytest.raises(BadInput) as told:
        Game(load(name), seed=1, replicate=0, chairs=(chair,))
    assert str(told.value) == line


def test_who_sits_in_no_room_has_no_chair() -> None:
    tree = draw_scenario(random.Random(0))
    names = list(tree["parties"])
    tree["talks"] |= {"rounds": 4, "sign": names[1:], "sign_when": [], "rooms": [{"parties": names[1:], "rounds": 4}]}
    with pytest.raises(BadInput, match=f"{names[0]}: sits in none of the rooms, so there is no chair to take"):
        Game(Study(validate(tree, Negotiation)), 1, 0, (names[0],))


def with_red_line(line: str) -> Study:
    return load("two_issues", [f"parties.mia.red_lines=[{line}]", "parties.otto.strategy={hardline: {}}"])


def test_a_real_red_line_binds_a_chair_too() -> None:
    game = Game(with_red_line("{salary: 3000}"), seed=1, replicate=0, chairs=("mia",))
    assert game.view("mia")["bars"] == [{"when": {"salary": ["3000"]}, "by": "red line"}]
    with pytest.raises(BadInput, match="offer: it crosses a red line"):
        game.moved({"party": "mia", "move": "offer", "deal": {"salary": "3000", "holidays": "32"}})
    game = game.moved({"party": "mia", "move": "refuse"})
    assert game.view("mia")["standing"]["deal"] == {"salary": "3000", "holidays": "20"}
    assert game.view("mia")["standing"]["worth"]["bar"] == "it crosses a red line, on salary 3000"
    with pytest.raises(BadInput, match="sign: it crosses a red line"):
        game.moved({"party": "mia", "move": "sign"})


def test_a_red_line_that_is_not_real_is_not_shown_and_binds_nobody() -> None:
    game = Game(with_red_line("{when: {salary: 3000}, chance: 0}"), seed=1, replicate=0, chairs=("mia",))
    assert game.view("mia")["bars"] == []
    assert game.moved({"party": "mia", "move": "refuse"}).moved({"party": "mia", "move": "sign"}).asked is None


def test_under_random_proposer_a_chair_answers_with_yes_or_no_and_proposes_when_drawn() -> None:
    study = load("two_issues", ["talks.protocol=random_proposer"])
    seen = set()
    for replicate in range(9):
        view = Game(study, seed=1, replicate=replicate, chairs=("mia",)).view("mia")
        seen.add((view["proposes"], tuple(view["may"])))
    assert seen == {(True, ("offer", "refuse")), (False, ("sign", "refuse", "leave"))}
    asked = next(g for r in range(9) if not (g := Game(study, 1, r, ("mia",))).view("mia")["proposes"])
    with pytest.raises(BadInput, match="offer: another has the floor in this round; who answers puts no other deal"):
        asked.moved({"party": "mia", "move": "offer", "deal": {"salary": "4000", "holidays": "32"}})


def test_an_offer_off_the_menu_names_the_nearest_on_it() -> None:
    study = load("two_issues", ["talks.menu=10"])
    known = study.play(Chance(1, 0, 1)).stakes.deals
    listed = [known.options(k) for k in range(known.count)]
    missing = next(
        {"salary": salary, "holidays": days}
        for salary in study.deals.issues["salary"]
        for days in study.deals.issues["holidays"]
        if {"salary": salary, "holidays": days} not in listed
    )
    game = Game(study, seed=1, replicate=0, chairs=("mia",))
    with pytest.raises(BadInput, match=r"offer: this deal is not on the menu; nearest to it are: (salary|holidays)=") as told:
        game.moved({"party": "mia", "move": "offer", "deal": missing})
    change = dict([str(told.value).partition("are: ")[2].split("; or ")[0].split("=")])
    assert game.moved({"party": "mia", "move": "offer", "deal": missing | change}).moves


def hidden(study: Study, replicate: int, chair: str) -> dict[str, Any]:
    game = Game(study, seed=1, replicate=replicate, chairs=(chair,))
    return game.view(chair, advice=False)


def test_a_chair_sees_its_own_points_and_none_of_the_others() -> None:
    view = hidden(load("two_issues"), 5, "mia")
    for change in ("parties.otto.no_deal=33", "parties.otto.weights={salary: 51, holidays: 49}"):
        assert hidden(load("two_issues", [change]), 5, "mia") == view
    assert hidden(load("two_issues", ["parties.mia.weights={salary: 51, holidays: 49}"]), 5, "mia") != view


def test_a_chair_hears_of_pressure_and_of_events_but_not_what_no_deal_is_worth_to_others() -> None:
    study = load("berlin_talks")
    heard: list[str] = []
    for replicate in range(4):
        game = Game(study, seed=1, replicate=replicate, chairs=("ukraine",))
        while game.asked:
            game = game.moved({"party": "ukraine", "move": "refuse"})
        heard += [said["text"] for said in game.view("ukraine")["talk"]]
    assert any(line.startswith("Outside: ") for line in heard)
    assert any(" presses " in line for line in heard)
    assert not any("No deal" in line or "points" in line for line in heard)


def test_points_in_a_view_add_up() -> None:
    game = Game(load("berlin"), seed=1, replicate=0, chairs=("russia",))
    view = game.view("russia")
    standing, options = view["standing"], view["options"]
    assert standing["by"] == "ukraine" and "russia" in standing["missing"] and "ukraine" in standing["signed"]
    own = {issue: options[issue][option] for issue, option in standing["deal"].items()}
    worth = standing["worth"]
    assert worth["issues"] == pytest.approx(own)
    assert worth["points"] == pytest.approx(sum(own.values()) + worth["linkages"])
    assert worth["margin"] == pytest.approx(worth["points"] - view["no_deal"])
    assert view["best"]["points"] == pytest.approx(sum(max(of.values()) for of in options.values()), abs=40)


def test_talk_is_in_order_and_in_words() -> None:
    game = Game(load("two_issues"), seed=1, replicate=3, chairs=("mia",))
    for _ in range(3):
        game = game.moved({"party": "mia", "move": "offer", "deal": {"salary": "4000", "holidays": "32"}})
    lines = [(said["round"], said["text"]) for said in game.view("mia")["talk"]]
    assert lines[:3] == [
        (1, "Mia proposes salary 4000, holidays 32"),
        (1, "Otto refuses"),
        (1, "Otto proposes salary 3000, holidays 20"),
    ]
    assert (2, "Mia repeats its offer") in lines


def test_a_story_follows_only_when_the_talks_are_over() -> None:
    game = Game(load("two_issues"), seed=1, replicate=3, chairs=("mia",))
    with pytest.raises(ValueError, match="turn of mia"):
        game.story()
    assert "Mia walked out" in game.moved({"party": "mia", "move": "leave"}).story()
