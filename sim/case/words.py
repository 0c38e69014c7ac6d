"""Small words that stories and tables share."""

from collections.abc import Mapping, Sequence


def tenths(points: float) -> str:
    """So many points, above 0, to the nearest tenth: never "0.0" for what is something."""
    return f"{points:.1f}" if points >= 0.05 else "under 0.1"


def possessive(name: str) -> str:
    """The name as an owner's: Anna's, Boris'."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def said(key: str) -> str:
    """A key as words."""
    return key.replace("_", " ")


def in_points(points: float) -> str:
    """So many points, to the nearest whole one."""
    words = f"{points:.0f}".replace("-0", "0")
    return f"{words} point{'' if words in ('1', '-1') else 's'}"


def deal_in_words(deal: Mapping[str, str]) -> str:
    """A deal, or part of one, by the keys of its options."""
    return ", ".join(f"{said(issue)} {said(option)}" for issue, option in deal.items())


def condition_in_words(when: Mapping[str, Sequence[str]]) -> str:
    """A condition on deals, by the keys of its options."""
    return " and ".join(f"{said(issue)} {'/'.join(map(said, options))}" for issue, options in when.items())
