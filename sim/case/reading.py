"""From a file to a checked scenario: finds it, follows `extends`, applies changes, and reports every fault with its place."""

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from os.path import relpath
from pathlib import Path as File
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from sim.case.amounts import misfits
from sim.case.changes import change, left_empty, merged, nothing_to_take_out, put, with_one_of_each
from sim.case.faults import BadInput, Fault, Path, Place, Places, closest, in_lines, one_line, shown
from sim.case.names import loose_names
from sim.case.reasons import drop_stale_reasons
from sim.case.scenario import Scenario
from sim.case.tree import laws
from sim.case.wording import schema_faults
from sim.case.yaml import Written, parse_yaml, read_yaml

AnyScenario = TypeVar("AnyScenario", bound=Scenario)

_HOMES = [File(__file__).parents[1], File(__file__).parents[2]]  # of what comes with an installed program, and with a clone


class Change(NamedTuple):
    """A value to be put at a path, written with dots, and where it is written."""

    path: str
    value: Any
    place: Place


@dataclass(frozen=True)
class Draft:
    """A scenario as written, with what it extends and its changes: plain values, their places, and what is already wrong."""

    name: str
    tree: dict[str, Any]
    places: Places = field(default_factory=dict)
    faults: Sequence[Fault] = ()

    def told(self, faults: Iterable[Fault]) -> list[str]:
        """The faults in lines, with their places."""
        return in_lines((fault._replace(path=self._written(fault.path)) for fault in faults), self.places, self.name)

    def _written(self, path: Path) -> Path:
        """The path without the number of an item that was written without a list around it."""
        return path[:-1] if path and isinstance(path[-1], int) and path not in self.places and path[:-1] in self.places else path

    def changed(self, changes: Sequence[str], option: str = "--set") -> "Draft":
        """The draft with changes written PATH=VALUE after this option."""
        tree, places = deepcopy(self.tree), dict(self.places)
        faults = [fault for written in changes for fault in change(tree, places, written, option)]
        drop_stale_reasons(tree, self.tree)
        return Draft(self.name, tree, places, [*self.faults, *faults])

    def put(self, changes: Iterable[Change]) -> "Draft":
        """The draft with values put at paths by another file, whose places they keep."""
        tree, places = deepcopy(self.tree), dict(self.places)
        faults = [fault for path, value, place in changes for fault in put(tree, places, path, deepcopy(value), place)]
        drop_stale_reasons(tree, self.tree)
        return Draft(self.name, tree, places, [*self.faults, *faults])

    def checked(self, schema: type[AnyScenario]) -> AnyScenario:
        """The scenario; BadInput lists all that is wrong."""
        faults = [*self.faults, *loose_names(self.tree), *misfits(self.tree)]
        scenario = None
        try:
            scenario = schema.model_validate(self.tree, context={"quantities": laws(self.tree)})
        except ValidationError as error:
            faults += _unless_told(faults, schema_faults(error, self.tree, schema))
        faults += _unless_told(faults, left_empty(self.tree))
        if faults or scenario is None:
            raise BadInput(self.told(faults))
        return scenario


def _unless_told(known: Sequence[Fault], more: Iterable[Fault]) -> list[Fault]:
    """The faults at paths of which none is known yet."""
    told = {fault.path for fault in known}
    return [fault for fault in more if fault.path not in told]


def read(name: str, schema: type[AnyScenario], changes: Sequence[str] = ()) -> AnyScenario:
    """The scenario at a path, or shipped under this name, with changes written PATH=VALUE; BadInput lists all that is wrong."""
    return draft(name).changed(changes).checked(schema)


def validate(tree: dict[str, Any], schema: type[AnyScenario], name: str = "scenario") -> AnyScenario:
    """The checked scenario of a tree of plain values that no file holds."""
    return Draft(name, tree).checked(schema)


def draft(name: str) -> Draft:
    """The scenario at a path, or shipped under this name, as written; BadInput if there is none."""
    file = find(name)
    written = _with_base(file, name if file == File(name) else str(file), ())
    if isinstance(written.values, dict) and {"design", "measures"} <= written.values.keys():
        raise BadInput([f"{Place(name, 1, 1)}: is an experiment, and no scenario; it is played by parley sweep {name}"])
    if not isinstance(written.values, dict):
        place = written.places.get((), Place(name, 1, 1))
        raise BadInput(
            [f"{place}: {'no scenario' if written.places else 'empty'}; a scenario has the keys title, issues, parties and talks"]
        )
    return Draft(name, written.values, written.places, written.faults)


