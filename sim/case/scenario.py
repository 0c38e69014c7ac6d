"""What a scenario file holds of the case: issues, packages, parties and what they want, who must sign.

The shape of each section is here, and beside it in `party` and `voting`; what stands under a party's `strategy` and how the talks
run is added in `sim.talks`.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from sim.case.faults import as_word
from sim.case.laws import MOST, Law
from sim.case.numbers import Shift, parse_number
from sim.case.party import Party
from sim.case.section import Condition, FullDeal, Name, Names, Section, When, Word, keyed_by_words, spelt_out
from sim.case.voting import Council, CouncilVote


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
    return keyed_by_words(written)


class Issue(Section):
    """What is bargained over, and its options from one end to the other."""

    question: str
    options: Annotated[
        dict[Word, str], BeforeValidator(_options, json_schema_input_type=dict[str, str] | LadderOptions), Field(min_length=1)
    ]
    without_deal: Word | None = None
    because: str = ""


class Linkage(Condition):
    """Points that a party gains or loses where a deal meets a condition."""

    party: Name
    points: Shift


class Consent(Condition):
    """Who must sign the deals that meet a condition."""

    needs: Annotated[Names, Field(min_length=1)]


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
    menu: int | None = Field(default=None, strict=True, ge=10, le=4000)
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
