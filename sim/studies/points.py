"""The points of a study: variants of one scenario, which share its luck, and the no-deal values that are not changed."""

import re
from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from sim.case.deals import Deals
from sim.case.faults import BadInput, Fault
from sim.case.reading import Change, Draft
from sim.outcomes.asked import asked
from sim.studies.blocks import Study
from sim.studies.experiment import Setup, label, values_of
from sim.studies.pieces import Progress, untold
from sim.studies.soundness import sound
from sim.talks.negotiation import Negotiation

MOST_LINES = 20  # that are told of what is wrong at points

Levels = tuple[int | None, ...]
"""For each changed path the number of its value, or None where it stays as in the scenario."""


class Point(NamedTuple):
    """A point of a grid, or of one at a time."""

    levels: Levels
    study: Study


def points(setup: Setup, checked: Progress = untold) -> list[Point]:
    """All points, the last path's values changing fastest; one at a time begins with the scenario as it stands.

    BadInput lists all that is wrong, with its place in the experiment's file. Checking takes its time where there are many.
    """
    levels = list(grid(setup) if setup.experiment.design.kind == "grid" else one_at_a_time(setup))
    studies = variants(setup, [changes_at(setup, at) for at in levels], checked)
    return [Point(at, study) for at, study in zip(levels, studies, strict=True)]


def grid(setup: Setup) -> Iterable[Levels]:
    """Every value of each path with every value of all others."""
    return product(*(range(len(values_of(written))) for written in setup.experiment.change.values()))


def one_at_a_time(setup: Setup) -> Iterable[Levels]:
    """No change, and then each path at each of its values."""
    sizes = [len(values_of(written)) for written in setup.experiment.change.values()]
    yield (None,) * len(sizes)
    for n, size in enumerate(sizes):
        for level in range(size):
            yield (*[None] * n, level, *[None] * (len(sizes) - n - 1))


def changes_at(setup: Setup, levels: Levels) -> list[Change]:
    """What is changed at a point, beside what is changed everywhere."""
    rows = zip(setup.experiment.change.items(), levels, strict=True)
    chosen = [(path, written, level) for (path, written), level in rows if level is not None]
    return [Change(path, values_of(written)[level], setup.place(path, level)) for path, written, level in chosen]


def variants(setup: Setup, changes: Sequence[Sequence[Change]], checked: Progress = untold) -> list[Study]:
    """A study for each set of changes, all over the scenario as written; BadInput lists all that is wrong with any of them."""
    base = setup.draft.checked(Negotiation)
    whole = Study(base)
    lines = dict.fromkeys(setup.draft.told(sound(whole)))
    studies = []
    for number, made in enumerate([] if lines else changes, 1):
        study, wrong = variant(setup.draft, whole, [*setup.fixed, *made])
        known = set(map(_less_place, lines))  # a path that is nowhere is so with each of its values
        lines |= dict.fromkeys(line for line in wrong if _less_place(line) not in known)
        studies.append(study)
        if len(lines) > MOST_LINES:
            raise BadInput(
                [*list(lines)[:MOST_LINES], f"{setup.name}: and more; {len(changes) - number} points were not looked at"]
            )
        checked(0, f"point {number} of {len(changes)}")
    lines |= dict.fromkeys(_unknown_measures(setup, [study for study in studies if study] or [whole]))
    if lines:
        raise BadInput(list(lines))
    return [study for study in studies if study]


def _less_place(line: str) -> str:
    """What a line says is wrong, wherever that is."""
    return re.sub(r"^.*?:\d+:\d+: ", "", line)


def variant(draft: Draft, whole: Study, changes: Sequence[Change]) -> tuple[Study | None, list[str]]:
    """The scenario with these changes, its base being the whole one; or None, and what is wrong with it in lines."""
    if not changes:
        return whole, []
    changed = draft.put(changes)
    try:
        negotiation = changed.checked(Negotiation)
    except BadInput as error:
        return None, error.lines
    words = tuple(f"{change.path}={label(change.value)}" for change in changes)
    study = Study(negotiation, whole.negotiation, changes=words)
    faults = changed.told(sound(study))
    listed = whole.deals if same_deals(study.deals, whole.deals) else study.deals  # one list for all is sooner sent to workers
    return Study(negotiation, whole.negotiation, listed, words), faults


def same_deals(one: Deals, two: Deals) -> bool:
    """Whether two complete lists say the same."""
    if not (one.complete and two.complete) or (one.issues, one.parties) != (two.issues, two.parties):
        return False
    arrays = [(one.rows, two.rows), (one.needs, two.needs), *zip(one.features, two.features, strict=True)]
    houses = [house and (house.votes.tolist(), house.carries.tolist()) for house in (one.house, two.house)]
    return houses[0] == houses[1] and all(np.array_equal(left, right) for left, right in arrays)


def _unknown_measures(setup: Setup, studies: Iterable[Study]) -> list[str]:
    """Measures that some variant does not know, in lines."""
    faults: dict[Fault, None] = {}
    for study in studies:
        for n, word in enumerate(setup.experiment.measures):
            try:
                asked(study.negotiation, word)
            except ValueError as error:
                faults[Fault(("measures", n), str(error))] = None
    return setup.told(list(faults))
