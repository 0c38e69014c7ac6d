"""What NegMAS played is played here, offer by offer, by a scenario file and the command line; see golden/README.md."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.case.chance import Chance
from sim.cli import app
from sim.outcomes.measures import how_it_ended
from sim.studies.blocks import Study
from sim.studies.runs import load

GOLDEN = Path(__file__).parent / "golden"
ISSUES, OPTIONS, ROUNDS = 4, "abcde", 100


class Setting(NamedTuple):
    """How the runs of a golden file were made."""

    parties: int
    seed: int
    firmness: float
    tolerance: float
    no_deal: float = 30


SETTINGS = {
    "sao-w1-seed1": Setting(4, 1, 4, 0.1),
    "sao-w2-seed1": Setting(2, 1, 4, 0.1),
    "sao-w1-boulware-seed2": Setting(4, 2, 4, 0.01),
    "sao-w2-boulware-seed2": Setting(2, 2, 4, 0.01),
    "sao-w1-linear-seed2": Setting(4, 2, 1, 0.01),
    "sao-w2-linear-seed2": Setting(2, 2, 1, 0.01),
    "sao-w1-conceder-seed2": Setting(4, 2, 0.25, 0.01),
    "sao-w2-conceder-seed2": Setting(2, 2, 0.25, 0.01),
    "sao-w1-linear-reserve60-seed2": Setting(4, 2, 1, 0.01, 60),
    "sao-w2-linear-reserve70-seed2": Setting(2, 2, 1, 0.01, 70),
}


def golden(name: str) -> list[dict[str, Any]]:
    """The runs of a golden file."""
    return [json.loads(line) for line in (GOLDEN / f"{name}.jsonl").read_text().splitlines()]


RUNS = [(name, run["run"]) for name in SETTINGS for run in golden(name)]


def scenario(setting: Setting, run: int) -> dict[str, Any]:
    """The scenario of a run: preferences drawn as golden/README.md says."""
    rng = np.random.default_rng([setting.seed, run])
    return {
        "title": "A golden run",
        "issues": {f"i{i}": {"question": "?", "options": dict.fromkeys(OPTIONS, "?")} for i in range(ISSUES)},
        "parties": {f"p{p}": party(setting, rng) for p in range(setting.parties)},
        "talks": {"rounds": ROUNDS, "clock": "stacked", "offers": "lowest"},
    }


def party(setting: Setting, rng: np.random.Generator) -> dict[str, Any]:
    """The next party's preferences and strategy."""
    weights, values = rng.dirichlet(np.ones(ISSUES)), rng.random((ISSUES, len(OPTIONS)))
    low, high = values.min(axis=1, keepdims=True), values.max(axis=1, keepdims=True)
    points = 100 * ((values - low) / (high - low))
    return {
        "weights": {f"i{i}": weight for i, weight in enumerate(weights.tolist())},
        "values": {f"i{i}": dict(zip(OPTIONS, row, strict=True)) for i, row in enumerate(points.tolist())},
        "no_deal": setting.no_deal,
        "strategy": {"aspiration": {"firmness": setting.firmness, "tolerance": setting.tolerance}},
    }


def written(folder: Path, name: str, run: int) -> Path:
    """The scenario file of a run; JSON is YAML too."""
    file = folder / f"{name}-{run}.yaml"
    file.write_text(json.dumps(scenario(SETTINGS[name], run), indent=1))
    return file


def explained(file: Path) -> dict[str, Any]:
    """What `parley explain` says of its first replicate."""
    answer = CliRunner().invoke(app, ["explain", str(file), "--replicate", "0", "--json"])
    assert answer.exit_code == 0, answer.output
    record: dict[str, Any] = json.loads(answer.stdout)
    return record


def options_of(deal: dict[str, str] | None) -> list[int] | None:
    """A deal as the golden files write it."""
    return None if deal is None else [OPTIONS.index(deal[f"i{i}"]) for i in range(ISSUES)]


def put(study: Study) -> list[list[Any]]:
    """The offers of one replicate as the golden files write them, read off the table's turns."""
    table = study.play(Chance(1, 0, 1), tell=True).table
    return [
        [turn.round - 1, f"p{turn.party}", options_of(study.deals.options(int(turn.offers[0])))]
        for turn in table.turns or []
        if turn.put[0]
    ]


@pytest.mark.parametrize(("name", "run"), RUNS)
def test_every_offer_is_the_golden_one(name: str, run: int, tmp_path: Path) -> None:
    told = explained(written(tmp_path, name, run))
    offers = [[offer["round"] - 1, offer["party"], options_of(offer["deal"])] for offer in told["offers"]]
    expected = golden(name)[run]
    assert offers == expected["offers"]
    assert options_of(told["deal"]) == expected["agreement"]
    assert told["round"] == expected["step"]
    assert told["ending"].startswith("time_ran_out" if expected["agreement"] is None else "agreed")


@pytest.mark.parametrize("name", ["sao-w1-seed1", "sao-w2-linear-reserve70-seed2"])
def test_the_last_offer_alone_is_accepted_by_all_others(name: str, tmp_path: Path) -> None:
    told = explained(written(tmp_path, name, 0))
    *before, last = told["offers"]
    assert list(last["answers"].values()) == ["accept"] * (SETTINGS[name].parties - 1)
    assert all(list(offer["answers"].values())[-1] == "reject" for offer in before)
    assert all(list(offer["answers"].values())[:-1] == ["accept"] * (len(offer["answers"]) - 1) for offer in before)


def test_a_block_of_equal_replicates_puts_the_golden_offers_in_each(tmp_path: Path) -> None:
    name = "sao-w1-conceder-seed2"
    study = load(str(written(tmp_path, name, 0)))
    played = study.play(Chance(1, 0, 7), tell=True)
    expected = golden(name)[0]
    assert put(study) == expected["offers"]
    assert (how_it_ended(played)["round"] == expected["step"]).all()
    assert {study.deals.label(k) for k in how_it_ended(played)["deal"]} == {
        " ".join(f"i{i}={OPTIONS[o]}" for i, o in enumerate(expected["agreement"]))
    }


def test_golden_runs_end_in_both_ways() -> None:
    agreed = [run["agreement"] is not None for name in SETTINGS for run in golden(name)]
    assert any(agreed) and not all(agreed)


def test_every_golden_file_is_played() -> None:
    assert {file.stem for file in GOLDEN.glob("*.jsonl")} == set(SETTINGS)
