"""The words of a summary: each figure's question and its answer; shares, intervals and deals as a reader meets them.

Figures and report speak with these words, so they cannot differ. A summary is the plain mapping of `summary.json`;
shares run from 0 to 1, utilities and gains are points on each party's own scale.
"""

from collections.abc import Iterable
from typing import Any

from sim.case.words import said

Summary = dict[str, Any]

QUESTIONS = {
    "endings": "How did the talks end, and when?",
    "issues": "What did the agreements say on each issue?",
    "deals": "Which whole deals came out most often?",
    "utilities": "What was agreement worth to each party, beside no deal?",
    "together": "Which clauses come together?",
    "leans_on": "Which assumptions does the result lean on?",
}


def percent(share: float | None) -> str:
    """A share in words, to the nearest tenth of a percent, and never "0.0 %" for what did happen."""
    return "–" if share is None else f"{_tenths(share)}\u00a0%"


def span(low: float, high: float) -> str:
    """An interval of shares in words, each end to the nearest tenth of a percent."""
    return f"{100 * abs(low):.1f}–{percent(high)}"


def times(replicates: int) -> str:
    """So many replicates in words."""
    return f"{replicates:,} replicate{'' if replicates == 1 else 's'}"


def place(share: float) -> str:
    """A round share, as an axis says it: "20 %"."""
    return f"{round(100 * share, 6):g}\u00a0%"


def _tenths(share: float) -> str:
    # Less than a billionth is what an interval's arithmetic leaves where it means 0.
    return "<0.1" if 1e-9 < share < 0.0005 else f"{100 * abs(share):.1f}"


def points(amount: float | None, signed: bool = False) -> str:
    """Points in words, `signed` with a plus or a true minus, else only the minus."""
    if amount is None:
        return "–"
    return f"{amount:{'+' if signed else ''}.0f}".replace("-0", "0").replace("+0", "0").replace("-", "−")


def key_words(key: str) -> str:
    """A key as words with a capital: `pull_out` becomes "Pull out"."""
    words = str(key).replace("_", " ")
    return words[:1].upper() + words[1:]


def party_name(summary: Summary, party: str) -> str:
    """The party's name, or its key in words."""
    return str(summary["wording"]["parties"].get(party, key_words(party)))


def question(summary: Summary, issue: str) -> str:
    """What the issue asks."""
    return str(summary["wording"]["issues"][issue]["question"])


def option_text(summary: Summary, issue: str, option: Any) -> str:
    """The option as the scenario words it."""
    return str(summary["wording"]["issues"][issue]["options"].get(str(option), option))


def deal_texts(summary: Summary, options: dict[str, Any]) -> list[str]:
    """A deal as its options' texts, in the order of the issues."""
    return [option_text(summary, issue, options[issue]) for issue in summary["wording"]["issues"]]


def clause_text(summary: Summary, clause: Iterable[Any]) -> str:
    """One clause, the issue's key before the option's text: "price: 20 euros"."""
    issue, option = clause
    words = str(issue).replace("_", " ")
    return f"{words}: {option_text(summary, issue, option)}"


def replicates(summary: Summary) -> str:
    """The number of replicates in words: "10,000 replicates", "1 replicate"."""
    return times(summary["replicates"])


def footer(summary: Summary) -> str:
    """What every figure says of itself."""
    return f"{replicates(summary)}, seed {summary['seed']}; sampling interval 95\u00a0%. Not a forecast."


def figures_worth(summary: Summary) -> list[str]:
    """Names of the figures with something to ask: one issue has no pairs, fixed numbers have no tenths."""
    idle = {"together": len(summary["wording"]["issues"]) < 2, "leans_on": not summary["leans_on"]}
    return [name for name in QUESTIONS if not idle.get(name)]


def any_agreement(summary: Summary) -> bool:
    """Whether a single replicate ended in agreement."""
    return bool(summary["agreement"]["share"] > 0)


def asks_homes(summary: Summary) -> bool:
    """Whether what is signed goes to some party's home."""
    return any(key.startswith("refused_by_") for key in summary["endings"])


def endings_seen(summary: Summary) -> list[str]:
    """Keys of the endings that occurred, agreement first (even if it did not), then by frequency."""
    found = [key for key, ending in summary["endings"].items() if ending["count"] or key == "agreed"]
    return sorted(found, key=lambda key: (key != "agreed", -summary["endings"][key]["count"]))


def leans(summary: Summary) -> bool:
    """Whether the share of agreement moves at all with any uncertain number."""
    return any(row["low"]["share"] != row["high"]["share"] for row in summary["leans_on"])


def median_round(counts: list[int] | None) -> int | None:
    """The round by which half of the counted replicates (one count a round, from round 1) had ended."""
    total, seen = sum(counts or []), 0
    for number, count in enumerate(counts or [], start=1):
        seen += count
        if count and 2 * seen >= total:
            return number
    return None


def headline(summary: Summary) -> str:
    """The result in one sentence, with both kinds of doubt."""
    agreement, moved = summary["agreement"], summary["doubt"]["assumptions"]
    doubts = [f"sampling {span(agreement['low'], agreement['high'])}"]
    doubts += [f"interior values moved {span(moved['low'], moved['high'])}"] if moved else []
    for row in [row for row in summary["leans_on"] if row["swing"]][:1]:
        tenths = f"{_tenths(row['low']['share'])} / {percent(row['high']['share'])}"
        doubts.append(f"{row['text'].partition(' (')[0]}, lowest / highest tenth {tenths}")
    share, rest = percent(agreement["share"]), "; ".join(doubts)
    return f"Talks ended in agreement in {share} of {replicates(summary)} ({rest})."


