"""A sweep plays the same negotiations as a run; what it finds is known where it can be reckoned by hand."""

import json
import pickle
import re
from contextlib import suppress
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from test_plots import faults as drawing_faults
from typer.testing import CliRunner

import sim
from sim.case.faults import BadInput, Unfinished
from sim.case.reading import shipped
from sim.case.yaml import parse_value
from sim.cli import app
from sim.outcomes import sweep_words
from sim.outcomes.asked import FORMS, asked
from sim.outcomes.intervals import of_mean, of_paired_share, of_share
from sim.outcomes.sweeps import figures
from sim.studies import points, soundness
from sim.studies.blocks import Study
from sim.studies.experiment import experiment_schema, label, read_experiment, values_of
from sim.studies.factors import factors, streams
from sim.studies.runs import Effort, load
from sim.studies.sweep import Swept, make_ready, play, sweep_to
from sim.studies.trials import finite

GRID = """
question: What do rounds and firmness do?
scenario: sale
set: [talks.order=rotating]
change:
  talks.rounds: [6, 20]
  parties.sara.strategy.aspiration.firmness: {from: 1, to: 4, steps: 3}
design: grid
replicates: 300
measures: [ending=agreed, gain.sara]
because: {talks.rounds: "assumed: for a test"}
"""
ONE = GRID.replace("design: grid", "design: one_at_a_time")
LAWS = """
question: On what does a sale hang?
scenario: sale
change: {parties.sara.strategy.aspiration.firmness: {uniform: [0.5, 8]}}
design: {sobol: {base: 64}}
measures: [ending=agreed, gain.sara]
"""
ALL = LAWS.replace("change: {parties.sara.strategy.aspiration.firmness: {uniform: [0.5, 8]}}\n", "")
CUBES = ALL.replace("{sobol: {base: 64}}", "{latin_hypercube: {points: 320, hypercubes: 8}}")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(text: str, name: str = "x.yaml") -> str:
    """The name of a file with this text."""
    Path(name).write_text(text, encoding="utf-8")
    return name


def swept(text: str, **given: int | float) -> Swept:
    """What comes of an experiment."""
    return sim.sweep(written(text), **given)  # type: ignore[arg-type]


def told(text: str, *options: str) -> list[str]:
    """The lines on standard error of an experiment that is refused, less the name of its file."""
    result = CliRunner().invoke(app, ["sweep", written(text), *options], prog_name="parley")
    assert (result.exit_code, result.stdout) == (2, ""), (result.output, result.exception)
    assert not any(file.name != "x.yaml" for file in Path().iterdir()), "nothing is left behind"
    return [line.removeprefix("x.yaml:") for line in result.stderr.splitlines()]


# Points


def test_every_point_is_the_run_with_its_changes() -> None:
    for point in swept(GRID).summary["points"]:
        frame = sim.run("sale", replicates=300, changes=point["changes"]).to_frame()
        agreed, gain = int((frame["ending"] == "agreed").sum()), frame["gain.sara"]
        assert point["measures"]["ending=agreed"] == pytest.approx(of_share(agreed, 300))
        low, high = stats.t.interval(0.95, 299, gain.mean(), stats.sem(gain))
        assert point["measures"]["gain.sara"] == pytest.approx({"estimate": gain.mean(), "low": low, "high": high})
        assert point["endings"]["agreed"] == agreed / 300


def test_a_grid_has_every_value_with_every_other() -> None:
    frame = swept(GRID, replicates=2).to_frame()
    pairs = list(zip(frame["talks.rounds"], frame["parties.sara.strategy.aspiration.firmness"], strict=True))
    assert pairs == [(rounds, firmness) for rounds in (6, 20) for firmness in (1, 2.5, 4)]


def test_one_at_a_time_begins_with_no_change_and_makes_one_at_each_other_point() -> None:
    made = [point["changes"] for point in swept(ONE, replicates=2).summary["points"]]
    assert made[0] == ["talks.order=rotating"]
    assert [changes[1:] for changes in made[1:]] == [
        ["talks.rounds=6"],
        ["talks.rounds=20"],
        *[[f"parties.sara.strategy.aspiration.firmness={firmness}"] for firmness in ("1", "2.5", "4")],
    ]


def test_differences_are_those_of_the_same_replicates() -> None:
    base, *points = swept(ONE).summary["points"]
    assert all(known["estimate"] == 0 for known in base["against"].values())
    start = sim.run("sale", replicates=300, changes=base["changes"]).to_frame()
    for point in points:
        frame = sim.run("sale", replicates=300, changes=point["changes"]).to_frame()
        apart = frame["gain.sara"] - start["gain.sara"]
        error = 1.967930 * apart.std() / np.sqrt(300)  # Student's t with 299 degrees of freedom
        known = {"estimate": apart.mean(), "low": apart.mean() - error, "high": apart.mean() + error}
        assert point["against"]["gain.sara"] == pytest.approx(known, abs=1e-6)
        now, was = frame["ending"] == "agreed", start["ending"] == "agreed"
        gained, lost = int((now & ~was).sum()), int((was & ~now).sum())
        assert point["against"]["ending=agreed"] == of_paired_share(300, gained, lost)


