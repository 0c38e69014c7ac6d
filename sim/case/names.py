"""Whether every name that a scenario uses exists, and every value that it needs is there.

Works on the plain values of the file, so that these faults are told together with those of the schema, even where parts of
the file are malformed.
"""

from collections.abc import Iterator
from typing import Any

from sim.case.faults import Fault, Path, near
from sim.case.numbers import Law, parse_number
from sim.case.scenario import Ladder

Options = dict[str, list[str] | None]


def loose_ends(tree: dict) -> Iterator[Fault]:
    """Names without a thing and things without a number, in a scenario's plain values."""
    issues = {name: _options(_mapping(issue).get("options")) for name, issue in _mapping(tree.get("issues")).items()}
    packages = _mapping(tree.get("packages"))
    parties = _mapping(tree.get("parties"))
    quantities = _mapping(tree.get("quantities"))
    for name, issue in _mapping(tree.get("issues")).items():
        without = _mapping(issue).get("without_deal")
        if without is not None:
            yield from _option(without, name, issues, ("issues", name, "without_deal"))
    for name, package in packages.items():
        yield from _full_deal(package, issues, ("packages", name))
    for name, party in parties.items():
        yield from _party(_mapping(party), issues, packages, ("parties", name))
    for path, condition in _conditions(tree, parties):
        yield from _when(condition.get("when"), issues, (*path, "when"))
    for path, party in _signers(tree):
        if party not in parties:
            yield Fault(path, f"no party of the name '{party}'{near(party, parties)}")
    for path, quantity in _quantity_uses(tree, ()):
        if isinstance(quantity, str) and quantity not in quantities:
            yield Fault(path, f"no quantity of the name '{quantity}'{near(quantity, quantities)}")


def _party(party: dict, issues: Options, packages: dict, path: Path) -> Iterator[Fault]:
    weights, values = _mapping(party.get("weights")), _mapping(party.get("values"))
    for section, written in (("weights", weights), ("values", values)):
        for issue in written:
            if issue not in issues:
                yield Fault((*path, section, issue), f"no issue of that name{near(issue, issues)}")
    for issue in issues:
        if "weights" in party and weights and issue not in weights:
            yield Fault((*path, "weights"), f"no weight for the issue '{issue}' (write 0 if it is worth nothing)")
        if weights.get(issue, 0) != 0 and issue not in values:
            yield Fault((*path, "values" if values else "weights"), f"no values for the issue '{issue}', which has a weight")
    for issue, written in values.items():
        if isinstance(written, dict) and issues.get(issue) is not None:
            yield from _issue_values(written, issues[issue] or [], party.get("rescale") is True, (*path, "values", issue))
    yield from _no_deal(_mapping(party.get("no_deal")), issues, packages, (*path, "no_deal"))
    for reason in _mapping(party.get("because")):
        if not _exists(party, str(reason).split(".")):
            yield Fault((*path, "because", reason), f"gives a reason for what is not there{near(reason, party)}")


def _issue_values(written: dict, options: list[str], rescale: bool, path: Path) -> Iterator[Fault]:
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
        low, high = number.support if isinstance(number, Law) else (number, number)
        if isinstance(low, float) and not 0 <= low <= high <= 100:
            yield Fault((*path, option), "a value lies from 0 to 100, whatever its law gives (or write `rescale: true`)")
    fixed = [number for number in numbers.values() if isinstance(number, float)]
    for end, word in ((100.0, "best"), (0.0, "worst")):
        if None not in numbers.values() and end not in fixed:
            yield Fault(path, f"the {word} option should be worth {end:g} (write `rescale: true` to have the values stretched)")


def _no_deal(written: dict, issues: Options, packages: dict, path: Path) -> Iterator[Fault]:
    for key in ("refuses", "signs", "like"):
        for n, deal in enumerate(_items(written.get(key))):
            at = (*path, key, n) if isinstance(written[key], list) else (*path, key)
            if isinstance(deal, str) and deal not in packages:
                yield Fault(at, f"no package of the name '{deal}'{near(deal, packages)}")
            elif isinstance(deal, dict):
                yield from _full_deal(deal, issues, at)


