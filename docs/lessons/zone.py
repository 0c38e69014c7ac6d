"""The answers of zone.md: see make.py."""

import numpy as np
from tables import REPLICATES, frame, often, table

from sim.case.chance import Chance
from sim.case.numbers import Draws
from sim.outcomes.captions import percent
from sim.outcomes.zone import Zone
from sim.studies.runs import load, run

DRAWS = 4096


def pie() -> str:
    """Splits in the zone, the deal and Nash's, by what no deal is worth to Anna."""
    cells = []
    for worth in (10, 30, 50, 75):
        row = run("pie", 1, seed=1, changes=[f"parties.anna.no_deal={worth}"]).to_frame().iloc[0]
        there = int(row["zone_deals"])
        cells.append([worth, there, f"{row['share']} %" if there else "none", row["nash"] if there else "none"])
    assert [row[1] for row in cells] == [13, 9, 5, 0] and [row[2] for row in cells] == ["40 %", "50 %", "60 %", "none"]
    return table(["no deal is worth to Anna", "splits in the zone", "agreed, for Anna", "Nash's point"], cells)


def sale() -> str:
    """How sales end, beside what can be counted by hand."""
    rows = frame("sale")
    by_hand = 1 - np.mean([min(max(5 * k - 40, 0) / 40, 1) for k in range(10, 18)])
    none, missed = rows["ending"] == "time_ran_out_without_zone", rows["ending"] == "time_ran_out_with_zone"
    assert abs(none.mean() - by_hand) < 0.04
    return (
        f"No price suits both in {often(none)} of {REPLICATES:,} replicates; counted by hand {percent(by_hand)}. A price would "
        f"have done, and time ran out first, in {often(missed)}. They agreed in {often(rows['ending'] == 'agreed')}."
    )


def zone(*changes: str) -> np.ndarray:
    """Where (R,) Berlin has a zone at the start; no talks are needed for that."""
    study = load("berlin", changes)
    return Zone(study.stakes(Draws(Chance(1, 0, DRAWS), study.negotiation.quantities))).size > 0


def _tenths() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The two uncertain numbers on which Berlin's zone leans most, by path: the zone in the lowest and in the highest tenth."""
    study = load("berlin")
    draws = Draws(Chance(1, 0, DRAWS), study.negotiation.quantities)
    there = Zone(study.stakes(draws)).size > 0
    ends = {path: (there[where < 0], there[where > 0]) for path, where in draws.tenths.items()}
    return dict(sorted(ends.items(), key=lambda item: -abs(item[1][0].mean() - item[1][1].mean()))[:2])


def answer_nobody_knows() -> str:
    """The zone of Berlin by what is changed: first by what a party would sign, then by all else."""
    russia, ukraine = "parties.russia.no_deal", "parties.ukraine.no_deal"
    signing = {
        "Russia would sign `pull_out`": zone(f"{russia}.signs=[moscow_terms, pull_out]"),
        "Russia would not sign `pull_out`": zone(f"{russia}.refuses=[plan20_mirrored, counter_text, berlin, pull_out]"),
        "Russia would sign `plan20_mirrored`": zone(
            f"{russia}.refuses=[counter_text, berlin]", f"{russia}.signs=[moscow_terms, plan20_mirrored]"
        ),
        "Ukraine would sign `pull_out`": zone(
            f"{ukraine}.refuses=[draft_28, moscow_terms]", f"{ukraine}.signs=[plan20_mirrored, pull_out]"
        ),
    }
    rest = {
        "no red lines on either side": zone("parties.russia.red_lines=[]", "parties.ukraine.red_lines=[]"),
        "no linkage": zone("linkages=[]"),
        "48 rounds, not 24": zone("talks.rounds=48"),
    }
    written, tenths = zone(), _tenths()
    (war, (best, worst)), (_, (low, high)) = tenths.items()
    yes, no, mirrored, theirs = (there.mean() for there in signing.values())
    swings = [abs(there.mean() - written.mean()) for there in rest.values()] + [abs(low.mean() - high.mean())]
    assert min(yes - no, mirrored - written.mean(), theirs - written.mean()) > max(swings) and no < written.mean()
    assert war == "quantities.war" and worst.mean() < 0.01 and best.mean() < yes and yes > 0.9 and swings[2] == 0
    for path, ends in tenths.items():
        rest[f"`{path}` in its lowest tenth"], rest[f"`{path}` in its highest tenth"] = ends
    by = {"as written": written} | signing | rest
    return table(["Berlin", "a zone exists"], ([words, often(there)] for words, there in by.items()))


ANSWERS = [pie, sale, answer_nobody_knows]
