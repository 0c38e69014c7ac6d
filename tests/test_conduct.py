"""Studies conducted: pieces in order on any engine, what was kept is not played again, failures cost no more than themselves."""

import json
import os
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.case.faults import BadInput, Unfinished
from sim.cli import app
from sim.outcomes.store import load_columns, save_columns
from sim.outcomes.summary import share, widest
from sim.studies import conduct as conducting
from sim.studies import runs
from sim.studies.conduct import TRIES, conduct
from sim.studies.engines import Engine, here, on_cores
from sim.studies.ledger import FOLDER, ledger
from sim.studies.pieces import Chunk, Piece, pieces
from sim.studies.runs import Effort, load, run_to


def silent(done: int, so_far: str = "") -> None:
    """No progress."""


@dataclass(frozen=True)
class Squares:
    """A small work: the squares of the replicates' numbers; notes each piece it plays, and fails where it is told to."""

    notes: Path
    fails: int = -1
    dies: int = -1

    def __call__(self, piece: Piece) -> Chunk:
        """Play a piece."""
        with self.notes.open("a") as notes:
            notes.write(f"{piece.point} {piece.first}\n")
        if piece.first == self.fails:
            raise ValueError("this one never works")
        if piece.first == self.dies and self.notes.read_text().split("\n").count(f"0 {piece.first}") == 1:
            os._exit(9)
        numbers = np.array(piece.replicates) + 1000 * piece.point
        return Chunk({"square": numbers**2, "odd": numbers % 2 == 1}, {"sum": np.array(numbers.sum())})

    @property
    def played(self) -> list[str]:
        """The pieces played, as often as they were."""
        return self.notes.read_text().splitlines() if self.notes.exists() else []


ENGINES: dict[str, Callable[[Squares], Engine]] = {"here": here, "on_cores": lambda work: on_cores(work, 2)}


@pytest.mark.parametrize("place", ENGINES)
def test_pieces_come_in_order_and_each_once(place: str, tmp_path: Path) -> None:
    work = Squares(tmp_path / "notes")
    asked = list(pieces(70, points=3, size=8))
    told = list(conduct(asked, ENGINES[place](work)))
    assert [piece for piece, _ in told] == asked
    for piece, chunk in told:
        assert chunk.columns["square"].tolist() == [(n + 1000 * piece.point) ** 2 for n in piece.replicates]
    assert len(work.played) == len(asked)


def test_pieces_cover_every_replicate_of_every_point_the_first_ones_first() -> None:
    asked = list(pieces(20, points=2, size=8))
    assert asked == [(0, 0, 8), (1, 0, 8), (0, 8, 16), (1, 8, 16), (0, 16, 20), (1, 16, 20)]


def test_short_pieces_are_handed_out_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    work = Squares(tmp_path / "notes")
    with here(work) as submit:
        monkeypatch.setattr(conducting, "_MOST", 16)
        counted = submit._replace(submit=lambda taken: sizes.append(len(taken)) or submit.submit(taken))
        told = list(conducting._in_order(pieces(400, size=2), counted, None, {}))
    assert [piece.first for piece, _ in told] == list(range(0, 400, 2))
    assert sizes[0] == 1 and max(sizes) == 16


@pytest.mark.parametrize("place", ENGINES)
def test_a_piece_that_always_fails_is_named_and_the_rest_is_played(place: str, tmp_path: Path) -> None:
    work = Squares(tmp_path / "notes", fails=16)
    told = []
    with pytest.raises(Unfinished) as error:
        told.extend(piece.first for piece, _ in conduct(pieces(40, size=8), ENGINES[place](work)))
    assert error.value.lines == ["replicates 16 to 23: failed 3 times: ValueError: this one never works"]
    assert work.played.count("0 16") == TRIES
    assert sorted(int(line.split()[1]) for line in set(work.played)) == [0, 8, 16, 24, 32]


