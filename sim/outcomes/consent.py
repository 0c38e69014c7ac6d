"""How councils voted and what homes said in one replicate: in words for a story, as plain values for programs."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sim.case.council import ballots, in_favour, passes
from sim.case.deals import meets
from sim.case.words import tenths
from sim.outcomes.measures import Played
from sim.talks.ratification import Home, at_home

Record = dict[str, Any]


class Ballot(NamedTuple):
    """A council's vote: who said yes and who did not, with what share of the population, and whether it carried."""

    path: str
    yes: list[str]
    no: list[str]
    population: float
    carries: bool


def ballot(played: Played, path: str) -> Ballot:
    """The vote of a council at `path`, in the first replicate of a block."""
    members = played.negotiation.council_at(path).members
    cast = dict(zip(members, ballots(played.negotiation, path, played.draws)[0].tolist(), strict=True))
    yes = [member for member, vote in cast.items() if vote]
    share = sum(members[member] for member in yes) / sum(members.values())
    carries = bool(passes(played.negotiation, path, played.draws)[0])
    return Ballot(path, yes, [member for member, vote in cast.items() if not vote], share, carries)


def votes_before(played: Played) -> Iterator[str]:
    """How each council voted that votes before the talks, in words."""
    scenario = played.negotiation
    for path in scenario.council_votes():
        council = scenario.council_at(path)
        if council.use == "before":
            one = ballot(played, path)
            yield _counted(played, one)
            yield from _named(one)
            yield f"  So {scenario.name(council.party)} {'may' if one.carries else 'cannot'} sign such a deal."


def said_at_home(played: Played) -> Iterator[str]:
    """What each home that was asked said to the deal that was signed, in words; by whom, and why."""
    for home in at_home(played.negotiation, played.end, played.draws):
        if home.asked[0]:
            yield from _said_by(played, home)


def votes_as_records(played: Played) -> list[Record]:
    """All votes of councils as plain values."""
    scenario = played.negotiation
    return [
        {
            "council": one.path.split(".")[1],
            "when": scenario.vote_at(one.path).when,
            "use": scenario.council_at(one.path).use,
            "yes": one.yes,
            "no": one.no,
            "population": one.population,
            "carries": one.carries,
        }
        for one in (ballot(played, path) for path in scenario.council_votes())
    ]


def homes_as_records(played: Played) -> list[Record]:
    """What each home that was asked said, as plain values; a home without a ratification of its own has no chance and no gain."""
    scenario = played.negotiation
    records = []
    for home in at_home(scenario, played.end, played.draws):
        name = list(scenario.parties)[home.party]
        judges = scenario.parties[name].ratification is not None
        if home.asked[0]:
            records.append(
                {
                    "party": name,
                    "says_yes": not home.refuses[0],
                    "chance": float(home.chance[0]) if judges else None,
                    "gain": float(home.gain[0]) if judges else None,
                    "outvoted": [path.split(".")[1] for path, failed in home.outvoted.items() if failed[0]],
                }
            )
    return records


def _said_by(played: Played, home: Home) -> Iterator[str]:
    scenario = played.negotiation
    name = list(scenario.parties)[home.party]
    ratification = scenario.parties[name].ratification
    rows, issues = played.end.rows, played.stakes.deals.issues
    asked = [ballot(played, path) for path in home.outvoted if meets(rows, issues, scenario.vote_at(path).when)[0]]
    yield f"  At home {scenario.name(name)} says {'no' if home.refuses[0] else 'yes'}."
    if ratification is not None:
        gain, own = float(home.gain[0]), f" Of itself it says {'yes' if home.says_yes[0] else 'no'}." if asked else ""
        there = "By its own weights the" if ratification.weights else "The"
        judged = f"    {there} deal is worth {_compared(gain)} no deal by now"
        if ratification.threshold is None:
            yield f"{judged}: the chance of a yes is {100 * home.chance[0]:.1f} %.{own}"
        else:
            asks = float(played.draws.of(ratification.threshold, f"parties.{name}.ratification.threshold")[0])
            yield f"{judged}; it {_asked_for(asks)}: {'enough' if home.says_yes[0] else 'not enough'}.{own}"
    for one in asked:
        yield f"    {_counted(played, one)}"
        yield from (f"    {line}" for line in _named(one))


def _compared(gain: float) -> str:
    return f"{tenths(abs(gain))} points {'less' if gain < 0 else 'more'} there than" if gain else "as much there as"


def _asked_for(points: float) -> str:
    return f"may be worth up to {-points:.1f} less" if points < 0 else f"must be worth at least {points:.1f} more"


def _counted(played: Played, one: Ballot) -> str:
    council, vote = played.negotiation.council_at(one.path), played.negotiation.vote_at(one.path)
    about = " with ".join(f"{_word_of(issue)} {'/'.join(map(_word_of, options))}" for issue, options in vote.when.items())
    count = f"{len(one.yes)} of {len(council.members)} say yes, with {100 * one.population:.2f} % of the population"
    name = _word_of(one.path.split(".")[1])
    return f"The council '{name}' on {about}: {count}; {_rule(played, one)}: it {'carries' if one.carries else 'fails'}."


def _rule(played: Played, one: Ballot) -> str:
    """What it takes to carry a vote."""
    members = played.negotiation.council_at(one.path).members
    rule = played.negotiation.vote_at(one.path).rule or played.negotiation.council_at(one.path).rule
    enough = in_favour(len(members), rule)
    if enough == len(members):
        return "all are needed"
    against = f" or fewer than {rule.blocking_minority} against" if rule.blocking_minority > 1 else ""
    population = f", with {100 * rule.population:g} % of the population{against}" if rule.population else ""
    return f"{enough} {'is' if enough == 1 else 'are'} needed{population}"


def _named(one: Ballot) -> Iterator[str]:
    for word, members in (("Yes", one.yes), ("No", one.no)):
        if members:
            yield f"  {word}: {', '.join(_word_of(member).title() for member in members)}."


def _word_of(key: str) -> str:
    return key.replace("_", " ")
