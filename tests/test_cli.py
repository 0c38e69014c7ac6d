"""The command line keeps its contract."""

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.case.reading import shipped
from sim.cli import app
from sim.outcomes.plots import FIGURES

COMMANDS = ["run", "explain", "compare", "check", "score", "new", "schema", "cite"]


def parley(*words: str, status: int = 0) -> str:
    """Standard output of the command, which ends with this status."""
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == status, result.output
    return result.stdout


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "results"
    assert parley("run", "berlin", "-n", "600", "-q", "-o", str(folder)) == ""
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    assert f"Example: parley {command}" in parley(command, "--help")


def test_a_run_leaves_all_its_results(results: Path) -> None:
    left = {str(path.relative_to(results)) for path in results.rglob("*") if path.is_file()}
    figures = {f"figures/{name}.png" for name in FIGURES}
    assert left == {"outcomes.parquet", "summary.json", "manifest.json", "report.html"} | figures


def test_the_summary_says_what_the_contract_names(results: Path) -> None:
    summary = json.loads((results / "summary.json").read_text())
    assert (summary["replicates"], summary["seed"]) == (600, 1)
    assert set(summary["agreement"]) == {"share", "low", "high"}
    assert set(summary["zone"]) == {"start", "end"}
    for ending in summary["endings"].values():
        assert {"text", "count", "share", "low", "high"} <= set(ending)
    assert set(summary["issues"]) == {"nato", "guarantees", "line", "assets"}
    assert set(summary["all_runs"]) == {"nato", "guarantees", "assets"}
    for party in summary["parties"].values():
        assert {"mean", "sd", "quantiles"} <= set(party["gain"])
    assert {"options", "share"} <= set(summary["deals"][0])
    assert {"nash", "kalai_smorodinsky", "egalitarian", "utilitarian"} == set(summary["solutions"])
    assert summary["leans_on"] and summary["doubt"]["assumptions"]["low"] <= summary["doubt"]["assumptions"]["high"]


def test_the_rows_say_the_same_as_the_summary(results: Path) -> None:
    rows = pd.read_parquet(results / "outcomes.parquet")
    summary = json.loads((results / "summary.json").read_text())
    agreed = rows[rows.ending == "agreed"]
    assert list(rows.replicate) == list(range(600))
    assert len(agreed) / len(rows) == pytest.approx(summary["agreement"]["share"])
    assert rows.zone_start.mean() == pytest.approx(summary["zone"]["start"])
    for issue, options in summary["issues"].items():
        for option, share in options.items():
            assert (agreed[issue] == option).mean() == pytest.approx(share["share"])
    for party, points in summary["parties"].items():
        assert agreed[f"gain.{party}"].mean() == pytest.approx(points["gain"]["mean"])
        assert agreed[f"utility.{party}"].median() == pytest.approx(points["utility"]["quantiles"]["50"], abs=0.11)
    assert (rows.deal.isna() == (rows.ending != "agreed")).all()
    assert (rows.on_frontier.isna() == rows.deal.isna()).all()


def test_a_run_prints_the_same_summary_as_json(results: Path) -> None:
    printed = json.loads(parley("run", "berlin", "-n", "600", "--json"))
    assert printed == json.loads((results / "summary.json").read_text())


def test_a_run_shows_both_doubts_and_three_shares(results: Path) -> None:
    shown = " ".join(parley("run", "berlin", "-n", "600").split())
    for words in (
        "sampling: 95 %",
        "assumptions: 90 %",
        "A zone of agreement existed",
        "Found, given a zone",
        "Home said yes, given a signature",
        "not a forecast",
    ):
        assert words in shown


def test_explain_tells_the_row_of_the_run(results: Path) -> None:
    rows = pd.read_parquet(results / "outcomes.parquet")
    for replicate in (0, 17, 599):
        told = json.loads(parley("explain", "berlin", "--replicate", str(replicate), "--json"))
        row = rows.iloc[replicate]
        assert (told["ending"], told["round"]) == (row.ending, row["round"])
        assert told["deal"] == (None if pd.isna(row.deal) else dict(clause.split("=") for clause in row.deal.split()))


