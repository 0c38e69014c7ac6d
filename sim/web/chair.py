"""A chair at the table: what its holder sees and does. One browser sees one chair's role sheet and no other."""

from collections.abc import Awaitable, Callable
from functools import partial
from itertools import pairwise
from typing import Any

from nicegui import events, ui

from sim.case.faults import BadInput
from sim.outcomes.captions import points
from sim.outcomes.chairside import condition, result, signatures
from sim.talks.negotiation import Negotiation
from sim.web import paths
from sim.web.games import Games, Seats
from sim.web.pieces import Chart, faults_in, quiet_button
from sim.web.tables import Words, paragraph, table

Record = dict[str, Any]

_MOVES = {"sign": "Sign", "refuse": "Refuse, and put nothing", "leave": "Leave the talks"}


class Chair:
    """The chair that a browser holds in a game: its role sheet, the talk, and its moves."""

    def __init__(self, games: Games, game: Seats, who: str, negotiation: Negotiation) -> None:
        self.games, self.game, self.who, self.negotiation = games, game, who, negotiation
        self.words, self.version, self.advised = Words.of(negotiation), -1, False
        self.offer: dict[str, str] = {}
        with ui.element("div").classes("columns"):
            with ui.element("section").props('aria-label="The talks"'):
                self.where = ui.label().classes("agreement").props("role=status aria-live=polite")
                self.faults = ui.column().classes("faults")
                self.table = ui.column().classes("w-full gap-1")
                ui.label("What was said").classes("question").props("role=heading aria-level=2")
                self.talk = ui.html("", sanitize=False).classes("talk").props("role=log tabindex=0")
            with ui.element("section").props('aria-label="Your role, confidential"'):
                self.role = ui.html("", sanitize=False).classes("scrolled")
        self.end = ui.column().classes("w-full")

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
        self.role.content = _role(self.negotiation, self.words, view)
        self.talk.content = _talk(view)
        self.table.clear()
        if not view["over"] and self.game.begun:
            with self.table:
                self._lay(view)
        self.end.clear()
        if view["over"]:
            with self.end:
                ending(self.negotiation, self.words, stands, view["party"])

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
        standing = view["standing"]
        if standing is not None and not view["proposes"]:
            ui.html(_standing(self.words, view, standing), sanitize=False).classes("scrolled")
        if not view["may"]:
            return
        with ui.row().classes("tools"):
            for kind in ("sign", "refuse", "leave"):
                if kind in view["may"]:
                    quiet_button(_MOVES[kind], partial(self._move, kind))
            if not self.game.shared:
                quiet_button("Take back", self._undo)
        if "offer" in view["may"]:
            self._offering(view)
        if not self.game.shared:
            self._advice(view)

    def _advice(self, view: Record) -> None:
        """What one's own strategy would do, if it is asked; in a class nobody is told."""
        told = ui.label(_advised(self.words, view["advice"])).classes("hint")
        told.set_visibility(self.advised)

        def turned(event: events.ValueChangeEventArguments[Any]) -> None:
            self.advised = bool(event.value)
            told.set_visibility(self.advised)

        ui.switch("Advice: what the program would do in your chair", value=self.advised, on_change=turned)

    def _offering(self, view: Record) -> None:
        """Choices, option by option, with their points, and the button that puts the deal."""
        if any(self.offer.get(issue) not in options for issue, options in view["options"].items()):
            self.offer = dict(view["best"]["deal"])
        total = ui.label().classes("number")

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
        count()
        quiet_button("Put this deal", lambda: self._move("offer", dict(self.offer))).classes("main")

    async def _move(self, kind: str, deal: dict[str, str] | None = None) -> None:
        await self._try(self.games.move(self.game, self.who, kind, deal))

    async def _undo(self) -> None:
        await self._try(self.games.undo(self.game, self.who))

    async def _try(self, done: Awaitable[None]) -> None:
        try:
            await done
            faults_in(self.faults, [])
        except BadInput as error:
            faults_in(self.faults, error.lines)
        await self.look()


def ending(negotiation: Negotiation, words: Words, stands: Record, chair: str | None) -> None:
    """How it ended: one chair's result beside the program's, or everybody's; the deal on the frontier; the story."""
    told, debriefs = stands["told"], stands["debriefs"]
    ui.label("How it ended").classes("question").props("role=heading aria-level=2")
    if chair is None:
        ui.html(_all_results(words, debriefs), sanitize=False).classes("scrolled")
    else:
        ui.label("\n".join(result(negotiation, debriefs[chair]))).classes("story")
        own = debriefs[chair]
        Chart("Beside what the program's own strategies gained in this chair").show(paths.spread(*_gains(own)))
    one = chair or next(iter(words.names))
    two = next((name for name in words.names if name != one), one)
    with ui.row().classes("tools"):
        across = ui.select(words.names, value=one, label="Across").props("outlined dense")
        up = ui.select(words.names, value=two, label="Up").props("outlined dense")
    walk = Chart("The deal on the frontier, beside the program's")

    def draw() -> None:
        walk.show(paths.walk(words.names, told, (across.value, up.value), len(told["offers"]), _marks(words, debriefs)))

    for box in (across, up):
        box.on_value_change(draw)
    draw()
    with ui.expansion("The whole story").classes("w-full group"):
        ui.label(told["story"]).classes("story")


