"""How a party bargains: what it demands in each round, and what it puts on the table.

A strategy is a section of the scenario with its settings; `sit` turns it, for R replicates at once, into a plan (see
`sim.talks.seat`). To add a strategy, write its section and plan in a file of its own here and add its line to `STRATEGIES`.
"""

from sim.case.section import Section
from sim.talks.strategies.annealing import Annealing, HillClimbing
from sim.talks.strategies.aspiration import Aspiration
from sim.talks.strategies.equilibrium import Equilibrium
from sim.talks.strategies.hardline import Hardline
from sim.talks.strategies.micro import Micro
from sim.talks.strategies.tit_for_tat import TitForTat

STRATEGIES: dict[str, type[Section]] = {
    "annealing": Annealing,
    "aspiration": Aspiration,
    "equilibrium": Equilibrium,
    "hardline": Hardline,
    "hill_climbing": HillClimbing,
    "micro": Micro,
    "tit_for_tat": TitForTat,
}