def over_menu(summary: Summary) -> str:
    """What the list of deals leaves out, where it does not hold all; else nothing."""
    menu = summary["menu"]
    if menu is None:
        return ""
    known, told = "The zone knows", "" if menu["own"] else " `talks: {menu: 400}` looks for one among more."
    if menu["offers"]:
        known, told = "Zone and offers know", " `parley check` says how often one is missed."
    listed = f"the {on_menu(menu)}, of {menu['of_all']:,} in all"
    return f"{known} only {listed}: with all of them a zone may be there more often.{told}"


def on_menu(menu: Summary) -> str:
    """How many deals there are on a menu, and how many more each replicate finds."""
    if menu["own"]:
        return f"{menu['deals']:,} shared deals on the menu and up to {menu['own']} that each replicate finds for itself"
    return f"{menu['deals']:,} deal{'' if menu['deals'] == 1 else 's'} on the menu"


def answer(figure: str, summary: Summary) -> str:
    """The figure's question answered in a sentence that holds its key number, or why there is none."""
    if not any_agreement(summary) and figure in ("issues", "deals", "together"):
        return f"None of the {replicates(summary)} ended in agreement, so there is no deal to describe."
    return ANSWERS[figure](summary)


def _endings(summary: Summary) -> str:
    agreement, endings = summary["agreement"], summary["endings"]
    others = [key for key in endings_seen(summary) if key != "agreed"]
    often = f"“{endings[others[0]]['text']}” ({percent(endings[others[0]]['share'])})" if others else ""
    if not any_agreement(summary):
        return f"None of the {replicates(summary)} ended in agreement. Most often: {often}."
    share = f"{percent(agreement['share'])} of {replicates(summary)} (sampling {span(agreement['low'], agreement['high'])})"
    half = median_round(summary["rounds_of"].get("agreed"))
    when = f", half of them by round {half}" if half else ""
    return f"Agreement in {share}{when}." + (f" Most often otherwise: {often}." if others else "")


def _issues(summary: Summary) -> str:
    shares = [(one["share"], issue, option) for issue, by in summary["issues"].items() for option, one in by.items()]
    share, issue, option = max(shares, key=lambda row: row[0])
    text, asked = option_text(summary, issue, option), question(summary, issue)
    return f"Most settled: “{text}”, in {percent(share)} of agreements ({asked})."


def _deals(summary: Summary) -> str:
    listed = summary["deals"]
    if summary["menu"]:
        return _packages(listed)
    first, total = percent(listed[0]["share"]), percent(min(1.0, sum(deal["share"] for deal in listed)))
    together = f", the leading {len(listed)} together {total}" if len(listed) > 1 else ""
    return f"The leading deal makes up {first} of agreements{together}."


def _packages(listed: list[Summary]) -> str:
    """How often packages were agreed, where whole deals are too many to be counted one by one."""
    others = "Other deals are too many to be counted one by one."
    if not listed or not listed[0]["share"]:
        return f"No package was agreed as it stands. {others}"
    first, share = said(listed[0]["package"]), percent(listed[0]["share"])
    return f"Of the packages “{first}” was agreed as it stands most often: in {share} of agreements. {others}"


def _utilities(summary: Summary) -> str:
    gains = {party_name(summary, party): one["gain"] for party, one in summary["parties"].items() if one["gain"]}
    if not gains:
        return f"None of the {replicates(summary)} ended in agreement: only what no deal is worth can be shown."
    ranked = sorted(gains, key=lambda name: gains[name]["mean"]) if len(gains) > 4 else []
    words = [f"{name} {points(gains[name]['mean'], signed=True)}" for name in (ranked or gains)]
    listed = f"from {words[0]} to {words[-1]}" if ranked else ", ".join(words)
    return f"Mean gain over no deal as it was at the start, in points of each party's own scale: {listed}."


def _together(summary: Summary) -> str:
    if not summary["together"]:
        return "There are no two issues whose clauses could come together more or less often than by chance."
    first = summary["together"][0]
    words = " and ".join(f"“{option_text(summary, issue, option)}”" for issue, option in first["clauses"])
    return (
        f"Strongest departure: {words} stand together in {percent(first['share'])} of agreements; "
        f"were they independent, in {percent(first['expected'])}."
    )


def _leans_on(summary: Summary) -> str:
    if not summary["leans_on"]:
        return "No number in the scenario is uncertain, so there is nothing for the result to lean on."
    if not leans(summary):
        return f"On none: agreement in {percent(summary['agreement']['share'])} wherever the uncertain numbers lie."
    first = summary["leans_on"][0]
    return (
        f"Most of all on “{first['text']}”: agreement in {percent(first['low']['share'])} where that number is in its "
        f"lowest tenth, in {percent(first['high']['share'])} where it is in its highest."
    )


ANSWERS = {
    "endings": _endings,
    "issues": _issues,
    "deals": _deals,
    "utilities": _utilities,
    "together": _together,
    "leans_on": _leans_on,
}
