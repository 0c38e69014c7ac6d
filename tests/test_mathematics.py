"""docs/mathematics.md is about this program: nothing in it is left out there, and its equations and numbers are those played."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.case.chance import Chance
from sim.case.council import passage_chance, votes
from sim.case.laws import LAWS, Law
from sim.case.numbers import Draws
from sim.case.positions import values_by_distance
from sim.case.section import Section
from sim.case.stakes import as_utility
from sim.case.voting import RULES, VotingRule
from sim.outcomes.intervals import of_paired_share
from sim.outcomes.measures import measure
from sim.outcomes.paired import share_difference
from sim.outcomes.solutions import SOLUTIONS
from sim.outcomes.summary import share
from sim.papers import PAPERS, entries
from sim.studies.blocks import Study
from sim.studies.designs import Pairs
from sim.studies.sensitivity import estimates
from sim.talks.clocks import CLOCKS
from sim.talks.equilibrium import INDUCTIONS
from sim.talks.model import Talks
from sim.talks.negotiation import Negotiation
from sim.talks.offers import GAIN, OFFERS
from sim.talks.pressure import Lever, Pressure
from sim.talks.protocols import PROTOCOLS
from sim.talks.protocols.alternating_offers import ORDERS
from sim.talks.protocols.challenge import READINGS, Dispute, expected_utilities, risk_exponents, support
from sim.talks.protocols.compromise import AVERAGES, weighted_mean, weighted_median
from sim.talks.ratification import Ratification, chance_of_yes
from sim.talks.seat import Moment
from sim.talks.strategies import STRATEGIES
from sim.talks.strategies.annealing import Walk
from sim.talks.world import Variable, path_of
from sim.verify.published import CARS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "mathematics.md").read_text()
WORDS = " ".join(PAGE.split())

Tree = dict[str, Any]


# What is in the program is on the page

TABLES: dict[str, Iterable[str]] = {
    "laws": LAWS,
    "rules": RULES,
    "clocks": CLOCKS,
    "strategies": STRATEGIES,
    "offers": OFFERS,
    "protocols": PROTOCOLS,
    "orders": ORDERS,
    "readings": READINGS,
    "inductions": INDUCTIONS,
    "solutions": SOLUTIONS,
}


@pytest.mark.parametrize("name", [f"{table}.{name}" for table, names in TABLES.items() for name in names])
def test_every_entry_of_a_table_is_on_the_page(name: str) -> None:
    assert f"`{name.partition('.')[2]}`" in PAGE


SECTIONS: dict[str, type[Section]] = {
    **STRATEGIES,
    **PROTOCOLS,
    "world": Variable,
    "pressure": Pressure,
    "rule": VotingRule,
    "home": Ratification,
}


@pytest.mark.parametrize("name", [f"{name}.{field}" for name, section in SECTIONS.items() for field in section.model_fields])
def test_every_setting_of_a_model_is_on_the_page(name: str) -> None:
    setting = name.partition(".")[2]
    assert setting in ("text", "because") or re.search(rf"\b{setting}\b", PAGE)


def test_every_average_is_on_the_page() -> None:
    assert set(AVERAGES) == {"mean", "median"} and all(rf"\text{{{name}}}:" in PAGE for name in AVERAGES)


def first_author(entry: str) -> str:
    """The surname of the first author of a BibTeX entry, without accents."""
    (authors,) = re.findall(r"author = \{(.*?)\},\n", entry, re.DOTALL)
    return re.sub(r"\\.|[{}]", "", authors.split(" and ")[0].partition(",")[0])


@pytest.mark.parametrize("part", PAPERS)
def test_every_paper_is_named_with_its_year(part: str) -> None:
    entry = entries()[PAPERS[part]]
    (year,) = re.findall(r"year = \{(\d+)\}", entry)
    assert re.search(rf"\b{first_author(entry)}\b[^.():]*\({year}\)", WORDS)


def sections() -> dict[str, str]:
    """The sections of the page by their headings, those that hold no model left out."""
    parts = re.split(r"^## (.*)$", PAGE, flags=re.MULTILINE)[1:]
    return {head: text for head, text in zip(parts[0::2], parts[1::2], strict=True) if head != "Letters"}


@pytest.mark.parametrize("head", sections())
def test_every_section_names_the_tests_that_hold_it(head: str) -> None:
    assert "$$" in sections()[head] or "| $" in sections()[head], "an equation"
    assert re.search(r"\*Tests\.\* [^*]*\btest_", sections()[head])


def test_every_test_stands_in_the_file_under_which_it_is_named() -> None:
    files = {path.stem: path.read_text() for path in (ROOT / "tests").glob("test_*.py")}
    file, named = "", 0
    for word in re.findall(r"\btest_\w+", "".join(re.findall(r"\*Tests\.\*[^$]*?\n\n", PAGE + "\n\n"))):
        if word in files:
            file = word
        else:
            named += 1
            assert f"def {word}(" in files[file], f"{word} in {file}"
    assert named > 50


# Its numbers are the program's


def listed(utilities: dict[str, list[float]], **talks: Any) -> Tree:
    """A scenario of one issue, whose options are worth so many points to each party."""
    options = [f"o{k}" for k in range(len(next(iter(utilities.values()))))]
    parties = {
        name: {"weights": {"x": 1}, "values": {"x": dict(zip(options, row, strict=True))}} for name, row in utilities.items()
    }
    issue = {"question": "?", "options": dict.fromkeys(options, "-")}
    return {"title": "a number on a page", "issues": {"x": issue}, "parties": parties, "talks": {"rounds": 3, **talks}}


def with_each(tree: Tree, **keys: list[Any]) -> Tree:
    """The same with these keys for each party in turn."""
    for name, written in keys.items():
        for party, one in zip(tree["parties"].values(), written, strict=True):
            party[name] = one
    return tree


def talks_of(tree: Tree) -> Talks:
    """The talks before the first round, in one replicate."""
    study = Study(Negotiation.model_validate(tree))
    draws = Draws(Chance(1, 0, 1), study.negotiation.quantities)
    return Talks(study.negotiation, study.stakes(draws), draws)


def measured(tree: Tree) -> dict[str, Any]:
    """What is measured of one replicate."""
    return {name: column[0] for name, column in measure(Study(Negotiation.model_validate(tree)).play(Chance(1, 0, 1))).items()}


def pie(units: int, **talks: Any) -> Tree:
    """A pie in so many units."""
    first = [100 * n / units for n in range(units + 1)]
    return listed({"a": first, "b": first[::-1]}, **talks)


def sum_apart() -> float:
    """Two issues of .13 and .28 against one of .41: by how much they differ."""
    options = {"question": "?", "options": {"yes": "-", "no": "-"}}
    weights = {"x": 13, "y": 28, "z": 41, "w": 18}
    party = {"weights": weights, "values": {issue: {"yes": 100, "no": 0} for issue in weights}}
    talks = talks_of({"title": "-", "issues": dict.fromkeys(weights, options), "parties": {"a": party}, "talks": {"rounds": 1}})
    deals = talks.stakes.deals
    wanted = [{issue: "yes" if issue in some else "no" for issue in weights} for some in ("xy", "z")]
    one, two = (talks.stakes.utility(0, np.array([deals.number(deal)]))[0] for deal in wanted)
    assert one == 0.41 and 0.13 + 0.28 != 0.41
    return float(two - one)


def anchored() -> float:
    """No deal half-way between a deal of 30 points that is refused and one of 70 that is signed."""
    tree = with_each(listed({"a": [30, 70]}), no_deal=[{"refuses": {"x": "o0"}, "signs": {"x": "o1"}, "law": 0.5}])
    return float(talks_of(tree).stakes.no_deal[0, 0, 0])


def pressed() -> float:
    """Points by which three refusals have lowered a no-deal value."""
    lever = Lever(Pressure(by="q", on="p", points=5.0, most=12.0), "pressure.0", 9, Draws(None))
    return -100 * sum(float(lever.press(t, np.array([True]))[0]) for t in range(3))


def aspired() -> float:
    """What is demanded at half time, in the second of three rounds."""
    tree = with_each(listed({"a": [0, 100]}), no_deal=[20], strategy=[{"aspiration": {"firmness": 2}}])
    return float(as_utility(talks_of(tree).delegations[0].plan.demands(1))[0])


def returned() -> float:
    """What tit for tat demands of two who have yielded 10 and 30 points."""
    tree = listed({"a": [0, 40, 50, 70, 100], "b": [0] * 5, "c": [0] * 5})
    plan: Any = talks_of(with_each(tree, strategy=[{"tit_for_tat": {"generosity": 5}}, {"hardline": {}}, {"hardline": {}}]))
    plan = plan.delegations[0].plan
    for party, deals in ((1, (1, 2)), (2, (1, 3))):
        for deal in deals:
            plan.hears(party, np.array([deal]), np.array([True]))
    return float(as_utility(plan.demands(0))[0])


def considered() -> float:
    """The relative gain by a deal of 60 points over 20, of at most 100."""
    talks = talks_of(with_each(listed({"a": [60, 100], "b": [0, 0]}), no_deal=[20, 0]))
    return float(talks.exact_gains[0][0, 0] / GAIN)


def opener(units: int, rounds: int) -> float:
    """The opener's share of a pie where the other is less patient."""
    tree = with_each(pie(units, order="rotating", rounds=rounds), strategy=[{"equilibrium": {}}] * 2, discount=[0.9, 0.8])
    return float(measured(tree)["utility.a"] / 100)