@pytest.mark.parametrize("place", ENGINES)
def test_a_study_with_a_failed_piece_keeps_the_rest_and_ends_when_it_is_mended(place: str, tmp_path: Path) -> None:
    broken, mended = Squares(tmp_path / "first", fails=16), Squares(tmp_path / "second")
    with pytest.raises(Unfinished, match="What is done is kept in"), ledger(tmp_path, {"seed": 1}) as book:
        list(conduct(pieces(40, size=8), ENGINES[place](broken), book))
    with ledger(tmp_path, {"seed": 1}) as book:
        told = list(conduct(pieces(40, size=8), ENGINES[place](mended), book))
    assert mended.played == ["0 16"]
    assert [chunk.counts["sum"] for _, chunk in told] == [sum(piece.replicates) for piece in pieces(40, size=8)]
    assert not (tmp_path / FOLDER).exists()


def test_a_worker_that_dies_costs_its_piece_and_no_more(tmp_path: Path) -> None:
    work = Squares(tmp_path / "notes", dies=8)
    told = list(conduct(pieces(64, size=8), on_cores(work, 2)))
    assert [piece.first for piece, _ in told] == list(range(0, 64, 8))
    assert {line: work.played.count(line) for line in set(work.played)} == {f"0 {n}": 2 if n == 8 else 1 for n in range(0, 64, 8)}


def test_a_stopped_study_plays_only_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conducting, "_MOST", 1)
    work = Squares(tmp_path / "notes")
    with pytest.raises(Unfinished) as stopped, ledger(tmp_path, {"seed": 1}) as book:
        for piece, _ in conduct(pieces(40, size=8), here(work), book):
            if piece.first == 16:
                raise KeyboardInterrupt
    assert stopped.value.status == 130
    assert stopped.value.lines == ["parley: stopped", f"What is done is kept in {tmp_path}: the same command goes on from there"]
    before = work.played
    with ledger(tmp_path, {"seed": 1}) as book:
        told = list(conduct(pieces(40, size=8), here(work), book))
    assert before == ["0 0", "0 8", "0 16"] and work.played[3:] == ["0 24", "0 32"]
    for piece, chunk in told:
        assert chunk.columns["square"].tolist() == [n**2 for n in piece.replicates]


def test_a_torn_piece_is_played_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conducting, "_MOST", 1)
    work = Squares(tmp_path / "notes")
    with pytest.raises(Unfinished), ledger(tmp_path, {}) as book:
        for piece, _ in conduct(pieces(24, size=8), here(work), book):
            if piece.first == 8:
                raise KeyboardInterrupt
    torn = tmp_path / FOLDER / "0-8-16.parquet"
    torn.write_bytes(torn.read_bytes()[:-20])
    (tmp_path / FOLDER / ".0-16-24.parquet.77.part").write_bytes(b"half")
    with ledger(tmp_path, {}) as book:
        assert len(list(conduct(pieces(24, size=8), here(work), book))) == 3
    assert work.played == ["0 0", "0 8", "0 8", "0 16"]


