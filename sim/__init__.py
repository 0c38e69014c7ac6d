"""Parley, a simulator of negotiations: who sits at the table, what each wants, the rules of the talks, and what comes out.

Letters used for shapes throughout: R replicates, P parties, I issues, K deals, T rounds. Utilities run from 0 to 1 inside
the program; outside it they are points from 0 to 100.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["BadInput", "Outcomes", "load", "run"]

if TYPE_CHECKING:
    from sim.case.faults import BadInput
    from sim.studies.runs import Outcomes, load, run


def __getattr__(name: str) -> Any:  # so that `parley --help` does not wait for numerical libraries
    if name == "BadInput":
        from sim.case.faults import BadInput

        return BadInput
    if name in __all__:
        from sim.studies import runs

        return getattr(runs, name)
    raise AttributeError(f"module 'sim' has no attribute '{name}'")