def kept() -> float:
    """What a proposer keeps of a pie of 15 units where two of three must consent."""
    splits = [[11, 4, 0], [11, 0, 4], [4, 11, 0], [0, 11, 4], [4, 0, 11], [0, 4, 11], [15, 0, 0], [0, 15, 0], [0, 0, 15]]
    rows = {name: [100 * split[p] / 15 for split in splits] for p, name in enumerate("abc")}
    tree = listed(rows, protocol="random_proposer", vote={"quota": 2})
    row = measured(with_each(tree, strategy=[{"equilibrium": {}}] * 3, discount=[0.8] * 3))
    return max(float(row[f"utility.{party}"]) for party in "abc") / 100


def cars() -> Dispute:
    """The car emission case before the first round."""
    influence, at, salience = (np.array(column, dtype=float)[:, None] for column in zip(*CARS.values(), strict=True))
    return Dispute(at, salience, influence * salience, np.ptp(at, axis=0), np.ones(1))


def belgium_and_france(side: int) -> float:
    """What Belgium expects of challenging France, and of being challenged."""
    case = cars()
    exponent = risk_exponents(case, "code")
    expected = expected_utilities(case, exponent, READINGS["code"].chance(support(case, exponent)))
    return float(expected[side][list(CARS).index("belgium"), list(CARS).index("france"), 0])


