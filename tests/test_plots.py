"""Every figure, drawn for made-up summaries of very different shapes: no text is cut off, none covers another.

The summaries are invented whole (no negotiation stands behind them); only their shape is that of `summary.json`.
"""

import itertools
import math
from collections import Counter
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.outcomes import captions, plots, sheet
from sim.outcomes.report import report

BERLIN = {
    "nato": (
        "What becomes of Ukraine's application to NATO?",
        [
            "Application stands and an invitation is dated",
            "Application stands, no date",
            "Shelved for twenty years",
            "Given up in a binding treaty between all of the parties at this table",
            "Barred by Ukraine's constitution",
        ],
    ),
    "guarantees": (
        "What protects Ukraine afterwards?",
        [
            "Ratified, binding, with a European-led force stationed inside Ukraine",
            "Binding and approved by Congress",
            "Political promise like Article 5, sanctions snap back",
            "Paid for and revocable",
            "No Western guarantee",
        ],
    ),
    "line": (
        "Where does the line run, and who withdraws from what?",
        [
            "Russia withdraws to the line of February 2022",
            "Freeze where the armies stand",
            "Freeze, and a demilitarised zone on both sides of the line of contact",
            "Ukraine alone pulls out of Donetsk",
            "Ukraine pulls out and it is recognised",
            "Five regions",
        ],
    ),
    "assets": (
        "What happens to the frozen reserves?",
        [
            "Full reparations loan",
            "Loan of 90 billion",
            "Split between a reconstruction fund and a joint vehicle",
            "Stay frozen until reparations are paid",
            "Returned to Russia",
        ],
    ),
}
POWERS = {"ukraine": "Ukraine", "russia": "Russia", "united_states": "United States", "europe": "Europe"}
EIGHT = {f"state_{letter}": f"The Confederated Free Cantons of {letter.upper() * 3}" for letter in "abcdefgh"}
TWO = {"anna": "Anna", "ben": "Ben"}
LADDER = {"price": ("What does Ben pay for $5 of water, x_1^2 or less?", [f"{step} euros" for step in range(0, 101, 5)])}
TWENTY = {f"point_{number}": (f"Point {number}: {BERLIN['line'][0]}", BERLIN["assets"][1]) for number in range(1, 21)}


def share(count: float, total: float) -> dict[str, float]:
    """A share of `total` with its Wilson interval."""
    if not total:
        return {"share": 0.0, "low": 0.0, "high": 1.0}
    middle, wide = (
        (count + 1.92) / (total + 3.84),
        1.96 * math.sqrt(count * (1 - count / total) + 0.96) / (total + 3.84),
    )
    return {"share": count / total, "low": min(max(0.0, middle - wide), count / total), "high": min(1.0, middle + wide)}


def spread(numbers: np.ndarray) -> dict[str, Any] | None:
    """Points (N,) as the summary tells of them, or nothing where there are none."""
    if not len(numbers):
        return None
    counts, _ = np.histogram(numbers, np.arange(-20, 111))
    return {
        "mean": float(numbers.mean()),
        "sd": float(numbers.std()),
        "quantiles": {str(at): float(np.percentile(numbers, at)) for at in (5, 25, 50, 75, 95)},
        "histogram": {"from": -20, "step": 1, "counts": counts.tolist()},
    }


