"""Levers: planted smallest changes are found, in toy chances and in small scenarios; what is said of them is so."""

import json
import math
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bad_input import SOUND
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import sim
from sim.case.chance import Chance
from sim.case.faults import BadInput
from sim.case.laws import Law
from sim.case.levers import Lever, Slide, Switch, default_levers, readied, shifted
from sim.case.numbers import QuantityUse, parse_number
from sim.case.reading import Draft, draft
from sim.cli import app
from sim.outcomes import lever_words
from sim.outcomes.sheet import wide
from sim.outcomes.summary import share
from sim.outcomes.trade_off import trade_off
from sim.studies import levers as study
from sim.studies import search as searching
from sim.studies.blocks import Study
from sim.studies.findings import by_construction
from sim.studies.ledger import FOLDER
from sim.studies.levers import Inquiry, Levers, inquiry, look, usual_target, varied
from sim.studies.runs import Effort, load, run
from sim.studies.search import MOST_COMBINATIONS, NOTHING, Change, levers_in, others, search
from sim.talks.negotiation import Negotiation


@pytest.fixture(autouse=True)
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer levels to try."""
    monkeypatch.setattr(searching, "STEPS", ((1, 16), (2, 8), (3, 4)))


# The search, on chances that are written down


def slide(low: float = 0, high: float = 10, rate: float = 1, stands: float = 0, path: str = "x") -> Slide:
    """A lever that may be moved."""
    return Slide(path, stands, stands, low, high, rate, 1)


def found(levers: Sequence[Slide | Switch], chance: Callable[..., float], target: float = 0.5) -> tuple[Any, list[Change]]:
    """What was tried, and what was good enough, by a chance that hangs on where each lever stands."""

    def chances(changes: Sequence[Change]) -> list[float]:
        return [chance(*(dict(change).get(n, lever.stands) for n, lever in enumerate(levers))) for change in changes]

    tried, _ = search(levers, chances, target)
    return tried, tried.good()


def test_one_lever_is_moved_just_as_far_as_it_must_be() -> None:
    tried, good = found([slide()], lambda x: x / 10)
    assert good[0] == ((0, 5.0),) and tried.cost(good[0]) == 5


def test_a_step_is_halved_until_the_least_move_is_found() -> None:
    _, good = found([slide()], lambda x: float(x >= 6.2))
    assert good[0] == ((0, 6.2),)


def test_a_pair_is_found_of_which_neither_does_it_alone() -> None:
    _, good = found([slide(), slide(rate=2), slide()], lambda x, y, z: float(x >= 4 and y >= 7))
    assert levers_in(good[0]) == {0, 1}
    assert dict(good[0]) == {0: pytest.approx(4, abs=0.1), 1: pytest.approx(7, abs=0.1)}


def test_a_pair_that_does_nothing_one_without_the_other_is_found_among_many_levers() -> None:
    levers = [slide() for _ in range(12)]
    tried, good = found(levers, lambda *at: float(at[3] >= 5 and at[8] >= 5) + 0.01 * (at[5] > 0))
    assert math.prod(len(lever.levels(4)) + 1 for lever in levers) > MOST_COMBINATIONS
    assert levers_in(good[0]) == {3, 8} and tried.cost(good[0]) == pytest.approx(10, abs=0.2)


def test_gains_that_add_up_are_put_together_the_cheapest_first_among_many_levers() -> None:
    rates = [1, 4, 2, 8, 3, 9, 7, 5, 6, 10]
    levers = [slide(rate=rate) for rate in rates]
    tried, good = found(levers, lambda *at: sum(at) / 40)  # 20 units are needed: ten at 1 and ten at 2
    assert dict(good[0]) == {0: 10, 2: 10} and tried.cost(good[0]) == 30


def test_a_lever_that_works_in_the_middle_of_its_range_alone_is_found() -> None:
    _, good = found([slide(), slide(rate=0.1)], lambda x, y: float(4 <= x <= 5))
    assert good[0] == ((0, 4.0),)


def test_a_cheaper_lever_that_falls_short_is_not_taken() -> None:
    tried, good = found([slide(rate=3), slide(rate=0.1)], lambda x, y: max(x / 10, 0.4 * y / 10))
    assert dict(good[0]) == {0: 5.0} and tried.cost(good[0]) == 15


def test_where_nothing_in_range_does_it_nothing_is_good() -> None:
    tried, good = found([slide(), slide()], lambda x, y: (x + y) / 50)
    assert not good and tried.seen[max(tried.seen, key=tried.seen.__getitem__)] == 0.4


def test_where_nothing_need_change_nothing_is_put_together() -> None:
    tried, good = found([slide(), slide()], lambda x, y: 0.7)
    assert good[0] == NOTHING and max(map(len, tried.seen)) == 1


def test_what_cannot_be_made_together_is_never_good_nor_on_the_curve() -> None:
    tried, good = found([slide(), slide()], lambda x, y: math.nan if x and y else (x + y) / 10)
    assert good and all(len(change) == 1 for change in good)
    assert all(tried.seen[change] >= 0 for change in tried.curve())


def test_words_stand_in_for_words() -> None:
    switch = Switch("talks.order", "fixed", {"rotating": 3.0, "random": 1.0})
    _, good = found([switch, slide()], lambda order, x: float(order == "rotating"))
    assert good[0] == ((0, "rotating"),)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 12)), min_size=1, max_size=3), st.integers(1, 30))
@settings(max_examples=60, deadline=None)
def test_of_all_combinations_of_levels_none_good_is_cheaper(rows: list[tuple[int, int]], needed: int) -> None:
    levers = [slide(rate=rate) for rate, _ in rows]

    def chance(*at: float) -> float:
        return float(sum(power * x for (_, power), x in zip(rows, at, strict=True)) >= needed)

    tried, good = found(levers, chance)
    steps = {1: 16, 2: 8, 3: 4}[len(levers)]
    grid = [[0.0, *map(float, lever.levels(steps))] for lever in levers]
    costs = [sum(rate * x for (rate, _), x in zip(rows, at, strict=True)) for at in product(*grid) if chance(*at)]
    assert bool(good) == bool(costs)
    assert not costs or tried.cost(good[0]) <= min(costs) + 1e-9


@given(st.lists(st.lists(st.sampled_from("abcd"), unique=True, max_size=4), max_size=8))
def test_ways_are_not_within_one_another(rows: list[list[str]]) -> None:
    ways = others([tuple((ord(letter), 1.0) for letter in sorted(row)) for row in rows], 5)
    assert all(not levers_in(one) <= levers_in(two) for n, one in enumerate(ways) for two in ways[n + 1 :])


# Moving numbers


@pytest.mark.parametrize(
    ("written", "moved"),
    [
        (30, 37),
        ({"uniform": [0, 20]}, {"uniform": [7, 27]}),
        ({"triangular": [10, 20, 40]}, {"triangular": [17, 27, 47]}),
        ({"normal": [10, 2]}, {"normal": [17, 2]}),
        ({"truncated_normal": [10, 2, 5, 15]}, {"truncated_normal": [17, 2, 12, 22]}),
        ({"beta": [2, 3]}, {"beta": [2, 3, 7, 8]}),
        ({"beta": [2, 3, 10, 20]}, {"beta": [2, 3, 17, 27]}),
        ({"choice": {10: 0.25, 20: 0.75}}, {"choice": {17: 0.25, 27: 0.75}}),
        ({"quantity": "war", "times": -5, "plus": 1}, {"quantity": "war", "times": -5, "plus": 8}),
    ],
)
def test_a_law_is_moved_as_a_whole(written: Any, moved: Any) -> None:
    number = parse_number(written)
    assert shifted(number, 7) == parse_number(moved)
    if isinstance(number, Law):
        at = np.linspace(0.05, 0.95, 7)
        assert shifted(number, 7).quantile(at) == pytest.approx(number.quantile(at) + 7)


@pytest.mark.parametrize("written", [30.0, {"uniform": [0, 20]}, {"choice": {10: 0.25, 20: 0.75}}, {"beta": [2, 3, 0, 50]}])
def test_a_change_reads_back_as_the_moved_number(written: Any) -> None:
    from sim.case.yaml import parse_value

    number = parse_number(written)
    stands = number.centre if isinstance(number, Law) else number
    lever = Slide("x.y", number, stands, stands, stands + 20, 1.0, 1)
    path, _, text = lever.change(stands + 6).partition("=")
    value, faults = parse_value(text)
    assert path == "x.y" and not faults and parse_number(value) == shifted(number, 6)


def test_a_quantity_moves_by_its_plus() -> None:
    assert shifted(QuantityUse("war", 2.0, 1.0), -3) == QuantityUse("war", 2.0, -2.0)


def test_levels_keep_to_the_range_and_leave_out_where_it_stands() -> None:
    assert slide(-20, 0).levels(4) == [-5, -10, -15, -20]
    assert slide(60, 85, stands=50).levels(4) == [60, 66.2, 72.5, 78.8, 85]
    assert slide(60, 85, stands=50).between(60.0, 50.0) is None, "half-way back lies outside"
    whole = Slide("talks.rounds", 24.0, 24.0, 20, 30, 1.0, 0)
    assert whole.levels(4) == [25, 22, 20, 28, 30] and whole.between(24.0, 25.0) is None
    assert whole.change(28.0) == "talks.rounds=28"


# Small scenarios with a smallest change planted in them


def pie(anna: Any = 55, ben: Any = 55, talks: Any = None, **more: Any) -> dict[str, Any]:
    """Two share 100; they agree, in every replicate, if what no deal is worth to them is together at most 100."""
    parties = {
        name: {
            "weights": {"share": 1},
            "values": {"share": slope},
            "no_deal": no_deal,
            "strategy": {"aspiration": {"firmness": 1}},
        }
        for name, slope, no_deal in (("anna", "rising", anna), ("ben", "falling", ben))
    }
    issue = {"question": "How much for Anna?", "options": {"ladder": {"from": 0, "to": 100, "step": 5}}}
    return {"title": "A pie", "issues": {"share": issue}, "parties": parties, "talks": {"rounds": 10, **(talks or {})}, **more}


def asked_of(tree: dict[str, Any], levers: dict[str, Any], want: str = "ending=agreed", target: float | None = 0.5) -> Inquiry:
    """What is asked of a scenario that no file holds."""
    written = Draft("a pie", tree | {"levers": levers})
    base = Study(written.checked(Negotiation))
    ready = tuple(readied(base.negotiation, path, lever) for path, lever in base.negotiation.levers.items())
    return Inquiry(written, base, want, ready, target)


def looked(tree: dict[str, Any], levers: dict[str, Any], want: str = "ending=agreed", target: float | None = 0.5) -> Any:
    """What is found."""
    return look(asked_of(tree, levers, want, target), 1, Effort(16)).summary


ANNA, BEN = "parties.anna.no_deal", "parties.ben.no_deal"


def test_a_single_planted_change_is_found() -> None:
    record = looked(pie(), {ANNA: {"to": [35, 55], "cost": 1}, "talks.rounds": {"options": [10, 20], "cost": {20: 1}}})
    best = record["best"]
    assert best["set"] == ["parties.anna.no_deal=45"] and best["cost"] == 10
    assert best["chance"]["share"] == 1 and best["verdict"] == "reached"
    assert best["moves"][0]["by_construction"]
    assert [lever["changes_nothing"] for lever in record["levers"]] == [False, True]


def test_a_planted_pair_is_found_of_which_neither_does_it_alone() -> None:
    record = looked(pie(), {ANNA: {"to": [50, 55], "cost": 1}, BEN: {"to": [47, 55], "cost": 3}})
    assert record["best"]["set"] == ["parties.anna.no_deal=50", "parties.ben.no_deal=50"]
    assert record["best"]["cost"] == 5 + 15
    assert all(lever["changes_nothing"] for lever in record["levers"]), "alone neither changes a replicate"


def test_a_planted_change_in_the_middle_of_a_range_is_found() -> None:
    agreed = {low: run(Study(Draft("", pie(low, 20)).checked(Negotiation)), 1).columns for low in range(0, 85, 5)}
    middle = [low for low, columns in agreed.items() if columns is not None and columns["option.share"][0] == 10]
    assert middle and middle[0] > 0 and middle[-1] < 80, "else this would say nothing"
    record = looked(pie(80, 20), {ANNA: {"to": [0, 80], "cost": 1}, BEN: {"to": [18, 20], "cost": 1}}, "share=50")
    stands = float(record["best"]["moves"][0]["to"])
    assert record["best"]["chance"]["share"] == 1 and 0 < stands < 80
    assert looked(pie(80, 20), {ANNA: {"to": [0, 5], "cost": 1}}, "share=50")["best"] is None, "further down it is lost again"


def test_a_cheaper_decoy_that_falls_short_is_not_taken() -> None:
    record = looked(pie(), {ANNA: {"to": [35, 55], "cost": 5}, BEN: {"to": [46, 55], "cost": 0.1}})
    cheapest = record["best"]
    assert [float(move["to"]) for move in cheapest["moves"]] == pytest.approx([50, 50], abs=0.1), "a share of 50, or none"
    assert cheapest["cost"] == pytest.approx(25.5, abs=0.1)
    alone = looked(pie(), {ANNA: {"to": [35, 45], "cost": 5}, "talks.rounds": {"to": [11, 90], "cost": 0.1}})
    assert alone["best"]["set"] == ["parties.anna.no_deal=45"]


def test_where_nothing_in_range_does_it_that_is_said() -> None:
    record = looked(pie(), {ANNA: {"to": [52, 55], "cost": 1}, BEN: {"to": [50, 55], "cost": 1}})
    assert record["best"] is None and record["surest"] is None and not record["runners_up"]
    assert "Nothing found in these ranges" in lever_words.answer(record)
    assert record["likeliest"]["chance"]["share"] == 0


def test_where_nothing_need_change_that_is_said() -> None:
    record = looked(pie(40, 40), {ANNA: {"to": [20, 40], "cost": 1}})
    assert record["best"]["set"] == [] and "Nothing need change" in lever_words.answer(record)


def test_runners_up_use_other_levers() -> None:
    tree = pie({"uniform": [50, 60]}, {"uniform": [50, 60]})
    record = looked(tree, {ANNA: {"to": [35, 55], "cost": 1}, BEN: {"to": [35, 55], "cost": 1.7}}, target=0.9)
    ways = [{move["path"] for move in one["moves"]} for one in (record["best"], *record["runners_up"])]
    assert {ANNA} in ways and {BEN} in ways
    assert all(not one <= two for n, one in enumerate(ways) for two in ways[n + 1 :])


def test_the_target_is_twice_the_chance_as_written_within_bounds() -> None:
    assert [usual_target(chance) for chance in (0.0, 0.02, 0.2033, 0.4, 0.7, 1.0)] == [0.1, 0.1, 0.41, 0.8, 0.9, 0.9]
    record = looked(pie(), {ANNA: {"to": [35, 55], "cost": 1}}, target=None)
    assert record["target"] == 0.1 and not record["target_given"]


@cache
def doubtful(n: int = 128) -> Levers:
    """A search where chance has a say."""
    tree = pie({"uniform": [30, 80]}, {"uniform": [30, 80]})
    levers = {ANNA: {"to": [30, 55], "cost": 1}, BEN: {"to": [30, 55], "cost": 1}}
    return look(asked_of(tree, levers, target=0.6), 1, Effort(n))


def test_what_is_reported_was_played_on_fresh_luck_and_can_be_played_again() -> None:
    found = doubtful()
    record = found.summary
    for told in (record["best"], record["as_written"], *record["curve"]):
        tree = found.inquiry.written.changed(told["set"])
        base = found.inquiry.base.negotiation
        again = run(Study(tree.checked(Negotiation), base), record["replicates"], seed=record["fresh_seed"])
        assert again.columns is not None
        agreed = int((again.columns["ending"] == 0).sum())
        assert told["chance"] == share(agreed, record["replicates"])
    assert record["fresh_seed"] != record["seed"] and record["replicates"] > record["searched_replicates"]


def test_the_verdict_hangs_on_the_interval() -> None:
    found = doubtful()
    for told in (*found.summary["curve"], *found.summary["runners_up"]):
        low, high, target = told["chance"]["low"], told["chance"]["high"], found.summary["target"]
        word = "reached" if low >= target else "short" if high < target else told["verdict"]
        assert told["verdict"] == word
        assert told["verdict"].startswith("reached") == (told["chance"]["share"] >= target)
    best, surest = found.summary["best"], found.summary["surest"]
    assert surest["verdict"] == "reached" and surest["cost"] >= best["cost"]


def test_the_curve_rises_and_holds_the_best() -> None:
    record = doubtful().summary
    costs, shares = ([one[key] for one in record["curve"]] for key in ("cost", "chance"))
    assert costs == sorted(costs) and costs[0] == 0
    assert record["best"]["set"] in [one["set"] for one in record["curve"]]
    rising = [one["share"] for one, told in zip(shares, record["curve"], strict=True) if told["set"] != record["best"]["set"]]
    assert rising == sorted(rising)


def test_nobody_signs_less_with_no_deal_worth_less() -> None:
    found = doubtful()
    alone = {lever["path"]: lever["best"] for lever in found.summary["levers"]}
    assert alone[ANNA]["goes"] == alone[BEN]["goes"] == 0 and alone[ANNA]["comes"] > 0


def test_what_works_by_construction_is_flagged_and_nothing_else() -> None:
    down, up = slide(-10, 10, path="parties.a.no_deal.plus"), slide(-10, 10, path="parties.a.values.b.c")
    assert by_construction(down, -5.0) and not by_construction(down, 5.0) and not by_construction(up, -5.0)
    assert not by_construction(Switch("parties.a.no_deal", "1", {"0": 1.0}), "0")


def test_a_table_has_a_row_for_each_change_tried() -> None:
    found = doubtful(32)
    frame = found.to_frame()
    assert len(frame) == found.summary["tried"] == len(found.tried.seen)
    assert frame["cost"].iloc[0] == 0 and list(frame.columns[-2:]) == [ANNA, BEN]
    assert frame["chance"].notna().sum() == len(found.confirmed.chances)


# No-deal values and menus stay


def test_plus_moves_no_deal_as_drawn_whatever_else_is_changed() -> None:
    chance = Chance(1, 0, 100)
    base = load("berlin").play(chance).stakes.no_deal[0, 0]
    changes = ["parties.ukraine.no_deal.plus=-10", "parties.ukraine.values.line.unilateral=40"]
    moved = load("berlin", changes).play(chance).stakes
    assert moved.no_deal[0, 0] == pytest.approx(base - 0.1, abs=2e-10)
    anew = Study(load("berlin", changes).negotiation).play(chance).stakes.no_deal[0, 0]
    assert np.abs(anew - (base - 0.1)).max() > 0.01, "else this would say nothing"


def test_a_menu_stays_as_it_is_without_the_changes() -> None:
    tree = draft("two_issues").changed(["talks.menu=10"]).tree
    question = asked_of(tree, {"parties.mia.weights.holidays": {"to": [0, 70], "cost": 1}})
    changed = varied(question, ["parties.mia.weights.holidays=0"])
    assert not changed.deals.complete and (changed.deals.rows == question.base.deals.rows).all()
    own = Study(changed.negotiation).deals.rows
    assert own.shape != changed.deals.rows.shape or (own != changed.deals.rows).any(), "else this would say nothing"


# Levers that nobody wrote


def test_plain_levers_reach_down_for_no_deal_and_up_for_values_and_keep_within_bounds() -> None:
    negotiation = load("berlin").negotiation
    levers = default_levers(negotiation)
    assert levers["parties.russia.no_deal.plus"].to == (-20, 0)
    assert levers["parties.ukraine.values.guarantees.congress"].to == (80, 90), "the law goes up to 90 already"
    assert "parties.ukraine.values.guarantees.force" not in levers, "it is the best already"
    assert not any("red_lines" in path or "sign" in path for path in levers)
    assert all(lever.cost == 1 for lever in levers.values())


@pytest.mark.parametrize("name", ["berlin_talks", "pie", "sale"])
def test_plain_levers_make_sound_scenarios_wherever_they_stand(name: str) -> None:
    question = inquiry(name, "ending=agreed")
    whole = [lever.change(max(lever.levels(1), key=lever.cost)) for lever in question.levers]
    assert question.default and question.levers
    varied(question, whole)
    for lever in question.levers:
        assert lever.cost(lever.stands if isinstance(lever, Slide) else "") == 0


# The command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def parley(*words: str, status: int = 0) -> Any:
    """What a command says."""
    result = CliRunner().invoke(app, ["levers", *words], prog_name="parley")
    assert result.exit_code == status, (result.stdout, result.stderr, result.exception)
    return result


LEVERS = """\
levers:
  parties.ben.no_deal.plus: {to: [-30, -10], cost: 2, because: "assumed: a test"}
  talks.rounds: {options: [5, 8], cost: {8: 1}}
