"""Thousands of small negotiations, drawn at random, go as the referee says: offers, signatures, ending, round, deal."""

import random
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import referee

from sim.case.chance import Chance
from sim.outcomes.endings import endings
from sim.outcomes.measures import Played, how_it_ended
from sim.studies.blocks import Study
from sim.talks.negotiation import Negotiation

BATCHES, SCENARIOS, REPLICATES = 8, 400, 3
SETTINGS = {"aspiration": ("firmness", "deadline", "margin", "tolerance"), "hardline": ("slack",)}
EVEN, PARTIES = 0.5, "abcde"  # share of scenarios whose numbers are even, so that deals tie


class Told(NamedTuple):
    """What the program or the referee tells of one replicate."""

    said: list[tuple[int, int, str, int | None]]
    ending: str
    round: int
    deal: int | None


def draw_scenario(luck: random.Random) -> dict[str, Any]:
    """A scenario of 2 to 5 parties, 1 to 3 issues of 2 to 5 options, and 1 to 12 rounds."""
    even = luck.random() < EVEN
    issues = {f"i{i}": [f"o{o}" for o in range(luck.randint(2, 5))] for i in range(luck.randint(1, 3))}
    parties = list(PARTIES[: luck.choice([2, 2, 2, 3, 3, 4, 5])])
    talks: dict[str, Any] = {
        "rounds": luck.randint(1, 12),
        "clock": luck.choice(["closed", "stacked"]),
        "order": luck.choice(["fixed", "rotating"]),
        "offers": luck.choice(["lowest", "considerate"]),
    }
    if luck.random() < 0.4:
        talks["sign"] = luck.sample(parties, luck.randint(1, len(parties)))
        talks["sign_when"] = [
            {"when": draw_condition(luck, issues), "needs": luck.sample(parties, luck.randint(1, 2))} for _ in range(2)
        ]
    return {
        "title": "drawn",
        "issues": {name: {"question": "?", "options": dict.fromkeys(options, "-")} for name, options in issues.items()},
        "parties": {party: draw_party(luck, issues, even) for party in parties},
        "linkages": [
            {"party": luck.choice(parties), "when": draw_condition(luck, issues), "points": luck.choice([-20, 10, 50])}
            for _ in range(luck.choice([0, 0, 1, 2]))
        ],
        "talks": talks,
    }


def draw_party(luck: random.Random, issues: dict[str, list[str]], even: bool) -> dict[str, Any]:
    """Even numbers make equal deals common; otherwise laws make each replicate another."""
    if even:
        weights: dict[str, Any] = {issue: luck.choice([1, 1, 2]) for issue in issues}
        inside: Any = lambda: luck.choice([0, 20, 50, 50, 80, 100])  # noqa: E731
        named = {issue: luck.choice(options) for issue, options in issues.items()}
        no_deal: Any = luck.choice([0, 20, 30, 40, 50, {"like": named}])
    else:
        weights = {issue: {"uniform": [1, 5]} for issue in issues}
        inside = lambda: {"uniform": [luck.randint(0, 40), luck.randint(60, 100)]}  # noqa: E731
        no_deal = luck.choice([{"uniform": [10, 60]}, {"uniform": [-10, 30]}])
    if luck.random() < 0.05:
        no_deal = luck.choice([100, {"uniform": [90, 100]}])
    party: dict[str, Any] = {
        "weights": weights,
        "values": {issue: draw_values(luck, options, inside) for issue, options in issues.items()},
        "no_deal": no_deal,
        "strategy": draw_strategy(luck, even),
    }
    if luck.random() < 0.3:
        chance = luck.choice([1, 0.5, {"uniform": [0, 1]}])
        party["red_lines"] = [{"when": draw_condition(luck, issues), "chance": chance}]
    return party


def draw_values(luck: random.Random, options: list[str], inside: Any) -> dict[str, Any]:
    """One option at 100, one at 0, the others between."""
    numbers = [100, 0, *(inside() for _ in options[2:])]
    return dict(zip(luck.sample(options, len(options)), numbers, strict=True))


def draw_strategy(luck: random.Random, even: bool) -> dict[str, Any]:
    """Aspiration mostly, else hardline; now and then with an offer rule of the party's own."""
    if luck.random() < 0.2:
        strategy: dict[str, Any] = {"hardline": {"slack": luck.choice([0, 25, 50, 80])}}
    else:
        strategy = {
            "aspiration": {
                "firmness": luck.choice([1, 1, 2, 0.5]) if even else {"uniform": [0.3, 4]},
                "deadline": luck.choice([1, 1, 0.5]) if even else {"uniform": [0.2, 1.2]},
                "margin": luck.choice([0, 0, 0, 10]),
                "tolerance": luck.choice([0, 0, 0.1, 5]),
            }
        }
    return strategy | ({"offers": luck.choice(["lowest", "considerate"])} if luck.random() < 0.25 else {})


def draw_condition(luck: random.Random, issues: dict[str, list[str]]) -> dict[str, list[str]]:
    """Some options of one issue, or of two."""
    named = luck.sample(list(issues), min(len(issues), luck.randint(1, 2)))
    return {issue: luck.sample(issues[issue], luck.randint(1, len(issues[issue]) - 1)) for issue in named}


