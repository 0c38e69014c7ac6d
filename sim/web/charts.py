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
_LINE, _ROW, SIZE = 18, 28, 14  # height of a line of text and of a bar, size of text
_WIDTH, _HEAD = 50, 44  # signs a line, and of a heading, on a phone
_SAID = 150  # width of "100.0 % (was 100.0 %)"
_MOST_OPTIONS = 40  # of one issue, that a chart can show


def endings(now: Record, before: Record | None) -> Record:
    """How talks ended: a bar an ending, in the order of `endings_shown` from the top."""
    keys = endings_shown(now, before)
    texts = {**(before or {"endings": {}})["endings"], **now["endings"]}
    rows = [
        (texts[key]["text"], _share(now["endings"].get(key)), _share(before["endings"].get(key)) if before else None)
        for key in keys
    ]
    return _bars(
        [(text, one, two, False) for text, one, two in rows], before is not None, "How the talks ended, share of replicates"
    )


def endings_shown(now: Record, before: Record | None) -> list[str]:
    """The endings of what is played, then those that only the scenario as shipped has."""
    return list(dict.fromkeys([*now["endings"], *(before["endings"] if before else ())]))


def issues(wording: Record, now: Record, before: Record | None) -> Record:
    """What was agreed: under each issue's question a bar an option."""
    rows: list[tuple[str, float | None, float | None, bool]] = []
    for issue, asked in wording.items():
        rows.append((asked["question"], None, None, True))
        shares = now["issues"][issue]
        shown = sorted(shares, key=lambda option: -_share(shares[option]))[:_MOST_OPTIONS]
        for option in [option for option in asked["options"] if option in shown]:
            old = before["issues"].get(issue, {}).get(option) if before else None
            rows.append((asked["options"][option], _share_or_none(shares[option]), _share_or_none(old), False))
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
        **frame("What agreements are worth to each party, in points, and what no deal is worth"),
        "height": 90 + 84 * len(parties),
        "legend": {
            "bottom": 0,
            "data": [{"name": one["name"], "itemStyle": one["itemStyle"]} for one in series],
            "textStyle": {"fontSize": SIZE - 1, "color": INK},
            "icon": "rect",
            "itemGap": 16,
        },
        "grid": {"left": 8, "right": 20, "top": 8, "bottom": 64, "containLabel": True},
        "xAxis": {"type": "value", "name": "", "axisLabel": letters(), "splitLine": {"lineStyle": {"color": "#dddddd"}}},
        "yAxis": {
            "type": "category",
            "data": ["\n".join(wrap(names[p], 14)) for p in parties],
            "inverse": True,
            "axisLabel": letters(),
            "axisTick": {"show": False},
        },
        "series": series,
    }


def _bars(rows: list[tuple[str, float | None, float | None, bool]], ghost: bool, what: str) -> Record:
    """A row of words over a bar each; a heading has no bar."""
    rows = rows[::-1]
    lines = [max(1, len(_lines(text, head))) for text, *_, head in rows]
    tall = _ROW + _LINE * max(lines)
    words = {"inside": True, "margin": 0, "lineHeight": _LINE, "interval": 0, **letters()}
    series = [
        {
            "type": "bar",
            "name": "now",
            "data": [_percents(one) for _, one, _, _ in rows],
            "barWidth": 16,
            "barGap": "-100%",
            "z": 3,
            "itemStyle": {"color": NOW},
        },
        {
            "type": "bar",
            "name": "shares in words",  # at the end of the longer of the two bars
            "data": ["-" if head else _said(one, two) for _, one, two, head in rows],
            "barWidth": 16,
            "z": 1,
            "itemStyle": {"color": "rgba(255,255,255,0)"},
            "label": {"show": True, "position": "right", **letters()},
        },
    ]
    if ghost:
        look = {"color": "rgba(255,255,255,0)", "borderColor": INK, "borderWidth": 1.5, "borderType": "dashed"}
        old = [_percents(two) for _, _, two, _ in rows]
        series.append({"type": "bar", "name": "as shipped", "data": old, "barWidth": 16, "z": 4, "itemStyle": look})
    most = max([10, *(100 * share for _, one, two, _ in rows for share in (one, two) if share is not None)])
    return {
        **frame(what),
        "height": 40 + tall * len(rows),
        "legend": {
            "data": ["now", "as shipped"] if ghost else ["now"],
            "top": 0,
            "right": 8,
            "selectedMode": False,
            "textStyle": {"fontSize": SIZE - 1, "color": INK},
            "icon": "rect",
            "itemGap": 24,
        },
        "grid": {"left": 4, "right": _SAID, "top": 24, "bottom": 4},
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
    style = {"fontWeight": "bold", "fontSize": SIZE + 1} if head else {}
    above = {"verticalAlign": "bottom", "padding": [0, 0, 0 if head else 13, 2]}
    return {"value": "\n".join(_lines(text, head)), "textStyle": {**style, **above}}


def _lines(text: str, head: bool) -> list[str]:
    return wrap(text, _HEAD if head else _WIDTH)


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


def frame(what: str) -> Record:
    """What all charts share: words for screen readers, no movement, and no tooltip that could hold markup."""
    return {
        "aria": {"enabled": True, "label": {"description": what}},
        "animation": False,
        "textStyle": {"fontFamily": "inherit", "color": INK},
        "tooltip": {"show": False},
    }


def letters() -> Record:
    """The size and colour of words in a chart."""
    return {"fontSize": SIZE, "color": INK}


def plain(text: str) -> str:
    """Words that ECharts does not take for a template."""
    return text.replace("{", "(").replace("}", ")")


def _share(one: Record | None) -> float:
    return one["share"] if one else 0.0


def _share_or_none(one: Record | None) -> float | None:
    return one["share"] if one else None


def _said(now: float | None, before: float | None) -> Any:
    """The share in words, and what it was if it was any, at the end of the longer bar; a dash where there is nothing to share."""
    was = "" if before is None else f" (was {percent(before)})"
    return {"value": _percents(max(now or 0.0, before or 0.0)), "label": {"formatter": percent(now) + was}}


def _percents(share: float | None) -> Any:
    return "-" if share is None else round(100 * share, 1)


def in_words(share: Record | None) -> str:
    """A share with its sampling interval: "31.2 % (29.0–33.4)"."""
    return "–" if share is None else f"{percent(share['share'])} ({100 * share['low']:.1f}–{100 * share['high']:.1f})"
