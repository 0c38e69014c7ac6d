"""The figures of a sweep, chosen by its design."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from sim.outcomes import grids, sensitivities
from sim.outcomes.sheet import Figure, png
from sim.outcomes.store import write_bytes
from sim.outcomes.sweep_words import Record


def figures(summary: Record) -> Mapping[str, Callable[[], Figure]]:
    """Every figure worth showing, by name: those of measures end in the measure's name."""
    names = [measure["name"] for measure in summary["measures"]]
    match summary["design"]:
        case "grid" if len(summary["changed"]) == 1:
            return {"lines": partial(grids.lines, summary)}
        case "grid":
            drawn = {f"map-{_in_a_file(name)}": partial(grids.maps, summary, name) for name in names}
            return drawn | {"endings": partial(grids.phases, summary)}
        case "one_at_a_time":
            return {f"tornado-{_in_a_file(name)}": partial(sensitivities.tornado, summary, name) for name in names}
        case "sobol":
            return {f"indices-{_in_a_file(name)}": partial(sensitivities.indices, summary, name) for name in names}
    return {f"fifths-{_in_a_file(name)}": partial(sensitivities.fifths, summary, name) for name in names}


def _in_a_file(name: str) -> str:
    """A measure's name as part of a file's name."""
    return re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-")


def save_figures(summary: Record, folder: Path) -> list[Path]:
    """Draws every figure worth showing into `folder`, one PNG each; returns their paths."""
    paths = []
    for name, draw in figures(summary).items():
        path = folder / f"{name}.png"
        write_bytes(path, png(draw()))
        paths.append(path)
    return paths