def both_yes() -> float:
    """How often two even members who move together both say yes, in a million votes."""
    luck = Chance(1, 0, 1_000_000).uniforms("members", 3)
    return float(votes([0.5, 0.5], 0.5, luck).all(axis=1).mean())


def at_home() -> float:
    """The chance of a yes at home at a loss of ten points."""
    return float(chance_of_yes(Ratification(chance=0.95, falls=0.03), "-", np.array([-10.0]), Draws(None))[0])


def accepted() -> float:
    """How often an annealer agrees to a loss of 2.5 points in the second of three revisions, over a million quantiles."""
    quantiles = (np.arange(1_000_000) + 0.5) / 1_000_000
    seat: Any = SimpleNamespace(luck=lambda name, width: np.tile(quantiles, (width, 1)))
    return float(Walk(seat, 0.05).accepts(np.full(1_000_000, -0.025), 1, Moment(1, 3, 0, 1)).mean())


def nash_share() -> float:
    """The first share of a pie at Nash's point."""
    row = measured(with_each(pie(100), no_deal=[10, 30], influence=[0.7, 0.3]))
    return float(row["nash"] / 100)


def golden() -> float:
    """The first gain at Kalai and Smorodinsky's point of a curved frontier."""
    steps = np.arange(1001) / 1000
    tree = listed({"a": (100 * steps).tolist(), "b": (100 * np.sqrt(1 - steps)).tolist()})
    return float(steps[measured(tree)["kalai_smorodinsky"]])