def test_an_agreement_in_a_story_is_the_last_offer_accepted_by_all_who_were_asked(results: Path) -> None:
    rows = pd.read_parquet(results / "outcomes.parquet")
    replicate = int(rows[rows.ending == "agreed"].replicate.iloc[0])
    told = json.loads(parley("explain", "berlin", "-r", str(replicate), "--json"))
    last = told["offers"][-1]
    assert last["deal"] == told["deal"] and set(last["answers"].values()) == {"accept"}
    assert all("reject" in offer["answers"].values() for offer in told["offers"][:-1])
    assert "Agreement" in parley("explain", "berlin", "-r", str(replicate))


def test_a_changed_number_changes_the_run_and_is_noted(tmp_path: Path) -> None:
    parley("run", "pie", "-n", "10", "-q", "-o", str(tmp_path), "--set", "talks.rounds=3")
    assert json.loads((tmp_path / "manifest.json").read_text())["changes"] == ["talks.rounds=3"]
    assert json.loads((tmp_path / "summary.json").read_text())["rounds"] == 3


def test_seed_0_is_a_seed() -> None:
    zero, one = (json.loads(parley("run", "sale", "-n", "300", "--seed", seed, "--json")) for seed in "01")
    assert zero["seed"] == 0 and zero["parties"] != one["parties"]


def test_check_tells_what_a_scenario_implies() -> None:
    told = json.loads(parley("check", "berlin", "--json"))
    assert told["deals"] == 750 and told["numbers"]["no_reason"] == []
    assert 0 < told["zone"]["start"] < 1 and set(told["in_dispute"]) == {"nato", "guarantees", "line", "assets"}
    for words in ("750 deals", "Who could open a zone", "In dispute", "assumed", "not a forecast"):
        assert words in parley("check", "berlin")


def test_score_judges_a_package_and_its_changes() -> None:
    whole = json.loads(parley("score", "berlin", "plan20_mirrored", "--json"))
    changed = json.loads(parley("score", "berlin", "plan20_mirrored", "line=freeze", "--json"))
    assert changed["deal"] == {**whole["deal"], "line": "freeze"}
    for party in whole["parties"].values():
        assert party["points"] == pytest.approx(sum(party["issues"].values()) + party["linkages"])
    assert whole["parties"]["ukraine"]["signs"] == 1.0  # anchored: would sign under every draw
    assert "would sign" in parley("score", "berlin", "plan20_mirrored")


def test_score_names_better_deals_for_a_bad_one() -> None:
    told = json.loads(parley("score", "two_issues", "salary=3500", "holidays=26", "--json"))
    assert told["better"] and all(min(other["gains"].values()) >= 0 for other in told["better"])


def test_score_lists_all_deals_as_csv() -> None:
    lines = parley("score", "two_issues", "--table").splitlines()
    assert lines[0].split(",")[:2] == ["salary", "holidays"] and len(lines) == 26


