"""Play in equilibrium: against a slow, obvious referee in exact fractions, against the definition, and against known numbers.

The referee is plain recursion over rounds and turns. It says how each game ends with which chance, ties being drawn by lot.
"""

import json
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from itertools import combinations
from math import exp, sqrt
from typing import Any, NamedTuple

import numpy as np
import pytest
from referee import GRID
from scipy import stats
from test_referee import utilities_of

from sim.case.chance import Chance
from sim.case.numbers import Draws
from sim.case.stakes import as_utility
from sim.outcomes.measures import Played, measure
from sim.studies.blocks import Study, play_chunk
from sim.studies.soundness import sound
from sim.talks.model import Talks
from sim.talks.negotiation import Negotiation

Ending = tuple[int, int | str]  # the round, counted from 0, and a deal's number, or how else talks ended
Chances = dict[Ending, Fraction]
Number = int | Fraction

NO_DEAL = "time ran out"
FAR = 4.5  # standard errors


class Game(NamedTuple):
    """One negotiation as everybody in it knows it: utilities [party][deal] and no-deal values [round][party] in steps of the
    grid."""

    utilities: list[list[int]]
    no_deal: list[list[int]]
    discount: list[Fraction]
    rounds: int

    @property
    def parties(self) -> range:
        """The numbers of the parties."""
        return range(len(self.utilities))

    @property
    def deals(self) -> range:
        """The numbers of the deals."""
        return range(len(self.utilities[0]))

    def worth(self, chances: Chances, party: int, t: int) -> Fraction:
        """What endings with these chances are worth to the party as of round t."""
        return sum((chance * self.worth_of(ending, party, t) for ending, chance in chances.items()), Fraction(0))

    def worth_of(self, ending: Ending, party: int, t: int) -> Number:
        """What one ending is worth to the party as of round t."""
        round, deal = ending
        utility = self.utilities[party][deal] if isinstance(deal, int) else self.no_deal[round][party]
        return self.discount[party] ** (round - t) * utility


def by_lot(deals: list[int], ending: Callable[[int], Chances]) -> Chances:
    """The endings where one of the deals is drawn, each as likely."""
    chances: Chances = {}
    for deal in deals:
        for end, chance in ending(deal).items():
            chances[end] = chances.get(end, Fraction(0)) + chance / len(deals)
    return chances


def first(deals: list[int], ending: Callable[[int], Chances]) -> Chances:
    """The wrong rule for ties: the first deal in the list."""
    return ending(deals[0])


class Move(NamedTuple):
    """What a party does in equilibrium when it is asked: the least it signs, the deals of which it puts one (none: it waits),
    whether it walks out, and how talks then end if it does not sign."""

    asks: Number
    puts: list[int]
    walks: bool
    then: Chances


class Two:
    """Alternating offers of two who must both sign; `leaves` holds the first round in which each may walk out, or None."""

    def __init__(self, game: Game, order: str, leaves: list[int | None]) -> None:
        """Each has a turn in each round."""
        self.game, self.leaves = game, leaves
        first_of = [t % 2 if order == "rotating" else 0 for t in range(game.rounds)]
        self.turns = [(t, (first_of[t] + n) % 2) for t in range(game.rounds) for n in range(2)]
        self.move, self.play = cache(self.move), cache(self.play)  # type: ignore[method-assign]

    def play(self, n: int, standing: int | None, by: int | None) -> tuple[Chances, bool]:
        """How talks end from the n-th turn on, when `by` has put what stands on the table, and whether that is signed."""
        if n == len(self.turns):
            return {(self.game.rounds - 1, NO_DEAL): Fraction(1)}, False
        t, party = self.turns[n]
        if party == by:
            return self.play(n + 1, standing, by)
        move = self.move(n)
        if standing is not None and self.game.utilities[party][standing] >= move.asks:
            return {(t, standing): Fraction(1)}, True
        return move.then, False

    def move(self, n: int) -> Move:
        """What the party does whose turn is the n-th, if it is asked."""
        game, (t, party) = self.game, self.turns[n]
        mine = game.utilities[party]
        signed = [deal for deal in game.deals if self.play(n + 1, deal, party)[1]]
        best = [deal for deal in signed if mine[deal] == max(mine[k] for k in signed)]
        then, _ = self.play(n + 1, None, party)
        if best and game.worth(self.play(n + 1, best[0], party)[0], party, t) >= game.worth(then, party, t):
            then = by_lot(best, lambda deal: self.play(n + 1, deal, party)[0])
        else:
            best = []
        after = self.leaves[party]
        walks = after is not None and t >= after and game.no_deal[t][party] > game.worth(then, party, t)
        if walks:
            then = {(t, f"left by {party}"): Fraction(1)}
        return Move(game.worth(then, party, t), best, walks, then)


class Rules(NamedTuple):
    """Random proposer: chances to be drawn, who must sign each deal, votes, and how many votes a deal needs, if any."""

    recognition: list[Fraction]
    needs: list[set[int]]
    votes: list[int]
    quota: int
    ties: Callable[[list[int], Callable[[int], Chances]], Chances] = by_lot


