"""What stories say where it is easy to say what was not: of weights that move, of who is away, of pressure that moves nothing."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from sim import run
from sim.case.chance import Chance
from sim.case.reading import validate
from sim.cli import app
from sim.outcomes.measures import measure
from sim.outcomes.narration import as_record, story
from sim.studies.blocks import Study
from sim.studies.runs import load
from sim.studies.soundness import sound
from sim.talks.negotiation import Negotiation


def garden(**talks: Any) -> dict[str, Any]:
    """Three who share one thing, each with another liking for its four shares; all three must sign."""
    shares = ("none", "some", "more", "all")
    issues = {name: {"question": name, "options": {share: share for share in shares}} for name in ("water", "fruit")}
    liking = {
        "ada": ({"none": 0, "some": 40, "more": 75, "all": 100}, {"none": 100, "some": 70, "more": 35, "all": 0}),
        "bo": ({"none": 100, "some": 80, "more": 45, "all": 0}, {"none": 0, "some": 45, "more": 80, "all": 100}),
        "cem": ({"none": 50, "some": 100, "more": 60, "all": 0}, {"none": 0, "some": 60, "more": 100, "all": 50}),
    }
    parties = {
        name: {"weights": {"water": 50, "fruit": 50}, "values": dict(zip(issues, values, strict=True)), "no_deal": 30}
        for name, values in liking.items()
    }
    return {"title": "Garden", "issues": issues, "parties": parties, "talks": {"rounds": 12, **talks}}


def told(tree: dict[str, Any], replicate: int = 0) -> tuple[str, dict[str, Any]]:
    study = Study(validate(tree, Negotiation))
    assert not sound(study)
    played = study.play(Chance(1, replicate, 1), tell=True)
    columns = measure(played)
    return story(played, columns, replicate), as_record(played, columns, replicate)


def test_points_are_told_as_they_stood_in_the_round() -> None:
    """What a later event makes of weights changes nothing in what is told of the rounds before it."""
    tree = garden()
    plain = told(tree)[1]["offers"]
    moved = told(tree | {"events": {"news": {"at": 6, "weights": {"ada": {"water": 40}, "bo": {"fruit": 40}}}}})[1]["offers"]
    early, as_before = ([offer for offer in told if max(offer["answered"].values()) < 6] for told in (moved[:12], plain[:12]))
    assert len(early) > 3 and early == as_before
    deals = {tuple(offer["deal"].items()): offer["points"]["ada"] for offer in plain}
    later = [offer for offer in moved if offer["round"] >= 6 and tuple(offer["deal"].items()) in deals]
    assert any(offer["points"]["ada"] != deals[tuple(offer["deal"].items())] for offer in later), "else no weight has moved"


def test_a_text_that_lacks_only_who_is_away_is_told_as_such() -> None:
    words, _ = told(garden(present={"cem": {"leaves": 4}}))
    assert "All at the table signed what lies there; Cem must sign it too and is not there." in words
    assert "did not find" not in words
    assert "All at the table signed" not in told(garden())[0]


def test_a_vote_that_lacks_a_signature_of_who_is_away_is_not_told_as_carried() -> None:
    vote = {"protocol": {"random_proposer": {}}, "sign": ["cem"], "vote": {"quota": 2, "voters": ["ada", "bo"]}}
    words, _ = told(garden(**vote, present={"cem": {"leaves": 4}}))
    assert "are needed: not carried, as Cem must sign it and is not there" in words
    assert "are needed: carried" not in words


def test_who_is_away_is_not_told_to_refuse_a_text() -> None:
    tree = garden(protocol={"single_text": {"opens": "even", "revisions": 3}}, present={"cem": {"leaves": 8}})
    tree["packages"] = {"even": {"water": "some", "fruit": "more"}}
    tree["parties"]["bo"]["no_deal"] = 90
    words, _ = told(tree)
    assert "Cem is not there" in words.split("Round 12")[1] and "Cem does not" not in words.split("Round 12")[1]


def test_pressure_of_no_points_is_told_as_such() -> None:
    words, _ = told(garden() | {"pressure": [{"by": "ada", "on": "bo", "points": 0}]})
    assert "Ada presses Bo by 0 points, which moves nothing" in words and "the most it can" not in words


def test_pressing_is_told_after_the_text_it_answers_in_later_rooms_too() -> None:
    changes = ["talks.protocol={single_text: {mediator: us, mishears: 0.1, opens: draft_28, bias: 0.5}}"]
    played = load("berlin_talks", changes).play(Chance(1, 0, 1), tell=True)
    words = story(played, measure(played), 0)
    (room,) = (part for part in words.split("Round ") if part.startswith("9\n"))
    assert "presses" in room and "The text opens with" in room
    assert room.index("The text opens with") < room.index("presses")


def test_who_sits_in_no_room_is_not_told_to_advise() -> None:
    tree = garden(sign=["ada", "bo"], rooms=[{"parties": ["ada", "bo"], "rounds": 12}])
    assert "Cem sits in no room and has no say: no deal needs its signature." in told(tree)[0]
    assert "Cem advises: no deal needs its signature." in told(garden(sign=["ada", "bo"]))[0]


def test_each_withdrawn_option_is_out_of_reach_by_itself() -> None:
    tree = garden() | {"events": {"lapse": {"at": 1, "withdraws": {"water": ["more"], "fruit": ["none", "all"]}}}}
    columns = run(Study(validate(tree, Negotiation)), 50).columns
    plain = run(Study(validate(garden(), Negotiation)), 50).columns
    assert columns is not None and plain is not None
    agreed = columns["ending"] == 0
    assert agreed.any() and 2 in plain["option.water"], "else nothing is said of what is withdrawn"
    assert 2 not in columns["option.water"][agreed] and not np.isin(columns["option.fruit"][agreed], [0, 3]).any()


def test_talks_that_an_event_breaks_off_are_over_though_it_withdraws_an_option_too() -> None:
    tree = garden() | {"events": {"stop": {"at": 3, "breaks_off": True, "withdraws": {"water": ["all", "none"]}}}}
    for party in tree["parties"].values():
        party["strategy"] = {"hardline": {}}
    columns = run(Study(validate(tree, Negotiation)), 40).columns
    assert columns is not None and (columns["ending"] > 1).all() and (columns["round"] == 3).all()


@pytest.mark.parametrize("event", ["breaks_off: true, at: 1", "chance: 1, at: 2, breaks_off: true"])
def test_a_run_without_any_agreement_leaves_all_its_results(tmp_path: Path, event: str) -> None:
    words = ["run", "sale", "-n", "50", "-q", "-o", str(tmp_path), "--set", f"events={{stop: {{{event}}}}}"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    assert {path.name for path in tmp_path.iterdir()} >= {"outcomes.parquet", "summary.json", "report.html", "manifest.json"}
    assert len(list((tmp_path / "figures").glob("*.png"))) >= 4
