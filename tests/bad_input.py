"""A small sound scenario, and the faults of scenarios that differ from it in one piece of text."""

from typing import NamedTuple

from sim.talks.strategies import STRATEGIES

SOUND = """\
title: A well
issues:
  water:
    question: Who draws?
    options: {all: Anna, half: Each, none: Ben}
  price:
    question: What does Ben pay?
    options: {ladder: {from: 0, to: 100, step: 50}}
packages:
  rule: {water: half, price: 0}
quantities:
  rain: {law: {uniform: [0, 1]}}
exclusions:
  - when: {water: none, price: 0}
parties:
  anna:
    weights: {water: 60, price: 40}
    values:
      water: {all: 100, half: 50, none: 0}
      price: rising
    no_deal: {refuses: rule, signs: {water: all, price: 100}}
    strategy: {aspiration: {firmness: 2}}
    because: {weights: "assumed: a guess"}
  ben:
    weights: {water: 1, price: 1}
    values: {water: {all: 0, half: 55, none: 100}, price: falling}
    red_lines:
      - {when: {water: all}, chance: 0.5}
    no_deal: {like: rule, plus: -10}
linkages:
  - {party: anna, when: {water: half, price: 50}, points: -5}
talks:
  rounds: 5
  sign: [anna, ben]
  sign_when:
    - {when: {price: 100}, needs: ben}
"""


class Case(NamedTuple):
    """A piece of the text, what stands in its place, and what is told then, less the name of the file."""

    what: str
    old: str
    new: str
    told: tuple[str, ...]

    @property
    def text(self) -> str:
        """The scenario with the fault."""
        assert SOUND.count(self.old) == 1, self.what
        return SOUND.replace(self.old, self.new)


def case(what: str, old: str, new: str, *told: str) -> Case:
    """A case."""
    return Case(what, old, new, told)


_STRATEGIES = ", ".join(STRATEGIES)
_WANTS = "    weights: {water: 1, price: 1}\n    values: {water: {all: 0, half: 55, none: 100}, price: falling}\n"

_ROUNDS = "  rounds: 5\n"
_DRAWN = _ROUNDS + "  protocol: random_proposer\n"

