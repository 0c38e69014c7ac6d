"""The answers in the lessons, from real runs.

`python docs/lessons/make.py` plays what the lessons play and writes every answer anew, between `<!-- answer NAME -->` and
`<!-- end -->`; it takes about a minute. `--check LESSON...` only says which of the lessons would change. Each lesson's answers
are in the file of its name. What a lesson says in words beside its numbers is asserted there, so that it cannot go stale unseen.
"""

import re
import sys
from pathlib import Path

import deadlines
import logrolling
import mediators
import red_lines
import two_levels
import zone

HERE = Path(__file__).parent
ANSWERS = {part.__name__: part.ANSWERS for part in (zone, logrolling, deadlines, red_lines, mediators, two_levels)}


def filled(lesson: str) -> str:
    """The lesson's page with its answers as the program gives them now."""
    text = (HERE / f"{lesson}.md").read_text()
    places = re.findall(r"<!-- answer (\w+) -->", text)
    if places != [answer.__name__ for answer in ANSWERS[lesson]]:
        raise ValueError(f"{lesson}.md has places for the answers {', '.join(places)}; {lesson}.py has others")
    for answer in ANSWERS[lesson]:
        before, start, rest = text.partition(f"<!-- answer {answer.__name__} -->\n")
        text = f"{before}{start}\n{answer()}\n\n<!-- end -->{rest.partition('<!-- end -->')[2]}"
    return text


def main(words: list[str]) -> int:
    """Write all lessons, or check some."""
    if words[:1] == ["--check"]:
        stale = [lesson for lesson in words[1:] if (HERE / f"{lesson}.md").read_text() != filled(lesson)]
        for lesson in stale:
            print(f"{lesson}.md: its answers are no longer what the program gives")
        return len(stale)
    for lesson in ANSWERS:
        (HERE / f"{lesson}.md").write_text(filled(lesson))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
