"""The papers behind the parts of the program, as BibTeX: what `parley cite` prints.

A part is named by its table and its entry there (`strategies.aspiration`), or by one word where there is no table. To add a
paper, write its entry in `papers.bib` and add a line to `PAPERS` and one to `USES`; a part with nothing to cite says why in
`OWN`.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.talks.negotiation import Negotiation

PAPERS: dict[str, str] = {
    "utility": "keeney1976",
    "no_deal": "fisher1981",
    "weights_doubt": "kotz2000",
    "positions": "black1958",
    "influence": "kalai1977nonsymmetric",
    "world": "uhlenbeck1930",
    "menu": "yu1973",
    "protocols.alternating_offers": "aydogan2017",
    "protocols.random_proposer": "baron1989",
    "protocols.challenge": "scholz2011",
    "protocols.compromise": "achen2006",
    "protocols.single_text": "klein2003",
    "clocks.stacked": "mohammad2021",
    "strategies.annealing": "metropolis1953",
    "strategies.aspiration": "faratin1998",
    "strategies.equilibrium": "rubinstein1982",
    "strategies.hill_climbing": "klein2003",
    "strategies.tit_for_tat": "faratin1998",
    "strategies.micro": "dejonge2022",
    "council": "vasicek2002",
    "ratification": "putnam1988",
    "zone": "raiffa1982",
    "solutions.nash": "nash1950",
    "solutions.kalai_smorodinsky": "kalai1975",
    "solutions.egalitarian": "kalai1977",
    "solutions.utilitarian": "harsanyi1955",
    "sampling": "wilson1927",
    "luck": "salmon2011",
    "model": "kazil2020",
}

USES: dict[str, str] = {
    "utility": "weighted sum of values over issues, each on its own scale",
    "no_deal": "no-deal value: what the best course without a deal is worth",
    "weights_doubt": "Dirichlet law of uncertain weights",
    "positions": "preferences by distance from where a party stands",
    "influence": "influence as exponents of Nash's solution",
    "world": "variables of the world that revert to a mean",
    "menu": "deal menu: deals nearest to a point, by powers of what each party misses",
    "protocols.alternating_offers": "alternating offers for more than two parties",
    "protocols.random_proposer": "a proposer drawn in each round, and a vote on its offer",
    "protocols.challenge": "protocol `challenge`: parties give way to those they expect to lose to",
    "protocols.compromise": "protocol `compromise`: the mean of positions, weighted by influence and salience",
    "protocols.single_text": "a mediator who changes one text issue by issue, as the parties agree",
    "clocks.stacked": "clock `stacked`: time of the reference rules, s / (T + 1)",
    "strategies.annealing": "strategy `annealing`: a loss is agreed to by a chance that cools down",
    "strategies.aspiration": "strategy `aspiration`: demands that fall with time",
    "strategies.equilibrium": "strategy `equilibrium`: what is best for all, solved from the last round backwards",
    "strategies.hill_climbing": "strategy `hill_climbing`: agrees to what makes the text better for itself",
    "strategies.tit_for_tat": "strategy `tit_for_tat`: demands that fall with what others yield",
    "strategies.micro": "strategy `micro`: a new offer for a new offer",
    "council": "members of a council whose positions share a common factor",
    "ratification": "consent at home to what was signed at the table",
    "zone": "zone of agreement",
    "solutions.nash": "Nash's solution",
    "solutions.kalai_smorodinsky": "Kalai and Smorodinsky's solution",
    "solutions.egalitarian": "egalitarian solution",
    "solutions.utilitarian": "utilitarian solution: the largest sum",
    "sampling": "sampling interval of a share",
    "luck": "Philox, the source of random numbers",
    "model": "Mesa, the framework of the model",
}

OWN: dict[str, str] = {
    "strategies.hardline": "a fixed demand needs no paper",
    "offers.lowest": "the offer rule of the reference rules, described in docs/rules.md",
    "offers.considerate": "this program's own rule, described in docs/rules.md",
    "clocks.closed": "time as the share of rounds gone, 0 in the first and 1 in the last",
}

_ALWAYS = ("utility", "no_deal", "zone", "sampling", "luck", "model")


def parts(negotiation: "Negotiation") -> list[str]:
    """The parts a scenario uses that stand on somebody's paper, in the order of `PAPERS`."""
    from sim.case.deals import all_listed
    from sim.talks.rooms import needs_no_list

    talks, parties = negotiation.talks, negotiation.parties.values()
    used = {*_ALWAYS, f"protocols.{talks.protocol.kind}", f"clocks.{talks.clock}"}
    used |= {f"strategies.{party.strategy.kind}" for party in parties}
    used |= {"weights_doubt" for party in parties if party.weights_doubt}
    used |= {"positions" for party in parties if party.positions}
    used |= {"council"} if negotiation.councils else set()
    used |= {"ratification" for party in parties if party.ratification}
    used |= {"influence" for party in parties if party.influence != 1.0}
    used |= {"menu"} if not all_listed(negotiation) and (talks.menu or not needs_no_list(talks)) else set()
    used |= {"world" for variable in negotiation.world.values() if variable.pull != 0.0}
    return [part for part in PAPERS if part in used or part.startswith("solutions.")]


def every_part() -> list[str]:
    """All parts that have a paper."""
    return list(PAPERS)


def papers(parts: Iterable[str]) -> str:
    """The parts' papers as BibTeX, each once, under a line that says what it is used for."""
    uses: dict[str, list[str]] = {}
    for part in parts:
        uses.setdefault(PAPERS[part], []).append(USES[part])
    return "\n".join(f"% {'; '.join(dict.fromkeys(used))}\n{entries()[paper]}\n" for paper, used in uses.items())


@cache
def entries() -> dict[str, str]:
    """The BibTeX entries by their keys."""
    written = (Path(__file__).parent / "papers.bib").read_text(encoding="utf-8")
    return {key: entry for entry, key in re.findall(r"^(@\w+\{(\w+),.*?^\})", written, re.DOTALL | re.MULTILINE)}
