"""Faults that the schema finds, in plain words and at paths that exist in what the user wrote."""

import re
from collections.abc import Mapping, Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from sim.case.faults import Fault, Path, as_word, cut, near, shown, unquoted
from sim.case.laws import LAWS

Steps = tuple[str | int, ...]

NOTHING_WRITTEN = "nothing is written here; write what belongs here, or take the key out"


def schema_faults(error: ValidationError, tree: Any, schema: type[BaseModel]) -> list[Fault]:
    """What the schema finds wrong with a tree of plain values."""
    return [_fault(one, tree, schema) for one in error.errors(include_url=False)]


def _fault(error: Any, tree: Any, schema: type[BaseModel]) -> Fault:
    steps: Steps = error["loc"]
    if error["type"] == "missing":
        return Fault((*path_in(steps[:-1], tree), steps[-1]), "is missing")
    path = path_in(steps, tree)
    below = getattr(error.get("ctx", {}).get("error"), "below", ())
    return Fault((*path, *below), _words(error, path, schema))


def _words(error: Any, path: Path, schema: type[BaseModel]) -> str:
    written, limits = error["input"], error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            return f"no key of that name belongs here{near(error['loc'][-1], _keys(schema, error['loc'][:-1]), 12)}"
        case "value_error":
            named = path[-1:] == ("no_deal",) and isinstance(written, str)
            return f"{limits['error']}{f'; like a deal is written {{like: {cut(written)}}}' if named else ''}"
        case "string_pattern_mismatch":
            return f"{shown(written)} cannot be a name; write {_as_name(written)} (small letters, digits, _, a letter first)"
        case "too_short":
            return "is empty; at least one is needed"
        case "too_long":
            return f"{limits['actual_length']} are too many; {limits['max_length']} at most"
        case "literal_error":
            choices = re.findall(r"'([^']*)'", limits["expected"])
            return f"{shown(written)} is not one of the choices{near(written, choices)}"
        case "greater_than":
            return f"a number above {limits['gt']:g} is needed here, not {shown(written)}"
        case "less_than_equal" | "less_than" | "greater_than_equal":
            bound = "at least" if "ge" in limits else "at most"
            return f"{bound} {limits.get('ge', limits.get('le', limits.get('lt'))):,g} is needed here, not {shown(written)}"
    if written is None:
        return NOTHING_WRITTEN
    if error["type"].startswith("int") and isinstance(written, float) and written.is_integer():
        return f"a whole number is needed here, without a point; write {written:.0f}"
    if error["type"].startswith(("int", "float")) and isinstance(written, dict) and {"quantity", *LAWS} & set(written):
        return "a plain number is needed here, and no law"
    keys = f"; there are {', '.join(_keys(schema, error['loc']))}" if error["type"] == "model_type" else ""
    return f"{_needed(error['type'], path)} is needed here, not {shown(written)}{keys}{_hint(error['type'], written)}"


def _needed(kind: str, path: Path) -> str:
    """What is needed where something of another kind stands."""
    if len(path) > 3 and path[2] == "values" and kind == "dict_type":
        return "rising, falling, or a value for each option"
    return _KINDS.get(kind.partition("_")[0], "something else")


_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "finite": "a number",
    "string": "a text or name",
    "dict": "a section with keys",
    "model": "a section with keys",
    "list": "a list",
    "bool": "true or false",
}


def _hint(kind: str, written: Any) -> str:
    if kind == "string_type" and isinstance(written, (bool, int, float)):
        return f'; put it in quotes: "{as_word(written)}"'
    if kind.startswith(("int", "float")):
        return unquoted(written)
    return "; a list has dashes, or stands in [ ]" if kind == "list_type" else ""


def _as_name(written: Any) -> str:
    """A name that resembles what is written."""
    name = re.sub(r"[^a-z0-9]+", "_", str(written).lower()).strip("_")[:40]
    return f"'{name}'" if re.match("[a-z]", name) else "another"


def path_in(steps: Steps, tree: Any) -> Path:
    """The longest path in the tree along the steps, less those that only the schema knows; one to the last step is preferred."""
    return _walks(steps, tree)[1]


def _walks(steps: Steps, at: Any) -> tuple[tuple[bool, int], Path]:
    """How good the best path through the steps is, and that path."""
    if not steps:
        return (False, 0), ()
    best = _walks(steps[1:], at)
    key = as_key(at, steps[0])
    if key is not None:
        (last, length), path = _walks(steps[1:], at[key])
        taken = ((last or len(steps) == 1, length + 1), (key, *path))
        best = max(best, taken, key=lambda walk: walk[0])
    return best


def as_key(at: Any, step: str | int) -> Any:
    """The step as key or number of an item that is there, else None."""
    if isinstance(at, list):
        number = int(step) if re.fullmatch(r"[0-9]{1,6}", str(step)) else -1
        return number if 0 <= number < len(at) else None
    return str(step) if isinstance(at, dict) and str(step) in at else None


def _keys(kind: Any, steps: Sequence[str | int]) -> list[str]:
    """The keys of the section of the schema to which the steps lead."""
    for step in steps:
        kind = _inside(kind, step)
    section = next((one for one in _alternatives(kind) if _is_section(one)), None)
    return [field.alias or name for name, field in section.model_fields.items()] if section else []


def _inside(kind: Any, step: str | int) -> Any:
    """The kind of what stands at the step; the same kind where the step tells nothing of it."""
    for one in _parts(kind):
        if any(isinstance(mark, Tag) and mark.tag == step for mark in getattr(one, "__metadata__", ())):
            return one
    kinds = _alternatives(kind)
    sections = [{field.alias or name: field for name, field in one.model_fields.items()} for one in kinds if _is_section(one)]
    fields = [_of_field(section[str(step)]) for section in sections if str(step) in section]
    items = [get_args(one)[-1] for one in kinds if get_origin(one) in (dict, list, Mapping)]
    return next(iter(fields + items), kind)


def _of_field(field: FieldInfo) -> Any:
    """The kind of a field, and of what may be written there for it."""
    written = [getattr(mark, "json_schema_input_type", PydanticUndefined) for mark in field.metadata]
    return Union[(field.annotation, *(kind for kind in written if kind is not PydanticUndefined))]


def _parts(kind: Any) -> list[Any]:
    return list(get_args(kind)) if get_origin(kind) in (Union, UnionType) else []


def _alternatives(kind: Any) -> list[Any]:
    """The kinds that a union or an annotated kind stands for."""
    if hasattr(kind, "__metadata__"):
        return _alternatives(get_args(kind)[0])
    return [one for part in _parts(kind) for one in _alternatives(part)] or [kind]


def _is_section(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
