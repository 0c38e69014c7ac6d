"""What holds for a whole process: freed memory stays with it, and a worker ends when the one it works for is gone."""

import ctypes
import os
import signal
from multiprocessing import parent_process
from threading import Thread

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # as in malloc.h


def keep_memory() -> None:
    """Let freed memory stay with this process, since the next block needs as much (GNU C library; elsewhere nothing is done).

    For programs of our own, not for a library's user: it holds for the whole process.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    for option in (_TRIM_THRESHOLD, _MMAP_THRESHOLD):
        mallopt(option, 1 << 28)


def become_worker() -> None:
    """Make this process a worker of the one that started it: that one answers Ctrl-C, and when it is gone, so is this."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_parent, daemon=True).start()
    keep_memory()


def _end_with_the_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)
