"""Scenario files: those that come with the program, those in the documents, variants, and where things stand in them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from sim.case.chance import Chance
from sim.case.council import carried
from sim.case.numbers import Draws
from sim.case.reading import draft, find, read, shipped
from sim.case.yaml import read_yaml
from sim.cli import app
from sim.outcomes.diagnosis import diagnose
from sim.studies.blocks import Study
from sim.studies.runs import load, run
from sim.talks.negotiation import Negotiation, file_schema

SCENARIOS = list(shipped())


def succeeds(*words: str) -> str:
    """What a command prints that must succeed."""
    result = CliRunner().invoke(app, list(words))
    assert (result.exit_code, result.stderr) == (0, ""), result.stderr
    return result.stdout


def numbers(study: Study) -> dict[str, list[str]]:
    """How the scenario's numbers are founded."""
    draws = Draws(Chance(1, 0, 64), study.negotiation.quantities)
    founded: dict[str, list[str]] = diagnose(study.negotiation, study.stakes(draws), draws)["numbers"]
    return founded


def worked_example() -> str:
    """The scenario in docs/scenario.md."""
    text = (Path(__file__).parents[1] / "docs" / "scenario.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert found
    return found[1]


def test_scenarios_come_with_the_program() -> None:
    assert {"berlin", "berlin_talks", "berlin_hard_winter", "pie", "sale", "two_issues"} <= set(SCENARIOS)


def test_no_two_shipped_scenarios_share_a_name() -> None:
    files = list((Path(__file__).parents[1] / "scenarios").rglob("*.yaml"))
    assert sorted(file.stem for file in files) == sorted(SCENARIOS)


def test_a_scenario_in_the_folder_of_variants_holds_only_differences() -> None:
    variants = sorted((Path(__file__).parents[1] / "scenarios" / "variants").glob("*.yaml"))
    assert variants
    for file in variants:
        tree = read_yaml(file, file.stem).values
        assert {"extends", "title", "about"} < set(tree), file.stem
        assert len(file.read_text(encoding="utf-8").splitlines()) < 30, file.stem


def test_the_berlin_talks_switch_on_all_that_goes_on_around_a_table() -> None:
    talks = load("berlin_talks").negotiation
    assert {name for variable in talks.world.values() for name in variable.moves} == {"ukraine", "russia"}
    events = talks.events.values()
    for effect in ("no_deal", "deadline", "breaks_off"):
        assert any(getattr(event, effect) for event in events), effect
    assert {(pressure.by, pressure.on) for pressure in talks.pressure} == {("us", "ukraine"), ("us", "russia")}
    assert [room.parties for room in talks.talks.rooms] == [["ukraine", "us", "eu"], ["us", "russia"], list(talks.parties)]
    assert talks.talks.present["eu"].enters == 2
    assert all(talks.parties[party].ratification for party in talks.signers())


def test_the_front_of_the_berlin_talks_moves_both_sides_in_opposite_directions() -> None:
    moves = load("berlin_talks").negotiation.world["front"].moves
    assert moves["ukraine"] < 0 < moves["russia"]


@pytest.mark.parametrize(
    ("against", "passes"),
    [
        ({"germany", "france", "italy"}, True),
        ({"germany", "france", "italy", "malta"}, False),
    ],
)
def test_the_council_of_the_berlin_talks_decides_the_published_cases(against: set[str], passes: bool) -> None:
    council = load("berlin_talks").negotiation.councils["union"]
    assert (len(council.members), round(sum(council.members.values()), 2)) == (27, 100.01)
    votes = [member not in against for member in council.members]
    assert carried(votes, list(council.members.values()), council.rule) == passes
    assert all(set(vote.yes) == set(council.members) for vote in council.votes if isinstance(vote.yes, dict))


def test_every_reason_in_the_berlin_talks_is_reported_or_assumed() -> None:
    names = [name for name in SCENARIOS if name.startswith("berlin")]
    reasons = [reason for name in names for reason in reasons_in(read_yaml(find(name), name).values)]
    assert len(reasons) > 50
    assert [reason for reason in reasons if not reason.startswith(("reported: ", "assumed: "))] == []


def reasons_in(tree: Any) -> Iterator[str]:
    """Every text under a key `because`, however deep."""
    if isinstance(tree, list):
        for item in tree:
            yield from reasons_in(item)
    for key, item in tree.items() if isinstance(tree, dict) else ():
        if key == "because":
            yield from item.values() if isinstance(item, dict) else [item]
        else:
            yield from reasons_in(item)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_shipped_scenario_runs(name: str) -> None:
    outcomes = run(name, 200, seed=1)
    assert len(outcomes.to_frame()) == 200
    assert outcomes.counts["replicates"] == 200


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_shipped_scenario_gives_a_reason_for_every_number(name: str) -> None:
    assert numbers(load(name))["no_reason"] == []


def test_the_example_in_the_documents_checks_and_runs(tmp_path: Path) -> None:
    file = tmp_path / "well.yaml"
    file.write_text(worked_example(), encoding="utf-8")
    succeeds("check", str(file))
    assert "200 replicates" in succeeds("run", str(file), "-n", "200")


def test_a_new_scenario_checks_and_runs_and_is_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    made = CliRunner().invoke(app, ["new", str(file)])
    assert made.exit_code == 0
    assert file.read_text(encoding="utf-8") == succeeds("new")
    succeeds("check", str(file))
    assert "200 replicates" in succeeds("run", str(file), "-n", "200")
    assert numbers(load(str(file)))["no_reason"] == []
    again = CliRunner().invoke(app, ["new", str(file)])
    assert (again.exit_code, again.stdout) == (2, "")
    assert again.stderr == f"{file}: is there already; parley does not write over it\n"


# Places


def written_at(lines: list[str], line: int, column: int) -> str:
    """The text from this place on, without a quotation mark."""
    return lines[line - 1][column - 1 :].lstrip("\"'")


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_key_stands_where_it_is_said_to(name: str) -> None:
    written = read_yaml(find(name), name)
    lines = find(name).read_text(encoding="utf-8").splitlines()
    keys = {path: place for path, place in written.places.items() if path and isinstance(path[-1], str)}
    assert len(keys) > (3 if "extends" in written.values else 20)
    for path, place in keys.items():
        text = written_at(lines, place.line, place.column)
        assert re.match(rf"{re.escape(str(path[-1]))}[\"']?:", text), (path, place)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_item_of_a_list_stands_where_it_is_said_to(name: str) -> None:
    written = read_yaml(find(name), name)
    lines = find(name).read_text(encoding="utf-8").splitlines()
    for path, place in written.places.items():
        item: Any = written.values
        for step in path:
            item = item[step]
        if path and isinstance(path[-1], int) and isinstance(item, str):
            assert written_at(lines, place.line, place.column).startswith(item), (path, place)
        if path and isinstance(path[-1], int) and isinstance(item, dict):
            assert written_at(lines, place.line, place.column)[0] in "{" + next(iter(item))[0], (path, place)


# Variants


BASE = """\
title: Base
about: The base
issues:
  water: {question: Who?, options: {all: Anna, half: Each, none: Ben}}
  price: {question: What?, options: {ladder: {from: 0, to: 20, step: 10}}}
packages:
  rule: {water: half, price: 0}
  other: {water: none, price: 20}
exclusions:
  - when: {water: none, price: 0}
parties:
  anna:
    weights: {water: 60, price: {uniform: [30, 50]}}
    values: {water: {all: 100, half: {triangular: [40, 50, 60]}, none: 0}, price: rising}
    no_deal: {refuses: [other], signs: [rule], law: {uniform: [0, 0.5]}}
    strategy: {aspiration: {firmness: 2, deadline: 0.9}, offers: lowest}
    because: {weights: "assumed: a", no_deal.law: "assumed: b", strategy: "assumed: c"}
  ben:
    weights: {water: 1, price: 1}
    values: {water: {all: 0, half: 50, none: 100}, price: falling}
    no_deal: {like: rule, plus: -10}
talks: {rounds: 5, order: rotating}
"""


def variant(folder: Path, text: str) -> dict[str, Any]:
    """The plain values of a variant of the base."""
    (folder / "base.yaml").write_text(BASE)
    (folder / "variant.yaml").write_text(f"extends: base.yaml\n{text}")
    read(str(folder / "variant.yaml"), Negotiation)
    return draft(str(folder / "variant.yaml")).tree


def test_a_variant_of_nothing_is_the_base(tmp_path: Path) -> None:
    assert variant(tmp_path, "") == draft(str(tmp_path / "base.yaml")).tree


def test_sections_are_merged_key_by_key(tmp_path: Path) -> None:
    anna = "{weights: {water: 10}, values: {water: {half: 45}}}"
    tree = variant(tmp_path, f"title: Variant\nparties: {{anna: {anna}}}\ntalks: {{rounds: 9}}\n")
    assert (tree["title"], tree["about"]) == ("Variant", "The base")
    assert tree["parties"]["anna"]["weights"] == {"water": 10, "price": {"uniform": [30, 50]}}
    assert tree["parties"]["anna"]["values"]["water"] == {"all": 100, "half": 45, "none": 0}
    assert tree["talks"] == {"rounds": 9, "order": "rotating"}
    assert list(tree["parties"]) == ["anna", "ben"]


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("parties: {anna: {weights: {price: {beta: [2, 5]}}}}", "weights.price", {"beta": [2, 5]}),
        ("parties: {anna: {values: {water: {half: {uniform: [1, 2]}}}}}", "values.water.half", {"uniform": [1, 2]}),
        ("parties: {anna: {no_deal: {signs: [rule]}}}", "no_deal", {"signs": ["rule"]}),
        ("parties: {anna: {no_deal: {like: rule}}}", "no_deal", {"like": "rule"}),
        ("parties: {anna: {no_deal: {uniform: [10, 20]}}}", "no_deal", {"uniform": [10, 20]}),
        ("parties: {anna: {no_deal: 30}}", "no_deal", 30),
        ("parties: {anna: {values: {water: falling}}}", "values.water", "falling"),
        ("parties: {anna: {strategy: {micro: {}}}}", "strategy", {"micro": {}, "offers": "lowest"}),
        (
            "parties: {anna: {strategy: {aspiration: {firmness: 3}}}}",
            "strategy",
            {"aspiration": {"firmness": 3, "deadline": 0.9}, "offers": "lowest"},
        ),
    ],
)
def test_what_stands_for_one_thing_is_replaced_as_a_whole(tmp_path: Path, text: str, path: str, value: object) -> None:
    at: Any = variant(tmp_path, text)["parties"]["anna"]
    for step in path.split("."):
        at = at[step]
    assert at == value


