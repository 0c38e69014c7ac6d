"""Bad input: every fault in one line with its place."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeVar

Thing = TypeVar("Thing")

Path = tuple[str | int, ...]


class Place(NamedTuple):
    """Where something is written: a file with line and column (from 1), or an option of the command line."""

    source: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}" if self.line else self.source


Places = dict[Path, Place]


class Fault(NamedTuple):
    """What is wrong, and at which path of the scenario; `place` where the path alone does not tell it."""

    path: Path
    message: str
    place: Place | None = None


class Misfit(ValueError):  # noqa: N818 - not an error of the program
    """What does not fit at some place of a scenario, or so many steps below it."""

    def __init__(self, message: str, *below: str | int) -> None:
        super().__init__(message)
        self.below: Path = below


class BadInput(Exception):  # noqa: N818 - what the user gave is bad, not what the program did
    """The user's input has these faults, one line each."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = list(lines)
        super().__init__(self.lines)

    def __str__(self) -> str:
        return "\n".join(self.lines)


class Unfinished(Exception):  # noqa: N818 - the program did its best
    """Work that was not finished: why, one line each, and the exit status to end with."""

    def __init__(self, lines: Iterable[str], status: int = 1) -> None:
        self.lines, self.status = list(lines), status
        super().__init__(self.lines)

    def __str__(self) -> str:
        return "\n".join(self.lines)


def in_lines(faults: Iterable[Fault], places: Mapping[Path, Place], name: str) -> list[str]:
    """The faults as lines in the order of the file, each once."""
    placed = {fault._replace(place=fault.place or _place(fault.path, places, name)) for fault in faults}
    return [one_line(fault) for fault in sorted(placed, key=lambda f: (f.place or Place(name), f.message, dotted(f.path)))]


def one_line(fault: Fault) -> str:
    """The fault as one line, whatever signs it quotes."""
    path = f" {dotted(fault.path)}:" if fault.path else ""
    text = f"{fault.place}:{path} {fault.message}"
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def _place(path: Path, places: Mapping[Path, Place], name: str) -> Place:
    """The place of the path or of the nearest section around it."""
    return next((places[path[:n]] for n in range(len(path), -1, -1) if path[:n] in places), Place(name))


def dotted(path: Path) -> str:
    """The path as users write it."""
    return ".".join(cut(str(step)) for step in path)


def cut(text: str) -> str:
    """The text, or its beginning where it is long."""
    return text if len(text) <= 60 else f"{text[:59]}…"


def as_word(written: Any) -> Any:
    """A number, true or false as the word that stands for it where a name is needed; anything else as it is."""
    if isinstance(written, bool):
        return str(written).lower()
    try:
        return f"{written:.15g}" if isinstance(written, (int, float)) else written
    except OverflowError:
        return "a number of hundreds of digits"


def shown(written: Any) -> str:
    """What is written, in few words."""
    if isinstance(written, (dict, list)):
        return "keys" if isinstance(written, dict) else "a list"
    if isinstance(written, (bool, int, float)):
        return str(as_word(written))
    return "nothing" if written is None else f"'{cut(str(written))}'"


def closest(word: object, words: Iterable[str]) -> str | None:
    """The one of the words that was probably meant."""
    by_small_letters = {str(w).lower(): str(w) for w in words}
    numbers = {number: w for w in by_small_letters.values() if (number := _as_number(w)) is not None}
    meant = _as_number(word)
    if meant is not None and numbers:
        return numbers[min(numbers, key=lambda number: abs(number - meant))]
    close = get_close_matches(str(word).lower()[:200], by_small_letters, n=1, cutoff=0.6)
    begun = [small for small in by_small_letters if len(str(word)) > 2 and small.startswith(str(word).lower())]
    return by_small_letters[(close or begun)[0]] if close or len(begun) == 1 else None


def unquoted(written: object) -> str:
    """A hint at quotes around a number."""
    return f"; take the quotes off: {written}" if isinstance(written, str) and _as_number(written) is not None else ""


def _as_number(word: object) -> float | None:
    try:
        number = float(str(word)[:99])
    except ValueError:
        return None
    return number if len(str(word)) < 40 and abs(number) < 1e300 else None


def near(word: object, words: Iterable[str], most: int = 8) -> str:
    """A hint at the word that was probably meant, or at those there are, if they are not too many."""
    words = [str(w) for w in words]
    close = closest(word, words)
    if close is not None:
        return f"; did you mean '{close}'?"
    return f"; there {'is' if len(words) == 1 else 'are'} {', '.join(map(cut, words))}" if 0 < len(words) <= most else ""


def named(name: str, things: Mapping[str, Thing], kind: str) -> Thing:
    """The thing of that name; BadInput where there is none of its kind."""
    if name not in things:
        raise BadInput([f"no {kind} of the name {shown(name)}{near(name, things)}"])
    return things[name]