def _marks(words: Words, debriefs: Record) -> list[Record]:
    """This table's result, the program's, and the solution points, as dots of their own."""
    looks: dict[str, tuple[str, str, Callable[[Record], float | None]]] = {
        "this table": ("rect", "#ffd400", lambda one: float(one["own"]["utility"])),
        "the program": ("triangle", "#ffffff", lambda one: float(one["program"]["utility"])),
        "Nash": ("diamond", "#cc79a7", lambda one: one["solutions"]["nash"] and float(one["solutions"]["nash"]["points"])),
    }
    marks = []
    for name, (sign, colour, of) in looks.items():
        worth = {party: of(debriefs[party]) for party in words.names}
        if None not in worth.values():
            marks.append({"name": name, "sign": sign, "colour": colour, "points": worth})
    return marks


def _gains(told: Record) -> tuple[list[float], list[float], Record]:
    """Shares (%) of the program's replicates by gain, in steps of five points, their places, and what is to be marked."""
    quantiles = told["others"]["quantiles"]
    middles = [(a + b) / 2 for a, b in pairwise(quantiles)]
    steps = sorted({5 * (gain // 5) for gain in middles})
    shares = [sum(5 * (gain // 5) == step for gain in middles) / len(middles) * 100 for step in steps]
    marks = {"you": told["own"]["gain"], "the program here": told["program"]["gain"]}
    return shares, [step + 2.5 for step in steps], marks


def _role(negotiation: Negotiation, words: Words, view: Record) -> str:
    """The confidential role sheet of one chair."""
    rows = [
        (words.issues[issue]["question"] if n == 0 else "", words.option(issue, option), points(own))
        for issue, options in view["options"].items()
        for n, (option, own) in enumerate(options.items())
    ]
    rows += [("With", condition(one["when"]), points(one["points"], True)) for one in view["linkages"]]
    rows += [("You cannot sign", condition(one["when"]), str(one["by"]).replace("_", " ")) for one in view["bars"]]
    rows.append(("No deal", "what it is worth to you now", points(view["no_deal"])))
    sheet = table(f"Confidential: {view['name']}", ["issue", "option", "your points"], rows)
    return sheet + "".join(paragraph(" ".join(line.split())) for line in signatures(negotiation))


def _standing(words: Words, view: Record, standing: Record) -> str:
    worth = standing["worth"]
    rows = [
        (words.issues[i]["question"], words.option(i, option), points(worth["issues"][i]))
        for i, option in standing["deal"].items()
    ]
    if worth["linkages"]:
        rows.append(("Linkages", "", points(worth["linkages"], True)))
    bar = f"; you cannot sign it: {worth['bar']}" if worth["bar"] else ""
    rows.append(("In all", f"{points(worth['margin'], True)} against no deal{bar}", points(worth["points"])))
    by = f"On the table, from {words.names[standing['by']]}" if standing["by"] else "On the table"
    missing = ", ".join(words.names[party] for party in standing["missing"])
    return table(by + (f"; not yet signed by {missing}" if missing else ""), ["issue", "option", "your points"], rows)


def _talk(view: Record) -> str:
    rows = [(str(said["round"]), said["text"]) for said in reversed(view["talk"])]
    return table("Latest first", ["round", ""], rows)


def _all_results(words: Words, debriefs: Record) -> str:
    rows = [
        (words.names[party], points(one["own"]["utility"]), points(one["own"]["gain"], True), points(one["program"]["utility"]))
        for party, one in debriefs.items()
    ]
    return table("Points", ["party", "this table", "over no deal", "the program, same luck"], rows)


def _advised(words: Words, advice: Record | None) -> str:
    if not advice:
        return ""
    if advice["move"] != "offer":
        return f"It would {advice['move']}."
    deal = "; ".join(
        f"{words.issues[issue]['question']} {words.option(issue, option)}" for issue, option in advice["deal"].items()
    )
    return f"It would put ({points(advice['points'])} points): {deal}"


def _meets(deal: dict[str, str], when: dict[str, list[str]]) -> bool:
    return all(deal[issue] in options for issue, options in when.items())