CASES = [
    case(
        "unknown key at the top",
        "linkages:\n",
        "linkage:\n",
        "30:1: linkage: no key of that name belongs here; did you mean 'linkages'?",
    ),
    case(
        "unknown key in a section",
        "rounds: 5",
        "rouns: 5",
        "32:1: talks.rounds: is missing",
        "33:3: talks.rouns: no key of that name belongs here; did you mean 'rounds'?",
    ),
    case(
        "unknown key with nothing like it",
        "{uniform: [0, 1]}}",
        "{uniform: [0, 1]}, zzz: 1}",
        "12:34: quantities.rain.zzz: no key of that name belongs here; there are text, law, because",
    ),
    case("missing title", "title: A well\n", "", "1:1: title: is missing"),
    case("missing weights", "    weights: {water: 1, price: 1}\n", "", "24:3: parties.ben.weights: is missing"),
    case(
        "a section left empty",
        "packages:\n  rule: {water: half, price: 0}\n",
        "packages:\n",
        "9:1: packages: nothing is written here; write what belongs here, or take the key out",
        "20:15: parties.anna.no_deal.refuses: no package of the name 'rule'",
        "28:15: parties.ben.no_deal.like: no package of the name 'rule'",
    ),
    case(
        "duplicate key",
        "  rounds: 5\n",
        "  rounds: 5\n  rounds: 6\n",
        "34:3: talks.rounds: written twice, first in line 33; keep one of the two",
    ),
    case(
        "duplicate key in a flow mapping",
        "{water: 60, price: 40}",
        "{water: 60, price: 40, water: 50}",
        "17:37: parties.anna.weights.water: written twice, first in line 17; keep one of the two",
    ),
    case(
        "duplicate party",
        "  ben:\n",
        "  anna: {}\n  ben:\n",
        "24:3: parties.anna: written twice, first in line 16; keep one of the two",
    ),
    case(
        "a name with capitals",
        "  rain: {law",
        "  Much Rain: {law",
        "12:3: quantities.Much Rain: 'Much Rain' cannot be a name; write 'much_rain' (small letters, digits, _, a letter first)",
    ),
    case(
        "a word for a whole number", "rounds: 5", "rounds: many", "33:3: talks.rounds: a whole number is needed here, not 'many'"
    ),
    case(
        "a fraction for a whole number", "rounds: 5", "rounds: 5.5", "33:3: talks.rounds: a whole number is needed here, not 5.5"
    ),
    case("true for a whole number", "rounds: 5", "rounds: true", "33:3: talks.rounds: a whole number is needed here, not true"),
    case(
        "a quoted whole number",
        "rounds: 5",
        'rounds: "5"',
        "33:3: talks.rounds: a whole number is needed here, not '5'; take the quotes off: 5",
    ),
    case("too few rounds", "rounds: 5", "rounds: 0", "33:3: talks.rounds: at least 1 is needed here, not 0"),
    case("too many rounds", "rounds: 5", "rounds: 5000", "33:3: talks.rounds: at most 1,000 is needed here, not 5000"),
    case(
        "a list for a number",
        "plus: -10",
        "plus: [1, 2]",
        "29:27: parties.ben.no_deal.plus: a number or a law is needed here, not a list",
    ),
    case(
        "true for a number",
        "half: 50",
        "half: true",
        "19:25: parties.anna.values.water.half: a number or a law is needed here, not true",
    ),
    case(
        "a quoted number",
        "half: 50",
        'half: "50"',
        "19:25: parties.anna.values.water.half: a number or a law is needed here, not '50'; take the quotes off: 50",
    ),
    case(
        "no number", "half: 50", "half: .nan", "19:25: parties.anna.values.water.half: an ordinary number is needed here, not nan"
    ),
    case(
        "an endless number",
        "{water: 60,",
        "{water: .inf,",
        "17:15: parties.anna.weights.water: an ordinary number is needed here, not inf",
    ),
    case(
        "a number of many digits",
        "{water: 60,",
        "{water: 1" + 400 * "0" + ",",
        "17:15: parties.anna.weights.water: a number or a law is needed here, not "
        "'10000000000000000000000000000000000000000000000000000000000…'",
    ),
    case(
        "a number for a text",
        "title: A well",
        "title: 2025",
        '1:1: title: a text or name is needed here, not 2025; put it in quotes: "2025"',
    ),
    case("a section for a text", "title: A well", "title: {a: b}", "1:1: title: a text or name is needed here, not keys"),
    case(
        "a word for a section",
        "strategy: {aspiration: {firmness: 2}}",
        "strategy: aspiration",
        f"22:5: parties.anna.strategy: write a strategy with its settings, as {{aspiration: {{}}}}; there are {_STRATEGIES}",
    ),
    case(
        "another word for a section",
        "strategy: {aspiration: {firmness: 2}}",
        "strategy: tough",
        f"22:5: parties.anna.strategy: write a strategy with its settings, as {{aspiration: {{}}}}; there are {_STRATEGIES}",
    ),
    case(
        "a section for a list",
        "exclusions:\n  - when: {",
        "exclusions:\n    when: {",
        "13:1: exclusions: a list is needed here, not keys; a list has dashes, or stands in [ ]",
    ),
    case(
        "a package for points",
        "{like: rule, plus: -10}",
        "rule",
        "29:5: parties.ben.no_deal: a number or a law is needed here, not 'rule'; like a deal is written {like: rule}",
    ),
    case(
        "a list for values",
        "      price: rising",
        "      price: [0, 100]",
        "20:7: parties.anna.values.price: rising, falling, or a value for each option is needed here, not a list",
    ),
    case(
        "a word for true or false",
        "    red_lines:\n",
        "    rescale: yes\n    red_lines:\n",
        "27:5: parties.ben.rescale: true or false is needed here, not 'yes'",
    ),
    case(
        "an issue that is not there",
        "{water: 60,",
        "{watr: 60,",
        "17:5: parties.anna.weights: no weight for the issue 'water' (write 0 if it is worth nothing)",
        "17:15: parties.anna.weights.watr: no issue of that name; did you mean 'water'?",
    ),
    case(
        "an issue without a weight",
        "{water: 60, price: 40}",
        "{water: 60}",
        "17:5: parties.anna.weights: no weight for the issue 'price' (write 0 if it is worth nothing)",
    ),
    case(
        "an issue without values",
        "      price: rising\n",
        "",
        "18:5: parties.anna.values: no values for the issue 'price', which has a weight",
    ),
    case(
        "an option that is not there",
        "half: 50,",
        "hlf: 50,",
        "19:7: parties.anna.values.water: no value for the option 'half'",
        "19:25: parties.anna.values.water.hlf: no option of that name; did you mean 'half'?",
    ),
    case(
        "an option of a ladder that is not there",
        "rule: {water: half, price: 0}",
        "rule: {water: half, price: 10}",
        "10:23: packages.rule.price: the issue 'price' has no option '10'; did you mean '0'?",
    ),
    case(
        "an issue missing in a package",
        "rule: {water: half, price: 0}",
        "rule: {water: half}",
        "10:3: packages.rule: names no option for the issue 'price'",
    ),
    case(
        "an issue that is not there, in a package",
        "rule: {water: half, price: 0}",
        "rule: {water: half, price: 0, prize: 0}",
        "10:33: packages.rule.prize: no issue of that name; did you mean 'price'?",
    ),
    case(
        "a package that is not there",
        "like: rule",
        "like: rul",
        "29:15: parties.ben.no_deal.like: no package of the name 'rul'; did you mean 'rule'?",
    ),
    case(
        "a package that is not there, in a list",
        "refuses: rule",
        "refuses: [rule, old]",
        "21:31: parties.anna.no_deal.refuses.1: no package of the name 'old'; there is rule",
    ),
    case(
        "a deal of no-deal that is incomplete",
        "signs: {water: all, price: 100}",
        "signs: [{water: all}]",
        "21:38: parties.anna.no_deal.signs.0: names no option for the issue 'price'",
    ),
    case(
        "a deal of no-deal with a wrong option",
        "{like: rule,",
        "{like: {water: al, price: 0},",
        "29:22: parties.ben.no_deal.like.water: the issue 'water' has no option 'al'; did you mean 'all'?",
    ),
    case(
        "a party that is not there",
        "needs: ben",
        "needs: [bob, anna]",
        "36:36: talks.sign_when.0.needs.0: no party of the name 'bob'; there are anna, ben",
    ),
    case(
        "a signer that is not there",
        "sign: [anna, ben]",
        "sign: [anna, benn]",
        "34:16: talks.sign.1: no party of the name 'benn'; did you mean 'ben'?",
    ),
    case(
        "a party that is not there, in a linkage",
        "party: anna",
        "party: hanna",
        "31:6: linkages.0.party: no party of the name 'hanna'; did you mean 'anna'?",
    ),
    case(
        "a quantity that is not there",
        "plus: -10",
        "plus: {quantity: rains, times: 10}",
        "29:34: parties.ben.no_deal.plus.quantity: no quantity of the name 'rains'; did you mean 'rain'?",
    ),
    case(
        "an option that is not there, in a condition",
        "when: {water: all}",
        "when: {water: [all, nothing]}",
        "28:30: parties.ben.red_lines.0.when.water.1: the issue 'water' has no option 'nothing'; there are all, half, none",
    ),
    case(
        "values for an issue that is not there",
        "price: falling}",
        "price: falling, prize: rising}",
        "26:68: parties.ben.values.prize: no issue of that name; did you mean 'price'?",
    ),
    case(
        "an option that is not there, in an exclusion",
        "{water: none, price: 0}",
        "{water: nun, price: 0}",
        "14:12: exclusions.0.when.water: the issue 'water' has no option 'nun'; there are all, half, none",
    ),
    case(
        "an option that is not there, in a linkage",
        "{water: half, price: 50}",
        "{water: hlf, price: 50}",
        "31:26: linkages.0.when.water: the issue 'water' has no option 'hlf'; did you mean 'half'?",
    ),
    case(
        "an issue that is not there, in a condition",
        "when: {price: 100}",
        "when: {prices: 100}",
        "36:15: talks.sign_when.0.when.prices: no issue of that name; did you mean 'price'?",
    ),
    case(
        "no option in a condition",
        "when: {water: all}",
        "when: {water: []}",
        "28:17: parties.ben.red_lines.0.when.water: is empty; at least one is needed",
    ),
    case(
        "nothing in a condition",
        "when: {water: all}",
        "when: {}",
        "28:10: parties.ben.red_lines.0.when: is empty; at least one is needed",
    ),
    case(
        "a reason for nothing",
        "because: {weights: ",
        "because: {weigths: ",
        "23:15: parties.anna.because.weigths: gives a reason for what is not there; did you mean 'weights'?",
    ),
    case(
        "a reason for nothing, deeper",
        "because: {weights: ",
        'because: {values.watr: "assumed: x", weights: ',
        "23:15: parties.anna.because.values.watr: gives a reason for what is not there; did you mean 'values.water'?",
    ),
    case(
        "a reason for nothing in the talks",
        "  rounds: 5\n",
        '  rounds: 5\n  because: {round: "assumed: x"}\n',
        "34:13: talks.because.round: gives a reason for what is not there; did you mean 'rounds'?",
    ),
    case(
        "a wrong option without a deal",
        "    question: Who draws?\n",
        "    question: Who draws?\n    without_deal: nobody\n",
        "5:5: issues.water.without_deal: the issue 'water' has no option 'nobody'; there are all, half, none",
    ),
    case(
        "an issue with the name of a column",
        "  price:\n    question",
        "  deal: {question: x, options: {a: b, c: d}}\n  price:\n    question",
        "6:3: issues.deal: an issue cannot have this name, which a column of the results has; choose another",
        "11:3: packages.rule: names no option for the issue 'deal'",
        "18:5: parties.anna.weights: no weight for the issue 'deal' (write 0 if it is worth nothing)",
        "22:30: parties.anna.no_deal.signs: names no option for the issue 'deal'",
        "26:5: parties.ben.weights: no weight for the issue 'deal' (write 0 if it is worth nothing)",
    ),
    case("nobody needs to sign", "needs: ben", "needs: []", "36:28: talks.sign_when.0.needs: is empty; at least one is needed"),
    case(
        "a law of an unknown name",
        "half: 50",
        "half: {unifrom: [40, 60]}",
        "19:32: parties.anna.values.water.half.unifrom: no law of that name; did you mean 'uniform'?",
    ),
    case(
        "a law of two names",
        "half: 50",
        "half: {uniform: [40, 60], normal: [50, 5]}",
        "19:25: parties.anna.values.water.half: a law has one name, as in {uniform: [25, 50]}; here are uniform, normal",
    ),
    case(
        "an impossible law",
        "half: 50",
        "half: {uniform: [60, 40]}",
        "19:32: parties.anna.values.water.half.uniform: uniform takes [low, high], low below high; these numbers are not so",
    ),
    case(
        "a law with too few parameters",
        "half: 50",
        "half: {triangular: [40, 60]}",
        "19:32: parties.anna.values.water.half.triangular: triangular takes [low, likeliest, high], in that order and "
        "not all equal",
    ),
    case(
        "a law with quoted parameters",
        "half: 50",
        'half: {uniform: ["40", "60"]}',
        "19:32: parties.anna.values.water.half.uniform: uniform takes [low, high], low below high",
    ),
    case(
        "a law with a word",
        "half: 50",
        "half: {uniform: [40, high]}",
        "19:32: parties.anna.values.water.half.uniform: uniform takes [low, high], low below high",
    ),
    case(
        "a choice without chances",
        "half: 50",
        "half: {choice: [40, 60]}",
        "19:32: parties.anna.values.water.half.choice: choice takes {value: chance, value: chance}, chances not below "
        "0 and not all 0",
    ),
    case(
        "a choice with a word",
        "half: 50",
        "half: {choice: {low: 1, 60: 1}}",
        "19:32: parties.anna.values.water.half.choice: choice takes {value: chance, value: chance}, chances not below "
        "0 and not all 0",
    ),
    case(
        "a law that goes too far",
        "chance: 0.5",
        "chance: {uniform: [0.5, 1.5]}",
        "28:30: parties.ben.red_lines.0.chance: a number from 0 to 1 is needed here, and this 'uniform' goes from 0.5 to 1.5",
    ),
    case(
        "a law without an end",
        "plus: -10",
        "plus: {normal: [0, 5]}",
        "29:27: parties.ben.no_deal.plus: a number from -100 to 100 is needed here, and 'normal' has no lowest and "
        "highest value; truncated_normal has",
    ),
    case(
        "a number that is too large",
        "chance: 0.5",
        "chance: 50",
        "28:30: parties.ben.red_lines.0.chance: a number from 0 to 1 is needed here, not 50",
    ),
    case(
        "a quantity that goes too far",
        "chance: 0.5",
        "chance: {quantity: rain, times: 2}",
        "28:30: parties.ben.red_lines.0.chance: a number from 0 to 1 is needed here, and this 'quantity' goes from 0 to 2",
    ),
    case(
        "a quantity with a wrong key",
        "chance: 0.5",
        "chance: {quantity: rain, time: 2}",
        "28:30: parties.ben.red_lines.0.chance: the use of a quantity is written {quantity: NAME, times: NUMBER, plus: NUMBER}",
    ),
    case(
        "a quantity without a law",
        "{law: {uniform: [0, 1]}}",
        "{law: 5}",
        "12:10: quantities.rain.law: a law is needed here, such as {uniform: [0, 1]}",
    ),
    case(
        "a negative weight",
        "{water: 60,",
        "{water: -60,",
        "17:15: parties.anna.weights.water: a weight is never below 0; this one is",
    ),
    case(
        "a law of weights below 0",
        "{water: 60,",
        "{water: {uniform: [-1, 1]},",
        "17:15: parties.anna.weights.water: a weight is never below 0; this one can be",
    ),
    case(
        "weights of nothing",
        "{water: 60, price: 40}",
        "{water: 0, price: 0}",
        "17:5: parties.anna.weights: the weights sum to nothing; at least one must be above 0",
    ),
    case(
        "no weights",
        "{water: 60, price: 40}",
        "{}",
        "17:5: parties.anna.weights: the weights sum to nothing; at least one must be above 0",
    ),
    case(
        "doubt about weights that are laws",
        "    weights: {water: 1, price: 1}\n",
        "    weights: {water: {uniform: [1, 2]}, price: 1}\n    weights_doubt: {dirichlet: 20}\n",
        "26:5: parties.ben.weights_doubt: goes with plain weights, and that of 'water' is a law; take one of the two out",
    ),
    case(
        "an impossible doubt",
        "    weights: {water: 1, price: 1}\n",
        "    weights: {water: 1, price: 1}\n    weights_doubt: {dirichlet: 0}\n",
        "26:21: parties.ben.weights_doubt.dirichlet: a number above 0 is needed here, not 0",
    ),
    case(
        "no best option",
        "all: 100, half: 50",
        "all: 90, half: 50",
        "19:7: parties.anna.values.water: the best option should be worth 100 (`rescale: true` in the party stretches "
        "the values)",
    ),
    case(
        "a value too far",
        "half: 50",
        "half: {uniform: [50, 101]}",
        "19:25: parties.anna.values.water.half: a value lies from 0 to 100, whatever its law gives (or write `rescale: true`)",
    ),
    case("a value missing", "half: 50, ", "", "19:7: parties.anna.values.water: no value for the option 'half'"),
    case(
        "neither rising nor falling",
        "price: rising",
        "price: raising",
        "20:7: parties.anna.values.price: 'raising' is not one of the choices; did you mean 'rising'?",
    ),
    case(
        "an issue without an option",
        "options: {all: Anna, half: Each, none: Ben}",
        "options: {}",
        "5:5: issues.water.options: is empty; at least one is needed",
    ),
    case(
        "a ladder with a wrong key",
        "{from: 0, to: 100, step: 50}",
        "{form: 0, to: 100, step: 50}",
        "8:15: issues.price.options.ladder.from: is missing",
        "8:24: issues.price.options.ladder.form: no key of that name belongs here; did you mean 'from'?",
    ),
    case(
        "a ladder with a quoted number",
        "{from: 0, to: 100, step: 50}",
        '{from: "0", to: 100, step: 50}',
        "8:24: issues.price.options.ladder.from: a number is needed here, not '0'; take the quotes off: 0",
    ),
    case(
        "a ladder that goes down",
        "{from: 0, to: 100, step: 50}",
        "{from: 100, to: 0, step: 50}",
        "8:15: issues.price.options.ladder: a ladder has 2 to 5,000 options, going up by `step` from `from` to `to`",
    ),
    case(
        "a huge ladder",
        "{from: 0, to: 100, step: 50}",
        "{from: 0, to: 1e9, step: 1}",
        "8:15: issues.price.options.ladder: a ladder has 2 to 5,000 options, going up by `step` from `from` to `to`",
    ),
    case(
        "a ladder and an option",
        "{ladder: {from: 0, to: 100, step: 50}}",
        "{ladder: {from: 0, to: 100, step: 50}, more: Much}",
        "8:53: issues.price.options.more: no key of that name belongs here; there is ladder",
    ),
    case(
        "a misspelt strategy",
        "{aspiration: {firmness: 2}}",
        "{asspiration: {firmness: 2}}",
        "22:16: parties.anna.strategy.asspiration: no key of that name belongs here; did you mean 'aspiration'?",
    ),
    case(
        "two strategies",
        "{aspiration: {firmness: 2}}",
        "{aspiration: {firmness: 2}, micro: {}}",
        f"22:5: parties.anna.strategy: one strategy is needed here, not 2; there are {_STRATEGIES}",
    ),
    case(
        "no strategy",
        "{aspiration: {firmness: 2}}",
        "{offers: lowest}",
        f"22:5: parties.anna.strategy: one strategy is needed here, not none; there are {_STRATEGIES}",
    ),
    case(
        "a misspelt setting",
        "{firmness: 2}",
        "{firmnes: 2}",
        "22:29: parties.anna.strategy.aspiration.firmnes: no key of that name belongs here; did you mean 'firmness'?",
    ),
    case(
        "a firmness of 0",
        "{firmness: 2}",
        "{firmness: 0}",
        "22:29: parties.anna.strategy.aspiration.firmness: a number above 0 is needed here, not 0",
    ),
    case(
        "a misspelt rule",
        "  rounds: 5\n",
        "  rounds: 5\n  protocol: alternating_offer\n",
        "34:3: talks.protocol: 'alternating_offer' is not one of the choices; did you mean 'alternating_offers'?",
    ),
    case(
        "a misspelt clock",
        "  rounds: 5\n",
        "  rounds: 5\n  clock: open\n",
        "34:3: talks.clock: 'open' is not one of the choices; there are closed, stacked",
    ),
    case(
        "misspelt beliefs",
        "  rounds: 5\n",
        "  rounds: 5\n  beliefs: exakt\n",
        "34:3: talks.beliefs: exact, or {values: LAW, no_deal: LAW}, is needed here, not 'exakt'",
    ),
    case(
        "misspelt beliefs of a party",
        "{aspiration: {firmness: 2}}",
        "{micro: {}, beliefs: {valuess: 3}}",
        "22:37: parties.anna.strategy.beliefs.valuess: no key of that name belongs here; did you mean 'values'?",
    ),
    case(
        "a way out at an impossible time",
        "{aspiration: {firmness: 2}}",
        "{micro: {}, leaves: {after: 2}}",
        "22:36: parties.anna.strategy.leaves.after: a number from 0 to 1 is needed here, not 2",
    ),
    case(
        "misspelt anchors",
        "{refuses: rule, signs: {water: all, price: 100}}",
        "{refuse: rule, sign: {water: all, price: 100}}",
        "21:15: parties.anna.no_deal.refuse: no key of that name belongs here; did you mean 'refuses'?",
        "21:29: parties.anna.no_deal.sign: no key of that name belongs here; did you mean 'signs'?",
    ),
    case(
        "a misspelt likeness",
        "{like: rule, plus: -10}",
        "{likes: rule}",
        "29:5: parties.ben.no_deal.like: is missing",
        "29:15: parties.ben.no_deal.likes: no key of that name belongs here; did you mean 'like'?",
    ),
    case(
        "anchors without deals",
        "{refuses: rule, signs: {water: all, price: 100}}",
        "{refuses: [], signs: }",
        "21:15: parties.anna.no_deal.refuses: is empty; at least one is needed",
        "21:28: parties.anna.no_deal.signs: nothing is written here; write what belongs here, or take the key out",
    ),
    case(
        "contradictory anchors",
        "{refuses: rule, signs: {water: all, price: 100}}",
        "{signs: rule, refuses: {water: all, price: 100}}",
        "21:5: parties.anna.no_deal: contradictory anchors: in 100% of draws a deal that it refuses is worth more to "
        "it than one that it signs",
    ),
    case(
        "exclusions that leave no deal",
        "  - when: {water: none, price: 0}\n",
        "  - when: {water: [all, half]}\n  - when: {water: none}\n",
        "15:5: exclusions.1: leaves no deal at all, together with those above it",
    ),
    case(
        "exclusions that forbid a package",
        "  - when: {water: none, price: 0}\n",
        "  - when: {water: half}\n",
        "10:3: packages.rule: an exclusion forbids this deal",
        "31:19: linkages.0.when: holds for no deal: exclusions forbid all that it names",
    ),
    case(
        "exclusions that forbid a deal of no-deal",
        "  - when: {water: none, price: 0}\n",
        "  - when: {water: all}\n",
        "21:30: parties.anna.no_deal.signs: an exclusion forbids this deal",
        "28:10: parties.ben.red_lines.0.when: holds for no deal: exclusions forbid all that it names",
    ),
    case(
        "an exclusion of what is excluded",
        "  - when: {water: none, price: 0}\n",
        "  - when: {water: none}\n  - when: {price: 0, water: none}\n",
        "15:5: exclusions.1.when: holds for no deal that the exclusions above leave; take it out",
    ),
    case(
        "red lines that leave no deal",
        "{when: {water: all}, chance: 0.5}",
        "{when: {water: [all, half, none]}}",
        "28:9: parties.ben.red_lines.0: leaves no deal that all who must sign could sign, together with the other red "
        "lines that are certain",
    ),
    case(
        "a red line that is dead",
        "{when: {water: all}, chance: 0.5}",
        "{when: {water: none, price: 0}}",
        "28:10: parties.ben.red_lines.0.when: holds for no deal: exclusions forbid all that it names",
    ),
    case(
        "a linkage that is dead",
        "when: {water: half, price: 50}",
        "when: {water: none, price: 0}",
        "31:19: linkages.0.when: holds for no deal: exclusions forbid all that it names",
    ),
    case(
        "a consent that is dead",
        "when: {price: 100}",
        "when: {price: 0, water: [none]}",
        "36:8: talks.sign_when.0.when: holds for no deal: exclusions forbid all that it names",
    ),
    case(
        "a deal that nobody signs",
        "sign: [anna, ben]",
        "sign: []",
        "34:3: talks.sign: nobody would have to sign the deal water=all price=0; somebody must",
    ),
    case(
        "too many red lines",
        "      - {when: {water: all}, chance: 0.5}\n",
        7 * "      - {when: {water: all}, chance: 0.5}\n",
        "27:5: parties.ben.red_lines: 7 of them, and at most 6 can be handled; merge some",
    ),
    case(
        "linkages of too many points",
        "points: -5",
        "points: 90" + 3 * "}\n  - {party: anna, when: {water: all, price: 50}, points: 90",
        "34:5: linkages.3: the linkages of 'anna' add up to 360 points; at most 300",
    ),
    case("a tab", "  rounds: 5\n", "\trounds: 5\n", "33:1: not YAML: a tab; indent with spaces"),
    case(
        "an open bracket",
        "{water: 60, price: 40}",
        "{water: 60, price: 40",
        "18:11: not YAML: a comma is missing before this, or the { of line 17 is not closed",
    ),
    case(
        "an open list",
        "[anna, ben]",
        "[anna, ben",
        "35:12: not YAML: a comma is missing before this, or the [ of line 34 is not closed",
    ),
    case(
        "a missing comma",
        "{water: 60, price: 40}",
        "{water: 60 price: 40}",
        "17:30: not YAML: a comma is missing before this, or the { of line 17 is not closed",
    ),
    case(
        "an open quotation mark",
        '"assumed: a guess"',
        '"assumed: a guess',
        "23:24: not YAML: a quotation mark opens here and is not closed",
    ),
    case(
        "a colon in a text",
        "question: Who draws?",
        "question: Who draws: Anna or Ben?",
        "4:24: not YAML: a colon too many; a text with a colon goes in quotes, and a key is indented like its neighbours",
    ),
    case(
        "a wrong indentation",
        "  sign: [anna, ben]\n",
        "   sign: [anna, ben]\n",
        "34:8: not YAML: a colon too many; a text with a colon goes in quotes, and a key is indented like its neighbours",
    ),
    case(
        "a wrong indentation back",
        "  sign: [anna, ben]\n",
        " sign: [anna, ben]\n",
        "34:2: not YAML: not indented like what stands above it",
    ),
    case(
        "no space after a colon",
        "rounds: 5",
        "rounds:5",
        "34:7: not YAML: a colon too many; a text with a colon goes in quotes, and a key is indented like its neighbours",
    ),
    case(
        "no space after a colon in braces",
        "{water: 60, price: 40}",
        "{water:60, price: 40}",
        "17:5: parties.anna.weights: no weight for the issue 'water' (write 0 if it is worth nothing)",
        "17:15: parties.anna.weights.water:60: a space is missing after the colon",
        "17:15: parties.anna.weights.water:60: no issue of that name; did you mean 'water'?",
    ),
    case(
        "a text that begins with @",
        "title: A well",
        "title: @home",
        "1:8: not YAML: a text cannot begin with @; put it in quotes",
    ),
    case(
        "a text that begins with *",
        "title: A well",
        "title: *important*",
        "1:8: not YAML: '*important*' stands for nothing; put a text that begins with * in quotes",
    ),
    case(
        "a text that begins with !",
        "title: A well",
        "title: !important well",
        "1:1: title: '!important' means nothing here; take it out, or put a text in quotes",
    ),
    case(
        "a text after a quotation mark",
        "title: A well",
        'title: "A" well',
        "1:12: not YAML: text after a closing quotation mark; put the whole text in the other kind of quotes",
    ),
    case(
        "an apostrophe between single quotes",
        "title: A well",
        "title: 'Anna's well'",
        "1:14: not YAML: text after a closing quotation mark; put the whole text in the other kind of quotes",
    ),
    case(
        "a backslash",
        "title: A well",
        'title: "C:\\qell"',
        "1:12: not YAML: a backslash between double quotes must be doubled; or use single quotes",
    ),
    case(
        "a second scenario",
        "talks:\n",
        "---\ntalks:\n",
        "32:1: not YAML: a second document begins here; one file holds one scenario",
    ),
    case(
        "an anchor that is not there",
        "rounds: 5",
        "rounds: *many",
        "33:11: not YAML: '*many' stands for nothing; put a text that begins with * in quotes",
    ),
    case(
        "half a sign",
        "title: A well",
        'title: "\\ud800"',
        "1:8: not a text: \\u with this number is half a sign; write the sign itself",
    ),
    case("a bracket too many", "[anna, ben]", "[anna, ben]]", "34:20: not YAML: a closing bracket too many"),
    case("two commas", "[anna, ben]", "[anna,, ben]", "34:15: not YAML: a value is missing before this"),
    case(
        "positions beside weights",
        _WANTS,
        "    positions: {price: 0}\n" + _WANTS,
        "25:5: parties.ben.positions: stand in place of 'weights' and 'values'; take one or the other out",
    ),
    case(
        "a position on no issue",
        _WANTS,
        "    positions: {prize: 50}\n",
        "25:17: parties.ben.positions.prize: no issue of that name; did you mean 'price'?",
    ),
    case(
        "a position among words",
        _WANTS,
        "    positions: {price: 50, water: 1}\n",
        "25:28: parties.ben.positions.water: parties stand on issues whose options are numbers, and those of 'water' are not",
    ),
    case(
        "a position beyond the options",
        _WANTS,
        "    positions: {price: 120}\n",
        "25:17: parties.ben.positions.price: lies, or can lie, beyond the options, which go from 0 to 100",
    ),
    case(
        "a position that may be beyond the options",
        _WANTS,
        "    positions: {price: {at: {normal: [50, 10]}}}\n",
        "25:25: parties.ben.positions.price.at: lies, or can lie, beyond the options, which go from 0 to 100",
    ),
    case(
        "a position of a quantity beyond the options",
        _WANTS,
        "    positions: {price: {quantity: rain, times: 200}}\n",
        "25:17: parties.ben.positions.price: lies, or can lie, beyond the options, which go from 0 to 100",
    ),
    case(
        "a position without a place",
        _WANTS,
        "    positions: {price: {salience: 0.5}}\n",
        "25:17: parties.ben.positions.price.at: is missing",
    ),
    case(
        "a misspelt key of a position",
        _WANTS,
        "    positions: {price: {at: 5, salienc: 0.5}}\n",
        "25:32: parties.ben.positions.price.salienc: no key of that name belongs here; did you mean 'salience'?",
    ),
    case(
        "a misspelt law of a position",
        _WANTS,
        "    positions: {price: {unifrm: [0, 50]}}\n",
        "25:25: parties.ben.positions.price.unifrm: no law of that name; did you mean 'uniform'?",
    ),
    case(
        "a word for a position",
        _WANTS,
        "    positions: {price: cheap}\n",
        "25:17: parties.ben.positions.price: a number or a law is needed here, not 'cheap'",
    ),
    case(
        "positions without any",
        _WANTS,
        "    positions: {}\n",
        "25:5: parties.ben.positions: is empty; at least one is needed",
    ),
    case(
        "positions that are all without salience",
        _WANTS,
        "    positions: {price: {at: 0, salience: 0}}\n",
        "25:5: parties.ben.positions: no salience is above 0; at least one must be",
    ),
    case(
        "a loss of nothing",
        _WANTS,
        "    positions: {price: {at: 0, loss: 0}}\n",
        "25:32: parties.ben.positions.price.loss: a number above 0 is needed here, not 0",
    ),
    case(
        "influence below 0",
        _WANTS,
        "    influence: -1\n" + _WANTS,
        "25:5: parties.ben.influence: a number not below 0 is needed here, not -1",
    ),
    case(
        "a compromise among parties that stand nowhere",
        "rounds: 5",
        "rounds: 5\n  protocol: compromise",
        "3:3: issues.water: nobody stands on this issue, so 'compromise' cannot settle it",
        "6:3: issues.price: nobody stands on this issue, so 'compromise' cannot settle it",
        "16:3: parties.anna: says nowhere where it stands, which 'compromise' needs; write `positions`",
        "24:3: parties.ben: says nowhere where it stands, which 'compromise' needs; write `positions`",
    ),
    case(
        "a middle that is none",
        "rounds: 5",
        "rounds: 5\n  protocol: {compromise: {by: mode}}",
        "34:27: talks.protocol.compromise.by: 'mode' is not one of the choices; there are mean, median",
    ),
    case(
        "a reading that is none",
        "rounds: 5",
        "rounds: 5\n  protocol: {challenge: {reading: pape, status_quo: 2}}",
        "34:26: talks.protocol.challenge.reading: 'pape' is not one of the choices; did you mean 'paper'?",
        "34:41: talks.protocol.challenge.status_quo: a number from 0 to 1 is needed here, not 2",
    ),
    case(
        "a quota of nothing",
        _ROUNDS,
        _DRAWN + "  vote: {quota: 0}\n",
        "35:10: talks.vote.quota: a number above 0 is needed here, not 0",
    ),
    case(
        "a word for a quota",
        _ROUNDS,
        _DRAWN + "  vote: {quota: most}\n",
        "35:10: talks.vote.quota: a number is needed here, not 'most'",
    ),
    case(
        "a vote without a quota, and a voter who is not there",
        _ROUNDS,
        _DRAWN + "  vote: {voters: [anna, bob]}\n",
        "35:3: talks.vote.quota: is missing",
        "35:25: talks.vote.voters.1: no party of the name 'bob'; there are anna, ben",
    ),
    case(
        "a misspelt key of a vote",
        _ROUNDS,
        _DRAWN + "  vote: {quota: 2, votes: [anna]}\n",
        "35:20: talks.vote.votes: no key of that name belongs here; did you mean 'voters'?",
    ),
    case(
        "votes of a party that is not there",
        _ROUNDS,
        _DRAWN + "  vote: {quota: 1, weights: {annna: 2}}\n",
        "35:30: talks.vote.weights.annna: no party of the name 'annna'; did you mean 'anna'?",
    ),
    case(
        "votes below 0",
        _ROUNDS,
        _DRAWN + "  vote: {quota: 1, weights: {anna: -2}}\n",
        "35:30: talks.vote.weights.anna: at least 0 is needed here, not -2",
    ),
    case(
        "a law of votes",
        _ROUNDS,
        _DRAWN + "  vote: {quota: 1, weights: {anna: {uniform: [1, 2]}}}\n",
        "35:30: talks.vote.weights.anna: a plain number is needed here, and no law",
    ),
    case(
        "votes of a party that has none",
        _ROUNDS,
        _DRAWN + "  vote: {quota: 2, voters: [anna], weights: {anna: 2, ben: 1}}\n",
        "35:55: talks.vote.weights.ben: 'ben' has a weight and is not one of the voters",
    ),
    case(
        "a quota that nobody can reach",
        _ROUNDS,
        _DRAWN + "  vote: {quota: 3}\n",
        "35:10: talks.vote.quota: 3 is more than all votes together, which are 2; nothing can be agreed",
    ),
    case(
        "a vote without voters",
        _ROUNDS,
        _DRAWN + "  vote: {quota: 1, voters: []}\n",
        "35:10: talks.vote.quota: 1 is more than all votes together, which are 0; nothing can be agreed",
    ),
    case(
        "a vote under a protocol that holds none",
        _ROUNDS,
        _ROUNDS + "  vote: {quota: 2}\n",
        "34:3: talks.vote: a vote is held under random_proposer, not under alternating_offers",
    ),
    case(
        "a misspelt setting of a protocol",
        _ROUNDS,
        _ROUNDS + "  protocol: {random_proposer: {recogntion: {anna: 1}}}\n",
        "34:32: talks.protocol.random_proposer.recogntion: no key of that name belongs here; did you mean 'recognition'?",
    ),
    case(
        "a chance to propose for a party that is not there",
        _ROUNDS,
        _ROUNDS + "  protocol: {random_proposer: {recognition: {anna: 1, bob: 2}}}\n",
        "34:55: talks.protocol.random_proposer.recognition.bob: no party of the name 'bob'; there are anna, ben",
    ),
    case(
        "a chance to propose below 0",
        _ROUNDS,
        _ROUNDS + "  protocol: {random_proposer: {recognition: {anna: -1}}}\n",
        "34:46: talks.protocol.random_proposer.recognition.anna: a number not below 0 is needed here, not -1",
    ),
    case(
        "nobody who is sure to propose",
        _ROUNDS,
        _ROUNDS + "  protocol: {random_proposer: {recognition: {anna: 0, ben: {uniform: [0, 1]}}}}\n",
        "34:32: talks.protocol.random_proposer.recognition: nobody is sure to have a chance to propose; at least one must be "
        "above 0 whatever its law gives",
    ),
    case(
        "a strategy that is a number",
        "{aspiration: {firmness: 2}}",
        "5",
        "22:5: parties.anna.strategy: a section with keys is needed here, not 5; there are offers, beliefs, leaves, annealing, "
        "aspiration, equilibrium, hardline, hill_climbing, micro, tit_for_tat",
    ),
    case(
        "one who plays in equilibrium alone",
        "{aspiration: {firmness: 2}}",
        "{equilibrium: {}}",
        "24:3: parties.ben.strategy: all parties play in equilibrium or none does: it supposes that everybody else plays it too",
    ),
]


