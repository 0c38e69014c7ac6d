"""Pages of HTML. The report of a run is one self-contained page, with every figure and the numbers behind it."""

from base64 import b64encode
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from sim.outcomes import captions
from sim.outcomes.captions import Summary

POINTS = {"nash": "Nash", "kalai_smorodinsky": "Kalai–Smorodinsky"}  # names of persons, where a key has no capitals


def report(summary: Summary, figures: dict[str, bytes]) -> str:
    """The page as HTML; `figures` are PNGs by the names of the questions they answer, shown where given."""
    pictures = {name: b64encode(picture).decode("ascii") for name, picture in figures.items()}
    return fill("report.html.j2", s=summary, say=captions, pictures=pictures, solution_names=POINTS)


def fill(template: str, **words: Any) -> str:
    """A page of HTML from a template beside this file; all text is escaped."""
    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page.filters.update(percent=captions.percent, points=captions.points, words=captions.key_words)
    return page.from_string(Path(__file__).with_name(template).read_text(encoding="utf-8")).render(**words)
