"""How far results hang on the author's own choice of numbers: interior values moved at random, in order.

An interior value is one between the best and the worst option of an issue for a party. A version of the scenario moves the law
of each by up to ten points either way, the same for all replicates of the version, and keeps their order; all versions share
their luck with the scenario as written, so that what differs is the move alone.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.case.arrays import Floats
from sim.case.chance import Chance
from sim.case.laws import Law
from sim.case.numbers import Draws, Moved
from sim.studies.blocks import BLOCK, Study
from sim.studies.pieces import Chunk, Piece
from sim.talks.negotiation import Negotiation

VERSIONS = 24
MOST = 10.0  # points by which a value is moved either way


def moved(negotiation: Negotiation, seed: int, version: int) -> Negotiation:
    """A version of the scenario with its interior values moved."""
    chance = Chance(seed, version, 1)
    middles = Draws(None, negotiation.quantities)
    parties = {}
    for name, party in negotiation.parties.items():
        values: dict[str, Any] = dict(party.values)
        for issue, written in party.values.items():
            if isinstance(written, dict):
                path = f"parties.{name}.values.{issue}"
                centres = {option: float(middles.of(number, path)[0]) for option, number in written.items()}
                shifts = _shifts(centres, path, chance)
                values[issue] = {
                    option: Moved(number, shifts[option]) if option in shifts else number for option, number in written.items()
                }
        parties[name] = party.model_copy(update={"values": values})
    return negotiation.model_copy(update={"parties": parties})


def _shifts(centres: dict[str, float], path: str, chance: Chance) -> dict[str, float]:
    """By how much each interior value moves: moved centres are dealt out in the order of the written ones."""
    interior = sorted((option for option, centre in centres.items() if 0 < centre < 100), key=centres.__getitem__)
    moves = {option: MOST * (2 * float(chance.uniforms(f"moved.{path}.{option}")[0]) - 1) for option in interior}
    targets = sorted(min(max(centres[option] + moves[option], 0.0), 100.0) for option in interior)
    return {option: target - centres[option] for option, target in zip(interior, targets, strict=True)}


def assumptions(
    study: Study, seed: int, share: float, versions: int = VERSIONS, replicates: int = BLOCK
) -> dict[str, Any] | None:
    """The share of agreement with interior values moved: from the 5th to the 95th of 100 versions, around the run's own share.

    None where the scenario has no interior values. No-deal values by anchors move with the values they hang on.
    """
    if not has_interior(study.negotiation):
        return None
    return _around(share, agreements(study, seed, versions, replicates), (0.0, 1.0), replicates)


def assumptions_apart(first: Floats, other: Floats, difference: float, replicates: int = BLOCK) -> dict[str, Any]:
    """The same of the difference between two scenarios' shares: in each version the same values are moved alike in both, whose
    `agreements` are given."""
    return _around(difference, other - first, (-1.0, 1.0), replicates)


def _around(found: float, shares: Floats, bounds: tuple[float, float], replicates: int) -> dict[str, Any]:
    written, *versions = shares
    low, high = np.quantile(np.array(versions) - written + found, (0.05, 0.95))
    return {
        "low": float(max(low, bounds[0])),
        "high": float(min(high, bounds[1])),
        "versions": len(versions),
        "replicates": replicates,
    }


def agreements(study: Study, seed: int, versions: int = VERSIONS, replicates: int = BLOCK) -> Floats:
    """The shares of agreement (1 + versions,) in so many replicates: as written, then with interior values moved."""
    moves = (_version(study, seed, version) for version in range(versions))
    return np.array([_agreed(one, seed, replicates) for one in (study, *moves)])


@dataclass(frozen=True)
class Versions:
    """The work of playing scenarios as written and with interior values moved: its points, from 1 on, are those of the first
    scenario, as written and in each version, then those of the next."""

    studies: tuple[Study, ...]
    seed: int
    versions: int = VERSIONS

    @property
    def points(self) -> range:
        """Their numbers; 0 is left to the scenarios' own replicates."""
        return range(1, 1 + len(self.studies) * (1 + self.versions))

    def __call__(self, piece: Piece) -> Chunk:
        """Play a piece: how many replicates ended in agreement."""
        scenario, version = divmod(piece.point - 1, 1 + self.versions)
        study = _version(self.studies[scenario], self.seed, version - 1) if version else self.studies[scenario]
        agreed = study.play(Chance(self.seed, piece.first, len(piece.replicates))).table.agreed
        return Chunk({"agreed": agreed}, {"agreed": np.array(agreed.sum())})


def _version(study: Study, seed: int, version: int) -> Study:
    return Study(moved(study.negotiation, seed, version), study.base and moved(study.base, seed, version), study.deals)


def _agreed(study: Study, seed: int, replicates: int) -> float:
    return float(study.play(Chance(seed, 0, replicates)).table.agreed.mean())


def has_interior(negotiation: Negotiation) -> bool:
    """Whether the scenario has a value between the best and the worst that can be moved."""
    written = [values for party in negotiation.parties.values() for values in party.values.values()]
    return any(
        isinstance(number, Law) or 0 < number < 100
        for values in written
        if isinstance(values, dict)
        for number in values.values()
        if isinstance(number, (Law, float))
    )
