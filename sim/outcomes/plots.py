"""Every figure of a summary. Each one asks a question, answers it, and then shows the numbers behind the answer.

Lengths are inches, as on the sheet. Where there is nothing to show, the figure says so in words.
"""

from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path
from typing import Any

from sim.outcomes import captions, sheet
from sim.outcomes.captions import Summary, percent, points, span
from sim.outcomes.sheet import (
    BAR,
    FAINT,
    HEADING,
    INK,
    INSIDE,
    LABEL,
    MARGIN,
    REST,
    SMALL,
    SOFT,
    WIDTH,
    Axes,
    Figure,
    png,
)
from sim.outcomes.store import write_bytes

__all__ = ["FIGURES", "png", "save_figures"]

# Safe for colour-blind readers, and far apart in lightness for the first four: 25, 54, 70, 89 of 100.
PARTY_COLOURS = ("#1b3a6b", "#d55e00", "#56b4e9", "#f0e442", "#009e73", "#7f3c1d", "#cc79a7", "#8a8a8a")
PARTY_HATCHES = ("////", "....", "\\\\\\\\", "xxxx", "----", "++++", "oooo", "||||")
NEVER = {"share": 0.0, "low": 0.0, "high": 0.0}

MOST_LEANINGS = 15


def endings(summary: Summary) -> Figure:
    """How the talks ended: each ending's share of all replicates, and the rounds in which it happened."""
    keys = captions.endings_seen(summary)
    rows = [summary["endings"][key] for key in keys]
    counts = [summary["rounds_of"].get(key, []) for key in keys]
    texts = sheet.wrapped([row["text"] for row in rows], 2.1)
    centres, height = sheet.stack(texts, least=0.52)
    figure, top = sheet.blank(summary, "endings", height + 0.75)
    top += 0.35
    sheet.labels(figure, MARGIN + 2.1, top, texts, centres)
    sheet.column(figure, MARGIN + 3.9, top, "of all\nreplicates", [percent(row["share"]) for row in rows], centres)
    intervals = [span(row["low"], row["high"]) for row in rows]
    sheet.column(figure, MARGIN + 4.95, top, "sampling\ninterval", intervals, centres)
    medians = [str(captions.median_round(count) or "–") for count in counts]
    sheet.column(figure, WIDTH - MARGIN, top, "median\nround", medians, centres)
    shares = sheet.panel(figure, (MARGIN + 2.2, top, 1.0, height), 0, 1.02 * max(row["high"] for row in rows))
    rounds = sheet.panel(figure, (MARGIN + 5.15, top, 1.5, height), 0.5, summary["rounds"] + 0.5)
    for key, row, count, centre in zip(keys, rows, counts, centres, strict=True):
        look: dict[str, Any] = {"facecolor": _ending_colour(summary, key), "edgecolor": INK, "linewidth": 0.6}
        shares.barh(centre, row["share"], height=0.26, **look)
        sheet.whisker(shares, centre, row["low"], row["high"])
        sheet.heap(rounds, {"from": 0.5, "step": 1, "counts": count}, centre + 0.2, -0.4, look)
    sheet.ticks(rounds, sorted({1, (summary["rounds"] + 1) // 2, summary["rounds"]}), "{:.0f}".format)
    each = f"round (one is {summary['round_is']})" if summary.get("round_is") else "round"
    sheet.write(figure, MARGIN + 5.9, top + height + 0.25, each, SMALL, ha="center", color=SOFT)
    note = "Each heap is drawn to its own height: it shows when, not how often."
    sheet.write(figure, MARGIN, top + height + 0.25, note, SMALL, color=SOFT)
    return figure


def issues(summary: Summary) -> Figure:
    """For each issue, the share of agreements that hold each option; hollow marks: the share of all replicates."""
    if not captions.any_agreement(summary):
        return sheet.blank(summary, "issues", 0)[0]
    asked = {key: list(one["options"]) for key, one in summary["wording"]["issues"].items() if key in summary["issues"]}
    labels = [sheet.wrapped([captions.option_text(summary, key, o) for o in asked[key]], 3.3) for key in asked]
    stacks = [sheet.stack(texts) for texts in labels]
    titles = [sheet.wrap(captions.question(summary, key), INSIDE - 1.9, HEADING, "bold") for key in asked]
    label = max(sheet.longest(texts) for texts in labels)
    columns = 1.9 if summary["all_runs"] else 0.95
    room = [height + sheet.tall(title, HEADING) + 0.36 for (_, height), title in zip(stacks, titles, strict=True)]
    figure, top = sheet.blank(summary, "issues", sum(room))
    last, most = list(asked)[-1], _most(summary["issues"], summary["all_runs"])
    for (key, options), title, texts, (centres, height) in zip(asked.items(), titles, labels, stacks, strict=True):
        sheet.write(figure, MARGIN, top, title, HEADING, weight="bold")
        top += sheet.tall(title, HEADING) + 0.1
        shares = [summary["issues"][key].get(option, NEVER) for option in options]
        sheet.labels(figure, MARGIN + label, top, texts, centres)
        panel = sheet.panel(figure, (MARGIN + label + 0.1, top, INSIDE - label - 0.1 - columns, height), 0, most)
        sheet.bars(panel, centres, [one["share"] for one in shares])
        for one, centre in zip(shares, centres, strict=True):
            sheet.whisker(panel, centre, one["low"], one["high"])
        words = [percent(one["share"]) for one in shares]
        sheet.column(figure, WIDTH - MARGIN - columns + 0.95, top, "■ of\nagreements", words, centres)
        if key in summary["all_runs"]:
            everywhere = [summary["all_runs"][key].get(option, NEVER)["share"] for option in options]
            sheet.diamonds(panel, centres, everywhere)
            sheet.column(figure, WIDTH - MARGIN, top, "◇ of all\nreplicates", [percent(one) for one in everywhere], centres)
        sheet.ticks(panel, sheet.round_numbers(panel), captions.place if key == last else lambda share: "")
        top += height + 0.26
    return figure


def deals(summary: Summary) -> Figure:
    """The leading whole deals in words: a row a deal, or a column a deal where issues are many."""
    leading, asked = [deal for deal in summary["deals"] if deal["share"]], list(summary["wording"]["issues"])
    if not leading:
        return sheet.blank(summary, "deals", 0)[0]
    questions = [captions.question(summary, issue) for issue in asked]
    many = len(asked) > 5
    leading = leading[:4] if many else leading
    cells = [captions.deal_texts(summary, deal["options"]) for deal in leading]
    colours = [
        [FAINT if row and text == first else INK for text, first in zip(words, cells[0], strict=True)]
        for row, words in enumerate(cells)
    ]
    heads = [_deal_head(deal) for deal in leading]
    if many:
        return _table(summary, questions, heads, _turned(cells), _turned(colours), [])
    return _table(summary, heads, questions, cells, colours, [deal["share"] for deal in leading])


def utilities(summary: Summary) -> Figure:
    """Each party's utility in agreements (above its line) against what no deal is worth to it (below), in points."""
    parties = summary["parties"]
    names = sheet.wrapped([captions.party_name(summary, party) for party in parties], 1.3, "bold")
    centres, height = sheet.stack(names, least=0.98)
    figure, top = sheet.blank(summary, "utilities", height + 0.65)
    top += 0.25
    for name, centre in zip(names, centres, strict=True):
        sheet.write(figure, MARGIN, top + centre, name, LABEL, weight="bold", va="center")
    halves = [centre + shift for centre in centres for shift in (-0.2, 0.2)]
    spreads = [one[which] for one in parties.values() for which in ("utility", "no_deal")]
    sheet.labels(figure, MARGIN + 2.2, top, ["agreements", "no deal,\nall replicates"] * len(names), halves)
    sheet.column(figure, WIDTH - MARGIN - 1.05, top, "mean", [points(s and s["mean"]) for s in spreads], halves)
    sheet.column(figure, WIDTH - MARGIN, top, "90\u00a0% between", [_middle(spread) for spread in spreads], halves)
    panel = sheet.panel(figure, (MARGIN + 2.3, top, INSIDE - 3.9, height), *_reach(spreads))
    for (party, one), centre in zip(parties.items(), centres, strict=True):
        colour, hatch = _look(summary, party)
        edge = {"edgecolor": INK, "linewidth": 0.6}
        _spread(panel, one["utility"], centre, -0.38, {"facecolor": colour, **edge})
        _spread(panel, one["no_deal"], centre, 0.38, {"facecolor": "white", "hatch": hatch, **edge})
        panel.axhline(centre, color=INK, linewidth=0.8, zorder=4)
    sheet.ticks(panel, sheet.round_numbers(panel), "{:.0f}".format)
    note = "points, each party on its own scale; upright stroke: mean"
    sheet.write(figure, MARGIN + 2.3 + (INSIDE - 3.9) / 2, top + height + 0.25, note, SMALL, ha="center", color=SOFT)
    return figure


def together(summary: Summary) -> Figure:
    """Pairs of clauses: the share of agreements that hold both, and (hollow) what it would be by chance."""
    pairs = summary["together"]
    if not pairs or not captions.any_agreement(summary):
        return sheet.blank(summary, "together", 0)[0]
    clauses = [[captions.clause_text(summary, clause) for clause in pair["clauses"]] for pair in pairs]
    texts = ["\n".join(sheet.wrapped([first, f"+ {second}"], 3.7)) for first, second in clauses]
    label = sheet.longest(texts)
    centres, height = sheet.stack(texts, least=max(map(sheet.tall, texts)) + 0.2)
    figure, top = sheet.blank(summary, "together", height + 0.6)
    top += 0.35
    sheet.labels(figure, MARGIN + label, top, texts, centres)
    shares, chance = [pair["share"] for pair in pairs], [pair["expected"] for pair in pairs]
    most = min(1.0, 1.05 * max(shares + chance))
    panel = sheet.panel(figure, (MARGIN + label + 0.1, top, INSIDE - label - 2.1, height), 0, most)
    sheet.bars(panel, centres, shares)
    sheet.diamonds(panel, centres, chance)
    sheet.column(figure, WIDTH - MARGIN - 1.05, top, "■ of\nagreements", [percent(share) for share in shares], centres)
    sheet.column(figure, WIDTH - MARGIN, top, "◇ if\nindependent", [percent(share) for share in chance], centres)
    sheet.ticks(panel, sheet.round_numbers(panel), captions.place)
    return figure


def leans_on(summary: Summary) -> Figure:
    """Share of agreement with each uncertain number in its lowest (hollow) and highest tenth, over both doubts."""
    rows = summary["leans_on"][:MOST_LEANINGS]
    if not captions.leans(summary):
        return sheet.blank(summary, "leans_on", 0)[0]
    overall, doubts = summary["agreement"]["share"], _doubts(summary)
    above = sheet.wrapped([text for text, *_ in doubts], 3.2)
    levels, rise = sheet.stack(above, least=0.27)
    texts = sheet.wrapped([row["text"] for row in rows], 3.2)
    centres, height = sheet.stack(texts, least=0.27)
    start = rise + 0.5
    figure, top = sheet.blank(summary, "leans_on", start + height + 0.45)
    sheet.labels(figure, MARGIN + 3.2, top, above, levels)
    sheet.labels(figure, MARGIN + 3.2, top + start, texts, centres)
    panel = sheet.panel(figure, (MARGIN + 3.35, top, INSIDE - 5.0, start + height), *_window(rows, doubts))
    for (_, low, high, shade), level in zip(doubts, levels, strict=True):
        panel.axvspan(low, high, 1 - level / (start + height), 0, color=shade, linewidth=0)
        panel.errorbar((low + high) / 2, level, xerr=(high - low) / 2, color=INK, linewidth=1.2, capsize=3)
    panel.axvline(overall, 0, 1 - levels[0] / (start + height), color=INK, linewidth=1)
    for row, centre in zip(rows, [start + centre for centre in centres], strict=True):
        panel.hlines(centre, *sorted((row["low"]["share"], row["high"]["share"])), color=BAR, linewidth=5)
        for end, face in (("low", "white"), ("high", INK)):
            panel.hlines(centre, row[end]["low"], row[end]["high"], color=INK, linewidth=1)
            look: dict[str, Any] = {
                "markersize": 6,
                "markerfacecolor": face,
                "markeredgecolor": INK,
                "clip_on": False,
                "zorder": 4,
            }
            panel.plot(row[end]["share"], centre, "o", **look)
    for end, right, head in (("low", 0.85, "○ lowest\ntenth"), ("high", 0.0, "● highest\ntenth")):
        words = [percent(row[end]["share"]) for row in rows]
        sheet.column(figure, WIDTH - MARGIN - right, top + start, head, words, centres)
    sheet.ticks(panel, sheet.round_numbers(panel), captions.place)
    kept = f"; the {len(rows)} widest of {len(summary['leans_on'])}" if len(rows) < len(summary["leans_on"]) else ""
    note, middle = f"share of replicates that end in agreement{kept}", MARGIN + 3.35 + (INSIDE - 5.0) / 2
    sheet.write(figure, middle, top + start + height + 0.25, note, SMALL, ha="center", color=SOFT)
    return figure


def _turned(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _table(
    summary: Summary,
    heads: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[str]],
    colours: Sequence[Sequence[str]],
    shares: Sequence[float],
) -> Figure:
    """The deals as a table of words, with a bar under each row's head where `shares` are given."""
    first = 1.2 if shares else 1.9
    each = (INSIDE - first) / len(columns)
    lefts = [MARGIN + first + number * each for number in range(len(columns))]
    names, titles = sheet.wrapped(heads, first - 0.15, "bold"), sheet.wrapped(columns, each - 0.15, "bold")
    rows = [sheet.wrapped(row, each - 0.15) for row in cells]
    room = 0.2 if shares else 0.0
    tall = [max(sheet.tall(name) + room, *map(sheet.tall, row)) + 0.16 for name, row in zip(names, rows, strict=True)]
    above = max(map(sheet.tall, titles)) + 0.1
    figure, top = sheet.blank(summary, "deals", above + sum(tall) + 0.3)
    for left, title in zip(lefts, titles, strict=True):
        sheet.write(figure, left, top + above - 0.08, title, LABEL, weight="bold", va="bottom")
    top += above
    for number, (name, row, height) in enumerate(zip(names, rows, tall, strict=True)):
        sheet.panel(figure, (MARGIN, top, INSIDE, height)).axhline(0, color=REST, linewidth=0.8)
        sheet.write(figure, MARGIN, top + 0.08, name, LABEL, weight="bold")
        if shares:
            bar = sheet.panel(figure, (MARGIN, top + 0.08 + sheet.tall(name), first - 0.2, 0.16), 0, 1.02 * max(shares))
            bar.barh(0.08, shares[number], height=0.12, color=BAR, edgecolor=INK, linewidth=0.6)
        for left, text, colour in zip(lefts, row, colours[number], strict=True):
            sheet.write(figure, left, top + 0.08, text, LABEL, color=colour)
        top += height
    if any(FAINT in row for row in colours):
        sheet.write(figure, MARGIN, top + 0.1, "Grey words: the same as in the leading deal.", SMALL, color=SOFT)
    return figure


def _spread(panel: Axes, spread: dict[str, Any] | None, base: float, rise: float, look: dict[str, Any]) -> None:
    if spread:
        sheet.heap(panel, spread["histogram"], base, rise, look)
        sheet.stroke(panel, [spread["mean"]] * 2, [base, base + rise * 1.12], 1.6)


# What the figures read off the summary


def _look(summary: Summary, party: str) -> tuple[str, str]:
    """The party's colour and hatch, by its place in the scenario."""
    number = list(summary["wording"]["parties"]).index(party)
    return PARTY_COLOURS[number % len(PARTY_COLOURS)], PARTY_HATCHES[number % len(PARTY_HATCHES)]


def _ending_colour(summary: Summary, key: str) -> str:
    """The party's colour where a party left, the bars' blue for agreement, grey for the rest."""
    leavers = [party for party in summary["wording"]["parties"] if key == f"left_by_{party}"]
    return BAR if key == "agreed" else _look(summary, leavers[0])[0] if leavers else REST


def _most(shares: dict[str, Any], everywhere: dict[str, Any]) -> float:
    """The highest share or upper end of an interval to be shown, with a little room to its right."""
    ends: list[float] = [one["high"] for by in shares.values() for one in by.values()]
    ends += [one["share"] for by in everywhere.values() for one in by.values()]
    return min(1.0, 1.03 * max(ends))


def _deal_head(deal: dict[str, Any]) -> str:
    return percent(deal["share"]) + (f": {captions.key_words(deal['package'])}" if deal["package"] else "")


def _middle(spread: dict[str, Any] | None) -> str:
    """The middle nine tenths of a distribution in words: "48 and 75"."""
    return f"{points(spread['quantiles']['5'])} and {points(spread['quantiles']['95'])}" if spread else "–"


def _reach(spreads: Sequence[dict[str, Any] | None]) -> tuple[float, float]:
    """From the lowest to the highest points seen, 0 to 100 at least."""
    seen = [
        spread["histogram"]["from"] + spread["histogram"]["step"] * place
        for spread in spreads
        if spread
        for number, count in enumerate(spread["histogram"]["counts"])
        if count
        for place in (number, number + 1)
    ]
    return min([0.0, *seen]), max([100.0, *seen])


def _doubts(summary: Summary) -> list[tuple[str, float, float, str]]:
    """Each kind of doubt as its words, its interval of the share of agreement, and its shade; the wider first."""
    overall, assumed = summary["agreement"]["share"], summary["doubt"]["assumptions"]
    low, high = summary["doubt"]["sampling"]["low"], summary["doubt"]["sampling"]["high"]
    rows = [(f"All replicates: {percent(overall)}; sampling interval {span(low, high)}", low, high, "#c4c4c4")]
    if assumed:
        low, high = assumed["low"], assumed["high"]
        words = f"Interior values moved ({assumed['versions']} versions): {span(low, high)}"
        rows.insert(0, (words, low, high, "#ececec"))
    return rows


def _window(rows: Sequence[dict[str, Any]], doubts: Sequence[tuple[str, float, float, str]]) -> tuple[float, float]:
    """The range of shares from 0 to the next tenth above every interval."""
    highs = [row[end]["high"] for row in rows for end in ("low", "high")] + [high for _, _, high, _ in doubts]
    return 0.0, min(1.0, ceil(10 * max(highs)) / 10)


def save_figures(summary: Summary, folder: Path) -> list[Path]:
    """Draws every figure worth showing into `folder`, made if missing, one PNG each; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.png" for name in captions.figures_worth(summary)]
    for path in paths:
        write_bytes(path, png(FIGURES[path.stem](summary)))
    return paths


FIGURES: dict[str, Callable[[Summary], Figure]] = {
    "endings": endings,
    "issues": issues,
    "deals": deals,
    "utilities": utilities,
    "together": together,
    "leans_on": leans_on,
}
