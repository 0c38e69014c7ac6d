"""A sweep: an experiment played point by point, or as one sample of its factors, and what it found."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from sim.case.faults import BadInput, named
from sim.case.reading import Change
from sim.case.wording import schema_faults
from sim.outcomes.asked import asked
from sim.outcomes.endings import endings
from sim.outcomes.intervals import of_share
from sim.outcomes.measures import Columns
from sim.outcomes.store import answers_table, parquet, write_json, write_manifest, write_table
from sim.outcomes.sweep_words import footer
from sim.outcomes.tally import Tally, add
from sim.studies.blocks import Study
from sim.studies.conduct import conduct
from sim.studies.designs import Hypercubes, Layout, Pairs
from sim.studies.effort import MOST, Effort, effort
from sim.studies.experiment import DESIGNS, REPLICATES, Experiment, Setup, read_experiment
from sim.studies.factors import Factor, factors
from sim.studies.ledger import Ledger, ledger
from sim.studies.pieces import Piece, Progress, pieces, untold
from sim.studies.points import Point, points, variants
from sim.studies.runs import fingerprint, identity
from sim.studies.swept import Record, as_columns, of_points, of_sample
from sim.studies.trials import Trials, differences, differences_before

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Ready:
    """An experiment that can be played: its points, or the layout of its factors over one study."""

    setup: Setup
    seed: int
    replicates: int
    points: Sequence[Point]
    factors: Sequence[Factor] = ()
    layout: Layout | None = None

    @property
    def trials(self) -> Trials:
        """The work."""
        studies = [point.study for point in self.points]
        return Trials(studies, self.setup.experiment.measures, self.seed, self.layout)

    @property
    def identity(self) -> dict[str, Any]:
        """What makes this study this one."""
        written = self.setup.experiment.model_dump(mode="json", by_alias=True)
        said = json.dumps([written, [fingerprint(point.study.negotiation) for point in self.points]], sort_keys=True)
        base = self.points[0].study
        whole = Study(base.base) if base.base else base
        return {**identity(whole, self.seed), "experiment_sha256": hashlib.sha256(said.encode()).hexdigest()}


@dataclass(frozen=True, repr=False)
class Swept:
    """What came of an experiment: counts of each point, and where its replicates are a sample, each one's answers."""

    ready: Ready
    counts: Sequence[Tally]
    answers: Columns | None = None

    @cached_property
    def summary(self) -> Record:
        """Estimates with their intervals, as in `summary.json`."""
        ready = self.ready
        if ready.layout is None:
            return of_points(ready.setup, ready.points, self.counts, ready.seed)
        assert self.answers is not None
        study = ready.points[0].study
        return of_sample(ready.setup, study, ready.factors, ready.layout, self.answers, ready.seed)

    def __repr__(self) -> str:
        """What it is, in a line."""
        return f"Swept({self.summary['question']} {footer(self.summary)})"

    def _repr_html_(self) -> str:
        """The tables of `parley sweep`, for a notebook."""
        from sim.outcomes.sweep_tables import show_sweep
        from sim.outcomes.tables import in_page

        return in_page(show_sweep, self.summary)

    def to_frame(self) -> "pd.DataFrame":
        """A row per point, or per factor and measure of a sample, as in `points.csv` or `factors.csv`."""
        import pandas as pd

        return pd.DataFrame(as_columns(self.summary))

    def plot(self, figure: str | None = None) -> "Figure":
        """One of the figures, by name; the first if none is named; BadInput where there is none of that name."""
        from sim.outcomes.sweeps import figures

        drawn = figures(self.summary)
        return named(figure or next(iter(drawn)), drawn, "figure")()


def sweep(
    experiment: str | Path, replicates: int | None = None, seed: int = 1, jobs: int = 1, precision: float | None = None
) -> Swept:
    """Play an experiment, by path or shipped name; BadInput lists all that is wrong with it."""
    wanted = effort(replicates, seed, jobs, precision)
    ready = make_ready(read_experiment(str(experiment)), seed, replicates, precision)
    return play(ready, wanted._replace(replicates=ready.replicates))


def make_ready(
    setup: Setup, seed: int, replicates: int | None = None, precision: float | None = None, checked: Progress = untold
) -> Ready:
    """What the experiment comes to, with so many replicates of each point, or points of a sample, if they are given.

    `checked` is told of each point that was found sound.
    """
    experiment = setup.experiment
    if not experiment.sampled:
        if replicates == 1:
            raise BadInput(["-n 1: two replicates of each point are the least"])
        most = MOST if precision else experiment.replicates or REPLICATES
        found = points(setup, checked)
        if precision and not any(asked(found[0].study.negotiation, word).share for word in experiment.measures):
            raise BadInput(["--precision: none of the measures is a share, so that there is nothing to wait for"])
        return Ready(setup, seed, replicates or most, found)
    if precision:
        raise BadInput([f"--precision: is for grid and one_at_a_time; {experiment.design.kind} has its own number of points"])
    laws = [Change(path, law, setup.place(path)) for path, law in experiment.change.items()]
    (study,) = variants(setup, [laws])
    uncertain, faults = factors(setup, study, seed)
    if faults:
        raise BadInput(setup.told(faults))
    if len(uncertain) == 1:
        raise BadInput([f"{setup.name}: nothing in the scenario is uncertain, so there is no factor"])
    layout = _layout(experiment, [factor.streams for factor in uncertain[:-1]], seed, replicates)
    return Ready(setup, seed, layout.replicates, [Point((), study)], uncertain, layout)