def solved(**talks: str) -> str:
    """The sound scenario with both in equilibrium, and some lines of the talks after the rounds."""
    text = SOUND.replace("{aspiration: {firmness: 2}}", "{equilibrium: {}}")
    text = text.replace("plus: -10}\n", "plus: -10}\n    strategy: {equilibrium: {}}\n")
    return text.replace(_ROUNDS, _ROUNDS + "".join(f"  {key}: {written}\n" for key, written in talks.items()))


# Councils and homes

_COUNCIL = """\
councils:
  town:
    party: ben
    use: before
    rule: unanimity
    members: {north: 60, south: 40.5}
    total: 100.5
    votes:
      - {when: {water: none}, yes: {north: 0.8, south: 0.5}}
"""
_AGREED_BY_ANNA = _COUNCIL + "talks:\n  rounds: 5\n  sign: anna\n"
_AGREED_BY_BOTH = """\
linkages:
  - {party: anna, when: {water: half, price: 50}, points: -5}
talks:
  rounds: 5
  sign: [anna, ben]
"""


def of_council(what: str, old: str, new: str, *told: str) -> Case:
    """A case of the sound scenario with a council, a piece of which is replaced."""
    assert _COUNCIL.count(old) == 1, what
    return case(what, "linkages:\n", _COUNCIL.replace(old, new) + "linkages:\n", *told)


