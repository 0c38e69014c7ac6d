"""The figures of the pages on councils and ratification.

Run it with `python docs/mechanisms/make_council.py`; it takes about half a minute.
"""

import numpy as np
from make import HERE, Line, blank, chart, lefts, played
from scipy.special import ndtr, ndtri

from sim.case.arrays import Floats
from sim.case.council import passage_chance
from sim.case.numbers import Draws
from sim.case.voting import RULES, VotingRule
from sim.outcomes import sheet
from sim.outcomes.sheet import Figure
from sim.talks.ratification import Ratification, chance_of_yes
from sim.verify.council import SHARES

QUALIFIED = VotingRule(members=0.55, population=0.65, blocking_minority=4)
CHANCES = np.linspace(0, 1, 161)
NODES = 60  # of the integral over the common factor


def carried(rule: VotingRule, correlation: float) -> Floats:
    """How often (161,) members that are all alike, with chances from 0 to 1, carry a vote: counted out, and integrated over the
    common factor."""
    if correlation == 1:
        return CHANCES
    alone = np.array([passage_chance(np.full(len(SHARES), chance), list(SHARES.values()), rule) for chance in CHANCES])
    common, weights = np.polynomial.hermite_e.hermegauss(NODES)
    inner = ndtr((ndtri(CHANCES)[:, None] - np.sqrt(correlation) * common) / np.sqrt(1 - correlation))
    return np.interp(inner, CHANCES, alone) @ weights / weights.sum()


def council() -> Figure:
    """How often 27 members carry a vote, by their chance of a yes, under two rules."""
    figure, places = blank(2), lefts(2)
    rules = {"Carried, %, by 55 % of members with 65 % of people": QUALIFIED, "Carried, %, by unanimity": RULES["unanimity"]}
    for left, (head, rule) in zip(places, rules.items(), strict=True):
        lines = [Line(f"correlation: {rho:g}", 100 * CHANCES, 100 * carried(rule, rho)) for rho in (0, 0.5, 1)]
        chart(figure, left, head, "chance that a member says yes, %", lines, (0, 100))
    return figure


def accepted(home: str, salary: float) -> float:
    """Of what Mia signs with Otto in `two_issues`, the share in percent that her home accepts, where salary weighs so much."""
    weights = f"weights: {{salary: {salary:g}, holidays: {100 - salary:g}}}"
    outcomes = played("two_issues", f"parties.mia.ratification={{{home}, {weights}}}")
    return float(100 * outcomes.summary["shares"]["home_given_signature"]["share"])


def ratification() -> Figure:
    """What homes say by what they gain, and what becomes of deals where a home cares for other things than its party."""
    figure, (one, two) = blank(2), lefts(2)
    gains = np.linspace(-40, 20, 601)
    homes = {
        "chance: 0.95, falls: 0.03": Ratification(chance=0.95, falls=0.03),
        "threshold: -5": Ratification(threshold=-5.0),
        "chance: 0.8, falls: 0.01": Ratification(chance=0.8, falls=0.01),
    }
    lines = [Line(name, gains, 100 * chance_of_yes(home, "", gains, Draws(None))) for name, home in homes.items()]
    chart(figure, one, "Chance of a yes at home, %", "points gained over no deal", lines, (0, 100))
    salary = np.arange(30.0, 101.0, 5.0)
    written = ("chance: 0.95, falls: 0.03", "threshold: -5", "chance: 0.8, falls: 0.01")
    lines = [Line(name, salary, [accepted(name, weight) for weight in salary]) for name in written]
    chart(
        figure, two, "Accepted at home, % of deals signed", "weight of the salary at Mia's home; to her it is 30", lines, (0, 100)
    )
    return figure


FIGURES = {"council": council, "ratification": ratification}


if __name__ == "__main__":
    for name, draw in FIGURES.items():
        (HERE / "figures" / f"{name}.png").write_bytes(sheet.png(draw()))
