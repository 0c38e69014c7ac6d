"""Changes the arithmetic piece by piece in a copy of the tree, and tells which changes no test notices.

python tests/mutation/run.py [TARGET...] [--every N] [--list]    see docs/mutation.md; needs `pip install cosmic-ray`
"""

import argparse
import ast
import os
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from difflib import unified_diff
from importlib import import_module
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from resource import RLIMIT_CPU, setrlimit

import pytest
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from hypothesis import Phase, settings
from operators import ARRAYS

ROOT = Path(__file__).parents[2]
ARGUED = ROOT / "docs" / "mutation.md"
LIBRARIES = ["numpy", "scipy.special", "pydantic", "pandas", "pyarrow.parquet", "mesa", "ruamel.yaml", "hypothesis"]
PATIENCE = 60  # seconds of a processor after which a test run counts as one that never ends
TARGETS = {  # modules, and the tests that are asked, one after another: such as are quick
    "sim/talks/clocks.py": ["test_arithmetic.py"],
    "sim/talks/offers.py": ["test_arithmetic.py"],
    "sim/talks/seat.py": ["test_arithmetic.py"],
    "sim/talks/strategies/annealing.py": ["test_arithmetic.py", "test_single_text.py -k 'metropolis or straight_line'"],
    "sim/talks/strategies/aspiration.py": ["test_arithmetic.py"],
    "sim/talks/strategies/hardline.py": ["test_arithmetic.py"],
    "sim/talks/strategies/micro.py": ["test_arithmetic.py"],
    "sim/talks/strategies/tit_for_tat.py": ["test_arithmetic.py"],
    "sim/talks/table.py": ["test_arithmetic.py"],
    "sim/talks/text.py": [
        "test_single_text.py -k 'kept_up or slow_referee or every_change or can_be_changed or forbids or forbidden'"
    ],
    "sim/talks/delegation.py": [
        "test_outcomes.py -k 'walks_out or stays or at_the_table or by_default or beliefs'",
        "test_rooms.py",
        "test_single_text.py -k 'walks or sign or gains_nothing or keeps_nobody'",
        "test_outside.py -k 'review or remembers'",
        "test_equilibrium.py -k 'outside_option or walking_out or games_of_two'",
    ],
    "sim/talks/equilibrium.py": [
        "test_bad_input.py -k equilibrium",
        "test_equilibrium.py -k 'not gains and not as_the'",
        "test_equilibrium.py -k 'as_the and not often'",
    ],
    "sim/talks/protocols/alternating_offers.py": [
        "test_golden.py",
        "test_rooms.py",
        "test_outcomes.py -k 'order or walks or leaves or offered'",
    ],
    "sim/talks/protocols/challenge.py": [
        "test_spatial.py -k 'challenge or risk or chance or move or car or gives or hangs or utility or rival'",
        "test_spatial.py -k 'own_round or any_size'",
    ],
    "sim/talks/protocols/compromise.py": ["test_spatial.py -k 'not challenge and not command'"],
    "sim/talks/protocols/random_proposer.py": ["test_random_proposer.py"],
    "sim/talks/protocols/single_text.py": ["test_single_text.py -k 'not annealers and not command and not alike and not byte'"],
    "sim/case/house.py": ["test_arithmetic.py", "test_random_proposer.py -k 'vote or quota or council'"],
    "sim/case/council.py": [
        "test_council.py -k 'not million'",
        "test_ratification.py -k 'counting or factor or likelier or carried or luck_alone'",
    ],
    "sim/outcomes/solutions.py": ["test_arithmetic.py"],
    "sim/outcomes/zone.py": ["test_arithmetic.py"],
}
_BINARY = "Add_Sub Sub_Add Mul_Div Div_Mul FloorDiv_Mul Mod_Mul Pow_Mul LShift_RShift RShift_LShift BitAnd_BitOr BitOr_BitAnd"
_COMPARISON = "Lt_LtE Lt_GtE LtE_Lt LtE_Gt Gt_GtE Gt_LtE GtE_Gt GtE_Lt Eq_NotEq NotEq_Eq Is_IsNot IsNot_Is"
_OTHER = (
    "NumberReplacer AddNot ReplaceTrueWithFalse ReplaceFalseWithTrue ReplaceAndWithOr ReplaceOrWithAnd ZeroIterationForLoop "
    "ReplaceBreakWithContinue ReplaceContinueWithBreak ReplaceUnaryOperator_Delete_USub ReplaceUnaryOperator_Delete_Invert "
    "ReplaceUnaryOperator_Delete_Not"
)
NAMES = [
    *(f"ReplaceBinaryOperator_{name}" for name in _BINARY.split()),
    *(f"ReplaceComparisonOperator_{name}" for name in _COMPARISON.split()),
    *_OTHER.split(),
]
OPERATORS = [*(get_operator(f"core/{name}")() for name in NAMES), *(operator() for operator in ARRAYS)]