def of_home(what: str, ratification: str, *told: str) -> Case:
    """A case of the sound scenario in which Ben's home is asked."""
    no_deal = "    no_deal: {like: rule, plus: -10}\n"
    return case(what, no_deal, f"{no_deal}    ratification: {ratification}\n", *told)


CASES += [
    of_council(
        "a council of a party that is not there",
        "party: ben",
        "party: bob",
        "32:5: councils.town.party: no party of the name 'bob'; there are anna, ben",
    ),
    of_council(
        "a council that votes both before and after",
        "use: before",
        "use: both",
        "33:5: councils.town.use: 'both' is not one of the choices; there are before, after",
    ),
    of_council(
        "a rule that is none",
        "rule: unanimity",
        "rule: unanimous",
        "34:5: councils.town.rule: 'unanimous' is not one of the choices; did you mean 'unanimity'?",
    ),
    of_council(
        "a rule in per cent",
        "rule: unanimity",
        "rule: {members: 55}",
        "34:12: councils.town.rule.members: at most 1 is needed here, not 55",
    ),
    of_council(
        "a rule without members",
        "rule: unanimity",
        "rule: {population: 0.6}",
        "34:5: councils.town.rule.members: is missing",
    ),
    of_council("no rule", "    rule: unanimity\n", "", "31:3: councils.town.rule: is missing"),
    of_council(
        "a member without people",
        "north: 60",
        "north: 0",
        "35:15: councils.town.members.north: a number above 0 is needed here, not 0",
    ),
    of_council(
        "a member with fewer people than none",
        "north: 60",
        "north: -60",
        "35:15: councils.town.members.north: a number above 0 is needed here, not -60",
    ),
    of_council(
        "a law for a population",
        "north: 60",
        "north: {uniform: [50, 60]}",
        "35:15: councils.town.members.north: a plain number is needed here, and no law",
    ),
    of_council(
        "populations that do not add up",
        "total: 100.5",
        "total: 100",
        "36:5: councils.town.total: the populations add up to 100.5, not to 100",
    ),
    of_council(
        "populations too finely told",
        "{north: 60, south: 40.5}\n    total: 100.5",
        "{north: 0.000000001, south: 100000000}",
        "35:5: councils.town.members: at most 1000 members, and populations of at most 15 digits in all, can be counted exactly",
    ),
    of_council(
        "a council of nobody",
        "{north: 60, south: 40.5}",
        "{}",
        "35:5: councils.town.members: is empty; at least one is needed",
    ),
    of_council(
        "a member that is not there",
        "south: 0.5",
        "suoth: 0.5",
        "38:31: councils.town.votes.0.yes: no chance for the member 'south'",
        "38:49: councils.town.votes.0.yes.suoth: no member of that name; did you mean 'south'?",
    ),
    of_council(
        "a member without a chance",
        ", south: 0.5",
        "",
        "38:31: councils.town.votes.0.yes: no chance for the member 'south'",
    ),
    of_council(
        "a member's chance above 1",
        "north: 0.8",
        "north: 1.8",
        "38:37: councils.town.votes.0.yes.north: a number from 0 to 1 is needed here, not 1.8",
    ),
    of_council(
        "a chance for all that may be above 1",
        "{north: 0.8, south: 0.5}",
        "{uniform: [0, 2]}",
        "38:31: councils.town.votes.0.yes: a number from 0 to 1 is needed here, and this 'uniform' goes from 0 to 2",
    ),
    of_council(
        "a word for a chance",
        "{north: 0.8, south: 0.5}",
        "maybe",
        "38:31: councils.town.votes.0.yes: a number or a law is needed here, not 'maybe'",
    ),
    of_council(
        "a vote on nothing",
        "{when: {water: none}, yes",
        "{yes",
        "38:9: councils.town.votes.0.when: is missing",
    ),
    of_council(
        "a vote on an option that is not there",
        "water: none",
        "water: non",
        "38:17: councils.town.votes.0.when.water: the issue 'water' has no option 'non'; did you mean 'none'?",
    ),
    of_council(
        "a vote on what is excluded",
        "water: none",
        "water: none, price: 0",
        "38:10: councils.town.votes.0.when: holds for no deal: exclusions forbid all that it names",
    ),
    of_council(
        "a council without votes",
        "votes:\n      - {when: {water: none}, yes: {north: 0.8, south: 0.5}}",
        "votes: []",
        "37:5: councils.town.votes: is empty; at least one is needed",
    ),
    of_council(
        "a correlation above 1",
        "rule: unanimity",
        "rule: unanimity\n    correlation: 2",
        "35:5: councils.town.correlation: a number from 0 to 1 is needed here, not 2",
    ),
    of_council(
        "a reason for what a council has not",
        "use: before",
        "use: before\n    because: {member: x}",
        "34:15: councils.town.because.member: gives a reason for what is not there; did you mean 'members'?",
    ),
    case(
        "a council of a party that never signs",
        _AGREED_BY_BOTH + "  sign_when:\n    - {when: {price: 100}, needs: ben}\n",
        _AGREED_BY_ANNA,
        "32:5: councils.town.party: 'ben' never signs a deal, so its council has nothing to decide",
    ),
    case(
        "a vote after the talks on deals that need no signature of the party",
        _AGREED_BY_BOTH,
        _AGREED_BY_ANNA.replace("before", "after").replace("water: none", "price: 50"),
        "38:10: councils.town.votes.0.when: holds for no deal that needs the signature of 'ben'",
    ),
    case(
        "too many red lines and votes before the talks",
        "linkages:\n",
        _COUNCIL + 5 * "      - {when: {water: all}, yes: 0.5}\n" + "linkages:\n",
        "24:3: parties.ben: 7 red lines and votes before the talks, and at most 6 can be handled; merge some",
    ),
    case(
        "an issue named like the column of what was signed",
        "issues:\n",
        "issues:\n  signed_deal: {question: '?', options: {yes: yes, no: no}}\n",
        "3:3: issues.signed_deal: an issue cannot have this name, which a column of the results has; choose another",
        "11:3: packages.rule: names no option for the issue 'signed_deal'",
        "18:5: parties.anna.weights: no weight for the issue 'signed_deal' (write 0 if it is worth nothing)",
        "22:30: parties.anna.no_deal.signs: names no option for the issue 'signed_deal'",
        "26:5: parties.ben.weights: no weight for the issue 'signed_deal' (write 0 if it is worth nothing)",
    ),
    of_home(
        "a home's chance above 1",
        "{chance: 1.5}",
        "30:20: parties.ben.ratification.chance: a number from 0 to 1 is needed here, not 1.5",
    ),
    of_home(
        "a home's chance that may be above 1",
        "{chance: {uniform: [0.5, 1.5]}}",
        "30:20: parties.ben.ratification.chance: a number from 0 to 1 is needed here, and this 'uniform' goes from 0.5 to 1.5",
    ),
    of_home(
        "a chance that rises with what is lost",
        "{falls: -1}",
        "30:20: parties.ben.ratification.falls: a number not below 0 is needed here, not -1",
    ),
    of_home("a home that judges by nothing", "{}", "30:5: parties.ben.ratification: a chance or a threshold is needed here"),
    of_home(
        "a home that judges by a chance and a threshold",
        "{chance: 0.5, threshold: 3}",
        "30:5: parties.ben.ratification: a home judges by a chance or by a threshold; take one of the two out",
    ),
    of_home(
        "a threshold that nothing can reach",
        "{threshold: 300}",
        "30:20: parties.ben.ratification.threshold: a number from -100 to 100 is needed here, not 300",
    ),
    of_home(
        "a home that weighs an issue that is not there",
        "{falls: 0.05, weights: {watr: 1, price: 1}}",
        "30:33: parties.ben.ratification.weights: no weight for the issue 'water' (write 0 if it is worth nothing)",
        "30:43: parties.ben.ratification.weights.watr: no issue of that name; did you mean 'water'?",
    ),
    of_home(
        "a home to which nothing matters",
        "{falls: 0.05, weights: {water: 0, price: 0}}",
        "30:33: parties.ben.ratification.weights: the weights sum to nothing; at least one must be above 0",
    ),
    of_home(
        "a home that would rather have less",
        "{chance: 0.5, weights: {water: -1, price: 2}}",
        "30:43: parties.ben.ratification.weights.water: a weight is never below 0; this one is",
    ),
    case(
        "a home that weighs an issue of which its party has no values",
        _WANTS,
        "    weights: {water: 0, price: 1}\n    values: {price: falling}\n"
        "    ratification: {falls: 0.05, weights: {water: 1, price: 1}}\n",
        "27:43: parties.ben.ratification.weights.water: the party has no values for the issue 'water', which has a weight "
        "at home",
    ),
    case(
        "a home that is never asked",
        "    no_deal: {like: rule, plus: -10}\n" + _AGREED_BY_BOTH + "  sign_when:\n    - {when: {price: 100}, needs: ben}\n",
        "    no_deal: {like: rule, plus: -10}\n    ratification: {chance: 0.5}\ntalks:\n  rounds: 5\n  sign: anna\n",
        "30:5: parties.ben.ratification: 'ben' never signs a deal, so its home is never asked",
    ),
]