def exceeding() -> float:
    """Three times the first index of x, where f tells whether x + y > 1."""
    layout = Pairs(1, ({"x": 1}, {"y": 1}), 4096)
    luck = layout.luck(0, layout.replicates)
    first, _ = estimates((luck.uniforms("x") + luck.uniforms("y") > 1).astype(float).reshape(4096, -1))
    assert first is not None
    return float(3 * first[0])


NUMBERS: list[tuple[str, str, Callable[[], float], float]] = [  # the sentence, the number in it, the program's, how near
    ("The median of `triangular` [25, 35, 50] is 36.3069", "36.3069", lambda: Law("triangular", (25, 35, 50)).centre, 1e-4),
    ("Two issues worth .13 and .28 to a party, and one worth .41, are worth it the same", "", sum_apart, 0),
    (
        "a party at 7, loss 2: option 4 is worth 0.816327",
        "0.816327",
        lambda: values_by_distance(np.arange(11.0), np.array([7.0]), 2)[4, 0],
        1e-6,
    ),
    ("Refused at .3, signed at .7, f = .5: d is 0.5", "0.5", anchored, 1e-12),
    (
        "From 0, with pull .5 to 10, a variable stands at 7.5 in round 3",
        "7.5",
        lambda: path_of(Variable(pull=0.5, to=10.0), "x", 3, Draws(None))[2, 0],
        1e-12,
    ),
    ("Pressure of 5 points, at most 12, has moved a no-deal value by 12 points after the third time", "12", pressed, 1e-9),
    ("Top 1, end .2, firmness 2, half time: the level is 0.8", "0.8", aspired, 1e-9),
    ("Two others have yielded .1 and .3, generosity .05: tit for tat demands 0.85", "0.85", returned, 1e-9),
    ("worth .6 to a party whose best is 1 and whose no deal is .2 brings it a relative gain of 0.5", "0.5", considered, 1e-5),
    ("discounts .9 and .8, two rounds in rotating order: who opens gets 0.2", "0.2", lambda: opener(10, 2), 1e-9),
    ("(1 - .8)/(1 - .72) = 0.714286", "0.714286", lambda: opener(70, 200), 1e-6),
    ("two of whom must consent, discount .8, more than one round: who proposes keeps 0.733333", "0.733333", kept, 1e-6),
    (
        "The car emission case: mean 7.389956, median 7",
        "7.389956",
        lambda: weighted_mean(cars().at, cars().weight)[0],
        1e-6,
    ),
    ("The car emission case: mean 7.389956, median 7", "7", lambda: weighted_median(cars().at, cars().weight)[0], 1e-9),
    ("by `code`, Belgium expects -0.114831 of challenging France", "-0.114831", lambda: belgium_and_france(0), 1e-6),
    ("and 0.243297 of being challenged by it", "0.243297", lambda: belgium_and_france(1), 1e-6),
    ("say yes with chance 1/4 + asin(.5) / (2 pi) = 0.333333", "0.333333", both_yes, 0.002),
    (
        "Of five independent members with even chances at least three say yes with chance 0.5",
        "0.5",
        lambda: passage_chance([0.5] * 5, [1] * 5, VotingRule(members=0.6)),
        1e-12,
    ),
    ("half-way, a loss of 2.5 points is agreed to with chance exp(-1) = 0.367879", "0.367879", accepted, 2e-6),
    ("falls by .03 a point: at a loss of 10 points home says yes with chance 0.65", "0.65", at_home, 1e-12),
    ("no deal worth .1 and .3, influence .7 and .3: Nash's first share is 0.52", "0.52", nash_share, 1e-9),
    ("equal gains of Kalai and Smorodinsky's point are (sqrt(5) - 1)/2 = 0.618034", "0.618034", golden, 1e-3),
    ("81 of 263: from 0.2553 to 0.3662", "0.2553", lambda: share(81, 263)["low"], 5e-5),
    ("81 of 263: from 0.2553 to 0.3662", "0.3662", lambda: share(81, 263)["high"], 5e-5),
    ("b = 40, c = 20, n = 160: from -0.2160 to -0.0309", "-0.2160", lambda: share_difference(40, 20, 0, 160)["low"], 5e-5),
    ("b = 40, c = 20, n = 160: from -0.2160 to -0.0309", "-0.0309", lambda: share_difference(40, 20, 0, 160)["high"], 5e-5),
    ("b = 12, c = 2: p = 0.0129", "0.0129", lambda: share_difference(12, 2, 0, 50)["p"], 5e-5),
    ("12 gained and 5 lost of 100: 0.07, from -0.0118 to 0.1491", "0.1491", lambda: of_paired_share(100, 12, 5)["high"], 5e-5),
    ("For a pact signed where x + y > 1, both even from 0 to 1, S is 1/3", "1", exceeding, 0.1),
]


