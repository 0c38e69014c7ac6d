"""What the rules of the table see of the talks."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sim.case.arrays import Bools, Floats, Numbers
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
    def all_must_sign(self) -> Sequence[int]:
        """In every room but the last all who sit there, who must agree to every text; nobody in the last."""
        ...

    @property
    def span(self) -> tuple[int, int]:
        """The first round in this room, counted from 0, and the first one after it."""
        ...

    def closes(self, t: int) -> Bools:
        """Where (R,) round t is the last in this room, as far as the parties know."""
        ...

    @property
    def members(self) -> Sequence[int]:
        """The numbers of the parties that sit at the table in this round."""
        ...

    def refused(self, party: int, deals: Numbers, where: Bools) -> None:
        """A party has refused another's deals (R,), where (R,) it did."""
        ...

    def refused_text(self, party: int, utility: Floats, where: Bools) -> None:
        """A party would not sign, where (R,) it would not, a text that is worth so much (R, P) to all."""
        ...

    @property
    def t(self) -> int:
        """The round being played, counted from 0."""
        ...

    def tell(self, party: int, deals: Numbers, where: Bools) -> None:
        """Make a party's offers (R,) heard, where it made them."""
        ...
