"""What the rules of the table see of the talks."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sim.case.arrays import Bools, Numbers
from sim.case.numbers import Draws
from sim.case.stakes import Stakes
from sim.talks.table import Table

PlayRound = Callable[[], None]


class Room(Protocol):
    """The talks as a protocol sees them: R replicates of one negotiation, in round `t`.

    `negotiation` is the scenario with its rules; `delegations` are the P parties' people, in the order of the file; `tell` lets
    all who listen hear an offer.
    """

    negotiation: Any
    stakes: Stakes
    draws: Draws
    table: Table
    delegations: Sequence[Any]

    @property
    def members(self) -> Sequence[int]:
        """The numbers of the parties that sit at the table in this round."""
        ...

    def refused(self, party: int, deals: Numbers, where: Bools) -> None:
        """A party has refused another's deals (R,), where (R,) it did."""
        ...

    @property
    def t(self) -> int:
        """The round being played, counted from 0."""
        ...

    def tell(self, party: int, deals: Numbers, where: Bools) -> None:
        """Make a party's offers (R,) heard, where it made them."""
        ...
