"""The rules of the table: who may do what, when.

A protocol is a section of the scenario with its settings; `open` looks at the room once and answers with what plays a round of
all replicates. To add a protocol, write its section in a file of its own here and add its line to `PROTOCOLS`.
"""

from sim.case.scenario import Section
from sim.talks.protocols.alternating_offers import AlternatingOffers
from sim.talks.protocols.random_proposer import RandomProposer

PROTOCOLS: dict[str, type[Section]] = {"alternating_offers": AlternatingOffers, "random_proposer": RandomProposer}