def _full_deal(deal: Any, issues: Options, path: Path) -> Iterator[Fault]:
    for issue, option in _mapping(deal).items():
        yield from _option(option, issue, issues, (*path, issue))
    for issue in issues:
        if isinstance(deal, dict) and issue not in deal:
            yield Fault(path, f"names no option for the issue '{issue}'")


def _when(when: Any, issues: Options, path: Path) -> Iterator[Fault]:
    for issue, options in _mapping(when).items():
        for n, option in enumerate(_items(options)):
            yield from _option(option, issue, issues, (*path, issue, n) if isinstance(options, list) else (*path, issue))


def _option(option: Any, issue: str, issues: Options, path: Path) -> Iterator[Fault]:
    if issue not in issues:
        yield Fault(path, f"no issue of the name '{issue}'{near(issue, issues)}")
    elif isinstance(option, (str, int, float)) and issues[issue] is not None and _word(option) not in (issues[issue] or []):
        yield Fault(path, f"the issue '{issue}' has no option '{_word(option)}'{near(_word(option), issues[issue] or [])}")


def _conditions(tree: dict, parties: dict) -> Iterator[tuple[Path, dict]]:
    sections: list[tuple[Path, Any]] = [(("exclusions",), tree.get("exclusions")), (("linkages",), tree.get("linkages"))]
    sections.append((("talks", "sign_when"), _mapping(tree.get("talks")).get("sign_when")))
    sections += [(("parties", name, "red_lines"), _mapping(party).get("red_lines")) for name, party in parties.items()]
    for path, section in sections:
        for n, condition in enumerate(section if isinstance(section, list) else []):
            yield (*path, n), _mapping(condition)


def _signers(tree: dict) -> Iterator[tuple[Path, str]]:
    talks = _mapping(tree.get("talks"))
    named: list[tuple[Path, Any]] = [(("talks", "sign"), talks.get("sign"))]
    conditions = talks.get("sign_when")
    for n, consent in enumerate(conditions if isinstance(conditions, list) else []):
        named.append((("talks", "sign_when", n, "needs"), _mapping(consent).get("needs")))
    linkages = tree.get("linkages")
    for n, linkage in enumerate(linkages if isinstance(linkages, list) else []):
        named.append((("linkages", n, "party"), _mapping(linkage).get("party")))
    for path, names in named:
        for n, name in enumerate(_items(names)):
            if isinstance(name, str):
                yield ((*path, n) if isinstance(names, list) else path), name


def _quantity_uses(tree: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(tree, dict):
        if "quantity" in tree:
            yield (*path, "quantity"), tree["quantity"]
        for key, item in tree.items():
            yield from _quantity_uses(item, (*path, key))
    elif isinstance(tree, list):
        for n, item in enumerate(tree):
            yield from _quantity_uses(item, (*path, n))


def _options(written: Any) -> list[str] | None:
    """The options of an issue, or None where they cannot be told."""
    ladder = _mapping(written).get("ladder")
    if not isinstance(ladder, dict):
        return list(map(_word, written)) if isinstance(written, dict) else None
    try:
        return list(Ladder.model_validate(ladder).rungs())
    except ValueError:
        return None


def _number(written: Any) -> Any:
    try:
        return parse_number(written)
    except ValueError:
        return None


def _exists(tree: Any, steps: list[str]) -> bool:
    for step in steps:
        if not isinstance(tree, dict) or step not in tree:
            return False
        tree = tree[step]
    return True


def _mapping(written: Any) -> dict:
    return written if isinstance(written, dict) else {}


def _items(written: Any) -> list:
    return written if isinstance(written, list) else [] if written is None else [written]


def _word(written: Any) -> str:
    return f"{written:g}" if isinstance(written, (int, float)) and not isinstance(written, bool) else str(written)
