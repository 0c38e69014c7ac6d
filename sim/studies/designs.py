"""Designs: from which quantiles each replicate of a sampled study is played.

A design is nothing but other quantiles for the streams of `sim.case.chance`: laws turn them into numbers as ever. Streams that
belong to no factor are the luck that is left, and stay plain chance. Any replicate can be played by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Protocol

import numpy as np
from numpy.random import Generator, Philox

from sim.case.arrays import Floats, Numbers
from sim.case.chance import Chance, Luck

Streams = Mapping[str, int]
"""The path of each stream that a factor holds, with the number of quantiles that one replicate reads from it."""


class Layout(Protocol):
    """A design laid out over numbered replicates."""

    @property
    def replicates(self) -> int:
        """How many there are."""
        ...

    def luck(self, first: int, count: int) -> Luck:
        """The quantiles of a run of replicates."""
        ...


@dataclass(frozen=True)
class Hypercubes:
    """Independent Latin hypercubes of equal `size`, one after the other (McKay, Beckman and Conover 1979, Technometrics 21).

    In each, every quantile of a factor falls once into each of `size` equal parts, in an order of its own.
    """

    seed: int
    factors: tuple[Streams, ...]
    hypercubes: int
    size: int

    @property
    def replicates(self) -> int:
        """Points of all hypercubes."""
        return self.hypercubes * self.size

    def luck(self, first: int, count: int) -> Luck:
        """The quantiles of a run of points."""
        return _InHypercubes(self, first, count)


@dataclass(frozen=True)
class _InHypercubes:
    layout: Hypercubes
    first: int
    count: int

    def uniforms(self, path: str, width: int = 1) -> Floats:
        """As `Chance.uniforms`."""
        layout = self.layout
        if not any(path in factor for factor in layout.factors):
            return Chance(layout.seed, self.first, self.count).uniforms(path, width)
        last = self.first + self.count - 1
        cubes = range(self.first // layout.size, last // layout.size + 1)
        drawn = np.concatenate([_hypercube(layout.seed, cube, layout.size, path, width) for cube in cubes], axis=1)
        begin = self.first - cubes.start * layout.size
        drawn = drawn[:, begin : begin + self.count]
        return drawn[0] if width == 1 else np.ascontiguousarray(drawn)


@lru_cache(maxsize=1024)
def _hypercube(seed: int, cube: int, size: int, path: str, width: int) -> Floats:
    """The quantiles (width, size) of a stream in one hypercube."""
    own = Chance(seed, cube * size, size)
    order = own.uniforms(f"hypercube.{path}", width).reshape(width, size).argsort(axis=1, kind="stable").argsort(axis=1)
    return (order + own.uniforms(path, width).reshape(width, size)) / size


@dataclass(frozen=True)
class Pairs:
    """Saltelli's samples A, B and AB(i), which is A with the i-th factor from B (Saltelli and others 2010).

    Points of A and B come from one scrambled Sobol' sequence; luck, which belongs to no factor, is the last factor, and plain
    chance. The d + 2 replicates of a point stand together: A, B, AB(1) to AB(d), d counting the luck.
    """

    seed: int
    factors: tuple[Streams, ...]
    base: int

    @property
    def stride(self) -> int:
        """Replicates of one point: d + 2."""
        return len(self.factors) + 3

    @property
    def replicates(self) -> int:
        """Replicates of all points."""
        return self.base * self.stride

    def luck(self, first: int, count: int) -> Luck:
        """The quantiles of a run of replicates."""
        return _InPairs(self, first, count)

    def places(self, path: str) -> tuple[int, int] | None:
        """The number of the factor that holds the stream, and its first column in A; None where it belongs to the luck."""
        before = 0
        for number, factor in enumerate(self.factors):
            for stream, width in factor.items():
                if stream == path:
                    return number, before
                before += width
        return None

    @property
    def width(self) -> int:
        """Quantiles of all factors together."""
        return sum(sum(factor.values()) for factor in self.factors)


@dataclass(frozen=True)
class _InPairs:
    layout: Pairs
    first: int
    count: int

    def uniforms(self, path: str, width: int = 1) -> Floats:
        """As `Chance.uniforms`."""
        layout, numbers = self.layout, np.arange(self.first, self.first + self.count)
        point, sample = np.divmod(numbers, layout.stride)
        found = layout.places(path)
        if found is None:
            drawn = self._left_to_chance(path, width, point, (sample == 1) | (sample == layout.stride - 1))
        else:
            factor, column = found
            columns = column + np.arange(width) + layout.width * ((sample == 1) | (sample == 2 + factor))[:, None]
            drawn = sequence(layout.seed, 2 * layout.width, layout.base)[point[:, None], columns].T
        return drawn[0] if width == 1 else np.ascontiguousarray(drawn)

    def _left_to_chance(self, path: str, width: int, point: Numbers, from_second: Numbers) -> Floats:
        """Plain chance (width, R): points of A have the even places of the stream, those of B the odd ones."""
        least, most = int(point[0]), int(point[-1])
        drawn = Chance(self.layout.seed, 2 * least, 2 * (most - least + 1)).uniforms(path, width).reshape(width, -1)
        return drawn[:, 2 * (point - least) + from_second]


@lru_cache(maxsize=2)
def sequence(seed: int, width: int, base: int) -> Floats:
    """The first points (base, width) of a Sobol' sequence, scrambled by the seed."""
    from scipy.stats.qmc import Sobol

    key = int.from_bytes(blake2b(f"{seed}:sobol".encode(), digest_size=16).digest(), "little")
    drawn = Sobol(width, scramble=True, bits=30, seed=Generator(Philox(key))).random(base)
    return np.asarray(drawn + 2.0**-31)  # the middles of its cells lie strictly inside 0..1
