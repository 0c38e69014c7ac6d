"""The program can cite itself: every part has a paper, or a reason why it has none."""

import re
from collections.abc import Iterable

import pytest

from sim.case.reading import shipped
from sim.outcomes.solutions import SOLUTIONS
from sim.papers import OWN, PAPERS, USES, entries, every_part, papers, parts
from sim.studies.runs import load
from sim.talks.clocks import CLOCKS
from sim.talks.offers import OFFERS
from sim.talks.protocols import PROTOCOLS
from sim.talks.strategies import STRATEGIES

TABLES: dict[str, Iterable[str]] = {
    "strategies": STRATEGIES,
    "protocols": PROTOCOLS,
    "solutions": SOLUTIONS,
    "offers": OFFERS,
    "clocks": CLOCKS,
}
ENTRIES = [f"{table}.{entry}" for table, entries in TABLES.items() for entry in entries]


def fields(entry: str) -> dict[str, str]:
    """A BibTeX entry's fields, by a plain reading of its braces."""
    match = re.fullmatch(r"@[a-z]+\{[a-z0-9]+,\n(.*)\n\}", entry, re.DOTALL)
    assert match, entry
    found, depth, start = {}, 0, 0
    text = match[1] + ","
    for at, letter in enumerate(text):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        assert depth >= 0, entry
        if letter == "," and depth == 0:
            name, equals, value = text[start:at].partition(" = ")
            assert equals and value[0] == "{" and value[-1] == "}", text[start:at]
            found[name.strip()] = value[1:-1]
            start = at + 1
    assert depth == 0, entry
    return found


@pytest.mark.parametrize("name", list(shipped()))
def test_every_part_of_a_shipped_scenario_has_a_paper(name: str) -> None:
    scenario = load(name).negotiation
    used = parts(scenario)
    assert used and set(used) <= set(PAPERS)
    assert used == [part for part in every_part() if part in used], "in the order of the table"
    assert ("menu" in used) == (name == "berlin_20_points")
    assert {f"protocols.{scenario.talks.protocol.kind}", "solutions.nash", "sampling"} <= set(used)


def test_parts_are_those_the_scenario_uses() -> None:
    berlin, changed = load("berlin"), load("berlin", ["parties.us.strategy={micro: {}}", "talks.clock=stacked"])
    assert set(parts(changed.negotiation)) - set(parts(berlin.negotiation)) == {"strategies.micro", "clocks.stacked"}
    assert "weights_doubt" in parts(berlin.negotiation) and "weights_doubt" not in parts(load("pie").negotiation)


@pytest.mark.parametrize("part", ENTRIES)
def test_every_entry_of_a_table_has_a_paper_or_a_reason(part: str) -> None:
    assert (part in PAPERS) != (part in OWN), "add its paper to PAPERS in sim/papers.py, or to OWN why there is none"


def test_papers_and_reasons_name_nothing_that_is_gone() -> None:
    named = {part for part in (*PAPERS, *OWN) if "." in part}
    assert named <= set(ENTRIES)
    assert set(entries()) == set(PAPERS.values())
    assert set(USES) == set(PAPERS) and all(OWN.values())


@pytest.mark.parametrize("part", list(PAPERS))
def test_every_entry_is_bibtex(part: str) -> None:
    found = fields(entries()[PAPERS[part]])
    assert all(found.get(name) for name in ("author", "title", "year")), found
    assert re.fullmatch(r"(19|20)\d\d", found["year"])
    assert any(name in found for name in ("journal", "booktitle", "publisher"))


def test_papers_are_printed_once_each_with_their_use() -> None:
    text = papers(every_part())
    keys = re.findall(r"^@\w+\{(\w+),$", text, re.MULTILINE)
    assert len(keys) == len(set(keys)) == len(set(PAPERS.values()))
    assert keys == list(dict.fromkeys(PAPERS[part] for part in every_part())), "in order"
    lines = text.splitlines()
    for at, line in enumerate(lines):
        if line.startswith("@"):
            assert lines[at - 1].startswith("% ")
    assert all(use in text for use in USES.values())
    assert papers(["zone", "zone"]) == papers(["zone"]) and papers([]) == ""
