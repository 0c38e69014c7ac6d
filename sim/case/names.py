"""Whether every name that a scenario uses exists.

Works on the plain values of the file, so that these faults are told together with those of the schema, even where parts of
the file are malformed. Where names are used stands in the patterns below; a mechanism that names something adds a line there.
"""

from collections.abc import Iterator
from typing import Any

from sim.case.faults import Fault, Path, as_word, near, shown
from sim.case.reasons import loose_reasons
from sim.case.section import spelt_out
from sim.case.tree import Options, Section, found, issues, section
from sim.case.voting import by_member

PARTIES = [
    "talks.sign.each",
    "talks.sign_when.#.needs.each",
    "talks.vote.voters.each",
    "talks.vote.weights.keys",
    "talks.present.keys",
    "talks.rooms.#.parties.each",
    "talks.protocol.random_proposer.recognition.keys",
    "talks.rooms.#.protocol.random_proposer.recognition.keys",
    "talks.protocol.single_text.mediator",
    "talks.rooms.#.protocol.single_text.mediator",
    "linkages.#.party",
    "councils.*.party",
    "pressure.#.by",
    "pressure.#.on",
    "world.*.moves.keys",
    "events.*.no_deal.keys",
    "events.*.weights.keys",
]
ISSUES = [
    "parties.*.weights.keys",
    "parties.*.values.keys",
    "parties.*.positions.keys",
    "parties.*.ratification.weights.keys",
    "events.*.weights.*.keys",
]
DEALS = [
    "parties.*.no_deal.refuses.each",
    "parties.*.no_deal.signs.each",
    "parties.*.no_deal.like.each",
    "talks.opens.each",
    "talks.protocol.single_text.opens.each",
    "talks.rooms.#.protocol.single_text.opens.each",
]
CONDITIONS = ["exclusions.#", "linkages.#", "talks.sign_when.#", "parties.*.red_lines.#"]
BARE_CONDITIONS = ["events.*.withdraws", "councils.*.votes.#.when"]
REASONS = ["parties.*", "councils.*", "world.*", "talks"]

COLUMNS = {
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
COLUMNS_WHERE_HOME_IS_ASKED = {"signed_deal"}
NOBODY = "nobody"


def loose_names(tree: Section) -> Iterator[Fault]:
    """Names without a thing, in a scenario's plain values; none where no issues can be told."""
    there, packages, parties = issues(tree), section(tree.get("packages")), section(tree.get("parties"))
    if not there:
        return
    yield from _issues(tree, there)
    for path, deal in _all(tree, DEALS):
        yield from _deal(deal, packages, there, path)
    for path, when in _conditions(tree):
        yield from _when(when, there, path)
    for path, party in _all(tree, PARTIES):
        if parties and isinstance(party, str) and party not in {*parties, *([NOBODY] if path[-1] == "mediator" else [])}:
            yield Fault(path, f"no party of the name {shown(party)}{near(party, parties)}")
    for path, chances in found(tree, "councils.*.votes.#.yes"):
        yield from _members(chances, section(section(tree["councils"][path[1]]).get("members")), path)
    for path, written in _all(tree, REASONS):
        yield from loose_reasons(section(written), path)


def _all(tree: Section, patterns: list[str]) -> Iterator[tuple[Path, Any]]:
    for pattern in patterns:
        yield from found(tree, pattern)


def _issues(tree: Section, there: Options) -> Iterator[Fault]:
    """Issues that are not there, or cannot be called so, and options of theirs that are not there."""
    for issue in there.keys() & (COLUMNS | COLUMNS_WHERE_HOME_IS_ASKED):
        yield Fault(("issues", issue), "an issue cannot have this name, which a column of the results has; choose another")
    for path, issue in _all(tree, ISSUES):
        if issue not in there:
            yield Fault(path, f"no issue of that name{near(issue, there)}")
    for path, option in found(tree, "parties.*.values.*.keys"):
        options = there.get(str(path[3])) or [option]
        if option not in options:
            yield Fault(path, f"no option of that name{near(option, options)}")
    for path, option in found(tree, "issues.*.without_deal"):
        yield from _option(option, str(path[1]), there, path)
    for path, package in found(tree, "packages.*"):
        yield from _full_deal(package, there, path)


def _conditions(tree: Section) -> Iterator[tuple[Path, Any]]:
    """Every condition on a deal, whether or not it stands under a key of its own, with its path."""
    for path, written in _all(tree, CONDITIONS):
        yield ((*path, "when") if "when" in section(written) else path), spelt_out(section(written)).get("when")
    yield from _all(tree, BARE_CONDITIONS)


def _deal(deal: Any, packages: Section, there: Options, path: Path) -> Iterator[Fault]:
    """A deal, by package or written out."""
    if isinstance(deal, str) and deal not in packages:
        yield Fault(path, f"no package of the name {shown(deal)}{near(deal, packages)}")
    yield from _full_deal(deal, there, path)


def _full_deal(deal: Any, there: Options, path: Path) -> Iterator[Fault]:
    for issue, option in section(deal).items():
        yield from _option(option, issue, there, (*path, issue))
    for issue in there:
        if isinstance(deal, dict) and issue not in deal:
            yield Fault(path, f"names no option for the issue '{issue}'")


def _when(when: Any, there: Options, path: Path) -> Iterator[Fault]:
    for below, option in found(when, "*.each"):
        yield from _option(option, str(below[0]), there, (*path, *below))


def _option(written: Any, issue: str, there: Options, path: Path) -> Iterator[Fault]:
    option, options = as_word(written), there.get(issue)
    if issue not in there:
        at = path if path[-1] == issue else path[:-1]
        yield Fault(at, f"no issue of that name{near(issue, there)}")
    elif isinstance(option, str) and options is not None and option not in options:
        yield Fault(path, f"the issue '{issue}' has no option {shown(option)}{near(option, options)}")


def _members(chances: Any, members: Section, path: Path) -> Iterator[Fault]:
    """Chances of members that are not in the council."""
    for name in section(chances):
        if members and by_member(chances) and name not in members:
            yield Fault((*path, name), f"no member of that name{near(name, members)}")
