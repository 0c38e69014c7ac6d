"""Deals that each replicate finds beyond a menu: how they are found, and that talks over them are talks like any others."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from sim import run
from sim.case.ascent import RISING, ascend, wishes
from sim.case.chance import Chance
from sim.case.deals import UNLISTED, Deals, same_menu, these_deals
from sim.case.faults import BadInput
from sim.case.menu import STARTS, look_further
from sim.case.numbers import Draws
from sim.case.reading import validate
from sim.case.stakes import RED_LINE, Stakes, as_utility, draw_stakes
from sim.outcomes.judgement import table as table_of
from sim.outcomes.measures import Played, measure
from sim.outcomes.optimum import Space
from sim.outcomes.zone import Zone
from sim.studies.blocks import Study
from sim.studies.game import Game
from sim.studies.runs import load
from sim.studies.soundness import sound
from sim.talks.negotiation import Negotiation
from sim.talks.outside import Outside
from sim.talks.rooms import rooms_of
from sim.talks.table import lay

R = 40


def three(**talks: Any) -> dict[str, Any]:
    """Eight issues of four options, 65,536 deals, three parties of which one must sign only some deals, and all that a deal may
    hang on."""
    issue = {"question": "Which?", "options": {option: option for option in "abcd"}}
    issues = [f"issue_{n}" for n in range(8)]
    step = {"uniform": [20, 80]}
    up, down, middle = ({"a": a, "b": step, "c": c, "d": d} for a, c, d in ((0, step, 100), (100, step, 0), (0, 100, 40)))
    parties = {
        name: {
            "weights": {issue: 1 + (place * (n + 1)) % 8 for n, issue in enumerate(issues)},
            "weights_doubt": {"dirichlet": 20},
            "values": dict.fromkeys(issues, values),
            "no_deal": {"uniform": [30, 55]},
        }
        for place, (name, values) in enumerate({"left": down, "right": up, "mid": middle}.items(), start=1)
    }
    parties["left"]["red_lines"] = [{"when": {"issue_1": "d", "issue_2": "d"}, "chance": 0.5}]
    return {
        "title": "Three",
        "issues": dict.fromkeys(issues, issue),
        "exclusions": [{"issue_0": ["c", "d"], "issue_7": ["a", "b"]}, {"issue_2": "c", "issue_3": "c"}],
        "linkages": [
            {"party": "left", "when": {"issue_1": ["a", "b"], "issue_4": ["c", "d"]}, "points": {"uniform": [-30, -10]}},
            {"party": "right", "when": {"issue_5": "b", "issue_6": "b", "issue_7": "c"}, "points": 25},
        ],
        "packages": {
            "first": dict.fromkeys(issues, "a") | {"issue_7": "d"},
            "second": dict.fromkeys(issues, "b") | {"issue_0": "a", "issue_7": "c"},
        },
        "parties": parties,
        "talks": {
            "rounds": 12,
            "menu": 60,
            "sign": ["left", "right"],
            "sign_when": [{"when": {"issue_3": ["a", "b"]}, "needs": ["mid"]}],
            **talks,
        },
    }


def study_of(tree: dict[str, Any]) -> Study:
    study = Study(validate(tree, Negotiation))
    assert not sound(study)
    return study


def draws_of(study: Study, count: int = R, first: int = 0) -> Draws:
    return Draws(Chance(1, first, count), study.negotiation.quantities)


def by_hand(stakes: Stakes, start: tuple[int, ...], r: int) -> list[tuple[int, ...]]:
    """The deals that stand after each pass of one ascent in replicate r, in plain loops."""
    scenario, issues = stakes.deals.scenario, list(stakes.deals.issues.items())
    signers = [stakes.deals.parties.index(party) for party in scenario.signers()]

    def meets(deal: list[int], when: Any) -> bool:
        return all(options[deal[i]] in when.get(issue, options) for i, (issue, options) in enumerate(issues))

    def missed(deal: list[int], power: int | None) -> float:
        misses = []
        for p in signers:
            steps, first, gain = stakes.steps[p][r], 0, 0.0
            for option, (_, options) in zip(deal, issues, strict=True):
                gain += steps[first + option]
                first += len(options)
            gain += sum(steps[first + n] for n, when in enumerate(stakes.deals.conditions(p)) if meets(deal, when))
            gain -= round(stakes.no_deal[0, p, r] * 1e10)
            excluded = sum(meets(deal, one.when) for one in scenario.exclusions)
            misses.append(1 - gain / 2**34 + 8 * excluded)
        return max(misses) if power is None else float(sum(miss**power for miss in misses))

    deal, found = list(start), []
    for power in (8, 32, 128, 16, 64, 256, None):
        for i, (_, options) in enumerate(issues):
            for option in range(len(options)):
                other = [*deal[:i], option, *deal[i + 1 :]]
                if missed(other, power) < missed(deal, power) * (1 - 1e-12):
                    deal = other
        found.append(tuple(deal))
    return found


def test_an_ascent_ends_where_plain_loops_end() -> None:
    study = study_of(three())
    stakes = draw_stakes(study.negotiation, study.deals, draws_of(study, 12))
    starts = np.concatenate([study.deals.rows[:2], [[3, 3, 3, 0, 1, 1, 1, 3]]]).astype(np.int16)
    found = ascend(starts, wishes(stakes, [0, 1, 2], stakes.no_deal[0]))
    assert found.shape == (12, 3 * len(RISING), 8)
    for r, n in product(range(12), range(3)):
        assert [tuple(found[r, n + 3 * k].tolist()) for k in range(len(RISING))] == by_hand(stakes, tuple(starts[n].tolist()), r)


def test_on_a_space_small_enough_to_list_ascents_find_the_largest_smallest_gain_or_nearly() -> None:
    """The bounds: within 2 points in 95 of 100 replicates of Berlin, where all deals are known. Where they begin is far off."""
    study = load("berlin", ["talks.menu=10"])
    stakes = draw_stakes(study.negotiation, study.deals, draws_of(study, 400))
    listed = draw_stakes(study.negotiation, load("berlin").deals, draws_of(study, 400))
    best, found, starts = (_least(one) for one in (listed, look_further(stakes), stakes))
    assert (best - found).min() >= 0
    assert np.quantile(best - found, 0.95) < 0.02 < np.quantile(best - starts, 0.5)


def _least(stakes: Stakes) -> Any:
    gains = as_utility(stakes.worth[:, :, :-1]) - stakes.no_deal[0][:, :, None]
    return gains.min(axis=0).max(axis=1)


def test_on_twenty_issues_half_of_the_replicates_find_the_largest_smallest_gain_to_half_a_point() -> None:
    study = load("berlin_20_points")
    stakes = study.stakes(draws_of(study, 24))
    exact = [Space(study.negotiation, stakes, r).least() for r in range(24)]
    short = [one.gains.min() - least for one, least in zip(exact, _least(stakes), strict=True) if one is not None]
    assert min(short) > -1e-6 and np.median(short) < 0.005 and np.max(short) < 0.04


AROUND: dict[str, dict[str, Any]] = {
    "plain": {},
    "withdrawn": {"events": {"gone": {"chance": 0.2, "withdraws": {"issue_0": "a"}, "weights": {"left": {"issue_1": 30}}}}},
    "moving": {
        "world": {"front": {"spread": 1, "moves": {"left": -2, "right": 2}}},
        "pressure": [{"by": "right", "on": "left", "points": 1, "most": 10}],
        "talks": {"review": 3},
    },
    "rooms": {
        "talks": {"rooms": [{"parties": ["left", "right"], "rounds": 5}, {"parties": ["left", "right", "mid"], "rounds": 7}]}
    },
    "opened": {"talks": {"opens": "second", "order": "rotating"}},
    "blurred": {"talks": {"beliefs": {"values": {"normal": [0, 10]}, "no_deal": {"normal": [0, 5]}}}},
    "voted": {
        "talks": {"protocol": {"random_proposer": {}}, "sign": ["left"], "sign_when": [], "vote": {"quota": 2}},
        "parties": {"left": {"ratification": {"chance": 0.9, "falls": 0.05}}},
    },
    "micro": {"talks": {"rounds": 60}, "parties": {"left": {"strategy": {"micro": {}}}}},
    "text": {
        "talks": {"protocol": {"single_text": {"opens": "second", "revisions": 20}}},
        "parties": {name: {"strategy": {"hill_climbing": {}}} for name in ("left", "right", "mid")},
    },
}


def around(name: str) -> dict[str, Any]:
    """The case with something going on around it."""
    extra = AROUND[name]
    tree = three(**extra.get("talks", {}))
    for party, own in extra.get("parties", {}).items():
        tree["parties"][party] |= own
    return tree | {key: part for key, part in extra.items() if key not in ("talks", "parties")}


@pytest.mark.parametrize("name", AROUND)
def test_a_replicate_is_played_as_if_its_deals_were_listed(name: str) -> None:
    """In a block every replicate has deals of its own; played alone, over a plain list of these, it comes out the same."""
    study = study_of(around(name))
    block = study.play(Chance(1, 0, R))
    together = measure(block)
    agreed_off_the_list = together["deal"] == UNLISTED
    assert agreed_off_the_list.any(), "else nothing is said of deals that a replicate has of its own"
    for r in range(R):
        deals = block.stakes.deals.in_replicate(r)
        alone = Study(study.negotiation, listed=these_deals(study.negotiation, deals.rows)).play(Chance(1, r, 1))
        assert alone.stakes.deals.own is None and not alone.stakes.deals.starts
        assert _but_numbers(measure(alone), 0) == _but_numbers(together, r)


def _but_numbers(columns: dict[str, Any], r: int) -> dict[str, Any]:
    """All that is measured of a replicate, but for what deals are called."""
    numbers = {"deal", "signed_deal", "nash", "kalai_smorodinsky", "egalitarian", "utilitarian"}
    return {name: column[r] for name, column in columns.items() if name not in numbers}


@pytest.mark.parametrize("block", [1, 7, 64])
def test_blocks_do_not_enter_what_replicates_find(block: int) -> None:
    study = study_of(three())
    one, two = (run(study, 130, block=size).columns for size in (512, block))
    assert one is not None and two is not None and list(one) == list(two)
    assert all(np.array_equal(one[name], two[name]) for name in one)


def test_a_replicate_told_alone_knows_the_same_deals_as_in_its_block() -> None:
    study = study_of(three())
    block, alone = study.play(Chance(1, 0, R)), study.play(Chance(1, 17, 1))
    assert block.stakes.deals.own is not None and alone.stakes.deals.own is None
    assert (alone.stakes.deals.rows == block.stakes.deals.in_replicate(17).rows).all()
    assert alone.stakes.deals.shared == block.stakes.deals.shared == study.deals.count == 60


def block_with(own: Any) -> tuple[Deals, Stakes]:
    """A block of two replicates that have found these deals."""
    study = study_of(three())
    deals = study.deals.with_own(np.array(own, dtype=np.int16))
    return deals, draw_stakes(study.negotiation, deals, draws_of(study, 2))


def test_what_is_listed_twice_or_excluded_nobody_can_sign() -> None:
    study = study_of(three())
    listed, fresh = study.deals.rows[5].tolist(), [0, 1, 1, 1, 1, 2, 2, 3]
    assert not (study.deals.rows == fresh).all(axis=1).any()
    excluded = [2, *fresh[1:7], 0]
    assert study.deals.excluded(np.array([excluded])).all()
    deals, stakes = block_with([[listed, fresh, fresh], [excluded, fresh, listed]])
    nobody = deals.needs[:, -1:]
    assert ((deals.needs[:, 60:-1] == nobody) == [[True, False, True], [True, False, True]]).all()
    assert (as_utility(stakes.worth[:, :, 60:-1])[:, [0, 0, 1, 1], [0, 2, 0, 2]] <= 1 - RED_LINE).all()
    assert (Zone(stakes).refusers[[0, 0, 1, 1], [60, 62, 60, 62]] != 0).all()
    assert [len(deals.in_replicate(r).rows) for r in range(2)] == [61, 61]


def test_own_deals_are_worth_and_need_what_they_would_on_a_list() -> None:
    lot = np.random.default_rng(3).integers(0, 4, (2, 30, 8))
    deals, stakes = block_with(lot)
    for r in range(2):
        alone = deals.in_replicate(r)
        kept = np.flatnonzero(deals.needs[r, 60:-1] != deals.needs[r, -1]) + 60
        flat = draw_stakes(alone.scenario, alone, draws_of(Study(alone.scenario), 1, first=r))  # type: ignore[arg-type]
        assert len(kept) == alone.count - 60 > 10
        assert (deals.needs[r, kept] == alone.needs[60:-1]).all()
        assert (np.floor(stakes.worth[:, r, kept] / 4096) == np.floor(flat.worth[:, 0, 60:-1] / 4096)).all()
        assert (deals.holds({"issue_1": ["a", "c"]})[r, kept] == alone.holds({"issue_1": ["a", "c"]})[60:]).all()
        for p in range(3):
            assert (deals.needed(p)[r, kept] == alone.needed(p)[60:]).all()
        place = np.array([kept[3]] * 2)
        assert (deals.rows_at(place)[r] == alone.rows[63]).all()
        assert deals.numbers_of(deals.rows_at(place), np.arange(2) == r).tolist() == [kept[3]]


def test_more_deals_on_the_menu_change_hardly_anything() -> None:
    """The bounds: six times as many deals that all share, and 99 in 100 replicates end as before."""
    few, many = (run("berlin_20_points", 1000, changes=[f"talks.menu={size}"]).columns for size in (100, 600))
    assert few is not None and many is not None
    assert (few["ending"] == many["ending"]).mean() > 0.99
    assert abs(few["zone_end"].mean() - many["zone_end"].mean()) < 0.005


def test_deals_are_told_by_their_clauses() -> None:
    study = study_of(three())
    outcomes = run(study, 200)
    frame, columns = outcomes.to_frame(), outcomes.columns
    played: Played = study.play(Chance(1, 0, 200))
    assert columns is not None
    for name in ("deal", "nash", "utilitarian"):
        there = columns[name] != -1
        assert there.any() and (frame[name].notna() == there).all()
    for r in np.flatnonzero(played.table.agreed)[:20]:
        named = played.stakes.deals.named(played.end.rows[r])
        assert frame["deal"][r] == " ".join(f"{issue}={option}" for issue, option in named.items())
    points = outcomes.summary["solutions"]["nash"]
    assert points["exists"] == frame["nash"].notna().mean() and points["deals"] == []
    shares = frame["nash"].dropna().str.contains("issue_3=a").mean()
    assert points["issues"]["issue_3"]["a"]["share"] == pytest.approx(shares)


def narrow(**talks: Any) -> dict[str, Any]:
    """Three parties of which the first two, who sign all deals, would only sign what suits them well."""
    tree = three(**talks)
    for name in ("left", "right"):
        tree["parties"][name]["no_deal"] = {"uniform": [60, 75]}
    return tree


def test_talks_over_a_menu_open_with_a_deal_that_is_on_it() -> None:
    """A deal that no replicate has on its list could be judged by nobody who makes offers."""
    unlisted = dict.fromkeys(three()["issues"], "b") | {"issue_1": "d", "issue_6": "a"}
    tree = three(opens=unlisted)
    assert study_of(three()).deals.number(unlisted) not in (None, *range(60))
    (fault,) = sound(Study(validate(tree, Negotiation)))
    assert fault.message == "this deal is not on the menu; name it as a package, which always is"
    assert not sound(Study(validate(tree | {"packages": tree["packages"] | {"third": unlisted}}, Negotiation)))


def test_who_can_never_be_suited_does_not_hide_deals_that_do_without() -> None:
    """The third party would rather have no deal than any; the other two find what they can sign alone, as in talks without it."""
    tree, without = narrow(), narrow(sign_when=[])
    tree["parties"]["mid"]["no_deal"] = 100
    without["exclusions"] = [*without["exclusions"], {"issue_3": ["a", "b"]}]
    without["packages"] = {name: package | {"issue_3": "d"} for name, package in without["packages"].items()}
    hopeless, two = (run(study_of(one), 300).columns for one in (tree, without))
    assert hopeless is not None and two is not None
    assert two["zone_end"].mean() > 0.4
    assert abs(hopeless["zone_end"].mean() - two["zone_end"].mean()) < 0.02
    assert set(hopeless["option.issue_3"][hopeless["ending"] == 0]) == {2, 3}


def test_of_options_that_bring_the_same_the_one_that_stands_is_kept() -> None:
    tree = three()
    for party in tree["parties"].values():
        party["weights"] = party["weights"] | {"issue_5": 0}
    tree["linkages"] = tree["linkages"][:1]
    study = study_of(tree)
    stakes = draw_stakes(study.negotiation, study.deals, draws_of(study, 5))
    starts = study.deals.rows[:6]
    found = ascend(starts, wishes(stakes, [0, 1], stakes.no_deal[0][:2]))
    assert (found[:, :, 5] == np.tile(starts[:, 5], len(RISING))).all()


def test_no_ascent_ends_at_what_an_exclusion_forbids() -> None:
    """Though all would like it best."""
    tree = three()
    tree["exclusions"] = [{"issue_0": "d", "issue_4": "a"}]
    for party in tree["parties"].values():
        liked = {"issue_0": {"a": 0, "b": 0, "c": 0, "d": 100}, "issue_4": {"a": 100, "b": 0, "c": 0, "d": 0}}
        party["values"] = party["values"] | liked
    study = study_of(tree)
    stakes = draw_stakes(study.negotiation, study.deals, draws_of(study, 20))
    starts = np.array([[3, 0, 0, 0, 0, 0, 0, 0]], dtype=np.int16)
    assert study.deals.excluded(starts).all()
    assert not study.deals.excluded(ascend(starts, wishes(stakes, [0, 1, 2], stakes.no_deal[0]))[:, -1]).any()


def test_those_alone_who_sign_all_find_deals_that_bind_nobody_else() -> None:
    study = study_of(three())
    stakes = draw_stakes(study.negotiation, study.deals, draws_of(study, 20))
    less = stakes.no_deal[0][:2]
    free, bound = (ascend(study.deals.rows[:2], wishes(stakes, [0, 1], less, alone))[:, -2:] for alone in (True, False))
    assert not (study.deals.needs_of(free) >> 2 & 1).any() and (study.deals.needs_of(bound) >> 2 & 1).any()
    own = study.stakes(draws_of(study, 20)).deals.own
    assert own is not None and all((own[:, :, None] == free[:, None]).all(axis=3).any(axis=1).ravel())


def test_each_party_knows_the_deal_that_it_would_like_best() -> None:
    study = study_of(three() | {"linkages": [], "exclusions": []})
    stakes = study.stakes(draws_of(study))
    for p in range(3):
        best = sum(part.max(axis=1) for part in np.split(stakes.points[p][:, :32], range(4, 32, 4), axis=1))
        assert as_utility(stakes.worth[p, :, :-1].max(axis=1)) == pytest.approx(best)


def test_what_is_withdrawn_falls_off_the_table_in_each_replicate() -> None:
    study = study_of(around("withdrawn"))
    stakes = study.stakes(draws_of(study))
    outside, table = Outside(study.negotiation, stakes, draws_of(study)), lay(stakes.deals, R, tell=False)
    place, everywhere = np.full(R, stakes.deals.count - 3), np.ones(R, dtype=bool)
    table.put(0, place, everywhere)
    has = stakes.deals.rows_at(place)[:, 0] == 0
    outside._withdraw({"issue_0": ["a"]}, everywhere, table)
    assert has.any() and not has.all() and ((table.deal == stakes.deals.count) == has).all()


def test_a_text_from_the_room_before_asks_those_whom_it_needs_in_each_replicate() -> None:
    study = study_of(three())
    stakes = study.stakes(draws_of(study))
    table = lay(stakes.deals, R, tell=False)
    table.reopen(stakes.deals.needs, np.full(R, stakes.deals.count - 3), True)
    assert (table.missing == stakes.deals.needs[:, -4]).all() and len(set(table.missing.tolist())) > 1


def test_in_a_room_before_the_last_each_replicate_asks_its_members() -> None:
    study = study_of(around("rooms"))
    deals = study.stakes(draws_of(study)).deals
    first = rooms_of(study.negotiation.talks, deals)[0].needs
    assert (first[:, :-1] == 3).all() and (first[:, -1] == deals.needs[:, -1]).all()


def test_demands_come_down_to_no_deal_though_no_bad_deal_is_listed() -> None:
    tree = three(sign=["left", "right", "mid"], sign_when=[])
    left = tree["parties"]["left"]
    left |= {"no_deal": 0, "values": {issue: {"a": 100, "b": 90, "c": 0, "d": 80} for issue in tree["issues"]}}
    del left["red_lines"]
    tree["parties"]["mid"]["no_deal"] = 100
    tree["linkages"] = tree["linkages"][1:]
    played = study_of(tree).play(Chance(1, 0, 20), tell=True)
    worst = as_utility(played.stakes.worth[0, :, :60]).min(axis=1)
    assert (worst > 0.1).any(), "else the worst deal listed would be no floor"
    assert np.allclose(as_utility(played.table.demands[-1][0]), 0, atol=1e-9)


def test_a_chair_is_told_the_nearest_of_the_deals_that_all_replicates_share() -> None:
    """What a replicate has found for itself tells what the others want."""
    study = load("two_issues", ["talks.menu=10"])
    game, known = Game(study, 1, 3, ("mia",)), study.play(Chance(1, 3, 1)).stakes.deals
    shared, all_known = ({tuple(known.options(k).items()) for k in range(count)} for count in (known.shared, known.count))
    assert len(shared) == 10 < len(all_known) < 25
    for salary, holidays in product(*study.deals.issues.values()):
        if (("salary", salary), ("holidays", holidays)) not in all_known:
            with pytest.raises(BadInput, match="not on the menu") as told:
                game.moved({"party": "mia", "move": "offer", "deal": {"salary": salary, "holidays": holidays}})
            for change in str(told.value).partition("nearest to it are: ")[2].split("; or "):
                near = {"salary": salary, "holidays": holidays} | dict(part.split("=") for part in change.split(", "))
                assert tuple(near.items()) in shared


def test_all_shared_deals_can_be_listed_with_what_they_are_worth() -> None:
    study = study_of(three())
    rows = table_of(study.shared_stakes(draws_of(study)))
    assert len(rows) == 61 and rows[0] == [*study.negotiation.issues, *study.negotiation.parties, "all_sign"]


def test_numbers_beyond_the_shared_list_are_told_by_none() -> None:
    deals = study_of(three()).deals
    assert deals.shared_number(np.array([0, 59, 60, 61, UNLISTED])).tolist() == [0, 59, UNLISTED, UNLISTED, UNLISTED]


def test_a_variant_over_the_same_menu_looks_further_too() -> None:
    study = study_of(three())
    same = same_menu(study.deals, study.negotiation)
    assert same is not None and same.starts == STARTS and (same.rows == study.deals.rows).all()


def test_only_the_first_deals_are_starts() -> None:
    assert study_of(three()).deals.starts == STARTS
    assert load("berlin").deals.starts == 0
