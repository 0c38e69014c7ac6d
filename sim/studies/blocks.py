"""Many replicates: blocks of them played side by side.

A block is as many replicates as the arrays of which fit a processor's cache. It changes no result: see `sim.case.chance`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim.case.arrays import Floats
from sim.case.chance import Chance, Luck
from sim.case.deals import Deals, all_listed, list_deals, packages, these_deals
from sim.case.menu import MENU, look_further, menu
from sim.case.numbers import Draws, QuantityUse
from sim.case.party import Anchors, Likeness
from sim.case.section import Section
from sim.case.stakes import Stakes, draw_stakes
from sim.outcomes.measures import Columns, Played, measure
from sim.outcomes.tally import Tally, add, tally
from sim.studies.pieces import Chunk, Piece
from sim.talks.chair import Script
from sim.talks.negotiation import Negotiation
from sim.talks.offers import MOST_ROWS
from sim.talks.rooms import needs_no_list

BLOCK = 512


@dataclass(frozen=True)
class Study:
    """A negotiation to be played; a variant of `base` keeps its no-deal values as drawn, unless they were changed.

    `listed` is what can be agreed, where that is known already; `changes` are those made from the command line.
    """

    negotiation: Negotiation
    base: Negotiation | None = None
    listed: Deals | None = None
    changes: tuple[str, ...] = ()

    @cached_property
    def deals(self) -> Deals:
        """What can be agreed."""
        return self.listed or deals_of(self.negotiation)

    def play(self, chance: Luck, tell: bool = False, script: Script | None = None) -> Played:
        """Play one block, of at most `MOST_ROWS` replicates; with a script, one replicate as `sim.talks.model.play` does."""
        from sim.talks.model import play

        if chance.count > MOST_ROWS:
            raise ValueError(f"a block holds at most {MOST_ROWS} replicates, not {chance.count}")

        draws = Draws(chance, self.negotiation.quantities)
        stakes = self.stakes(draws)
        return Played(self.negotiation, stakes, draws, play(self.negotiation, stakes, draws, tell, script))

    def stakes(self, draws: Draws) -> Stakes:
        """What is at stake in the draws' replicates, each of which has looked for deals of its own where not all are listed."""
        return look_further(self.shared_stakes(draws))

    def shared_stakes(self, draws: Draws) -> Stakes:
        """The same over the deals that all replicates share."""
        return draw_stakes(self.negotiation, self.deals, draws, self._frozen(draws))

    def _frozen(self, draws: Draws) -> Floats | None:
        """The base's no-deal values (1, P, R) where they stay, moved by this one's `plus`; NaN where they do not."""
        if self.base is None:
            return None
        drawn = draw_stakes(self._anchored, self._base_deals, Draws(draws.chance, self.base.quantities)).no_deal[0]
        was = dict(zip(self.base.parties, drawn, strict=True))
        return np.stack(
            [was[name] if self.keeps(name) else np.full(draws.replicates, np.nan) for name in self.negotiation.parties]
        )[None]

    def keeps(self, party: str) -> bool:
        """Whether the party's no-deal value stays as drawn in the base, but for `plus`: written as there, down to the quantities
        it uses."""
        base, now = self.base, self.negotiation
        if base is None:
            return False
        written = now.parties[party].no_deal
        numbers = dict(written).values() if isinstance(written, Section) else [written]
        uses = [number.quantity for number in numbers if isinstance(number, QuantityUse)]
        same = all(base.quantities.get(name) == now.quantities.get(name) for name in uses)
        return same and party in base.parties and _unmoved(base.parties[party].no_deal) == _unmoved(written)

    @cached_property
    def _anchored(self) -> Negotiation:
        """The base, with no-deal values moved as here where they stay."""
        assert self.base is not None
        kept = {name: self.negotiation.parties[name].no_deal for name in self.negotiation.parties if self.keeps(name)}
        parties = {
            name: party.model_copy(update={"no_deal": kept[name]}) if name in kept else party
            for name, party in self.base.parties.items()
        }
        return self.base.model_copy(update={"parties": parties})

    @cached_property
    def _base_deals(self) -> Deals:
        assert self.base is not None
        return these_deals(self.base, packages(self.base))  # of which no-deal values are made


def _unmoved(no_deal: Any) -> Any:
    return no_deal.model_copy(update={"plus": 0.0}) if isinstance(no_deal, (Anchors, Likeness)) else no_deal


def deals_of(negotiation: Negotiation) -> Deals:
    """All complete deals where they are few enough, else a menu of them; the packages alone where the talks need no list."""
    if all_listed(negotiation):
        return list_deals(negotiation)
    size = negotiation.talks.menu
    if size is None and needs_no_list(negotiation.talks):
        return these_deals(negotiation, packages(negotiation))
    return menu(negotiation, size or MENU)


def play_chunk(study: Study, seed: int, replicates: range, block: int = BLOCK) -> Chunk:
    """Play a run of replicates, block by block."""
    columns: list[Columns] = []
    counts: list[Tally] = []
    for first in range(replicates.start, replicates.stop, block):
        played = study.play(Chance(seed, first, min(block, replicates.stop - first)))
        columns.append(measure(played))
        counts.append(tally(played, columns[-1]))
    return Chunk({name: np.concatenate([one[name] for one in columns]) for name in columns[0]}, add(counts))


@dataclass(frozen=True)
class Play:
    """The work of a plain run."""

    study: Study
    seed: int
    block: int = BLOCK

    def __call__(self, piece: Piece) -> Chunk:
        """Play a piece."""
        return play_chunk(self.study, self.seed, piece.replicates, self.block)
