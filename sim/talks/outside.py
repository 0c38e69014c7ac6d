"""What goes on outside the room while parties talk: the world moves, events happen, pressure is brought to bear.

All of it acts on what is at stake. World and dated no-deal values are laid before the talks; the rest happens round by round.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from sim.case.arrays import Bools, Floats, Numbers
from sim.case.deals import meets
from sim.case.numbers import Draws
from sim.case.section import When
from sim.case.stakes import RED_LINE, UNIT, Stakes, reweighted
from sim.case.words import possessive, said, tenths
from sim.talks import events, world
from sim.talks.clocks import CLOCKS
from sim.talks.events import Event
from sim.talks.pressure import Lever
from sim.talks.table import Table

_FARTHEST = 4.0  # utility: red lines, which cost 8, bind as long as no-deal values stay within it


class Happening(NamedTuple):
    """An event, in which rounds (T, R) it happens, and how many times over (T, R) what it moves holds in each."""

    event: Event
    name: str
    hits: Bools
    times: Numbers


class Effects(NamedTuple):
    """Where (R,) an event has happened, where it leaves fewer rounds, and where an offer on the table has fallen."""

    where: Bools
    earlier: Bools
    fallen: Bools


class Outside:
    """The outside of R replicates: `stakes` as they stand, and the round (R,) after which talks run out, `horizon`."""

    def __init__(self, negotiation: Any, stakes: Stakes, draws: Draws) -> None:
        self.negotiation, self.draws, self.rounds = negotiation, draws, negotiation.talks.rounds
        self.horizon = np.full(stakes.replicates, self.rounds)
        self.happenings = [
            Happening(event, name, hits, events.in_force(event, hits))
            for name, event in negotiation.events.items()
            for hits in [events.happens(event, name, self.rounds, draws)]
        ]
        parties = list(stakes.deals.parties)
        self.levers = [
            (parties.index(written.by), parties.index(written.on), Lever(written, f"pressure.{n}", self.rounds, draws))
            for n, written in enumerate(negotiation.pressure)
        ]
        self.stakes = stakes.along(self._path(stakes))
        self._withdrawn: Bools | None = None

    @property
    def surprises(self) -> bool:
        """Whether something may happen that no plan laid before the talks can reckon with."""
        return bool(self.levers) or any(
            event.weights or event.withdraws or event.deadline for event in self.negotiation.events.values()
        )

    def time(self, t: int) -> Floats:
        """How far talks have run (1, R) in round t, by the horizon as it stands."""
        clock = CLOCKS[self.negotiation.talks.clock]
        horizons, which = np.unique(self.horizon, return_inverse=True)
        return np.array([clock(int(horizon))[min(t, int(horizon) - 1)] for horizon in horizons])[which][None]

    def begin(self, t: int, table: Table) -> Bools:
        """What happens before round t is played; where (R,) preferences or options have changed."""
        changed = np.zeros(len(self.horizon), dtype=bool)
        for number, happening in enumerate(self.happenings):
            where = happening.hits[t] & table.going
            if where.any():
                earlier = self._shorten(happening.event, number, where, t, table)
                fallen = self._withdraw(happening.event.withdraws, where & table.going, table)
                changed |= where & bool(happening.event.withdraws)
                _tell(table, t, self, happening, Effects(where, earlier, fallen))
            _tell_end(table, t, happening)
        changed |= self._reweigh(t, table)
        if t and len(self.stakes.no_deal) > 1:
            _tell_no_deal(table, t, self.negotiation, self.stakes)
        return changed

    def end(self, t: int, table: Table) -> None:
        """After round t: where that was the last by a deadline that an event has set, time has run out."""
        table.run_out((t + 1 >= self.horizon) & (self.horizon < self.rounds))

    def refused(self, t: int, party: int, where: Bools, would_sign: Any, table: Table) -> None:
        """A party refuses (R,) a deal; whoever would sign it and has the means presses."""
        for by, on, lever in self.levers:
            if on == party:
                pressed = where & would_sign(by)
                moved = lever.press(t, pressed)
                later = self.stakes.no_deal[t + 1 :, on]
                np.clip(later + moved, -_FARTHEST, _FARTHEST, out=later)
                _tell_pressure(table, t, self.negotiation, lever, pressed, moved)

    def costs(self) -> Floats | None:
        """What pressing has cost each party (P, R), in utility."""
        if not self.levers:
            return None
        costs = np.zeros(self.stakes.no_deal.shape[1:])
        for by, _, lever in self.levers:
            costs[by] += lever.cost
        return costs

    def _path(self, stakes: Stakes) -> Floats:
        """No-deal values (S, P, R) over the rounds, as far as they are laid before the talks."""
        negotiation, parties = self.negotiation, stakes.deals.parties
        moving = self.levers or negotiation.world or any(event.no_deal for event in negotiation.events.values())
        if not moving:
            return stakes.no_deal
        path = np.repeat(stakes.no_deal, self.rounds, axis=0) if len(stakes.no_deal) == 1 else stakes.no_deal.copy()
        path += world.moved_by(negotiation.world, parties, self.rounds, self.draws)
        path += events.moved_by(negotiation.events, parties, self.rounds, self.draws)
        return np.clip(path, -_FARTHEST, _FARTHEST)

    def _shorten(self, event: Event, number: int, where: Bools, t: int, table: Table) -> Bools:
        """Break off talks or set a deadline, as the event says; where (R,) fewer rounds are left than before."""
        if event.breaks_off:
            table.break_off(number, where)
        if not event.deadline:
            return np.zeros_like(where)
        earlier = where & (self.horizon > t + event.deadline)
        self.horizon[earlier] = t + event.deadline
        return earlier

    def _withdraw(self, options: When, where: Bools, table: Table) -> Bools:
        """Let nobody agree on the options any more; where (R,) an offer on the table falls with them."""
        if not options:
            return np.zeros_like(where)
        deals = self.stakes.deals
        gone = deals.holds_any(options)
        if self._withdrawn is None:
            self._withdrawn = np.zeros((len(where), deals.count), dtype=bool)
        self._withdrawn |= where[:, None] & gone
        lying = deals.rows_at(table.deal)
        hit = np.logical_or.reduce([meets(lying, deals.issues, {issue: named}) for issue, named in options.items()])
        fallen: Bools = where & hit & (table.deal != deals.count)
        table.clear(fallen)
        self._restate(self.stakes.steps)
        return fallen

    def _reweigh(self, t: int, table: Table) -> Bools:
        """Where (R,) events have changed weights since the last round, count utilities anew."""
        shifts = dict(self._shifts(t))
        before = dict(self._shifts(t - 1)) if t else {}
        steps = list(self.stakes.steps)
        changed = np.zeros(len(self.horizon), dtype=bool)
        for p, shift in shifts.items():
            moved = (shift != before.get(p, np.zeros_like(shift))).any(axis=0) & table.going
            if moved.any():
                new = reweighted(self.negotiation, p, shift, self.draws)
                steps[p] = np.where(moved[:, None], new, steps[p])
                changed |= moved
        if changed.any():
            self._restate(tuple(steps))
        return changed

    def _shifts(self, t: int) -> Iterator[tuple[int, Floats]]:
        """For each party of whom events change weights: by how much (I, R) in round t, as shares."""
        issues, parties = list(self.negotiation.issues), list(self.stakes.deals.parties)
        for p, party in enumerate(parties):
            shift = np.zeros((len(issues), self.stakes.replicates))
            found = False
            for event, name, _, times in self.happenings:
                for issue, points in event.weights.get(party, {}).items():
                    drawn = self.draws.of(points, f"events.{name}.weights.{party}.{issue}")
                    shift[issues.index(issue)] += drawn / 100 * times[t]
                    found = True
            if found:
                yield p, shift

    def _restate(self, steps: tuple[Floats, ...]) -> None:
        self.stakes = replace(self.stakes, steps=steps)
        if self._withdrawn is not None:
            self.stakes.worth[:, :, :-1] -= RED_LINE * UNIT * self._withdrawn


def moved_by_cause(negotiation: Any, parties: tuple[str, ...], draws: Draws) -> dict[str, Floats]:
    """By how much (T, P, R) each variable of the world, and each event, has moved no-deal values, in utility."""
    rounds = negotiation.talks.rounds
    outside = {name: world.moved_by({name: variable}, parties, rounds, draws) for name, variable in negotiation.world.items()}
    happened = {name: events.moved_by({name: event}, parties, rounds, draws) for name, event in negotiation.events.items()}
    return outside | happened


def _tell(table: Table, t: int, outside: Outside, happening: Happening, effects: Effects) -> None:
    """That an event has happened, what it takes away, and to those who know, whose weights it changes."""
    event, left = happening.event, outside.horizon - t
    gone = ", ".join(f"{said(issue)} {'/'.join(map(said, options))}" for issue, options in event.withdraws.items())
    moves = [*_moved(outside, happening), *_reweighed(outside, happening)] if table.turns is not None else []

    def known(r: int) -> str | None:
        if not effects.where[r]:
            return None
        words = [f"Outside: {_text(happening)}"]
        words += [f"nobody can agree on {gone} any more"] if gone else []
        words += ["the offer on the table falls with that"] if effects.fallen[r] else []
        words += [f"{left[r]} {'round is' if left[r] == 1 else 'rounds are'} left"] if effects.earlier[r] else []
        return "; ".join(words)

    def line(r: int) -> str | None:
        words = known(r)
        return None if words is None else "; ".join([words, *(moved(r) for moved in moves)])

    table.note(t + 1, line, public=known)


def _moved(outside: Outside, happening: Happening) -> Iterator[Callable[[int], str]]:
    """By how many points an event moves no deal, in replicate r."""
    drawn = [
        (outside.negotiation.name(party), outside.draws.of(points, f"events.{happening.name}.no_deal.{party}"))
        for party, points in happening.event.no_deal.items()
    ]
    if drawn:
        yield lambda r: "no deal " + ", ".join(f"{points[r]:+.1f} to {name}" for name, points in drawn)


def _reweighed(outside: Outside, happening: Happening) -> Iterator[Callable[[int], str]]:
    """What an event changes in the weights of each party, in replicate r."""
    for party, shifts in happening.event.weights.items():
        drawn = [
            (said(issue), outside.draws.of(points, f"events.{happening.name}.weights.{party}.{issue}"))
            for issue, points in shifts.items()
        ]

        def line(r: int, name: str = outside.negotiation.name(party), drawn: list[tuple[str, Floats]] = drawn) -> str:
            return f"{possessive(name)} weights: " + ", ".join(f"{issue} {points[r]:+.1f}" for issue, points in drawn)

        yield line


def _tell_end(table: Table, t: int, happening: Happening) -> None:
    """That what an event did for a time is over."""
    if not t or happening.event.lasts is None:
        return
    over = (happening.times[t] == 0) & (happening.times[t - 1] > 0) & table.going

    def line(r: int) -> str | None:
        return f"Over: {_text(happening)}" if over[r] else None

    table.note(t + 1, line, public=line)


def _text(happening: Happening) -> str:
    return happening.event.text or said(happening.name)


def _tell_no_deal(table: Table, t: int, negotiation: Any, stakes: Stakes) -> None:
    """What no deal is worth by now, to those to whom it is not what it was the round before, in whole points."""
    names = [negotiation.name(party) for party in stakes.deals.parties]
    now, before = np.rint(100 * stakes.no_deal[t]), np.rint(100 * stakes.no_deal[t - 1])
    going = table.going

    def line(r: int) -> str | None:
        moved = [f"{now[p, r]:.0f} points to {name}" for p, name in enumerate(names) if going[r] and now[p, r] != before[p, r]]
        return f"No deal is now worth {', '.join(moved)}" if moved else None

    table.note(t + 1, line)


def _tell_pressure(table: Table, t: int, negotiation: Any, lever: Lever, pressed: Bools, moved: Floats) -> None:
    by, on = negotiation.name(lever.written.by), negotiation.name(lever.written.on)
    fallen, most, points = lever.fallen.copy(), lever.most, lever.points

    def line(r: int) -> str | None:
        if not pressed[r]:
            return None
        if not points[r]:
            return f"{by} presses {on} by 0 points, which moves nothing"
        if not moved[r]:
            return f"{by} presses {on}, without effect: pressure has moved no deal by {most[r]:.1f} points, the most it can"
        how, way = (", and it backfires", "more") if moved[r] > 0 else ("", "less")
        so_far = f"{-100 * fallen[r]:+.1f} so far".replace("-0.0 ", "0.0 ").replace("+0.0 ", "0.0 ")
        return f"{by} presses {on}{how}: no deal is worth {tenths(100 * abs(moved[r]))} points {way} to {on} ({so_far})"

    table.note(t + 1, line, lambda r: f"{by} presses {on}" if pressed[r] else None, answers=True)