@pytest.mark.parametrize(("rounds", "rising"), [("[6, 20]", True), ("[20, 6]", False)])
def test_the_ends_of_a_grid_are_compared_over_the_same_replicates(
    rounds: str, rising: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.studies.sweep.pieces", lambda most, points=1: _pieces(most, points))  # they add up
    summary = swept(GRID.replace("[6, 20]", rounds)).summary
    frames = [sim.run("sale", replicates=300, changes=point["changes"]).to_frame() for point in summary["points"]]
    gains, agreed = [frame["gain.sara"] for frame in frames], [frame["ending"] == "agreed" for frame in frames]
    known = summary["extremes"]["gain.sara"]
    ranked = np.argsort([gain.mean() for gain in gains])
    assert (known["lowest"], known["highest"]) == (ranked[0], ranked[-1])
    apart = gains[ranked[-1]] - gains[ranked[0]]
    error = 1.967930 * apart.std() / np.sqrt(300)  # Student's t with 299 degrees of freedom
    mean = apart.mean()
    assert known["apart"] == pytest.approx({"estimate": mean, "low": mean - error, "high": mean + error}, abs=1e-6)
    known = summary["extremes"]["ending=agreed"]
    ranked = np.argsort([one.sum() for one in agreed])
    assert (known["lowest"], known["highest"]) == (ranked[0], ranked[-1]) and (ranked[0] < ranked[-1]) is np.bool_(rising)
    low, high = agreed[ranked[0]], agreed[ranked[-1]]
    assert known["apart"] == of_paired_share(300, int((high & ~low).sum()), int((low & ~high).sum()))


def test_the_ends_of_a_grid_are_told_with_the_interval_of_their_difference() -> None:
    found = swept(GRID)
    known = found.summary["extremes"]["ending=agreed"]["apart"]
    said = sweep_words.answer_of_points(found.summary, "ending=agreed")
    ends = " to ".join(f"{100 * known[end]:+.1f}" for end in ("low", "high"))
    assert said.endswith(f"; over the same replicates {100 * known['estimate']:+.1f} percentage points ({ends}).")
    told = CliRunner().invoke(app, ["sweep", written(GRID)]).stdout
    assert " ".join(said.split()) in " ".join(told.split()) and "picked as the lowest and the highest" in " ".join(told.split())


def test_nothing_is_said_of_ends_that_are_one_point_or_have_other_replicates() -> None:
    same = swept(GRID.replace("[ending=agreed, gain.sara]", "[ending=left_by_ben]"), replicates=20)
    assert same.summary["extremes"] == {"ending=left_by_ben": {"lowest": 0, "highest": 0, "apart": None}}
    other = swept(GRID, precision=0.3).summary
    for name, known in other["extremes"].items():
        assert known["lowest"] != known["highest"] and known["apart"] is None
        assert "over the same replicates" not in sweep_words.answer_of_points(other, name)


def test_no_deal_values_stay_as_drawn_unless_they_are_changed() -> None:
    text = """
question: Do values move no-deal values?
scenario: berlin
change:
  parties.ukraine.values.guarantees.political: [40, 70]
  parties.ukraine.no_deal: [40]
design: one_at_a_time
replicates: 40
measures: [no_deal.ukraine]
"""
    _, *values, bare = swept(text).summary["points"]
    assert all(point["against"]["no_deal.ukraine"]["estimate"] == 0 for point in values)
    assert bare["measures"]["no_deal.ukraine"]["estimate"] == pytest.approx(40)


def test_precision_plays_each_point_until_its_shares_are_so_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    ready = make_ready(read_experiment(written(GRID)), 1, None, 0.1)
    monkeypatch.setattr("sim.studies.sweep.pieces", lambda most, points=1: _pieces(most, points))
    points = play(ready, Effort(10**7, 0.1)).summary["points"]
    assert len({point["replicates"] for point in points}) > 1
    for point in points:
        of, known = point["replicates"], point["measures"]["ending=agreed"]
        assert known["high"] - known["low"] <= 0.1
        frame = sim.run("sale", replicates=of, changes=point["changes"]).to_frame()
        assert known == pytest.approx(of_share(int((frame["ending"] == "agreed").sum()), of))
        before = of_share(int((frame["ending"][: of - 20] == "agreed").sum()), of - 20)
        assert before["high"] - before["low"] > 0.1


def _pieces(most: int, points: int) -> object:
    from sim.studies.pieces import pieces

    return pieces(most, points, 20)


def test_precision_says_how_many_replicates_it_took_and_whether_they_were_enough() -> None:
    for words, said in (
        (["--precision", "0.05"], r"6 points of 8,192 replicates: every share asked for is known to within 0\.0\d+\n"),
        (
            ["--precision", "0.05", "-n", "300"],
            r"6 points of 300 replicates: not precise enough: the widest interval is 0\.1\d+\n",
        ),
    ):
        result = CliRunner().invoke(app, ["sweep", written(GRID), "--json", *words])
        assert result.exit_code == 0 and re.fullmatch(said, result.stderr), result.stderr
        points = json.loads(result.stdout)["points"]
        wide = max(p["measures"]["ending=agreed"]["high"] - p["measures"]["ending=agreed"]["low"] for p in points)
        assert result.stderr.endswith(f" {wide:.4f}\n")
    nothing = "--precision: none of the measures is a share, so that there is nothing to wait for"
    assert told(GRID.replace("ending=agreed, ", ""), "--precision", "0.1") == [nothing]


def test_precision_keeps_the_base_as_long_as_something_is_compared_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.studies.sweep.pieces", lambda most, points=1: _pieces(most, points))
    change = "change:\n  parties.sara.no_deal: [30, 60]\n"
    text = ONE[: ONE.index("change:")] + change + ONE[ONE.index("design:") : ONE.index("because:")]
    text = text.replace("talks.order=rotating", "parties.sara.no_deal=99")
    ready = make_ready(read_experiment(written(text)), 1, None, 0.1)
    base, *points = play(ready, Effort(10**7, 0.1)).summary["points"]
    known = of_share(round(base["measures"]["ending=agreed"]["estimate"] * base["replicates"]), base["replicates"])
    assert known["high"] - known["low"] < 0.05, "it would have done with fewer"
    assert base["replicates"] == max(point["replicates"] for point in points)


# Results


@pytest.mark.parametrize("text", [GRID, ONE, ALL, CUBES], ids=["grid", "one at a time", "sobol", "hypercubes"])
def test_a_folder_holds_the_same_bytes_whether_the_study_was_stopped_or_not(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.studies.sweep.pieces", lambda most, points=1: _pieces(most, points))
    ready = make_ready(read_experiment(written(text)), 1)

    def stopped_after(pieces: int) -> None:
        left = iter(range(pieces))

        def progress(done: int, so_far: str = "") -> None:
            if next(left, None) is None:
                raise KeyboardInterrupt

        with suppress(Unfinished):
            sweep_to(Path("stopped"), ready, Effort(ready.replicates), progress)

    for name in ("whole", "stopped"):
        Path(name).mkdir()
    sweep_to(Path("whole"), ready, Effort(ready.replicates), lambda done, so_far="": None)
    for pieces in (1, 3, 99):
        stopped_after(pieces)
        assert pieces == 99 or [file.name for file in Path("stopped").iterdir()] == [".unfinished"]
    names = {str(file.relative_to("whole")) for file in Path("whole").rglob("*") if file.is_file()}
    assert {"outcomes.parquet", "summary.json", "manifest.json"} < names
    for name in names:
        assert Path("whole", name).read_bytes() == Path("stopped", name).read_bytes(), name


def test_two_workers_give_the_same_bytes_as_one() -> None:
    for jobs in ("1", "2"):
        run = CliRunner().invoke(app, ["sweep", written(GRID), "-j", jobs, "-o", f"by-{jobs}", "-q"])
        assert (run.exit_code, run.output) == (0, "")
    names = [file.name for file in Path("by-1").iterdir() if file.is_file()]
    assert "outcomes.parquet" in names and all(
        Path("by-1", name).read_bytes() == Path("by-2", name).read_bytes() for name in names
    )


def test_rows_say_the_same_as_the_summary() -> None:
    CliRunner().invoke(app, ["sweep", written(GRID), "-q", "-o", "results"])
    rows = pd.read_parquet("results/outcomes.parquet")
    summary = json.loads(Path("results/summary.json").read_text())
    table = pd.read_csv("results/points.csv")
    assert len(rows) == 6 * 300 and len(table) == 6
    for point, row in zip(summary["points"], table.to_dict("records"), strict=True):
        own = rows[rows["point"] == point["point"]]
        assert list(own["replicate"]) == list(range(300))
        assert (own["ending"] == "agreed").mean() == own["ending=agreed"].mean() == row["ending=agreed"]
        assert row["gain.sara.low"] == point["measures"]["gain.sara"]["low"] < own["gain.sara"].mean()
    pd.testing.assert_frame_equal(pd.read_parquet("results/points.parquet"), table, check_dtype=False)


def test_another_experiment_is_never_mixed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("results").mkdir()
    ready = make_ready(read_experiment(written(GRID)), 1)

    def stop(done: int, so_far: str = "") -> None:
        raise KeyboardInterrupt

    with pytest.raises(Unfinished):
        sweep_to(Path("results"), ready, Effort(300), stop)
    other = make_ready(read_experiment(written(GRID.replace("[6, 20]", "[6, 21]"))), 1)
    with pytest.raises(BadInput, match="differs in experiment_sha256"):
        sweep_to(Path("results"), other, Effort(300), stop)


def test_of_many_faulty_points_the_first_faults_are_told_and_the_rest_not_looked_at() -> None:
    text = GRID.replace("[6, 20]", "{from: 1, to: 40, steps: 40}").replace("scenario: sale", "scenario: berlin_talks")
    lines = told(text.replace("sara", "ukraine"))
    assert len(lines) == points.MOST_LINES + 1
    assert re.fullmatch(r" and more; \d+ points were not looked at", lines[-1])


def test_points_are_told_as_they_are_checked() -> None:
    told: list[tuple[int, str]] = []
    make_ready(read_experiment(written(GRID)), 1, checked=lambda done, so_far="": told.append((done, so_far)))
    assert told == [(0, f"point {n} of 6") for n in range(1, 7)]


def test_anchors_are_drawn_anew_only_at_points_where_they_may_have_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Study] = []
    monkeypatch.setattr(soundness, "contradictions", lambda study: drawn.append(study) or {})
    text = GRID.replace("scenario: sale", "scenario: berlin").replace("sara", "ukraine")
    make_ready(read_experiment(written(text)), 1)
    assert len(drawn) == 1, "the scenario as it stands"
    anchors = "parties.russia.no_deal.signs: [[moscow_terms], [draft_28]]"
    moved = text.replace("talks.rounds: [6, 20]", anchors).partition("because")[0]
    make_ready(read_experiment(written(moved)), 1)
    assert len(drawn) > 2


def test_a_scenario_seen_from_elsewhere_is_told_as_the_experiment_sees_it(folder: Path) -> None:
    for name in ("scenarios", "experiments"):
        (folder / name).mkdir()
    (folder / "scenarios/case.yaml").write_text(shipped()["sale"].read_text())
    file = folder / "experiments/mine.yaml"
    file.write_text(GRID.replace("scenario: sale", "scenario: scenarios/case.yaml"))
    with pytest.raises(BadInput, match=r"seen from this file it is '\.\./scenarios/case\.yaml'"):
        read_experiment("experiments/mine.yaml")
    file.write_text(GRID.replace("scenario: sale", "scenario: ../scenarios/case.yaml"))
    assert read_experiment("experiments/mine.yaml").draft.tree["title"] == "A used bicycle"


def test_work_is_small_enough_to_send() -> None:
    text = GRID.replace("scenario: sale", "scenario: berlin").replace("sara", "ukraine").replace("steps: 3", "steps: 40")
    ready = make_ready(read_experiment(written(text.replace("gain.ukraine", "utility.ukraine"))), 1)
    assert len(ready.points) == 80 and len(pickle.dumps(ready.trials)) < 4_000_000


def test_an_answer_that_is_no_number_is_an_error_that_names_measure_and_replicate() -> None:
    with pytest.raises(ValueError, match=r"gain\.sara: no number in replicate 514, but nan"):
        finite("gain.sara", np.array([1, 2, np.nan, np.inf]), 512)


def test_such_an_answer_ends_the_study(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.studies import trials

    def broken(played: object) -> dict[str, object]:
        return {"ending": np.zeros(300, dtype=np.int16), "gain.sara": np.where(np.arange(300) == 17, np.inf, 0.0)}

    monkeypatch.setattr(trials, "measure", broken)
    result = CliRunner().invoke(app, ["sweep", written(GRID), "-q"])
    assert result.exit_code == 1
    assert result.stderr.splitlines()[0].endswith("gain.sara: no number in replicate 17, but inf")


# What the scenario's numbers do, where it is known

CLOSED = """
title: Two coins
issues: {pact: {question: Is there a pact?, options: {yes_: A pact, no_: No pact}}}
parties:
  anna:
    weights: {pact: 100}
    values: {pact: {yes_: 0, no_: 100}}
    no_deal: 50
  ben:
    weights: {pact: 100}
    values: {pact: {yes_: 100, no_: 0}}
    no_deal: 10
linkages:
  - {party: anna, when: {pact: [yes_]}, points: {uniform: [0, 50]}}
  - {party: anna, when: {pact: [yes_]}, points: {uniform: [0, 50]}}
talks: {rounds: 5}
"""  # Anna signs where x + y > 1
HANGS = """
question: On what does the pact hang?
scenario: closed.yaml
design: {sobol: {base: 2048}}
measures: [ending=agreed, utility.anna, utility.ben]
"""


def test_indices_are_known_where_a_pact_needs_x_and_y_to_exceed_1_together() -> None:
    written(CLOSED, "closed.yaml")
    found = swept(HANGS).summary["found"]
    agreed = found["ending=agreed"]
    assert agreed["mean"] == pytest.approx(1 / 2, abs=0.01)
    for factor in ("linkages.0.points", "linkages.1.points"):
        first, total = agreed["factors"][factor]["first"], agreed["factors"][factor]["total"]
        assert first["low"] <= 1 / 3 <= first["high"] and total["low"] <= 2 / 3 <= total["high"]
        assert total["high"] - total["low"] < 0.12
    assert agreed["factors"]["luck"]["total"] == pytest.approx({"estimate": 0, "low": 0, "high": 0})


def test_luck_is_a_factor_of_its_own() -> None:
    breaks = "events: {storm: {at: 1, chance: 0.5, breaks_off: true}}\n"
    text = CLOSED.replace("  - {party: anna, when: {pact: [yes_]}, points: {uniform: [0, 50]}}\n", "", 1)
    written(text.replace("{uniform: [0, 50]}", "{uniform: [0, 100]}") + breaks, "closed.yaml")
    agreed = swept(HANGS).summary["found"]["ending=agreed"]  # where no storm comes, and x > 1/2
    for factor in ("linkages.0.points", "luck"):
        first, total = agreed["factors"][factor]["first"], agreed["factors"][factor]["total"]
        assert first["low"] <= 1 / 3 <= first["high"] and total["low"] <= 2 / 3 <= total["high"]


def test_what_does_not_vary_hangs_on_nothing() -> None:
    summary = swept(ALL.replace("gain.sara", "ending=left_by_ben")).summary
    assert summary["found"]["ending=left_by_ben"] == {"mean": 0.0, "sd": 0.0, "factors": None}


def test_a_hypercube_estimates_what_chance_does_and_knows_it_better() -> None:
    known = swept(CUBES, replicates=2048).summary["found"]["gain.sara"]
    plain = sim.run("sale", replicates=20_000).to_frame()["gain.sara"]
    assert known["low"] - 0.15 < plain.mean() < known["high"] + 0.15
    assert known["high"] - known["low"] < 2 * 1.96 * plain.std() / np.sqrt(2048)
    along = [part["estimate"] for part in known["fifths"]["parties.sara.no_deal.plus"]]
    assert along == sorted(along, reverse=True), "the more she has without a deal the less she gains by one"


# Factors


def test_factors_are_the_changed_paths_or_all_uncertain_numbers_and_luck_is_last() -> None:
    changed = swept(LAWS).summary["factors"]
    assert [factor["name"] for factor in changed] == ["parties.sara.strategy.aspiration.firmness", "luck"]
    assert changed[-1]["text"] == "all else: 5 other uncertain numbers, luck within the talks (there is none)"
    both = swept(LAWS + "factors: all\n").summary["factors"]
    assert {factor["name"] for factor in both} == {factor["name"] for factor in swept(ALL).summary["factors"]}
    assert len(both) == 7 and both[0]["law"] == "{uniform: [0.5, 8]}"


def test_weights_under_doubt_and_a_quantity_are_one_factor_each() -> None:
    uncertain, luck = streams(load("berlin"), 1)
    assert uncertain["parties.ukraine.weights"] == 4 and uncertain["quantities.war"] == 1 and not luck
    assert not any(path.startswith("parties.ukraine.weights.") for path in uncertain)
    assert {"parties.ukraine.red_lines.0", "parties.ukraine.red_lines.0.chance"} <= set(uncertain)


def test_order_votes_tosses_and_paths_of_the_world_are_luck() -> None:
    uncertain, luck = streams(load("berlin_talks", ["talks.order=random"]), 1)
    assert {"talks.order", "councils.union", "councils.union.members.malta", "world.front.noise", "events.truce"} <= set(luck)
    assert {"world.front.spread", "parties.us.ratification.chance"} <= set(uncertain)


def test_a_law_of_a_quantity_or_of_a_place_between_anchors_is_found_by_its_path() -> None:
    text = HANGS.replace("closed.yaml", "berlin").replace("[ending=agreed, utility.anna, utility.ben]", "[ending=agreed]")
    change = "change: {quantities.war.law: {beta: [2, 2]}, parties.us.no_deal.law: {uniform: [0.2, 0.4]}}\n"
    setup = read_experiment(written(text + change))
    ready = make_ready(setup, 1)
    assert [list(factor.streams) for factor in ready.factors[:-1]] == [["quantities.war"], ["parties.us.no_deal"]]
    assert factors(setup, ready.points[0].study, 1)[1] == []


def test_a_law_whose_draws_have_other_paths_is_found_by_what_it_adds() -> None:
    text = LAWS.replace("change: {parties.sara.strategy.aspiration.firmness: {uniform: [0.5, 8]}}", BLURRED)
    ready = make_ready(read_experiment(written(text)), 1)
    assert "parties.sara.beliefs.ben.no_deal" in ready.factors[0].streams and len(ready.factors) == 2
    lines = told(text.replace('0}"]', '0}", talks.offers=lowest]'))
    assert lines == ["5:10: change.talks.beliefs.no_deal: nothing that is drawn hangs on this law, so it can have no effect here"]


BLURRED = """set: ["talks.beliefs={values: 0, no_deal: 0}"]
change: {talks.beliefs.no_deal: {uniform: [-10, 10]}}"""


# Bad input


def test_a_fault_is_told_with_its_place_in_the_experiment() -> None:
    assert told(GRID.replace("firmness:", "firmnes:")) == [
        "7:3: parties.sara.strategy.aspiration.firmnes: no key of that name belongs here; did you mean 'firmness'?"
    ]
    assert told(GRID.replace("[6, 20]", "[6, 0, few, 20]")) == [
        "6:21: talks.rounds: at least 1 is needed here, not 0",
        "6:24: talks.rounds: a whole number is needed here, not 'few'",
    ]
    assert told(GRID.replace("parties.sara", "parties.sarah")) == [
        "7:3: parties.sarah: there is nothing to change here; did you mean 'sara'?"
    ]
    assert told(GRID.replace("talks.order=rotating", "talks.order=rotatin")) == [
        "4:7: talks.order: 'rotatin' is not one of the choices; did you mean 'rotating'?"
    ]
    assert told(GRID.replace("talks.order=rotating", "talks.order")) == [
        "4:7: set.0: a change is written PATH=VALUE, such as talks.rounds=12"
    ]


def test_a_path_that_is_nowhere_is_told_once_and_not_with_each_value() -> None:
    (line,) = told(GRID.replace("talks.rounds", "talks.roundz"))
    assert line == "6:18: talks.roundz: no key of that name belongs here; did you mean 'rounds'?"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "{from: 1, to: 4, steps: 3}",
            "{uniform: [1, 4]}",
            "7:3: change.parties.sara.strategy.aspiration.firmness: a law is for",
        ),
        ("[6, 20]", "[]", "6:3: change.talks.rounds: is empty; at least one value is needed"),
        ("[6, 20]", "6", "6:3: change.talks.rounds: values are written as a list, or as {from: 40, to: 80, steps: 9}, not 6"),
        ("steps: 3", "steps: 1", "7:63: change.parties.sara.strategy.aspiration.firmness.steps: a whole number from 2 to 1,000"),
        ("to: 4", "to: 1", "7:3: change.parties.sara.strategy.aspiration.firmness: two different numbers are needed"),
        ("steps: 3", "steps: 600", "5:1: change: makes 1,200 points, and 1,000 are the most; take fewer values"),
        ("gain.sara]", "gain.sarah]", "10:27: measures.1: gain.sarah: no party of the name 'sarah'; did you mean 'sara'?"),
        ("design: grid", "design: gird", "8:1: design: no design of the name 'gird'; did you mean 'grid'?"),
        ("scenario: sale", "scenario: sail", "3:1: scenario: no file 'sail', and no scenario of that name comes with parley"),
        ("replicates: 300", "replicates: 1", "9:1: replicates: at least 2 is needed here, not 1"),
        ("design: grid", "design: sobol", "6:3: change.talks.rounds: a law is needed here, such as {uniform: [40, 80]}"),
        ("because: {talks.rounds", "because: {talks.round", "11:11: because.talks.round: is a reason for what is not changed"),
        ("design: grid", "design: grid\nfactors: all", "9:1: factors: belongs to latin_hypercube and sobol, not to grid"),
        ("question:", "qestion:", "2:1: qestion: no key of that name belongs here; did you mean 'question'?"),
        ("gain.sara]", "ending=agreed]", "10:27: measures.1: is asked twice"),
    ],
)
def test_what_does_not_fit_in_a_grid_is_told(old: str, new: str, line: str) -> None:
    assert GRID.count(old) == 1
    lines = told(GRID.replace(old, new))
    assert any(one.startswith(line) for one in lines), lines


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("base: 64", "base: 65", "5:10: design.sobol: `base` must be a power of 2, such as 64, not 65"),
        ("{sobol: {base: 64}}", "{latin_hypercube: {points: 100}}", "5:10: design.latin_hypercube: 100 points cannot be shared"),
        ("{uniform: [0.5, 8]}", "{unifrom: [0.5, 8]}", "4:54: change.parties.sara.strategy.aspiration.firmness.unifrom: no law"),
        ("{uniform: [0.5, 8]}", "{uniform: [-1, 8]}", "4:10: parties.sara.strategy.aspiration.firmness: a number above 0"),
        ("measures:", "replicates: 10\nmeasures:", "6:1: replicates: belongs to grid and one_at_a_time; under sobol"),
    ],
)
def test_what_does_not_fit_in_a_sample_is_told(old: str, new: str, line: str) -> None:
    assert old in LAWS
    lines = told(LAWS.replace(old, new))
    assert any(one.startswith(line) for one in lines), lines


