"""Scenarios compared with the same luck: closed forms, coverage, and what a comparison must say, replicate by replicate."""

import json
import shlex
from functools import cache
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text
from scipy.stats import binomtest, multinomial, ttest_rel
from test_plots import faults
from typer.testing import CliRunner

import sim
from sim.case.chance import Chance
from sim.case.faults import BadInput, Unfinished
from sim.case.reading import shipped
from sim.cli import app
from sim.outcomes import contrast_tables
from sim.outcomes.contrast import otherwise
from sim.outcomes.moves import moves, save_moves
from sim.outcomes.paired import differences, holm, mean_difference, moments, share_difference, widest
from sim.outcomes.summary import Record
from sim.studies import compare, effort
from sim.studies.compare import compare_to, length, scenarios
from sim.studies.compared import Comparison
from sim.studies.doubt import Versions, agreements, assumptions_apart
from sim.studies.pieces import Piece
from sim.studies.runs import Effort, load
from sim.studies.together import Together


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two versions of the scenario, of few replicates, are enough for the doubt about assumptions."""
    monkeypatch.setattr(compare, "VERSIONS", 2)
    monkeypatch.setattr(compare, "BLOCK", 64)


def parley(*words: str, status: int = 0) -> str:
    """Standard output of the command, or standard error where it ends badly."""
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == status, result.output
    return result.stderr if status else result.stdout


def pair(*names: str, variants: list[list[str]] | None = None, replicates: int = 400) -> Record:
    """What is said of the second scenario, or of the variant, against the first."""
    return sim.compare(*names, variants=variants or [], replicates=replicates).summary["comparisons"]["B"]


# Two shares, two means, in closed form


def test_the_interval_of_agresti_and_min_is_the_one_that_others_print() -> None:
    told = share_difference(first=40, other=20, both=0, of=160)  # the example of R's PropCIs, diffpropci.mp
    assert (told["low"], told["high"]) == pytest.approx((-0.21601726, -0.03089632), abs=1e-8)


def test_mcnemars_exact_test_is_the_published_one() -> None:
    told = share_difference(first=32, other=22, both=20, of=50)  # Armitage and Berry (1994), 12 against 2
    assert told["p"] == pytest.approx(0.0129, abs=5e-5)
    assert (told["only_first"], told["only_other"], told["difference"]) == (12, 2, -0.2)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemars_p_is_that_of_a_fair_coin(lost: int, won: int) -> None:
    told = share_difference(lost + 7, won + 7, 7, 200)
    tail = sum(comb(lost + won, k) for k in range(min(lost, won) + 1)) / 2 ** (lost + won)
    assert told["p"] == pytest.approx(min(1.0, 2 * tail), rel=1e-9)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300), st.integers(1, 300))
def test_an_interval_holds_its_difference_and_turns_round_with_the_scenarios(won: int, lost: int, both: int, rest: int) -> None:
    one = share_difference(both + lost, both + won, both, won + lost + both + rest)
    two = share_difference(both + won, both + lost, both, won + lost + both + rest)
    assert -1 <= one["low"] <= one["difference"] <= one["high"] <= 1
    assert (two["low"], two["high"], two["difference"]) == pytest.approx((-one["high"], -one["low"], -one["difference"]))
    assert two["p"] == one["p"]


@pytest.mark.parametrize("of", [30, 100])
@pytest.mark.parametrize("cells", [(0.02, 0.02), (0.1, 0.1), (0.3, 0.05), (0.01, 0.2), (0.4, 0.35), (0.05, 0.0)])
def test_the_interval_covers_the_true_difference_in_some_95_of_100_samples(of: int, cells: tuple[float, float]) -> None:
    lost, won = cells
    every = [(b, c) for b in range(of + 1) for c in range(of + 1 - b)]
    chances = multinomial.pmf([(b, c, of - b - c) for b, c in every], of, [lost, won, 1 - lost - won])
    told = [share_difference(b, c, 0, of) for b, c in every]
    covered = sum(p for p, one in zip(chances, told, strict=True) if one["low"] <= won - lost <= one["high"])
    assert chances.sum() == pytest.approx(1) and covered >= 0.94


def test_means_differ_as_the_paired_t_says() -> None:
    luck = np.random.default_rng(1)
    one = luck.normal(50, 10, 40)
    other = one + luck.normal(1, 3, 40)
    told, known = mean_difference(moments(one, other)), ttest_rel(other, one)
    assert told["p"] == pytest.approx(known.pvalue, rel=1e-9)
    assert (told["low"], told["high"]) == pytest.approx(tuple(known.confidence_interval(0.95)), rel=1e-9)
    assert (told["first"], told["other"]) == pytest.approx((one.mean(), other.mean()))


def test_a_mean_that_never_differs_is_no_difference_and_one_replicate_has_no_interval() -> None:
    same = mean_difference(moments(np.array([3.0, 5.0]), np.array([3.0, 5.0])))
    assert (same["difference"], same["low"], same["high"], same["p"]) == (0, 0, 0, 1)
    always = mean_difference(moments(np.array([3.0, 5.0]), np.array([4.0, 6.0])))
    assert (always["low"], always["high"], always["p"]) == (1, 1, 0.5), "two throws of a coin fall on one side half the time"
    tenths = mean_difference(moments(np.full(11, 0.3), np.full(11, 0.4)))
    assert tenths["p"] == pytest.approx(binomtest(11, 11).pvalue), "rounding is no spread"
    once = mean_difference(moments(np.array([3.0]), np.array([4.0])))
    assert (once["difference"], once["low"], once["high"], once["p"]) == (1, None, None, 1)


def test_holm_steps_down_as_by_hand() -> None:
    assert holm([0.04, 0.01, 0.03, 0.005]) == pytest.approx([0.06, 0.03, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1, 1] and holm([]) == []


def test_replicates_that_end_otherwise_are_those_off_the_diagonal_of_keys() -> None:
    assert otherwise(np.array([[5, 1], [2, 7]]), ["a", "b"], ["a", "b"]) == 3
    assert otherwise(np.array([[5, 1], [2, 7]]), ["a", "b"], ["b", "c"]) == 13, "only those from b to b stay"


# What a comparison says


def test_a_scenario_does_not_differ_from_itself() -> None:
    comparison = sim.compare("berlin", "berlin", replicates=300)
    told = comparison.summary["comparisons"]["B"]
    every = list(differences(told))
    assert len(every) > 20
    assert all(one["difference"] == 0 and one["p"] == one["p_holm"] == 1 for one in every)
    assert told["otherwise"] == 0 and told["explain"] is None
    assert told["agreement"]["assumptions"]["low"] == told["agreement"]["assumptions"]["high"] == 0
    frame = comparison.to_frame()
    for name in [name.removesuffix(".A") for name in frame if name.endswith(".A")]:
        pd.testing.assert_series_equal(frame[f"{name}.A"], frame[f"{name}.B"], check_names=False)


def test_a_planted_change_is_found_and_all_of_it() -> None:
    told = pair("pie", variants=[["parties.anna.no_deal=80"]], replicates=100)  # with Ben's 30: no price pleases both
    agreement = told["agreement"]
    assert (agreement["first"], agreement["other"], agreement["difference"]) == (1, 0, -1)
    assert agreement["p"] == 2 * 0.5**100 and told["otherwise"] == 1
    assert told["zone_existed"]["difference"] == -1
    (cell,) = told["moves"]
    assert (cell["first"], cell["other"]) == ("agreed", "time_ran_out_without_zone")
    assert (cell["count"], cell["example"]) == (100, 0)
    assert told["explain"] == {"A": "parley explain pie -r 0", "B": "parley explain pie -r 0 --set parties.anna.no_deal=80"}
    assert told["no_deal_kept"] == ["ben"] and told["no_deal_drawn_anew"] == ["anna"]
    assert told["agreement"]["assumptions"] is None, "no value of the pie lies between the best and the worst"


@pytest.fixture
def hurried(tmp_path: Path) -> str:
    """The used bicycle in fewer rounds, in another order."""
    file = tmp_path / "hurried.yaml"
    file.write_text("extends: sale\ntalks: {rounds: 6, order: rotating}\n")
    return str(file)


@pytest.fixture
def doubted(tmp_path: Path) -> str:
    """Two issues, with other weights for Mia."""
    file = tmp_path / "doubted.yaml"
    file.write_text("extends: two_issues\nparties: {mia: {weights: {salary: 60, holidays: 40}}}\n")
    return str(file)


def test_the_order_of_the_scenarios_turns_every_sign(hurried: str) -> None:
    one, two = pair("sale", hurried), pair(hurried, "sale")
    assert one["otherwise"] == two["otherwise"] > 0 and len(one["issues"]["price"]["options"]) > 5
    for forth, back in zip(_by_place(one), _by_place(two), strict=True):
        assert back["difference"] == pytest.approx(-forth["difference"], abs=1e-12)
        assert (back["low"], back["high"]) == pytest.approx((-forth["high"], -forth["low"]), abs=1e-12)
        assert (back["first"], back["other"]) == (forth["other"], forth["first"]) and back["p"] == pytest.approx(forth["p"])


def _by_place(told: Record) -> list[Record]:
    """Differences in an order that does not depend on which scenario is the first."""
    options = [told["issues"][issue]["options"] for issue in sorted(told["issues"])]
    listed = [one[option] for one in options for option in sorted(one)]
    return [told["agreement"], told["round"], *(told["endings"][key] for key in sorted(told["endings"])), *listed]


@cache
def variants_of_the_talks() -> tuple[Comparison, list[str]]:
    """All shipped variants against what they extend, in a few replicates."""
    names = ["berlin_talks", *(name for name, file in shipped().items() if file.parent.name == "variants")]
    return sim.compare(*names, replicates=120), names


def test_every_shipped_variant_can_be_held_against_what_it_extends() -> None:
    comparison, names = variants_of_the_talks()
    summary = comparison.summary
    assert len(names) == 12 and [one["name"] for one in summary["scenarios"].values()] == names
    for told in summary["comparisons"].values():
        assert told["no_deal_kept"] and sum(cell["count"] for cell in told["moves"]) == 120
    refused = summary["comparisons"]["C" if names[2] == "berlin_loan_adopted" else "D"]
    assert refused["no_deal_kept"] == ["ukraine", "russia", "us", "eu"]


def test_counts_are_those_of_the_rows() -> None:
    comparison, names = variants_of_the_talks()
    frame = comparison.to_frame()
    for letter, told in comparison.summary["comparisons"].items():
        agreed = [(frame[f"ending.{one}"] == "agreed").mean() for one in ("A", letter)]
        assert (told["agreement"]["first"], told["agreement"]["other"]) == pytest.approx(agreed)
        assert told["otherwise"] == pytest.approx((frame["ending.A"].astype(str) != frame[f"ending.{letter}"].astype(str)).mean())
        table = pd.crosstab(frame["ending.A"].astype(str), frame[f"ending.{letter}"].astype(str))
        for cell in told["moves"]:
            there = (frame["ending.A"] == cell["first"]) & (frame[f"ending.{letter}"] == cell["other"])
            assert cell["count"] == table.loc[cell["first"], cell["other"]]
            assert cell["example"] == frame["replicate"][there].iloc[0]
        for issue, cross in told["issues"].items():
            ones, others = (frame[f"{issue}.{one}"].astype(object).fillna("no agreement") for one in ("A", letter))
            table = pd.crosstab(ones, others)
            assert {(a, b): count for a, b, count in cross["cells"]} == {
                (a, b): table.loc[a, b] for a in table.index for b in table.columns if table.loc[a, b]
            }
            for option, one in cross["options"].items():
                assert one["only_first"] == ((ones == option) & (others != option)).sum()
                assert one["only_other"] == ((ones != option) & (others == option)).sum()
        for party, record in told["parties"].items():
            known = ttest_rel(frame[f"utility.{party}.{letter}"], frame[f"utility.{party}.A"])
            assert record["utility"]["difference"] == pytest.approx(
                (frame[f"utility.{party}.{letter}"] - frame[f"utility.{party}.A"]).mean(), abs=1e-9
            )
            if record["utility"]["difference"]:
                assert record["utility"]["p"] == pytest.approx(known.pvalue, rel=1e-4, abs=1e-12)
    assert frame["ending.B"].notna().all() and names[0] == "berlin_talks"


def test_no_deal_values_stay_as_drawn_in_the_first() -> None:
    comparison, _ = variants_of_the_talks()
    frame = comparison.to_frame()
    for letter, told in comparison.summary["comparisons"].items():
        for party in told["no_deal_kept"]:
            assert (frame[f"no_deal.{party}.A"] == frame[f"no_deal.{party}.{letter}"]).all()


def test_the_first_scenario_is_played_as_in_a_run_of_its_own() -> None:
    together = sim.compare("sale", "sale", replicates=50).to_frame()
    alone = sim.run("sale", replicates=50).to_frame()
    for name in alone:
        if name != "replicate":
            pd.testing.assert_series_equal(together[f"{name}.A"], alone[name], check_names=False)


@pytest.fixture
def anchored(tmp_path: Path) -> tuple[str, str]:
    """A scenario whose no-deal value hangs on a value, and one in which that value is another."""
    text = """
