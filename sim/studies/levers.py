"""What would have to change: the smallest changes found, in stated ranges and at stated costs, that bring a chance to a target.

All changes are tried on the same luck. The best of many tries looks better than it is, so those that are reported are played
again, on fresh luck and more often, and what is said of them is what came out then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.case.arrays import Floats
from sim.case.chance import Chance
from sim.case.deals import same_menu
from sim.case.faults import BadInput, Place
from sim.case.levers import Readied, default_levers, readied
from sim.case.reading import Draft, draft
from sim.case.yaml import read_yaml
from sim.outcomes.asked import Asked, asked
from sim.outcomes.measures import Columns, Played, agreed_options, how_it_ended, zone
from sim.outcomes.store import write_json, write_manifest, write_text
from sim.outcomes.summary import Record
from sim.studies.blocks import BLOCK, Study
from sim.studies.conduct import conduct
from sim.studies.doubt import VERSIONS, moved
from sim.studies.effort import Effort, effort
from sim.studies.findings import Confirmed, finalists, findings, table
from sim.studies.ledger import Ledger, ledger
from sim.studies.pieces import CHUNK, Chunk, Piece, Progress, untold
from sim.studies.runs import identity
from sim.studies.search import NOTHING, Change, Tried, search
from sim.studies.soundness import sound
from sim.talks.negotiation import Negotiation

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

REPLICATES = 512  # of each change that is tried
CONFIRMED = 8  # times as many of those that are reported
MOST_TARGET, LEAST_TARGET = 0.9, 0.1  # between which the target lies if none is given


@dataclass(frozen=True)
class Inquiry:
    """What is asked: of a scenario as written, with levers, what it takes to bring what is wanted to a target.

    `target` is None where it is twice the chance as written; `default` says whether the levers are those of nobody's writing.
    """

    written: Draft
    base: Study
    want: str
    levers: tuple[Readied, ...]
    target: float | None = None
    default: bool = False

    @property
    def wanted(self) -> Asked:
        """What is wanted, as a question to each replicate."""
        return asked(self.base.negotiation, self.want)

    def changes(self, change: Change) -> tuple[str, ...]:
        """The change as it is written after --set."""
        return tuple(self.levers[lever].change(level) for lever, level in change)


def inquiry(scenario: str, want: str, target: float | None = None, file: str | None = None) -> Inquiry:
    """What is asked, of a scenario by path or shipped name; levers may stand in a file of their own. BadInput lists all that is
    wrong."""
    if target is not None and not 0 <= target <= 1:
        raise BadInput([f"target: a chance from 0 to 1 is needed here, not {target!r}"])
    written = draft(scenario)
    written = written if file is None else _with_levers(written, file)
    base = Study(written.checked(Negotiation))
    negotiation = base.negotiation
    faults = written.told(sound(base)) + _of_want(negotiation, want)
    levers = negotiation.levers or default_levers(negotiation)
    if not faults and not levers:
        faults = [f"{scenario}: there is nothing that could be moved; write `levers`"]
    if faults:
        raise BadInput(faults)
    ready = tuple(readied(negotiation, path, lever) for path, lever in levers.items())
    if faults := _at_their_ends(written, ready) if negotiation.levers else []:
        raise BadInput(faults)
    return Inquiry(written, base, want, ready, target, not negotiation.levers)


def _with_levers(written: Draft, file: str) -> Draft:
    """The draft with the levers of another file in place of its own."""
    there = read_yaml(Path(file), file)
    if not isinstance(there.values, dict) or list(there.values) != ["levers"] or not there.values["levers"]:
        raise BadInput([f"{file}: one key is needed here, levers, with a section for each"])
    places = {path: place for path, place in written.places.items() if path[:1] != ("levers",)}
    return Draft(written.name, {**written.tree, **there.values}, {**places, **there.places}, [*written.faults, *there.faults])


def _of_want(negotiation: Negotiation, want: str) -> list[str]:
    try:
        wanted = asked(negotiation, want)
    except ValueError as error:
        return [f"--want {error}"]
    return [] if wanted.share else [f"--want {want}: what is wanted comes about or not; write ending=ENDING or ISSUE=OPTION"]


def _at_their_ends(written: Draft, levers: Sequence[Readied]) -> list[str]:
    """What is wrong with the scenario where each lever stands at an end of its range, or at another of its options."""
    told: dict[str, None] = {}
    for lever in levers:
        place = written.places.get(("levers", lever.path), Place(written.name))
        for level in lever.levels(1):
            try:
                _sited(written.changed([lever.change(level)]), place).checked(Negotiation)
            except BadInput as error:
                told |= dict.fromkeys(error.lines)
    return list(told)


def _sited(changed: Draft, place: Place) -> Draft:
    """A changed draft of which all that a lever changed, or could not, stands at the lever's place."""
    places = {path: place if not there.line else there for path, there in changed.places.items()}
    faults = [fault if fault.place is None or fault.place.line else fault._replace(place=place) for fault in changed.faults]
    return replace(changed, places=places, faults=faults)


