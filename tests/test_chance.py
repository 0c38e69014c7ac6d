"""Luck: the same seed gives the same bytes, variants share their draws, and laws give what they say.

Statistical tests allow `FAR` standard errors; beside each stands one in which a slightly wrong law fails.
"""

import gc
import json
import weakref
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats
from scipy.special import gammaincinv
from typer.testing import CliRunner

from sim.case.chance import Chance
from sim.case.laws import LAWS, Law, gamma_quantile, parse_law
from sim.case.numbers import Draws
from sim.case.reading import shipped
from sim.case.stakes import Stakes
from sim.cli import app
from sim.outcomes.endings import endings
from sim.studies import engines, runs
from sim.studies.blocks import BLOCK, Play, Study
from sim.studies.pieces import CHUNK
from sim.studies.runs import Effort, load, run, run_to
from sim.talks.negotiation import Negotiation

FAR = 4.0  # standard errors: a true law fails one check in 16,000
MANY = 40_000
Floats = NDArray[np.float64]


# The same seed, the same bytes


@pytest.fixture(autouse=True)
def rows_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """No figures and reports."""
    monkeypatch.setattr(runs, "write_results", lambda *given: None)


def outcomes_file(folder: Path, name: str, replicates: int, seed: int = 1, jobs: int = 1) -> bytes:
    """`outcomes.parquet` as written by a run."""
    folder.mkdir()
    run_to(folder, load(name), seed, Effort(replicates, jobs=jobs), lambda done, so_far="": None)
    return (folder / "outcomes.parquet").read_bytes()


