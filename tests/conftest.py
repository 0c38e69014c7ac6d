"""What holds for all tests."""

import json
import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pytest
from ruamel.yaml import YAML

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


@pytest.fixture(autouse=True)
def each_text_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The nodes of a text are the same whenever it is read, and nothing changes them; reading was a tenth of all tests."""
    monkeypatch.setattr("sim.case.yaml.YAML.compose", lambda yaml, text: _composed(text, yaml.Composer))


@lru_cache(maxsize=256)
def _composed(text: str, composer: type) -> Any:
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = composer
    return _COMPOSE(yaml, text)


_COMPOSE = YAML.compose


def _once(seek: Callable[..., Any]) -> Callable[..., Any]:
    def sought(scenario: Any, size: int) -> Any:
        key = json.dumps(scenario.model_dump(), default=repr), size
        if key not in _MENUS:
            _MENUS[key] = seek(scenario, size)
        return _MENUS[key]

    return sought
