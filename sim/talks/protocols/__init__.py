"""The rules of the table: who may do what, when.

A protocol is a section of the scenario with its settings; `open` looks at the room once and answers with what plays a round of
all replicates. To add a protocol, write its section in a file of its own here and add its line to `PROTOCOLS`.
"""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema, create_model, model_validator

from sim.case.faults import near, shown
from sim.case.section import Section
from sim.talks.protocols.alternating_offers import AlternatingOffers
from sim.talks.protocols.challenge import Challenge
from sim.talks.protocols.compromise import Compromise
from sim.talks.protocols.random_proposer import RandomProposer
from sim.talks.protocols.single_text import SingleText

PROTOCOLS: dict[str, type[Section]] = {
    "alternating_offers": AlternatingOffers,
    "challenge": Challenge,
    "compromise": Compromise,
    "random_proposer": RandomProposer,
    "single_text": SingleText,
}


class ProtocolChoice(Section):
    """The protocol under its own key, with its settings; its name alone stands for it with the settings it has by default."""

    @model_validator(mode="before")
    @classmethod
    def _one(cls, written: Any) -> Any:
        if not isinstance(written, dict):
            return written
        named = [name for name in PROTOCOLS if name in written]
        if len(named) != 1 and not (not named and written):
            raise ValueError(f"one protocol is needed here, not {len(named) or 'none'}; there are {', '.join(PROTOCOLS)}")
        return written | {name: {} for name in named if written[name] is None}

    @property
    def kind(self) -> str:
        """The protocol's name."""
        return next(name for name in PROTOCOLS if getattr(self, name) is not None)

    @property
    def settings(self) -> Any:
        """The protocol's section."""
        return getattr(self, self.kind)


if TYPE_CHECKING:
    Protocol = ProtocolChoice
else:
    _SECTIONS = {name: (section | None, None) for name, section in PROTOCOLS.items()}
    Protocol = create_model("Protocol", __base__=ProtocolChoice, **_SECTIONS)


def kind_of(settings: Section) -> str:
    """The name of the protocol that has these settings."""
    return next(name for name, section in PROTOCOLS.items() if isinstance(settings, section))


def _by_name(written: Any) -> Any:
    """A protocol's name as its section."""
    if not isinstance(written, str):
        return written
    if written not in PROTOCOLS:
        raise ValueError(f"{shown(written)} is not one of the choices{near(written, PROTOCOLS)}")
    return {written: None}


_PROTOCOL_NAME = WithJsonSchema({"enum": list(PROTOCOLS)})
NamedProtocol = Annotated[Protocol, BeforeValidator(_by_name, json_schema_input_type=Annotated[str, _PROTOCOL_NAME] | Protocol)]
