"""Charts of the page as ECharts options: plain mappings, made of records. They hold no code, and no text is read as markup.

Every bar and line can be told from its neighbours without colour: by place, outline, pattern or sign. `now` is what is played,
`before` the scenario as shipped, drawn hollow behind it.
"""

from textwrap import wrap
from typing import Any

from sim.outcomes.captions import percent

Record = dict[str, Any]

INK, SOFT, FAINT = "#1a1a1a", "#555555", "#b5b5b5"
NOW, BEFORE, ZONE = "#0b5f97", "#8a8a8a", "#e69f00"
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#a8518a", "#7a6a00", "#56b4e9", "#000000", "#999999"]
SIGNS = ["circle", "rect", "triangle", "diamond", "pin", "arrow", "roundRect", "emptyCircle"]
LINES = ["solid", "dashed", "dotted", [12, 4, 2, 4], "solid", "dashed", "dotted", [12, 4, 2, 4]]
_LINE, _ROW, _WIDTH, _SIZE = 18, 28, 44, 14  # height of a line of text and of a bar, signs a line, size of text
_MOST_OPTIONS = 40  # of one issue, that a chart can show


def endings(now: Record, before: Record | None) -> Record:
    """How talks ended: a bar an ending."""
    keys = list(now["endings"]) + [key for key in (before or {"endings": {}})["endings"] if key not in now["endings"]]
    texts = {**(before or {"endings": {}})["endings"], **now["endings"]}
    rows = [(texts[key]["text"], _share(now["endings"].get(key)), _share(before and before["endings"].get(key))) for key in keys]
    return _bars(
        [(text, one, two, False) for text, one, two in rows], before is not None, "How the talks ended, share of replicates"
    )


def issues(wording: Record, now: Record, before: Record | None) -> Record:
    """What was agreed: under each issue's question a bar an option."""
    rows: list[tuple[str, float | None, float | None, bool]] = []
    for issue, asked in wording.items():
        rows.append((asked["question"], None, None, True))
        shares = now["issues"][issue]
        shown = sorted(shares, key=lambda option: -_share(shares[option]))[:_MOST_OPTIONS]
        for option in [option for option in asked["options"] if option in shown]:
            old = before["issues"].get(issue, {}).get(option) if before else None
            rows.append((asked["options"][option], _share(shares[option]), _share(old), False))
    return _bars(rows, before is not None, "What was agreed on each issue, share of agreements")


def utilities(names: Record, now: Record, before: Record | None) -> Record:
    """What agreements are worth to each party beside no deal: boxes from 25 to 75 %, whiskers from 5 to 95 %, strokes at 50 %."""
    parties = list(names)
    series = [_boxes("agreements now", [now["parties"][p]["utility"] for p in parties], NOW, "solid", 0.75)]
    if before:
        olds = [before["parties"].get(p, {}).get("utility") for p in parties]
        series.append(_boxes("agreements as shipped", olds, BEFORE, "dashed", 0.0))
    series.append(_boxes("no deal, all replicates", [now["parties"][p]["no_deal"] for p in parties], INK, "dotted", 0.0))
    return {
        **_frame("What agreements are worth to each party, in points, and what no deal is worth"),
        "height": 90 + 84 * len(parties),
        "legend": {"bottom": 0, "textStyle": {"fontSize": _SIZE - 1, "color": INK}, "icon": "rect", "itemGap": 16},
        "grid": {"left": 8, "right": 20, "top": 8, "bottom": 64, "containLabel": True},
        "xAxis": {"type": "value", "name": "", "axisLabel": _text(), "splitLine": {"lineStyle": {"color": "#dddddd"}}},
        "yAxis": {
            "type": "category",
            "data": ["\n".join(wrap(names[p], 14)) for p in parties],
            "inverse": True,
            "axisLabel": _text(),
            "axisTick": {"show": False},
        },
        "series": series,
    }


