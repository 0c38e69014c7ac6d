"""The talks as a Mesa model: one agent per party, each acting in all replicates of a block at once."""

from functools import cached_property, partial
from typing import Any

import mesa
import numpy as np

from sim.case.arrays import Bools, Floats, Numbers
from sim.case.numbers import Draws
from sim.case.stakes import Stakes, as_worth, pack
from sim.talks.clocks import CLOCKS
from sim.talks.equilibrium import Moves, moves
from sim.talks.negotiation import Blur, Negotiation
from sim.talks.offers import OFFERS, Gains, relative_gains
from sim.talks.room import PlayRound
from sim.talks.strategies import Seat
from sim.talks.table import Table, lay


class Delegation(mesa.Agent):
    """A party's people in the room."""

    model: "Talks"

    def __init__(self, model: "Talks", party: int) -> None:
        super().__init__(model)
        name = model.stakes.deals.parties[party]
        delegate = model.negotiation.parties[name]
        self.party = party
        self.path = f"parties.{name}.strategy"
        self.worth = model.stakes.worth[party]
        self._rows = np.arange(len(self.worth)) * self.worth.shape[1]
        self.plan = delegate.strategy.settings.sit(self._seat(delegate.strategy))
        self.leaving = delegate.strategy.leaves
        self._encouraged = np.zeros(len(self.worth), dtype=bool)

    def signs(self, t: int, deal: Numbers) -> Bools:
        """Where (R,) the party would sign the deal (R,) in round t."""
        return self._worth_of(deal) >= self.plan.demands(t)

    def offers(self, t: int) -> Numbers:
        """The deals (R,) it would put on the table in round t."""
        return self.plan.offers(t)

    def hears(self, party: int, deals: Numbers, where: Bools) -> None:
        """Another's offers (R,): those worth more than no deal encourage the party to stay."""
        if party != self.party:
            no_deal = self.model.stakes.no_deal
            more = as_worth(no_deal[min(self.model.t, len(no_deal) - 1), self.party]) + 4096  # a step of utility above it
            self._encouraged |= where & (self._worth_of(deals) >= more)

    def leaves(self, t: int, asked: Bools) -> Bools | None:
        """Where (R,) the party walks out before it answers, or None if it never does."""
        if self.leaving is None:
            return None
        if hasattr(self.plan, "walks_out"):
            return asked & self.plan.walks_out(t) & ~self.signs(t, self.model.table.deal)
        after = self.model.draws.of(self.leaving.after, f"{self.path}.leaves.after")
        return asked & ~self._encouraged & (t >= after * self.model.negotiation.talks.rounds)

    def _worth_of(self, deal: Numbers) -> Floats:
        return self.worth.take(deal + self._rows)

    def _seat(self, strategy: Any) -> Seat:
        talks, draws = self.model.negotiation.talks, self.model.draws
        beliefs = talks.beliefs if strategy.beliefs == "as the talks" else strategy.beliefs
        rule = OFFERS[strategy.offers or talks.offers]
        path = f"{self.path}.{strategy.kind}"

        def setting(name: str) -> Floats | float:
            number = getattr(strategy.settings, name)
            return number if isinstance(number, float) else draws.of(number, f"{path}.{name}")

        return Seat(
            party=self.party,
            parties=len(self.model.stakes.steps),
            worth=self.worth,
            no_deal=self.model.stakes.no_deal[:, self.party],
            time=CLOCKS[talks.clock](talks.rounds),
            offer=rule(self.worth, partial(self.model.believed_gains, self.party, beliefs)),
            setting=setting,
            luck=lambda name, width: draws.luck(f"{path}.{name}", width),
            equilibrium=lambda: self.model.equilibrium[self.party],
        )


def play(negotiation: Negotiation, stakes: Stakes, draws: Draws, tell: bool = False) -> Table:
    """Play R negotiations to their end: the table as they left it."""
    talks = Talks(negotiation, stakes, draws, tell)
    try:
        return talks.play()
    finally:
        talks.__dict__.clear()  # a Mesa model holds itself in circles: let its large arrays go now, not when Python next looks


class Talks(mesa.Model):
    """R negotiations side by side; `step` plays one round of all of them, `play` all rounds."""

    def __init__(self, negotiation: Negotiation, stakes: Stakes, draws: Draws, tell: bool = False) -> None:
        super().__init__(rng=0)  # no luck is drawn from Mesa: see sim.case.chance
        self.negotiation, self.stakes, self.draws = negotiation, stakes, draws
        self.table: Table = lay(stakes.deals, stakes.replicates, tell)
        self.delegations = [Delegation(self, party) for party in range(len(stakes.steps))]
        self.listeners = [d.plan.hears for d in self.delegations if hasattr(d.plan, "hears")]
        self.listeners += [d.hears for d in self.delegations if d.leaving]
        self.play_round: PlayRound = negotiation.talks.protocol.settings.open(self)

    @property
    def t(self) -> int:
        """The round being played, counted from 0."""
        return int(self.steps) - 1

    def step(self) -> None:
        """One round."""
        self.play_round()
        self.table.close(self.t + 1)

    def play(self) -> Table:
        """All rounds, or until talks are over everywhere."""
        for _ in range(self.negotiation.talks.rounds):
            self.step()
            if self.table.over:
                break
        return self.table

    def tell(self, party: int, deals: Numbers, where: Bools) -> None:
        """Whoever listens hears the offers (R,) put."""
        for hears in self.listeners:
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
            relative_gains(worth, as_worth(self.stakes.no_deal[0, p]), self.stakes.deals.asked(p))
            for p, worth in enumerate(self.stakes.worth)
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
        no_deal = stakes.no_deal[0, other] + self.draws.of(beliefs.no_deal, f"{path}.no_deal") / 100
        return relative_gains(pack(steps, deals.features[other]), as_worth(no_deal), deals.asked(other))
