"""Results as tables in the terminal."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from rich.console import Console
from rich.markup import escape

from sim.case.words import possessive
from sim.outcomes.captions import answer, asks_homes, on_menu, over_menu, times
from sim.outcomes.tables import console, percent, plain_table, said, show_table
from sim.talks.negotiation import Negotiation

Record = dict[str, Any]


def show(summary: Record) -> None:
    """The distribution of outcomes, with both its doubts."""
    out = console()
    out.print(f"\n[bold]{escape(summary['title'])}[/bold]: {times(summary['replicates'])}, seed {summary['seed']}\n")
    _dimly(out, summary["about"])
    _headline(out, summary)
    _dimly(out, over_menu(summary))
    _endings(out, summary)
    _issues(out, summary)
    _deals(out, summary)
    _parties(out, summary)
    _leanings(out, summary)
    end = "ratification" if asks_homes(summary) else "signature"
    out.print(
        f"[dim]Shares are what the scenario's numbers imply, not a forecast. Outcomes end at {end}: whether a deal "
        "is kept is not modelled.[/dim]"
    )


def _dimly(out: Console, text: str) -> None:
    if text:
        out.print(f"[dim]{escape(' '.join(text.split()))}[/dim]\n")


def _headline(out: Console, summary: Record) -> None:
    agreement, doubt = summary["agreement"], summary["doubt"]
    table = plain_table("", "", "", head=False)
    table.add_row("[bold]Agreement[/bold]", f"[bold]{percent(agreement['share'])}[/bold]", "of replicates")
    table.add_row("", _range(doubt["sampling"]), "sampling: 95 %, from the number of replicates")
    if doubt["assumptions"]:
        table.add_row("", _range(doubt["assumptions"]), "assumptions: 90 %, interior values moved by up to 10 points")
    for lean in _leaning(summary)[:1]:
        ends = (percent(lean[end]["share"]) for end in ("low", "high"))
        table.add_row("", " / ".join(ends), f"assumptions: {escape(lean['text'])}, lowest / highest tenth")
    shares = summary["shares"]
    table.add_row("A zone of agreement existed", percent(shares["zone_existed"]["share"]), "of replicates")
    table.add_row("Found, given a zone", _share(shares["found_given_zone"]), "of those")
    home = shares["home_given_signature"]
    nobody = "nothing was signed" if asks_homes(summary) else "no ratification in this scenario"
    table.add_row("Home said yes, given a signature", _share(home), "of those" if home else nobody)
    if home:
        table.add_row("", _range(home), "sampling")
    show_table(out, table)


def _endings(out: Console, summary: Record) -> None:
    """Endings, each with a replicate that `explain` can tell."""
    table = plain_table("How talks ended", "share", "95 %", "median round", "for example")
    for key, ending in summary["endings"].items():
        median = _median(summary["rounds_of"].get(key))
        example = "-" if ending["example"] is None else f"replicate {ending['example']}"
        table.add_row(escape(ending["text"]), percent(ending["share"]), _range(ending), median, example)
    show_table(out, table)


def _median(counts: Sequence[int] | None) -> str:
    if not counts:
        return "-"
    return str(next(round for round, seen in enumerate(accumulate(counts), 1) if 2 * seen >= sum(counts)))


def _issues(out: Console, summary: Record) -> None:
    """Options of each issue among agreements; where there are many, the likeliest and the rest of them together."""
    if not summary["issues"]:
        return
    table = plain_table("In agreements", "option", "share", "95 %", "of all replicates")
    for issue, options in summary["issues"].items():
        heads = iter([said(issue)])
        shown = _likeliest(options)
        for option in shown:
            everywhere = summary["all_runs"].get(issue, {}).get(option)
            share = options[option]
            table.add_row(next(heads, ""), said(option), percent(share["share"]), _range(share), _share(everywhere))
        rest = sum(share["share"] for option, share in options.items() if option not in shown)
        if len(shown) < len(options):
            table.add_row("", f"{len(options) - len(shown)} others", percent(rest), "", "")
    show_table(out, table)


def _likeliest(options: Record) -> list[str]:
    """All options of a few; of many the six likeliest that occur, in their order."""
    if len(options) <= 8:
        return list(options)
    leading = sorted((o for o in options if options[o]["share"]), key=lambda o: -options[o]["share"])[:6]
    return [option for option in options if option in leading]


def _deals(out: Console, summary: Record) -> None:
    leading = [deal for deal in summary["deals"] if deal["share"]]
    if leading:
        table = plain_table("Packages agreed as they stand" if summary["menu"] else "Leading deals", "share")
        for deal in leading[:5]:
            words = ", ".join(f"{said(issue)} [bold]{said(option)}[/bold]" for issue, option in deal["options"].items())
            named = words + (f" ({said(deal['package'])})" if deal["package"] else "")
            table.add_row(said(deal["package"]) if summary["menu"] else named, percent(deal["share"]))
        show_table(out, table)
    elif summary["deals"]:
        _dimly(out, answer("deals", summary))
    rows = [(name, point) for name, point in summary["solutions"].items() if point["exists"]]
    if rows:
        often = [] if summary["menu"] else ["most often"]
        table = plain_table("Solution points *", "a point exists", "talks reached it", *often)
        for name, point in rows:
            most = [_most_often(deal) for deal in point["deals"][:1]]
            table.add_row(said(name), percent(point["exists"]), percent(point["reached"]), *most)
        show_table(out, table)
        out.print(
            "[dim]* of the deals in the zone at which no party that ever signs loses; of equals the first is shown, any "
            "counts as reached; the last two depend on the parties' scales.[/dim]\n"
        )


def _most_often(deal: Record) -> str:
    words = ", ".join(said(option) for option in deal["options"].values())
    return f"{words} ({percent(deal['share'])})"


def _parties(out: Console, summary: Record) -> None:
    blockers = summary["blockers"]
    heads = ["Points (median, 5 to 95 %)", "agreement", "gain over no deal at the start", "no deal, all replicates"] + (
        ["alone in the way"] if blockers else []
    )
    table = plain_table(*heads)
    for party, name in summary["wording"]["parties"].items():
        spread = [_spread(summary["parties"][party][kind]) for kind in ("utility", "gain", "no_deal")]
        table.add_row(escape(name), *spread, *([percent(blockers.get(party))] if blockers else []))
    show_table(out, table)
    if blockers:
        out.print(
            "[dim]Alone in the way: of replicates without a zone, in how many this party's consent alone would open one.[/dim]\n"
        )


def _leanings(out: Console, summary: Record) -> None:
    if _leaning(summary):
        table = plain_table("Agreement leans on", "lowest tenth", "highest tenth")
        for lean in _leaning(summary)[:8]:
            table.add_row(escape(lean["text"]), percent(lean["low"]["share"]), percent(lean["high"]["share"]))
        show_table(out, table)


def _leaning(summary: Record) -> list[Record]:
    return [lean for lean in summary["leans_on"] if lean["swing"]]


def _zone_over_all(menu: Record | None) -> str:
    if menu is None:
        return ""
    there, draws = menu["drawn"]["egalitarian"], menu["draws"]
    among, missed = percent(there["points"] / draws), percent(there["missed"] / draws)
    over_all = f"In {among} of the first {draws} draws there is, of all deals, one at which nobody who ever signs loses"
    return f" That is on the menu. {over_all}; the menu has none of these in {missed}."


def _menu(out: Console, menu: Record | None) -> None:
    """What a deal menu costs."""
    if menu is None:
        return
    table = plain_table("The menu's shortfall", "at central values", "median", "95 of 100", "missed")
    for name, drawn in menu["drawn"].items():
        centre = _points_short(menu["central"][name]) if name in menu["central"] else "no point"
        missed = "-" if name == "least_gain" else f"{drawn['missed']} of {drawn['points']}"
        table.add_row(said(name), centre, _points_short(drawn["median"]), _points_short(drawn["high"]), missed)
    show_table(out, table)
    out.print(
        f"[dim]Points by which the best of the {on_menu(menu)} falls short of the best of all, which are too "
        f"many to list; by {menu['draws']} draws. Least gain: the smallest gain of those who ever sign, where it is largest. "
        "Where it is below 0 somebody must lose, and there is no other point. Missed: no deal on the menu is in a zone that is "
        "there.[/dim]\n"
    )
    if menu["central_least"] is not None and menu["central_least"] < 0:
        short = f"{-menu['central_least']:.1f} points or more below no deal"
        out.print(f"[dim]At central values every deal leaves somebody who ever signs {short}.[/dim]\n")


def _points_short(points: float | None) -> str:
    return "-" if points is None else f"{points:.1f}"


def show_diagnosis(negotiation: Negotiation, record: Record) -> None:
    """What a scenario implies before any talks."""
    out = console()
    deals = f"{on_menu(record)}, of {record['of_all']:,} in all" if "of_all" in record else f"{record['deals']:,} deals"
    out.print(f"\n[bold]{escape(negotiation.title)}[/bold]: sound. {deals}, {record['replicates']:,} draws.\n")
    _dimly(out, negotiation.about)
    zone, sizes = record["zone"], record["zone_deals"]
    over_all = _zone_over_all(record.get("menu"))
    held = f" It then holds {sizes['median']:.0f} deals (90 %: {sizes['low']:.0f} to {sizes['high']:.0f})." if sizes else ""
    out.print(
        f"A zone of agreement exists in {percent(zone['start'])} of draws at the start, {percent(zone['end'])} "
        f"in the last round.{held}{over_all}\n"
    )
    if record["concessions"] and zone["end"] < 0.995:
        table = plain_table("Who could open a zone where there is none", "alone", "most cheaply", "for (median points)")
        for party, price in record["concessions"].items():
            points = "-" if price["points"] is None else f"{price['points']:.1f}"
            table.add_row(escape(negotiation.name(party)), percent(price["could"]), percent(price["cheapest"]), points)
        show_table(out, table)
        how, whose = ("signing", "who must sign") if negotiation.talks.vote is None else ("saying yes to", "whose yes it needs")
        out.print(
            f"[dim]By {how} a deal that is worth so much less to it than no deal, and that all others {whose} "
            "already prefer; never across a red line of its own.[/dim]\n"
        )
    table = plain_table("In dispute", "points")
    for issue, points in record["in_dispute"].items():
        table.add_row(said(issue), f"{points:.1f}")
    show_table(out, table)
    out.print("[dim]The points that all parties together must go without on the issue, whichever option is chosen.[/dim]\n")
    _councils(out, record["councils"])
    _outside(out, negotiation, record)
    _menu(out, record.get("menu"))
    for party, share in record["unconceded"].items():
        if share > 0.005:
            name, left = escape(negotiation.name(party)), f"{percent(share)} of the way down from its best deal is left (mean)"
            out.print(f"In the last round {name} still asks for more than no deal: {left}.")
    for party, share in record["contradicted"].items():
        if share > 0:
            of_whom = escape(possessive(negotiation.name(party)))
            out.print(f"[bold]{of_whom} anchors contradict each other in {percent(share)} of draws.[/bold]")
    if record["unheeded"]:
        out.print(f"Without effect, as the protocol settles points by positions: {escape(', '.join(record['unheeded']))}")
    _foundations(out, record["numbers"])


def _councils(out: Console, votes: list[Record]) -> None:
    if not votes:
        return
    table = plain_table("Votes of councils", "use", "carried", "were members independent")
    for vote in votes:
        about = ", ".join(f"{said(issue)} {'/'.join(map(said, options))}" for issue, options in vote["when"].items())
        table.add_row(f"{said(vote['council'])}: {about}", vote["use"], percent(vote["carries"]), percent(vote["independent"]))
    show_table(out, table)
    out.print(
        "[dim]Carried: of draws. Were members independent: counted out, not drawn; chances that are laws at their mean.[/dim]\n"
    )


def _outside(out: Console, negotiation: Negotiation, record: Record) -> None:
    """How often each event happens, and what moves no deal."""
    if record["events"]:
        table = plain_table("Events", "happen in", "median round")
        for name, event in record["events"].items():
            round = "-" if event["round"] is None else f"{event['round']:.0f}"
            table.add_row(escape(negotiation.events[name].text or said(name)), percent(event["share"]), round)
        show_table(out, table)
        out.print("[dim]As if talks went on to the last round, whatever ends them before.[/dim]\n")
    if record["moved"]:
        moved = record["moved"].values()
        table = plain_table("No deal (mean points)", *(escape(negotiation.name(party)) for party in record["moved"]))
        table.add_row("at the start", *(f"{one['start']:.1f}" for one in moved))
        for cause in dict.fromkeys(cause for one in moved for cause in one["by"]):
            table.add_row(f"  {said(cause)}", *(_moved_by(one["by"].get(cause)) for one in moved))
        table.add_row("in the last round", *(f"{one['end']:.1f}" for one in moved))
        show_table(out, table)
        out.print(
            "[dim]By the last round that time or a deadline leaves, if nobody is pressed and nothing is agreed before.[/dim]\n"
        )


def _moved_by(points: float | None) -> str:
    return "" if points is None else f"{points:+.1f}" if abs(points) >= 0.05 else "0.0"


def _foundations(out: Console, numbers: Record) -> None:
    total = len(numbers["reported"]) + len(numbers["assumed"]) + len(numbers["no_reason"])
    out.print(
        f"\nOf {total} numbers or groups of numbers {len(numbers['reported'])} are reported, {len(numbers['assumed'])} assumed."
    )
    for key, words in (
        ("assumed_fixed", "Assumed without a law for their doubt"),
        ("no_reason", "Without a because that starts with reported: or assumed:"),
    ):
        if numbers[key]:
            out.print(f"{words}: {escape(', '.join(numbers[key]))}")


def show_judgement(negotiation: Negotiation, record: Record) -> None:
    """One deal judged."""
    out = console()
    out.print()
    for issue, option in record["deal"].items():
        out.print(f"{said(issue)}: {escape(negotiation.issues[issue].options[option])} [dim]({said(option)})[/dim]")
    vote = negotiation.talks.vote is not None
    agreed = "it would win the vote, and all who must sign it would" if vote else "all who must sign it would"
    out.print(f"\nAs talks begin {agreed}, in {percent(record['all_sign'])} of {record['replicates']:,} draws.\n")
    table = plain_table("Mean points", *map(said, record["deal"]), "linkages", "in all")
    for party, part in record["parties"].items():
        points = [*part["issues"].values(), part["linkages"], part["points"]]
        table.add_row(_name(negotiation, party, part), *(f"{x:.0f}" for x in points))
    show_table(out, table)
    table = plain_table("Against no deal", "mean", "90 %", "would say yes" if vote else "would sign", "furthest from its best on")
    for party, part in record["parties"].items():
        margin = part["margin"]
        spread = f"{margin['low']:+.0f} to {margin['high']:+.0f}"
        hardest = said(part["costliest_issue"])
        signs = percent(part["signs"]) + (" =" if part["anchored"] else "")
        table.add_row(_name(negotiation, party, part), f"{margin['mean']:+.0f}", spread, signs, hardest)
    show_table(out, table)
    if any(part["anchored"] for part in record["parties"].values()):
        out.print("[dim]= by construction: the deal is one of the party's anchors[/dim]")
    if not all(part["needed"] or part["votes"] for part in record["parties"].values()):
        out.print(f"[dim]* need not sign this deal{', and has no vote' if vote else ''}[/dim]\n")
    for party, part in record["parties"].items():
        if (part["needed"] or part["votes"]) and part["crosses_red_line"]:
            out.print(f"Crosses a red line of {escape(negotiation.name(party))} in {percent(part['crosses_red_line'])} of draws.")
        if (part["needed"] or part["votes"]) and part["barred_by_council"]:
            out.print(
                f"A council bars it for {escape(negotiation.name(party))} in {percent(part['barred_by_council'])} of draws."
            )
    ever = "any party that ever signs or votes" if vote else "any party that ever signs"
    if record["better"]:
        table = plain_table(f"Nearest deals worth no less to {ever}", "would be agreed" if vote else "all would sign")
        for other in record["better"]:
            table.add_row(
                ", ".join(f"{said(i)} [bold]{said(o)}[/bold]" for i, o in other["changes"].items()), percent(other["all_sign"])
            )
        show_table(out, table)
    else:
        others = f"one of the {record['sought_among']:,} deals looked at" if "sought_among" in record else "deal"
        out.print(f"Every other {others} is worth less than this one, on average, to {ever.replace('any', 'at least one')}.")


def _name(negotiation: Negotiation, party: str, part: Record) -> str:
    votes = f"{part['votes']:g} {'vote' if part['votes'] == 1 else 'votes'}"
    if part["votes"]:
        return escape(negotiation.name(party)) + (f" (signs, {votes})" if part["needed"] else f" ({votes})")
    return escape(negotiation.name(party)) + ("" if part["needed"] else " *")


def _share(share: Record | None) -> str:
    return "-" if share is None else percent(share["share"])


def _range(interval: Record) -> str:
    return f"{100 * interval['low']:.1f} to {100 * interval['high']:.1f} %"


def _spread(record: Record | None) -> str:
    if record is None:
        return "-"
    quantiles = record["quantiles"]
    return f"{quantiles['50']:.0f} ({quantiles['5']:.0f} to {quantiles['95']:.0f})"
