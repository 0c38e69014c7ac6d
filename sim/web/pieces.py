"""Small pieces that several views are made of: a chart with its question, a folded table, a plain button, a list of faults."""

from collections.abc import Callable
from math import isfinite
from typing import Any

from nicegui import ui

Record = dict[str, Any]

TELL_VALUE = "(event) => emit(event.target.value)"


class Chart:
    """A chart under its question."""

    def __init__(self, question: str, hint: str = "", clicked: Callable[[Any], Any] | None = None) -> None:
        ui.label(question).classes("question").props("role=heading aria-level=2")
        if hint:
            ui.label(hint).classes("hint")
        self.chart = ui.echart({}, on_point_click=clicked, renderer="svg").classes("w-full")
        self.chart.props["role"] = "img"
        self.chart.props["aria-label"] = question

    def show(self, options: Record) -> None:
        """Draw it."""
        height = options.pop("height", 320)
        if self.chart.style.get("height") != f"{height}px":
            self.chart.style(f"height: {height}px")
        self.chart.options.clear()
        self.chart.options.update(options)
        self.chart.update()


class Numbers:
    """A table behind a fold, which is made only when it is looked at."""

    def __init__(self, title: str) -> None:
        self._text = ""
        with ui.expansion(title).classes("w-full group") as self.fold:
            self.html = ui.html("", sanitize=False).classes("w-full scrolled")
        self.fold.on_value_change(self._fill)

    def show(self, text: str) -> None:
        """The table, as HTML in which all words are escaped already."""
        self._text = text
        self._fill()

    def _fill(self) -> None:
        if self.fold.value and self.html.content != self._text:
            self.html.content = self._text


def quiet_button(text: str, clicked: Callable[..., Any]) -> ui.button:
    """A button with plain words."""
    return ui.button(text, on_click=clicked, color=None).props("outline no-caps").classes("plain")


def copy_button(label: str) -> None:
    """A button that copies the text in the box of this label, even where the page is not from this machine."""
    button = quiet_button("Copy", lambda: None)
    # What browsers offer instead is for pages of this machine and encrypted ones alone.
    box = f"const box = document.querySelector('textarea[aria-label=\"{label}\"]')"
    button.on("click", js_handler=f"() => {{ {box}; box.select(); document.execCommand('copy') }}")


def faults_in(column: ui.column, lines: list[str]) -> None:
    """The faults, a line each, as text."""
    column.clear()
    with column:
        for line in lines:
            ui.label(line).classes("fault").props("role=alert")


def ranged(label: str, reach: tuple[float, float, float], at: float) -> ui.element:
    """A slider of the browser's own, known to keyboards and screen readers; its event `input` tells where by `TELL_VALUE`."""
    handle = ui.element("input").props("type=range").classes("range")
    low, high, step = reach
    # As an attribute (^), it is where the handle starts; as a property every redrawing of the page would put it back there.
    handle.props.update({"min": low, "max": high, "step": step, "^value": at, "aria-label": label})
    return handle


def as_number(told: Any, otherwise: float) -> float:
    """The number that a browser tells, if it is one."""
    try:
        number = float(told)
    except (TypeError, ValueError):
        return otherwise
    return number if isfinite(number) else otherwise