def draft_of_text(text: str, name: str, base_named: Callable[[str], Draft | None]) -> Draft:
    """The scenario of a text that no file holds; it may extend the drafts that `base_named` gives, and no file is read for it."""
    over = parse_yaml(text.replace("\r\n", "\n").replace("\r", "\n"), name)
    if not isinstance(over.values, dict):
        raise BadInput([f"{Place(name, 1, 1)}: no scenario; a scenario has the keys title, issues, parties and talks"])
    if "extends" not in over.values:
        return Draft(name, over.values, over.places, over.faults)
    named = over.values.pop("extends")
    base = base_named(named.removesuffix(".yaml")) if isinstance(named, str) else None
    if base is None:
        raise _bad_extends(over, f"no scenario of the name {shown(named)} comes with parley", over.places[("extends",)])
    tree = with_one_of_each(merged(deepcopy(base.tree), over.values), over.values)
    drop_stale_reasons(tree, base.tree)
    return Draft(name, tree, {**base.places, **over.places}, [*base.faults, *over.faults])


def shipped(kind: str = "scenario") -> dict[str, File]:
    """The scenarios, or experiments, that come with the program, by name; variants stand in a folder below."""
    return {file.stem: file for home in _HOMES for file in sorted((home / f"{kind}s").rglob("*.yaml"))}


def find(name: str, kind: str = "scenario") -> File:
    """The file of a path or of a shipped scenario's, or experiment's, name; a folder that has such a name does not hide it."""
    if name in shipped(kind) and not File(name).is_file():
        return shipped(kind)[name]
    try:
        if File(name).exists():
            return File(name)
    except (OSError, ValueError):
        raise BadInput([one_line(Fault((), "cannot be the name of a file", Place(name[:200])))]) from None
    other, command = ("experiment", "sweep") if kind == "scenario" else ("scenario", "run")
    hint = f"; there is the {other} {name}: parley {command} {name}" if name in shipped(other) else meant(name, kind)
    message = f"no such file, and no {kind} of that name comes with parley{hint}"
    raise BadInput([one_line(Fault((), message, Place(name)))])


def meant(name: str, kind: str = "scenario") -> str:
    """A hint at a file beside, or at those that come with the program."""
    file = File(name)
    beside = {other.stem: other for other in _listing(file.parent) if other.suffix in (".yaml", ".yml")}
    stem = closest(file.stem, beside)
    close = str(beside[stem]) if stem else closest(file.stem, shipped(kind))
    return f"; did you mean '{close}'?" if close else f"; there are {', '.join(shipped(kind))}"


def _listing(folder: File) -> list[File]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _with_base(file: File, name: str, seen: tuple[File, ...]) -> Written:
    """What a file says over what the file that it extends says."""
    over = read_yaml(file, name)
    if not isinstance(over.values, dict) or "extends" not in over.values:
        return over
    place = over.places[("extends",)]
    named = over.values.pop("extends")
    if not isinstance(named, str) or not named.strip():
        raise _bad_extends(over, "the name of a scenario or of its file is needed here", place)
    base_file = named_beside(file, named)
    if base_file is None:
        hint = meant_beside(file, named)
        raise _bad_extends(over, f"no file '{named}', and no scenario of that name comes with parley{hint}", place)
    seen = (*seen, file.resolve())
    if base_file.resolve() in seen:
        raise _bad_extends(over, f"goes round in a circle: '{named}' extends this file in turn", place)
    base = _with_base(base_file, str(base_file), seen)
    if not isinstance(base.values, dict):
        raise _bad_extends(over, f"'{named}' is no scenario", place)
    tree = with_one_of_each(merged(base.values, over.values), over.values)
    drop_stale_reasons(tree, deepcopy(base.values), over.values)
    faults = [*base.faults, *over.faults, *nothing_to_take_out(base.values, over.values)]
    return Written(tree, {**base.places, **over.places}, faults)


def _bad_extends(over: Written, message: str, place: Place) -> BadInput:
    """What to tell where the scenario beneath is not to be had: nothing else in the file can be judged without it."""
    return BadInput(in_lines([*over.faults, Fault(("extends",), message, place)], over.places, place.source))


def meant_beside(file: File, named: str) -> str:
    """A hint at what a file meant that names another: one that is there, but seen from elsewhere, or that is called much so."""
    try:
        if File(named).is_file():
            return f"; seen from this file it is '{File(relpath(named, file.parent)).as_posix()}'"
    except (OSError, ValueError):
        pass
    return meant(str(file.parent / named))


def named_beside(file: File, named: str) -> File | None:
    """The file that a scenario names: one beside it, or a shipped one with or without its ending."""
    try:
        beside = file.parent / named
        return beside if beside.exists() else shipped().get(named.removesuffix(".yaml"))
    except (OSError, ValueError):
        return None
