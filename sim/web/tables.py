"""The same in numbers: tables for those who read a screen with their ears or want the figures. All words are escaped."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any, NamedTuple

from sim.outcomes.captions import percent, points
from sim.talks.negotiation import Negotiation
from sim.web.charts import in_words
from sim.web.picture import QUANTILES

Record = dict[str, Any]


class Words(NamedTuple):
    """The words of a scenario: the parties' names, and each issue's question and options."""

    names: dict[str, str]
    issues: Record

    def option(self, issue: str, option: str) -> str:
        """An option as the scenario words it."""
        return str(self.issues[issue]["options"].get(option, option))

    @classmethod
    def of(cls, negotiation: Negotiation) -> "Words":
        """The words of this scenario."""
        names = {party: negotiation.name(party) for party in negotiation.parties}
        return cls(names, {name: {"question": one.question, "options": one.options} for name, one in negotiation.issues.items()})


def table(caption: str, heads: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """A table as HTML; the first cell of a row heads it."""
    head = "".join(f'<th scope="col">{escape(word)}</th>' for word in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'
        for first, *cells in rows
    )
    return f"<table class=numbers><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def paragraph(text: str) -> str:
    """A paragraph as HTML."""
    return f"<p>{escape(text)}</p>"


def heading(text: str) -> str:
    """A heading below the page's title, as HTML."""
    return f"<h2 class=question>{escape(text)}</h2>"


def of_picture(words: Words, now: Record, before: Record | None) -> str:
    """Endings, options and utilities, with their sampling intervals, beside the scenario as shipped."""
    old = before or {"endings": {}, "issues": {}, "parties": {}}
    heads = ["", "now, % (95 % sampling interval)", "as shipped"]
    endings = [(one["text"], in_words(one), in_words(old["endings"].get(key))) for key, one in now["endings"].items()]
    tables = [table("How the talks ended", heads, endings)]
    for issue, asked in words.issues.items():
        shares, was = now["issues"][issue], old["issues"].get(issue, {})
        rows = [(text, in_words(shares[option]), in_words(was.get(option))) for option, text in asked["options"].items()]
        tables.append(table(asked["question"], heads, rows))
    heads = ["", *(f"{q} %" for q in QUANTILES)]
    spreads = [
        (f"{words.names[party]}: {what}", *_points(quantiles))
        for party, one in now["parties"].items()
        for what, quantiles in (
            ("agreements now", one["utility"]),
            ("agreements as shipped", old["parties"].get(party, {}).get("utility")),
            ("no deal", one["no_deal"]),
        )
    ]
    tables.append(table("Points at the 5th to the 95th of a hundred, each party on its own scale", heads, spreads))
    return "".join(tables)


def _points(quantiles: list[float] | None) -> list[str]:
    return [points(x) for x in quantiles] if quantiles else ["–"] * len(QUANTILES)


def of_round(words: Words, told: Record, number: int) -> str:
    """What happened in a round: each offer in words, what it is worth to whom, who signs, and why not."""
    parts = [paragraph(note["text"]) for note in told["notes"] if note["round"] == number]
    parts += [
        paragraph(line) for offer in told["offers"] if offer["round"] < number for line in _later(words, told, offer, number)
    ]
    offers = [(n, offer) for n, offer in enumerate(told["offers"]) if offer["round"] == number]
    for n, offer in offers:
        before = [old["deal"] for old in told["offers"][:n] if old["party"] == offer["party"]]
        parts += [_deal(words, offer, before[-1] if before else None), _answers(words, told, offer)]
    return "".join(parts) or "<p>Nothing new was put on the table in this round.</p>"


def _deal(words: Words, offer: Record, before: dict[str, str] | None) -> str:
    rows = [
        (words.issues[issue]["question"], words.option(issue, option) + _change(words, issue, before or offer["deal"], option))
        for issue, option in offer["deal"].items()
    ]
    return table(_whose(words, offer), ["issue", "option"], rows)


def _whose(words: Words, offer: Record) -> str:
    return "On the table lies" if offer["party"] is None else f"{words.names[offer['party']]} proposes"


def _change(words: Words, issue: str, before: dict[str, str], option: str) -> str:
    return "" if before[issue] == option else f" (new; was: {words.option(issue, before[issue])})"


def _answers(words: Words, told: Record, offer: Record) -> str:
    """A row a party: what the offer is worth to it, what it demands then, what it says, and why."""
    rows = []
    for party, name in words.names.items():
        worth, demand = offer["points"][party], _at(told["demands"][party], offer["round"])
        asked = "proposes it" if party == offer["party"] else offer["answers"].get(party)
        said = {"accept": "signs", "reject": "refuses", None: "is not asked"}.get(asked, asked)
        why = _why(words, offer, party, worth, demand)
        rows.append((name, points(worth), points(demand), f"{said}{': ' * bool(why)}{why}"))
    return table("What it is worth to each, what each demands, and its answer", ["party", "points", "demands", "answer"], rows)


def _later(words: Words, told: Record, offer: Record, number: int) -> Iterator[str]:
    """What was said in a round to an offer of an earlier one."""
    whose = "the text on the table" if offer["party"] is None else f"{words.names[offer['party']]}'s offer"
    for party, answered in offer["answered"].items():
        if answered == number:
            worth, demand = offer["points"][party], _at(told["demands"][party], number)
            said = "signs" if offer["answers"][party] == "accept" else "refuses"
            why = _why(words, offer, party, worth, demand)
            yield f"{words.names[party]} {said} {whose} of round {offer['round']} ({points(worth)} points){': ' * bool(why)}{why}"


