"""What one chair may read: its role, what lies on the table, what was said; as HTML, of the record of `sim.outcomes.view`.

The role gives each option its short name as well, by which red lines, signatures and the talk call it.
"""

from typing import Any

from sim.outcomes.captions import points
from sim.outcomes.chairside import condition, signatures
from sim.talks.negotiation import Negotiation
from sim.web.tables import Words, paragraph, table

Record = dict[str, Any]


def role(negotiation: Negotiation, words: Words, view: Record) -> str:
    """The confidential role of a chair: its points, what no deal is worth, what it cannot sign, and who must sign."""
    rows = [("No deal", "what it is worth to you now", points(view["no_deal"]))]
    for issue, options in view["options"].items():
        question = named(issue, words.issues[issue]["question"])
        shown = [(named(option, words.option(issue, option)), points(own)) for option, own in options.items()]
        rows += [(question if n == 0 else "", *one) for n, one in enumerate(shown)]
    rows += [("With", condition(one["when"]), points(one["points"], True)) for one in view["linkages"]]
    rows += [("You cannot sign", condition(one["when"]), str(one["by"]).replace("_", " ")) for one in view["bars"]]
    sheet = table(f"Confidential: {view['name']}", ["issue", "option", "your points"], rows)
    return sheet + "".join(paragraph(" ".join(line.split())) for line in signatures(negotiation))


def named(key: str, text: str) -> str:
    """A text with its short name before it, unless it says that itself."""
    name = key.replace("_", " ")
    return text if name.lower() in text.lower() else f"{name}: {text}"


def standing(words: Words, view: Record) -> str:
    """What lies on the table, and what it is worth to the chair; nothing where nothing lies there to answer."""
    lies = view["standing"]
    if lies is None or view["proposes"]:
        return ""
    worth = lies["worth"]
    rows = [
        (words.issues[i]["question"], words.option(i, option), points(worth["issues"][i])) for i, option in lies["deal"].items()
    ]
    if worth["linkages"]:
        rows.append(("Linkages", "", points(worth["linkages"], True)))
    bar = f"; you cannot sign it: {worth['bar']}" if worth["bar"] else ""
    rows.append(("In all", f"{points(worth['margin'], True)} against no deal{bar}", points(worth["points"])))
    by = f"On the table, from {words.names[lies['by']]}" if lies["by"] else "On the table"
    missing = ", ".join(words.names[party] for party in lies["missing"])
    return table(by + (f"; not yet signed by {missing}" if missing else ""), ["issue", "option", "your points"], rows)


def talk(view: Record) -> str:
    """What was said, the latest first; nothing before anything was."""
    rows = [(str(said["round"]), said["text"]) for said in reversed(view["talk"])]
    return table("What was said, latest first", ["round", "said"], rows) if rows else ""


def advised(words: Words, advice: Record | None) -> str:
    """What the party's own strategy would do, in words."""
    if not advice:
        return ""
    if advice["move"] != "offer":
        return f"It would {advice['move']}."
    deal = "; ".join(words.option(issue, option) for issue, option in advice["deal"].items())
    return f"It would put ({points(advice['points'])} points): {deal}."
