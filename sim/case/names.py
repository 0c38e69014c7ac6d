"""Whether every name that a scenario uses exists, and every value that it needs is there.

Works on the plain values of the file, so that these faults are told together with those of the schema, even where parts of
the file are malformed.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from sim.case.council import in_whole_units
from sim.case.faults import Fault, Path, as_word, near, shown
from sim.case.laws import Law
from sim.case.numbers import QuantityUse, parse_number, support
from sim.case.positions import as_numbers
from sim.case.reasons import loose_reasons
from sim.case.scenario import LadderOptions
from sim.case.section import spelt_out
from sim.case.voting import by_member

Section = dict[str, Any]
Options = Mapping[str, list[str] | None]
Laws = dict[str, Law | None]

RESERVED = {
    "replicate",
    "ending",
    "round",
    "deal",
    "zone_start",
    "zone_end",
    "zone_deals",
    "on_frontier",
    "nash",
    "kalai_smorodinsky",
    "egalitarian",
    "utilitarian",
    "nash_reached",
    "kalai_smorodinsky_reached",
    "egalitarian_reached",
    "utilitarian_reached",
}
WHERE_HOME_IS_ASKED = {"signed_deal"}


def loose_ends(tree: Section) -> Iterator[Fault]:
    """Names without a thing and things without a number, in a scenario's plain values; none where no issues can be told."""
    written = _section(tree.get("issues"))
    if not written:
        return
    issues = {name: _options(_section(issue).get("options")) for name, issue in written.items()}
    packages, parties = _section(tree.get("packages")), _section(tree.get("parties"))
    quantities = laws_of_quantities(tree)
    for name, issue in written.items():
        if name in RESERVED | WHERE_HOME_IS_ASKED:
            yield Fault(("issues", name), "an issue cannot have this name, which a column of the results has; choose another")
        without = _section(issue).get("without_deal")
        if without is not None:
            yield from _option(without, name, issues, ("issues", name, "without_deal"))
    for name, package in packages.items():
        yield from _full_deal(package, issues, ("packages", name))
    for name, party in parties.items():
        yield from _party(_section(party), issues, packages, quantities, ("parties", name))
    for path, when in _conditions(tree, parties):
        yield from _when(when, issues, path)
    yield from _deals(_section(tree.get("talks")).get("opens"), issues, packages, ("talks", "opens"))
    for path, protocol in _protocols(tree):
        yield from _deals(_section(protocol.get("single_text")).get("opens"), issues, packages, (*path, "single_text", "opens"))
    yield from _shifted_weights(_section(tree.get("events")), issues)
    for name, council in _section(tree.get("councils")).items():
        yield from _council(_section(council), ("councils", name))
        yield from loose_reasons(_section(council), ("councils", name))
    for name, variable in _section(tree.get("world")).items():
        yield from loose_reasons(_section(variable), ("world", name))
    for path, party in _named_parties(tree):
        if parties and party not in parties:
            yield Fault(path, f"no party of the name {shown(party)}{near(party, parties)}")
    yield from loose_reasons(_section(tree.get("talks")), ("talks",))


def laws_of_quantities(tree: Section) -> Laws:
    """The law of each quantity, where it can be told."""
    written = _section(tree.get("quantities"))
    found = {name: _number(_section(quantity).get("law")) for name, quantity in written.items()}
    return {name: law if isinstance(law, Law) else None for name, law in found.items()}


def _party(party: Section, issues: Options, packages: Section, quantities: Laws, path: Path) -> Iterator[Fault]:
    values = _section(party.get("values"))
    if "positions" in party:
        yield from _positions(party, issues, quantities, path)
    elif party and "weights" not in party:
        yield Fault((*path, "weights"), "is missing")
    else:
        yield from _weights(party, issues, path)
    for issue, written in values.items():
        if issue not in issues:
            yield Fault((*path, "values", issue), f"no issue of that name{near(issue, issues)}")
        elif isinstance(written, dict) and issues[issue] is not None:
            rescale = party.get("rescale") is True
            yield from _issue_values(written, issues[issue] or [], rescale, quantities, (*path, "values", issue))
    yield from _no_deal(_section(party.get("no_deal")), issues, packages, (*path, "no_deal"))
    yield from _home(party, issues, path)
    yield from loose_reasons(party, path)