def _why(words: Words, offer: Record, party: str, worth: float, demand: float | None) -> str:
    reason = offer["reasons"].get(party)
    if reason is None:
        if party in offer["answers"] or party == offer["party"] or demand is None:
            return ""
        return "would sign" if worth >= demand else f"would not sign, {_short(demand - worth)}"
    if reason["bar"]:
        return str(reason["bar"])
    over = (
        f"; above all over “{words.issues[reason['issue']]['question']}” ({reason['short']:.0f} less than it asks)"
        if reason["issue"]
        else ""
    )
    return f"{_short(demand - worth)}{over}" if demand is not None and demand > worth else over.lstrip("; ")


def _short(by: float) -> str:
    return "less than a point short" if by < 0.5 else f"{by:.0f} points short"


def _at(points: list[float | None], number: int) -> float | None:
    return points[number - 1] if number <= len(points) else None


def by_issue(words: Words, told: Record, number: int) -> str:
    """What each offer of a round is worth to each party, issue by issue."""
    return "".join(_by_issue(words, offer) for offer in told["offers"] if offer["round"] == number)


def _by_issue(words: Words, offer: Record) -> str:
    rows = [
        (words.issues[issue]["question"], *(points(offer["by_issue"][party][issue]) for party in words.names))
        for issue in offer["deal"]
    ]
    linked = {party: offer["points"][party] - sum(offer["by_issue"][party].values()) for party in words.names}
    if any(abs(points_) >= 0.5 for points_ in linked.values()):
        rows.append(("Linkages", *(points(linked[party], True) for party in words.names)))
    return table(f"{_whose(words, offer)}: points by issue", ["issue", *words.names.values()], rows)


def of_judgement(words: Words, record: Record) -> str:
    """Who would sign a deal how often, by how much, over which issue not; and the nearest deals that all would like better."""
    parts = [heading("Who would sign, and over what not?"), _verdict(record), _signatures(words, record)]
    return "".join([*parts, by_party(words, record), heading("What would all like better?"), _better(words, record)])


def _verdict(record: Record) -> str:
    vote = any(one["votes"] for one in record["parties"].values())
    agreed = "It would win the vote, and all who must sign would," if vote else "All who must sign would"
    told = f"{agreed} in {percent(record['all_sign'])} of {record['replicates']:,} replicates, before any talks."
    return f"<p><b>{escape(told)}</b></p>"


def _signatures(words: Words, record: Record) -> str:
    """A row a party: how often it would sign, by how much, and what stands in the way."""
    rows = []
    for party, one in record["parties"].items():
        must = "must sign" if one["needed"] else ("has a vote" if one["votes"] else "not needed")
        signs = percent(one["signs"]) + ", by construction" * bool(one["anchored"])
        rows.append((f"{words.names[party]} ({must})", signs, points(one["points"]), _margin(one["margin"]), _over(words, one)))
    note = "Points are means; over no deal also where nine replicates of ten lie."
    if any(one["anchored"] for one in record["parties"].values()):
        note += " By construction: the deal is one that the party is said to refuse, or to sign."
    heads = ["party", "would sign in", "points", "over no deal", "furthest below its best on"]
    return table("Signatures", heads, rows) + paragraph(note)


def _margin(margin: Record) -> str:
    return f"{points(margin['mean'], True)} ({points(margin['low'], True)} to {points(margin['high'], True)})"


def _over(words: Words, one: Record) -> str:
    """The issue that costs a party most, and what bars it."""
    bars = [f"Crosses a red line in {percent(one['crosses_red_line'])}"] if one["crosses_red_line"] else []
    bars += [f"Barred by its council in {percent(one['barred_by_council'])}"] if one["barred_by_council"] else []
    return ". ".join([words.issues[one["costliest_issue"]]["question"], *bars]).replace("?.", "?")


def _better(words: Words, record: Record) -> str:
    """The nearest deals that are better for one who signs and worse for none."""
    if not record["better"]:
        others = f"None of the {record['sought_among']:,} deals looked at" if "sought_among" in record else "No other deal"
        return paragraph(f"{others} is better for one who signs and worse for none, on average.")
    rows = [
        (
            ", ".join(f"{words.issues[i]['question']} {words.option(i, option)}" for i, option in one["changes"].items()),
            ", ".join(f"{words.names[party]} {points(gain, True)}" for party, gain in one["gains"].items()),
            percent(one["all_sign"]),
        )
        for one in record["better"]
    ]
    caption = "The nearest deals, of those that all who sign like at least as well on average"
    return table(caption, ["change", "points gained (mean)", "all sign in"], rows)


def by_party(words: Words, record: Record) -> str:
    """Mean points of a deal to each party, issue by issue, and what linkages add."""
    rows = [
        (words.issues[issue]["question"], *(points(one["issues"][issue]) for one in record["parties"].values()))
        for issue in record["deal"]
    ]
    if any(one["linkages"] for one in record["parties"].values()):
        rows.append(("Linkages", *(points(one["linkages"], True) for one in record["parties"].values())))
    return table("Points by issue", ["issue", *(words.names[party] for party in record["parties"])], rows)
