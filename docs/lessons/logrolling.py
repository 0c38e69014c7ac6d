"""The answers of logrolling.md: see make.py."""

from tables import BERLIN, agreed, frame, is_trade, joint, often, table

TRADES = {
    "as written": (),
    "each offers what is worth least to itself": ("talks.offers=lowest",),
    "each misjudges the other by up to 30 points": (
        "talks.beliefs={values: {uniform: [-30, 30]}, no_deal: {uniform: [-10, 10]}}",
    ),
    "both weigh both issues alike": (
        "parties.mia.weights={salary: 50, holidays: 50}",
        "parties.otto.weights={salary: 50, holidays: 50}",
    ),
}


def trades() -> str:
    """How often the trade is found, and what both get together."""
    rows = {words: agreed(frame("two_issues", *changes)) for words, changes in TRADES.items()}
    plain, lowest, blurred, alike = rows.values()
    assert is_trade(plain).mean() > is_trade(blurred).mean() > is_trade(lowest).mean() and not is_trade(alike).any()
    assert (joint(alike).round(6) == 100).all() and (lowest["on_frontier"] == 0).any() and (plain["on_frontier"] == 1).all()
    cells = [
        [words, often(is_trade(rows)), f"{joint(rows).mean():.1f}", often(rows["on_frontier"] == 1)]
        for words, rows in rows.items()
    ]
    return table(["two_issues", "the trade, of agreements", "points of both together", "on the frontier"], cells)


def berlin_offers() -> str:
    """Berlin under the two rules for offers."""
    rows = [frame("berlin"), frame("berlin", "talks.offers=lowest")]
    reached = [often(one["ending"] == "agreed") for one in rows]
    assert all(rows[0]["zone_end"] == rows[1]["zone_end"]) and rows[0]["ending"].eq("agreed").mean() > 0.1
    lost = [int(((one["ending"] != "agreed") & one["zone_end"]).sum()) for one in rows]
    assert lost[1] > 2 * lost[0]
    return (
        f"The zone is the same, replicate by replicate. Agreement as written: {reached[0]}; under `lowest`: {reached[1]}. With a "
        f"zone there, time ran out first in {lost[0]} and in {lost[1]} of {BERLIN:,} replicates."
    )


ANSWERS = [trades, berlin_offers]