def test_lists_and_ladders_are_replaced_as_a_whole(tmp_path: Path) -> None:
    tree = variant(
        tmp_path,
        "exclusions: [{when: {water: all, price: [0, 10]}}]\npackages: {other: {price: 30}}\n"
        "issues: {price: {options: {ladder: {from: 0, to: 30, step: 10}}}}\n",
    )
    assert tree["exclusions"] == [{"when": {"water": "all", "price": [0, 10]}}]
    assert tree["issues"]["price"]["options"] == {"ladder": {"from": 0, "to": 30, "step": 10}}
    assert tree["packages"]["other"] == {"water": "none", "price": 30}


def test_reasons_for_what_a_variant_replaces_go_with_it(tmp_path: Path) -> None:
    because = variant(tmp_path, "parties: {anna: {no_deal: 30}}\n")["parties"]["anna"]["because"]
    assert because == {"weights": "assumed: a", "strategy": "assumed: c"}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("no_deal: {signs: [rule]}, weights: {price: 1, water: 2}", {"strategy": "assumed: c"}),
        ("weights: {price: 1}", {"weights": "assumed: a", "no_deal.law": "assumed: b", "strategy": "assumed: c"}),
        (
            'no_deal: {signs: [rule], law: 0.5}, because: {no_deal.law: "assumed: d"}',
            {"weights": "assumed: a", "no_deal.law": "assumed: d", "strategy": "assumed: c"},
        ),
        ("strategy: {micro: {}, offers: considerate}", {"weights": "assumed: a", "no_deal.law": "assumed: b"}),
    ],
)
def test_a_reason_goes_where_nothing_is_left_of_what_it_was_for(tmp_path: Path, text: str, left: dict[str, str]) -> None:
    assert variant(tmp_path, f"parties: {{anna: {{{text}}}}}\n")["parties"]["anna"]["because"] == left


