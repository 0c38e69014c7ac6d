"""The page without a browser: what a move writes, what a picture counts, who is answered first, who may speak for whom."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.case.chance import Chance
from sim.case.faults import BadInput
from sim.case.laws import Law
from sim.case.reading import Draft, draft, draft_of_text, shipped
from sim.case.yaml import parse_yaml, write_yaml
from sim.outcomes.captions import percent
from sim.studies.blocks import Study
from sim.studies.runs import load, run
from sim.talks.negotiation import Negotiation
from sim.web import charts, paths, questions, role, tables
from sim.web.games import Games
from sim.web.guard import MOST_BYTES, SmallRequests
from sim.web.picture import Picture, as_record, picture, together
from sim.web.questions import GameOf, JudgementOf, PictureOf, StoryOf, Table
from sim.web.queue import Queue
from sim.web.sliders import Slider, as_change, choices, in_short, moved, sliders
from sim.web.visit import MOST_TEXT, Case, Visit

T = TypeVar("T")
SCENARIOS = ["pie", "sale", "two_issues", "berlin", "berlin_talks"]


def case_of(name: str) -> Case:
    """A shipped scenario as the page plays it."""
    written = draft(name)
    return Case(Draft(name, written.tree, written.places), written.checked(Negotiation), True, name)


def begin(name: str) -> Case:
    """The scenario, taught in this very process."""
    case = case_of(name)
    questions._studies.clear()
    questions._programs.cache_clear()
    questions.begin(case.written, Study(case.negotiation))
    return case


def slider(name: str, path: str) -> Slider:
    """The slider over a number of a shipped scenario."""
    return next(one for one in sliders(case_of(name).negotiation) if one.path == path)


class Here:
    """A queue that answers in this process, at once."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    async def ask(self, asker: str, question: Any) -> Any:
        """The answer."""
        self.asked.append((asker, question))
        return questions.answer(question)

    refine = ask

    def forget(self, asker: str) -> None:
        """Nothing waits here."""


def now(work: Coroutine[Any, Any, T]) -> T:
    """What comes of it."""
    return asyncio.run(work)


# sliders


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_slider_can_be_moved_to_both_its_ends(name: str) -> None:
    written = draft(name)
    found = sliders(written.checked(Negotiation))
    assert len({one.path for one in found}) == len(found) > 5
    for one in found:
        for end in (one.low, one.high):
            written.changed([as_change(one.path, one.moved(end))]).checked(Negotiation)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_choice_can_be_made(name: str) -> None:
    written = draft(name)
    for one in choices(written.checked(Negotiation), complete=True):
        assert one.at in one.options
        for word in one.options:
            written.changed([as_change(one.path, word)]).checked(Negotiation)


def test_over_a_menu_nobody_chooses_the_rule_for_offers() -> None:
    negotiation = case_of("berlin").negotiation
    both = [{one.path for one in choices(negotiation, complete)} for complete in (True, False)]
    assert both[0] - both[1] == {"talks.offers"}


def test_a_slider_moved_back_writes_what_was_written() -> None:
    one = slider("berlin", "parties.ukraine.strategy.aspiration.deadline")
    assert one.moved(one.at) == one.written == Law("triangular", (0.4, 0.7, 1))
    assert one.moved(one.nearest(0.71)) == one.written != one.moved(one.nearest(0.75))


@settings(deadline=None)
@given(
    st.sampled_from([("uniform", (0.2, 0.4)), ("triangular", (0.1, 0.3, 0.4)), ("beta", (2.0, 3.0, 0.0, 0.5))]),
    st.floats(-0.1, 0.4),
)
def test_a_law_keeps_its_shape_where_there_is_room(law: tuple[str, tuple[float, ...]], by: float) -> None:
    before = Law(*law)
    after = moved(before, by, -1, 2)
    uniforms = np.linspace(0, 1, 11)
    assert isinstance(after, Law)
    np.testing.assert_allclose(after.quantile(uniforms) - before.quantile(uniforms), by, atol=2e-6)


