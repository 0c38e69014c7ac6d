"""The papers behind the parts of the program, as BibTeX: what `parley cite` prints.

A part is named by its table and its entry there (`strategies.aspiration`), or by one word where there is no table. To add a
paper, write its entry and add a line to `PAPERS` and one to `USES`; a part with nothing to cite says why in `OWN`.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.talks.negotiation import Negotiation

_ACHEN = """\
@incollection{achen2006,
  author = {Achen, Christopher H.},
  title = {Institutional Realism and Bargaining Models},
  booktitle = {The European Union Decides},
  editor = {Thomson, Robert and Stokman, Frans N. and Achen, Christopher H. and K{\\"o}nig, Thomas},
  publisher = {Cambridge University Press},
  chapter = {4},
  year = {2006}
}"""

_AYDOGAN = """\
@incollection{aydogan2017,
  author = {Aydo{\\u{g}}an, Reyhan and Festen, David and Hindriks, Koen V. and Jonker, Catholijn M.},
  title = {Alternating Offers Protocols for Multilateral Negotiation},
  booktitle = {Modern Approaches to Agent-based Complex Automated Negotiation},
  series = {Studies in Computational Intelligence},
  publisher = {Springer},
  pages = {153--167},
  year = {2017},
  doi = {10.1007/978-3-319-51563-2_10}
}"""

_BARON = """\
@article{baron1989,
  author = {Baron, David P. and Ferejohn, John A.},
  title = {Bargaining in Legislatures},
  journal = {American Political Science Review},
  volume = {83},
  number = {4},
  pages = {1181--1206},
  year = {1989},
  doi = {10.2307/1961664}
}"""

_BLACK = """\
@book{black1958,
  author = {Black, Duncan},
  title = {The Theory of Committees and Elections},
  publisher = {Cambridge University Press},
  address = {Cambridge},
  year = {1958}
}"""

_FARATIN = """\
@article{faratin1998,
  author = {Faratin, Peyman and Sierra, Carles and Jennings, Nicholas R.},
  title = {Negotiation Decision Functions for Autonomous Agents},
  journal = {Robotics and Autonomous Systems},
  volume = {24},
  number = {3--4},
  pages = {159--182},
  year = {1998},
  doi = {10.1016/S0921-8890(98)00029-3}
}"""

_FISHER = """\
@book{fisher1981,
  author = {Fisher, Roger and Ury, William},
  title = {Getting to Yes: Negotiating Agreement Without Giving In},
  publisher = {Houghton Mifflin},
  address = {Boston},
  year = {1981}
}"""

_HARSANYI = """\
@article{harsanyi1955,
  author = {Harsanyi, John C.},
  title = {Cardinal Welfare, Individualistic Ethics, and Interpersonal Comparisons of Utility},
  journal = {Journal of Political Economy},
  volume = {63},
  number = {4},
  pages = {309--321},
  year = {1955}
}"""

_JONGE = """\
@inproceedings{dejonge2022,
  author = {de Jonge, Dave},
  title = {An Analysis of the Linear Bilateral {ANAC} Domains Using the {MiCRO} Benchmark Strategy},
  booktitle = {Proceedings of the Thirty-First International Joint Conference on Artificial Intelligence (IJCAI-22)},
  pages = {223--229},
  year = {2022},
  doi = {10.24963/ijcai.2022/32}
}"""

_KALAI = """\
@article{kalai1977,
  author = {Kalai, Ehud},
  title = {Proportional Solutions to Bargaining Situations: Interpersonal Utility Comparisons},
  journal = {Econometrica},
  volume = {45},
  number = {7},
  pages = {1623--1630},
  year = {1977}
}"""

_KALAI_NONSYMMETRIC = """\
@article{kalai1977nonsymmetric,
  author = {Kalai, Ehud},
  title = {Nonsymmetric {Nash} Solutions and Replications of 2-Person Bargaining},
  journal = {International Journal of Game Theory},
  volume = {6},
  number = {3},
  pages = {129--133},
  year = {1977}
}"""

_KALAI_SMORODINSKY = """\
@article{kalai1975,
  author = {Kalai, Ehud and Smorodinsky, Meir},
  title = {Other Solutions to {Nash}'s Bargaining Problem},
  journal = {Econometrica},
  volume = {43},
  number = {3},
  pages = {513--518},
  year = {1975}
}"""

_KAZIL = """\
@inproceedings{kazil2020,
  author = {Kazil, Jackie and Masad, David and Crooks, Andrew},
  title = {Utilizing {Python} for Agent-Based Modeling: The {Mesa} Framework},
  booktitle = {Social, Cultural, and Behavioral Modeling (SBP-BRiMS 2020)},
  series = {Lecture Notes in Computer Science},
  volume = {12268},
  publisher = {Springer},
  pages = {308--317},
  year = {2020},
  doi = {10.1007/978-3-030-61255-9_30}
}"""

_KEENEY = """\
@book{keeney1976,
  author = {Keeney, Ralph L. and Raiffa, Howard},
  title = {Decisions with Multiple Objectives: Preferences and Value Tradeoffs},
  publisher = {Wiley},
  address = {New York},
  year = {1976}
}"""

_KLEIN = """\
@article{klein2003,
  author = {Klein, Mark and Faratin, Peyman and Sayama, Hiroki and Bar-Yam, Yaneer},
  title = {Negotiating Complex Contracts},
  journal = {Group Decision and Negotiation},
  volume = {12},
  number = {2},
  pages = {111--125},
  year = {2003},
  doi = {10.1023/A:1023068821218}
}"""

_KOTZ = """\
@book{kotz2000,
  author = {Kotz, Samuel and Balakrishnan, N. and Johnson, Norman L.},
  title = {Continuous Multivariate Distributions, Volume 1: Models and Applications},
  edition = {Second},
  publisher = {Wiley},
  address = {New York},
  year = {2000}
}"""

_METROPOLIS = """\
@article{metropolis1953,
  author = {Metropolis, Nicholas and Rosenbluth, Arianna W. and Rosenbluth, Marshall N. and Teller, Augusta H. and
    Teller, Edward},
  title = {Equation of State Calculations by Fast Computing Machines},
  journal = {The Journal of Chemical Physics},
  volume = {21},
  number = {6},
  pages = {1087--1092},
  year = {1953},
  doi = {10.1063/1.1699114}
}"""

_MOHAMMAD = """\
@inproceedings{mohammad2021,
  author = {Mohammad, Yasser and Nakadai, Shinji and Greenwald, Amy},
  title = {{NegMAS}: A Platform for Automated Negotiations},
  booktitle = {PRIMA 2020: Principles and Practice of Multi-Agent Systems},
  series = {Lecture Notes in Computer Science},
  volume = {12568},
  publisher = {Springer},
  pages = {343--351},
  year = {2021},
  doi = {10.1007/978-3-030-69322-0_23}
}"""

_NASH = """\
@article{nash1950,
  author = {Nash, John F.},
  title = {The Bargaining Problem},
  journal = {Econometrica},
  volume = {18},
  number = {2},
  pages = {155--162},
  year = {1950}
}"""

_PUTNAM = """\
@article{putnam1988,
  author = {Putnam, Robert D.},
  title = {Diplomacy and Domestic Politics: The Logic of Two-Level Games},
  journal = {International Organization},
  volume = {42},
  number = {3},
  pages = {427--460},
  year = {1988},
  doi = {10.1017/S0020818300027697}
}"""

_RAIFFA = """\
@book{raiffa1982,
  author = {Raiffa, Howard},
  title = {The Art and Science of Negotiation},
  publisher = {Harvard University Press},
  address = {Cambridge, Massachusetts},
  year = {1982}
}"""

_RUBINSTEIN = """\
@article{rubinstein1982,
  author = {Rubinstein, Ariel},
  title = {Perfect Equilibrium in a Bargaining Model},
  journal = {Econometrica},
  volume = {50},
  number = {1},
  pages = {97--109},
  year = {1982},
  doi = {10.2307/1912531}
}"""

_SALMON = """\
@inproceedings{salmon2011,
  author = {Salmon, John K. and Moraes, Mark A. and Dror, Ron O. and Shaw, David E.},
  title = {Parallel Random Numbers: As Easy as 1, 2, 3},
  booktitle = {Proceedings of 2011 International Conference for High Performance Computing, Networking, Storage and Analysis},
  year = {2011},
  doi = {10.1145/2063384.2063405}
}"""

_SCHOLZ = """\
@article{scholz2011,
  author = {Scholz, Jason B. and Calbert, Gregory J. and Smith, Glen A.},
  title = {Unravelling {Bueno De Mesquita}'s Group Decision Model},
  journal = {Journal of Theoretical Politics},
  volume = {23},
  number = {4},
  pages = {510--531},
  year = {2011}
}"""

_VASICEK = """\
@article{vasicek2002,
  author = {Vasicek, Oldrich},
  title = {The Distribution of Loan Portfolio Value},
  journal = {Risk},
  volume = {15},
  number = {12},
  pages = {160--162},
  year = {2002}
}"""

_UHLENBECK = """\
@article{uhlenbeck1930,
  author = {Uhlenbeck, George E. and Ornstein, Leonard S.},
  title = {On the Theory of the {Brownian} Motion},
  journal = {Physical Review},
  volume = {36},
  number = {5},
  pages = {823--841},
  year = {1930},
  doi = {10.1103/PhysRev.36.823}
}"""

_WILSON = """\
@article{wilson1927,
  author = {Wilson, Edwin B.},
  title = {Probable Inference, the Law of Succession, and Statistical Inference},
  journal = {Journal of the American Statistical Association},
  volume = {22},
  number = {158},
  pages = {209--212},
  year = {1927}
}"""

PAPERS: dict[str, str] = {
    "utility": _KEENEY,
    "no_deal": _FISHER,
    "weights_doubt": _KOTZ,
    "positions": _BLACK,
    "influence": _KALAI_NONSYMMETRIC,
    "world": _UHLENBECK,
    "protocols.alternating_offers": _AYDOGAN,
    "protocols.random_proposer": _BARON,
    "protocols.challenge": _SCHOLZ,
    "protocols.compromise": _ACHEN,
    "protocols.single_text": _KLEIN,
    "clocks.stacked": _MOHAMMAD,
    "strategies.annealing": _METROPOLIS,
    "strategies.aspiration": _FARATIN,
    "strategies.equilibrium": _RUBINSTEIN,
    "strategies.hill_climbing": _KLEIN,
    "strategies.tit_for_tat": _FARATIN,
    "strategies.micro": _JONGE,
    "council": _VASICEK,
    "ratification": _PUTNAM,
    "zone": _RAIFFA,
    "solutions.nash": _NASH,
    "solutions.kalai_smorodinsky": _KALAI_SMORODINSKY,
    "solutions.egalitarian": _KALAI,
    "solutions.utilitarian": _HARSANYI,
    "sampling": _WILSON,
    "luck": _SALMON,
    "model": _KAZIL,
}

USES: dict[str, str] = {
    "utility": "weighted sum of values over issues, each on its own scale",
    "no_deal": "no-deal value: what the best course without a deal is worth",
    "weights_doubt": "Dirichlet law of uncertain weights",
    "positions": "preferences by distance from where a party stands",
    "influence": "influence as exponents of Nash's solution",
    "world": "variables of the world that revert to a mean",
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
    talks, parties = negotiation.talks, negotiation.parties.values()
    used = {*_ALWAYS, f"protocols.{talks.protocol.kind}", f"clocks.{talks.clock}"}
    used |= {f"strategies.{party.strategy.kind}" for party in parties}
    used |= {"weights_doubt" for party in parties if party.weights_doubt}
    used |= {"positions" for party in parties if party.positions}
    used |= {"council"} if negotiation.councils else set()
    used |= {"ratification" for party in parties if party.ratification}
    used |= {"influence" for party in parties if party.influence != 1.0}
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
    return "\n".join(f"% {'; '.join(dict.fromkeys(used))}\n{entry}\n" for entry, used in uses.items())
