"""A deal as it is typed: a package, ISSUE=OPTION words, or a package with single issues changed."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.case.faults import BadInput, near

if TYPE_CHECKING:
    from sim.talks.negotiation import Negotiation

Options = dict[str, str]


def read_deal(negotiation: "Negotiation", words: Sequence[str], known: Mapping[str, Options] | None = None) -> Options:
    """The option of each issue; `known` are deals that may be named beside the scenario's packages. BadInput lists all faults."""
    named = {**(known or {}), **negotiation.packages}
    pairs = [(word.partition("=")[0], word.partition("=")[2]) for word in words if "=" in word]
    packages = [word for word in words if "=" not in word]
    faults = [f"{word}: no package of that name{_meant(negotiation, word, named)}" for word in packages if word not in named]
    faults += _bad_pairs(negotiation, pairs)
    options: Options = {}
    for name in packages:
        options |= named.get(name, {})
    options |= dict(pairs)
    missing = [issue for issue in negotiation.issues if issue not in options]
    if missing and not faults:
        faults = [f"the deal names no option for {', '.join(missing)}: write ISSUE=OPTION for each, or a package's name"]
    if faults:
        raise BadInput(faults)
    return {issue: options[issue] for issue in negotiation.issues}


def _meant(negotiation: "Negotiation", word: str, named: Mapping[str, Options]) -> str:
    """What may have been meant by a word that names no package: an option, or a package of a name like it."""
    options = [f"{issue}={word}" for issue, one in negotiation.issues.items() if word in one.options]
    return f"; did you mean '{options[0]}'?" if options else near(word, named)


def _bad_pairs(negotiation: "Negotiation", pairs: Sequence[tuple[str, str]]) -> list[str]:
    """What is wrong with ISSUE=OPTION words."""
    issues, faults = negotiation.issues, []
    for n, (issue, option) in enumerate(pairs):
        word = f"{issue}={option}"
        if issue not in issues:
            faults.append(f"{word}: no issue of the name '{issue}'{near(issue, issues)}")
        elif option not in issues[issue].options:
            faults.append(f"{word}: the issue '{issue}' has no option '{option}'{near(option, issues[issue].options)}")
        if issue in dict(pairs[:n]):
            faults.append(f"{word}: the issue '{issue}' is named twice")
    return faults