def test_a_law_is_pressed_flat_at_the_ends_of_its_slider() -> None:
    assert moved(Law("uniform", (0.5, 0.9)), 0.3, 0, 1) == Law("uniform", (0.8, 1))
    assert moved(Law("uniform", (0.5, 0.9)), 0.6, 0, 1) == 1
    assert moved(Law("choice", (0.0, 0.5, 1.0, 0.5)), 0.25, 0, 1) == Law("choice", (0.25, 0.5, 1, 0.5))


def test_numbers_are_said_in_few_signs() -> None:
    assert [in_short(x) for x in (2.0, -0.36, Law("uniform", (1.5, 4)))] == ["2", "−0.36", "1.5 to 4"]


# pictures


def test_a_picture_says_what_run_says() -> None:
    case = begin("berlin")
    seen = together(questions.answer(PictureOf(Table(), first, 512)) for first in (0, 512))
    record, summary = as_record(case.negotiation, seen), run("berlin", 1024).summary
    assert record["replicates"] == 1024
    for key, one in summary["endings"].items():
        assert {name: record["endings"][key][name] for name in ("share", "low", "high", "example")} == {
            name: one[name] for name in ("share", "low", "high", "example")
        }
    for issue, options in summary["issues"].items():
        assert record["issues"][issue] == options
    for party, spread in summary["parties"].items():
        for kind in ("utility", "no_deal"):
            told = list(spread[kind]["quantiles"].values())
            np.testing.assert_allclose(record["parties"][party][kind], told, atol=1)


@pytest.mark.parametrize(
    ("name", "path", "to"),
    [
        ("two_issues", "parties.mia.strategy.aspiration.firmness", 3),
        ("berlin", "parties.ukraine.no_deal.plus", 10),
        ("berlin", "parties.ukraine.weights.line", 60),
        ("berlin", "quantities.war.law", 0.7),
    ],
)
def test_a_move_gives_what_set_gives(name: str, path: str, to: float) -> None:
    begin(name)
    one = slider(name, path)
    change = as_change(path, one.moved(to))
    halves = (questions.answer(PictureOf(Table((change,)), first, 256, at_once=True)) for first in (0, 256))
    seen, expected = together(halves), picture(load(name, [change]).play(Chance(1, 0, 512)), 0)
    assert all(np.array_equal(a, b) for a, b in zip(seen[1:3], expected[1:3], strict=True))
    assert np.array_equal(seen.utilities, expected.utilities) and np.array_equal(seen.no_deal, expected.no_deal)
    assert not np.array_equal(seen.utilities, questions.answer(PictureOf(Table(), 0, 512)).utilities)


def test_pictures_of_nothing_agreed_have_no_shares_of_options() -> None:
    case = case_of("pie")
    study = load("pie", ["parties.anna.no_deal=95", "parties.ben.no_deal=95"])
    record = as_record(case.negotiation, picture(study.play(Chance(1, 0, 64)), 0))
    assert record["agreed"] == 0 and record["parties"]["anna"]["utility"] is None
    assert set(record["issues"]["share"].values()) == {None}
    for drawn in (charts.endings(record, None), charts.issues(tables.Words.of(case.negotiation).issues, record, record)):
        json.dumps(drawn)


def test_what_cannot_be_played_is_told_and_not_drawn() -> None:
    begin("sale")
    anchors = as_change("parties.sara.weights.price", 0.0)
    with pytest.raises(BadInput, match="sum to nothing"):
        questions.answer(PictureOf(Table((anchors,)), 0, 64, at_once=True))


def test_an_unsound_move_is_found_out_by_the_refined_picture() -> None:
    begin("berlin_talks")
    late = as_change("talks.rounds", 1.0)
    with pytest.raises(BadInput, match="round"):
        questions.answer(PictureOf(Table((late,)), 0, 64))


# visits


def visit_to(name: str) -> Visit:
    """A visit to a scenario that is taught in this process."""
    case = begin(name)
    queue: Any = Here()
    return Visit("tab", queue, case, 1)


def test_a_visit_takes_moves_back_one_slider_at_a_time() -> None:
    visit = visit_to("two_issues")
    for number in (1.0, 2.0, 3.0):
        visit.move("talks.rounds", number, as_written=False)
    visit.move("talks.order", "random", as_written=False)
    assert visit.table.changes == ("talks.rounds=3", 'talks.order="random"')
    assert visit.undo() and visit.table.changes == ("talks.rounds=3",)
    assert visit.undo() and not visit.table.changes and not visit.undo()
    visit.move("talks.rounds", 2.0, as_written=False)
    visit.reset()
    assert not visit.moves and visit.undo() and visit.moves == {"talks.rounds": 2.0}


