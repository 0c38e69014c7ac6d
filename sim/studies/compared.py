"""What came of scenarios beside one another: differences from the first, replicate by replicate, with both their doubts."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.case.arrays import Array, Floats
from sim.case.faults import named
from sim.outcomes.captions import times
from sim.outcomes.contrast import contrast
from sim.outcomes.measures import Columns
from sim.outcomes.paired import differences, holm
from sim.outcomes.store import as_table, side_by_side
from sim.outcomes.summary import Record, wording
from sim.outcomes.tally import Tally
from sim.studies.blocks import Study
from sim.studies.doubt import assumptions_apart
from sim.studies.together import LETTERS

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
        return table(self.compared, self.columns, 0).to_pandas()

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
            record = told[letter] = against(first, other, of(letter, self.counts)) | _no_deals(first.study, other.study)
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


def against(first: Compared, other: Compared, counts: Mapping[str, Array]) -> Record:
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


def table(compared: Sequence[Compared], columns: Columns, first: int) -> Any:
    """A row per replicate, the columns of each scenario side by side."""
    return side_by_side(
        {
            letter: as_table(one.study.negotiation, one.study.deals, of(letter, columns), first)
            for letter, one in zip(LETTERS, compared, strict=False)
        }
    )


def of(letter: str, named: Mapping[str, Array]) -> dict[str, Array]:
    """The columns or counts of one scenario, by their names without its letter."""
    ending = f".{letter}"
    return {name.removesuffix(ending): array for name, array in named.items() if name.endswith(ending)}
