"""Changes to a scenario from the command line, written PATH=VALUE, and of a variant over the scenario that it extends."""

from collections.abc import Iterator
from typing import Any

from sim.case.faults import Fault, Path, Place, Places, closest
from sim.case.laws import LAWS
from sim.case.names import exists
from sim.case.wording import as_key
from sim.case.yaml import parse_value

_BESIDE_A_STRATEGY = {"offers", "beliefs", "leaves"}


def change(tree: Any, places: Places, written: str) -> list[Fault]:
    """Make the change in the tree and note its place, or say what is wrong with it."""
    place = Place(f"--set {written}")
    steps, equals, value = written.partition("=")
    if not equals or not steps.strip():
        return [Fault((), "a change is written PATH=VALUE, such as talks.rounds=12", place)]
    at: Any = tree
    path: Path = ()
    *sections, last = steps.strip().split(".")
    for step in sections:
        key = as_key(at, step)
        if key is None:
            return [Fault((*path, step), _nowhere(at, step), place)]
        at, path = at[key], (*path, key)
    key = last if isinstance(at, dict) else as_key(at, last)
    if key is None or key == "":
        return [Fault((*path, last), _nowhere(at, last), place)]
    parsed, faults = parse_value(value)
    if faults:
        return [Fault((*path, key, *fault.path), fault.message, place) for fault in faults]
    at[key] = parsed
    for known in [known for known in places if known[: len(path) + 1] == (*path, key)]:
        del places[known]
    places.update((below, place) for below in _paths(at[key], (*path, key)))
    return []


def _nowhere(at: Any, step: str) -> str:
    if not isinstance(at, (dict, list)):
        return "there is nothing to change here; the path goes too deep"
    close = closest(step, at) if isinstance(at, dict) else None
    items = f"; items count from 0 to {len(at) - 1}" if isinstance(at, list) and at else ""
    return "there is nothing to change here" + (f"; did you mean '{close}'?" if close else items)


def _paths(tree: Any, path: Path) -> Iterator[Path]:
    yield path
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, item in inside:
        yield from _paths(item, (*path, step))


def merged(base: Any, over: Any) -> Any:
    """A variant's values over those that it extends: sections key by key; what stands for one thing, and all else, as a whole."""
    if not (isinstance(base, dict) and isinstance(over, dict)) or _is_one_thing(base) or _is_one_thing(over):
        return over
    return {**base, **{key: merged(base[key], item) if key in base else item for key, item in over.items()}}


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


def drop_stale_reasons(tree: dict[str, Any], before: dict[str, Any]) -> None:
    """Take out of the tree the reasons for what was there before a change and is not there now."""
    sections = [(_section(tree, "talks"), _section(before, "talks"))]
    parties, parties_before = _section(tree, "parties"), _section(before, "parties")
    sections += [(_section(parties, name), _section(parties_before, name)) for name in parties]
    world, world_before = _section(tree, "world"), _section(before, "world")
    sections += [(_section(world, name), _section(world_before, name)) for name in world]
    for now, was in sections:
        reasons = _section(now, "because")
        for reason in [key for key in reasons if key in _section(was, "because")]:
            steps = reason.split(".")
            if exists(was, steps) and not exists(now, steps):
                del reasons[reason]


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
