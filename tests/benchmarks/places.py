"""Where a study is played: what a second process brings, and what Dask costs.

`python tests/benchmarks/places.py [--pieces N] [--rounds N]` plays the same pieces of Berlin in this process, in two processes,
and on a Dask cluster with two workers of this machine, in turn, and prints the median of the ratios of each round. The clock
starts when the first two pieces have come, so that starting processes is left out. Needs the extra `cluster`.
"""

import argparse
import os
import statistics
import time
from itertools import islice

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from sim.processes import keep_memory
from sim.studies.conduct import conduct
from sim.studies.engines import Engine, here, on_cluster, on_cores
from sim.studies.pieces import pieces
from sim.studies.runs import Play, load


def per_piece(engine: Engine, pieces_played: int, first: int) -> float:
    """Seconds for each piece after the first few."""
    played = conduct(pieces(8192 * pieces_played), engine)
    for _ in islice(played, first):
        pass
    started = time.perf_counter()
    for _ in played:
        pass
    return (time.perf_counter() - started) / (pieces_played - first)


def main() -> None:
    """Play in turn, and say the ratios."""
    from distributed import LocalCluster

    given = argparse.ArgumentParser()
    given.add_argument("--pieces", type=int, default=32)
    given.add_argument("--rounds", type=int, default=5)
    asked = given.parse_args()
    keep_memory()
    work = Play(load("berlin"), 1)
    second, dask = [], []
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster:
        for _ in range(asked.rounds):
            one = per_piece(here(work), asked.pieces // 2, 2)
            two = per_piece(on_cores(work, 2), asked.pieces, 2)
            there = per_piece(on_cluster(work, cluster.scheduler_address), asked.pieces, 2)
            second.append(one / two)
            dask.append(two / there)
            print(f"a piece in one process {one:.3f} s, in two {two:.3f} s, with Dask {there:.3f} s", flush=True)
    print(f"two processes: {statistics.median(second):.2f} times one ({min(second):.2f} to {max(second):.2f})")
    print(f"Dask: {statistics.median(dask):.2f} times two processes ({min(dask):.2f} to {max(dask):.2f})")


if __name__ == "__main__":
    main()