def synthetic(
    parties: dict[str, str], issues: dict[str, tuple[str, list[str]]], agreed: float = 0.43, replicates: int = 10_000
) -> dict[str, Any]:
    """A summary of invented replicates: deals that cluster, endings by chance, `agreed` of them agreements."""
    rng, rounds = np.random.default_rng(7), 24
    ways = ["agreed", "time_ran_out_with_zone", "time_ran_out_without_zone", *(f"left_by_{party}" for party in parties)]
    texts = ["all needed signers agreed", "time ran out though a zone of agreement existed", "time ran out, no zone"]
    texts += [f"{name} walked out" for name in parties.values()]
    chances = np.array([6.0, 4.0, *(0.5 / (1 + number) for number in range(len(parties)))])
    chances = np.array([agreed, *((1 - agreed) * chances / chances.sum())])
    ending = rng.choice(len(ways), replicates, p=chances)
    when = np.where(ending < 1, 1 + rng.binomial(rounds - 1, 0.6, replicates), rounds)
    when = np.where(ending > 2, rng.integers(8, rounds + 1, replicates), when)
    signed = int((ending == 0).sum())
    sizes = [len(options) for _, options in issues.values()]
    kinds = np.stack([rng.binomial(size - 1, rng.uniform(0.2, 0.8), 40) for size in sizes], axis=1)
    picks = np.minimum(rng.geometric(0.15, signed) - 1, 39)
    keys = {issue: [str(number) for number in range(len(options))] for issue, (_, options) in issues.items()}
    deals = [dict(zip(issues, (str(option) for option in kinds[pick]), strict=True)) for pick in picks]
    held = {issue: [sum(deal[issue] == key for deal in deals) for key in keys[issue]] for issue in issues}
    counted = Counter(tuple(deal.values()) for deal in deals).most_common(12)
    said = ["no-deal value", "firmness", "its private deadline, as a share of all the rounds there are"]
    said += [f"value of “{text}”" for _, options in issues.values() for text in options]
    drift = {party: np.clip(rng.normal(45 + 3 * min(number, 3), 9, replicates), -15, 85) for number, party in enumerate(parties)}
    tenths = sorted(rng.uniform(0.3, 1.7, (15, 2)).tolist(), key=lambda ends: -abs(ends[1] - ends[0]))
    clauses = list(itertools.combinations([(issue, keys[issue][-1]) for issue in issues], 2))[:12]
    names, overall = list(parties.values()), share(signed, replicates)
    tenth = replicates / 10
    return {
        "title": "Berlin, December 2025",
        "about": "Who, when <and> what is assumed; not a forecast.",
        "replicates": replicates,
        "seed": 1,
        "rounds": rounds,
        "round_is": "7 days",
        "wording": {
            "parties": parties,
            "issues": {
                issue: {"question": asks, "options": dict(zip(keys[issue], options, strict=True))}
                for issue, (asks, options) in issues.items()
            },
        },
        "agreement": overall,
        "zone": {"start": 0.55, "end": 0.71},
        "menu": None,
        "shares": {
            "zone_existed": share(0.71 * replicates, replicates),
            "found_given_zone": share(0.6 * replicates, replicates) if agreed else None,
            "home_given_signature": None,
        },
        "endings": {
            way: {"text": texts[number], "count": int((ending == number).sum())}
            | share(int((ending == number).sum()), replicates)
            for number, way in enumerate(ways)
        },
        "rounds_of": {
            way: np.bincount(when[ending == number], minlength=rounds + 1)[1:].tolist() for number, way in enumerate(ways)
        },
        "issues": {
            issue: {key: share(count, signed) for key, count in zip(keys[issue], held[issue], strict=True)} for issue in issues
        }
        if signed
        else {},
        "all_runs": {
            issue: {
                key: share(count + (replicates - signed) * (number == 1), replicates)
                for number, (key, count) in enumerate(zip(keys[issue], held[issue], strict=True))
            }
            for issue in list(issues)[1::2]
        },
        "parties": {
            party: {
                "utility": spread(drift[party][:signed] + 4 + 5 * min(number, 3)),
                "gain": spread(rng.normal(4 + 5 * min(number, 3), 5, replicates)[:signed]),
                "no_deal": spread(drift[party]),
            }
            for number, party in enumerate(parties)
        },
        "deals": [
            {"options": dict(zip(issues, deal, strict=True))}
            | share(count, signed)
            | {"package": "plan_of_twenty_points" if number == 1 else None}
            for number, (deal, count) in enumerate(counted)
        ],
        "together": [
            {"clauses": [list(one), list(other)], "share": 0.5 / (1 + number), "expected": 0.3 / (1 + number)}
            for number, (one, other) in enumerate(clauses if signed else [])
        ],
        "frontier": share(0.8 * signed, signed) if signed else None,
        "blockers": {party: 0.4 / (1 + number) for number, party in enumerate(parties)},
        "solutions": {
            name: {
                "exists": 0.7,
                "reached": 0.12 if signed else None,
                "deals": [{"options": {issue: keys[issue][0] for issue in issues}, "share": 0.3}],
            }
            for name in ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian")
        },
        "leans_on": [
            {
                "number": f"parties.a.{number}",
                "text": f"{names[number % len(names)]}: {text}",
                "low": share(min(1.0, agreed * low) * tenth, tenth),
                "high": share(min(1.0, agreed * high) * tenth, tenth),
                "swing": agreed * abs(high - low),
            }
            for number, ((low, high), text) in enumerate(zip(tenths, itertools.cycle(said), strict=False))
        ]
        if agreed < 1
        else [],
        "doubt": {
            "sampling": {"low": overall["low"], "high": overall["high"]},
            "assumptions": {"low": overall["low"] * 0.5, "high": min(1.0, overall["high"] * 1.4), "versions": 24}
            if len(parties) > 2
            else None,
        },
    }