def test_the_one_reason_of_a_section_goes_where_nothing_is_left_of_it() -> None:
    def reasons(*changes: str) -> list[str]:
        talks = read("berlin_talks", Negotiation, changes)
        return [talks.quantities["frost"].because, talks.events["deadline"].because, talks.world["attrition"].because["drift"]]

    assert all(reasons()) and all(reasons("events.deadline.chance=0", "quantities.frost.text=cold"))
    assert reasons("quantities.frost.law={uniform: [0, 2]}")[0] == ""
    assert read("berlin_talks", Negotiation, ["world.attrition.drift=0"]).world["attrition"].because.keys() == {"moves"}


def test_a_variant_takes_out_what_it_sets_to_nothing(tmp_path: Path) -> None:
    parties = "parties: {anna: {no_deal: {like: rule}}, ben: {no_deal: ~}}"
    tree = variant(tmp_path, f"about:\npackages: {{other: null}}\n{parties}\ntalks: {{order: ~}}\n")
    assert "about" not in tree and list(tree["packages"]) == ["rule"] and tree["talks"] == {"rounds": 5}
    assert "no_deal" not in tree["parties"]["ben"]


def test_a_variant_takes_an_event_out_of_the_talks_that_it_extends(tmp_path: Path) -> None:
    file = tmp_path / "calm.yaml"
    file.write_text("extends: berlin_talks\nevents: {deadline: ~, incident: ~}\nworld:\n  winter: ~\n")
    talks = load(str(file)).negotiation
    assert list(talks.events) == ["spring", "truce", "offensive"] and list(talks.world) == ["attrition", "front"]


