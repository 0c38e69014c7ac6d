"""The work of a comparison: the same replicates of every scenario."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np

from sim.case.chance import Chance
from sim.outcomes.contrast import Side, crossed
from sim.outcomes.measures import Columns, measure
from sim.outcomes.tally import Tally
from sim.studies.blocks import BLOCK, Study
from sim.studies.pieces import Chunk, Piece

LETTERS = ascii_uppercase


@dataclass(frozen=True)
class Together:
    """Plays pieces in all scenarios. Names of columns and counts end in a scenario's letter."""

    studies: tuple[Study, ...]
    seed: int
    block: int = BLOCK

    def __call__(self, piece: Piece) -> Chunk:
        """Play a piece."""
        blocks = range(piece.first, piece.stop, self.block)
        chances = [Chance(self.seed, first, min(self.block, piece.stop - first)) for first in blocks]
        sides = [Side(study.negotiation, _measured(study, chances)) for study in self.studies]
        counts: Tally = {"replicates": np.array(len(piece.replicates))}
        for letter, other in zip(LETTERS[1:], sides[1:], strict=False):
            counts |= {f"{name}.{letter}": count for name, count in crossed(sides[0], other, piece.first).items()}
        columns = {
            f"{name}.{letter}": column
            for letter, side in zip(LETTERS, sides, strict=False)
            for name, column in side.columns.items()
        }
        return Chunk(columns, counts)


def _measured(study: Study, chances: Sequence[Chance]) -> Columns:
    played = [measure(study.play(chance)) for chance in chances]
    return {name: np.concatenate([one[name] for one in played]) for name in played[0]}
