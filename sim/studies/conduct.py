"""A study conducted: pieces handed out, results taken back in order, those kept from before not played again, failures noted."""

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from itertools import groupby, islice
from typing import NamedTuple

from sim.case.faults import Unfinished
from sim.studies.engines import Done, Engine, Future, Submit
from sim.studies.ledger import Ledger
from sim.studies.pieces import Chunk, Piece

TRIES = 3
_AHEAD = 2  # tasks handed out beyond those at work, for each worker
_LEAST = 0.5  # seconds that a task should take, so that handing out costs little
_MOST = 64  # pieces in one task


class _Waiting(NamedTuple):
    """A piece that was handed out: the future of its task, its place in it, and how often it was tried before; no future where
    it is in the ledger."""

    piece: Piece
    future: Future | None
    place: int = 0
    tries: int = 0


def conduct(pieces: Iterable[Piece], engine: Engine, ledger: Ledger | None = None) -> Generator[tuple[Piece, Chunk]]:
    """Play the pieces and yield them in order; raises `Unfinished` at the end if some could not be played.

    Whoever stops listening stops the study. New results go to the ledger first.
    """
    failures: dict[Piece, str] = {}
    with engine as submit:
        yield from _in_order(pieces, submit, ledger, failures)
    if failures:
        raise Unfinished(f"{piece}: failed {TRIES} times: {reason}" for piece, reason in failures.items())


def _in_order(
    pieces: Iterable[Piece], submit: Submit, ledger: Ledger | None, failures: dict[Piece, str]
) -> Iterator[tuple[Piece, Chunk]]:
    pace = _Pace()
    tasks = _tasks(pieces, submit, ledger, pace)
    waiting: deque[_Waiting] = deque()
    while True:
        while len(waiting) < submit.workers * _AHEAD * pace.pieces and (task := next(tasks, None)):
            waiting.extend(task)
        if not waiting:
            return
        piece, future, place, tries = waiting.popleft()
        if future is None:
            assert ledger is not None
            yield piece, ledger.chunk(piece)
            continue
        result = _result(future, place, pace)
        if not isinstance(result, Exception):
            if ledger:
                ledger.keep(piece, result)
            yield piece, result
        elif tries + 1 < TRIES:
            waiting.appendleft(_Waiting(piece, submit.submit([piece]), 0, tries + 1))
        else:
            failures[piece] = f"{type(result).__name__}: {result}".rstrip(": ")


class _Pace:
    """How many pieces to hand out together, given how long some took."""

    pieces = 1

    def note(self, done: Done) -> None:
        """Take so many that they fill `_LEAST` seconds."""
        each = max(done.seconds / len(done.results), 1e-6)
        self.pieces = max(self.pieces, min(_MOST, int(_LEAST / each)))


def _tasks(pieces: Iterable[Piece], submit: Submit, ledger: Ledger | None, pace: _Pace) -> Iterator[list[_Waiting]]:
    """The pieces handed out, several together; those in the ledger one by one."""
    for kept, run in groupby(pieces, ledger.has if ledger else lambda piece: False):
        while taken := list(islice(run, 1 if kept else pace.pieces)):
            future = None if kept else submit.submit(taken)
            yield [_Waiting(piece, future, place) for place, piece in enumerate(taken)]


def _result(future: Future, place: int, pace: _Pace) -> Chunk | Exception:
    """What came of the piece at this place of a task, or why nothing did; with a lost worker all its pieces are lost."""
    try:
        done = future.result()
    except Exception as error:  # each engine has its own word for a lost worker
        return error
    pace.note(done)
    return done.results[place]
