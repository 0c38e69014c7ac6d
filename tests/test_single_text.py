"""Single text: a slow referee of whole walks, chances in closed form, what no walk may do, spaces that nobody lists.

Statistical tests allow `FAR` standard errors; each says what it would notice.
"""

import json
from copy import deepcopy
from functools import cache
from itertools import product
from math import exp, sqrt
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
import referee
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from typer.testing import CliRunner

from sim.case.chance import Chance
from sim.case.deals import MOST_DEALS, UNLISTED, how_many
from sim.case.faults import BadInput
from sim.case.numbers import Draws
from sim.case.reading import validate
from sim.case.stakes import GRID
from sim.case.words import deal_in_words
from sim.cli import app
from sim.outcomes.judgement import judge
from sim.outcomes.measures import measure
from sim.outcomes.narration import story
from sim.studies.blocks import Study, play_chunk
from sim.studies.runs import run
from sim.studies.soundness import sound
from sim.talks.delegation import Delegation
from sim.talks.model import Talks
from sim.talks.negotiation import Negotiation
from sim.talks.protocols.single_text import PATH, SingleText, drawn
from sim.talks.seat import Moment
from sim.talks.text import write

FAR = 4.0  # standard errors
Tree = dict[str, Any]
Row = list[int]
Floats = NDArray[np.float64]
Texts = NDArray[np.int16]


def study_of(tree: Tree) -> Study:
    """A scenario checked as a file would be, its numbers drawn."""
    return Study(validate(tree, Negotiation))


def sound_study(tree: Tree) -> Study:
    """A scenario that is sound as a whole, too."""
    study = study_of(tree)
    assert sound(study) == []
    return study


def issues_of(*sizes: int) -> Tree:
    """Issues a, b, ... of so many options 0, 1, ..."""
    names = [f"{letter}{n}" if n else letter for n in range(9) for letter in "abcdefghijklmnopqrstuvwxyz"]
    return {
        name: {"question": "?", "options": {f"o{n}": f"{name} {n}" for n in range(size)}}
        for name, size in zip(names, sizes, strict=False)
    }


def party(issues: Tree, values: list[list[float]], **more: Any) -> Tree:
    """A party for whom all issues weigh the same, with its values by issue and option; more of its keys may be given."""
    written = {issue: {f"o{n}": value for n, value in enumerate(row)} for issue, row in zip(issues, values, strict=True)}
    return {"weights": dict.fromkeys(issues, 1), "values": written, "strategy": {"hill_climbing": {}}} | more


def tree_of(issues: Tree, parties: Tree, rounds: int = 1, text: Tree | None = None, **more: Any) -> Tree:
    """A scenario under single text with these settings."""
    talks = {"rounds": rounds, "protocol": {"single_text": text or {}}}
    return {"title": "A text", "issues": issues, "parties": parties, "talks": talks | more.pop("talks", {})} | more


def walk(study: Study, replicates: int, seed: int = 1, first: int = 0) -> tuple[Talks, list[Texts]]:
    """Talks played to their end, and their texts at the start and after each round."""
    draws = Draws(Chance(seed, first, replicates), study.negotiation.quantities)
    talks = Talks(study.negotiation, study.stakes(draws), draws)
    opens = getattr(study.negotiation.talks.protocol.settings, "opens", None)
    texts = [drawn(talks) if opens is None else study.deals.rows_of(study.negotiation.deal(opens), replicates)]
    for _ in range(study.negotiation.talks.rounds):
        talks.step()
        assert talks.table.text is not None
        texts.append(talks.table.text.copy())
    return talks, texts


# Whole walks, compared with a slow referee


class Told(NamedTuple):
    """What the referee says of one replicate: the text after each round, and the round in which it was agreed, or 0."""

    texts: list[Row]
    agreed: int


class Referee:
    """Single text in plain numbers and loops, for one replicate; utilities are whole steps, drawn numbers those of the block."""

    def __init__(self, study: Study, talks: Talks, r: int, seed: int) -> None:
        self.scenario, self.deals = study.negotiation, study.deals
        self.steps = [[int(x) for x in steps[r]] for steps in talks.stakes.steps]
        self.no_deal = talks.stakes.no_deal[0, :, r].tolist()
        self.chance, self.talks = Chance(seed, r, 1), self.scenario.talks
        self.protocol = self.talks.protocol.settings

    def luck(self, path: str, width: int) -> list[float]:
        """This replicate's quantiles."""
        return self.chance.uniforms(path, width).ravel().tolist()

    def number(self, written: Any, path: str) -> float:
        """This replicate's value of a number."""
        return float(Draws(self.chance, self.scenario.quantities).of(written, path)[0])

    def meets(self, row: Row, when: dict[str, list[str]]) -> bool:
        """Whether a text meets a condition."""
        options = self.deals.named(row)
        return all(options[issue] in allowed for issue, allowed in when.items())

    def utility(self, p: int, row: Row) -> int:
        """What a text is worth to a party, red lines included."""
        name, at, total = self.deals.parties[p], 0, 0
        for option, names in zip(row, self.deals.issues.values(), strict=True):
            total += self.steps[p][at + option]
            at += len(names)
        linkages = [linkage.when for linkage in self.scenario.linkages if linkage.party == name]
        conditions = linkages + [line.when for line in self.scenario.parties[name].red_lines]
        return total + sum(self.steps[p][at + n] for n, when in enumerate(conditions) if self.meets(row, when))

    def needs(self, row: Row) -> set[str]:
        """Who must sign a text."""
        asked = [consent.needs for consent in self.talks.sign_when if self.meets(row, consent.when)]
        return set(self.scenario.always_sign()).union(*asked)

    def excluded(self, row: Row) -> bool:
        """Whether an exclusion forbids a text."""
        return any(self.meets(row, exclusion.when) for exclusion in self.scenario.exclusions)

    def says_yes(self, p: int, gain: int, t: int, v: int) -> bool:
        """A party's answer to a change by which it gains so much."""
        name, many, rounds = self.deals.parties[p], self.protocol.revisions, self.talks.rounds
        strategy = self.scenario.parties[name].strategy
        if gain > 0 or strategy.kind != "annealing":
            return gain > 0
        path = f"parties.{name}.strategy.annealing"
        heat = self.number(strategy.settings.temperature, f"{path}.temperature") / 100
        heat *= 1 - (t * many + v) / (rounds * many - 1) if rounds * many > 1 else 0.0
        return heat > 0 and self.luck(f"{path}.accepts.{t}", many)[v] < exp(gain / GRID / heat)

    def demand(self, p: int, t: int) -> float:
        """The least, in steps, that a party signs in a round."""
        strategy, rounds = self.scenario.parties[self.deals.parties[p]].strategy, self.talks.rounds
        if strategy.kind in ("annealing", "hill_climbing"):
            return round(self.no_deal[p] * GRID) if t == rounds - 1 else float("inf")
        mine = [self.utility(p, row) for row in self.deals.rows.tolist()]
        clock = referee.time(self.talks.clock, t + 1, rounds)
        return referee.demand(strategy.kind, dict(strategy.settings), mine, self.no_deal[p], clock)

    def play(self, row: Row) -> Told:
        """The walk from an opening text."""
        texts: list[Row] = []
        for t in range(self.talks.rounds):
            for v in range(self.protocol.revisions):
                row = self.revised(row, t, v)
            texts.append(row)
            signers = [self.deals.parties.index(name) for name in self.needs(row)]
            if all(self.utility(p, row) >= self.demand(p, t) for p in signers):
                return Told(texts, t + 1)
        return Told(texts, 0)

    def revised(self, row: Row, t: int, v: int) -> Row:
        """The text after a revision: the new one where it stands, else the old one."""
        many, sizes = self.protocol.revisions, [len(names) for names in self.deals.issues.values()]
        free = [i for i, size in enumerate(sizes) if size > 1]
        if not free:
            return row
        issue = free[int(self.luck(f"{PATH}.issue.{t}", many)[v] * len(free))]
        others = [o for o in range(sizes[issue]) if o != row[issue]]
        new = row.copy()
        new[issue] = others[int(self.luck(f"{PATH}.option.{t}", many)[v] * len(others))]
        gains = {name: self.utility(p, new) - self.utility(p, row) for p, name in enumerate(self.deals.parties)}
        mediator = self.protocol.mediator
        biased = self.luck(f"{PATH}.bias.{t}", many)[v] < self.number(self.protocol.bias, f"{PATH}.bias")
        if self.excluded(new) or (biased and gains.get(mediator, 0) < 0):
            return row
        for name in self.needs(row) | self.needs(new):
            yes = self.says_yes(self.deals.parties.index(name), gains[name], t, v)
            lot = self.luck(f"{PATH}.mishears.{name}.{t}", many)[v]
            wrong = name != mediator and lot < self.number(self.protocol.mishears, f"{PATH}.mishears")
            if yes == wrong:
                return row
        return new


