"""A small sound scenario, and the faults of scenarios that differ from it in one piece of text."""

from typing import NamedTuple

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
        "rounds: 5",
        "rounds: 5\n  zzz: 1",
        "34:3: talks.zzz: no key of that name belongs here; there are rounds, round_is, sign, sign_when, because, "
        "protocol, clock, order, offers, beliefs",
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
        "22:5: parties.anna.strategy: write a strategy with its settings, as {aspiration: {}}; there are aspiration, "
        "hardline, micro, tit_for_tat",
    ),
    case(
        "another word for a section",
        "strategy: {aspiration: {firmness: 2}}",
        "strategy: tough",
        "22:5: parties.anna.strategy: write a strategy with its settings, as {aspiration: {}}; there are aspiration, "
        "hardline, micro, tit_for_tat",
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
        "too many deals",
        "{from: 0, to: 100, step: 50}",
        "{from: 0, to: 100, step: 0.05}",
        "2:1: issues: 6,003 combinations of options, and at most 4,095 can be listed; take out or merge options or issues",
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
        "22:5: parties.anna.strategy: one strategy is needed here, not 2; there are aspiration, hardline, micro, tit_for_tat",
    ),
    case(
        "no strategy",
        "{aspiration: {firmness: 2}}",
        "{offers: lowest}",
        "22:5: parties.anna.strategy: one strategy is needed here, not none; there are aspiration, hardline, micro, tit_for_tat",
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
        "17:15: parties.anna.weights.water:60: a number or a law is needed here, not nothing",
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
]
