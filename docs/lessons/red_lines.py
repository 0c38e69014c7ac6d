"""The answers of red_lines.md: see make.py."""

from tables import agreed, frame, is_trade, mean, often, table
from zone import zone

LINES = {
    "none": (),
    "on what she cares for: at least 32 days": ("parties.mia.red_lines=[{holidays: [20, 23, 26, 29]}]",),
    "on what he cares for: at least 3500 euros": ("parties.mia.red_lines=[{salary: [3000, 3250]}]",),
    "the same, real every other time": ("parties.mia.red_lines=[{when: {salary: [3000, 3250]}, chance: 0.5}]",),
    "hers at least 3500 euros, his at most 26 days": (
        "parties.mia.red_lines=[{salary: [3000, 3250]}]",
        "parties.otto.red_lines=[{holidays: [29, 32]}]",
    ),
}


def red_lines() -> str:
    """What red lines bring those who draw them."""
    by = {words: frame("two_issues", *changes) for words, changes in LINES.items()}
    none, own, other, _, both = (rows["gain.mia"].mean() for rows in by.values())
    assert own > none > other > both
    cells = [
        [words, f"{rows['zone_deals'].mean():.1f}", mean(rows["gain.mia"]), mean(rows["gain.otto"])] for words, rows in by.items()
    ]
    return table(["red lines", "deals in the zone", "Mia gains", "Otto gains"], cells)


LINKED = {
    "none": (),
    "the trade itself costs Mia 30": ("linkages=[{party: mia, when: {salary: 3000, holidays: 32}, points: -30}]",),
    "3000 euros cost Mia 25": ("linkages=[{party: mia, when: {salary: 3000}, points: -25}]",),
}


def linkage() -> str:
    """What a linkage does to the trade."""
    by = {words: agreed(frame("two_issues", *changes)) for words, changes in LINKED.items()}
    assert not is_trade(by["the trade itself costs Mia 30"]).any()
    cells = [
        [words, often(is_trade(rows)), f"{rows['zone_deals'].mean():.1f}", mean(rows["gain.mia"]), mean(rows["gain.otto"])]
        for words, rows in by.items()
    ]
    return table(["linkage", "the trade", "deals in the zone", "Mia gains", "Otto gains"], cells)


def berlin_lines() -> str:
    """Berlin's zone without its red lines and without its linkage."""
    by = {
        "as written": zone(),
        "without Ukraine's red line": zone("parties.ukraine.red_lines=[]"),
        "without Russia's red lines": zone("parties.russia.red_lines=[]"),
        "without the linkage": zone("linkages=[]"),
    }
    written = by["as written"].mean()
    assert all(written <= there.mean() < written + 0.1 for there in by.values())
    return table(["Berlin", "a zone exists"], ([words, often(there)] for words, there in by.items()))


ANSWERS = [red_lines, linkage, berlin_lines]