def drawn_scenario(seed: int, listed: bool) -> Tree:
    """A scenario with all that single text knows, by lot."""
    lot = np.random.default_rng(seed)
    issues = issues_of(*(lot.integers(1, 5, 3) if listed else lot.integers(3, 5, 8)))
    sizes = [len(issue["options"]) for issue in issues.values()]
    names = ["ann", "bob", "cleo"][: lot.integers(2, 4)]

    def when(most: int) -> Tree:
        chosen = lot.choice(len(sizes), min(most, len(sizes)), replace=False)
        return {list(issues)[i]: [f"o{o}" for o in lot.choice(sizes[i], -(-sizes[i] // 2), replace=False)] for i in chosen}

    def strategy() -> Tree:
        kinds: list[Tree] = [{"hill_climbing": {}}, {"annealing": {"temperature": {"uniform": [0, 30]}}}]
        kinds += [{"hardline": {"slack": 30.0}}, {"aspiration": {"firmness": 0.5, "margin": 0.0}}] if listed else []
        return kinds[lot.integers(len(kinds))]

    parties = {}
    for name in names:
        values = [lot.permutation([0, *([100] * (size > 1)), *lot.integers(0, 101, max(size - 2, 0))]).tolist() for size in sizes]
        lines = [{"when": when(2), "chance": 0.5}] if lot.random() < 0.5 else []
        parties[name] = party(issues, values, strategy=strategy(), red_lines=lines, no_deal={"uniform": [0, 50]})
    points = {"uniform": [-30, 30]}
    linkages = [{"party": str(lot.choice(names)), "when": when(int(lot.integers(2, 4))), "points": points} for _ in range(4)]
    text: Tree = {"revisions": int(lot.integers(1, 8)), "mishears": {"uniform": [0, 0.3]}, "mediator": str(lot.choice(names))}
    text |= {"bias": {"uniform": [0, 1]}} if lot.random() < 0.5 else {}
    some = [{"when": when(1), "needs": names[-1]}, {"when": when(2), "needs": names}]
    packages = {"all": dict.fromkeys(issues, "o0")}
    talks = {"sign": names[:-1], "sign_when": some}
    forbidden = [{"when": when(3)}]
    more = {"linkages": linkages, "exclusions": forbidden, "talks": talks, "packages": packages}
    return tree_of(issues, parties, int(lot.integers(1, 5)), text, **more)


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("seed", range(25))
def test_walks_are_those_of_a_slow_referee(seed: int, listed: bool) -> None:
    study, replicates = study_of(drawn_scenario(seed, listed)), 12
    if not study.deals.count:
        return
    assert study.deals.complete == listed
    talks, texts = walk(study, replicates, seed)
    for r in range(replicates):
        told = Referee(study, talks, r, seed).play(texts[0][r].tolist())
        walked = [text[r].tolist() for text in texts[1:]]
        assert walked[: len(told.texts)] == told.texts
        assert bool(talks.table.agreed[r]) == bool(told.agreed) and int(talks.table.ended[r]) == told.agreed
        assert walked[-1] == told.texts[-1], "what is agreed stays"


def test_the_referees_scenarios_hold_all_that_it_knows() -> None:
    met: set[str] = set()
    for listed in (True, False):
        for seed in range(25):
            study = study_of(drawn_scenario(seed, listed))
            if study.deals.count:
                talks, texts = walk(study, 12, seed)
                met |= {"agreed"} if talks.table.agreed.any() else set()
                met |= {"early"} if (talks.table.ended[talks.table.agreed] < study.negotiation.talks.rounds).any() else set()
                met |= {"not agreed"} if not talks.table.agreed.all() else set()
                met |= {"moved"} if (texts[0] != texts[-1]).any() else set()
                met |= {"unlisted"} if (talks.table.deal == UNLISTED).any() else set()
                met |= {party.strategy.kind for party in study.negotiation.parties.values()}
    assert met == {
        "agreed", "early", "not agreed", "moved", "unlisted", "annealing", "hill_climbing", "hardline", "aspiration"
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.integers(0, 2**32))
def test_what_hangs_on_a_text_is_kept_up_change_by_change(seed: int, listed: bool, lots: int) -> None:
    study, lot = study_of(drawn_scenario(seed, listed)), np.random.default_rng(lots)
    if not study.deals.count:
        return
    draws = Draws(Chance(seed, 0, 16))
    talks = Talks(study.negotiation, study.stakes(draws), draws)
    talks.table.draft(drawn(talks))
    deals, text = study.deals, write(talks)
    for _ in range(12):
        change = text.change(lot.random(16), lot.random(16)) if (text.sizes > 1).any() else None
        if change is not None:
            assert (change.old != change.new).all() and (change.new < text.sizes[change.issue]).all()
            after, changed = text.after(change), text.rows.copy()
            changed[np.arange(16), change.issue] = change.new
            assert (after.forbidden == deals.excluded(changed)).all()
            assert (after.needs == deals.needs_of(changed)).all()
            text.take(change, after, (lot.random(16) < 0.5) & ~after.forbidden)
        worth = [np.rint(talks.stakes.utility_of(p, text.rows, red_lines=True) * GRID) for p in range(len(deals.parties))]
        assert (np.array(worth) == text.worth.T).all(), "to the last step"
        assert (text.needs == deals.needs_of(text.rows)).all()


# Chances in closed form


def near_chance(count: float, of: int, chance: float) -> bool:
    """Whether a count is one that this chance gives: with `of` 8,000, a chance that is wrong by 0.03 shows."""
    return bool(abs(count - of * chance) <= FAR * sqrt(of * chance * (1 - chance)) + 1e-9)


def alone(loss: float, strategy: Tree, rounds: int, text: Tree, **more: Any) -> Tree:
    """One issue of two options, of which the second is worth so many points less to the one who signs; a neighbour wants it."""
    issues = issues_of(2, 1)
    weights = {"a": loss, "b": 100 - loss}
    who = party(issues, [[100, 0], [0]], weights=weights, strategy=strategy, no_deal=-100)
    other = party(issues, [[0, 100], [0]], weights=weights)
    opening = {"opens": {"a": "o0", "b": "o0"}, "revisions": 1}
    return tree_of(issues, {"ann": who, "bob": other}, rounds, opening | text, talks={"sign": ["ann"]}, **more)


@pytest.mark.parametrize("loss, temperature", [(5, 5), (5, 20), (30, 10)])
def test_an_annealer_takes_a_loss_with_the_chance_of_metropolis(loss: float, temperature: float) -> None:
    _, texts = walk(sound_study(alone(loss, {"annealing": {"temperature": temperature}}, 2, {})), 8000)
    assert near_chance(texts[1][:, 0].sum(), 8000, exp(-loss / temperature)), "in the first revision the temperature is whole"
    assert not near_chance(texts[1][:, 0].sum(), 8000, exp(-loss / temperature) + 0.05)


def test_the_temperature_falls_in_a_straight_line_to_nothing() -> None:
    _, texts = walk(sound_study(alone(10, {"annealing": {"temperature": 20}}, 3, {})), 16_000)
    stayed = texts[1][:, 0] == 0
    assert near_chance(texts[2][stayed, 0].sum(), int(stayed.sum()), exp(-10 / (20 / 2)))
    assert (texts[3][:, 0] <= texts[2][:, 0]).all(), "in the last revision nobody takes a loss"
    assert (texts[3][:, 0] == 0).all(), "and everybody takes a gain"


@pytest.mark.parametrize("mishears", [0, 0.1, 0.5, 1])
def test_a_no_is_taken_for_a_yes_as_often_as_the_mediator_mishears(mishears: float) -> None:
    _, texts = walk(sound_study(alone(10, {"hill_climbing": {}}, 1, {"mishears": mishears})), 8000)
    assert near_chance(texts[1][:, 0].sum(), 8000, mishears)


def test_a_mediator_does_not_mishear_itself() -> None:
    _, texts = walk(sound_study(alone(10, {"hill_climbing": {}}, 1, {"mishears": 1, "mediator": "ann"})), 100)
    assert (texts[1] == texts[0]).all()


@pytest.mark.parametrize("bias", [0, 0.3, 1])
def test_a_mediator_keeps_back_what_costs_it_as_often_as_its_bias_says(bias: float) -> None:
    text = {"mediator": "bob", "bias": bias, "opens": {"a": "o1", "b": "o0"}}
    _, texts = walk(sound_study(alone(10, {"hill_climbing": {}}, 1, text)), 8000)
    assert near_chance((texts[1][:, 0] == 0).sum(), 8000, 1 - bias), "a gain for the one who signs, a loss for the mediator"


def test_the_lowest_lot_is_not_misheard_nor_kept_back_where_the_chance_of_it_is_0(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Draws, "luck", lambda draws, path, width: np.zeros((width, 8000)))
    text = {"mediator": "bob", "mishears": {"choice": {0: 1, 1: 1}}, "opens": {"a": "o1", "b": "o0"}}
    _, texts = walk(sound_study(alone(10, {"hill_climbing": {}}, 1, text)), 8000)
    assert near_chance((texts[1][:, 0] == 0).sum(), 8000, 0.5), "in half of all replicates every answer is misheard"


@pytest.mark.parametrize("bias", [0, 1])
def test_a_mediator_keeps_back_what_costs_it_a_single_step_of_utility(bias: float) -> None:
    text = {"mediator": "bob", "bias": bias, "opens": {"a": "o1", "b": "o0"}}
    _, texts = walk(sound_study(alone(1e-8, {"hill_climbing": {}}, 1, text)), 10)
    assert (texts[1][:, 0] == bias).all()


@pytest.mark.parametrize("strategy, alike", [({"hill_climbing": {}}, True), ({"annealing": {"temperature": 20}}, False)])
def test_bias_changes_nothing_where_the_mediator_signs_and_climbs(strategy: Tree, alike: bool) -> None:
    """It would have said no itself to what it keeps back; who anneals might have said yes."""
    texts = []
    for bias in (0, 1):
        text = {"mediator": "ann", "bias": bias, "mishears": 0.2, "opens": {"a": "o0", "b": "o0"}}
        tree = alone(10, strategy, 4, text)
        tree["talks"]["sign"] = ["ann", "bob"]
        tree["parties"]["bob"]["strategy"] = {"hill_climbing": {}}
        texts.append(walk(sound_study(tree), 2000)[1][-1])
    assert (texts[0] == texts[1]).all() is np.bool_(alike)


def test_an_uncertain_bias_is_drawn_once_for_each_replicate() -> None:
    text = {"mediator": "bob", "bias": {"choice": {0: 1, 1: 1}}, "opens": {"a": "o1", "b": "o0"}}
    study = sound_study(alone(10, {"hill_climbing": {}}, 4, text))
    _, texts = walk(study, 4000)
    assert near_chance((texts[4][:, 0] == 0).sum(), 4000, 0.5), "fresh draws in four rounds would let 94 % pass"
    assert f"{PATH}.bias" in study.play(Chance(1, 0, 10)).draws.tenths


def test_what_is_left_out_of_a_single_text_is_as_plain_as_can_be() -> None:
    assert dict(SingleText()) == {"mediator": "nobody", "opens": None, "revisions": 10, "bias": 0, "mishears": 0}


def test_revisions_are_counted_from_the_first_round_in_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Moment] = []
    monkeypatch.setattr(Delegation, "accepts", lambda delegation, gain, t, moment: told.append(moment) or gain > 0)
    text = {"single_text": {"revisions": 2}}
    walk(sound_study(in_rooms(text, text)), 3)
    in_a_room = [Moment(t, 3, v, 2) for t in range(3) for v in range(2)]
    assert told == [moment for members in (2, 3) for moment in in_a_room for _ in range(members)]


def test_every_change_is_proposed_alike() -> None:
    issues = issues_of(2, 4, 1, 3)
    indifferent = party(issues, [[0, 0], [0] * 4, [50], [0] * 3], rescale=True, strategy={"annealing": {}})
    study = study_of(tree_of(issues, {"ann": indifferent}, 2, {"revisions": 1, "opens": dict.fromkeys(issues, "o0")}))
    _, texts = walk(study, 9000)
    moved = [(int(i), int(row[i])) for row in texts[1] for i in np.flatnonzero(row)]
    assert len(moved) == 9000 and len(set(moved)) == 1 + 3 + 2
    for issue, option in set(moved):
        assert near_chance(moved.count((issue, option)), 9000, 1 / 3 / [1, 3, 0, 2][issue])


def test_a_text_in_which_nothing_can_be_changed_is_signed_as_it_is() -> None:
    study = sound_study(tree_of(issues_of(1, 1), {"ann": party(issues_of(1, 1), [[100]] * 2, no_deal=60)}, rounds=2))
    talks, texts = walk(study, 3)
    assert [text.tolist() for text in texts] == [[[0, 0]] * 3] * 3
    assert talks.table.agreed.all() and talks.table.ended.tolist() == [2] * 3


def test_opening_texts_are_drawn_from_all_that_no_exclusion_forbids() -> None:
    small = tree_of(issues_of(3, 3), {"ann": party(issues_of(3, 3), [[0, 50, 100]] * 2)})
    small["exclusions"] = [{"when": {"a": ["o0", "o1"], "b": "o0"}}]
    wide = deepcopy(small)
    wide["issues"] = issues_of(3, 3, *[2] * 9)
    wide["parties"] = {"ann": party(wide["issues"], [[0, 50, 100]] * 2 + [[0, 100]] * 9)}
    wide["packages"] = {"first": dict.fromkeys(wide["issues"], "o0") | {"b": "o1"}}
    for tree in (small, wide):
        study = sound_study(tree)
        _, texts = walk(study, 7000)
        found = [tuple(row) for row in texts[0][:, :2].tolist()]
        assert set(found) == {(a, b) for a in range(3) for b in range(3)} - {(0, 0), (1, 0)}
        assert all(near_chance(found.count(pair), 7000, 1 / 7) for pair in set(found))
    assert study.deals.count == 1 and not study.deals.complete
    assert all(near_chance(texts[0][:, i].sum(), 7000, 1 / 2) for i in range(2, 11))


def test_what_leaves_a_mediator_indifferent_it_does_not_keep_back() -> None:
    tree = alone(10, {"hill_climbing": {}}, 1, {"mediator": "bob", "bias": 1, "opens": {"a": "o1", "b": "o0"}})
    tree["parties"]["bob"]["weights"] = {"a": 0, "b": 1}
    _, texts = walk(sound_study(tree), 50)
    assert (texts[1][:, 0] == 0).all()


@pytest.mark.parametrize("strategy", [{"hill_climbing": {}}, {"hardline": {}}, {"aspiration": {}}])
def test_who_gains_nothing_by_a_change_says_no_unless_it_anneals(strategy: Tree) -> None:
    indifferent = alone(0, strategy, 2, {})
    assert (walk(sound_study(indifferent), 50)[1][1][:, 0] == 0).all()
    indifferent["parties"]["ann"]["strategy"] = {"annealing": {}}
    assert (walk(sound_study(indifferent), 50)[1][1][:, 0] == 1).all()


# What no walk may do


def wide_tree(seed: int = 1, rounds: int = 6, text: Tree | None = None, strategy: Tree | None = None, **more: Any) -> Tree:
    """Three parties that must all sign, twelve issues, linkages, an exclusion: too many deals to list."""
    lot, issues = np.random.default_rng(seed), issues_of(*[3] * 12)
    chosen = strategy or {"hill_climbing": {}}
    values = [[lot.permutation([0, 100, int(lot.integers(10, 91))]).tolist() for _ in issues] for _ in range(3)]
    parties = {
        name: party(issues, own, strategy=chosen, no_deal={"uniform": [20, 45]})
        for name, own in zip(("ann", "bob", "cleo"), values, strict=True)
    }
    linkages = [
        {"party": name, "when": {f"{one}": "o0", f"{two}": ["o1", "o2"]}, "points": {"uniform": [-10, 10]}}
        for name in parties
        for one, two in ("ab", "cd", "ef", "ah")
    ]
    packages = {f"plan_{n}": {issue: f"o{lot.integers(1, 3)}" for issue in issues} for n in range(3)}
    exclusions = [{"when": {"a": "o0", "c": ["o0", "o1"]}}]
    return tree_of(issues, parties, rounds, text, packages=packages, linkages=linkages, exclusions=exclusions, **more)


def worths(talks: Talks, texts: list[Texts], red_lines: bool = True) -> Floats:
    """What the texts after each round are worth (T+1, P, R) to the parties."""
    parties = range(len(talks.stakes.steps))
    return np.stack([[talks.stakes.utility_of(p, text, red_lines) for p in parties] for text in texts])


def test_a_text_never_gets_worse_for_anybody_who_climbs() -> None:
    worth = worths(*walk(sound_study(wide_tree()), 200))
    assert (np.diff(worth, axis=0) >= 0).all() and (worth[-1] > worth[0]).any()


@pytest.mark.parametrize("text, strategy", [({"mishears": 0.2}, {"hill_climbing": {}}), ({}, {"annealing": {}})])
def test_where_answers_are_misheard_or_parties_anneal_it_does_get_worse(text: Tree, strategy: Tree) -> None:
    worth = worths(*walk(sound_study(wide_tree(text=text, strategy=strategy)), 200))
    assert all((np.diff(worth, axis=0)[:, p] < 0).any() for p in range(3))


def test_a_wholly_biased_mediator_never_lets_the_text_get_worse_for_itself() -> None:
    for bias, falls in ((1, False), (0.5, True), (0, True)):
        text = {"mediator": "cleo", "bias": bias, "mishears": 0.1}
        tree = wide_tree(text=text, strategy={"annealing": {"temperature": 20}}, talks={"sign": ["ann", "bob"]})
        worth = worths(*walk(sound_study(tree), 200))
        assert (np.diff(worth, axis=0)[:, 2] < 0).any() == falls


def test_a_mediator_need_not_sign_and_may() -> None:
    for sign in (["ann", "bob"], ["ann", "cleo"]):
        tree = wide_tree(text={"mediator": "cleo", "bias": 1}, talks={"sign": sign})
        worth = worths(*walk(sound_study(tree), 200))
        never_worse = {name for p, name in enumerate(("ann", "bob", "cleo")) if (np.diff(worth, axis=0)[:, p] >= 0).all()}
        assert never_worse == {*sign, "cleo"}


def test_no_text_is_ever_one_that_an_exclusion_forbids() -> None:
    study = sound_study(wide_tree(strategy={"annealing": {"temperature": 100}}, text={"mishears": 0.3}))
    _, texts = walk(study, 500)
    assert not any(study.deals.excluded(text).any() for text in texts)
    near = [(text[:, 0] == 0) & (text[:, 2] == 2) for text in texts]
    assert any(one.any() for one in near), "the border is reached, and not crossed"


@pytest.mark.parametrize("kind", ["hill_climbing", "annealing"])
def test_nobody_signs_across_a_real_red_line_of_its_own(kind: str) -> None:
    line = {"when": {"a": ["o0", "o1"]}, "chance": 0.5}
    tree = wide_tree(strategy={kind: {}}, text={"mishears": 0.4})
    for name, sign in (("ann", ["ann", "bob"]), ("cleo", ["ann", "bob"])):
        changed = deepcopy(tree) | {"talks": tree["talks"] | {"sign": sign}}
        changed["parties"][name]["red_lines"] = [line]
        played = sound_study(changed).play(Chance(1, 0, 1000))
        real = played.draws.tenths[f"parties.{name}.red_lines.0"] > 0
        crossed = real & played.table.agreed & (played.rows[:, 0] < 2)
        assert crossed.any() == (name == "cleo"), "who need not sign is not asked"
        assert measure(played)[f"utility.{name}"].min() > -20, "a red line forbids signing, it does not cost"
        assert (~real & played.table.agreed & (played.rows[:, 0] < 2)).any()


def test_whose_signature_neither_text_needs_is_not_asked() -> None:
    issues = issues_of(2, 2)
    ann = party(issues, [[100, 0], [100, 0]], no_deal=-100)
    bob = party(issues, [[0, 100], [0, 100]], no_deal=-100)
    asks_bob = [{"when": {"b": "o1"}, "needs": "bob"}]
    for opening, ends in (("o1 o0", {(0, 0)}), ("o1 o1", {(1, 1)})):
        a, b = opening.split()
        text = {"opens": {"a": a, "b": b}, "revisions": 30}
        study = study_of(tree_of(issues, {"ann": ann, "bob": bob}, 1, text, talks={"sign": ["ann"], "sign_when": asks_bob}))
        _, texts = walk(study, 200)
        assert {tuple(row) for row in texts[1].tolist()} == ends, "bob objects to all that ann wants, where he is asked"


def test_relabelled_parties_fare_alike_to_the_last_replicate() -> None:
    tree, names = wide_tree(), {"ann": "cleo", "bob": "ann", "cleo": "bob"}
    tree["parties"] = {name: party | {"no_deal": 30} for name, party in tree["parties"].items()}
    tree["linkages"] = [linkage | {"points": 8} for linkage in tree["linkages"]]
    other = tree | {"parties": {names[name]: party for name, party in reversed(tree["parties"].items())}}
    other["linkages"] = [linkage | {"party": names[linkage["party"]]} for linkage in tree["linkages"]]
    (_, one), (_, two) = walk(sound_study(tree), 300), walk(sound_study(other), 300)
    assert all((a == b).all() for a, b in zip(one, two, strict=True))


def fares(wants: dict[str, int], text: Tree, seed: int, replicates: int = 12_000) -> Floats:
    """What the text agreed in the end is worth (wants, R) to the parties by what they want, all annealing."""
    issues = issues_of(3, 3, 3, 3)
    values: list[list[list[float]]] = [[[0, 50, 100]] * 4, [[100, 30, 0]] * 2 + [[0, 30, 100]] * 2]
    parties = {name: party(issues, values[want], no_deal=-100, strategy={"annealing": {}}) for name, want in wants.items()}
    for want, weight in enumerate((1, 3)):
        name = next(name for name in wants if wants[name] == want)
        parties[name]["weights"] = dict(zip(issues, (1, weight, 2, weight), strict=True))
    talks, texts = walk(sound_study(tree_of(issues, parties, 3, {"revisions": 5} | text)), replicates, seed)
    worth = worths(talks, texts)[-1]
    return np.stack([worth[list(wants.values()).index(want)] for want in (0, 1)])


def gap(one: Floats, two: Floats) -> Floats:
    """How many standard errors two means (wants, R) lie apart; a difference of 2 points shows."""
    errors = np.sqrt(one.var(axis=1) / one.shape[1] + two.var(axis=1) / two.shape[1])
    assert (6 * errors < 0.022).all(), "power: 2 points are nearly six standard errors"
    return np.abs(one.mean(axis=1) - two.mean(axis=1)) / errors


def test_a_mediator_without_bias_treats_relabelled_parties_alike_in_distribution() -> None:
    wants, swapped = {"ann": 0, "bob": 1}, {"ann": 1, "bob": 0}
    for text in ({}, {"mediator": "ann"}, {"mishears": 0.2}):
        assert (gap(fares(wants, text, 1), fares(swapped, text, 2)) < FAR).all()


def test_a_mediator_with_bias_does_not() -> None:
    wants, swapped = {"ann": 0, "bob": 1}, {"ann": 1, "bob": 0}
    text = {"mediator": "ann", "bias": 1}
    assert (gap(fares(wants, text, 1), fares(swapped, text, 2)) > FAR + 2).all()


def test_blocks_of_any_size_give_the_same_bytes() -> None:
    strategy = {"annealing": {"temperature": {"uniform": [1, 9]}}}
    for tree in (wide_tree(strategy=strategy, text={"mishears": {"uniform": [0, 0.4]}}), drawn_scenario(3, listed=True)):
        study = study_of(tree)
        whole = play_chunk(study, 1, range(600), 512)
        for block in (64, 100, 1):
            part = play_chunk(study, 1, range(600 if block > 1 else 40), block)
            assert all((part.columns[name] == column[: len(part.columns[name])]).all() for name, column in whole.columns.items())
            counts = {key: count for key, count in whole.counts.items() if not key.startswith("moments.")}  # sums of fractions
            assert block == 1 or all((part.counts[key] == count).all() for key, count in counts.items())


# Who signs, and when


def test_climbers_sign_in_the_last_round_and_others_when_the_text_is_good_enough() -> None:
    tree = wide_tree(rounds=5)
    played = sound_study(tree).play(Chance(1, 0, 200))
    assert played.table.agreed.any() and (played.table.ended[played.table.agreed] == 5).all()
    issues = issues_of(4, 4)
    two = {"ann": party(issues, [[0, 30, 60, 100]] * 2), "bob": party(issues, [[40, 0, 100, 90]] * 2)}
    for who in two.values():
        who["strategy"] = {"hardline": {"slack": 35}}
    talks, texts = walk(sound_study(tree_of(issues, two, 20, {"revisions": 2})), 300)
    assert talks.table.agreed.any() and (talks.table.ended[talks.table.agreed] < 20).any()
    worth, ended = worths(talks, texts), talks.table.ended
    good = (worth[1:] >= 0.65 - 1e-9).all(axis=1)
    first = np.where(good.any(axis=0), good.argmax(axis=0) + 1, 0)
    assert (ended == first).all(), "agreed in the first round after which both have 65 points"


def test_a_text_worth_exactly_no_deal_is_signed_and_a_step_less_is_not() -> None:
    for no_deal, signed in ((60, True), (60.00000001, False)):
        study = sound_study(alone(40, {"hill_climbing": {}}, 1, {"opens": {"a": "o0", "b": "o0"}}))
        study.negotiation.parties["ann"].__dict__["no_deal"] = no_deal - 20.0
        assert study.play(Chance(1, 0, 5)).table.agreed.all() == signed


def test_who_reads_nothing_better_than_no_deal_walks_out_in_time() -> None:
    def talks(no_deal: float) -> Talks:
        tree = alone(10, {"hill_climbing": {}, "leaves": {"after": 0.5}}, 6, {"opens": {"a": "o1", "b": "o0"}, "mishears": 1})
        tree["parties"]["ann"]["no_deal"] = no_deal
        return walk(sound_study(tree), 50)[0]

    assert (talks(50).table.left_by == 0).all() and (talks(50).table.ended == 4).all(), "in round s once s - 1 is half of 6"
    assert (talks(0).table.left_by == 0).all(), "what is worth just no deal is nothing better"
    assert (talks(-1).table.left_by == -1).all(), "what is worth more than no deal keeps it at the table"
    assert talks(-1).table.agreed.all(), "and who could have left, and did not, signs as others do"


def test_a_text_that_is_changed_before_it_can_be_signed_keeps_nobody_at_the_table() -> None:
    tree = alone(10, {"hill_climbing": {}, "leaves": {"after": 0}}, 3, {"mishears": 1})
    del tree["talks"]["protocol"]["single_text"]["opens"]
    tree["talks"]["opens"] = {"a": "o0", "b": "o0"}
    for no_deal, left in ((5, 0), (-5, -1)):
        tree["parties"]["ann"]["no_deal"] = no_deal
        talks, texts = walk(sound_study(tree), 20)
        assert (texts[1][:, 0] == 1).all() and (talks.table.left_by == left).all(), "10 points lay there, and are gone"


# What goes on outside, and in several rooms


def pie(strategy: Tree, rounds: int, no_deal: float = 0, **more: Any) -> Tree:
    """A cake of which ann wants all and bob as much; the text says how many tenths are ann's, and neither gives way."""
    issues = issues_of(11)
    tenths = [10 * n for n in range(11)]
    ann = party(issues, [tenths], no_deal=no_deal, strategy=strategy)
    bob = party(issues, [tenths[::-1]], no_deal=no_deal, strategy=strategy)
    return tree_of(issues, {"ann": ann, "bob": bob}, rounds, **more)


CLIMBS: Tree = {"hill_climbing": {}}


def test_a_text_is_signed_by_what_no_deal_is_worth_in_the_last_round() -> None:
    tree = pie(CLIMBS, 5, 20, text={"opens": {"a": "o4"}})
    assert walk(sound_study(tree), 5)[0].table.agreed.all()
    for drift, signed in ((5, True), (5.0001, False)):
        world = {"rain": {"drift": 1, "moves": {"ann": drift}}}
        talks, _ = walk(sound_study(tree | {"world": world}), 5)
        assert talks.table.agreed.all() == signed, "four rounds on, 20 points have become 40"


def test_a_deadline_makes_its_round_the_last() -> None:
    events = {"deadline": {"at": 2, "deadline": 2}}
    talks = end_of(sound_study(pie(CLIMBS, 6, 20, text={"opens": {"a": "o4"}}, events=events)))
    assert talks.table.agreed.all() and (talks.table.ended == 3).all()


def end_of(study: Study, replicates: int = 20) -> Any:
    """The end of the talks."""
    draws = Draws(Chance(1, 0, replicates), study.negotiation.quantities)
    return Talks(study.negotiation, study.stakes(draws), draws).play()


def test_events_that_change_weights_change_what_the_text_is_worth() -> None:
    tree = wide_tree(strategy={"annealing": {}}, events={"shock": {"at": 3, "weights": {"ann": {"a": 30, "b": -5}}}})
    study = sound_study(tree)
    draws = Draws(Chance(1, 0, 50))
    talks = Talks(study.negotiation, study.stakes(draws), draws)
    for _ in range(6):
        talks.step()
        assert talks.table.text is not None
        worth = [talks.stakes.utility_of(p, talks.table.text, red_lines=True) * GRID for p in range(3)]
        kept = talks.play_round.__self__.text.worth  # type: ignore[attr-defined]
        assert (np.rint(worth) == kept.T).all()
    calm = walk(sound_study(wide_tree(strategy={"annealing": {}})), 50)[1]
    assert talks.table.text is not None and (calm[-1] != talks.table.text).any()


def test_pressure_makes_texts_signable_and_none_changes_nothing() -> None:
    tree = wide_tree(rounds=6)
    tree["parties"]["bob"]["no_deal"] = 60
    plain = sound_study(tree).play(Chance(1, 0, 200))
    for points in (0, 6):
        pressed = sound_study(tree | {"pressure": [{"by": "ann", "on": "bob", "points": points}]}).play(Chance(1, 0, 200))
        assert (pressed.table.text == plain.table.text).all(), "changes are answered as before"
        assert (pressed.table.agreed >= plain.table.agreed).all()
        assert (pressed.table.agreed > plain.table.agreed).any() == (points > 0)


@pytest.mark.parametrize(
    ("signers", "no_deal", "times"),
    [(["ann", "bob"], (20, 70), 3), (["ann", "bob"], (20, 20), 0), (["ann", "bob"], (50, 70), 0), (["ann"], (20, 70), 0)],
    ids=["refused", "not refused", "refused by both", "not asked"],
)
def test_over_a_text_only_who_is_asked_and_refuses_is_pressed_by_who_would_sign(
    signers: list[str], no_deal: tuple[float, float], times: int
) -> None:
    talks = {"sign": signers, "sign_when": [{"when": {"a": "o0"}, "needs": "bob"}]}
    pressure = [{"by": "ann", "on": "bob", "points": 0, "costs": 1}]
    for leaves, ends in product((None, {"after": 1}), ({}, {"quarrel": {"at": 2, "breaks_off": True}})):
        strategy = CLIMBS | {"leaves": leaves}
        tree = pie(strategy, 3, text={"opens": {"a": "o4"}}, talks=talks, pressure=pressure, events=ends)
        for who, worth in zip(tree["parties"].values(), no_deal, strict=True):
            who["no_deal"] = worth
        costs = sound_study(tree).play(Chance(1, 0, 20)).end.costs
        rounds = min(times, 1) if ends else times
        assert costs is not None and costs[0] == pytest.approx(rounds / 100), "at first the text gives ann 40 and bob 60"


def test_an_absent_signer_is_not_asked_and_nothing_is_agreed_without_it() -> None:
    away = {"present": {"bob": {"enters": 4}}}
    tree = pie({"hardline": {"slack": 100}}, 5, text={"opens": {"a": "o4"}, "revisions": 200}, talks=away)
    talks, texts = walk(sound_study(tree), 40)
    assert all((text[:, 0] == 10).all() for text in texts[1:]), "ann alone is asked, and has all before bob comes"
    assert talks.table.agreed.all() and (talks.table.ended == 4).all(), "both would sign anything, at any time"
    del tree["talks"]["present"]
    talks, texts = walk(sound_study(tree), 40)
    assert (texts[1][:, 0] == 4).all() and (talks.table.ended == 1).all()


def in_rooms(*protocols: Any, **more: Any) -> Tree:
    """The wide scenario in two rooms: ann and bob, then all three; `protocols` of the rooms."""
    seats = (["ann", "bob"], ["ann", "bob", "cleo"])
    rooms = [{"parties": who, "rounds": 3, "protocol": how} for who, how in zip(seats, protocols, strict=True)]
    return wide_tree(rounds=6, talks={"rooms": rooms}, **more)


def test_a_text_agreed_in_one_room_opens_the_next_though_it_is_not_on_the_menu() -> None:
    study = sound_study(in_rooms({"single_text": {}}, {"single_text": {"opens": "plan_0"}}))
    draws = Draws(Chance(1, 0, 200))
    talks = Talks(study.negotiation, study.stakes(draws), draws)
    for _ in range(3):
        talks.step()
    assert talks.table.text is not None
    first, agreed = talks.table.text.copy(), talks.table.missing == 0
    worth = worths(talks, [first])[0]
    assert (agreed == (worth[:2] >= talks.stakes.no_deal[0, :2]).all(axis=0)).all(), "cleo is not there"
    assert 20 < agreed.sum() < 200 and (talks.table.deal[agreed] == UNLISTED).any()
    opened = [line for note in _told(study, 200) if note[0] == 4 for line in [note[1]] if "The text opens" in line]
    assert len(opened) == 200
    for r in range(200):
        row = first[r] if agreed[r] else study.deals.rows[0]
        assert all(f"{issue} {option}" in opened[r] for issue, option in study.deals.named(row).items())
    for _ in range(3):
        talks.step()
    worth = worths(talks, [first, talks.table.text])
    assert (np.diff(worth, axis=0)[0][:, agreed] >= 0).all()
    assert talks.table.agreed.any() and (talks.table.ended[talks.table.agreed] == 6).all()


def _told(study: Study, replicates: int) -> list[tuple[int, str]]:
    notes = study.play(Chance(1, 0, replicates), tell=True).table.notes
    return [(note.round, line) for r in range(replicates) for note in notes for line in [note.line(r)] if line is not None]


def test_a_text_passes_between_single_text_and_alternating_offers() -> None:
    issues = issues_of(3, 3)
    yields = {"aspiration": {"firmness": 1}}
    two = {"ann": party(issues, [[0, 40, 100]] * 2), "bob": party(issues, [[100, 70, 0], [0, 50, 100]])}
    for who in two.values():
        who["strategy"] = yields
    for protocols in (["single_text", "alternating_offers"], ["alternating_offers", "single_text"]):
        rooms = [{"parties": ["ann", "bob"], "rounds": 4, "protocol": how} for how in protocols]
        study = sound_study(tree_of(issues, two, 8, talks={"rooms": rooms}))
        draws = Draws(Chance(1, 0, 100))
        talks = Talks(study.negotiation, study.stakes(draws), draws)
        for _ in range(4):
            talks.step()
        waiting, deal = talks.table.missing == 0, talks.table.deal.copy()
        assert waiting.any() and (deal[waiting] < study.deals.count).all() and (deal[waiting] >= 0).all()
        played = study.play(Chance(1, 0, 100), tell=True)
        assert played.table.agreed.all() and (played.table.deal >= 0).all()
        assert (played.rows == study.deals.rows[played.table.deal]).all()
        for r in np.flatnonzero(waiting)[:5] if protocols[1] == "single_text" else []:
            one = study.play(Chance(1, int(r), 1), tell=True)
            lines = story(one, measure(one), int(r)).splitlines()
            assert lines.count(f"  On the table lies {deal_in_words(study.deals.options(int(deal[r])))}") == 1
            assert sum("The text opens with" in line for line in lines) == 0, "it has been told once"


def test_talks_may_open_with_a_text_off_the_menu() -> None:
    text = dict.fromkeys(wide_tree()["issues"], "o2")
    study = sound_study(wide_tree(talks={"opens": text}))
    told = story(study.play(Chance(1, 0, 1), tell=True), measure(study.play(Chance(1, 0, 1))), 0)
    assert "The text opens with a o2, b o2, c o2" in told and study.deals.number(text) is not None


def test_a_home_refuses_what_was_signed_off_the_menu() -> None:
    tree = wide_tree()
    tree["parties"]["ann"]["ratification"] = {"threshold": 12}
    played, plain = sound_study(tree).play(Chance(1, 0, 300)), menu().play(Chance(1, 0, 300))
    gain = 100 * (plain.end.utility(0) - plain.stakes.no_deal[0, 0])
    refused = plain.table.agreed & (gain < 12 - 1e-7)
    assert 10 < refused.sum() < plain.table.agreed.sum()
    assert (played.table.agreed == (plain.table.agreed & ~refused)).all()
    columns = measure(played)
    assert ((columns["signed_deal"] == UNLISTED) == (plain.table.agreed & (plain.table.deal == UNLISTED))).all()
    assert (columns["deal"][refused] == -1).all() and (played.rows[refused] == -1).all()
    summary = run(sound_study(tree), 300).summary
    assert summary["shares"]["home_given_signature"]["share"] == pytest.approx(1 - refused.sum() / plain.table.agreed.sum())
    replicate = int(np.flatnonzero(refused)[0])
    one = sound_study(tree).play(Chance(1, replicate, 1), tell=True)
    options = one.stakes.deals.named(plain.end.rows[replicate])
    signed = "\n".join(f"    {issue}: {tree['issues'][issue]['options'][option]}" for issue, option in options.items())
    assert f"  Signed:\n{signed}" in story(one, measure(one), replicate)


# Spaces that nobody lists


@cache
def menu() -> Study:
    """The wide scenario, sound."""
    return sound_study(wide_tree())


def test_a_space_too_large_to_list_has_a_menu_of_its_packages() -> None:
    study = menu()
    assert how_many(study.negotiation) == 3**12 > MOST_DEALS
    deals = study.deals
    assert not deals.complete and deals.count == 3
    packages = study.negotiation.packages
    assert [deals.number(package) for package in packages.values()] == [0, 1, 2], "in the order of the file"
    twice = wide_tree()
    twice["packages"] = {"first": packages["plan_1"], "again": packages["plan_1"], "other": packages["plan_0"]}
    assert study_of(twice).deals.count == 2


def test_a_deal_off_the_menu_has_a_number_beyond_it() -> None:
    deals, lot = menu().deals, np.random.default_rng(1)
    rows = lot.integers(0, 3, (200, 12))
    for row, excluded in zip(rows, deals.excluded(rows), strict=True):
        options = deals.named(row)
        number = deals.number(options)
        assert (number is None) == excluded
        if number is not None:
            assert (number < deals.count) == any((row == listed).all() for listed in deals.rows)
            assert deals.options(number) == options and (deals.row(number) == row).all()
    numbers = [deals.number(deals.named(row)) for row in rows[~deals.excluded(rows)]]
    assert len(set(numbers)) == len({tuple(row) for row in rows[~deals.excluded(rows)].tolist()})
    rows = np.array([deals.rows[2], deals.rows[1], 2 - deals.rows[2], deals.rows[0]])
    assert deals.numbers_of(rows, np.array([True, False, True, True])).tolist() == [2, UNLISTED, 0]


@pytest.mark.parametrize("seed", range(10))
def test_features_and_signatures_of_any_rows_are_those_of_the_list(seed: int) -> None:
    study = study_of(drawn_scenario(seed, listed=True))
    deals = study.deals
    if deals.count:
        rows = np.random.default_rng(seed).integers(0, deals.count, 50)
        stakes = study.stakes(Draws(Chance(seed, 0, 50)))
        assert (deals.needs_of(deals.rows[rows]) == deals.needs[rows]).all()
        for p in range(len(deals.parties)):
            assert (deals.features_of(p, deals.rows[rows]) == deals.features[p][:, rows]).all()
            assert (stakes.utility_of(p, deals.rows[rows]) == stakes.utility(p, rows)).all()


def test_columns_say_what_was_agreed_on_the_menu_or_off_it() -> None:
    tree = wide_tree(rounds=2)
    tree["talks"]["protocol"]["single_text"] = {"opens": "plan_0", "revisions": 1}
    study = sound_study(tree)
    played, outcomes = study.play(Chance(1, 0, 500)), run(study, 500)
    frame, deal, agreed = outcomes.to_frame(), measure(played)["deal"], played.table.agreed
    assert set(deal.tolist()) == {UNLISTED, -1, 0}, "the text may move off the menu, or stay"
    assert played.table.text is not None
    text = pd.DataFrame([study.deals.named(row) for row in played.table.text])
    for issue in study.negotiation.issues:
        assert (frame[issue].astype(object).where(agreed, "none") == text[issue].where(agreed, "none")).all()
        assert frame[issue].isna().equals(pd.Series(~agreed))
    assert (frame["deal"].notna() == agreed).all()
    assert set(frame["deal"][deal == 0]) == {study.deals.label(0)} < set(frame["deal"].dropna()), "also off the menu"
    assert frame["on_frontier"].isna().all() and outcomes.summary["frontier"] is None
    for name, who in study.negotiation.parties.items():
        p = study.deals.parties.index(name)
        judges = [Referee(study, _Block(played.stakes), r, 1) for r in range(500)]
        by_hand = [judge.utility(p, row) for judge, row in zip(judges, played.table.text.tolist(), strict=True)]
        expected = np.where(agreed, np.array(by_hand) / GRID, played.stakes.no_deal[0, p]) * 100
        assert np.allclose(frame[f"utility.{name}"], expected, atol=1e-9) and who.discount == 1
        assert np.allclose(frame[f"gain.{name}"], expected - 100 * played.stakes.no_deal[0, p], atol=1e-9)


class _Block(NamedTuple):
    """What the referee reads of a block."""

    stakes: Any


def test_a_summary_counts_options_and_pairs_from_what_was_agreed() -> None:
    outcomes = run(menu(), 400)
    frame, summary = outcomes.to_frame(), outcomes.summary
    signed = frame[frame["ending"] == "agreed"]
    assert 0 < len(signed) < 400 and summary["agreement"]["share"] == len(signed) / 400
    for issue, options in summary["issues"].items():
        shares = signed[issue].value_counts(normalize=True)
        assert {o: one["share"] for o, one in options.items()} == pytest.approx({o: shares.get(o, 0.0) for o in options})
    assert len(summary["together"]) == 12
    for pair in summary["together"]:
        (one, a), (two, b) = pair["clauses"]
        assert pair["share"] == pytest.approx(((signed[one] == a) & (signed[two] == b)).mean())
        assert pair["expected"] == pytest.approx((signed[one] == a).mean() * (signed[two] == b).mean())
    assert {deal["package"] for deal in summary["deals"]} == {"plan_0", "plan_1", "plan_2"}
    shares = [deal["share"] for deal in summary["deals"]]
    assert shares == sorted(shares, reverse=True)
    for deal in summary["deals"]:
        number = menu().deals.number(deal["options"])
        assert number is not None and deal["share"] == (signed["deal"] == menu().deals.label(number)).mean()


def test_options_are_counted_alike_from_rows_and_from_the_list() -> None:
    study = study_of(drawn_scenario(2, listed=True))
    chunk = play_chunk(study, 1, range(300))
    agreed = chunk.columns["deal"][chunk.columns["ending"] == 0]
    assert len(agreed) > 20
    for i, issue in enumerate(study.deals.issues):
        assert (chunk.columns[f"option.{issue}"][chunk.columns["ending"] == 0] == study.deals.rows[agreed, i]).all()
    assert chunk.counts["deals"].sum() == len(agreed) and chunk.counts["deals"][-1] == 0


def padded(tree: Tree) -> Tree:
    """The same with six issues more that are worth nothing to anybody, so that not all deals can be listed."""
    wider = deepcopy(tree)
    new = {f"z{n}": {"question": "?", "options": {f"o{o}": "-" for o in range(4)}} for n in range(6)}
    wider["issues"] |= new
    for who in wider["parties"].values():
        who["weights"] |= dict.fromkeys(new, 0)
        who["strategy"] = {"hill_climbing": {}}
    wider["packages"] = {name: deal | dict.fromkeys(new, "o0") for name, deal in wider["packages"].items()}
    return wider


@pytest.mark.parametrize("seed", [0, 1, 5, 6])
def test_a_deal_off_the_menu_is_judged_like_one_on_the_list(seed: int) -> None:
    tree = drawn_scenario(seed, listed=True)
    listed, wide = study_of(tree), study_of(padded(tree))
    assert listed.deals.count and not wide.deals.complete
    stakes = [study.stakes(Draws(Chance(1, 0, 300))) for study in (listed, wide)]
    for deal in range(0, listed.deals.count, 3):
        beyond = wide.deals.number(listed.deals.options(deal) | {f"z{n}": "o1" for n in range(6)})
        assert beyond is not None and beyond > wide.deals.count
        options = [study.deals.options(number) for study, number in ((listed, deal), (wide, beyond))]
        one, two = (judge(study.negotiation, at, put) for study, at, put in zip((listed, wide), stakes, options, strict=True))
        assert two["all_sign"] == one["all_sign"]
        for name, said in one["parties"].items():
            other = two["parties"][name]
            exact = ("signs", "crosses_red_line", "needed", "anchored", "costliest_issue")
            assert [other[key] for key in exact] == [said[key] for key in exact]
            assert other["margin"] == pytest.approx(said["margin"]) and other["points"] == pytest.approx(said["points"])
            assert {issue: other["issues"][issue] for issue in said["issues"]} == pytest.approx(said["issues"])
        near, wide_near = ([better for better in said["better"] if len(better["changes"]) == 1] for said in (one, two))
        for better, other in zip(near, wide_near, strict=False):
            assert other["changes"] == better["changes"] and other["all_sign"] == better["all_sign"]
            assert other["gains"] == pytest.approx(better["gains"])
        assert len(near) <= len(wide_near)


def test_no_deal_values_may_be_anchored_in_deals_off_the_menu() -> None:
    tree = wide_tree()
    deal = dict.fromkeys(tree["issues"], "o2")
    tree["parties"]["ann"]["no_deal"] = {"like": deal, "plus": -5}
    study = sound_study(tree)
    played = study.play(Chance(1, 0, 20))
    row = np.full((20, 12), 2, dtype=np.int16)
    assert np.allclose(played.stakes.no_deal[0, 0], played.stakes.utility_of(0, row) - 0.05, atol=1e-9)


def test_a_wide_scenario_goes_through_all_commands(tmp_path: Path) -> None:
    tree, file, out = wide_tree(text={"mishears": 0.1}), tmp_path / "wide.yaml", tmp_path / "out"
    tree["issues"]["a"]["without_deal"] = "o1"
    file.write_text(json.dumps(tree))

    def parley(*words: str) -> str:
        result = CliRunner().invoke(app, list(words), prog_name="parley")
        assert result.exit_code == 0, result.output
        return result.stdout

    parley("run", str(file), "-n", "300", "-j", "1", "-o", str(out))
    frame, summary = pd.read_parquet(out / "outcomes.parquet"), json.loads((out / "summary.json").read_text())
    assert len(frame) == 300 and summary["agreement"]["share"] == (frame["ending"] == "agreed").mean()
    everywhere = summary["all_runs"]["a"]["o1"]["share"]
    assert everywhere == pytest.approx((frame["a"].isna() | (frame["a"] == "o1")).mean())
    assert (out / "report.html").stat().st_size > 10_000 and len(list((out / "figures").glob("*.png"))) == 6
    told = parley("explain", str(file), "--replicate", "7")
    assert "deals on the menu" in told and "The text opens with" in told and "Put to signature" in told
    record = json.loads(parley("explain", str(file), "--replicate", "7", "--json"))
    row = frame.iloc[7]
    assert record["ending"] == row["ending"] and record["offers"] == [] and record["notes"]
    assert record["deal"] == (None if row["ending"] != "agreed" else {issue: row[issue] for issue in tree["issues"]})
    assert json.loads(parley("check", str(file), "--json"))["deals"] == 3
    options = [f"{issue}=o2" for issue in tree["issues"]]
    for words in (["plan_1"], ["plan_1", "a=o2"], options):
        assert set(json.loads(parley("score", str(file), *words, "--json"))["parties"]) == {"ann", "bob", "cleo"}
    assert "a: a 2 (o2)" in parley("score", str(file), *options)
    refused = CliRunner().invoke(app, ["score", str(file), "plan_1", "a=o0", "c=o0"], prog_name="parley")
    assert refused.exit_code == 2 and "an exclusion of the scenario forbids this deal" in refused.stderr


# What is told


def test_a_story_tells_what_the_mediator_changed_and_who_objected() -> None:
    issues = issues_of(2, 2)
    ann = party(issues, [[100, 0], [100, 0]], weights={"a": 3, "b": 1}, name="Ann")
    bob = party(issues, [[0, 100], [100, 0]], weights={"a": 1, "b": 3}, name="Bob", no_deal=80)
    text = {"opens": {"a": "o0", "b": "o1"}, "revisions": 12, "mediator": "bob", "bias": 1}
    study = sound_study(tree_of(issues, {"ann": ann, "bob": bob}, 2, text))
    played = study.play(Chance(1, 0, 1), tell=True)
    told = story(played, measure(played), 0).splitlines()
    assert told[told.index("Round 1") :] == [
        "Round 1",
        "  The text opens with a o0, b o1",
        "  Ann says no to a o0 -> o1",
        "  Bob, who mediates, keeps back b o0 -> o1",
        "  1 of 12 changes stands: b o1 -> o0",
        "Round 2",
        "  Ann says no to a o0 -> o1",
        "  Bob, who mediates, keeps back b o0 -> o1",
        "  0 of 12 changes stand: the text is as before",
        "  Put to signature: Ann signs (100 points), Bob does not (75 points, asks for 80)",
        "",
        "End, round 2 of 2: Time ran out although a zone of agreement existed.",
        "  1 deal would have done; the parties did not agree on one in time.",
    ]


def test_notes_tell_of_every_replicate_of_a_block_what_happened_there() -> None:
    study = sound_study(wide_tree(text={"mishears": 0.2, "mediator": "ann", "bias": 0.5}))
    block = study.play(Chance(1, 0, 30), tell=True)
    for r in (0, 11, 29):
        alone = study.play(Chance(1, r, 1), tell=True)
        lines = [(note.round, note.line(0)) for note in alone.table.notes]
        assert lines == [(note.round, note.line(r)) for note in block.table.notes][: len(lines)]
    words = " ".join(str(note.line(r)) for note in block.table.notes for r in range(30))
    assert all(said in words for said in ("said no", "said yes", "keeps back", "which changed nothing", "; 1 other answer,"))


def test_after_an_agreement_nothing_more_is_told() -> None:
    issues = issues_of(3, 3)
    one = party(issues, [[0, 50, 100]] * 2, strategy={"hardline": {"slack": 40}})
    study = sound_study(tree_of(issues, {"ann": one}, 8, {"revisions": 3}))
    played = study.play(Chance(1, 0, 60), tell=True)
    assert played.table.agreed.any() and len(set(played.table.ended.tolist())) > 1
    for r in range(60):
        rounds = {note.round for note in played.table.notes if note.line(r) is not None}
        assert max(rounds) == (played.table.ended[r] or 8)


# What is refused


def told_of(tree: Tree) -> list[str]:
    """The faults of a scenario that is refused, less its name."""
    try:
        study = validate(tree, Negotiation)
    except BadInput as error:
        return [line.removeprefix("scenario: ") for line in error.lines]
    return [f"{'.'.join(map(str, fault.path))}: {fault.message}" for fault in sound(Study(study))]


def faulty(**text: Any) -> Tree:
    """The wide scenario with these settings of the protocol."""
    return wide_tree(text=text)


ALL_FIRST, ALL_LAST = dict.fromkeys(issues_of(*[3] * 12), "o0"), dict.fromkeys(issues_of(*[3] * 12), "o2")
LADDERS = {"weights": {"a": 1, "b": 1, "c": 1}, "values": dict.fromkeys("abc", "rising")}
REFUSED: list[tuple[Tree, str]] = [
    (faulty(bias=0.5), "talks.protocol.single_text.bias: a mediator that is nobody wants nothing; name a party"),
    (faulty(mediator="bop"), "talks.protocol.single_text.mediator: no party of the name 'bop'; did you mean 'bob'?"),
    (faulty(mishears=1.5), "talks.protocol.single_text.mishears: a number from 0 to 1 is needed here, not 1.5"),
    (faulty(mishears={"uniform": [0, 2]}), "talks.protocol.single_text.mishears: a number from 0 to 1 is needed here"),
    (faulty(revisions=0), "talks.protocol.single_text.revisions: at least 1 is needed here, not 0"),
    (faulty(opens="plan_7"), "talks.protocol.single_text.opens: no package of the name 'plan_7'; did you mean"),
    (faulty(opens={"a": "o9"}), "talks.protocol.single_text.opens.a: the issue 'a' has no option 'o9'"),
    (faulty(opens={"aa": "o1"}), "talks.protocol.single_text.opens.aa: no issue of that name"),
    (faulty(opens={"a": "o1"}), "talks.protocol.single_text.opens: names no option for the issue 'b'"),
    (faulty(opens=ALL_FIRST), "talks.protocol.single_text.opens: an exclusion forbids this deal"),
    (wide_tree() | {"packages": {}}, "packages: with 531,441 combinations of options not all deals can be listed; name"),
    (wide_tree() | {"packages": {"first": ALL_FIRST}}, "packages.first: an exclusion forbids this deal"),
    (
        in_rooms({"single_text": {}}, "alternating_offers", strategy={"aspiration": {}}),
        "talks.rooms: what is agreed over a single text may be on no menu: where not all deals can be listed take it in all",
    ),
    (
        wide_tree(talks={"protocol": "alternating_offers"}),
        "parties.ann.strategy: hill_climbing answers changes of a text: it goes with the protocol single_text and no other",
    ),
    (wide_tree(strategy={"aspiration": {}}), "parties.bob.strategy: aspiration needs a list of all deals, and there are too"),
    (wide_tree(talks={"sign": []}), "talks.sign: nobody must sign every deal, and there are too many to look through"),
    (
        tree_of(issues_of(*[400] * 3), {"ann": LADDERS}),
        "issues: 1,200 options in all, and at most 1,000 can be counted; merge some",
    ),
    (
        wide_tree() | {"exclusions": [{"when": {issue: ["o0", "o1"]}} for issue in "abcdef"], "packages": {"last": ALL_LAST}},
        "talks.protocol: exclusions forbid nearly all texts; name one that is not forbidden under `opens`",
    ),
]


@pytest.mark.parametrize("tree, said", REFUSED, ids=[said[:60] for _, said in REFUSED])
def test_what_cannot_be_is_refused_with_its_place(tree: Tree, said: str) -> None:
    assert [line for line in told_of(tree) if line.startswith(said)], told_of(tree)


def test_a_wide_scenario_is_not_refused_for_what_it_does_not_say() -> None:
    assert told_of(wide_tree()) == []


# Klein, Faratin, Sayama and Bar-Yam (2003)


BITS, REPLICATES = 100, 12
COUPLING = 0.06  # points: 4,950 of them make 297, and a party's linkages may add up to 300


def klein(one: Tree, two: Tree) -> Tree:
    """A hundred binary issues with a coupling, drawn from U[-1, 1], between any two of them, for each of two parties.

    The whole weight lies on one issue more, of which the single option is worth nothing: so couplings are all that counts.
    """
    bits = [f"i{n}" for n in range(BITS)]
    issues = {"rest": {"question": "?", "options": {"all": "-"}}}
    issues |= {bit: {"question": "?", "options": {"out": "-", "in": "-"}} for bit in bits}
    weights = {"rest": 1} | dict.fromkeys(bits, 0)
    parties = {
        name: {"weights": weights, "values": {"rest": {"all": 0}}, "no_deal": -100, "strategy": strategy}
        for name, strategy in (("one", one), ("two", two))
    }
    linkages = [
        {"party": name, "when": {bits[i]: "in", bits[j]: "in"}, "points": {"uniform": [-COUPLING, COUPLING]}}
        for name in parties
        for i in range(BITS)
        for j in range(i + 1, BITS)
    ]
    packages = {"nothing": {"rest": "all"} | dict.fromkeys(bits, "out")}
    talks = {"rounds": 500, "protocol": {"single_text": {"revisions": 10}}}
    return {"title": "Klein", "issues": issues, "packages": packages, "parties": parties, "linkages": linkages, "talks": talks}


def best_of(couplings: Floats, sweeps: int = 150, restarts: int = 12) -> Floats:
    """The largest sums (n,) of couplings (n, N, N), each pair once, over sets of bits, by annealing from many starts."""
    lot, (problems, bits, _) = np.random.default_rng(1), couplings.shape
    whole = np.repeat(couplings + couplings.transpose(0, 2, 1), restarts, axis=0)
    chains = np.arange(len(whole))
    held = lot.integers(0, 2, (len(whole), bits)).astype(float)
    field = np.einsum("cij,cj->ci", whole, held)
    energy = (field * held).sum(axis=1) / 2
    best = energy.copy()
    for heat in np.linspace(4, 0, sweeps * bits):
        bit = lot.integers(0, bits, len(whole))
        turn = 1 - 2 * held[chains, bit]
        gain = turn * field[chains, bit]
        turn *= (gain >= 0) | (lot.random(len(whole)) < np.exp(np.minimum(gain, 0) / max(heat, 1e-9)))
        held[chains, bit] += turn
        field += turn[:, None] * whole[chains, bit]
        energy += gain * (turn != 0)
        best = np.maximum(best, energy)
    return best.reshape(problems, restarts).max(axis=1)


def test_the_search_for_the_best_finds_the_best_of_all() -> None:
    couplings = np.triu(np.random.default_rng(2).uniform(-1, 1, (6, 12, 12)), 1)
    sets = (np.arange(1 << 12)[:, None] >> np.arange(12) & 1).astype(float)
    assert np.allclose(best_of(couplings, 60), [(sets @ one * sets).sum(axis=1).max() for one in couplings])


def test_annealers_find_what_hill_climbers_miss_and_are_the_losers_against_them() -> None:
    climbs, anneals = {"hill_climbing": {}}, {"annealing": {"temperature": 3 * COUPLING}}
    worth: dict[str, Floats] = {}
    for name, one, two in (("HH", climbs, climbs), ("HA", climbs, anneals), ("AA", anneals, anneals)):
        played = study_of(klein(one, two)).play(Chance(1, 0, REPLICATES))
        assert played.table.agreed.all()
        worth[name] = np.stack([played.end.utility(p) for p in (0, 1)]) * 100 / COUPLING
    couplings = np.zeros((2, REPLICATES, BITS, BITS))
    couplings[:, :, *np.triu_indices(BITS, 1)] = [points[:, 1 + 2 * BITS :] * 100 / COUPLING for points in played.stakes.points]
    assert np.abs(couplings).max() <= 1 and couplings.std() == pytest.approx(sqrt(1 / 3 * 4950 / 10_000), rel=0.02)
    own = [best_of(one) for one in couplings]
    joint = {name: (both.sum(axis=0) / best_of(couplings.sum(axis=0))).mean() for name, both in worth.items()}
    share = {name: [(both[p] / own[p]).mean() for p in (0, 1)] for name, both in worth.items()}
    assert joint["AA"] > max(joint["HH"], joint["HA"]) + 0.1
    climber, annealer = share["HA"]
    assert climber > np.mean(share["AA"]) + 0.1 > np.mean(share["HH"]) + 0.1
    assert min(share["AA"]) > max(share["HH"]) and min(share["HH"]) > annealer + 0.1
    assert joint == pytest.approx({"HH": 0.742, "HA": 0.792, "AA": 0.967}, abs=0.06)
    assert [climber, annealer] == pytest.approx([0.941, 0.143], abs=0.1)
