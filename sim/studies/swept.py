"""What a sweep found, as plain values: what `summary.json` holds and tables and figures are made of."""

from collections.abc import Mapping, Sequence
from typing import Any

from sim.case.arrays import Floats
from sim.outcomes.asked import Asked, asked
from sim.outcomes.endings import endings
from sim.outcomes.intervals import Estimate, of_mean, of_paired_share, of_share
from sim.outcomes.measures import Columns
from sim.outcomes.summary import in_words
from sim.outcomes.tally import Tally
from sim.studies.blocks import Study
from sim.studies.designs import Hypercubes, Layout, Pairs
from sim.studies.experiment import Setup, label, values_of
from sim.studies.factors import Factor
from sim.studies.points import Point
from sim.studies.sensitivity import by_hypercube, by_parts, indices
from sim.talks.negotiation import Negotiation

Record = dict[str, Any]


def of_points(setup: Setup, points: Sequence[Point], counts: Sequence[Tally], seed: int) -> Record:
    """What a grid, or one at a time, found."""
    study = points[0].study
    known = {key: text for point in points for key, text in endings(point.study.negotiation).items()}
    rows = [_point(setup, number, *row) for number, row in enumerate(zip(points, counts, strict=True))]
    came = {key for row in rows for key, share in row["endings"].items() if share}
    return {
        **_head(setup, study, seed),
        "replicates": max(row["replicates"] for row in rows),
        "changed": [_changed(setup, study, path, values_of(written)) for path, written in setup.experiment.change.items()],
        "endings": {key: text for key, text in known.items() if key in came},
        "points": [row | {"endings": {key: share for key, share in row["endings"].items() if key in came}} for row in rows],
    } | _extremes(setup, points[0], rows, counts)


def _extremes(setup: Setup, point: Point, rows: Sequence[Record], counts: Sequence[Tally]) -> Record:
    """On a grid the points at which each measure is lowest and highest, the first of such, and how far they are apart."""
    if setup.experiment.design.kind != "grid":
        return {}
    found = {}
    for n, one in enumerate(asked(point.study.negotiation, word) for word in setup.experiment.measures):
        known = [row["measures"][one.name]["estimate"] for row in rows]
        low, high = known.index(min(known)), known.index(max(known))
        found[one.name] = {"lowest": low, "highest": high, "apart": _apart(one, n, counts, low, high)}
    return {"extremes": found}


def _apart(one: Asked, n: int, counts: Sequence[Tally], low: int, high: int) -> Estimate | None:
    """How much more measure n is at one point than at another over the same replicates; None where that was not counted."""
    earlier, later = sorted((low, high))
    tally = counts[later]
    if low == high or "moved.before" not in tally:
        return None
    of = int(tally["replicates"])
    gained, lost, moved, squares = (
        float(tally[f"{key}.before"][earlier, n]) for key in ("gained", "lost", "moved", "moved_squares")
    )
    if later == low:
        gained, lost, moved = lost, gained, -moved
    return of_paired_share(of, gained, lost) if one.share else of_mean(of, moved, squares)


def _head(setup: Setup, study: Study, seed: int) -> Record:
    experiment = setup.experiment
    return {
        "title": study.negotiation.title,
        "question": " ".join(experiment.question.split()),
        "about": " ".join(experiment.about.split()),
        "scenario": experiment.scenario,
        "set": experiment.fixed,
        "design": experiment.design.kind,
        "seed": seed,
        "measures": [
            {"name": one.name, "text": one.text, "share": one.share}
            for one in (asked(study.negotiation, word) for word in experiment.measures)
        ],
    }


def _changed(setup: Setup, study: Study, path: str, values: Sequence[Any]) -> Record:
    """A changed path with its values, as words and as numbers where all are numbers."""
    plain = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
    return {
        "path": path,
        "text": path_in_words(study.negotiation, path),
        "because": setup.experiment.because.get(path, ""),
        "values": [label(value) for value in values],
        "numbers": [float(value) for value in values] if plain else None,
    }


_ANCHORS = (".refuses", ".signs", ".like")


def path_in_words(negotiation: Negotiation, path: str) -> str:
    """A changed path as a reader would say it."""
    said = in_words(negotiation, path.removesuffix(".law"))
    if said != path and not path.endswith(_ANCHORS):
        return said
    first, *rest = path.split(".")
    if first == "parties" and rest:
        party, *rest = rest
        first = negotiation.name(party)
    return f"{first}: {', '.join(rest)}".replace("_", " ").removesuffix(": ")


def _point(setup: Setup, number: int, point: Point, counts: Tally) -> Record:
    questions = [asked(point.study.negotiation, word) for word in setup.experiment.measures]
    of = int(counts["replicates"])
    rows = list(zip(questions, counts["sums"].tolist(), counts["squares"].tolist(), strict=True))
    shares = dict(zip(endings(point.study.negotiation), (counts["endings"] / of).tolist(), strict=True))
    record = {
        "point": number,
        "levels": list(point.levels),
        "changes": list(point.study.changes),
        "replicates": of,
        "measures": {one.name: estimate(one, of, total, squares) for one, total, squares in rows},
        "endings": shares,
        "leading": max(shares, key=lambda key: shares[key]),
    }
    return record | ({"against": _against(questions, counts)} if "moved" in counts else {})


