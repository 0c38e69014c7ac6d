"""From a file to a checked scenario: finds it, follows `extends`, applies changes, and reports every fault with its place."""

from collections.abc import Sequence
from pathlib import Path as File
from typing import Any, TypeVar

from pydantic import ValidationError

from sim.case.faults import BadInput, Fault, Path, Place, dotted, near
from sim.case.names import loose_ends
from sim.case.scenario import Scenario
from sim.case.yaml import Places, parse_value, read_yaml

AnyScenario = TypeVar("AnyScenario", bound=Scenario)

_SHIPPED = [File(__file__).parents[1] / "scenarios", File(__file__).parents[2] / "scenarios"]


def shipped() -> dict[str, File]:
    """The scenarios that come with the program, by name."""
    return {file.stem: file for folder in _SHIPPED for file in sorted(folder.glob("*.yaml"))}


def find(name: str) -> File:
    """The file of a path or of a shipped scenario's name."""
    file = File(name)
    if file.exists():
        return file
    if name in shipped():
        return shipped()[name]
    hint = near(file.stem, shipped())
    raise BadInput([f"{name}: no such file, and no scenario of that name comes with the program{hint}"])


def read(name: str, schema: type[AnyScenario], changes: Sequence[str] = ()) -> AnyScenario:
    """The scenario at a path, or shipped under this name, with changes written PATH=VALUE; BadInput lists all that is wrong."""
    tree, places, lines = _tree(find(name), ())
    if not isinstance(tree, dict):
        raise BadInput([*lines, f"{name}: no scenario: it should hold keys such as title, issues, parties, talks"])
    for change in changes:
        _change(tree, places, change)
    return validate(tree, places, schema, name, lines)


def validate(tree: dict, places: Places, schema: type[AnyScenario], name: str = "scenario",
             lines: Sequence[str] = ()) -> AnyScenario:  # fmt: skip
    """The checked scenario of a tree of plain values."""
    faults = list(loose_ends(tree))
    scenario = None
    try:
        scenario = schema.model_validate(tree)
    except ValidationError as error:
        faults += [_told(one, tree, schema) for one in error.errors()]
    except RecursionError:
        faults.append(Fault((), "nested too deeply"))
    written = [*lines, *(_line(fault, places, name) for fault in sorted(set(faults), key=lambda f: _order(f, places)))]
    if written or scenario is None:
        raise BadInput(written)
    return scenario


def _tree(file: File, seen: tuple[File, ...]) -> tuple[Any, Places, list[str]]:
    """A file's values over those of the file it extends, with places and faults."""
    tree, places, lines = read_yaml(file, str(file))
    if not isinstance(tree, dict) or "extends" not in tree:
        return tree, places, lines
    place = places[("extends",)]
    named = tree.pop("extends")
    if file.resolve() in seen:
        raise BadInput([f"{place}: extends: goes round in a circle"])
    try:
        beside = file.parent / str(named)
        base, base_places, base_lines = _tree(beside if beside.exists() else find(str(named)), (*seen, file.resolve()))
    except BadInput as error:
        raise BadInput([f"{place}: extends: {line}" for line in error.lines]) from None
    if not isinstance(base, dict):
        raise BadInput([f"{place}: extends: {named} is no scenario"])
    return _merged(base, tree), {**base_places, **places}, [*base_lines, *lines]


def _merged(base: Any, over: Any) -> Any:
    if not (isinstance(base, dict) and isinstance(over, dict)):
        return over
    if _is_number(base) or _is_number(over):
        return over
    return {**base, **{key: _merged(base[key], item) if key in base else item for key, item in over.items()}}


def _is_number(tree: dict) -> bool:
    """Whether a mapping stands for one thing, a law or a way to write no-deal, and is replaced as a whole."""
    from sim.case.laws import LAWS

    return bool(tree) and (set(tree) <= set(LAWS) or bool({"quantity", "ladder", "like"} & set(tree)))


def _change(tree: dict, places: Places, change: str) -> None:
    path_text, equals, value = change.partition("=")
    place = Place(f"--set {change}")
    if not equals or not path_text:
        raise BadInput([f"{place}: a change is written PATH=VALUE, such as talks.rounds=12"])
    path: Path = tuple(int(step) if step.isdigit() else step for step in path_text.split("."))
    at: Any = tree
    for n, step in enumerate(path[:-1]):
        at = _inside(at, step, path[: n + 1], place)
    last = path[-1] if isinstance(at, list) else str(path[-1])
    if isinstance(at, (int, float)) or not isinstance(at, (dict, list)) or (isinstance(at, list) and not _holds(at, last)):
        raise BadInput([f"{place}: there is nothing to change at {dotted(path)}"])
    at[last] = parse_value(value)
    places[(*path[:-1], last)] = place


