"""What holds for all tests."""

import pytest


@pytest.fixture(autouse=True)
def few_draws_for_the_shortfall(monkeypatch: pytest.MonkeyPatch) -> None:
    """`parley check` compares a menu with the exact optimum in 4 draws, not in 200, which take a minute."""
    monkeypatch.setattr("sim.commands.judgements._REGRET_DRAWS", 4)
