"""Bad input: every fault in one line with its place."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

Path = tuple[str | int, ...]


class Place(NamedTuple):
    """Where something is written: a file with line and column (from 1), or an option of the command line."""

    source: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}" if self.line else self.source


class Fault(NamedTuple):
    """What is wrong, and at which path of the scenario."""

    path: Path
    message: str


class BadInput(Exception):
    """The user's input has these faults, one line each."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = list(lines)
        super().__init__("\n".join(self.lines))


def dotted(path: Path) -> str:
    """The path as users write it."""
    return ".".join(map(str, path))


def near(word: object, words: Iterable[str]) -> str:
    """A hint at the word that was probably meant, or at the few there are."""
    words = [str(w) for w in words]
    close = get_close_matches(str(word), words, n=1, cutoff=0.6)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; there are {', '.join(words)}" if 0 < len(words) <= 6 else ""
