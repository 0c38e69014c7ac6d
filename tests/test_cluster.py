"""Runs on a Dask cluster: the same bytes as on one core, also when its workers are killed."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from test_conduct import Squares
from test_kill import EXPERIMENT

from sim.case.faults import Unfinished
from sim.studies.conduct import conduct
from sim.studies.engines import here, on_cluster
from sim.studies.ledger import FOLDER
from sim.studies.pieces import pieces

pytestmark = pytest.mark.cluster

PATIENCE = 300  # seconds


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a cluster with two workers on this machine, each in a process that is replaced when it dies."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as there:
        yield there.scheduler_address


BERLIN = ["run", "berlin", "-n", "60000"]


def run(folder: Path, *more: str, words: Sequence[str] = BERLIN) -> "subprocess.Popen[str]":
    """A study that leaves its results in the folder."""
    command = [sys.executable, "-m", "sim", *words, "-q", "-o", str(folder), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(playing: "subprocess.Popen[str]", status: int = 0) -> str:
    """Wait for the run; what it said."""
    out, err = playing.communicate(timeout=PATIENCE)
    assert playing.returncode == status, err
    return out + err


@pytest.fixture(scope="module")
def on_one_core(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The rows of the run, played on one core."""
    folder = tmp_path_factory.mktemp("one")
    finish(run(folder, "-j", "1"))
    return (folder / "outcomes.parquet").read_bytes()


def worker_pids(address: str) -> list[int]:
    """The processes of the cluster's workers."""
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        return list(client.run(os.getpid).values())


def test_a_cluster_changes_no_byte(cluster: str, on_one_core: bytes, tmp_path: Path) -> None:
    finish(run(tmp_path, "--cluster", cluster))
    assert (tmp_path / "outcomes.parquet").read_bytes() == on_one_core


def test_a_sweep_on_a_cluster_leaves_the_same_bytes(cluster: str, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    (tmp_path / "firmness.yaml").write_text(EXPERIMENT)
    words = ["sweep", str(tmp_path / "firmness.yaml"), "-n", "300"]
    playing = [run(here, "-j", "1", words=words), run(there, "--cluster", cluster, words=words)]
    for one in playing:
        finish(one)
    names = sorted(str(file.relative_to(here)) for file in here.rglob("*") if file.is_file())
    assert names == sorted(str(file.relative_to(there)) for file in there.rglob("*") if file.is_file())
    assert {"outcomes.parquet", "points.csv", "summary.json"} <= set(names)
    for name in names:
        assert (here / name).read_bytes() == (there / name).read_bytes(), name


def test_an_address_that_is_none_is_told_at_once(tmp_path: Path) -> None:
    said = finish(run(tmp_path, "--cluster", "nowhere"), status=2)
    assert said == "--cluster nowhere: no address; one is written tcp://HOST:PORT, such as tcp://10.0.0.5:8786\n"


@pytest.mark.kill
def test_a_killed_dask_worker_costs_no_byte(cluster: str, on_one_core: bytes, tmp_path: Path) -> None:
    pids = worker_pids(cluster)
    playing = run(tmp_path, "--cluster", cluster)
    until = time.monotonic() + PATIENCE
    while not list((tmp_path / FOLDER).glob("0-*")) and playing.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(random.uniform(0, 0.5))
    assert playing.poll() is None
    os.kill(random.choice(pids), signal.SIGKILL)
    finish(playing)
    assert (tmp_path / "outcomes.parquet").read_bytes() == on_one_core


def test_pieces_come_in_order_from_a_cluster(cluster: str, tmp_path: Path) -> None:
    work = Squares(tmp_path / "notes")
    told = list(conduct(pieces(200, points=2, size=8), on_cluster(work, cluster)))
    expected = list(conduct(pieces(200, points=2, size=8), here(Squares(tmp_path / "others"))))
    assert [piece for piece, _ in told] == [piece for piece, _ in expected]
    for (_, one), (_, other) in zip(told, expected, strict=True):
        assert (one.columns["square"] == other.columns["square"]).all() and one.counts == other.counts


def test_a_piece_that_always_fails_on_a_cluster_is_named(cluster: str, tmp_path: Path) -> None:
    with pytest.raises(Unfinished) as error:
        list(conduct(pieces(40, size=8), on_cluster(Squares(tmp_path / "notes", fails=16), cluster)))
    assert error.value.lines == ["replicates 16 to 23: failed 3 times: ValueError: this one never works"]


def test_an_address_where_no_scheduler_answers_is_told_in_a_line(tmp_path: Path) -> None:
    told = finish(run(tmp_path, "--cluster", "tcp://127.0.0.1:9"), 2)
    assert told.startswith("--cluster tcp://127.0.0.1:9: no Dask scheduler answers there") and told.count("\n") == 1
