"""Faults that show only once a scenario is put together: too many deals, none left, contradictory anchors."""

from collections.abc import Iterator

import numpy as np

from sim.case.chance import Chance
from sim.case.deals import MOST_DEALS, how_many, meets
from sim.case.numbers import Draws, Law
from sim.case.stakes import MOST_LINKED, MOST_RED_LINES
from sim.studies.blocks import Study

CONTRADICTED = 0.5  # share of draws that may contradict a party's anchors before a scenario is refused
WARNED = 0.05  # share of draws that may do so without a warning
_DRAWS = 1000


def sound(study: Study) -> list[str]:
    """What is wrong, a line each: first what keeps deals from being listed, then what comes of them."""
    return list(_shape(study)) or list(_deals(study)) or list(_anchors(study))


def _shape(study: Study) -> Iterator[str]:
    scenario = study.negotiation
    if how_many(scenario) > MOST_DEALS:
        yield (f"issues: {how_many(scenario):,} combinations of options; at most {MOST_DEALS:,} can be listed: "
               "merge options or issues")  # fmt: skip
    for name, party in scenario.parties.items():
        if len(party.red_lines) > MOST_RED_LINES:
            yield f"parties.{name}.red_lines: {len(party.red_lines)} of them; at most {MOST_RED_LINES}"
        linked = sum(_most(linkage.points) for linkage in scenario.linkages if linkage.party == name)
        if linked > MOST_LINKED:
            yield f"linkages: those of {name} add up to {linked:g} points; at most {MOST_LINKED}"


def _most(number: object) -> float:
    return max(map(abs, number.support)) if isinstance(number, Law) else abs(number) if isinstance(number, float) else 100.0


def _deals(study: Study) -> Iterator[str]:
    scenario, deals = study.negotiation, study.deals
    if deals.count == 0:
        yield "exclusions: they leave no deal"
        return
    for name, package in scenario.packages.items():
        if deals.number(package) is None:
            yield f"packages.{name}: an exclusion forbids this deal"
    for name, party in scenario.parties.items():
        written = party.no_deal
        named = [deal for key in ("refuses", "signs") for deal in getattr(written, key, None) or []]
        named += [written.like] if hasattr(written, "like") else []
        for deal in named:
            if not isinstance(deal, str) and deals.number(deal) is None:
                yield f"parties.{name}.no_deal: an exclusion forbids the deal it names"
    signable = np.ones(deals.count, dtype=bool)
    for p, party in enumerate(scenario.parties.values()):
        for line in party.red_lines:
            if line.chance == 1.0:
                signable &= ~(meets(deals.rows, deals.issues, line.when) & deals.needed(p))
    if not signable.any():
        yield "red_lines: those that are certain leave no deal that all who must sign could sign"


def _anchors(study: Study) -> Iterator[str]:
    for name, share in contradictions(study).items():
        if share > CONTRADICTED:
            yield (f"parties.{name}.no_deal: contradictory anchors: in {share:.0%} of draws a refused deal is worth more "
                   "to it than a signed one")  # fmt: skip


def contradictions(study: Study) -> dict[str, float]:
    """The share of draws in which each party's anchors contradict each other."""
    stakes = study.stakes(Draws(Chance(0, 0, _DRAWS), study.negotiation.quantities))
    return dict(zip(study.negotiation.parties, stakes.contradicted.mean(axis=1).tolist(), strict=True))