def aspirations(names: Record, told: Record, upto: int) -> Record:
    """The points that each party demands from round to round, falling towards no deal's worth to it (thin)."""
    series: list[Record] = []
    for n, (party, name) in enumerate(names.items()):
        colour = COLOURS[n % len(COLOURS)]
        look = {"color": colour, "width": 3, "type": LINES[n % len(LINES)]}
        demands = [[t + 1, demand] for t, demand in enumerate(told["demands"].get(party, []))][:upto]
        no_deal = [[t + 1, worth] for t, worth in enumerate(told["no_deal"].get(party, []))]
        symbol = {"symbol": SIGNS[n % len(SIGNS)], "symbolSize": 9, "itemStyle": {"color": colour}}
        series.append({"type": "line", "name": name, "data": demands, "lineStyle": look, **symbol})
        thin = {"color": colour, "width": 1.5, "type": LINES[n % len(LINES)]}
        mark = {"show": True, "formatter": f"{_plain(name)}: no deal", "color": colour, "fontSize": _SIZE - 2, "align": "right"}
        series.append(
            {
                "type": "line",
                "name": f"{name}, no deal",
                "data": no_deal,
                "symbol": "none",
                "lineStyle": thin,
                "endLabel": {**mark, "offset": [-6, -9]},
            }
        )
    rounds = max(len(told["demands"].get(party, [])) for party in names)
    return {
        **_frame("Points that each party demands, round by round, and what no deal is worth to it"),
        "height": 360,
        "legend": {"bottom": 0, "data": list(names.values()), "textStyle": {"fontSize": _SIZE, "color": INK}, "itemWidth": 40},
        "grid": {"left": 8, "right": 24, "top": 24, "bottom": 56, "containLabel": True},
        "xAxis": {
            "type": "value",
            "min": 1,
            "max": max(rounds, 2),
            "minInterval": 1,
            "name": "round",
            "nameLocation": "middle",
            "nameGap": 24,
            "axisLabel": _text(),
            "splitLine": {"show": False},
        },
        "yAxis": {"type": "value", "scale": True, "axisLabel": _text(), "name": "points", "nameTextStyle": _text()},
        "series": series,
    }


def walk(names: Record, told: Record, axes: tuple[str, str], upto: int, marks: list[Record] | None = None) -> Record:
    """All deals as two parties see them, those in the zone, and the first offers walking over them; `marks` are deals apart."""
    one, two = axes
    points = told["frontier"]["points"]
    pairs = list(zip(points[one], points[two], told["frontier"]["zone"], strict=True))
    best = _staircase([(x, y) for x, y, _ in pairs])
    no_deal = told["parties"][one]["no_deal"], told["parties"][two]["no_deal"]
    offers = [offer for offer in told["offers"][:upto] if offer["party"] is not None]
    series: list[Record] = [
        _dots("deals", [[x, y] for x, y, inside in pairs if not inside], FAINT, "emptyCircle", 5),
        _dots("in the zone of agreement", [[x, y] for x, y, inside in pairs if inside], ZONE, "diamond", 9),
        {
            "type": "line",
            "name": "best for both",
            "data": best,
            "symbol": "none",
            "step": "start",
            "lineStyle": {"color": INK, "width": 1.5},
        },
    ]
    for n, party in enumerate(names):
        path = [[offer["points"][one], offer["points"][two]] for offer in offers if offer["party"] == party]
        colour = COLOURS[n % len(COLOURS)]
        if path:
            label = {
                "show": True,
                "formatter": _plain(names[party]),
                "color": colour,
                "fontSize": _SIZE - 1,
                "fontWeight": "bold",
            }
            series.append(
                {
                    "type": "line",
                    "name": names[party],
                    "data": path,
                    "symbol": SIGNS[n % len(SIGNS)],
                    "symbolSize": 11,
                    "itemStyle": {"color": colour},
                    "lineStyle": {"color": colour, "width": 2, "type": LINES[n % len(LINES)]},
                    "endLabel": label,
                    "labelLayout": {"moveOverlap": "shiftY"},
                }
            )
    series += [_mark(mark, one, two) for mark in marks or []]
    lines = [{"xAxis": no_deal[0]}, {"yAxis": no_deal[1]}]
    series[0]["markLine"] = {
        "symbol": "none",
        "silent": True,
        "data": lines,
        "lineStyle": {"color": INK, "type": "dashed"},
        "label": {"formatter": "no deal", "position": "insideEndTop", "color": INK},
    }
    return {
        **_frame(f"Deals as {names[one]} and {names[two]} see them, in points, and the offers made so far"),
        "height": 500,
        "legend": {"bottom": 0, "textStyle": {"fontSize": _SIZE - 1, "color": INK}},
        "grid": {"left": 24, "right": 32, "top": 32, "bottom": 116, "containLabel": True},
        "xAxis": _axis(names[one], points[one], "middle", 28),
        "yAxis": _axis(names[two], points[two], "end", 12),
        "series": series,
    }


