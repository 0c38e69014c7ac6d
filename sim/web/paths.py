"""Charts of one talk: how far each party has come down, where offers walk, where a result lies among the program's own."""

from typing import Any

from sim.outcomes.captions import points as signed
from sim.web.charts import FAINT, INK, SIZE, ZONE, frame, letters, plain

Record = dict[str, Any]

COLOURS = ["#0072b2", "#d55e00", "#009e73", "#a8518a", "#7a6a00", "#56b4e9", "#000000", "#999999"]
SIGNS = ["circle", "rect", "triangle", "diamond", "pin", "arrow", "roundRect", "emptyCircle"]
_STEP = 20  # points between the signs of an axis
LINES = ["solid", "dashed", "dotted", [12, 4, 2, 4], "solid", "dashed", "dotted", [12, 4, 2, 4]]


def aspirations(names: Record, told: Record, upto: int) -> Record:
    """The points that each party demands from round to round, falling towards no deal's worth to it (thin, with its name)."""
    demands = {party: _by_round(told["demands"].get(party, [])) for party in names}
    no_deal = {party: _by_round(told["no_deal"].get(party, [])) for party in names}
    rounds = max(2, *(len(line) for line in demands.values()))
    series: list[Record] = []
    for n, (party, name) in enumerate(names.items()):
        named = 1 + n * (rounds - 1) // len(names)  # each at a round of its own, so that no two names meet
        series += [_demands(name, n, demands[party][:upto]), _no_deal(name, n, no_deal[party], named)]
    seen = [at for lines in (demands, no_deal) for line in lines.values() for _, at in line if at is not None]
    return {
        **frame("Points that each party demands, round by round, and what no deal is worth to it"),
        "height": 390,
        "legend": {
            "bottom": 0,
            "data": list(names.values()),
            "textStyle": {"fontSize": SIZE, "color": INK},
            "itemWidth": 40,
            "itemGap": 18,
        },
        "grid": {"left": 8, "right": 24, "top": 24, "bottom": 84, "containLabel": True},
        "xAxis": {
            "type": "value",
            "min": 1,
            "max": rounds,
            "minInterval": 1,
            "name": "round",
            "nameLocation": "middle",
            "nameGap": 24,
            "axisLabel": {**letters(), "hideOverlap": True},
            "splitLine": {"show": False},
        },
        "yAxis": {
            "type": "value",
            **_reach([*seen, min(seen) - 1], 10),
            "axisLabel": letters(),
            "name": "points",
            "nameTextStyle": letters(),
        },
        "series": series,
    }


def _by_round(points: list[float | None]) -> list[list[Any]]:
    return [[t + 1, at] for t, at in enumerate(points)]


def _demands(name: str, n: int, line: list[list[Any]]) -> Record:
    """What the n-th party demands, with its sign at each round."""
    colour = COLOURS[n % len(COLOURS)]
    look = {"color": colour, "width": 3, "type": LINES[n % len(LINES)]}
    sign = {"symbol": SIGNS[n % len(SIGNS)], "symbolSize": 9, "itemStyle": {"color": colour}}
    return {"type": "line", "name": name, "data": line, "lineStyle": look, **sign}


def _no_deal(name: str, n: int, line: list[list[Any]], named: int) -> Record:
    """What no deal is worth to the n-th party, with its name over one of the rounds."""
    look = {"color": COLOURS[n % len(COLOURS)], "width": 1.5, "type": LINES[n % len(LINES)]}
    label = {**edged(SIZE - 2), "formatter": plain(name), "position": "right", "distance": 2, "offset": [0, -9]}
    mark = {
        "symbol": "circle",
        "symbolSize": 1,
        "silent": True,
        "label": label,
        "data": [{"coord": at} for at in line[named - 1 : named]],
    }
    return {
        "type": "line",
        "name": f"{name}, no deal",
        "data": line,
        "symbol": "none",
        "lineStyle": look,
        "itemStyle": {"color": look["color"]},
        "markPoint": mark,
    }


def walk(names: Record, told: Record, axes: tuple[str, str], upto: int, marks: list[Record] | None = None) -> Record:
    """All deals as two parties see them, those in the zone, and the first offers walking over them; `marks` are deals apart."""
    one, two = axes
    points = told["frontier"]["points"]
    offers = [offer for offer in told["offers"][:upto] if offer["party"] is not None]
    series = _ground(told, one, two)
    for n, (party, name) in enumerate(names.items()):
        path = [[offer["points"][one], offer["points"][two]] for offer in offers if offer["party"] == party]
        series += [_track(name, n, path)] if path else []
    series += [_mark(mark, one, two) for mark in marks or []]
    return {
        **frame(f"Deals as {names[one]} and {names[two]} see them, in points, and the offers made so far"),
        "height": 500,
        "legend": {"bottom": 0, "textStyle": {"fontSize": SIZE - 1, "color": INK}},
        "grid": {"left": 24, "right": 96, "top": 40, "bottom": 116, "containLabel": True},
        "xAxis": _axis(names[one], [*points[one], *(offer["points"][one] for offer in told["offers"])], "middle", 28),
        "yAxis": _axis(names[two], [*points[two], *(offer["points"][two] for offer in told["offers"])], "end", 12),
        "series": series,
    }


