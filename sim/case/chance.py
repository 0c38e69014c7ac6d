"""Where luck comes from: uniform quantiles keyed by the seed and by the path of the number they are for.

Replicate n reads the n-th place of each number's own stream, wherever and in whatever company it is played. So results do not
depend on blocks, chunks or workers, a longer run begins with the shorter one, two variants share their luck number by number,
and one more uncertain number leaves all others alone.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

import numpy as np
from numpy.random import Generator, Philox

from sim.case.arrays import Floats

_PER_STEP = 4  # numbers that one step of Philox's counter yields
_LEAST = 2.0**-54  # quantiles lie strictly inside 0..1


class Luck(Protocol):
    """Quantiles for so many replicates, from number `first` on: those of plain chance, or those that a design lays out."""

    @property
    def first(self) -> int:
        """The number of the first replicate."""
        ...

    @property
    def count(self) -> int:
        """R."""
        ...

    def uniforms(self, path: str, width: int = 1) -> Floats:
        """As `Chance.uniforms`."""
        ...


@dataclass(frozen=True)
class Chance:
    """The luck of `count` replicates from number `first` on, under `seed`."""

    seed: int
    first: int
    count: int

    def uniforms(self, path: str, width: int = 1) -> Floats:
        """Quantiles strictly between 0 and 1 for the number at `path`: (R,), or (width, R) where one replicate needs several."""
        key = np.frombuffer(blake2b(f"{self.seed}:{path}".encode(), digest_size=16).digest(), dtype="<u8")
        step, skip = divmod(self.first * width, _PER_STEP)
        stream = Generator(Philox(key=key, counter=[step, 0, 0, 0]))
        drawn = np.maximum(stream.random(skip + self.count * width)[skip:], _LEAST)
        return drawn if width == 1 else np.ascontiguousarray(drawn.reshape(self.count, width).T)