title: A price
issues: {price: {question: How much?, options: {ladder: {from: 0, to: 100, step: 10}}}}
packages: {low: {price: 20}, high: {price: 60}}
parties:
  anna:
    weights: {price: 1}
    values: {price: {0: 0, 10: 5, 20: 20, 30: 30, 40: 40, 50: 50, 60: 60, 70: 70, 80: 80, 90: 90, 100: 100}}
    no_deal: {refuses: low, signs: high}
  ben: {weights: {price: 1}, values: {price: falling}, no_deal: {uniform: [20, 60]}}
talks: {rounds: 8}
"""
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    one.write_text(text)
    other.write_text(text.replace("20: 20", "20: 45").replace("30: 30, 40: 40, 50: 50", "30: 50, 40: 55, 50: 58"))
    return str(one), str(other)


def test_the_pair_of_commands_tells_what_the_rows_say(anchored: tuple[str, str]) -> None:
    told = pair(*anchored)
    assert told["explain"] and shlex.split(told["explain"]["B"])[-2:] == ["--base", anchored[0]]
    moved = next(cell for cell in told["moves"] if cell["first"] != cell["other"])
    for place, side in (("A", "first"), ("B", "other")):
        record = json.loads(parley(*shlex.split(told["explain"][place])[1:], "--json"))
        assert record["ending"] == moved[side]


def test_without_its_base_the_other_scenario_has_no_deal_values_of_its_own(anchored: tuple[str, str]) -> None:
    one, other = (load(name) for name in anchored)
    held = load(anchored[1], base=one.negotiation)
    drawn = [study.play(Chance(1, 0, 50)).stakes.no_deal[0, 0] for study in (one, other, held)]
    assert (drawn[0] == drawn[2]).all() and (drawn[0] != drawn[1]).any()


def test_scenarios_with_other_issues_draw_their_own_no_deal_values_and_share_no_clauses() -> None:
    told = pair("sale", "two_issues", replicates=60)
    assert told["issues"] == {} and told["parties"] == {}
    assert told["only_in_first"] == {"issues": ["price"], "parties": ["sara", "ben"]}
    assert told["only_in_other"] == {"issues": ["salary", "holidays"], "parties": ["mia", "otto"]}
    assert scenarios(["sale", "two_issues"])[1].study.base is None


def test_every_p_is_adjusted_for_all_of_the_comparison() -> None:
    summary = sim.compare("sale", variants=[["talks.rounds=5"], ["talks.order=rotating"]], replicates=300).summary
    every = list(differences(summary["comparisons"]))
    assert {id(one) for told in summary["comparisons"].values() for one in differences(told)} == set(map(id, every))
    assert [one["p_holm"] for one in every] == pytest.approx(holm([one["p"] for one in every]))
    assert any(one["p"] < one["p_holm"] < 1 for one in every)


# The doubt about assumptions


def test_versions_are_played_as_in_the_doubt_of_a_run() -> None:
    studies = tuple(one.study for one in scenarios(["berlin"], [["talks.rounds=12"]]))
    work = Versions(studies, 1, 3)
    shares = np.array([work(Piece(point, 0, 64)).counts["agreed"] / 64 for point in work.points]).reshape(2, -1)
    for row, study in zip(shares, studies, strict=True):
        assert row == pytest.approx(agreements(study, 1, 3, 64))
    assert len(set(shares[0])) > 1


def test_the_difference_is_moved_by_what_the_versions_differ() -> None:
    first, other = np.array([0.5, 0.6, 0.4]), np.array([0.7, 0.7, 0.7])
    told = assumptions_apart(first, other, 0.25)
    assert (told["low"], told["high"]) == pytest.approx((0.16, 0.34)), "0.15 and 0.35, nine tenths of the way"
    assert told["versions"] == 2


# Effort


def left_in(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def played_to(folder: Path, jobs: int = 1, stop_after: int | None = None) -> None:
    """A comparison to a folder, stopped after so many pieces."""
    told = 0

    def progress(done: int, so_far: str = "") -> None:
        nonlocal told
        told += 1
        if told == stop_after:
            raise KeyboardInterrupt

    compare_to(folder, scenarios(["berlin"], [["talks.rounds=12"]]), 1, Effort(2000, jobs=jobs), progress)


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of one block, so that a few thousand replicates are many."""
    monkeypatch.setattr(compare, "CHUNK", 512)
    monkeypatch.setattr(effort, "CHUNK", 512)


