"""The sliders and choices of a scenario: what may be moved on the page, how far, and what a move writes.

A move writes PATH=VALUE, as after `--set`. A number becomes the number chosen. A law keeps its shape and moves as a whole to
where its middle is the number chosen, as far as the slider's ends allow.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from sim.case.laws import Law
from sim.case.numbers import AnyNumber, QuantityUse
from sim.case.party import Anchors, Likeness
from sim.case.positions import as_numbers
from sim.outcomes.summary import in_words
from sim.talks.clocks import CLOCKS
from sim.talks.negotiation import Delegate, Negotiation
from sim.talks.offers import OFFERS
from sim.talks.protocols.alternating_offers import ORDERS


class Slider(NamedTuple):
    """A number that may be moved from `low` to `high` in steps; `written` is how it stands in the scenario."""

    path: str
    group: str
    label: str
    low: float
    high: float
    step: float
    written: AnyNumber

    @property
    def at(self) -> float:
        """Where it stands: the number, or the middle of its law."""
        return middle(self.written)

    def place(self, number: AnyNumber) -> float:
        """Where the handle stands when this is written."""
        return self.at if number == self.written else middle(number)

    def nearest(self, to: float) -> float:
        """Where it stands as written, if the handle comes within half a step of that; kept between its ends."""
        return self.at if abs(to - self.at) < self.step / 2 else min(max(to, self.low), self.high)

    def moved(self, to: float) -> AnyNumber:
        """What a move writes."""
        return self.written if to == self.at else moved(self.written, to - self.at, self.low, self.high)


class Choice(NamedTuple):
    """A word that may be changed; `options` are the words there are, each with its text."""

    path: str
    group: str
    label: str
    options: Mapping[str, str]
    at: str


class Reach(NamedTuple):
    """How far a setting goes, and in what steps."""

    low: float
    high: float
    step: float


SHARE, POINTS = Reach(0, 1, 0.01), Reach(0, 100, 1)
STRATEGY = {
    "firmness": Reach(0.1, 10, 0.1),
    "deadline": Reach(0.05, 1.5, 0.05),
    "margin": Reach(0, 50, 1),
    "tolerance": Reach(0, 20, 0.5),
    "slack": Reach(0, 60, 1),
    "generosity": Reach(0, 50, 1),
    "temperature": Reach(0, 50, 0.5),
}
AT_HOME = {"chance": SHARE, "falls": Reach(0, 0.2, 0.005), "threshold": Reach(-50, 50, 1)}
PRESSURE = {"points": Reach(0, 10, 0.1), "most": Reach(0, 50, 1), "costs": Reach(0, 5, 0.1), "backfires": SHARE}
_MOST_ROUNDS = 200
_ORDERS = {"fixed": "as listed", "rotating": "in turns", "random": "by lot"}
_RULES = {"considerate": "best for the others", "lowest": "worth least to oneself"}


def sliders(negotiation: Negotiation) -> list[Slider]:
    """All sliders, those of one group together; a number that stands nowhere in the scenario has none."""
    return [slider for party in negotiation.parties for slider in _of_party(negotiation, party)] + list(_of_rest(negotiation))


def choices(negotiation: Negotiation, complete: bool) -> list[Choice]:
    """All choices; `complete` tells whether all deals are listed, for over a menu there is one rule for offers."""
    talks = negotiation.talks
    found = [
        Choice("talks.order", "Talks", "Who speaks first", _known(_ORDERS, ORDERS), talks.order),
        Choice("talks.clock", "Talks", "Clock", {name: name for name in CLOCKS}, talks.clock),
    ]
    offers = Choice(
        "talks.offers",
        "Talks",
        "Of the deals good enough for itself, a party offers the one",
        _known(_RULES, OFFERS),
        talks.offers,
    )
    return [offers, *found] if complete else found


def as_change(path: str, chosen: AnyNumber | str) -> str:
    """The move as it would stand after `--set`."""
    return f"{path}={json.dumps(as_written(chosen))}"


def as_written(number: AnyNumber | str) -> Any:
    """The number as a scenario writes it."""
    match number:
        case Law("choice", parameters):
            return {
                "choice": {f"{_plain(value)}": chance for value, chance in zip(parameters[::2], parameters[1::2], strict=True)}
            }
        case Law(name, parameters):
            return {name: [_plain(x) for x in parameters]}
        case QuantityUse(name, times, plus):
            return {"quantity": name, "times": times, "plus": plus}
        case float():
            return _plain(number)
    return number


def in_short(number: AnyNumber) -> str:
    """The number in a few signs: "2.5", "1.5 to 4"."""
    match number:
        case Law("normal" | "lognormal"):
            return f"about {number.centre:.3g}"
        case Law():
            return f"{_signs(number.support[0])} to {_signs(number.support[1])}"
        case QuantityUse(name, times, plus):
            return f"{times:g} × {name}{f' {plus:+g}' if plus else ''}"
    return _signs(float(number))  # type: ignore[arg-type]


def middle(number: AnyNumber) -> float:
    """The number, or the middle of its law, to four digits."""
    return float(f"{number.centre:.4g}") if isinstance(number, Law) else float(number)  # type: ignore[arg-type]


def moved(number: AnyNumber, by: float, low: float, high: float) -> AnyNumber:
    """The number moved by so much; a law keeps its shape, and is pressed flat where it would go beyond `low` or `high`."""
    if not isinstance(number, Law):
        return _rounded(float(number) + by)  # type: ignore[arg-type]
    name, parameters = number.name, number.parameters
    if name == "beta" and len(parameters) == 2:
        parameters = (*parameters, 0.0, 1.0)
    if name == "lognormal":
        ratio = max(number.centre + by, 1e-3) / number.centre
        return Law(name, (_rounded(parameters[0] * ratio), parameters[1]))
    places = _PLACES.get(name, range(len(parameters)))
    shifted = tuple(_rounded(min(max(x + by, low), high)) if n in places else x for n, x in enumerate(parameters))
    ends = [x for n, x in enumerate(shifted) if n in places]
    return ends[0] if len(ends) > 1 and min(ends) == max(ends) else Law(name, shifted)


_PLACES: dict[str, Any] = {"normal": [0], "truncated_normal": [0, 2, 3], "beta": [2, 3], "choice": range(0, 1000, 2)}


def _of_party(negotiation: Negotiation, name: str) -> Iterator[Slider]:
    party, path, group = negotiation.parties[name], f"parties.{name}", negotiation.name(name)
    written: dict[str, tuple[Any, str, Reach]] = {}
    most = max([*map(middle_or_zero, party.weights.values()), 0])
    weights = POINTS if most > 1 else SHARE
    for issue, weight in party.weights.items() if len(party.weights) > 1 else ():
        written[f"weights.{issue}"] = (
            weight,
            f"Weight: {negotiation.issues[issue].question}",
            weights._replace(high=max(weights.high, 2 * most)),
        )
    for issue, standing in party.positions.items():
        numbers = as_numbers(tuple(negotiation.issues[issue].options))
        if numbers is not None:
            reach = Reach(float(numbers.min()), float(numbers.max()), float((numbers.max() - numbers.min()) / 100))
            place = f"positions.{issue}.at" if "at" in standing.model_fields_set else f"positions.{issue}"
            written[place] = standing.at, f"Where it stands: {negotiation.issues[issue].question}", reach
            written[f"positions.{issue}.salience"] = (
                standing.salience,
                f"How much it cares: {negotiation.issues[issue].question}",
                SHARE,
            )
    written |= _no_deal(party)
    strategy = party.strategy
    for setting in type(strategy.settings).model_fields:
        if setting in STRATEGY:
            at = f"strategy.{strategy.kind}.{setting}"
            written[at] = getattr(strategy.settings, setting), _said(setting).capitalize(), STRATEGY[setting]
    if strategy.leaves:
        written["strategy.leaves.after"] = strategy.leaves.after, "Walks out after this share of the rounds", SHARE
    for n, line in enumerate(party.red_lines):
        about = " with ".join(f"{_said(issue)} {'/'.join(map(_said, of))}" for issue, of in line.when.items())
        if "when" in line.model_fields_set:
            written[f"red_lines.{n}.chance"] = line.chance, f"Chance that the red line is real: {about}", SHARE
    if party.ratification is not None:
        for setting in sorted(party.ratification.model_fields_set & set(AT_HOME)):
            number = getattr(party.ratification, setting)
            words = in_words(negotiation, f"{path}.ratification.{setting}").partition(": ")[2]
            written[f"ratification.{setting}"] = number, f"At home: {words}", AT_HOME[setting]
    for at, (number, label, reach) in written.items():
        yield from _slider(f"{path}.{at}", group, label, reach, number)


def _no_deal(party: Delegate) -> dict[str, tuple[Any, str, Reach]]:
    """The slider of what no deal is worth, whichever way that is written."""
    match party.no_deal:
        case Anchors():
            plus = {"no_deal.plus": (party.no_deal.plus, "No deal: points more or less than drawn", Reach(-40, 40, 1))}
            law = {"no_deal.law": (party.no_deal.law, "No deal: 0 as what it refuses, 1 as what it signs", SHARE)}
            return plus | law
        case Likeness():
            return {"no_deal.plus": (party.no_deal.plus, "No deal: points more or less than the deal named", Reach(-50, 50, 1))}
    return {"no_deal": (party.no_deal, "No deal is worth", Reach(-20, 100, 1))}


def _of_rest(negotiation: Negotiation) -> Iterator[Slider]:
    rounds = negotiation.talks.rounds
    yield Slider("talks.rounds", "Talks", "Rounds", 1, max(min(2 * rounds, _MOST_ROUNDS), rounds), 1, float(rounds))
    for name, quantity in negotiation.quantities.items():
        reach = Reach(*_ends(quantity.law), 0.01)
        text = quantity.text or _said(name)
        yield from _slider(f"quantities.{name}.law", "Shared unknowns", f"{text[:1].upper()}{text[1:]}", reach, quantity.law)
    for path, number, group, fitting in _of_outside(negotiation):
        label = in_words(negotiation, path)
        yield from _slider(path, group, f"{label[:1].upper()}{label[1:]}", fitting or _around(number), number)


def _of_outside(negotiation: Negotiation) -> Iterator[tuple[str, Any, str, Reach | None]]:
    """Path, number, group and reach of what is written of the world, events, pressure and linkages."""
    for name, variable in negotiation.world.items():
        for setting in ("starts", "drift", "to", "pull", "spread"):
            if setting in variable.model_fields_set:
                yield f"world.{name}.{setting}", getattr(variable, setting), "World", SHARE if setting == "pull" else None
        for party, number in variable.moves.items():
            yield f"world.{name}.moves.{party}", number, "World", None
    for name, event in negotiation.events.items():
        if "chance" in event.model_fields_set:
            yield f"events.{name}.chance", event.chance, "Events", SHARE
        for party, number in event.no_deal.items():
            yield f"events.{name}.no_deal.{party}", number, "Events", None
    for n, pressure in enumerate(negotiation.pressure):
        for setting in sorted(pressure.model_fields_set & set(PRESSURE), key=list(PRESSURE).index):
            yield f"pressure.{n}.{setting}", getattr(pressure, setting), "Pressure", PRESSURE[setting]
    for n, linkage in enumerate(negotiation.linkages):
        yield f"linkages.{n}.points", linkage.points, "Linkages", Reach(-60, 60, 1)


def _slider(path: str, group: str, label: str, reach: Reach, number: Any) -> Iterator[Slider]:
    """The slider, wide enough for what is written; none for what is made of a shared quantity, which has one of its own."""
    if isinstance(number, QuantityUse):
        return
    low, high = _ends(number)
    yield Slider(path, group, label, min(reach.low, low), max(reach.high, high), reach.step, number)


def _around(number: Any) -> Reach:
    """As far again as the number goes, either way, and 0."""
    if isinstance(number, QuantityUse):
        return SHARE
    low, high = _ends(number)
    wide = max(abs(low), abs(high), high - low) or 1.0
    return Reach(_rounded(min(low, 0) - wide * (low < 0)), _rounded(max(high, 0) + wide * (high > 0)), float(f"{wide / 50:.1g}"))


def _ends(number: Any) -> tuple[float, float]:
    """Lowest and highest value, or near them where there are none."""
    if not isinstance(number, Law):
        return float(number), float(number)
    low, high = (
        number.support if number.name not in ("normal", "lognormal") else map(float, number.quantile(np.array([0.01, 0.99])))
    )
    return low, high


def middle_or_zero(number: AnyNumber) -> float:
    """The number's middle; 0 for the use of a quantity."""
    return 0.0 if isinstance(number, QuantityUse) else middle(number)


def _known(words: Mapping[str, str], names: Any) -> dict[str, str]:
    return {name: words.get(name, _said(name)) for name in names}


def _rounded(x: float) -> float:
    return round(x, 6)


def _plain(x: float) -> float | int:
    return int(x) if x == int(x) else x


def _signs(x: float) -> str:
    return f"{x:.4g}".replace("-", "−")


def _said(word: str) -> str:
    return word.replace("_", " ")
