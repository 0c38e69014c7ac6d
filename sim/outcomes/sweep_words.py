"""The words of a sweep: its measures, changed paths and designs as figures and tables say them."""

from typing import Any

from sim.outcomes.captions import percent, times

Record = dict[str, Any]

_PERCENT = "\u00a0%"

DESIGNS = {
    "grid": "a grid",
    "one_at_a_time": "one at a time",
    "latin_hypercube": "a Latin hypercube",
    "sobol": "a Sobol' design",
}


def measure_of(summary: Record, name: str) -> Record:
    """The measure of this name."""
    return next(one for one in summary["measures"] if one["name"] == name)


def amount(measure: Record, value: float) -> str:
    """An estimate of the measure in words: a share in percent, else to a tenth."""
    return percent(value) if measure["share"] else f"{value:.1f}".replace("-0.0", "0.0").replace("-", "−")


def interval(measure: Record, known: Record) -> str:
    """The ends of its interval in words."""
    low, high = amount(measure, known["low"]), amount(measure, known["high"])
    return f"{low.removesuffix(_PERCENT)}–{high}" if measure["share"] else f"{low} to {high}"


def step(measure: Record, value: float) -> str:
    """A difference in words, with its sign: of shares in percentage points."""
    tenths = f"{100 * value if measure['share'] else value:+.1f}"
    return {"-0.0": "0.0", "+0.0": "0.0"}.get(tenths, tenths).replace("-", "−")


def opening(measure: Record) -> str:
    """The measure's text as a sentence begins with it."""
    return str(measure["text"][:1].upper() + measure["text"][1:])


def unit(measure: Record) -> str:
    """What the measure is counted in."""
    if measure["share"]:
        return "share of replicates"
    return "round, mean" if measure["name"] == "round" else "points, mean"


def index(known: Record) -> str:
    """A Sobol' index in words."""
    return f"{known['estimate']:.2f}".replace("-0.00", "0.00").replace("-", "−")


def ends_of_index(known: Record) -> str:
    """The interval of a Sobol' index in words."""
    return " to ".join(f"{known[end]:.2f}".replace("-0.00", "0.00").replace("-", "−") for end in ("low", "high"))


def number(value: float) -> str:
    """A number as an axis says it."""
    return f"{value:.4g}".replace("-", "−")


def values(changed: Record) -> list[str]:
    """The values of a changed path in words, numbers with a true minus."""
    return [text.replace("-", "−") if changed["numbers"] else text for text in changed["values"]]


def place_of(summary: Record, point: Record) -> str:
    """Where a point lies: the changed paths with their values."""
    rows = zip(summary["changed"], point["levels"], strict=True)
    return ", ".join(f"{one['text']} {values(one)[level]}" for one, level in rows if level is not None) or "as it stands"


def _values(summary: Record, point: Record) -> str:
    """The values at a point, in the order of the changed paths: "20 and -25"."""
    said = [values(one)[level] for one, level in zip(summary["changed"], point["levels"], strict=True)]
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def title(summary: Record) -> str:
    """What stands above every figure: the scenario, and what the experiment asks."""
    return f"{summary['title']}. {summary['question']}"


def footer(summary: Record) -> str:
    """What every figure says of itself."""
    of, seed = summary["replicates"], f"seed {summary['seed']}"
    if summary["design"] == "sobol":
        return (
            f"{of:,} replicates, {summary['base']:,} points in each sample, {seed}; bootstrap interval 95\u00a0%. Not a forecast."
        )
    if summary["design"] == "latin_hypercube":
        cubes = f"{summary['hypercubes']} Latin hypercubes of {of // summary['hypercubes']:,} replicates"
        return f"{cubes}, {seed}; 95\u00a0% interval over hypercubes (Student). Not a forecast."
    return f"{played(summary)}, the same luck at all, {seed}; sampling interval 95\u00a0%. Not a forecast."


def played(summary: Record) -> str:
    """How many points of how many replicates."""
    counts = [point["replicates"] for point in summary["points"]]
    few, many = min(counts), max(counts)
    return f"{len(counts)} points of {f'{few:,} to ' if few < many else ''}{times(many)}"


def widest(summary: Record) -> float:
    """The width of the widest interval of a share at any point."""
    shares = [measure["name"] for measure in summary["measures"] if measure["share"]]
    known = [point["measures"][name] for point in summary["points"] for name in shares]
    return max((one["high"] - one["low"] for one in known), default=0.0)


