"""The factors of a sampled study: which streams of luck a scenario's uncertain numbers are drawn from."""

from dataclasses import dataclass, field
from typing import NamedTuple

from sim.case.arrays import Floats
from sim.case.chance import Chance
from sim.case.faults import Fault
from sim.outcomes.measures import measure
from sim.outcomes.summary import in_words
from sim.studies.blocks import Study
from sim.studies.designs import Streams
from sim.studies.experiment import Setup

LUCK = "luck"
_REPLICATES = 64  # played to hear what is read


class Factor(NamedTuple):
    """What varies as one: a number, a quantity, a Dirichlet's weights, or all luck that is left."""

    name: str
    text: str
    streams: Streams


@dataclass(frozen=True)
class _Listening:
    """Plain chance that notes what is read."""

    chance: Chance
    heard: dict[str, int] = field(default_factory=dict)

    @property
    def first(self) -> int:
        return self.chance.first

    @property
    def count(self) -> int:
        return self.chance.count

    def uniforms(self, path: str, width: int = 1) -> Floats:
        self.heard[path] = width
        return self.chance.uniforms(path, width)


def streams(study: Study, seed: int) -> tuple[Streams, Streams]:
    """The streams that a small block reads: those of uncertain numbers, and those of luck within the talks.

    Uncertain are laws, quantities, Dirichlet weights, and whether what has a chance is so from the start, such as a red line.
    """
    listening = _Listening(Chance(seed, 0, _REPLICATES))
    played = study.play(listening)
    measure(played)
    tenths, parties = played.draws.tenths, study.negotiation.parties
    weights = {f"parties.{name}.weights" for name, party in parties.items() if party.weights_doubt}
    uncertain = {path: width for path, width in listening.heard.items() if path in tenths or path in weights}
    return uncertain, {path: width for path, width in listening.heard.items() if path not in uncertain}


def factors(setup: Setup, study: Study, seed: int) -> tuple[list[Factor], list[Fault]]:
    """The factors, the luck that is left being the last; and changed paths on which nothing that is drawn hangs."""
    uncertain, luck = streams(study, seed)
    faults: list[Fault] = []
    found: list[Factor] = []
    for path, own in _owned(setup, study, seed, uncertain).items():
        if not own:
            faults.append(Fault(("change", path), "nothing that is drawn hangs on this law, so it can have no effect here"))
        found.append(Factor(path, in_words(study.negotiation, path.removesuffix(".law")), own))
    taken = {stream for factor in found for stream in factor.streams}
    rest = {stream: width for stream, width in uncertain.items() if stream not in taken}
    if setup.experiment.all_factors:
        found += [Factor(path, _words(study, path), {path: width}) for path, width in rest.items()]
        rest = {}
    return [*found, Factor(LUCK, _luck_words(len(rest), len(luck)), {**rest, **luck})], faults


def _owned(setup: Setup, study: Study, seed: int, uncertain: Streams) -> dict[str, dict[str, int]]:
    """The streams of each changed path: those below it, or where one path alone has none, those that the changes add."""
    owned = {path: {s: width for s, width in uncertain.items() if _belongs(s, path)} for path in setup.experiment.change}
    bare = [path for path, own in owned.items() if not own]
    if len(bare) == 1 and study.base is not None:
        before, _ = streams(Study(study.base), seed)
        taken = {stream for own in owned.values() for stream in own}
        owned[bare[0]] = {s: width for s, width in uncertain.items() if s not in before and s not in taken}
    return owned


def _belongs(stream: str, path: str) -> bool:
    return stream == path or stream.startswith(f"{path}.") or path == f"{stream}.law"


def _words(study: Study, path: str) -> str:
    steps = path.split(".")
    if steps[-1] == "weights" and len(steps) == 3:
        return f"{study.negotiation.name(steps[1])}: weights (together)"
    return in_words(study.negotiation, path)


def _luck_words(others: int, luck: int) -> str:
    """What is left, in words."""
    within = "luck within the talks" if luck else "luck within the talks (there is none)"
    return f"all else: {others} other uncertain numbers, {within}" if others else within