class Council:
    """A game under such rules."""

    def __init__(self, game: Game, rules: Rules) -> None:
        """What follows from a round is reckoned once."""
        self.game, self.rules = game, rules
        self.from_round, self.asks = cache(self.from_round), cache(self.asks)  # type: ignore[method-assign]

    def from_round(self, t: int) -> Chances:
        """How talks end from round t on."""
        chances: Chances = {}
        if t == self.game.rounds:
            return {(t - 1, NO_DEAL): Fraction(1)}
        for party in self.game.parties:
            for ending, chance in self.move(t, party).then.items():
                chances[ending] = chances.get(ending, Fraction(0)) + chance * self.rules.recognition[party]
        return chances

    def asks(self, t: int) -> list[Fraction]:
        """The least for which each party votes in round t: what it is worth to it to go on."""
        later = self.from_round(t + 1)
        return [self.game.worth(later, party, t) for party in self.game.parties]

    def carried(self, deal: int, supporters: set[int]) -> bool:
        """Whether these supporters are enough for the deal."""
        return self.rules.needs[deal] <= supporters and sum(self.rules.votes[party] for party in supporters) >= self.rules.quota

    def move(self, t: int, party: int) -> Move:
        """What the party does when it is drawn in round t."""
        asks, mine = self.asks(t), self.game.utilities[party]
        likes = [{p for p in self.game.parties if self.game.utilities[p][k] >= asks[p]} | {party} for k in self.game.deals]
        carried = [deal for deal in self.game.deals if self.carried(deal, likes[deal])]
        best = [deal for deal in carried if mine[deal] == max(mine[k] for k in carried)]
        if best and mine[best[0]] >= asks[party]:
            return Move(asks[party], best, False, self.rules.ties(best, lambda deal: {(t, deal): Fraction(1)}))
        return Move(asks[party], [], False, self.from_round(t + 1))


# Scenarios


def scenario(utilities: list[list[Any]], no_deal: list[Any], rounds: int, **talks: Any) -> dict[str, Any]:
    """Parties a, b, ... and one issue whose options are the deals, worth so many points to each."""
    deals = [f"o{k}" for k in range(len(utilities[0]))]
    parties = {
        name: {
            "weights": {"x": 1},
            "values": {"x": dict(zip(deals, row, strict=True))},
            "no_deal": none,
            "strategy": {"equilibrium": {}},
        }
        for name, row, none in zip("abcdefg", utilities, no_deal, strict=False)
    }
    issues = {"x": {"question": "?", "options": dict.fromkeys(deals, "-")}}
    return {"title": "drawn", "issues": issues, "parties": parties, "talks": {"rounds": rounds, **talks}}


def seated(tree: dict[str, Any], replicates: int, seed: int = 1) -> Talks:
    """The talks before the first round."""
    study = Study(Negotiation.model_validate(tree))
    draws = Draws(Chance(seed, 0, replicates), study.negotiation.quantities)
    return Talks(study.negotiation, study.stakes(draws), draws, tell=True)


def played(talks: Talks) -> Played:
    """The talks after the last one."""
    return Played(talks.negotiation, talks.stakes, talks.draws, talks.play())


def game_of(talks: Talks, r: int) -> Game:
    """Replicate r as drawn."""
    names = list(talks.negotiation.parties)
    numbers = [talks.draws.of(talks.negotiation.parties[p].discount, f"parties.{p}.discount")[r] for p in names]
    utilities = utilities_of(Played(talks.negotiation, talks.stakes, talks.draws, talks.table), r)
    rounds = talks.negotiation.talks.rounds
    no_deal = [[round(value * GRID) for value in talks.stakes.no_deal_in(t)[:, r].tolist()] for t in range(rounds)]
    return Game(utilities, no_deal, [Fraction(repr(float(d))) for d in numbers], rounds)


def ending_of(table: Any, rounds: int, r: int) -> Ending:
    """How replicate r ended."""
    if table.left_by[r] >= 0:
        return int(table.ended[r]) - 1, f"left by {table.left_by[r]}"
    return (int(table.ended[r]) - 1, int(table.deal[r])) if table.ended[r] else (rounds - 1, NO_DEAL)


def assert_frequencies(chances: Chances, endings: list[Ending]) -> None:
    """Each ending about as often as its chance: not so seldom or so often as would happen once in a million times."""
    assert set(endings) <= set(chances)
    for ending, chance in chances.items():
        count, of = endings.count(ending), stats.binom(len(endings), float(chance))
        assert min(of.cdf(count), of.sf(count - 1)) > 1e-6, (ending, count, chances)


def assert_same_move(talks: Talks, t: int, party: int, r: int, move: Move) -> None:
    """What the program's party asks, puts and leaves in round t is what the referee says."""
    plan, nothing = talks.equilibrium[party], talks.stakes.deals.count
    asks = round(float(as_utility(plan.demands(t))[r]) * GRID)
    assert abs(asks - move.asks) <= 1, (t, party, asks / GRID, float(move.asks / GRID))
    assert int(plan.offers(t)[r]) in (move.puts or [nothing]), (t, party, move)
    assert bool(plan.walks_out(t)[r]) == move.walks, (t, party, move)


