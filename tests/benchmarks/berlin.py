"""The Berlin scenario with all its measures, drawing included, in one process.

    python tests/benchmarks/berlin.py --runs 20480 --seed 1

prints one JSON line. Reading the scenario and a warm-up block are not timed.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import time

from sim.outcomes.tally import add
from sim.processes import keep_memory
from sim.studies.blocks import BLOCK, play_chunk
from sim.studies.pieces import pieces
from sim.studies.runs import load


def main() -> None:
    """Time so many runs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=20_480)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--block", type=int, default=BLOCK)
    parser.add_argument("--scenario", default="berlin")
    asked = parser.parse_args()
    keep_memory()
    study = load(asked.scenario)
    play_chunk(study, asked.seed, range(asked.block))
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        counts = add([play_chunk(study, asked.seed, piece.replicates, asked.block).counts for piece in pieces(asked.runs)])
        best = min(best, time.perf_counter() - start)
    agreed = int(counts["deals"].sum())
    by_round = counts["endings"].sum(axis=0)
    mean_rounds = sum(round * int(count) for round, count in enumerate(by_round)) / asked.runs
    print(
        json.dumps(
            {
                "tool": "parley",
                "workload": asked.scenario,
                "runs": asked.runs,
                "seconds": round(best, 4),
                "runs_per_s": round(asked.runs / best, 1),
                "agreement_rate": agreed / asked.runs,
                "mean_rounds": round(mean_rounds, 3),
            }
        )
    )


if __name__ == "__main__":
    main()
