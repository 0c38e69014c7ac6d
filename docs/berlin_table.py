"""How the shares of the Berlin case move with its rules: prints the table of docs/berlin.md.

Run it with `python docs/berlin_table.py`; it takes about half a minute. Each row changes the scenario as its command says and
changes nothing else: all rows share their luck, replicate by replicate.
"""

from collections.abc import Iterable, Iterator
from math import sqrt
from typing import NamedTuple

import pandas as pd

import sim

REPLICATES, SEED = 10_000, 1
PARTIES = {"ukraine": "Ukraine", "russia": "Russia", "us": "United States", "eu": "Europe"}
SURE = 1.96  # standard errors in a 95 % interval


class Row(NamedTuple):
    """One variant: in words, and as changes PATH=VALUE."""

    words: str
    changes: tuple[str, ...]


def rows() -> Iterator[Row]:
    """The variants, the scenario as written first."""
    yield Row("as written: 24 rounds, offers `considerate`", ())
    yield from (Row(f"{rounds} rounds", (f"talks.rounds={rounds}",)) for rounds in (6, 12, 48))
    yield Row("offers `lowest`", ("talks.offers=lowest",))
    for plus in (10, -10):
        for party, name in PARTIES.items():
            yield Row(f"no-deal value of {name} {plus:+d}", (f"parties.{party}.no_deal.plus={plus}",))
        yield Row(f"no-deal values of all {plus:+d}", tuple(f"parties.{party}.no_deal.plus={plus}" for party in PARTIES))


def command(row: Row) -> str:
    """The row as a command."""
    return " ".join(["parley run berlin", *(f"--set {change}" for change in row.changes)])


def percent(share: float) -> str:
    """A share with one decimal."""
    return f"{100 * share:.1f} %"


def moved(agreed: pd.Series, base: pd.Series) -> str:
    """The change of the share of agreement in points, with its 95 % interval from the paired replicates."""
    change = agreed.astype(int) - base.astype(int)
    return f"{100 * change.mean():+.1f} ± {100 * SURE * change.std() / sqrt(len(change)):.1f}"


def leading(frame: pd.DataFrame, issues: Iterable[str]) -> list[str]:
    """The option most often agreed on each issue, with its share of agreements."""
    shares = [frame[issue].value_counts(normalize=True) for issue in issues]
    return [f"{share.index[0]} {percent(share.iloc[0])}" for share in shares]


def frame_of(row: Row) -> pd.DataFrame:
    """The row's replicates."""
    return sim.run("berlin", replicates=REPLICATES, seed=SEED, changes=row.changes).to_frame()


def shares(frame: pd.DataFrame) -> list[str]:
    """Agreement, a zone, and agreement given a zone."""
    agreed, zone = frame["ending"] == "agreed", frame["zone_end"]
    return [percent(agreed.mean()), percent(zone.mean()), percent(agreed[zone].mean())]


def main() -> None:
    """Print both tables and the commands as markdown."""
    base: pd.Series | None = None
    first: list[list[str]] = []
    second: list[list[str]] = []
    issues = list(sim.load("berlin").negotiation.issues)
    for row in rows():
        frame = frame_of(row)
        agreed = frame["ending"] == "agreed"
        change = "" if base is None else moved(agreed, base)
        base = agreed if base is None else base
        agreement, *others = shares(frame)
        first.append([row.words, agreement, change, *others])
        second.append([row.words, *leading(frame[agreed], issues)])
    show(["variant", "agreement", "change", "a zone existed", "found, given a zone"], first)
    show(["variant", *(f"{issue}: leading option, of agreements" for issue in issues)], second)
    print("```sh\n" + "\n".join(map(command, rows())) + "\n```")


def show(heads: list[str], body: list[list[str]]) -> None:
    """A table in markdown."""
    for line in (heads, ["---"] * len(heads), *body):
        print(f"| {' | '.join(line)} |")
    print()


if __name__ == "__main__":
    main()
