"""A council: public cases, votes at the threshold, the chance of passage counted out, and members who move together.

Statistical tests allow `FAR` standard errors; beside each stands one in which a slightly wrong number fails.
"""

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from math import asin, fsum, pi, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from sim.case.chance import Chance
from sim.case.council import MOST_MEMBERS, carried, in_whole_units, passage_chance, votes
from sim.case.voting import RULES, NamedRule, VotingRule

FAR = 4.0  # standard errors: a true chance fails one check in 16,000
MANY = 1_000_000
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Shares of 2025 in per cent, the largest first: Agence Europe, bulletin 13544 of 12 December 2024.
TABLE = """
    DE 18.49 FR 15.17 IT 13.23 ES 10.78 PL 8.33 RO 4.23 NL 4.01 BE 2.62 CZ 2.42 PT 2.36 SE 2.34 EL 2.31 HU 2.13 AT 2.02
    BG 1.43 DK 1.32 FI 1.25 SK 1.21 IE 1.19 HR 0.86 LT 0.64 SI 0.47 LV 0.42 EE 0.30 CY 0.21 LU 0.15 MT 0.12
"""
SHARES = {state: float(share) for state, share in zip(TABLE.split()[::2], TABLE.split()[1::2], strict=True)}
STATES = list(SHARES)
POPULATION = list(SHARES.values())
HUNDREDTHS = [round(100 * share) for share in POPULATION]
QUALIFIED = VotingRule(members=0.55, population=0.65, blocking_minority=4)
UNANIMITY = RULES["unanimity"]
CHANCES = np.linspace(0.95, 0.5, 27)

shares = st.integers(0, 100).map(lambda percent: percent / 100)
rules = st.builds(VotingRule, members=shares.filter(bool), population=shares, blocking_minority=st.integers(1, 6))
populations = st.one_of(
    st.lists(st.integers(1, 12), min_size=1, max_size=12),
    st.lists(st.integers(1, 10**8), min_size=1, max_size=12),
    st.lists(st.integers(1, 10**5).map(lambda hundredths: hundredths / 100), min_size=1, max_size=12),
)


def for_each(count: int, of: st.SearchStrategy) -> st.SearchStrategy:
    """So many of them."""
    return st.lists(of, min_size=count, max_size=count)


def in_favour(states: list[str]) -> Bools:
    """The votes (27,) where these states alone say yes."""
    return np.isin(STATES, states)


def against(states: list[str]) -> Bools:
    """The votes (27,) where these states alone do not say yes."""
    return ~in_favour(states)


def by_the_book(yes: tuple[bool, ...], population: list[float], rule: VotingRule) -> bool:
    """One vote, one member after the other, in fractions."""
    everybody = sum(Fraction(str(people)) for people in population)
    supporters = sum(Fraction(str(people)) for people, vote in zip(population, yes, strict=True) if vote)
    enough_members = Fraction(yes.count(True), len(yes)) >= Fraction(str(rule.members))
    enough_people = supporters >= Fraction(str(rule.population)) * everybody
    return enough_members and (enough_people or yes.count(False) < rule.blocking_minority)


# Public cases


def test_three_large_states_never_block() -> None:
    three = against(["DE", "FR", "IT"])
    assert not carried(three, POPULATION, VotingRule(members=0.55, population=0.65)), "but for the rule of four they would"
    assert carried(three, POPULATION, QUALIFIED)


def test_three_large_states_and_the_smallest_block() -> None:
    assert not carried(against(["DE", "FR", "IT", "MT"]), POPULATION, QUALIFIED)


def test_the_fifteen_smallest_alone_fail_on_population() -> None:
    assert not carried(in_favour(STATES[-15:]), POPULATION, QUALIFIED)
    assert carried(in_favour(STATES[-15:]), POPULATION, VotingRule(members=0.55))


def test_the_fourteen_largest_alone_fail_on_states_and_fifteen_pass() -> None:
    assert carried([in_favour(STATES[:14]), in_favour(STATES[:15])], POPULATION, QUALIFIED).tolist() == [False, True]
    assert carried(in_favour(STATES[:14]), POPULATION, VotingRule(members=0.5, population=0.9))