@pytest.mark.usefixtures("small_pieces")
def test_workers_and_stops_change_no_byte(tmp_path: Path) -> None:
    played_to(tmp_path / "whole")
    kept = left_in(tmp_path / "whole")
    assert set(kept) == {"outcomes.parquet", "summary.json", "manifest.json", "figures/moves_A_B.png"}
    played_to(tmp_path / "two", jobs=2)
    assert left_in(tmp_path / "two") == kept
    for stop in (3, 11):  # among the replicates, and among the versions
        folder = tmp_path / f"stopped{stop}"
        with pytest.raises(Unfinished, match="stopped"):
            played_to(folder, stop_after=stop)
        assert not (folder / "summary.json").exists() and (folder / "outcomes.parquet").exists() == (stop > 8)
        played_to(folder)
        assert left_in(folder) == kept


@pytest.mark.usefixtures("small_pieces")
def test_an_unfinished_comparison_is_not_mixed_with_another(tmp_path: Path) -> None:
    with pytest.raises(Unfinished):
        played_to(tmp_path, stop_after=1)
    told = parley("compare", "berlin", "--with", "talks.rounds=13", "-n", "600", "-o", str(tmp_path), status=2)
    assert told.startswith(f"-o {tmp_path}: an unfinished study lies there that differs in against; choose another folder")