def test_options_that_do_not_fit_are_told() -> None:
    assert told(LAWS, "--precision", "0.1") == ["--precision: is for grid and one_at_a_time; sobol has its own number of points"]
    assert told(LAWS, "-n", "100") == ["-n 100: `base` must be a power of 2, such as 64, not 100"]
    assert told(LAWS, "-n", "3") == ["-n 3: at least 16 is needed here, not 3"]
    assert told(GRID, "-n", "1") == ["-n 1: two replicates of each point are the least"]
    assert told(HANGS.replace("closed.yaml", "pie").replace("utility.anna, utility.ben", "round")) == [
        " nothing in the scenario is uncertain, so there is no factor"
    ]
    result = CliRunner().invoke(app, ["sweep", "roundz"], prog_name="parley")
    assert result.exit_code == 2 and "no experiment of that name comes with parley; did you mean 'rounds'?" in result.stderr


@pytest.mark.parametrize("text", ["", "[]", "question: x", "- a", "5"])
def test_what_is_no_experiment_is_told_in_a_line_each(text: str) -> None:
    assert all(": " in line for line in told(text))


def test_a_scenario_beside_the_experiment_is_found_and_its_own_faults_are_told(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "mine.yaml").write_text(shipped()["pie"].read_text())
    experiment = GRID.replace("scenario: sale", "scenario: mine.yaml").replace("sara", "anna")
    name = written(experiment, "deep/x.yaml")
    assert sim.sweep(name, replicates=5).summary["title"] == "One pie"
    (folder / "deep" / "mine.yaml").write_text(
        shipped()["pie"].read_text().replace("weights: {share: 100}", "weights: {shar: 1}", 1)
    )
    with pytest.raises(BadInput, match=r"deep/mine\.yaml:\d+:\d+: parties\.anna\.weights\.shar: no issue of that name"):
        sim.sweep(name)


