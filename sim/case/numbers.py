"""Numbers of a scenario: fixed, drawn from a law, or made of a quantity that several numbers share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, PlainValidator, ValidationInfo, WithJsonSchema

from sim.case.arrays import Bools, Floats
from sim.case.chance import Luck
from sim.case.faults import Misfit, near, shown, unquoted
from sim.case.laws import LAWS, MOST, Law, gamma_quantile, parse_law


@dataclass(frozen=True)
class QuantityUse:
    """`times` x the shared quantity, plus `plus`."""

    quantity: str
    times: float = 1.0
    plus: float = 0.0


@dataclass(frozen=True)
class Moved:
    """Another number moved by so many points and kept between 0 and 100: a study's doubt about the author's own choice."""

    number: "float | Law | QuantityUse | Moved"
    by: float


AnyNumber = float | Law | QuantityUse | Moved


def parse_number(written: Any) -> AnyNumber:
    """A number, a law or the use of a quantity as it stands in a scenario; ValueError says what is wrong."""
    if isinstance(written, (Law, QuantityUse, Moved)):
        return written
    if isinstance(written, dict):
        return _quantity_use(written) if "quantity" in written else parse_law(written)
    if isinstance(written, bool) or not isinstance(written, (int, float)):
        raise ValueError(f"a number or a law is needed here, not {shown(written)}{unquoted(written)}")
    if not abs(written) <= MOST:
        raise ValueError(f"an ordinary number is needed here, not {shown(written)}")
    return float(written)


def _quantity_use(written: dict[str, Any]) -> QuantityUse:
    extra = set(written) - {"quantity", "times", "plus"}
    numbers = [written.get("times", 1.0), written.get("plus", 0.0)]
    fits = all(isinstance(x, (int, float)) and not isinstance(x, bool) and abs(x) <= MOST for x in numbers)
    if extra or not fits or not isinstance(written["quantity"], str):
        raise ValueError("the use of a quantity is written {quantity: NAME, times: NUMBER, plus: NUMBER}")
    return QuantityUse(written["quantity"], *map(float, numbers))


def support(number: AnyNumber, quantities: Mapping[str, Law | None]) -> tuple[float, float] | None:
    """Lowest and highest value of a number; None where it hangs on a quantity of which the law is not known."""
    match number:
        case Law():
            return number.support
        case QuantityUse():
            law = quantities.get(number.quantity)
            ends = [number.times * end + number.plus for end in law.support] if law and number.times else [number.plus] * 2
            return (min(ends), max(ends)) if law else None
        case Moved():
            return None
    return number, number


def _known(written: Any, info: ValidationInfo) -> AnyNumber:
    """The number, if the quantity that it uses is there."""
    number = parse_number(written)
    quantities = (info.context or {}).get("quantities")
    if isinstance(number, QuantityUse) and quantities is not None and number.quantity not in quantities:
        raise Misfit(f"no quantity of the name '{number.quantity}'{near(number.quantity, quantities)}", "quantity")
    return number


NUMBER_SCHEMA = {
    "description": "a number, a law such as {uniform: [25, 50]}, or {quantity: NAME, times: 1, plus: 0}",
    "anyOf": [
        {"type": "number"},
        {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
            "properties": {name: {"description": shape.parameters} for name, shape in LAWS.items()},
        },
        {
            "type": "object",
            "required": ["quantity"],
            "additionalProperties": False,
            "properties": {"quantity": {"type": "string"}, "times": {"type": "number"}, "plus": {"type": "number"}},
        },
    ],
}

Number = Annotated[Any, PlainValidator(_known), WithJsonSchema(NUMBER_SCHEMA)]


def within(low: float, high: float, words: str) -> AfterValidator:
    """A check that a number, and all a law can give, lies from `low` to `high`."""

    def check(number: AnyNumber, info: ValidationInfo) -> AnyNumber:
        ends = support(number, (info.context or {}).get("quantities", {}))
        if ends is None or (low <= ends[0] and ends[1] <= high):
            return number
        raise ValueError(f"{words} is needed here, {_goes(number, *ends)}")

    return AfterValidator(check)


def _goes(number: AnyNumber, least: float, most: float) -> str:
    """How far a number goes that goes too far."""
    if isinstance(number, float):
        return f"not {number:g}"
    kind = number.name if isinstance(number, Law) else "quantity"
    if not np.isfinite([least, most]).all():
        return f"and '{kind}' has no {'lowest and ' if np.isinf(least) else ''}highest value; truncated_normal has"
    return f"and this '{kind}' goes from {least:g} to {most:g}"


Points = Annotated[Number, within(0, 100, "a number from 0 to 100")]
Share = Annotated[Number, within(0, 1, "a number from 0 to 1")]
Positive = Annotated[Number, within(1e-9, 1e9, "a number above 0")]
NotNegative = Annotated[Number, within(0, 1e9, "a number not below 0")]
Shift = Annotated[Number, within(-100, 100, "a number from -100 to 100")]


class HasLaw(Protocol):
    """A quantity as a scenario declares it."""

    @property
    def law(self) -> Law:
        """Its law."""
        ...


@dataclass(frozen=True)
class Draws:
    """The values of a scenario's numbers in R replicates, or at their medians where chance is None (then R = 1).

    `tenths` (R,) tells by path where each uncertain number fell, for questions asked afterwards: -1 in the lowest tenth of
    its law, +1 in the highest, 0 between; for a chance, +1 where it came about and -1 where not.
    """

    chance: Luck | None
    quantities: Mapping[str, HasLaw] = field(default_factory=dict)
    tenths: dict[str, NDArray[np.int8]] = field(default_factory=dict)

    @property
    def replicates(self) -> int:
        """R."""
        return self.chance.count if self.chance else 1

    def of(self, number: AnyNumber, path: str) -> Floats:
        """The values (R,) of the number at `path`."""
        match number:
            case Law():
                return number.quantile(self._uniforms(path))
            case QuantityUse():
                shared = self.of(self.quantities[number.quantity].law, f"quantities.{number.quantity}")
                return number.times * shared + number.plus
            case Moved():
                return np.clip(self.of(number.number, path) + number.by, 0, 100)
        return np.full(self.replicates, float(number))

    def happens(self, chance: AnyNumber, path: str) -> Bools:
        """Whether (R,) what has this chance, itself perhaps uncertain, comes about."""
        if chance == 1.0:
            return np.ones(self.replicates, dtype=bool)
        real = self._uniforms(path) < self.of(chance, f"{path}.chance")
        self.tenths[path] = np.where(real, 1, -1).astype(np.int8)
        return real

    def shares(self, means: Mapping[str, float], concentration: float, path: str) -> Floats:
        """Shares (len(means), R) that sum to 1, from the Dirichlet law with these means, which sum to 1 too."""
        if self.chance is None:
            return np.array(list(means.values()))[:, None]
        uniforms = self.luck(path, len(means))
        drawn = np.stack([gamma_quantile(u, concentration * m) for u, m in zip(uniforms, means.values(), strict=True)])
        drawn /= drawn.sum(axis=0)
        for row, (name, mean) in zip(drawn, means.items(), strict=True):
            if 0 < mean < 1:
                low, high = _beta_tenths(concentration * mean, concentration * (1 - mean))
                self.tenths[f"{path}.{name}"] = (row > high).astype(np.int8) - (row < low)
        return drawn

    def luck(self, path: str, width: int) -> Floats:
        """Quantiles (width, R) for what is decided by lot."""
        uniforms = self.chance.uniforms(path, width) if self.chance else np.full(width, 0.5)
        return uniforms.reshape(width, -1)

    def _uniforms(self, path: str) -> Floats:
        if self.chance is None:
            return np.full(1, 0.5)
        uniforms = self.chance.uniforms(path)
        self.tenths[path] = (uniforms > 0.9).astype(np.int8) - (uniforms < 0.1)
        return uniforms


@lru_cache(maxsize=256)
def _beta_tenths(a: float, b: float) -> tuple[float, float]:
    from scipy.special import betaincinv

    return float(betaincinv(a, b, 0.1)), float(betaincinv(a, b, 0.9))
