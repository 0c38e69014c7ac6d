"""A chair in the terminal, driven through standard input."""

import json
import os
import signal
import subprocess
import sys
from functools import partial
from typing import Any

import pytest
from typer.testing import CliRunner

from sim.case.chance import Chance
from sim.cli import app
from sim.studies.runs import load

ADVICE = "offer advice\n"


def played(typed: str, *words: str) -> str:
    """Standard output of talks in which these lines are typed."""
    result = CliRunner().invoke(app, ["play", *words], input=typed)
    assert result.exit_code == 0, result.output
    return result.stdout


def mia(typed: str, *words: str) -> str:
    return played(typed, "two_issues", "--as", "mia", "--replicate", "3", *words)


def record(typed: str, *words: str) -> dict[str, Any]:
    """The record of such talks."""
    record: dict[str, Any] = json.loads(mia(typed, "--json", *words))
    return record


def explained(replicate: int) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(
        CliRunner().invoke(app, ["explain", "two_issues", "--replicate", str(replicate), "--json"]).stdout
    )
    return told


def test_a_role_is_told_with_ones_own_points_alone() -> None:
    text = mia("")
    assert "You are Mia." in text and "The program plays Otto." in text
    assert "   70.0  32: 32 days" in text and "   36.7  no deal, as things stand now" in text
    assert "Every deal must be signed by Mia and Otto." in text and "34" not in text


def test_who_follows_the_advice_ends_as_the_program_does() -> None:
    told, expected = record(ADVICE * 20), explained(3)
    assert told["over"] and told["debrief"]["own"] == told["debrief"]["program"]
    assert told["debrief"]["own"]["deal"] == expected["deal"] and told["debrief"]["own"]["round"] == expected["round"]


def test_no_more_input_leaves_the_talks_without_an_end() -> None:
    assert mia(ADVICE).rstrip().endswith("The talks are left as they are, without an end.")
    told = record(ADVICE)
    assert not told["over"] and told["debrief"] is None and len(told["moves"]) == 1
    assert mia("quit\n") == mia("q\n").replace("> q\n", "> quit\n")


def offer(typed: str) -> dict[str, str]:
    """The deal that was put last, when so many lines were typed."""
    deal: dict[str, str] = record(typed)["moves"][-1]["deal"]
    return deal


@pytest.mark.parametrize(
    ("typed", "deal"),
    [
        ("offer trade\n", {"salary": "3000", "holidays": "32"}),
        ("offer trade salary=3250\n", {"salary": "3250", "holidays": "32"}),
        ("offer best\n", {"salary": "4000", "holidays": "32"}),
        ("salary=3500 holidays=26\n", {"salary": "3500", "holidays": "26"}),
        ("offer best\no salary=3500\n", {"salary": "3500", "holidays": "20"}),  # Otto's 20 days lie on the table
        ("offer best\noffer mine salary=3500\n", {"salary": "3500", "holidays": "32"}),
        ("offer best\noffer table\n", {"salary": "3000", "holidays": "20"}),
        ("offer best\nrefuse\nundo\nundo\noffer halfway\n", {"salary": "3500", "holidays": "26"}),
        ("offer\n3500\n29\n", {"salary": "3500", "holidays": "29"}),
        ("offer\n3100\n3250\n\n", {"salary": "3250", "holidays": "32"}),
    ],
)
def test_an_offer_can_be_typed_in_several_ways(typed: str, deal: dict[str, str]) -> None:
    assert offer(typed) == deal


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("sign\n", "  sign: nothing lies on the table"),
        ("undo\n", "  undo: you have made no move yet"),
        ("sing\n", "  sing: no such move; did you mean 'sign'?"),
        ("offer 29\n", "  29: no package of that name; did you mean 'holidays=29'?"),
        ("offer tradee\n", "  tradee: no package of that name; did you mean 'trade'?"),
        ("salary=1\n", "  salary=1: the issue 'salary' has no option '1'; did you mean '3000'?"),
        ("salary=3000\n", "  the deal names no option for holidays: write ISSUE=OPTION for each, or a package's name"),
        ("offer\n", "  offer: nothing more was typed, so no deal was put"),
        ("offer mine\n", "  mine: no package of that name; there are best, advice, halfway, trade"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line_and_changes_nothing(typed: str, line: str) -> None:
    assert line in mia(typed).splitlines() and record(typed)["moves"] == []


def test_without_advice_none_is_given() -> None:
    assert "Advice" in mia("") and "Advice" not in mia("", "--no-advice")
    assert "  advice: no package of that name; there are best, halfway, trade" in mia(ADVICE, "--no-advice").splitlines()


def test_what_was_taken_back_is_not_part_of_the_story() -> None:
    text = mia("offer best\nleave\n")
    assert "End, round 2 of 20: Mia walked out." in text
    text = mia("offer halfway\nundo\noffer best\nundo\nleave\n")
    assert "End, round 1 of 20: Mia walked out." in text and "halfway" in text
    assert "Your last move is taken back, and all that came after it." in text


def test_at_the_end_it_is_told_how_one_did_beside_the_program() -> None:
    text = " ".join(mia("offer best\nsign\n").split())
    assert "Agreement, round 2." in text
    assert "You have 0.0 points, 36.7 less than no deal was worth at the start." in text
    assert "The program in your chair, here: Agreement, round 15: 70.0 points, 33.3 more than no deal was worth" in text
    assert "The program in your chair, in 2,048 replicates with their own luck: agreement in" in text
    assert "70.0 Nash: salary=3000 holidays=32" in text and "Otto refuses (0 points), above all over salary" in text


def test_quiet_talks_print_nothing() -> None:
    assert mia("offer best\nsign\n", "--quiet") == ""
    assert json.loads(mia("offer best\nsign\n", "--quiet", "--json"))["over"]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("two_issues", "--as", "mi"), "--as mi: no party of that name; did you mean 'mia'?\n"),
        (
            ("berlin_us_mediator", "--as", "us"),
            "--as us: there is no chair to take under single_text; there is one under alternating_offers and random_proposer\n",
        ),
        (("two_issues",), "parley play: missing option '--as'; see parley play --help\n"),
    ],
)
def test_a_chair_that_cannot_be_taken_is_bad_input(words: tuple[str, ...], line: str) -> None:
    result = CliRunner().invoke(app, ["play", *words], prog_name="parley")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", line)


