"""What the lecturer sees of a class: what may be shown to the room, and behind a fold what each chair knows."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from sim.case.faults import BadInput
from sim.outcomes.captions import points
from sim.talks.negotiation import Negotiation
from sim.web.ending import ending
from sim.web.games import Games, Seats
from sim.web.pieces import faults_in, quiet_button
from sim.web.role import role, talk
from sim.web.tables import Words, table

Record = dict[str, Any]


class Lecturer:
    """The view of the browser that opened a class. `room` says how others come in; `leave` goes back out of the class."""

    def __init__(
        self, games: Games, game: Seats, who: str, negotiation: Negotiation, room: str, leave: Callable[[], None]
    ) -> None:
        self.games, self.game, self.who, self.negotiation = games, game, who, negotiation
        self.words, self.over = Words.of(negotiation), False
        ui.label(f"Code: {game.code}").classes("code")
        ui.label(room).classes("hint")
        self.where = ui.label().classes("agreement").props("role=status aria-live=polite")
        self.faults = ui.column().classes("faults")
        with ui.row().classes("tools"):
            self.begins = quiet_button("Begin", lambda: self._do(games.begin(game, who))).classes("main")
            self.back = quiet_button("Take the last move back", lambda: self._do(games.undo(game, who)))
            quiet_button("Another class", leave)
        self.end = ui.column().classes("w-full")
        with ui.element("div").classes("columns"):
            self.public = ui.html("", sanitize=False).classes("scrolled")
            self.talk = ui.html("", sanitize=False).classes("talk").props("role=log tabindex=0")
        with ui.expansion("For your eyes alone: what it is worth to each, and every role").classes("w-full group"):
            self.secret = ui.html("", sanitize=False).classes("scrolled")

    async def look(self) -> None:
        """Show how the game stands."""
        stands = await self.games.stands(self.game)
        views, begun, over = stands["views"], self.game.begun, stands["asked"] is None
        self.where.text = _whose(self.words, self.game, stands)
        self.begins.set_visibility(not begun)
        self.back.set_visibility(begun)
        self.back.set_enabled(bool(self.game.record["moves"]))
        self.public.content = _chairs(self.words, self.game) + _on_the_table(self.words, views)
        self.talk.content = talk(next(iter(views.values())))
        self.talk.set_visibility(bool(self.talk.content))
        self.secret.content = _worth(views) + "".join(role(self.negotiation, self.words, view) for view in views.values())
        if over or self.over:
            self.end.clear()
        self.over = over
        if over:
            with self.end:
                ending(self.words, stands, None)

    async def _do(self, done: Awaitable[None]) -> None:
        try:
            await done
            faults_in(self.faults, [])
        except BadInput as error:
            faults_in(self.faults, error.lines)


def _whose(words: Words, game: Seats, stands: Record) -> str:
    view = next(iter(stands["views"].values()))
    if view["over"]:
        return f"The talks are over, round {view['round']}. {view['ending']}."
    where = f"Round {view['round']} of {view['rounds']}: {words.names[stands['asked']]} is asked."
    return where if game.begun else "Waiting for people to take their chairs."


def _chairs(words: Words, game: Seats) -> str:
    """Who sits where."""
    free = "free" if not game.begun else "the program"
    sits = {party: "a person" if party in game.holders else free for party in game.record["chairs"]}
    return table("Chairs", ["party", "held by"], [(name, sits.get(party, "the program")) for party, name in words.names.items()])


def _on_the_table(words: Words, views: Record) -> str:
    lies = next((view["standing"] for view in views.values() if view["standing"]), None)
    if lies is None:
        return ""
    missing = ", ".join(words.names[party] for party in lies["missing"])
    rows = [(words.issues[issue]["question"], words.option(issue, option)) for issue, option in lies["deal"].items()]
    return table("On the table" + (f"; not yet signed by {missing}" if missing else ""), ["issue", "option"], rows)


def _worth(views: Record) -> str:
    """What the deal on the table and no deal are worth to each party."""
    rows = [
        (one["name"], points(one["standing"]["worth"]["points"] if one["standing"] else None), points(one["no_deal"]))
        for one in views.values()
    ]
    return table("What it is worth to each, in points", ["party", "on the table", "no deal"], rows)
