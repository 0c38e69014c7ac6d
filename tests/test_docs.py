"""README and docs say what is so: their commands and examples run, their links lead somewhere, their tests exist."""

import importlib.util
import json
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

import sim
from sim.case.changes import merged
from sim.case.reading import Draft, draft
from sim.case.yaml import parse_value
from sim.cli import app
from sim.studies import compare, doubt, runs
from sim.studies.blocks import Study
from sim.studies.runs import load
from sim.studies.soundness import sound
from sim.talks.negotiation import Negotiation

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEST_LINE = (
    "python3 -m venv .venv && .venv/bin/pip install --quiet -e '.[dev]' && "
    '.venv/bin/pytest -m "not page and not cluster and not kill"'
)


class Block(NamedTuple):
    """A fenced block of a page."""

    page: Path
    language: str
    text: str


@cache
def blocks() -> list[Block]:
    """All fenced blocks."""
    return [
        Block(page, language, text)
        for page in PAGES
        for language, text in re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
    ]


def commands() -> list[str]:
    """Every `parley` command that a reader might copy; words in capitals stand for something else, so those are left out."""
    found: dict[str, None] = {}
    for block in blocks():
        for line in block.text.splitlines():
            found |= dict.fromkeys(re.findall(r"(?:^|^\$ |/)parley (.+?)(?: && .*)?$", line))
    for page in PAGES:
        prose = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
        found |= dict.fromkeys(re.findall(r"`parley ([^`]+)`", prose))
    return [words for words in found if not re.search(r"\b[A-Z]{2,}\b", words)]


def parley(*words: str) -> str:
    """Standard output of a command that ends well."""
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def hasty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, and less work for the doubt about assumptions."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(runs, "assumptions", partial(doubt.assumptions, versions=2, replicates=32))
    monkeypatch.setattr(compare, "VERSIONS", 1)
    monkeypatch.setattr(compare, "BLOCK", 32)


_NAMED = ("check", "run", "explain", "score", "compare", "sweep", "levers", "play", "roles")
_FEW = {"levers": "32", "run": "40", "compare": "40", "sweep": "16"}


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("command", commands())
def test_every_printed_command_runs(command: str) -> None:
    words = shlex.split(command)
    if words[0] == "teach":  # a page is served until it is stopped
        words.append("--help")
    if len(words) == 1 and words[0] in _NAMED:  # the name of a command, not a command
        words.append("--help")
    parley(*words, *(["-n", _FEW[words[0]]] if words[0] in _FEW and not {"--help", "-n"} & set(words) else []))


def examples() -> list[tuple[str, list[str]]]:
    """Commands printed with their output; a line of three dots stands for lines left out."""
    return [
        (match[1], [line for line in match[2].splitlines() if line.strip() not in ("", "...")])
        for block in blocks()
        if block.language == "console"
        for match in re.finditer(r"^\$ parley (.+)\n((?:(?!\$ ).*\n?)*)", block.text, re.MULTILINE)
    ]


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(("command", "output"), examples())
def test_printed_output_is_what_the_program_prints(command: str, output: list[str]) -> None:
    lines = iter(parley(*shlex.split(command)).splitlines())
    missing = [line for line in output if line not in lines]  # each is sought after the one before
    assert output and not missing


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("block", [block for block in blocks() if block.language == "python"], ids=lambda block: block.page.name)
def test_every_python_example_runs(block: Block, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "write_results", lambda *given: None)  # rows are enough here
    parley("run", "berlin", "-n", "300", "-q", "-o", "berlin-results")
    exec(compile(block.text.replace("10_000", "300"), block.page.name, "exec"), {})
    assert capsys.readouterr().out


def test_the_line_that_passes_the_tests_stands_alone_in_the_block_after_its_heading() -> None:
    lines = iter((ROOT / "README.md").read_text().splitlines())
    assert "Run the tests:" in lines
    after = [line for line in lines if line]
    assert after[0].startswith("```") and after[1:3] == [TEST_LINE, "```"]


