"""Workload W1: 4 parties, 4 issues of 5 options, 100 rounds of stacked alternating offers; preferences drawn per replicate.

    python tests/benchmarks/w1.py --runs 20000 --seed 1

prints one JSON line. Drawing the preferences is timed, imports and one warm-up block are not.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import time

import numpy as np

from sim.case.deals import Deals, list_deals
from sim.case.numbers import Draws
from sim.case.stakes import GRID, Stakes
from sim.processes import keep_memory
from sim.talks.model import play as play_talks
from sim.talks.negotiation import Negotiation

PARTIES, ISSUES, OPTIONS, ROUNDS, RESERVE, BLOCK = 4, 4, 5, 100, 0.3, 512


def negotiation() -> Negotiation:
    """The rules of W1; what parties want is drawn below."""
    party = {"weights": {"i0": 1}, "no_deal": 100 * RESERVE, "strategy": {"aspiration": {"firmness": 4, "tolerance": 0.1}}}
    options = {str(option): "-" for option in range(OPTIONS)}
    return Negotiation.model_validate(
        {
            "title": "W1",
            "issues": {f"i{i}": {"question": "?", "options": options} for i in range(ISSUES)},
            "parties": {f"p{p}": party for p in range(PARTIES)},
            "talks": {"rounds": ROUNDS, "clock": "stacked", "offers": "lowest"},
        }
    )


def draw(rng: np.random.Generator, deals: Deals, replicates: int) -> Stakes:
    """Stakes of so many replicates: Dirichlet weights, uniform values scaled to 0..1."""
    weights = rng.dirichlet(np.ones(ISSUES), size=(PARTIES, replicates))
    values = rng.random((PARTIES, replicates, ISSUES, OPTIONS))
    values -= values.min(axis=3, keepdims=True)
    values /= values.max(axis=3, keepdims=True)
    steps = np.rint(GRID * weights[..., None] * values).reshape(PARTIES, replicates, ISSUES * OPTIONS)
    no_deal = np.full((1, PARTIES, replicates), RESERVE)
    fine = np.zeros((PARTIES, replicates), dtype=bool)
    return Stakes(deals, tuple(steps), no_deal, (ISSUES * OPTIONS,) * PARTIES, fine)


def main() -> None:
    """Time so many runs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--block", type=int, default=BLOCK)
    asked = parser.parse_args()
    keep_memory()
    rules = negotiation()
    deals = list_deals(rules)

    def play(rng: np.random.Generator, replicates: int) -> tuple[int, int]:
        table = play_talks(rules, draw(rng, deals, replicates), Draws(None))
        return int(table.agreed.sum()), int(np.where(table.agreed, table.ended, ROUNDS).sum())

    play(np.random.default_rng(0), asked.block)
    best = float("inf")
    for attempt in range(3):
        rng = np.random.default_rng([asked.seed, attempt])
        start = time.perf_counter()
        played = [play(rng, min(asked.block, asked.runs - n)) for n in range(0, asked.runs, asked.block)]
        best = min(best, time.perf_counter() - start)
    agreed, rounds = map(sum, zip(*played, strict=True))
    print(
        json.dumps(
            {
                "tool": "parley",
                "workload": "w1",
                "runs": asked.runs,
                "seconds": round(best, 4),
                "runs_per_s": round(asked.runs / best, 1),
                "agreement_rate": agreed / asked.runs,
                "mean_rounds": round(rounds / asked.runs, 3),
            }
        )
    )


if __name__ == "__main__":
    main()