def _ground(told: Record, one: str, two: str) -> list[Record]:
    """The deals, those in the zone, the line that is best for both, and what no deal is worth to both."""
    points = told["frontier"]["points"]
    pairs = list(zip(points[one], points[two], told["frontier"]["zone"], strict=True))
    deals = _dots("deals", [[x, y] for x, y, inside in pairs if not inside], FAINT, "emptyCircle", 5)
    zone = _dots("in the zone of agreement", [[x, y] for x, y, inside in pairs if inside], ZONE, "diamond", 9)
    stroke = {"color": INK, "width": 1.5}
    best = {
        "type": "line",
        "name": "best for both",
        "symbol": "none",
        "step": "start",
        "lineStyle": stroke,
        "itemStyle": {"color": INK, "opacity": 0},
    }
    lines = [
        {"xAxis": told["parties"][one]["no_deal"]},
        {"yAxis": told["parties"][two]["no_deal"], "label": {"position": "end"}},  # in the margin, where no offer comes
    ]
    deals["markLine"] = {
        "symbol": "none",
        "silent": True,
        "data": lines,
        "lineStyle": {"color": INK, "type": "dashed"},
        "label": {**edged(SIZE - 2), "formatter": "no deal", "position": "insideEndTop"},
    }
    return [deals, zone, {**best, "data": _staircase([(x, y) for x, y, _ in pairs])}]


def _track(name: str, n: int, path: list[list[float]]) -> Record:
    """The offers of the n-th party, in order."""
    colour = COLOURS[n % len(COLOURS)]
    label = {**edged(SIZE - 1), "formatter": plain(name), "fontWeight": "bold"}
    return {
        "type": "line",
        "name": name,
        "data": path,
        "symbol": SIGNS[n % len(SIGNS)],
        "symbolSize": 11,
        "itemStyle": {"color": colour},
        "lineStyle": {"color": colour, "width": 2, "type": LINES[n % len(LINES)]},
        "endLabel": label,
        "labelLayout": {"moveOverlap": "shiftY"},
    }


def spread(points: list[float], edges: list[float], marks: Record) -> Record:
    """How often the program's own strategies gained so many points over no deal, and where the marked results lie."""
    lines = [
        {"xAxis": at, "name": plain(name), "label": {"formatter": f"{plain(name)}: {signed(at, True)}", "distance": 4 + 20 * n}}
        for n, (name, at) in enumerate(marks.items())
    ]
    seen = [*edges, *marks.values()]
    low, high = 10 * (min(seen) // 10), 10 * -(-max(seen) // 10)
    return {
        **frame("Points over no deal that the program's own strategies gained in this chair, share of replicates"),
        "height": 300,
        "grid": {"left": 8, "right": 32, "top": 52, "bottom": 32, "containLabel": True},
        "xAxis": {
            "type": "value",
            "min": low,
            "max": high,
            "axisLabel": letters(),
            "name": "points over no deal",
            "nameTextStyle": letters(),
            "nameLocation": "middle",
            "nameGap": 28,
        },
        "yAxis": {"type": "value", "axisLabel": {**letters(), "formatter": "{value} %"}},
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
                    "label": {"fontSize": SIZE, "color": INK},
                },
            }
        ],
    }


def _dots(name: str, pairs: list[list[float]], colour: str, sign: str, size: int) -> Record:
    return {"type": "scatter", "name": name, "data": pairs, "symbol": sign, "symbolSize": size, "itemStyle": {"color": colour}}


def _mark(mark: Record, one: str, two: str) -> Record:
    label = {**edged(SIZE), "formatter": plain(mark["name"]), "position": mark["side"], "fontWeight": "bold"}
    return {
        "type": "scatter",
        "name": mark["name"],
        "data": [[mark["points"][one], mark["points"][two]]],
        "symbol": mark["sign"],
        "symbolSize": mark["size"],
        "itemStyle": {"color": mark["colour"], "borderColor": INK, "borderWidth": 2},
        "label": label,
        "z": 10,
    }


def edged(size: int) -> Record:
    """A label whose letters have a white edge, so that they can be read over lines and signs."""
    return {"show": True, "color": INK, "fontSize": size, "textBorderColor": "#ffffff", "textBorderWidth": 3}


def _axis(name: str, points: list[float], place: str, gap: int) -> Record:
    return {
        "type": "value",
        "axisLine": {"show": True, "onZero": False},
        "interval": _STEP,
        "name": f"points for {name}",
        "nameLocation": place,
        "nameGap": gap,
        "axisLabel": {**letters(), "hideOverlap": True},
        "nameTextStyle": {**letters(), "align": "left" if place == "end" else "center"},
        **_reach(points, _STEP),
        "splitLine": {"show": False},
    }


def _reach(points: list[float], step: int) -> Record:
    """The ends of an axis over these points, in whole steps."""
    low, high = round(min(points), 1), round(max(points), 1)
    return {"min": step * (low // step), "max": step * -(-high // step)}


def _staircase(pairs: list[tuple[float, float]]) -> list[list[float]]:
    """The deals that none is better than for both, from the one's best to the other's."""
    best: list[list[float]] = []
    for x, y in sorted(set(pairs), key=lambda pair: (-pair[0], -pair[1])):
        if not best or y > best[-1][1]:
            best.append([x, y])
    return best[::-1]
