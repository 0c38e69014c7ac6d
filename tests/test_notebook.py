"""Three lines in a notebook: what is asked for is looked at first, what is handed back says what it is."""

import html
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from test_cli import parley

import sim
from sim.case.faults import BadInput

STUDIES: dict[str, tuple[Callable[..., Any], tuple[str, ...], list[str]]] = {
    "run": (sim.run, ("sale",), ["run", "sale"]),
    "compare": (sim.compare, ("sale", "pie"), ["compare", "sale", "pie"]),
    "sweep": (sim.sweep, ("rounds",), ["sweep", "rounds"]),
    "levers": (sim.levers, ("sale",), ["levers", "sale"]),
}


@pytest.mark.parametrize("name", STUDIES)
def test_a_result_says_what_it_is_in_a_line_and_in_a_notebook_what_the_command_prints(name: str) -> None:
    study, names, command = STUDIES[name]
    found = study(*names, replicates=20)
    assert repr(found).startswith(f"{type(found).__name__}(") and "\n" not in repr(found) and len(repr(found)) < 300
    page = found._repr_html_()
    (text,) = re.findall(r"^<pre [^>]*>(.*)</pre>$", page, re.DOTALL)
    assert html.unescape(text).split() == parley(*command, "-n", "20").split()


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("wrong", [0, -5, 1.5, "10", True])
def test_what_cannot_be_asked_for_is_told_before_anything_is_played(name: str, wrong: Any) -> None:
    study, names, _ = STUDIES[name]
    with pytest.raises(BadInput) as error:
        study(*names, replicates=wrong, seed=-1, jobs=0)
    assert error.value.lines == [
        f"replicates: a whole number, at least 1, is needed here, not {wrong!r}",
        "seed: a whole number, at least 0, is needed here, not -1",
        "jobs: a whole number, at least 1, is needed here, not 0",
    ]


@pytest.mark.parametrize("wrong", [0, 1, -0.1, float("nan"), "0.1"])
def test_a_precision_that_cannot_be_is_told(wrong: Any) -> None:
    for name in ("run", "compare", "sweep"):
        study, names, _ = STUDIES[name]
        with pytest.raises(BadInput, match=r"^precision: a number from 0\.0002 to 0\.5 is needed here, not"):
            study(*names, precision=wrong)


@pytest.mark.parametrize("wrong", [2, -0.1, float("nan")])
def test_a_target_that_is_no_chance_is_told(wrong: float) -> None:
    with pytest.raises(BadInput, match=r"^target: a chance from 0 to 1 is needed here, not"):
        sim.levers("sale", target=wrong)


def test_numbers_of_numpy_are_numbers() -> None:
    assert len(sim.run("sale", replicates=np.int64(30)).to_frame()) == 30  # type: ignore[arg-type]


def test_studies_stop_when_they_are_precise_enough() -> None:
    command = parley("run", "sale", "--precision", "0.2", "--json")
    found = sim.run("sale", precision=0.2)
    assert f'"replicates": {len(found.to_frame())},' in command and len(found.to_frame()) < 10_000
    compared = sim.compare("sale", variants=["talks.rounds=5"], precision=0.1)
    assert len(compared.to_frame()) < 10_000


def test_one_change_alone_needs_no_list() -> None:
    one = sim.run("sale", replicates=20, changes="talks.rounds=3")
    assert one.summary == sim.run("sale", replicates=20, changes=["talks.rounds=3"]).summary
    for variants in ("talks.rounds=3", ["talks.rounds=3"], [["talks.rounds=3"]]):
        assert repr(sim.compare("sale", variants=variants, replicates=20)) == (
            "Comparison(A sale, B talks.rounds=3: 20 replicates of each, seed 1)"
        )


def test_whole_numbers_stay_whole_in_a_frame_of_points() -> None:
    frame = sim.sweep("rounds", replicates=5).to_frame()
    assert frame["talks.rounds"].dtype == np.int64
    assert frame["parties.sara.strategy.aspiration.firmness"].tolist()[:4] == [0.5, 1, 2, 4]