# What is shipped, and what is shown


@pytest.mark.parametrize("name", shipped("experiment"))
def test_a_shipped_experiment_is_sound_and_fits_the_schema_for_editors(name: str) -> None:
    make_ready(read_experiment(name), 1)
    tree, _ = parse_value(shipped("experiment")[name].read_text())
    schema = experiment_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(tree)] == []


def test_the_schema_for_editors_refuses_faults() -> None:
    tree, _ = parse_value(GRID)
    checker = jsonschema.Draft202012Validator(experiment_schema())
    assert checker.is_valid(tree)
    for key, wrong in {"design": "gird", "measures": [], "replicates": "many", "questio": "?", "factors": "some"}.items():
        assert not checker.is_valid({**tree, key: wrong}), key


def test_the_number_of_rounds_changes_no_ending_of_the_sale() -> None:
    frame = sim.sweep("rounds", replicates=400).to_frame()
    for _, same in frame.groupby("parties.sara.strategy.aspiration.firmness"):
        assert same["ending=agreed"].nunique() == 1 and same["gain.sara"].nunique() == 4


def test_agreement_in_berlin_hangs_most_on_how_the_war_would_go_on() -> None:
    agreed = sim.sweep("what_matters", replicates=32, jobs=2).summary["found"]["ending=agreed"]["factors"]
    assert max(agreed, key=lambda name: agreed[name]["total"]["estimate"]) == "quantities.war"
    assert agreed["luck"]["total"]["estimate"] == 0