def test_block_sizes_change_no_row_and_no_count() -> None:
    studies = tuple(one.study for one in scenarios(["two_issues"], [["talks.rounds=5"]]))
    one, other = (Together(studies, 1, block)(Piece(0, 10, 150)) for block in (512, 32))
    assert one.columns.keys() == other.columns.keys() and "ending.B" in one.columns
    for name, column in one.columns.items():
        assert (column == other.columns[name]).all() or np.isnan(column).any()
    for name, count in one.counts.items():
        assert count == pytest.approx(other.counts[name])


def test_precision_stops_when_every_difference_is_known_so_well() -> None:
    compared = scenarios(["sale"], [["talks.rounds=10"]])
    narrow = compare_to(None, compared, 1, Effort(10**6, precision=0.02), lambda done, so_far="": None)
    wide = compare_to(None, compared, 1, Effort(10**6, precision=0.5), lambda done, so_far="": None)
    assert widest(narrow.summary["comparisons"]) <= 0.02 < widest(wide.summary["comparisons"]) + 0.02
    assert wide.summary["replicates"] == 4096 <= narrow.summary["replicates"] < 10**5


def test_progress_adds_up_to_the_length() -> None:
    compared, told = scenarios(["berlin"], [["talks.rounds=12"], ["talks.rounds=10"]]), []
    compare_to(None, compared, 1, Effort(600), lambda done, so_far="": told.append((done, so_far)))
    assert sum(done for done, _ in told) == length(compared, 600) == 600 + 64 * 3
    assert told[0][1].startswith("agreement ") and " to " in told[0][1]
    assert length(scenarios(["pie", "pie"]), 600) == 600


