"""The whole scenario: the case, each party's strategy, and how the talks run."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, create_model, model_validator

from sim.case.numbers import Number, Share
from sim.case.scenario import Name, Party, Scenario, Section, Signing
from sim.talks.clocks import CLOCKS
from sim.talks.offers import OFFERS
from sim.talks.protocols import ORDERS, PROTOCOLS
from sim.talks.strategies import STRATEGIES

_OfferRule = Literal[tuple(OFFERS)]  # type: ignore[valid-type]


class Leaving(Section):
    """When a party walks out: at its turn after this share of the rounds, if nothing offered was worth more than no deal."""

    after: Share


class Blur(Section):
    """How far parties misjudge one another, in points: on each option, and on what no deal is worth."""

    values: Number = 0.0
    no_deal: Number = 0.0


_Beliefs = Annotated[Blur | None, BeforeValidator(lambda written: None if written == "exact" else written)]


class _StrategyChoice(Section):
    offers: _OfferRule | None = None
    beliefs: _Beliefs | Literal["as the talks"] = "as the talks"
    leaves: Leaving | None = None

    @model_validator(mode="before")
    @classmethod
    def _one(cls, written: Any) -> Any:
        named = [name for name in STRATEGIES if isinstance(written, dict) and name in written]
        if isinstance(written, dict) and len(named) != 1:
            raise ValueError(f"one strategy is needed, not {len(named)}: {', '.join(STRATEGIES)}")
        return written

    @property
    def kind(self) -> str:
        """The strategy's name."""
        return next(name for name in STRATEGIES if getattr(self, name) is not None)

    @property
    def settings(self) -> Any:
        """The strategy's section."""
        return getattr(self, self.kind)


Strategy = create_model(  # a key per strategy, so that one added there needs no line here
    "Strategy", __base__=_StrategyChoice, **{name: (section | None, None) for name, section in STRATEGIES.items()}
)


class Delegate(Party):
    """A party with its way of bargaining."""

    strategy: Strategy = Field(default_factory=lambda: Strategy(aspiration={}))  # type: ignore[valid-type]


class Rules(Signing):
    """How the talks run."""

    protocol: Literal[tuple(PROTOCOLS)] = "alternating_offers"  # type: ignore[valid-type]
    clock: Literal[tuple(CLOCKS)] = "closed"  # type: ignore[valid-type]
    order: Literal[tuple(ORDERS)] = "fixed"  # type: ignore[valid-type]
    offers: _OfferRule = "considerate"
    beliefs: _Beliefs = None


class Negotiation(Scenario):
    """A scenario file."""

    parties: Annotated[dict[Name, Delegate], Field(min_length=1, max_length=16)]
    talks: Rules