class Point(NamedTuple):
    """What is played: changes PATH=VALUE, under a seed, in a version with interior values moved or as written."""

    changes: tuple[str, ...]
    seed: int
    version: int | None = None


@dataclass(frozen=True)
class Trying:
    """The work of trying changes: points from number `first` on. What cannot be written together has no answers, only NaN."""

    inquiry: Inquiry
    points: tuple[Point, ...]
    first: int

    def __call__(self, piece: Piece) -> Chunk:
        """Play a piece."""
        point, wanted = self.points[piece.point - self.first], self.inquiry.wanted
        try:
            study = varied(self.inquiry, point.changes)
        except BadInput:
            return Chunk({"wanted": np.full(len(piece.replicates), np.nan)}, {})
        if point.version is not None:
            study = _version(study, point.seed, point.version)
        chances = [Chance(point.seed, n, min(BLOCK, piece.stop - n)) for n in range(piece.first, piece.stop, BLOCK)]
        return Chunk({"wanted": np.concatenate([wanted.of(_columns(study.play(chance))) for chance in chances])}, {})


def _columns(played: Played) -> Columns:
    """The columns (n,) on which a chance can hang."""
    return how_it_ended(played) | agreed_options(played) | zone(played)


def varied(inquiry: Inquiry, changes: Sequence[str]) -> Study:
    """The scenario with changes, no-deal values as drawn without them and the menu, if there is one, as it is without them;
    BadInput where they cannot be made together."""
    base = inquiry.base
    negotiation = inquiry.written.changed(changes).checked(Negotiation)
    return Study(negotiation, base.negotiation, same_menu(base.deals, negotiation), tuple(changes))


def _version(study: Study, seed: int, version: int) -> Study:
    base = study.base or study.negotiation
    return Study(moved(study.negotiation, seed, version), moved(base, seed, version), study.deals)


@dataclass
class Trials:
    """Changes played, each on the same luck, wherever that is; `answers` keeps those of the search, (n,) for each change."""

    inquiry: Inquiry
    seed: int
    effort: Effort
    progress: Progress
    book: Ledger | None = None
    answers: dict[Change, Floats] = field(default_factory=dict)
    played: int = 0

    def chances(self, changes: Sequence[Change]) -> list[float]:
        """The chance of what is wanted under each change, in the search's replicates."""
        new = [change for change in changes if change not in self.answers]
        likeliest = max((float(one.mean()) for one in self.answers.values()), default=0.0)
        points = [Point(self.inquiry.changes(change), self.seed) for change in new]
        self.answers |= zip(
            new, self.play(points, self.effort.replicates, f"likeliest so far {likeliest:.1%}; trying"), strict=True
        )
        return [float(self.answers[change].mean()) for change in changes]

    def fresh(self, change: Change, version: int | None = None) -> Point:
        """The point that plays a change on fresh luck."""
        return Point(self.inquiry.changes(change), self.seed + 1, version)

    def play(self, points: Sequence[Point], replicates: int, what: str) -> list[Floats]:
        """The answers (n,) of each point; they are numbered on from those played before."""
        work = Trying(self.inquiry, tuple(points), self.played)
        numbers = range(self.played, self.played + len(points))
        pieces = (Piece(n, first, min(first + CHUNK, replicates)) for first in range(0, replicates, CHUNK) for n in numbers)
        self.played += len(points)
        found: dict[int, list[Floats]] = {n: [] for n in numbers}
        for piece, chunk in conduct(pieces, self.effort._replace(replicates=replicates).place(work, len(points)), self.book):
            found[piece.point].append(chunk.columns["wanted"])
            self.progress(1, f"{what} {piece.point - numbers.start + 1} of {len(points)}")
        return [np.concatenate(found[n]) for n in numbers]


