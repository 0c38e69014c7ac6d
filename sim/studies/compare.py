"""Scenarios beside one another with the same luck: replicate n of each draws the same numbers wherever they share them.

The first is the one that all others are held against. No-deal values stay as drawn in it, where a scenario writes them alike.
"""

import shlex
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.case.arrays import Array, Floats
from sim.case.faults import BadInput, named
from sim.outcomes.captions import times
from sim.outcomes.contrast import contrast
from sim.outcomes.measures import Columns
from sim.outcomes.paired import differences, holm, widest
from sim.outcomes.store import as_table, parquet, side_by_side, write_json, write_manifest
from sim.outcomes.summary import Record, wording
from sim.outcomes.tally import Tally, add
from sim.studies.blocks import BLOCK, Study
from sim.studies.conduct import conduct
from sim.studies.doubt import VERSIONS, Versions, assumptions_apart, has_interior
from sim.studies.effort import Effort, effort
from sim.studies.ledger import Ledger, ledger
from sim.studies.pieces import CHUNK, Piece, Progress, pieces, untold
from sim.studies.runs import fingerprint, identity, load
from sim.studies.together import LETTERS, Together

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


class Compared(NamedTuple):
    """One of the scenarios: the name it was given, and what is played."""

    name: str
    study: Study

    @property
    def label(self) -> str:
        """Its name, or what was changed."""
        return "; ".join(self.study.changes) or self.name

    def explained(self, replicate: int, seed: int) -> list[str]:
        """The words that `parley explain` needs after the scenario's name to tell a replicate of it."""
        changes = [word for change in self.study.changes for word in ("--set", change)]
        return ["-r", str(replicate), *changes, *(["--seed", str(seed)] if seed != 1 else [])]


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


def _of(letter: str, named: Mapping[str, Array]) -> dict[str, Array]:
    """The columns or counts of one scenario, by their names without its letter."""
    ending = f".{letter}"
    return {name.removesuffix(ending): array for name, array in named.items() if name.endswith(ending)}