def test_input_that_is_no_text_is_no_move() -> None:
    result = CliRunner().invoke(app, ["play", "two_issues", "--as", "mia"], input=b"\xff\xfe\nleave\n")
    assert result.exit_code == 0 and "Traceback" not in result.output


def test_an_interrupt_stops_with_130() -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "sim", "play", "pie", "--as", "anna"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # background jobs of a shell ignore it
    )
    assert running.stdout
    while running.stdout.read(1) != ">":
        pass
    os.kill(running.pid, signal.SIGINT)
    _, told = running.communicate(timeout=30)
    assert (running.returncode, told) == (130, "parley: stopped\n")


def test_an_issue_of_many_options_is_told_in_few_lines() -> None:
    text = played("", "pie", "--as", "ben")
    assert "and others between: 21 options in all" in text
    assert "  100.0  0: 0 % for Anna" in text and "    0.0  100: 100 % for Anna" in text
    assert sum("% for Anna" in line for line in text.splitlines()) <= 10


def test_what_options_join_and_what_bars_a_deal_is_told_in_the_role_and_at_the_table() -> None:
    sold_out = "talks.opens={nato: shelved, guarantees: conditional, line: five_regions, assets: returned}"
    role, table = played("", "berlin", "--as", "ukraine", "--replicate", "0", "--set", sold_out).split("Round 1 of 24, your turn")
    assert "\n  -22.6  with nato shelved/binding/barred and guarantees conditional/none\n" in role
    assert "\nYou cannot sign line five regions: a red line of yours.\n" in role
    assert "\n  -22.6  for what it joins together\n   -0.2  in all; no deal is worth 64.3\n" in table
    assert "\n  You cannot sign it: it crosses a red line, on line five regions.\n" in table


def test_what_a_council_has_not_let_through_is_told() -> None:
    text = played("", "berlin_talks", "--as", "eu", "--replicate", "0")
    assert "\nYou cannot sign assets split/returned: the council 'union' has voted against it.\n" in text


def test_who_has_the_floor_is_told_to_propose() -> None:
    floor = "talks.protocol={random_proposer: {recognition: {mia: 1, otto: 0}}}"
    assert "  You have the floor: propose a deal.\n" in mia("", "--set", floor)


def test_votes_are_asked_for_and_told() -> None:
    talks = ("--set", "talks.protocol=random_proposer", "--set", "talks.vote={quota: 2}", "--set", "talks.sign=[]")
    text = played("sign\n", "two_issues", "--as", "mia", "--replicate", "2", *talks)
    assert "A deal needs 2 votes. Votes: Mia 1, Otto 1." in text and "Every deal must be signed" not in text
    assert "  It is put to the vote.\n  Advice: refuse.\n" in text and "  Mia votes for it.\n" in text


def test_a_menu_is_named() -> None:
    deals = load("two_issues", ["talks.menu=10"]).play(Chance(1, 3, 1)).stakes.deals.count
    assert 10 <= deals <= 25
    assert f"Deals are those of a menu of {deals}." in mia("", "--set", "talks.menu=10") and "menu" not in mia("")