def test_a_visit_sees_first_a_few_and_then_enough_replicates() -> None:
    visit = visit_to("pie")

    async def both() -> tuple[Picture | None, Picture | None]:
        first = await visit.first(visit.table)
        assert first is not None
        return first, await visit.refined(visit.table, first)

    first, enough = now(both())
    assert first is not None and enough is not None
    assert first.replicates == 512 and enough.replicates == 5120
    blocks = (questions.answer(PictureOf(Table(), at, 512)) for at in range(0, 5120, 512))
    assert np.array_equal(enough.utilities, together(blocks).utilities)


def test_an_older_answer_is_not_shown_over_a_newer_question() -> None:
    visit = visit_to("pie")

    async def overtaken() -> tuple[Picture | None, ...]:
        older = asyncio.create_task(visit.first(visit.table))
        await asyncio.sleep(0)
        visit.move("talks.rounds", 3.0, as_written=False)
        newer = await visit.first(visit.table)
        return await older, newer

    older, newer = now(overtaken())
    assert older is None and newer is not None


def test_a_tab_that_is_gone_is_answered_nothing() -> None:
    visit = visit_to("pie")
    visit.forget()
    assert now(visit.first(visit.table)) is None


@pytest.mark.parametrize("name", ["berlin", "berlin_talks", "two_issues"])
def test_a_copied_variant_reads_as_what_was_moved(name: str) -> None:
    visit = visit_to(name)
    every = [one for one in sliders(visit.case.negotiation) if one.group != "Talks"][::3]
    for one in every:
        visit.move(one.path, one.moved((one.low + 2 * one.high) / 3), as_written=False)
    visit.move("talks.order", "random", as_written=False)
    read = draft_of_text(visit.variant(), "copy.yaml", lambda base: draft(base) if base in shipped() else None)
    expected = visit.case.written.changed(visit.table.changes).tree
    assert not read.faults and {**read.tree, "title": ""} == {**expected, "title": ""}
    assert read.tree["title"].endswith(", changed")


def test_a_text_is_opened_as_a_scenario_and_undone() -> None:
    visit = visit_to("two_issues")
    now(visit.open("extends: two_issues\ntalks: {rounds: 3}\n", "opened.yaml"))
    assert visit.case.negotiation.talks.rounds == 3 and visit.case.key
    first = now(visit.first(visit.table))
    assert first is not None and first.replicates == 512
    assert "extends" not in visit.variant() and "rounds: 3" in visit.variant()
    assert visit.undo() and visit.case is visit.taught


@pytest.mark.parametrize("base", ["/etc/passwd", "../scenarios/pie.yaml", "nothing", "[a]"])
def test_a_text_cannot_have_a_file_read(base: str) -> None:
    visit = visit_to("pie")
    with pytest.raises(BadInput) as caught:
        now(visit.open(f"extends: {base}\n", "opened.yaml"))
    assert len(caught.value.lines) == 1 and caught.value.lines[0].startswith("opened.yaml:1:1: extends: no scenario")
    assert "root" not in str(caught.value)


def test_faults_of_a_text_are_told_with_line_and_column() -> None:
    visit = visit_to("pie")
    with pytest.raises(BadInput) as caught:
        now(visit.open("extends: pie\nparties:\n  anna: {weights: {<b>x</b>: 3}}\ntalks: {rounds: no}\n", "opened.yaml"))
    assert [line.partition(": ")[0] for line in caught.value.lines] == ["opened.yaml:3:20", "opened.yaml:4:9"]


def test_a_text_of_more_than_the_page_takes_is_refused() -> None:
    visit = visit_to("pie")
    with pytest.raises(BadInput, match="too long"):
        now(visit.open("#" * (MOST_TEXT + 1), "opened.yaml"))
    many = {f"i{n}": {"question": "?", "options": {"ladder": {"from": 0, "to": 100, "step": 1}}} for n in range(3)}
    with pytest.raises(BadInput, match="too large for the page"):
        party = {"weights": dict.fromkeys(many, 1), "values": dict.fromkeys(many, "rising")}
        tree = {"title": "x", "issues": many, "parties": {"a": party, "b": party}, "talks": {"rounds": 5}}
        now(visit.open(json.dumps(tree), "opened.yaml"))


