"""The answers of mediators.md: see make.py."""

import pandas as pd
from tables import BERLIN, agreed, frame, mean, often, table

ANNEAL, CLIMB = (
    tuple(f"parties.{party}.strategy={{{kind}: {{}}}}" for party in ("mia", "otto")) for kind in ("annealing", "hill_climbing")
)


def _mediated(words: str, *strategies: str) -> pd.DataFrame:
    return frame("two_issues", f"talks.protocol={{single_text: {{{words}}}}}", *strategies)


def mediators() -> str:
    """One text, by whose hand it is carried and how it begins."""
    by = {
        "nobody's mediator": _mediated("revisions: 10", *ANNEAL),
        "Mia mediates, keeps back half of what hurts her": _mediated("mediator: mia, bias: 0.5", *ANNEAL),
        "Mia mediates, keeps back all that hurts her": _mediated("mediator: mia, bias: 1", *ANNEAL),
        "nobody's, the text begins at Mia's best": _mediated("opens: {salary: 4000, holidays: 32}", *ANNEAL),
        "nobody's, mishears one answer in five": _mediated("mishears: 0.2", *ANNEAL),
        "nobody's, and nobody ever yields": _mediated("revisions: 10", *CLIMB),
    }
    fair, half, full, first, deaf, _ = by.values()
    reached = [rows["ending"].eq("agreed").mean() for rows in (fair, half, full)]
    assert reached == sorted(reached, reverse=True) and deaf["ending"].eq("agreed").mean() < reached[0]
    in_deals = [agreed(rows)["gain.mia"].mean() for rows in (fair, half, full)]
    on_the_whole = [rows["gain.mia"].mean() for rows in (fair, half, full)]
    assert in_deals == sorted(in_deals) and on_the_whole == sorted(on_the_whole, reverse=True)
    assert agreed(first)["gain.mia"].mean() > in_deals[0]
    cells = [
        [
            words,
            often(rows["ending"] == "agreed"),
            mean(agreed(rows)["gain.mia"]),
            mean(rows["gain.mia"]),
            mean(rows["gain.otto"]),
        ]
        for words, rows in by.items()
    ]
    heads = [
        "single text over two_issues",
        "signed",
        "Mia gains in agreements",
        "Mia gains on the whole",
        "Otto gains on the whole",
    ]
    return table(heads, cells)


def no_trade() -> str:
    """Hill climbers never move where every change of one issue hurts one of two."""
    rows = _mediated("opens: halfway", *CLIMB)
    assert set(rows["salary"]) == {"3500"} and set(rows["holidays"]) == {"26"}
    return (
        f"All {len(rows):,} replicates end with 3500 euros and 26 days, the text with which they began: every change of one "
        "issue hurts one of the two, so each is refused, though the trade, a change of both, would give both 20 points more."
    )


def berlin_mediators() -> str:
    """Berlin with offers, with an American go-between, with nobody's."""
    by = {
        "offers are put (`berlin_russia_in_room`)": frame("berlin_russia_in_room"),
        "one text, nobody's mediator (`berlin_neutral_mediator`)": frame("berlin_neutral_mediator"),
        "one text, an American go-between (`berlin_us_mediator`)": frame("berlin_us_mediator"),
    }
    offers, neutral, biased = (rows["ending"].eq("agreed").mean() for rows in by.values())
    assert offers > 5 * neutral and neutral >= biased
    cells = [[words, often(rows["ending"] == "agreed"), len(agreed(rows))] for words, rows in by.items()]
    return table(["Berlin, Russia in the room", "agreement", f"agreements, of {BERLIN:,}"], cells)


ANSWERS = [no_trade, mediators, berlin_mediators]
