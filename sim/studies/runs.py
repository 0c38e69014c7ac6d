"""One scenario played many times: its outcomes in memory, or in a folder."""

import hashlib
import json
import platform
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.case.faults import BadInput, named
from sim.case.reading import draft
from sim.outcomes.captions import times
from sim.outcomes.measures import Columns
from sim.outcomes.store import as_table, parquet, write_json, write_manifest, write_text
from sim.outcomes.summary import Record, share, summarise, widest
from sim.outcomes.tally import Tally, add
from sim.studies.blocks import BLOCK, Play, Study
from sim.studies.conduct import conduct
from sim.studies.doubt import assumptions
from sim.studies.effort import Effort, effort
from sim.studies.ledger import Ledger, ledger
from sim.studies.pieces import Piece, Progress, pieces, untold
from sim.studies.soundness import sound
from sim.talks.negotiation import Negotiation

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def load(name: str, changes: Sequence[str] = (), base: Negotiation | None = None, option: str = "--set") -> Study:
    """A scenario by path or shipped name, with changes PATH=VALUE, ready to be played; BadInput lists all that is wrong.

    One change alone needs no list around it. With changes, no-deal values stay as drawn in the scenario without them, unless they
    are themselves changed. So they stay as drawn in a base, where that has the same issues: points on another list of issues are
    points on another scale. Faults in the changes name the option after which these were written.
    """
    changes = (changes,) if isinstance(changes, str) else tuple(changes)
    written = draft(name)
    changed = written.changed(changes, option)
    negotiation = changed.checked(Negotiation)
    faults: list[str] = []
    if base is not None:
        base = base if set(base.issues) == set(negotiation.issues) else None
    elif changes:
        base = written.checked(Negotiation)
        faults = written.told(sound(Study(base)))
    study = Study(negotiation, base, changes=changes)
    faults = faults or changed.told(sound(study))
    if faults:
        raise BadInput(faults)
    return study


@dataclass(frozen=True, repr=False)
class Outcomes:
    """What came of the replicates: counts always, and a column (n,) per measure where they were kept."""

    study: Study
    seed: int
    counts: Tally
    columns: Columns | None = None

    @cached_property
    def summary(self) -> Record:
        """Shares with both their doubts, as in `summary.json`."""
        agreed = float(self.counts["deals"].sum() / self.counts["replicates"])
        doubt = assumptions(self.study, self.seed, agreed)
        return summarise(self.study.negotiation, self.study.deals, self.counts, self.seed, doubt)

    def __repr__(self) -> str:
        """What it is, in a line."""
        return f"Outcomes({self.study.negotiation.title}: {times(int(self.counts['replicates']))}, seed {self.seed})"

    def _repr_html_(self) -> str:
        """The tables of `parley run`, for a notebook."""
        from sim.outcomes.tables import in_page
        from sim.outcomes.terminal import show

        return in_page(show, self.summary)

    def to_frame(self) -> "pd.DataFrame":
        """A row per replicate, as in `outcomes.parquet`."""
        if self.columns is None:
            raise ValueError("these outcomes were written to a folder: read outcomes.parquet there")
        return as_table(self.study.negotiation, self.study.deals, self.columns, 0).to_pandas()

    def plot(self, figure: str = "endings") -> "Figure":
        """One of the report's figures, by name; BadInput where there is none of that name."""
        from sim.outcomes.plots import FIGURES

        return named(figure, FIGURES, "figure")(self.summary)


def run(
    scenario: str | Path | Study,
    replicates: int | None = None,
    seed: int = 1,
    jobs: int = 1,
    changes: Sequence[str] = (),
    precision: float | None = None,
    block: int = BLOCK,
) -> Outcomes:
    """Play a scenario so many times (10,000), or until it is precise enough, and keep a row per replicate in memory."""
    asked = effort(replicates, seed, jobs, precision)
    study = scenario if isinstance(scenario, Study) else load(str(scenario), changes)
    kept: list[Columns] = []
    counts = _count(Play(study, seed, block), asked, keep=lambda piece, columns: kept.append(columns))
    return Outcomes(study, seed, counts, {name: np.concatenate([one[name] for one in kept]) for name in kept[0]})


def run_to(folder: Path | None, study: Study, seed: int, effort: Effort, progress: Progress) -> Outcomes:
    """Play a scenario; rows go to the folder as they come, and are not kept in memory.

    A study that was stopped goes on where it was; `outcomes.parquet` appears when it is whole.
    """
    if folder is None:
        return Outcomes(study, seed, _count(Play(study, seed), effort, progress))
    with ledger(folder, identity(study, seed)) as book:
        with parquet(folder / "outcomes.parquet", book.folder) as append:

            def keep(piece: Piece, columns: Columns) -> None:
                append(as_table(study.negotiation, study.deals, columns, piece.first))

            outcomes = Outcomes(study, seed, _count(Play(study, seed), effort, progress, book, keep))
        write_results(folder, outcomes)
    return outcomes


def _count(
    work: Play,
    effort: Effort,
    progress: Progress = untold,
    book: Ledger | None = None,
    keep: Callable[[Piece, Columns], None] = lambda piece, columns: None,
) -> Tally:
    """Play until all is played or known well enough."""
    study, counts = work.study, None
    with closing(conduct(pieces(effort.replicates), effort.place(work), book)) as played:
        for piece, chunk in played:
            counts = chunk.counts if counts is None else add([counts, chunk.counts])
            keep(piece, chunk.columns)
            so_far = share(int(counts["deals"].sum()), int(counts["replicates"]))
            progress(len(piece.replicates), f"agreement {so_far['low']:.1%} to {so_far['high']:.1%}")
            if effort.precision and widest(summarise(study.negotiation, study.deals, counts, work.seed)) <= effort.precision:
                break
    assert counts is not None
    return counts


def write_results(folder: Path, outcomes: Outcomes) -> None:
    """The summary, the figures, the report and the manifest."""
    from sim.outcomes.plots import save_figures
    from sim.outcomes.report import report

    summary = outcomes.summary
    (folder / "figures").mkdir(exist_ok=True)
    figures = save_figures(summary, folder / "figures")
    write_text(folder / "report.html", report(summary, {path.stem: path.read_bytes() for path in figures}))
    write_json(folder / "summary.json", summary)
    write_manifest(folder, manifest(outcomes), figures)


def manifest(outcomes: Outcomes) -> dict[str, Any]:
    """What was run with what: enough to tell two results apart and to make one again."""
    study = outcomes.study
    title, replicates = study.negotiation.title, int(outcomes.counts["replicates"])
    return {"title": title, "changes": list(study.changes), "replicates": replicates, **identity(study, outcomes.seed)}


def identity(study: Study, seed: int) -> dict[str, Any]:
    """What makes a study this one: all of its scenario, its seed, and the versions of what plays it."""
    packages = ("parley-sim", "numpy", "scipy", "mesa", "pyarrow")
    return {
        "scenario_sha256": fingerprint(study.negotiation),
        "base_sha256": study.base and fingerprint(study.base),
        "seed": seed,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in packages}},
    }


def fingerprint(negotiation: Negotiation) -> str:
    """A hash of all that the scenario says."""
    text = json.dumps(negotiation.model_dump(), sort_keys=True, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()
