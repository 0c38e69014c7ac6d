"""The exact optimum of a space too large to list: on spaces that can be listed it is the best of the list."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import optimize
from scipy.optimize import OptimizeResult

from sim.case.arrays import Floats
from sim.case.chance import Chance
from sim.case.numbers import Draws
from sim.case.reading import validate
from sim.case.stakes import GRID, Stakes, as_worth
from sim.outcomes.optimum import Optimum, Space
from sim.outcomes.solutions import SOLUTIONS, feasible
from sim.outcomes.zone import Zone
from sim.studies.blocks import Study
from sim.studies.runs import load
from sim.talks.negotiation import Negotiation

OBJECTIVES: dict[str, Callable[[Floats, Floats], float]] = {  # of the gains (S,) and of the most each could gain (S,)
    "nash": lambda gains, most: float(gains.prod()),
    "utilitarian": lambda gains, most: float(gains.sum()),
    "egalitarian": lambda gains, most: float(gains.min()),
    "kalai_smorodinsky": lambda gains, most: float((gains / most)[most > 0].min(initial=1)),
}


def listed(study: Study, stakes: Stakes) -> list[Floats]:
    """The gains (n, S) of the signers by the n listed deals at which none of them loses, replicate by replicate."""
    zone, signers = Zone(stakes), [list(study.negotiation.parties).index(party) for party in study.negotiation.signers()]
    among = feasible(zone, signers)
    return [among.gains[:, among.listed.replicate == r].T for r in range(stakes.replicates)]


def agree(name: str, gains: Floats, best: Optimum | None) -> bool:
    """Whether the optimum does exactly as well as the best of these gains (n, S), and is none where there are none."""
    if not len(gains) or best is None:
        return not len(gains) and best is None
    most, objective = gains.max(axis=0), OBJECTIVES[name]
    return objective(best.gains, most) == pytest.approx(max(objective(one, most) for one in gains), abs=1e-8)


def sought(study: Study, stakes: Stakes, name: str) -> list[Optimum | None]:
    return [getattr(Space(study.negotiation, stakes, r), name)() for r in range(stakes.replicates)]


def small(points: int, chance: float) -> dict[str, Any]:
    """Three issues, a linkage within a linkage, an exclusion, and a red line that is perhaps real."""
    step = {"uniform": [20, 80]}
    ladder = {"a": 100, "b": step, "c": step, "d": 0}
    turned = {"a": 0, "b": step, "c": step, "d": 100}
    issue = {"question": "Which?", "options": {option: option for option in "abcd"}}
    return {
        "title": "Small",
        "issues": dict.fromkeys(("one", "two", "three"), issue),
        "exclusions": [{"one": "a", "two": ["c", "d"]}, {"two": "b", "three": "b"}],
        "parties": {
            "left": {
                "weights": {"one": 3, "two": 2, "three": 1},
                "values": {"one": ladder, "two": ladder, "three": turned},
                "red_lines": [{"when": {"one": ["c", "d"], "three": "a"}, "chance": chance}],
                "no_deal": {"uniform": [10, 45]},
            },
            "right": {
                "weights": {"one": 1, "two": 2, "three": 3},
                "values": {"one": turned, "two": turned, "three": ladder},
                "no_deal": {"uniform": [10, 45]},
            },
        },
        "linkages": [
            {"party": "left", "when": {"one": ["b", "c"], "three": ["c", "d"]}, "points": points},
            {"party": "right", "when": {"two": "b", "one": ["a", "b"], "three": ["a", "c"]}, "points": -points},
        ],
        "talks": {"rounds": 3},
    }


@pytest.mark.parametrize("name", list(SOLUTIONS))
def test_it_is_the_best_of_all_listed_deals(name: str) -> None:
    study = load("berlin")
    stakes = study.stakes(Draws(Chance(1, 0, 40), study.negotiation.quantities))
    known = listed(study, stakes)
    assert sum(len(gains) > 0 for gains in known) > 5, "else this would say little"
    assert all(agree(name, gains, best) for gains, best in zip(known, sought(study, stakes, name), strict=True))


@settings(max_examples=12, deadline=None)
@given(points=some.integers(-40, 40), chance=some.sampled_from([0.0, 0.5, 1.0]), seed=some.integers(0, 99))
def test_it_is_so_with_linkages_exclusions_and_red_lines(points: int, chance: float, seed: int) -> None:
    study = Study(validate(small(points, chance), Negotiation))
    stakes = study.stakes(Draws(Chance(seed, 0, 3), study.negotiation.quantities))
    known = listed(study, stakes)
    for name in SOLUTIONS:
        assert all(agree(name, gains, best) for gains, best in zip(known, sought(study, stakes, name), strict=True)), name


def test_the_deal_it_names_has_the_gains_it_names() -> None:
    study = load("berlin")
    stakes = study.stakes(Draws(Chance(1, 0, 20), study.negotiation.quantities))
    zone = Zone(stakes)
    for r, best in enumerate(sought(study, stakes, "nash")):
        if best is not None:
            options = {issue: list(part.options)[best.row[i]] for i, (issue, part) in enumerate(study.negotiation.issues.items())}
            number = study.deals.number(options)
            gains = (stakes.worth[:, r, number] - zone.no_deal[:, r]) / 4096 / GRID
            assert best.gains == pytest.approx(gains, abs=1e-6)


@pytest.mark.parametrize("no_deal", [30, 95])
@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_the_largest_smallest_gain_is_that_of_all_deals_with_a_zone_or_without(no_deal: float, chance: float) -> None:
    tree = small(20, chance)
    for party in tree["parties"].values():
        party["no_deal"] = no_deal
    study = Study(validate(tree, Negotiation))
    stakes = study.stakes(Draws(Chance(1, 0, 10), study.negotiation.quantities))
    gains = (stakes.worth[:, :, :-1] // 4096 - as_worth(stakes.no_deal[0])[:, :, None] // 4096) / GRID
    for best, least in zip(sought(study, stakes, "least"), gains.min(axis=0).max(axis=1), strict=True):
        assert best is not None and best.gains.min() == pytest.approx(least, abs=1e-8) and (least < 0) == (no_deal == 95)


def test_where_somebody_must_lose_there_is_no_optimum() -> None:
    tree = small(0, 0.0)
    for party in tree["parties"].values():
        party["no_deal"] = 95
    study = Study(validate(tree, Negotiation))
    stakes = study.stakes(Draws(Chance(1, 0, 2), study.negotiation.quantities))
    assert all(sought(study, stakes, name) == [None, None] for name in SOLUTIONS)


def berlin_with_a_zone() -> Space:
    study = load("berlin")
    stakes = study.stakes(Draws(Chance(1, 0, 40), study.negotiation.quantities))
    return Space(study.negotiation, stakes, next(r for r, gains in enumerate(listed(study, stakes)) if len(gains) > 1))


def test_a_search_cut_short_still_ends_with_a_deal_no_worse_than_the_smallest_gain_largest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    space = berlin_with_a_zone()
    whole, equal = space.nash(), space.egalitarian()
    monkeypatch.setattr("sim.outcomes.optimum._ROUNDS", 1)
    monkeypatch.setattr("sim.outcomes.optimum._GAP", -1.0)
    cut = space.nash()
    assert whole is not None and equal is not None and cut is not None
    assert equal.gains.prod() <= cut.gains.prod() <= whole.gains.prod() + 1e-9


def test_where_the_solver_fails_on_what_it_simplified_it_is_asked_again_without(monkeypatch: pytest.MonkeyPatch) -> None:
    known, asked, failing, solve = berlin_with_a_zone().utilitarian(), [], {True}, optimize.milp

    def milp(*given: Any, options: dict[str, Any], **more: Any) -> Any:
        asked.append(options["presolve"])
        answer = solve(*given, options=options, **more)
        return OptimizeResult(status=4, message="lost its way", x=None) if options["presolve"] in failing else answer

    space = berlin_with_a_zone()
    monkeypatch.setattr("scipy.optimize.milp", milp)
    again = space.utilitarian()
    assert known is not None and again is not None and asked == [True, False]
    assert again.gains.tolist() == known.gains.tolist()
    failing.add(False)
    with pytest.raises(ArithmeticError, match="the solver failed: lost its way"):
        space.utilitarian()