def test_ci_takes_its_line_from_the_readme() -> None:
    script = ROOT / ".ci" / "run"
    text = script.read_text() if script.exists() else "Run the tests:"
    assert "Run the tests:" in text or TEST_LINE in text


def links() -> Iterator[tuple[Path, str]]:
    """Links and images of the pages, those to other places in the world left out."""
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
            if not target.startswith(("http://", "https://", "#")):
                yield page, target.partition("#")[0]


@pytest.mark.parametrize(("page", "target"), list(links()), ids=lambda one: one.name if isinstance(one, Path) else one)
def test_every_link_leads_to_a_file(page: Path, target: str) -> None:
    assert (page.parent / target).is_file()


def test_every_test_named_in_the_docs_exists() -> None:
    tests = {file.stem: file.read_text() for file in (ROOT / "tests").glob("test_*.py")}
    text = "\n".join(page.read_text() for page in PAGES)
    missing = {
        name
        for name in set(re.findall(r"\btest_\w+", text))
        if name not in tests and not any(f"def {name}(" in code for code in tests.values())
    }
    assert not missing


def test_figures_are_small() -> None:
    figures = list((ROOT / "docs").rglob("*.png"))
    assert figures and all(figure.stat().st_size < 200_000 for figure in figures)


@cache
def script(name: str) -> ModuleType:
    """A script among the docs."""
    spec = importlib.util.spec_from_file_location(Path(name).stem, ROOT / "docs" / name)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def berlin_table() -> ModuleType:
    """The script behind the table of docs/berlin.md."""
    return script("berlin_table.py")


def berlin_talks_table() -> ModuleType:
    """The script behind the last table of docs/berlin.md, which borrows from the other."""
    sys.modules["berlin_table"] = berlin_table()
    return script("berlin_talks_table.py")


@pytest.mark.parametrize("name", ["world", "events", "pressure", "rooms", "presence"])
def test_the_figure_of_a_mechanism_can_be_drawn_and_stands_on_its_page(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = script("mechanisms/make.py")
    monkeypatch.setattr(drawn, "REPLICATES", 30)
    assert drawn.FIGURES[name]().axes
    assert f"(figures/{name}.png)" in (ROOT / "docs" / "mechanisms" / f"{name}.md").read_text()


@pytest.mark.parametrize("name", ["single_text", "random_proposer", "menu"])
def test_the_figure_of_a_protocol_and_of_the_menu_can_be_drawn_and_stands_on_its_page(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "mechanisms"))
    drawn = script("mechanisms/make_talks.py")
    few = {"REPLICATES": 30, "PAIRS": 2, "ISSUES": 6, "SIZES": (100, 250), "WIDE_SIZES": (100, 150), "DRAWS": 2}
    for setting, value in few.items():
        monkeypatch.setattr(drawn, setting, value)
    assert drawn.FIGURES[name]().axes
    assert f"(figures/{name}.png)" in (ROOT / "docs" / "mechanisms" / f"{name}.md").read_text()


def test_all_mechanisms_stand_in_their_list() -> None:
    pages = {page.name for page in (ROOT / "docs" / "mechanisms").glob("*.md")} - {"README.md"}
    assert pages == set(re.findall(r"\((\w+\.md)\)", (ROOT / "docs" / "mechanisms" / "README.md").read_text()))


@pytest.mark.parametrize("name", ["world", "events", "pressure", "rooms", "presence", "single_text"])
def test_what_a_mechanism_is_written_like_on_its_page_is_a_sound_scenario(name: str) -> None:
    base = ROOT / "docs" / "mechanisms" / "garden.yaml" if name in ("rooms", "presence") else "sale"
    (block,) = [block for block in blocks() if block.page.stem == name and block.language == "yaml"]
    written, faults = parse_value(block.text)
    scenario = draft(str(base))
    whole = replace(scenario, tree=merged(scenario.tree, written))
    assert not faults and written and not sound(Study(whole.checked(Negotiation)))


