"""The lessons: whole, with answers that are still what the program gives, and a notebook that runs."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest

LESSONS = Path(__file__).parents[1] / "docs" / "lessons"
NAMES = ["zone", "logrolling", "deadlines", "red_lines", "mediators", "two_levels"]
PARTS = ["Set-up", "Steps", "Questions", "What to look for", "Answers"]


def page(name: str) -> str:
    return (LESSONS / f"{name}.md").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_answers_are_still_what_the_program_gives(name: str) -> None:
    told = subprocess.run([sys.executable, "make.py", "--check", name], cwd=LESSONS, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_a_stale_answer_is_noticed(tmp_path: Path) -> None:
    for file in LESSONS.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    stale = page("logrolling").replace("| 100.0 |", "| 100.1 |")
    assert stale != page("logrolling")
    (tmp_path / "logrolling.md").write_text(stale)
    told = subprocess.run(
        [sys.executable, "make.py", "--check", "logrolling"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout) == (1, "logrolling.md: its answers are no longer what the program gives\n")


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_has_all_its_parts_and_an_answer_to_each_question(name: str) -> None:
    text = page(name)
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == PARTS
    assert text.startswith("# ") and "\n**Aim.** " in text
    (minutes,) = map(int, re.findall(r"^\*\*Time\.\*\* (\d+) minutes", text, re.MULTILINE))
    assert 20 <= minutes <= 50 and f"({name}.md) | {minutes} |" in page("README")
    questions = text.partition("## Questions")[2].partition("##")[0]
    asked = re.findall(r"^(\d)\. ", questions, re.MULTILINE)
    answered = [
        number for said in re.findall(r"<summary>Questions? ([\d, and]+)</summary>", text) for number in re.findall(r"\d", said)
    ]
    assert asked and asked == answered
    assert text.count("<details>") == text.count("</details>") == text.count("<summary>")


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_begins_small_and_ends_in_berlin(name: str) -> None:
    played = re.findall(r"parley (?:play|run|check|score|explain) (\w+)", page(name).partition("## Questions")[0])
    assert played[0] in ("pie", "sale", "two_issues") and played[-1].startswith("berlin")


def notebook() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((LESSONS / "notebook.ipynb").read_text())
    return told


def test_the_notebook_is_one_and_holds_no_output() -> None:
    book = notebook()
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5) and set(book) == {
        "cells",
        "metadata",
        "nbformat",
        "nbformat_minor",
    }
    names = [cell["id"] for cell in book["cells"]]
    assert len(set(names)) == len(names) and all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in names)
    for cell in book["cells"]:
        ran = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert set(cell) == {"cell_type", "id", "metadata", "source"} | ran
        assert not cell.get("outputs") and cell.get("execution_count") is None and cell["metadata"] == {}


def test_the_notebook_runs_from_top_to_bottom(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(mpl.rcParams, "backend", "agg")
    names: dict[str, Any] = {}
    for cell in notebook()["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    told = capsys.readouterr().out
    assert "no deal is worth 10 to Anna: 13 splits in the zone; agreed, for Anna: 40" in told
    shares = dict(re.findall(r"^(.+?) +a zone in +([\d.]+)%", told, re.MULTILINE))
    table = page("zone").partition("<!-- answer answer_nobody_knows -->")[2]
    assert f"| Russia would sign `pull_out` | {shares['Russia would sign pull_out']}\u00a0% " in table
    names["plt"].close("all")
