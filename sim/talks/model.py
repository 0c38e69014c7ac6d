"""The talks as a Mesa model: one agent per party, each acting in all replicates of a block at once."""

from functools import cached_property
from typing import Any

import mesa
import numpy as np

from sim.case.arrays import Bools, Floats, Numbers
from sim.case.numbers import Draws
from sim.case.stakes import Stakes, as_worth, pack
from sim.talks.chair import Script, seat
from sim.talks.delegation import Delegation
from sim.talks.equilibrium import Moves, moves
from sim.talks.negotiation import Blur, Negotiation
from sim.talks.offers import Gains, relative_gains
from sim.talks.outside import Outside
from sim.talks.ratification import at_home
from sim.talks.room import PlayRound
from sim.talks.rooms import Sitting, comings, present, rooms_of
from sim.talks.table import End, Table, lay


def play(negotiation: Negotiation, stakes: Stakes, draws: Draws, tell: bool = False, script: Script | None = None) -> End:
    """Play R negotiations to their end; with a script, of one negotiation, up to the first question that it does not answer."""
    talks = Talks(negotiation, stakes, draws, tell, script)
    try:
        return talks.play()
    finally:
        for held in (*talks.agents, talks):  # in circles, by Mesa and by what seats ask of them: let large arrays go now
            held.__dict__.clear()


