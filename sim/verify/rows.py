"""A claim about bargaining beside what this program makes of it."""

from typing import Any, NamedTuple

ROUNDING = 1e-9


class Row(NamedTuple):
    """One claim: the number that its source gives, and the number that this program gives.

    `kind` tells how the latter came about: "played" by parties at the table, or "computed" by the program's own solution,
    zone or vote. `relation` "=" expects the two to differ by at most the tolerance, ">" expects more than `expected` by more
    than the tolerance. `reason` says where the tolerance comes from.
    """

    topic: str
    claim: str
    source: str
    kind: str
    expected: float
    obtained: float
    tolerance: float = ROUNDING
    reason: str = "rounding"
    relation: str = "="

    @property
    def holds(self) -> bool:
        """Whether the program bears the claim out."""
        if self.relation == ">":
            return self.obtained > self.expected + self.tolerance
        return abs(self.obtained - self.expected) <= self.tolerance

    @property
    def verdict(self) -> str:
        """The same in a word."""
        return "pass" if self.holds else "FAIL"

    def record(self) -> dict[str, Any]:
        """The row for programs."""
        return self._asdict() | {"verdict": self.verdict}