def test_a_question_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    begin("pie")

    def endless(*_: object) -> None:
        while True:
            pass

    monkeypatch.setattr(questions, "SECONDS", 0.2)
    monkeypatch.setattr(questions, "_story", endless)
    with pytest.raises(BadInput, match="longer than the"):
        questions.answer(StoryOf(Table(), 0))


def test_what_is_written_as_yaml_reads_the_same() -> None:
    tree = {"a": "no", "b": "1e3", "c": [1, 2.5, True, None], "d": {"e": "x: y # z", "f": "ü\n“two”"}, "g": "0x1f", "h": "12"}
    assert parse_yaml(write_yaml(tree), "x").values == tree


# the queue


@pytest.fixture
def queue() -> Iterator[Any]:
    case = case_of("pie")
    made = Queue(case.written, Study(case.negotiation), 1)
    yield made
    made.close()


def test_only_the_newest_question_of_each_asker_is_answered(queue: Queue) -> None:
    async def many() -> list[Any]:
        tables_ = [Table((f"talks.rounds={n}",)) for n in range(2, 8)]
        asks = [asyncio.create_task(queue.ask("a", PictureOf(table, 0, 64))) for table in tables_]
        other = asyncio.create_task(queue.ask("b", PictureOf(Table(), 0, 64)))
        return await asyncio.gather(*asks, other)

    *asked, other = now(many())
    assert [one is not None for one in asked] == [True, False, False, False, False, True] and other is not None
    study = load("pie", ["talks.rounds=7"])
    assert np.array_equal(asked[-1].utilities, picture(study.play(Chance(1, 0, 64)), 0).utilities)


def test_what_refines_waits_for_what_is_urgent_and_is_dropped_when_asked_to(queue: Queue) -> None:
    order: list[str] = []

    async def told(name: str, work: Coroutine[Any, Any, Any]) -> Any:
        answer = await work
        order.append(name if answer is not None else f"no {name}")

    async def many() -> None:
        first = [asyncio.create_task(told("first", queue.ask("a", PictureOf(Table(), 0, 64))))]
        await asyncio.sleep(0)
        later = [
            told(f"later {who}", queue.refine(who, PictureOf(Table(), n, 64))) for who, n in (("a", 64), ("a", 128), ("b", 64))
        ]
        rest = [asyncio.create_task(one) for one in [*later, told("urgent", queue.ask("c", PictureOf(Table(), 0, 64)))]]
        await asyncio.gather(*first, rest[-1])
        queue.forget("b")
        await asyncio.gather(*rest)

    now(many())
    assert order[:2] == ["first", "urgent"] and order[2:] in (
        ["no later b", "later a", "later a"],
        ["later a", "no later b", "later a"],
        ["later a", "later b", "later a"],
    )


def test_a_worker_tells_faults_and_lives_on(queue: Queue) -> None:
    async def both() -> Any:
        with pytest.raises(BadInput, match="nothing to change"):
            await queue.ask("a", PictureOf(Table(("parties.nobody.weights.x=1",)), 0, 64))
        return await queue.ask("a", PictureOf(Table(), 0, 64))

    assert now(both()).replicates == 64


def test_an_answer_after_the_page_has_ended_is_let_go(queue: Queue, caplog: pytest.LogCaptureFixture) -> None:
    async def leaves() -> None:
        asked = asyncio.create_task(queue.ask("a", PictureOf(Table(), 0, 64)))
        await asyncio.sleep(0)
        assert not asked.done()

    now(leaves())
    queue._pool.shutdown()
    assert not caplog.records


# games


def games(folder: Path, name: str = "two_issues", key: str = "k") -> Games:
    """The games kept in a folder."""
    begin(name)
    queue: Any = Here()
    return Games(folder, key, queue, 1)