@dataclass(frozen=True, repr=False)
class Comparison:
    """What came of the scenarios in the same replicates: counts always, and columns (n,) where they were kept.

    `moved` holds the share of agreement of each scenario, as written and in each version with interior values moved; None
    where no scenario has any.
    """

    compared: tuple[Compared, ...]
    seed: int
    counts: Tally
    moved: Floats | None = None
    columns: Columns | None = None

    @cached_property
    def summary(self) -> Record:
        """Differences with both their doubts, as in `summary.json`."""
        said = [wording(one.study.negotiation) for one in reversed(self.compared)]
        return {
            "replicates": int(self.counts["replicates"]),
            "seed": self.seed,
            "scenarios": {letter: self._told(one) for letter, one in zip(LETTERS, self.compared, strict=False)},
            "wording": {"parties": _merged(said, "parties"), "issues": _merged_issues(said)},
            "comparisons": self._comparisons(),
        }

    def __repr__(self) -> str:
        """What it is, in a line."""
        said = ", ".join(f"{letter} {one.label}" for letter, one in zip(LETTERS, self.compared, strict=False))
        return f"Comparison({said}: {times(int(self.counts['replicates']))} of each, seed {self.seed})"

    def _repr_html_(self) -> str:
        """The tables of `parley compare`, for a notebook."""
        from sim.outcomes.contrast_tables import show_comparison
        from sim.outcomes.tables import in_page

        return in_page(show_comparison, self.summary)

    def to_frame(self) -> "pd.DataFrame":
        """A row per replicate, as in `outcomes.parquet`."""
        if self.columns is None:
            raise ValueError("these outcomes were written to a folder: read outcomes.parquet there")
        return _table(self.compared, self.columns, 0).to_pandas()

    def plot(self, letter: str = "B") -> "Figure":
        """What moves from the first scenario to the one of this letter; BadInput where it stands for none."""
        from sim.outcomes.moves import moves

        named(letter, self.summary["comparisons"], "scenario")
        return moves(self.summary, letter)

    def _told(self, one: Compared) -> Record:
        about = one.study.negotiation.about
        return {
            "name": one.name,
            "changes": list(one.study.changes),
            "label": one.label,
            "title": one.study.negotiation.title,
            "about": about,
        }

    def _comparisons(self) -> dict[str, Record]:
        """Each other scenario against the first, by its letter; p adjusted over all of them together."""
        told = {}
        first, *others = self.compared
        for number, (letter, other) in enumerate(zip(LETTERS[1:], others, strict=False), 1):
            record = told[letter] = _contrast(first, other, _of(letter, self.counts)) | _no_deals(first.study, other.study)
            agreement = record["agreement"]
            doubt = None if self.moved is None else assumptions_apart(self.moved[0], self.moved[number], agreement["difference"])
            record["agreement"] = {**agreement, "assumptions": doubt}
            record["explain"] = self._example(letter, record["moves"])
        tests = list(differences(told))
        for one, adjusted in zip(tests, holm([one["p"] for one in tests]), strict=True):
            one["p_holm"] = adjusted
        return told

    def _example(self, letter: str, cells: Sequence[Record]) -> Record | None:
        """A pair of commands that tell one replicate in both scenarios: the first of those that moved most often."""
        moved = next((cell for cell in cells if cell["first"] != cell["other"]), None)
        if moved is None:
            return None
        pair = {"A": self.compared[0], letter: self.compared[LETTERS.index(letter)]}
        return {place: self._command(one, moved["example"]) for place, one in pair.items()}

    def _command(self, one: Compared, replicate: int) -> str:
        first = self.compared[0]
        kept = one.study.base is not None and not one.study.changes
        base = ["--base", first.name] if kept else []
        return shlex.join(["parley", "explain", one.name, *one.explained(replicate, self.seed), *base])


def _contrast(first: Compared, other: Compared, counts: Mapping[str, Array]) -> Record:
    return contrast(first.study.negotiation, other.study.negotiation, counts)


def _no_deals(first: Study, other: Study) -> Record:
    """Which parties' no-deal values stay as drawn in the first scenario, and which are drawn anew."""
    parties = [party for party in other.negotiation.parties if party in first.negotiation.parties]
    kept = [party for party in parties if other.keeps(party)]
    return {"no_deal_kept": kept, "no_deal_drawn_anew": [party for party in parties if party not in kept]}


def _merged(said: Sequence[Record], key: str) -> Record:
    return {name: text for one in said for name, text in one[key].items()}


def _merged_issues(said: Sequence[Record]) -> Record:
    """Issues of all scenarios with all their options, in the words of the first that has them."""
    issues = _merged(said, "issues")
    return {
        name: {
            **issue,
            "options": {key: text for one in said for key, text in one["issues"].get(name, {"options": {}})["options"].items()},
        }
        for name, issue in issues.items()
    }


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
                append(_table(compared, columns, piece.first))

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
                _contrast(compared[0], other, _of(letter, counts))
                for letter, other in zip(LETTERS[1:], compared[1:], strict=False)
            ]
            progress(len(piece.replicates), _so_far(told))
            if effort.precision and widest(told) <= effort.precision:
                break
    assert counts is not None
    return counts


def _so_far(told: Sequence[Record]) -> str:
    apart = [one["agreement"] for one in told]
    return "agreement " + ", ".join(f"{100 * one['low']:+.1f} to {100 * one['high']:+.1f}" for one in apart[:3])


def _table(compared: Sequence[Compared], columns: Columns, first: int) -> Any:
    """A row per replicate, the columns of each scenario side by side."""
    return side_by_side(
        {
            letter: as_table(one.study.negotiation, one.study.deals, _of(letter, columns), first)
            for letter, one in zip(LETTERS, compared, strict=False)
        }
    )


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
