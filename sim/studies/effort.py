"""How much to play, and where."""

from numbers import Integral, Real
from typing import NamedTuple

from sim.case.faults import BadInput
from sim.studies.engines import Engine, engine
from sim.studies.pieces import CHUNK, Work

USUAL = 10_000  # replicates, where nobody says how many
MOST = 10**7  # where it is said instead how narrow their intervals are to be
NARROWEST, WIDEST = 0.0002, 0.5  # of these intervals


class Effort(NamedTuple):
    """So many replicates, or as many of them as it takes until every reported share is known to within `precision`; at most so
    many cores, or the Dask cluster at an address."""

    replicates: int
    precision: float | None = None
    jobs: int = 1
    cluster: str | None = None

    def place(self, work: Work, points: int = 1) -> Engine:
        """Where to do the work."""
        return engine(work, self.jobs, points * -(-self.replicates // CHUNK), self.cluster)


def effort(replicates: int | None, seed: int, jobs: int, precision: float | None = None) -> Effort:
    """What is asked for; BadInput lists all that cannot be."""
    if replicates is None:
        replicates = USUAL if precision is None else MOST
    least = {"replicates": (replicates, 1), "seed": (seed, 0), "jobs": (jobs, 1)}
    faults = [
        f"{name}: a whole number, at least {bound}, is needed here, not {number!r}"
        for name, (number, bound) in least.items()
        if isinstance(number, bool) or not isinstance(number, Integral) or number < bound
    ]
    if precision is not None and not (isinstance(precision, Real) and NARROWEST <= precision <= WIDEST):
        faults.append(f"precision: a number from {NARROWEST} to {WIDEST} is needed here, not {precision!r}")
    if faults:
        raise BadInput(faults)
    return Effort(int(replicates), precision, int(jobs))
