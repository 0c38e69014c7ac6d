"""The reasons that a scenario gives for its numbers: whether they are for what is there, and still are after a change."""

from collections.abc import Iterator
from typing import Any

from sim.case.changes import by_keys
from sim.case.faults import Fault, Path, closest
from sim.case.tree import Section, section

_WORDS = {"because", "text", "question"}  # in a section of numbers


def loose_reasons(reasoned: Section, path: Path) -> Iterator[Fault]:
    """Reasons for what is not there."""
    for reason in section(reasoned.get("because")):
        if not exists(reasoned, str(reason).split(".")):
            close = closest(reason, [key for key in _keys(reasoned, "") if not key.startswith("because")])
            hint = f"; did you mean '{close}'?" if close else ""
            yield Fault((*path, "because", reason), f"gives a reason for what is not there{hint}")


def drop_stale_reasons(now: Any, was: Any, given: Any = None) -> None:
    """Take out the reasons for what was there before a change and of which nothing is left now, unless given with the change."""
    if isinstance(now, list) and isinstance(was, list):
        items = given if isinstance(given, list) else [None] * len(now)
        for item, before, written in zip(now, was, items, strict=False):
            drop_stale_reasons(item, before, written)
    if not isinstance(now, dict) or not isinstance(was, dict):
        return
    given = section(given)
    if "because" in now and _same_reason(now, was, given, "because") and not _keeps_a_number(now, was):
        del now["because"]
    reasons, before, new = (section(tree.get("because")) for tree in (now, was, given))
    for reason in [reason for reason in reasons if _same_reason(reasons, before, new, reason)]:
        steps = reason.split(".")
        if exists(was, steps) and not _lasts(at(now, steps), at(was, steps)):
            del reasons[reason]
    for key in now.keys() & was.keys() - {"because"}:
        drop_stale_reasons(now[key], was[key], given.get(key))


def _same_reason(now: Section, was: Section, given: Section, key: str) -> bool:
    """Whether the words under the key are those from before the change, and not written again with it."""
    return isinstance(now[key], str) and key in was and now[key] == was[key] and key not in given


def _keeps_a_number(now: Section, was: Section) -> bool:
    numbers = [key for key in was if key not in _WORDS]
    return not numbers or any(_lasts(now.get(key), was[key]) for key in numbers)


def _lasts(now: Any, was: Any) -> bool:
    """Whether something is left of what was there."""
    if now != was and by_keys(was, now):
        return any(_lasts(now[key], was[key]) for key in now.keys() & was.keys())
    if isinstance(now, list) and isinstance(was, list):
        return any(item in now for item in was)
    return bool(now == was)


def exists(tree: Any, steps: list[str]) -> bool:
    """Whether the steps lead somewhere; a key may itself hold dots."""
    return any(True for _ in _ends(tree, steps))


def at(tree: Any, steps: list[str]) -> Any:
    """What stands where the steps lead, None where they lead nowhere."""
    return next(_ends(tree, steps), None)


def _ends(tree: Any, steps: list[str]) -> Iterator[Any]:
    """All to which the steps lead."""
    if not steps:
        yield tree
    elif isinstance(tree, list):
        if steps[0].isdecimal() and steps[0] in map(str, range(len(tree))):
            yield from _ends(tree[int(steps[0])], steps[1:])
    elif isinstance(tree, dict):
        for n in range(1, len(steps) + 1):
            if ".".join(steps[:n]) in tree:
                yield from _ends(tree[".".join(steps[:n])], steps[n:])


def _keys(tree: Any, before: str, depth: int = 3) -> Iterator[str]:
    for key, item in section(tree).items():
        yield f"{before}{key}"
        if depth > 1:
            yield from _keys(item, f"{before}{key}.", depth - 1)
