"""Levers: what an analyst would change in a scenario, how far, and at what cost.

A lever is a number that may be moved over a range, or a word or number for which others may stand. Ranges and costs are the
author's assumptions. Where a number is a law, moving it moves the whole law, which keeps its shape.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import floor, log10
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, WithJsonSchema, model_validator

from sim.case.faults import Fault, Misfit, as_word, closest, near, shown
from sim.case.laws import MOST, Law
from sim.case.numbers import AnyNumber, QuantityUse, support
from sim.case.party import Anchors, Likeness, Party
from sim.case.scenario import Scenario
from sim.case.section import Section

DEFAULT_REACH = 20.0  # points by which levers that nobody wrote may move what they stand for
Level = float | str


def _number(written: Any) -> float:
    if isinstance(written, bool) or not isinstance(written, (int, float)) or not abs(written) <= MOST:
        raise ValueError(f"a number is needed here, not {shown(written)}")
    return float(written)


def _range(written: Any) -> Any:
    if not isinstance(written, (list, tuple)) or len(written) != 2:
        raise ValueError("the lowest and the highest number are needed here, as in [-20, 0]")
    low, high = map(_number, written)
    if low >= high:
        raise ValueError(f"the first number must be below the second, and {low:g} is not below {high:g}")
    return low, high


def _options(written: Any) -> Any:
    if not isinstance(written, list) or not written or any(isinstance(item, (dict, list)) or item is None for item in written):
        raise ValueError("a list of words or numbers is needed here, as in [24, 36, 48]")
    return [as_word(item) for item in written]


def _cost(written: Any) -> Any:
    """A cost for each unit moved, or a cost for each option."""
    if not isinstance(written, dict):
        return _not_negative(written)
    return {as_word(option): _not_negative(cost, as_word(option)) for option, cost in written.items()}


def _not_negative(written: Any, *below: str) -> float:
    try:
        cost = _number(written)
    except ValueError as error:
        raise Misfit(str(error), *below) from None
    if cost < 0:
        raise Misfit(f"a cost is never below 0; this one is {cost:g}", *below)
    return cost


_RANGE = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
_WORDS = {"type": "array", "items": {"type": ["string", "number", "boolean"]}, "minItems": 1}
_COST = {
    "anyOf": [{"type": "number", "minimum": 0}, {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}}]
}


class Lever(Section):
    """How far a number may be moved and what a unit costs, from where it stands; or what else may stand there, at what cost."""

    to: Annotated[tuple[float, float] | None, BeforeValidator(_range), WithJsonSchema(_RANGE)] = None
    options: Annotated[list[str] | None, BeforeValidator(_options), WithJsonSchema(_WORDS)] = None
    cost: Annotated[float | dict[str, float], BeforeValidator(_cost), WithJsonSchema(_COST)]
    because: str = ""

    @model_validator(mode="after")
    def _one_kind(self) -> "Lever":
        if (self.to is None) == (self.options is None):
            raise ValueError("a lever has either `to`, a range, or `options`")
        if self.to is not None and isinstance(self.cost, dict):
            raise Misfit("over a range one number is needed here, the cost of each unit moved", "cost")
        if self.options is not None and not isinstance(self.cost, dict):
            raise Misfit("a cost for each option is needed here, as in {36: 5, 48: 10}", "cost")
        return self


@dataclass(frozen=True)
class Slide:
    """A number that may be moved from `low` to `high`: where it stands, a law at its median, and the cost of each unit.

    `number` is what is written there, `digits` how finely it is moved.
    """

    path: str
    number: AnyNumber
    stands: float
    low: float
    high: float
    rate: float
    digits: int
    because: str = ""

    def levels(self, steps: int) -> list[Level]:
        """Where it may be moved, in so many even steps over its range, the cheapest first."""
        width = (self.high - self.low) / steps
        places = {self._rounded(self.low + n * width) for n in range(steps + 1)} - {self.stands, round(self.stands, self.digits)}
        return sorted(places, key=lambda place: (self.cost(place), place))

    def cost(self, level: Level) -> float:
        """What it costs to move it there."""
        return self.rate * abs(float(level) - self.stands)

    def between(self, one: Level, other: Level) -> Level | None:
        """The level half-way between two, or None where they are too near."""
        middle = self._rounded((float(one) + float(other)) / 2)
        return None if middle in (float(one), float(other)) else middle

    def change(self, level: Level) -> str:
        """The change, as it is written after --set."""
        return f"{self.path}={_text(shifted(self.number, float(level) - self.stands))}"

    def said(self, level: Level) -> str:
        """The level in words, a place finer than it is moved."""
        return f"{round(float(level), self.digits + 1) + 0.0:.6g}"

    def _rounded(self, place: float) -> float:
        return min(max(round(place, self.digits), self.low), self.high) + 0.0


@dataclass(frozen=True)
class Switch:
    """What may stand in place of a word or number, and the cost of each."""

    path: str
    stands: str
    costs: dict[str, float]
    because: str = ""

    def levels(self, steps: int) -> list[Level]:
        """All that may stand there, the cheapest first."""
        return sorted(self.costs, key=self.cost)

    def cost(self, level: Level) -> float:
        """What this costs."""
        return self.costs[str(level)]

    def between(self, one: Level, other: Level) -> Level | None:
        """Nothing lies between two words."""
        return None

    def change(self, level: Level) -> str:
        """The change, as it is written after --set."""
        return f"{self.path}={level}"

    def said(self, level: Level) -> str:
        """The level in words."""
        return str(level).replace("_", " ")


Readied = Slide | Switch


def readied(scenario: Scenario, path: str, lever: Lever) -> Readied:
    """The lever at a path of the scenario, with what stands there; Misfit says what keeps it from being moved."""
    there = standing(scenario, path)
    if lever.options is not None:
        assert isinstance(lever.cost, dict)
        return _switch(path, there, lever.options, lever.cost, lever.because)
    assert lever.to is not None and isinstance(lever.cost, float)
    if isinstance(there, bool) or not isinstance(there, (int, float, Law, QuantityUse)):
        raise Misfit("no number stands there that could be moved; write `options`", "to")
    laws = {name: quantity.law for name, quantity in scenario.quantities.items()}
    stands = centre(there, laws)
    if not isinstance(there, int):
        _movable(there)
    digits = 0 if isinstance(there, int) else max(0, 2 - floor(log10(lever.to[1] - lever.to[0])))
    number = there if isinstance(there, (Law, QuantityUse)) else float(there)
    slide = Slide(path, number, stands, *lever.to, lever.cost, digits, lever.because)
    if not slide.levels(1):
        raise Misfit("the range holds nothing but where it stands", "to")
    return slide


def lever_faults(scenario: Scenario, levers: Mapping[str, Lever]) -> list[Fault]:
    """What keeps levers from being moved, at their paths below `levers`."""
    faults = []
    for path, lever in levers.items():
        try:
            readied(scenario, path, lever)
        except Misfit as error:
            faults.append(Fault(("levers", path, *error.below), str(error)))
    return faults


def _switch(path: str, there: Any, options: list[str], costs: dict[str, float], because: str) -> Switch:
    stands = as_word(there) if isinstance(there, (bool, int, float, str)) else "as written"
    others = [option for option in options if option != stands]
    if not others:
        raise Misfit("nothing is named but what stands there", "options")
    for option in costs:
        if option not in options:
            raise Misfit(f"no option of that name{near(option, options)}", "cost", option)
    for option in others:
        if option not in costs:
            raise Misfit(f"no cost for the option '{option}'", "cost")
    if costs.get(stands):
        raise Misfit("this stands there already, and costs nothing", "cost", stands)
    return Switch(path, stands, {option: costs[option] for option in others}, because)


def standing(scenario: Scenario, path: str) -> Any:
    """What stands at a path of the scenario, defaults included; Misfit where nothing does."""
    at: Any = scenario
    for step in path.split("."):
        inside = _inside(at)
        if step not in inside:
            close = closest(step, inside)
            raise Misfit(f"nothing stands at {path}" + (f"; did you mean '{close}' for '{step}'?" if close else ""))
        at = inside[step]
    return at


def _inside(at: Any) -> Mapping[str, Any]:
    if isinstance(at, BaseModel):
        return {field.alias or name: getattr(at, name) for name, field in type(at).model_fields.items()}
    if isinstance(at, Mapping):
        return at
    return {str(number): item for number, item in enumerate(at)} if isinstance(at, list) else {}


def centre(number: AnyNumber | int, laws: Mapping[str, Law]) -> float:
    """Where a number stands: a law at its median."""
    match number:
        case Law():
            return number.centre
        case QuantityUse():
            return number.times * laws[number.quantity].centre + number.plus
    assert isinstance(number, (int, float))
    return float(number)


_MOVES = {"uniform": (0, 1), "triangular": (0, 1, 2), "normal": (0,), "truncated_normal": (0, 2, 3), "beta": (2, 3)}


def _movable(number: AnyNumber) -> None:
    if isinstance(number, Law) and number.name not in (*_MOVES, "choice"):
        raise Misfit(f"'{number.name}' cannot be moved without changing its shape; write `options`", "to")


def shifted(number: AnyNumber, by: float) -> AnyNumber:
    """The number moved by so much: a law, or the use of a quantity, as a whole."""
    match number:
        case QuantityUse():
            return replace(number, plus=number.plus + by)
        case Law("choice", parameters):
            return Law("choice", tuple(x + by * (n % 2 == 0) for n, x in enumerate(parameters)))
        case Law(name, parameters):
            full = (*parameters, 0.0, 1.0) if (name, len(parameters)) == ("beta", 2) else parameters
            return Law(name, tuple(x + by * (n in _MOVES[name]) for n, x in enumerate(full)))
        case float():
            return number + by
    raise TypeError(f"{number} cannot be moved")


def _text(number: AnyNumber) -> str:
    """The number as a scenario writes it."""
    match number:
        case QuantityUse():
            return f"{{quantity: {number.quantity}, times: {_plain(number.times)}, plus: {_plain(number.plus)}}}"
        case Law("choice", parameters):
            pairs = zip(parameters[::2], parameters[1::2], strict=True)
            return f"{{choice: {{{', '.join(f'{_plain(x)}: {_plain(chance)}' for x, chance in pairs)}}}}}"
        case Law(name, parameters):
            return f"{{{name}: [{', '.join(map(_plain, parameters))}]}}"
    assert isinstance(number, float)
    return _plain(number)


def _plain(number: float) -> str:
    return f"{round(number, 9) + 0.0:.12g}"


def default_levers(scenario: Scenario) -> dict[str, Lever]:
    """What may be moved where nobody wrote it, at a cost of 1 a point: what no deal is worth to each party down, and what each
    option between its worst and its best is worth to it up, both by at most `DEFAULT_REACH` points."""
    laws = {name: quantity.law for name, quantity in scenario.quantities.items()}
    found: dict[str, Lever] = {}
    for name, party in scenario.parties.items():
        found |= _no_deal_down(name, party, laws) | _values_up(name, party, laws)
    return found


def _no_deal_down(name: str, party: Party, laws: Mapping[str, Law]) -> dict[str, Lever]:
    shifts = isinstance(party.no_deal, (Anchors, Likeness))
    number = party.no_deal.plus if isinstance(party.no_deal, (Anchors, Likeness)) else party.no_deal
    return _moved(f"parties.{name}.no_deal{'.plus' * shifts}", number, -1, -100, laws)


def _values_up(name: str, party: Party, laws: Mapping[str, Law]) -> dict[str, Lever]:
    found: dict[str, Lever] = {}
    for issue, values in party.values.items():
        if isinstance(values, dict) and not party.rescale:
            for option, number in values.items():
                if "." not in option and 0 < centre(number, laws) < 100:
                    found |= _moved(f"parties.{name}.values.{issue}.{option}", number, 1, 100, laws)
    return found


def _moved(path: str, number: AnyNumber, sign: int, bound: float, laws: Mapping[str, Law]) -> dict[str, Lever]:
    """The lever that moves a number up or down and keeps all that it can be within a bound; none where there is no room."""
    try:
        _movable(number)
    except Misfit:
        return {}
    ends = support(number, laws)
    room = 0.0 if ends is None else min(abs(bound - (ends[1] if sign > 0 else ends[0])), DEFAULT_REACH)
    stands = centre(number, laws)
    to = sorted((stands, stands + sign * floor(room)))
    return {path: Lever(to=(to[0], to[1]), cost=1.0)} if room >= 1 else {}