def answer_of_points(summary: Record, name: str) -> str:
    """The range of a measure over the points in a sentence, with the difference of its ends over the same replicates."""
    measure, ends = measure_of(summary, name), summary["extremes"][name]
    points = [summary["points"][ends[end]] for end in ("lowest", "highest")]
    low, high = (point["measures"][name] for point in points)
    if low["estimate"] == high["estimate"]:
        return f"{opening(measure)}: {amount(measure, low['estimate'])} at every point ({interval(measure, low)})."
    said = [
        f"{amount(measure, one['estimate'])} ({interval(measure, one)}) at {_values(summary, point)}"
        for one, point in zip((low, high), points, strict=True)
    ]
    return f"{opening(measure)}: from {said[0]} to {said[1]}{_apart(measure, ends['apart'])}."


def _apart(measure: Record, known: Record | None) -> str:
    """How far the lowest point and the highest are apart over the same replicates, where it is known."""
    if known is None:
        return ""
    return f"; over the same replicates {difference(measure, known)}"


def difference(measure: Record, known: Record) -> str:
    """A difference in words, with what it is counted in and the ends of its interval."""
    counted = "percentage points" if measure["share"] else "rounds" if measure["name"] == "round" else "points"
    ends = f"{step(measure, known['low'])} to {step(measure, known['high'])}"
    return f"{step(measure, known['estimate'])} {counted} ({ends})"


def answer_of_phases(summary: Record) -> str:
    """How many points each ending leads at, in a sentence."""
    counts: dict[str, int] = {}
    for point in summary["points"]:
        counts[point["leading"]] = counts.get(point["leading"], 0) + 1
    ranked = sorted(counts, key=lambda key: -counts[key])
    words = [f"“{summary['endings'][key]}” at {counts[key]}" for key in ranked]
    return f"Of {len(summary['points'])} points: {', '.join(words)}."


def answer_of_tornado(summary: Record, name: str) -> str:
    """The widest difference from the scenario as it stands, in a sentence."""
    measure, (base, *others) = measure_of(summary, name), summary["points"]
    widest = max(others, key=lambda point: abs(point["against"][name]["estimate"]))
    known = widest["against"][name]
    start = f"As it stands {amount(measure, base['measures'][name]['estimate'])}"
    if known["low"] <= 0 <= known["high"]:
        return f"{start}; no single change moves it by more than the sampling interval."
    return f"{start}; most by {place_of(summary, widest)}: {difference(measure, known)}."


def answer_of_indices(summary: Record, name: str) -> str:
    """The factor with the largest total index, in a sentence."""
    measure, found = measure_of(summary, name), summary["found"][name]
    mean = f"Mean {amount(measure, found['mean'])}"
    if found["factors"] is None:
        return f"On none: nothing varies. {mean} in every replicate."
    texts = {factor["name"]: factor["text"] for factor in summary["factors"]}
    first = max(found["factors"], key=lambda key: found["factors"][key]["total"]["estimate"])
    total, alone = found["factors"][first]["total"], found["factors"][first]["first"]
    return (
        f"Most of all on “{texts[first]}”: {index(total)} of the variance hangs on it in some way ({ends_of_index(total)}), "
        f"{index(alone)} on it alone ({ends_of_index(alone)}). {mean}."
    )


def answer_of_fifths(summary: Record, name: str) -> str:
    """The factor along which a measure's mean moves most, in a sentence."""
    measure, found = measure_of(summary, name), summary["found"][name]
    mean = f"Mean {amount(measure, found['estimate'])} ({interval(measure, found)})"
    if not found["fifths"]:
        return f"{mean}. No factor is a single number, so there are no fifths to show."
    texts = {factor["name"]: factor["text"] for factor in summary["factors"]}
    first = ranked_fifths(found)[0]
    ends = [amount(measure, found["fifths"][first][end]["estimate"]) for end in (0, -1)]
    return f"{mean}; it moves most along “{texts[first]}”: {ends[0]} in its lowest fifth, {ends[1]} in its highest."


def ranked_fifths(found: Record) -> list[str]:
    """Factors by how far a measure's mean moves over their fifths, the farthest first."""

    def reach(name: str) -> float:
        means = [part["estimate"] for part in found["fifths"][name]]
        return max(means) - min(means)

    return sorted(found["fifths"], key=lambda name: -reach(name))


def ranked_indices(found: Record) -> list[str]:
    """Factors by their total index, the largest first."""
    return sorted(found["factors"] or {}, key=lambda name: -found["factors"][name]["total"]["estimate"])
