"""The words of a search among levers: what was asked, what was found, and how far to trust it.

Terminal and figure speak with these words, so they cannot differ. A record is the plain mapping of `summary.json`.
"""

from typing import Any

from sim.outcomes.captions import percent, span, times

Record = dict[str, Any]

MOST_MOVES = 8
VERDICTS = {
    "reached": "reached beyond sampling doubt",
    "reached_in_doubt": "reached, but within sampling doubt",
    "short_in_doubt": "falls short, but within sampling doubt",
    "short": "falls short beyond sampling doubt",
}
COSTS = "Ranges and costs are the author's assumptions; “smallest” means the least cost by these."
DEFAULTS = (
    "The scenario has no levers of its own, so a plain set was made: what no deal is worth to each party down, and what each "
    "option between a party's worst and best is worth to it up, by at most 20 points each, at a cost of 1 a point."
)
NO_ADVICE = "Not a forecast, and no advice: it says what the scenario's numbers imply if they were changed so."


def wanted(record: Record) -> str:
    """What is wanted, in quotes."""
    return f"“{record['want']['text']}”"


def chance(one: Record) -> str:
    """A chance with its sampling interval."""
    return f"{percent(one['share'])} ({span(one['low'], one['high'])})"


def cost(amount: float) -> str:
    """A cost in words."""
    return f"{amount:,.4g}" if amount < 1e4 else f"{amount:,.0f}"


def moves(found: Record) -> str:
    """A change in words, lever by lever."""
    told = [f"{move['text']} {level(move['from'])} → {level(move['to'])}" for move in found["moves"]]
    more = [f"and {len(told) - MOST_MOVES} more"] if len(told) > MOST_MOVES else []
    return "; ".join(told[:MOST_MOVES] + more) or "nothing changed"


def level(words: str) -> str:
    """Where a lever stands, with a true minus."""
    return words.replace("-", "−") if words[:1] == "-" else words


def answer(record: Record) -> str:
    """What was found, in a sentence or two."""
    best = record["best"]
    if best is None:
        likeliest = record["likeliest"]
        short = f"Nothing found in these ranges brings {wanted(record)} to {percent(record['target'])}."
        if not likeliest["moves"]:
            return f"{short} No change makes it likelier than it is as written: {chance(likeliest['chance'])}."
        return (
            f"{short} The likeliest found costs {cost(likeliest['cost'])}: {moves(likeliest)}. It brings it to "
            f"{chance(likeliest['chance'])}, and {VERDICTS[likeliest['verdict']]}."
        )
    if not best["moves"]:
        return f"Nothing need change: {wanted(record)} comes about in {chance(best['chance'])} of replicates as it is."
    return (
        f"The smallest change found in these ranges costs {cost(best['cost'])}: {moves(best)}. Then {wanted(record)} comes about "
        f"in {chance(best['chance'])} of replicates; as written, in {percent(record['as_written']['chance']['share'])}."
    )


def how(record: Record) -> str:
    """How it was looked for."""
    return (
        f"{record['tried']:,} changes were tried, each in {times(record['searched_replicates'])} on the same luck (seed "
        f"{record['seed']}); {record['how']}. What is reported was played again on fresh luck (seed {record['fresh_seed']}, "
        f"{times(record['replicates'])})."
    )


def built_in(found: Record) -> list[str]:
    """What of a change works by construction, each once."""
    return list(dict.fromkeys(move["by_construction"] for move in found["moves"] if move["by_construction"]))


def footer(record: Record) -> str:
    """What the figure says of itself."""
    return (
        f"{record['replicates']:,} replicates on fresh luck, seed {record['fresh_seed']}; sampling interval 95\u00a0%. "
        "Costs are the author's assumption. Not a forecast."
    )
