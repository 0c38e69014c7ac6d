"""An experiment file: a question, a scenario, what is changed in it and by which design, and what is asked of each replicate."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as File
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, Field, ValidationError, model_validator

from sim.case.changes import parse_change
from sim.case.faults import BadInput, Fault, Place, Places, in_lines, near, shown
from sim.case.laws import LAWS
from sim.case.numbers import parse_number
from sim.case.reading import Change, Draft, draft, find, meant_beside, named_beside
from sim.case.section import Section
from sim.case.wording import schema_faults
from sim.case.yaml import read_yaml

MOST_POINTS = 1000
MOST_STEPS = 1000
REPLICATES = 2000


class Grid(Section):
    """Every value of each path with every value of all others."""


class OneAtATime(Section):
    """The scenario as it stands, and each path at each of its values with all others left alone."""


class LatinHypercube(Section):
    """So many points, in independent hypercubes of equal size: in each, every factor falls once into each of equal parts."""

    points: int = Field(default=4096, strict=True, ge=4, le=10**7)
    hypercubes: int = Field(default=16, strict=True, ge=2, le=1000)

    @model_validator(mode="after")
    def _divides(self) -> "LatinHypercube":
        if self.points % self.hypercubes or self.points < 5 * self.hypercubes:
            raise ValueError(
                f"{self.points:,} points cannot be shared out evenly among {self.hypercubes:,} hypercubes of five or more"
            )
        return self


class Sobol(Section):
    """`base` points in each of two samples, and as many again for each factor and for the luck that is left."""

    base: int = Field(default=2048, strict=True, ge=16, le=65_536)

    @model_validator(mode="after")
    def _power_of_two(self) -> "Sobol":
        if self.base & (self.base - 1):
            raise ValueError(f"`base` must be a power of 2, such as {1 << self.base.bit_length() - 1}, not {self.base}")
        return self


DESIGNS: dict[str, type[Section]] = {
    "grid": Grid,
    "one_at_a_time": OneAtATime,
    "latin_hypercube": LatinHypercube,
    "sobol": Sobol,
}
SAMPLED = ("latin_hypercube", "sobol")


class Design(Section):
    """Which points are played."""

    grid: Grid | None = None
    one_at_a_time: OneAtATime | None = None
    latin_hypercube: LatinHypercube | None = None
    sobol: Sobol | None = None

    @property
    def kind(self) -> str:
        """The design's name."""
        return next(name for name in DESIGNS if getattr(self, name) is not None)


def _by_name(written: Any) -> Any:
    """A design written as its name alone."""
    if isinstance(written, Design):
        return written
    named = {written: {}} if isinstance(written, str) else written
    if isinstance(named, dict):
        unknown = [name for name in named if name not in DESIGNS]
        if unknown:
            raise ValueError(f"no design of the name '{unknown[0]}'{near(unknown[0], DESIGNS)}")
        if len(named) != 1:
            raise ValueError(f"one design is needed here, not {len(named) or 'none'}; there are {', '.join(DESIGNS)}")
        return {name: {} if settings is None else settings for name, settings in named.items()}
    return written


class Experiment(Section):
    """An experiment as written."""

    question: str
    about: str = ""
    scenario: str
    fixed: list[str] = Field(default=[], alias="set")
    change: dict[str, Any] = {}
    design: Annotated[Design, BeforeValidator(_by_name, json_schema_input_type=Literal[tuple(DESIGNS)] | Design)]
    factors: Literal["changed", "all"] | None = None
    replicates: int | None = Field(default=None, strict=True, ge=2, le=10**9)
    measures: Annotated[list[str], Field(min_length=1)]
    because: dict[str, str] = {}

    @property
    def sampled(self) -> bool:
        """Whether replicates are themselves the points of the design."""
        return self.design.kind in SAMPLED

    @property
    def all_factors(self) -> bool:
        """Whether every uncertain number of the scenario is a factor."""
        return self.factors == "all" or (self.factors is None and not self.change)


