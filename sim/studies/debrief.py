"""What came of a game for one chair, beside what the program's own strategies get there."""

from typing import Any

import numpy as np

from sim.case.chance import Chance
from sim.outcomes.endings import AGREED, endings
from sim.outcomes.measures import Columns, Played, measure
from sim.outcomes.solutions import SOLUTIONS, feasible, solution
from sim.studies.blocks import BLOCK, Study, play_chunk

Record = dict[str, Any]

REPLICATES = 2048
_SAME = 1e-6  # points: gains that differ by less are equal


def play_all(study: Study, seed: int, replicates: int = REPLICATES) -> Columns:
    """The columns (n,) of so many replicates of the scenario as written, all parties played by the program."""
    return play_chunk(study, seed, range(replicates), BLOCK).columns


def debrief(study: Study, chance: Chance, played: Played, columns: Columns, chair: str, programs: Columns | None) -> Record:
    """What came of the talks (one replicate) for a chair: plain values, points on its own scale.

    `own` is how it ended with people in the chairs and `program` how the same replicate ends without them: `ending`, `text`,
    `round`, `deal` (None without agreement), `utility`, `gain` (over what no deal was worth at the start). `others` is what the
    program's strategies gained in this chair in `replicates` other replicates: the share that `agreed`, the shares that gained
    `less`, the `same`, and `more` than the chair did, and the `quantiles` of their gains (0 to 100 %). `solutions` are the
    solution points of this replicate, each with its `deal` and what it is worth to the chair; None where there is none.
    """
    again = study.play(chance)
    programs = play_all(study, chance.seed) if programs is None else programs
    gains, own = programs[f"gain.{chair}"], float(columns[f"gain.{chair}"][0])
    return {
        "party": chair,
        "no_deal": float(columns[f"no_deal.{chair}"][0]),
        "own": _result(played, columns, chair),
        "program": _result(again, measure(again), chair),
        "others": {
            "replicates": len(gains),
            "agreed": float((programs["ending"] == AGREED).mean()),
            "less": float((gains < own - _SAME).mean()),
            "same": float((np.abs(gains - own) <= _SAME).mean()),
            "more": float((gains > own + _SAME).mean()),
            "quantiles": np.quantile(gains, np.linspace(0, 1, 101)).tolist(),
        },
        "solutions": {name: _point(played, name, chair) for name in SOLUTIONS},
    }


def _result(played: Played, columns: Columns, chair: str) -> Record:
    ending = int(columns["ending"][0])
    return {
        "ending": list(endings(played.negotiation))[ending],
        "text": list(endings(played.negotiation).values())[ending],
        "round": int(columns["round"][0]),
        "deal": played.stakes.deals.named(played.end.rows[0]) if ending == AGREED else None,
        "utility": float(columns[f"utility.{chair}"][0]),
        "gain": float(columns[f"gain.{chair}"][0]),
    }


def _point(played: Played, name: str, chair: str) -> Record | None:
    """A solution point, and what it is worth to the chair."""
    deals, deal = played.stakes.deals, int(solution(name, feasible(played.zone_end, played.signers), 1)[0])
    if deal < 0:
        return None
    utility = played.end.stakes.utility(deals.parties.index(chair), np.array([deal]))
    return {"deal": deals.options(deal), "points": 100 * float(utility[0])}
