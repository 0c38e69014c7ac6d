"""What a scenario file holds of the case: issues, packages, parties and what they want, who must sign.

The shape of each section is here; what stands under a party's `strategy` and how the talks run is added in `sim.talks`.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from sim.case.faults import Misfit, as_word, closest, near, shown
from sim.case.laws import LAWS, MOST, Law
from sim.case.numbers import NUMBER_SCHEMA, AnyNumber, NotNegative, Number, Share, Shift, parse_number, support


class Section(BaseModel):
    """A part of a scenario file: no keys but those named."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)


def _listed(written: Any) -> Any:
    return written if isinstance(written, list) else [written]


def _keyed_by_words(written: Any) -> Any:
    return {as_word(key): item for key, item in written.items()} if isinstance(written, dict) else written


_Written = str | float
Word = Annotated[str, BeforeValidator(as_word, json_schema_input_type=_Written)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Names = Annotated[list[Name], BeforeValidator(_listed, json_schema_input_type=Name | list[Name])]
_Options = Annotated[list[Word], BeforeValidator(_listed, json_schema_input_type=_Written | list[_Written]), Field(min_length=1)]
When = dict[str, _Options]
FullDeal = dict[str, Word]
DealName = Annotated[
    Annotated[FullDeal, Tag("deal")] | Annotated[str, Tag("package")],
    Discriminator(lambda written: "deal" if isinstance(written, dict) else "package"),
]
DealNames = Annotated[
    list[DealName], BeforeValidator(_listed, json_schema_input_type=DealName | list[DealName]), Field(min_length=1)
]


def _law(written: Any) -> Law:
    number = parse_number(written)
    if not isinstance(number, Law):
        raise ValueError("a law is needed here, such as {uniform: [0, 1]}")
    return number


class Quantity(Section):
    """One draw used by several numbers; `text` says in captions what it is, and what its ends mean."""

    text: str = ""
    law: Annotated[Any, BeforeValidator(_law)]
    because: str = ""


class Ladder(Section):
    """Options at equal steps: {from: 0, to: 100, step: 10, text: "{} euros"}."""

    low: float = Field(alias="from", strict=True, ge=-MOST, le=MOST)
    high: float = Field(alias="to", strict=True, ge=-MOST, le=MOST)
    step: float = Field(strict=True, gt=0, le=MOST)
    text: str = "{}"

    @model_validator(mode="after")
    def _has_rungs(self) -> "Ladder":
        if not 1 <= (self.high - self.low) / self.step <= 5000:
            raise ValueError("a ladder has 2 to 5,000 options, going up by `step` from `from` to `to`")
        if len(self.rungs()) <= (self.high - self.low) / self.step - 1:
            raise ValueError("the steps of this ladder are too small to tell its options apart")
        return self

    def rungs(self) -> dict[str, str]:
        """Option and text of each step."""
        count = int((self.high - self.low) / self.step + 1e-9) + 1
        words = [as_word(round(self.low + n * self.step, 9)) for n in range(count)]
        return {word: self.text.replace("{}", word) for word in words}


class LadderOptions(Section):
    """Options written as a ladder."""

    ladder: Ladder


def _options(written: Any) -> Any:
    if isinstance(written, dict) and not isinstance(written.get("ladder", ""), str):
        return LadderOptions.model_validate(written).ladder.rungs()
    return _keyed_by_words(written)


class Issue(Section):
    """What is bargained over, and its options from one end to the other."""

    question: str
    options: Annotated[
        dict[Word, str], BeforeValidator(_options, json_schema_input_type=dict[str, str] | LadderOptions), Field(min_length=1)
    ]
    without_deal: Word | None = None
    because: str = ""


class Condition(Section):
    """A set of deals, with the reason why it matters."""

    when: Annotated[When, Field(min_length=1)]
    because: str = ""


def spelt_out(written: Any) -> Any:
    """A red line or an exclusion written as its condition alone, under its key."""
    bare = isinstance(written, dict) and written and not {"when", "chance", "because"} & set(written)
    return {"when": written} if bare else written


class RedLine(Condition):
    """Deals a party would not sign, with the chance that it means so."""

    chance: Share = 1.0


class VotingRule(Section):
    """What carries a vote: at least such a share of all members in favour, with at least such a share of the population of all.

    Fewer opponents than `blocking_minority` cannot defeat it on population, only on members. With 0.55, 0.65 and 4 it is the
    ordinary qualified majority of the Council of the European Union: Treaty on European Union, article 16(4).
    """

    members: Annotated[float, Field(strict=True, gt=0, le=1)]
    population: Annotated[float, Field(strict=True, ge=0, le=1)] = 0.0
    blocking_minority: Annotated[int, Field(strict=True, ge=1)] = 1


RULES: dict[str, VotingRule] = {"unanimity": VotingRule(members=1)}


def _rule_by_name(written: Any) -> Any:
    if not isinstance(written, str):
        return written
    if written not in RULES:
        raise ValueError(f"{shown(written)} is not one of the choices{near(written, RULES)}")
    return RULES[written]


_RULE_NAME = WithJsonSchema({"enum": list(RULES)})
NamedRule = Annotated[VotingRule, BeforeValidator(_rule_by_name, json_schema_input_type=Annotated[str, _RULE_NAME] | VotingRule)]


def by_member(written: Any) -> bool:
    """Whether chances are told member by member, and not as one number for all."""
    return isinstance(written, dict) and not {"quantity", *LAWS} & set(written)


class CouncilVote(Condition):
    """The vote on deals that meet a condition: the chance that each member says yes, and the rule if it is another."""

    yes: Annotated[
        Annotated[Share, Tag("all")] | Annotated[dict[Name, Share], Tag("each")],
        Discriminator(lambda written: "each" if by_member(written) else "all"),
    ]
    rule: NamedRule | None = None


class Council(Section):
    """Whose vote a party's consent hangs on: the members and their populations, and what they vote on.

    `before` the talks a vote bounds what the party can sign, `after` them it ratifies what was signed. Members' positions share
    a common factor, which makes up the share `correlation` of their variance. `total` is what the populations must add up to.
    """

    party: Name
    use: Literal["before", "after"]
    rule: NamedRule
    correlation: Share = 0.0
    members: Annotated[dict[Name, Annotated[float, Field(strict=True, gt=0, le=MOST)]], Field(min_length=1, max_length=1000)]
    total: float | None = Field(default=None, strict=True, gt=0)
    votes: Annotated[list[CouncilVote], Field(min_length=1)]
    because: dict[str, str] = {}


class Linkage(Condition):
    """Points that a party gains or loses where a deal meets a condition."""

    party: Name
    points: Shift


class Consent(Condition):
    """Who must sign the deals that meet a condition."""

    needs: Annotated[Names, Field(min_length=1)]


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
    | Annotated[Annotated[dict[Word, Number], BeforeValidator(_keyed_by_words)], Tag("points")],
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


class Vote(Section):
    """The votes that a deal must win, beside the signatures it needs; unless said otherwise all parties have one vote each."""

    quota: float = Field(strict=True, gt=0, le=MOST)
    voters: Names | None = None
    weights: dict[Name, Annotated[float, Field(strict=True, ge=0, le=MOST)]] = {}
    because: str = ""


class Signing(Section):
    """How long the talks last and who must sign."""

    rounds: int = Field(strict=True, ge=1, le=1000)
    round_is: str = ""
    sign: Names | None = None
    sign_when: list[Consent] = []
    vote: Vote | None = None
    menu: int | None = Field(default=None, strict=True, ge=10, le=4095)
    because: dict[str, str] = {}


class Scenario(Section):
    """A negotiation as written."""

    title: str
    about: str = ""
    quantities: dict[Name, Quantity] = {}
    issues: Annotated[dict[Name, Issue], Field(min_length=1)]
    packages: dict[Name, FullDeal] = {}
    exclusions: list[Annotated[Condition, BeforeValidator(spelt_out, json_schema_input_type=Condition | When)]] = []
    parties: Annotated[Mapping[Name, Party], Field(min_length=1, max_length=16)]
    linkages: list[Linkage] = []
    councils: dict[Name, Council] = {}
    talks: Signing

    def deal(self, named: "str | dict[str, str]") -> dict[str, str]:
        """The option of each issue in a package or a deal written out."""
        return self.packages[named] if isinstance(named, str) else named

    def name(self, party: str) -> str:
        """The party's name as printed."""
        return self.parties[party].name or party.replace("_", " ").capitalize()

    def bounds(self, party: str) -> dict[str, Condition]:
        """The deals that a party would perhaps not sign whatever they are worth to it, by path: its red lines, and what a council
        votes on before the talks."""
        own = {f"parties.{party}.red_lines.{n}": line for n, line in enumerate(self.parties[party].red_lines)}
        return {**own, **self.votes_of(party, "before")}

    def council_votes(self) -> dict[str, CouncilVote]:
        """All that councils vote on, by path."""
        return {f"councils.{name}.votes.{n}": vote for name, of in self.councils.items() for n, vote in enumerate(of.votes)}

    def votes_of(self, party: str, use: str) -> dict[str, CouncilVote]:
        """What councils vote on for a party before the talks or after them, by path."""
        of = {name for name, council in self.councils.items() if (council.party, council.use) == (party, use)}
        return {path: vote for path, vote in self.council_votes().items() if path.split(".")[1] in of}

    def council_at(self, path: str) -> Council:
        """The council of which the path names a vote."""
        return self.councils[path.split(".")[1]]

    def vote_at(self, path: str) -> CouncilVote:
        """The vote of a council that stands at the path."""
        return self.council_at(path).votes[int(path.split(".")[3])]

    def always_sign(self) -> list[str]:
        """Parties whose signature every deal needs: if nobody is named, all, or with a vote none."""
        if self.talks.sign is None:
            return list(self.parties) if self.talks.vote is None else []
        return self.talks.sign

    def voters(self) -> list[str]:
        """Parties that have a vote."""
        vote = self.talks.vote
        return [] if vote is None else list(self.parties) if vote.voters is None else vote.voters

    def signers(self) -> list[str]:
        """Parties whose signature some deal needs, and those that vote, in the order of the file."""
        ever = {*self.always_sign(), *self.voters()}.union(*(consent.needs for consent in self.talks.sign_when))
        return [party for party in self.parties if party in ever]