class Talks(mesa.Model):
    """R negotiations side by side; `step` plays one round of all of them, `play` all rounds."""

    def __init__(
        self, negotiation: Negotiation, stakes: Stakes, draws: Draws, tell: bool = False, script: Script | None = None
    ) -> None:
        super().__init__(rng=0)  # no luck is drawn from Mesa: see sim.case.chance
        self.negotiation, self.draws = negotiation, draws
        self.outside = Outside(negotiation, stakes, draws)
        self.table: Table = lay(stakes.deals, stakes.replicates, tell)
        self.sittings = {sitting.first: sitting for sitting in rooms_of(negotiation.talks, stakes.deals)}
        self.sitting = self.sittings[0]
        self.seen = self.stakes.no_deal_in(0).copy()  # what no deal is worth (P, R), as parties last looked at others
        self.delegations: list[Any] = [Delegation(self, party) for party in range(len(stakes.steps))]
        self.listeners = [(d.party, d.plan.hears) for d in self.delegations if hasattr(d.plan, "hears")]
        self.listeners += [(d.party, d.hears) for d in self.delegations if d.leaving]
        self.delegations = seat(self.delegations, script) if script else self.delegations
        self.play_round = self._open(self.sitting)

    @property
    def t(self) -> int:
        """The round being played, counted from 0."""
        return int(self.steps) - 1

    @property
    def stakes(self) -> Stakes:
        """What is at stake, as it stands."""
        return self.outside.stakes

    @property
    def members(self) -> list[int]:
        """The parties that sit at the table in this round."""
        talks, parties = self.negotiation.talks, self.stakes.deals.parties
        return [p for p in self.sitting.members if present(talks, parties[p], self.t)]

    @property
    def all_must_sign(self) -> list[int]:
        """In every room but the last all who sit there, who must agree to every text; nobody in the last."""
        return [] if self.sitting.final else self.sitting.members

    @property
    def span(self) -> tuple[int, int]:
        """The first round in this room, counted from 0, and the first one after it."""
        later = [first for first in self.sittings if first > self.sitting.first]
        return self.sitting.first, min([*later, self.negotiation.talks.rounds])

    @property
    def looks_again(self) -> bool:
        """Whether parties look anew in later rounds at what others stand to gain: by `review`, and where another room opens."""
        return self.negotiation.talks.review is not None or len(self.sittings) > 1

    def asked(self, party: int) -> Bools:
        """The deals (K,) on which the party is asked in this room: before the last all or none, by whether it sits there."""
        if self.sitting.final:
            return self.stakes.deals.asked(party)
        return np.full(self.stakes.deals.count, party in self.sitting.members)

    def closes(self, t: int) -> Bools:
        """Where (R,) round t is the last in this room, as far as the parties know."""
        return np.minimum(self.span[1], self.outside.horizon) <= t + 1

    def step(self) -> None:
        """One round."""
        enters, review = self.t in self.sittings, self.negotiation.talks.review
        if enters:
            self._enter(self.sittings[self.t])
        self._tell_comings()
        changed = self.outside.begin(self.t, self.table)
        if enters and (self.negotiation.talks.rooms or self.negotiation.talks.opens is not None):
            self.table.tell_opening(self.t + 1)
        if self.t and (enters or (review and self.t % review == 0)):
            changed[:] = True
        if changed.any():
            self._look_again(changed)
        if self.table.turns is not None:
            self.table.demands.append(np.stack([delegation.demands(self.t) for delegation in self.delegations]))
            self.table.stakes.append(self.stakes)
        asked = self.table.missing != 0
        self.play_round()
        self._tell_waiting(asked)
        self.outside.end(self.t, self.table)
        self.table.close(self.t + 1)

    def play(self) -> End:
        """All rounds, or until talks are over everywhere."""
        for _ in range(self.negotiation.talks.rounds):
            self.step()
            if self.table.over:
                break
        end = End(self.table, self.stakes, self.outside.horizon, self.outside.costs())
        for home in at_home(self.negotiation, end, self.draws):
            self.table.refuse(home.party, home.refuses)
        return end

    def _enter(self, sitting: Sitting) -> None:
        """A room opens, with a text on its table: the one agreed in the room before, or the one that opens the talks."""
        deals, talks, before = self.stakes.deals, self.negotiation.talks, self.sitting
        opening = np.full(self.stakes.replicates, deals.count)
        if self.t:
            opening = np.where(self.table.missing == 0, self.table.deal, deals.count)
            self.sitting, self.play_round = sitting, self._open(sitting)
        elif talks.opens is not None:
            self.table.text = deals.rows_of(self.negotiation.deal(talks.opens), self.stakes.replicates)
            opening = deals.numbers_of(self.table.text, self.table.going)
        self.table.reopen(sitting.needs, opening, sitting.final)
        if sitting.text:
            self._tell_room(before, opening)

    def _tell_room(self, before: Sitting, opening: Numbers) -> None:
        """That a room opens, and whether a text comes from the room before."""
        room, without = f"In the room: {self.sitting.text}", opening == self.stakes.deals.count
        later = self.sitting.first > 0

        def line(r: int) -> str:
            return f"{room}, {'without a' if without[r] else 'with the'} text from '{before.text}'" if later else room

        self.table.note(self.t + 1, line, line)

    def _tell_waiting(self, asked: Bools) -> None:
        """That all who sit in a room before the last agree, where (R,) they were still asked."""
        done, later = asked & (self.table.missing == 0) & self.table.going, self.span[1] + 1

        def line(r: int) -> str | None:
            return f"All in this room agree; their text waits for round {later}" if done[r] else None

        if not self.sitting.final:
            self.table.note(self.t + 1, line, line)

    def _tell_comings(self) -> None:
        for words in comings(self.negotiation.talks, self.stakes.deals, self.sitting, self.t):
            self.table.tell_all(self.t + 1, words)

    def _open(self, sitting: Sitting) -> PlayRound:
        settings: Any = sitting.protocol
        return settings.open(self)

    def _look_again(self, where: Bools) -> None:
        """All parties see, where (R,) there is something to see, preferences and what no deal is worth as they are now."""
        self.seen = np.where(where, self.stakes.no_deal_in(self.t), self.seen)
        self.__dict__.pop("exact_gains", None)
        for delegation in self.delegations:
            delegation.look_again()

    def refused(self, party: int, deals: Numbers, where: Bools) -> None:
        """Where (R,) a party has refused another's deals (R,): whoever would sign them may press."""
        if self.outside.levers:
            where = where & (deals < self.stakes.deals.count)
            self.outside.refused(self.t, party, where, lambda by: self.delegations[by].would_sign(self.t, deals), self.table)

    def refused_text(self, party: int, utility: Floats, where: Bools) -> None:
        """Where (R,) a party would not sign a text worth so much (R, P) to all: whoever would may press."""
        if self.outside.levers:
            self.outside.refused(
                self.t, party, where, lambda by: self.delegations[by].would_sign_text(self.t, utility[:, by]), self.table
            )

    def tell(self, party: int, deals: Numbers, where: Bools) -> None:
        """Whoever listens at the table hears the offers (R,) put."""
        members = self.members if self.listeners else []
        for listener, hears in self.listeners:
            if listener in members:
                hears(party, deals, where)

    def believed_gains(self, party: int, beliefs: Blur | None) -> list[Gains]:
        """What the party believes each of the others to gain by each deal."""
        others = [other for other in range(len(self.stakes.steps)) if other != party]
        if beliefs is None:
            return [self.exact_gains[other] for other in others]
        return [self._blurred_gains(party, other, beliefs) for other in others]

    @cached_property
    def exact_gains(self) -> list[Gains]:
        """Relative gains of every party by every deal, as they are."""
        return [
            relative_gains(worth, as_worth(no_deal), self.asked(p))
            for p, (worth, no_deal) in enumerate(zip(self.stakes.worth, self.seen, strict=True))
        ]

    @cached_property
    def equilibrium(self) -> list[Moves]:
        """What all parties do in equilibrium."""
        return moves(self)

    def _blurred_gains(self, party: int, other: int, beliefs: Blur) -> Gains:
        stakes, deals = self.stakes, self.stakes.deals
        path = f"parties.{deals.parties[party]}.beliefs.{deals.parties[other]}"
        steps = stakes.steps[other].copy()
        at = 0
        for issue, options in deals.issues.items():
            mine = slice(at, at := at + len(options))
            weight = np.ptp(steps[:, mine], axis=1)
            errors = [self.draws.of(beliefs.values, f"{path}.{issue}.{option}") for option in options]
            steps[:, mine] += np.rint(np.stack(errors, axis=1) / 100 * weight[:, None])
        no_deal = self.seen[other] + self.draws.of(beliefs.no_deal, f"{path}.no_deal") / 100
        return relative_gains(pack(steps, deals, other), as_worth(no_deal), self.asked(other))