def of_outside(what: str, sections: str, *told: str) -> Case:
    """What goes on outside the room, written above the talks."""
    return case(what, "talks:\n", sections + "talks:\n", *told)


def of_talks(what: str, settings: str, *told: str) -> Case:
    """Settings of the talks, written below their rounds."""
    return case(what, _ROUNDS, _ROUNDS + settings, *told)


_BY_TWO = """\
linkages:
  - {party: anna, when: {water: half, price: 50}, points: -5}
talks:
  rounds: 5
"""
_IDLE = "{weights: {water: 1, price: 0}, values: {water: {all: 0, half: 55, none: 100}}}"

CASES += [
    of_outside(
        "a variable that moves a party that is not there",
        "world:\n  snow: {drift: 1, moves: {bne: 1}}\n",
        "33:28: world.snow.moves.bne: no party of the name 'bne'; did you mean 'ben'?",
    ),
    of_outside(
        "a reason for what a variable does not say",
        'world:\n  snow: {drift: 1, because: {drfit: "assumed: x"}}\n',
        "33:30: world.snow.because.drfit: gives a reason for what is not there; did you mean 'drift'?",
    ),
    of_outside(
        "a variable with a pull that is no share",
        "world:\n  snow: {pull: 2}\n",
        "33:10: world.snow.pull: a number from 0 to 1 is needed here, not 2",
    ),
    of_outside(
        "a variable with an endless bound",
        "world:\n  snow: {high: .inf}\n",
        "33:10: world.snow.high: at most 1e+12 is needed here, not inf",
    ),
    of_outside(
        "a variable whose bounds are crossed",
        "world:\n  snow: {low: 5, high: 1, drift: 1}\n",
        "33:10: world.snow.low: 5 lies above `high`, which is 1",
    ),
    of_outside(
        "a variable that may start outside its bounds",
        "world:\n  snow: {starts: {uniform: [0, 9]}, high: 5, drift: 1, moves: {anna: 1}}\n",
        "33:10: world.snow.starts: lies, or can lie, above `high`, which is 5",
    ),
    of_outside(
        "a variable that starts outside its bounds by default",
        "world:\n  snow: {low: 5, drift: 1, moves: {anna: 1}}\n",
        "33:3: world.snow.starts: lies, or can lie, below `low`, which is 5",
    ),
    of_outside(
        "an event that moves a party that is not there",
        "events:\n  flood: {at: 2, no_deal: {anne: 5}, weights: {bn: {water: 5}}}\n",
        "33:28: events.flood.no_deal.anne: no party of the name 'anne'; did you mean 'anna'?",
        "33:48: events.flood.weights.bn: no party of the name 'bn'; did you mean 'ben'?",
    ),
    of_outside(
        "an event that moves a weight that is not there",
        "events:\n  flood: {at: 2, weights: {ben: {watr: 5}}}\n",
        "33:34: events.flood.weights.ben.watr: no issue of that name; did you mean 'water'?",
    ),
    of_outside(
        "an event that withdraws what is not there",
        "events:\n  flood: {at: 2, withdraws: {water: [hlf], prices: 0}}\n",
        "33:38: events.flood.withdraws.water.0: the issue 'water' has no option 'hlf'; did you mean 'half'?",
        "33:44: events.flood.withdraws.prices: no issue of that name; did you mean 'price'?",
    ),
    of_outside(
        "an event with an impossible chance",
        "events:\n  flood: {chance: 1.5, breaks_off: true}\n",
        "33:11: events.flood.chance: a number from 0 to 1 is needed here, not 1.5",
    ),
    of_outside(
        "an event both at a round and after one",
        "events:\n  flood: {at: 2, after: 1, breaks_off: true}\n",
        "33:18: events.flood.after: stands beside `at`, which names the one round; take one of the two out",
    ),
    of_outside(
        "an event at one round that repeats",
        "events:\n  flood: {at: 2, repeats: true, no_deal: {ben: 1}}\n",
        "33:18: events.flood.repeats: stands beside `at`, which names the one round; take one of the two out",
    ),
    of_outside(
        "an event until before after",
        "events:\n  flood: {after: 4, until: 3, breaks_off: true}\n",
        "33:21: events.flood.until: lies before `after`, which is 4",
    ),
    of_outside(
        "an event after the last round",
        "events:\n  flood: {at: 6, breaks_off: true}\n",
        "33:11: events.flood.at: lies after the last round, which is 5",
    ),
    of_outside(
        "an event that begins after the last round",
        "events:\n  flood: {after: 6, chance: 0.5, breaks_off: true}\n",
        "33:11: events.flood.after: lies after the last round, which is 5",
    ),
    of_outside(
        "an event that does nothing",
        "events:\n  flood: {at: 2, text: It rains}\n",
        "33:3: events.flood: does nothing; an event needs no_deal, weights, withdraws, deadline or breaks_off",
    ),
    of_outside(
        "an event that lasts and moves nothing",
        "events:\n  flood: {at: 2, lasts: 2, breaks_off: true}\n",
        "33:18: events.flood.lasts: only `no_deal` and `weights` last for a time; the rest is for good",
    ),
    of_outside(
        "a deadline after the end",
        "events:\n  flood: {at: 3, deadline: 3}\n",
        "33:18: events.flood.deadline: ends the talks no sooner than their last round, which is 5",
    ),
    of_outside(
        "pressure by and on parties that are not there",
        "pressure:\n  - {by: anne, on: be, points: 5}\n",
        "33:6: pressure.0.by: no party of the name 'anne'; did you mean 'anna'?",
        "33:16: pressure.0.on: no party of the name 'be'; did you mean 'ben'?",
    ),
    of_outside("pressure without points", "pressure:\n  - {by: anna, on: ben}\n", "33:5: pressure.0.points: is missing"),
    of_outside(
        "pressure on oneself", "pressure:\n  - {by: anna, on: anna, points: 5}\n", "33:16: pressure.0.on: nobody presses itself"
    ),
    of_outside(
        "pressure of too many points",
        "pressure:\n  - {by: anna, on: ben, points: 500, backfires: 2}\n",
        "33:25: pressure.0.points: a number from 0 to 100 is needed here, not 500",
        "33:38: pressure.0.backfires: a number from 0 to 1 is needed here, not 2",
    ),
    of_talks(
        "a room of parties that are not there",
        "  rooms:\n    - {parties: [anna, bob], rounds: 5}\n",
        "35:24: talks.rooms.0.parties.1: no party of the name 'bob'; there are anna, ben",
    ),
    of_talks(
        "a package that is not there, on the table of a room's mediator",
        "  rooms:\n    - {parties: [anna, ben], rounds: 5, protocol: {single_text: {mediator: nobody, opens: rul}}}\n",
        "35:84: talks.rooms.0.protocol.single_text.opens: no package of the name 'rul'; did you mean 'rule'?",
    ),
    of_talks(
        "rooms that do not fill the talks",
        "  rooms:\n    - {parties: [anna, ben], rounds: 2}\n    - {parties: [anna, ben], rounds: 2}\n",
        "34:3: talks.rooms: the rooms last 4 rounds together, and `rounds` is 5",
    ),
    of_talks(
        "a room with one party",
        "  rooms:\n    - {parties: [anna], rounds: 2}\n    - {parties: [anna, ben], rounds: 3}\n",
        "35:8: talks.rooms.0.parties: a room with one party; at least two must sit there",
    ),
    of_talks(
        "a signer who is not in the last room",
        "  rooms:\n    - {parties: [anna, ben], rounds: 2}\n    - {parties: anna, rounds: 3}\n",
        "36:8: talks.rooms.1.parties: 'ben' signs deals, and does not sit in the last room",
        "36:8: talks.rooms.1.parties: a room with one party; at least two must sit there",
    ),
    of_talks(
        "a room that takes up no text",
        "  rooms:\n    - {parties: [anna, ben], rounds: 2}\n    - {parties: [anna, ben], rounds: 3, protocol: random_proposer}\n",
        "36:41: talks.rooms.1.protocol: random_proposer takes up no text from the room before; "
        "alternating_offers and single_text do",
    ),
    of_talks(
        "a room in which nobody can propose",
        "  rooms:\n    - {parties: [anna, ben], rounds: 5, protocol: {random_proposer: {recognition: {ana: 0}}}}\n",
        "35:84: talks.rooms.0.protocol.random_proposer.recognition.ana: no party of the name 'ana'; did you mean 'anna'?",
    ),
    of_talks(
        "a room in which nobody has a chance to propose",
        "  rooms:\n    - {parties: [anna, ben], rounds: 5, protocol: {random_proposer: {recognition: {anna: 0}}}}\n",
        "35:70: talks.rooms.0.protocol.random_proposer.recognition: nobody is sure to have a chance to propose; at least one "
        "must be above 0 whatever its law gives",
    ),
    of_talks(
        "presence of who is not there",
        "  present: {bob: {enters: 2}}\n",
        "34:13: talks.present.bob: no party of the name 'bob'; there are anna, ben",
    ),
    of_talks(
        "a party that enters after the last round",
        "  present: {anna: {enters: 6}}\n",
        "34:20: talks.present.anna.enters: lies after the last round, which is 5",
    ),
    of_talks(
        "a party that leaves before it enters",
        "  present: {anna: {enters: 4, leaves: 2}}\n",
        "34:31: talks.present.anna.leaves: lies before `enters`, which is 4",
    ),
    of_talks(
        "a round in which nobody is there",
        "  present: {anna: {enters: 2}, ben: {enters: 3}}\n",
        "34:3: talks.present: nobody sits at the table in round 1",
    ),
    of_talks(
        "a signer who is away from the last room",
        "  present: {anna: {leaves: 2}}\n  rooms:\n    - {parties: [anna, ben], rounds: 2}\n"
        "    - {text: The hall, parties: [anna, ben], rounds: 3}\n",
        "34:13: talks.present.anna: must sign, and is never at the table in the room 'The hall'",
    ),
    of_talks(
        "a drafter who is away from the drafting room",
        "  present: {anna: {enters: 3}}\n  rooms:\n    - {text: The annexe, parties: [anna, ben], rounds: 2}\n"
        "    - {parties: [anna, ben], rounds: 3}\n",
        "34:13: talks.present.anna: must sign, and is never at the table in the room 'The annexe'",
    ),
    of_talks(
        "an opening text that is not there",
        "  opens: rul\n",
        "34:3: talks.opens: no package of the name 'rul'; did you mean 'rule'?",
    ),
    of_talks(
        "an opening text that is incomplete",
        "  opens: {water: half}\n",
        "34:3: talks.opens: names no option for the issue 'price'",
    ),
    of_talks(
        "an opening text that an exclusion forbids",
        "  opens: {water: none, price: 0}\n",
        "34:3: talks.opens: an exclusion forbids this deal",
    ),
    of_talks(
        "an opening text that nobody would answer",
        "  opens: rule\n  protocol: random_proposer\n",
        "34:3: talks.opens: random_proposer takes up no opening text; alternating_offers and single_text do",
    ),
    of_talks(
        "a vote that the last room does not hold",
        "  protocol: random_proposer\n  vote: {quota: 2}\n  rooms:\n"
        "    - {parties: [anna, ben], rounds: 5, protocol: alternating_offers}\n",
        "35:3: talks.vote: a vote is held under random_proposer, not under alternating_offers",
    ),
    case(
        "options withdrawn where nobody knows of them",
        "talks:\n  rounds: 5\n",
        "events:\n  flood: {at: 2, withdraws: {water: none}}\ntalks:\n  rounds: 5\n  rooms:\n"
        "    - {parties: [anna, ben], rounds: 3, protocol: compromise}\n    - {parties: [anna, ben], rounds: 2}\n",
        "3:3: issues.water: nobody stands on this issue, so 'compromise' cannot settle it",
        "6:3: issues.price: nobody stands on this issue, so 'compromise' cannot settle it",
        "16:3: parties.anna: says nowhere where it stands, which 'compromise' needs; write `positions`",
        "24:3: parties.ben: says nowhere where it stands, which 'compromise' needs; write `positions`",
        "33:18: events.flood.withdraws: no option can be withdrawn under compromise, as in talks.rooms.0.protocol",
    ),
    case(
        "pressure on who never signs",
        "sign: [anna, ben]\n  sign_when:\n    - {when: {price: 100}, needs: ben}\n",
        "sign: anna\npressure:\n  - {by: anna, on: ben, points: 5}\n",
        "36:16: pressure.0.on: 'ben' is never asked to sign, so it cannot be pressed",
    ),
    case(
        "a room without a signer",
        _BY_TWO,
        f"  carla: {_IDLE}\n  dora: {_IDLE}\n"
        + _BY_TWO
        + "  rooms:\n    - {parties: [carla, dora], rounds: 2}\n    - {parties: [anna, ben], rounds: 3}\n",
        "37:8: talks.rooms.0.parties: nobody sits there who ever signs a deal",
    ),
    case(
        "pressure where nobody is asked",
        "talks:\n  rounds: 5\n",
        "pressure:\n  - {by: anna, on: ben, points: 5}\ntalks:\n  rounds: 5\n  protocol: compromise\n",
        "3:3: issues.water: nobody stands on this issue, so 'compromise' cannot settle it",
        "6:3: issues.price: nobody stands on this issue, so 'compromise' cannot settle it",
        "16:3: parties.anna: says nowhere where it stands, which 'compromise' needs; write `positions`",
        "24:3: parties.ben: says nowhere where it stands, which 'compromise' needs; write `positions`",
        "32:1: pressure: nobody is asked to sign under compromise, so nobody can be pressed",
    ),
    of_talks(
        "a mediator of no name",
        "  protocol: {single_text: {mediator: anne}}\n",
        "34:28: talks.protocol.single_text.mediator: no party of the name 'anne'; did you mean 'anna'?",
    ),
    of_talks(
        "a mediator of no name in a room",
        "  rooms:\n    - {parties: [anna, ben], rounds: 5, protocol: {single_text: {mediator: bean}}}\n",
        "35:66: talks.rooms.0.protocol.single_text.mediator: no party of the name 'bean'; did you mean 'ben'?",
    ),
    of_talks(
        "a bias of nobody",
        "  protocol: {single_text: {bias: 0.5}}\n",
        "34:28: talks.protocol.single_text.bias: a mediator that is nobody wants nothing; name a party under `mediator`, "
        "or take `bias` out",
    ),
    of_talks(
        "a chance above 1 to mishear",
        "  protocol: {single_text: {mishears: {uniform: [0, 2]}}}\n",
        "34:28: talks.protocol.single_text.mishears: a number from 0 to 1 is needed here, and this 'uniform' goes from 0 to 2",
    ),
    of_talks(
        "too many changes of a text",
        "  protocol: {single_text: {revisions: 2000}}\n",
        "34:28: talks.protocol.single_text.revisions: at most 1,000 is needed here, not 2000",
    ),
    of_talks(
        "a text of no name",
        "  protocol: {single_text: {opens: rul}}\n",
        "34:28: talks.protocol.single_text.opens: no package of the name 'rul'; did you mean 'rule'?",
    ),
    of_talks(
        "an incomplete text",
        "  protocol: {single_text: {opens: {water: halv}}}\n",
        "34:28: talks.protocol.single_text.opens: names no option for the issue 'price'",
        "34:36: talks.protocol.single_text.opens.water: the issue 'water' has no option 'halv'; did you mean 'half'?",
    ),
    of_talks(
        "a text that an exclusion forbids",
        "  protocol: {single_text: {opens: {water: none, price: 0}}}\n",
        "34:28: talks.protocol.single_text.opens: an exclusion forbids this deal",
    ),
    of_talks(
        "two texts to open with",
        "  opens: rule\n  protocol: {single_text: {opens: rule}}\n",
        "35:28: talks.protocol.single_text.opens: `opens` of the talks names a text too; take one of the two out",
    ),
    case(
        "a climber without a text",
        "strategy: {aspiration: {firmness: 2}}",
        "strategy: {hill_climbing: {}}",
        "22:5: parties.anna.strategy: hill_climbing answers changes of a text: it goes with the protocol single_text and "
        "no other",
    ),
    case(
        "options withdrawn from a text",
        "talks:\n  rounds: 5\n",
        "events:\n  flood: {at: 2, withdraws: {water: none}}\ntalks:\n  rounds: 5\n  protocol: single_text\n",
        "33:18: events.flood.withdraws: no option can be withdrawn under single_text, as in talks.protocol",
    ),
]