def test_new_writes_a_scenario_and_never_over_one(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    parley("new", str(file))
    text = file.read_text()
    assert text == parley("new") and "sound" in parley("check", str(file))
    parley("new", str(file), status=2)
    assert file.read_text() == text


def test_new_writes_an_experiment_that_can_be_played_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    parley("new", "--experiment", str(file))
    assert file.read_text() == parley("new", "--experiment")
    told = json.loads(parley("sweep", str(file), "-n", "20", "--json"))
    assert told["design"] == "grid" and len(told["points"]) == 15 and set(told["extremes"]) == set(told["points"][0]["measures"])


def test_a_scenario_and_an_experiment_are_told_apart(tmp_path: Path) -> None:
    assert "there is the scenario sale: parley run sale" in refused("sweep", "sale")
    assert "there is the experiment rounds: parley sweep rounds" in refused("run", "rounds")
    (tmp_path / "scenario.yaml").write_text(parley("new"))
    (tmp_path / "variant.yaml").write_text("extends: sale\ntitle: Another\n")
    (tmp_path / "experiment.yaml").write_text(parley("new", "--experiment"))
    for name in ("scenario", "variant"):
        file = f"{tmp_path}/{name}.yaml"
        told = refused("sweep", file)
        assert told.startswith(f"{file}:1:1: is a scenario, and no experiment") and f"parley run {file};" in told
        assert "parley new --experiment" in told
    file = f"{tmp_path}/experiment.yaml"
    assert refused("run", file) == f"{file}:1:1: is an experiment, and no scenario; it is played by parley sweep {file}"


def refused(*words: str) -> str:
    """The one line that a command says of bad input."""
    result = CliRunner().invoke(app, list(words))
    (line,) = result.stderr.splitlines()
    assert result.exit_code == 2
    return line


def test_cite_prints_what_a_scenario_uses() -> None:
    assert "Faratin" in parley("cite", "berlin") and "MiCRO" not in parley("cite", "berlin") and "MiCRO" in parley("cite")


def test_help_names_the_shipped_scenarios() -> None:
    for name in (*shipped(), *shipped("experiment")):
        assert name in parley("--help")


def test_every_ending_names_a_replicate_that_ended_so(results: Path) -> None:
    rows = pd.read_parquet(results / "outcomes.parquet")
    for key, ending in json.loads((results / "summary.json").read_text())["endings"].items():
        found = rows[rows.ending == key].replicate
        assert ending["example"] == (found.iloc[0] if len(found) else None)


def test_a_story_ends_in_the_round_of_its_last_answer() -> None:
    for replicate in range(12):
        lines = parley("explain", "pie", "-r", str(replicate)).splitlines()
        last = [line for line in lines if line.startswith("Round ")][-1]
        assert f"End, {last.lower()} of 20: Agreement." in lines


def test_score_tells_apart_what_is_so_by_construction() -> None:
    told = json.loads(parley("score", "berlin", "pull_out", "--json"))
    assert {name: party["anchored"] for name, party in told["parties"].items()} == {
        "ukraine": "refuses",
        "russia": None,
        "us": "signs",
        "eu": None,
    }


DOUBTED = """
title: doubted
quantities: {q: {law: {uniform: [0, 0.4]}, because: "assumed: x"}}
issues: {x: {question: Q, options: {low: l, some: s, mid: m, high: h}}}
parties:
  a:
    weights: {x: 1}
    values: {x: {low: 0, some: {quantity: q, times: 100}, mid: 50, high: 100}}
    no_deal: {refuses: [{x: some}], signs: [{x: mid}], law: {quantity: q}}
  b: {weights: {x: 1}, values: {x: falling}}
talks: {rounds: 3}
"""


def test_anchors_are_checked_again_where_a_quantity_they_hang_on_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "doubted.yaml"
    file.write_text(DOUBTED)
    parley("check", str(file))
    result = CliRunner().invoke(app, ["check", str(file), "--set", "quantities.q.law={uniform: [0.6, 0.9]}"])
    assert result.exit_code == 2 and "contradictory anchors" in result.stderr


def test_a_manifest_tells_two_bases_of_the_same_variant_apart(tmp_path: Path) -> None:
    told = []
    for name, rounds in (("one", 4), ("two", 5)):
        file = tmp_path / f"{name}.yaml"
        file.write_text(DOUBTED.replace("rounds: 3", f"rounds: {rounds}"))
        parley("run", str(file), "-n", "5", "-q", "-o", str(tmp_path / name), "--set", "talks.rounds=3")
        told.append(json.loads((tmp_path / name / "manifest.json").read_text()))
    assert told[0]["scenario_sha256"] == told[1]["scenario_sha256"] and told[0]["base_sha256"] != told[1]["base_sha256"]


HOPELESS = """
title: hopeless
issues: {price: {question: How much?, options: {low: Ten, middle: Twenty, high: Thirty}}}
parties:
  anna: {weights: {price: 1}, values: {price: rising}, no_deal: 80}
  ben: {weights: {price: 1}, values: {price: falling}, no_deal: 70}
talks: {rounds: 4}
"""

TORN = """
title: torn
issues:
  price: {question: How much?, options: {low: Ten, middle: Twenty, high: Thirty}}
  colour: {question: Which?, options: {red: Red, blue: Blue}}
parties:
  anna:
    weights: {price: 3, colour: 1}
    values: {price: {low: 0, middle: {uniform: [0, 40]}, high: 100}, colour: rising}
    no_deal: {refuses: [{price: middle, colour: red}], signs: [{price: low, colour: blue}]}
    red_lines: [{when: {price: low, colour: red}, chance: 0.25}]
  ben: {weights: {price: 1, colour: 1}, values: {price: falling, colour: rising}}
  carl: {weights: {price: 1, colour: 1}, values: {price: falling, colour: falling}}
talks: {rounds: 4, sign: [anna, ben]}
"""


def lines_of(*words: str) -> list[str]:
    """What a command prints, line by line, blanks in a row as one."""
    return [" ".join(line.split()) for line in parley(*words).splitlines()]


@pytest.fixture
def hopeless(tmp_path: Path) -> str:
    file = tmp_path / "hopeless.yaml"
    file.write_text(HOPELESS)
    return str(file)


@pytest.fixture
def torn(tmp_path: Path) -> str:
    """Anna would sometimes rather refuse what she is said to sign; Carl need not sign."""
    file = tmp_path / "torn.yaml"
    file.write_text(TORN)
    return str(file)


def test_a_run_without_an_agreement_shows_dashes_and_no_deals(hopeless: str) -> None:
    told = lines_of("run", hopeless, "-n", "20")
    assert "Found, given a zone - of those" in told
    assert "Agreement 0.0 % 0.0 to 16.1 % - -" in told, "no round and no example of what did not happen"
    assert "Anna - - 80 (80 to 80) 100.0 %" in told
    for head in ("In agreements", "Leading deals", "Solution points", "assumptions:", "Agreement leans on"):
        assert not any(head in line for line in told), head


def test_a_run_without_numbers_to_move_or_to_draw_shows_one_doubt_only() -> None:
    told = lines_of("run", "pie", "-n", "20")
    assert any("sampling: 95 %" in line for line in told) and not any("assumptions" in line for line in told)


def test_a_point_that_exists_but_could_not_be_reached_shows_a_dash(tmp_path: Path) -> None:
    file = tmp_path / "stubborn.yaml"
    file.write_text(
        HOPELESS.replace("no_deal: 80", "strategy: {hardline: {}}").replace("no_deal: 70", "strategy: {hardline: {}}")
    )
    assert "nash 100.0 % - middle (100.0 %)" in lines_of("run", str(file), "-n", "20")


def test_check_says_how_far_a_menu_falls_short() -> None:
    lines = lines_of("check", "two_issues", "--set", "talks.menu=10")
    table = lines.index(next(line for line in lines if "The menu's shortfall" in line))
    assert [line.split()[0] for line in lines[table + 2 : table + 7]] == ["least", "nash", "kalai", "egalitarian", "utilitarian"]
    assert any(line.startswith("Points by which the best of the 10 shared deals on the menu and up to 44") for line in lines)
    record = json.loads(parley("check", "two_issues", "--set", "talks.menu=10", "--json"))["menu"]
    share = f"{record['drawn']['nash']['points'] / record['draws']:.1%}".replace("%", " %")
    told = (
        f"That is on the menu. In {share} of the first {record['draws']} draws there is, of all deals, one at which nobody who "
        "ever signs loses; the menu has none of these in 0.0 %."
    )
    assert told in " ".join(lines)
    assert not any("menu" in line for line in lines_of("check", "two_issues"))


def test_check_says_where_anchors_contradict_each_other(torn: str, hopeless: str) -> None:
    said = [line for line in lines_of("check", torn) if "anchors contradict each other" in line]
    share = json.loads(parley("check", torn, "--json"))["contradicted"]["anna"]
    assert 0 < share < 0.5 and said == [f"Anna's anchors contradict each other in {100 * share:.1f} % of draws."]
    assert not any("contradict" in line for line in lines_of("check", hopeless))


def test_score_marks_who_is_anchored_who_need_not_sign_and_whose_red_line_is_crossed(torn: str, hopeless: str) -> None:
    anchored = lines_of("score", torn, "price=low", "colour=blue")
    assert "= by construction: the deal is one of the party's anchors" in anchored
    assert "* need not sign this deal" in anchored and any(line.startswith("Carl * ") for line in anchored)
    assert not any("Crosses a red line" in line for line in anchored)
    crossing = lines_of("score", torn, "price=low", "colour=red")
    share = json.loads(parley("score", torn, "price=low", "colour=red", "--json"))["parties"]["anna"]["crosses_red_line"]
    assert f"Crosses a red line of Anna in {100 * share:.1f} % of draws." in crossing and 0.2 < share < 0.3
    plain = lines_of("score", hopeless, "price=middle")
    assert not any("by construction" in line or "need not sign" in line or "Crosses" in line for line in plain)


def test_score_shows_better_deals_as_what_would_change(torn: str, hopeless: str) -> None:
    told = lines_of("score", torn, "price=middle", "colour=red")
    at = told.index("Nearest deals worth no less to any party that ever signs all would sign")
    assert told[at + 2].startswith("colour blue ")
    assert any(
        line.startswith("Every other deal is worth less than this one") for line in lines_of("score", hopeless, "price=low")
    )