WEIGHED = [
    *(f"parties.{party}.{number}" for party in ("mia", "otto") for number in ("no_deal=30", "strategy.aspiration.firmness=1")),
    "parties.mia.weights_doubt={dirichlet: 20}",
]
NATO = shipped("experiment")["guarantees_for_nato"]
FIRMNESS = GRID.replace("  talks.rounds: [6, 20]\n", "").replace("because", "about: x\n#")
DESIGNS = {
    "one path": FIRMNESS,
    "many points on one path": FIRMNESS.replace("steps: 3}", "steps: 12}"),
    "words on one path": GRID.replace("  parties.sara.strategy.aspiration.firmness: {from: 1, to: 4, steps: 3}\n", "")
    .replace("talks.rounds: [6, 20]", "talks.order: [fixed, rotating, random]")
    .replace("because", "#"),
    "two paths": GRID,
    "many rows": GRID.replace("[6, 20]", "{from: 2, to: 25, steps: 24}"),
    "many columns": GRID.replace("steps: 3}", "steps: 25}"),
    "three paths": GRID.replace("  talks.rounds: [", "  talks.order: [fixed, random]\n  talks.rounds: ["),
    "long words on paths": NATO.read_text(),
    "one at a time": ONE,
    "sobol": ALL,
    "hypercubes": CUBES,
    "a law of its own": LAWS + "because: {parties.sara.strategy.aspiration.firmness: 'assumed: for a test'}\n",
    "weights alone": CUBES.replace("scenario: sale", f"scenario: two_issues\nset: {WEIGHED}").replace("gain.sara", "gain.mia"),
    "nothing varies": ALL.replace("gain.sara", "ending=left_by_ben"),
}


