"""The expected utility model of Bueno de Mesquita, as the paper that laid it open has it and as its authors' code has it.

Scholz, Calbert and Smith (2011), Journal of Theoretical Politics 23. The code's numbers are those of an exact rebuilding of it
by others; the paper's follow from its equations, reckoned pair by pair.
"""

import re
from collections.abc import Iterator

import numpy as np

from sim.case.chance import Chance
from sim.talks.protocols.challenge import READINGS, Dispute, expected_utilities, risk_exponents, support
from sim.verify.compromise import settled
from sim.verify.published import CARS, Actor, on_a_scale
from sim.verify.rows import Row
from sim.verify.scenes import study

_PAPER = "Scholz, Calbert & Smith (2011)"
_CODE = "the code of Scholz et al., as rebuilt by jmckib"
_EXPONENTS = (1.406, 0.754, 0.509, 1.406, 1.047, 1.047, 1.965, 0.500, 2.000, 1.112)


def rows(seed: int) -> Iterator[Row]:
    """The claims."""
    yield from _rounds()
    yield from _first_round()
    claim = "Car emissions by the paper, 10 rounds: median"
    yield Row("challenge", claim, _PAPER, "played", 7, settled(on_a_scale(CARS, 10, _challenge("paper"), rounds=10)))


def _challenge(reading: str) -> dict[str, dict[str, str]]:
    return {"challenge": {"reading": reading}}


def _rounds() -> Iterator[Row]:
    """Where the median and the mean of positions stand after each of three rounds."""
    medians = (8.415932315426764, 9.610859134120192, 9.96197959040132)
    means = (7.461314, 7.552501, 7.590145)
    for n, (median, mean) in enumerate(zip(medians, means, strict=True), 1):
        talks = on_a_scale(CARS, 10, _challenge("code"), rounds=n)
        claim = f"Car emissions by the code, round {n}: median"
        yield Row("challenge", claim, _CODE, "played", median, settled(talks))
        moved = on_a_scale(_after(n), 10, {"compromise": {"by": "mean"}})
        claim = f"Car emissions by the code, round {n}: mean, from the story told"
        yield Row("challenge", claim, _CODE, "played", mean, settled(moved), 2e-6, "six digits told")


def _after(rounds: int) -> dict[str, Actor]:
    """The actors where the story of the talks, told to six digits, leaves them."""
    played = study(on_a_scale(CARS, 10, _challenge("code"), rounds=rounds)).play(Chance(1, 0, 1), tell=True)
    actors = dict(CARS)
    for note in played.table.notes:
        move = re.match(r"(\w+) moves on scale from \S+ to ([^:]+):", note.line(0) or "")
        if move:
            influence, _, salience = actors[move[1].lower()]
            actors[move[1].lower()] = (influence, float(move[2]), salience)
    return actors


def _first_round() -> Iterator[Row]:
    """What the actors dare, and what Belgium and France expect of challenging each other, under either reading."""
    influence, at, salience = (np.array(numbers, dtype=float)[:, None] for numbers in zip(*CARS.values(), strict=True))
    dispute = Dispute(at, salience, influence * salience, np.ptp(at, axis=0), np.ones(1))
    exponents = risk_exponents(dispute, "code")
    for name, expected, exponent in zip(CARS, _EXPONENTS, exponents[:, 0], strict=True):
        claim = f"Risk exponent in round 1 by the code: {name}"
        yield Row("challenge", claim, _CODE, "computed", expected, float(exponent), 5e-4, "digits printed")
    numbers = {"code": (-0.114831, 0.243297, _CODE), "paper": (0.486324, 0.541519, _PAPER)}
    for reading, (own, theirs, source) in numbers.items():
        exponents = risk_exponents(dispute, reading)
        found = expected_utilities(dispute, exponents, READINGS[reading].chance(support(dispute, exponents)))
        for text, expected, utility in (
            ("What Belgium expects of challenging France", own, found[0]),
            ("What Belgium thinks France expects of challenging it", theirs, found[1]),
        ):
            claim = f"{text}, by the {reading}"
            yield Row("challenge", claim, source, "computed", expected, float(utility[1, 4, 0]), 5e-7, "digits printed")