def estimate(one: Asked, of: int, total: float, squares: float) -> Estimate:
    """A measure over so many replicates, by its sum and sum of squares."""
    return of_share(total, of) if one.share else of_mean(of, total, squares)


def _against(questions: Sequence[Asked], counts: Tally) -> Record:
    """Differences from the scenario as it stands, over the same replicates."""
    of = int(counts["replicates"])
    rows = zip(questions, *(counts[key].tolist() for key in ("gained", "lost", "moved", "moved_squares")), strict=True)
    return {
        one.name: of_paired_share(of, gained, lost) if one.share else of_mean(of, moved, squares)
        for one, gained, lost, moved, squares in rows
    }


def of_sample(setup: Setup, study: Study, factors: Sequence[Factor], layout: Layout, answers: Columns, seed: int) -> Record:
    """What a Latin hypercube or Sobol' design found."""
    words = setup.experiment.measures
    head = {
        **_head(setup, study, seed),
        "replicates": layout.replicates,
        "factors": [_factor(setup, factor) for factor in factors],
    }
    if isinstance(layout, Pairs):
        found = {word: _indices(answers[word].reshape(layout.base, -1), factors, seed) for word in words}
        return head | {"base": layout.base, "found": found}
    assert isinstance(layout, Hypercubes)
    found = {word: _parts(answers[word], factors, layout) for word in words}
    return head | {"hypercubes": layout.hypercubes, "found": found}


def _factor(setup: Setup, factor: Factor) -> Record:
    written = setup.experiment.change.get(factor.name)
    return {
        "name": factor.name,
        "text": factor.text,
        "law": None if written is None else label(written),
        "because": setup.experiment.because.get(factor.name, ""),
        "draws": sum(factor.streams.values()),
    }


def _indices(answers: Floats, factors: Sequence[Factor], seed: int) -> Record:
    """Mean and deviation of a measure, and each factor's indices; None where nothing varies."""
    both, found = answers[:, :2], indices(answers, seed)
    rows = None
    if found is not None:
        pairs = zip(factors, found["first"], found["total"], strict=True)
        rows = {factor.name: {"first": first, "total": total} for factor, first, total in pairs}
    return {"mean": float(both.mean()), "sd": float(both.std()), "factors": rows}


def _parts(answers: Floats, factors: Sequence[Factor], layout: Hypercubes) -> Record:
    """The mean of a measure over all hypercubes, and in each fifth of each factor that is one number."""
    luck = layout.luck(0, layout.replicates)
    single = [factor for factor in factors[:-1] if list(factor.streams.values()) == [1]]
    fifths = {factor.name: by_parts(answers, luck.uniforms(next(iter(factor.streams))), layout.hypercubes) for factor in single}
    return {**by_hypercube(answers, layout.hypercubes), "fifths": fifths}


def as_columns(summary: Record) -> dict[str, list[Any]]:
    """The summary's table, column by column: a row per point, or per factor and measure of a sample."""
    if "points" in summary:
        return _in_columns([_point_row(summary, point) for point in summary["points"]])
    texts = {factor["name"]: factor["text"] for factor in summary["factors"]}
    rows = [row for word, found in summary["found"].items() for row in _factor_rows(word, found, texts)]
    return _in_columns(rows)


def _in_columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}


def _point_row(summary: Record, point: Record) -> Record:
    row: Record = {"point": point["point"]}
    for changed, level in zip(summary["changed"], point["levels"], strict=True):
        values = _numbers(changed) or changed["values"]
        row[changed["path"]] = None if level is None else values[level]
    row |= {"replicates": point["replicates"], "leading": point["leading"]}
    for name, known in point["measures"].items():
        row |= _ends(name, known)
    for name, known in point.get("against", {}).items():
        row |= _ends(f"{name}.against", known)
    return row


def _numbers(changed: Record) -> Sequence[float] | None:
    """A changed path's values as numbers, whole where they are written so."""
    whole = all(text.lstrip("-").isdigit() for text in changed["values"])
    return list(map(int, changed["numbers"])) if changed["numbers"] and whole else changed["numbers"]


def _ends(name: str, known: Estimate) -> Record:
    return {name: known["estimate"], f"{name}.low": known["low"], f"{name}.high": known["high"]}


def _factor_rows(word: str, found: Record, texts: Mapping[str, str]) -> list[Record]:
    if "fifths" in found:
        return [
            {"measure": word, "factor": name, "text": texts[name], "fifth": n + 1, **_ends("mean", known)}
            for name, parts in found["fifths"].items()
            for n, known in enumerate(parts)
        ]
    return [
        {"measure": word, "factor": name, "text": texts[name], **_ends("first", known["first"]), **_ends("total", known["total"])}
        for name, known in (found["factors"] or {}).items()
    ]