CASES += [
    of_outside(
        "an event without its round",
        "events:\n  flood: {at: , breaks_off: true}\n",
        "33:11: events.flood.at: nothing is written here; write what belongs here, or take the key out",
    ),
    of_outside(
        "an event until after the end",
        "events:\n  flood: {until: 6, chance: 0.5, breaks_off: true}\n",
        "33:11: events.flood.until: lies after the last round, which is 5",
    ),
    of_outside(
        "an event that is sure, until a round",
        "events:\n  flood: {after: 2, until: 4, breaks_off: true}\n",
        "33:21: events.flood.until: has no effect: without a chance it happens in round 2; write `at`, or a chance",
    ),
    of_outside(
        "sure events that withdraw all there is",
        "events:\n  flood: {at: 2, withdraws: {water: [all, half]}}\n  frost: {after: 3, withdraws: {water: none}}\n",
        "34:21: events.frost.withdraws: leaves nothing to agree on, together with the other events that are sure",
    ),
    of_outside(
        "a variable drawn to where nothing pulls it",
        "world:\n  snow: {to: 3, moves: {anna: 1}}\n",
        "33:10: world.snow.to: has no effect without a `pull`, the share of the way there that it goes in a round",
    ),
    of_outside(
        "a variable that moves nobody",
        "world:\n  snow: {drift: 1}\n",
        "33:3: world.snow: moves nobody's no-deal value; write `moves`",
    ),
    of_outside(
        "a name with a capital",
        "world:\n  snow: {drift: 1, moves: {Ben: -1}}\n",
        "33:28: world.snow.moves.Ben: no party of the name 'Ben'; did you mean 'ben'?",
    ),
    of_home(
        "a threshold that is not written",
        "{threshold: }",
        "30:20: parties.ben.ratification.threshold: nothing is written here; write what belongs here, or take the key out",
    ),
    of_home(
        "weights at home that nothing asks for",
        "{chance: 0.5, weights: {water: 1, price: 1}}",
        "30:5: parties.ben.ratification: weights of its own have an effect only beside `falls` or a threshold",
    ),
    of_home(
        "a home that is a number",
        "0.9",
        "30:5: parties.ben.ratification: a section with keys is needed here, not 0.9; there are chance, falls, threshold, "
        "weights",
    ),
    of_talks(
        "a party that leaves after the last round",
        "  present: {anna: {leaves: 6}}\n",
        "34:20: talks.present.anna.leaves: lies after the last round, which is 5",
    ),
    of_talks(
        "a party twice in a room",
        "  rooms:\n    - {parties: [anna, ben, anna], rounds: 5}\n",
        "35:8: talks.rooms.0.parties: 'anna' is named twice",
    ),
    of_talks(
        "signers who never meet",
        "  protocol: random_proposer\n  present: {anna: {leaves: 2}, ben: {enters: 3}}\n",
        "35:3: talks.present: anna, ben must sign in one round, and never meet under random_proposer",
    ),
    case(
        "a quota that is a share",
        _ROUNDS,
        _DRAWN + "  vote: {quota: 0.55}\n",
        "35:10: talks.vote.quota: 0.55 is less than any vote, so whoever proposes would carry it alone; a quota counts votes",
    ),
    case(
        "a count of rounds with a point",
        "rounds: 5",
        "rounds: 5.0",
        "33:3: talks.rounds: a whole number is needed here, without a point; write 5",
    ),
    of_council(
        "a rule of no known name",
        "rule: unanimity",
        "rule: majority",
        "34:5: councils.town.rule: 'majority' is not one of the choices; write unanimity, or shares, as "
        "{members: 0.55, population: 0.65, blocking_minority: 4}",
    ),
    of_council(
        "a minority that blocks nothing",
        "rule: unanimity",
        "rule: {members: 0.5, blocking_minority: 2}",
        "34:5: councils.town.rule: a blocking minority has an effect only beside a `population`, on which it can block",
    ),
]


