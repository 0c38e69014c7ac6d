"""The answers of deadlines.md: see make.py."""

from itertools import product

from tables import agreed, frame, mean, often, table

from sim.studies.runs import run

ANNA, BEN = "parties.anna", "parties.ben"
SARA = "parties.sara.strategy.aspiration"


def firmness() -> str:
    """What firmness brings Sara, in a sale and on the whole."""
    by = {firm: frame("sale", f"{SARA}.firmness={firm}") for firm in (0.25, 0.5, 1, 2, 4, 8, 16)}
    whole = {firm: rows["gain.sara"].mean() for firm, rows in by.items()}
    best = max(whole, key=lambda firm: whole[firm])
    sold = [rows["ending"].eq("agreed").mean() for rows in by.values()]
    assert best in (2, 4) and sold == sorted(sold, reverse=True)
    cells = [
        [f"{firm:g}", often(rows["ending"] == "agreed"), mean(agreed(rows)["gain.sara"]), mean(rows["gain.sara"])]
        for firm, rows in by.items()
    ]
    return table(["Sara's firmness", "sold", "she gains in a sale", "she gains on the whole"], cells)


def private_deadline() -> str:
    """What a private deadline costs Sara."""
    by = {late: frame("sale", f"{SARA}.deadline={late}") for late in (0.5, 0.75, 1)}
    gains = [rows["gain.sara"].mean() for rows in by.values()]
    assert gains == sorted(gains)
    cells = [
        [f"{100 * late:.0f} %", often(rows["ending"] == "agreed"), mean(rows["gain.sara"]), mean(rows["gain.ben"])]
        for late, rows in by.items()
    ]
    return table(["her time is up after", "sold", "Sara gains on the whole", "Ben gains on the whole"], cells)


PATIENT = (
    f"{ANNA}.strategy={{equilibrium: {{}}}}",
    f"{BEN}.strategy={{equilibrium: {{}}}}",
    f"{ANNA}.no_deal=0",
    f"{BEN}.no_deal=0",
    "talks.order=rotating",
    "talks.rounds=100",
    'issues.share.options={ladder: {from: 0, to: 100, step: 1, text: "{} % for Anna"}}',
)


def rubinstein() -> str:
    """The pie among the farsighted, beside Rubinstein's formula."""
    cells = []
    for anna, ben in product((0.9, 0.8), repeat=2):
        row = run("pie", 1, seed=1, changes=[*PATIENT, f"{ANNA}.discount={anna}", f"{BEN}.discount={ben}"]).to_frame().iloc[0]
        formula = 100 * (1 - ben) / (1 - anna * ben)
        assert row["ending"] == "agreed" and row["round"] == 1 and formula - 5 < float(row["share"]) <= formula
        cells.append([anna, ben, f"{row['share']} %", f"{formula:.1f} %"])
    return table(["Anna's discount", "Ben's discount", "Anna's share, played in steps of 1 %", "Rubinstein's formula"], cells)


def berlin_deadline() -> str:
    """Berlin, and Ukraine's private deadline."""
    plain, late = frame("berlin"), frame("berlin", "parties.ukraine.strategy.aspiration.deadline=1.1")
    assert plain["ending"].eq("agreed").mean() > late["ending"].eq("agreed").mean()
    assert agreed(plain)["gain.ukraine"].mean() < agreed(late)["gain.ukraine"].mean()
    cells = [
        [words, often(rows["ending"] == "agreed"), mean(agreed(rows)["gain.ukraine"]), mean(rows["gain.ukraine"])]
        for words, rows in (("as written, 40 to 100 % of the rounds", plain), ("110 %: it outlasts the talks", late))
    ]
    return table(["Ukraine's own deadline", "agreement", "it gains in agreements", "it gains on the whole"], cells)


ANSWERS = [firmness, private_deadline, rubinstein, berlin_deadline]