def _weights(party: Section, issues: Options, path: Path) -> Iterator[Fault]:
    weights, values = _section(party.get("weights")), _section(party.get("values"))
    yield from _weighed(party.get("weights"), issues, (*path, "weights"))
    for issue in issues:
        if _weighs(weights.get(issue)) and issue not in values:
            at = "values" if "values" in party else "weights"
            yield Fault((*path, at), f"no values for the issue '{issue}', which has a weight")
    uncertain = [issue for issue, weight in weights.items() if isinstance(weight, dict)]
    if uncertain and party.get("weights_doubt") is not None:
        message = f"goes with plain weights, and that of '{uncertain[0]}' is a law; take one of the two out"
        yield Fault((*path, "weights_doubt"), message)


def _weighed(weights: Any, issues: Options, path: Path) -> Iterator[Fault]:
    """Weights of unknown issues, issues without a weight, and weights that sum to nothing."""
    for issue in _section(weights):
        if issue not in issues:
            yield Fault((*path, issue), f"no issue of that name{near(issue, issues)}")
    for issue in issues:
        if _section(weights) and issue not in weights:
            yield Fault(path, f"no weight for the issue '{issue}' (write 0 if it is worth nothing)")
    if isinstance(weights, dict) and all(weight == 0 for weight in weights.values()):
        yield Fault(path, "the weights sum to nothing; at least one must be above 0")


def _home(party: Section, issues: Options, path: Path) -> Iterator[Fault]:
    """What is wrong with the weights of a party's home audience, which sees the party's values."""
    weights = _section(party.get("ratification")).get("weights")
    seen = {*_section(party.get("values")), *_section(party.get("positions"))}
    if weights:
        yield from _weighed(weights, issues, (*path, "ratification", "weights"))
    for issue in issues:
        if _weighs(_section(weights).get(issue)) and issue not in seen:
            message = f"the party has no values for the issue '{issue}', which has a weight at home"
            yield Fault((*path, "ratification", "weights", issue), message)


def _council(council: Section, path: Path) -> Iterator[Fault]:
    """Chances of members that are not there, members without a chance, and populations that do not add up."""
    members = _section(council.get("members"))
    for n, vote in enumerate(_list(council.get("votes"))):
        yes = _section(vote).get("yes")
        if members and by_member(yes):
            chances, at = _section(yes), (*path, "votes", n, "yes")
            for name in [name for name in chances if name not in members]:
                yield Fault((*at, name), f"no member of that name{near(name, members)}")
            yield from (Fault(at, f"no chance for the member '{name}'") for name in members if name not in chances)
    people = [number for number in map(_number, members.values()) if isinstance(number, float) and number > 0]
    if people and len(people) == len(members):
        yield from _populations(people, _number(council.get("total")), path)


def _populations(people: list[float], total: Any, path: Path) -> Iterator[Fault]:
    added = sum(Fraction(str(one)) for one in people)
    if isinstance(total, float) and added != Fraction(str(total)):
        yield Fault((*path, "total"), f"the populations add up to {float(added):.15g}, not to {total:.15g}")
    try:
        in_whole_units(people)
    except ValueError as error:
        yield Fault((*path, "members"), str(error))


def _positions(party: Section, issues: Options, quantities: Laws, path: Path) -> Iterator[Fault]:
    others = [f"'{key}'" for key in ("weights", "weights_doubt", "values") if key in party]
    if others:
        yield Fault((*path, "positions"), f"stand in place of {' and '.join(others)}; take one or the other out")
    written = _section(party["positions"])
    for issue, standing in written.items():
        numbers = as_numbers(issues.get(issue) or [])
        if issue not in issues:
            yield Fault((*path, "positions", issue), f"no issue of that name{near(issue, issues)}")
        elif numbers is None:
            message = f"parties stand on issues whose options are numbers, and those of '{issue}' are not"
            yield Fault((*path, "positions", issue), message)
        elif len(numbers):
            yield from _place(standing, numbers.min(), numbers.max(), quantities, (*path, "positions", issue))
    saliences = [_section(standing).get("salience", 1) for standing in written.values()]
    if saliences and all(salience == 0 for salience in saliences):
        yield Fault((*path, "positions"), "no salience is above 0; at least one must be")


