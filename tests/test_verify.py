"""Every claim of `parley verify` holds, is told on its page, and can fail."""

import importlib.util
import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from sim.case.arrays import Bools, Floats
from sim.case.council import carried
from sim.case.faults import BadInput
from sim.case.house import House
from sim.case.stakes import UNIT, Stakes
from sim.case.voting import VotingRule
from sim.cli import app
from sim.outcomes.solutions import SOLUTIONS
from sim.outcomes.zone import Zone
from sim.talks.equilibrium import Game, Offer
from sim.talks.protocols.challenge import READINGS
from sim.talks.protocols.compromise import AVERAGES
from sim.talks.strategies.annealing import Walk
from sim.verify.baron_ferejohn import equal_partners, splits
from sim.verify.rows import Row
from sim.verify.scenes import dollars_and_cents, listed, pie, solution, study, worth, zone
from sim.verify.topics import TOPICS

ROOT = Path(__file__).parents[1]


def parley(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def page() -> tuple[str, ModuleType]:
    """The page of claims, and the script behind its table."""
    spec = importlib.util.spec_from_file_location("verify_table", ROOT / "docs" / "verify_table.py")
    assert spec and spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return (ROOT / "docs" / "verify.md").read_text(), script


@pytest.mark.parametrize("topic", TOPICS)
def test_every_claim_of_a_topic_holds_and_stands_on_the_page(topic: str) -> None:
    rows = list(TOPICS[topic](1))
    assert [row for row in rows if not row.holds] == []
    assert len({row.claim for row in rows}) == len(rows) > 0
    for row in rows:
        assert row.topic == topic and row.claim and row.source and row.reason and "|" not in row.claim + row.source
        assert row.kind in ("played", "computed") and row.relation in ("=", ">")
        widest = row.obtained - row.expected if row.relation == ">" else 0.1 * max(1, abs(row.expected))
        assert math.isfinite(row.expected) and 0 <= row.tolerance <= widest
    text, script = page()
    assert [script.line(row) for row in rows] == [line for line in text.splitlines() if line.startswith(f"| {topic} |")]


def test_no_claim_on_the_page_has_lost_its_topic() -> None:
    text, _ = page()
    table = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")]
    assert set(table) == {"topic", *TOPICS}


Breaks = Callable[[pytest.MonkeyPatch], None]


def another_solution(name: str) -> Breaks:
    """One solution point computed by the objective of another."""
    other = "egalitarian" if name == "utilitarian" else "utilitarian"
    return lambda patch: patch.setitem(SOLUTIONS, name, SOLUTIONS[other])


def generous_zone(patch: pytest.MonkeyPatch) -> None:
    """The zone also holds deals up to 2 points worse than no deal."""
    made = Zone.__init__

    def make(self: Zone, stakes: Stakes, t: int = 0) -> None:
        made(self, stakes, t)
        self.no_deal = self.no_deal - 0.02 * UNIT

    patch.setattr(Zone, "__init__", make)


def no_discount(patch: pytest.MonkeyPatch) -> None:
    """A proposer reckons with what a deal is worth at once, whenever it comes."""
    best = Game.best

    def hasty(self: Game, t: int, party: int, accepted: Bools, later: Floats, otherwise: Floats) -> Offer:
        return best(self, t, party, accepted, np.ones_like(later), otherwise)

    patch.setattr(Game, "best", hasty)


def nobody_leaves(patch: pytest.MonkeyPatch) -> None:
    """Nobody reckons with walking out."""
    patch.setattr(Game, "may_leave", lambda self, party, t: np.zeros(self.room.stakes.replicates, dtype=bool))


def first_of_equals(patch: pytest.MonkeyPatch) -> None:
    """Of equally good deals a proposer puts the first of the list, and all reckon with that one."""
    best = Game.best

    def orderly(self: Game, t: int, party: int, accepted: Bools, later: Floats, otherwise: Floats) -> Offer:
        first = replace(self, luck=[np.zeros_like(luck) for luck in self.luck])
        offer = best(first, t, party, accepted, later, otherwise)
        rows = np.arange(len(offer.deals))
        return Offer(offer.deals, later * self.utility[:, rows, np.minimum(offer.deals, self.utility.shape[2] - 1)])

    patch.setattr(Game, "best", orderly)


def everything_is_carried(patch: pytest.MonkeyPatch) -> None:
    """Any set of supporters is enough."""
    patch.setattr(House, "carried", lambda self, supporters: np.ones(np.shape(supporters), dtype=bool))


def all_heard_alike(patch: pytest.MonkeyPatch) -> None:
    """The mean of positions takes no notice of weights."""
    patch.setitem(AVERAGES, "mean", lambda at, weight: at.mean(axis=0))


def one_reading(patch: pytest.MonkeyPatch) -> None:
    """The challenge model is read one way only."""
    patch.setitem(READINGS, "code", READINGS["paper"])


def three_can_block(patch: pytest.MonkeyPatch) -> None:
    """A blocking minority needs no four members."""

    def strict(votes: Bools, population: list[float], rule: VotingRule) -> Bools:
        return carried(votes, population, rule.model_copy(update={"blocking_minority": 1}))

    patch.setattr("sim.verify.council.carried", strict)


def everybody_climbs(patch: pytest.MonkeyPatch) -> None:
    """Who anneals agrees to gains alone."""
    patch.setattr(Walk, "accepts", lambda self, gain, t, moment: gain > 0)


BREAKS: list[tuple[str, Breaks]] = [
    *(("solutions", another_solution(name)) for name in SOLUTIONS),
    ("fearon", generous_zone),
    ("rubinstein", no_discount),
    ("outside_option", nobody_leaves),
    ("baron_ferejohn", first_of_equals),
    ("baron_ferejohn", everything_is_carried),
    ("compromise", all_heard_alike),
    ("challenge", one_reading),
    ("council", three_can_block),
    ("single_text", everybody_climbs),
    ("articles", generous_zone),
]


@pytest.mark.parametrize(("topic", "breaks"), BREAKS)
def test_a_broken_program_fails_its_claims(topic: str, breaks: Breaks, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch)
    assert any(not row.holds for row in TOPICS[topic](1))


def test_every_topic_has_been_broken() -> None:
    assert {topic for topic, _ in BREAKS} == set(TOPICS)


def claim(obtained: float, relation: str = "=") -> Row:
    return Row("topic", "A claim", "A source", "played", 0.5, obtained, 0.01, "ladder, step 0.01", relation)


@pytest.mark.parametrize(("obtained", "holds"), [(0.5, True), (0.509, True), (0.491, True), (0.511, False), (0.489, False)])
def test_a_claim_holds_within_its_tolerance(obtained: float, holds: bool) -> None:
    assert claim(obtained).holds is holds
    assert claim(obtained).verdict == ("pass" if holds else "FAIL")


@pytest.mark.parametrize(("obtained", "holds"), [(0.52, True), (0.509, False), (0.4, False)])
def test_a_claim_of_more_holds_above_its_tolerance_alone(obtained: float, holds: bool) -> None:
    assert claim(obtained, ">").holds is holds


def test_no_number_is_no_proof() -> None:
    assert not claim(math.nan).holds and not claim(math.nan, ">").holds


def test_help_shows_an_example() -> None:
    assert "Example: parley verify rubinstein" in parley("verify", "--help").stdout


def test_one_topic_is_shown_with_its_claims_and_the_count() -> None:
    told = parley("verify", "council")
    assert told.exit_code == 0
    shown = " ".join(told.stdout.split())
    assert "At most three never block" in shown and "Treaty on European Union" in shown and "FAIL" not in shown
    count = len(list(TOPICS["council"](1)))
    assert told.stdout.splitlines()[-1].startswith(f"{count} of {count} claims hold (")


def test_rows_are_printed_as_json() -> None:
    told = parley("verify", "council", "--json", "--seed", "2")
    rows = json.loads(told.stdout)
    assert told.exit_code == 0
    assert [row["claim"] for row in rows] == [row.claim for row in TOPICS["council"](2)]
    keys = ["topic", "claim", "source", "kind", "expected", "obtained", "tolerance", "reason", "relation", "verdict"]
    assert all(list(row) == keys and row["verdict"] == "pass" for row in rows)


def test_a_quiet_proof_says_nothing() -> None:
    told = parley("verify", "council", "-q")
    assert (told.exit_code, told.output) == (0, "")


def test_an_unknown_topic_is_refused_with_a_hint() -> None:
    told = parley("verify", "rubinstien")
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr == "rubinstien: no topic of that name; did you mean 'rubinstein'?\n"
    assert parley("verify", "zzz").stderr.endswith(f"there are {', '.join(TOPICS)}\n")


def test_all_topics_are_played_when_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for topic in list(TOPICS):
        monkeypatch.setitem(TOPICS, topic, lambda seed, topic=topic: iter([claim(0.5)._replace(topic=topic)]))
    told = parley("verify")
    assert told.exit_code == 0 and f"{len(TOPICS)} of {len(TOPICS)} claims hold" in told.stdout
    assert all(topic.replace("_", " ") in told.stdout for topic in TOPICS)


@pytest.mark.parametrize("words", [[], ["--json"], ["-q"]])
def test_a_failed_claim_is_told_and_ends_in_failure(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TOPICS, "council", lambda seed: iter([claim(0.5), claim(0.6, ">"), claim(0.7)]))
    told = parley("verify", "council", *words)
    assert told.exit_code == 1
    assert "FAIL" in told.output and "0.7" in told.output
    if not words:
        assert "2 of 3 claims hold" in told.stdout and "> 0.5" in told.stdout
    else:
        assert told.stderr == "FAIL: topic: A claim: expected 0.5, obtained 0.7\n"


def test_a_pie_in_dollars_and_cents_is_one_pie() -> None:
    ready = study(dollars_and_cents())
    shares = worth(ready, np.arange(0, 4000, 37))
    assert shares.sum(axis=0) == pytest.approx(1, abs=1e-9)
    assert shares[0] == pytest.approx(np.arange(0, 4000, 37) / 3999, abs=1e-9)


def test_marks_of_a_scale_cannot_be_agreed() -> None:
    ready = study(listed({"low": (0.2, 0.7), "high": (0.6, 0.3)}, no_deal=(0.1, 0.1)))
    assert [ready.deals.options(k)["terms"] for k in range(ready.deals.count)] == ["low", "high"]
    assert worth(ready, np.array([0, 1])) == pytest.approx(np.array([[0.2, 0.6], [0.7, 0.3]]))


def test_a_scene_that_no_file_could_say_is_refused() -> None:
    tree = pie(0.1)
    tree["parties"]["a"]["pay"] = 1
    with pytest.raises(BadInput, match=r"a known result: parties\.a\.pay"):
        study(tree)
    tree = pie(0.1) | {"exclusions": [{"share": ["0", "1"]}, {"share": "1"}]}
    with pytest.raises(BadInput, match="take it out"):
        study(tree)


def test_zone_and_solution_are_read_as_shares() -> None:
    tree = pie(0.1, no_deal=(20, 40))
    assert zone(tree)[0] == pytest.approx([0.2, 0.3, 0.4, 0.5, 0.6])
    assert solution(tree, "nash") == pytest.approx([0.4, 0.6])


def test_splits_are_all_there_are() -> None:
    assert sorted(splits(2, 4, 2)) == [(0, 1), (0.25, 0.75), (0.5, 0.5), (0.75, 0.25), (1, 0)]
    assert len(splits(3, 15, 3)) == 16 * 17 // 2 and len(splits(5, 25, 3)) == 3005
    assert all(sum(split) == pytest.approx(1) and np.count_nonzero(split) <= 2 for split in splits(4, 6, 2))


def test_partners_are_paid_alike_and_the_rest_is_kept() -> None:
    found = equal_partners(5, 3, 25)
    assert len(set(found)) == len(found) - 5 * 5  # where nobody is paid the partners do not matter
    for split in found:
        assert sum(split) == pytest.approx(1)
        assert sorted(split)[2:4] == pytest.approx([sorted(split)[2]] * 2) and max(split) >= 0.5