@pytest.mark.parametrize("other", [{"seed": 2}, {"seed": 1, "scenario": "x"}, {}])
def test_another_study_is_never_mixed_in(other: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(Unfinished), ledger(tmp_path, {"seed": 1}):
        raise KeyboardInterrupt
    with pytest.raises(BadInput, match="an unfinished study lies there that differs in"), ledger(tmp_path, other):
        pass
    with ledger(tmp_path, {"seed": 1}):
        pass


def test_columns_and_counts_come_back_as_they_were(tmp_path: Path) -> None:
    columns = {
        "small": np.arange(5, dtype=np.int8),
        "truth": np.array([True, False, True, True, False]),
        "points": np.array([0.1, np.nan, -np.inf, 1e-300, 7]),
    }
    counts = {"one": np.array(3), "table": np.arange(6).reshape(2, 3), "first": np.array([np.iinfo(np.int64).max])}
    save_columns(tmp_path / "x", columns, counts)
    again, margin = load_columns(tmp_path / "x")
    for name, column in columns.items():
        assert again[name].dtype == column.dtype
        np.testing.assert_array_equal(again[name], column)
    assert {name: array.tolist() for name, array in margin.items()} == {k: v.tolist() for k, v in counts.items()}


# Runs


@pytest.fixture
def rows_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """No figures and reports."""
    monkeypatch.setattr(runs, "write_results", lambda *given: None)


def stop_after(folder: Path, rows: int, effort: Effort, scenario: str = "sale") -> None:
    """Begin a run in the folder, and stop it after so many rows."""
    done = 0

    def count(more: int, so_far: str = "") -> None:
        nonlocal done
        done += more
        if done >= rows:
            raise KeyboardInterrupt

    with pytest.raises(Unfinished):
        run_to(folder, load(scenario), 1, effort, count)


@pytest.mark.usefixtures("rows_are_enough")
@pytest.mark.parametrize("stops", [[1], [9000, 17000], [20000]])
def test_a_run_stopped_and_gone_on_with_ends_with_the_same_bytes(stops: list[int], tmp_path: Path) -> None:
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    for folder in (whole, stopped):
        folder.mkdir()
    effort = Effort(20_000)
    once = run_to(whole, load("sale"), 1, effort, silent)
    for rows in stops:
        stop_after(stopped, rows, effort)
        assert not (stopped / "outcomes.parquet").exists()
    again = run_to(stopped, load("sale"), 1, effort, silent)
    assert (stopped / "outcomes.parquet").read_bytes() == (whole / "outcomes.parquet").read_bytes()
    assert json.dumps(again.summary) == json.dumps(once.summary)
    assert [file.name for file in stopped.iterdir()] == ["outcomes.parquet"]


@pytest.mark.usefixtures("rows_are_enough")
def test_a_run_goes_on_only_as_the_same_study(tmp_path: Path) -> None:
    stop_after(tmp_path, 1, Effort(20_000))
    for study, seed, differs in [("sale", 2, "seed"), ("pie", 1, "scenario_sha256")]:
        with pytest.raises(BadInput, match=f"differs in {differs};"):
            run_to(tmp_path, load(study), seed, Effort(20_000), silent)
    with pytest.raises(BadInput, match="differs in scenario_sha256, base_sha256;"):
        run_to(tmp_path, load("sale", ["talks.rounds=3"]), 1, Effort(20_000), silent)


def test_a_full_disk_is_told_in_a_line_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, *given: object) -> None:
        if "8192-16384" in path.name:
            raise OSError(28, "Error writing bytes to file. Detail: [errno 28] No space left on device")  # as pyarrow says it
        save_columns(path, *given)

    monkeypatch.setattr("sim.studies.ledger.save_columns", full)
    told = CliRunner().invoke(app, ["run", "sale", "-n", "20000", "-j", "1", "-o", str(tmp_path), "-q"])
    assert told.exit_code == 1 and told.stdout == ""
    assert told.stderr.splitlines() == [
        f"-o {tmp_path}: No space left on device",
        f"What is done is kept in {tmp_path}: the same command goes on from there",
    ]
    assert [file.name for file in (tmp_path / FOLDER).glob("*.parquet")] == ["0-0-8192.parquet"]
    assert not (tmp_path / "outcomes.parquet").exists()


def test_a_full_disk_leaves_no_half_of_a_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if "issues.png" in path.name:
            write(path, content[:100])
            raise OSError(28, "No space left on device", str(path))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    words = ["run", "sale", "-n", "200", "-j", "1", "-o", str(tmp_path), "-q"]
    assert CliRunner().invoke(app, words).exit_code == 1
    assert (tmp_path / "figures/endings.png").exists() and not list(tmp_path.rglob("*issues.png*"))
    monkeypatch.undo()
    assert CliRunner().invoke(app, words).exit_code == 0 and (tmp_path / "figures/issues.png").exists()


