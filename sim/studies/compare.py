"""Scenarios beside one another with the same luck: replicate n of each draws the same numbers wherever they share them.

The first is the one that all others are held against. No-deal values stay as drawn in it, where a scenario writes them alike.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from sim.case.arrays import Floats
from sim.case.faults import BadInput
from sim.outcomes.measures import Columns
from sim.outcomes.paired import widest
from sim.outcomes.store import parquet, write_json, write_manifest
from sim.outcomes.summary import Record
from sim.outcomes.tally import Tally, add
from sim.studies.blocks import BLOCK
from sim.studies.compared import Compared, Comparison, against, of, table
from sim.studies.conduct import conduct
from sim.studies.doubt import VERSIONS, Versions, has_interior
from sim.studies.effort import Effort, effort
from sim.studies.ledger import Ledger, ledger
from sim.studies.pieces import CHUNK, Piece, Progress, pieces, untold
from sim.studies.runs import fingerprint, identity, load
from sim.studies.together import LETTERS, Together


def scenarios(names: Sequence[str], variants: Sequence[str | Sequence[str]] = ()) -> tuple[Compared, ...]:
    """The named scenarios, then the first with the changes PATH=VALUE of each variant; BadInput lists all that is wrong."""
    faults = _too_few_or_many(len(names) + len(variants))
    if faults:
        raise BadInput(faults)
    found: list[Compared] = []
    base = None
    for place, (name, changes) in enumerate([*((name, ()) for name in names), *((names[0], changes) for changes in variants)]):
        try:
            study = load(name, changes, None if changes else base, "--with")
        except BadInput as error:
            faults += error.lines
            continue
        base = study.negotiation if place == 0 else base
        found.append(Compared(name, study))
    if faults:
        raise BadInput(dict.fromkeys(faults))
    return tuple(found)


def _too_few_or_many(count: int) -> list[str]:
    if count < 2:
        return ["compare: one scenario alone; name another, or change it by --with PATH=VALUE"]
    return [f"compare: {count} scenarios, and at most {len(LETTERS)} can be compared"] if count > len(LETTERS) else []


def compare(
    *names: str | Path,
    variants: Sequence[str | Sequence[str]] = (),
    replicates: int | None = None,
    seed: int = 1,
    jobs: int = 1,
    precision: float | None = None,
) -> Comparison:
    """Play scenarios, and variants of the first by their changes PATH=VALUE, with the same luck, so many replicates (10,000) or
    until their differences are precise enough; rows are kept in memory."""
    asked = effort(replicates, seed, jobs, precision)
    compared = scenarios(list(map(str, names)), [variants] if isinstance(variants, str) else variants)
    kept: list[Columns] = []
    counts = _count(compared, seed, asked, keep=lambda piece, columns: kept.append(columns))
    columns = {name: np.concatenate([one[name] for one in kept]) for name in kept[0]}
    return Comparison(compared, seed, counts, _moved(compared, seed, asked), columns)


def compare_to(folder: Path | None, compared: tuple[Compared, ...], seed: int, effort: Effort, progress: Progress) -> Comparison:
    """Play scenarios with the same luck; rows go to the folder as they come. One that was stopped goes on where it was."""
    if folder is None:
        counts = _count(compared, seed, effort, progress)
        return Comparison(compared, seed, counts, _moved(compared, seed, effort, progress))
    with ledger(folder, _identity(compared, seed)) as book:
        with parquet(folder / "outcomes.parquet", book.folder) as append:

            def keep(piece: Piece, columns: Columns) -> None:
                append(table(compared, columns, piece.first))

            counts = _count(compared, seed, effort, progress, book, keep)
        comparison = Comparison(compared, seed, counts, _moved(compared, seed, effort, progress, book))
        _write_results(folder, comparison)
    return comparison


def length(compared: Sequence[Compared], replicates: int) -> int:
    """How long a comparison is, in replicates: its own, and those that the doubt about assumptions costs."""
    return replicates + (BLOCK * (1 + VERSIONS) if _movable(compared) else 0)


def _movable(compared: Sequence[Compared]) -> bool:
    return any(has_interior(one.study.negotiation) for one in compared)


def _moved(
    compared: Sequence[Compared], seed: int, effort: Effort, progress: Progress = untold, book: Ledger | None = None
) -> Floats | None:
    """The shares of agreement (scenarios, 1 + versions), or None where no scenario has values to be moved."""
    if not _movable(compared):
        return None
    work = Versions(tuple(one.study for one in compared), seed, VERSIONS)
    shares = []
    versions = (Piece(point, 0, BLOCK) for point in work.points)
    for number, (_, chunk) in enumerate(conduct(versions, effort.place(work, len(work.points)), book), 1):
        shares.append(chunk.counts["agreed"] / BLOCK)
        progress(BLOCK * number // len(compared) - BLOCK * (number - 1) // len(compared), "interior values moved")
    return np.array(shares).reshape(len(compared), -1)


def _count(
    compared: Sequence[Compared],
    seed: int,
    effort: Effort,
    progress: Progress = untold,
    book: Ledger | None = None,
    keep: Callable[[Piece, Columns], None] = lambda piece, columns: None,
) -> Tally:
    """Play until all is played or known well enough."""
    work = Together(tuple(one.study for one in compared), seed)
    size = max(CHUNK // len(compared) // BLOCK, 1) * BLOCK  # so that a piece is as much work as one of a plain run
    counts: Tally | None = None
    with closing(conduct(pieces(effort.replicates, size=size), effort.place(work, len(compared)), book)) as played:
        for piece, chunk in played:
            counts = chunk.counts if counts is None else add([counts, chunk.counts])
            keep(piece, chunk.columns)
            told = [
                against(compared[0], other, of(letter, counts)) for letter, other in zip(LETTERS[1:], compared[1:], strict=False)
            ]
            progress(len(piece.replicates), _so_far(told))
            if effort.precision and widest(told) <= effort.precision:
                break
    assert counts is not None
    return counts


def _so_far(told: Sequence[Record]) -> str:
    apart = [one["agreement"] for one in told]
    return "agreement " + ", ".join(f"{100 * one['low']:+.1f} to {100 * one['high']:+.1f}" for one in apart[:3])


def _write_results(folder: Path, comparison: Comparison) -> None:
    """The summary, a figure for each pair, and the manifest."""
    from sim.outcomes.moves import save_moves

    figures = save_moves(comparison.summary, folder / "figures")
    write_json(folder / "summary.json", comparison.summary)
    told = {"replicates": int(comparison.counts["replicates"]), **_identity(comparison.compared, comparison.seed)}
    write_manifest(folder, told, figures)


def _identity(compared: Sequence[Compared], seed: int) -> dict[str, Any]:
    """What makes a comparison this one."""
    own = identity(compared[0].study, seed)
    beside = [
        {
            "scenario": one.label,
            "scenario_sha256": fingerprint(one.study.negotiation),
            "base_sha256": one.study.base and fingerprint(one.study.base),
        }
        for one in compared[1:]
    ]
    return {"study": "compare", "scenario": compared[0].label, **own, "against": beside}
