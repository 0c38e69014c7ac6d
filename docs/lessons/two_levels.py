"""The answers of two_levels.md: see make.py."""

from tables import frame, is_trade, mean, often, table


def board(use: str, rule: str = "unanimity", correlation: float = 0.5) -> str:
    """A change: Otto's board of two votes on 29 days off and more."""
    votes = "[{when: {holidays: [29, 32]}, yes: 0.7}]"
    return (
        f"councils={{board: {{party: otto, use: {use}, rule: {rule}, correlation: {correlation:g}, "
        f"members: {{dora: 1, emil: 1}}, votes: {votes}}}}}"
    )


def boards() -> str:
    """A board that votes before the talks, or after them."""
    by = {
        "no board": frame("two_issues"),
        "both must agree, asked before the talks": frame("two_issues", board("before")),
        "both must agree, asked after them": frame("two_issues", board("after")),
        "one is enough, asked after them": frame("two_issues", board("after", "{members: 0.5}")),
        "both, before; they vote apart": frame("two_issues", board("before", correlation=0)),
        "both, before; they vote as one": frame("two_issues", board("before", correlation=1)),
    }
    none, before, after, one, apart, as_one = by.values()
    assert before["ending"].eq("agreed").all() and after["ending"].eq("refused_by_otto").mean() > 0.3
    assert all(
        none[f"gain.{name}"].mean() > before[f"gain.{name}"].mean() > after[f"gain.{name}"].mean() for name in ("mia", "otto")
    )
    assert after["ending"].eq("agreed").mean() < one["ending"].eq("agreed").mean()
    assert is_trade(apart).mean() < is_trade(before).mean() < is_trade(as_one).mean() < is_trade(none).mean()
    cells = [
        [words, often(rows["ending"] == "agreed"), often(is_trade(rows)), mean(rows["gain.mia"]), mean(rows["gain.otto"])]
        for words, rows in by.items()
    ]
    return table(["Otto's board on 29 days and more", "agreement", "the trade", "Mia gains", "Otto gains"], cells)


def homes() -> str:
    """Mia's home, by what it cares for."""

    def home(salary: int) -> str:
        return f"parties.mia.ratification={{threshold: 0, weights: {{salary: {salary}, holidays: {100 - salary}}}}}"

    by = {salary: frame("two_issues", home(salary)) for salary in (30, 50, 70)}
    refused = [rows["ending"].eq("refused_by_mia").mean() for rows in by.values()]
    assert refused[0] == 0 and refused == sorted(refused) and refused[2] > 0.3
    cells = [[salary, often(rows["ending"] == "refused_by_mia"), mean(rows["gain.mia"])] for salary, rows in by.items()]
    return table(["weight of the salary at home; to Mia it is 30", "refused at home", "Mia gains"], cells)


def berlin_council() -> str:
    """The Council's vote in Berlin."""
    by = {name: frame(name) for name in ("berlin_loan_refused", "berlin_talks", "berlin_loan_adopted")}
    zones = [rows["zone_start"].mean() for rows in by.values()]
    assert zones == sorted(zones)
    cells = [[f"`{name}`", often(rows["zone_start"]), often(rows["ending"] == "agreed")] for name, rows in by.items()]
    rows = by["berlin_talks"]
    assert (rows.loc[rows["ending"] == "agreed", "assets"] == "frozen").mean() > 0.5
    refused = rows["ending"].str.startswith("refused_by_")
    return "\n\n".join(
        [
            table(["Berlin", "a zone at the start", "agreement"], cells),
            f"In `berlin_talks` a deal was signed and then refused at some home in {often(refused)} of replicates.",
        ]
    )


ANSWERS = [boards, homes, berlin_council]