@dataclass(frozen=True, repr=False)
class Levers:
    """What was found: all changes that were tried, and those that were played again on fresh luck."""

    inquiry: Inquiry
    tried: Tried
    how: str
    answers: dict[Change, Floats]
    confirmed: Confirmed
    seed: int

    @cached_property
    def summary(self) -> Record:
        """What was found, as in `summary.json`."""
        inquiry = self.inquiry
        asked_for = {
            "title": inquiry.base.negotiation.title,
            "scenario": inquiry.written.name,
            "seed": self.seed,
            "fresh_seed": self.seed + 1,
            "want": {"name": inquiry.wanted.name, "text": inquiry.wanted.text},
            "target_given": inquiry.target is not None,
            "default_levers": inquiry.default,
            "how": self.how,
        }
        return asked_for | findings(inquiry.base.negotiation, inquiry.levers, self.tried, self.answers, self.confirmed)

    def __repr__(self) -> str:
        """What it is, in a line."""
        return f"Levers({self.inquiry.base.negotiation.title}: {self.inquiry.want}, {len(self.tried.seen):,} changes tried)"

    def _repr_html_(self) -> str:
        """The tables of `parley levers`, for a notebook."""
        from sim.outcomes.lever_tables import show_levers
        from sim.outcomes.tables import in_page

        return in_page(show_levers, self.summary)

    def to_frame(self) -> "pd.DataFrame":
        """A row per change tried: where each lever stands, the cost, the chance in the search and, if played again, then."""
        import pandas as pd

        return pd.DataFrame(table(self.inquiry.levers, self.tried, self.confirmed))

    def plot(self) -> "Figure":
        """Cost against chance."""
        from sim.outcomes.trade_off import trade_off

        return trade_off(self.summary)


def levers(
    scenario: str | Path,
    want: str = "ending=agreed",
    target: float | None = None,
    file: str | Path | None = None,
    replicates: int = REPLICATES,
    seed: int = 1,
    jobs: int = 1,
) -> Levers:
    """Look for the smallest changes of a scenario that bring the chance of what is wanted to a target."""
    wanted = effort(replicates, seed, jobs)
    return look(inquiry(str(scenario), want, target, None if file is None else str(file)), seed, wanted)


def levers_to(folder: Path | None, question: Inquiry, seed: int, effort: Effort, progress: Progress) -> Levers:
    """The same, with results in a folder; a search that was stopped there goes on where it was."""
    if folder is None:
        return look(question, seed, effort, progress)
    asks = {"want": question.want, "target": question.target, "replicates": effort.replicates, "levers": repr(question.levers)}
    with ledger(folder, {**identity(question.base, seed), **asks}) as book:
        found = look(question, seed, effort, progress, book)
        _write_results(folder, found, asks)
    return found


def look(question: Inquiry, seed: int, effort: Effort, progress: Progress = untold, book: Ledger | None = None) -> Levers:
    """Search, then play again what is reported."""
    trials = Trials(question, seed, effort, progress, book)
    target = question.target
    if target is None:
        target = usual_target(trials.chances([NOTHING])[0])
    tried, how = search(question.levers, trials.chances, target)
    chosen = finalists(tried, effort.replicates)
    again = trials.play([trials.fresh(change) for change in chosen], CONFIRMED * effort.replicates, "again on fresh luck")
    confirmed = Confirmed(tried, dict(zip(chosen, again, strict=True)))
    best = confirmed.best
    if best is not None and moved(question.base.negotiation, seed, 0) != question.base.negotiation:
        versions = [trials.fresh(best, version) for version in (None, *range(VERSIONS))]
        answers = trials.play(versions, BLOCK, "interior values moved")
        confirmed = replace(confirmed, moved=np.array([one.mean() for one in answers]))
    return Levers(question, tried, how, trials.answers, confirmed, seed)


def usual_target(chance: float) -> float:
    """The target where none is given: twice the chance as written, in whole hundredths, from 0.1 to 0.9."""
    return min(max(round(2 * chance, 2), LEAST_TARGET), MOST_TARGET)


def _write_results(folder: Path, found: Levers, asks: Record) -> None:
    """The candidates, the summary, the figure and the manifest."""
    from sim.outcomes.trade_off import save_trade_off

    figure = save_trade_off(found.summary, folder / "figures")
    write_text(folder / "candidates.csv", found.to_frame().to_csv(index=False, lineterminator="\n"))
    write_json(folder / "summary.json", found.summary)
    title = found.inquiry.base.negotiation.title
    write_manifest(folder, {"title": title, **asks, **identity(found.inquiry.base, found.seed)}, [figure])
