"""The queue of questions before a few worker processes, so that the page itself never computes.

Of each asker only the newest question waits: a newer one takes its place in the queue, and the older is answered with None. What
merely refines an earlier answer waits until nobody has an urgent question, and askers then take turns.
"""

import asyncio
from collections import OrderedDict, deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from typing import Any, NamedTuple

from sim.case.faults import BadInput
from sim.case.reading import Draft
from sim.studies.blocks import Study
from sim.web.questions import Question, answer, begin


class _Waiting(NamedTuple):
    """A question, and what its asker waits for."""

    question: Question
    answered: "asyncio.Future[Any]"


class Queue:
    """Questions about one scenario, and so many workers to answer them."""

    def __init__(self, taught: Draft, study: Study, workers: int) -> None:
        self._given, self._workers, self._busy = (taught, study), workers, 0
        self._urgent: OrderedDict[str, _Waiting] = OrderedDict()
        self._later: OrderedDict[str, deque[_Waiting]] = OrderedDict()
        self._pool = self._open()

    async def ask(self, asker: str, question: Question) -> Any:
        """The answer, or None where a newer question of the same asker came first; BadInput where there is none to be had."""
        waiting = _Waiting(question, asyncio.get_running_loop().create_future())
        if asker in self._urgent:
            _set(self._urgent[asker].answered, None)
        self.forget(asker)
        self._urgent[asker] = waiting
        self._next()
        return await waiting.answered

    async def refine(self, asker: str, question: Question) -> Any:
        """As `ask`, but after all that is urgent; None where the asker has asked something new meanwhile."""
        waiting = _Waiting(question, asyncio.get_running_loop().create_future())
        self._later.setdefault(asker, deque()).append(waiting)
        self._next()
        return await waiting.answered

    def forget(self, asker: str) -> None:
        """Drop what the asker wanted refined."""
        for waiting in self._later.pop(asker, ()):
            _set(waiting.answered, None)

    def close(self) -> None:
        """End the workers."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _open(self) -> ProcessPoolExecutor:
        context = get_context("forkserver")
        context.set_forkserver_preload(["sim.web.questions", "sim.talks.model"])
        pool = ProcessPoolExecutor(self._workers, context, initializer=begin, initargs=self._given)
        for _ in range(self._workers):
            pool.submit(int)  # a pool starts a worker only when there is work
        return pool

    def _next(self) -> None:
        """Hand out questions while there are idle workers."""
        while self._busy < self._workers and (self._urgent or self._later):
            waiting = self._urgent.popitem(last=False)[1] if self._urgent else self._refinement()
            self._busy += 1
            loop = asyncio.get_running_loop()
            try:
                done: Future[Any] = self._pool.submit(answer, waiting.question)
            except BrokenProcessPool:
                self._pool = self._open()
                done = self._pool.submit(answer, waiting.question)
            done.add_done_callback(partial(self._told, loop, waiting))

    def _told(self, loop: asyncio.AbstractEventLoop, waiting: _Waiting, done: "Future[Any]") -> None:
        """In a thread of the pool: an answer has come."""
        with suppress(RuntimeError):  # the page has ended meanwhile, and nobody waits
            loop.call_soon_threadsafe(self._done, waiting, done)

    def _refinement(self) -> _Waiting:
        asker, line = self._later.popitem(last=False)
        waiting = line.popleft()
        if line:
            self._later[asker] = line
        return waiting

    def _done(self, waiting: _Waiting, done: "Future[Any]") -> None:
        self._busy -= 1
        error = done.exception()
        if error is None:
            _set(waiting.answered, done.result())
        elif not waiting.answered.done():
            told = error if isinstance(error, BadInput) else BadInput([f"The program failed at this: {type(error).__name__}"])
            waiting.answered.set_exception(told)
        self._next()


def _set(answered: "asyncio.Future[Any]", result: Any) -> None:
    if not answered.done():
        answered.set_result(result)