def experiment_schema() -> dict[str, Any]:
    """The JSON Schema of experiment files."""
    schema = Experiment.model_json_schema(by_alias=True)
    return schema | {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Parley experiment"}


@dataclass(frozen=True)
class Setup:
    """An experiment with the scenario that it names, and the place of all that it says."""

    name: str
    experiment: Experiment
    places: Places
    draft: Draft

    @property
    def fixed(self) -> list[Change]:
        """What is changed at every point."""
        changes = [(parse_change(written), self.places[("set", n)]) for n, written in enumerate(self.experiment.fixed)]
        return [Change(path, value, place) for (path, value, _), place in changes]

    def told(self, faults: Sequence[Fault]) -> list[str]:
        """Faults of the experiment's own in lines."""
        return in_lines(faults, self.places, self.name)

    def place(self, path: str, *below: int) -> Place:
        """Where a changed path, or one of its values, is written."""
        return self.places.get(("change", path, *below), self.places[("change", path)])


def read_experiment(name: str) -> Setup:
    """The experiment at a path, or shipped under this name; BadInput lists all that is wrong."""
    file = find(name, "experiment")
    called = name if file == File(name) else str(file)
    written = read_yaml(file, called)
    if not isinstance(written.values, dict):
        raise BadInput([f"{called}:1:1: no experiment; one has the keys question, scenario, change, design and measures"])
    if "design" not in written.values and ("parties" in written.values or "extends" in written.values):
        hint = "parley new --experiment writes one to start from, which names this file under `scenario`"
        raise BadInput([f"{called}:1:1: is a scenario, and no experiment; it is played by parley run {called}; {hint}"])
    faults, experiment = list(written.faults), None
    try:
        experiment = Experiment.model_validate(written.values)
    except ValidationError as error:
        faults += schema_faults(error, written.values, Experiment)
    if experiment is not None:
        faults += _faults(experiment)
        scenario = named_beside(file, experiment.scenario)
        if scenario is None:
            hint = meant_beside(file, experiment.scenario)
            faults.append(
                Fault(("scenario",), f"no file '{experiment.scenario}', and no scenario of that name comes with parley{hint}")
            )
    if faults or experiment is None or scenario is None:
        raise BadInput(in_lines(faults, written.places, called))
    return Setup(called, experiment, written.places, draft(str(scenario)))


def _faults(experiment: Experiment) -> list[Fault]:
    """What an experiment says that does not fit together."""
    faults: list[Fault] = []
    for n, written in enumerate(experiment.fixed):
        faults += [Fault(("set", n), fault.message) for fault in parse_change(written)[2]]
    for path, written in experiment.change.items():
        faults += [
            Fault(("change", path, *fault.path), fault.message)
            for fault in (_law_faults(written) if experiment.sampled else _value_faults(written))
        ]
    faults += [
        Fault(("because", path), f"is a reason for what is not changed{near(path, experiment.change)}")
        for path in experiment.because
        if path not in experiment.change
    ]
    faults += [
        Fault(("measures", n), "is asked twice") for n, word in enumerate(experiment.measures) if word in experiment.measures[:n]
    ]
    return faults + _design_faults(experiment, bool(faults))


def _design_faults(experiment: Experiment, unread: bool) -> list[Fault]:
    kind = experiment.design.kind
    if experiment.sampled:
        faults = []
        if experiment.replicates is not None:
            faults.append(Fault(("replicates",), f"belongs to grid and one_at_a_time; under {kind} each point is a replicate"))
        if experiment.factors == "changed" and not experiment.change:
            faults.append(Fault(("factors",), "nothing is changed, so there would be no factor; write `all`, or a `change`"))
        return faults
    if experiment.factors is not None:
        return [Fault(("factors",), f"belongs to latin_hypercube and sobol, not to {kind}")]
    if not experiment.change:
        return [Fault(("change",), f"is empty or missing; a {kind} needs a path with its values")]
    if unread:
        return []
    sizes = [len(values_of(written)) for written in experiment.change.values()]
    points = float(np.prod(sizes)) if kind == "grid" else 1.0 + sum(sizes)
    if points > MOST_POINTS:
        return [Fault(("change",), f"makes {points:,.0f} points, and {MOST_POINTS:,} are the most; take fewer values")]
    return []


_STEPS = "values are written as a list, or as {from: 40, to: 80, steps: 9}"


def _value_faults(written: Any) -> list[Fault]:
    """What is wrong with the values of a path on a grid."""
    if isinstance(written, list):
        return [] if written else [Fault((), "is empty; at least one value is needed")]
    if isinstance(written, dict) and set(written) & set(LAWS):
        return [Fault((), f"a law is for {' and '.join(SAMPLED)}; {_STEPS}")]
    if not isinstance(written, dict) or set(written) != {"from", "to", "steps"}:
        return [Fault((), f"{_STEPS}, not {shown(written)}")]
    ends, steps = (written["from"], written["to"]), written["steps"]
    if any(isinstance(end, bool) or not isinstance(end, (int, float)) for end in ends) or ends[0] == ends[1]:
        return [Fault((), "two different numbers are needed under `from` and `to`")]
    if isinstance(steps, bool) or not isinstance(steps, int) or not 2 <= steps <= MOST_STEPS:
        return [Fault(("steps",), f"a whole number from 2 to {MOST_STEPS:,} is needed here, not {shown(steps)}")]
    return []


def _law_faults(written: Any) -> list[Fault]:
    """What is wrong with the law of a path under a sampled design."""
    if not isinstance(written, dict) or "quantity" in written:
        return [Fault((), "a law is needed here, such as {uniform: [40, 80]}; lists of values are for grid and one_at_a_time")]
    try:
        parse_number(written)
    except ValueError as error:
        return [Fault(getattr(error, "below", ()), str(error))]
    return []


def values_of(written: Any) -> list[Any]:
    """The values of a path on a grid; between whole numbers at whole distances they are whole."""
    if isinstance(written, list):
        return written
    low, high, steps = written["from"], written["to"], written["steps"]
    numbers = [float(f"{number:.6g}") for number in np.linspace(low, high, steps)]
    whole = isinstance(low, int) and isinstance(high, int) and all(number.is_integer() for number in numbers)
    return [int(number) for number in numbers] if whole else numbers


def label(value: Any) -> str:
    """A value as it is written, in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {label(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(label, value)) + "]"
    return "null" if value is None else shown(value).strip("'")
