"""Processes killed at random moments: nothing finished is lost, and the bytes are those of a run that nobody disturbed.

The moments differ from run to run of these tests; whatever they are, the claims hold.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from sim.studies.ledger import FOLDER

pytestmark = pytest.mark.kill

REPLICATES = 80_000
RUN = ["run", "berlin", "-n", str(REPLICATES)]
EXPERIMENT = """
question: How late may the seller yield?
scenario: sale
change: {parties.sara.strategy.aspiration.firmness: {from: 0.5, to: 6, steps: 12}}
design: grid
replicates: 4096
measures: [ending=agreed]
"""
PATIENCE = 300  # seconds


def start(folder: Path, words: Sequence[str] = RUN) -> "subprocess.Popen[str]":
    """A study that leaves its results in the folder, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *words, "-j", "2", "-q", "-o", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # background jobs of a shell ignore it
    )


def finish(run: "subprocess.Popen[str]", status: int = 0) -> str:
    """Wait for the run; what it said."""
    out, err = run.communicate(timeout=PATIENCE)
    assert run.returncode == status, err
    return out + err


def kept(folder: Path) -> int:
    """Pieces in the ledger."""
    return len(list((folder / FOLDER).glob("[0-9]*.parquet")))


def wait_for(folder: Path, pieces: int, run: "subprocess.Popen[str]") -> None:
    """Until so many pieces are kept, and a little longer."""
    until = time.monotonic() + PATIENCE
    while kept(folder) < pieces and run.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(random.uniform(0, 0.7))


def workers(run: "subprocess.Popen[str]") -> list[int]:
    """The processes that play: they stand below the fork server, which stands below the run."""
    below = [child for server in children(run.pid) for child in children(server)]
    return [pid for pid in below if pid != run.pid]


def children(pid: int) -> list[int]:
    """The processes that this one has started."""
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in told.stdout.split()]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a run that nobody disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    finish(start(folder))
    return folder


def same(one: Path, other: Path) -> bool:
    """Whether two folders hold the same results, and nothing else."""
    names = sorted(str(file.relative_to(one)) for file in one.rglob("*"))
    if names != sorted(str(file.relative_to(other)) for file in other.rglob("*")):
        return False
    files = [name for name in names if (one / name).is_file()]
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in files)


@pytest.mark.parametrize("workers_killed", [1, 2])
def test_a_killed_worker_costs_no_byte(workers_killed: int, undisturbed: Path, tmp_path: Path) -> None:
    run = start(tmp_path)
    wait_for(tmp_path, 1, run)
    doomed = workers(run)[:workers_killed]
    assert len(doomed) == workers_killed
    for pid in doomed:
        os.kill(pid, signal.SIGKILL)
    finish(run)
    assert same(tmp_path, undisturbed)


@pytest.mark.parametrize("killed_with", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_killed_goes_on_where_it_was(killed_with: signal.Signals, undisturbed: Path, tmp_path: Path) -> None:
    for more in (1, 2):
        pieces = kept(tmp_path) + more  # the run is under way when it is killed, however fast the machine
        run = start(tmp_path)
        wait_for(tmp_path, pieces, run)
        if killed_with == signal.SIGINT:
            os.killpg(run.pid, killed_with)  # as Ctrl-C does
            said = finish(run, 130)
            assert said == f"parley: stopped\nWhat is done is kept in {tmp_path}: the same command goes on from there\n"
        else:
            run.send_signal(killed_with)
            finish(run, -killed_with)
        assert kept(tmp_path) >= pieces
        assert not (tmp_path / "outcomes.parquet").exists()
    begun = {file.name: file.stat().st_mtime_ns for file in (tmp_path / FOLDER).glob("[0-9]*.parquet")}
    run = start(tmp_path)
    wait_for(tmp_path, len(begun) + 1, run)
    now = {file.name: file.stat().st_mtime_ns for file in (tmp_path / FOLDER).glob("[0-9]*.parquet")}
    assert not now or begun.items() <= now.items()  # none of them was played again
    finish(run)
    assert same(tmp_path, undisturbed)


def test_a_sweep_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    (tmp_path / "firmness.yaml").write_text(EXPERIMENT)
    words = ["sweep", str(tmp_path / "firmness.yaml")]
    finish(start(whole, words))
    run = start(killed, words)
    wait_for(killed, 2, run)
    run.kill()
    finish(run, -signal.SIGKILL)
    begun = {file.name: file.stat().st_mtime_ns for file in (killed / FOLDER).glob("[0-9]*.parquet")}
    assert len(begun) >= 2
    run = start(killed, words)
    wait_for(killed, len(begun) + 1, run)
    now = {file.name: file.stat().st_mtime_ns for file in (killed / FOLDER).glob("[0-9]*.parquet")}
    assert not now or begun.items() <= now.items()  # none of them was played again
    finish(run)
    assert same(whole, killed)


def test_killing_the_run_leaves_no_worker_behind(tmp_path: Path) -> None:
    run = start(tmp_path)
    wait_for(tmp_path, 1, run)
    left = workers(run)
    run.kill()
    finish(run, -signal.SIGKILL)
    until = time.monotonic() + 30
    while (alive := [pid for pid in left if Path(f"/proc/{pid}").exists()]) and time.monotonic() < until:
        time.sleep(0.1)
    assert left and not alive
