"""A slow, obvious referee of alternating offers: one negotiation, in plain numbers and loops.

Utilities and demands are whole steps of 1e-10 of a scale of 100 points, the grid on which the program rounds what each
option is worth: so deals that are equal there are equal here. Relative gains are compared in steps of 1/65536, as
`sim.talks.offers.considerate` says.
"""

GRID = 10**10
NEAR = 1e-6 * GRID
Utilities, Needs = list[list[int]], list[set[int]]
Said = list[tuple[int, int, str, int | None]]
Party = tuple[str, dict[str, float], str]  # a strategy's name, its settings, the rule for its offers


def negotiate(
    utilities: Utilities, no_deal: list[float], needs: Needs, parties: list[Party], rounds: int, clock: str, order: str
) -> tuple[Said, int, int | None]:
    """What is said, as (round, party, "signs" or "offers", deal), the last round, and the deal signed or None.

    `utilities[party][deal]`; `no_deal[party]` in scales of 100 points; `needs[deal]` are the parties that must sign it.
    """
    said: Said = []
    everybody = set(range(len(parties)))
    standing, missing = None, everybody
    for round in range(1, rounds + 1):
        first = round - 1 if order == "rotating" else 0
        for party in [(first + turn) % len(parties) for turn in range(len(parties))]:
            if party not in missing:
                continue
            mine, (strategy, settings, rule) = utilities[party], parties[party]
            least = demand(strategy, settings, mine, no_deal[party], time(clock, round, rounds))
            if standing is not None and mine[standing] >= least:
                missing = missing - {party}
                said.append((round, party, "signs", standing))
            else:
                standing = offer(rule, least, party, utilities, no_deal, needs)
                missing = (everybody if standing is None else needs[standing]) - {party}
                said.append((round, party, "offers", standing))
            if not missing:
                return said, round, standing
    return said, rounds, None


def time(clock: str, round: int, rounds: int) -> float:
    """How far the talks have run, from 0 to 1."""
    if clock == "stacked":
        return round / (rounds + 1)
    return (round - 1) / (rounds - 1) if rounds > 1 else 1.0


def demand(strategy: str, settings: dict[str, float], mine: list[int], no_deal: float, time: float) -> int:
    """The least that the party would sign now."""
    best, worst = max(mine) / GRID, min(mine) / GRID
    if strategy == "hardline":
        return round(max(best - settings["slack"] / 100, no_deal) * GRID)
    end = max(no_deal + settings["margin"] / 100, worst)
    top = max(best, end)
    left = 1 - min(time / settings["deadline"], 1) ** settings["firmness"]
    level = (top - end) * left + end - settings["tolerance"] / 100
    return round(min(max(level, end), top) * GRID)


def offer(rule: str, least: int, party: int, utilities: Utilities, no_deal: list[float], needs: Needs) -> int | None:
    """The deal that the party puts on the table, or None where none is good enough."""
    mine = utilities[party]
    good = [deal for deal, utility in enumerate(mine) if utility >= least]
    if not good:
        return None
    if rule == "considerate":
        return max(good, key=lambda deal: (least_gain(deal, party, utilities, no_deal, needs), mine[deal], deal))
    lowest = min(mine[deal] for deal in good)
    below = [utility for utility in mine if least - NEAR <= utility < least and least - utility < lowest - least]
    return mine.index(max(below, default=lowest))


def least_gain(deal: int, party: int, utilities: Utilities, no_deal: list[float], needs: Needs) -> int:
    """The smallest relative gain of the others who must sign the deal, kept within 8 times the most they could gain."""
    gains = [8 * 65536 - 1]
    for other in needs[deal] - {party}:
        most = max(max(utilities[other]) / GRID - no_deal[other], 1e-6)
        gains.append(round((utilities[other][deal] / GRID - no_deal[other]) / most * 65536))
    return max(min(gains), 1 - 8 * 65536)