@pytest.mark.parametrize("block", [64, 100, 256, BLOCK])
def test_block_sizes_change_no_byte(block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = outcomes_file(tmp_path / "usual", "berlin", 700)
    monkeypatch.setattr(runs, "Play", partial(Play, block=block))
    assert outcomes_file(tmp_path / "other", "berlin", 700) == expected


def test_a_second_core_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_CHUNKS_PER_WORKER", 1)
    replicates = CHUNK + 1000
    one = outcomes_file(tmp_path / "one", "sale", replicates)
    assert outcomes_file(tmp_path / "two", "sale", replicates, jobs=2) == one


def test_a_longer_run_begins_with_the_shorter_one() -> None:
    shorter, longer = (run("berlin", replicates=n).to_frame() for n in (333, 900))
    pd.testing.assert_frame_equal(longer[:333], shorter, check_exact=True)


def test_another_seed_is_another_run_and_zero_is_a_seed(tmp_path: Path) -> None:
    files = [outcomes_file(tmp_path / str(n), "sale", 200, seed) for n, seed in enumerate([0, 0, 1, 2])]
    assert files[0] == files[1]
    assert len(set(files)) == 3
    assert (Chance(0, 0, 50).uniforms("x") != Chance(1, 0, 50).uniforms("x")).all()


@pytest.mark.parametrize("replicate", [0, 1, 63, 600])
def test_explain_tells_the_row_of_the_run(replicate: int) -> None:
    row = run("berlin", replicates=601).to_frame().iloc[replicate]
    answer = CliRunner().invoke(app, ["explain", "berlin", "--replicate", str(replicate), "--json"])
    told = json.loads(answer.stdout)
    deal = told["deal"] and " ".join(f"{issue}={option}" for issue, option in told["deal"].items())
    assert (told["ending"], told["round"], deal) == (row["ending"], row["round"], row["deal"] if told["deal"] else None)
    assert {party: (worth["utility"], worth["no_deal"]) for party, worth in told["parties"].items()} == {
        party: (row[f"utility.{party}"], row[f"no_deal.{party}"]) for party in told["parties"]
    }


# Draws are keyed by the number they are for


@pytest.mark.parametrize("width", [1, 3, 4])
def test_a_window_of_replicates_sees_the_same_quantiles(width: int) -> None:
    whole = Chance(5, 0, 100).uniforms("here", width)
    for first, count in [(0, 1), (1, 1), (3, 40), (97, 3)]:
        assert (Chance(5, first, count).uniforms("here", width) == whole[..., first : first + count]).all()


def test_quantiles_of_two_numbers_are_not_related() -> None:
    paths = [f"parties.{party}.values.{issue}.{end}" for party in "ab" for issue in "xy" for end in ("yes", "no")]
    related = np.corrcoef([Chance(seed, 0, MANY).uniforms(path) for path in paths for seed in (1, 2, 11)])
    assert np.abs(related - np.eye(len(related))).max() < (FAR + 1) / np.sqrt(MANY)


def test_quantiles_are_spread_evenly_and_never_0_or_1() -> None:
    uniforms = Chance(1, 0, MANY).uniforms("x")
    assert uniforms.min() > 0 and uniforms.max() < 1
    assert errors_of(uniforms, 1 / 2, 1 / 12) < FAR


@cache
def berlin(*changes: str) -> tuple[Stakes, Draws]:
    """Stakes and draws of berlin with changes."""
    played = load("berlin", changes).play(Chance(3, 0, 400))
    return played.stakes, played.draws


def same_draws(one: Draws, two: Draws, but: set[str]) -> None:
    """Every uncertain number of either but these fell in the same tenth everywhere."""
    assert set(one.tenths) - but == set(two.tenths) - but
    for path in set(one.tenths) - but:
        assert (one.tenths[path] == two.tenths[path]).all(), path


def test_a_variant_shares_all_draws_but_those_of_the_changed_number() -> None:
    path = "parties.us.values.nato.open_door"
    (base, base_draws), (changed, draws) = berlin(), berlin(f"{path}=44")
    same_draws(base_draws, draws, {path})
    assert path in base_draws.tenths and path not in draws.tenths
    parties, options = list(base.deals.parties), [f"{i}.{o}" for i, names in base.deals.issues.items() for o in names]
    differ = [
        (party, options[f])
        for p, party in enumerate(parties)
        for f in np.flatnonzero((base.points[p] != changed.points[p]).any(axis=0))
    ]
    assert differ == [("us", "nato.open_door")]
    assert (base.no_deal == changed.no_deal).all()


@pytest.mark.parametrize(
    ("path", "written", "numbers"),
    [
        ("parties.ukraine.strategy.aspiration.margin", "{uniform: [0, 5]}", 1),
        ("parties.ukraine.strategy.leaves", "{after: {uniform: [0.5, 1]}}", 1),
        ("talks.beliefs", "{values: {normal: [0, 5]}}", 4 * 3 * (5 + 5 + 6 + 5)),
    ],
)
def test_one_more_uncertain_number_leaves_the_other_draws_alone(path: str, written: str, numbers: int) -> None:
    (base, base_draws), (changed, draws) = berlin(), berlin(f"{path}={written}")
    more = set(draws.tenths) - set(base_draws.tenths)
    assert len(more) == numbers
    same_draws(base_draws, draws, more)
    assert all((one == two).all() for one, two in zip(base.points, changed.points, strict=True))
    assert (base.no_deal == changed.no_deal).all()


def test_a_shared_quantity_is_one_draw() -> None:
    numbers = {"quantity": "war", "times": 40, "plus": 10}, {"quantity": "war", "times": -40, "plus": 50}
    party = {"weights": {"x": 1}, "values": {"x": {"yes": 100, "no": 0}}}
    negotiation = Negotiation.model_validate(
        {
            "title": "t",
            "quantities": {"war": {"law": {"uniform": [0, 1]}}},
            "issues": {"x": {"question": "?", "options": {"yes": "-", "no": "-"}}},
            "parties": {name: party | {"no_deal": number} for name, number in zip("ab", numbers, strict=True)},
            "talks": {"rounds": 2},
        }
    )
    no_deal = Study(negotiation).play(Chance(1, 0, 100)).stakes.no_deal[0]
    assert np.ptp(no_deal[0]) > 0.3
    assert np.allclose(no_deal.sum(axis=0), 0.6, atol=1e-9)


def test_endings_follow_the_seed_not_the_company() -> None:
    study = load("berlin")
    alone = [int(study.play(Chance(1, r, 1)).table.deal[0]) for r in range(40)]
    assert alone == study.play(Chance(1, 0, 40)).table.deal.tolist()
    assert len(set(alone)) > len(endings(study.negotiation)) // 2


# Laws


EXPECTED: dict[str, list[tuple[Any, Any]]] = {
    "uniform": [([25, 50], stats.uniform(25, 25))],
    "triangular": [
        ([25, 35, 50], stats.triang(0.4, 25, 25)),
        ([0, 0, 10], stats.triang(0, 0, 10)),
        ([0, 10, 10], stats.triang(1, 0, 10)),
    ],
    "normal": [([35, 5], stats.norm(35, 5))],
    "truncated_normal": [
        ([35, 5, 30, 50], stats.truncnorm(-1, 3, 35, 5)),
        ([35, 5, 0, 100], stats.truncnorm(-7, 13, 35, 5)),
        ([0, 1, 1, 2], stats.truncnorm(1, 2)),
    ],
    "lognormal": [([2, 0.5], stats.lognorm(0.5, scale=2))],
    "beta": [
        ([2, 5], stats.beta(2, 5)),
        ([2, 5, 10, 60], stats.beta(2, 5, 10, 50)),
        ([0.5, 0.5], stats.beta(0.5, 0.5)),
    ],
    "choice": [
        ({1: 0.45, 2: 0.35, 4: 0.2}, stats.rv_discrete(values=([1, 2, 4], [0.45, 0.35, 0.2]))),
        ({4: 4, 1: 9, 2: 7}, stats.rv_discrete(values=([1, 2, 4], [0.45, 0.35, 0.2]))),
    ],
}


def law_of(name: str, written: Any) -> Law:
    """The law as a scenario writes it."""
    return parse_law({name: written})


def drawn(law: Law) -> Floats:
    """Many values of the law."""
    return law.quantile(Chance(1, 0, MANY).uniforms(f"law.{law.name}"))


def errors_of(values: Floats, mean: float, variance: float) -> float:
    """By how many standard errors the sample's mean or variance is off, whichever is worse."""
    root, squares = np.sqrt(len(values)), np.square(values - mean)
    of_mean = abs(values.mean() - mean) / np.sqrt(variance) * root
    return float(max(of_mean, abs(squares.mean() - variance) / squares.std() * root))


@pytest.mark.parametrize("name", LAWS)
def test_draws_have_the_mean_and_variance_of_the_law(name: str) -> None:
    for written, expected in EXPECTED[name]:
        assert errors_of(drawn(law_of(name, written)), expected.mean(), expected.var()) < FAR


WRONG: dict[str, Callable[[Floats, float, float], Floats]] = {
    "a twentieth of a deviation higher": lambda values, mean, sd: values + sd / 20,
    "a twentieth wider": lambda values, mean, sd: mean + 1.05 * (values - mean),
    "a twentieth narrower": lambda values, mean, sd: mean + 0.95 * (values - mean),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("name", LAWS)
def test_slightly_wrong_draws_are_found_out(name: str, wrong: str) -> None:
    for written, expected in EXPECTED[name]:
        mean, variance = expected.mean(), expected.var()
        assert errors_of(WRONG[wrong](drawn(law_of(name, written)), mean, np.sqrt(variance)), mean, variance) > FAR


@pytest.mark.parametrize("name", LAWS)
def test_quantiles_are_those_of_scipy(name: str) -> None:
    uniforms = np.concatenate([[1e-9, 1e-4], np.linspace(0.0012, 0.9988, 997), [1 - 1e-4, 1 - 1e-9]])
    for written, expected in EXPECTED[name]:
        values = law_of(name, written).quantile(uniforms)
        np.testing.assert_allclose(values, expected.ppf(uniforms), rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("name", LAWS)
def test_quantiles_rise_and_keep_to_the_support(name: str) -> None:
    uniforms = np.concatenate([[2.0**-54], np.linspace(1e-6, 1 - 1e-6, 5001), [1 - 2.0**-53]])
    for written, expected in EXPECTED[name]:
        law = law_of(name, written)
        values = law.quantile(uniforms)
        assert (np.diff(values) >= 0).all()
        assert law.support == pytest.approx(expected.support(), rel=1e-12)
        assert law.support[0] <= values[0] and values[-1] <= law.support[1]
        assert law.centre == pytest.approx(expected.median(), rel=1e-9)


def test_tenths_mark_the_lowest_and_highest_tenth() -> None:
    draws = Draws(Chance(1, 0, MANY))
    values = draws.of(parse_law({"normal": [0, 1]}), "x")
    tenth = draws.tenths["x"]
    low, high = stats.norm.ppf([0.1, 0.9])
    assert ((tenth == -1) == (values < low)).all() and ((tenth == 1) == (values > high)).all()


# Dirichlet weights


MEANS, CONCENTRATION = {"a": 0.5, "b": 0.3, "c": 0.15, "d": 0.05}, 20.0


def weights(means: dict[str, float], concentration: float) -> Floats:
    """Many Dirichlet weights (4, MANY)."""
    return Draws(Chance(1, 0, MANY)).shares(means, concentration, "weights")


def worst_error(drawn: Floats) -> float:
    """Of all weights, the worst deviation of mean or variance from the Dirichlet law, in standard errors."""
    return max(
        errors_of(row, mean, mean * (1 - mean) / (CONCENTRATION + 1)) for row, mean in zip(drawn, MEANS.values(), strict=True)
    )


def test_weights_have_the_mean_and_variance_of_dirichlet() -> None:
    drawn = weights(MEANS, CONCENTRATION)
    assert np.allclose(drawn.sum(axis=0), 1, atol=1e-12) and (drawn > 0).all()
    assert worst_error(drawn) < FAR


@pytest.mark.parametrize(
    ("means", "concentration"), [(MEANS, 18.5), (MEANS, 21.5), (MEANS | {"a": 0.49, "b": 0.31}, CONCENTRATION)]
)
def test_slightly_wrong_weights_are_found_out(means: dict[str, float], concentration: float) -> None:
    assert worst_error(weights(means, concentration)) > FAR


def test_weights_go_down_together_as_dirichlet_says() -> None:
    one, two = weights(MEANS, CONCENTRATION)[:2]
    products = (one - 0.5) * (two - 0.3)
    expected = -0.5 * 0.3 / (CONCENTRATION + 1)
    assert abs(products.mean() - expected) < FAR * products.std() / np.sqrt(MANY)
    assert abs(products.mean()) > FAR * products.std() / np.sqrt(MANY), "independent weights would be found out"


def test_a_weight_of_nothing_stays_nothing() -> None:
    assert (weights({"a": 0.6, "b": 0.4, "c": 0.0, "d": 0.0}, 5)[2:] == 0).all()


# The table of the gamma law


GAMMA_AT = np.concatenate([10.0 ** -np.arange(1, 15), np.linspace(0.001, 0.999, 3001), 1 - 10.0 ** -np.arange(1.0, 15)])


def gamma_error(shape: float, table: float) -> float:
    """The largest error of the table for the second shape as quantiles of the first, as a share of the quantile."""
    return float(np.abs(gamma_quantile(GAMMA_AT, table) / gammaincinv(shape, GAMMA_AT) - 1).max())


@pytest.mark.parametrize("shape", [1, 1.7, 4, 20, 300, 1e6])
def test_gamma_quantiles_are_right_to_a_hundred_thousandth(shape: float) -> None:
    assert gamma_error(shape, shape) < 1e-5
    assert gamma_error(shape, shape * 1.0001) > 1e-5


@pytest.mark.parametrize("shape", [0.05, 0.1, 0.3, 0.6])
def test_gamma_quantiles_of_small_shapes_are_right_to_a_ten_thousandth_of_the_mean(shape: float) -> None:
    expected = gammaincinv(shape, GAMMA_AT)
    assert (np.abs(gamma_quantile(GAMMA_AT, shape) - expected) < 1e-4 * np.maximum(shape, expected)).all()
    assert not (np.abs(gamma_quantile(GAMMA_AT, shape * 1.001) - expected) < 1e-4 * np.maximum(shape, expected)).all()


@pytest.mark.parametrize("name", sorted(shipped()))
@pytest.mark.parametrize("tell", [False, True])
def test_a_block_played_leaves_nothing_in_memory(name: str, tell: bool) -> None:
    """Without waiting for Python to look for circles, which it does late: with large arrays in them, memory would grow."""
    study = load(name)
    gc.disable()
    try:
        played = study.play(Chance(1, 0, 4), tell)
        held = [weakref.ref(one) for one in (played.stakes, played.end.stakes, played.table)]
        del played
        assert [one() for one in held] == [None] * 3
    finally:
        gc.enable()
