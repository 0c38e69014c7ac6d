"""How fast the program is beside its peers, as ratios taken in one run on one machine.

    python tests/benchmarks/table.py --rounds 5 --peer "NegMAS=python negmas_w1.py --runs 100" \\
        --peer "compiled=python compiled_w1.py --runs 20000"

runs W1, Berlin and each peer in turn, so many rounds over, and prints a Markdown table of medians. A peer is a command whose
last line is JSON with `runs_per_s`. Ratios are taken round by round: what a noisy machine does to one it does to all.
"""

import argparse
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
OURS = {
    "Parley, W1": [sys.executable, str(HERE / "w1.py")],
    "Parley, Berlin with all measures": [sys.executable, str(HERE / "berlin.py")],
}


def speed(command: list[str]) -> float:
    """Runs a second, as the command says on its last line."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    return float(json.loads(told.strip().splitlines()[-1])["runs_per_s"])


def main() -> None:
    """Time all and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND")
    asked = parser.parse_args()
    peers = {name: shlex.split(command) for name, _, command in (peer.partition("=") for peer in asked.peer)}
    speeds: dict[str, list[float]] = {name: [] for name in (*OURS, *peers)}
    for _ in range(asked.rounds):
        for name, command in (OURS | peers).items():
            speeds[name].append(speed(command))
    print(
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; "
        f"one process, BLAS threads at 1, median of {asked.rounds} rounds.\n"
    )
    print("| | runs a second |" + "".join(f" times {name} |" for name in peers))
    print("|---|--:|" + "--:|" * len(peers))
    for name, rows in speeds.items():
        ratios = [statistics.median(a / b for a, b in zip(rows, speeds[peer], strict=True)) for peer in peers]
        print(f"| {name} | {statistics.median(rows):,.0f} |" + "".join(f" {ratio:,.2f} |" for ratio in ratios))


if __name__ == "__main__":
    main()
