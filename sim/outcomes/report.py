"""The report of a run: one self-contained page, with every figure and the numbers behind it."""

from base64 import b64encode
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from sim.outcomes import captions
from sim.outcomes.captions import Summary

PAGE = Path(__file__).with_name("report.html.j2")
POINTS = {"nash": "Nash", "kalai_smorodinsky": "Kalai–Smorodinsky"}  # names of persons, where a key has no capitals


def report(summary: Summary, figures: dict[str, bytes]) -> str:
    """The page as HTML; `figures` are PNGs by the names of the questions they answer, shown where given."""
    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page.filters.update(percent=captions.percent, points=captions.points, words=captions.key_words)
    pictures = {name: b64encode(picture).decode("ascii") for name, picture in figures.items()}
    template = page.from_string(PAGE.read_text(encoding="utf-8"))
    return template.render(s=summary, say=captions, pictures=pictures, solution_names=POINTS)
