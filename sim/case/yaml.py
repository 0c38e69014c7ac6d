"""YAML 1.2 into plain values, with the place of every key and item; the only module that knows a YAML library."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path as File
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from sim.case.faults import BadInput, Path, Place

MOST_NODES = 20_000  # what a scenario may hold once aliases are written out
MOST_BYTES = 2_000_000

Places = dict[Path, Place]


def read_yaml(file: File, shown: str) -> tuple[Any, Places, list[str]]:
    """The file's values, their places under the name `shown`, and its faults as lines; BadInput if it cannot be read at all."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise BadInput([f"{shown}: too large for a scenario ({MOST_BYTES // 1_000_000} MB at most)"])
        text = file.read_text(encoding="utf-8")
    except IsADirectoryError:
        raise BadInput([f"{shown}: a folder, not a scenario file"]) from None
    except UnicodeDecodeError:
        raise BadInput([f"{shown}: not a text file in UTF-8"]) from None
    except OSError as error:
        raise BadInput([f"{shown}: cannot be read: {error.strerror}"]) from None
    return parse_yaml(text, shown)


def parse_yaml(text: str, shown: str) -> tuple[Any, Places, list[str]]:
    """Values, places and faults of a YAML text."""
    yaml = YAML(typ="safe", pure=True)
    try:
        node = yaml.compose(text)
        places: Places = {}
        faults: list[str] = []
        budget = iter(range(MOST_NODES))
        value = None if node is None else _value(node, (), yaml, shown, places, faults, budget)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{shown}:{mark.line + 1}:{mark.column + 1}" if mark else shown
        raise BadInput([f"{where}: not YAML: {_plain(error)}"]) from None
    except (YAMLError, ValueError) as error:
        raise BadInput([f"{shown}: not YAML: {' '.join(str(error).split())[:120]}"]) from None
    except RecursionError:
        raise BadInput([f"{shown}: nested too deeply"]) from None
    return value, places, faults


def parse_value(text: str) -> Any:
    """The value of a short piece of YAML, such as the right-hand side of --set."""
    value, _, faults = parse_yaml(text, "value")
    if faults:
        raise BadInput(faults)
    return value


def _value(node: Node, path: Path, yaml: YAML, shown: str, places: Places, faults: list[str],
           budget: Iterator[int]) -> Any:  # fmt: skip
    if next(budget, None) is None:
        raise BadInput([f"{shown}: its aliases spell out more than {MOST_NODES:,} values"])
    places.setdefault(path, _place(node, shown))
    if isinstance(node, SequenceNode):
        return [_value(item, (*path, n), yaml, shown, places, faults, budget) for n, item in enumerate(node.value)]
    if not isinstance(node, MappingNode):
        return _scalar(node, yaml)
    mapping: dict[Any, Any] = {}
    for key_node, item in node.value:
        key = _key(key_node, yaml)
        if key in mapping:
            faults.append(f"{_place(key_node, shown)}: {'.'.join(map(str, (*path, key)))}: written twice")
            continue
        places[(*path, key)] = _place(key_node, shown)
        mapping[key] = _value(item, (*path, key), yaml, shown, places, faults, budget)
    return mapping


def _key(node: Node, yaml: YAML) -> Any:
    key = _scalar(node, yaml) if isinstance(node.value, str) else str(node.start_mark)
    return f"{key:g}" if isinstance(key, (int, float)) and not isinstance(key, bool) else str(key)


def _scalar(node: Node, yaml: YAML) -> Any:
    value = yaml.constructor.construct_object(node)
    return node.value if isinstance(value, (date, bytes)) else value


def _place(node: Node, shown: str) -> Place:
    return Place(shown, node.start_mark.line + 1, node.start_mark.column + 1)


def _plain(error: MarkedYAMLError) -> str:
    words = [part for part in (error.context, error.problem) if part]
    return " ".join(", ".join(words).split())[:160] or "it cannot be parsed"
