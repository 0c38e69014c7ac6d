"""What is settled where all are heard: the weighted mean and the weighted median of positions.

The mean: Achen (2006), in The European Union decides, chapter 4; Stokman and Van Oosten (1994), in European Community decision
making. The median: Black (1958), The theory of committees and elections.
"""

from collections.abc import Iterator, Mapping

from sim.verify.published import CARS, CLIMATE, GREECE, Actor, on_a_scale, on_scales
from sim.verify.rows import ROUNDING, Row
from sim.verify.scenes import Tree, column, play, scene

_MEAN = "Stokman & Van Oosten (1994)"
_MEDIAN = "Black (1958)"
_BDM = "Bueno de Mesquita (1994)"


def rows(seed: int) -> Iterator[Row]:
    """The claims."""
    yield from _few()
    yield from _cars()
    yield from _creditors()
    yield from _climate()
    yield from _near_nash()


def settled(tree: Tree, issue: str = "scale") -> float:
    """The point settled on an issue."""
    return float(column(play(tree), f"settled.{issue}")[0])


def _by(average: str) -> Tree:
    return {"compromise": {"by": average}}


def _row(claim: str, source: str, expected: float, obtained: float, digits: float = 0.0) -> Row:
    because = (digits, "digits printed") if digits else (ROUNDING, "rounding")
    return Row("compromise", claim, source, "played", expected, obtained, *because)


def _few() -> Iterator[Row]:
    actors: dict[str, Actor] = {"low": (1, 0, 1), "high": (1, 100, 1)}
    yield _row("Two of equal weight at 0 and 100: the mean", _MEAN, 50, settled(on_a_scale(actors, 100, _by("mean"))))
    actors["other"] = (1, 100, 1)
    yield _row("A third joins at 100: the mean", _MEAN, 200 / 3, settled(on_a_scale(actors, 100, _by("mean"))))
    yield _row("A third joins at 100: the median", _MEDIAN, 100, settled(on_a_scale(actors, 100, _by("median"))))
    two = [(1, 0, 0.10, 0, 0.90), (1, 100, 0.60, 100, 0.50)]
    for issue, expected in (("first", 600 / 7), ("second", 250 / 7)):
        found = settled(on_scales(two, ("first", "second"), _by("mean")), issue)
        yield _row(f"Two with salience .1, .9 at 0 and .6, .5 at 100: the {issue} mean", _MEAN, expected, found)


def _cars() -> Iterator[Row]:
    yield _row("Car emissions: weighted median, years", _BDM, 7, settled(on_a_scale(CARS, 10, _by("median"))))
    yield _row("Car emissions: weighted mean", _BDM, 7.389955686853766, settled(on_a_scale(CARS, 10, _by("mean"))))
    for text, expected, actors in (
        ("all of salience 1", 7.475248, _with(CARS, salience=1)),
        ("all of influence 1", 6.655738, _with(CARS, influence=1)),
        ("all alike", 6.7, _with(CARS, influence=1, salience=1)),
    ):
        yield _row(f"Car emissions, {text}: mean", _BDM, expected, settled(on_a_scale(actors, 10, _by("mean"))), 5e-7)


def _with(actors: Mapping[str, Actor], influence: float | None = None, salience: float | None = None) -> dict[str, Actor]:
    """The actors, all with this influence or this salience."""
    return {
        name: (own if influence is None else influence, at, cares if salience is None else salience)
        for name, (own, at, cares) in actors.items()
    }


def _creditors() -> Iterator[Row]:
    source = "Bayramli (2015)"
    scale = on_a_scale(GREECE, 100, _by("mean"))
    yield _row("Greece's creditors: mean, 82 as printed", source, 740 / 9, settled(scale))
    scale["parties"]["bystander"] = {"influence": 0, "positions": {"scale": 0}}
    yield _row("An actor without influence at 0 changes nothing", source, 740 / 9, settled(scale))


def _climate() -> Iterator[Row]:
    issues = ("differentiation", "measurement", "legal_form")
    means = (49.2554043, 57.2112741, 57.96875)
    for issue, mean in zip(issues, means, strict=True):
        found = settled(on_scales(CLIMATE, issues, _by("mean")), issue)
        yield _row(f"Climate talks of Paris, {issue.replace('_', ' ')}: mean", "equal-gain data (2015)", mean, found, 5e-8)
    without = on_scales(CLIMATE, issues, _by("mean"))
    del without["parties"]["a"]["positions"]["legal_form"]
    expected = (57.96875 * 5.6 - 0.25 * 0.6 * 80) / (5.6 - 0.25 * 0.6)
    claim = "An actor that does not stand on an issue is missing there, not at 0"
    yield _row(claim, _MEAN, expected, settled(without, "legal_form"))


def _near_nash() -> Iterator[Row]:
    """With quadratic losses Nash's solution, influence as exponents, comes near the mean as no deal becomes bad for all."""

    def nash(no_deal: float) -> float:
        parties = {
            name: {"influence": influence, "positions": {"scale": {"at": at, "loss": 2}}, "no_deal": no_deal}
            for name, influence, at in (("a", 2, 0), ("b", 1, 30), ("c", 1, 100))
        }
        issue = {"question": "Where on the scale?", "options": {"ladder": {"from": 0, "to": 100, "step": 0.1}}}
        tree = scene({"scale": issue}, parties, {"rounds": 1})
        outcomes = play(tree)
        return float(outcomes.study.deals.options(int(column(outcomes, "nash")[0]))["scale"])

    mean = 130 / 4
    nearer = abs(nash(0) - mean) - abs(nash(-100) - mean)
    claim = "Quadratic losses: Nash comes nearer the mean as no deal falls from 0 to -100 points"
    yield Row("compromise", claim, "Achen (2006)", "computed", 0, nearer, 0.1, "ladder, step 0.1", ">")