def _place(written: Any, low: float, high: float, quantities: Laws, path: Path) -> Iterator[Fault]:
    """A place beyond the options of its issue, which go from low to high."""
    whole = "at" in _section(written)
    number = _number(written["at"] if whole else written)
    least, most = (low, high) if number is None else support(number, quantities) or (low, high)
    if not low <= least <= most <= high:
        message = f"lies, or can lie, beyond the options, which go from {low:g} to {high:g}"
        yield Fault((*path, "at") if whole else path, message)


def _weighs(weight: Any) -> bool:
    return isinstance(weight, dict) or (isinstance(weight, (int, float)) and not isinstance(weight, bool) and weight != 0)


def _issue_values(written: Section, options: list[str], rescale: bool, quantities: Laws, path: Path) -> Iterator[Fault]:
    for option in written:
        if option not in options:
            yield Fault((*path, option), f"no option of that name{near(option, options)}")
    missing = [option for option in options if option not in written]
    for option in missing:
        yield Fault(path, f"no value for the option '{option}'")
    numbers = {option: _number(number) for option, number in written.items() if option in options}
    if rescale or missing or len(options) < 2:
        return
    for option, number in numbers.items():
        low, high = (0.0, 0.0) if number is None else support(number, quantities) or (0.0, 0.0)
        if not 0 <= low <= high <= 100:
            yield Fault((*path, option), "a value lies from 0 to 100, whatever its law gives (or write `rescale: true`)")
    fixed = [number for number in numbers.values() if isinstance(number, float)]
    for end, word in ((100.0, "best"), (0.0, "worst")):
        if None not in numbers.values() and end not in fixed:
            yield Fault(path, f"the {word} option should be worth {end:g} (`rescale: true` in the party stretches the values)")


def _no_deal(written: Section, issues: Options, packages: Section, path: Path) -> Iterator[Fault]:
    for key in ("refuses", "signs", "like"):
        yield from _deals(written.get(key), issues, packages, (*path, key))


def _deals(written: Any, issues: Options, packages: Section, path: Path) -> Iterator[Fault]:
    """Deals, one or several, by package or written out."""
    for n, deal in enumerate(_items(written)):
        at = (*path, n) if isinstance(written, list) else path
        if isinstance(deal, str) and deal not in packages:
            yield Fault(at, f"no package of the name {shown(deal)}{near(deal, packages)}")
        elif isinstance(deal, dict):
            yield from _full_deal(deal, issues, at)


def _shifted_weights(events: Section, issues: Options) -> Iterator[Fault]:
    """Issues of which events move weights."""
    for name, event in events.items():
        for party, weights in _section(_section(event).get("weights")).items():
            for issue in _section(weights):
                if issue not in issues:
                    yield Fault(("events", name, "weights", party, issue), f"no issue of that name{near(issue, issues)}")


def _full_deal(deal: Any, issues: Options, path: Path) -> Iterator[Fault]:
    for issue, option in _section(deal).items():
        yield from _option(option, issue, issues, (*path, issue))
    for issue in issues:
        if isinstance(deal, dict) and issue not in deal:
            yield Fault(path, f"names no option for the issue '{issue}'")


def _when(when: Any, issues: Options, path: Path) -> Iterator[Fault]:
    for issue, options in _section(when).items():
        for n, option in enumerate(_items(options)):
            yield from _option(option, issue, issues, (*path, issue, n) if isinstance(options, list) else (*path, issue))


def _option(written: Any, issue: str, issues: Options, path: Path) -> Iterator[Fault]:
    option, options = as_word(written), issues.get(issue)
    if issue not in issues:
        at = path if path[-1] == issue else path[:-1]
        yield Fault(at, f"no issue of that name{near(issue, issues)}")
    elif isinstance(option, str) and options is not None and option not in options:
        yield Fault(path, f"the issue '{issue}' has no option {shown(option)}{near(option, options)}")


