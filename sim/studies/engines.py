"""Where pieces are played: in this process, on several cores, or on a cluster of Dask workers.

An engine is a context that gives a `submit`: it takes some pieces and returns a future of what came of them. Results do not
depend on the engine. To add an engine, write its function and let `engine` choose it.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from multiprocessing import get_context
from time import monotonic
from typing import Any, NamedTuple, Protocol

from sim.case.faults import BadInput
from sim.processes import become_worker, keep_memory
from sim.studies.pieces import Chunk, Piece, Work

_CHUNKS_PER_WORKER = 4  # fewer are done sooner here than a new process takes to start
_ANSWERS = 10  # seconds within which a cluster must answer


class Done(NamedTuple):
    """What came of some pieces, an exception where one failed, and the seconds it took."""

    results: Sequence[Chunk | Exception]
    seconds: float


class Future(Protocol):
    """Something to come."""

    def result(self) -> Done:
        """Wait for it; raises where the worker was lost."""
        ...


class Submit(NamedTuple):
    """How to hand out pieces, and to how many workers at once."""

    workers: int
    submit: Callable[[Sequence[Piece]], Future]


Engine = AbstractContextManager[Submit]


def engine(work: Work, jobs: int, chunks: int, cluster: str | None = None) -> Engine:
    """The place to do so many chunks of work: the cluster at this address if one is named, else at most so many cores."""
    if cluster is not None:
        return on_cluster(work, cluster)
    jobs = min(jobs, chunks // _CHUNKS_PER_WORKER)
    return on_cores(work, jobs) if jobs > 1 else here(work)


@dataclass(frozen=True)
class _Now:
    """A future that is worked out when it is first asked for."""

    work: Work
    pieces: Sequence[Piece]

    def result(self) -> Done:
        return self._done

    @cached_property
    def _done(self) -> Done:
        return _do(self.work, self.pieces)


@contextmanager
def here(work: Work) -> Iterator[Submit]:
    """This process."""
    yield Submit(1, lambda pieces: _Now(work, pieces))


@contextmanager
def on_cores(work: Work, jobs: int) -> Iterator[Submit]:
    """So many processes of this machine; one that dies costs what it was doing, and is replaced."""
    from pebble import ProcessPool

    context = get_context("forkserver")  # Mesa sets the default to spawn; forking this process with its threads is not safe
    context.set_forkserver_preload(["sim.studies.blocks", "sim.talks.model"])
    pool: Any = ProcessPool(jobs, initializer=_begin, initargs=(work,), context=context)
    try:
        yield Submit(jobs, lambda pieces: pool.submit(_do_mine, None, pieces))
    finally:
        pool.stop()
        pool.join()


@contextmanager
def on_cluster(work: Work, address: str) -> Iterator[Submit]:
    """The workers of a running Dask cluster; BadInput where none answers."""
    try:
        from distributed import Client
        from distributed.comm.addressing import get_address_host_port
    except ImportError:
        raise BadInput(['--cluster: needs the extra "cluster": pip install "parley-sim[cluster]"']) from None
    try:
        get_address_host_port(
            address, strict=False
        )  # a client that was given none would hang for a while, and end in a traceback
    except ValueError:
        raise BadInput(
            [f"--cluster {address}: no address; one is written tcp://HOST:PORT, such as tcp://10.0.0.5:8786"]
        ) from None
    try:
        client: Any = Client(address, timeout=_ANSWERS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise BadInput([f"--cluster {address}: no Dask scheduler answers there: {error}"]) from None
    with client:
        workers = sum(worker["nthreads"] for worker in client.scheduler_info(n_workers=-1)["workers"].values())
        if not workers:
            raise BadInput([f"--cluster {address}: the scheduler there has no workers"])
        there = client.scatter(work, broadcast=True, hash=False)
        client.register_worker_callbacks(keep_memory)
        yield Submit(workers, lambda pieces: client.submit(_do_aside, there, pieces, pure=False))


_work: Any = None


def _begin(work: Work) -> None:
    global _work
    _work = work
    become_worker()


def _do_mine(pieces: Sequence[Piece]) -> Done:
    return _do(_work, pieces)


def _do_aside(work: Work, pieces: Sequence[Piece]) -> Done:
    """Do the pieces in a thread of their own: Dask looks down the stack of its own threads a hundred times a second, which would
    cost a fifth of their time."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(_do, work, pieces).result()


def _do(work: Work, pieces: Sequence[Piece]) -> Done:
    """Do the pieces one after another; one that fails leaves the others."""
    started = monotonic()
    results: list[Chunk | Exception] = []
    for piece in pieces:
        try:
            results.append(work(piece))
        except Exception as error:  # whatever it is, it is told with the piece's replicates, and the rest is kept
            results.append(error)
    return Done(results, monotonic() - started)