def test_results_of_an_earlier_study_do_not_stay_among_new_ones(tmp_path: Path) -> None:
    def played(*words: str) -> set[str]:
        assert CliRunner().invoke(app, [*words, "-q", "-o", str(tmp_path)]).exit_code == 0
        return {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()}

    assert {"report.html", "figures/together.png"} < played("run", "two_issues", "-n", "50")
    own = {"notes.txt", "figures/mine.png"}
    for name in own:
        (tmp_path / name).write_text("my own")
    assert played("levers", "pie", "-n", "8") == own | {
        *("summary.json", "candidates.csv", "figures/trade_off.png", "manifest.json"),
    }
    assert "figures/endings.png" in played("run", "pie", "-n", "50")
    assert "figures/endings.png" in played("run", "pie", "-n", "60"), "what is written anew stays"


def test_what_no_study_left_is_never_written_over(tmp_path: Path) -> None:
    for name in ("summary.json", "manifest.json"):
        (tmp_path / name).write_text('{"name": "My web page"}')
    told = CliRunner().invoke(app, ["run", "pie", "-n", "50", "-q", "-o", str(tmp_path)])
    assert told.exit_code == 2 and told.stderr == (
        f"-o {tmp_path}: summary.json, manifest.json there came from elsewhere and would be lost; choose another folder\n"
    )
    assert (tmp_path / "summary.json").read_text() == '{"name": "My web page"}' and not (tmp_path / FOLDER).exists()


def test_a_broken_piece_of_a_run_is_named_and_ends_it_with_status_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Breaks(runs.Play):
        def __call__(self, piece: Piece) -> Chunk:
            if piece.first == 8192:
                raise MemoryError
            return super().__call__(piece)

    monkeypatch.setattr(runs, "Play", Breaks)
    told = CliRunner().invoke(app, ["run", "sale", "-n", "20000", "-j", "1", "-o", str(tmp_path)])
    assert told.exit_code == 1 and told.stdout == ""
    assert told.stderr.splitlines() == [
        "replicates 8192 to 16383: failed 3 times: MemoryError",
        f"What is done is kept in {tmp_path}: the same command goes on from there",
    ]
    assert len(list((tmp_path / FOLDER).glob("*.parquet"))) == 2


# Precision


def test_a_run_until_precise_stops_when_every_share_is_known_so_well() -> None:
    told = CliRunner().invoke(app, ["run", "sale", "--precision", "0.02", "--json", "-j", "1"])
    summary = json.loads(told.stdout)
    n = summary["replicates"]
    assert widest(summary) <= 0.02 and n % 8192 == 0
    assert told.stderr == f"{n:,} replicates: every reported share is known to within {widest(summary):.4f}\n"
    shorter = json.loads(CliRunner().invoke(app, ["run", "sale", "-n", str(n - 8192), "--json", "-j", "1"]).stdout)
    assert widest(shorter) > 0.02
    same = json.loads(CliRunner().invoke(app, ["run", "sale", "-n", str(n), "--json", "-j", "1"]).stdout)
    assert same == summary


def test_a_run_that_cannot_be_so_precise_says_how_far_it_came() -> None:
    told = CliRunner().invoke(app, ["run", "sale", "-n", "9000", "--precision", "0.001", "-j", "1"])
    assert told.exit_code == 0
    assert re.match(r"9,000 replicates: not precise enough: the widest interval is 0\.\d{4}\n", told.stderr)


def test_the_widest_interval_is_found_wherever_it_stands() -> None:
    narrow, wide, wider = share(500, 1000), share(50, 100), share(5, 10)
    told = {"agreement": narrow, "issues": {"a": {"x": narrow, "y": wide}}, "deals": [narrow], "n": 3, "none": None}
    assert widest(told) == pytest.approx(wide["high"] - wide["low"])
    assert widest(told | {"deals": [narrow, wider]}) == pytest.approx(wider["high"] - wider["low"])
    assert widest(told | {"leans_on": [{"low": wider}], "solutions": {"nash": wider}}) == widest(told)
    assert widest({}) == 0


def test_stopping_early_leaves_no_engine_running(tmp_path: Path) -> None:
    work = Squares(tmp_path / "notes")
    with closing(conduct(pieces(10**6, size=8), on_cores(work, 2))) as played:
        assert next(played)[0] == (0, 0, 8)
    assert len(work.played) < 100
