"""A study's work, cut into pieces that one worker can do at a time."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from sim.outcomes.measures import Columns
from sim.outcomes.tally import Tally

CHUNK = 8192


class Piece(NamedTuple):
    """Replicates `first` to `stop`, that one left out, of one point of a study; a plain run has one point, 0."""

    point: int
    first: int
    stop: int

    @property
    def replicates(self) -> range:
        """Their numbers."""
        return range(self.first, self.stop)

    def __str__(self) -> str:
        """The replicates in words."""
        numbers = f"replicates {self.first} to {self.stop - 1}"
        return f"point {self.point}, {numbers}" if self.point else numbers


class Chunk(NamedTuple):
    """What came of a piece: a column (n,) per measure, and what adds up."""

    columns: Columns
    counts: Tally


Work = Callable[[Piece], Chunk]
"""What is done with a piece: the same wherever and whenever it is done. It must bear pickling."""


def pieces(replicates: int, points: int = 1, size: int = CHUNK) -> Iterator[Piece]:
    """All replicates of all points, in pieces: the first of every point, then the second, and so on."""
    return (Piece(point, first, min(first + size, replicates)) for first in range(0, replicates, size) for point in range(points))


class Progress(Protocol):
    """How a long work is told: so much more is done, and what comes out so far."""

    def __call__(self, done: int, so_far: str = "") -> None:
        """Tell it."""
        ...


def untold(done: int, so_far: str = "") -> None:
    """Progress that nobody is told of."""