"""


def test_the_command_prints_what_was_found(folder: Path) -> None:
    told = parley("sale", "--target", "0.6", "-n", "64").stdout
    for words in ("smallest change found in these ranges", "Play it: parley run sale", "Each lever alone", "not a forecast"):
        assert words.lower() in told.lower()
    assert "no levers of its own" in " ".join(told.split())
    (line,) = [line for line in told.splitlines() if line.startswith("Play it: ")]
    assert "--seed 2" in line and "--set" in line


def test_where_nothing_in_range_does_the_likeliest_is_told_with_what_it_changes_and_how_far_it_falls_short(folder: Path) -> None:
    (folder / "few.yaml").write_text("levers: {parties.ben.no_deal.plus: {to: [-30, -10], cost: 2}}\n")
    told = " ".join(parley("sale", "--levers", "few.yaml", "--target", "1", "-n", "64").stdout.split())
    assert re.search(
        r"Nothing found in these ranges brings “Agreement” to 100\.0 %\. The likeliest found costs [\d.]+: Ben: no-deal value "
        r"shift 0 → −[\d.]+\. It brings it to \d\d\.\d % \(\S+ %\), and falls short beyond sampling doubt\.",
        told,
    ), told[:500]


def test_the_doubt_about_assumptions_is_printed_beside_that_of_sampling(folder: Path) -> None:
    (folder / "x.yaml").write_text(SOUND + LEVERS)
    told = parley("x.yaml", "-n", "16", "--target", "0.2").stdout
    assert "So changed" in told and "assumptions: 90 %, interior values moved by up to 10 points" in told


def test_json_and_results_agree_and_files_are_whole(folder: Path) -> None:
    record = json.loads(parley("sale", "--target", "0.6", "-n", "64", "--json", "-o", "out").stdout)
    assert json.loads(Path("out/summary.json").read_text()) == record
    assert Path("out/figures/trade_off.png").stat().st_size > 10_000
    assert len(Path("out/candidates.csv").read_text().splitlines()) == record["tried"] + 1
    assert json.loads(Path("out/manifest.json").read_text())["want"] == "ending=agreed"
    assert not list(Path("out").rglob(".*.part")) and not Path("out", FOLDER).exists()


def test_a_search_that_was_stopped_goes_on_and_ends_with_the_same_bytes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("sale", "--target", "0.6", "-n", "32", "-q", "-j", "1", "-o")
    played: list[Any] = []
    play, last = study.Trying.__call__, [-1]

    def stopping(self: study.Trying, piece: Any) -> Any:
        if len(played) == last[0]:
            raise KeyboardInterrupt
        played.append(piece)
        return play(self, piece)

    monkeypatch.setattr(study.Trying, "__call__", stopping)
    parley(*words, "never")
    whole, last[0] = len(played), len(played) + 40
    assert "the same command goes on from there" in parley(*words, "stopped", status=130).stderr
    assert not Path("stopped/summary.json").exists()
    last[0] = -1
    parley(*words, "stopped")
    assert len(played) < 2 * whole + 40, "what was kept is not played again; a task that was under way is"
    for name in ("summary.json", "candidates.csv", "manifest.json", "figures/trade_off.png"):
        assert Path("stopped", name).read_bytes() == Path("never", name).read_bytes()


def test_workers_change_no_byte(folder: Path) -> None:
    for jobs in ("1", "2"):
        parley("sale", "--target", "0.6", "-n", "16", "-q", "-j", jobs, "-o", jobs)
    for name in ("summary.json", "candidates.csv", "figures/trade_off.png"):
        assert Path("1", name).read_bytes() == Path("2", name).read_bytes()


def test_levers_may_stand_in_a_file_of_their_own(folder: Path) -> None:
    Path("x.yaml").write_text(SOUND)
    Path("mine.yaml").write_text(LEVERS)
    record = json.loads(parley("x.yaml", "--levers", "mine.yaml", "-n", "64", "--json", "--target", "0.9").stdout)
    assert [lever["path"] for lever in record["levers"]] == ["parties.ben.no_deal.plus", "talks.rounds"]
    assert record["levers"][0]["because"] == "assumed: a test" and not record["default_levers"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("parties.ben.no_deal.plus:", "parties.ben.no_dal.plus:", "2:3: levers.parties.ben.no_dal.plus: nothing stands at "
         "parties.ben.no_dal.plus; did you mean 'no_deal' for 'no_dal'?"),
        ("[-30, -10]", "[-10, -30]", "2:30: levers.parties.ben.no_deal.plus.to: the first number must be below the second, and "
         "-10 is not below -30"),
        ("[-30, -10]", "[-30]", "2:30: levers.parties.ben.no_deal.plus.to: the lowest and the highest number are needed here, as "
         "in [-20, 0]"),
        ("[-30, -10]", "[-130, -10]", "2:3: parties.ben.no_deal.plus: a number from -100 to 100 is needed here, not -130"),
        ("cost: 2", "cost: -2", "2:46: levers.parties.ben.no_deal.plus.cost: a cost is never below 0; this one is -2"),
        ("cost: 2", "cots: 2", "2:46: levers.parties.ben.no_deal.plus.cots: no key of that name belongs here; did you mean "
         "'cost'?"),
        ("cost: 2", "cost: {1: 2}", "2:46: levers.parties.ben.no_deal.plus.cost: over a range one number is needed here, the "
         "cost of each unit moved"),
        ("options: [5, 8], ", "", "3:3: levers.talks.rounds: a lever has either `to`, a range, or `options`"),
        ("{8: 1}", "1", "3:35: levers.talks.rounds.cost: a cost for each option is needed here, as in {36: 5, 48: 10}"),
        ("{8: 1}", "{9: 1}", "3:42: levers.talks.rounds.cost.9: no option of that name; did you mean '8'?"),
        ("{8: 1}", "{}", "3:35: levers.talks.rounds.cost: no cost for the option '8'"),
        ("{8: 1}", "{5: 1, 8: 1}", "3:42: levers.talks.rounds.cost.5: this stands there already, and costs nothing"),
        ("[5, 8]", "[5]", "3:18: levers.talks.rounds.options: nothing is named but what stands there"),
        ("[5, 8], cost: {8: 1}", "[many], cost: {many: 1}", "3:3: talks.rounds: a whole number is needed here, not 'many'"),
        ("talks.rounds: {options: [5, 8], cost: {8: 1}}", "title: {to: [1, 2], cost: 1}", "3:11: levers.title.to: no number "
         "stands there that could be moved; write `options`"),
    ],
)  # fmt: skip
def test_a_fault_of_a_lever_is_told_with_its_place(old: str, new: str, told: str, folder: Path) -> None:
    Path("x.yaml").write_text(SOUND)
    assert LEVERS.count(old) == 1
    Path("mine.yaml").write_text(LEVERS.replace(old, new))
    result = parley("x.yaml", "--levers", "mine.yaml", status=2)
    assert f"mine.yaml:{told}" in result.stderr.splitlines() and result.stdout == ""


def test_what_was_found_can_be_played_as_printed_where_levers_are_the_scenarios_own(folder: Path) -> None:
    Path("x.yaml").write_text(
        SOUND + LEVERS.replace("parties.ben.no_deal.plus: {to: [-30, -10]", "parties.anna.discount: {to: [0, 1]")
    )
    told = parley("x.yaml", "-n", "16", "--target", "0.99").stdout
    assert CliRunner().invoke(app, ["run", "x.yaml", "-n", "9", "-q", "--set", "talks.rounds=8"]).exit_code == 0
    assert "Alone these change no replicate" in told or "Each lever alone" in told


def test_faults_of_levers_in_the_scenario_are_told_with_those_of_the_rest(folder: Path) -> None:
    Path("x.yaml").write_text(SOUND + LEVERS.replace("plus", "plsu").replace("talks.rounds", "talks.round"))
    lines = parley("x.yaml", status=2).stderr.splitlines()
    assert len(lines) == 2 and all(line.startswith("x.yaml:") for line in lines)
    assert CliRunner().invoke(app, ["check", "x.yaml"]).stderr.splitlines() == lines


def test_bad_wants_and_files_are_told_in_a_line(folder: Path) -> None:
    Path("bad.yaml").write_text("title: x\n")
    Path("empty.yaml").write_text("levers: {}\n")
    for words, told in (
        (("--want", "ending=agred"), "--want ending=agred: no ending of the name 'agred'; did you mean 'agreed'?"),
        (("--want", "round"), "--want round: what is wanted comes about or not; write ending=ENDING or ISSUE=OPTION"),
        (("--levers", "bad.yaml"), "bad.yaml: one key is needed here, levers, with a section for each"),
        (("--levers", "empty.yaml"), "empty.yaml: one key is needed here, levers, with a section for each"),
        (("--levers", "none.yaml"), "none.yaml: cannot be read: No such file or directory"),
    ):
        assert parley("sale", *words, status=2).stderr.splitlines() == [told]


def test_another_question_is_not_mixed_into_an_unfinished_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(self: study.Trying, piece: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(study.Trying, "__call__", stopped)
    parley("sale", "-n", "16", "-q", "-o", "out", status=130)
    lines = parley("sale", "-n", "16", "-q", "-o", "out", "--want", "price=50", status=2).stderr.splitlines()
    assert len(lines) == 1 and "differs in want" in lines[0]


def test_three_lines_of_python_do_the_same() -> None:
    found = sim.levers("sale", target=0.6, replicates=32)
    assert found.summary["best"] is not None
    assert list(found.to_frame().columns[:2]) == ["cost", "chance_in_search"]
    assert found.plot().axes
    with pytest.raises(BadInput, match="no party"):
        sim.levers("sale", "utility.nobody")


# The figure


def test_the_figure_keeps_its_words_on_the_sheet() -> None:
    long = {"moves": [{"text": "A very long name: value of something " * 2, "from": "0", "to": "-20"}] * 9}
    record = doubtful(64).summary
    record = record | {"curve": [one | long for one in record["curve"]], "title": "A title " * 40}
    figure = trade_off(record)
    width = figure.get_figwidth()
    for text in figure.texts:
        assert text.get_position()[0] * width <= width
        if text.get_ha() == "left":
            assert text.get_position()[0] * width + wide(text.get_text(), text.get_fontsize(), text.get_weight()) <= width - 0.2


def test_a_figure_can_be_drawn_where_nothing_was_found() -> None:
    record = looked(pie(), {ANNA: {"to": [52, 55], "cost": 1}})
    assert any("Nothing found" in text.get_text() for text in trade_off(record).texts)


def test_a_lever_goes_with_one_kind_of_cost() -> None:
    assert Lever.model_validate({"to": [0, 1], "cost": 2}).cost == 2
    assert Lever.model_validate({"options": [1, "x"], "cost": {1: 2, "x": 0}}).options == ["1", "x"]


def test_help_shows_an_example() -> None:
    told = subprocess.run([sys.executable, "-m", "sim", "levers", "--help"], capture_output=True, text=True, check=True)
    assert "Example: parley levers" in told.stdout


def test_where_no_change_helps_that_is_said() -> None:
    record = looked(pie(), {ANNA: {"to": [52, 55], "cost": 1}})
    assert record["best"] is None and not record["likeliest"]["moves"]
    assert "No change makes it likelier than it is as written: 0.0" in lever_words.answer(record)


def test_one_replicate_is_told_as_one() -> None:
    assert [lever_words.times(n) for n in (1, 2, 4096)] == ["1 replicate", "2 replicates", "4,096 replicates"]
    told = parley("sale", "-n", "1").stdout
    assert "each in 1 replicate on" in " ".join(told.split()) and "the 1 replicate of the search" in " ".join(told.split())


def test_where_a_law_stands_is_told_a_place_finer_than_it_is_moved() -> None:
    scenario = draft("berlin").checked(Negotiation)
    path = "parties.ukraine.values.line.recognised"
    lever = readied(scenario, path, default_levers(scenario)[path])
    assert isinstance(lever, Slide) and round(lever.stands, 2) != round(lever.stands, 6)
    assert lever.said(lever.stands) == f"{lever.stands:.2f}" and lever.said(30.5) == "30.5"


def test_moves_are_written_with_a_true_minus() -> None:
    told = lever_words.moves({"moves": [{"text": "x", "from": "0", "to": "-2"}]})
    assert told == "x 0 → −2"
    assert lever_words.moves({"moves": []}) == "nothing changed"
