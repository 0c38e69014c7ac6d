"""Changes that fit array code, which cosmic-ray does not make of itself."""

from collections.abc import Iterator
from typing import Any

from cosmic_ray.operators.operator import Operator

_PAIRS = [("min", "max"), ("minimum", "maximum"), ("fmin", "fmax"), ("argmin", "argmax"), ("all", "any"), ("floor", "ceil")]
_PAIRS += [("zeros", "ones"), ('"left"', '"right"'), ("sum", "prod")]
_ASSIGNED = [("+=", "-="), ("*=", "/="), ("|=", "&="), ("<<=", ">>=")]
_HOW = {"dtype", "out", "strict"}  # keywords that say how a result is made or checked, not which

SWAPS = {one: two for pair in _PAIRS for one, two in (pair, pair[::-1])}
ASSIGNMENTS = {one: two for pair in _ASSIGNED for one, two in (pair, pair[::-1])} | {"^=": "&="}


class SwapFunction(Operator):  # type: ignore[misc]
    """A function's name for its opposite: the least for the most."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        """Names that are called or reduced by, and strings."""
        if node.type in ("name", "string") and node.value in SWAPS:
            following = node.get_next_leaf().value
            if node.type == "string" or following in "(.":
                yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """The opposite."""
        node.value = SWAPS[node.value]
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        """None."""
        return ()


class SwapAssignment(Operator):  # type: ignore[misc]
    """One augmented assignment for another."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        """Augmented assignments."""
        if node.type == "operator" and node.value in ASSIGNMENTS:
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """The other one."""
        node.value = ASSIGNMENTS[node.value]
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        """None."""
        return ()


class DropStatement(Operator):  # type: ignore[misc]
    """A statement left out that changes something in place."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        """Calls, augmented assignments, and assignments to a part of something."""
        if node.type == "simple_stmt" and _in_place(node.children[0]):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Nothing instead."""
        first = node.children[0].get_first_leaf()
        for leaf in _leaves(node.children[0]):
            leaf.value, leaf.prefix = "", "" if leaf is not first else leaf.prefix
        first.value = "pass"
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        """None."""
        return ()


def _in_place(statement: Any) -> bool:
    if statement.type != "expr_stmt":
        return bool(statement.type == "atom_expr")
    return statement.children[0].type == "atom_expr" or getattr(statement.children[1], "value", "=") in ASSIGNMENTS


def _leaves(node: Any) -> Iterator[Any]:
    for child in getattr(node, "children", ()):
        yield from _leaves(child)
    if not hasattr(node, "children"):
        yield node


class DropKeyword(Operator):  # type: ignore[misc]
    """A call without one of its keyword arguments."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        """Keyword arguments that say which result is meant."""
        if node.type == "argument" and node.children[1].get_code().strip() == "=" and node.children[0].value not in _HOW:
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Nothing instead, nor the comma beside it."""
        commas = [leaf for leaf in (node.get_previous_leaf(), node.get_next_leaf()) if leaf.value == ","]
        for leaf in [*_leaves(node), *commas[:1]]:
            leaf.value = leaf.prefix = ""
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        """None."""
        return ()


ARRAYS: list[type[Operator]] = [SwapFunction, SwapAssignment, DropStatement, DropKeyword]
