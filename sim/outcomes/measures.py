"""What is measured of every replicate: the columns of `outcomes.parquet`.

To add a measure, write a function from what was played to its columns and add its line to `MEASURES` at the foot of this file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.case.arrays import Array, Bools, Floats, Numbers
from sim.case.numbers import Draws
from sim.case.stakes import Stakes
from sim.outcomes.endings import ending_of
from sim.outcomes.solutions import SOLUTIONS, attains, feasible, solution
from sim.outcomes.zone import Zone, on_frontier
from sim.talks.negotiation import Negotiation
from sim.talks.ratification import homes
from sim.talks.table import End, Table

Columns = dict[str, Array]


@dataclass(frozen=True)
class Played:
    """R replicates that have been played: what was at stake at the start, and how they ended."""

    negotiation: Negotiation
    stakes: Stakes
    draws: Draws
    end: End

    @property
    def table(self) -> Table:
        """The table as the parties left it."""
        return self.end.table

    @cached_property
    def signers(self) -> list[int]:
        """The parties whose signature some deal needs."""
        return [list(self.negotiation.parties).index(party) for party in self.negotiation.signers()]

    @cached_property
    def zone_start(self) -> Zone:
        """The zone in the first round."""
        return Zone(self.stakes)

    @cached_property
    def rows(self) -> NDArray[np.int16]:
        """The options (R, I) agreed, -1 where nothing was."""
        return np.where(self.table.agreed[:, None], self.end.rows, -1).astype(np.int16)

    @cached_property
    def zone_end(self) -> Zone:
        """The zone in the last round that was or could have been played, by preferences as they stood when talks ended."""
        unmoved = self.end.stakes is self.stakes and len(self.stakes.no_deal) == 1
        return self.zone_start if unmoved else Zone(self.end.stakes, self.end.horizon - 1)

    @cached_property
    def round(self) -> NDArray[np.int16]:
        """The round (R,) in which talks ended."""
        return np.where(self.table.ended > 0, self.table.ended, self.end.horizon).astype(np.int16)


def measure(played: Played) -> Columns:
    """All columns (R,) of what was played."""
    return {name: column for function in MEASURES for name, column in function(played).items()}


def how_it_ended(played: Played) -> Columns:
    """The ending's number, the round, and the deal's number: -1 for none, `UNLISTED` for one that is not on the list that all
    replicates share."""
    ending = ending_of(played.negotiation, played.table, played.zone_end.size > 0)
    return {"ending": ending, "round": played.round, "deal": _numbers(played, played.table.deal, played.table.agreed)}


def signed_deal(played: Played) -> Columns:
    """The number of the deal that was signed, as in `deal`, at home refused or not; only where some home is asked."""
    if not homes(played.negotiation):
        return {}
    signed = played.table.signed
    numbers = _numbers(played, played.table.deal, signed)
    return {"signed_deal": numbers} | _clauses(played, "signed_deal", played.end.rows, signed)


def _numbers(played: Played, deal: Numbers, where: Bools) -> Array:
    """Numbers of deals (R,) on the list that all replicates share, -1 where there is none."""
    return np.where(where, played.stakes.deals.shared_number(deal), -1).astype(np.int16)


def _clauses(played: Played, name: str, rows: Array, where: Bools) -> Columns:
    """Where not all deals are listed, so that a number does not tell it: the number of the option on each issue of a deal, as its
    options (R, I), -1 where there is none."""
    if played.stakes.deals.complete:
        return {}
    issues = enumerate(played.stakes.deals.issues)
    return {f"option.{name}.{issue}": np.where(where, rows[:, i], -1).astype(np.int16) for i, issue in issues}


def agreed_options(played: Played) -> Columns:
    """The number of the option agreed on each issue, -1 where nothing was."""
    return {f"option.{issue}": played.rows[:, i] for i, issue in enumerate(played.stakes.deals.issues)}


def worth_to_parties(played: Played) -> Columns:
    """Utility, gain over the no-deal value at the start, and that value, in points, for each party."""
    columns: Columns = {}
    last = played.end.stakes.no_deal_at(played.round - 1)
    for p, party in enumerate(played.stakes.deals.parties):
        utility = np.where(played.table.agreed, played.end.utility(p), last[p]) * _left_of_a_point(played, party)
        if played.end.costs is not None:
            utility = utility - played.end.costs[p]
        no_deal = played.stakes.no_deal[0, p]
        columns |= {
            f"utility.{party}": 100 * utility,
            f"gain.{party}": 100 * (utility - no_deal),
            f"no_deal.{party}": 100 * no_deal,
        }
    return columns


def _left_of_a_point(played: Played, party: str) -> Floats | float:
    discount = played.negotiation.parties[party].discount
    if discount == 1.0:
        return 1.0
    return played.draws.of(discount, f"parties.{party}.discount") ** (played.round - 1.0)


def zone(played: Played) -> Columns:
    """Whether there was a zone of agreement at the start and in the last round, how many deals it held then, who blocked it."""
    columns: Columns = {
        "zone_start": played.zone_start.size > 0,
        "zone_end": played.zone_end.size > 0,
        "zone_deals": played.zone_end.size.astype(np.int16),
    }
    blocked = played.zone_end.blocked_by()
    return columns | {f"blocked_by.{played.stakes.deals.parties[p]}": blocked[p] for p in played.signers}


def frontier(played: Played) -> Columns:
    """Whether the agreement lies on the frontier of the parties that ever sign, 1 or 0; -1 where there is none, and where not all
    deals are listed."""
    table = played.table
    if not played.stakes.deals.complete:
        return {"on_frontier": np.full(played.stakes.replicates, -1, dtype=np.int8)}
    frontier = on_frontier(played.end.stakes, played.signers, table.deal, table.agreed)
    return {"on_frontier": np.where(table.agreed, frontier, -1).astype(np.int8)}


def solution_points(played: Played) -> Columns:
    """The deal at each solution point, as `deal`; and whether the agreement is one, or as good by its objective."""
    among = feasible(played.zone_end, played.signers)
    agreed, columns = played.table.agreed, {}
    for name in SOLUTIONS:
        point = solution(name, among, played.stakes.replicates)
        columns[name] = _numbers(played, point, point >= 0)
        columns |= _clauses(played, name, played.stakes.deals.rows_at(point), point >= 0)
        reached = attains(name, among, np.where(agreed, played.table.deal, -1))
        columns[f"{name}_reached"] = np.where(agreed, reached, -1).astype(np.int8)
    return columns


def settled_points(played: Played) -> Columns:
    """The exact point settled on each issue, in the units of its options; only under protocols that settle points."""
    talks, issues = played.negotiation.talks, played.stakes.deals.issues
    protocols = [talks.protocol, *(room.protocol for room in talks.rooms if room.protocol)]
    if not any(getattr(protocol.settings, "settles_points", False) for protocol in protocols):
        return {}
    points = played.table.points
    nothing = np.full(played.stakes.replicates, np.nan)
    return {f"settled.{issue}": nothing if points is None else points[i] for i, issue in enumerate(issues)}


MEASURES: list[Callable[[Played], Columns]] = [
    how_it_ended,
    signed_deal,
    agreed_options,
    worth_to_parties,
    zone,
    frontier,
    solution_points,
    settled_points,
]