class _Bare(ast.NodeTransformer):
    """Leaves out what has no effect when talks are played: annotations, and whether a class is frozen or a zip is strict."""

    def visit_Call(self, node: ast.Call) -> ast.Call:
        node.keywords = [word for word in node.keywords if word.arg != "strict"]
        self.generic_visit(node)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        node.decorator_list = []
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = None
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        node.annotation = ast.Constant(None)
        return node


def meaning(source: str) -> str:
    """What a module does, apart from how it is written and annotated."""
    return ast.dump(_Bare().visit(ast.parse(source)))


def mutants(source: str) -> Iterator[str]:
    """The module with one change each, in the order of its lines; no two of them mean the same."""
    seen, found = {meaning(source)}, []
    for operator in OPERATORS:
        occurrence = 0
        while (changed := mutate_code(source, operator, occurrence)) is not None:
            occurrence += 1
            if (means := meaning(changed)) not in seen:
                seen.add(means)
                found.append(changed)
    yield from sorted(found, key=lambda changed: first_difference(source, changed))


def first_difference(source: str, changed: str) -> int:
    """The line, counted from 0, in which two texts begin to differ."""
    pairs = zip(source.splitlines(), changed.splitlines(), strict=False)
    return next((n for n, (one, two) in enumerate(pairs) if one != two), 0)


def passes(tree: Path, test: str) -> bool:
    """Whether a test file passes in the copy."""
    tried = get_context("fork").Process(target=_run, args=(tree, test))
    tried.start()
    tried.join()
    return tried.exitcode == 0


def _run(tree: Path, test: str) -> None:
    """In a process of its own, which inherits the libraries but nothing of the program."""
    setrlimit(RLIMIT_CPU, (PATIENCE, PATIENCE))
    os.chdir(tree)
    os.environ["PYTHONPATH"] = str(tree)
    sys.path.insert(0, str(tree))
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    sys.dont_write_bytecode = False  # what has not changed is not compiled again
    settings.register_profile("quick", phases=[Phase.explicit, Phase.generate], deadline=None, derandomize=True, database=None)
    settings.load_profile("quick")
    os._exit(pytest.main(["-x", "-q", "--ff", "-o", "addopts=", *shlex.split(f"tests/{test}")]))


def try_all(tree: Path, target: str, argued: str, every: int) -> tuple[int, int, int]:
    """How many mutants of a module were tried, killed, and argued where they survived; the other survivors are printed."""
    file, tests = tree / target, TARGETS[target]
    source, tried, killed, excused = file.read_text(), 0, 0, 0
    for changed in islice(mutants(source), 0, None, every):
        tried += 1
        file.write_text(changed)
        os.utime(file, (tried, tried))  # so that no compiled module passes for a later one
        if not all(passes(tree, test) for test in tests):
            killed += 1
            continue
        line = changed.splitlines()[first_difference(source, changed)].strip()
        excused += f"`{line}`" in argued
        if f"`{line}`" not in argued:
            print(
                *unified_diff(source.splitlines(), changed.splitlines(), target, "survived", n=1, lineterm=""),
                sep="\n",
                flush=True,
            )
    file.write_text(source)
    return tried, killed, excused


def main() -> int:
    """Run the targets one after another; status 1 if a survivor is neither killed nor argued."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", default=list(TARGETS), help="modules; left out: all of them")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="try every N-th mutant alone")
    parser.add_argument("--list", action="store_true", help="only count the mutants")
    asked = parser.parse_args()
    if asked.list:
        for target in asked.targets:
            print(f"{target}: {sum(1 for _ in mutants((ROOT / target).read_text()))} mutants")
        return 0
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    for library in LIBRARIES:
        import_module(library)
    alive = 0
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(".*", "__pycache__", "results"))
        for test in {test for target in asked.targets for test in TARGETS[target]}:
            if not passes(tree, test):
                sys.exit(f"tests/{test} fails as it is")
        for target in asked.targets:
            began = time.monotonic()
            tried, killed, argued = try_all(tree, target, ARGUED.read_text(), asked.every)
            alive += tried - killed - argued
            seconds = time.monotonic() - began
            print(
                f"{target}: {tried} mutants, {killed} killed, {argued} argued, {tried - killed - argued} left ({seconds:.0f} s)"
            )
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
