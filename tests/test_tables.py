"""Tables in terminals of any width: words are broken, numbers never."""

from contextlib import redirect_stdout
from io import StringIO

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from sim.outcomes.tables import below, plain_table, show_table

NUMBERS = st.sampled_from(["0.0 %", "100.0 %", "-45.1 to -41.9", "+63.5 (+56.1 to +69.6)", "<0.001", "-", "[dim]4.2[/dim]"])
WORDS = st.lists(st.sampled_from(["Time", "ran", "out,", "agreement", "conditional", "of"]), min_size=1, max_size=9).map(" ".join)


def printed(heads: list[str], rows: list[list[object]], width: int) -> list[str]:
    """The lines of a table in a terminal of this width."""
    table = plain_table(*heads)
    for row in rows:
        table.add_row(*row)  # type: ignore[arg-type]
    with redirect_stdout(StringIO()) as said:
        show_table(Console(width=width), table)
    return said.getvalue().splitlines()


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(40, 100))
def test_a_number_is_never_broken_and_no_word_is_lost(data: st.DataObject, width: int) -> None:
    heads = data.draw(st.lists(WORDS, min_size=2, max_size=6))
    rows: list[list[object]] = [[data.draw(WORDS), *(data.draw(NUMBERS) for _ in heads[1:])] for _ in range(3)]
    lines = printed(heads, rows, width)
    starts = [n for n, line in enumerate(lines) if "─" in line]
    assert len(starts) == 1
    body, words = lines[starts[0] + 1 :], " ".join(lines).split()
    for first, *numbers in rows:
        plain = [str(cell).replace("[dim]", "").replace("[/dim]", "") for cell in numbers]
        assert any(line.split()[-len(" ".join(plain).split()) :] == " ".join(plain).split() for line in body), (plain, lines)
        assert set(str(first).split()) <= set(words)
    assert set(" ".join(heads).split()) <= set(words)


def test_a_narrow_table_runs_over_the_edge_only_if_its_numbers_need_it() -> None:
    rows: list[list[object]] = [["Time ran out although there was a zone", "+63.5 (+56.1 to +69.6)", "+63.5 (+56.1 to +69.6)"]]
    heads = ["What", "agreed with one of them", "a zone of agreement at the start"]
    assert max(map(len, printed(heads, rows, 60))) == 60
    assert 50 < max(map(len, printed(heads, rows, 50))) < 60


def test_all_lines_of_a_cell_below_another_stand_in() -> None:
    rows: list[list[object]] = [["Agreement", "1.0 %"], [below("assumptions: 90 %, interior values moved"), "3.9 to 12.3 %"]]
    lines = [line for line in printed(["Of all", "95 %"], rows, 40) if "─" not in line][3:-1]
    assert len(lines) > 1 and all(line.startswith("   ") and line[3] != " " for line in lines), lines


def test_a_table_with_room_is_left_as_it_is() -> None:
    heads = ["How talks ended", "share of all replicates that were played"]
    assert any("  share of all replicates that were played " in line for line in printed(heads, [["Agreement", "1.0 %"]], 100))
