"""Votes as written in a scenario file: rules, councils and what they vote on."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema, model_validator

from sim.case.faults import Misfit, closest, near, shown
from sim.case.laws import LAWS, MOST
from sim.case.numbers import Share
from sim.case.section import Condition, Name, Section


class VotingRule(Section):
    """What carries a vote: at least such a share of all members in favour, with at least such a share of the population of all.

    Fewer opponents than `blocking_minority` cannot defeat it on population, only on members. With 0.55, 0.65 and 4 it is the
    ordinary qualified majority of the Council of the European Union: Treaty on European Union, article 16(4).
    """

    members: Annotated[float, Field(strict=True, gt=0, le=1)]
    population: Annotated[float, Field(strict=True, ge=0, le=1)] = 0.0
    blocking_minority: Annotated[int, Field(strict=True, ge=1)] = 1

    @model_validator(mode="after")
    def _has_a_population_to_block_on(self) -> "VotingRule":
        if "blocking_minority" in self.model_fields_set and "population" not in self.model_fields_set:
            raise ValueError("a blocking minority has an effect only beside a `population`, on which it can block")
        return self


RULES: dict[str, VotingRule] = {"unanimity": VotingRule(members=1)}
RULES_WRITTEN = "unanimity, or shares, as {members: 0.55, population: 0.65, blocking_minority: 4}"


def _rule_by_name(written: Any) -> Any:
    if not isinstance(written, str):
        return written
    if written not in RULES:
        hint = near(written, RULES) if closest(written, RULES) else f"; write {RULES_WRITTEN}"
        raise ValueError(f"{shown(written)} is not one of the choices{hint}")
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

    @model_validator(mode="after")
    def _can_be_blocked(self) -> "Council":
        paths: list[tuple[str | int, ...]] = [("rule",), *(("votes", n, "rule") for n in range(len(self.votes)))]
        for path, rule in zip(paths, [self.rule, *(vote.rule for vote in self.votes)], strict=True):
            if rule and rule.blocking_minority > len(self.members):
                message = f"is more than all members, who are {len(self.members)}; nothing could be blocked on population"
                raise Misfit(message, *path, "blocking_minority")
        return self
