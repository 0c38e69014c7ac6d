"""Inputs of published cases in which actors stand on scales: influence, position, salience.

Positions are in the units of the publication. The options of an issue are steps of it, which does not touch what is settled.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sim.verify.scenes import PARTIES, Tree, scene

Actor = tuple[float, float, float]  # influence, position, salience

# Emission standards for cars in the European Community, years of delay: Bueno de Mesquita (1994), p. 78; as table 1 in Scholz,
# Calbert & Smith (2011).
CARS: dict[str, Actor] = {
    "netherlands": (0.08, 4, 0.80),
    "belgium": (0.08, 7, 0.40),
    "luxembourg": (0.03, 4, 0.20),
    "germany": (0.16, 4, 0.80),
    "france": (0.16, 10, 0.60),
    "italy": (0.16, 10, 0.60),
    "uk": (0.16, 10, 0.90),
    "ireland": (0.05, 7, 0.10),
    "denmark": (0.05, 4, 1.00),
    "greece": (0.08, 7, 0.70),
}

# Greece's creditors, 2015: B. Bayramli, "Mesquita game theory" (2015), public notes.
GREECE: dict[str, Actor] = {
    "greece": (100, 40, 1.0),
    "usa": (30, 60, 1.0),
    "imf": (20, 70, 1.0),
    "juncker": (10, 80, 1.0),
    "germany": (100, 100, 0.8),
    "france": (70, 100, 1.0),
    "dijsselbloem": (70, 100, 0.4),
    "tusk": (70, 100, 0.4),
    "italy": (50, 100, 1.0),
    "ecb": (20, 100, 0.7),
    "spain": (20, 100, 1.0),
}

# The climate conference of Paris, 2015, after its text of 2 October: fifteen states and groups of states, example data of the
# program equal-gain (F. Stokman). Influence, then position and salience on differentiation, on measurement, and on legal form.
CLIMATE: list[tuple[float, ...]] = [
    (0.25, 70, 0.75, 50, 0.65, 80, 0.6),
    (0.35, 50, 0.6, 85, 0.75, 50, 0.75),
    (0.05, 80, 0.65, 0, 0.4, 70, 0.3),
    (0.5, 40, 0.6, 80, 0.75, 100, 0.8),
    (0.4, 100, 0.75, 0, 0.55, 0, 0.5),
    (0.5, 60, 0.6, 70, 0.7, 100, 0.75),
    (0.7, 80, 0.8, 50, 0.55, 50, 0.5),
    (1, 80, 0.75, 0, 0.8, 20, 0.65),
    (0.35, 40, 0.75, 85, 0.8, 100, 0.75),
    (0.75, 30, 0.75, 100, 0.8, 100, 0.7),
    (0.6, 90, 0.75, 0, 0.55, 20, 0.7),
    (0.4, 25, 0.9, 70, 0.7, 70, 0.75),
    (0.6, 25, 0.9, 100, 0.7, 70, 0.65),
    (0.6, 15, 0.8, 50, 0.45, 50, 0.5),
    (1, 20, 0.95, 70, 0.7, 40, 1),
]


def on_a_scale(actors: Mapping[str, Actor], highest: int, protocol: Tree, rounds: int = 1) -> Tree:
    """The scenario of actors who stand on one issue, from 0 to the highest position."""
    parties = {name: _party(who[0], {"scale": who[1:]}) for name, who in actors.items()}
    return scene({"scale": _scale(highest)}, parties, {"rounds": rounds, "protocol": protocol})


def on_scales(actors: Sequence[Sequence[float]], issues: Sequence[str], protocol: Tree) -> Tree:
    """The scenario of actors who stand on several issues, each from 0 to 100: influence, then position and salience by issue."""
    parties = {
        name: _party(influence, {issue: (stands[2 * i], stands[2 * i + 1]) for i, issue in enumerate(issues)})
        for name, (influence, *stands) in zip(PARTIES, actors, strict=False)
    }
    return scene({issue: _scale(100, step=25) for issue in issues}, parties, {"rounds": 1, "protocol": protocol})


def _scale(highest: int, step: float = 1) -> Tree:
    return {"question": "Where on the scale?", "options": {"ladder": {"from": 0, "to": highest, "step": step}}}


def _party(influence: float, stands: Mapping[str, tuple[Any, ...]]) -> Tree:
    positions = {issue: {"at": at, "salience": salience} for issue, (at, salience) in stands.items()}
    return {"influence": influence, "positions": positions}