# The command


def test_the_command_leaves_its_results_and_prints_them(tmp_path: Path) -> None:
    words = ["compare", "two_issues", "--with", "talks.offers=lowest", "-n", "300"]
    told = " ".join(parley(*words, "-o", str(tmp_path)).split())
    for line in (
        "A two_issues (A job with two issues)",
        "B two_issues with talks.offers=lowest (A job with two issues)",
        "Of all replicates A B difference 95 % p, Holm",
        "In A In B share for example",
        "Agreed, of all option A B difference 95 % p, Holm",
        "Mean points, all replicates",
        "parley explain two_issues -r ",
        "the same in both, by construction, for Mia, Otto.",
        "Agresti and Min 2005",
        "not a forecast",
    ):
        assert line in told, line
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary == json.loads(parley(*words, "--json"))
    assert set(json.loads((tmp_path / "manifest.json").read_text())) == {
        *("replicates", "study", "scenario", "scenario_sha256", "base_sha256", "seed", "versions", "against", "figures"),
    }
    rows = pd.read_parquet(tmp_path / "outcomes.parquet")
    assert len(rows) == 300 and {"replicate", "ending.A", "deal.B", "salary.A"} <= set(rows)
    assert parley(*words, "-q") == ""


def test_what_is_the_same_is_said_in_words() -> None:
    told = parley("compare", "sale", "two_issues", "-n", "50")
    for line in ("Only A has, and is not compared: price.", "Only B has, and is not compared: salary, holidays."):
        assert line in told
    for line in ("Parties that only A has: Sara, Ben.", "Parties that only B has: Mia, Otto."):
        assert line in told
    told = parley("compare", "pie", "pie", "-n", "50")
    assert "0.0 % of replicates end otherwise in B than in A." in told and "side by side" not in told
    anew = parley("compare", "pie", "--with", "parties.anna.no_deal=80; parties.ben.no_deal=40", "-n", "50")
    assert "All no-deal values are B's own: Anna, Ben." in anew and "Anna: gain over no deal" in anew


