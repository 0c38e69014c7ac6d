"""A scenario in the plain values of its file: sections, lists, and what stands at the paths of a pattern."""

from collections.abc import Iterator
from typing import Any

from sim.case.faults import Path
from sim.case.laws import Law
from sim.case.numbers import QuantityUse, parse_number
from sim.case.scenario import LadderOptions

Section = dict[str, Any]
Options = dict[str, list[str] | None]
Laws = dict[str, Law | None]


def found(tree: Any, pattern: str) -> Iterator[tuple[Path, Any]]:
    """All that stands where the steps of the pattern lead, with its path.

    Steps are keys; `*` stands for each key of a section, `#` for each item of a list. As a last step `each` stands for what is
    written singly or in a list, `keys` for the keys of a section.
    """
    yield from _found(tree, pattern.split("."), ())


def _found(at: Any, steps: list[str], path: Path) -> Iterator[tuple[Path, Any]]:
    if not steps:
        yield path, at
        return
    for key, item in _next(at, steps[0]):
        yield from _found(item, steps[1:], path if key is None else (*path, key))


def _next(at: Any, step: str) -> Iterator[tuple[str | int | None, Any]]:
    """Where the step leads, each with its key; None where the step leads to what stands here itself."""
    if step == "*":
        yield from section(at).items()
    elif step == "keys":
        yield from ((key, key) for key in section(at))
    elif step == "#" or (step == "each" and isinstance(at, list)):
        yield from enumerate(listed(at))
    elif step == "each":
        yield None, at
    elif step in section(at):
        yield step, at[step]


def section(written: Any) -> Section:
    """The section that is written, an empty one where none is."""
    return written if isinstance(written, dict) else {}


def listed(written: Any) -> list[Any]:
    """The list that is written, an empty one where none is."""
    return written if isinstance(written, list) else []


def number(written: Any) -> float | Law | QuantityUse | None:
    """The number that is written, None where it cannot be told."""
    try:
        told = parse_number(written)
    except ValueError:
        return None
    return told if isinstance(told, (float, Law, QuantityUse)) else None


def issues(tree: Section) -> Options:
    """The options of each issue, None where they cannot be told."""
    return {name: _options(section(issue).get("options")) for name, issue in section(tree.get("issues")).items()}


def _options(written: Any) -> list[str] | None:
    if not isinstance(written, dict) or isinstance(written.get("ladder", ""), str):
        told = isinstance(written, dict) and not any(isinstance(text, (dict, list)) for text in written.values())
        return list(written) if told and written else None
    try:
        return list(LadderOptions.model_validate(written).ladder.rungs())
    except ValueError:
        return None


def laws(tree: Section) -> Laws:
    """The law of each quantity, None where it cannot be told."""
    told = {name: number(section(quantity).get("law")) for name, quantity in section(tree.get("quantities")).items()}
    return {name: law if isinstance(law, Law) else None for name, law in told.items()}
