"""A chair at the table: what its holder sees and does. One browser sees one chair's role and no other."""

from collections.abc import Awaitable
from functools import partial
from typing import Any

from nicegui import events, ui

from sim.case.faults import BadInput
from sim.outcomes.captions import points
from sim.talks.negotiation import Negotiation
from sim.web.ending import ending
from sim.web.games import Games, Seats
from sim.web.pieces import faults_in, quiet_button
from sim.web.role import advised, role, standing, talk
from sim.web.tables import Words

Record = dict[str, Any]

_MOVES = {"sign": "Sign", "refuse": "Refuse, and put nothing", "leave": "Leave the talks"}
_EVERY = 0.5  # seconds between looks at what others have done


class Chair:
    """The chair that a browser holds in a game: its role, the talk, and its moves."""

    def __init__(self, games: Games, game: Seats, who: str, negotiation: Negotiation) -> None:
        self.games, self.game, self.who, self.negotiation = games, game, who, negotiation
        self.words, self.version, self.advised = Words.of(negotiation), -1, False
        self.offer: dict[str, str] = {}
        self.where = ui.label().classes("agreement").props("role=status aria-live=polite")
        self.faults = ui.column().classes("faults")
        self.end = ui.column().classes("w-full")
        with ui.element("div").classes("columns chair"):
            with ui.element("section").props('aria-label="The talks"'):
                self.table = ui.column().classes("w-full gap-1")
            with ui.element("section").classes("role").props('aria-label="Your role, confidential"'):
                self.role = ui.html("", sanitize=False).classes("scrolled")
            with ui.element("section").props('aria-label="What was said"'):
                self.talk = ui.html("", sanitize=False).classes("talk").props("role=log tabindex=0")
        ui.timer(_EVERY, self.look)

    async def look(self) -> None:
        """See how the game stands, if it has changed."""
        if self.version == self.game.version:
            return
        self.version = self.game.version
        stands = await self.games.stands(self.game)
        party = self.game.chair_of(self.who)
        if party is not None and party in stands["views"]:
            self._show(stands, stands["views"][party])

    def _show(self, stands: Record, view: Record) -> None:
        self.where.text = self._turn(view)
        self.role.content = role(self.negotiation, self.words, view)
        self.talk.content = talk(view)
        self.talk.set_visibility(bool(view["talk"]))
        self.table.clear()
        if not view["over"] and self.game.begun:
            with self.table:
                self._lay(view)
        self.end.clear()
        if view["over"]:
            with self.end:
                ending(self.words, stands, view["party"])

    def _turn(self, view: Record) -> str:
        if view["over"]:
            return f"{view['name']}: the talks are over. {view['ending']}."
        if not self.game.begun:
            return f"You are {view['name']}. The talks have not begun; read your role."
        whose = "your turn" if view["may"] else f"waiting for {self.words.names[view['asked']]}"
        last = ", the last here" if view["round"] == view["last"] else ""
        return f"You are {view['name']}. Round {view['round']} of {view['rounds']}{last}: {whose}."

    def _lay(self, view: Record) -> None:
        """What lies on the table, and the moves there are."""
        ui.html(standing(self.words, view), sanitize=False).classes("scrolled")
        if not view["may"]:
            return
        with ui.row().classes("tools"):
            for kind in ("sign", "refuse", "leave"):
                if kind in view["may"]:
                    button = quiet_button(_MOVES[kind], partial(self._move, kind))
                    button.set_enabled(kind != "sign" or not view["standing"]["worth"]["bar"])
            if not self.game.shared:
                quiet_button("Take back", self._undo)
        if "offer" in view["may"]:
            self._offering(view)
        if not self.game.shared:
            self._advice(view)

    def _advice(self, view: Record) -> None:
        """What one's own strategy would do, if it is asked; in a class nobody is told."""

        def turned(event: events.ValueChangeEventArguments[Any]) -> None:
            self.advised = bool(event.value)
            told.set_visibility(self.advised)

        ui.switch("Advice: what the program would do in your chair", value=self.advised, on_change=turned)
        told = ui.label(advised(self.words, view["advice"])).classes("hint").props("role=status")
        told.set_visibility(self.advised)

    def _offering(self, view: Record) -> None:
        """Choices, option by option, with their points, and the button that puts the deal."""
        if any(self.offer.get(issue) not in options for issue, options in view["options"].items()):
            self.offer = dict(view["best"]["deal"])
        ui.label("A deal of yours").classes("question").props("role=heading aria-level=2")

        def count() -> None:
            sum_ = sum(view["options"][issue][option] for issue, option in self.offer.items())
            linked = sum(one["points"] for one in view["linkages"] if _meets(self.offer, one["when"]))
            bars = "; you cannot sign this" if any(_meets(self.offer, bar["when"]) for bar in view["bars"]) else ""
            total.text = f"This deal: {points(sum_ + linked)} points for you; no deal {points(view['no_deal'])}{bars}"

        def picked(issue: str, event: events.ValueChangeEventArguments[Any]) -> None:
            self.offer[issue] = event.value
            count()

        with ui.element("div").classes("picks"):
            for issue, options in view["options"].items():
                texts = {option: f"{self.words.option(issue, option)} ({points(own)})" for option, own in options.items()}
                box = ui.select(texts, value=self.offer[issue], label=self.words.issues[issue]["question"])
                box.props("outlined dense").classes("w-full").on_value_change(partial(picked, issue))
        total = ui.label().classes("number").props("role=status")
        quiet_button("Put this deal", lambda: self._move("offer", dict(self.offer))).classes("main")
        count()

    async def _move(self, kind: str, deal: dict[str, str] | None = None) -> None:
        await self._try(self.games.move(self.game, self.who, kind, deal, seen=self.version))

    async def _undo(self) -> None:
        await self._try(self.games.undo(self.game, self.who))

    async def _try(self, done: Awaitable[None]) -> None:
        try:
            await done
            faults_in(self.faults, [])
        except BadInput as error:
            faults_in(self.faults, error.lines)
        await self.look()


def _meets(deal: dict[str, str], when: dict[str, list[str]]) -> bool:
    return all(deal[issue] in options for issue, options in when.items())
