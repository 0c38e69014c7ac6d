"""The rooms of the house: imports run one way, in no circles, and each outside library has one door."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

SIM = Path(__file__).parents[1] / "sim"
FLOORS = {
    "sim.processes": {"sim.processes"},
    "sim.case": {"sim.case"},
    "sim.talks": {"sim.case", "sim.talks"},
    "sim.outcomes": {"sim.case", "sim.talks", "sim.outcomes"},
    "sim.studies": {"sim.case", "sim.talks", "sim.outcomes", "sim.studies", "sim.processes"},
    "sim.verify": {"sim.case", "sim.talks", "sim.outcomes", "sim.studies", "sim.verify"},
    "sim.web": {"sim.case", "sim.talks", "sim.outcomes", "sim.studies", "sim.web", "sim.processes"},
}
DOORS = {
    "mesa": {"sim.talks.delegation", "sim.talks.model"},
    "nicegui": {
        "sim.commands.page",
        "sim.web.chair",
        "sim.web.deal",
        "sim.web.ending",
        "sim.web.explore",
        "sim.web.lecturer",
        "sim.web.pieces",
        "sim.web.rooms",
        "sim.web.server",
        "sim.web.views",
        "sim.web.watch",
    },
    "starlette": {"sim.web.server"},
    "matplotlib": {"sim.outcomes.sheet"},
    "ruamel": {"sim.case.yaml"},
    "pyarrow": {"sim.outcomes.store"},
    "jinja2": {"sim.outcomes.report"},
    "pebble": {"sim.studies.engines"},
    "distributed": {"sim.studies.engines"},
    "typer": {
        "sim.cli",
        "sim.console",
        "sim.commands.classroom",
        "sim.commands.comparisons",
        "sim.commands.options",
        "sim.commands.page",
        "sim.commands.judgements",
        "sim.commands.levers",
        "sim.commands.references",
        "sim.commands.runs",
        "sim.commands.sweeps",
    },
    "rich": {
        "sim.console",
        "sim.outcomes.contrast_tables",
        "sim.outcomes.lever_tables",
        "sim.outcomes.sweep_tables",
        "sim.outcomes.tables",
        "sim.outcomes.terminal",
        "sim.verify.printing",
    },
}


def name_of(file: Path) -> str:
    parts = file.relative_to(SIM.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file): ast.parse(file.read_text()) for file in SIM.rglob("*.py")}


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """All statements, those for type checkers alone left out: these import what runs later, such as the front door."""
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)):
            yield node
            yield from statements(node)


def imports(name: str) -> set[str]:
    """Modules that a module imports, anywhere in it."""
    found = set()
    for node in statements(MODULES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} & set(MODULES) or {node.module}
    return found


@pytest.mark.parametrize("floor", FLOORS)
def test_imports_run_one_way(floor: str) -> None:
    for name in MODULES:
        if name == floor or name.startswith(f"{floor}."):
            ours = {".".join(module.split(".")[:2]) for module in imports(name) if module.startswith("sim.")}
            assert ours <= FLOORS[floor], name


def test_imports_run_in_no_circles() -> None:
    graph = {name: imports(name) & set(MODULES) - {name} for name in MODULES}
    assert len(list(TopologicalSorter(graph).static_order())) >= len(MODULES)


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_its_door(library: str) -> None:
    users = {name for name in MODULES if any(module.split(".")[0] == library for module in imports(name))}
    assert users == DOORS[library]


def test_nothing_in_the_program_knows_the_case() -> None:
    text = "\n".join(file.read_text().lower() for file in SIM.rglob("*.py"))
    assert not re.findall(r"\b(ukrain\w*|russia\w*|nato|kremlin|moscow|kyiv)\b", text)


def test_help_waits_for_no_heavy_library() -> None:
    heavy = ("numpy", "pydantic", "mesa", "pandas", "scipy", "matplotlib", "pyarrow")
    code = f"import sys, sim.cli; print([name for name in {heavy} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