def test_the_doubt_about_assumptions_is_printed_beside_that_of_sampling() -> None:
    told = parley("compare", "berlin", "--with", "talks.rounds=12", "-n", "100")
    assert "assumptions: 90 %, interior values" in told


def test_options_and_moves_beyond_those_shown_are_counted(hurried: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = pair("sale", hurried, replicates=200)
    moved = sum(cell["first"] != cell["other"] for cell in told["moves"])
    monkeypatch.setattr(contrast_tables, "_MOST_MOVES", 0)
    text = parley("compare", "sale", hurried, "-n", "200")
    assert moved and f"{moved} rarer moves" in text
    assert f"{len(told['issues']['price']['options']) - 6} others, that differ less" in text


def test_precision_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["compare", "pie", "pie", "--precision"]
    result = CliRunner().invoke(app, [*words, "0.1"])
    assert "4,096 replicates: every difference between shares is known to within 0.0010" in result.stderr
    result = CliRunner().invoke(app, [*words, "0.0002", "-n", "500"])
    assert "500 replicates: not precise enough: the widest interval is 0.0078" in result.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["pie"], "compare: one scenario alone; name another, or change it by --with PATH=VALUE"),
        (["pie", "--with", " ; "], "--with  ; : nothing is changed; write PATH=VALUE, such as talks.rounds=12"),
        (["pie", "--with", "talks.round=5"], "--with talks.round=5: talks.round: no key of that name belongs here"),
        (["pie", "--with", "talks.rounds"], "--with talks.rounds: a change is written PATH=VALUE"),
        (["pie", "pi"], "pi: no such file, and no scenario of that name comes with parley; did you mean 'pie'?"),
        (["pie"] * 27, "compare: 27 scenarios, and at most 26 can be compared"),
    ],
)
def test_bad_input_is_one_line(words: list[str], told: str) -> None:
    said = parley("compare", *words, status=2)
    assert said.startswith(told) and said.count("\n") == 1


def test_faults_of_all_scenarios_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "torn.yaml"
    file.write_text("extends: pie\ntalks: {rounds: many}\n")
    said = parley("compare", "pie", str(file), "nowhere", "--with", "talks.rounds=none", status=2).splitlines()
    assert [line.partition(": ")[0] for line in said] == [f"{file}:2:9", "nowhere", "--with talks.rounds=none"]


def test_rows_in_a_folder_are_not_kept_in_memory() -> None:
    with pytest.raises(ValueError, match="were written to a folder"):
        compare_to(None, scenarios(["pie", "pie"]), 1, Effort(50), lambda done, so_far="": None).to_frame()
    with pytest.raises(BadInput):
        sim.compare("pie")


# The figure


def test_no_text_of_the_figure_is_cut_off_or_covered(doubted: str) -> None:
    summaries = [
        variants_of_the_talks()[0].summary,
        sim.compare("pie", "pie", variants=[["parties.anna.no_deal=80"]], replicates=50).summary,
        sim.compare("two_issues", doubted, "sale", replicates=200).summary,
    ]
    for summary in summaries:
        for letter in list(summary["comparisons"])[:4]:
            figure = moves(summary, letter)
            assert faults(figure) == []
            said = " ".join(text.get_text() for text in figure.findobj(Text))
            assert "Not a forecast." in said and "seed 1" in said and f"What moves from A to {letter}?" in said


def test_the_same_comparison_gives_the_same_picture(tmp_path: Path) -> None:
    comparison = sim.compare("two_issues", variants=[["talks.rounds=5"]], replicates=100)
    one, other = (save_moves(comparison.summary, tmp_path / name) for name in ("one", "other"))
    assert [path.name for path in one] == ["moves_A_B.png"]
    assert one[0].read_bytes() == other[0].read_bytes()
    assert comparison.plot("B").axes
    with pytest.raises(BadInput, match="no scenario of the name 'C'; there is B"):
        comparison.plot("C")
