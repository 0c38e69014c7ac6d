"""Who sits where and when: rooms that do not fill the talks, signers that are away, nobody to propose, texts left lying."""

from collections.abc import Iterator

from sim.case.faults import Fault, Path
from sim.case.numbers import support
from sim.studies.blocks import Study
from sim.talks.protocols import kind_of
from sim.talks.rooms import Sitting, present, rooms_of

_FOR_ONE_ROUND = ("random_proposer", "single_text")  # protocols under which signatures do not last
_TAKES_UP_TEXTS = ("alternating_offers", "single_text")  # protocols under which the text on an opening table is answered


def seating(study: Study) -> Iterator[Fault]:
    """All of it."""
    yield from _rooms(study)
    yield from _present(study)
    if study.base is None:  # under --set somebody may enter in the first round, as at an end of a range
        yield from _never_away(study)
    yield from _recognition(study)
    yield from _opens(study)


def sittings(study: Study) -> Iterator[tuple[Path, Sitting]]:
    """Every room, with the path at which its protocol stands."""
    talks = study.negotiation.talks
    for n, sitting in enumerate(rooms_of(talks, study.deals)):
        own = bool(talks.rooms and talks.rooms[n].protocol)
        yield (("talks", "rooms", n, "protocol") if own else ("talks", "protocol")), sitting


def _rooms(study: Study) -> Iterator[Fault]:
    """Rooms that do not fill the talks, or in which nothing could be agreed that lasts."""
    scenario, talks = study.negotiation, study.negotiation.talks
    if not talks.rooms:
        return
    total = sum(room.rounds for room in talks.rooms)
    if total != talks.rounds:
        yield Fault(("talks", "rooms"), f"the rooms last {total} rounds together, and `rounds` is {talks.rounds}")
    for n, room in enumerate(talks.rooms):
        path: Path = ("talks", "rooms", n, "parties")
        if len(set(room.parties)) < 2:
            yield Fault(path, "a room with one party; at least two must sit there")
        elif not set(room.parties) & set(scenario.signers()):
            yield Fault(path, "nobody sits there who ever signs a deal")
    last: Path = ("talks", "rooms", len(talks.rooms) - 1, "parties")
    for name in [name for name in scenario.signers() if name not in talks.rooms[-1].parties]:
        yield Fault(last, f"'{name}' signs deals, and does not sit in the last room")
    for path, sitting in list(sittings(study))[1:]:
        if kind_of(sitting.protocol) not in _TAKES_UP_TEXTS:
            yield Fault(path, f"{kind_of(sitting.protocol)} takes up no text from the room before; {_taking_up()}")


def _attendance(study: Study) -> Iterator[tuple[Path, Sitting, dict[int, list[int]]]]:
    """Every room, with the path at which its protocol stands and who sits there in each of its rounds."""
    talks, names, rooms = study.negotiation.talks, list(study.negotiation.parties), list(sittings(study))
    ends = [*(sitting.first for _, sitting in rooms[1:]), talks.rounds]
    for (path, sitting), end in zip(rooms, ends, strict=True):
        rounds = range(sitting.first, end)
        yield path, sitting, {t: [m for m in sitting.members if present(talks, names[m], t)] for t in rounds}


def _present(study: Study) -> Iterator[Fault]:
    """Parties that leave before they enter, and such as are away whenever they would be needed."""
    talks, names = study.negotiation.talks, list(study.negotiation.parties)
    never = []
    for name, presence in talks.present.items():
        path = ("talks", "present", name)
        if presence.enters > talks.rounds:
            yield Fault((*path, "enters"), f"lies after the last round, which is {talks.rounds}")
            never.append(name)
        elif presence.leaves and presence.leaves < presence.enters:
            yield Fault((*path, "leaves"), f"lies before `enters`, which is {presence.enters}")
            never.append(name)
        elif presence.leaves and presence.leaves > talks.rounds:
            yield Fault((*path, "leaves"), f"lies after the last round, which is {talks.rounds}")
    for _, sitting, seen in _attendance(study):
        needed = set(study.negotiation.always_sign()) if sitting.final else {names[m] for m in sitting.members}
        for name in [name for name in talks.present if name in needed.difference(never)]:
            if not any(names.index(name) in members for members in seen.values()):
                where = f" in the room '{sitting.text}'" if talks.rooms else ""
                yield Fault(("talks", "present", name), f"must sign, and is never at the table{where}")
        yield from _together(study, sitting, [{names[m] for m in members} for members in seen.values()], needed)
        empty = [t for t, members in seen.items() if not members]
        if empty:
            yield Fault(("talks", "present"), f"nobody sits at the table in round {empty[0] + 1}")