def _layout(experiment: Experiment, streams: Any, seed: int, replicates: int | None) -> Layout:
    """The design, with another number of points if one is given."""
    kind = experiment.design.kind
    settings = getattr(experiment.design, kind).model_dump()
    if replicates is not None:
        try:
            DESIGNS[kind].model_validate(settings | {next(iter(settings)): replicates})
        except ValidationError as error:
            (fault,) = schema_faults(error, settings, DESIGNS[kind])
            raise BadInput([f"-n {replicates}: {fault.message}"]) from None
        settings[next(iter(settings))] = replicates
    if kind == "sobol":
        return Pairs(seed, tuple(streams), settings["base"])
    return Hypercubes(seed, tuple(streams), settings["hypercubes"], settings["points"] // settings["hypercubes"])


Keep = Callable[[Piece, Columns], None]


def play(
    ready: Ready,
    effort: Effort,
    progress: Progress = untold,
    book: Ledger | None = None,
    keep: Keep = lambda piece, columns: None,
) -> Swept:
    """Play what is ready; rows go to `keep` as they come."""
    if ready.layout is None:
        return Swept(ready, _count(ready, effort, progress, book, keep))
    kept: list[Columns] = []
    counts: list[Tally] = []
    with closing(conduct(pieces(ready.replicates), effort.place(ready.trials), book)) as played:
        for piece, chunk in played:
            kept.append(chunk.columns)
            counts.append(chunk.counts)
            keep(piece, chunk.columns)
            progress(len(piece.replicates))
    return Swept(ready, [add(counts)], {name: np.concatenate([one[name] for one in kept]) for name in kept[0]})


def _count(ready: Ready, effort: Effort, progress: Progress, book: Ledger | None, keep: Keep) -> list[Tally]:
    """Play all points until all is played, or each is known well enough."""
    trials = ready.trials
    paired = ready.setup.experiment.design.kind == "one_at_a_time"
    compared = 1 if paired else 0 if effort.precision else len(ready.points)
    counts: dict[int, Tally] = {}
    wanted = set(range(len(ready.points)))
    known: set[int] = set()  # well enough
    before: list[Columns] = []  # what came of the same replicates at the points before

    def still_wanted() -> Iterator[Piece]:
        return (piece for piece in pieces(effort.replicates, len(ready.points)) if piece.point in wanted)

    with closing(conduct(still_wanted(), effort.place(trials, len(ready.points)), book)) as played:
        for piece, chunk in played:
            if piece.point not in wanted:
                continue  # handed out before it was known that the point needs no more
            before = before if piece.point else []
            both = chunk.counts | _apart(ready, chunk.columns, before)
            if len(before) < compared:
                before.append(chunk.columns)
            counts[piece.point] = add([counts[piece.point], both]) if piece.point in counts else both
            keep(piece, chunk.columns)
            progress(len(piece.replicates), _so_far(ready, piece.point, counts[piece.point]))
            if effort.precision and _width(trials, piece.point, counts[piece.point]) <= effort.precision:
                known.add(piece.point)
                if known == set(range(len(ready.points))):
                    break
                wanted.difference_update(known - {0} if paired else known)  # with the base all others are compared
    return [counts[number] for number in range(len(ready.points))]


def _apart(ready: Ready, columns: Columns, before: Sequence[Columns]) -> Tally:
    """Differences over the same replicates: one at a time from the point that changes nothing, on a grid from all before.

    A grid whose points are each played until known well enough has none: its points have different replicates.
    """
    words = ready.setup.experiment.measures
    if ready.setup.experiment.design.kind == "one_at_a_time":
        return differences(columns, (before or [columns])[0], words)
    return differences_before(columns, before, words)


def _width(trials: Trials, point: int, counts: Tally) -> float:
    """The width of the widest interval of the shares asked for at a point."""
    of, shares = int(counts["replicates"]), [one.share for one in trials.asked[point]]
    known = [of_share(float(total), of) for total, share in zip(counts["sums"], shares, strict=True) if share]
    return max((one["high"] - one["low"] for one in known), default=0.0)


def _so_far(ready: Ready, point: int, counts: Tally) -> str:
    """The first measure's mean so far."""
    mean = counts["sums"][0] / counts["replicates"]
    return f"point {point + 1} of {len(ready.points)}: {ready.setup.experiment.measures[0]} {mean:.3g}"


def sweep_to(folder: Path | None, ready: Ready, effort: Effort, progress: Progress) -> Swept:
    """Play what is ready, and write all results into the folder; a study that was stopped there goes on where it was."""
    if folder is None:
        return play(ready, effort, progress)
    with ledger(folder, ready.identity) as book:
        with parquet(folder / "outcomes.parquet", book.folder) as append:

            def keep(piece: Piece, columns: Columns) -> None:
                known = list(endings(ready.points[piece.point].study.negotiation))
                append(answers_table(columns, known, piece.first, None if ready.layout else piece.point))

            swept = play(ready, effort, progress, book, keep)
        write_results(folder, swept)
    return swept


def write_results(folder: Path, swept: Swept) -> None:
    """The summary, its table, the figures and the manifest."""
    from sim.outcomes.sweeps import save_figures

    summary = swept.summary
    (folder / "figures").mkdir(exist_ok=True)
    figures = save_figures(summary, folder / "figures")
    write_table(folder / ("factors" if swept.ready.layout else "points"), as_columns(summary))
    write_json(folder / "summary.json", summary)
    write_manifest(folder, {"experiment": swept.ready.setup.name, **swept.ready.identity}, figures)
