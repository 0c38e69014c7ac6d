"""A party as written in a scenario file: what it wants, what it would refuse, what no deal is worth to it."""

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from sim.case.faults import Misfit, closest
from sim.case.laws import LAWS, Law
from sim.case.numbers import NUMBER_SCHEMA, AnyNumber, NotNegative, Number, Share, Shift, support
from sim.case.section import Condition, DealName, DealNames, Section, When, Word, keyed_by_words, spelt_out


class RedLine(Condition):
    """Deals a party would not sign, with the chance that it means so."""

    chance: Share = 1.0


def _uniform(written: Any) -> Any:
    return {"uniform": [0, 1]} if written == "uniform" else written


_PLACE = {"anyOf": [{"const": "uniform"}, NUMBER_SCHEMA]}


class Anchors(Section):
    """No-deal value between the best refused and the worst signed deal."""

    refuses: DealNames | None = None
    signs: DealNames | None = None
    law: Annotated[Share, BeforeValidator(_uniform), WithJsonSchema(_PLACE)] = Law("uniform", (0, 1))
    plus: Shift = 0.0

    @model_validator(mode="after")
    def _names_a_deal(self) -> "Anchors":
        if self.refuses is None and self.signs is None:
            raise ValueError("anchors need `refuses`, `signs` or both")
        return self


class Likeness(Section):
    """No-deal value like that of a deal, so many points more or less."""

    like: DealName
    plus: Shift = 0.0


_NO_DEAL_KEYS = ["refuses", "signs", "like", "quantity", *LAWS]


def _no_deal_kind(written: Any) -> str:
    """Which of the three ways to write no-deal this is, or was probably meant to be."""
    meant = {closest(key, _NO_DEAL_KEYS) for key in written} if isinstance(written, dict) else set()
    if isinstance(written, Anchors) or {"refuses", "signs"} & meant:
        return "anchors"
    return "like" if isinstance(written, Likeness) or "like" in meant else "points"


NoDeal = Annotated[
    Annotated[Anchors, Tag("anchors")] | Annotated[Likeness, Tag("like")] | Annotated[Shift, Tag("points")],
    Discriminator(_no_deal_kind),
]


class Dirichlet(Section):
    """The law of a party's weights: mean as written, closer to it the higher the concentration."""

    dirichlet: float = Field(strict=True, gt=0, le=1e6)


IssueValues = Annotated[
    Annotated[Literal["rising", "falling"], Tag("slope")]
    | Annotated[Annotated[dict[Word, Number], BeforeValidator(keyed_by_words)], Tag("points")],
    Discriminator(lambda written: "slope" if isinstance(written, str) else "points"),
]


def _not_below_zero(number: AnyNumber, info: ValidationInfo) -> AnyNumber:
    ends = support(number, (info.context or {}).get("quantities", {}))
    if ends and ends[0] < 0:
        raise ValueError(f"a weight is never below 0; this one {'is' if isinstance(number, float) else 'can be'}")
    return number


Weights = dict[str, Annotated[Number, AfterValidator(_not_below_zero)]]


class Standing(Section):
    """Where a party stands on an issue, in the units of its options; how much it cares; how its loss grows with distance."""

    at: Number
    salience: Share = 1.0
    loss: float = Field(default=1.0, strict=True, gt=0, le=100)


def _standing(written: Any) -> Any:
    """Where a party stands, written as the place alone."""
    if isinstance(written, dict):
        meant = {closest(key, [*Standing.model_fields, "quantity", *LAWS]) for key in written}
        return written if meant & set(Standing.model_fields) else {"at": written}
    return written if isinstance(written, Standing) else {"at": written}


_Standings = dict[str, Annotated[Standing, BeforeValidator(_standing, json_schema_input_type=Standing | Number)]]


class Party(Section):
    """Who bargains: what each issue and option is worth to it, what it would refuse, what no deal is worth to it.

    What deals are worth is written by weights and values, or by where the party stands; influence is its power to sway.
    """

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["weights"]}, {"required": ["positions"]}]})

    name: str = ""
    influence: NotNegative = 1.0
    weights: Weights = {}
    weights_doubt: Dirichlet | None = None
    values: dict[str, IssueValues] = {}
    positions: Annotated[_Standings, Field(min_length=1)] = {}
    rescale: bool = Field(default=False, strict=True)
    red_lines: list[Annotated[RedLine, BeforeValidator(spelt_out, json_schema_input_type=RedLine | When)]] = []
    no_deal: NoDeal = 0.0
    discount: Share = 1.0
    because: dict[str, str] = {}

    @model_validator(mode="after")
    def _wants_something(self) -> "Party":
        if not self.model_fields_set & {"weights", "positions"}:
            raise Misfit("is missing", "weights")
        return self
