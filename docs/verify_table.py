"""All that `parley verify` claims and expects: prints the table of docs/verify.md.

Run it with `python docs/verify_table.py`; it takes about as long as `parley verify`.
"""

from sim.verify.rows import Row
from sim.verify.topics import TOPICS

SEED = 1


def line(row: Row) -> str:
    """The row as a line of the page: what does not hang on chance or on the machine."""
    expected = f"{row.relation} {row.expected:.6g}".removeprefix("= ")
    return f"| {row.topic} | {row.claim} | {row.source} | {row.kind} | {expected} | {row.reason} |"


if __name__ == "__main__":
    print("| topic | claim | source | how | expected | tolerance from |\n|---|---|---|---|--:|---|")
    for rows in TOPICS.values():
        for row in rows(SEED):
            print(line(row))
