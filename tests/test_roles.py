"""Roles to print: one page a party, its own numbers, nothing that runs."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.case.chance import Chance
from sim.case.numbers import Draws
from sim.cli import app
from sim.outcomes.role import page, role
from sim.studies.game import Game
from sim.studies.runs import load


def roles(*words: str) -> list[dict[str, Any]]:
    """The roles as records, of talks with these words."""
    result = CliRunner().invoke(app, ["roles", *words, "--json"])
    assert result.exit_code == 0, result.output
    told: list[dict[str, Any]] = json.loads(result.stdout)
    return told


@pytest.fixture(scope="module")
def berlin(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[str, Any]]]:
    """The folder of Berlin's roles, and the records by party."""
    folder = tmp_path_factory.mktemp("roles")
    return folder, {one["party"]: one for one in roles("berlin", "-o", str(folder))}


def test_each_party_has_a_page_and_nothing_else_is_written(berlin: tuple[Path, dict[str, Any]]) -> None:
    folder, told = berlin
    assert {file.name for file in folder.iterdir()} == {f"{party}.html" for party in told}
    assert list(told) == ["ukraine", "russia", "us", "eu"]


def test_points_are_the_weights_and_values_as_written(berlin: tuple[Path, dict[str, Any]]) -> None:
    ukraine = berlin[1]["ukraine"]
    first = ukraine["issues"][0]
    assert (first["issue"], first["at_stake"]) == ("line", pytest.approx(40))  # weights 15, 35, 40, 10
    assert [issue["issue"] for issue in ukraine["issues"]] == ["line", "guarantees", "nato", "assets"]
    worth = load("berlin").negotiation.parties["ukraine"].values["guarantees"]["political"].centre
    political = next(one for one in ukraine["issues"][1]["options"] if one["option"] == "political")
    assert political["points"] == pytest.approx(0.35 * worth) and political["low"] < political["points"] < political["high"]
    assert ukraine["linkages"][0]["points"] == pytest.approx(-25) and ukraine["linkages"][0]["low"] > -35


def test_a_range_holds_nine_draws_of_ten(berlin: tuple[Path, dict[str, Any]]) -> None:
    no_deal = berlin[1]["russia"]["no_deal"]
    study = load("berlin")
    drawn = 100 * study.stakes(Draws(Chance(9, 0, 4096), study.negotiation.quantities)).no_deal[0, 1]
    inside = np.mean((drawn > no_deal["low"]) & (drawn < no_deal["high"]))
    assert inside == pytest.approx(0.9, abs=0.03)


def test_a_red_line_is_told_with_how_often_it_is_real(berlin: tuple[Path, dict[str, Any]]) -> None:
    folder, told = berlin
    (line,) = told["ukraine"]["bars"]
    chance = load("berlin").negotiation.parties["ukraine"].red_lines[0].chance
    assert line["share"] == pytest.approx(chance.centre, abs=0.05)
    assert "line five regions: a red line of yours, real in 8" in (folder / "ukraine.html").read_text()


def test_a_red_line_that_is_never_real_is_not_told(tmp_path: Path) -> None:
    def bars(chance: float) -> int:
        line = f"parties.mia.red_lines=[{{when: {{salary: '3000'}}, chance: {chance}}}]"
        return len(roles("two_issues", "-o", str(tmp_path), "--set", line)[0]["bars"])

    assert (bars(0), bars(1)) == (0, 1)


def test_who_must_sign_is_told(berlin: tuple[Path, dict[str, Any]]) -> None:
    assert "Every deal must be signed by Ukraine and Russia." in berlin[1]["eu"]["must_sign"]
    assert "Also by United States and Europe, if it has nato invitation/barred." in berlin[1]["eu"]["must_sign"]


def test_the_role_of_a_replicate_has_the_numbers_of_the_chair_in_it(tmp_path: Path) -> None:
    mia = roles("two_issues", "-o", str(tmp_path), "--replicate", "3")[0]
    view = Game(load("two_issues"), seed=1, replicate=3, chairs=("mia",)).view("mia")
    points = {issue["issue"]: {one["option"]: one["points"] for one in issue["options"]} for issue in mia["issues"]}
    assert points == {issue: pytest.approx(of) for issue, of in view["options"].items()}
    assert mia["no_deal"]["points"] == pytest.approx(view["no_deal"])
    text = (tmp_path / "mia.html").read_text()
    assert "<b>36.7 points</b>." in text and "nine in ten" not in text and "those of one replicate" in text


def test_a_page_tells_of_nobody_elses_points(tmp_path: Path) -> None:
    roles("two_issues", "-o", str(tmp_path / "as_written"))
    roles("two_issues", "-o", str(tmp_path / "changed"), "--set", "parties.otto.weights={salary: 51, holidays: 49}")
    ours, theirs = (
        [(tmp_path / folder / f"{name}.html").read_text() for folder in ("as_written", "changed")] for name in ("mia", "otto")
    )
    assert ours[0] == ours[1] and theirs[0] != theirs[1]


def test_all_text_of_a_scenario_is_escaped(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    changes = [f"title='{evil}'", f"parties.mia.name='{evil}'", f"issues.salary.question='{evil}'",
               f"parties.mia.because.no_deal='assumed: {evil}'"]  # fmt: skip
    study = load("two_issues", changes)
    draws = Draws(Chance(1, 0, 8), study.negotiation.quantities)
    text = page(role(study.negotiation, "mia", study.stakes(Draws(None, {})), study.stakes(draws)))
    assert "<script" not in text and text.count("&lt;script&gt;") >= 4
    assert "http" not in text and "src=" not in text


def test_roles_of_all_sorts_of_scenarios_can_be_written(tmp_path: Path) -> None:
    for name in ("pie", "sale", "berlin_talks", "berlin_us_mediator"):
        assert all(one["issues"] and one["must_sign"] for one in roles(name, "-o", str(tmp_path / name)))
    text = (tmp_path / "pie" / "anna.html").read_text()
    assert "21 options in even steps, some left out" in text and '<th class="n">nine in ten</th>' not in text
    assert "union does not let it through, real in" in (tmp_path / "berlin_talks" / "eu.html").read_text()


def test_a_folder_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(app, ["roles", "pie", "-o", str(tmp_path / "file" / "below")])
    assert result.exit_code == 2 and "cannot be written" in result.stderr and result.stderr.count("\n") == 1


def test_what_was_written_is_named_unless_quiet(tmp_path: Path) -> None:
    loud = CliRunner().invoke(app, ["roles", "pie", "-o", str(tmp_path)])
    assert loud.stderr == f"Wrote {tmp_path}/anna.html, {tmp_path}/ben.html\n" and loud.stdout == ""
    assert CliRunner().invoke(app, ["roles", "pie", "-o", str(tmp_path), "-q"]).output == ""