@pytest.mark.parametrize(
    ("sentence", "number", "of_the_program", "near"), NUMBERS, ids=[number or "none" for _, number, *_ in NUMBERS]
)
def test_a_number_on_the_page_is_what_the_program_gives(
    sentence: str, number: str, of_the_program: Callable[[], float], near: float
) -> None:
    assert sentence in WORDS and number in sentence
    assert abs(of_the_program() - float(number or 0)) <= near


def test_every_example_on_the_page_is_one_of_these() -> None:
    examples = re.findall(r"\*In numbers\.\* ((?:[^\n]+\n)+)", PAGE)
    for example in examples:
        assert any(sentence in " ".join(example.split()) for sentence, *_ in NUMBERS), example
    assert len(examples) >= 14


# Its equations, for any numbers


@given(st.floats(0.1, 9), st.floats(0.2, 2), st.integers(0, 60), st.integers(0, 20), st.integers(2, 30))
@settings(max_examples=40, deadline=None)
def test_an_aspiration_falls_as_the_equation_says(firmness: float, deadline: float, least: int, margin: int, rounds: int) -> None:
    strategy = {"aspiration": {"firmness": firmness, "deadline": deadline, "margin": margin}}
    plan = talks_of(with_each(listed({"a": [0, 90]}, rounds=rounds), no_deal=[least], strategy=[strategy])).delegations[0].plan
    end, top = (least + margin) / 100, 0.9
    for s in range(1, rounds + 1):
        time = min((s - 1) / (rounds - 1) / deadline, 1)
        assert as_utility(plan.demands(s - 1))[0] == pytest.approx(end + (top - end) * (1 - time**firmness), abs=1e-9)


@given(st.floats(-1, 1), st.floats(0.05, 1), st.floats(-9, 9), st.floats(-9, 9), st.integers(1, 40))
def test_a_variable_reverts_as_the_equation_says(drift: float, pull: float, to: float, starts: float, rounds: int) -> None:
    path = path_of(Variable(starts=starts, drift=drift, to=to, pull=pull), "x", rounds, Draws(None))[:, 0]
    rest = to + drift / pull
    assert path == pytest.approx([rest + (1 - pull) ** n * (starts - rest) for n in range(rounds)], abs=1e-9)


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_is_z_deviations_from_either_end_of_its_interval(counts: tuple[int, int]) -> None:
    count, of = counts
    said, z = share(count, of), 1.959963984540054
    for end in (said["low"], said["high"]):
        assert (said["share"] - end) ** 2 == pytest.approx(z * z * end * (1 - end) / of, rel=1e-6, abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=2, max_size=8), st.integers(0, 90))
@settings(max_examples=40, deadline=None)
def test_relative_gains_are_as_the_equation_says(deals: list[tuple[int, int]], no_deal: int) -> None:
    theirs = [deal[1] for deal in deals]
    talks = talks_of(with_each(listed({"a": [deal[0] for deal in deals], "b": theirs}), no_deal=[0, no_deal]))
    gains = [min(max((u - no_deal) / max(max(theirs) - no_deal, 1e-4), -8), 8) for u in theirs]
    assert talks.exact_gains[1][0, :-1] / GAIN == pytest.approx(gains, abs=1 / GAIN)
    if max(theirs) > no_deal:
        put = int(talks.delegations[0].seat.offer(np.zeros((1, 1)))[0, 0])
        assert gains[put] == max(gains), "it puts what brings the other most where anything is good enough for itself"
