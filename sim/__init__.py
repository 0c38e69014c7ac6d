"""Parley, a simulator of negotiations: who sits at the table, what each wants, the rules of the talks, and what comes out.

Letters used for shapes throughout: R replicates, P parties, I issues, K deals, T rounds. Utilities run from 0 to 1 inside
the program; outside it they are points from 0 to 100.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["BadInput", "Comparison", "Levers", "Outcomes", "Swept", "compare", "levers", "load", "run", "sweep"]

if TYPE_CHECKING:
    from sim.case.faults import BadInput
    from sim.studies.compare import compare
    from sim.studies.compared import Comparison
    from sim.studies.levers import Levers, levers
    from sim.studies.runs import Outcomes, load, run
    from sim.studies.sweep import Swept, sweep

_HOMES = {
    "BadInput": "sim.case.faults",
    "Comparison": "sim.studies.compared",
    "compare": "sim.studies.compare",
    "Levers": "sim.studies.levers",
    "levers": "sim.studies.levers",
    "Outcomes": "sim.studies.runs",
    "load": "sim.studies.runs",
    "run": "sim.studies.runs",
    "Swept": "sim.studies.sweep",
    "sweep": "sim.studies.sweep",
}


def __getattr__(name: str) -> Any:  # so that `parley --help` does not wait for numerical libraries
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'sim' has no attribute '{name}'")
