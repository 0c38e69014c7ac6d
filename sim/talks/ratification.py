"""Consent at home: a deal that was signed goes to the home of every party whose signature it needs, and may be refused there.

All homes are asked at once, after the round in which the deal was signed; the talks reckon with none of them. Putnam (1988),
Diplomacy and domestic politics: the logic of two-level games, International Organization 42(3).
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, NamedTuple

import numpy as np
from pydantic import Field, model_validator

from sim.case.arrays import Array, Bools, Floats
from sim.case.council import passes
from sim.case.deals import meets
from sim.case.numbers import Draws, NotNegative, Share, Shift
from sim.case.party import Weights
from sim.case.positions import draw_positions
from sim.case.section import Section
from sim.case.stakes import draw_weights, on_grid, weighed
from sim.talks.table import End

if TYPE_CHECKING:
    from sim.talks.negotiation import Negotiation


class Ratification(Section):
    """How a party's home audience judges a deal.

    It says yes with a `chance`, less `falls` for each point by which the deal is worth less to it than no deal; or it says yes
    where it gains at least `threshold` points over no deal, and only there. By `weights` of its own it sees the party's values.
    """

    chance: Share = 1.0
    falls: NotNegative = 0.0
    threshold: Shift | None = None
    weights: Annotated[Weights, Field(min_length=1)] = {}

    @model_validator(mode="after")
    def _judges(self) -> "Ratification":
        given = self.model_fields_set - {"weights"}
        if not given:
            raise ValueError("a chance or a threshold is needed here")
        if "threshold" in given and len(given) > 1:
            raise ValueError("a home judges by a chance or by a threshold; take one of the two out")
        if "weights" in self.model_fields_set and not {"falls", "threshold"} & given:
            raise ValueError("weights of its own have an effect only beside `falls` or a threshold")
        return self


class Home(NamedTuple):
    """What a party's home says to what was signed, all (R,): where it is asked, the points that it gains over no deal, the chance
    of a yes, whether it says yes, and where each vote of a council after the talks (by path) fails a deal that it is about."""

    party: int
    asked: Bools
    gain: Floats
    chance: Floats
    says_yes: Bools
    outvoted: dict[str, Bools]

    @property
    def refuses(self) -> Bools:
        """Where (R,) it refuses what was signed."""
        return self.asked & ~np.logical_and.reduce([self.says_yes, *(~failed for failed in self.outvoted.values())])


def homes(negotiation: "Negotiation") -> list[str]:
    """The parties whose home is asked, in the order of the file."""
    return [name for name, party in negotiation.parties.items() if party.ratification or negotiation.votes_of(name, "after")]


def at_home(negotiation: "Negotiation", end: End, draws: Draws) -> list[Home]:
    """What each home says to what was signed."""
    return [_home(negotiation, name, end, draws) for name in homes(negotiation)]


def _home(negotiation: "Negotiation", name: str, end: End, draws: Draws) -> Home:
    table, deals = end.table, end.stakes.deals
    p, path = deals.parties.index(name), f"parties.{name}.ratification"
    rows, needs = end.rows, deals.needs_of(end.rows)
    no_deal = end.stakes.no_deal_at(np.maximum(table.ended, 1) - 1)[p]
    gain = 100 * on_grid(_utility(negotiation, p, end, rows, draws) - no_deal)
    chance = chance_of_yes(negotiation.parties[name].ratification, path, gain, draws)
    votes = negotiation.votes_of(name, "after")
    return Home(
        party=p,
        asked=table.signed & (needs >> p & 1).astype(bool),
        gain=gain,
        chance=chance,
        says_yes=draws.luck(path, 1)[0] < chance,
        outvoted={at: meets(rows, deals.issues, vote.when) & ~passes(negotiation, at, draws) for at, vote in votes.items()},
    )


def chance_of_yes(ratification: Ratification | None, path: str, gain: Floats, draws: Draws) -> Floats:
    """The chance (R,) that a home says yes to a gain (R,) of so many points over no deal; 0 or 1 by a threshold.

    For a chance c and a fall f it is c - f max(0, -gain), kept between 0 and 1; for a threshold h it is 1 where gain >= h.
    """
    if ratification is None:
        return np.ones(len(gain))
    if ratification.threshold is not None:
        return (gain >= 100 * on_grid(draws.of(ratification.threshold, f"{path}.threshold") / 100)).astype(float)
    chance, falls = (draws.of(getattr(ratification, name), f"{path}.{name}") for name in ("chance", "falls"))
    return np.clip(chance - falls * np.maximum(-gain, 0), 0, 1)


def _utility(negotiation: "Negotiation", p: int, end: End, rows: Array, draws: Draws) -> Floats:
    """What a deal, as its options (R, I), is worth (R,) to the party's home."""
    name = end.stakes.deals.parties[p]
    party, stakes = negotiation.parties[name], end.stakes
    if party.ratification and party.ratification.weights:
        home = party.model_copy(update={"weights": party.ratification.weights, "weights_doubt": None})
        weights = draw_weights(home, f"parties.{name}.ratification", list(negotiation.issues), draws)
        steps, _ = weighed(negotiation, p, weights, draw_positions(negotiation, draws), draws)
        stakes = replace(stakes, steps=(*stakes.steps[:p], steps, *stakes.steps[p + 1 :]))
    return stakes.utility_of(p, rows)