@given(for_each(27, st.integers(1, 10**8)), st.permutations(range(27)))
def test_any_three_opponents_never_block_whatever_their_populations(population: list[int], order: list[int]) -> None:
    yes = np.ones(27, dtype=bool)
    yes[order[:3]] = False
    assert carried(yes, population, QUALIFIED)
    most_people = np.argsort(population)[-3:]
    yes = np.ones(27, dtype=bool)
    yes[most_people] = False
    assert carried(yes, population, QUALIFIED)


# The rule


@given(populations, rules, st.data())
def test_votes_carry_as_the_rule_says_in_fractions(population: list[float], rule: VotingRule, data: st.DataObject) -> None:
    cast = data.draw(for_each(len(population), st.booleans()))
    assert carried(np.array(cast), population, rule) == by_the_book(tuple(cast), population, rule)


@pytest.mark.parametrize("percent", range(1, 101))
def test_a_vote_exactly_at_the_threshold_carries_and_one_below_does_not(percent: int) -> None:
    yes = np.arange(100) < np.array([percent - 1, percent])[:, None]
    tenths = [0.1] * 100
    for rule in (VotingRule(members=percent / 100), VotingRule(members=0.01, population=percent / 100)):
        assert carried(yes, tenths, rule).tolist() == [False, True]


def test_sixty_five_per_cent_is_of_the_sum_of_all_shares_not_of_a_hundred() -> None:
    population = [65.0, 35.01]
    assert not carried([True, False], population, VotingRule(members=0.5, population=0.65))
    assert carried([True, False], [65.0, 35.0], VotingRule(members=0.5, population=0.65))


@given(populations, rules, st.data())
def test_one_more_yes_never_defeats(population: list[float], rule: VotingRule, data: st.DataObject) -> None:
    cast = np.array(data.draw(for_each(len(population), st.booleans())))
    one_more = cast | (np.arange(len(cast)) == data.draw(st.integers(0, len(cast) - 1)))
    assert carried(one_more, population, rule) >= carried(cast, population, rule)


@given(populations, rules, st.data())
def test_the_order_of_members_is_irrelevant(population: list[float], rule: VotingRule, data: st.DataObject) -> None:
    members = len(population)
    cast = np.array(data.draw(for_each(members, st.booleans())))
    chances = np.array(data.draw(for_each(members, st.floats(0, 1))))
    order = data.draw(st.permutations(range(members)))
    shuffled = np.array(population)[order]
    assert carried(cast, population, rule) == carried(cast[order], shuffled, rule)
    chance = passage_chance(chances, population, rule)
    assert passage_chance(chances[order], shuffled, rule) == pytest.approx(chance, rel=1e-12, abs=1e-300)


@given(populations)
def test_unanimity_is_broken_by_each_member(population: list[float]) -> None:
    all_but_one = ~np.eye(len(population), dtype=bool)
    assert carried(np.ones(len(population), dtype=bool), population, UNANIMITY)
    assert not carried(all_but_one, population, UNANIMITY).any()


def test_votes_of_any_shape_are_each_judged_alone() -> None:
    yes = np.random.default_rng(1).random((4, 5, 27)) < 0.75
    carry = carried(yes, POPULATION, QUALIFIED)
    assert carry.shape == (4, 5) and 0 < carry.mean() < 1
    assert all(carry[place] == carried(yes[place], POPULATION, QUALIFIED) for place in np.ndindex(4, 5))


# The chance of passage


@given(populations, rules, st.data())
def test_the_chance_of_passage_is_that_of_all_votes_told_one_by_one(
    population: list[float], rule: VotingRule, data: st.DataObject
) -> None:
    chances = data.draw(for_each(len(population), st.one_of(st.floats(1e-6, 1), st.just(0.0))))
    every_vote = product([False, True], repeat=len(population))
    cast = np.array(list(every_vote))
    weighing = np.where(cast, chances, 1 - np.array(chances)).prod(axis=1)
    expected = fsum(weighing[carried(cast, population, rule)])
    assert passage_chance(chances, population, rule) == pytest.approx(expected, rel=1e-12)


def test_the_chance_of_unanimity_is_the_product_of_all() -> None:
    assert passage_chance(CHANCES, POPULATION, UNANIMITY) == pytest.approx(prod(CHANCES), rel=1e-13)


