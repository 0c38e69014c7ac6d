"""Bad input: every fault in one line with its place, exit status 2, nothing on standard output, nothing left behind."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from bad_input import CASES, SOUND, Case, solved
from typer.testing import CliRunner

from sim.case import names
from sim.case.reading import shipped
from sim.case.yaml import parse_yaml
from sim.cli import app
from sim.studies.blocks import Study
from sim.studies.runs import load, run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(*words: str) -> list[str]:
    """The lines on standard error of a command that is refused."""
    result = CliRunner().invoke(app, list(words), prog_name="parley")
    assert result.exit_code == 2, (result.exit_code, result.stdout, result.stderr, result.exception)
    assert result.stdout == ""
    return result.stderr.splitlines()


def told_of(content: str | bytes, name: str = "x.yaml") -> list[str]:
    """What is told of a file with this content."""
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return told("check", name)


def fine(content: str | bytes) -> Study:
    """The scenario in a file with this content, which must be sound."""
    Path("x.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    return load("x.yaml")


def but(*pairs: tuple[str, str]) -> str:
    """The sound scenario with pieces replaced."""
    text = SOUND
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_a_fault_is_told_with_its_place(case: Case) -> None:
    assert told_of(case.text) == [f"x.yaml:{line}" for line in case.told]


@pytest.mark.parametrize(
    "text",
    [
        but(("talks:\n", "events:\n  storm: {at: 5, breaks_off: true}\n  flood: {at: 5, no_deal: {ben: 1}}\ntalks:\n")),
        but(("talks:\n", "events:\n  storm: {chance: 0.9, breaks_off: true}\n  flood: {at: 5, no_deal: {ben: 1}}\ntalks:\n")),
        but(("talks:\n", "events:\n  haste: {at: 2, deadline: 2}\n  storm: {at: 3, breaks_off: true}\ntalks:\n")),
        but(("talks:\n", "events:\n  flood: {chance: 0.5, repeats: true, withdraws: {water: none}}\ntalks:\n")),
        but(("talks:\n", "events:\n  storm: {at: 2, breaks_off: true, no_deal: {ben: 1}}\ntalks:\n")),
        but(("talks:\n", "world:\n  snow: {starts: 1, to: 1, pull: 0.5, spread: 1, moves: {anna: 0, ben: 1}}\ntalks:\n")),
        but(("talks:\n", "world:\n  snow: {to: {uniform: [0, 1]}, pull: 0.5, moves: {ben: 1}}\ntalks:\n")),
        but(("rounds: 5\n", "rounds: 5\n  review: 4\n  present: {ben: {enters: 2}}\n")),
        but(("rounds: 5\n", "rounds: 5\n  present: {ben: {leaves: 4}}\n  protocol: single_text\n")),
        but(
            ("{aspiration: {firmness: 2}}", "{hill_climbing: {}}"),
            (
                "talks:\n  rounds: 5\n",
                "events:\n  haste: {chance: 0.5, deadline: 2}\ntalks:\n  rounds: 5\n"
                "  present: {ben: {leaves: 4}}\n  protocol: single_text\n",
            ),
        ),
    ],
)
def test_what_has_an_effect_or_may_have_one_is_sound(text: str) -> None:
    assert fine(text).deals.count == 8


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("sale", "events={storm: {at: 1, breaks_off: true}}"),
        ("sale", "talks.present={ben: {enters: 1}}"),
        ("sale", "talks.present={ben: {leaves: 20}}"),
        ("sale", "talks.review=20"),
        ("sale", "world={market: {drift: 0, moves: {sara: 1}}}"),
        ("sale", "world={market: {drift: 1, moves: {sara: 0}}}"),
        ("berlin_talks", "world.attrition.drift=0"),
        ("berlin_talks", "events.deadline.chance=1"),
    ],
)
def test_what_is_changed_may_stand_at_the_end_of_its_range_where_it_does_nothing(name: str, change: str) -> None:
    assert load(name, [change]).changes == (change,)


def test_an_equilibrium_over_a_menu_that_is_asked_for_is_refused_for_the_menu() -> None:
    told = told_of(solved(menu="20").replace("step: 50", "step: 5"))
    why = "equilibrium is solved over all deals, and not all deals are listed, as `menu` asks"
    assert [line.split(": ", 2)[-1] for line in told] == [why, why]


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    text = but(
        ("water: half, price: 0}\n", "water: hlf}\n"),
        ("price: rising", "price: raising"),
        ("rounds: 5", "rounds: many"),
        ("{firmness: 2}", "{firmnes: 2}"),
        ("{like: rule,", "{like: rul,"),
        ("needs: ben", "needs: bob"),
        ("  ben:\n", "  ben:\n    name: Ben\n    name: Benny\n"),
        ("{law: {uniform: [0, 1]}}", "{law: {uniform: [1, 0]}}"),
    )
    assert told_of(text) == [
        "x.yaml:10:3: packages.rule: names no option for the issue 'price'",
        "x.yaml:10:10: packages.rule.water: the issue 'water' has no option 'hlf'; did you mean 'half'?",
        "x.yaml:12:16: quantities.rain.law.uniform: uniform takes [low, high], low below high; these numbers are not so",
        "x.yaml:20:7: parties.anna.values.price: 'raising' is not one of the choices; did you mean 'rising'?",
        "x.yaml:22:29: parties.anna.strategy.aspiration.firmnes: no key of that name belongs here; did you mean 'firmness'?",
        "x.yaml:26:5: parties.ben.name: written twice, first in line 25; keep one of the two",
        "x.yaml:31:15: parties.ben.no_deal.like: no package of the name 'rul'; did you mean 'rule'?",
        "x.yaml:35:3: talks.rounds: a whole number is needed here, not 'many'",
        "x.yaml:38:28: talks.sign_when.0.needs: no party of the name 'bob'; there are anna, ben",
    ]


def test_faults_of_soundness_are_told_at_once_too() -> None:
    text = but(
        ("{refuses: rule, signs: {water: all, price: 100}}", "{signs: rule, refuses: {water: all, price: 100}}"),
        ("when: {water: half, price: 50}", "when: {water: none, price: 0}"),
        ("{when: {water: all}, chance: 0.5}", "{when: {water: [all, half, none]}}"),
    )
    assert [line.split(": ")[0] for line in told_of(text)] == ["x.yaml:21:5", "x.yaml:28:9", "x.yaml:31:19"]


def test_an_equilibrium_that_can_be_solved_is_sound() -> None:
    assert fine(solved()).deals.count == fine(solved(protocol="random_proposer", vote="{quota: 2}")).deals.count == 8
    assert fine(solved(order="rotating")).deals.count == 8
    exact = solved(beliefs="{values: 5}").replace("equilibrium: {}", "equilibrium: {}, beliefs: exact")
    assert fine(exact).deals.count == 8
    assert fine(solved().replace("{}}\nlinkages", "{}, leaves: {after: 0.5}}\nlinkages")).deals.count == 8


CLEO = """\
  cleo:
    weights: {water: 1, price: 0}
    values: {water: {all: 0, half: 0, none: 100}, price: rising}
    no_deal: 0
    strategy: {equilibrium: {}}"""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            solved(order="random"),
            [
                "33:1: talks.protocol: equilibrium under alternating_offers is solved for two parties that must sign every deal, "
                "in fixed or rotating order; for others there is random_proposer"
            ],
        ),
        (
            solved().replace("sign: [anna, ben]", "sign: [anna]"),
            [
                "33:1: talks.protocol: equilibrium under alternating_offers is solved for two parties that must sign every deal, "
                "in fixed or rotating order; for others there is random_proposer"
            ],
        ),
        (
            solved(beliefs="{values: 5}"),
            [
                f"{place}.strategy: equilibrium is solved for parties that know everything: take `beliefs` out, or write exact"
                for place in ("22:5: parties.anna", "30:5: parties.ben")
            ],
        ),
        (
            solved(sign="[anna, ben, cleo]").replace("  sign: [anna, ben]\n", "").replace("linkages", f"{CLEO}\nlinkages"),
            [
                "38:1: talks.protocol: equilibrium under alternating_offers is solved for two parties that must sign every deal, "
                "in fixed or rotating order; for others there is random_proposer"
            ],
        ),
        (
            solved().replace("{}}\nlinkages", "{}, beliefs: {values: 5}}\nlinkages"),
            [
                "30:5: parties.ben.strategy: equilibrium is solved for parties that know everything: take `beliefs` out, or "
                "write exact"
            ],
        ),
        (
            solved(protocol="random_proposer").replace("{}}\nlinkages", "{}, leaves: {after: 0.5}}\nlinkages"),
            ["30:33: parties.ben.strategy.leaves: equilibrium with walking out is solved for alternating_offers alone"],
        ),
    ],
)
def test_an_equilibrium_that_cannot_be_solved_is_refused(text: str, lines: list[str]) -> None:
    assert told_of(text) == [f"x.yaml:{line}" for line in lines]


def solved_with(section: str) -> str:
    """The scenario in equilibrium with one line of its own before the talks, which is line 33."""
    return solved().replace("talks:\n", f"{section}\ntalks:\n")


KNOWN = "equilibrium is solved for no-deal values that all know in advance"
NO_DEAL_ALONE = "equilibrium is solved where events move nothing but no-deal values"
ONE_ROOM = "equilibrium is solved for one room, an empty table and all present"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            solved_with("world: {rain_falls: {spread: 1, moves: {ben: 2}}}"),
            f"33:22: world.rain_falls.spread: {KNOWN}; take `spread` out",
        ),
        (
            solved_with("events: {flood: {at: 2, chance: 0.5, no_deal: {ben: 5}}}"),
            f"33:25: events.flood.chance: {KNOWN}; take `chance` out",
        ),
        (solved_with("events: {flood: {at: 2, weights: {ben: {water: 5}}}}"), f"33:10: events.flood: {NO_DEAL_ALONE}"),
        (solved_with("events: {flood: {at: 2, withdraws: {water: half}}}"), f"33:10: events.flood: {NO_DEAL_ALONE}"),
        (solved_with("events: {flood: {at: 2, deadline: 2}}"), f"33:10: events.flood: {NO_DEAL_ALONE}"),
        (solved_with("events: {flood: {at: 2, breaks_off: true}}"), f"33:10: events.flood: {NO_DEAL_ALONE}"),
        (solved_with("pressure: [{by: anna, on: ben, points: 5}]"), f"33:1: pressure: {KNOWN}; take `pressure` out"),
        (solved(opens="rule"), f"35:3: talks.opens: {ONE_ROOM}; take `opens` out"),
        (solved(present="{ben: {enters: 2}}"), f"35:3: talks.present: {ONE_ROOM}; take `present` out"),
        (
            solved(rooms="[{parties: [anna, ben], rounds: 5}]"),
            f"35:3: talks.rooms: {ONE_ROOM}; take `rooms` out",
        ),
    ],
    ids=["spread", "chance", "weights", "withdraws", "deadline", "breaks_off", "pressure", "opens", "present", "rooms"],
)
def test_an_equilibrium_with_one_thing_that_nobody_can_reckon_with_is_refused_for_it_alone(text: str, line: str) -> None:
    assert told_of(text) == [f"x.yaml:{line}"]


def test_an_equilibrium_with_all_that_nobody_can_reckon_with_is_refused_for_each() -> None:
    outside = (
        "world: {rain_falls: {spread: 1, moves: {ben: 2}}}\n"
        "events: {flood: {at: 2, chance: 0.5, deadline: 2}}\n"
        "pressure: [{by: anna, on: ben, points: 5}]\n"
    )
    assert told_of(solved(opens="rule").replace("talks:\n", outside + "talks:\n")) == [
        f"x.yaml:33:22: world.rain_falls.spread: {KNOWN}; take `spread` out",
        f"x.yaml:34:10: events.flood: {NO_DEAL_ALONE}",
        f"x.yaml:34:25: events.flood.chance: {KNOWN}; take `chance` out",
        f"x.yaml:35:1: pressure: {KNOWN}; take `pressure` out",
        f"x.yaml:38:3: talks.opens: {ONE_ROOM}; take `opens` out",
    ]


@pytest.mark.parametrize(
    "section", ["world: {rain_falls: {drift: 1, moves: {ben: 2}}}", "events: {flood: {at: 2, lasts: 1, no_deal: {ben: 5}}}"]
)
def test_an_equilibrium_with_no_deal_values_that_move_as_all_know_is_sound(section: str) -> None:
    assert fine(solved_with(section)).deals.count == 8


def test_an_equilibrium_is_refused_where_a_home_is_asked_after_the_signature() -> None:
    chance = solved_with("").replace(
        "    strategy: {equilibrium: {}}", "    strategy: {equilibrium: {}}\n    ratification: {chance: 0.9}", 1
    )
    vote = "votes: [{when: {water: none}, yes: 0.5}]"
    town = f"councils: {{town: {{party: ben, use: after, rule: unanimity, members: {{north: 60, south: 40}}, {vote}}}}}\n"
    asked = "equilibrium is solved for talks that end with the signature, and this home is asked after it"
    assert told_of(chance) == [f"x.yaml:23:5: parties.anna.ratification: {asked}"]
    assert told_of(solved_with(town)) == [f"x.yaml:24:3: parties.ben: {asked}"]


def test_an_equilibrium_under_a_protocol_without_an_induction_is_refused() -> None:
    *_, last = told_of(solved(protocol="compromise"))
    assert last == (
        "x.yaml:35:3: talks.protocol: equilibrium is solved for alternating_offers and random_proposer, not for compromise"
    )


def test_each_place_where_a_name_is_looked_for_has_a_case(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = [case for case in CASES if re.search(": no | has no option |what is not there", " ".join(case.told))]
    trees = [cast(dict[str, Any], parse_yaml(case.text, case.what).values) for case in missing]
    told = [set(names.loose_names(tree)) for tree in trees]
    for kind in ("PARTIES", "ISSUES", "DEALS", "CONDITIONS", "BARE_CONDITIONS", "REASONS"):
        for pattern in (patterns := getattr(names, kind)):
            monkeypatch.setattr(names, kind, [other for other in patterns if other != pattern])
            assert any(set(names.loose_names(tree)) != faults for tree, faults in zip(trees, told, strict=True)), pattern
        monkeypatch.setattr(names, kind, patterns)


def test_issues_may_not_be_called_like_columns_of_the_results() -> None:
    columns = run("pie", 10).to_frame().columns
    assert set(columns) - {"share"} - {column for column in columns if "." in column} == names.COLUMNS


# Files


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "x.yaml:1:1: empty; a scenario has the keys title, issues, parties and talks"),
        (b"# only words\n", "x.yaml:1:1: empty; a scenario has the keys title, issues, parties and talks"),
        (b"- a\n- b\n", "x.yaml:1:1: no scenario; a scenario has the keys title, issues, parties and talks"),
        (b"\n\nhello\n", "x.yaml:3:1: no scenario; a scenario has the keys title, issues, parties and talks"),
        (b"\x89PNG\r\n\x1a\n\x00", "x.yaml:1:1: not a text in UTF-8; save the file as UTF-8"),
        (b"\xff\xfet\x00i\x00", "x.yaml:1:1: not a text in UTF-8; save the file as UTF-8"),
        ("title: A\nabout: Café\n".encode("latin-1"), "x.yaml:2:11: not a text in UTF-8; save the file as UTF-8"),
        (b"title: A\nabout: \x07\n", "x.yaml:2:8: not a text: it holds a sign that is none (number 7)"),
        (b"a: " + b"x" * 1_000_001, "x.yaml: too large for a scenario; 1 MB at most"),
        (b"a: " + b"[" * 5000, "x.yaml:1:44: nested too deeply; 40 levels at most"),
        (b"a: " + b"[" * 50 + b"]" * 50, "x.yaml:1:44: nested too deeply; 40 levels at most"),
        (b"a: &x [*x]\n", "x.yaml:1:4: nested too deeply; 40 levels at most"),
    ],
)
def test_a_file_that_is_no_scenario(content: bytes, line: str) -> None:
    assert told_of(content) == [line]


def test_a_file_whose_aliases_swell() -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join(9 * [f'*a{n - 1}'])}]\n" for n in range(1, 9))
    (line,) = told_of(f"a0: &a0 [x]\n{levels}")
    assert line == "x.yaml:6:1: too much for a scenario, with what aliases repeat; 20,000 values at most"


def test_no_such_file(folder: Path) -> None:
    (folder / "mine.yaml").write_text(SOUND)
    (folder / "sub").mkdir()
    shipped_ones = ", ".join(shipped())
    no = "no such file, and no scenario of that name comes with parley"
    assert told("run", "mien.yaml") == [f"mien.yaml: {no}; did you mean 'mine.yaml'?"]
    assert told("run", "berlim") == [f"berlim: {no}; did you mean 'berlin'?"]
    assert told("run", "zzz") == [f"zzz: {no}; there are {shipped_ones}"]
    assert told("run", "sub") == ["sub: a folder, not a scenario file"]
    assert told("run", "x" * 400) == [f"{'x' * 200}: cannot be the name of a file"]
    (folder / "berlin").mkdir()
    assert load("berlin").negotiation.title.startswith("Berlin")


@pytest.mark.parametrize(
    ("extends", "line"),
    [
        ("zz.yaml", "x.yaml:1:1: extends: no file 'zz.yaml', and no scenario of that name comes with parley; there are {all}"),
        (
            "berlni",
            "x.yaml:1:1: extends: no file 'berlni', and no scenario of that name comes with parley; did you mean 'berlin'?",
        ),
        ("x.yaml", "x.yaml:1:1: extends: goes round in a circle: 'x.yaml' extends this file in turn"),
        ("[pie]", "x.yaml:1:1: extends: the name of a scenario or of its file is needed here"),
        ("list.yaml", "x.yaml:1:1: extends: 'list.yaml' is no scenario"),
        (
            "garbled.yaml",
            "garbled.yaml:2:4: not YAML: a colon too many; a text with a colon goes in quotes, and a key is indented "
            "like its neighbours",
        ),
        ("other.yaml", "other.yaml:1:1: extends: goes round in a circle: 'x.yaml' extends this file in turn"),
        ("faulty.yaml", "faulty.yaml:33:3: talks.rounds: a whole number is needed here, not 'many'"),
    ],
)
def test_a_bad_base(folder: Path, extends: str, line: str) -> None:
    (folder / "list.yaml").write_text("- a\n")
    (folder / "garbled.yaml").write_text("a: b\n  c: d\n")
    (folder / "other.yaml").write_text("extends: x.yaml\n")
    (folder / "faulty.yaml").write_text(but(("rounds: 5", "rounds: many")))
    assert told_of(f"extends: {extends}\n") == [line.replace("{all}", ", ".join(shipped()))]


def test_faults_stand_in_the_file_that_holds_them(folder: Path) -> None:
    (folder / "base.yaml").write_text(but(("{like: rule,", "{like: rul,")))
    assert told_of("extends: base.yaml\ntalks: {rounds: 0}\nparties:\n  anna:\n    weights: {watr: 5}\n") == [
        "base.yaml:29:15: parties.ben.no_deal.like: no package of the name 'rul'; did you mean 'rule'?",
        "x.yaml:2:9: talks.rounds: at least 1 is needed here, not 0",
        "x.yaml:5:15: parties.anna.weights.watr: no issue of that name; did you mean 'water'?",
    ]


def test_a_variant_cannot_take_out_what_is_not_there(folder: Path) -> None:
    (folder / "base.yaml").write_text(SOUND)
    assert told_of("extends: base.yaml\nevents: ~\ntalks:\n  revue: ~\n  sign_when: ~\npackages: {rul: }\n") == [
        "x.yaml:2:1: events: there is nothing to take out: what this file extends has no such key here",
        "x.yaml:4:3: talks.revue: there is nothing to take out: what this file extends has no such key here",
        "x.yaml:6:12: packages.rul: there is nothing to take out: what this file extends has no such key here; "
        "did you mean 'rule'?",
    ]
    assert told_of("extends: base.yaml\nworld: {rain: ~, snow: {drift: ~}}\n") == [
        "x.yaml:2:9: world.rain: there is nothing to take out: what this file extends has no such key here",
        "x.yaml:2:25: world.snow.drift: there is nothing to take out: what this file extends has no such key here",
    ]
    assert told_of("extends: base.yaml\nparties:\n  ben:\n    weights: ~\n") == ["x.yaml:4:5: parties.ben.weights: is missing"]
    assert told_of("extends: base.yaml\nparties:\n  ben: ~\n") == [
        "base.yaml:34:16: talks.sign.1: no party of the name 'ben'; there is anna",
        "base.yaml:36:28: talks.sign_when.0.needs: no party of the name 'ben'; there is anna",
    ]


def test_an_event_that_cannot_happen_may_withdraw_an_option_from_a_text(folder: Path) -> None:
    flood = "events:\n  flood: {at: 2, chance: 0, withdraws: {water: none}}\ntalks:\n  rounds: 5\n  protocol: single_text\n"
    assert fine(but(("talks:\n  rounds: 5\n", flood))).negotiation.events


# What looks odd and is sound


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + SOUND.encode(),
        SOUND.replace("\n", "\r\n").encode(),
        SOUND.replace("A well", "2025-12-24").encode(),
        SOUND.replace("A well", "Müller, 水, \U0001f6b0, naïve").encode(),
        SOUND.replace("A well", "x" * 500_000).encode(),
        but(("plus: -10", "plus: {quantity: rain, times: -10}")).encode(),
        but(("{water: 60, price: 40}", "{water: {uniform: [40, 60]}, price: {lognormal: [40, 0.5]}}")).encode(),
        but(("strategy: {aspiration: {firmness: 2}}", "strategy: {micro: }")).encode(),
        but(("when: {price: 100}", "when: {price: [100, 50.0]}")).encode(),
        but(("title: A well\n", "title: &t A well\nabout: *t\n")).encode(),
    ],
)
def test_odd_but_sound(content: bytes) -> None:
    assert fine(content).deals.count == 8


def test_places_do_not_shift_by_byte_order_marks_and_line_ends() -> None:
    bad = but(("title: A well", "titel: A well"), ("rounds: 5", "rounds: many"))
    plain = told_of(bad)
    assert [line.split(": ")[0] for line in plain] == ["x.yaml:1:1", "x.yaml:1:1", "x.yaml:33:3"]
    assert told_of(b"\xef\xbb\xbf" + bad.replace("\n", "\r\n").encode()) == plain


def test_no_yes_and_on_are_words() -> None:
    words = but(
        ("{all: Anna, half: Each, none: Ben}", "{no: Anna, yes: Each, on: Ben}"),
        ("rule: {water: half,", "rule: {water: yes,"),
        ("when: {water: none,", "when: {water: on,"),
        ("{all: 100, half: 50, none: 0}", "{no: 100, yes: 50, on: 0}"),
        ("signs: {water: all,", "signs: {water: no,"),
        ("{all: 0, half: 55, none: 100}", "{no: 0, yes: 55, on: 100}"),
        ("when: {water: all}", "when: {water: no}"),
        ("when: {water: half,", "when: {water: [yes],"),
    )
    assert list(fine(words).negotiation.issues["water"].options) == ["no", "yes", "on"]


def test_an_issue_may_be_called_quantity_or_like() -> None:
    assert list(fine(SOUND.replace("water", "quantity").replace("price", "like")).negotiation.issues) == ["quantity", "like"]


@pytest.mark.parametrize("step", ["1", "0.1", "250", "100000"])
def test_large_and_small_rungs_keep_apart(step: str) -> None:
    first = 10 * float(step) + 1_000_000
    ladder = f"{{from: {first}, to: {first + 2 * float(step)}, step: {step}}}"
    words = [f"{first + n * float(step):.12g}" for n in range(3)]
    text = but(
        ("{from: 0, to: 100, step: 50}", ladder),
        ("price: 0}\nquant", f"price: {words[0]}}}\nquant"),
        ("none, price: 0}", f"none, price: {words[0]}}}"),
        ("all, price: 100}", f"all, price: {words[2]}}}"),
        ("price: 50}", f"price: {words[1]}}}"),
        ("{price: 100}", f"{{price: {words[2]}}}"),
    )
    assert list(fine(text).negotiation.issues["price"].options) == words


# The command line


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["run", "pie", "--set", "rounds"], "--set rounds: a change is written PATH=VALUE, such as talks.rounds=12"),
        (["run", "pie", "--set", "=3"], "--set =3: a change is written PATH=VALUE, such as talks.rounds=12"),
        (
            ["run", "pie", "--set", "talk.rounds=3"],
            "--set talk.rounds=3: talk: there is nothing to change here; did you mean 'talks'?",
        ),
        (
            ["run", "pie", "--set", "talks.round=3"],
            "--set talks.round=3: talks.round: no key of that name belongs here; did you mean 'rounds'?",
        ),
        (
            ["run", "pie", "--set", "talks.rounds=many"],
            "--set talks.rounds=many: talks.rounds: a whole number is needed here, not 'many'",
        ),
        (
            ["run", "pie", "--set", "talks.rounds="],
            "--set talks.rounds=: talks.rounds: nothing is written here; write what belongs here, or take the key out",
        ),
        (
            ["run", "pie", "--set", "talks.rounds.x=3"],
            "--set talks.rounds.x=3: talks.rounds.x: there is nothing to change here; the path goes too deep",
        ),
        (
            ["run", "pie", "--set", "parties.anna.no_deal={uniform: [1"],
            "--set parties.anna.no_deal={uniform: [1: parties.anna.no_deal: not YAML: a comma is missing before this, "
            "or the [ of line 1 is not closed",
        ),
        (
            ["run", "pie", "--set", "parties.anna.no_deal={unifrom: [1, 2]}"],
            "--set parties.anna.no_deal={unifrom: [1, 2]}: parties.anna.no_deal.unifrom: no law of that name; "
            "did you mean 'uniform'?",
        ),
        (["run", "pie", "--set", "talks.revue=~"], "--set talks.revue=~: talks.revue: there is nothing to take out"),
        (
            ["run", "pie", "--set", "talks.round=~"],
            "--set talks.round=~: talks.round: there is nothing to take out; did you mean 'rounds'?",
        ),
        (["run", "berlin", "--set", "linkages.0=~"], "--set linkages.0=~: linkages.0: nothing is written here; write what*"),
        (["run", "pie", "--set", "talks.rounds=~"], "--set talks.rounds=~: talks.rounds: is missing"),
        (
            ["run", "pie", "--set", "world.snow.drift=1"],
            "--set world.snow.drift=1: world: there is nothing to change here; what is not there yet is written whole: "
            "world={...}",
        ),
        (
            ["run", "berlin", "--set", "linkages.1.points=3"],
            "--set linkages.1.points=3: linkages.1: there is nothing to change here; items count from 0 to 0",
        ),
        (
            ["run", "berlin", "--set", "parties.us.no_deal={refuses: draft_28, signs: kyiv_terms}"],
            "--set parties.us.no_deal={refuses: draft_28, signs: kyiv_terms}: parties.us.no_deal: contradictory anchors: *",
        ),
        (["run", "pie", "-n", "0"], "parley run: -n: a whole number, at least 1, is needed here; see parley run --help"),
        (["run", "pie", "-n", "many"], "parley run: -n: a whole number is needed here; see parley run --help"),
        (["run", "pie", "-j", "0"], "parley run: -j: a whole number, at least 1, is needed here; see parley run --help"),
        (["run", "pie", "-j", "1.5"], "parley run: -j: a whole number is needed here; see parley run --help"),
        (["run", "pie", "--seed", "-1"], "parley run: --seed: a whole number, at least 0, is needed here; see parley run --help"),
        (
            ["explain", "pie", "-r", "1" + 30 * "0"],
            "parley explain: --replicate: a whole number, at most 1000000000, is needed here; *",
        ),
        (["levers", "sale", "--target", "1.5"], "parley levers: --target: a number, at most 1, is needed here; *"),
        (["run", "pie", "--precision", "9"], "parley run: --precision: a number, at most 0.5, is needed here; *"),
        (["explain", "sale", "--base", "berlin"], "--base berlin: has other issues than sale, so that its points*"),
        (["run"], "parley run: missing argument 'SCENARIO'; see parley run --help"),
        (["runn", "pie"], "parley*: no such command 'runn'*"),
        (
            ["score", "two_issues", "salary=3000"],
            "the deal names no option for holidays: write ISSUE=OPTION for each, or a package's name",
        ),
        (["score", "two_issues", "trad"], "trad: no package of that name; did you mean 'trade'?"),
        (
            ["score", "two_issues", "salary=3000", "holidays=33"],
            "holidays=33: the issue 'holidays' has no option '33'; did you mean '32'?",
        ),
        (
            ["score", "two_issues", "salery=3000", "holidays=32"],
            "salery=3000: no issue of the name 'salery'; did you mean 'salary'?",
        ),
        (["score", "two_issues", "salary=3000", "salary=4000", "holidays=32"], "salary=4000: the issue 'salary' is named twice"),
    ],
)
def test_a_bad_command(words: list[str], line: str) -> None:
    (only,) = told(*words)
    assert re.fullmatch(".*".join(map(re.escape, line.split("*"))), only), only


def test_all_bad_changes_are_told_at_once() -> None:
    changes = ["nothing", "parties.ana.no_deal=3", "talks.clock=open", "talks.rounds=x"]
    lines = told("run", "pie", *(word for change in changes for word in ("--set", change)))
    assert [line.partition(": ")[0] for line in lines] == [f"--set {change}" for change in changes]


def test_all_bad_words_for_a_deal_are_told_at_once() -> None:
    assert told("score", "berlin", "nato=shelvd", "lin=freeze", "plan20") == [
        "plan20: no package of that name; did you mean 'plan20_mirrored'?",
        "nato=shelvd: the issue 'nato' has no option 'shelvd'; did you mean 'shelved'?",
        "lin=freeze: no issue of the name 'lin'; did you mean 'line'?",
    ]


def test_an_excluded_deal_has_no_score(folder: Path) -> None:
    (folder / "x.yaml").write_text(SOUND)
    (line,) = told("score", "x.yaml", "water=none", "price=0")
    assert line == "water=none price=0: an exclusion of the scenario forbids this deal"


def test_a_change_of_an_unsound_scenario_is_refused(folder: Path) -> None:
    (folder / "x.yaml").write_text(but(("  - when: {water: none, price: 0}\n", "  - when: {water: all}\n")))
    lines = told("run", "x.yaml", "--set", "exclusions=[]")
    assert [line.split(": ")[0] for line in lines] == ["x.yaml:21:30", "x.yaml:28:10"]


@pytest.mark.parametrize("where", ["taken", "taken/results", "/proc/parley", "/dev/null"])
def test_results_that_cannot_be_written(folder: Path, where: str) -> None:
    (folder / "taken").write_text("mine")
    (line,) = told("run", "pie", "-n", "10", "-o", where)
    assert re.fullmatch(f"-o {where}: cannot be written: [A-Z][a-z ]+", line)
    assert (folder / "taken").read_text() == "mine"


def test_a_cluster_without_its_extra(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    (line,) = told("run", "pie", "-n", "10", "--cluster", "tcp://127.0.0.1:8786")
    assert line == '--cluster: needs the extra "cluster": pip install "parley-sim[cluster]"'


@pytest.mark.parametrize("words", [["x.yaml"], ["pie", "--set", "talks.rounds=x"], ["nowhere"], ["pie", "-n", "x"]])
def test_a_refused_run_leaves_nothing_behind(folder: Path, words: list[str]) -> None:
    (folder / "x.yaml").write_text(CASES[0].text)
    told("run", *words, "-o", "results")
    assert [path.name for path in folder.iterdir()] == ["x.yaml"]


@pytest.mark.parametrize(
    "words",
    [
        ["check", "x.yaml"],
        ["run", "nowhere", "--json"],
        ["score", "pie", "shar=5"],
        ["run", "pie", "-n", "-1"],
    ],
)
def test_the_program_itself_says_the_same(folder: Path, words: list[str]) -> None:
    (folder / "x.yaml").write_text("title: [\n")
    done = subprocess.run([sys.executable, "-m", "sim", *words], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr.splitlines()) == (2, "", told(*words))


def test_what_is_quoted_stays_in_one_line() -> None:
    lines = told_of('title: x\n"a\\nb\\u001b": 1\n')
    assert any(line.startswith(r"x.yaml:2:1: a\nb\x1b: no key of that name belongs here") for line in lines)


def test_a_change_to_nothing_takes_out_what_stands_there() -> None:
    tree = load("berlin_talks", ["events.truce=~", "talks.review=~", "councils=~"]).negotiation
    assert "truce" not in tree.events and len(tree.events) == 4 and tree.talks.review is None and not tree.councils
