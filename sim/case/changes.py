"""Changes to a scenario from the command line, written PATH=VALUE, and of a variant over the scenario that it extends."""

from collections.abc import Iterator
from typing import Any

from sim.case.faults import Fault, Path, Place, Places, closest, cut
from sim.case.laws import LAWS
from sim.case.wording import NOTHING_WRITTEN, as_key
from sim.case.yaml import parse_value

_NAMED_ALONE = ("strategy", "protocol")  # what stands below may have nothing beside its name
_BESIDE_A_STRATEGY = {"offers", "beliefs", "leaves"}


def change(tree: Any, places: Places, written: str, option: str = "--set") -> list[Fault]:
    """Make the change, written after this option, in the tree and note its place, or say what is wrong with it."""
    place = Place(f"{option} {written}")
    path, value, faults = parse_change(written)
    return [fault._replace(place=place) for fault in faults] or put(tree, places, path, value, place)


def parse_change(written: str) -> tuple[str, Any, list[Fault]]:
    """Path and value of a change written PATH=VALUE, or what is wrong with it, without places."""
    steps, equals, text = written.partition("=")
    if not equals or not steps.strip():
        return "", None, [Fault((), "a change is written PATH=VALUE, such as talks.rounds=12")]
    path = tuple(steps.strip().split("."))
    if not text.strip():
        return "", None, [Fault(path, NOTHING_WRITTEN)]
    value, faults = parse_value(text)
    return ".".join(path), value, [Fault((*path, *fault.path), fault.message) for fault in faults]


def put(tree: Any, places: Places, steps: str, value: Any, place: Place) -> list[Fault]:
    """Put a value at a path of the tree, written with dots, and note its place; or say what is wrong with the path.

    Nothing, under a key, takes out what stands there.
    """
    at: Any = tree
    path: Path = ()
    *sections, last = steps.split(".")
    for step in sections:
        key = as_key(at, step)
        if key is None:
            return [Fault((*path, step), _nowhere(at, step), place)]
        at, path = at[key], (*path, key)
    key = last if isinstance(at, dict) else as_key(at, last)
    if key is None or key == "":
        return [Fault((*path, last), _nowhere(at, last), place)]
    if value is None and isinstance(at, dict):
        if key not in at:
            return [Fault((*path, key), f"there is nothing to take out{_meant(key, at)}", place)]
        del at[key]
    else:
        at[key] = value
    for known in [known for known in places if known[: len(path) + 1] == (*path, key)]:
        del places[known]
    places.update((below, place) for below in _paths(value, (*path, key)))
    return []


def _nowhere(at: Any, step: str) -> str:
    if not isinstance(at, (dict, list)):
        return "there is nothing to change here; the path goes too deep"
    items = f"; items count from 0 to {len(at) - 1}" if isinstance(at, list) and at else ""
    whole = f"; what is not there yet is written whole: {cut(step)}={{...}}" if isinstance(at, dict) else items
    return f"there is nothing to change here{_meant(step, at) or whole}"


def _meant(step: str, at: Any) -> str:
    close = closest(step, at) if isinstance(at, dict) else None
    return f"; did you mean '{close}'?" if close else ""


def _paths(tree: Any, path: Path) -> Iterator[Path]:
    yield path
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, item in inside:
        yield from _paths(item, (*path, step))


def merged(base: Any, over: Any, under: str = "") -> Any:
    """A variant's values over those that it extends: sections key by key, less the keys that it sets to nothing; what stands for
    one thing, and all else, as a whole. `under` is the key above."""
    if not by_keys(base, over):
        return over
    left = {key: item for key, item in base.items() if key not in over or over[key] is not None}
    written = {key: item for key, item in over.items() if item is not None or (under in _NAMED_ALONE and key not in base)}
    return {**left, **{key: merged(base[key], item, key) if key in base else item for key, item in written.items()}}


def nothing_to_take_out(base: Any, over: Any, path: Path = ("",)) -> Iterator[Fault]:
    """Keys that a variant sets to nothing and that are not in what it extends; a strategy or a protocol may be named alone."""
    if not by_keys(base, over):
        return
    for key, item in over.items():
        if key in base:
            yield from nothing_to_take_out(base[key], item, (*path, key))
        elif item is None and path[-1] not in _NAMED_ALONE:
            message = f"there is nothing to take out: what this file extends has no such key here{_meant(key, base)}"
            yield Fault((*path[1:], key), message)
        elif isinstance(item, dict):
            yield from nothing_to_take_out({}, item, (*path, key))


def left_empty(tree: Any, path: Path = ("",)) -> Iterator[Fault]:
    """Keys under which nothing is written; a strategy or a protocol may be named alone."""
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, item in inside:
        if item is None and path[-1] not in _NAMED_ALONE:
            yield Fault((*path[1:], key), NOTHING_WRITTEN)
        yield from left_empty(item, (*path, key))


def by_keys(base: Any, over: Any) -> bool:
    """Whether both are sections, to be merged key by key."""
    return isinstance(base, dict) and isinstance(over, dict) and not _is_one_thing(base) and not _is_one_thing(over)


def difference(base: Any, now: Any) -> Any:
    """What `merged` makes this tree of, laid over the base; keys that are in the base alone are not told."""
    if not (isinstance(base, dict) and isinstance(now, dict)) or _is_one_thing(base) or _is_one_thing(now):
        return now
    return {key: difference(base[key], item) if key in base else item for key, item in now.items() if base.get(key) != item}


def with_one_of_each(tree: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """The merged tree, less the strategies of parties, and the protocol, for which the variant names another."""
    protocol = _section(_section(over, "talks"), "protocol")
    if protocol:
        merged_protocol = _section(_section(tree, "talks"), "protocol")
        for other in set(merged_protocol) - set(protocol):
            del merged_protocol[other]
    for name, party in _section(over, "parties").items():
        named = set(_section(party, "strategy")) - _BESIDE_A_STRATEGY
        strategy = _section(_section(_section(tree, "parties"), name), "strategy")
        if named:
            for other in set(strategy) - _BESIDE_A_STRATEGY - named:
                del strategy[other]
    return tree


def _section(tree: Any, key: str) -> dict[str, Any]:
    inside = tree.get(key) if isinstance(tree, dict) else None
    return inside if isinstance(inside, dict) else {}


def _is_one_thing(tree: dict[str, Any]) -> bool:
    """Whether the keys make a law, a ladder, the use of a quantity, anchors or a likeness."""
    keys = set(tree)
    if len(keys) == 1 and keys <= set(LAWS):
        return all(isinstance(item, (list, dict)) for item in tree.values())
    return (
        "ladder" in keys
        or ("quantity" in keys and keys <= {"quantity", "times", "plus"})
        or ("like" in keys and keys <= {"like", "plus"})
        or bool({"refuses", "signs"} & keys and keys <= {"refuses", "signs", "law", "plus"})
    )