def test_among_members_alike_the_chance_of_passage_is_binomial() -> None:
    for needed in (1, 14, 15, 27):
        rule = VotingRule(members=needed / 27 - 0.01)
        assert passage_chance([0.6] * 27, [3.7] * 27, rule) == pytest.approx(stats.binom.sf(needed - 1, 27, 0.6), rel=1e-12)


def test_a_parliament_of_hundreds_is_counted_too() -> None:
    half = passage_chance([0.52] * 450, [1] * 450, VotingRule(members=0.01, population=0.5))
    assert half == pytest.approx(stats.binom.sf(224, 450, 0.52), rel=1e-11)


def table_of_sums(chances: Floats) -> float:
    """The chance that the 27 states pass, by a table of every number of states and every hundredth of a per cent."""
    table = np.zeros((28, sum(HUNDREDTHS) + 1))
    table[0, 0] = 1
    for chance, people in zip(chances, HUNDREDTHS, strict=True):
        joined = np.zeros_like(table)
        joined[1:, people:] = table[:-1, : table.shape[1] - people]
        table = (1 - chance) * table + chance * joined
    states, supporters = np.indices(table.shape)
    passes = (states >= 15) & ((100 * supporters >= 65 * sum(HUNDREDTHS)) | (states >= 24))
    return float(table[passes].sum())


@pytest.mark.parametrize("scale", [1, 0.01, 45103, 10**9])
def test_the_chance_of_the_27_states_is_that_of_a_table_in_any_unit(scale: float) -> None:
    population = [round(people * scale, 2) for people in HUNDREDTHS]
    for chances in (CHANCES, CHANCES[::-1], np.full(27, 0.7), 0.2 * CHANCES):
        assert passage_chance(chances, population, QUALIFIED) == pytest.approx(table_of_sums(chances), rel=1e-11)


# Made up: about the heads behind the shares, no two in the same proportion.
HEADS = [people * 45103 + 7919 * n**2 % 9973 for n, people in enumerate(HUNDREDTHS)]


@pytest.mark.parametrize("population", [POPULATION, HEADS])
def test_a_million_sampled_votes_pass_as_often_as_counted(population: list[float]) -> None:
    luck = Chance(1, 0, MANY).uniforms("council", 28)
    often = carried(votes(CHANCES, 0.0, luck), population, QUALIFIED).mean()
    error = np.sqrt(often * (1 - often) / MANY)
    assert abs(often - passage_chance(CHANCES, population, QUALIFIED)) < FAR * error
    for wrong in (CHANCES + 0.002, CHANCES - 0.002):
        assert abs(often - passage_chance(wrong, population, QUALIFIED)) > FAR * error, "chances 0.002 off are found out"


def test_certain_members_decide_for_certain() -> None:
    assert passage_chance(against(["DE", "FR", "IT"]), POPULATION, QUALIFIED) == 1
    assert passage_chance(against(["DE", "FR", "IT", "MT"]), POPULATION, QUALIFIED) == 0


def test_a_chance_of_passage_never_rounds_above_1() -> None:
    others = np.random.default_rng(1).random((50, 26))
    one_is_enough = VotingRule(members=0.01)
    certain = [passage_chance([1, *row], POPULATION, one_is_enough) for row in others]
    assert max(certain) == 1 and min(certain) > 1 - 1e-13


# Members who move together


SOME = np.array([0.05, 0.3, 0.5, 0.5, 0.8, 0.97])


def cast(correlation: float, chances: Floats = SOME) -> Bools:
    """Many votes (MANY, M)."""
    return votes(chances, correlation, Chance(2, 0, MANY).uniforms("members", len(chances) + 1))


@pytest.mark.parametrize("correlation", [0.0, 0.2, 0.7, 1.0])
def test_each_chance_stays_as_stated_whatever_the_correlation(correlation: float) -> None:
    often = cast(correlation).mean(axis=0)
    error = np.sqrt(SOME * (1 - SOME) / MANY)
    assert (np.abs(often - SOME) < FAR * error).all()
    assert (np.abs(often - (SOME + 0.004)) > FAR * error).all(), "chances 0.004 off are found out"