def test_the_pieces_about_the_outside_and_about_rooms_fit_the_worked_example() -> None:
    (whole, *pieces) = [block.text for block in blocks() if block.page.name == "scenario.md" and block.language == "yaml"]
    tree, _ = parse_value(whole)
    for piece in pieces:
        if piece.startswith(("world:", "talks:\n  review:")):
            tree = merged(tree, parse_value(piece)[0])
    negotiation = Draft("neighbours", tree).checked(Negotiation)
    assert negotiation.pressure and negotiation.talks.rooms and not sound(Study(negotiation))


def test_the_variant_on_the_page_takes_out_what_it_says(tmp_path: Path) -> None:
    (whole, *pieces) = [block.text for block in blocks() if block.page.name == "scenario.md" and block.language == "yaml"]
    tree = parse_value(whole)[0]
    for piece in pieces:
        if piece.startswith(("world:", "councils:")):
            tree = merged(tree, parse_value(piece)[0])
    (tmp_path / "neighbours.yaml").write_text(json.dumps(tree))
    (tmp_path / "variant.yaml").write_text(next(piece for piece in pieces if piece.startswith("extends:")))
    negotiation = load(str(tmp_path / "variant.yaml")).negotiation
    home, miller = negotiation.parties["anna"].ratification, negotiation.parties["miller"]
    assert list(negotiation.events) == ["by_law"] and home and home.threshold == 5
    assert miller.positions and not miller.weights and set(miller.because) == {"no_deal", "strategy"}


def test_the_berlin_page_lists_the_rows_of_its_script() -> None:
    page, table = (ROOT / "docs" / "berlin.md").read_text(), berlin_table()
    assert "\n".join(map(table.command, table.rows())) in page
    assert all(page.count(f"\n| {row.words} |") == 2 for row in table.rows())


@pytest.mark.parametrize("number", [0, 4], ids=["as written", "offers lowest"])
def test_the_berlin_page_holds_what_the_program_gives(number: int) -> None:
    page, table = (ROOT / "docs" / "berlin.md").read_text(), berlin_table()
    row = list(table.rows())[number]
    line = next(line for line in page.splitlines() if line.startswith(f"| {row.words} |"))
    agreement, _, *others = [cell.strip() for cell in line.split("|")[2:-1]]
    assert [agreement, *others] == table.shares(table.frame_of(row))


def cells_behind(words: str) -> list[str]:
    """The cells after these words in the last line of docs/berlin.md that begins with them."""
    lines = (ROOT / "docs" / "berlin.md").read_text().splitlines()
    *_, last = (line for line in lines if line.startswith(f"| {words} |"))
    return [cell.strip() for cell in last.split("|")[2:-1]]


def test_the_berlin_page_lists_the_talks_of_its_script() -> None:
    page, table = (ROOT / "docs" / "berlin.md").read_text(), berlin_talks_table()
    assert "\n".join(map(table.command, table.rows())) in page
    assert all(len(cells_behind(row.words)) == 5 for row in table.rows())
    variants = {file.stem for file in (ROOT / "scenarios" / "variants").glob("*.yaml")}
    assert variants and variants <= {row.scenario for row in table.rows()}


@pytest.mark.parametrize("number", [1, 2], ids=["everything", "no attrition"])
def test_the_berlin_page_holds_what_the_talks_give(number: int) -> None:
    table = berlin_talks_table()
    row = list(table.rows())[number]
    agreement, _, *others = cells_behind(row.words)
    assert [agreement, *others] == table.shares(table.frame_of(row))


def test_citation_and_changes_name_the_version() -> None:
    assert f"\nversion: {sim.__version__}\n" in (ROOT / "CITATION.cff").read_text()
    assert f"\n## {sim.__version__}" in (ROOT / "CHANGELOG.md").read_text()