TOUCH = 7  # pixels of 150 an inch: less between two texts in a line reads as one

CASES = {
    "berlin": synthetic(POWERS, BERLIN),
    "ladder": synthetic(TWO, LADDER, 0.9),
    "no_agreement": synthetic(POWERS, BERLIN, 0.0),
    "every_replicate_agreed": synthetic(POWERS, BERLIN, 1.0),
    "eight_parties": synthetic(EIGHT, BERLIN, 0.2),
    "twenty_issues": synthetic(TWO, TWENTY, 0.3, 300),
    "one_replicate": synthetic(TWO, LADDER, 1.0, 1),
}


def faults(figure: Figure) -> list[str]:
    """Texts that leave the canvas, and neighbours in a line that overlap or all but touch, a line each."""
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    boxes = [text.get_window_extent(canvas.get_renderer()) for text in texts]
    across, down = figure.get_size_inches() * figure.dpi
    out = [
        f"outside: {text.get_text()!r}"
        for text, box in zip(texts, boxes, strict=True)
        if box.x0 < -1 or box.y0 < -1 or box.x1 > across + 1 or box.y1 > down + 1
    ]
    pairs = itertools.combinations(zip(texts, boxes, strict=True), 2)
    return out + [
        f"overlap or touch: {one.get_text()!r}, {other.get_text()!r}"
        for (one, a), (other, b) in pairs
        if min(a.x1, b.x1) - max(a.x0, b.x0) > -TOUCH and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]


@pytest.mark.parametrize("name", plots.FIGURES)
@pytest.mark.parametrize("case", CASES)
def test_no_text_is_cut_off_or_covered(name: str, case: str) -> None:
    figure = plots.FIGURES[name](CASES[case])
    assert faults(figure) == []
    assert min(float(text.get_fontsize()) for text in figure.findobj(Text) if text.get_text()) >= 8


def test_a_covered_text_is_found() -> None:
    figure = plots.endings(CASES["berlin"])
    figure.text(0.06, 0.98, "planted", va="top", fontsize=200)
    assert any(fault.startswith("overlap or touch: ") and "planted" in fault for fault in faults(figure))
    assert any(fault.startswith("outside: ") and "planted" in fault for fault in faults(figure))


@pytest.mark.parametrize("name", plots.FIGURES)
def test_every_figure_says_what_it_rests_on(name: str) -> None:
    words = " ".join(text.get_text() for text in plots.FIGURES[name](CASES["berlin"]).findobj(Text))
    said = captions.footer(CASES["berlin"]), captions.QUESTIONS[name], captions.answer(name, CASES["berlin"])
    assert all(sentence in words for sentence in said)


def test_no_agreement_is_said_in_words() -> None:
    for name in ("issues", "deals", "utilities", "together", "endings"):
        assert "None of the 10,000 replicates ended in agreement" in captions.answer(name, CASES["no_agreement"])


def test_user_text_is_never_mathematics() -> None:
    words = [text.get_text() for text in plots.issues(CASES["ladder"]).findobj(Text) if not text.get_parse_math()]
    assert LADDER["price"][0] in words


def test_figures_are_saved_as_the_same_pictures_every_time(tmp_path: Path) -> None:
    first, second = (plots.save_figures(CASES["ladder"], tmp_path / name) for name in ("first", "second"))
    assert [path.stem for path in first] == captions.figures_worth(CASES["ladder"])
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes().startswith(b"\x89PNG")
        assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0.0 %"), (0.0004, "<0.1 %"), (0.0006, "0.1 %"), (0.2034, "20.3 %"), (0.9996, "100.0 %"), (1, "100.0 %"), (None, "–")],
)
def test_shares_in_words(number: float | None, words: str) -> None:
    assert captions.percent(number).replace("\u00a0", " ") == words


