"""The whole scenario: the case, each party's strategy, and how the talks run."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, WithJsonSchema, create_model, model_validator

from sim.case.faults import closest, near, shown
from sim.case.levers import Lever
from sim.case.numbers import Number, Share
from sim.case.party import Party
from sim.case.scenario import Scenario, Signing
from sim.case.section import DealName, Name, Section
from sim.talks.clocks import CLOCKS
from sim.talks.events import Event
from sim.talks.offers import OFFERS
from sim.talks.pressure import Pressure
from sim.talks.protocols import NamedProtocol, Protocol
from sim.talks.protocols.alternating_offers import ORDERS
from sim.talks.ratification import Ratification
from sim.talks.rooms import Presence, Stage
from sim.talks.strategies import STRATEGIES
from sim.talks.world import Variable


def _one_of(names: Collection[str]) -> AfterValidator:
    def check(name: str) -> str:
        if name not in names:
            raise ValueError(f"'{name}' is not one of the choices{near(name, names)}")
        return name

    return AfterValidator(check)


_OfferRule = Annotated[str, _one_of(OFFERS), WithJsonSchema({"enum": list(OFFERS)})]
_AS_THE_TALKS: Literal["as the talks"] = "as the talks"


class Leaving(Section):
    """When a party walks out: at its turn after this share of the rounds, if nothing offered was worth more than no deal."""

    after: Share


class Blur(Section):
    """How far parties misjudge one another, in points: on each option, and on what no deal is worth."""

    values: Number = 0.0
    no_deal: Number = 0.0


def _exact(written: Any) -> Any:
    if isinstance(written, (dict, Blur)) or written == _AS_THE_TALKS:
        return written
    if written != "exact":
        raise ValueError(f"exact, or {{values: LAW, no_deal: LAW}}, is needed here, not {shown(written)}")
    return None


_Beliefs = Annotated[Blur | None, BeforeValidator(_exact, json_schema_input_type=Literal["exact"] | Blur)]


_OwnBeliefs = Annotated[
    Annotated[Blur | None, Tag("beliefs")] | Annotated[Literal["as the talks"], Tag("as the talks")],
    Discriminator(lambda written: _AS_THE_TALKS if written == _AS_THE_TALKS else "beliefs"),
    BeforeValidator(_exact, json_schema_input_type=Literal["exact"] | Blur),
]


class StrategyChoice(Section):
    """What stands beside the strategy's own key: how the party offers, what it believes of others, when it leaves."""

    offers: _OfferRule | None = None
    beliefs: _OwnBeliefs = _AS_THE_TALKS
    leaves: Leaving | None = None

    @model_validator(mode="before")
    @classmethod
    def _one(cls, written: Any) -> Any:
        if isinstance(written, str):
            meant = closest(written, STRATEGIES) or "aspiration"
            raise ValueError(f"write a strategy with its settings, as {{{meant}: {{}}}}; there are {', '.join(STRATEGIES)}")
        if not isinstance(written, dict):
            return written
        named = [name for name in STRATEGIES if name in written]
        misspelt = not named and set(written) - set(cls.model_fields)
        if len(named) != 1 and not misspelt:
            raise ValueError(f"one strategy is needed here, not {len(named) or 'none'}; there are {', '.join(STRATEGIES)}")
        return written | {name: {} for name in named if written[name] is None}

    @property
    def kind(self) -> str:
        """The strategy's name."""
        return next(name for name in STRATEGIES if getattr(self, name) is not None)

    @property
    def settings(self) -> Any:
        """The strategy's section."""
        return getattr(self, self.kind)


if TYPE_CHECKING:
    Strategy = StrategyChoice
else:  # a key per strategy, so that one added there needs no line here
    _KEYS = {name: (section | None, None) for name, section in STRATEGIES.items()}
    Strategy = create_model("Strategy", __base__=StrategyChoice, **_KEYS)


class Delegate(Party):
    """A party with its way of bargaining, and its home."""

    strategy: Strategy = Field(default_factory=lambda: Strategy.model_validate({"aspiration": {}}))
    ratification: Ratification | None = None


class Rules(Signing):
    """How the talks run."""

    protocol: NamedProtocol = Field(default_factory=lambda: Protocol.model_validate({"alternating_offers": {}}))
    clock: Annotated[str, _one_of(CLOCKS), WithJsonSchema({"enum": list(CLOCKS)})] = "closed"
    order: Annotated[str, _one_of(ORDERS), WithJsonSchema({"enum": list(ORDERS)})] = "fixed"
    offers: _OfferRule = "considerate"
    beliefs: _Beliefs = None
    review: int | None = Field(default=None, strict=True, ge=1, le=1000)
    opens: DealName | None = None
    present: dict[Name, Presence] = {}
    rooms: list[Stage] = []


class Negotiation(Scenario):
    """A scenario file."""

    parties: Annotated[Mapping[Name, Delegate], Field(min_length=1, max_length=16)]
    talks: Rules
    world: dict[Name, Variable] = {}
    events: dict[Name, Event] = {}
    pressure: list[Pressure] = []
    levers: dict[str, Lever] = {}


def file_schema() -> dict[str, Any]:
    """The JSON Schema of scenario files."""
    schema = Negotiation.model_json_schema(by_alias=True)
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "a scenario of which this file holds only the differences",
    }
    return schema | {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Parley scenario"}