def test_a_variant_takes_a_threshold_in_place_of_a_chance_at_home(tmp_path: Path) -> None:
    file = tmp_path / "firm.yaml"
    file.write_text("extends: berlin_talks\nparties: {us: {ratification: {chance: ~, falls: ~, threshold: 5}}}\n")
    home = load(str(file)).negotiation.parties["us"].ratification
    assert home and home.threshold == 5 and home.weights["nato"] == 25


def test_a_variant_writes_a_party_by_positions_in_place_of_weights(tmp_path: Path) -> None:
    file = tmp_path / "spatial.yaml"
    file.write_text(
        "extends: two_issues\nparties:\n  mia:\n    weights: ~\n    values: ~\n"
        "    positions: {salary: 4000, holidays: {at: 30, salience: 0.5}}\n"
    )
    mia = load(str(file)).negotiation.parties["mia"]
    assert not mia.weights and not mia.values and mia.positions["salary"].at == 4000


def test_a_strategy_or_a_protocol_may_still_be_named_alone(tmp_path: Path) -> None:
    tree = variant(tmp_path, "parties: {anna: {strategy: {micro: }}}\ntalks: {protocol: {random_proposer: }}\n")
    assert tree["parties"]["anna"]["strategy"] == {"micro": None, "offers": "lowest"}
    assert read(str(tmp_path / "variant.yaml"), Negotiation).talks.protocol.kind == "random_proposer"


@pytest.mark.parametrize("named", ["berlin", "berlin.yaml"])
def test_a_shipped_scenario_can_be_extended_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    (tmp_path / "course").mkdir()
    firmer = "parties:\n  ukraine: {strategy: {aspiration: {firmness: 5}}}\n"
    (tmp_path / "course" / "firm.yaml").write_text(f"extends: {named}\ntitle: A firmer side\n{firmer}talks: {{rounds: 12}}\n")
    monkeypatch.chdir(tmp_path)
    studies = [load("course/firm.yaml"), load(str(tmp_path / "course" / "firm.yaml"))]
    monkeypatch.chdir("/")
    studies.append(load(str(tmp_path / "course" / "firm.yaml")))
    for study in studies:
        assert (study.negotiation.title, study.negotiation.talks.rounds) == ("A firmer side", 12)
        assert study.negotiation.parties["ukraine"].strategy.settings.firmness == 5
        assert study.deals.count == load("berlin").deals.count


def test_a_variant_of_a_variant(tmp_path: Path) -> None:
    variant(tmp_path, "talks: {rounds: 9}\n")
    (tmp_path / "third.yaml").write_text("extends: variant.yaml\ntalks: {order: fixed}\n")
    assert draft(str(tmp_path / "third.yaml")).tree["talks"] == {"rounds": 9, "order": "fixed"}


def test_changes_leave_the_rest_alone() -> None:
    changes = ["talks.rounds=12", "parties.us.no_deal={uniform: [10, 20]}", "parties.ukraine.red_lines.0.chance=1"]
    changed, written = read("berlin", Negotiation, changes), read("berlin", Negotiation)
    assert changed.talks.rounds == 12
    assert changed.parties["ukraine"].red_lines[0].chance == 1
    assert changed.parties["russia"] == written.parties["russia"]
    assert changed.issues == written.issues


# Editors


@pytest.fixture(scope="module")
def checker() -> jsonschema.Draft202012Validator:
    """What an editor does with the schema."""
    schema = file_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", [*SCENARIOS, "new", "example"])
def test_the_schema_for_editors_accepts_sound_scenarios(
    name: str, checker: jsonschema.Draft202012Validator, tmp_path: Path
) -> None:
    (tmp_path / "new").write_text(succeeds("new"), encoding="utf-8")
    (tmp_path / "example").write_text(worked_example(), encoding="utf-8")
    tree = draft(name if name in SCENARIOS else str(tmp_path / name)).tree
    assert [error.message for error in checker.iter_errors(tree)] == []


def test_the_schema_for_editors_refuses_faults(checker: jsonschema.Draft202012Validator) -> None:
    tree = draft("pie").tree
    for path, wrong in {"talks": {"rouns": 5}, "title": 5, "parties": {}, "issues": {"a": {"options": {}}}}.items():
        assert not checker.is_valid({**tree, path: wrong}), path


def test_a_red_line_and_an_exclusion_may_be_their_condition_alone(tmp_path: Path) -> None:
    text = find("two_issues").read_text()
    party = re.search(r"^parties:\n  (\w+):\n", text, re.MULTILINE)
    assert party
    line = "    red_lines: [{salary: 3000, holidays: [20, 23]}]\n"
    file = tmp_path / "mine.yaml"
    file.write_text(text.replace(party[0], party[0] + line) + "exclusions: [{salary: 4000, holidays: 32}]\n")
    study = load(str(file))
    assert study.negotiation.parties[party[1]].red_lines[0].when == {"salary": ["3000"], "holidays": ["20", "23"]}
    assert study.deals.number({"salary": "4000", "holidays": "32"}) is None