def by_program(played: Played, r: int) -> Told:
    """Replicate r as the program played it."""
    columns, nothing = how_it_ended(played), played.stakes.deals.count
    said: list[tuple[int, int, str, int | None]] = []
    for turn in played.table.turns or []:
        if turn.signed[r]:
            said.append((turn.round, turn.party, "signs", int(turn.standing[r])))
        if turn.put[r]:
            said.append((turn.round, turn.party, "offers", None if turn.offers[r] == nothing else int(turn.offers[r])))
    deal = int(columns["deal"][r])
    ending = list(endings(played.negotiation))[columns["ending"][r]]
    return Told(said, ending, int(columns["round"][r]), None if deal < 0 else deal)


def utilities_of(played: Played, r: int) -> list[list[int]]:
    """Each party's utility of each deal in steps of the grid, its real red lines included."""
    features = played.stakes.deals.features
    return [
        [round(u * referee.GRID) for u in points[r] @ rows[:, :-1]]
        for points, rows in zip(played.stakes.points, features, strict=True)
    ]


def needs_of(negotiation: Negotiation, deals: list[dict[str, str]]) -> list[set[int]]:
    """Who must sign each deal, by the words of the scenario."""
    parties, talks = list(negotiation.parties), negotiation.talks
    needs = []
    for deal in deals:
        names = set(parties if talks.sign is None else talks.sign)
        for consent in talks.sign_when:
            if all(deal[issue] in options for issue, options in consent.when.items()):
                names |= set(consent.needs)
        needs.append({parties.index(name) for name in names})
    return needs


def strategies_of(played: Played, r: int) -> list[tuple[str, dict[str, float], str]]:
    """Each party's strategy, its settings as drawn, and its rule for offers."""
    drawn = []
    for name, party in played.negotiation.parties.items():
        kind, path = party.strategy.kind, f"parties.{name}.strategy.{party.strategy.kind}"
        written = {setting: getattr(party.strategy.settings, setting) for setting in SETTINGS[kind]}
        settings = {setting: played.draws.of(number, f"{path}.{setting}")[r] for setting, number in written.items()}
        drawn.append((kind, settings, party.strategy.offers or played.negotiation.talks.offers))
    return drawn


def by_referee(played: Played, r: int) -> Told:
    """Replicate r as the referee says it must go."""
    talks, stakes = played.negotiation.talks, played.stakes
    utilities, no_deal = utilities_of(played, r), stakes.no_deal[0, :, r].tolist()
    needs = needs_of(played.negotiation, [stakes.deals.options(k) for k in range(stakes.deals.count)])
    said, round_, deal = referee.negotiate(
        utilities, no_deal, needs, strategies_of(played, r), talks.rounds, talks.clock, talks.order
    )
    zone = any(all(utilities[p][k] / referee.GRID >= no_deal[p] for p in needs[k]) for k in range(stakes.deals.count))
    ran_out = "time_ran_out_with_zone" if zone else "time_ran_out_without_zone"
    return Told(said, ran_out if deal is None else "agreed", round_, deal)


class Pair(NamedTuple):
    """One replicate as both tell it, and whether somebody in it offered a deal that had an equal."""

    program: Told
    referee: Told
    tied: bool


def pairs(batch: int) -> Iterator[Pair]:
    """The replicates of a batch of scenarios; the program plays those of one scenario side by side."""
    luck = random.Random(batch)
    for number in range(SCENARIOS):
        study = Study(Negotiation.model_validate(draw_scenario(luck)))
        played = study.play(Chance(number, 0, REPLICATES), tell=True)
        for r in range(REPLICATES):
            program = by_program(played, r)
            yield Pair(program, by_referee(played, r), tied(program, utilities_of(played, r)))


def tied(told: Told, utilities: list[list[int]]) -> bool:
    """Whether some deal offered was worth as much to its proposer as another one."""
    return any(
        deal is not None and utilities[party].count(utilities[party][deal]) > 1
        for _, party, act, deal in told.said
        if act == "offers"
    )


def assert_of_every_kind(batch: list[Pair]) -> None:
    """Else agreement of program and referee would mean little."""
    told, many = [pair.program for pair in batch], 0.15 * len(batch)
    assert sum(one.deal is None for one in told) > many
    assert sum(one.deal is not None for one in told) > many
    assert sum(one.deal is not None and one.round > 1 for one in told) > many
    assert sum(pair.tied for pair in batch) > many
    assert sum(act == "signs" for one in told for _, _, act, _ in one.said) > many
    assert {one.ending for one in told} == {"agreed", "time_ran_out_with_zone", "time_ran_out_without_zone"}
    assert any(deal is None for one in told for *_, deal in one.said), "somebody puts nothing on the table"


@pytest.mark.parametrize("batch", range(BATCHES))
def test_program_and_referee_tell_the_same(batch: int) -> None:
    told = list(pairs(batch))
    differ = [
        (n // REPLICATES, n % REPLICATES, pair.program, pair.referee)
        for n, pair in enumerate(told)
        if pair.program != pair.referee
    ]
    assert not differ, f"{len(differ)} of {len(told)} (scenario, replicate, program, referee): {differ[0]}"
    assert_of_every_kind(told)