def test_a_game_outlives_the_server(tmp_path: Path) -> None:
    kept = games(tmp_path)
    game = now(kept.alone("me", "mia", [], 3))
    now(kept.move(game, "me", "offer", {"salary": "4000", "holidays": "29"}))
    again = games(tmp_path).latest("me", shared=False)
    assert again is not None and (again.record, again.holders) == (game.record, {"mia": "me"})
    assert now(games(tmp_path).stands(again))["views"]["mia"]["talk"][0]["deal"] == {"salary": "4000", "holidays": "29"}
    assert games(tmp_path, key="another scenario").latest("me", shared=False) is None


def test_many_may_look_at_once_at_a_game_after_a_restart(tmp_path: Path) -> None:
    kept = games(tmp_path)
    game = now(kept.alone("me", "mia", [], 3))
    again = games(tmp_path)
    found, slow = again.find(game.code), slowly(again)

    async def all_look() -> list[Any]:
        return await asyncio.gather(*(slow.stands(found) for _ in range(3)))

    assert {one["asked"] for one in now(all_look())} == {"mia"} and found.version == game.version


def slowly(kept: Games) -> Games:
    """The same games, before a queue that lets others go first."""
    queue: Any = kept._queue
    answer = queue.ask

    async def later(asker: str, question: Any) -> Any:
        await asyncio.sleep(0)
        return await answer(asker, question)

    queue.ask = later
    return kept


def test_games_of_another_scenario_stay_in_the_file(tmp_path: Path) -> None:
    now(games(tmp_path, key="one").alone("me", "mia", [], 0))
    now(games(tmp_path, key="two").alone("me", "otto", [], 0))
    game = games(tmp_path, key="one").latest("me", shared=False)
    assert game is not None and game.record["chairs"] == ["mia"]


def test_a_spoilt_file_of_games_is_no_games(tmp_path: Path) -> None:
    (tmp_path / "games.json").write_text("{")
    assert games(tmp_path).latest("me", shared=False) is None


def test_nobody_speaks_for_another_chair(tmp_path: Path) -> None:
    kept = games(tmp_path)
    game = now(kept.together("host", ["mia", "otto"], [], 0))
    kept.take(game, "mia", "one")
    with pytest.raises(BadInput, match="taken"):
        kept.take(game, "mia", "two")
    with pytest.raises(BadInput, match="a chair in this game already"):
        kept.take(game, "otto", "one")
    with pytest.raises(BadInput, match="not begun"):
        now(kept.move(game, "one", "refuse"))
    with pytest.raises(BadInput, match="Only who opened"):
        now(kept.begin(game, "one"))
    kept.take(game, "otto", "two")
    now(kept.begin(game, "host"))
    for who, what in (("two", "Mia's turn"), ("host", "holds no chair"), ("stranger", "holds no chair")):
        with pytest.raises(BadInput, match=what):
            now(kept.move(game, who, "refuse"))
    assert game.record["moves"] == []
    now(kept.move(game, "one", "offer", {"salary": "4000", "holidays": "32"}))
    with pytest.raises(BadInput, match="Only who opened"):
        now(kept.undo(game, "one"))
    now(kept.undo(game, "host"))
    assert game.record["moves"] == []


def test_chairs_that_nobody_takes_are_the_programs(tmp_path: Path) -> None:
    kept = games(tmp_path)
    game = now(kept.together("host", ["mia", "otto"], [], 0))
    with pytest.raises(BadInput, match="Nobody"):
        now(kept.begin(game, "host"))
    kept.take(game, "otto", "two")
    now(kept.begin(game, "host"))
    assert game.record["chairs"] == ["otto"] and now(kept.stands(game))["asked"] == "otto"


def test_a_move_that_is_overtaken_is_refused(tmp_path: Path) -> None:
    kept = games(tmp_path)
    game = now(kept.alone("me", "mia", [], 0))
    slow = slowly(kept)

    async def both() -> None:
        await asyncio.gather(slow.move(game, "me", "refuse"), slow.move(game, "me", "leave"))

    with pytest.raises(BadInput, match="a move meanwhile"):
        now(both())
    assert len(game.record["moves"]) == 1


