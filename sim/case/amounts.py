"""Whether every number that a scenario needs is there, and can be what it is needed for.

Works on the plain values of the file, so that these faults are told together with those of the schema, even where parts of
the file are malformed.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from sim.case.council import in_whole_units
from sim.case.faults import Fault, Path
from sim.case.numbers import support
from sim.case.positions import as_numbers
from sim.case.tree import Laws, Options, Section, found, issues, laws, number, section
from sim.case.voting import by_member

Span = tuple[float, float]


def misfits(tree: Section) -> Iterator[Fault]:
    """Things without a number, and numbers that do not fit, in a scenario's plain values; none where no issues can be told."""
    there, known = issues(tree), laws(tree)
    if not there:
        return
    for path, party in found(tree, "parties.*"):
        yield from _wishes(section(party), there, known, path)
    for path, council in found(tree, "councils.*"):
        yield from _council(section(council), path)


def _wishes(party: Section, there: Options, known: Laws, path: Path) -> Iterator[Fault]:
    if "positions" in party:
        yield from _positions(party, there, known, path)
    elif party and "weights" not in party:
        yield Fault((*path, "weights"), "is missing")
    else:
        yield from _weights(party, there, path)
    for issue, points in section(party.get("values")).items():
        if isinstance(points, dict) and there.get(issue):
            yield from _points(points, there[issue] or [], party.get("rescale") is True, known, (*path, "values", issue))
    yield from _home(party, there, path)


def _weights(party: Section, there: Options, path: Path) -> Iterator[Fault]:
    weights, values = section(party.get("weights")), section(party.get("values"))
    yield from _weighed(party.get("weights"), there, (*path, "weights"))
    for issue in there:
        if _weighs(weights.get(issue)) and issue not in values:
            at = "values" if "values" in party else "weights"
            yield Fault((*path, at), f"no values for the issue '{issue}', which has a weight")
    uncertain = [issue for issue, weight in weights.items() if isinstance(weight, dict)]
    if uncertain and party.get("weights_doubt") is not None:
        message = f"goes with plain weights, and that of '{uncertain[0]}' is a law; take one of the two out"
        yield Fault((*path, "weights_doubt"), message)


def _weighed(weights: Any, there: Options, path: Path) -> Iterator[Fault]:
    """Issues without a weight, and weights that sum to nothing."""
    for issue in there:
        if section(weights) and issue not in weights:
            yield Fault(path, f"no weight for the issue '{issue}' (write 0 if it is worth nothing)")
    if isinstance(weights, dict) and all(weight == 0 for weight in weights.values()):
        yield Fault(path, "the weights sum to nothing; at least one must be above 0")


def _weighs(weight: Any) -> bool:
    return isinstance(weight, dict) or (isinstance(weight, (int, float)) and not isinstance(weight, bool) and weight != 0)


def _home(party: Section, there: Options, path: Path) -> Iterator[Fault]:
    """What is wrong with the weights of a party's home audience, which sees the party's values."""
    weights = section(party.get("ratification")).get("weights")
    seen = {*section(party.get("values")), *section(party.get("positions"))}
    if weights:
        yield from _weighed(weights, there, (*path, "ratification", "weights"))
    for issue in there:
        if _weighs(section(weights).get(issue)) and issue not in seen:
            message = f"the party has no values for the issue '{issue}', which has a weight at home"
            yield Fault((*path, "ratification", "weights", issue), message)


def _points(written: Section, options: list[str], rescale: bool, known: Laws, path: Path) -> Iterator[Fault]:
    """The values of an issue's options: missing, out of bounds, or none that is best or worst."""
    for option in [option for option in options if option not in written]:
        yield Fault(path, f"no value for the option '{option}'")
    numbers = {option: number(written[option]) for option in options if option in written}
    if rescale or len(numbers) < len(options) or len(options) < 2:
        return
    for option, points in numbers.items():
        low, high = (points is not None and support(points, known)) or (0.0, 0.0)
        if not 0 <= low <= high <= 100:
            yield Fault((*path, option), "a value lies from 0 to 100, whatever its law gives (or write `rescale: true`)")
    for end, word in ((100.0, "best"), (0.0, "worst")):
        if None not in numbers.values() and end not in numbers.values():
            yield Fault(path, f"the {word} option should be worth {end:g} (`rescale: true` in the party stretches the values)")


def _positions(party: Section, there: Options, known: Laws, path: Path) -> Iterator[Fault]:
    others = [f"'{key}'" for key in ("weights", "weights_doubt", "values") if key in party]
    if others:
        yield Fault((*path, "positions"), f"stand in place of {' and '.join(others)}; take one or the other out")
    positions = section(party["positions"])
    for issue in positions.keys() & there.keys():
        numbers = as_numbers(there[issue] or [])
        if numbers is None:
            message = f"parties stand on issues whose options are numbers, and those of '{issue}' are not"
            yield Fault((*path, "positions", issue), message)
        elif len(numbers):
            yield from _place(positions[issue], (numbers.min(), numbers.max()), known, (*path, "positions", issue))
    saliences = [section(standing).get("salience", 1) for standing in positions.values()]
    if saliences and all(salience == 0 for salience in saliences):
        yield Fault((*path, "positions"), "no salience is above 0; at least one must be")


def _place(written: Any, options: Span, known: Laws, path: Path) -> Iterator[Fault]:
    """A place beyond the options of its issue."""
    whole, (low, high) = "at" in section(written), options
    place = number(written["at"] if whole else written)
    least, most = (place is not None and support(place, known)) or options
    if not low <= least <= most <= high:
        message = f"lies, or can lie, beyond the options, which go from {low:g} to {high:g}"
        yield Fault((*path, "at") if whole else path, message)


def _council(council: Section, path: Path) -> Iterator[Fault]:
    """Members without a chance, and populations that do not add up."""
    members = section(council.get("members"))
    for below, chances in found(council, "votes.#.yes"):
        if by_member(chances):
            missing = [name for name in members if name not in chances]
            if missing:
                others = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
                yield Fault((*path, *below), f"no chance for the member '{missing[0]}'{others}")
    people = [people for people in map(number, members.values()) if isinstance(people, float) and people > 0]
    if people and len(people) == len(members):
        yield from _populations(people, number(council.get("total")), path)


def _populations(people: list[float], total: Any, path: Path) -> Iterator[Fault]:
    added = sum(Fraction(str(one)) for one in people)
    if isinstance(total, float) and added != Fraction(str(total)):
        yield Fault((*path, "total"), f"the populations add up to {float(added):.15g}, not to {total:.15g}")
    try:
        in_whole_units(people)
    except ValueError as error:
        yield Fault((*path, "members"), str(error))