def draw_numbers(luck: random.Random, parties: int, even: bool) -> tuple[list[list[Any]], list[Any], list[Any]]:
    """Utilities, no-deal values and discounts: even ones, so that much is equal, or laws, so that each replicate is another."""
    deals = luck.randint(5, 12)
    if even:
        step = luck.choice([10, 25, 50])
        utilities: list[list[Any]] = [[step * luck.randint(0, 100 // step) for _ in range(deals)] for _ in range(parties)]
        no_deal: list[Any] = [luck.choice([0, 10, 25, 30, 50, 70]) for _ in range(parties)]
        discount: list[Any] = [luck.choice([0, 0.5, 0.5, 0.9, 1, 1]) for _ in range(parties)]
    else:
        utilities = [[{"uniform": [0, 100]} for _ in range(deals)] for _ in range(parties)]
        no_deal = [luck.choice([{"uniform": [0, 50]}, {"uniform": [-10, 100]}]) for _ in range(parties)]
        discount = [luck.choice([{"uniform": [0, 1]}, {"uniform": [0.8, 1]}]) for _ in range(parties)]
    if luck.random() < 0.1:
        no_deal[luck.randrange(parties)] = 100
    return utilities, no_deal, discount


def draw_scenario(luck: random.Random, parties: int, even: bool, **talks: Any) -> dict[str, Any]:
    """A scenario with numbers drawn, sometimes with red lines, or with no-deal values that move as all know they will."""
    utilities, no_deal, discount = draw_numbers(luck, parties, even)
    tree = scenario(utilities, no_deal, luck.randint(1, 5), **talks)
    for party, share in zip(tree["parties"].values(), discount, strict=True):
        party["discount"] = share
        if luck.random() < 0.2:
            lines = luck.sample(list(tree["issues"]["x"]["options"]), 2)
            party["red_lines"] = [{"when": {"x": lines}, "chance": 1 if even else 0.5}]
    if luck.random() < 0.25:
        tree["world"] = {"tide": {"drift": 1, "moves": {name: luck.choice([-10, 5, 20]) for name in tree["parties"]}}}
    return tree


# Alternating offers, against the referee

AFTER = [0, 0.2, 0.5, 1]


def draw_two(luck: random.Random, even: bool) -> dict[str, Any]:
    """A scenario for two, of whom one, both or neither may walk out."""
    tree = draw_scenario(luck, 2, even, order=luck.choice(["fixed", "rotating"]))
    for party in tree["parties"].values():
        if luck.random() < 0.4:
            party["strategy"]["leaves"] = {"after": luck.choice(AFTER)}
    return tree


def two_of(talks: Talks, r: int) -> Two:
    """The referee for replicate r."""
    game, leaves = game_of(talks, r), []
    for party in talks.negotiation.parties.values():
        leaving = party.strategy.leaves
        after = None if leaving is None else Fraction(repr(leaving.after))
        leaves.append(next((t for t in range(game.rounds) if after is not None and t >= after * game.rounds), None))
    return Two(game, talks.negotiation.talks.order, leaves)


@pytest.mark.parametrize("even", [True, False], ids=["even", "uneven"])
@pytest.mark.parametrize("batch", range(4))
def test_two_in_equilibrium_move_as_the_referee_says(batch: int, even: bool) -> None:
    luck, seen = random.Random(batch), set()
    for _ in range(100):
        talks = seated(draw_two(luck, even), 3)
        for r in range(3):
            referee = two_of(talks, r)
            for n, (t, party) in enumerate(referee.turns):
                move = referee.move(n)
                assert_same_move(talks, t, party, r, move)
                seen |= {"waits" if not move.puts else "ties" if len(move.puts) > 1 else "puts", *["walks"] * move.walks}
    assert seen == {"waits", "puts", "walks"} | ({"ties"} if even else set()), "else agreement would mean little"


@pytest.mark.parametrize("even", [True, False], ids=["even", "uneven"])
def test_games_of_two_end_as_the_referee_says_and_as_often(even: bool) -> None:
    luck, kinds = random.Random(11), set()
    for _ in range(250):
        talks = seated(draw_two(luck, even), 256 if even else 3)
        table = played(talks).table
        endings = [ending_of(table, talks.negotiation.talks.rounds, r) for r in range(len(table.deal))]
        expected = [two_of(talks, r).play(0, None, None)[0] for r in range(1 if even else 3)]
        if even:
            assert_frequencies(expected[0], endings)
        else:
            assert all(ending in chances for ending, chances in zip(endings, expected, strict=True))
        kinds |= {end if isinstance(end, str) else "agreed" for chances in expected for _, end in chances}
        kinds |= {"by lot" for chances in expected if len(chances) > 1}
    assert kinds == {NO_DEAL, "left by 0", "left by 1", "agreed"} | ({"by lot"} if even else set())


# Random proposer, against the referee


def draw_council(luck: random.Random, even: bool) -> dict[str, Any]:
    """A scenario for two to five parties who vote, sign, or both."""
    parties = luck.choice([2, 3, 3, 3, 4, 5])
    names = list("abcdefg"[:parties])
    tree = draw_scenario(luck, parties, even)
    talks, deals = tree["talks"], list(tree["issues"]["x"]["options"])
    recognition = {name: luck.choice([0, 1, 1, 2] if even else [{"uniform": [0, 2]}]) for name in names}
    recognition[luck.choice(names)] = 1
    talks["protocol"] = {"random_proposer": luck.choice([{}, {"recognition": recognition}])}
    if luck.random() < 0.75:
        voters = luck.sample(names, luck.randint(2, parties))
        weights = {name: luck.choice([0, 1, 2, 3]) for name in luck.choice([[], voters])} | {voters[0]: 1}
        most = sum(weights.get(name, 1) for name in voters)
        talks["vote"] = {"quota": luck.randint(1, most), "voters": voters, "weights": weights}
    if luck.random() < 0.4:
        talks["sign"] = luck.sample(names, luck.randint(1, 2))
    if luck.random() < 0.4:
        talks["sign_when"] = [{"when": {"x": luck.sample(deals, 3)}, "needs": luck.sample(names, luck.randint(1, 2))}]
    return tree


def council_of(talks: Talks, r: int) -> Council:
    """The referee for replicate r, by the words of the scenario."""
    rules, names = talks.negotiation.talks, list(talks.negotiation.parties)
    written = rules.protocol.settings.recognition
    path = "talks.protocol.random_proposer.recognition"
    chances = [
        Fraction(repr(float(talks.draws.of(written.get(name, 0.0), f"{path}.{name}")[r]))) if written else Fraction(1)
        for name in names
    ]
    vote = rules.vote
    always = set(rules.sign if rules.sign is not None else names if vote is None else [])
    needs = [set(always) for _ in range(talks.stakes.deals.count)]
    for consent in rules.sign_when:
        for option in consent.when["x"]:
            needs[int(option[1:])] |= set(consent.needs)
    voters = [] if vote is None else names if vote.voters is None else vote.voters
    followed = Rules(
        [chance / sum(chances) for chance in chances],
        [{names.index(name) for name in signers} for signers in needs],
        [0 if name not in voters else int(vote.weights.get(name, 1)) for name in names],
        0 if vote is None else int(vote.quota),
    )
    return Council(game_of(talks, r), followed)


@pytest.mark.parametrize("even", [True, False], ids=["even", "uneven"])
@pytest.mark.parametrize("batch", range(4))
def test_a_council_in_equilibrium_moves_as_the_referee_says(batch: int, even: bool) -> None:
    luck, seen = random.Random(100 + batch), set()
    for _ in range(100):
        talks = seated(draw_council(luck, even), 3)
        for r in range(3):
            referee = council_of(talks, r)
            for t in range(referee.game.rounds):
                for party in referee.game.parties:
                    move = referee.move(t, party)
                    assert_same_move(talks, t, party, r, move)
                    seen.add("waits" if not move.puts else "ties" if len(move.puts) > 1 else "puts")
    assert seen == {"waits", "puts"} | ({"ties"} if even else set()), "else agreement would mean little"


@pytest.mark.parametrize("even", [True, False], ids=["even", "uneven"])
def test_councils_end_as_the_referee_says_and_as_often(even: bool) -> None:
    luck, kinds = random.Random(12), set()
    for _ in range(250):
        talks = seated(draw_council(luck, even), 256 if even else 3)
        table = played(talks).table
        endings = [ending_of(table, talks.negotiation.talks.rounds, r) for r in range(len(table.deal))]
        expected = [council_of(talks, r).from_round(0) for r in range(1 if even else 3)]
        if even:
            assert_frequencies(expected[0], endings)
        else:
            assert all(ending in chances for ending, chances in zip(endings, expected, strict=True))
        kinds |= {end if isinstance(end, str) else "agreed" for chances in expected for _, end in chances}
        kinds |= {"later" for chances in expected for t, end in chances if t and end != NO_DEAL}
    assert kinds == {NO_DEAL, "agreed", "later"}


# Against the definition: nobody gains by doing otherwise once, wherever it may find itself


class Profile(NamedTuple):
    """What the program's parties do, [party][round]: the least they sign, the deals or None of which they put one, whether they
    walk out."""

    asks: list[list[int]]
    puts: list[list[list[int | None]]]
    walks: list[list[bool]]


def profile_of(talks: Talks) -> Profile:
    """The plans as laid for many replicates of the same game: the deals put in any of them are those drawn by lot."""
    nothing, rounds = talks.stakes.deals.count, range(talks.negotiation.talks.rounds)
    plans = talks.equilibrium
    asks = [[round(float(as_utility(plan.demands(t))[0]) * GRID) for t in rounds] for plan in plans]
    puts = [[[None if k == nothing else k for k in np.unique(plan.offers(t)).tolist()] for t in rounds] for plan in plans]
    return Profile(asks, puts, [[bool(plan.walks_out(t)[0]) for t in rounds] for plan in plans])


class PlayedByTurns:
    """Alternating offers of two as a profile plays them; no reasoning, only what follows from what."""

    def __init__(self, referee: Two, profile: Profile) -> None:
        """The referee lends the game and the turns."""
        self.game, self.turns, self.profile = referee.game, referee.turns, profile
        self.play = cache(self.play)  # type: ignore[method-assign]

    def play(self, n: int, standing: int | None, by: int | None) -> Chances:
        """How talks end from the n-th turn on, when `by` has put what stands on the table."""
        if n == len(self.turns):
            return {(self.game.rounds - 1, NO_DEAL): Fraction(1)}
        t, party = self.turns[n]
        if party == by:
            return self.play(n + 1, standing, by)
        if standing is not None and self.game.utilities[party][standing] >= self.profile.asks[party][t]:
            return {(t, standing): Fraction(1)}
        if self.profile.walks[party][t]:
            return {(t, f"left by {party}"): Fraction(1)}
        return self.put(n, self.profile.puts[party][t])

    def put(self, n: int, deals: list[Any]) -> Chances:
        """How talks end when the party of the n-th turn puts one of the deals."""
        return by_lot(deals, lambda deal: self.play(n + 1, deal, self.turns[n][1]))

    def otherwise(self, n: int, standing: int | None, may_leave: bool) -> Iterator[Chances]:
        """How talks end by each thing that the party of the n-th turn could do."""
        t, party = self.turns[n]
        yield from (self.put(n, [deal]) for deal in [None, *self.game.deals])
        if standing is not None:
            yield {(t, standing): Fraction(1)}
        if may_leave:
            yield {(t, f"left by {party}"): Fraction(1)}


@pytest.mark.parametrize("batch", range(2))
def test_neither_of_two_gains_by_another_move_in_any_turn(batch: int) -> None:
    luck, moves = random.Random(200 + batch), 0
    for _ in range(40):
        talks = seated(draw_two(luck, even=True), 200)
        referee = two_of(talks, 0)
        game, table = referee.game, PlayedByTurns(referee, profile_of(talks))
        for n, (t, party) in enumerate(referee.turns):
            after = referee.leaves[party]
            for standing in [None, *game.deals]:
                here = game.worth(table.play(n, standing, 1 - party), party, t)
                for chances in table.otherwise(n, standing, after is not None and t >= after):
                    assert game.worth(chances, party, t) <= here + 2, (n, standing, chances)
                    moves += 1
    assert moves > 20_000


class PlayedBySessions:
    """Random proposer as a profile plays it."""

    def __init__(self, referee: Council, profile: Profile) -> None:
        """The referee lends the game and its rules."""
        self.game, self.rules, self.carried, self.profile = referee.game, referee.rules, referee.carried, profile
        self.from_round = cache(self.from_round)  # type: ignore[method-assign]

    def from_round(self, t: int) -> Chances:
        """How talks end from round t on."""
        if t == self.game.rounds:
            return {(t - 1, NO_DEAL): Fraction(1)}
        chances: Chances = {}
        for party in self.game.parties:
            of_party = by_lot(self.profile.puts[party][t], lambda deal, party=party: self.put(t, party, deal))
            for ending, chance in of_party.items():
                chances[ending] = chances.get(ending, Fraction(0)) + chance * self.rules.recognition[party]
        return chances

    def supporters(self, t: int, party: int, deal: int) -> set[int]:
        """Who says yes to the party's deal in round t."""
        others = {p for p in self.game.parties if self.game.utilities[p][deal] >= self.profile.asks[p][t]}
        return others | {party}

    def put(self, t: int, party: int, deal: int | None) -> Chances:
        """How talks end when the party puts the deal in round t."""
        carried = deal is not None and self.carried(deal, self.supporters(t, party, deal))
        return {(t, deal): Fraction(1)} if carried and deal is not None else self.from_round(t + 1)


@pytest.mark.parametrize("batch", range(2))
def test_nobody_in_a_council_gains_by_another_offer_or_vote_in_any_round(batch: int) -> None:
    luck, pivotal = random.Random(300 + batch), 0
    for _ in range(60):
        talks = seated(draw_council(luck, even=True), 200)
        table = PlayedBySessions(council_of(talks, 0), profile_of(talks))
        game = table.game
        for t in range(game.rounds):
            later = table.from_round(t + 1)
            for party in game.parties:
                here = game.worth(by_lot(table.profile.puts[party][t], lambda k: table.put(t, party, k)), party, t)  # noqa: B023
                for deal in game.deals:
                    assert game.worth(table.put(t, party, deal), party, t) <= here + 2
                    yes = table.supporters(t, party, deal)
                    for voter in set(game.parties) - {party}:
                        if table.carried(deal, yes | {voter}) and not table.carried(deal, yes - {voter}):
                            gain = game.utilities[voter][deal] - game.worth(later, voter, t)
                            assert gain >= -2 if voter in yes else gain <= 2, (t, party, deal, voter)
                            pivotal += 1
                assert game.worth(later, party, t) <= here + 2, "nor by putting nothing"
    assert pivotal > 1000


# Known numbers: two parties and a pie


CENTS = 3999
RUBINSTEIN = [
    ((0.9, 0.9), 0.526316),
    ((0.9, 0.8), 0.714286),
    ((0.8, 0.9), 0.357143),
    ((0.95, 0.9), 0.689655),
    ((0.5, 0.5), 2 / 3),
    ((0.99, 0.99), 0.502513),
]


def pie(
    discount: tuple[float, float], rounds: int, no_deal: tuple[float, float] = (0, 0), leaves: bool = False
) -> dict[str, Any]:
    """A pie of 3,999 cents, written as two issues; in rotating order the offers alternate, one a round."""
    tree = scenario([[0], [0]], [100 * x for x in no_deal], rounds, order="rotating")
    ladders = {"dollars": {str(n): "-" for n in range(40)}, "cents": {str(n): "-" for n in range(100)}}
    tree["issues"] = {name: {"question": "?", "options": options} for name, options in ladders.items()}
    for party, share, slope in zip(tree["parties"].values(), discount, ("rising", "falling"), strict=True):
        party |= {"weights": {"dollars": 3900, "cents": 99}, "values": dict.fromkeys(ladders, slope), "discount": share}
        party["strategy"]["leaves"] = {"after": 0} if leaves else None
    return tree


def opened(tree: dict[str, Any]) -> dict[str, Any]:
    """The same with the other party to open."""
    return tree | {"parties": dict(reversed(tree["parties"].items()))}


def first_share(tree: dict[str, Any]) -> float:
    """What the first party of the pie gets, at once."""
    table = played(seated(tree, 1)).table
    assert table.agreed.all() and table.ended[0] == 1
    return int(table.deal[0]) / CENTS


def off_by(discount: tuple[float, float]) -> Any:
    """How far a share may be off because there is no half cent."""
    return 1 / CENTS / (1 - discount[0] * discount[1])


@pytest.mark.parametrize(("discount", "share"), RUBINSTEIN)
def test_long_alternating_offers_divide_a_pie_as_rubinstein_says(discount: tuple[float, float], share: float) -> None:
    assert first_share(pie(discount, 1000 if max(discount) > 0.97 else 200)) == pytest.approx(share, abs=off_by(discount))


@pytest.mark.parametrize(
    ("rounds", "share"), [(1, 1), (2, 0.2), (3, 0.92), (4, 0.344), (5, 0.8624), (10, 0.576077), (50, 0.714092)]
)
def test_over_a_few_rounds_the_last_who_offers_takes_all_and_so_on_backwards(rounds: int, share: float) -> None:
    assert first_share(pie((0.9, 0.8), rounds)) == pytest.approx(share, abs=off_by((0.9, 0.8)))


def test_who_opens_gets_more() -> None:
    near = off_by((0.9, 0.8))
    assert first_share(pie((0.9, 0.8), 200)) == pytest.approx(0.714286, abs=near)
    assert first_share(opened(pie((0.9, 0.8), 200))) == pytest.approx(0.642857, abs=near)


@pytest.mark.parametrize("rates", [(0.1, 0.2), (0.3, 0.3)])
def test_short_periods_come_near_the_split_by_impatience(rates: tuple[float, float]) -> None:
    discount = (exp(-rates[0] / 10), exp(-rates[1] / 10))
    expected = (1 - discount[1]) / (1 - discount[0] * discount[1])
    assert first_share(pie(discount, 1000)) == pytest.approx(expected, abs=off_by(discount))
    assert expected == pytest.approx(rates[1] / sum(rates), abs=0.01)


@pytest.mark.parametrize(
    ("no_deal", "leaves", "share"),
    [
        (0.3, True, 0.526316),  # worth less than what one gets anyway: no threat
        (0.47, True, 0.526316),
        (0.6, True, 0.4),  # worth more: that much, and not a cent above it
        (0.6, False, 0.526316),  # no deal that can be had only at the end, far away, is no threat either
    ],
)
def test_an_outside_option_counts_only_if_it_is_better_than_going_on(no_deal: float, leaves: bool, share: float) -> None:
    tree = pie((0.9, 0.9), 200, (0, no_deal), leaves)
    assert first_share(tree) == pytest.approx(share, abs=off_by((0.9, 0.9)))


def test_a_world_and_events_that_all_know_in_advance_are_reckoned_with() -> None:
    """Who opens gets what it will have without a deal after the other's last word: 20 points now, 30 more then."""
    front = {"starts": 0, "drift": 30, "moves": {"{first}": 1}}
    drifts = {"world": {"front": front}}
    strikes = {"events": {"strike": {"at": 2, "no_deal": {"{first}": 30}}}}
    for outside in (drifts, strikes):
        tree = pie((1.0, 1.0), 2, (0.2, 0))
        tree |= json.loads(json.dumps(outside).replace("{first}", next(iter(tree["parties"]))))
        assert sound(Study(Negotiation.model_validate(tree))) == []
        assert first_share(tree) == pytest.approx(0.5, abs=1 / CENTS)
        tree["talks"] = {"rounds": 2, "protocol": "random_proposer"}
        assert [as_utility(plan.demands(1))[0] for plan in seated(tree, 1).equilibrium] == [0.5, 0], "in the last round"


def test_an_outside_option_is_not_a_disagreement_point() -> None:
    tree = pie((0.9, 0.9), 200, (0.1, 0.3), leaves=True)
    split_the_difference = 0.1 + (1 - 0.1 - 0.3) / 2
    assert first_share(tree) == pytest.approx(0.526316, abs=off_by((0.9, 0.9)))
    assert measure(played(seated(tree, 1)))["nash"][0] / CENTS == pytest.approx(split_the_difference, abs=1 / CENTS)


def test_who_gains_as_much_by_staying_as_by_walking_out_stays() -> None:
    tree = scenario([[70, 70, 70], [10, 10, 10]], [70, 0], 2)  # in floating point the mean of three times .7 is less than .7
    tree["parties"]["a"]["strategy"]["leaves"] = {"after": 0}
    table = played(seated(tree, 20)).table
    assert table.agreed.all() and (table.ended == 1).all() and set(table.deal.tolist()) == {0, 1, 2}


@pytest.mark.parametrize("rounds", [1, 3, 50])
def test_in_fixed_order_the_first_has_it_all_for_it_alone_is_answered_within_the_round(rounds: int) -> None:
    tree = pie((0.5, 0.9), rounds)
    tree["talks"]["order"] = "fixed"
    assert first_share(tree) == 1


# Known numbers: a council and a dollar


def dollar(parties: int, quota: int, discount: float, rounds: int, paid: list[float], **talks: Any) -> dict[str, Any]:
    """All divisions of a dollar in which one party keeps all, or all but one such payment to each of some others."""
    divisions = [[100.0 * (p == keeps) for p in range(parties)] for keeps in range(parties)]
    for keeps in range(parties):
        others = [p for p in range(parties) if p != keeps]
        for count, price in ((count, price) for count in range(1, parties) for price in paid):
            for partners in combinations(others, count):
                shares = [100 * price * (p in partners) for p in range(parties)]
                shares[keeps] = 100 - sum(shares)
                divisions.append(shares)
    tree = scenario([list(row) for row in zip(*divisions, strict=True)], [0] * parties, rounds)
    for party in tree["parties"].values():
        party["discount"] = discount
    return tree | {"talks": {"rounds": rounds, "protocol": "random_proposer", "vote": {"quota": quota}} | talks}


def divided(tree: dict[str, Any], replicates: int = 1000) -> tuple[np.ndarray, np.ndarray]:
    """What each party gets (P, R) of a dollar that is divided at once, and who proposed it (R,)."""
    talks = seated(tree, replicates)
    play = played(talks)
    assert play.table.agreed.all() and (play.table.ended == 1).all()
    got = np.stack([play.stakes.utility(p, play.table.deal) for p in range(len(tree["parties"]))])
    proposed = [turn for turn in play.table.turns or [] if turn.put.any()]
    return got, sum(turn.party * turn.put for turn in proposed)


BARON_FEREJOHN = [
    (3, 2, 1, 2 / 3),
    (3, 2, 0.8, 0.733333),
    (5, 3, 1, 0.6),
    (5, 3, 0.8, 0.68),
    (7, 4, 1, 0.571429),
    (7, 4, 0.8, 0.657143),
    (3, 3, 0.8, 0.466667),
    (3, 3, 1, 1 / 3),
]


@pytest.mark.parametrize(("parties", "quota", "discount", "share"), BARON_FEREJOHN)
@pytest.mark.parametrize("rounds", [2, 5])
def test_a_council_divides_a_dollar_as_baron_and_ferejohn_say(
    parties: int, quota: int, discount: float, share: float, rounds: int
) -> None:
    price = discount / parties
    got, proposer = divided(dollar(parties, quota, discount, rounds, [price]), 400)
    assert got[proposer, range(400)] == pytest.approx(share, abs=1e-6)
    partners = got.argsort(axis=0)[-quota:-1] if share > price else None
    assert np.sort(got, axis=0)[-quota:-1] == pytest.approx(price, abs=1e-6)
    assert partners is None or not (np.sort(got, axis=0)[:-quota] > 0).any()


@pytest.mark.parametrize(("parties", "quota"), [(3, 2), (5, 3)])
def test_each_is_a_partner_as_often_and_gets_its_share_on_average(parties: int, quota: int) -> None:
    got, proposer = divided(dollar(parties, quota, 0.8, 5, [0.8 / parties]))
    for party in range(parties):
        asked = proposer != party
        chance, partner = (quota - 1) / (parties - 1), got[party][asked] > 0
        assert abs(partner.mean() - chance) < FAR * sqrt(chance * (1 - chance) / asked.sum())
        assert abs(got[party].mean() - 1 / parties) < FAR * got[party].std() / sqrt(1000)


def test_in_the_last_round_who_is_drawn_takes_all() -> None:
    got, proposer = divided(dollar(3, 2, 0.8, 1, [0.3]), 100)
    assert (got[proposer, range(100)] == 1).all()


def test_under_unanimity_unequal_chances_to_propose_are_worth_just_what_they_are() -> None:
    chances, discount = [0.5, 0.3, 0.2], 0.8
    divisions = [[100.0 * (p == keeps) for p in range(3)] for keeps in range(3)]
    for keeps in range(3):
        shares = [100 * discount * chance for chance in chances]
        divisions.append([shares[p] if p != keeps else 100 - sum(shares) + shares[p] for p in range(3)])
    tree = scenario([list(row) for row in zip(*divisions, strict=True)], [0, 0, 0], 6)
    for party in tree["parties"].values():
        party["discount"] = discount
    tree["talks"] |= {"protocol": {"random_proposer": {"recognition": {"a": 5, "b": 3, "c": 2}}}, "vote": {"quota": 3}}
    got, proposer = divided(tree)
    for party, chance in enumerate(chances):
        assert got[party][proposer == party] == pytest.approx(1 - discount * (1 - chance))
        assert got[party][proposer != party] == pytest.approx(discount * chance)
        assert abs((proposer == party).mean() - chance) < FAR * sqrt(chance * (1 - chance) / 1000)


def asked_at_first(tree: dict[str, Any]) -> list[float]:
    """The least for which each party votes in the first round."""
    return [float(as_utility(plan.demands(0))[0]) for plan in seated(tree, 1).equilibrium]


def test_breaking_ties_by_the_first_in_the_list_would_give_other_values() -> None:
    tree = dollar(3, 2, 0.9, 3, [0.3])
    assert asked_at_first(tree) == pytest.approx([0.3] * 3)
    council = council_of(seated(tree, 1), 0)
    by_list = Council(council.game, council.rules._replace(ties=first)).asks(0)
    assert [float(asks / GRID) for asks in by_list] == pytest.approx([0.39, 0.3, 0.21])


@pytest.mark.parametrize(("discount", "before", "after"), [(1, 1 / 3, 0.416667), (0.9, 1 / 3, 0.408333)])
def test_a_worse_no_deal_may_raise_what_a_party_can_expect(discount: float, before: float, after: float) -> None:
    paid = [0.3, 0.1, 0.3 * discount, 0.35 * discount]
    expected = []
    for no_deal in (30, 10):
        tree = dollar(3, 2, discount, 2, paid)
        tree["parties"]["a"]["no_deal"], tree["parties"]["b"]["no_deal"], tree["parties"]["c"]["no_deal"] = no_deal, 30, 30
        council = council_of(seated(tree, 1), 0)
        expected.append(float(council.game.worth(council.from_round(0), 0, 0) / GRID))
        got, _ = divided(tree)
        assert abs(got[0].mean() - expected[-1]) < FAR * got[0].std() / sqrt(1000)
    assert expected == pytest.approx([before, after], abs=1e-6)


# Doubt


def of_doubt(protocol: str) -> dict[str, Any]:
    """Everything that may be uncertain is."""
    luck, two = random.Random(5), protocol == "alternating_offers"
    tree = draw_scenario(luck, 2 if two else 4, even=False)
    if two:
        for party in tree["parties"].values():
            party["strategy"]["leaves"] = {"after": {"uniform": [0, 1]}}
        return tree | {"talks": {"rounds": 4}}
    recognition = {name: {"uniform": [0, 2]} for name in tree["parties"]}
    return tree | {"talks": {"rounds": 4, "protocol": {protocol: {"recognition": recognition}}, "vote": {"quota": 3}}}


@pytest.mark.parametrize("protocol", ["alternating_offers", "random_proposer"])
def test_each_replicate_is_solved_by_its_own_numbers(protocol: str) -> None:
    study = Study(Negotiation.model_validate(of_doubt(protocol)))
    together = measure(study.play(Chance(1, 0, 128)))
    assert len(np.unique(together["deal"])) > 2
    for r in (0, 1, 77, 127):
        alone = measure(study.play(Chance(1, r, 1)))
        assert all(alone[column][0] == together[column][r] for column in together), r


@pytest.mark.parametrize("protocol", ["alternating_offers", "random_proposer"])
def test_the_size_of_blocks_changes_nothing_in_equilibrium(protocol: str) -> None:
    study = Study(Negotiation.model_validate(of_doubt(protocol)))
    small, large = (play_chunk(study, 1, range(600), block).columns for block in (64, 512))
    assert all(small[name].tobytes() == large[name].tobytes() for name in large)