@pytest.mark.parametrize("correlation", [0.0, 0.2, 0.7, 0.95])
def test_two_even_members_both_say_yes_as_often_as_the_arc_sine_says(correlation: float) -> None:
    """Sheppard (1899), Philosophical Transactions A 192: 1/4 + asin(correlation) / 2 pi."""

    def expected(at: float) -> float:
        return 1 / 4 + asin(at) / (2 * pi)

    both = cast(correlation)[:, [2, 3]].all(axis=1).mean()
    error = np.sqrt(both * (1 - both) / MANY)
    assert abs(both - expected(correlation)) < FAR * error
    assert abs(both - expected(correlation + 0.025)) > FAR * error, "a correlation 0.025 off is found out"


def test_members_who_move_together_pass_as_often_as_their_conditional_chances_say() -> None:
    nodes, shares_of = np.polynomial.hermite_e.hermegauss(60)
    own, common = np.sqrt(0.6), np.sqrt(0.4)
    given_common = [stats.norm.cdf((stats.norm.ppf(CHANCES) - common * node) / own) for node in nodes]
    chance = np.array([passage_chance(row, POPULATION, QUALIFIED) for row in given_common]) @ shares_of / shares_of.sum()
    often = carried(cast(0.4, CHANCES), POPULATION, QUALIFIED).mean()
    error = np.sqrt(often * (1 - often) / MANY)
    assert abs(often - chance) < FAR * error
    independent = passage_chance(CHANCES, POPULATION, QUALIFIED)
    assert abs(often - independent) > 40 * error, "independence would be found out"


def test_members_wholly_of_one_mind_say_yes_in_the_order_of_their_chances() -> None:
    yes = cast(1.0)
    assert (yes[:, :-1] <= yes[:, 1:]).all()
    assert (yes[:, 2] == yes[:, 3]).all()
    assert (yes == (Chance(2, 0, MANY).uniforms("members", 7)[0][:, None] < SOME)).all(), "a low common factor is a yes"
    assert not (cast(0.95)[:, :-1] <= cast(0.95)[:, 1:]).all()


def test_without_correlation_the_common_factor_moves_nobody() -> None:
    luck = Chance(3, 0, 1000).uniforms("members", 7)
    other = luck.copy()
    other[0] = Chance(4, 0, 1000).uniforms("common")
    assert (votes(SOME, 0.0, luck) == votes(SOME, 0.0, other)).all()
    assert (votes(SOME, 0.0, luck) == (luck[1:] < SOME[:, None]).T).all()
    assert (votes(SOME, 0.1, luck) != votes(SOME, 0.1, other)).any()


def test_chances_and_correlation_may_differ_between_replicates() -> None:
    luck = Chance(5, 0, 200).uniforms("members", 7)
    chances = Chance(5, 0, 200).uniforms("chances", 6)
    correlation = np.linspace(0, 1, 200)
    together = votes(chances, correlation, luck)
    assert together.shape == (200, 6)
    for r in range(200):
        assert (together[r] == votes(chances[:, r], correlation[r], luck[:, [r]])[0]).all()


@given(for_each(5, st.floats(0, 1)), for_each(5, st.floats(0, 1)), shares)
def test_with_the_same_luck_a_higher_chance_never_turns_a_yes_into_a_no(
    some: list[float], others: list[float], correlation: float
) -> None:
    luck = Chance(6, 0, 50).uniforms("members", 6)
    lower, higher = np.minimum(some, others), np.maximum(some, others)
    assert (votes(lower, correlation, luck) <= votes(higher, correlation, luck)).all()


@pytest.mark.parametrize("correlation", [0.0, 0.5, 1.0])
def test_a_chance_of_0_is_never_and_of_1_always(correlation: float) -> None:
    assert (cast(correlation, np.array([0.0, 1.0])) == [False, True]).all()


def test_a_lot_at_the_chance_itself_is_no_yes() -> None:
    assert votes([0.5, 0.5, 0.0], 0, np.array([[0.5], [0.5], [0.499], [0.0]])).tolist() == [[False, True, False]]


# What cannot be


