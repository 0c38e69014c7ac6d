"""Faults of talks over a single text, and of spaces of which not all deals can be listed."""

from collections.abc import Iterator

from sim.case.chance import Chance
from sim.case.deals import MOST_DEALS, how_many
from sim.case.faults import Fault, Path
from sim.case.numbers import Draws
from sim.case.scenario import Scenario
from sim.studies.blocks import Study
from sim.talks.protocols.single_text import SingleText, by_lot

MOST_OPTIONS = 1000  # of all issues together, where pairs of options are counted one by one
_FORBIDDEN = 0.99  # share of texts drawn by lot that exclusions may forbid
_DRAWS = 1000


def protocols(study: Study) -> Iterator[tuple[Path, SingleText | None, list[str]]]:
    """For each room the path at which its protocol stands, the protocol if it is single text, and who sits there."""
    talks = study.negotiation.talks
    if not talks.rooms:
        yield ("talks", "protocol"), _single_text(talks.protocol), list(study.negotiation.parties)
    for n, room in enumerate(talks.rooms):
        path: Path = ("talks", "rooms", n, "protocol") if room.protocol else ("talks", "protocol")
        yield path, _single_text(room.protocol or talks.protocol), room.parties


def _single_text(protocol: object) -> SingleText | None:
    settings = getattr(protocol, "settings", None)
    return settings if isinstance(settings, SingleText) else None


def goes_unlisted(study: Study) -> bool:
    """Whether the talks need no list of all deals."""
    return all(text is not None for _, text, _ in protocols(study))


def why_unlisted(scenario: Scenario, too_many: str = "here there are too many to list") -> str:
    """Why not all deals are listed: there are too many, or the scenario asks for a menu."""
    return too_many if how_many(scenario) > MOST_DEALS else "not all deals are listed, as `menu` asks"


def unlisted(study: Study) -> Iterator[Fault]:
    """What a space needs of which not all deals are listed: a menu, somebody who signs what is not on it, options that can be
    counted, texts that can be drawn, parties that need no list."""
    scenario, many = study.negotiation, how_many(study.negotiation)
    if not scenario.packages:
        few = why_unlisted(scenario, f"with {many:,} combinations of options not all deals can be listed")
        yield Fault(("packages",), f"{few}; name at least one, so that zone and solution points have something to range over")
    if not scenario.always_sign():
        why = why_unlisted(scenario, "there are too many to look through")
        yield Fault(("talks", "sign"), f"nobody must sign every deal, and {why}; somebody must")
    options = sum(len(issue.options) for issue in scenario.issues.values())
    if options > MOST_OPTIONS:
        yield Fault(("issues",), f"{options:,} options in all, and at most {MOST_OPTIONS:,} can be counted; merge some")
    for name, party in scenario.parties.items():
        if not getattr(party.strategy.settings, "answers_changes", False):
            why = why_unlisted(scenario, "there are too many")
            message = f"{party.strategy.kind} needs a list of all deals, and {why}; take hill_climbing or annealing"
            yield Fault(("parties", name, "strategy"), message)
    lots = Draws(Chance(0, 0, _DRAWS)).luck("texts", len(scenario.issues))
    path, first, _ = next(protocols(study))
    drawn = scenario.talks.opens is None and first is not None and first.opens is None
    if drawn and study.deals.excluded(by_lot(study.deals.issues.values(), lots)).mean() > _FORBIDDEN:
        yield Fault(path, "exclusions forbid nearly all texts; name one that is not forbidden under `opens`")


def misplaced(study: Study) -> Iterator[Fault]:
    """Strategies that answer changes where no text is changed, and texts that an exclusion forbids."""
    scenario = study.negotiation
    for name, party in scenario.parties.items():
        rooms = [path for path, text, seated in protocols(study) if text is None and name in seated]
        if rooms and getattr(party.strategy.settings, "answers_changes", False):
            message = f"{party.strategy.kind} answers changes of a text: it goes with the protocol single_text and no other"
            yield Fault(("parties", name, "strategy"), message)
    for path, text, _ in protocols(study):
        if text is not None and text.opens is not None and study.deals.number(scenario.deal(text.opens)) is None:
            yield Fault((*path, "single_text", "opens"), "an exclusion forbids this deal")
    changed = [text is not None for _, text, _ in protocols(study)]
    if not study.deals.complete and any(changed) and not all(changed):
        where = "not all deals can be listed" if how_many(scenario) > MOST_DEALS else f"{why_unlisted(scenario)},"
        message = f"what is agreed over a single text may be on no menu: where {where} take it in all rooms, or in none"
        yield Fault(("talks", "rooms"), message)
    path, first, _ = next(protocols(study))
    if scenario.talks.opens is not None and first is not None and first.opens is not None:
        yield Fault((*path, "single_text", "opens"), "`opens` of the talks names a text too; take one of the two out")