def of_climber(what: str, settings: str, *told: str, sections: str = "") -> Case:
    """A case of the sound scenario in which Anna climbs, and talks have these settings."""
    old = SOUND[SOUND.index("strategy:") : SOUND.index("  sign:")]
    new = old.replace("{aspiration: {firmness: 2}}", "{hill_climbing: {}}").replace("talks:\n", sections + "talks:\n")
    return case(what, old, new + settings, *told)


def of_menu(what: str, settings: str, *told: str, signed: str = "  sign: [anna, ben]\n") -> Case:
    """A case of the sound scenario with 63 combinations of options, of which a menu is asked for, and with these to sign."""
    old, talks = SOUND[SOUND.index("step: 50") :], f"talks:\n  rounds: 5\n  menu: 20\n{settings}{signed}"
    return case(what, old, old[: old.index("talks:")].replace("step: 50", "step: 5") + talks, *told)


_MENU = "not all deals are listed, as `menu` asks"
_STILL = "never moves from where it starts; write a `drift`, a `spread`, or a `pull` to elsewhere"
_CALLED = "stories tell what moved no deal by name"
_AT_ONCE = "the only one in which who climbs or anneals signs"

CASES += [
    of_outside(
        "an event and a variable of one name",
        "world:\n  snow: {drift: 1, moves: {ben: 1}}\nevents:\n  snow: {at: 2, no_deal: {ben: 1}}\n",
        f"35:3: events.snow: an event and a variable of the world share this name; {_CALLED}",
    ),
    of_outside(
        "a variable called pressure",
        "world:\n  pressure: {drift: 1, moves: {ben: 1}}\n",
        f"33:3: world.pressure: cannot have this name: {_CALLED}, and call pressure so; choose another",
    ),
    of_outside(
        "an event called pressure",
        "events:\n  pressure: {at: 2, no_deal: {ben: 1}}\n",
        f"33:3: events.pressure: cannot have this name: {_CALLED}, and call pressure so; choose another",
    ),
    of_outside(
        "events after talks are broken off",
        "events:\n  storm: {at: 3, breaks_off: true}\n  flood: {at: 4, no_deal: {ben: 1}}\n"
        "  frost: {after: 5, chance: 0.5, no_deal: {ben: 1}}\n  thaw: {at: 3, no_deal: {ben: 1}}\n",
        "34:11: events.flood.at: lies after round 3, by which 'storm' is sure to have ended the talks",
        "35:11: events.frost.after: lies after round 3, by which 'storm' is sure to have ended the talks",
    ),
    of_outside(
        "an event after a deadline",
        "events:\n  late: {at: 4, deadline: 1}\n  haste: {after: 2, deadline: 2}\n  flood: {at: 3, no_deal: {ben: 1}}\n"
        "  rumour: {after: 4, chance: 0.5, no_deal: {ben: 1}}\n  perhaps: {chance: 0.9, deadline: 1}\n",
        "33:10: events.late.at: lies after round 3, by which 'haste' is sure to have ended the talks",
        "36:12: events.rumour.after: lies after round 3, by which 'haste' is sure to have ended the talks",
    ),
    of_outside(
        "talks that are broken off before they begin",
        "events:\n  storm: {breaks_off: true}\n",
        "33:11: events.storm.breaks_off: is sure to break off the talks in round 1, before anybody can agree to anything",
    ),
    case(
        "a room after a deadline",
        "talks:\n  rounds: 5\n",
        "events:\n  haste: {at: 2, deadline: 2}\ntalks:\n  rounds: 5\n  rooms:\n    - {parties: [anna, ben], rounds: 2}\n"
        "    - {parties: [anna, ben], rounds: 1}\n    - {parties: [anna, ben], rounds: 2}\n",
        "39:7: talks.rooms.2: never opens: 'haste' is sure to have ended the talks before",
    ),
    case(
        "a room after talks are broken off",
        "talks:\n  rounds: 5\n",
        "events:\n  storm: {at: 3, breaks_off: true}\ntalks:\n  rounds: 5\n  rooms:\n    - {parties: [anna, ben], rounds: 2}\n"
        "    - {parties: [anna, ben], rounds: 3}\n",
        "38:7: talks.rooms.1: never opens: 'storm' is sure to have ended the talks before",
    ),
    of_talks(
        "signers of a text who never meet",
        "  protocol: single_text\n  present: {anna: {leaves: 2}, ben: {enters: 3}}\n",
        "35:3: talks.present: anna, ben must sign in one round, and never meet under single_text",
    ),
    of_climber(
        "who must sign is away in the round in which the other does",
        "  protocol: single_text\n  present: {ben: {leaves: 4}}\n",
        f"35:13: talks.present.ben: must sign, and is away in the last round, {_AT_ONCE}",
    ),
    of_climber(
        "a climber who leaves before the last round",
        "  protocol: single_text\n  present: {anna: {leaves: 4}}\n",
        f"35:13: talks.present.anna: must sign, and is away in the last round, {_AT_ONCE}",
    ),
    of_climber(
        "somebody who leaves a drafting room in which the other climbs, deadline or not",
        "  protocol: single_text\n  present: {ben: {leaves: 1}}\n  rooms:\n"
        "    - {text: The annexe, parties: [anna, ben], rounds: 2}\n    - {parties: [anna, ben], rounds: 3}\n",
        f"37:13: talks.present.ben: must sign, and is away in the last round of the room 'The annexe', {_AT_ONCE}",
        "37:13: talks.present.ben: must sign, and is never at the table in the room 'Anna, Ben'",
        sections="events:\n  haste: {chance: 0.5, deadline: 2}\n",
    ),
    of_outside("a variable that nothing moves", "world:\n  snow: {moves: {ben: 1}}\n", f"33:3: world.snow: {_STILL}"),
    of_outside(
        "a variable that moves by nothing",
        "world:\n  snow: {drift: 0, pull: 0, to: 5, moves: {ben: 1}}\n",
        f"33:3: world.snow: {_STILL}",
    ),
    of_outside(
        "a variable that is where it is pulled",
        "world:\n  snow: {starts: {quantity: rain}, to: {quantity: rain}, pull: 0.5, moves: {ben: 1}}\n",
        f"33:3: world.snow: {_STILL}",
    ),
    of_outside(
        "a variable that moves no-deal values by no points",
        "world:\n  snow: {drift: 1, moves: {anna: 0, ben: 0}}\n",
        "33:20: world.snow.moves: moves nobody's no-deal value: all points are 0",
    ),
    of_outside(
        "an event that moves the weight of no issue",
        "events:\n  flood: {at: 2, lasts: 2, weights: {ben: {}}}\n",
        "33:3: events.flood: does nothing; an event needs no_deal, weights, withdraws, deadline or breaks_off",
    ),
    of_outside(
        "an event that lasts and moves the weight of no issue",
        "events:\n  flood: {at: 2, lasts: 2, weights: {ben: {}}, deadline: 2}\n",
        "33:18: events.flood.lasts: only `no_deal` and `weights` last for a time; the rest is for good",
    ),
    of_outside(
        "events that repeat for nothing",
        "events:\n  haste: {after: 2, repeats: true, deadline: 2}\n"
        "  storm: {after: 2, chance: 0.1, repeats: true, breaks_off: true}\n",
        *(
            f"{place}.repeats: has no effect: talks are broken off only once, and a deadline that is set again is never sooner"
            for place in ("33:21: events.haste", "34:34: events.storm")
        ),
    ),
    of_outside(
        "weights that move when talks are over",
        "events:\n  storm: {at: 2, breaks_off: true, weights: {ben: {water: 5}}}\n",
        "33:36: events.storm.weights: has no effect beside `breaks_off`: when weights are counted anew, talks are over",
    ),
    of_council(
        "a minority larger than the council",
        "rule: unanimity",
        "rule: {members: 0.5, population: 0.6, blocking_minority: 3}",
        "34:43: councils.town.rule.blocking_minority: is more than all members, who are 2; "
        "nothing could be blocked on population",
    ),
    of_council(
        "a minority larger than the council in one vote",
        "south: 0.5}",
        "south: 0.5}, rule: {members: 0.5, population: 0.6, blocking_minority: 3}",
        "38:100: councils.town.votes.0.rule.blocking_minority: is more than all members, who are 2; "
        "nothing could be blocked on population",
    ),
    of_talks(
        "a presence that says nothing",
        "  present: {ben: {enters: 1}}\n",
        "34:13: talks.present.ben: has no effect: 'ben' is at the table in all rounds all the same",
    ),
    of_talks(
        "a party that leaves when all do",
        "  present: {ben: {leaves: 5}}\n",
        "34:13: talks.present.ben: has no effect: 'ben' is at the table in all rounds all the same",
    ),
    case(
        "presence of who comes before its room opens, and of who sits in none",
        _BY_TWO,
        f"  carla: {_IDLE}\n  dora: {_IDLE}\n"
        + _BY_TWO
        + "  present: {carla: {enters: 3}, dora: {enters: 2}}\n  rooms:\n    - {parties: [anna, ben], rounds: 2}\n"
        "    - {parties: [anna, ben, carla], rounds: 3}\n",
        "36:13: talks.present.carla: has no effect: 'carla' is at the table in all rounds of its rooms all the same",
        "36:33: talks.present.dora: has no effect: 'dora' sits in no room all the same",
    ),
    of_talks(
        "a review after the end",
        "  review: 5\n",
        "34:3: talks.review: has no effect: all would look again in round 6, and the last round is 5",
    ),
    of_talks(
        "a mediator of talks in which every room has its own",
        "  protocol: {single_text: {mediator: ben}}\n  rooms:\n"
        "    - {parties: [anna, ben], rounds: 5, protocol: {single_text: {mediator: anna}}}\n",
        "34:14: talks.protocol.single_text: these settings have no effect: every room has a protocol of its own",
    ),
    of_menu(
        "points settled over a menu that is asked for",
        "  protocol: compromise\n",
        "3:3: issues.water: nobody stands on this issue, so 'compromise' cannot settle it",
        "6:3: issues.price: nobody stands on this issue, so 'compromise' cannot settle it",
        "16:3: parties.anna: says nowhere where it stands, which 'compromise' needs; write `positions`",
        "24:3: parties.ben: says nowhere where it stands, which 'compromise' needs; write `positions`",
        f"35:3: talks.protocol: settles points between all deals, and {_MENU}",
    ),
    of_menu(
        "a text over a menu that is asked for, which a party cannot walk, and which nobody must sign",
        "  protocol: single_text\n",
        f"22:5: parties.anna.strategy: aspiration needs a list of all deals, and {_MENU}; take hill_climbing or annealing",
        f"24:3: parties.ben.strategy: aspiration needs a list of all deals, and {_MENU}; take hill_climbing or annealing",
        f"36:3: talks.sign: nobody must sign every deal, and {_MENU}; somebody must",
        signed="  sign: []\n  sign_when:\n    - {when: {water: [all, half, none]}, needs: [anna, ben]}\n",
    ),
    of_menu(
        "a text in one of two rooms, over a menu that is asked for",
        "  rooms:\n    - {parties: [anna, ben], rounds: 2, protocol: single_text}\n    - {parties: [anna, ben], rounds: 3}\n",
        f"35:3: talks.rooms: what is agreed over a single text may be on no menu: where {_MENU}, "
        "take it in all rooms, or in none",
    ),
]