@pytest.mark.parametrize("population", [[1.0, -1.0], [0.0, 0.0], [], [1.0, np.nan], [1.0, np.inf]])
def test_impossible_populations_are_refused(population: list[float]) -> None:
    chances = np.full(len(population), 0.5)
    for ask in (passage_chance, carried):
        with pytest.raises(ValueError, match="a population is a number not below 0"):
            ask(chances, population, QUALIFIED)


def test_members_without_population_carry_what_too_few_oppose() -> None:
    rule = VotingRule(members=0.55, population=0.65, blocking_minority=2)
    assert carried([[True, True, False], [True, False, False]], [0, 0, 5], rule).tolist() == [True, False]


def test_a_member_without_population_counts_as_a_member() -> None:
    rule = VotingRule(members=0.5, population=1.0)
    assert carried([[True, True], [True, False], [False, True]], [5, 0], rule).tolist() == [True, True, False]
    assert not carried([True, False], [5, 0], VotingRule(members=1, population=1.0))


@pytest.mark.parametrize("chance", [-0.01, 1.01, np.nan])
def test_impossible_chances_are_refused(chance: float) -> None:
    luck = np.full((3, 1), 0.5)
    asks: dict[str, Callable[[], object]] = {
        "a chance is": lambda: passage_chance([0.5, chance], [1, 1], QUALIFIED),
        "a chance is a number": lambda: votes(np.array([0.5, chance]), 0.5, luck),
        "a correlation is": lambda: votes(np.array([0.5, 0.5]), chance, luck),
    }
    for words, ask in asks.items():
        with pytest.raises(ValueError, match=words):
            ask()


def test_a_thousand_members_are_counted_and_populations_below_two_to_the_53rd() -> None:
    assert in_whole_units([1] * 1000).sum() == 1000 and in_whole_units([2.0**53 - 2, 1]).sum() == 2**53 - 1
    for population in ([1] * 1001, [2.0**53 - 1, 1]):
        with pytest.raises(ValueError, match="can be counted exactly"):
            in_whole_units(population)


def test_what_cannot_be_counted_exactly_is_refused() -> None:
    with pytest.raises(ValueError, match="15 digits"):
        carried([True, True], [1e9, 1e-9], QUALIFIED)
    with pytest.raises(ValueError, match=f"{MOST_MEMBERS} members"):
        carried(np.ones(MOST_MEMBERS + 1, dtype=bool), np.ones(MOST_MEMBERS + 1), QUALIFIED)
    doubling = [2**n for n in range(21)]
    with pytest.raises(ValueError, match="too many members to count"):
        passage_chance([0.5] * 42, [*doubling, *doubling], QUALIFIED)
    assert passage_chance([0.5] * 40, [*doubling[:20], *doubling[:20]], UNANIMITY) == pytest.approx(2.0**-40, rel=1e-12)


@pytest.mark.parametrize("count", [26, 28])
def test_a_chance_for_each_member_is_needed(count: int) -> None:
    with pytest.raises(ValueError):
        passage_chance([0.5] * count, POPULATION, QUALIFIED)
    with pytest.raises(ValueError):
        carried(np.ones(count, dtype=bool), POPULATION, QUALIFIED)


# As written in a scenario


def written(rule: object) -> VotingRule:
    """The rule as a scenario reads it."""
    return TypeAdapter(NamedRule).validate_python(rule)


def test_a_rule_is_written_by_its_numbers_or_by_its_name() -> None:
    assert written({"members": 0.55, "population": 0.65, "blocking_minority": 4}) == QUALIFIED
    assert written("unanimity") == UNANIMITY == written({"members": 1})


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("unanimty", "did you mean 'unanimity'"),
        ({"members": 0}, "greater than 0"),
        ({"members": 55}, "less than or equal to 1"),
        ({"members": 0.55, "population": -0.1}, "greater than or equal to 0"),
        ({"members": 0.55, "population": 65}, "less than or equal to 1"),
        ({"members": 0.55, "blocking_minority": 0}, "greater than or equal to 1"),
        ({"members": 0.55, "blocking_minority": 2.5}, "valid integer"),
        ({"population": 0.65}, "Field required"),
        ({"states": 0.55, "members": 0.55}, "Extra inputs"),
    ],
)
def test_a_wrong_rule_is_refused(wrong: object, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        written(wrong)