@pytest.mark.parametrize("name", DESIGNS)
def test_no_text_of_a_figure_is_cut_off_or_covered(name: str) -> None:
    summary = swept(DESIGNS[name], **({"replicates": 4} if "path" in name or "many" in name else {})).summary
    drawn = figures(summary)
    assert drawn
    for draw in drawn.values():
        figure = draw()
        assert drawing_faults(figure) == []
        words = " ".join(text.get_text() for text in figure.texts)
        assert "Not a forecast." in words and "seed 1" in words


@pytest.mark.parametrize("name", DESIGNS)
def test_what_was_found_is_shown_with_its_doubt(name: str) -> None:
    result = CliRunner().invoke(
        app, ["sweep", written(DESIGNS[name]), *(["-n", "4"] if "path" in name or "many" in name else [])]
    )
    assert (
        result.exit_code == 0 and "95\u00a0%" in result.stdout.replace("95 %", "95\u00a0%") and "Not a forecast." in result.stdout
    )
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_where_no_single_change_moves_anything_that_is_said() -> None:
    summary = swept(ONE.replace("gain.sara", "ending=left_by_ben")).summary
    assert sweep_words.answer_of_tornado(summary, "ending=left_by_ben") == (
        "As it stands 0.0\u00a0%; no single change moves it by more than the sampling interval."
    )
    assert "; most by " in sweep_words.answer_of_tornado(summary, "ending=agreed")