def _inside(at: Any, step: str | int, path: Path, place: Place) -> Any:
    key = step if isinstance(at, list) else str(step)
    if not _holds(at, key):
        names = at if isinstance(at, dict) else ()
        raise BadInput([f"{place}: nothing at {dotted(path)}{near(step, names)}"])
    return at[key]  # type: ignore[index]


def _holds(at: Any, key: str | int) -> bool:
    if isinstance(at, list):
        return isinstance(key, int) and key < len(at)
    return isinstance(at, dict) and key in at


def _told(error: Any, tree: dict, schema: type) -> Fault:
    """A fault of pydantic's in our words, at a path that exists in the tree."""
    path: list[str | int] = []
    at: Any = tree
    for step in error["loc"]:
        key = step if isinstance(at, list) else str(step)
        if _holds(at, key):
            path.append(key)
            at = at[key]
    name = str(error["loc"][-1]) if error["loc"] else ""
    match error["type"]:
        case "missing":
            return Fault(tuple(path), f"needs a key '{name}'")
        case "extra_forbidden":
            return Fault(tuple(path), f"no key of this name belongs here{near(name, _known(schema, error['loc']))}")
        case "value_error":
            return Fault(tuple(path), str(error["ctx"]["error"]))
        case "string_pattern_mismatch":
            return Fault(tuple(path), f"'{error['input']}' is no name: lower-case letters, digits and underscores, a letter first")
        case "too_short":
            return Fault(tuple(path), "is empty; at least one is needed")
        case "too_long":
            return Fault(tuple(path), f"holds too many; {error['ctx']['max_length']} at most")
        case "int_parsing" | "int_type" | "int_from_float":
            return Fault(tuple(path), f"a whole number is needed here, not {_short(error['input'])}")
        case "float_parsing" | "float_type" | "finite_number":
            return Fault(tuple(path), f"a number is needed here, not {_short(error['input'])}")
        case "string_type":
            return Fault(tuple(path), f"a text is needed here, not {_short(error['input'])}")
        case "dict_type" | "model_type" | "model_attributes_type":
            return Fault(tuple(path), f"keys are needed here, not {_short(error['input'])}")
        case "list_type":
            return Fault(tuple(path), f"a list is needed here, not {_short(error['input'])}")
        case "bool_type" | "bool_parsing":
            return Fault(tuple(path), f"true or false is needed here, not {_short(error['input'])}")
        case "literal_error":
            choices = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
            return Fault(tuple(path), f"{_short(error['input'])} is not one of the choices{near(error['input'], choices)}")
    return Fault(tuple(path), error["msg"][0].lower() + error["msg"][1:])


def _known(schema: Any, loc: Sequence[str | int]) -> list[str]:
    """The keys that belong in the section at this place of the schema."""
    section = schema
    for step in loc[:-1]:
        section = _section(section, step)
    fields = getattr(section, "model_fields", {})
    return [field.alias or name for name, field in fields.items()]


def _section(kind: Any, step: str | int) -> Any:
    fields = getattr(kind, "model_fields", None)
    if fields is not None:
        return fields[step].annotation if step in fields else kind
    from typing import get_args

    inner = [_section(part, step) if not hasattr(part, "model_fields") else part for part in get_args(kind)]
    return next((part for part in reversed(inner) if hasattr(part, "model_fields")), kind)


def _short(written: Any) -> str:
    if isinstance(written, (dict, list)):
        return "keys" if isinstance(written, dict) else "a list"
    return "nothing" if written is None else f"'{str(written)[:40]}'"


def _place(path: Path, places: Places, name: str) -> Place:
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            return places[path[:length]]
    return places.get((), Place(name))


def _order(fault: Fault, places: Places) -> tuple:
    place = _place(fault.path, places, "")
    return place.source, place.line, place.column, fault.message


def _line(fault: Fault, places: Places, name: str) -> str:
    at = f" {dotted(fault.path)}:" if fault.path else ""
    return f"{_place(fault.path, places, name)}:{at} {fault.message}"
