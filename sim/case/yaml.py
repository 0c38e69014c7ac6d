"""YAML 1.2 into plain values, with the place of every key and item; the only module that knows a YAML library."""

import re
import warnings
from io import StringIO
from pathlib import Path as File
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from sim.case.faults import BadInput, Fault, Path, Place, Places, as_word, cut
from sim.case.garbled import in_plain_words

MOST_NODES = 20_000  # what a scenario may hold once aliases are written out
MOST_BYTES = 1_000_000
MOST_DEPTH = 40
_TAGS = {"map", "seq", "str", "null", "bool", "int", "float", "timestamp", "value", "merge"}


_TOO_DEEP = f"nested too deeply; {MOST_DEPTH} levels at most"


class Written(NamedTuple):
    """What a text says: plain values, where each key and item stands, and faults that did not keep it from being read."""

    values: Any
    places: Places
    faults: list[Fault]


def read_yaml(file: File, name: str) -> Written:
    """What the file says; `name` is what it is called in faults. BadInput if it cannot be read at all."""
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except IsADirectoryError:
        raise BadInput([f"{name}: a folder, not a scenario file"]) from None
    except OSError as error:
        raise BadInput([f"{name}: cannot be read: {error.strerror}"]) from None
    if len(content) > MOST_BYTES:
        raise BadInput([f"{name}: too large for a scenario; {MOST_BYTES // 1_000_000} MB at most"])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _place_of(content[: error.start].decode("utf-8-sig", "replace"), name)
        raise BadInput([f"{place}: not a text in UTF-8; save the file as UTF-8"]) from None
    return parse_yaml(text.replace("\r\n", "\n").replace("\r", "\n"), name)


def parse_yaml(text: str, name: str) -> Written:
    """What a YAML text says; BadInput if it is none."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _Shallow
    written = Written(None, {}, [])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of names given twice with `&`, which YAML 1.2 allows
            node = yaml.compose(text)
    except _TooDeep as error:
        raise BadInput([f"{_spot(error.args[0], name)}: {_TOO_DEEP}"]) from None
    except MarkedYAMLError as error:
        begun, mark = error.context_mark or error.problem_mark, error.problem_mark or error.context_mark
        words, at_begin = in_plain_words(error.context or "", error.problem or "", begun.line + 1 if begun else 0)
        raise BadInput([f"{_spot(begun if at_begin else mark, name)}: not YAML: {words}"]) from None
    except ReaderError as error:
        place = _place_of(text[: error.position], name)
        raise BadInput([f"{place}: not a text: it holds a sign that is none (number {error.character})"]) from None
    except (YAMLError, ValueError):
        raise BadInput([f"{name}: not YAML: no part of it makes sense as YAML"]) from None
    if node is None:
        return written
    return written._replace(values=_Reading(yaml, name, written.places, written.faults).value(node, ()))


def write_yaml(tree: Any) -> str:
    """A tree of plain values as a YAML text, which reads as the same tree."""
    yaml = YAML(pure=True)
    yaml.width = 110
    yaml.allow_unicode = True
    written = StringIO()
    yaml.dump(tree, written)
    return written.getvalue()


def parse_value(text: str) -> tuple[Any, list[Fault]]:
    """The value of a short piece of YAML, such as the right-hand side of --set, and its faults without places."""
    try:
        value, _, faults = parse_yaml(text, "")
    except BadInput as error:
        return None, [Fault((), line.partition(": ")[2]) for line in error.lines]
    return value, [fault._replace(place=None) for fault in faults]


class _TooDeep(Exception):  # noqa: N818 - it carries the mark of the place and goes no further than this file
    pass


class _Shallow(Composer):
    """The library's composer, which stops where brackets stand in brackets without end; without it that takes long to notice."""

    levels = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """A node and all in it."""
        self.levels += 1
        if self.levels > MOST_DEPTH + 1:
            raise _TooDeep(self.parser.peek_event().start_mark)
        node = super().compose_node(parent, index)
        self.levels -= 1
        return node


class _Reading:
    """A walk over the nodes of a text that notes places and faults."""

    def __init__(self, yaml: YAML, name: str, places: Places, faults: list[Fault]) -> None:
        self.constructor = yaml.constructor
        self.name = name
        self.places = places
        self.faults = faults
        self.nodes = 0

    def value(self, node: Node, path: Path) -> Any:
        """The node's plain value."""
        place = self._place(node)
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise BadInput(
                [
                    f"{self.places.get(path[:1], place)}: too much for a scenario, with what aliases repeat; "
                    f"{MOST_NODES:,} values at most"
                ]
            )
        if len(path) > MOST_DEPTH:
            raise BadInput([f"{place}: {_TOO_DEEP}"])
        self.places.setdefault(path, place)
        if str(node.tag).removeprefix("tag:yaml.org,2002:") not in _TAGS:
            self.faults.append(
                Fault(
                    path,
                    f"'{cut(str(node.tag).replace('tag:yaml.org,2002:', '!!'))}' means nothing here; "
                    "take it out, or put a text in quotes",
                )
            )
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, n)) for n, item in enumerate(node.value)]
        return self._mapping(node, path) if isinstance(node, MappingNode) else self._scalar(node.value, node)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, item in node.value:
            key, place = self._key(key_node), self._place(key_node)
            if key in mapping:
                first = self.places[(*path, key)].line
                self.faults.append(Fault((*path, key), f"written twice, first in line {first}; keep one of the two", place))
                continue
            if re.match(r"\w+:\S", key) and item.value == "":
                self.faults.append(Fault((*path, key), "a space is missing after the colon", place))
            self.places[(*path, key)] = place
            mapping[key] = self.value(item, (*path, key))
        return mapping

    def _key(self, node: Node) -> str:
        """The key as a word; an empty one, or one that is itself a list or a mapping, as a sign that is no name."""
        if not isinstance(node, ScalarNode):
            return "[...]" if isinstance(node, SequenceNode) else "{...}"
        value = self._scalar(node.value, node)
        return str(node.value) if value is None else str(as_word(value))

    def _scalar(self, text: str, node: Node) -> Any:
        """A text, a number, true, false or nothing; what only looks like one of these is a text."""
        if not text.isprintable() and re.search("[\ud800-\udfff]", text):
            raise BadInput([f"{self._place(node)}: not a text: \\u with this number is half a sign; write the sign itself"])
        match str(node.tag).rpartition(":")[2]:
            case "null":
                return None
            case "bool" if text.lower() in ("true", "false"):
                return text.lower() == "true"
            case "int" | "float" if len(text) < 300:
                try:
                    return self.constructor.construct_object(node)
                except ValueError:
                    return text
        return text

    def _place(self, node: Node) -> Place:
        return Place(self.name, node.start_mark.line + 1, node.start_mark.column + 1)


def _spot(mark: Any, name: str) -> Place:
    return Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)


def _place_of(before: str, name: str) -> Place:
    """The place that follows this text."""
    before = before.replace("\r\n", "\n").replace("\r", "\n")
    return Place(name, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