def test_a_sweep_in_python_hands_back_a_frame_a_figure_and_a_record() -> None:
    found = swept(ALL)
    frame = found.to_frame()
    assert set(frame["measure"]) == {"ending=agreed", "gain.sara"} and len(frame) == 14
    assert found.plot().axes and found.plot("indices-gain-sara").axes
    with pytest.raises(BadInput, match=r"no figure of the name 'indices-gain-mara'; did you mean 'indices-gain-sara'\?"):
        found.plot("indices-gain-mara")
    assert json.loads(json.dumps(found.summary)) == found.summary


def test_values_between_whole_numbers_at_whole_steps_are_whole() -> None:
    assert values_of({"from": 4, "to": 24, "steps": 6}) == [4, 8, 12, 16, 20, 24]
    assert all(isinstance(value, int) for value in values_of({"from": 4, "to": 24, "steps": 6}))
    assert values_of({"from": 0, "to": 1, "steps": 4}) == [0.0, 0.333333, 0.666667, 1.0]


def test_a_value_is_said_as_it_is_written() -> None:
    for text in ("{uniform: [0.5, 8]}", "[1, 2, x]", "rising", "null", "true", "12"):
        assert label(parse_value(text)[0]) == text


# What is asked


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("ending=agred", "ending=agred: no ending of the name 'agred'; did you mean 'agreed'?"),
        ("salry=3000", "salry=3000: no issue of the name 'salry'; did you mean 'salary'?"),
        ("salary=3000/300", "salary=3000/300: the issue 'salary' has no option '300'; did you mean '3000'?"),
        ("gain.mira", "gain.mira: no party of the name 'mira'; did you mean 'mia'?"),
        ("gains.mia", f"gains.mia: a measure is written {FORMS}"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(word: str, line: str) -> None:
    with pytest.raises(ValueError, match=re.escape(line)):
        asked(load("two_issues").negotiation, word)


# Intervals


def test_an_interval_of_a_mean_is_students() -> None:
    drawn = np.array([1.0, 4.0, 2.0, 9.0])
    low, high = stats.t.interval(0.95, 3, drawn.mean(), stats.sem(drawn))
    known = of_mean(4, drawn.sum(), np.square(drawn).sum())
    assert known == pytest.approx({"estimate": 4.0, "low": low, "high": high})


def test_no_difference_seen_is_not_none_for_certain() -> None:
    known = of_paired_share(100, 0, 0)
    assert known["estimate"] == 0 and known["low"] == pytest.approx(-known["high"]) and known["high"] > 0.01


def test_a_paired_interval_holds_the_difference_as_often_as_it_says() -> None:
    lots = np.random.default_rng(4).multinomial(80, [0.2, 0.08, 0.72], size=4000)
    held = [known["low"] <= 0.12 <= known["high"] for known in (of_paired_share(80, int(up), int(down)) for up, down, _ in lots)]
    assert 0.94 < np.mean(held) < 0.97