def spread(points: list[float], edges: list[float], marks: Record) -> Record:
    """How often the program's own strategies got so many points, and where the marked results lie."""
    lines = [
        {"xAxis": at, "name": _plain(name), "label": {"formatter": f"{_plain(name)}: {at:.0f}"}} for name, at in marks.items()
    ]
    return {
        **_frame("Points that the program's own strategies got in this chair"),
        "height": 300,
        "grid": {"left": 8, "right": 24, "top": 48, "bottom": 40, "containLabel": True},
        "xAxis": {
            "type": "value",
            "scale": True,
            "axisLabel": _text(),
            "name": "points",
            "nameLocation": "middle",
            "nameGap": 24,
        },
        "yAxis": {"type": "value", "axisLabel": {**_text(), "formatter": "{value} %"}},
        "series": [
            {
                "type": "bar",
                "data": [list(pair) for pair in zip(edges, points, strict=True)],
                "barWidth": "90%",
                "itemStyle": {"color": FAINT, "borderColor": INK},
                "markLine": {
                    "symbol": "none",
                    "data": lines,
                    "lineStyle": {"color": INK, "width": 2, "type": "solid"},
                    "label": {"fontSize": _SIZE, "color": INK},
                },
            }
        ],
    }


def _bars(rows: list[tuple[str, float | None, float | None, bool]], ghost: bool, what: str) -> Record:
    """A row of words over a bar each; a heading has no bar."""
    rows = rows[::-1]
    lines = [max(1, len(wrap(text, _WIDTH))) for text, *_ in rows]
    tall = _ROW + _LINE * max(lines)
    words = {"inside": True, "margin": 0, "lineHeight": _LINE, "interval": 0, **_text()}
    series = [
        {
            "type": "bar",
            "name": "now",
            "data": [_percents(one) for _, one, _, _ in rows],
            "barWidth": 16,
            "barGap": "-100%",
            "z": 3,
            "itemStyle": {"color": NOW},
            "label": {"show": True, "position": "right", "formatter": "{c} %", **_text()},
        }
    ]
    if ghost:
        look = {"color": "rgba(255,255,255,0)", "borderColor": INK, "borderWidth": 1.5, "borderType": "dashed"}
        old = [_percents(two) for _, _, two, _ in rows]
        series.append({"type": "bar", "name": "as shipped", "data": old, "barWidth": 16, "z": 4, "itemStyle": look})
    most = max([10, *(100 * share for _, one, two, _ in rows for share in (one, two) if share is not None)])
    return {
        **_frame(what),
        "height": 40 + tall * len(rows),
        "legend": {
            "top": 0,
            "right": 8,
            "selectedMode": False,
            "textStyle": {"fontSize": _SIZE - 1, "color": INK},
            "icon": "rect",
        },
        "grid": {"left": 4, "right": 64, "top": 24, "bottom": 4},
        "xAxis": {"type": "value", "min": 0, "max": min(100, 10 * -(-most // 10)), "show": False},
        "yAxis": {
            "type": "category",
            "data": [_row(text, head) for text, _, _, head in rows],
            "axisLine": {"show": False},
            "axisTick": {"show": False},
            "axisLabel": words,
            "z": 5,
        },
        "series": series,
    }


def _row(text: str, head: bool) -> Record:
    style = {"fontWeight": "bold", "fontSize": _SIZE + 1} if head else {}
    above = {"verticalAlign": "bottom", "padding": [0, 0, 8 if head else 13, 2]}
    return {"value": "\n".join(wrap(text, _WIDTH)), "textStyle": {**style, **above}}


def _boxes(name: str, quantiles: list[list[float] | None], colour: str, line: str, fill: float) -> Record:
    look = {"borderColor": colour, "borderWidth": 2, "borderType": line, "color": colour if fill else "#ffffff", "opacity": 0.95}
    shown = look if not fill else {**look, "color": "#9cc7e4"}
    return {
        "type": "boxplot",
        "name": name,
        "data": [q if q else ["-"] * 5 for q in quantiles],
        "itemStyle": shown,
        "boxWidth": [8, 18],
    }


def _dots(name: str, pairs: list[list[float]], colour: str, sign: str, size: int) -> Record:
    return {"type": "scatter", "name": name, "data": pairs, "symbol": sign, "symbolSize": size, "itemStyle": {"color": colour}}


def _mark(mark: Record, one: str, two: str) -> Record:
    label = {
        "show": True,
        "formatter": _plain(mark["name"]),
        "position": "right",
        "fontSize": _SIZE,
        "fontWeight": "bold",
        "color": INK,
    }
    return {
        "type": "scatter",
        "name": mark["name"],
        "data": [[mark["points"][one], mark["points"][two]]],
        "symbol": mark["sign"],
        "symbolSize": 18,
        "itemStyle": {"color": mark["colour"], "borderColor": INK},
        "label": label,
        "z": 10,
    }


def _axis(name: str, points: list[float], place: str, gap: int) -> Record:
    low, high = min(points), max(points)
    return {
        "type": "value",
        "name": f"points for {name}",
        "nameLocation": place,
        "nameGap": gap,
        "axisLabel": _text(),
        "nameTextStyle": {**_text(), "align": "left" if place == "end" else "center"},
        "min": 10 * (low // 10),
        "max": 10 * -(-high // 10),
        "splitLine": {"show": False},
    }


def _staircase(pairs: list[tuple[float, float]]) -> list[list[float]]:
    """The deals that none is better than for both, from the one's best to the other's."""
    best: list[list[float]] = []
    for x, y in sorted(set(pairs), key=lambda pair: (-pair[0], -pair[1])):
        if not best or y > best[-1][1]:
            best.append([x, y])
    return best[::-1]


def _frame(what: str) -> Record:
    """What all charts share: words for screen readers, no movement but a short one, and no tooltip that could hold markup."""
    return {
        "aria": {"enabled": True, "label": {"description": what}},
        "animationDuration": 0,
        "animationDurationUpdate": 120,
        "textStyle": {"fontFamily": "inherit", "color": INK},
        "tooltip": {"show": False},
    }


def _text() -> Record:
    return {"fontSize": _SIZE, "color": INK}


def _plain(text: str) -> str:
    """Words that ECharts does not take for a template."""
    return text.replace("{", "(").replace("}", ")")


def _share(one: Record | None) -> float:
    return one["share"] if one else 0.0


def _percents(share: float | None) -> Any:
    return "-" if share is None else round(100 * share, 1)


def in_words(share: Record | None) -> str:
    """A share with its sampling interval: "31.2 % (29.0–33.4)"."""
    return "–" if share is None else f"{percent(share['share'])} ({100 * share['low']:.1f}–{100 * share['high']:.1f})"