def _conditions(tree: Section, parties: Section) -> Iterator[tuple[Path, Any]]:
    """Every condition on a deal, with the path at which it stands."""
    sections: list[tuple[Path, Any]] = [(("exclusions",), tree.get("exclusions")), (("linkages",), tree.get("linkages"))]
    sections.append((("talks", "sign_when"), _section(tree.get("talks")).get("sign_when")))
    sections += [(("parties", name, "red_lines"), _section(party).get("red_lines")) for name, party in parties.items()]
    for name, event in _section(tree.get("events")).items():
        yield ("events", name, "withdraws"), _section(event).get("withdraws")
    for name, council in _section(tree.get("councils")).items():
        for n, vote in enumerate(_list(_section(council).get("votes"))):
            yield ("councils", name, "votes", n, "when"), _section(vote).get("when")
    for path, section in sections:
        for n, condition in enumerate(section if isinstance(section, list) else []):
            whole = spelt_out(_section(condition))
            yield ((*path, n, "when") if "when" in _section(condition) else (*path, n)), whole.get("when")


def _named_parties(tree: Section) -> Iterator[tuple[Path, str]]:
    """Every mention of a party outside its own section, with the path."""
    talks = _section(tree.get("talks"))
    named: list[tuple[Path, Any]] = [(("talks", "sign"), talks.get("sign"))]
    conditions, linkages = talks.get("sign_when"), tree.get("linkages")
    for n, consent in enumerate(conditions if isinstance(conditions, list) else []):
        named.append((("talks", "sign_when", n, "needs"), _section(consent).get("needs")))
    for n, linkage in enumerate(linkages if isinstance(linkages, list) else []):
        named.append((("linkages", n, "party"), _section(linkage).get("party")))
    vote = _section(talks.get("vote"))
    named.append((("talks", "vote", "voters"), vote.get("voters")))
    keyed: list[tuple[Path, Any]] = [(("talks", "vote", "weights"), vote.get("weights"))]
    keyed.append((("talks", "present"), talks.get("present")))
    for n, room in enumerate(_list(talks.get("rooms"))):
        named.append((("talks", "rooms", n, "parties"), _section(room).get("parties")))
    for path, protocol in _protocols(tree):
        chances = _section(protocol.get("random_proposer")).get("recognition")
        keyed.append(((*path, "random_proposer", "recognition"), chances))
        mediator = _section(protocol.get("single_text")).get("mediator")
        named.append(((*path, "single_text", "mediator"), None if mediator == "nobody" else mediator))
    for name, variable in _section(tree.get("world")).items():
        keyed.append((("world", name, "moves"), _section(variable).get("moves")))
    for name, event in _section(tree.get("events")).items():
        keyed += [(("events", name, key), _section(event).get(key)) for key in ("no_deal", "weights")]
    named += [(("councils", name, "party"), _section(of).get("party")) for name, of in _section(tree.get("councils")).items()]
    for n, pressure in enumerate(_list(tree.get("pressure"))):
        named += [(("pressure", n, key), _section(pressure).get(key)) for key in ("by", "on")]
    for path, section in keyed:
        yield from (((*path, name), name) for name in _section(section))
    for path, names in named:
        for n, name in enumerate(_items(names)):
            if isinstance(name, str):
                yield ((*path, n) if isinstance(names, list) else path), name


def _protocols(tree: Section) -> Iterator[tuple[Path, Section]]:
    """What stands under the protocol of the talks and of each room, with its path."""
    talks = _section(tree.get("talks"))
    yield ("talks", "protocol"), _section(talks.get("protocol"))
    for n, room in enumerate(_list(talks.get("rooms"))):
        yield ("talks", "rooms", n, "protocol"), _section(_section(room).get("protocol"))


def _options(written: Any) -> list[str] | None:
    """The options of an issue, or None where they cannot be told."""
    if not isinstance(written, dict) or isinstance(written.get("ladder", ""), str):
        told = isinstance(written, dict) and not any(isinstance(text, (dict, list)) for text in written.values())
        return list(written) if told and written else None
    try:
        return list(LadderOptions.model_validate(written).ladder.rungs())
    except ValueError:
        return None


def _number(written: Any) -> float | Law | QuantityUse | None:
    try:
        number = parse_number(written)
    except ValueError:
        return None
    return number if isinstance(number, (float, Law, QuantityUse)) else None


def _section(written: Any) -> Section:
    return written if isinstance(written, dict) else {}


def _list(written: Any) -> list[Any]:
    return written if isinstance(written, list) else []


def _items(written: Any) -> list[Any]:
    return written if isinstance(written, list) else [] if written is None else [written]
