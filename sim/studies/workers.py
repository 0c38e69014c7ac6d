"""Where chunks are played: in this process or on several cores. The results, and their order, are the same."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

from sim.studies.blocks import BLOCK, CHUNK, Chunk, Study, chunks, keep_memory, play_chunk

_CHUNKS_PER_WORKER = 4  # fewer are done sooner here than a new process takes to start

_study: Study | None = None


def play_all(study: Study, seed: int, replicates: int, jobs: int = 1, block: int = BLOCK) -> Iterator[tuple[range, Chunk]]:
    """Play so many replicates, chunk after chunk in order, on at most so many cores."""
    jobs = min(jobs, -(-replicates // CHUNK) // _CHUNKS_PER_WORKER)
    if jobs <= 1:
        for chunk in chunks(replicates):
            yield chunk, play_chunk(study, seed, chunk, block)
        return
    context = get_context("forkserver")  # Mesa sets the default to spawn; forking this process with its threads is not safe
    context.set_forkserver_preload(["sim.studies.blocks", "sim.talks.model"])
    with ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=(study,)) as pool:
        yield from _in_order(pool, seed, replicates, 2 * jobs, block)


def _in_order(pool: ProcessPoolExecutor, seed: int, replicates: int, ahead: int, block: int) -> Iterator[tuple[range, Chunk]]:
    """Results in order, with a few chunks handed out ahead, so that memory does not grow."""
    waiting: deque[tuple[range, Future[Chunk]]] = deque()
    try:
        for chunk in chunks(replicates):
            waiting.append((chunk, pool.submit(_play, seed, chunk, block)))
            if len(waiting) > ahead:
                done, future = waiting.popleft()
                yield done, future.result()
        while waiting:
            done, future = waiting.popleft()
            yield done, future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(study: Study) -> None:
    global _study
    _study = study
    keep_memory()


def _play(seed: int, replicates: range, block: int) -> Chunk:
    assert _study is not None
    return play_chunk(_study, seed, replicates, block)