def test_a_move_on_what_was_seen_before_another_move_is_refused(tmp_path: Path) -> None:
    kept = games(tmp_path)
    game = now(kept.alone("me", "mia", [], 0))
    seen = game.version
    now(kept.move(game, "me", "refuse", seen=seen))
    with pytest.raises(BadInput, match="in another tab"):
        now(kept.move(game, "me", "sign", seen=seen))
    assert len(game.record["moves"]) == 1


def test_a_browser_keeps_a_limited_number_of_games(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.web.games.MOST_OPENED", 3)
    kept = games(tmp_path)
    codes = [now(kept.alone("me", "mia", [], 0)).code for _ in range(5)]
    assert list(json.loads((tmp_path / "games.json").read_text())) == codes[2:]
    with pytest.raises(BadInput, match="no game of this code"):
        kept.find(codes[0])
    assert kept.find(f" {codes[4].lower()} ").code == codes[4]


def test_at_the_end_each_chair_is_set_beside_the_program(tmp_path: Path) -> None:
    case = begin("two_issues")
    record = {"seed": 1, "replicate": 0, "chairs": ["mia"], "moves": [{"party": "mia", "move": "leave"}]}
    with pytest.raises(BadInput):
        questions.answer(GameOf(Table(), {**record, "moves": [{"party": "otto", "move": "refuse"}]}))
    moves = [{"party": "mia", "move": "refuse"}, {"party": "mia", "move": "leave"}]
    stands = questions.answer(GameOf(Table(), {**record, "moves": moves}))
    assert stands["asked"] is None and "Mia walked out" in stands["told"]["story"]
    assert stands["told"]["demands"]["mia"][0] is None and stands["told"]["demands"]["otto"][0] is not None
    assert set(stands["debriefs"]) == set(case.negotiation.parties)
    program = run("two_issues", 1).to_frame()
    assert stands["debriefs"]["mia"]["program"]["utility"] == pytest.approx(program["utility.mia"][0])


# words, charts and guards


def test_words_of_a_scenario_are_never_markup() -> None:
    bad = "<script>alert(1)</script>"
    html = tables.table(bad, [bad], [(bad, bad)]) + tables.paragraph(bad)
    assert "<script" not in html and html.count("&lt;script&gt;") == 5


def test_a_judged_deal_says_who_would_sign() -> None:
    case = begin("two_issues")
    record = questions.answer(JudgementOf(Table(), {"salary": "3500", "holidays": "26"}))
    html = tables.of_judgement(tables.Words.of(case.negotiation), record)
    assert percent(record["all_sign"]).replace("\u00a0", " ") in html.replace("\u00a0", " ") and "3000 euros" in html


@pytest.mark.parametrize("name", ["berlin_talks", "sale"])
def test_every_round_of_a_story_can_be_shown(name: str) -> None:
    case = begin(name)
    told = questions.answer(StoryOf(Table(), 5))
    words = tables.Words.of(case.negotiation)
    last = len(next(iter(told["demands"].values())))
    assert 1 <= last <= case.negotiation.talks.rounds
    shown = [tables.of_round(words, told, number) for number in range(1, last + 1)]
    assert sum(text.count("proposes</caption>") for text in shown) == sum(one["party"] is not None for one in told["offers"])
    axes = list(words.names)[:2]
    for drawn in (paths.aspirations(words.names, told, last), paths.walk(words.names, told, (axes[0], axes[1]), 99)):
        json.dumps(drawn, allow_nan=False)


def test_the_line_best_for_both_is_that_of_deals_which_no_other_beats() -> None:
    pairs = [(0.0, 5.0), (1.0, 5.0), (2.0, 3.0), (1.5, 3.0), (3.0, 0.0), (2.5, 0.0)]
    beaten = {(x, y) for x, y in pairs for a, b in pairs if (a, b) != (x, y) and a >= x and b >= y}
    assert paths._staircase(pairs) == [list(pair) for pair in sorted(set(pairs) - beaten)]


def test_a_bar_of_the_endings_stands_where_its_click_is_looked_for() -> None:
    agreed = {"text": "Agreement", "share": 0.5, "low": 0.4, "high": 0.6, "example": 3}
    now_, before = {"endings": {"agreed": agreed}}, {"endings": {"walked": {**agreed, "text": "Walked"}, "agreed": agreed}}
    drawn = charts.endings(now_, before)
    assert charts.endings_shown(now_, before)[::-1] == ["walked", "agreed"]
    assert [row["value"] for row in drawn["yAxis"]["data"]] == ["Walked", "Agreement"]
    assert [bar["label"]["formatter"] for bar in drawn["series"][1]["data"]] == [
        "0.0\u00a0% (was 50.0\u00a0%)",
        "50.0\u00a0% (was 50.0\u00a0%)",
    ]


def test_an_option_says_what_it_was_only_where_it_was_there() -> None:
    share = {"share": 0.25, "low": 0.2, "high": 0.3}
    wording = {"price": {"question": "How much?", "options": {"a": "1", "b": "2"}}}
    now_ = {"issues": {"price": {"a": share, "b": None}}}
    drawn = charts.issues(wording, now_, {"issues": {"price": {"a": share}}})["series"][1]["data"]
    assert [bar if bar == "-" else bar["label"]["formatter"] for bar in drawn] == ["–", "25.0\u00a0% (was 25.0\u00a0%)", "-"]


def test_a_role_gives_short_names_where_its_words_do_not() -> None:
    assert role.named("five_regions", "All to one side") == "five regions: All to one side"
    assert role.named("salary", "What is the monthly Salary?") == "What is the monthly Salary?"


def test_an_axis_holds_all_its_points_in_whole_steps() -> None:
    assert paths._reach([-3.2, 100.0000001], 20) == {"min": -20, "max": 100}
    assert paths._reach([20.0, 61.0], 20) == {"min": 20, "max": 80}


def test_keys_of_a_chart_hold_no_code() -> None:
    case = begin("sale")
    seen = as_record(case.negotiation, questions.answer(PictureOf(Table(), 0, 64)))
    words, told = tables.Words.of(case.negotiation), questions.answer(StoryOf(Table(), 0))
    drawn = [
        charts.endings(seen, seen),
        charts.issues(words.issues, seen, seen),
        charts.utilities(words.names, seen, seen),
        paths.aspirations(words.names, told, 5),
        paths.walk(words.names, told, ("sara", "ben"), 5),
    ]

    def keys(tree: Any) -> Iterator[str]:
        for key, item in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
            yield str(key)
            yield from keys(item)

    assert not [key for one in drawn for key in keys(one) if key.startswith(":")]  # such a key is run as code


@pytest.mark.parametrize(
    ("method", "length", "passes"),
    [("GET", None, True), ("POST", b"10", True), ("POST", None, False), ("POST", str(MOST_BYTES + 1).encode(), False)],
)
def test_a_request_with_a_large_body_is_refused(method: str, length: bytes | None, passes: bool) -> None:
    seen: list[Any] = []

    async def inside(scope: Any, receive: Any, send: Any) -> None:
        seen.append("inside")

    async def send(message: Any) -> None:
        seen.append(message.get("status"))

    headers = [] if length is None else [(b"content-length", length)]
    now(SmallRequests(inside)({"type": "http", "method": method, "headers": headers}, None, send))
    assert (seen[0] == "inside") == passes and (passes or seen[0] == 413)


def test_without_the_extra_the_page_says_what_to_install() -> None:
    code = "import sys; sys.modules['nicegui'] = None; sys.argv = ['parley', 'teach']; from sim.cli import main; main()"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert told.returncode == 2 and told.stdout == ""
    assert told.stderr == 'parley teach: the page needs an extra that is not there: pip install "parley-sim[teach]"\n'


@pytest.mark.kill
def test_a_worker_that_dies_costs_one_answer(queue: Queue) -> None:
    async def both() -> Any:
        assert await queue.ask("a", PictureOf(Table(), 0, 64)) is not None
        workers = list(queue._pool._processes)
        for worker in workers:  # a stopped worker cannot answer before it dies
            os.kill(worker, signal.SIGSTOP)
        asked = asyncio.create_task(queue.ask("a", PictureOf(Table(), 64, 64)))
        await asyncio.sleep(0)
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        with pytest.raises(BadInput, match="failed"):
            await asked
        return await queue.ask("a", PictureOf(Table(), 0, 64))

    assert now(both()).replicates == 64