def _together(study: Study, sitting: Sitting, there: list[set[str]], needed: set[str]) -> Iterator[Fault]:
    """Signers who are not at the table together in a round in which all of them could sign, where signatures do not last."""
    kind, names = kind_of(sitting.protocol), list(study.negotiation.parties)
    if kind not in _FOR_ONE_ROUND or not needed or not all(any(name in here for here in there) for name in needed):
        return
    if not any(needed <= here for here in there):
        message = f"{', '.join(name for name in names if name in needed)} must sign in one round, and never meet"
        yield Fault(("talks", "present"), f"{message} under {kind}")
    elif kind == "single_text" and _sign_last(study, sitting, needed):
        room = f" of the room '{sitting.text}'" if sitting.text else ""
        for name in needed - there[-1]:
            message = f"must sign, and is away in the last round{room}, the only one in which who climbs or anneals signs"
            yield Fault(("talks", "present", name), message)


def _sign_last(study: Study, sitting: Sitting, needed: set[str]) -> bool:
    """Whether some of those who must sign do so in the last round of the room alone, and no deadline can make that another."""
    scenario = study.negotiation
    quantities = {name: quantity.law for name, quantity in scenario.quantities.items()}
    sooner = any(event.deadline and support(event.chance, quantities) != (0, 0) for event in scenario.events.values())
    climb = any(getattr(scenario.parties[name].strategy.settings, "answers_changes", False) for name in needed)
    return climb and not (sooner and sitting.final)


def _never_away(study: Study) -> Iterator[Fault]:
    """Entries of parties that are at the table in all rounds of the rooms in which they sit."""
    talks, names = study.negotiation.talks, list(study.negotiation.parties)
    rounds = [(sitting, t) for _, sitting, seen in _attendance(study) for t in seen]
    for name, presence in talks.present.items():
        its = [t for sitting, t in rounds if names.index(name) in sitting.members]
        if all(present(talks, name, t) for t in its) and (presence.leaves or 0) <= talks.rounds:
            where = "is at the table in all rounds" if its else "sits in no room"
            of = " of its rooms" if its and talks.rooms else ""
            yield Fault(("talks", "present", name), f"has no effect: '{name}' {where}{of} all the same")


def _recognition(study: Study) -> Iterator[Fault]:
    """Nobody to be drawn as proposer, of those in a room or of those who are at the table in some round."""
    quantities = {name: quantity.law for name, quantity in study.negotiation.quantities.items()}
    names = list(study.negotiation.parties)
    for path, sitting, rounds in _attendance(study):
        at, recognition = (*path, "random_proposer", "recognition"), getattr(sitting.protocol, "recognition", {})
        sure = {name for name, chance in recognition.items() if (support(chance, quantities) or (0.0, 0.0))[0] > 0}
        alone = [t for t, members in rounds.items() if members and not sure.intersection(names[member] for member in members)]
        if recognition and sure and not sure.intersection(names[member] for member in sitting.members):
            yield Fault(at, "nobody who sits in this room is sure to have a chance to propose; somebody must be")
        elif recognition and not sure:
            yield Fault(at, "nobody is sure to have a chance to propose; at least one must be above 0 whatever its law gives")
        elif recognition and alone:
            message = f"nobody who is at the table in round {alone[0] + 1} is sure to have a chance to propose; somebody must be"
            yield Fault(at, message)


def _opens(study: Study) -> Iterator[Fault]:
    opens, (_, sitting) = study.negotiation.talks.opens, next(sittings(study))
    if opens is None:
        return
    number = study.deals.number(study.negotiation.deal(opens))
    if number is None:
        yield Fault(("talks", "opens"), "an exclusion forbids this deal")
    elif number >= study.deals.count and kind_of(sitting.protocol) != "single_text":
        yield Fault(("talks", "opens"), "this deal is not on the menu; name it as a package, which always is")
    if kind_of(sitting.protocol) not in _TAKES_UP_TEXTS:
        yield Fault(("talks", "opens"), f"{kind_of(sitting.protocol)} takes up no opening text; {_taking_up()}")


def _taking_up() -> str:
    return f"{' and '.join(_TAKES_UP_TEXTS)} {'does' if len(_TAKES_UP_TEXTS) == 1 else 'do'}"
