"""One scenario played many times: its outcomes in memory, or in a folder."""

import hashlib
import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.case.faults import BadInput
from sim.case.reading import draft
from sim.outcomes.measures import Columns
from sim.outcomes.store import as_table, parquet, write_json, write_text
from sim.outcomes.summary import Record, summarise
from sim.outcomes.tally import Tally, add
from sim.studies.blocks import BLOCK, Study
from sim.studies.doubt import assumptions
from sim.studies.soundness import sound
from sim.studies.workers import play_all
from sim.talks.negotiation import Negotiation

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Progress = Callable[[int], None]


def load(name: str, changes: Sequence[str] = ()) -> Study:
    """A scenario by path or shipped name, with changes PATH=VALUE, ready to be played; BadInput lists all that is wrong.

    With changes, no-deal values stay as drawn in the scenario without them, unless they are themselves changed.
    """
    written = draft(name)
    changed = written.changed(changes)
    negotiation = changed.checked(Negotiation)
    base = written.checked(Negotiation) if changes else None
    faults = written.told(sound(Study(base))) if base else []
    faults = faults or changed.told(sound(Study(negotiation, base)))
    if faults:
        raise BadInput(faults)
    return Study(negotiation, base)


@dataclass(frozen=True)
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

    def to_frame(self) -> "pd.DataFrame":
        """A row per replicate, as in `outcomes.parquet`."""
        if self.columns is None:
            raise ValueError("these outcomes were written to a folder: read outcomes.parquet there")
        return as_table(self.study.negotiation, self.study.deals, self.columns, 0).to_pandas()

    def plot(self, figure: str = "endings") -> "Figure":
        """One of the report's figures, by name."""
        from sim.outcomes.plots import FIGURES

        return FIGURES[figure](self.summary)


def run(
    scenario: str | Path | Study,
    replicates: int = 10_000,
    seed: int = 1,
    jobs: int = 1,
    changes: Sequence[str] = (),
    block: int = BLOCK,
) -> Outcomes:
    """Play a scenario so many times and keep a row per replicate in memory."""
    study = scenario if isinstance(scenario, Study) else load(str(scenario), changes)
    played = [chunk for _, chunk in play_all(study, seed, replicates, jobs, block)]
    columns = {name: np.concatenate([chunk.columns[name] for chunk in played]) for name in played[0].columns}
    return Outcomes(study, seed, add([chunk.counts for chunk in played]), columns)


def run_to(folder: Path | None, study: Study, replicates: int, seed: int, jobs: int, progress: Progress) -> Outcomes:
    """Play a scenario so many times; rows go to `outcomes.parquet` in the folder as they come and are not kept."""
    counts: Tally | None = None

    def count(chunk: range, more: Tally) -> None:
        nonlocal counts
        counts = more if counts is None else add([counts, more])
        progress(len(chunk))

    if folder is None:
        for replicate, chunk in play_all(study, seed, replicates, jobs):
            count(replicate, chunk.counts)
    else:
        with parquet(folder / "outcomes.parquet") as append:
            for replicate, chunk in play_all(study, seed, replicates, jobs):
                append(as_table(study.negotiation, study.deals, chunk.columns, replicate.start))
                count(replicate, chunk.counts)
    assert counts is not None
    return Outcomes(study, seed, counts)


def write_results(folder: Path, outcomes: Outcomes, changes: Sequence[str]) -> None:
    """The summary, the figures, the report and the manifest."""
    from sim.outcomes.plots import save_figures
    from sim.outcomes.report import report

    summary = outcomes.summary
    (folder / "figures").mkdir(exist_ok=True)
    figures = save_figures(summary, folder / "figures")
    write_text(folder / "report.html", report(summary, {path.stem: path.read_bytes() for path in figures}))
    write_json(folder / "summary.json", summary)
    write_json(folder / "manifest.json", manifest(outcomes, changes))


def manifest(outcomes: Outcomes, changes: Sequence[str]) -> dict[str, Any]:
    """What was run with what: enough to tell two results apart and to make one again."""
    packages = ("parley-sim", "numpy", "scipy", "mesa", "pyarrow")
    return {
        "title": outcomes.study.negotiation.title,
        "scenario_sha256": fingerprint(outcomes.study.negotiation),
        "base_sha256": outcomes.study.base and fingerprint(outcomes.study.base),
        "changes": list(changes),
        "replicates": int(outcomes.counts["replicates"]),
        "seed": outcomes.seed,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in packages}},
    }


def fingerprint(negotiation: Negotiation) -> str:
    """A hash of all that the scenario says."""
    text = json.dumps(negotiation.model_dump(), sort_keys=True, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()