def test_intervals_in_words() -> None:
    assert captions.span(0.1958, 0.2111) == "19.6–21.1\u00a0%"
    assert captions.span(4e-19, 0.0004) == "0.0–<0.1\u00a0%"
    assert captions.span(0.0004, 0.3) == "0.0–30.0\u00a0%"
    assert captions.span(0.7, 0.9999) == "70.0–100.0\u00a0%"


def test_headline_names_each_doubt() -> None:
    war = {"text": "Shared quantity: war", "low": {"share": 0.7229}, "high": {"share": 0.0}, "swing": -0.7229}
    told: dict[str, Any] = {"replicates": 10_000, "agreement": {"share": 0.203, "low": 0.1955, "high": 0.2112}, "leans_on": [war]}
    told["doubt"] = {"assumptions": {"low": 0.133, "high": 0.249}}
    first = "Talks ended in agreement in 20.3 % of 10,000 replicates (sampling 19.6–21.1 %"
    moved, leant = "; interior values moved 13.3–24.9 %", "; Shared quantity: war, lowest / highest tenth 72.3 / 0.0 %"
    assert captions.headline(told).replace("\u00a0", " ") == f"{first}{moved}{leant})."
    told |= {"doubt": {"assumptions": None}, "leans_on": [war | {"swing": 0}]}
    assert captions.headline(told).replace("\u00a0", " ") == f"{first})."


def test_figures_with_nothing_to_ask_are_left_out(tmp_path: Path) -> None:
    saved = [path.stem for path in plots.save_figures(CASES["one_replicate"], tmp_path)]
    assert saved == ["endings", "issues", "deals", "utilities"]
    assert captions.figures_worth(CASES["berlin"]) == list(plots.FIGURES)
    assert captions.QUESTIONS["together"] not in report(CASES["one_replicate"], {})


def test_report_names_an_example_of_each_ending_where_there_is_one() -> None:
    assert "for example replicate" not in report(CASES["berlin"], {})
    endings = {key: one | {"example": 4711 if key == "agreed" else None} for key, one in CASES["berlin"]["endings"].items()}
    text = report(CASES["berlin"] | {"endings": endings}, {})
    assert "for example replicate" in text and '<td class="n">4711</td>' in text


def test_the_axis_of_shares_starts_at_nothing() -> None:
    panel = plots.leans_on(synthetic(POWERS, BERLIN, 0.9)).axes[0]
    assert panel.get_xlim()[0] == 0


class Page(HTMLParser):
    """Collects what a page opens: tags, and the addresses it would fetch."""

    def __init__(self) -> None:
        """Nothing seen yet."""
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.alts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes the tag, the address it names and the words said in place of a picture."""
        self.tags.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href")]
        self.alts += [value or "" for name, value in attrs if name == "alt"]


@pytest.mark.parametrize("case", CASES)
def test_report_is_one_self_contained_page(case: str) -> None:
    text = report(CASES[case], dict.fromkeys(plots.FIGURES, b"picture"))
    page = Page()
    page.feed(text)
    left_out = len(CASES[case]["wording"]["issues"]) < 2
    assert page.tags.count("img") == len(page.alts) == len(plots.FIGURES) - left_out
    assert all(page.alts)
    assert all(address.startswith("data:image/png;base64,") for address in page.fetched)
    assert not {"script", "link", "iframe"} & set(page.tags)
    assert "url(" not in text and "@import" not in text
    assert escape(captions.headline(CASES[case])).replace("&#x27;", "&#39;") in text.replace("\u2060", "")


def test_report_escapes_what_users_wrote() -> None:
    hostile = CASES["ladder"] | {"title": "<script>alert(1)</script>", "about": "a < b & c"}
    text = report(hostile, {})
    assert "<script>" not in text
    assert "&lt;script&gt;" in text and "a &lt; b &amp; c" in text


def test_a_word_wider_than_its_column_is_cut_and_nothing_of_it_is_lost() -> None:
    word = "Rechtsschutzversicherungsgesellschaften"
    lines = sheet.wrap(f"a {word} b", 1.0, sheet.LABEL).split("\n")
    assert len(lines) > 3 and max(sheet.wide(line, sheet.LABEL) for line in lines) <= 1.0
    assert lines[0] == "a" and "".join(lines[1:]).replace(" ", "") == f"{word}b"
