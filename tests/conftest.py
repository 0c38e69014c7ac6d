"""What holds for all tests."""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as on the command line; before numpy is imported

from sim.case.menu import menu

_MENUS: dict[tuple[str, int], Any] = {}


@pytest.fixture(autouse=True)
def few_draws_for_the_shortfall(monkeypatch: pytest.MonkeyPatch) -> None:
    """`parley check` compares a menu with the exact optimum in 4 draws, not in 200, which take a minute."""
    monkeypatch.setattr("sim.commands.judgements._REGRET_DRAWS", 4)


@pytest.fixture(autouse=True)
def each_menu_is_sought_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The menu of a scenario is the same whenever it is sought, and a large one takes ten seconds."""
    monkeypatch.setattr("sim.studies.blocks.menu", _once(menu))


def _once(seek: Callable[..., Any]) -> Callable[..., Any]:
    def sought(scenario: Any, size: int) -> Any:
        key = json.dumps(scenario.model_dump(), default=repr), size
        if key not in _MENUS:
            _MENUS[key] = seek(scenario, size)
        return _MENUS[key]

    return sought
