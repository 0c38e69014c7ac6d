"""The work of a sweep: replicates of a point, and what is kept of each: how it ended, and the answers to what is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.case.arrays import Floats
from sim.case.chance import Chance, Luck
from sim.outcomes.asked import Asked, asked
from sim.outcomes.endings import endings
from sim.outcomes.measures import Columns, measure
from sim.outcomes.tally import Tally
from sim.studies.blocks import BLOCK, Study
from sim.studies.designs import Layout
from sim.studies.pieces import Chunk, Piece


@dataclass(frozen=True)
class Trials:
    """Plays pieces of points; where there is a `layout`, it says from which quantiles each replicate is played."""

    studies: Sequence[Study]
    words: Sequence[str]
    seed: int
    layout: Layout | None = None
    block: int = BLOCK

    def __call__(self, piece: Piece) -> Chunk:
        """The ending's number and the answer to each question (n,), with what adds up of them."""
        blocks = [
            self._block(piece.point, first, min(self.block, piece.stop - first))
            for first in range(piece.first, piece.stop, self.block)
        ]
        columns = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
        return Chunk(columns, count(columns, self.words, len(endings(self.studies[piece.point].negotiation))))

    def _block(self, point: int, first: int, replicates: int) -> Columns:
        chance: Luck = Chance(self.seed, first, replicates)
        if self.layout is not None:
            chance = self.layout.luck(first, replicates)
        measured = measure(self.studies[point].play(chance))
        answers = {one.name: finite(one.name, one.of(measured), first) for one in self.asked[point]}
        return {"ending": measured["ending"], **answers}

    @cached_property
    def asked(self) -> list[list[Asked]]:
        """What is asked at each point: the same words, by the options and endings of its own variant."""
        return [[asked(study.negotiation, word) for word in self.words] for study in self.studies]

    def __getstate__(self) -> dict[str, object]:
        """All but the questions, which hold functions and are made anew by each worker."""
        return {name: item for name, item in self.__dict__.items() if name != "asked"}


def finite(name: str, answers: Floats, first: int) -> Floats:
    """The answers (n,), if all of them are numbers; ValueError names the first replicate of which one is not."""
    wrong = np.flatnonzero(~np.isfinite(answers))
    if len(wrong):
        raise ValueError(f"{name}: no number in replicate {first + int(wrong[0])}, but {answers[wrong[0]]}")
    return answers


def count(columns: Columns, words: Sequence[str], kinds: int) -> Tally:
    """How often each of so many endings came about, and the sum and sum of squares of each answer (M,)."""
    answers = np.stack([columns[word] for word in words])
    return {
        "replicates": np.array(len(columns["ending"])),
        "endings": np.bincount(columns["ending"], minlength=kinds),
        "sums": answers.sum(axis=1),
        "squares": np.square(answers).sum(axis=1),
    }


def differences(columns: Columns, base: Columns, words: Sequence[str]) -> Tally:
    """What adds up of the answers less those of the same replicates in the base: (M,) each."""
    moved = np.stack([columns[word] - base[word] for word in words])
    return {
        "gained": (moved > 0).sum(axis=1),
        "lost": (moved < 0).sum(axis=1),
        "moved": moved.sum(axis=1),
        "moved_squares": np.square(moved).sum(axis=1),
    }


def differences_before(columns: Columns, before: Sequence[Columns], words: Sequence[str]) -> Tally:
    """The same from each of N points before, as (N, M) each; nothing where there is none."""
    rows = [differences(columns, other, words) for other in before]
    return {f"{key}.before": np.stack([row[key] for row in rows]) for key in rows[0]} if rows else {}
