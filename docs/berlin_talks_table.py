"""How the shares of the Berlin talks move with what goes on around the table: prints the last table of docs/berlin.md.

Run it with `python docs/berlin_talks_table.py`; it takes some minutes. Each row is a scenario that comes with parley, or one
with a change; all share their luck, replicate by replicate.
"""

import shlex
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd
from berlin_table import PARTIES, REPLICATES, SEED, moved, percent, show

import sim


class Row(NamedTuple):
    """One scenario: in words, by name, and with changes PATH=VALUE."""

    words: str
    scenario: str
    changes: tuple[str, ...] = ()


def rows() -> Iterator[Row]:
    """The scenarios: the case without its surroundings, then the talks as written, then their variants."""
    no_deadline = ("events.deadline.chance=0",)
    yield Row("the four issues alone", "berlin")
    yield Row("everything switched on", "berlin_talks")
    yield Row("no attrition", "berlin_talks", ("world.attrition.drift=0",))
    yield Row("no American deadline", "berlin_talks", no_deadline)
    yield Row("no American pressure", "berlin_no_us_pressure")
    yield Row("loan adopted", "berlin_loan_adopted")
    yield Row("loan refused", "berlin_loan_refused")
    yield Row("a hard winter", "berlin_hard_winter")
    yield Row("a moving front", "berlin_moving_front")
    yield Row("NATO back on the table", "berlin_nato_open")
    yield Row("the American offer may lapse", "berlin_offer_lapses")
    yield Row("the American draft opens", "berlin_us_draft_opens")
    yield Row("Russia in the room", "berlin_russia_in_room")
    yield Row("Russia in the room, no American deadline", "berlin_russia_in_room", no_deadline)
    single_text = "talks.protocol.single_text"
    yield Row("an American go-between", "berlin_us_mediator")
    yield Row(
        "an American go-between who opens with the 20 points", "berlin_us_mediator", (f"{single_text}.opens=plan20_mirrored",)
    )
    yield Row("a neutral go-between", "berlin_neutral_mediator")
    yield Row("a neutral go-between who never mishears", "berlin_neutral_mediator", (f"{single_text}.mishears=0",))
    yields = tuple(f"parties.{party}.strategy={{annealing: {{temperature: 5}}}}" for party in PARTIES)
    yield Row("a neutral go-between, parties that give way for a time", "berlin_neutral_mediator", yields)


def command(row: Row) -> str:
    """The row as a command."""
    return " ".join([f"parley run {row.scenario}", *(f"--set {shlex.quote(change)}" for change in row.changes)])


def frame_of(row: Row, jobs: int = 1) -> pd.DataFrame:
    """The row's replicates."""
    return sim.run(row.scenario, replicates=REPLICATES, seed=SEED, jobs=jobs, changes=row.changes).to_frame()


def shares(frame: pd.DataFrame) -> list[str]:
    """Agreement; a zone at the start or at the end; a signature, given a zone; a yes at home, given a signature."""
    agreed, zone = frame["ending"] == "agreed", frame["zone_start"] | frame["zone_end"]
    signed = frame["signed_deal"].notna() if "signed_deal" in frame else agreed
    home = percent(agreed[signed].mean()) if "signed_deal" in frame and signed.any() else ""
    return [percent(agreed.mean()), percent(zone.mean()), percent(signed[zone].mean()), home]


def main() -> None:
    """Print the table and its commands as markdown; changes are those against the talks as written."""
    frames = {row: frame_of(row, jobs=2) for row in rows()}
    agreed = {row: frame["ending"] == "agreed" for row, frame in frames.items()}
    _, written, *_ = rows()
    body = []
    for row, frame in frames.items():
        agreement, *others = shares(frame)
        change = "" if row == written else moved(agreed[row], agreed[written])
        body.append([row.words, agreement, change, *others])
    show(["scenario", "agreement", "change", "a zone existed", "found, given a zone", "home said yes, given a signature"], body)
    print("```sh\n" + "\n".join(map(command, rows())) + "\n```")


if __name__ == "__main__":
    main()
