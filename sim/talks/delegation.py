"""A party's people at the table: what they sign, offer and hear by the party's strategy, in all replicates of a block at once."""

from functools import partial
from typing import Any, Protocol

import mesa
import numpy as np

from sim.case.arrays import Bools, Floats, Numbers
from sim.case.stakes import as_worth
from sim.talks.clocks import CLOCKS
from sim.talks.equilibrium import Moves
from sim.talks.negotiation import Blur
from sim.talks.offers import OFFERS, Gains
from sim.talks.outside import Outside
from sim.talks.room import Room
from sim.talks.seat import Moment, Plan, RoundByRound, Schedule, Seat


class Talks(Room, Protocol):
    """The talks as a delegation sees them: the room, what is outside, and what others stand to gain."""

    outside: Outside

    @property
    def looks_again(self) -> bool:
        """Whether parties look anew in later rounds at what others stand to gain."""
        ...

    def believed_gains(self, party: int, beliefs: Blur | None) -> list[Gains]:
        """What the party believes each of the others to gain by each deal."""
        ...

    @property
    def equilibrium(self) -> list[Moves]:
        """What all parties do in equilibrium."""
        ...


class Delegation(mesa.Agent):
    """A party's people in the room."""

    model: Talks

    def __init__(self, model: Talks, party: int) -> None:
        super().__init__(model)
        name = model.stakes.deals.parties[party]
        delegate = model.negotiation.parties[name]
        self.party = party
        self.path = f"parties.{name}.strategy"
        self.strategy = delegate.strategy
        self.leaving = delegate.strategy.leaves
        self._rows = np.arange(model.stakes.replicates) * (model.stakes.deals.count + 1)
        self._encouraged = np.zeros(model.stakes.replicates, dtype=bool)
        self.look_again()
        self.plan: Plan = self.strategy.settings.sit(self.seat)
        if (model.outside.surprises or model.looks_again) and isinstance(self.plan, Schedule):
            self.plan = RoundByRound(lambda t: self.strategy.settings.sit(self._seat_in(t)))

    def look_again(self) -> None:
        """See preferences, and what others stand to gain, as they are now."""
        self.worth = self.model.stakes.worth[self.party]
        self.seat = self._seat(self.strategy)
        if hasattr(self, "plan") and hasattr(self.plan, "look_again"):
            self.plan.look_again(self.seat)

    def demands(self, t: int) -> Floats:
        """The least worth (R,) the party would sign in round t."""
        return self.plan.demands(t)

    def signs(self, t: int, deal: Numbers) -> Bools:
        """Where (R,) the party would sign the deal (R,) in round t."""
        return self._worth_of(deal) >= self.plan.demands(t)

    def would_sign(self, t: int, deal: Numbers) -> Bools:
        """Where (R,) it would sign the deal (R,), though nobody asks it in round t."""
        return self.signs(t, deal)

    def signs_text(self, t: int, utility: Floats) -> Bools:
        """Where (R,) the party signs a text of this utility (R,), real red lines included, in round t.

        Who climbs waits for the last round, so that the text is improved to the end.
        """
        waits = getattr(self.strategy.settings, "answers_changes", False)
        return self.would_sign_text(t, utility) & (self.model.closes(t) if waits else True)

    def would_sign_text(self, t: int, utility: Floats) -> Bools:
        """Where (R,) it would sign the text, were this the last round."""
        return _most_worth(utility) >= self.plan.demands(t)

    def accepts(self, gain: Floats, t: int, moment: Moment) -> Bools:
        """Where (R,) the party agrees in round t to a change of the text by which it gains so much utility (R,)."""
        return self.plan.accepts(gain, t, moment) if hasattr(self.plan, "accepts") else gain > 0

    def offers(self, t: int) -> Numbers:
        """The deals (R,) it would put on the table in round t."""
        return self.plan.offers(t)

    def proposes(self, t: int, floor: Bools) -> Numbers:
        """The deals (R,) it puts in round t where (R,) it has the floor, with nothing to answer."""
        return self.offers(t)

    def hears(self, party: int, deals: Numbers, where: Bools) -> None:
        """Another's offers (R,): those worth more than no deal encourage the party to stay."""
        if party != self.party:
            self._encouraged |= where & self._beats_no_deal(self._worth_of(deals))

    def reads(self, utility: Floats) -> None:
        """A text of this utility (R,), real red lines included: worth more than no deal, it encourages the party to stay."""
        self._encouraged |= self._beats_no_deal(_most_worth(utility))

    def leaves(self, t: int, asked: Bools) -> Bools | None:
        """Where (R,) the party walks out before it answers, or None if it never does."""
        if self.leaving is None:
            return None
        if hasattr(self.plan, "walks_out"):
            return asked & self.plan.walks_out(t) & ~self.signs(t, self.model.table.deal)
        after = self.model.draws.of(self.leaving.after, f"{self.path}.leaves.after")
        hopeless = ~self._encouraged & ~self._beats_no_deal(self._worth_of(self.model.table.deal))
        return asked & hopeless & (t >= after * self.model.negotiation.talks.rounds)

    def _beats_no_deal(self, worth: Floats) -> Bools:
        """Where (R,) a worth is more to the party than no deal is now, by a step of utility at least."""
        return worth >= as_worth(self.model.stakes.no_deal_in(self.model.t)[self.party]) + 4096

    def _worth_of(self, deal: Numbers) -> Floats:
        return self.worth.take(deal + self._rows)

    def _seat_in(self, t: int) -> Seat:
        """The seat with round t alone in view."""
        no_deal = self.model.stakes.no_deal_in(t)[self.party]
        return self.seat.at(self.model.outside.time(t), no_deal[None])

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
            complete=self.model.stakes.deals.complete,
        )


def _most_worth(utility: Floats) -> Floats:
    """The most worth (R,) that a deal of this utility can have: a text has no number, and ties turn nobody against it."""
    return as_worth(utility) + 4095
