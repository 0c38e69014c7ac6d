"""The studies that come with the program: each has a page, and the page says what the program gives."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from sim.studies.experiment import read_experiment
from sim.studies.runs import Effort
from sim.studies.sweep import make_ready, play

FOLDER = Path(__file__).parents[1] / "experiments"
SEMINAR = sorted(page.stem for page in FOLDER.glob("*.md") if page.stem != "README")


@pytest.fixture(scope="module")
def make() -> ModuleType:
    """The script that writes the pages."""
    spec = importlib.util.spec_from_file_location("make_experiments", FOLDER / "make.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page(name: str) -> str:
    """The page of an experiment."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def test_six_and_more_experiments_have_a_page_and_the_pages_are_listed(make: ModuleType) -> None:
    assert len(SEMINAR) >= 6 and set(SEMINAR) == set(make.SHOWN)
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"]({name}.md)" in listed for name in SEMINAR)
    assert all((FOLDER / f"{name}.yaml").exists() for name in SEMINAR)


@pytest.mark.parametrize("name", SEMINAR)
def test_a_page_begins_with_its_question_and_says_how_to_run_it(name: str) -> None:
    experiment = read_experiment(str(FOLDER / f"{name}.yaml")).experiment
    assert page(name).startswith(f"# {' '.join(experiment.question.split())}\n")
    assert f"parley sweep {name} -o" in page(name) and f"(figures/{name}.png)" in page(name)
    assert "## What was found" in page(name) and "## True by construction" in page(name)
    assert (FOLDER / "figures" / f"{name}.png").stat().st_size < 200_000


@pytest.mark.parametrize("name", SEMINAR)
def test_every_share_in_a_finding_stands_in_the_page_s_tables(name: str) -> None:
    """Shares are told as in the tables, to a tenth; what is said of other pages names them."""
    made, _, said = page(name).partition("<!-- made by make.py: end -->")
    here = re.sub(r"[^.]*docs/berlin\.md[^.]*\.", "", said)
    told = set(re.findall(r"\d+\.\d(?= %| to \d+\.\d %)", here))
    assert told <= set(re.findall(r"\d+\.\d", made)), told - set(re.findall(r"\d+\.\d", made))


@pytest.mark.parametrize("name", [name for name in SEMINAR if name != "what_matters"])
def test_the_first_row_of_a_table_is_what_the_program_gives(name: str, make: ModuleType) -> None:
    ready = make_ready(read_experiment(str(FOLDER / f"{name}.yaml")), seed=1)
    first = type(ready)(ready.setup, ready.seed, ready.replicates, ready.points[:1])
    summary = play(first, Effort(ready.replicates)).summary
    line = f"| {' | '.join(make.row(summary, summary['points'][0]))} |"
    assert line in page(name).splitlines()
