"""Thousands of scenarios with something wrong by lot: each is told in plain words, with a place, or is sound."""

import copy
import random
import re
from pathlib import Path
from typing import Any

import pytest
from bad_input import SOUND

from sim.case.faults import BadInput, Place
from sim.case.reading import Draft, draft, shipped
from sim.studies.blocks import Study
from sim.studies.runs import load
from sim.studies.soundness import sound
from sim.talks.negotiation import Negotiation

MUTATIONS = 2000
GARBLINGS = 400
JARGON = re.compile(
    r"Input should|validation error|value_error|pydantic|Field required|Extra input|Traceback|ruamel|NoneType|"
    r"\bdict\b|\bNone\b|\bTrue\b|\bFalse\b|\{'|\['|errors\.|type=|<class|found '|Error\b"
)


def paths(tree: Any) -> list[tuple[Any, ...]]:
    """Every path of a tree, each before those that go on from it."""
    found: list[tuple[Any, ...]] = []

    def walk(tree: Any, path: tuple[Any, ...]) -> None:
        found.append(path)
        for step, item in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
            walk(item, (*path, step))

    walk(tree, ())
    return found


def at(tree: Any, path: tuple[Any, ...]) -> Any:
    """What stands at the path."""
    for step in path:
        tree = tree[step]
    return tree


ODD = [
    None,
    True,
    False,
    0,
    -1,
    5,
    10**290,
    1e308,
    float("nan"),
    float("inf"),
    100,
    "",
    "x",
    "7",
    "none",
    "a\nb",
    "rising",
    "exact",
    [],
    {},
    [[]],
    [{}],
    {"a": 1},
    {"uniform": [1]},
    {"uniform": [0, 1]},
    {"normal": [0, 1]},
    {"beta": [1, 1]},
    {"lognormal": [1, 1]},
    {"choice": {"1": 1}},
    {"quantity": "war"},
    {"quantity": "x"},
    {"quantity": 5},
    {"like": "berlin"},
    {"refuses": "x"},
    {"ladder": 3},
    {"ladder": {"from": 0, "to": 1e9, "step": 1}},
    {"aspiration": {}},
    {"micro": None},
]
KEYS = ["x", "like", "points", "deal", "anchors", "quantity", "ladder", "round", "because", "law", "1"]


PIECES = ["", *"{}[]:,-&*!|>'\"%@`#?\t\n ~\\\x00", ": ", "- ", "\n\n", "é", "&a ", "*a", "!!int ", "---\n", "<<: "]


def mutate(tree: Any, luck: random.Random) -> None:
    """Delete, rename, retype, duplicate, nest, replace or add something somewhere."""
    path = luck.choice(paths(tree)[1:])
    around, step = at(tree, path[:-1]), path[-1]
    match luck.choice(["delete", "rename", "retype", "duplicate", "nest", "replace", "add"]):
        case "delete":
            del around[step]
        case "rename" if isinstance(around, dict):
            items = [(key + luck.choice("xs_A. ") if key == step else key, item) for key, item in around.items()]
            around.clear()
            around.update(items)
        case "duplicate" if isinstance(around, dict):
            around[f"{step}2"] = copy.deepcopy(around[step])
        case "duplicate":
            around.append(copy.deepcopy(around[step]))
        case "nest":
            around[step] = luck.choice([[around[step]], {"x": around[step]}, {str(step): around[step]}])
        case "replace":
            around[step] = copy.deepcopy(at(tree, luck.choice(paths(tree))))
        case "add" if isinstance(around[step], dict):
            around[step][luck.choice(KEYS)] = copy.deepcopy(luck.choice(ODD))
        case _:
            around[step] = copy.deepcopy(luck.choice(ODD))


def worked_example() -> str:
    """The scenario in docs/scenario.md."""
    text = (Path(__file__).parents[1] / "docs" / "scenario.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert found
    return found[1]


def faults_of(tree: dict[str, Any]) -> list[str]:
    """What is told of a tree whose n-th path stands in line n."""
    places = {path: Place("f", n + 1, 1) for n, path in enumerate(paths(tree))}
    written = Draft("f", tree, places)
    try:
        return written.told(sound(Study(written.checked(Negotiation))))
    except BadInput as error:
        return error.lines


def assert_plain(lines: list[str], form: str) -> None:
    """Each line has the form and is in plain words."""
    for line in lines:
        assert re.fullmatch(form, line), line
        assert not JARGON.search(line), line
        assert len(line) < 400, line


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_wrong_is_told_in_plain_words(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.case.menu._SEARCHES", 12)  # a menu is sought each time
    example = tmp_path / "example.yaml"
    example.write_text(worked_example(), encoding="utf-8")
    files = [name for name, file in shipped().items() if file.parent.name != "variants"]
    trees = [draft(name).tree for name in [*files, str(example)]]
    luck, refused = random.Random(seed), 0
    for n in range(MUTATIONS // 4):
        tree = copy.deepcopy(trees[n % len(trees)])
        for _ in range(luck.choice([1, 1, 2, 3])):
            mutate(tree, luck)
        lines = faults_of(tree)
        assert_plain(lines, r"f:[1-9][0-9]*:1: [^ ].*: [^ ].*")
        refused += bool(lines)
    assert 0.5 < refused / (MUTATIONS // 4) < 1


def test_whatever_is_garbled_is_told_in_plain_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    luck, refused = random.Random(1), 0
    for _ in range(GARBLINGS):
        place = luck.randrange(len(SOUND))
        piece = luck.choice(PIECES)
        try:
            Path("x.yaml").write_bytes((SOUND[:place] + piece + SOUND[place + luck.choice([0, 1, 1, 3]) :]).encode())
            load("x.yaml")
        except BadInput as error:
            assert_plain(error.lines, r"x\.yaml:[1-9][0-9]*:[1-9][0-9]*: [^ ].*")
            refused += 1
    assert refused > GARBLINGS / 4
